/* Bases of reports as text, bytes and JSON; see report_base.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/parse.h"
#include "core/text_size.h"
#include "states/order.h"
#include "states/report_base.h"

#define PG_GETARG_BASE(n) ((const cm_report_base *) cm_state_read(PG_GETARG_DATUM(n), &cm_report_base_class))
#define TYPE "report_base_state"

/* ---- text ---- */

/*
 * "1:lifecycle(2,8766,1)288=3;289=0,0,2;..." for months up to 2024-01-01 (as numbers: parameters, keys, counts and sums), and
 * a note, where the report has one, in quotes before the rows. Counts of 0 at the end are left out, where no sums follow.
 */
static int
counts_in_text(const cm_base_reader *r)
{
    int n = 0;

    if (r->kind->sums[0] == NULL)
        return cm_base_count_used(r->kind, &r->row);
    while (r->kind->counts[n] != NULL)
        n++;
    return n;
}

PG_FUNCTION_INFO_V1(cm_report_base_out);
Datum
cm_report_base_out(PG_FUNCTION_ARGS)
{
    cm_base_reader r = cm_base_read(PG_GETARG_BASE(0));
    StringInfoData out;
    int scale = cm_base_scale(r.kind, r.base->params);

    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s(", cm_report_base_class.version, r.kind->name);
    for (int i = 0; r.kind->params[i].name != NULL; i++)
        appendStringInfo(&out, i > 0 ? "," INT64_FORMAT : INT64_FORMAT, r.base->params[i]);
    appendStringInfoChar(&out, ')');
    if (r.kind->note != NULL)
        cm_append_quoted(&out, cm_base_note(r.base));
    for (uint32 i = 0; cm_base_next(&r); i++) {
        const char *separator = i > 0 ? ";" : "";

        cm_state_check_text(&cm_report_base_class, (uint64) out.len + 4096);
        for (int k = 0; r.kind->keys[k].name != NULL; k++, separator = "/")
            appendStringInfo(&out, "%s" INT64_FORMAT, separator, r.row.keys[k]);
        separator = r.kind->keys[0].name == NULL ? "" : "=";
        for (int k = 0; k < counts_in_text(&r); k++, separator = ",")
            appendStringInfo(&out, "%s" INT64_FORMAT, separator, r.row.counts[k]);
        for (int k = 0; r.kind->sums[k] != NULL; k++, separator = ",") {
            appendStringInfoString(&out, separator);
            cm_append_money(&out, (cm_money){r.row.sums[k], scale, 0});
        }
    }
    PG_RETURN_CSTRING(out.data);
}

static cm_base_of
parse_kind(cm_parser *p)
{
    size_t length = strcspn(p->at, "(");

    for (int kind = 0; kind < CM_BASES; kind++)
        if (strlen(cm_base_kinds[kind].name) == length &&
            strncmp(p->at, cm_base_kinds[kind].name, length) == 0) {
            p->at += length;
            return kind;
        }
    cm_parse_fail(p, "the name of a report expected");
}

static void
parse_row(cm_parser *p, const cm_base_kind *kind, int scale, cm_base_row *row)
{
    char separator = '\0';

    for (int i = 0; kind->keys[i].name != NULL; i++, separator = '/') {
        if (separator != '\0')
            cm_parse_char(p, separator);
        row->keys[i] = cm_parse_int(p, -CM_MAX_COUNT, CM_MAX_COUNT);
    }
    separator = kind->keys[0].name == NULL ? '\0' : '=';
    for (int i = 0; kind->counts[i] != NULL; i++, separator = ',') {
        if (separator != '\0')
            cm_parse_char(p, separator);
        row->counts[i] = cm_parse_int(p, -CM_MAX_COUNT, CM_MAX_COUNT);
        if (kind->sums[0] == NULL && *p->at != ',') {
            if (row->counts[i] == 0)
                cm_parse_fail(p, "a count of 0 at the end is left out");
            return;
        }
    }
    for (int i = 0; kind->sums[i] != NULL; i++, separator = ',') {
        if (separator != '\0')
            cm_parse_char(p, separator);

        cm_money sum = cm_parse_money(p);

        if (sum.scale != scale)
            cm_parse_fail(p, "An amount has another number of decimals");
        row->sums[i] = sum.units;
    }
}

CM_INPUT_FUNCTION(cm_report_base_in)
{
    cm_parser p = cm_parse_begin(TYPE, PG_GETARG_CSTRING(0));
    int64 params[CM_BASE_PARAMS] = {0};
    const char *note = NULL;
    cm_base_of number;
    const cm_base_kind *kind;
    cm_base_writer w;

    cm_parse_version(&p, cm_report_base_class.version);
    number = parse_kind(&p);
    kind = &cm_base_kinds[number];
    cm_parse_char(&p, '(');
    for (int i = 0; kind->params[i].name != NULL; i++) {
        if (i > 0)
            cm_parse_char(&p, ',');
        params[i] = cm_parse_int(&p, PG_INT64_MIN, PG_INT64_MAX);
    }
    cm_parse_char(&p, ')');
    if (cm_base_params_error(kind, params) != NULL)
        cm_parse_fail(&p, cm_base_params_error(kind, params));
    if (kind->note != NULL)
        note = cm_parse_quoted(&p);
    w = cm_base_begin(number, params, note);
    for (bool first = true; *p.at != '\0'; first = false) {
        cm_base_row row = {0};

        if (!first)
            cm_parse_char(&p, ';');
        parse_row(&p, kind, cm_base_scale(kind, params), &row);
        if (cm_base_row_error(&w, &row) != NULL)
            cm_parse_fail(&p, cm_base_row_error(&w, &row));
        cm_base_put(&w, &row);
    }
    PG_RETURN_POINTER(cm_base_end(&w));
}

/* ---- bytes: the kind, the parameters, the note, the number of rows, and these as they are packed ---- */

PG_FUNCTION_INFO_V1(cm_report_base_send);
Datum
cm_report_base_send(PG_FUNCTION_ARGS)
{
    cm_base_reader r = cm_base_read(PG_GETARG_BASE(0));
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, cm_report_base_class.version);
    pq_sendint16(&out, r.base->kind);
    for (int i = 0; r.kind->params[i].name != NULL; i++)
        pq_sendint64(&out, r.base->params[i]);
    if (r.kind->note != NULL) {
        char *note = pg_server_to_any(cm_base_note(r.base), (int) r.base->note_length, PG_UTF8);

        pq_sendint32(&out, (uint32) strlen(note));
        pq_sendbytes(&out, note, (int) strlen(note));
    }
    pq_sendint32(&out, r.base->rows);
    pq_sendbytes(&out, r.at, (int) (r.end - r.at));
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static char *
receive_note(StringInfo in)
{
    uint32 length = pq_getmsgint(in, 4);
    const char *bytes = pq_getmsgbytes(in, (int) length);

    if (memchr(bytes, 0, length) != NULL)
        cm_receive_fail(TYPE, "A text has a byte of zero");
    return pg_any_to_server(pnstrdup(bytes, length), (int) length, PG_UTF8);
}

/* Rows are read and packed again, which must give the same bytes: there is one form of each. */
static cm_report_base *
receive_rows(StringInfo in, cm_base_of kind, const int64 *params, const char *note, uint32 rows)
{
    int length = in->len - in->cursor;
    const char *bytes = pq_getmsgbytes(in, length);
    cm_base_writer w = cm_base_begin(kind, params, note), copy = cm_base_begin(kind, params, note);
    cm_report_base *base;
    cm_base_reader r;

    cm_state_check_size(&cm_report_base_class, (Size) w.out.len + length);
    appendBinaryStringInfo(&w.out, bytes, length);
    base = cm_base_end(&w);
    base->rows = rows;
    r = cm_base_read(base);
    while (cm_base_next(&r)) {
        if (cm_base_row_error(&copy, &r.row) != NULL)
            cm_receive_fail(TYPE, cm_base_row_error(&copy, &r.row));
        cm_base_put(&copy, &r.row);
    }
    cm_base_end(&copy);
    ((cm_report_base *) copy.out.data)->rows = rows;
    if (copy.out.len != w.out.len || memcmp(copy.out.data, w.out.data, w.out.len) != 0)
        cm_receive_fail(TYPE, "Rows are not packed as this extension packs them");
    return base;
}

PG_FUNCTION_INFO_V1(cm_report_base_recv);
Datum
cm_report_base_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    int64 params[CM_BASE_PARAMS] = {0};
    const char *note = NULL;
    uint16 kind;

    cm_receive_version(in, TYPE, cm_report_base_class.version);
    kind = pq_getmsgint(in, 2);
    if (kind >= CM_BASES)
        cm_receive_fail(TYPE, "There is no report of this number");
    for (int i = 0; cm_base_kinds[kind].params[i].name != NULL; i++)
        params[i] = pq_getmsgint64(in);
    if (cm_base_params_error(&cm_base_kinds[kind], params) != NULL)
        cm_receive_fail(TYPE, cm_base_params_error(&cm_base_kinds[kind], params));
    if (cm_base_kinds[kind].note != NULL)
        note = receive_note(in);
    PG_RETURN_POINTER(receive_rows(in, kind, params, note, pq_getmsgint(in, 4)));
}

/* ---- JSON ---- */

static void
append_field(StringInfo out, const cm_base_reader *r, const cm_base_field *field, int64 value)
{
    cm_calendar calendar = cm_base_calendar(r);

    appendStringInfo(out, "\"%s\": ", field->name);
    switch (field->type) {
        case CM_BASE_INT:
        case CM_BASE_OF_VALUE:
        case CM_BASE_SCALE:
            appendStringInfo(out, INT64_FORMAT, value);
            break;
        case CM_BASE_DAY:
            cm_append_json_day(out, (DateADT) value);
            break;
        case CM_BASE_PERIOD:
            cm_append_json_day(out, cm_period_start(calendar, (int32) value));
            break;
        case CM_BASE_CALENDAR:
            appendStringInfo(out, calendar.unit == CM_NO_PERIOD ? "null" : "\"%s\"",
                             cm_calendar_name(calendar));
            break;
        case CM_BASE_WORD:
            appendStringInfo(out, "\"%s\"", field->words[value]);
    }
}

static void
append_row(StringInfo out, const cm_base_reader *r)
{
    const char *separator = "";

    appendStringInfoChar(out, '{');
    for (int i = 0; r->kind->keys[i].name != NULL; i++, separator = ", ") {
        appendStringInfoString(out, separator);
        append_field(out, r, &r->kind->keys[i], r->row.keys[i]);
    }
    for (int i = 0; r->kind->counts[i] != NULL; i++, separator = ", ")
        appendStringInfo(out, "%s\"%s\": " INT64_FORMAT, separator, r->kind->counts[i], r->row.counts[i]);
    for (int i = 0; r->kind->sums[i] != NULL; i++, separator = ", ") {
        appendStringInfo(out, "%s\"%s\": ", separator, r->kind->sums[i]);
        cm_append_money(out, (cm_money){r->row.sums[i], cm_base_scale(r->kind, r->base->params), 0});
    }
    appendStringInfoChar(out, '}');
}

PG_FUNCTION_INFO_V1(cm_report_base_json);
Datum
cm_report_base_json(PG_FUNCTION_ARGS)
{
    cm_base_reader r = cm_base_read(PG_GETARG_BASE(0));
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"report\": \"%s\"", r.kind->name);
    for (int i = 0; r.kind->params[i].name != NULL; i++) {
        appendStringInfoString(&out, ", ");
        append_field(&out, &r, &r.kind->params[i], r.base->params[i]);
    }
    if (r.kind->note != NULL) {
        appendStringInfo(&out, ", \"%s\": ", r.kind->note);
        escape_json(&out, cm_base_note(r.base));
    }
    appendStringInfoString(&out, ", \"rows\": [");
    for (bool first = true; cm_base_next(&r); first = false) {
        cm_state_check_text(&cm_report_base_class, (uint64) out.len + 4096);
        appendStringInfoString(&out, first ? "" : ", ");
        append_row(&out, &r);
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
