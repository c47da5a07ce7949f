/*
 * rfm_cuts: the thresholds of scores as a value, to be stored and applied to other customers, so that a score means
 * the same next month. A score is 1 + the number of thresholds reached: days at most, frequency and money at least. The
 * three dimensions have as many thresholds, one less than the bins of the cells that they give.
 */
#ifndef CM_RFM_CUTS_H
#define CM_RFM_CUTS_H

#include "core/state.h"
#include "segment/rfm.h"
#include "segment/value_counts.h"

#define CM_MAX_LEVELS (CM_MAX_BINS - 1)

typedef struct cm_rfm_cuts {
    cm_state head;
    uint32 levels; /* thresholds of each dimension, 1 to CM_MAX_LEVELS */
    uint32 unused; /* zero */
    /*
     * From the worst score up: days fall, frequency and money rise; two may be equal. Those that nobody reaches are
     * -infinity days and infinite frequency and money.
     */
    double threshold[FLEXIBLE_ARRAY_MEMBER];
} cm_rfm_cuts;

extern const cm_state_class cm_rfm_cuts_class;
extern const cm_value_counts_class cm_rfm_base_class; /* what cut points are learned from */

/* As many thresholds of each dimension, valid ones. */
extern cm_rfm_cuts *cm_rfm_cuts_new(int levels, const double *const *thresholds);
extern Datum cm_rfm_cuts_out(PG_FUNCTION_ARGS);
extern cm_rfm cm_rfm_cuts_score(const cm_rfm_cuts *cuts, double days, double frequency, double monetary);

#define PG_GETARG_RFM_CUTS(arg)                                                                              \
    ((const cm_rfm_cuts *) cm_state_read(PG_GETARG_DATUM(arg), &cm_rfm_cuts_class))

#endif
