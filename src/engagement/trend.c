/*
 * Trends: growth, attainment of a target, and when a series left its usual level (charts of math/control.h).
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "windowapi.h"

#include "core/check.h"
#include "core/row.h"
#include "math/control.h"

/* growth_rate(current, previous, negative_base) */
PG_FUNCTION_INFO_V1(cm_growth_rate);
Datum
cm_growth_rate(PG_FUNCTION_ARGS)
{
    static const char *const ways[] = {"null", "absolute", NULL};
    double current = cm_check_finite(PG_GETARG_FLOAT8(0), "current");
    double previous = cm_check_finite(PG_GETARG_FLOAT8(1), "previous");
    int way = cm_option(PG_GETARG_TEXT_PP(2), "negative_base", ways);

    if (previous == 0 || (previous < 0 && way == 0))
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(cm_check_finite((current - previous) / fabs(previous), "growth rate"));
}

/* compound_growth_rate(first, last, periods): growth per period that leads from first to last */
PG_FUNCTION_INFO_V1(cm_compound_growth_rate);
Datum
cm_compound_growth_rate(PG_FUNCTION_ARGS)
{
    double first = cm_check_finite(PG_GETARG_FLOAT8(0), "first");
    double last = cm_check_finite(PG_GETARG_FLOAT8(1), "last");
    double periods = cm_check_positive(PG_GETARG_FLOAT8(2), "periods");

    if (first <= 0 || last < 0)
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(cm_check_finite(pow(last / first, 1.0 / periods) - 1.0, "growth rate"));
}

/* attainment(actual, target, baseline): the part of the way from baseline to target that was made */
PG_FUNCTION_INFO_V1(cm_attainment);
Datum
cm_attainment(PG_FUNCTION_ARGS)
{
    double actual = cm_check_finite(PG_GETARG_FLOAT8(0), "actual");
    double target = cm_check_finite(PG_GETARG_FLOAT8(1), "target");
    double baseline = cm_check_finite(PG_GETARG_FLOAT8(2), "baseline");

    if (target == baseline)
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(cm_check_finite((actual - baseline) / (target - baseline), "attainment"));
}

/* ---- charts ---- */

typedef struct chart {
    bool cusum;
    double smoothing, width; /* of EWMA */
    double slack, threshold; /* of CUSUM */
    cm_ewma ewma;
    cm_cusum sums;
} chart;

static double
check_smoothing(double value)
{
    if (!(value > 0 && value <= 1))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"smoothing\" is out of range: %g", value),
                        errdetail("It is the weight of the newest value, above 0 and up to 1.")));
    return value;
}

/* How far beyond its limit the chart is after this value; limits are at 1 and -1. */
static double
add_value(chart *c, double value, double center, double deviation)
{
    double distance = cm_check_finite((value - center) / deviation, "distance from center");
    double signal = c->cusum ? cm_cusum_add(&c->sums, distance, c->slack, c->threshold)
                             : cm_ewma_add(&c->ewma, distance, c->smoothing, c->width);

    return cm_check_finite(signal, "signal");
}

/* ---- over rows: a window function keeps the chart of its partition ---- */

/* The argument of the current row, NaN for NULL. */
static double
window_arg(WindowObject window, int arg)
{
    bool is_null;
    Datum value = WinGetFuncArgCurrent(window, arg, &is_null);

    return is_null ? NAN : DatumGetFloat8(value);
}

static double
window_number(WindowObject window, int arg, const char *what)
{
    bool is_null;
    Datum value = WinGetFuncArgCurrent(window, arg, &is_null);

    return is_null ? NAN : cm_check_finite(DatumGetFloat8(value), what);
}

/*
 * The chart with its settings, which are arguments 3 and 4. A row without value, center, deviation or a setting, or
 * with a deviation of zero, has no signal and changes nothing.
 */
static Datum
window_signal(FunctionCallInfo fcinfo, bool cusum)
{
    WindowObject window = PG_WINDOW_OBJECT();
    chart *c = WinGetPartitionLocalMemory(window, sizeof(chart)); /* zeroed for each partition */
    double value = window_number(window, 0, "value");
    double center = window_number(window, 1, "center");
    double deviation = window_number(window, 2, "deviation");
    double first = window_arg(window, 3);
    double second = window_arg(window, 4);

    if (isnan(value) || isnan(center) || isnan(deviation) || isnan(first) || isnan(second) ||
        cm_check_not_negative(deviation, "deviation") == 0)
        PG_RETURN_NULL();
    c->cusum = cusum;
    c->smoothing = cusum ? 0 : check_smoothing(first);
    c->width = cusum ? 0 : cm_check_positive(second, "width");
    c->slack = cusum ? cm_check_not_negative(first, "slack") : 0;
    c->threshold = cusum ? cm_check_positive(second, "threshold") : 0;
    PG_RETURN_FLOAT8(add_value(c, value, center, deviation));
}

/* ewma_signal(value, center, deviation, smoothing, width) OVER (PARTITION BY series ORDER BY time) */
PG_FUNCTION_INFO_V1(cm_ewma_signal);
Datum
cm_ewma_signal(PG_FUNCTION_ARGS)
{
    return window_signal(fcinfo, false);
}

/* cusum_signal(value, center, deviation, slack, threshold) OVER (PARTITION BY series ORDER BY time) */
PG_FUNCTION_INFO_V1(cm_cusum_signal);
Datum
cm_cusum_signal(PG_FUNCTION_ARGS)
{
    return window_signal(fcinfo, true);
}

/* ---- over an array: the first values say what is usual ---- */

typedef struct series {
    int count;
    Datum *values;
    bool *nulls;
    int usual; /* so many places, from the first on, hold the values that say what is usual */
    double center;
    double deviation; /* of these; NaN where there are too few or they are all alike */
} series;

static double
value_at(const series *s, int place)
{
    return cm_check_finite(DatumGetFloat8(s->values[place]), "value");
}

/* Distances are taken from the first value, so that values that are all alike have a deviation of exactly zero. */
static void
learn_usual(series *s, int wanted)
{
    double origin = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    int known = 0;

    for (s->usual = 0; s->usual < s->count && known < wanted; s->usual++)
        if (!s->nulls[s->usual]) {
            origin = known++ == 0 ? value_at(s, s->usual) : origin;
            sum += value_at(s, s->usual) - origin;
        }
    s->center = cm_check_finite(origin + sum / wanted, "mean of the baseline");
    for (int i = 0; i < s->usual; i++)
        if (!s->nulls[i])
            squares += (value_at(s, i) - s->center) * (value_at(s, i) - s->center);
    s->deviation = cm_check_finite(sqrt(squares / (wanted - 1)), "deviation of the baseline");
    if (known < wanted || s->deviation == 0)
        s->deviation = NAN;
}

/* Arguments: series, baseline, method, smoothing, width, slack, threshold. */
static series
read_arguments(FunctionCallInfo fcinfo, chart *c)
{
    static const char *const methods[] = {"ewma", "cusum", NULL};
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
    int baseline = CM_ARG_INT(1, "baseline");
    series s = {0};

    *c = (chart){
        .cusum = cm_option(PG_GETARG_TEXT_PP(2), "method", methods) == 1,
        .smoothing = check_smoothing(PG_GETARG_FLOAT8(3)),
        .width = cm_check_positive(PG_GETARG_FLOAT8(4), "width"),
        .slack = cm_check_not_negative(PG_GETARG_FLOAT8(5), "slack"),
        .threshold = cm_check_positive(PG_GETARG_FLOAT8(6), "threshold"),
    };
    if (baseline < 2)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"baseline\" is out of range: %d", baseline),
                        errdetail("It is the number of values that say what is usual, two or more.")));
    if (ARR_NDIM(array) > 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("\"series\" must be an array of one dimension, not %d", ARR_NDIM(array))));
    deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &s.values, &s.nulls,
                      &s.count);
    learn_usual(&s, baseline);
    return s;
}

/* Statistic and limits: of EWMA in the unit of the values, of CUSUM in standard deviations. */
static void
set_chart(cm_row *row, const series *s, const chart *c, double signal)
{
    double limit = c->cusum ? c->threshold : s->deviation * cm_ewma_limit(&c->ewma, c->smoothing, c->width);
    double center = c->cusum ? 0.0 : s->center;

    cm_row_set_float(row, 2, center + signal * limit);
    cm_row_set_float(row, 3, center - limit);
    cm_row_set_float(row, 4, center + limit);
    cm_row_set_float(row, 5, signal);
    cm_row_set(row, 6, BoolGetDatum(fabs(signal) > 1));
}

/* detect_changes(series, ...) -> a row for each value */
PG_FUNCTION_INFO_V1(cm_detect_changes);
Datum
cm_detect_changes(PG_FUNCTION_ARGS)
{
    chart c;
    series s = read_arguments(fcinfo, &c);

    cm_rows_begin(fcinfo);
    for (int i = 0; i < s.count; i++) {
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int32GetDatum(i + 1));
        if (!s.nulls[i]) {
            cm_row_set_float(&row, 1, value_at(&s, i));
            if (i >= s.usual && !isnan(s.deviation))
                set_chart(&row, &s, &c, add_value(&c, value_at(&s, i), s.center, s.deviation));
        }
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* changed_at(series, ...): the first place beyond the limits */
PG_FUNCTION_INFO_V1(cm_changed_at);
Datum
cm_changed_at(PG_FUNCTION_ARGS)
{
    chart c;
    series s = read_arguments(fcinfo, &c);

    if (!isnan(s.deviation))
        for (int i = s.usual; i < s.count; i++) {
            CHECK_FOR_INTERRUPTS();
            if (!s.nulls[i] && fabs(add_value(&c, value_at(&s, i), s.center, s.deviation)) > 1)
                PG_RETURN_INT32(i + 1);
        }
    PG_RETURN_NULL();
}
