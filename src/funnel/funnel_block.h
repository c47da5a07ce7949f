/*
 * Rows of bigint ids and single steps, packed: up to CM_FUNNEL_BLOCK rows, in 4 to 8 bytes each. They lie apart by a hash of
 * their ids into CM_FUNNEL_PARTS parts, so that the part need not stand in each row.
 *
 * Blocks live only while a state is built, on one machine.
 */
#ifndef CM_FUNNEL_BLOCK_H
#define CM_FUNNEL_BLOCK_H

#include "math/funnel_path.h"

#define CM_FUNNEL_BLOCK 8192
#define CM_FUNNEL_PART_BITS 9
#define CM_FUNNEL_PARTS (1 << CM_FUNNEL_PART_BITS)

/* A bigint id and its row, a word of time and step: the record of the common case. */
typedef struct cm_funnel_pair {
    int64 key;
    int64 value;
} cm_funnel_pair;

/*
 * A packed row is a number of row_bytes: the offset of the upper bits of its id from the least of the block, that of its
 * time, without the zeros in which all of them end, and its step. Rows that would be longer than 8 bytes are pairs.
 */
typedef struct cm_funnel_block {
    uint32 words; /* all of it */
    uint16 rows;
    uint8 row_bytes; /* 4 to 8; CM_FUNNEL_PAIR_BYTES: rows are pairs */
    uint8 step_bits;
    uint8 time_bits;
    uint8 time_zeros;
    uint8 unused[6]; /* zero */
    int64 least_upper, greatest_upper;
    int64 least_time;
    uint16 ends[CM_FUNNEL_PARTS]; /* places after the last row of each part */
    uint8 data[FLEXIBLE_ARRAY_MEMBER];
} cm_funnel_block;

#define CM_FUNNEL_PAIR_BYTES 16

/* The bits of an id that its part does not tell. Rises with the id. */
static inline int64
cm_funnel_upper(int64 id)
{
    return id >> CM_FUNNEL_PART_BITS;
}

/* What ids with these upper bits are mixed with, so that any regular choice of ids still fills all parts. */
static inline uint32
cm_funnel_mix(int64 upper)
{
    return (uint32) (((uint64) upper * UINT64CONST(0x9e3779b97f4a7c15)) >> (64 - CM_FUNNEL_PART_BITS));
}

static inline uint32
cm_funnel_part(int64 id)
{
    return ((uint32) id & (CM_FUNNEL_PARTS - 1)) ^ cm_funnel_mix(cm_funnel_upper(id));
}

static inline int64
cm_funnel_id(int64 upper, uint32 part)
{
    return (int64) ((uint64) upper << CM_FUNNEL_PART_BITS | (part ^ cm_funnel_mix(upper)));
}

/* The words that a block of these rows, 1 to CM_FUNNEL_BLOCK, takes; fills the block's head. */
extern uint32 cm_funnel_block_measure(cm_funnel_block *head, const cm_funnel_pair *rows, uint32 count);
/* Writes it. */
extern void cm_funnel_block_pack(cm_funnel_block *to, const cm_funnel_block *head,
                                 const cm_funnel_pair *rows);
/* Whether these words begin with a block that can be read. */
extern bool cm_funnel_block_valid(const int64 *words, Size count);
/* Reads all rows, part by part. */
extern void cm_funnel_block_unpack(const cm_funnel_block *b, cm_funnel_pair *rows);

#endif
