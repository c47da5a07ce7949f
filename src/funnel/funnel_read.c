/* Reading the customers of funnels, in canonical form or stored, and merging; see funnel_log.h. */
#include "postgres.h"

#include "miscadmin.h"

#include "funnel/funnel_stored.h"

bool
cm_funnel_next(cm_funnel_customer *c)
{
    if (unlikely(c->reader == NULL && cm_funnel_is_stored(c->from))) {
        c->reader = cm_funnel_begin_stored(c->from);
        c->from = c->reader->block;
    }
    if (c->reader != NULL && c->end >= c->from->used && cm_funnel_next_block(c->reader)) {
        c->from = c->reader->block;
        c->end = 0;
    }

    const cm_funnel *f = c->from;
    bool steps = f->layout == CM_FUNNEL_STEPS;

    c->at = c->end;
    c->rows = 0;
    if (c->at >= f->used)
        return false;
    c->id_words = cm_funnel_id_words(f, c->at);

    const int64 *id = &f->words[c->at];

    if (c->id_words == 0 && steps) {
        c->rows = f->used;
        c->end = f->used;
        return true;
    }
    do {
        c->rows++;
        c->end += c->id_words;
        c->end += steps ? 1 : cm_funnel_words_at(f, c->end);
    } while (c->end < f->used &&
             (c->id_words == 0 ||
              (f->words[c->end] == *id && memcmp(&f->words[c->end], id, (Size) c->id_words * 8) == 0)));
    return true;
}

uint64
cm_funnel_all_steps(const cm_funnel *f)
{
    cm_funnel_customer c = {.from = f};
    cm_funnel_event event;
    uint64 steps = 0;

    while (cm_funnel_next(&c)) {
        CHECK_FOR_INTERRUPTS();
        for (uint32 at = c.at; cm_funnel_next_row(&c, &at, &event);)
            steps |= event.row.steps;
    }
    return steps;
}

/* ---- what is added to ---- */

cm_funnel *
cm_funnel_reopen(const cm_funnel *stored, const cm_state_class *cls)
{
    return cm_funnel_from_stored(cm_funnel_read_any(PointerGetDatum(stored), cls), cls);
}

cm_funnel *
cm_funnel_merge(cm_funnel *f, const cm_funnel *other, const cm_state_class *cls)
{
    if (cm_funnel_is_stored(other))
        other = cm_funnel_from_stored(other, cls);
    cm_funnel_agree(f, other->ids, (cm_funnel_layout) other->layout, (cm_clock) other->clock);
    if (f->skipped > PG_INT64_MAX / 4 - other->skipped)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("too many skipped rows")));
    if (other->packed > 0) /* packed blocks come first */
        f = cm_funnel_pack(f, cls);
    if (other->used > 0) {
        f = cm_funnel_reserve(f, other->used, cls);
        memcpy(&f->words[f->used], other->words, (Size) other->used * 8);
        f->sorted = f->used == 0 && other->sorted;
        f->used += other->used;
        f->packed += other->packed;
    }
    f->skipped += other->skipped;
    return cm_funnel_may_pack(f) ? cm_funnel_pack(f, cls) : f;
}
