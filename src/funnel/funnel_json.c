/*
 * funnel and funnels as JSON, for one customer and for all:
 *
 *   {"clock": "instant", "skipped_rows": 0, "rows": [ROW, ...]}
 *   {"clock": "instant", "skipped_rows": 0, "customers": [{"customer_id": 1, "rows": [ROW, ...]}, ...]}
 *
 * A ROW is {"at": "2025-01-01T00:00:00+00:00", "step": 1}, or of rows that may match several steps
 * {"at": ..., "steps": [1, 3], "order_key": 7, "hold_key": "a"}, with an order key if the rows have them, and null for a
 * row without a key to hold. Local times have no offset.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "core/map_io.h"
#include "funnel/funnel_log.h"

static void
append_held(StringInfo out, const cm_funnel_event *event)
{
    char *held = pnstrdup(event->held, event->held_length);

    escape_json(out, held);
    pfree(held);
}

static void
append_steps(StringInfo out, uint64 steps)
{
    appendStringInfoString(out, ", \"steps\": [");
    for (const char *between = ""; steps != 0; steps &= steps - 1, between = ", ")
        appendStringInfo(out, "%s%d", between, __builtin_ctzll(steps) + 1);
    appendStringInfoChar(out, ']');
}

static void
append_row(StringInfo out, const cm_funnel *f, const cm_funnel_event *event)
{
    appendStringInfoString(out, "{\"at\": ");
    cm_append_json_time(out, event->row.at, f->clock);
    if (f->layout == CM_FUNNEL_STEPS)
        appendStringInfo(out, ", \"step\": %d", __builtin_ctzll(event->row.steps) + 1);
    else
        append_steps(out, event->row.steps);
    if (f->layout == CM_FUNNEL_ORDERED)
        appendStringInfo(out, ", \"order_key\": " INT64_FORMAT, event->row.order);
    if (f->layout != CM_FUNNEL_STEPS) {
        appendStringInfoString(out, ", \"hold_key\": ");
        if (event->row.unheld)
            appendStringInfoString(out, "null");
        else
            append_held(out, event);
    }
    appendStringInfoChar(out, '}');
}

static void
append_rows(StringInfo out, const cm_funnel_customer *c)
{
    cm_funnel_event event;

    appendStringInfoString(out, "\"rows\": [");
    for (uint32 at = c->at; cm_funnel_next_row(c, &at, &event);) {
        CHECK_FOR_INTERRUPTS();
        append_row(out, c->from, &event);
        if (at < c->end)
            appendStringInfoString(out, ", ");
    }
    appendStringInfoChar(out, ']');
}

static void
append_customer(StringInfo out, const cm_funnel_customer *c)
{
    cm_key id = cm_funnel_key(c);

    appendStringInfoString(out, "{\"customer_id\": ");
    cm_append_json_key(out, &id);
    appendStringInfoString(out, ", ");
    append_rows(out, c);
    appendStringInfoChar(out, '}');
}

static void
append_head(StringInfo out, const cm_funnel *f)
{
    initStringInfo(out);
    appendStringInfo(out, "{\"clock\": \"%s\", \"skipped_rows\": " INT64_FORMAT ", ",
                     cm_clock_names[f->clock], f->skipped);
}

PG_FUNCTION_INFO_V1(cm_funnel_json);
Datum
cm_funnel_json(PG_FUNCTION_ARGS)
{
    cm_funnel_customer c = {.from = PG_GETARG_FUNNEL(0)};
    StringInfoData out;

    append_head(&out, c.from);
    cm_funnel_next(&c);
    append_rows(&out, &c);
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

PG_FUNCTION_INFO_V1(cm_funnels_json);
Datum
cm_funnels_json(PG_FUNCTION_ARGS)
{
    cm_funnel_customer c = {.from = PG_GETARG_FUNNELS(0)};
    StringInfoData out;

    append_head(&out, c.from);
    appendStringInfoString(&out, "\"customers\": [");
    for (const char *between = ""; cm_funnel_next(&c); between = ", ") {
        appendStringInfoString(&out, between);
        append_customer(&out, &c);
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
