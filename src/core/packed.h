/*
 * The packed form of values of all customers: blocks of so many customers, column by column, in numbers of as few bits as their
 * block needs (math/pack.h). Bytes are the same on every machine, and what reads them believes none of them: a function that
 * reads says false where there is no such thing.
 */
#ifndef CM_PACKED_H
#define CM_PACKED_H

#include "core/map.h"

/* ---- writing ---- */

typedef struct cm_packed_out {
    uint8 *bytes; /* of the value so far */
    Size used, capacity;
} cm_packed_out;

/* Begins with a head of so many zeros. */
extern cm_packed_out cm_packed_begin(Size head);
/* Room for so many bytes more; returns where they begin. */
extern uint8 *cm_packed_reserve(cm_packed_out *out, Size more);
extern void cm_packed_put_bytes(cm_packed_out *out, const void *bytes, Size n);
extern void cm_packed_put_numbers(cm_packed_out *out, const int64 *numbers, uint64 n);
/*
 * Ids of one type, in ascending order, 1 to CM_MAP_BATCH: the first, and the distances of the others; of text, how many
 * bytes each begins alike with the one before, and the others.
 */
extern void cm_packed_put_ids(cm_packed_out *out, const cm_key *ids, uint32 n);
/* A block has the number of the bytes that follow in it before it, so that one can be read without those before. */
extern Size cm_packed_begin_block(cm_packed_out *out);
extern void cm_packed_end_block(cm_packed_out *out, Size begin);

/* ---- reading ---- */

typedef struct cm_packed_in {
    const uint8 *at, *end;
} cm_packed_in;

/* Where ids that are text are written, from block to block: begin with zeros. */
typedef struct cm_packed_texts {
    char *data;
    Size size;
} cm_packed_texts;

extern bool cm_packed_get_numbers(cm_packed_in *in, int64 *numbers, uint64 n);
extern bool cm_packed_get_ids(cm_packed_in *in, cm_key_type type, cm_key *ids, uint32 n,
                              cm_packed_texts *texts);
extern bool cm_packed_get_block(cm_packed_in *in, cm_packed_in *block);
/*
 * The sum of so many counts, none negative, of things that take bytes_each of what is left to read; 0: of numbers, of which
 * a block of equal ones is the shortest. False if there cannot be so many.
 */
extern bool cm_packed_sum(const cm_packed_in *in, const int64 *counts, uint32 n, int bytes_each, uint64 *sum);

#endif
