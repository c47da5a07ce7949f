/* series: sums of amounts by calendar period, and how many rows each period has. */
#ifndef CM_SERIES_H
#define CM_SERIES_H

#include "states/period_sums.h"

typedef cm_period_sums cm_series; /* of amounts, with a count of rows */

extern const cm_period_sums_kind cm_series_kind;

#define PG_GETARG_SERIES(arg) cm_period_sums_read(PG_GETARG_DATUM(arg), &cm_series_kind)

#endif
