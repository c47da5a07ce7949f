/*
 * Binary form of funnel and funnels: version, ids, layout, clock, skipped rows, the number of customers, then for each
 * its id, the number of rows, and those.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "core/map_io.h"
#include "funnel/funnel_build.h"
#include "core/check.h"

#define UNHELD (-1) /* in the place of a length */

/* ---- out ---- */

static void
send_row(StringInfo out, const cm_funnel_event *event, cm_funnel_layout layout)
{
    pq_sendint64(out, event->row.at);
    pq_sendint64(out, (int64) event->row.steps);
    if (layout == CM_FUNNEL_ORDERED)
        pq_sendint64(out, event->row.order);
    if (layout == CM_FUNNEL_STEPS)
        return;
    if (event->row.unheld)
        pq_sendint32(out, (uint32) UNHELD);
    else
        cm_send_text(out, event->held, event->held_length);
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
    cm_funnel_event event;
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, f->head.version);
    pq_sendbyte(&out, f->ids);
    pq_sendbyte(&out, f->layout);
    pq_sendbyte(&out, f->clock);
    pq_sendint64(&out, f->skipped);
    pq_sendint32(&out, count_customers(f));
    while (cm_funnel_next(&c)) {
        if (f->ids != 0) {
            cm_key id = cm_funnel_key(&c);

            cm_send_key(&out, &id);
        }
        pq_sendint32(&out, c.rows);
        for (uint32 at = c.at; cm_funnel_next_row(&c, &at, &event);) {
            CHECK_FOR_INTERRUPTS();
            send_row(&out, &event, (cm_funnel_layout) f->layout);
        }
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* ---- in ---- */

static void
receive_held(StringInfo in, cm_funnel_event *event, const char *type)
{
    int32 length = pq_getmsgint(in, 4);
    int held_length;

    event->row.unheld = length == UNHELD;
    if (event->row.unheld)
        return;
    if (length < 0)
        cm_receive_fail(type, "The value to hold of a row has no length");
    event->held = pq_getmsgtext(in, length, &held_length);
    event->held_length = held_length;
}

static cm_funnel_event
receive_row(StringInfo in, cm_funnel_layout layout, const char *type)
{
    cm_funnel_event event = {.row.at = pq_getmsgint64(in)};

    event.row.steps = (uint64) pq_getmsgint64(in);
    if (layout == CM_FUNNEL_ORDERED)
        event.row.order = pq_getmsgint64(in);
    if (layout != CM_FUNNEL_STEPS)
        receive_held(in, &event, type);
    if (event.row.at > CM_FUNNEL_MAX_TIME || event.row.at < -CM_FUNNEL_MAX_TIME)
        cm_receive_fail(type, "A time is out of range");
    if (event.row.steps == 0 || (layout == CM_FUNNEL_STEPS && (event.row.steps & (event.row.steps - 1)) != 0))
        cm_receive_fail(type, "A row matches no step, or too many");
    return event;
}

static void
receive_rows(StringInfo in, cm_funnel_builder *b, const char *type)
{
    cm_key id = {0};
    uint32 rows;

    if (b->f->ids != 0)
        id = cm_map_receive_key(in, (cm_key_type) b->f->ids);
    rows = pq_getmsgint(in, 4);
    if (rows == 0)
        cm_receive_fail(type, "A customer has no rows");
    for (uint32 i = 0; i < rows; i++) {
        cm_funnel_event event = receive_row(in, (cm_funnel_layout) b->f->layout, type);

        CHECK_FOR_INTERRUPTS();
        if (!cm_funnel_build_row(b, &id, &event, i == 0))
            cm_receive_fail(type, "Ids and rows are not in ascending order");
        if (event.held != NULL) /* there may be many of them */
            pfree((char *) event.held);
    }
    if (b->f->ids == CM_KEY_TEXT)
        pfree((char *) id.id.text.data);
}

static Datum
funnel_recv(StringInfo in, const cm_state_class *cls, int wanted)
{
    cm_receive_version(in, cls->name, cls->version);

    int ids = pq_getmsgbyte(in);
    int layout = pq_getmsgbyte(in);
    int clock = pq_getmsgbyte(in);
    const char *fault = cm_funnel_head_fault(wanted != 0, ids, layout, clock);

    if (fault != NULL)
        cm_receive_fail(cls->name, fault);

    cm_funnel_builder b = cm_funnel_build(cls, ids, (cm_funnel_layout) layout, (cm_clock) clock,
                                          cm_check_count(pq_getmsgint64(in), "the number of skipped rows"));
    uint32 customers = pq_getmsgint(in, 4);

    if ((customers == 0) != (layout == CM_FUNNEL_EMPTY) || (ids == 0 && customers > 1))
        cm_receive_fail(cls->name, "The number of customers does not fit");
    for (uint32 i = 0; i < customers; i++)
        receive_rows(in, &b, cls->name);
    return cm_funnel_built(&b, wanted);
}

#define FUNNEL_BINARY(type, class, wanted)                                                                   \
    PG_FUNCTION_INFO_V1(cm_##type##_recv);                                                                   \
    Datum cm_##type##_recv(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        return funnel_recv((StringInfo) PG_GETARG_POINTER(0), &class, wanted);                               \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##type##_send);                                                                   \
    Datum cm_##type##_send(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        return funnel_send(cm_funnel_canonical(cm_funnel_read_any(PG_GETARG_DATUM(0), &class)));             \
    }                                                                                                        \
    extern int cm_no_such_variable

FUNNEL_BINARY(funnel, cm_funnel_class, 0);
FUNNEL_BINARY(funnels, cm_funnels_class, CM_KEY_BIGINT);
FUNNEL_BINARY(funnels_uuid, cm_funnels_class, CM_KEY_UUID);
FUNNEL_BINARY(funnels_text, cm_funnels_class, CM_KEY_TEXT);
