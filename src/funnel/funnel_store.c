/* Storing funnels; see funnel_stored.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/text_size.h"
#include "funnel/funnel_stored.h"
#include "math/base64.h"

#define LONGEST_WORD 16 /* bytes of 1:packed: */

/* ---- the columns of a block ---- */

enum { TIMES, STEPS, ORDERS, LENGTHS, COLUMNS };

typedef struct columns {
    uint32 customers;
    cm_key ids[CM_MAP_BATCH];
    int64 first[CM_MAP_BATCH]; /* times */
    int64 rows[CM_MAP_BATCH];
    uint64 used, capacity; /* rows; of their times the first of each customer is not there */
    int64 *of[COLUMNS];
    cm_packed_out held;
} columns;

static void
reserve_rows(columns *c, uint64 rows)
{
    if (rows <= c->capacity)
        return;
    c->capacity = Max(2 * c->capacity, rows);
    for (int k = 0; k < COLUMNS; k++)
        c->of[k] = c->of[k] == NULL
                       ? MemoryContextAllocHuge(CurrentMemoryContext, c->capacity * sizeof(int64))
                       : repalloc_huge(c->of[k], c->capacity * sizeof(int64));
}

/* ---- writing ---- */

static void
split_steps(columns *c, const cm_funnel_customer *customer)
{
    const int64 *word = &customer->from->words[customer->at + customer->id_words];
    uint32 stride = customer->id_words + 1;
    int64 *times = c->of[TIMES] + (c->used - c->customers), *steps = c->of[STEPS] + c->used;
    int64 before = cm_funnel_word_time(*word);

    c->first[c->customers] = before;
    steps[0] = *word & (CM_FUNNEL_UNHELD - 1);
    for (uint32 i = 1; i < customer->rows; i++) {
        int64 time = cm_funnel_word_time(*(word += stride));

        times[i - 1] = time - before;
        steps[i] = *word & (CM_FUNNEL_UNHELD - 1);
        before = time;
    }
}

static void
split_events(columns *c, const cm_funnel_customer *customer)
{
    int64 before = 0;
    uint64 row = c->used, time = c->used - c->customers;
    cm_funnel_event event;

    for (uint32 at = customer->at; cm_funnel_next_row(customer, &at, &event); row++) {
        if (row == c->used)
            c->first[c->customers] = event.row.at;
        else
            c->of[TIMES][time++] = event.row.at - before;
        before = event.row.at;
        c->of[STEPS][row] = (int64) event.row.steps;
        c->of[ORDERS][row] = event.row.order;
        c->of[LENGTHS][row] = event.row.unheld ? 0 : (int64) event.held_length + 1;
        if (!event.row.unheld)
            cm_packed_put_bytes(&c->held, event.held, event.held_length);
    }
}

static void
put_block(cm_packed_out *out, columns *c, cm_funnel_layout layout)
{
    Size begin;

    if (c->customers == 0)
        return;
    CHECK_FOR_INTERRUPTS();
    begin = cm_packed_begin_block(out);
    cm_packed_put_ids(out, c->ids, c->customers);
    cm_packed_put_numbers(out, c->rows, c->customers);
    cm_packed_put_numbers(out, c->first, c->customers);
    cm_packed_put_numbers(out, c->of[TIMES], c->used - c->customers);
    cm_packed_put_numbers(out, c->of[STEPS], c->used);
    if (layout == CM_FUNNEL_ORDERED)
        cm_packed_put_numbers(out, c->of[ORDERS], c->used);
    if (layout != CM_FUNNEL_STEPS) {
        cm_packed_put_numbers(out, c->of[LENGTHS], c->used);
        cm_packed_put_bytes(out, c->held.bytes, c->held.used);
    }
    cm_state_check_size(&cm_funnels_class, out->used);
    cm_packed_end_block(out, begin);
    c->customers = 0;
    c->used = 0;
    c->held.used = 0;
}

const cm_funnel *
cm_funnel_to_stored(const cm_funnel *canonical)
{
    cm_funnel_customer customer = {.from = canonical};
    cm_funnel_layout layout = (cm_funnel_layout) canonical->layout;
    cm_packed_out out;
    columns *c;
    cm_funnel *stored;
    uint32 customers = 0;

    if (cm_funnel_is_stored(canonical) || canonical->used == 0)
        return canonical;
    out = cm_packed_begin(sizeof(cm_funnel));
    c = palloc0(sizeof(columns));
    c->held = cm_packed_begin(0);
    while (cm_funnel_next(&customer)) {
        reserve_rows(c, c->used + customer.rows);
        c->ids[c->customers] = cm_funnel_key(&customer);
        c->rows[c->customers] = customer.rows;
        if (layout == CM_FUNNEL_STEPS)
            split_steps(c, &customer);
        else
            split_events(c, &customer);
        c->used += customer.rows;
        customers++;
        if (++c->customers == CM_MAP_BATCH)
            put_block(&out, c, layout);
    }
    put_block(&out, c, layout);
    for (int k = 0; k < COLUMNS; k++)
        pfree(c->of[k]);
    pfree(c->held.bytes);
    pfree(c);
    cm_state_check_text(&cm_funnels_class, LONGEST_WORD + cm_base64_size(out.used));
    stored = repalloc(out.bytes, out.used);
    memcpy(stored, canonical, sizeof(cm_funnel));
    SET_VARSIZE(stored, out.used);
    stored->head.flags = CM_FUNNEL_IS_STORED;
    stored->unused = customers;
    return stored;
}
