/*
 * Whether to trust a model: expected against actual repeat purchases, by count where it was fitted, and by customer, by
 * count and by week where it was not (the holdout). The figures by which Fader, Hardie and Lee (2005) judge theirs.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "forecast/customer_model.h"
#include "forecast/holdout.h"
#include "math/sum.h"

#define MAX_COUNT_ROWS 1000
#define WEEK 7

/* The largest count with a row of its own. */
static int
most_arg(FunctionCallInfo fcinfo, int arg)
{
    int32 most = CM_ARG_INT(arg, "most");

    if (most < 1 || most > MAX_COUNT_ROWS)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"most\" is out of range: %d", most),
                 errdetail("The largest count with a row of its own is from 1 to %d.", MAX_COUNT_ROWS)));
    return most;
}

/* The first two columns of a row for a count; the row after the largest count holds all beyond it. */
static cm_row
count_row(int count, int most)
{
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, count);
    cm_row_set(&row, 1, BoolGetDatum(count > most));
    return row;
}

/* ---- where it was fitted ---- */

static int
compare_ends(const void *a, const void *b)
{
    double l = ((const cm_purchase_history *) a)->T, r = ((const cm_purchase_history *) b)->T;

    CHECK_FOR_INTERRUPTS();
    return (l > r) - (l < r);
}

/* Customers by their length of observation: all a new customer's probabilities depend on. Returns how many differ. */
static uint32
by_end(cm_histories data, cm_purchase_history **out)
{
    cm_purchase_history *ends = palloc(Max(data.count, 1) * sizeof(cm_purchase_history));
    uint32 used = 0;

    memcpy(ends, data.row, data.count * sizeof(cm_purchase_history));
    qsort(ends, data.count, sizeof(cm_purchase_history), compare_ends);
    for (size_t i = 0; i < data.count; i++) {
        if (used > 0 && ends[used - 1].T == ends[i].T)
            ends[used - 1].n += ends[i].n;
        else
            ends[used++] = ends[i];
    }
    *out = ends;
    return used;
}

/* Expected customers with 0, 1, ... most repeat purchases, and in the last place more */
static void
expected_customers(const cm_customer_model *model, cm_histories data, int most, double *expected)
{
    cm_purchase_history *ends;
    uint32 count = by_end(data, &ends);

    for (uint32 i = 0; i < count; i++) {
        double beyond = 1.0;

        CHECK_FOR_INTERRUPTS();
        for (int n = 0; n <= most; n++) {
            double p = cm_model_kinds[model->id].pmf(model->param, n, ends[i].T);

            expected[n] += (double) ends[i].n * p;
            beyond -= p;
        }
        expected[most + 1] += (double) ends[i].n * fmax(beyond, 0.0);
    }
}

/* fitted_counts(model, histories, most) -> purchases, or_more, actual, expected */
PG_FUNCTION_INFO_V1(cm_fitted_counts);
Datum
cm_fitted_counts(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = cm_purchase_model_arg(fcinfo, 0);
    cm_histories data = cm_histories_arg(fcinfo, 1, cm_model_kinds[model->id].data);

    cm_time_unit_check_same(model->unit, cm_histories_unit_arg(fcinfo, 1), "the model and the histories");

    int most = most_arg(fcinfo, 2);
    double *expected = palloc0((most + 2) * sizeof(double));
    int64 *actual = palloc0((most + 2) * sizeof(int64));

    cm_rows_begin(fcinfo);
    if (cm_model_has_params(model))
        expected_customers(model, data, most, expected);
    for (size_t i = 0; i < data.count; i++)
        actual[data.row[i].x > most ? most + 1 : (int) data.row[i].x] += data.row[i].n;
    for (int n = 0; n <= most + 1; n++) {
        cm_row row = count_row(n, most);

        cm_row_set_int(&row, 2, actual[n]);
        if (cm_model_has_params(model))
            cm_row_set_float(&row, 3, expected[n]);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- where it was not: the holdout ---- */

typedef struct holdout {
    const cm_map *map;
    const cm_customer_model *model;
    DateADT calibration_end, holdout_end;
    double unit_days;
    double length; /* of the holdout, in units of time */
} holdout;

/* customers, model, calibration_end, holdout_end, unit */
static holdout
holdout_args(FunctionCallInfo fcinfo)
{
    holdout h = {
        .map = PG_GETARG_CUSTOMERS(0),
        .model = cm_continuous_model_arg(fcinfo, 1),
        .calibration_end = CM_ARG_CALENDAR_DAY(2, "calibration_end"),
        .holdout_end = CM_ARG_CALENDAR_DAY(3, "holdout_end"),
    };

    h.unit_days = cm_days_of_unit(cm_model_unit_arg(h.model, PG_GETARG_TEXT_PP(4)));

    cm_check_holdout(h.calibration_end, h.holdout_end);
    h.length = (h.holdout_end - h.calibration_end) / h.unit_days;
    return h;
}

/* What a customer was, and was expected to do; false for who was not there in the calibration. */
static bool
next_customer(const holdout *h, uint32 entry, cm_holdout *seen, double *expected)
{
    const cm_model_kind *kind = &cm_model_kinds[h->model->id];
    const double *p = h->model->param;

    if (entry % 4096 == 0)
        CHECK_FOR_INTERRUPTS();
    if (!cm_holdout_split(h->map, entry, h->calibration_end, h->holdout_end, h->unit_days, seen))
        return false;
    *expected = NAN;
    if (cm_model_has_params(h->model))
        *expected = kind->alive(p, seen->history.x, seen->history.t_x, seen->history.T) *
                    kind->expected_alive(p, seen->history.x, seen->history.T, h->length);
    return true;
}

/* holdout_customers(...) -> customer_id, x, t_x, t, expected, actual */
PG_FUNCTION_INFO_V1(cm_holdout_customers);
Datum
cm_holdout_customers(PG_FUNCTION_ARGS)
{
    holdout h = holdout_args(fcinfo);

    cm_rows_begin(fcinfo);
    for (uint32 entry = 0; entry < h.map->count; entry++) {
        cm_row row = cm_row_empty();
        cm_holdout seen;
        double expected;

        if (!next_customer(&h, entry, &seen, &expected))
            continue;
        cm_row_set_id(&row, 0, h.map, entry);
        cm_row_set_int(&row, 1, (int64) seen.history.x);
        cm_row_set_float(&row, 2, seen.history.t_x);
        cm_row_set_float(&row, 3, seen.history.T);
        cm_row_set_float(&row, 4, expected);
        cm_row_set_int(&row, 5, seen.later);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* holdout_by_count(..., most) -> purchases, or_more, customers, expected, actual: means of those with so many before */
PG_FUNCTION_INFO_V1(cm_holdout_by_count);
Datum
cm_holdout_by_count(PG_FUNCTION_ARGS)
{
    holdout h = holdout_args(fcinfo);
    int most = most_arg(fcinfo, 5);
    cm_sum *expected = palloc0((most + 2) * sizeof(cm_sum));
    int64 *customers = palloc0((most + 2) * sizeof(int64));
    int64 *actual = palloc0((most + 2) * sizeof(int64));

    cm_rows_begin(fcinfo);
    for (uint32 entry = 0; entry < h.map->count; entry++) {
        cm_holdout seen;
        double one;

        if (!next_customer(&h, entry, &seen, &one))
            continue;

        int n = seen.history.x > most ? most + 1 : (int) seen.history.x;

        cm_sum_add(&expected[n], one);
        customers[n]++;
        actual[n] += seen.later;
    }
    for (int n = 0; n <= most + 1; n++) {
        cm_row row = count_row(n, most);

        cm_row_set_int(&row, 2, customers[n]);
        cm_row_set_float(&row, 3, cm_sum_value(&expected[n]) / (double) customers[n]);
        cm_row_set_float(&row, 4, (double) actual[n] / (double) customers[n]);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* holdout_summary(...) -> customers, expected, actual, rmse, mae */
PG_FUNCTION_INFO_V1(cm_holdout_summary);
Datum
cm_holdout_summary(PG_FUNCTION_ARGS)
{
    holdout h = holdout_args(fcinfo);
    cm_sum expected = {0}, squares = {0}, errors = {0};
    int64 customers = 0, actual = 0;
    cm_row row = cm_row_empty();

    for (uint32 entry = 0; entry < h.map->count; entry++) {
        cm_holdout seen;
        double one;

        if (!next_customer(&h, entry, &seen, &one))
            continue;
        customers++;
        actual += seen.later;
        cm_sum_add(&expected, one);
        cm_sum_add(&errors, fabs(one - seen.later));
        cm_sum_add(&squares, (one - seen.later) * (one - seen.later));
    }
    cm_row_set_int(&row, 0, customers);
    if (customers > 0) {
        cm_row_set_float(&row, 1, cm_sum_value(&expected));
        cm_row_set_int(&row, 2, actual);
        cm_row_set_float(&row, 3, sqrt(cm_sum_value(&squares) / (double) customers));
        cm_row_set_float(&row, 4, cm_sum_value(&errors) / (double) customers);
    }
    return cm_row_return(fcinfo, &row);
}

/* ---- by week ---- */

/* Days from the first purchase of all to the end of the holdout: who began then, and repeat purchases made then */
typedef struct calendar {
    DateADT start;
    int days;
    int64 *begun;
    int64 *repeats;
    double *expected; /* repeat purchases of one customer by so many days after his first */
} calendar;

static void
count_days(const holdout *h, calendar *days)
{
    for (uint32 entry = 0; entry < h->map->count; entry++) {
        const cm_customer *c = cm_map_payload(h->map, entry);
        cm_customer_days each = cm_customers_days(h->map, entry);

        CHECK_FOR_INTERRUPTS();
        if (c->purchases == 0 || c->first > h->calibration_end)
            continue;
        while (cm_customer_days_next(&each) && each.day <= h->holdout_end)
            if (each.gap == 0)
                days->begun[each.day - days->start]++;
            else
                days->repeats[each.day - days->start]++;
    }
}

static bool
calendar_begin(const holdout *h, calendar *days)
{
    DateADT start = h->calibration_end + 1;

    for (uint32 entry = 0; entry < h->map->count; entry++) {
        const cm_customer *c = cm_map_payload(h->map, entry);

        if (c->purchases > 0 && c->first < start)
            start = c->first;
    }
    if (start > h->calibration_end)
        return false; /* nobody was there */

    Size n = h->holdout_end - start + 1;

    *days = (calendar){start, (int) n, palloc0(n * sizeof(int64)), palloc0(n * sizeof(int64)),
                       palloc0(n * sizeof(double))};
    count_days(h, days);
    for (int age = 1; cm_model_has_params(h->model) && age < days->days; age++) {
        CHECK_FOR_INTERRUPTS();
        days->expected[age] = cm_model_kinds[h->model->id].expected_new(h->model->param, age / h->unit_days);
    }
    return true;
}

/* Expected repeat purchases of all customers by the end of this day */
static double
expected_by(const calendar *days, int day)
{
    cm_sum sum = {0};

    for (int begun = 0; begun <= day; begun++)
        if (days->begun[begun] > 0)
            cm_sum_add(&sum, (double) days->begun[begun] * days->expected[day - begun]);
    return cm_sum_value(&sum);
}

/* Weeks begin on the first day of all, and anew on the first of the holdout. The last of each may be shorter. */
static int
last_day_of_week(const calendar *days, int first, int holdout)
{
    return Min(first + WEEK, first < holdout ? holdout : days->days) - 1;
}

/*
 * purchases_by_week(...) -> week, since, until, holdout, expected, actual, expected_total, actual_total: repeat purchases
 * of the customers of the calibration
 */
PG_FUNCTION_INFO_V1(cm_purchases_by_week);
Datum
cm_purchases_by_week(PG_FUNCTION_ARGS)
{
    holdout h = holdout_args(fcinfo);
    bool has_params = cm_model_has_params(h.model);
    calendar days;
    double expected_before = 0.0;
    int64 actual_total = 0, week = 0;

    cm_rows_begin(fcinfo);
    if (!calendar_begin(&h, &days))
        return (Datum) 0;

    int holdout = h.calibration_end + 1 - days.start; /* its first day */

    for (int first = 0, last; first < days.days; first = last + 1) {
        cm_row row = cm_row_empty();
        int64 actual = 0;

        last = last_day_of_week(&days, first, holdout);
        for (int day = first; day <= last; day++)
            actual += days.repeats[day];
        actual_total += actual;
        cm_row_set_int(&row, 0, ++week);
        cm_row_set(&row, 1, DateADTGetDatum(days.start + first));
        cm_row_set(&row, 2, DateADTGetDatum(days.start + last));
        cm_row_set(&row, 3, BoolGetDatum(first >= holdout));
        if (has_params) {
            double expected_total = expected_by(&days, last);

            cm_row_set_float(&row, 4, expected_total - expected_before);
            cm_row_set_float(&row, 6, expected_total);
            expected_before = expected_total;
        }
        cm_row_set_int(&row, 5, actual);
        cm_row_set_int(&row, 7, actual_total);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
