/*
 * What metrics need to know of one customer's purchases, whichever state it comes from.
 */
#ifndef CM_CUSTOMER_TOTALS_H
#define CM_CUSTOMER_TOTALS_H

#include "core/money.h"
#include "core/row.h"
#include "utils/date.h"

typedef struct cm_customer_totals {
    int64 purchases;         /* orders with amounts of zero and more */
    int64 purchase_days;     /* days with a purchase */
    DateADT first, last;     /* days of the first and last purchase; of no meaning without purchases */
    cm_money paid;           /* for purchases */
    cm_money refunded;       /* zero or more */
    cm_money paid_first_day; /* for purchases of the first day */
} cm_customer_totals;

/*
 * The end of the observation, for readers of amounts and counts: an error if anything happened after it, as a value of all
 * customers keeps no amounts by day. Readers of days leave later ones out; see cm_customers_days_until.
 */
extern DateADT cm_check_as_of(DateADT as_of, DateADT latest);
extern const char *cm_hint_to_leave_out(DateADT as_of); /* how to: for messages */

extern cm_money cm_totals_revenue(const cm_customer_totals *b); /* paid less refunded */

/*
 * Inputs of the forecast models, in the notation of Fader, Hardie and Lee (Marketing Science 24, 2005): x purchase
 * days after the first, t_x days from the first to the last, T days from the first to the end of the observation.
 * All purchases of a day are one, as in their treatment of CDNOW. m is the mean amount of the x repeat days, the
 * first day left out; refunds do not lower it, as gamma-gamma needs it positive.
 */
extern double cm_totals_repeats(const cm_customer_totals *b);     /* x */
extern double cm_totals_age_at_last(const cm_customer_totals *b); /* t_x */
extern double cm_totals_tenure(const cm_customer_totals *b,
                               DateADT as_of); /* T; these three NaN without purchases */
extern double cm_totals_recency(const cm_customer_totals *b,
                                DateADT as_of);                     /* days since the last purchase; also */
extern double cm_totals_repeat_amount(const cm_customer_totals *b); /* m; NaN without repeats */

/* Columns of result rows, NULL where there is nothing to say. */
extern void cm_row_set_money(cm_row *row, int column, cm_money value);
extern void cm_row_set_mean(cm_row *row, int column, cm_money sum, int64 count);
extern void cm_row_set_model_inputs(cm_row *row, int column, const cm_customer_totals *b, DateADT as_of,
                                    double unit_days);

#endif
