/*
 * The states funnel (one customer) and funnels (all customers in one value): a log of the rows that matched a step, in
 * words of 8 bytes. Rows are appended as they come; the canonical form, which is what leaves an aggregate, is sorted by
 * customer and time. Everything else - windows, ties, order - is decided when the state is read, so one state answers
 * every such question.
 *
 *   record = id of the customer (funnels only) | time and lowest step | steps | order key | value to hold
 *
 * The last three parts are there in the layouts that need them. An id is 1 word (bigint), 2 (uuid), or the length in bytes
 * and the bytes, padded with zeros (text). A value to hold is its length in 4 bytes and its bytes, padded with zeros; a row
 * without one says so in its first word and ends there.
 *
 * Fresh memory is what costs most while millions of rows are collected, and each time a state grows the executor copies
 * it. So rows of one step and bigint ids, the common case, wait as records only until there are CM_FUNNEL_BLOCK of them,
 * and are then packed to a third of their size (funnel_block.h). The canonical form has no packed blocks; funnels of rows
 * are stored in a shorter form of their own (funnel_stored.h).
 */
#ifndef CM_FUNNEL_LOG_H
#define CM_FUNNEL_LOG_H

#include "funnel/funnel_block.h"
#include "core/map.h"
#include "core/moment.h"
#include "core/state.h"
#include "math/funnel_path.h"

typedef enum cm_funnel_layout {
    CM_FUNNEL_EMPTY,  /* no rows yet: any layout may follow */
    CM_FUNNEL_STEPS,  /* each row matches one step */
    CM_FUNNEL_EVENTS, /* rows may match several steps, and have a value to hold constant */
    CM_FUNNEL_ORDERED /* and an order key */
} cm_funnel_layout;

/* A row. Its `hold` in math is not set: texts become numbers only where rules ask for it. */
typedef struct cm_funnel_event {
    cm_funnel_row row;
    const char *held; /* the value to hold, unless row.unheld or the layout is CM_FUNNEL_STEPS */
    uint32 held_length;
} cm_funnel_event;

typedef struct cm_funnel {
    cm_state head;
    uint8 ids;     /* cm_key_type; 0 in funnel, and in funnels without rows */
    uint8 layout;  /* cm_funnel_layout */
    uint8 clock;   /* cm_clock of the times; without rows CM_NO_CLOCK */
    uint8 sorted;  /* 1: canonical form */
    uint32 used;   /* words, packed blocks included */
    uint32 packed; /* words of packed blocks, which come first */
    uint32 unused; /* zero; stored: customers */
    int64 skipped; /* rows with a step but without a time or an id */
    int64 words[FLEXIBLE_ARRAY_MEMBER];
} cm_funnel;

extern const cm_state_class cm_funnel_class;
extern const cm_state_class cm_funnels_class;

#define CM_FUNNEL_IS_STORED                                                                                  \
    1 /* flag of cm_state: the form of funnel_stored.h, which readers of customers know */

static inline bool
cm_funnel_is_stored(const cm_funnel *f)
{
    return (f->head.flags & CM_FUNNEL_IS_STORED) != 0;
}

/* Words of a row without a value to hold. */
static inline uint32
cm_funnel_row_words(cm_funnel_layout layout)
{
    return layout == CM_FUNNEL_STEPS ? 1 : layout == CM_FUNNEL_EVENTS ? 2 : 3;
}

static inline uint32
cm_funnel_held_words(uint32 length)
{
    return (uint32) ((sizeof(length) + (Size) length + 7) / 8);
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

/* Words of the row at this place, which is behind its id. */
static inline uint32
cm_funnel_words_at(const cm_funnel *f, uint32 at)
{
    uint32 words = cm_funnel_row_words((cm_funnel_layout) f->layout), length;

    if (f->layout == CM_FUNNEL_STEPS || (f->words[at] & CM_FUNNEL_UNHELD) != 0)
        return words;
    memcpy(&length, &f->words[at + words], sizeof(length));
    return words + cm_funnel_held_words(length);
}

/* ---- building ---- */

/* A stored value as one that rows can be added to. */
extern cm_funnel *cm_funnel_reopen(const cm_funnel *stored, const cm_state_class *cls);

/* Argument 0 of a step, which may be written to. */
static inline cm_funnel *
cm_funnel_own(FunctionCallInfo fcinfo, const cm_state_class *cls)
{
    cm_funnel *f = cm_state_own(fcinfo, 0, cls);

    return unlikely(cm_funnel_is_stored(f)) ? cm_funnel_reopen(f, cls) : f;
}

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

/* Agrees on ids, layout and clock with what is there, or is an error that names the difference. */
extern void cm_funnel_agree(cm_funnel *f, int ids, cm_funnel_layout layout, cm_clock clock);
/* Appends a row; id is not looked at where the state has none. */
extern cm_funnel *cm_funnel_append(cm_funnel *f, const cm_key *id, const cm_funnel_event *event,
                                   const cm_state_class *cls);
extern cm_funnel *cm_funnel_merge(cm_funnel *f, const cm_funnel *other, const cm_state_class *cls);

/* Packs all records that wait; the state may move to CurrentMemoryContext. */
extern cm_funnel *cm_funnel_pack(cm_funnel *f, const cm_state_class *cls);

static inline bool
cm_funnel_may_pack(const cm_funnel *f)
{
    return f->ids == CM_KEY_BIGINT && f->layout == CM_FUNNEL_STEPS &&
           f->used - f->packed >= 2 * CM_FUNNEL_BLOCK;
}

/* ---- reading ---- */

/* Canonical form; the state itself if it is canonical or stored. */
extern const cm_funnel *cm_funnel_canonical(const cm_funnel *f);

/* One customer of a state in canonical form, or of a stored one: then of a block of it. */
typedef struct cm_funnel_customer {
    const cm_funnel *from;
    struct cm_funnel_reader *reader; /* of a stored one */
    uint32 at, end;                  /* places of the first record, and behind the last */
    uint32 id_words;
    uint32 rows;
} cm_funnel_customer;

/* Begin with cm_funnel_customer c = {.from = f}; false at the end. */
extern bool cm_funnel_next(cm_funnel_customer *c);
/* The words of a customer, where the layout is CM_FUNNEL_STEPS, into `to`. */
extern void cm_funnel_words(const cm_funnel_customer *c, int64 *to);
extern cm_key cm_funnel_key(const cm_funnel_customer *c);
extern bool cm_funnel_same_id(const cm_key *a, const cm_key *b); /* of one type */

/* Reads the row behind an id; returns the place behind the row. */
extern uint32 cm_funnel_read_row(const cm_funnel *f, uint32 at, cm_funnel_event *event);

/* The rows of a customer: begin at its place; false behind the last. */
static inline bool
cm_funnel_next_row(const cm_funnel_customer *c, uint32 *at, cm_funnel_event *event)
{
    if (*at >= c->end)
        return false;
    *at = cm_funnel_read_row(c->from, *at + c->id_words, event);
    return true;
}

/* All steps that any row of the state matches. */
extern uint64 cm_funnel_all_steps(const cm_funnel *f);

/* The order of the canonical form: of ids, and of records with equal ids. */
extern int cm_funnel_compare_ids(const cm_funnel *f, uint32 a, uint32 b);
extern int cm_funnel_compare_records(const cm_funnel *f, uint32 a, uint32 b);
extern int cm_funnel_compare_bytes(const char *a, uint32 length_a, const char *b, uint32 length_b);

#define PG_GETARG_FUNNEL(arg) cm_funnel_canonical(cm_funnel_read_any(PG_GETARG_DATUM(arg), &cm_funnel_class))
#define PG_GETARG_FUNNELS(arg)                                                                               \
    cm_funnel_canonical(cm_funnel_read_any(PG_GETARG_DATUM(arg), &cm_funnels_class))

#endif
