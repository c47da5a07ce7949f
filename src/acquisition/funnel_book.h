/*
 * The rows of funnels of bigint ids and one step each, as blocks: what a log that has been packed is read as, and what
 * the canonical form is made from.
 */
#ifndef CM_FUNNEL_BOOK_H
#define CM_FUNNEL_BOOK_H

#include "acquisition/funnel_block.h"
#include "acquisition/funnel_log.h"

typedef struct cm_funnel_book {
    const cm_funnel_block **blocks; /* most lie in the log */
    uint32 block_count;
    uint64 rows;
    int64 least_upper, greatest_upper; /* of ids */
} cm_funnel_book;

/* All rows of a log, which must stay. */
extern cm_funnel_book cm_funnel_book_of(const cm_funnel *f);

#endif
