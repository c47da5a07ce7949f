/*
 * The states funnel (one customer) and funnels (all customers in one value): a log of the rows that matched a step, in
 * words of 8 bytes. Rows are appended as they come; the canonical form, which is what leaves an aggregate, is sorted by
 * customer and time. Everything else - windows, ties, order - is decided when the state is read, so one state answers
 * every such question.
 *
 *   record = id of the customer (funnels only) | time and lowest step | steps, value held | order key
 *
 * The last two parts are there in the layouts that need them. An id is 1 word (bigint), 2 (uuid), or the length in bytes
 * and the bytes, padded with zeros (text).
 *
 * Fresh memory is what costs most while millions of rows are collected, and each time a state grows the executor copies
 * it. So rows of one step and bigint ids, the common case, wait as records only until there are CM_FUNNEL_BLOCK of them,
 * and are then packed to a third of their size (funnel_block.h). The canonical form has no packed blocks.
 */
#ifndef CM_FUNNEL_LOG_H
#define CM_FUNNEL_LOG_H

#include "utils/timestamp.h"

#include "funnel/funnel_block.h"
#include "core/map.h"
#include "core/state.h"
#include "math/funnel_path.h"

typedef enum cm_funnel_layout {
    CM_FUNNEL_EMPTY,  /* no rows yet: any layout may follow */
    CM_FUNNEL_STEPS,  /* each row matches one step */
    CM_FUNNEL_EVENTS, /* rows may match several steps, and have a value to hold constant */
    CM_FUNNEL_ORDERED /* and an order key */
} cm_funnel_layout;

typedef struct cm_funnel {
    cm_state head;
    uint8 ids;     /* cm_key_type; 0 in funnel, and in funnels without rows */
    uint8 layout;  /* cm_funnel_layout */
    uint8 sorted;  /* 1: canonical form */
    uint8 unused;  /* zero */
    uint32 used;   /* words, packed blocks included */
    uint32 packed; /* words of packed blocks, which come first */
    uint32 unused_too;
    int64 skipped; /* rows with a step but without a time or an id */
    int64 words[FLEXIBLE_ARRAY_MEMBER];
} cm_funnel;

extern const cm_state_class cm_funnel_class;
extern const cm_state_class cm_funnels_class;

static inline int
cm_funnel_row_words(cm_funnel_layout layout)
{
    return layout == CM_FUNNEL_STEPS ? 1 : layout == CM_FUNNEL_EVENTS ? 3 : 4;
}

/* Words of the id at this place. */
static inline uint32
cm_funnel_id_words(const cm_funnel *f, uint32 at)
{
    return f->ids == 0               ? 0
           : f->ids == CM_KEY_BIGINT ? 1
           : f->ids == CM_KEY_UUID   ? 2
                                     : 1 + (uint32) ((f->words[at] + 7) / 8);
}

/* ---- building ---- */

extern cm_funnel *cm_funnel_read_any(Datum datum, const cm_state_class *cls); /* not to be changed */
/* Room for more words; the state may move to CurrentMemoryContext. */
extern cm_funnel *cm_funnel_grow(cm_funnel *f, uint32 more, const cm_state_class *cls);

static inline cm_funnel *
cm_funnel_reserve(cm_funnel *f, uint32 more, const cm_state_class *cls)
{
    if (unlikely((VARSIZE(f) - sizeof(cm_funnel)) / 8 - f->used < more))
        return cm_funnel_grow(f, more, cls);
    return f;
}

/* Agrees on ids and layout with what is there, or is an error that names the difference. */
extern void cm_funnel_agree(cm_funnel *f, int ids, cm_funnel_layout layout);
extern void cm_funnel_check_time(TimestampTz at);
extern cm_funnel *cm_funnel_append_id(cm_funnel *f, const cm_key *id, const cm_state_class *cls);
extern cm_funnel *cm_funnel_append_row(cm_funnel *f, const cm_funnel_row *row, const cm_state_class *cls);
extern cm_funnel *cm_funnel_merge(cm_funnel *f, const cm_funnel *other, const cm_state_class *cls);

/* Packs all records that wait, in funnel_blocks.c; the state may move to CurrentMemoryContext. */
extern cm_funnel *cm_funnel_pack(cm_funnel *f, const cm_state_class *cls);

static inline bool
cm_funnel_may_pack(const cm_funnel *f)
{
    return f->ids == CM_KEY_BIGINT && f->layout == CM_FUNNEL_STEPS &&
           f->used - f->packed >= 2 * CM_FUNNEL_BLOCK;
}

/* ---- reading ---- */

/* Canonical form; the state itself if it is canonical. */
extern const cm_funnel *cm_funnel_canonical(const cm_funnel *f);

/* One customer of a state in canonical form. */
typedef struct cm_funnel_customer {
    const cm_funnel *from;
    uint32 at; /* of the first record */
    uint32 id_words;
    uint32 record; /* words */
    uint32 rows;
} cm_funnel_customer;

/* Begin with cm_funnel_customer c = {.from = f}; false at the end. */
extern bool cm_funnel_next(cm_funnel_customer *c);
/* The words of a customer, where the layout is CM_FUNNEL_STEPS, into `to`. */
extern void cm_funnel_words(const cm_funnel_customer *c, int64 *to);
extern cm_key cm_funnel_key(const cm_funnel_customer *c);
extern bool cm_funnel_same_id(const cm_key *a, const cm_key *b); /* of one type */
extern cm_funnel_row cm_funnel_row_at(const cm_funnel_customer *c, uint32 row);
/* The order of the canonical form: of ids, and of records with equal ids. */
extern int cm_funnel_compare_ids(const cm_funnel *f, uint32 a, uint32 b);
extern int cm_funnel_compare_records(const cm_funnel *f, uint32 a, uint32 b);

#define PG_GETARG_FUNNEL(arg) cm_funnel_canonical(cm_funnel_read_any(PG_GETARG_DATUM(arg), &cm_funnel_class))
#define PG_GETARG_FUNNELS(arg)                                                                               \
    cm_funnel_canonical(cm_funnel_read_any(PG_GETARG_DATUM(arg), &cm_funnels_class))

#endif
