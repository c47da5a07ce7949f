/* Values of funnel and funnels from outside; see funnel_build.h. */
#include "postgres.h"

#include "core/map_io.h"
#include "funnel/funnel_build.h"
#include "funnel/funnel_stored.h"

cm_funnel_builder
cm_funnel_build(const cm_state_class *cls, int ids, cm_funnel_layout layout, cm_clock clock, int64 skipped)
{
    cm_funnel_builder b = {cm_state_new(cls, sizeof(cm_funnel)), cls, 0, false};

    b.f->ids = (uint8) ids;
    b.f->layout = (uint8) layout;
    b.f->clock = (uint8) clock;
    b.f->skipped = skipped;
    return b;
}

bool
cm_funnel_build_row(cm_funnel_builder *b, const cm_key *id, const cm_funnel_event *event, bool first)
{
    uint32 at = b->f->used;
    bool ordered = true;

    b->f = cm_funnel_append(b->f, id, event, b->cls);
    if (b->any && first)
        ordered = cm_funnel_compare_ids(b->f, b->last, at) < 0;
    else if (b->any)
        ordered = cm_funnel_compare_records(b->f, b->last, at) <= 0;
    b->any = true;
    b->last = at;
    return ordered;
}

Datum
cm_funnel_built(cm_funnel_builder *b, int wanted)
{
    b->f->sorted = 1;
    if (b->f->ids != 0)
        cm_check_id_type((cm_key_type) b->f->ids, (cm_key_type) wanted, "funnels");
    PG_RETURN_POINTER(wanted != 0 ? cm_funnel_to_stored(cm_funnel_canonical(b->f))
                                  : cm_funnel_canonical(b->f));
}

const char *
cm_funnel_head_fault(bool with_ids, int ids, int layout, int clock)
{
    if (layout > CM_FUNNEL_ORDERED || ids > CM_KEY_TEXT || clock > CM_INSTANT)
        return "The kind of ids, the layout or the clock is not known";
    if ((clock != CM_NO_CLOCK) != (layout != CM_FUNNEL_EMPTY) ||
        (ids != 0) != (with_ids && layout != CM_FUNNEL_EMPTY))
        return "Ids, a layout and a clock, or none of them, expected";
    return NULL;
}
