/* Sums by period as text, bytes and JSON; see period_sums.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "states/order.h"
#include "states/period_sums.h"

/* What a word says: "none", "total" or a calendar. NULL: nothing. */
static cm_period_sums *
from_word(const cm_period_sums_kind *kind, const char *word)
{
    cm_calendar calendar;

    if (strcmp(word, "none") == 0)
        return cm_period_sums_new(kind, CM_OF_NO_ROWS, CM_NO_CALENDAR, 0);
    if (kind->in_total && strcmp(word, "total") == 0)
        return cm_period_sums_new(kind, CM_IN_TOTAL, CM_NO_CALENDAR, 0);
    if (cm_calendar_from_cstring(word, &calendar) && strcmp(word, cm_calendar_name(calendar)) == 0)
        return cm_period_sums_new(kind, CM_BY_PERIOD, calendar, 0);
    return NULL;
}

static const char *
word_of(const cm_period_sums *s, const cm_period_sums_kind *kind)
{
    static const char *const words[] = {[CM_IN_TOTAL] = "total", [CM_OF_NO_ROWS] = "none"};
    cm_extent extent = cm_period_sums_extent(s, kind);

    return extent == CM_BY_PERIOD ? cm_calendar_name(s->calendar) : words[extent];
}

static bool
is_by_period(const cm_period_sums *s, const cm_period_sums_kind *kind)
{
    return cm_period_sums_extent(s, kind) == CM_BY_PERIOD;
}

/* NULL if a period may be put behind the others; else why not. */
static const char *
period_error(const cm_period_sums *s, const cm_period_sums_kind *kind, int32 period)
{
    switch (cm_period_sums_extent(s, kind)) {
        case CM_OF_NO_ROWS:
            return "Without a period there are no sums";
        case CM_IN_TOTAL:
            if (period != 0)
                return "Without a calendar there is one sum";
            break;
        case CM_BY_PERIOD:
            if (period > cm_period_of(s->calendar, CM_LAST_DAY) ||
                period < cm_period_of(s->calendar, CM_FIRST_DAY) ||
                cm_period_start(s->calendar, period) < CM_FIRST_DAY)
                return "A period lies outside the calendar";
    }
    if (s->count > 0 && period <= s->periods[s->count - 1].period)
        return "Periods do not rise";
    return NULL;
}

/*
 * "1:" "total{", "none{" or the calendar "{", then for each period its first day "=" sum "/" count, ";" between, "}". The sum
 * in total has no day.
 */
Datum
cm_period_sums_in(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind)
{
    cm_parser p = cm_parse_begin(kind->state.name, PG_GETARG_CSTRING(0));

    cm_parse_version(&p, kind->state.version);

    char *word = pnstrdup(p.at, strcspn(p.at, "{"));
    cm_period_sums *s = from_word(kind, word);

    if (s == NULL)
        cm_parse_fail(&p, kind->in_total ? "\"total\", \"none\" or a period in its short form expected"
                                         : "\"none\" or a period in its short form expected");
    p.at += strlen(word);
    cm_parse_char(&p, '{');
    while (!cm_parse_maybe(&p, '}')) {
        int32 period = 0;

        CHECK_FOR_INTERRUPTS();
        if (s->count > 0)
            cm_parse_char(&p, ';');
        if (is_by_period(s, kind)) {
            DateADT day = cm_parse_day(&p);

            period = cm_period_of(s->calendar, day);
            if (cm_period_start(s->calendar, period) != day)
                cm_parse_fail(&p, "the first day of a period expected");
        }
        if (period_error(s, kind, period) != NULL)
            cm_parse_fail(&p, period_error(s, kind, period));
        if (is_by_period(s, kind))
            cm_parse_char(&p, '=');

        cm_money sum = cm_parse_money(&p);

        cm_parse_char(&p, '/');
        s = cm_period_sums_add(s, kind, period, cm_parse_int(&p, kind->least, CM_MAX_COUNT), sum);
    }
    cm_parse_end(&p);
    PG_RETURN_POINTER(cm_period_sums_read(PointerGetDatum(s), kind));
}

Datum
cm_period_sums_out(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind)
{
    const cm_period_sums *s = cm_period_sums_read(PG_GETARG_DATUM(0), kind);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s{", s->head.version, word_of(s, kind));
    for (uint32 i = 0; i < s->count; i++) {
        const cm_period_sum *at = &s->periods[i];

        CHECK_FOR_INTERRUPTS();
        if (i > 0)
            appendStringInfoChar(&out, ';');
        if (is_by_period(s, kind)) {
            cm_append_day(&out, cm_period_start(s->calendar, at->period));
            appendStringInfoChar(&out, '=');
        }
        cm_append_money(&out, at->sum);
        appendStringInfo(&out, "/" INT64_FORMAT, at->count);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

/* The word of the text form; the number of periods; each period, its count and its sum. */
Datum
cm_period_sums_recv(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    const char *type = kind->state.name;

    cm_receive_version(in, type, kind->state.version);

    cm_period_sums *s = from_word(kind, pq_getmsgstring(in));

    if (s == NULL)
        cm_receive_fail(type, "The period is not known");

    uint32 periods = pq_getmsgint(in, 4);

    for (uint32 i = 0; i < periods; i++) {
        int32 period = (int32) pq_getmsgint(in, 4);
        int64 count = pq_getmsgint64(in);
        cm_money sum = cm_receive_money(in, type);

        CHECK_FOR_INTERRUPTS();
        if (count < kind->least || count > CM_MAX_COUNT)
            cm_receive_fail(type, psprintf("The number of %s of a period is out of range", kind->counted));
        if (period_error(s, kind, period) != NULL)
            cm_receive_fail(type, period_error(s, kind, period));
        s = cm_period_sums_add(s, kind, period, count, sum);
    }
    PG_RETURN_POINTER(cm_period_sums_read(PointerGetDatum(s), kind));
}

Datum
cm_period_sums_send(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind)
{
    const cm_period_sums *s = cm_period_sums_read(PG_GETARG_DATUM(0), kind);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, s->head.version);
    pq_sendstring(&out, word_of(s, kind));
    pq_sendint32(&out, s->count);
    for (uint32 i = 0; i < s->count; i++) {
        pq_sendint32(&out, s->periods[i].period);
        pq_sendint64(&out, s->periods[i].count);
        cm_send_money(&out, s->periods[i].sum);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"period": "month", "sums": [{"period_start": "2024-01-01", "amount": 5.00, "rows": 3}]} */
Datum
cm_period_sums_json(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind)
{
    const cm_period_sums *s = cm_period_sums_read(PG_GETARG_DATUM(0), kind);
    StringInfoData out;

    initStringInfo(&out);
    if (is_by_period(s, kind))
        appendStringInfo(&out, "{\"period\": \"%s\", \"sums\": [", cm_calendar_name(s->calendar));
    else
        appendStringInfoString(&out, "{\"period\": null, \"sums\": [");
    for (uint32 i = 0; i < s->count; i++) {
        const cm_period_sum *at = &s->periods[i];

        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, i > 0 ? ", {\"period_start\": " : "{\"period_start\": ");
        if (is_by_period(s, kind))
            cm_append_json_day(&out, cm_period_start(s->calendar, at->period));
        else
            appendStringInfoString(&out, "null");
        appendStringInfo(&out, ", \"%s\": ", kind->json_sum);
        cm_append_money(&out, at->sum);
        appendStringInfo(&out, ", \"%s\": " INT64_FORMAT "}", kind->json_count, at->count);
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
