/*
 * Binary form of funnel: version, layout, clock, skipped rows, the number of rows, and those. That of funnels is in
 * funnel_wire.h.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "core/map_io.h"
#include "funnel/funnel_build.h"
#include "funnel/funnel_wire.h"
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

static Datum
send_funnel(const cm_funnel *f)
{
    cm_funnel_customer c = {.from = f};
    cm_funnel_event event;
    StringInfoData out;

    (void) cm_funnel_next(&c);
    pq_begintypsend(&out);
    pq_sendbyte(&out, f->head.version);
    pq_sendbyte(&out, f->layout);
    pq_sendbyte(&out, f->clock);
    pq_sendint64(&out, f->skipped);
    pq_sendint32(&out, c.rows);
    for (uint32 at = c.at; cm_funnel_next_row(&c, &at, &event);) {
        CHECK_FOR_INTERRUPTS();
        send_row(&out, &event, (cm_funnel_layout) f->layout);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static Datum
send_funnels(const cm_funnel *f)
{
    Size size;
    bytea *out = (bytea *) cm_funnels_to_wire(f, VARHDRSZ + 1, &size);

    SET_VARSIZE(out, size);
    *VARDATA(out) = (char) f->head.version;
    PG_RETURN_BYTEA_P(out);
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

static Datum
receive_funnel(StringInfo in)
{
    const char *type = cm_funnel_class.name;
    cm_key id = {0};

    cm_receive_version(in, type, cm_funnel_class.version);

    int layout = pq_getmsgbyte(in);
    int clock = pq_getmsgbyte(in);
    const char *fault = cm_funnel_head_fault(false, 0, layout, clock);

    if (fault != NULL)
        cm_receive_fail(type, fault);

    cm_funnel_builder b = cm_funnel_build(&cm_funnel_class, 0, (cm_funnel_layout) layout, (cm_clock) clock,
                                          cm_check_count(pq_getmsgint64(in), "the number of skipped rows"));
    uint32 rows = pq_getmsgint(in, 4);

    if ((rows == 0) != (layout == CM_FUNNEL_EMPTY))
        cm_receive_fail(type, "The number of rows does not fit");
    for (uint32 i = 0; i < rows; i++) {
        cm_funnel_event event = receive_row(in, (cm_funnel_layout) layout, type);

        CHECK_FOR_INTERRUPTS();
        if (!cm_funnel_build_row(&b, &id, &event, false))
            cm_receive_fail(type, "Rows are not in ascending order");
        if (event.held != NULL) /* there may be many of them */
            pfree((char *) event.held);
    }
    return cm_funnel_built(&b, 0);
}

static Datum
receive_funnels(StringInfo in, int wanted)
{
    int left;

    cm_receive_version(in, cm_funnels_class.name, cm_funnels_class.version);
    left = in->len - in->cursor;
    return cm_funnels_from_wire((const uint8 *) pq_getmsgbytes(in, left), left, NULL, wanted);
}

#define FUNNEL_BINARY(type, receive, send)                                                                   \
    PG_FUNCTION_INFO_V1(cm_##type##_recv);                                                                   \
    Datum cm_##type##_recv(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        return receive;                                                                                      \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##type##_send);                                                                   \
    Datum cm_##type##_send(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        return send;                                                                                         \
    }                                                                                                        \
    extern int cm_no_such_variable

#define MESSAGE ((StringInfo) PG_GETARG_POINTER(0))

FUNNEL_BINARY(funnel, receive_funnel(MESSAGE), send_funnel(PG_GETARG_FUNNEL(0)));
FUNNEL_BINARY(funnels, receive_funnels(MESSAGE, CM_KEY_BIGINT), send_funnels(PG_GETARG_FUNNELS(0)));
FUNNEL_BINARY(funnels_uuid, receive_funnels(MESSAGE, CM_KEY_UUID), send_funnels(PG_GETARG_FUNNELS(0)));
FUNNEL_BINARY(funnels_text, receive_funnels(MESSAGE, CM_KEY_TEXT), send_funnels(PG_GETARG_FUNNELS(0)));
