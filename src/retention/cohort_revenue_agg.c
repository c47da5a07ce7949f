/* Steps of the aggregates of cohort_revenue: rows, combining, and the value at the end. */
#include "postgres.h"

#include "core/check.h"
#include "core/collation.h"
#include "retention/cohort_revenue.h"
#include "states/order.h"

/* (customer_id, [began,] at, amount, [cost,] period [, zone]). Steps are compiled for one form each. */
typedef struct revenue_form {
    bool begun, with_costs, zoned, is_float;
} revenue_form;

/* Places of the arguments of a form; 0: it has none. */
typedef struct places {
    int began, at, amount, cost, period, zone;
} places;

static pg_attribute_always_inline places
places_of(revenue_form form)
{
    int at = 2 + form.begun, period = at + 2 + form.with_costs;

    return (places){form.begun ? 2 : 0,           at,     at + 1,
                    form.with_costs ? at + 2 : 0, period, form.zoned ? period + 1 : 0};
}

static cm_map_edit
begin_map(cm_key_type type, cm_calendar calendar, revenue_form form)
{
    bool known = calendar.unit != CM_NO_PERIOD; /* values over no rows are alike */
    cm_revenue_params params = {
        .calendar = calendar, .begun = known && form.begun, .with_costs = known && form.with_costs};

    if (calendar.unit == CM_HOUR)
        cm_period_error(cm_calendar_name(calendar), false);
    return (cm_map_edit){cm_map_new(&cm_cohort_revenue_class, type, &params), NULL, &cm_cohort_revenue_class};
}

static bool
is_over_no_rows(const cm_map *map)
{
    return cm_revenue_params_of(map)->calendar.unit == CM_NO_PERIOD;
}

/* A value over no rows agrees with any. */
static void
check_params(const void *a, const void *b)
{
    const cm_revenue_params *state = a, *other = b;

    (void) cm_calendar_agree(state->calendar, other->calendar, cm_cohort_revenue_class.state.name);
    if (state->calendar.unit == CM_NO_PERIOD || other->calendar.unit == CM_NO_PERIOD ||
        (state->begun == other->begun && state->with_costs == other->with_costs))
        return;
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("cohorts %s do not agree with cohorts %s",
                           state->begun != other->begun ? "of first orders" : "with costs",
                           state->begun != other->begun ? "of a beginning of their own" : "without costs"),
                    errdetail("All rows and parts of one value of type %s are of one kind.",
                              cm_cohort_revenue_class.state.name),
                    errhint("Collect all of them with the same aggregate.")));
}

/* ---- rows ---- */

static pg_attribute_always_inline bool
has_null(FunctionCallInfo fcinfo, places p)
{
    return PG_ARGISNULL(p.at) || PG_ARGISNULL(p.amount) || (p.cost > 0 && PG_ARGISNULL(p.cost));
}

/* With a beginning, and without an order: what an outer join gives for those who have none. */
static pg_attribute_always_inline bool
is_beginning(FunctionCallInfo fcinfo, places p)
{
    return p.began > 0 && PG_ARGISNULL(p.at) && PG_ARGISNULL(p.amount) &&
           (p.cost == 0 || PG_ARGISNULL(p.cost));
}

/* A row that says neither of whom nor when is skipped, and counted; so is money without a time, or without an amount. */
static pg_attribute_always_inline bool
is_skipped(FunctionCallInfo fcinfo, places p)
{
    return PG_ARGISNULL(1) || PG_ARGISNULL(p.period) || (p.began > 0 && PG_ARGISNULL(p.began)) ||
           (p.zone > 0 && PG_ARGISNULL(p.zone)) || (has_null(fcinfo, p) && !is_beginning(fcinfo, p));
}

static const char *
name_of(FunctionCallInfo fcinfo, cm_key_type type)
{
    cm_key key = cm_key_from_arg(fcinfo, 1, type);

    return cm_customer_name(&key);
}

/* The period of an argument, which is finite: a timestamp, or with a zone an instant. */
static pg_attribute_always_inline int32
period_of(FunctionCallInfo fcinfo, cm_key_type type, cm_calendar calendar, int n, const char *what, places p)
{
    int64 at = PG_GETARG_INT64(n);

    if (p.zone > 0 && cm_in_last_period(calendar, at, PG_GETARG_OPTION(p.zone)))
        return cm_last.period;
    if (unlikely(TIMESTAMP_NOT_FINITE(at)))
        cm_row_infinity_error(fcinfo, type, what);
    if (p.zone == 0)
        return cm_period_of_local_row(calendar, at);
    if (n ==
        p.began) /* which would push the period of orders, which come in the order of time, out of memory */
        return cm_period_of_day(calendar, cm_local_day(cm_instant(at, what, "cohort_revenue_began_agg"),
                                                       cm_zone_from_text(PG_GETARG_OPTION(p.zone))));
    return cm_period_of_other_row(calendar, at, PG_GETARG_OPTION(p.zone), "cohort_revenue_agg");
}

static pg_attribute_always_inline cm_money
amount_of(FunctionCallInfo fcinfo, cm_key_type type, int n, bool is_float, const char *what)
{
    cm_money amount;

    if (unlikely(!cm_read_amount(fcinfo, n, is_float, &amount)))
        cm_amount_error(fcinfo, n, is_float, psprintf("%s: %s", name_of(fcinfo, type), cm_quoted(what)));
    return amount;
}

/* The state that a row is added to. One over no rows, where all were skipped, becomes one of the row's kind. */
static cm_map_edit
begin_row(FunctionCallInfo fcinfo, cm_key_type type, cm_calendar calendar, revenue_form form)
{
    if (PG_ARGISNULL(0))
        return begin_map(type, calendar, form);

    cm_map_edit edit = cm_map_edit_arg(fcinfo, 0, &cm_cohort_revenue_class);
    cm_revenue_params params = {.calendar = calendar, .begun = form.begun, .with_costs = form.with_costs};

    check_params(cm_map_params(edit.map), &params);
    if (unlikely(is_over_no_rows(edit.map))) {
        int64 skipped = edit.map->skipped;

        edit = begin_map(type, calendar, form);
        edit.map->skipped = skipped;
    }
    return edit;
}

/* Where there is no place to wait, or a state to begin; amounts beyond 64 bits never wait. */
static pg_noinline Datum
accumulate_slowly(FunctionCallInfo fcinfo, cm_key_type type, cm_calendar calendar, revenue_form form,
                  const cm_revenue_row *row, const cm_money *money)
{
    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");

    cm_map_edit edit = begin_row(fcinfo, type, calendar, form);
    cm_key key = cm_key_from_arg(fcinfo, 1, type);

    if (row->units == money[0].units && row->cost == money[1].units) {
        cm_map_add(&edit, &key, row, sizeof(*row));
        PG_RETURN_POINTER(edit.map);
    }

    uint32 entry = cm_map_entry_for(&edit, &key);

    cm_revenue_refine(&edit, money[0].scale, money[1].scale);

    const int32 *scales = cm_revenue_params_of(edit.map)->scales;
    cm_revenue_item item = {money[0].units, money[1].units, money[0].units >= 0, row->period};

    if (!cm_units_refine(&item.units, money[0].scale, scales[0]) ||
        !cm_units_refine(&item.cost, money[1].scale, scales[1]))
        cm_money_overflow_of(cm_customer_name(&key), Max(scales[0], scales[1]));
    if (form.begun)
        cm_revenue_begin(&edit, entry, row->began);
    cm_revenue_add(&edit, entry, &item);
    PG_RETURN_POINTER(edit.map);
}

static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, cm_key_type type, revenue_form form)
{
    places p = places_of(form);

    if (unlikely(is_skipped(fcinfo, p)))
        return cm_map_skip_row(PG_ARGISNULL(0) ? begin_map(type, CM_NO_CALENDAR, form)
                                               : cm_map_edit_arg(fcinfo, 0, &cm_cohort_revenue_class));

    cm_calendar calendar = cm_calendar_of_row(PG_GETARG_OPTION(p.period), false);
    cm_money money[2] = {CM_MONEY_ZERO, CM_MONEY_ZERO};
    cm_revenue_row row = {0};

    if (form.begun)
        row.began = period_of(fcinfo, type, calendar, p.began, "began", p);
    if (!form.begun || !is_beginning(fcinfo, p)) {
        row.period = period_of(fcinfo, type, calendar, p.at, "at", p);
        if (form.begun) /* zones have been set back by a day */
            row.period = Max(row.period, row.began);
        money[0] = amount_of(fcinfo, type, p.amount, form.is_float, "amount");
        if (form.with_costs)
            money[1] = amount_of(fcinfo, type, p.cost, form.is_float, "cost");
        /* What was paid before the beginning is of none of its periods. */
        row.is_order = !form.begun || PG_GETARG_INT64(p.at) >= PG_GETARG_INT64(p.began);
        if (form.begun && !row.is_order)
            money[0] = money[1] = CM_MONEY_ZERO;
        row.units = (int64) money[0].units;
        row.cost = (int64) money[1].units;
        row.scales[0] = (uint8) money[0].scale;
        row.scales[1] = (uint8) money[1].scale;
    }
    if (type != CM_KEY_TEXT && likely(row.units == money[0].units && row.cost == money[1].units)) {
        cm_key key = cm_key_from_arg(fcinfo, 1, type);
        cm_revenue_row *place = cm_map_wait_in_arg(fcinfo, 0, &cm_cohort_revenue_class, &key, sizeof(*place));

        if (likely(place != NULL)) {
            const cm_revenue_params *params =
                cm_revenue_params_of((const cm_map *) DatumGetPointer(PG_GETARG_DATUM(0)));
            cm_revenue_params own = {
                .calendar = calendar, .begun = form.begun, .with_costs = form.with_costs};

            check_params(params, &own);
            *place = row;
            PG_RETURN_DATUM(PG_GETARG_DATUM(0));
        }
    }
    return accumulate_slowly(fcinfo, type, calendar, form, &row, money);
}

#define STEP(name, type, ...)                                                                                \
    PG_FUNCTION_INFO_V1(cm_cohort_revenue_##name);                                                           \
    Datum cm_cohort_revenue_##name(PG_FUNCTION_ARGS)                                                         \
    {                                                                                                        \
        return accumulate(fcinfo, type, (revenue_form){__VA_ARGS__});                                        \
    }                                                                                                        \
    extern int cm_no_such_variable

#define STEPS(form, type, begun, costs, zoned)                                                               \
    STEP(form##_numeric, type, begun, costs, zoned, false);                                                  \
    STEP(form##_float8, type, begun, costs, zoned, true)

#define FORMS(id, type)                                                                                      \
    STEPS(agg_##id, type, false, false, false);                                                              \
    STEPS(zone_##id, type, false, false, true);                                                              \
    STEPS(cost_##id, type, false, true, false);                                                              \
    STEPS(cost_zone_##id, type, false, true, true);                                                          \
    STEPS(began_##id, type, true, false, false);                                                             \
    STEPS(began_zone_##id, type, true, false, true)

FORMS(bigint, CM_KEY_BIGINT);
FORMS(uuid, CM_KEY_UUID);
FORMS(text, CM_KEY_TEXT);

/* ---- combining, and the end ---- */

/* Combine function, and transition of rollup(cohort_revenue). */
PG_FUNCTION_INFO_V1(cm_cohort_revenue_combine);
Datum
cm_cohort_revenue_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_cohort_revenue_class, is_over_no_rows, check_params);
}

/* Final function of rollup. */
PG_FUNCTION_INFO_V1(cm_cohort_revenue_final);
Datum
cm_cohort_revenue_final(PG_FUNCTION_ARGS)
{
    return cm_map_stored(PG_GETARG_DATUM(0), &cm_cohort_revenue_class);
}

static const cm_revenue_params no_rows = {.calendar = {.unit = CM_NO_PERIOD}};

/* Final functions of the aggregates over rows: without a row an empty value, of no kind of period. */
#define FINAL(id, type)                                                                                      \
    PG_FUNCTION_INFO_V1(cm_cohort_revenue_final_##id);                                                       \
    Datum cm_cohort_revenue_final_##id(PG_FUNCTION_ARGS)                                                     \
    {                                                                                                        \
        return cm_map_final(fcinfo, &cm_cohort_revenue_class, type, &no_rows);                               \
    }                                                                                                        \
    extern int cm_no_such_variable

FINAL(bigint, CM_KEY_BIGINT);
FINAL(uuid, CM_KEY_UUID);
FINAL(text, CM_KEY_TEXT);
