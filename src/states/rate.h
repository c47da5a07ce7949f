/*
 * rate: hits of total, a proportion that can be merged, so that no one averages averages.
 */
#ifndef CM_RATE_H
#define CM_RATE_H

#include "fmgr.h"

typedef struct cm_rate {
    int64 hits;  /* 0 <= hits <= total */
    int64 total; /* 0 <= total <= CM_MAX_COUNT; 0: a rate of nothing, its value is NULL */
} cm_rate;

extern cm_rate *cm_rate_make(int64 hits, int64 total, const char *what_hits, const char *what_total);
/* Of the counts in arguments n and n + 1, which are double precision. */
extern cm_rate *cm_rate_from_args(FunctionCallInfo fcinfo, int n, const char *what_hits,
                                  const char *what_total);
extern cm_rate *cm_rate_own(FunctionCallInfo fcinfo, int arg);
extern double cm_rate_value(const cm_rate *rate); /* NaN for a rate of nothing */

#define PG_GETARG_RATE(arg) ((const cm_rate *) PG_GETARG_POINTER(arg))

#endif
