/*
 * The rows of funnels of bigint ids and one step each, as blocks: what a log that has been packed is read as, and what
 * the canonical form is made from.
 */
#ifndef CM_FUNNEL_BLOCKS_H
#define CM_FUNNEL_BLOCKS_H

#include "funnel/funnel_block.h"
#include "funnel/funnel_log.h"

typedef struct cm_funnel_blocks {
    const cm_funnel_block **blocks; /* most lie in the log */
    uint32 block_count;
    uint64 rows;
    int64 least_upper, greatest_upper; /* of ids */
} cm_funnel_blocks;

/* All rows of a log, which must stay. */
extern cm_funnel_blocks cm_funnel_blocks_of(const cm_funnel *f);

#endif
