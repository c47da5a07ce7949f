/*
 * What a customers value says of each customer at the end of an observation, in the unit of time of a model. Purchases
 * of one day are one, as in states/customer_totals.h. A purchase after the end is as if it were not known.
 */
#ifndef CM_HOLDOUT_H
#define CM_HOLDOUT_H

#include "core/moment.h"
#include "states/customers.h"
#include "states/order.h"
#include "forecast/histories.h"

/* The day of an argument of type timestamp, from 0001-01-01 to 9999-12-31 */
#define CM_ARG_CALENDAR_DAY(n, what) cm_check_day(CM_ARG_DAY_OF(n, what), what)

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

#endif
