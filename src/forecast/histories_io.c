/*
 * Text and binary form of histories: "1:KIND:x,t_x,t,customers;..." ("1:+3:KIND:..." where three rows were skipped) in ascending order, which is the canonical one; of
 * purchases whose unit of time is known "1:purchases week:...". In binary the unit is the upper half of the kind's byte.
 * Their json has names for all that, and no reader here.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "forecast/histories.h"

#define HAS_END(kind) ((kind) == CM_HISTORY_PURCHASES || (kind) == CM_HISTORY_OPPORTUNITIES)

/* Rows on their way into a canonical state. */
typedef struct reader {
    cm_histories_state *state;
    uint32 capacity;
} reader;

static reader
reader_begin(cm_history_kind kind, cm_time_unit unit)
{
    reader r = {.capacity = 8};

    r.state = cm_state_new(&cm_histories_class,
                           offsetof(cm_histories_state, row) + r.capacity * sizeof(cm_purchase_history));
    r.state->kind = kind;
    r.state->unit = unit;
    return r;
}

/* Takes a row that follows the last; otherwise returns what is wrong with it. */
static const char *
reader_put(reader *r, cm_purchase_history row)
{
    const char *rule = cm_history_error(r->state->kind, &row);
    cm_histories_state *state = r->state;

    if (rule != NULL)
        return rule;
    if (state->count > 0 && cm_history_compare(&state->row[state->count - 1], &row) >= 0)
        return "histories are not in ascending order";
    if (state->count == r->capacity) {
        Size size = offsetof(cm_histories_state, row) + 2 * (Size) r->capacity * sizeof(cm_purchase_history);

        cm_state_check_size(&cm_histories_class, size);
        r->state = state = repalloc(state, size);
        r->capacity *= 2;
    }
    state->customers = cm_add_counts(state->customers, row.n, "the number of customers");
    state->row[state->count++] = row;
    return NULL;
}

static cm_histories_state *
reader_end(reader *r)
{
    SET_VARSIZE(r->state, offsetof(cm_histories_state, row) + r->state->count * sizeof(cm_purchase_history));
    return r->state;
}

static cm_history_kind
parse_kind(cm_parser *p)
{
    for (int kind = 1; cm_history_kind_names[kind] != NULL; kind++) {
        size_t length = strlen(cm_history_kind_names[kind]);

        if (strncmp(p->at, cm_history_kind_names[kind], length) == 0) {
            p->at += length;
            return kind;
        }
    }
    cm_parse_fail(p, "a kind of history expected: purchases, opportunities, spending or renewals");
}

/* A space and the name of a unit, or nothing where it is not known. */
void
cm_append_time_unit(StringInfo out, cm_time_unit unit)
{
    if (unit != CM_UNIT_UNKNOWN)
        appendStringInfo(out, " %s", cm_time_unit_names[unit]);
}

void
cm_append_json_unit(StringInfo out, cm_time_unit unit)
{
    if (unit == CM_UNIT_UNKNOWN)
        appendStringInfoString(out, "null");
    else
        appendStringInfo(out, "\"%s\"", cm_time_unit_names[unit]);
}

cm_time_unit
cm_parse_time_unit(cm_parser *p)
{
    if (!cm_parse_maybe(p, ' '))
        return CM_UNIT_UNKNOWN;
    for (int unit = CM_UNIT_DAY; unit <= CM_UNIT_YEAR; unit++) {
        size_t length = strlen(cm_time_unit_names[unit]);

        if (strncmp(p->at, cm_time_unit_names[unit], length) == 0) {
            p->at += length;
            return unit;
        }
    }
    cm_parse_fail(p, "a unit of time expected: day, week, month, quarter or year");
}

CM_INPUT_FUNCTION(cm_histories_in)
{
    cm_parser p = cm_parse_begin("histories_state", PG_GETARG_CSTRING(0));

    cm_parse_version(&p, cm_histories_class.version);

    int64 skipped = cm_parse_skipped(&p);
    cm_history_kind kind = parse_kind(&p);
    reader r = reader_begin(kind, kind == CM_HISTORY_PURCHASES ? cm_parse_time_unit(&p) : CM_UNIT_UNKNOWN);

    r.state->skipped = skipped;
    cm_parse_char(&p, ':');
    while (*p.at != '\0') {
        cm_purchase_history row = {0};
        const char *wrong;

        if (r.state->count > 0)
            cm_parse_char(&p, ';');
        CHECK_FOR_INTERRUPTS();
        row.x = (double) cm_parse_int(&p, 0, PG_INT32_MAX);
        cm_parse_char(&p, ',');
        row.t_x = kind == CM_HISTORY_RENEWALS ? (double) cm_parse_int(&p, 0, 1) : cm_parse_float(&p);
        cm_parse_char(&p, ',');
        if (HAS_END(kind)) {
            row.T = cm_parse_float(&p);
            cm_parse_char(&p, ',');
        }
        row.n = cm_parse_int(&p, 1, CM_MAX_COUNT);
        wrong = reader_put(&r, row);
        if (wrong != NULL)
            cm_parse_fail(&p, wrong);
    }
    cm_parse_end(&p);
    PG_RETURN_POINTER(reader_end(&r));
}

PG_FUNCTION_INFO_V1(cm_histories_out);
Datum
cm_histories_out(PG_FUNCTION_ARGS)
{
    const cm_histories_state *state = cm_histories_canonical(PG_GETARG_HISTORIES(0));
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", state->head.version);
    cm_append_skipped(&out, state->skipped);
    appendStringInfoString(&out, cm_history_kind_names[state->kind]);
    cm_append_time_unit(&out, state->unit);
    appendStringInfoChar(&out, ':');
    for (uint32 i = 0; i < state->count; i++) {
        CHECK_FOR_INTERRUPTS();
        appendStringInfo(&out, "%s" INT64_FORMAT ",", i > 0 ? ";" : "", (int64) state->row[i].x);
        cm_append_float(&out, state->row[i].t_x);
        appendStringInfoChar(&out, ',');
        if (HAS_END(state->kind)) {
            cm_append_float(&out, state->row[i].T);
            appendStringInfoChar(&out, ',');
        }
        appendStringInfo(&out, INT64_FORMAT, state->row[i].n);
    }
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_histories_recv);
Datum
cm_histories_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    int kind, unit;
    uint32 count;

    cm_receive_version(in, "histories_state", cm_histories_class.version);
    kind = pq_getmsgbyte(in);
    unit = kind >> 4;
    kind &= 15;
    if (kind < CM_HISTORY_PURCHASES || kind > CM_HISTORY_RENEWALS)
        cm_receive_fail("histories_state", "There is no such kind of history");
    if (unit > CM_UNIT_YEAR || (unit != CM_UNIT_UNKNOWN && kind != CM_HISTORY_PURCHASES))
        cm_receive_fail("histories_state", "There is no such unit of time for them");

    int64 skipped = cm_receive_skipped(in);

    count = (uint32) pq_getmsgint(in, 4);

    reader r = reader_begin(kind, unit);

    r.state->skipped = skipped;
    for (uint32 i = 0; i < count; i++) {
        cm_purchase_history row;
        const char *wrong;

        CHECK_FOR_INTERRUPTS();
        row.x = cm_receive_float(in);
        row.t_x = cm_receive_float(in);
        row.T = cm_receive_float(in);
        row.n = pq_getmsgint64(in);
        if (row.n < 1 || row.n > CM_MAX_COUNT)
            cm_receive_fail("histories_state", "A number is out of its range");
        wrong = reader_put(&r, row);
        if (wrong != NULL)
            cm_receive_fail("histories_state", wrong);
    }
    PG_RETURN_POINTER(reader_end(&r));
}

PG_FUNCTION_INFO_V1(cm_histories_send);
Datum
cm_histories_send(PG_FUNCTION_ARGS)
{
    const cm_histories_state *state = cm_histories_canonical(PG_GETARG_HISTORIES(0));
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, state->head.version);
    pq_sendbyte(&out, state->kind | state->unit << 4);
    pq_sendint64(&out, state->skipped);
    pq_sendint32(&out, state->count);
    for (uint32 i = 0; i < state->count; i++) {
        CHECK_FOR_INTERRUPTS();
        pq_sendfloat8(&out, state->row[i].x);
        pq_sendfloat8(&out, state->row[i].t_x);
        pq_sendfloat8(&out, state->row[i].T);
        pq_sendint64(&out, state->row[i].n);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"x": 2, "t_x": 30.5, "t": 38.5, "customers": 7}; of spending and renewals, the names of their arguments. */
static void
append_json_history(StringInfo out, cm_history_kind kind, const cm_purchase_history *h)
{
    appendStringInfo(out,
                     kind == CM_HISTORY_RENEWALS ? "{\"periods\": " INT64_FORMAT : "{\"x\": " INT64_FORMAT,
                     (int64) h->x);
    if (kind == CM_HISTORY_RENEWALS)
        appendStringInfo(out, ", \"lost\": %s", h->t_x == 0 ? "false" : "true");
    else {
        appendStringInfoString(out, kind == CM_HISTORY_SPENDING ? ", \"mean_amount\": " : ", \"t_x\": ");
        cm_append_float(out, h->t_x);
    }
    if (HAS_END(kind)) {
        appendStringInfoString(out, kind == CM_HISTORY_PURCHASES ? ", \"t\": " : ", \"opportunities\": ");
        cm_append_float(out, h->T);
    }
    appendStringInfo(out, ", \"customers\": " INT64_FORMAT "}", h->n);
}

PG_FUNCTION_INFO_V1(cm_histories_json);
Datum
cm_histories_json(PG_FUNCTION_ARGS)
{
    const cm_histories_state *state = cm_histories_canonical(PG_GETARG_HISTORIES(0));
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"kind\": \"%s\", \"unit\": ", cm_history_kind_names[state->kind]);
    cm_append_json_unit(&out, state->unit);
    appendStringInfo(
        &out, ", \"skipped_rows\": " INT64_FORMAT ", \"customers\": " INT64_FORMAT ", \"histories\": [",
        state->skipped, state->customers);
    for (uint32 i = 0; i < state->count; i++) {
        CHECK_FOR_INTERRUPTS();
        if (i > 0)
            appendStringInfoString(&out, ", ");
        append_json_history(&out, state->kind, &state->row[i]);
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
