/* Collecting and merging spending; see spending.h. */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "acquisition/spending.h"
#include "core/check.h"
#include "states/order.h"
#include "core/parse.h"

const cm_state_class cm_spending_class = {
    .name = "spending_state",
    .min_size = offsetof(cm_spending, periods),
    .max_size = MaxAllocSize,
    .magic = 0x5350,
    .version = 1,
};

static Size
size_of(Size periods)
{
    return offsetof(cm_spending, periods) + periods * sizeof(cm_spending_period);
}

cm_spending *
cm_spending_new(uint32 capacity)
{
    return cm_state_new(&cm_spending_class, size_of(capacity));
}

static Size
capacity_of(const cm_spending *spending)
{
    return (VARSIZE(spending) - offsetof(cm_spending, periods)) / sizeof(cm_spending_period);
}

/* A copy with this much room. */
static cm_spending *
with_capacity(const cm_spending *spending, uint32 capacity)
{
    cm_spending *copy = cm_spending_new(capacity);
    cm_state head = copy->head;

    memcpy(copy, spending, size_of(spending->count));
    copy->head = head;
    return copy;
}

const cm_spending *
cm_spending_read(Datum datum)
{
    const cm_spending *spending = cm_state_read(datum, &cm_spending_class);

    return spending->count == capacity_of(spending) ? spending : with_capacity(spending, spending->count);
}

cm_spending *
cm_spending_add(cm_spending *spending, int32 period, int64 customers, cm_money cost)
{
    uint32 low = 0, high = spending->count;

    while (low < high) {
        uint32 middle = low + (high - low) / 2;

        if (spending->periods[middle].period < period)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == spending->count || spending->periods[low].period != period) {
        if (spending->count == capacity_of(spending))
            spending = with_capacity(spending, Max(2 * spending->count, spending->by_period ? 8 : 1));
        memmove(&spending->periods[low + 1], &spending->periods[low],
                (spending->count - low) * sizeof(cm_spending_period));
        spending->periods[low] = (cm_spending_period){period, 0, 0, CM_MONEY_ZERO};
        spending->count++;
    }

    cm_spending_period *at = &spending->periods[low];

    at->customers = cm_add_counts(at->customers, customers, "new customers");
    at->cost = cm_money_add(at->cost, cost);
    return spending;
}

/* ---- aggregate steps ---- */

static void
kinds_error(const cm_spending *a, const cm_spending *b)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("cannot merge spending %s with spending %s",
                           a->by_period ? psprintf("by %s", cm_calendar_name(a->calendar)) : "in total",
                           b->by_period ? psprintf("by %s", cm_calendar_name(b->calendar)) : "in total"),
                    errhint("Collect both with the same period.")));
}

static bool
same_kind(const cm_spending *a, const cm_spending *b)
{
    return a->by_period == b->by_period && a->calendar.unit == b->calendar.unit &&
           a->calendar.start == b->calendar.start;
}

/* Without a cost, or without customers, a row gives what it has. */
static cm_spending *
add_row(FunctionCallInfo fcinfo, cm_spending *spending, int32 period, int arg, bool floats)
{
    cm_money cost = PG_ARGISNULL(arg) ? CM_MONEY_ZERO
                    : floats          ? cm_money_from_float(PG_GETARG_FLOAT8(arg), "cost")
                                      : cm_money_from_numeric(PG_GETARG_DATUM(arg), "cost");
    int64 customers = PG_ARGISNULL(arg + 1) ? 0 : cm_check_count(PG_GETARG_INT64(arg + 1), "new_customers");

    if (PG_ARGISNULL(arg) && PG_ARGISNULL(arg + 1))
        return spending;
    return cm_spending_add(spending, period, customers, cost);
}

/* Transitions over (cost, new_customers). */
PG_FUNCTION_INFO_V1(cm_spending_accum_numeric);
Datum
cm_spending_accum_numeric(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(add_row(fcinfo, cm_state_own(fcinfo, 0, &cm_spending_class), 0, 1, false));
}

PG_FUNCTION_INFO_V1(cm_spending_accum_float8);
Datum
cm_spending_accum_float8(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(add_row(fcinfo, cm_state_own(fcinfo, 0, &cm_spending_class), 0, 1, true));
}

/* Transitions over (day, cost, new_customers, period); without a day the row is skipped. */
static Datum
accumulate_period(FunctionCallInfo fcinfo, bool floats)
{
    if (PG_ARGISNULL(4))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("period must not be NULL"),
                        errhint("Use \"month\", for example.")));

    cm_spending row = {.calendar = cm_calendar_from_text(PG_GETARG_TEXT_PP(4)), .by_period = 1};
    cm_spending *spending;

    if (PG_ARGISNULL(0)) {
        spending = cm_spending_new(8);
        spending->calendar = row.calendar;
        spending->by_period = 1;
    } else
        spending = cm_state_own(fcinfo, 0, &cm_spending_class);
    if (!same_kind(spending, &row))
        kinds_error(spending, &row);
    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(spending);

    int32 period = cm_period_of(row.calendar, cm_check_day(PG_GETARG_DATEADT(1), "day"));

    cm_check_day(cm_period_start(row.calendar, period), "the first day of the period");
    PG_RETURN_POINTER(add_row(fcinfo, spending, period, 2, floats));
}

PG_FUNCTION_INFO_V1(cm_spending_accum_period_numeric);
Datum
cm_spending_accum_period_numeric(PG_FUNCTION_ARGS)
{
    return accumulate_period(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_spending_accum_period_float8);
Datum
cm_spending_accum_period_float8(PG_FUNCTION_ARGS)
{
    return accumulate_period(fcinfo, true);
}

PG_FUNCTION_INFO_V1(cm_spending_combine);
Datum
cm_spending_combine(PG_FUNCTION_ARGS)
{
    cm_spending *spending = cm_state_own(fcinfo, 0, &cm_spending_class);
    const cm_spending *other = cm_state_read(PG_GETARG_DATUM(1), &cm_spending_class);

    if (!same_kind(spending, other))
        kinds_error(spending, other);
    for (uint32 i = 0; i < other->count; i++)
        spending = cm_spending_add(spending, other->periods[i].period, other->periods[i].customers,
                                   other->periods[i].cost);
    PG_RETURN_POINTER(spending);
}

PG_FUNCTION_INFO_V1(cm_spending_final);
Datum
cm_spending_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_SPENDING(0));
}

/* ---- text and binary form ---- */

/* NULL if a period may be put behind the others; else why not. */
static const char *
period_error(const cm_spending *spending, int32 period)
{
    if (spending->by_period && (period > cm_period_of(spending->calendar, CM_LAST_DAY) ||
                                period < cm_period_of(spending->calendar, CM_FIRST_DAY) ||
                                cm_period_start(spending->calendar, period) < CM_FIRST_DAY))
        return "A period lies outside the calendar";
    if (!spending->by_period && period != 0)
        return "Without a calendar there is one sum";
    if (spending->count > 0 && period <= spending->periods[spending->count - 1].period)
        return "Periods do not rise";
    return NULL;
}

/* "1:" "total{" or the calendar "{", then for each period its first day "=" cost "/" customers, ";" between, "}". */
CM_INPUT_FUNCTION(cm_spending_in)
{
    cm_parser p = cm_parse_begin("spending_state", PG_GETARG_CSTRING(0));
    cm_spending *spending = cm_spending_new(0);

    cm_parse_version(&p, cm_spending_class.version);

    char *word = pnstrdup(p.at, strcspn(p.at, "{"));

    spending->by_period = strcmp(word, "total") != 0;
    if (spending->by_period) {
        spending->calendar = cm_calendar_from_text(cstring_to_text(word));
        if (strcmp(word, cm_calendar_name(spending->calendar)) != 0)
            cm_parse_fail(&p, "a period in its short form expected");
    }
    p.at += strlen(word);
    cm_parse_char(&p, '{');
    while (!cm_parse_maybe(&p, '}')) {
        int32 period = 0;

        CHECK_FOR_INTERRUPTS();
        if (spending->count > 0)
            cm_parse_char(&p, ';');
        if (spending->by_period) {
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
    appendStringInfo(&out, "%d:%s{", spending->head.version,
                     spending->by_period ? cm_calendar_name(spending->calendar) : "total");
    for (uint32 i = 0; i < spending->count; i++) {
        const cm_spending_period *at = &spending->periods[i];

        if (i > 0)
            appendStringInfoChar(&out, ';');
        if (spending->by_period) {
            cm_append_day(&out, cm_period_start(spending->calendar, at->period));
            appendStringInfoChar(&out, '=');
        }
        cm_append_money(&out, at->cost);
        appendStringInfo(&out, "/" INT64_FORMAT, at->customers);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

/* The word of the calendar, or an empty one; the number of periods; each period, its customers and its cost. */
PG_FUNCTION_INFO_V1(cm_spending_recv);
Datum
cm_spending_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_spending *spending = cm_spending_new(0);

    cm_receive_version(in, "spending_state", cm_spending_class.version);

    const char *word = pq_getmsgstring(in);

    if (*word != '\0') {
        spending->calendar = cm_calendar_from_text(cstring_to_text(word));
        spending->by_period = 1;
    }

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
    pq_sendstring(&out, spending->by_period ? cm_calendar_name(spending->calendar) : "");
    pq_sendint32(&out, spending->count);
    for (uint32 i = 0; i < spending->count; i++) {
        pq_sendint32(&out, spending->periods[i].period);
        pq_sendint64(&out, spending->periods[i].customers);
        cm_send_money(&out, spending->periods[i].cost);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}
