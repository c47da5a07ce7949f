/*
 * Ledgers of several segments, read together: the changes of each customer from all of them, in the order of ids.
 */
#ifndef CM_MRR_LEDGERS_H
#define CM_MRR_LEDGERS_H

#include "utils/array.h"

#include "subscription/mrr.h"

typedef struct cm_mrr_ledger {
    const text *name; /* of the segment; NULL: it is not known */
    const cm_map *map;
    uint32 at; /* the next customer */
} cm_mrr_ledger;

/* A change of what a customer pays in a segment. */
typedef struct cm_segment_change {
    int128 units; /* at the scale of all */
    DateADT day;
    uint32 member; /* the customer's ledgers are numbered from 0 */
} cm_segment_change;

typedef struct cm_mrr_ledgers {
    cm_mrr_ledger *ledgers; /* by name */
    int32 count;
    int scale;    /* the finest */
    uint32 *heap; /* ledgers that have customers left, the one of the least id first */
    uint32 heaped;
    /* The customer at hand: */
    uint32 *members; /* their ledgers, by number */
    uint32 member_count;
    cm_segment_change *changes; /* by day */
    Size change_count, capacity;
} cm_mrr_ledgers;

extern cm_mrr_ledgers cm_mrr_read_ledgers(ArrayType *states, ArrayType *names);
/* Reads the changes before as_of of the next customer; false at the end. */
extern bool cm_mrr_next_customer(cm_mrr_ledgers *r, DateADT as_of);

#endif
