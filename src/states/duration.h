/*
 * metric_duration: how long something took, as an argument: a number in any unit, or an interval, which is its days. It is
 * one type, because a pair of overloads would make literals and parameters ambiguous. To C it is a float8.
 */
#ifndef CM_DURATION_H
#define CM_DURATION_H

#include "fmgr.h"

/* The longest duration, in any unit: what is computed from durations below it stays finite. */
#define CM_MAX_DURATION 1e18

extern double cm_check_duration(double duration, const char *what); /* 0 to CM_MAX_DURATION */

#define PG_GETARG_DURATION(n, what) cm_check_duration(PG_GETARG_FLOAT8(n), what)

#endif
