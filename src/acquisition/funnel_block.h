/*
 * Rows of bigint ids and single steps, packed: up to CM_FUNNEL_BLOCK rows, in 4 to 8 bytes each, apart by a hash of
 * their ids into CM_FUNNEL_PARTS parts. So the rows of one customer are in the same part of every block, and a report
 * sorts part by part, in the cache, without ever sorting all rows.
 *
 * Blocks live only while a state is built and read, on one machine: their bytes are in the machine's order.
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

/* What it takes to read the packed rows of a block: kept in registers. */
typedef struct cm_funnel_row_reader {
    const uint8 *data;
    uint64 least_upper, least_word;
    uint64 row_mask, time_mask, step_mask;
    int bytes, step_bits, upper_shift, time_shift;
} cm_funnel_row_reader;

static inline cm_funnel_row_reader
cm_funnel_read_rows(const cm_funnel_block *b)
{
    return (cm_funnel_row_reader){
        .data = b->data,
        .least_upper = (uint64) b->least_upper,
        .least_word = (uint64) b->least_time << CM_FUNNEL_STEP_BITS,
        .row_mask = PG_UINT64_MAX >> (64 - 8 * b->row_bytes),
        .time_mask = (UINT64CONST(1) << b->time_bits) - 1,
        .step_mask = (UINT64CONST(1) << b->step_bits) - 1,
        .bytes = b->row_bytes,
        .step_bits = b->step_bits,
        .upper_shift = b->step_bits + b->time_bits,
        .time_shift = b->time_zeros + CM_FUNNEL_STEP_BITS,
    };
}

/* Reads 8 bytes, of which those after the row are not used. */
static inline uint64
cm_funnel_row_number(const cm_funnel_row_reader *r, uint32 i)
{
    uint64 row;

    memcpy(&row, r->data + (Size) i * r->bytes, sizeof(row));
    return row & r->row_mask;
}

static inline uint64
cm_funnel_row_upper(const cm_funnel_row_reader *r, uint64 row)
{
    return r->least_upper + (row >> r->upper_shift);
}

static inline int64
cm_funnel_row_word(const cm_funnel_row_reader *r, uint64 row)
{
    return (int64) (r->least_word +
                    ((row >> r->step_bits & r->time_mask) << r->time_shift | (row & r->step_mask)));
}

#endif
