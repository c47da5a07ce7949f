/* series as text, bytes and JSON; see series.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "engagement/series.h"
#include "states/order.h"

/* The calendar of a word, or the absence of one. False: the word is not known, or not the canonical one. */
static bool
read_calendar(const char *word, cm_calendar *calendar)
{
    if (strcmp(word, cm_calendar_name(CM_NO_CALENDAR)) == 0) {
        *calendar = CM_NO_CALENDAR;
        return true;
    }
    return cm_calendar_from_cstring(word, calendar) && strcmp(word, cm_calendar_name(*calendar)) == 0;
}

/* NULL if a period may be put behind the others; else why not. */
static const char *
period_error(const cm_series *series, int32 period)
{
    if (series->calendar.unit == CM_NO_PERIOD)
        return "A series of no rows has no periods";
    if (period > cm_period_of(series->calendar, CM_LAST_DAY) ||
        period < cm_period_of(series->calendar, CM_FIRST_DAY) ||
        cm_period_start(series->calendar, period) < CM_FIRST_DAY)
        return "A period lies outside the calendar";
    if (series->count > 0 && period <= series->periods[series->count - 1].period)
        return "Periods do not rise";
    return NULL;
}

/* "1:" the calendar or "none" "{", then for each period its first day "=" sum "/" rows, ";" between, "}". */
CM_INPUT_FUNCTION(cm_series_in)
{
    cm_parser p = cm_parse_begin("series_state", PG_GETARG_CSTRING(0));
    cm_calendar calendar;

    cm_parse_version(&p, cm_series_class.version);

    char *word = pnstrdup(p.at, strcspn(p.at, "{"));

    if (!read_calendar(word, &calendar))
        cm_parse_fail(&p, "\"none\" or a period in its short form expected");
    p.at += strlen(word);
    cm_parse_char(&p, '{');

    cm_series *series = cm_series_new(calendar, 0);

    while (!cm_parse_maybe(&p, '}')) {
        CHECK_FOR_INTERRUPTS();
        if (series->count > 0)
            cm_parse_char(&p, ';');

        DateADT day = cm_parse_day(&p);
        int32 period = cm_period_of(calendar, day);

        if (period_error(series, period) != NULL)
            cm_parse_fail(&p, period_error(series, period));
        if (cm_period_start(calendar, period) != day)
            cm_parse_fail(&p, "the first day of a period expected");
        cm_parse_char(&p, '=');

        cm_money sum = cm_parse_money(&p);

        cm_parse_char(&p, '/');
        series = cm_series_add(series, period, cm_parse_int(&p, 1, CM_MAX_COUNT), sum);
    }
    cm_parse_end(&p);
    PG_RETURN_POINTER(cm_series_read(PointerGetDatum(series)));
}

PG_FUNCTION_INFO_V1(cm_series_out);
Datum
cm_series_out(PG_FUNCTION_ARGS)
{
    const cm_series *series = PG_GETARG_SERIES(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s{", series->head.version, cm_calendar_name(series->calendar));
    for (uint32 i = 0; i < series->count; i++) {
        const cm_series_period *at = &series->periods[i];

        CHECK_FOR_INTERRUPTS();
        if (i > 0)
            appendStringInfoChar(&out, ';');
        cm_append_day(&out, cm_period_start(series->calendar, at->period));
        appendStringInfoChar(&out, '=');
        cm_append_money(&out, at->sum);
        appendStringInfo(&out, "/" INT64_FORMAT, at->rows);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

/* The word of the text form; the number of periods; each period, its rows and its sum. */
PG_FUNCTION_INFO_V1(cm_series_recv);
Datum
cm_series_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_calendar calendar;

    cm_receive_version(in, "series_state", cm_series_class.version);
    if (!read_calendar(pq_getmsgstring(in), &calendar))
        cm_receive_fail("series_state", "The period is not known");

    cm_series *series = cm_series_new(calendar, 0);
    uint32 count = pq_getmsgint(in, 4);

    for (uint32 i = 0; i < count; i++) {
        int32 period = (int32) pq_getmsgint(in, 4);
        int64 rows = pq_getmsgint64(in);
        cm_money sum = cm_receive_money(in, "series_state");

        CHECK_FOR_INTERRUPTS();
        if (rows < 1 || rows > CM_MAX_COUNT)
            cm_receive_fail("series_state", "The number of rows of a period is out of range");
        if (period_error(series, period) != NULL)
            cm_receive_fail("series_state", period_error(series, period));
        series = cm_series_add(series, period, rows, sum);
    }
    PG_RETURN_POINTER(cm_series_read(PointerGetDatum(series)));
}

PG_FUNCTION_INFO_V1(cm_series_send);
Datum
cm_series_send(PG_FUNCTION_ARGS)
{
    const cm_series *series = PG_GETARG_SERIES(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, series->head.version);
    pq_sendstring(&out, cm_calendar_name(series->calendar));
    pq_sendint32(&out, series->count);
    for (uint32 i = 0; i < series->count; i++) {
        pq_sendint32(&out, series->periods[i].period);
        pq_sendint64(&out, series->periods[i].rows);
        cm_send_money(&out, series->periods[i].sum);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"period": "month", "sums": [{"period_start": "2024-01-01", "amount": 5.00, "rows": 3}]} */
PG_FUNCTION_INFO_V1(cm_series_json);
Datum
cm_series_json(PG_FUNCTION_ARGS)
{
    const cm_series *series = PG_GETARG_SERIES(0);
    StringInfoData out;

    initStringInfo(&out);
    if (series->calendar.unit == CM_NO_PERIOD)
        appendStringInfoString(&out, "{\"period\": null, \"sums\": [");
    else
        appendStringInfo(&out, "{\"period\": \"%s\", \"sums\": [", cm_calendar_name(series->calendar));
    for (uint32 i = 0; i < series->count; i++) {
        const cm_series_period *at = &series->periods[i];

        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, i > 0 ? ", {\"period_start\": \"" : "{\"period_start\": \"");
        cm_append_day(&out, cm_period_start(series->calendar, at->period));
        appendStringInfoString(&out, "\", \"amount\": ");
        cm_append_money(&out, at->sum);
        appendStringInfo(&out, ", \"rows\": " INT64_FORMAT "}", at->rows);
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
