/*
 * Text form of funnel and funnels, for one customer and for all:
 *
 *   1:LAYOUT:CLOCK:SKIPPED:ROW,ROW,...          1:IDS:LAYOUT:CLOCK:SKIPPED:ID=ROW,ROW,...;ID=ROW,...
 *
 * A ROW is TIME/STEP in the layout "steps", TIME/STEP+STEP.../HELD in "events" and TIME/STEP+STEP.../ORDER/HELD in
 * "ordered"; TIME in microseconds since 2000-01-01 of the CLOCK, which is "instant" or "local"; HELD in double quotes, and
 * empty without a value to hold. Without rows IDS, LAYOUT and CLOCK are "none". Only the canonical order is accepted.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/map_io.h"
#include "funnel/funnel_build.h"
#include "funnel/funnel_wire.h"
#include "core/check.h"

static const char *const layout_names[] = {"none", "steps", "events", "ordered", NULL};

/* ---- out ---- */

static void
append_steps(StringInfo out, uint64 steps)
{
    for (const char *between = ""; steps != 0; steps &= steps - 1, between = "+")
        appendStringInfo(out, "%s%d", between, __builtin_ctzll(steps) + 1);
}

static void
append_row(StringInfo out, const cm_funnel_event *event, cm_funnel_layout layout)
{
    appendStringInfo(out, INT64_FORMAT "/", event->row.at);
    append_steps(out, event->row.steps);
    if (layout == CM_FUNNEL_ORDERED)
        appendStringInfo(out, "/" INT64_FORMAT, event->row.order);
    if (layout != CM_FUNNEL_STEPS)
        appendStringInfoChar(out, '/');
    if (layout != CM_FUNNEL_STEPS && !event->row.unheld) {
        char *held = pnstrdup(event->held, event->held_length);

        cm_append_quoted(out, held);
        pfree(held);
    }
}

static Datum
funnel_out(const cm_funnel *f, bool with_ids)
{
    static const char *const id_names[] = {"none", "bigint", "uuid", "text"};
    cm_funnel_customer c = {.from = f};
    cm_funnel_event event;
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", f->head.version);
    if (with_ids)
        appendStringInfo(&out, "%s:", id_names[f->ids]);
    appendStringInfo(&out, "%s:%s:" INT64_FORMAT ":", layout_names[f->layout], cm_clock_names[f->clock],
                     f->skipped);
    for (const char *between = ""; cm_funnel_next(&c); between = ";") {
        appendStringInfoString(&out, between);
        if (with_ids) {
            cm_key id = cm_funnel_key(&c);

            cm_append_key(&out, &id);
            appendStringInfoChar(&out, '=');
        }
        for (uint32 at = c.at; cm_funnel_next_row(&c, &at, &event);) {
            CHECK_FOR_INTERRUPTS();
            append_row(&out, &event, (cm_funnel_layout) f->layout);
            if (at < c.end)
                appendStringInfoChar(&out, ',');
        }
    }
    PG_RETURN_CSTRING(out.data);
}

/* ---- in ---- */

/* One of the names, which end with NULL. */
static int
parse_name(cm_parser *p, const char *const *names, const char *expected)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strncmp(p->at, names[i], strlen(names[i])) == 0) {
            p->at += strlen(names[i]);
            return i;
        }
    cm_parse_fail(p, expected);
}

static uint64
parse_steps(cm_parser *p, cm_funnel_layout layout)
{
    int64 step = cm_parse_int(p, 1, CM_FUNNEL_MAX_STEPS);
    uint64 steps = UINT64CONST(1) << (step - 1);

    while (layout != CM_FUNNEL_STEPS && cm_parse_maybe(p, '+')) {
        step = cm_parse_int(p, step + 1, CM_FUNNEL_MAX_STEPS);
        steps |= UINT64CONST(1) << (step - 1);
    }
    return steps;
}

static cm_funnel_event
parse_row(cm_parser *p, cm_funnel_layout layout)
{
    cm_funnel_event event = {.row.at = cm_parse_int(p, -CM_FUNNEL_MAX_TIME, CM_FUNNEL_MAX_TIME)};

    cm_parse_char(p, '/');
    event.row.steps = parse_steps(p, layout);
    if (layout == CM_FUNNEL_ORDERED) {
        cm_parse_char(p, '/');
        event.row.order = cm_parse_int(p, PG_INT64_MIN, PG_INT64_MAX);
    }
    if (layout != CM_FUNNEL_STEPS) {
        cm_parse_char(p, '/');
        event.row.unheld = *p->at != '"';
        if (!event.row.unheld) {
            event.held = cm_parse_quoted(p);
            event.held_length = strlen(event.held);
        }
    }
    return event;
}

static void
parse_rows(cm_parser *p, cm_funnel_builder *b)
{
    do {
        cm_key id = {0};
        bool first = b->f->ids != 0;

        if (b->f->ids != 0) {
            id = cm_map_parse_key(p, b->f->ids);
            cm_parse_char(p, '=');
        }
        do {
            cm_funnel_event event = parse_row(p, b->f->layout);

            CHECK_FOR_INTERRUPTS();
            if (!cm_funnel_build_row(b, &id, &event, first))
                cm_parse_fail(p, "ids and rows in ascending order expected");
            if (event.held != NULL) /* there may be many of them */
                pfree((char *) event.held);
            first = false;
        } while (cm_parse_maybe(p, ','));
        if (b->f->ids == CM_KEY_TEXT)
            pfree((char *) id.id.text.data);
    } while (b->f->ids != 0 && cm_parse_maybe(p, ';'));
}

static int
parse_ids(cm_parser *p)
{
    int ids = 0;

    if (strncmp(p->at, "none", 4) == 0)
        cm_parse_word(p, "none");
    else
        ids = cm_map_parse_key_type(p);
    cm_parse_char(p, ':');
    return ids;
}

static Datum
funnel_in(const char *text, const cm_state_class *cls, int wanted)
{
    cm_parser p = cm_parse_begin(cls->name, text);

    cm_parse_version(&p, cls->version);

    int ids = wanted != 0 ? parse_ids(&p) : 0;
    int layout = parse_name(&p, layout_names, "\"steps\", \"events\", \"ordered\" or \"none\" expected");

    cm_parse_char(&p, ':');

    int clock = parse_name(&p, cm_clock_names, "\"instant\", \"local\" or \"none\" expected");
    const char *fault = cm_funnel_head_fault(wanted != 0, ids, layout, clock);

    if (fault != NULL)
        cm_parse_fail(&p, fault);
    cm_parse_char(&p, ':');

    cm_funnel_builder b = cm_funnel_build(cls, ids, (cm_funnel_layout) layout, (cm_clock) clock,
                                          cm_parse_int(&p, 0, CM_MAX_COUNT));

    cm_parse_char(&p, ':');
    if (layout != CM_FUNNEL_EMPTY)
        parse_rows(&p, &b);
    cm_parse_end(&p);
    return cm_funnel_built(&b, wanted);
}

static Datum
funnels_in(const char *text, int wanted)
{
    return cm_funnels_text_is_packed(text) ? cm_funnels_parse_packed(text, wanted)
                                           : funnel_in(text, &cm_funnels_class, wanted);
}

static Datum
funnels_out(Datum value)
{
    const cm_funnel *f = cm_funnel_canonical(cm_funnel_read_any(value, &cm_funnels_class));
    char *packed = cm_funnels_print_packed(f);

    if (packed != NULL)
        PG_RETURN_CSTRING(packed);
    return funnel_out(f, true);
}

#define FUNNEL_TEXT(type, in, out)                                                                           \
    CM_INPUT_FUNCTION(cm_##type##_in)                                                                        \
    {                                                                                                        \
        return in;                                                                                           \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##type##_out);                                                                    \
    Datum cm_##type##_out(PG_FUNCTION_ARGS)                                                                  \
    {                                                                                                        \
        return out;                                                                                          \
    }                                                                                                        \
    extern int cm_no_such_variable

FUNNEL_TEXT(funnel, funnel_in(PG_GETARG_CSTRING(0), &cm_funnel_class, 0),
            funnel_out(PG_GETARG_FUNNEL(0), false));
FUNNEL_TEXT(funnels, funnels_in(PG_GETARG_CSTRING(0), CM_KEY_BIGINT), funnels_out(PG_GETARG_DATUM(0)));
FUNNEL_TEXT(funnels_uuid, funnels_in(PG_GETARG_CSTRING(0), CM_KEY_UUID), funnels_out(PG_GETARG_DATUM(0)));
FUNNEL_TEXT(funnels_text, funnels_in(PG_GETARG_CSTRING(0), CM_KEY_TEXT), funnels_out(PG_GETARG_DATUM(0)));
