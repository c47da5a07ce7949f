/* spending as text, bytes and JSON; see spending.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "acquisition/spending.h"
#include "core/check.h"
#include "core/parse.h"
#include "states/order.h"

/* NULL if a period may be put behind the others; else why not. */
static const char *
period_error(const cm_spending *spending, int32 period)
{
    if (spending->kind == CM_SPENDING_OF_NO_ROWS)
        return "Without a period there are no sums";
    if (spending->kind == CM_SPENDING_BY_PERIOD &&
        (period > cm_period_of(spending->calendar, CM_LAST_DAY) ||
         period < cm_period_of(spending->calendar, CM_FIRST_DAY) ||
         cm_period_start(spending->calendar, period) < CM_FIRST_DAY))
        return "A period lies outside the calendar";
    if (spending->kind == CM_SPENDING_IN_TOTAL && period != 0)
        return "Without a calendar there is one sum";
    if (spending->count > 0 && period <= spending->periods[spending->count - 1].period)
        return "Periods do not rise";
    return NULL;
}

/* What a word says: "total", "none" or a calendar. False: nothing. */
static bool
read_kind(cm_spending *spending, const char *word)
{
    if (strcmp(word, "total") == 0)
        spending->kind = CM_SPENDING_IN_TOTAL;
    else if (strcmp(word, "none") == 0)
        spending->kind = CM_SPENDING_OF_NO_ROWS;
    else if (cm_calendar_from_cstring(word, &spending->calendar) &&
             strcmp(word, cm_calendar_name(spending->calendar)) == 0)
        spending->kind = CM_SPENDING_BY_PERIOD;
    else
        return false;
    return true;
}

static const char *
word_of(const cm_spending *spending)
{
    return spending->kind == CM_SPENDING_IN_TOTAL     ? "total"
           : spending->kind == CM_SPENDING_OF_NO_ROWS ? "none"
                                                      : cm_calendar_name(spending->calendar);
}

/*
 * "1:" "total{", "none{" or the calendar "{", then for each period its first day "=" cost "/" customers, ";" between, "}".
 * The sum in total has no day.
 */
CM_INPUT_FUNCTION(cm_spending_in)
{
    cm_parser p = cm_parse_begin("spending_state", PG_GETARG_CSTRING(0));
    cm_spending *spending = cm_spending_new(0);

    cm_parse_version(&p, cm_spending_class.version);

    char *word = pnstrdup(p.at, strcspn(p.at, "{"));

    if (!read_kind(spending, word))
        cm_parse_fail(&p, "\"total\", \"none\" or a period in its short form expected");
    p.at += strlen(word);
    cm_parse_char(&p, '{');
    while (!cm_parse_maybe(&p, '}')) {
        int32 period = 0;

        CHECK_FOR_INTERRUPTS();
        if (spending->count > 0)
            cm_parse_char(&p, ';');
        if (spending->kind == CM_SPENDING_BY_PERIOD) {
            DateADT day = cm_parse_day(&p);

            period = cm_period_of(spending->calendar, day);
            if (cm_period_start(spending->calendar, period) != day)
                cm_parse_fail(&p, "the first day of a period expected");
            cm_parse_char(&p, '=');
        }

        cm_money cost = cm_parse_money(&p);

        cm_parse_char(&p, '/');

        int64 customers = cm_parse_int(&p, 0, CM_MAX_COUNT);

        if (period_error(spending, period) != NULL)
            cm_parse_fail(&p, period_error(spending, period));
        spending = cm_spending_add(spending, period, customers, cost);
    }
    cm_parse_end(&p);
    PG_RETURN_POINTER(cm_spending_read(PointerGetDatum(spending)));
}

PG_FUNCTION_INFO_V1(cm_spending_out);
Datum
cm_spending_out(PG_FUNCTION_ARGS)
{
    const cm_spending *spending = PG_GETARG_SPENDING(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s{", spending->head.version, word_of(spending));
    for (uint32 i = 0; i < spending->count; i++) {
        const cm_spending_period *at = &spending->periods[i];

        if (i > 0)
            appendStringInfoChar(&out, ';');
        if (spending->kind == CM_SPENDING_BY_PERIOD) {
            cm_append_day(&out, cm_period_start(spending->calendar, at->period));
            appendStringInfoChar(&out, '=');
        }
        cm_append_money(&out, at->cost);
        appendStringInfo(&out, "/" INT64_FORMAT, at->customers);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

/* The word of the text form; the number of periods; each period, its customers and its cost. */
PG_FUNCTION_INFO_V1(cm_spending_recv);
Datum
cm_spending_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_spending *spending = cm_spending_new(0);

    cm_receive_version(in, "spending_state", cm_spending_class.version);

    if (!read_kind(spending, pq_getmsgstring(in)))
        cm_receive_fail("spending_state", "The period is not known");

    uint32 count = pq_getmsgint(in, 4);

    for (uint32 i = 0; i < count; i++) {
        int32 period = (int32) pq_getmsgint(in, 4);
        int64 customers = cm_check_count(pq_getmsgint64(in), "new customers");
        cm_money cost = cm_receive_money(in, "spending_state");

        CHECK_FOR_INTERRUPTS();
        if (period_error(spending, period) != NULL)
            cm_receive_fail("spending_state", period_error(spending, period));
        spending = cm_spending_add(spending, period, customers, cost);
    }
    PG_RETURN_POINTER(cm_spending_read(PointerGetDatum(spending)));
}

PG_FUNCTION_INFO_V1(cm_spending_send);
Datum
cm_spending_send(PG_FUNCTION_ARGS)
{
    const cm_spending *spending = PG_GETARG_SPENDING(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, spending->head.version);
    pq_sendstring(&out, word_of(spending));
    pq_sendint32(&out, spending->count);
    for (uint32 i = 0; i < spending->count; i++) {
        pq_sendint32(&out, spending->periods[i].period);
        pq_sendint64(&out, spending->periods[i].customers);
        cm_send_money(&out, spending->periods[i].cost);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"period": "month", "sums": [{"period_start": "2024-01-01", "cost": 5.00, "new_customers": 3}]} */
PG_FUNCTION_INFO_V1(cm_spending_json);
Datum
cm_spending_json(PG_FUNCTION_ARGS)
{
    const cm_spending *spending = PG_GETARG_SPENDING(0);
    StringInfoData out;

    initStringInfo(&out);
    if (spending->kind == CM_SPENDING_BY_PERIOD)
        appendStringInfo(&out, "{\"period\": \"%s\", \"sums\": [", cm_calendar_name(spending->calendar));
    else
        appendStringInfoString(&out, "{\"period\": null, \"sums\": [");
    for (uint32 i = 0; i < spending->count; i++) {
        const cm_spending_period *at = &spending->periods[i];

        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, i > 0 ? ", {" : "{");
        appendStringInfoString(&out, "\"period_start\": ");
        if (spending->kind == CM_SPENDING_BY_PERIOD)
            cm_append_json_day(&out, cm_period_start(spending->calendar, at->period));
        else
            appendStringInfoString(&out, "null");
        appendStringInfoString(&out, ", \"cost\": ");
        cm_append_money(&out, at->cost);
        appendStringInfo(&out, ", \"new_customers\": " INT64_FORMAT "}", at->customers);
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
