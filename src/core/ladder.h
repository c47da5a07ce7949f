/*
 * Lists of elements, each with a key that no other has, to which keys come in any order. Such a list is sorted in runs: n keys in
 * no order cost n log n, where moving each to its place in one sorted list would cost n^2. Which runs there are follows from the
 * number of elements alone: the last elements, fewer than CM_LADDER_STEP, are a run, and before them there is one of
 * CM_LADDER_STEP * 2^i elements for each bit i of the number of full steps, the larger runs first. So 200 elements are runs of 128,
 * 64 and 8. A list that is sorted as a whole is also sorted in these runs, and keys in ascending order keep it so.
 */
#ifndef CM_LADDER_H
#define CM_LADDER_H

#define CM_LADDER_STEP 64

/* What the elements of a list are. */
typedef struct cm_ladder {
    Size size;   /* of an element, in bytes */
    Size key_at; /* of its key, which is an int32 */
} cm_ladder;

/* The index of the element with this key, or -1. */
extern int64 cm_ladder_find(const cm_ladder *l, const void *elements, int64 n, int32 key);
/* Copies an element, whose key is new, into a list of n that has room for it. */
extern void cm_ladder_insert(const cm_ladder *l, void *elements, int64 n, const void *element);
extern bool cm_ladder_is_sorted(const cm_ladder *l, const void *elements, int64 n);
/* Sorts the whole list. */
extern void cm_ladder_sort(const cm_ladder *l, void *elements, int64 n);

#endif
