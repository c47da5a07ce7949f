/*
 * rfm_cell: three scores of a customer, recency, frequency and monetary value, and in how many bins they were given. A
 * score is from 1, the worst, to the number of bins, the best. The cell is one integer, passed by value: comparing it
 * compares recency first, then frequency, monetary value and the number of bins.
 */
#ifndef CM_RFM_H
#define CM_RFM_H

#include "fmgr.h"

#include "core/parse.h"

#define CM_MAX_BINS 100
#define CM_DEFAULT_BINS 5

typedef int32
    cm_rfm; /* one byte each: recency, frequency, monetary, bins; 0: no scores, which is NULL in SQL */

/* The byte of a score. dimension 0: recency, 1: frequency, 2: monetary */
static inline cm_rfm
cm_rfm_place(int score, int dimension)
{
    return score << (24 - 8 * dimension);
}

static inline int
cm_rfm_score(cm_rfm rfm, int dimension)
{
    return rfm >> (24 - 8 * dimension) & 0xff;
}

static inline cm_rfm
cm_rfm_make(int recency, int frequency, int monetary, int bins)
{
    return cm_rfm_place(recency, 0) | cm_rfm_place(frequency, 1) | cm_rfm_place(monetary, 2) | bins;
}

static inline int
cm_rfm_bins(cm_rfm rfm)
{
    return rfm & 0xff;
}

extern int cm_check_bins(int64 bins); /* 2 to CM_MAX_BINS, or an error */
extern bool cm_rfm_valid(cm_rfm rfm);
/* The text form: "5-4-3" of five bins, "3-2-1/3" of another number of them. */
extern char *cm_rfm_cstring(cm_rfm rfm);
extern cm_rfm cm_rfm_parse(cm_parser *p);

/*
 * The cell in another number of bins: each score becomes the one of the bin in which the middle of its share of the
 * customers lies; the worst and the best score become the worst and the best one.
 */
extern cm_rfm cm_rfm_rebin(cm_rfm rfm, int bins);

#define PG_GETARG_RFM(arg) ((cm_rfm) PG_GETARG_INT32(arg))

#endif
