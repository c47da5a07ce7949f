/*
 * Quantile scores of customers among one another. The rule: 1 + floor(bins * worse / customers), where worse counts
 * the customers with a worse value; in SQL 1 + (rank() - 1) * bins / count(*) in integers. So equal values have equal
 * scores, whoever stands first in the table, and without ties the classes are as even as can be. The same rule by cut
 * points: one more than the number of quantiles 1/bins, 2/bins, ... (percentile_disc) that the value exceeds.
 */
#ifndef CM_SCORING_H
#define CM_SCORING_H

#include "utils/date.h"
#include "utils/timestamp.h"

#include "segment/rfm.h"

#define CM_DEFAULT_BINS 5

typedef enum cm_scoring_method {
    CM_INDEPENDENT, /* each dimension among all customers */
    CM_NESTED       /* frequency among those of equal recency score, monetary among those of equal both */
} cm_scoring_method;

/* Customers on their way to scores, those that have any: keys of math/sort.h, more is better. */
typedef struct cm_scoring {
    int64 count;
    uint64 *keys[3]; /* recency, frequency, monetary */
} cm_scoring;

extern int cm_scoring_check_bins(int64 bins);
extern cm_scoring_method cm_scoring_method_from_text(text *word);
extern cm_scoring cm_scoring_begin(int64 capacity);
extern double cm_scoring_check_days(double days);
extern uint64 cm_scoring_key_days(double days); /* few are better */
extern uint64 cm_scoring_key_frequency(double frequency);
extern uint64 cm_scoring_key_monetary(double monetary);
extern uint64 cm_scoring_key_date(DateADT date);
extern uint64 cm_scoring_key_timestamp(Timestamp at);

/* The scores, in the order of the keys. */
extern cm_rfm *cm_scoring_finish(const cm_scoring *s, int bins, cm_scoring_method method);

#endif
