/*
 * Text and binary form of funnel and funnels. Text, for one customer and for all:
 *
 *   1:LAYOUT:SKIPPED:ROW,ROW,...          1:IDS:LAYOUT:SKIPPED:ID=ROW,ROW,...;ID=ROW,...
 *
 * A ROW is TIME/STEP in the layout "steps", TIME/STEP+STEP.../HELD in "events" and TIME/STEP+STEP.../ORDER/HELD in
 * "ordered"; TIME in microseconds since 2000-01-01 UTC; HELD is empty without a value to hold. Without rows IDS and LAYOUT
 * are "none". Only the canonical order is accepted.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "funnel/funnel_log.h"
#include "core/check.h"

static const char *const layout_names[] = {"none", "steps", "events", "ordered"};

/* ---- text out ---- */

static void
append_steps(StringInfo out, uint64 steps)
{
    for (const char *between = ""; steps != 0; steps &= steps - 1, between = "+")
        appendStringInfo(out, "%s%d", between, __builtin_ctzll(steps) + 1);
}

static void
append_row(StringInfo out, const cm_funnel_row *row, cm_funnel_layout layout)
{
    appendStringInfo(out, INT64_FORMAT "/", row->at);
    append_steps(out, row->steps);
    if (layout == CM_FUNNEL_ORDERED)
        appendStringInfo(out, "/" INT64_FORMAT, row->order);
    if (layout != CM_FUNNEL_STEPS)
        appendStringInfoChar(out, '/');
    if (layout != CM_FUNNEL_STEPS && !row->unheld)
        appendStringInfo(out, INT64_FORMAT, row->hold);
}

static void
append_id(StringInfo out, const cm_key *id)
{
    if (id->type == CM_KEY_BIGINT)
        appendStringInfo(out, INT64_FORMAT, id->id.number);
    else if (id->type == CM_KEY_UUID)
        appendStringInfoString(out,
                               DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&id->id.uuid))));
    else
        cm_append_quoted(out, pnstrdup(id->id.text.data, id->id.text.length));
}

static Datum
funnel_out(const cm_funnel *f, bool with_ids)
{
    static const char *const id_names[] = {"none", "bigint", "uuid", "text"};
    cm_funnel_customer c = {.from = f};
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", f->head.version);
    if (with_ids)
        appendStringInfo(&out, "%s:", id_names[f->ids]);
    appendStringInfo(&out, "%s:" INT64_FORMAT ":", layout_names[f->layout], f->skipped);
    for (bool first = true; cm_funnel_next(&c); first = false) {
        CHECK_FOR_INTERRUPTS();
        if (!first)
            appendStringInfoChar(&out, ';');
        if (with_ids) {
            cm_key id = cm_funnel_key(&c);

            append_id(&out, &id);
            appendStringInfoChar(&out, '=');
        }
        for (uint32 i = 0; i < c.rows; i++) {
            cm_funnel_row row = cm_funnel_row_at(&c, i);

            if (i > 0)
                appendStringInfoChar(&out, ',');
            append_row(&out, &row, f->layout);
        }
    }
    PG_RETURN_CSTRING(out.data);
}

/* ---- what comes in ---- */

typedef struct builder {
    cm_funnel *f;
    const cm_state_class *cls;
    uint32 last; /* place of the record before */
    bool any;
} builder;

static builder
begin(const cm_state_class *cls, int ids, cm_funnel_layout layout, int64 skipped)
{
    builder b = {cm_state_new(cls, sizeof(cm_funnel)), cls, 0, false};

    b.f->ids = (uint8) ids;
    b.f->layout = (uint8) layout;
    b.f->skipped = skipped;
    return b;
}

/* Adds a row; false if it is not in the canonical order. The first row of a customer must have a larger id. */
static bool
add(builder *b, const cm_key *id, const cm_funnel_row *row, bool first)
{
    uint32 at = b->f->used;
    bool ordered = true;

    if (b->f->ids != 0)
        b->f = cm_funnel_append_id(b->f, id, b->cls);
    b->f = cm_funnel_append_row(b->f, row, b->cls);
    if (b->any && first)
        ordered = cm_funnel_compare_ids(b->f, b->last, at) < 0;
    else if (b->any)
        ordered = cm_funnel_compare_records(b->f, b->last, at) <= 0;
    b->any = true;
    b->last = at;
    return ordered;
}

static const cm_funnel *
end(builder *b)
{
    b->f->sorted = 1;
    return cm_funnel_canonical(b->f);
}

static bool
in_range(int64 at)
{
    return at <= CM_FUNNEL_MAX_TIME && at >= -CM_FUNNEL_MAX_TIME;
}

/* ---- text in ---- */

static cm_funnel_layout
parse_layout(cm_parser *p)
{
    for (int layout = CM_FUNNEL_EMPTY; layout <= CM_FUNNEL_ORDERED; layout++)
        if (strncmp(p->at, layout_names[layout], strlen(layout_names[layout])) == 0) {
            cm_parse_word(p, layout_names[layout]);
            return (cm_funnel_layout) layout;
        }
    cm_parse_fail(p, "\"steps\", \"events\", \"ordered\" or \"none\" expected");
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

static cm_funnel_row
parse_row(cm_parser *p, cm_funnel_layout layout)
{
    cm_funnel_row row = {.at = cm_parse_int(p, -CM_FUNNEL_MAX_TIME, CM_FUNNEL_MAX_TIME)};

    cm_parse_char(p, '/');
    row.steps = parse_steps(p, layout);
    if (layout == CM_FUNNEL_ORDERED) {
        cm_parse_char(p, '/');
        row.order = cm_parse_int(p, PG_INT64_MIN, PG_INT64_MAX);
    }
    if (layout != CM_FUNNEL_STEPS) {
        cm_parse_char(p, '/');
        row.unheld = *p->at == ',' || *p->at == ';' || *p->at == '\0';
        row.hold = row.unheld ? 0 : cm_parse_int(p, PG_INT64_MIN, PG_INT64_MAX);
    }
    return row;
}

static void
parse_rows(cm_parser *p, builder *b)
{
    do {
        cm_key id = {0};
        bool first = b->f->ids != 0;

        if (b->f->ids != 0) {
            id = cm_map_parse_key(p, b->f->ids);
            cm_parse_char(p, '=');
        }
        do {
            cm_funnel_row row = parse_row(p, b->f->layout);

            CHECK_FOR_INTERRUPTS();
            if (!add(b, &id, &row, first))
                cm_parse_fail(p, "ids and rows in ascending order expected");
            first = false;
        } while (cm_parse_maybe(p, ','));
    } while (b->f->ids != 0 && cm_parse_maybe(p, ';'));
}

static Datum
funnel_in(const char *text, const cm_state_class *cls, bool with_ids)
{
    cm_parser p = cm_parse_begin(cls->name, text);
    int ids = 0;

    cm_parse_version(&p, cls->version);
    if (with_ids) {
        if (strncmp(p.at, "none", 4) == 0)
            cm_parse_word(&p, "none");
        else
            ids = cm_map_parse_key_type(&p);
        cm_parse_char(&p, ':');
    }

    cm_funnel_layout layout = parse_layout(&p);

    if (with_ids && (ids == 0) != (layout == CM_FUNNEL_EMPTY))
        cm_parse_fail(&p, "ids and a layout, or neither, expected");
    cm_parse_char(&p, ':');

    builder b = begin(cls, ids, layout, cm_parse_int(&p, 0, CM_MAX_COUNT));

    cm_parse_char(&p, ':');
    if (layout != CM_FUNNEL_EMPTY)
        parse_rows(&p, &b);
    cm_parse_end(&p);
    PG_RETURN_POINTER(end(&b));
}

/* ---- binary: version, ids, layout, skipped, customers, then for each its id, the number of rows, and those ---- */

static void
send_id(StringInfo out, const cm_key *id)
{
    if (id->type == CM_KEY_BIGINT)
        pq_sendint64(out, id->id.number);
    else if (id->type == CM_KEY_UUID)
        pq_sendbytes(out, (const char *) id->id.uuid.data, UUID_LEN);
    else {
        char *client =
            pg_server_to_client(pnstrdup(id->id.text.data, id->id.text.length), id->id.text.length);

        pq_sendint32(out, strlen(client));
        pq_sendbytes(out, client, strlen(client));
    }
}

static uint32
count_customers(const cm_funnel *f)
{
    cm_funnel_customer c = {.from = f};
    uint32 count = 0;

    while (cm_funnel_next(&c))
        count++;
    return count;
}

static Datum
funnel_send(const cm_funnel *f)
{
    cm_funnel_customer c = {.from = f};
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, f->head.version);
    pq_sendbyte(&out, f->ids);
    pq_sendbyte(&out, f->layout);
    pq_sendint64(&out, f->skipped);
    pq_sendint32(&out, count_customers(f));
    while (cm_funnel_next(&c)) {
        CHECK_FOR_INTERRUPTS();
        if (f->ids != 0) {
            cm_key id = cm_funnel_key(&c);

            send_id(&out, &id);
        }
        pq_sendint32(&out, c.rows);
        for (uint32 i = 0; i < c.rows; i++) {
            cm_funnel_row row = cm_funnel_row_at(&c, i);

            pq_sendint64(&out, row.at);
            pq_sendint64(&out, (int64) row.steps);
            if (f->layout == CM_FUNNEL_STEPS)
                continue;
            pq_sendbyte(&out, row.unheld);
            pq_sendint64(&out, row.hold);
            if (f->layout == CM_FUNNEL_ORDERED)
                pq_sendint64(&out, row.order);
        }
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static cm_funnel_row
receive_row(StringInfo in, cm_funnel_layout layout, const char *type)
{
    cm_funnel_row row = {.at = pq_getmsgint64(in)};

    row.steps = (uint64) pq_getmsgint64(in);
    if (layout != CM_FUNNEL_STEPS) {
        int unheld = pq_getmsgbyte(in);

        row.unheld = unheld == 1;
        row.hold = pq_getmsgint64(in);
        if (unheld > 1 || (row.unheld && row.hold != 0))
            cm_receive_fail(type, "A row has a value to hold, or it has none");
    }
    if (layout == CM_FUNNEL_ORDERED)
        row.order = pq_getmsgint64(in);
    if (!in_range(row.at))
        cm_receive_fail(type, "A time is out of range");
    if (row.steps == 0 || (layout == CM_FUNNEL_STEPS && (row.steps & (row.steps - 1)) != 0))
        cm_receive_fail(type, "A row matches no step, or too many");
    return row;
}

static Datum
funnel_recv(StringInfo in, const cm_state_class *cls, bool with_ids)
{
    cm_receive_version(in, cls->name, cls->version);

    int ids = pq_getmsgbyte(in);
    int layout = pq_getmsgbyte(in);

    if (layout > CM_FUNNEL_ORDERED || ids > CM_KEY_TEXT ||
        (ids != 0) != (with_ids && layout != CM_FUNNEL_EMPTY))
        cm_receive_fail(cls->name, "The kind of ids or the layout is not known");

    builder b = begin(cls, ids, (cm_funnel_layout) layout,
                      cm_check_count(pq_getmsgint64(in), "the number of skipped rows"));
    uint32 customers = pq_getmsgint(in, 4);

    if ((customers == 0) != (layout == CM_FUNNEL_EMPTY) || (ids == 0 && customers > 1))
        cm_receive_fail(cls->name, "The number of customers does not fit");
    for (uint32 i = 0; i < customers; i++) {
        cm_key id = {0};

        if (ids != 0)
            id = cm_map_receive_key(in, (cm_key_type) ids);

        uint32 rows = pq_getmsgint(in, 4);

        if (rows == 0)
            cm_receive_fail(cls->name, "A customer has no rows");
        for (uint32 j = 0; j < rows; j++) {
            cm_funnel_row row = receive_row(in, (cm_funnel_layout) layout, cls->name);

            CHECK_FOR_INTERRUPTS();
            if (!add(&b, &id, &row, j == 0))
                cm_receive_fail(cls->name, "Ids and rows are not in ascending order");
        }
    }
    PG_RETURN_POINTER(end(&b));
}

/* ---- the functions of the types ---- */

static Datum
check_ids(Datum value, int wanted)
{
    const cm_funnel *f = (const cm_funnel *) DatumGetPointer(value);

    if (f->ids != 0)
        cm_check_id_type((cm_key_type) f->ids, (cm_key_type) wanted, "funnels");
    return value;
}

#define FUNNEL_IO(type, class, with_ids)                                                                     \
    CM_INPUT_FUNCTION(cm_##type##_in)                                                                        \
    {                                                                                                        \
        return check_ids(funnel_in(PG_GETARG_CSTRING(0), &class, with_ids), with_ids);                       \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##type##_out);                                                                    \
    Datum cm_##type##_out(PG_FUNCTION_ARGS)                                                                  \
    {                                                                                                        \
        return funnel_out(cm_funnel_canonical(cm_funnel_read_any(PG_GETARG_DATUM(0), &class)), with_ids);    \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##type##_recv);                                                                   \
    Datum cm_##type##_recv(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        return check_ids(funnel_recv((StringInfo) PG_GETARG_POINTER(0), &class, with_ids), with_ids);        \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##type##_send);                                                                   \
    Datum cm_##type##_send(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        return funnel_send(cm_funnel_canonical(cm_funnel_read_any(PG_GETARG_DATUM(0), &class)));             \
    }                                                                                                        \
    extern int cm_no_such_variable

FUNNEL_IO(funnel, cm_funnel_class, 0);
FUNNEL_IO(funnels, cm_funnels_class, CM_KEY_BIGINT);
FUNNEL_IO(funnels_uuid, cm_funnels_class, CM_KEY_UUID);
FUNNEL_IO(funnels_text, cm_funnels_class, CM_KEY_TEXT);
