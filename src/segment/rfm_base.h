/*
 * rfm_base: the customers that scores are relative to, as three distributions: days since the last purchase, frequency
 * and monetary value, each as sorted runs of a value and how many customers have it. Cut points and means come from
 * it exactly, and merging two bases is exact too.
 */
#ifndef CM_RFM_BASE_H
#define CM_RFM_BASE_H

#include "common/state.h"

typedef struct cm_run {
    uint64 key;  /* of the value; math/sort.h */
    int64 count; /* customers with this value, above zero */
} cm_run;

/* Then the runs of the three dimensions, then rows that wait, three keys each. Canonical: no rows, no room left. */
typedef struct cm_rfm_base {
    cm_state head;
    int64 customers; /* in the runs: the sum of the counts of each dimension; at most CM_MAX_COUNT */
    uint32 runs[3];
    uint32 waiting; /* rows */
} cm_rfm_base;

/* A base in parts, before it is known how much there is of each. */
typedef struct cm_rfm_parts {
    int64 customers;
    uint32 runs[3];
    cm_run *run[3];
} cm_rfm_parts;

extern const cm_state_class cm_rfm_base_class;

/* Puts the parts together and frees them; room is bytes for rows. */
extern cm_rfm_base *cm_rfm_base_join(cm_rfm_parts *p, Size room);

/* Any datum in canonical form. */
extern const cm_rfm_base *cm_rfm_base_read(Datum datum);
extern const cm_run *cm_rfm_base_runs(const cm_rfm_base *base, int dimension);

#endif
