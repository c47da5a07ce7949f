/*
 * What metrics need to know of one customer's purchases, whichever state it comes from.
 */
#ifndef CM_BUYER_H
#define CM_BUYER_H

#include "common/money.h"
#include "common/row.h"
#include "utils/date.h"

typedef struct cm_buyer {
    int64 purchases;         /* orders with amounts of zero and more */
    int64 purchase_days;     /* days with a purchase */
    DateADT first, last;     /* days of the first and last purchase; of no meaning without purchases */
    cm_money paid;           /* for purchases */
    cm_money refunded;       /* zero or more */
    cm_money paid_first_day; /* for purchases of the first day */
} cm_buyer;

/* The end of the observation: an error if anything is known to have happened after it. */
extern DateADT cm_check_as_of(DateADT as_of, DateADT latest);

extern cm_money cm_buyer_revenue(const cm_buyer *b); /* paid less refunded */

/*
 * Inputs of the forecast models, in the notation of Fader, Hardie and Lee (Marketing Science 24, 2005): x purchase
 * days after the first, t_x days from the first to the last, T days from the first to the end of the observation.
 * All purchases of a day are one, as in their treatment of CDNOW. m is the mean amount of the x repeat days, the
 * first day left out; refunds do not lower it, as gamma-gamma needs it positive.
 */
extern double cm_buyer_repeats(const cm_buyer *b);                /* x */
extern double cm_buyer_age_at_last(const cm_buyer *b);            /* t_x */
extern double cm_buyer_tenure(const cm_buyer *b, DateADT as_of);  /* T; these three NaN without purchases */
extern double cm_buyer_recency(const cm_buyer *b, DateADT as_of); /* days since the last purchase; also */
extern double cm_buyer_repeat_amount(const cm_buyer *b);          /* m; NaN without repeats */

/* Columns of result rows, NULL where there is nothing to say. */
extern void cm_row_set_money(cm_row *row, int column, cm_money value);
extern void cm_row_set_mean(cm_row *row, int column, cm_money sum, int64 count);
extern void cm_row_set_model_inputs(cm_row *row, int column, const cm_buyer *b, DateADT as_of,
                                    double unit_days);

#endif
