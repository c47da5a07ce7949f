/* Collecting the ranges of a period; see subscribers.h. Churn is in subscribers_churn.c, text and JSON in subscribers_text.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/collation.h"
#include "states/order.h"
#include "subscription/subscribers.h"
#include "subscription/subscription.h"

#define SPANS offsetof(cm_subscriber, spans)
#define JOIN_FROM 8 /* spans: fewer are not worth joining before the list grows */

/* ---- spans ---- */

static int
compare_spans(const void *a, const void *b, void *arg)
{
    int32 x = ((const cm_span *) a)->from;
    int32 y = ((const cm_span *) b)->from;

    (void) arg;
    return (x > y) - (x < y);
}

uint32
cm_spans_join(cm_span *spans, uint32 n)
{
    uint32 joined = 0;

    if (n > 1)
        qsort_interruptible(spans, n, sizeof(cm_span), compare_spans, NULL);
    for (uint32 i = 0; i < n; i++)
        if (joined > 0 && spans[i].from <= spans[joined - 1].to)
            spans[joined - 1].to = Max(spans[joined - 1].to, spans[i].to);
        else
            spans[joined++] = spans[i];
    return joined;
}

static inline void
add_span(cm_map_edit *edit, uint32 entry, const void *value)
{
    const cm_span *span = value;
    cm_list *list = cm_subscriber_spans(edit->map, entry);
    cm_span *spans = cm_list_data(edit->map, list);
    cm_span *last = list->used > 0 ? &spans[list->used - 1] : NULL;

    if (last != NULL && span->from <= last->to && span->to >= last->from) {
        last->from = Min(last->from, span->from);
        last->to = Max(last->to, span->to);
        return;
    }
    if (list->used == list->capacity && list->used >= JOIN_FROM) {
        list->used = cm_spans_join(spans, list->used);
        if (list->used > list->capacity / 2) /* so that joining stays rare */
            cm_list_reserve(edit, entry, SPANS, sizeof(cm_span), list->used);
    }
    *(cm_span *) cm_list_push(edit, entry, SPANS, sizeof(cm_span)) = *span;
}

/* Joins the spans of both customers: onto a new entry this gives the canonical form. */
static void
merge_subscriber(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload)
{
    const cm_list *other = &((const cm_subscriber *) payload)->spans;
    uint32 n = other->used + cm_subscriber_spans(edit->map, entry)->used;
    cm_span *spans = palloc(n * sizeof(cm_span));
    cm_list *list = cm_subscriber_spans(edit->map, entry);

    memcpy(spans, cm_list_data(edit->map, list), list->used * sizeof(cm_span));
    memcpy(spans + list->used, cm_list_data(from, other), other->used * sizeof(cm_span));
    n = cm_spans_join(spans, n);
    if (n > list->used)
        cm_list_reserve(edit, entry, SPANS, sizeof(cm_span), n - list->used);
    list = cm_subscriber_spans(edit->map, entry);
    memcpy(cm_list_data(edit->map, list), spans, n * sizeof(cm_span));
    list->used = n;
    pfree(spans);
}

static const char *
fault_of(const cm_map *map)
{
    const cm_subscribers_params *period = cm_subscribers_period(map);
    const char *fault = NULL;

    if (cm_check_day(period->period_start, "period_start") !=
            cm_check_day(period->period_end, "period_end") ||
        period->period_start != 0)
        cm_subscribers_check_period(period->period_start, period->period_end);
    for (uint32 entry = 0; entry < map->count && fault == NULL; entry++) {
        const cm_list *list = cm_subscriber_spans(map, entry);
        const cm_span *spans = cm_list_data(map, list);

        CHECK_FOR_INTERRUPTS();
        if (list->used == 0)
            return "Every customer has days";
        for (uint32 i = 0; i < list->used && fault == NULL; i++)
            fault = cm_span_fault(i > 0 ? &spans[i - 1] : NULL, spans[i].from, spans[i].to,
                                  cm_subscribers_days(map));
    }
    return fault;
}

CM_MAP_ADD_EACH(add_spans, add_span);

const cm_map_class cm_subscribers_class = {
    .state =
        {
            .name = "subscribers_state",
            .min_size = sizeof(cm_state),
            .max_size = MaxAllocSize,
            .magic = 0x5342,
            .version = 1,
        },
    .params_size = sizeof(cm_subscribers_params),
    .value_size = sizeof(cm_span),
    .payload_size = sizeof(cm_subscriber),
    .add = add_spans,
    .merge = merge_subscriber,
    .packing = {.params = "44",
                .item_columns = 2,
                .split = cm_subscribers_split,
                .join = cm_subscribers_join,
                .fault = fault_of},
};

void
cm_subscribers_append(cm_map_edit *edit, const cm_key *key, const cm_span *spans, uint32 n)
{
    uint32 entry = cm_map_append(edit, key);

    cm_list_reserve(edit, entry, SPANS, sizeof(cm_span), n);

    cm_list *list = cm_subscriber_spans(edit->map, entry);

    memcpy(cm_list_data(edit->map, list), spans, n * sizeof(cm_span));
    list->used = n;
}

/* ---- aggregate steps ---- */

static void
days_error(const char *what, DateADT first, const char *other, DateADT second, const char *hint)
{
    StringInfoData text;

    initStringInfo(&text);
    appendStringInfo(&text, "%s ", what);
    cm_append_day(&text, first);
    appendStringInfo(&text, ", %s ", other);
    cm_append_day(&text, second);
    ereport(ERROR,
            (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("%s", text.data), errhint("%s", hint)));
}

void
cm_subscribers_check_period(DateADT start, DateADT end)
{
    if (start >= end)
        days_error("the period starts", start, "but it ends", end,
                   "\"period_end\" is the first day after the period.");
}

static bool
is_of_no_rows(const cm_map *map)
{
    return cm_subscribers_days(map) == 0;
}

/* Arguments 4 and 5, which are not NULL. */
static cm_subscribers_params
period_of_row(FunctionCallInfo fcinfo)
{
    cm_subscribers_params params;

    params.period_start = CM_ARG_CALENDAR_DAY(4, "period_start");
    params.period_end = CM_ARG_CALENDAR_DAY(5, "period_end");
    cm_subscribers_check_period(params.period_start, params.period_end);
    return params;
}

static void
check_same_period(const void *a, const void *b)
{
    const cm_subscribers_params *first = a;
    const cm_subscribers_params *second = b;
    const char *hint = "Subscribers of different periods cannot be put together; group by the period.";

    if (first->period_start != second->period_start)
        days_error("different periods: one starts", first->period_start, "another", second->period_start,
                   hint);
    if (first->period_end != second->period_end)
        days_error("different periods: one ends", first->period_end, "another", second->period_end, hint);
}

/* Whether the row's period is this one, as it is in nearly all rows; false where that has to be looked at. */
static inline bool
is_period_of_row(FunctionCallInfo fcinfo, const cm_subscribers_params *period)
{
    return PG_GETARG_TIMESTAMP(4) == period->period_start * USECS_PER_DAY &&
           PG_GETARG_TIMESTAMP(5) == period->period_end * USECS_PER_DAY;
}

static cm_map_edit
begin_map(cm_key_type type, const cm_subscribers_params *period)
{
    return (cm_map_edit){cm_map_new(&cm_subscribers_class, type, period), NULL, &cm_subscribers_class};
}

/* The state that the row is added to. One of no period, where all rows were without, becomes one of the row's. */
static cm_map_edit
begin_row(FunctionCallInfo fcinfo, cm_key_type type)
{
    bool of_no_period = PG_ARGISNULL(4) || PG_ARGISNULL(5);
    cm_map_edit edit;

    if (!PG_ARGISNULL(0)) {
        edit = cm_map_edit_arg(fcinfo, 0, &cm_subscribers_class);
        if (of_no_period ||
            likely(is_period_of_row(fcinfo, cm_map_params(edit.map)) && !is_of_no_rows(edit.map)))
            return edit;
    } else if (of_no_period)
        return begin_map(type, NULL);

    cm_subscribers_params params = period_of_row(fcinfo);

    if (PG_ARGISNULL(0))
        return begin_map(type, &params);
    if (is_of_no_rows(edit.map)) {
        int64 skipped = edit.map->skipped;

        edit = begin_map(type, &params);
        edit.map->skipped = skipped;
        return edit;
    }
    check_same_period(cm_map_params(edit.map), &params);
    return edit;
}

static cm_subscription_days
days_of_row(FunctionCallInfo fcinfo, const cm_key *customer)
{
    MemoryContext context = CurrentMemoryContext;
    cm_subscription_days days;

    if (likely(cm_subscription_days_quickly(fcinfo, &days)))
        return days;
    PG_TRY();
    {
        days = cm_subscription_days_of(fcinfo);
    }
    PG_CATCH();
    {
        cm_throw_with_customer(customer, context);
    }
    PG_END_TRY();
    return days;
}

/*
 * Transition over (customer_id, started, ended, period_start, period_end). Ranges end before ended; NULL is open. Those
 * that do not touch the period or the day before it leave no trace; without customer, start or period the row is
 * skipped and counted.
 */
static Datum
accumulate(FunctionCallInfo fcinfo, cm_key_type type)
{
    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");

    cm_map_edit edit = begin_row(fcinfo, type);
    const cm_subscribers_params *period = cm_subscribers_period(edit.map);

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(4) || PG_ARGISNULL(5))
        return cm_map_skip_row(edit);

    cm_key key = cm_key_from_arg(fcinfo, 1, type);
    cm_subscription_days days = days_of_row(fcinfo, &key);
    cm_span span = {
        Max(days.started, period->period_start - 1) - period->period_start,
        Min(days.ended, period->period_end) - period->period_start,
    };

    if (span.from < span.to)
        cm_map_add(&edit, &key, &span, sizeof(span));
    PG_RETURN_POINTER(edit.map);
}

PG_FUNCTION_INFO_V1(cm_subscribers_accum_bigint);
Datum
cm_subscribers_accum_bigint(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, CM_KEY_BIGINT);
}

PG_FUNCTION_INFO_V1(cm_subscribers_accum_uuid);
Datum
cm_subscribers_accum_uuid(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, CM_KEY_UUID);
}

PG_FUNCTION_INFO_V1(cm_subscribers_accum_text);
Datum
cm_subscribers_accum_text(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, CM_KEY_TEXT);
}

/* ---- merging ---- */

PG_FUNCTION_INFO_V1(cm_subscribers_combine);
Datum
cm_subscribers_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_subscribers_class, is_of_no_rows, check_same_period);
}

/* Final function of rollup: the canonical form. */
PG_FUNCTION_INFO_V1(cm_subscribers_rollup_final);
Datum
cm_subscribers_rollup_final(PG_FUNCTION_ARGS)
{
    return cm_map_stored(PG_GETARG_DATUM(0), &cm_subscribers_class);
}

PG_FUNCTION_INFO_V1(cm_subscribers_skipped_rows);
Datum
cm_subscribers_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_skipped(PG_GETARG_DATUM(0), &cm_subscribers_class));
}

/* Final functions of aggregates over rows: without a row the value is of no period. */
PG_FUNCTION_INFO_V1(cm_subscribers_final_bigint);
Datum
cm_subscribers_final_bigint(PG_FUNCTION_ARGS)
{
    return cm_map_final(fcinfo, &cm_subscribers_class, CM_KEY_BIGINT, NULL);
}

PG_FUNCTION_INFO_V1(cm_subscribers_final_uuid);
Datum
cm_subscribers_final_uuid(PG_FUNCTION_ARGS)
{
    return cm_map_final(fcinfo, &cm_subscribers_class, CM_KEY_UUID, NULL);
}

PG_FUNCTION_INFO_V1(cm_subscribers_final_text);
Datum
cm_subscribers_final_text(PG_FUNCTION_ARGS)
{
    return cm_map_final(fcinfo, &cm_subscribers_class, CM_KEY_TEXT, NULL);
}
