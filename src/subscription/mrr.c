/*
 * The mrr state: adding subscriptions, merging, revenue and customers on a day; see mrr.h. Text and binary form are in
 * mrr_io.c, the periods in mrr_periods.c, the reports in mrr_movements.c.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "states/order.h"
#include "subscription/mrr.h"

/* A subscription that waits in the map, 24 bytes; at its own scale, so that a finer one does not write all anew. */
typedef struct subscription {
    cm_mrr_change starts;
    DateADT ended; /* the first day without; DATEVAL_NOEND: open */
    int32 scale;
} subscription;

cm_mrr_change
cm_mrr_change_of(DateADT day, int128 units, int scale)
{
    cm_mrr_change change = {(uint64) units, (int32) (units >> 64), day};

    if (cm_mrr_units(&change) != units)
        cm_money_overflow(scale);
    return change;
}

static int
compare_days(const void *a, const void *b)
{
    DateADT day_a = ((const cm_mrr_change *) a)->day, day_b = ((const cm_mrr_change *) b)->day;

    return (day_a > day_b) - (day_a < day_b);
}

/* Ascending days, one change each, none of them zero; returns how many remain. */
static uint32
sort_changes(cm_mrr_change *changes, uint32 count, int scale)
{
    uint32 kept = 0;

    if (count > 2)
        qsort(changes, count, sizeof(cm_mrr_change), compare_days);
    else if (count == 2 && changes[0].day > changes[1].day) {
        cm_mrr_change later = changes[0];

        changes[0] = changes[1];
        changes[1] = later;
    }
    for (uint32 i = 0; i < count;) {
        DateADT day = changes[i].day;
        int128 sum = cm_mrr_units(&changes[i++]);

        while (i < count && changes[i].day == day)
            sum = cm_units_add(sum, cm_mrr_units(&changes[i++]), scale);
        if (sum != 0)
            changes[kept++] = cm_mrr_change_of(day, sum, scale);
    }
    return kept;
}

static void
rescale_changes(cm_mrr_change *changes, uint32 count, int from, int to)
{
    for (uint32 i = 0; i < count; i++)
        changes[i] =
            cm_mrr_change_of(changes[i].day, cm_units_rescale(cm_mrr_units(&changes[i]), from, to), to);
}

/* A finer fraction than any before: all amounts of customers are written anew, with more digits. Rows that wait keep their own. */
static void
rescale(cm_map_edit *edit, int scale)
{
    cm_mrr_params *params = cm_map_params(edit->map);

    CM_MAP_EACH (edit->map, entry) {
        mrr_customer *customer = cm_map_payload(edit->map, entry);

        rescale_changes(cm_list_data(edit->map, &customer->changes), customer->changes.used, params->scale,
                        scale);
    }
    params->scale = scale;
}

static void
push_change(cm_map_edit *edit, uint32 customer, DateADT day, int128 units)
{
    cm_mrr_change change = cm_mrr_change_of(day, units, mrr_scale(edit->map));

    *(cm_mrr_change *) cm_list_push(edit, customer, offsetof(mrr_customer, changes), sizeof(cm_mrr_change)) =
        change;
}

static inline void
add_subscription(cm_map_edit *edit, uint32 customer, const void *value)
{
    const subscription *s = value;
    int128 units = cm_units_rescale(cm_mrr_units(&s->starts), s->scale, mrr_scale(edit->map));

    push_change(edit, customer, s->starts.day, units);
    if (s->ended != DATEVAL_NOEND)
        push_change(edit, customer, s->ended, -units);
}

/* In a canonical map a list is written once, at its final length, so that equal content is equal bytes. */
static void
write_changes(cm_map_edit *edit, uint32 customer, const cm_mrr_change *changes, uint32 count)
{
    cm_list *list;

    cm_list_reserve(edit, customer, offsetof(mrr_customer, changes), sizeof(cm_mrr_change), count);
    list = &((mrr_customer *) cm_map_payload(edit->map, customer))->changes;
    memcpy((cm_mrr_change *) cm_list_data(edit->map, list) + list->used, changes,
           count * sizeof(cm_mrr_change));
    list->used += count;
}

static void
merge_customer(cm_map_edit *edit, uint32 customer, const cm_map *from, const void *payload)
{
    const mrr_customer *other = payload;
    uint32 count = other->changes.used;
    cm_mrr_change stack[16];
    cm_mrr_change *changes = count <= lengthof(stack) ? stack : palloc(count * sizeof(cm_mrr_change));

    if (mrr_scale(from) > mrr_scale(edit->map))
        rescale(edit, mrr_scale(from));
    memcpy(changes, cm_list_data(from, &other->changes), count * sizeof(cm_mrr_change));
    if (mrr_scale(from) < mrr_scale(edit->map))
        rescale_changes(changes, count, mrr_scale(from), mrr_scale(edit->map));
    if (edit->map->index_bits == 0)
        count = sort_changes(changes, count, mrr_scale(edit->map));
    write_changes(edit, customer, changes, count);
    if (changes != stack)
        pfree(changes);
}

/* All subscriptions of a customer, for a canonical map. */
static void
collect_subscriptions(cm_map_edit *edit, uint32 customer, const void *values, uint32 count)
{
    const subscription *s = values;
    int scale = mrr_scale(edit->map);
    cm_mrr_change stack[16];
    cm_mrr_change *changes = count <= lengthof(stack) / 2
                                 ? stack
                                 : palloc_extended(count * 2 * sizeof(cm_mrr_change), MCXT_ALLOC_HUGE);
    uint32 n = 0;

    for (uint32 i = 0; i < count; i++) {
        cm_mrr_change *change = &changes[n++];

        *change = s[i].starts;
        if (s[i].scale < scale)
            rescale_changes(change, 1, s[i].scale, scale);
        if (s[i].ended != DATEVAL_NOEND)
            changes[n++] = cm_mrr_change_of(s[i].ended, -cm_mrr_units(change), scale);
    }
    write_changes(edit, customer, changes, sort_changes(changes, n, scale));
    if (changes != stack)
        pfree(changes);
}

static void
merge_params(void *params, const void *others)
{
    cm_mrr_params *joined = params;

    joined->scale = Max(joined->scale, ((const cm_mrr_params *) others)->scale);
}

static inline void
prefetch_changes(const cm_map *map, const void *payload)
{
    const mrr_customer *customer = payload;

    __builtin_prefetch((cm_mrr_change *) cm_list_data(map, &customer->changes) + customer->changes.used, 1);
}

CM_MAP_ADD_EACH(add_subscriptions, add_subscription);
CM_MAP_PREFETCH_EACH(prefetch_lists, prefetch_changes);

const cm_map_class cm_mrr_class = {
    .state = {.name = "mrr_state",
              .min_size = sizeof(cm_map),
              .max_size = MaxAllocSize,
              .magic = 0x4d52,
              .version = 1},
    .params_size = sizeof(cm_mrr_params),
    .value_size = sizeof(subscription),
    .payload_size = sizeof(mrr_customer),
    .add = add_subscriptions,
    .merge = merge_customer,
    .prefetch = prefetch_lists,
    .collect = collect_subscriptions,
    .collected_size = 2 * sizeof(cm_mrr_change),
    .merge_params = merge_params,
};

/* ---- aggregate steps ---- */

static void
check_currency(const void *a, const void *b)
{
    const char *currency_a = ((const cm_mrr_params *) a)->currency;
    const char *currency_b = ((const cm_mrr_params *) b)->currency;

    if (memcmp(currency_a, currency_b, MRR_CURRENCY_LENGTH) != 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("revenue in \"%.*s\" cannot be added to revenue in \"%.*s\"",
                               MRR_CURRENCY_LENGTH, currency_b, MRR_CURRENCY_LENGTH, currency_a),
                        errhint("Keep currencies apart with GROUP BY, or convert the amounts first.")));
}

/* The currency of the argument; none without one. */
static cm_mrr_params
params_of(FunctionCallInfo fcinfo, int currency_arg)
{
    cm_mrr_params params = {{0}, 0, 0};

    if (currency_arg < 0)
        return params;

    text *currency = PG_GETARG_TEXT_PP(currency_arg);
    int length = VARSIZE_ANY_EXHDR(currency);

    if (length < 1 || length > MRR_CURRENCY_LENGTH)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("currency \"%.*s\" is not valid", length, VARDATA_ANY(currency)),
                 errdetail("A currency is a code of 1 to %d bytes, such as EUR.", MRR_CURRENCY_LENGTH)));
    memcpy(params.currency, VARDATA_ANY(currency), length);
    return params;
}

static char *
day_text(DateADT day)
{
    StringInfoData out;

    initStringInfo(&out);
    cm_append_day(&out, day);
    return out.data;
}

static subscription
check_subscription(DateADT started, DateADT ended, cm_money amount)
{
    if (cm_money_sign(amount) < 0)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                 errmsg("monthly_amount is negative: %s",
                        DatumGetCString(DirectFunctionCall1(numeric_out, cm_money_to_numeric(amount)))),
                 errhint("Book discounts as a lower amount of the subscription.")));
    if (ended < started)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("a subscription ends before it starts: %s to %s", day_text(started), day_text(ended)),
                 errdetail("It runs from started up to, but not including, ended.")));
    return (subscription){cm_mrr_change_of(started, amount.units, amount.scale), ended, amount.scale};
}

/*
 * (state, customer_id, started, ended, monthly_amount [, currency]). A row in which customer, start, amount or
 * currency is NULL is skipped; without an end the subscription is open.
 */
static Datum
accumulate(FunctionCallInfo fcinfo, cm_key_type type, int currency_arg)
{
    if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(4) ||
        (currency_arg >= 0 && PG_ARGISNULL(currency_arg))) {
        if (PG_ARGISNULL(0))
            PG_RETURN_NULL();
        PG_RETURN_DATUM(PG_GETARG_DATUM(0));
    }

    cm_money amount = cm_money_from_numeric(PG_GETARG_DATUM(4), "monthly_amount");
    DateADT started = cm_check_day(PG_GETARG_DATEADT(2), "started");
    DateADT ended = PG_ARGISNULL(3) ? DATEVAL_NOEND : cm_check_day(PG_GETARG_DATEADT(3), "ended");
    subscription s = check_subscription(started, ended, amount);
    cm_mrr_params params = params_of(fcinfo, currency_arg);
    cm_map_edit edit;

    if (PG_ARGISNULL(0))
        edit = (cm_map_edit){cm_map_new(&cm_mrr_class, type, &params), NULL, &cm_mrr_class};
    else
        edit = cm_map_edit_arg(fcinfo, 0, &cm_mrr_class);
    check_currency(cm_map_params(edit.map), &params);
    if (amount.scale > mrr_scale(edit.map))
        rescale(&edit, amount.scale);

    cm_key key = cm_key_from_arg(fcinfo, 1, type);

    cm_map_add(&edit, &key, &s, sizeof(s));
    PG_RETURN_POINTER(edit.map);
}

#define MRR_ACCUM(name, type, currency_arg)                                                                  \
    PG_FUNCTION_INFO_V1(name);                                                                               \
    Datum name(PG_FUNCTION_ARGS)                                                                             \
    {                                                                                                        \
        return accumulate(fcinfo, type, currency_arg);                                                       \
    }                                                                                                        \
    extern int cm_no_such_variable

MRR_ACCUM(cm_mrr_accum_bigint, CM_KEY_BIGINT, -1);
MRR_ACCUM(cm_mrr_accum_uuid, CM_KEY_UUID, -1);
MRR_ACCUM(cm_mrr_accum_text, CM_KEY_TEXT, -1);
MRR_ACCUM(cm_mrr_accum_currency_bigint, CM_KEY_BIGINT, 5);
MRR_ACCUM(cm_mrr_accum_currency_uuid, CM_KEY_UUID, 5);
MRR_ACCUM(cm_mrr_accum_currency_text, CM_KEY_TEXT, 5);

PG_FUNCTION_INFO_V1(cm_mrr_combine);
Datum
cm_mrr_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_mrr_class, check_currency);
}

/* Final function: the canonical form. */
PG_FUNCTION_INFO_V1(cm_mrr_final);
Datum
cm_mrr_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_MRR(0));
}

/* ---- on a day ---- */

/* A customer's revenue at the end of a day. */
static int128
revenue_on(const cm_map *map, uint32 customer, DateADT day)
{
    uint32 count;
    const cm_mrr_change *changes = mrr_changes(map, customer, &count);
    int128 revenue = 0;

    for (uint32 i = 0; i < count && changes[i].day <= day; i++)
        revenue = cm_units_add(revenue, cm_mrr_units(&changes[i]), mrr_scale(map));
    return revenue;
}

/* mrr_on(mrr, day) */
PG_FUNCTION_INFO_V1(cm_mrr_on);
Datum
cm_mrr_on(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);
    DateADT day = cm_check_day(PG_GETARG_DATEADT(1), "day");
    int128 sum = 0;

    for (uint32 i = 0; i < map->count; i++) {
        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        sum = cm_units_add(sum, revenue_on(map, i, day), mrr_scale(map));
    }
    PG_RETURN_DATUM(cm_money_to_numeric(mrr_money(map, sum)));
}

/* subscribers_on(mrr, day) */
PG_FUNCTION_INFO_V1(cm_mrr_subscribers_on);
Datum
cm_mrr_subscribers_on(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);
    DateADT day = cm_check_day(PG_GETARG_DATEADT(1), "day");
    int64 count = 0;

    for (uint32 i = 0; i < map->count; i++) {
        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        count += revenue_on(map, i, day) > 0;
    }
    PG_RETURN_INT64(count);
}
