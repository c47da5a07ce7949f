/* customers: aggregate steps, a row for each customer, and what is true of all of them. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/collation.h"
#include "states/customers.h"

/* ---- aggregate steps: rows with NULL are skipped, and counted ---- */

static inline bool
any_null(FunctionCallInfo fcinfo, cm_order_form form)
{
    return PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || (form.sibling != NULL && PG_ARGISNULL(4));
}

/* An amount that can wait, as nearly all can: of at most 64 bits, and if it is numeric, read without a call. */
static pg_attribute_always_inline bool
read_usual_amount(FunctionCallInfo fcinfo, bool is_float, cm_money *amount)
{
    if (is_float)
        return cm_money_read_float(PG_GETARG_FLOAT8(3), amount) && amount->units == (int64) amount->units;
    return cm_money_read_short((const struct varlena *) DatumGetPointer(PG_GETARG_DATUM(3)), amount);
}

/* Lets an order wait, if it is like nearly all. */
static pg_attribute_always_inline bool
let_wait(FunctionCallInfo fcinfo, cm_key_type type, const cm_order *order)
{
    cm_key key = cm_key_from_arg(fcinfo, 1, type);
    cm_customers_row *row = cm_map_wait_in_arg(fcinfo, 0, &cm_customers_class, &key, sizeof(*row));

    if (unlikely(row == NULL))
        return false;
    *row = (cm_customers_row){(int64) order->amount.units, order->day, order->amount.scale};
    return true;
}

static pg_noinline Datum
accumulate_slowly(FunctionCallInfo fcinfo, cm_key_type type, cm_order_form form)
{
    cm_order order;

    if (any_null(fcinfo, form))
        return cm_map_skip_row(cm_customers_edit_arg(fcinfo, type));
    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");

    cm_key key = cm_key_from_arg(fcinfo, 1, type);

    if (unlikely(!cm_read_order(fcinfo, 2, form, &order)))
        cm_order_error(fcinfo, 2, form, cm_customer_name(&key));

    cm_map_edit edit = cm_customers_edit_arg(fcinfo, type);

    cm_customers_add(&edit, &key, &order.amount, order.day);
    PG_RETURN_POINTER(edit.map);
}

static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, cm_key_type type, cm_order_form form)
{
    cm_order order;

    if (type != CM_KEY_TEXT && likely(!any_null(fcinfo, form)) &&
        likely(read_usual_amount(fcinfo, form.is_float, &order.amount)) &&
        likely(cm_read_order_day(fcinfo, 2, form, &order.day)) && likely(let_wait(fcinfo, type, &order)))
        PG_RETURN_DATUM(PG_GETARG_DATUM(0));
    return accumulate_slowly(fcinfo, type, form);
}

#define STEP(name, type, sibling, is_float)                                                                  \
    PG_FUNCTION_INFO_V1(cm_customers_accum_##name);                                                          \
    Datum cm_customers_accum_##name(PG_FUNCTION_ARGS)                                                        \
    {                                                                                                        \
        return accumulate(fcinfo, type, (cm_order_form){sibling, is_float});                                 \
    }                                                                                                        \
    extern int cm_no_such_variable

#define STEPS(id, type)                                                                                      \
    STEP(id##_numeric, type, NULL, false);                                                                   \
    STEP(id##_float8, type, NULL, true);                                                                     \
    STEP(zone_##id##_numeric, type, "customers_agg", false);                                                 \
    STEP(zone_##id##_float8, type, "customers_agg", true)

STEPS(bigint, CM_KEY_BIGINT);
STEPS(uuid, CM_KEY_UUID);
STEPS(text, CM_KEY_TEXT);

/* Combine function, and transition of rollup(customers). */
PG_FUNCTION_INFO_V1(cm_customers_combine);
Datum
cm_customers_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_customers_class, NULL, NULL);
}

/* Final function of rollup(customers): NULL where there was no value. */
PG_FUNCTION_INFO_V1(cm_customers_canonical);
Datum
cm_customers_canonical(PG_FUNCTION_ARGS)
{
    return cm_map_stored(PG_GETARG_DATUM(0), &cm_customers_class);
}

/* Final functions of aggregates over rows: the empty value where no row counted. */
#define FINAL(id, type)                                                                                      \
    PG_FUNCTION_INFO_V1(cm_customers_final_##id);                                                            \
    Datum cm_customers_final_##id(PG_FUNCTION_ARGS)                                                          \
    {                                                                                                        \
        return cm_map_final(fcinfo, &cm_customers_class, type, &cm_customers_of_no_orders);                  \
    }                                                                                                        \
    extern int cm_no_such_variable

FINAL(bigint, CM_KEY_BIGINT);
FINAL(uuid, CM_KEY_UUID);
FINAL(text, CM_KEY_TEXT);

/* ---- a row for each customer ---- */

/* purchases(customers, as_of): see customers.sql for the columns */
PG_FUNCTION_INFO_V1(cm_customers_purchases);
Datum
cm_customers_purchases(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0))
        return (Datum) 0;

    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    bool dated = !PG_ARGISNULL(1);
    DateADT as_of =
        dated ? cm_check_as_of(CM_ARG_DAY_OF(1, "as_of"), cm_customers_params_of(map)->latest) : CM_LAST_DAY;

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);
        cm_row row = cm_row_empty();

        cm_row_set_id(&row, 0, map, entry);
        cm_row_set_int(&row, 1, b.purchases);
        cm_row_set_int(&row, 2, b.purchase_days);
        cm_row_set_money(&row, 5, cm_totals_revenue(&b));
        cm_row_set_money(&row, 6, b.refunded);
        if (b.purchases > 0) {
            cm_row_set(&row, 3, DateADTGetDatum(b.first));
            cm_row_set(&row, 4, DateADTGetDatum(b.last));
            cm_row_set_mean(&row, 7, cm_totals_revenue(&b), b.purchases);
        }
        if (dated) {
            cm_row_set_float(&row, 8, cm_totals_recency(&b, as_of));
            cm_row_set_float(&row, 9, cm_totals_tenure(&b, as_of));
        }
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

static void
mean_not_known(const cm_map *map, uint32 entry, DateADT last, DateADT as_of)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
         errmsg("%s: there is a purchase on %s, after \"as_of\" %s", cm_map_customer_name(map, entry),
                cm_day_text(last), cm_day_text(as_of)),
         errdetail(
             "x, t_x and t were known then, m was not: a value of all customers keeps no amounts by day."),
         errhint("Add amounts => false where m is not needed. %s", cm_hint_to_leave_out(as_of))));
}

/* Leaves out what came after as_of. False: there was no purchase by then. */
static bool
cut_days(const cm_map *map, uint32 entry, DateADT as_of, cm_customer_totals *b)
{
    if (b->purchases == 0 || b->first > as_of)
        return false;
    if (b->last > as_of)
        b->purchase_days = cm_customers_days_until(map, entry, as_of, &b->last);
    return true;
}

/* model_inputs(customers, as_of, unit_days, amounts) -> customer_id, x, t_x, t, m for each customer with a purchase */
PG_FUNCTION_INFO_V1(cm_customers_model_inputs);
Datum
cm_customers_model_inputs(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    double unit_days = cm_check_positive(PG_GETARG_FLOAT8(2), "unit_days");
    bool amounts = PG_GETARG_BOOL(3);

    cm_rows_begin(fcinfo);
    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);
        DateADT last = b.last;
        cm_row row = cm_row_empty();

        CHECK_FOR_INTERRUPTS();
        if (!cut_days(map, entry, as_of, &b))
            continue;
        if (amounts && b.purchase_days > 1 && last > as_of)
            mean_not_known(map, entry, last, as_of);
        cm_row_set_id(&row, 0, map, entry);
        cm_row_set_model_inputs(&row, 1, &b, as_of, unit_days);
        row.nulls[4] = row.nulls[4] || !amounts;
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- all of them ---- */

PG_FUNCTION_INFO_V1(cm_customers_count);
Datum
cm_customers_count(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    int64 buyers = 0;

    for (uint32 entry = 0; entry < map->count; entry++) {
        if (entry % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        buyers += ((const cm_customer *) cm_map_payload(map, entry))->purchases > 0;
    }
    PG_RETURN_INT64(buyers);
}

typedef struct totals {
    int64 customers;     /* with a purchase */
    int64 repeat_days;   /* of them, those with purchases on two days or more */
    int64 repeat_orders; /* of them, those with two orders or more */
    int64 purchases;
    int64 purchase_days; /* summed over customers */
    cm_money revenue;
    cm_money refunds;
    DateADT first, last; /* of no meaning without purchases */
} totals;

static void
add_to_totals(totals *t, const cm_customer_totals *b)
{
    t->revenue = cm_money_add(t->revenue, cm_totals_revenue(b));
    t->refunds = cm_money_add(t->refunds, b->refunded);
    if (b->purchases == 0)
        return;
    t->first = t->customers == 0 ? b->first : Min(t->first, b->first);
    t->last = t->customers == 0 ? b->last : Max(t->last, b->last);
    t->customers++;
    t->repeat_days += b->purchase_days > 1;
    t->repeat_orders += b->purchases > 1;
    t->purchases += b->purchases;
    t->purchase_days += b->purchase_days;
}

static totals
totals_of(const cm_map *map)
{
    totals t = {0};

    t.revenue.scale = t.refunds.scale = cm_customers_params_of(map)->scale;
    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);

        if (entry % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        add_to_totals(&t, &b);
    }
    return t;
}

#define ACCESSOR(name, condition, value)                                                                     \
    PG_FUNCTION_INFO_V1(cm_customers_##name);                                                                \
    Datum cm_customers_##name(PG_FUNCTION_ARGS)                                                              \
    {                                                                                                        \
        const cm_map *map = PG_GETARG_CUSTOMERS(0);                                                          \
        totals t = totals_of(map);                                                                           \
                                                                                                             \
        if (!(condition))                                                                                    \
            PG_RETURN_NULL();                                                                                \
        PG_RETURN_DATUM(value);                                                                              \
    }                                                                                                        \
    extern int cm_no_such_variable

ACCESSOR(purchase_count, true, Int64GetDatum(t.purchases));
ACCESSOR(revenue, map->count > 0, cm_money_to_numeric(t.revenue));
ACCESSOR(refunds, map->count > 0, cm_money_to_numeric(t.refunds));
ACCESSOR(average, t.purchases > 0, cm_money_mean(t.revenue, t.purchases));

/* skipped_rows(customers) */
PG_FUNCTION_INFO_V1(cm_customers_skipped_rows);
Datum
cm_customers_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_skipped(PG_GETARG_DATUM(0), &cm_customers_class));
}

/* repeat_customers(customers, counted): with two purchases or more, counted by 'order' or by 'day' */
PG_FUNCTION_INFO_V1(cm_customers_repeat);
Datum
cm_customers_repeat(PG_FUNCTION_ARGS)
{
    static const char *const ways[] = {"order", "day", NULL};
    totals t = totals_of(PG_GETARG_CUSTOMERS(0));

    PG_RETURN_INT64(cm_option(PG_GETARG_TEXT_PP(1), "counted", ways) == 0 ? t.repeat_orders : t.repeat_days);
}

/* customers_summary(customers): one row, see customers.sql for the columns */
PG_FUNCTION_INFO_V1(cm_customers_summary);
Datum
cm_customers_summary(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    totals t = totals_of(map);
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, t.customers);
    cm_row_set_int(&row, 1, t.repeat_orders);
    cm_row_set_int(&row, 2, t.purchases);
    cm_row_set_int(&row, 3, t.purchase_days);
    if (map->count > 0) {
        cm_row_set_money(&row, 6, t.revenue);
        cm_row_set_money(&row, 7, t.refunds);
    }
    if (t.customers > 0) {
        cm_row_set(&row, 4, DateADTGetDatum(t.first));
        cm_row_set(&row, 5, DateADTGetDatum(t.last));
        cm_row_set_mean(&row, 8, t.revenue, t.purchases);
        cm_row_set_float(&row, 9, (double) t.purchases / (double) t.customers);
        cm_row_set_mean(&row, 10, t.revenue, t.customers);
    }
    cm_row_set_int(&row, 11, map->skipped);
    return cm_row_return(fcinfo, &row);
}
