/*
 * What a customers value says of each customer at the end of an observation, in the unit of time of a model. Purchases
 * of one day are one, as in states/customer_totals.h. A purchase after the end is as if it were not known.
 */
#ifndef CM_HOLDOUT_H
#define CM_HOLDOUT_H

#include "core/moment.h"
#include "states/customers.h"
#include "states/order.h"
#include "forecast/customer_model.h"
#include "forecast/histories.h"

typedef struct cm_holdout {
    cm_purchase_history history; /* x, t_x, T at the end of observation; n = 1 */
    DateADT first;               /* day of the first purchase */
    int later;                   /* purchase days after the end and not after the holdout */
} cm_holdout;

/* Days of one unit of time: day, week, month (365.25 / 12), quarter, year. */
extern double cm_days_of_unit(cm_time_unit unit);

/* False for who had no purchase by the end. holdout: the last day that counts as later. */
extern bool cm_holdout_split(const cm_map *map, uint32 entry, DateADT end, DateADT holdout, double unit_days,
                             cm_holdout *out);

extern void cm_check_holdout(DateADT calibration_end,
                             DateADT holdout_end); /* an error unless it is after it */

/*
 * The expected amount of a purchase; NaN without a model or parameters, where only free repeat purchases are known, and
 * where it is infinite.
 */
extern double cm_spend_of_customer(const cm_customer_model *spend_model, const cm_customer_totals *totals);

#endif
