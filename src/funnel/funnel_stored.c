/* Reading funnels that were stored; see funnel_stored.h. They are stored by funnel_store.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "funnel/funnel_stored.h"

enum /* of columns */ { TIMES, STEPS, ORDERS, LENGTHS, COLUMNS };

cm_funnel_reader *
cm_funnel_begin_stored(const cm_funnel *stored)
{
    cm_funnel_reader *reader = palloc0(sizeof(cm_funnel_reader));

    reader->stored = stored;
    reader->in = (cm_packed_in){(const uint8 *) stored->words, (const uint8 *) stored + VARSIZE(stored)};
    reader->left = stored->unused;
    reader->block = cm_state_new(&cm_funnels_class, sizeof(cm_funnel));
    memcpy(&reader->block->ids, &stored->ids, sizeof(cm_funnel) - offsetof(cm_funnel, ids));
    reader->block->used = reader->block->unused = 0;
    return reader;
}

/* Numbers of this reader, for so many columns of rows. */
static int64 *
reserve_numbers(cm_funnel_reader *r, uint64 n)
{
    if (n > r->capacity) {
        if (r->numbers != NULL)
            pfree(r->numbers);
        r->capacity = Max(2 * r->capacity, n);
        r->numbers = MemoryContextAllocHuge(CurrentMemoryContext, r->capacity * sizeof(int64));
    }
    return r->numbers;
}

/* What a block has been unpacked to. */
typedef struct unpacked {
    cm_key ids[CM_MAP_BATCH];
    int64 rows[CM_MAP_BATCH], first[CM_MAP_BATCH];
    uint32 customers;
    int64 *of[COLUMNS];
    const uint8 *held;
} unpacked;

/* A pair for each row: the id, and the word of time and step. */
static void
join_numbers(cm_funnel *block, const unpacked *u)
{
    const int64 *times = u->of[TIMES], *steps = u->of[STEPS];
    int64 *to = block->words;

    for (uint32 i = 0; i < u->customers; i++) {
        uint64 time = (uint64) u->first[i];
        int64 id = u->ids[i].id.number, rows = u->rows[i];

        for (int64 row = 0; row < rows; row++) {
            time += row > 0 ? (uint64) *times++ : 0;
            *to++ = id;
            *to++ = (int64) (time << CM_FUNNEL_STEP_BITS | ((uint64) *steps++ & (CM_FUNNEL_UNHELD - 1)));
        }
    }
    block->used = (uint32) (to - block->words);
}

static bool
join_events(cm_funnel_reader *r, const unpacked *u)
{
    cm_funnel_layout layout = (cm_funnel_layout) r->stored->layout;
    const int64 *times = u->of[TIMES];
    const uint8 *held = u->held;
    uint64 row = 0;

    for (uint32 i = 0; i < u->customers; i++) {
        uint64 time = (uint64) u->first[i];

        for (int64 end = (int64) row + u->rows[i], begin = (int64) row; (int64) row < end; row++) {
            cm_funnel_event event = {.row.steps = (uint64) u->of[STEPS][row]};

            if ((int64) row > begin)
                time += (uint64) *times++;
            event.row.at = (int64) time;
            if (layout == CM_FUNNEL_STEPS)
                event.row.steps = UINT64CONST(1) << (u->of[STEPS][row] & (CM_FUNNEL_UNHELD - 1));
            if (layout == CM_FUNNEL_ORDERED)
                event.row.order = u->of[ORDERS][row];
            if (layout != CM_FUNNEL_STEPS)
                event.row.unheld = u->of[LENGTHS][row] == 0;
            if (event.row.steps == 0)
                return false;
            if (layout != CM_FUNNEL_STEPS && !event.row.unheld) {
                event.held = (const char *) held;
                event.held_length = (uint32) (u->of[LENGTHS][row] - 1);
                held += event.held_length;
            }
            r->block = cm_funnel_append(r->block, &u->ids[i], &event, &cm_funnels_class);
        }
    }
    return true;
}

/* The values to hold of so many rows, whose lengths are lengths less one, or none. */
static bool
get_held(cm_packed_in *in, unpacked *u, uint64 rows)
{
    uint64 left = in->end - in->at;

    u->held = in->at;
    for (uint64 i = 0; i < rows; i++) {
        uint64 length = (uint64) u->of[LENGTHS][i];

        if (length > 0 && length - 1 > left)
            return false;
        left -= length > 0 ? length - 1 : 0;
    }
    in->at = in->end - left;
    return true;
}

static bool
get_columns(cm_funnel_reader *r, cm_packed_in *in, unpacked *u, uint64 rows)
{
    cm_funnel_layout layout = (cm_funnel_layout) r->stored->layout;
    int64 *numbers = reserve_numbers(r, COLUMNS * rows);

    for (int k = 0; k < COLUMNS; k++)
        u->of[k] = numbers + (uint64) k * rows;
    return cm_packed_get_numbers(in, u->first, u->customers) &&
           cm_packed_get_numbers(in, u->of[TIMES], rows - u->customers) &&
           cm_packed_get_numbers(in, u->of[STEPS], rows) &&
           (layout != CM_FUNNEL_ORDERED || cm_packed_get_numbers(in, u->of[ORDERS], rows)) &&
           (layout == CM_FUNNEL_STEPS ||
            (cm_packed_get_numbers(in, u->of[LENGTHS], rows) && get_held(in, u, rows)));
}

static bool
try_block(cm_funnel_reader *r)
{
    cm_packed_in in;
    unpacked u;
    uint64 rows;

    u.customers = Min(r->left, CM_MAP_BATCH);
    if (!cm_packed_get_block(&r->in, &in) ||
        !cm_packed_get_ids(&in, (cm_key_type) r->stored->ids, u.ids, u.customers, &r->texts) ||
        !cm_packed_get_numbers(&in, u.rows, u.customers) ||
        !cm_packed_sum(&in, u.rows, u.customers, 0, &rows))
        return false;
    if (rows > r->stored->used) /* a row has a word and more */
        return false;
    for (uint32 i = 0; i < u.customers; i++)
        if (u.rows[i] == 0)
            return false;
    if (!get_columns(r, &in, &u, rows) || in.at != in.end)
        return false;
    r->left -= u.customers;
    r->block->used = 0;
    if (r->stored->ids != CM_KEY_BIGINT || r->stored->layout != CM_FUNNEL_STEPS)
        return join_events(r, &u);
    if (rows > PG_INT32_MAX / 2)
        return false;
    r->block = cm_funnel_reserve(r->block, (uint32) (2 * rows), &cm_funnels_class);
    join_numbers(r->block, &u);
    return true;
}

bool
cm_funnel_try_next_block(cm_funnel_reader *reader, bool *damaged)
{
    bool more = reader->left > 0;

    CHECK_FOR_INTERRUPTS();
    *damaged = more ? !try_block(reader) : reader->in.at != reader->in.end;
    return more && !*damaged;
}

bool
cm_funnel_next_block(cm_funnel_reader *reader)
{
    bool damaged, more = cm_funnel_try_next_block(reader, &damaged);

    if (damaged)
        cm_state_error(&reader->stored->head, &cm_funnels_class);
    return more;
}

cm_funnel *
cm_funnel_from_stored(const cm_funnel *stored, const cm_state_class *cls)
{
    cm_funnel_reader *reader = cm_funnel_begin_stored(stored);
    Size size = sizeof(cm_funnel) + (Size) stored->used * 8;
    cm_funnel *f;

    if (stored->used / CM_MAP_BATCH > (VARSIZE(stored) - sizeof(cm_funnel)) * CM_MAP_BATCH)
        cm_state_error(&stored->head, cls);
    f = cm_state_new(cls, size);
    memcpy(&f->ids, &stored->ids, sizeof(cm_funnel) - offsetof(cm_funnel, ids));
    f->used = f->unused = 0;
    while (cm_funnel_next_block(reader)) {
        uint32 more = reader->block->used;

        if (more > stored->used - f->used)
            cm_state_error(&stored->head, cls);
        memcpy(&f->words[f->used], reader->block->words, (Size) more * 8);
        f->used += more;
    }
    if (f->used != stored->used)
        cm_state_error(&stored->head, cls);
    return f;
}
