/* The log behind funnel and funnels: appending, merging, reading; see funnel_log.h. The order is in funnel_sort.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "funnel/funnel_log.h"

const cm_state_class cm_funnel_class = {
    .name = "funnel_state",
    .min_size = sizeof(cm_funnel),
    .max_size = MaxAllocSize,
    .magic = 0x4655,
    .version = 1,
    .fewer = "fewer conditions in each row",
};
const cm_state_class cm_funnels_class = {
    .name = "funnels_state",
    .min_size = sizeof(cm_funnel),
    .max_size = MaxAllocSize,
    .magic = 0x4646,
    .version = 1,
    .fewer = "fewer conditions in each row",
};

cm_funnel *
cm_funnel_read_any(Datum datum, const cm_state_class *cls)
{
    cm_funnel *f = cm_state_read(datum, cls);

    if (unlikely(f->ids > CM_KEY_TEXT || f->layout > CM_FUNNEL_ORDERED || f->clock > CM_INSTANT))
        cm_state_error(&f->head, cls);
    if (cm_funnel_is_stored(f)) {
        if (cls != &cm_funnels_class || f->ids == 0 || f->layout == CM_FUNNEL_EMPTY ||
            f->used > MaxAllocSize / 8)
            cm_state_error(&f->head, cls);
        return f;
    }
    if (unlikely(f->used > (VARSIZE(f) - sizeof(cm_funnel)) / 8 || f->packed > f->used ||
                 (f->packed > 0 && (f->ids != CM_KEY_BIGINT || f->layout != CM_FUNNEL_STEPS))))
        cm_state_error(&f->head, cls);
    return f;
}

#define FIRST_SIZE 64 /* bytes */

/*
 * The total size is a power of two, which palloc would round to anyway, up to the largest one allocation gives. The
 * old state stays: inside an aggregate it is not ours to free.
 */
cm_funnel *
cm_funnel_grow(cm_funnel *f, uint32 more, const cm_state_class *cls)
{
    Size needed = sizeof(cm_funnel) + ((Size) f->used + more) * 8;
    Size size = FIRST_SIZE;

    cm_state_check_size(cls, needed);
    while (size < needed)
        size *= 2;
    if (size > MaxAllocSize)
        size = MaxAllocSize & ~(Size) 7;
    cm_state_check_size(cls, Max(size, needed));

    cm_funnel *grown = palloc(size);

    memcpy(grown, f, sizeof(cm_funnel) + (Size) f->used * 8);
    SET_VARSIZE(grown, size);
    return grown;
}

/* ---- definitions ---- */

static const char *
layout_text(cm_funnel_layout layout)
{
    return layout == CM_FUNNEL_STEPS    ? "one step for each row"
           : layout == CM_FUNNEL_EVENTS ? "conditions for each row, without an order key"
                                        : "conditions for each row, with an order key";
}

static const char *
ids_text(int ids)
{
    return ids == CM_KEY_BIGINT ? "bigint" : ids == CM_KEY_UUID ? "uuid" : ids == CM_KEY_TEXT ? "text" : "no";
}

void
cm_funnel_agree(cm_funnel *f, int ids, cm_funnel_layout layout, cm_clock clock)
{
    if (layout == CM_FUNNEL_EMPTY)
        return;
    if (f->layout == CM_FUNNEL_EMPTY) {
        f->ids = (uint8) ids;
        f->layout = (uint8) layout;
    }
    if (f->ids != ids)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("funnels of different definitions cannot be merged"),
                        errdetail("One has %s customer ids, the other %s.", ids_text(f->ids), ids_text(ids)),
                        errhint("Cast the customer ids to one type before they are aggregated.")));
    if (f->layout != layout)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("funnels of different definitions cannot be merged"),
                 errdetail("One holds %s, the other %s.", layout_text(f->layout), layout_text(layout)),
                 errhint("Build both with the same aggregate; give an order key for all rows or for none.")));
    f->clock = (uint8) cm_clock_agree((cm_clock) f->clock, "one step", clock, "another step");
}

/* ---- appending ---- */

static cm_funnel *
append_id(cm_funnel *f, const cm_key *id, const cm_state_class *cls)
{
    if (id->type == CM_KEY_BIGINT) {
        f = cm_funnel_reserve(f, 1, cls);
        f->words[f->used++] = id->id.number;
    } else if (id->type == CM_KEY_UUID) {
        f = cm_funnel_reserve(f, 2, cls);
        memcpy(&f->words[f->used], &id->id.uuid, sizeof(pg_uuid_t));
        f->used += 2;
    } else {
        uint32 words = 1 + (id->id.text.length + 7) / 8;

        f = cm_funnel_reserve(f, words, cls);
        f->words[f->used + words - 1] = 0; /* the padding */
        f->words[f->used] = id->id.text.length;
        memcpy(&f->words[f->used + 1], id->id.text.data, id->id.text.length);
        f->used += words;
    }
    return f;
}

static cm_funnel *
append_held(cm_funnel *f, const char *held, uint32 length, const cm_state_class *cls)
{
    uint32 words = cm_funnel_held_words(length);
    char *to;

    f = cm_funnel_reserve(f, words, cls);
    to = (char *) &f->words[f->used];
    f->words[f->used + words - 1] = 0; /* the padding */
    memcpy(to, &length, sizeof(length));
    memcpy(to + sizeof(length), held, length);
    f->used += words;
    return f;
}

cm_funnel *
cm_funnel_append(cm_funnel *f, const cm_key *id, const cm_funnel_event *event, const cm_state_class *cls)
{
    const cm_funnel_row *row = &event->row;
    cm_funnel_layout layout = (cm_funnel_layout) f->layout;
    int64 *word;

    if (f->ids != 0)
        f = append_id(f, id, cls);
    f = cm_funnel_reserve(f, cm_funnel_row_words(layout), cls);
    word = &f->words[f->used];
    f->used += cm_funnel_row_words(layout);
    f->sorted = 0;
    word[0] = cm_funnel_word(row->at, __builtin_ctzll(row->steps) + 1, row->unheld);
    if (layout == CM_FUNNEL_STEPS)
        return f;
    word[1] = (int64) row->steps;
    if (layout == CM_FUNNEL_ORDERED)
        word[2] = row->order;
    return row->unheld ? f : append_held(f, event->held, event->held_length, cls);
}

/* ---- packing ---- */

cm_funnel *
cm_funnel_pack(cm_funnel *f, const cm_state_class *cls)
{
    uint32 left = (f->used - f->packed) / 2;
    cm_funnel_pair *copy = MemoryContextAllocHuge(CurrentMemoryContext, left * sizeof(cm_funnel_pair));
    const cm_funnel_pair *rows = memcpy(copy, &f->words[f->packed], left * sizeof(cm_funnel_pair));

    f->used = f->packed;
    f->sorted = 0;
    while (left > 0) {
        uint32 count = Min(left, CM_FUNNEL_BLOCK);
        cm_funnel_block head;
        uint32 words = cm_funnel_block_measure(&head, rows, count);

        CHECK_FOR_INTERRUPTS();
        f = cm_funnel_reserve(f, words, cls);
        cm_funnel_block_pack((cm_funnel_block *) &f->words[f->used], &head, rows);
        f->used += words;
        f->packed = f->used;
        rows += count;
        left -= count;
    }
    pfree(copy);
    return f;
}

/* ---- reading ---- */

void
cm_funnel_words(const cm_funnel_customer *c, int64 *to)
{
    const int64 *word = &c->from->words[c->at + c->id_words];

    for (uint32 i = 0; i < c->rows; i++, word += c->id_words + 1)
        to[i] = *word;
}

cm_key
cm_funnel_key(const cm_funnel_customer *c)
{
    const int64 *id = &c->from->words[c->at];

    if (c->from->ids == CM_KEY_BIGINT)
        return (cm_key){.type = CM_KEY_BIGINT, .id.number = *id};
    if (c->from->ids == CM_KEY_UUID) {
        cm_key key = {.type = CM_KEY_UUID};

        memcpy(&key.id.uuid, id, sizeof(pg_uuid_t));
        return key;
    }
    return (cm_key){.type = CM_KEY_TEXT, .id.text = {(const char *) (id + 1), (uint32) *id}};
}

bool
cm_funnel_same_id(const cm_key *a, const cm_key *b)
{
    if (a->type == CM_KEY_BIGINT)
        return a->id.number == b->id.number;
    if (a->type == CM_KEY_UUID)
        return memcmp(&a->id.uuid, &b->id.uuid, sizeof(pg_uuid_t)) == 0;
    return a->id.text.length == b->id.text.length &&
           memcmp(a->id.text.data, b->id.text.data, a->id.text.length) == 0;
}

uint32
cm_funnel_read_row(const cm_funnel *f, uint32 at, cm_funnel_event *event)
{
    const int64 *word = &f->words[at];
    uint32 words = cm_funnel_row_words((cm_funnel_layout) f->layout);

    *event = (cm_funnel_event){.row = {.at = cm_funnel_word_time(word[0]),
                                       .unheld = (word[0] & CM_FUNNEL_UNHELD) != 0,
                                       .steps = UINT64CONST(1) << (word[0] & (CM_FUNNEL_UNHELD - 1))}};
    if (f->layout == CM_FUNNEL_STEPS)
        return at + words;
    event->row.steps = (uint64) word[1];
    if (f->layout == CM_FUNNEL_ORDERED)
        event->row.order = word[2];
    if (event->row.unheld)
        return at + words;
    memcpy(&event->held_length, word + words, sizeof(event->held_length));
    event->held = (const char *) (word + words) + sizeof(event->held_length);
    return at + words + cm_funnel_held_words(event->held_length);
}
