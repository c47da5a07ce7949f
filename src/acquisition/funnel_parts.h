/*
 * The customers of a book one after the other, in no order that means anything: part by part, each sorted in the cache.
 */
#ifndef CM_FUNNEL_PARTS_H
#define CM_FUNNEL_PARTS_H

#include "acquisition/funnel_book.h"

typedef struct cm_funnel_parts {
    const cm_funnel_book *book;
    uint32 part;  /* that comes next */
    uint64 range; /* of upper bits of ids */
    bool counted; /* whether it is small enough to count rows by them */
    uint32 room, count;
    uint32 *uppers; /* of each row, less the least */
    int64 *words;
    int64 *sorted; /* by customer */
    uint32 *ends;  /* of customers in it; of each of the range if counted */
    uint32 groups, group, from;
    cm_funnel_pair *pairs, *spare; /* if not counted */
} cm_funnel_parts;

extern cm_funnel_parts cm_funnel_parts_begin(cm_funnel_book *book);
/* The sorted words of the next customer; 0 at the end. They stay until the next call. */
extern uint32 cm_funnel_parts_next(cm_funnel_parts *p, const int64 **words);

#endif
