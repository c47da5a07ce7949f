/*
 * Quantile scores of customers among one another. The rule: 1 + floor(bins * worse / customers), where worse counts
 * the customers with a worse value; in SQL 1 + (rank() - 1) * bins / count(*) in integers. So equal values have equal
 * scores, whoever stands first in the table, and without ties the classes are as even as can be. The same rule by cut
 * points: one more than the number of quantiles 1/bins, 2/bins, ... (percentile_disc) that the value exceeds.
 */
#ifndef CM_SCORING_H
#define CM_SCORING_H

#include <math.h>

#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/check.h"
#include "core/moment.h"
#include "core/period.h"
#include "math/sort.h"
#include "segment/rfm.h"

typedef enum cm_scoring_method {
    CM_INDEPENDENT, /* each dimension among all customers */
    CM_NESTED       /* frequency among those of equal recency score, monetary among those of equal both */
} cm_scoring_method;

/* Customers on their way to scores, those that have any: keys of math/sort.h, more is better. */
typedef struct cm_scoring {
    int64 count;
    uint64 *keys[3]; /* recency, frequency, monetary */
} cm_scoring;

extern cm_scoring_method cm_scoring_method_from_text(text *word);
extern cm_scoring cm_scoring_begin(int64 capacity);
/* Keys, checked: NaN, infinity and what is below zero where it cannot be are errors. */
extern double cm_scoring_check_days(double days);

static inline uint64
cm_scoring_key_days(double days) /* few are better */
{
    return cm_sort_key(-cm_scoring_check_days(days));
}

static inline uint64
cm_scoring_key_frequency(double frequency)
{
    if (unlikely(!(frequency >= 0 && isfinite(frequency))))
        cm_check_not_negative(frequency, "frequency");
    return cm_sort_key(frequency);
}

static inline uint64
cm_scoring_key_monetary(double monetary)
{
    if (unlikely(!isfinite(monetary)))
        cm_check_finite(monetary, "monetary");
    return cm_sort_key(monetary);
}

static inline uint64
cm_scoring_key_date(DateADT date)
{
    if (unlikely(DATE_NOT_FINITE(date)))
        cm_check_date(date, "last_purchase");
    return cm_sort_key_int(date);
}

static inline DateADT
cm_scoring_date(uint64 key) /* back again */
{
    return (DateADT) cm_sort_int(key);
}

/*
 * Moments must all be of one clock, in which case they are in order as they are. kinds collects a bit for each clock that
 * occurs.
 */
extern void cm_scoring_clocks_error(void) pg_attribute_noreturn();

static inline uint64
cm_scoring_key_moment(cm_moment at, int *kinds)
{
    if (unlikely(at == DT_NOBEGIN || at == DT_NOEND))
        cm_moment_error("last_purchase");
    *kinds |= 1 << cm_clock_of(at);
    if (unlikely(*kinds == (1 << CM_LOCAL | 1 << CM_INSTANT)))
        cm_scoring_clocks_error();
    return cm_sort_key_int(at);
}

/* The scores, in the order of the keys. */
extern cm_rfm *cm_scoring_finish(const cm_scoring *s, int bins, cm_scoring_method method);

#endif
