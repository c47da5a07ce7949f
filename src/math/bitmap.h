/*
 * Sets of integers as bitmaps with holes: chunks of 64 neighbours, in ascending order, none of them empty. A set takes
 * 16 bytes for each 64 neighbours in use, however far apart its ends are. Plain C.
 */
#ifndef CM_BITMAP_H
#define CM_BITMAP_H

#include <stdbool.h>
#include <stdint.h>

typedef struct cm_chunk {
    uint64_t bits;   /* bit i stands for 64 * word + i */
    int32_t word;    /* which 64 neighbours */
    uint32_t unused; /* zero */
} cm_chunk;

static inline int32_t
cm_chunk_word(int32_t member)
{
    return (int32_t) (((int64_t) member - (member & 63)) / 64); /* rounded down */
}

static inline uint64_t
cm_chunk_bit(int32_t member)
{
    return (uint64_t) 1 << (member & 63);
}

/* The index of the first chunk whose word is this one or later. */
extern int64_t cm_bitmap_find(const cm_chunk *chunks, int64_t n, int32_t word);
extern int64_t cm_bitmap_count(const cm_chunk *chunks, int64_t n);
/* The chunks of the union, at most n_a + n_b, and how many they are; out may be NULL. */
extern int64_t cm_bitmap_union(const cm_chunk *a, int64_t n_a, const cm_chunk *b, int64_t n_b, cm_chunk *out);

/* The members in ascending order. */
typedef struct cm_bit_cursor {
    const cm_chunk *at, *end;
    uint64_t rest; /* bits of *at that have not been given yet */
} cm_bit_cursor;

static inline cm_bit_cursor
cm_bitmap_begin(const cm_chunk *chunks, int64_t n)
{
    return (cm_bit_cursor){chunks, chunks + n, n > 0 ? chunks->bits : 0};
}

static inline bool
cm_bitmap_next(cm_bit_cursor *c, int32_t *member)
{
    while (c->rest == 0) {
        if (c->at == c->end || ++c->at == c->end)
            return false;
        c->rest = c->at->bits;
    }
    *member = (int32_t) ((int64_t) c->at->word * 64 + __builtin_ctzll(c->rest));
    c->rest &= c->rest - 1;
    return true;
}

#endif
