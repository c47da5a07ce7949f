/*
 * spending: what acquisition cost and how many customers came of it, in total or by calendar period. Exact sums.
 */
#ifndef CM_SPENDING_H
#define CM_SPENDING_H

#include "states/period_sums.h"

typedef cm_period_sums cm_spending; /* of costs, with a count of new customers */

extern const cm_period_sums_kind cm_spending_kind;

#define PG_GETARG_SPENDING(arg) cm_period_sums_read(PG_GETARG_DATUM(arg), &cm_spending_kind)

#endif
