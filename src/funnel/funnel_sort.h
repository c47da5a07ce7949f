/* Sorting the rows of funnels: pairs of an id and a word, and the words of one customer. */
#ifndef CM_FUNNEL_SORT_H
#define CM_FUNNEL_SORT_H

#include "funnel/funnel_block.h"
#include "funnel/funnel_log.h"

/* Sorts pairs into `to` by key ^ flip as an unsigned number; stable. from is left alone; spare has room for as many. */
extern void cm_funnel_sort_pairs(const cm_funnel_pair *from, cm_funnel_pair *to, cm_funnel_pair *spare,
                                 uint32 count, uint64 flip);
#define CM_FUNNEL_FLIP_SIGN (UINT64CONST(1) << 63) /* for keys that are signed */

extern void cm_funnel_sort_words(int64 *words, uint32 count);

/* Pairs sorted by id: puts those of each id in order. */
extern void cm_funnel_sort_each_id(cm_funnel_pair *sorted, uint32 count);

#endif
