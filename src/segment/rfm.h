/*
 * rfm: three scores of a customer, recency, frequency and monetary value, each from 1 (worst) up. One integer, passed
 * by value: comparing it compares recency first, then frequency, then monetary value.
 */
#ifndef CM_RFM_H
#define CM_RFM_H

#include "fmgr.h"

#define CM_RFM_MAX_SCORE 100

typedef int32 cm_rfm; /* one byte a score; 0 where there is none, which is NULL in SQL */

static inline cm_rfm
cm_rfm_make(int recency, int frequency, int monetary)
{
    return recency << 16 | frequency << 8 | monetary;
}

/* dimension 0: recency, 1: frequency, 2: monetary */
static inline int
cm_rfm_score(cm_rfm rfm, int dimension)
{
    return rfm >> (16 - 8 * dimension) & 0xff;
}

extern bool cm_rfm_valid(int64 rfm);
extern cm_rfm cm_rfm_check(int64 recency, int64 frequency, int64 monetary);
extern char *cm_rfm_cstring(cm_rfm rfm);

#define PG_GETARG_RFM(arg) ((cm_rfm) PG_GETARG_INT32(arg))

#endif
