/*
 * What a survival state says: the share that lives on after a time, medians, means, hazards, and whether two groups
 * differ. Formulas and sources: math/survival.c. Times after the last one seen are NULL unless nobody was left.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "core/check.h"
#include "core/row.h"
#include "math/normal.h"
#include "states/duration.h"
#include "states/survival.h"

#define PG_GETARG_LIFETIMES(arg) cm_survival_lifetimes(PG_GETARG_SURVIVAL(arg))

static cm_curve
curve_at_arg(FunctionCallInfo fcinfo)
{
    return cm_curve_at(PG_GETARG_LIFETIMES(0), PG_GETARG_DURATION(1, "duration"));
}

/* The limits where the curve itself is known. */
static cm_interval
interval(const cm_curve *curve, double confidence)
{
    cm_check_confidence(confidence);
    return isnan(curve->survival) ? (cm_interval){NAN, NAN, NAN} : cm_curve_interval(curve, confidence);
}

/* ---- the share that lives on ---- */

PG_FUNCTION_INFO_V1(cm_survival_at);
Datum
cm_survival_at(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(curve_at_arg(fcinfo).survival);
}

/* survival_estimate(survival, duration, confidence) -> value, lower, upper, std_error, at_risk, n */
PG_FUNCTION_INFO_V1(cm_survival_estimate);
Datum
cm_survival_estimate(PG_FUNCTION_ARGS)
{
    cm_curve curve = curve_at_arg(fcinfo);
    cm_interval limits = interval(&curve, PG_GETARG_FLOAT8(2));
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, curve.survival);
    cm_row_set_float(&row, 1, limits.lower);
    cm_row_set_float(&row, 2, limits.upper);
    cm_row_set_float(&row, 3, isnan(curve.survival) ? NAN : cm_curve_std_error(&curve));
    cm_row_set_int(&row, 4, curve.at_risk);
    cm_row_set_int(&row, 5, cm_curve_begin(curve.of).left);
    return cm_row_return(fcinfo, &row);
}

PG_FUNCTION_INFO_V1(cm_survival_lower);
Datum
cm_survival_lower(PG_FUNCTION_ARGS)
{
    cm_curve curve = curve_at_arg(fcinfo);

    CM_RETURN_FLOAT(interval(&curve, PG_GETARG_FLOAT8(2)).lower);
}

PG_FUNCTION_INFO_V1(cm_survival_upper);
Datum
cm_survival_upper(PG_FUNCTION_ARGS)
{
    cm_curve curve = curve_at_arg(fcinfo);

    CM_RETURN_FLOAT(interval(&curve, PG_GETARG_FLOAT8(2)).upper);
}

/* survival_curve(survival, confidence): a row for each duration that occurs */
PG_FUNCTION_INFO_V1(cm_survival_curve);
Datum
cm_survival_curve(PG_FUNCTION_ARGS)
{
    cm_curve curve = cm_curve_begin(PG_GETARG_LIFETIMES(0));
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));

    cm_rows_begin(fcinfo);
    while (cm_curve_next(&curve)) {
        cm_interval limits = cm_curve_interval(&curve, confidence);
        cm_row row = cm_row_empty();

        cm_row_set_float(&row, 0, curve.last->time);
        cm_row_set_int(&row, 1, curve.at_risk);
        cm_row_set_int(&row, 2, curve.last->ended);
        cm_row_set_int(&row, 3, curve.last->censored);
        cm_row_set_float(&row, 4, (double) curve.last->ended / (double) curve.at_risk);
        cm_row_set_float(&row, 5, curve.survival);
        cm_row_set_float(&row, 6, cm_curve_std_error(&curve));
        cm_row_set_float(&row, 7, limits.lower);
        cm_row_set_float(&row, 8, limits.upper);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- hazards by stretches of time ---- */

typedef struct stretch {
    int64 ended, censored;
    double lived; /* time that all lived in it */
} stretch;

/* What happened in [from, to), to the walk's customers that were left at from. */
static stretch
walk_stretch(cm_curve *curve, double from, double to)
{
    stretch s = {0, 0, 0.0};

    while (curve->next < curve->of.n && curve->of.times[curve->next].time < to) {
        cm_curve_next(curve);
        s.ended += curve->last->ended;
        s.censored += curve->last->censored;
        s.lived += (double) (curve->last->ended + curve->last->censored) * (curve->last->time - from);
    }
    s.lived += (double) curve->left * (to - from);
    return s;
}

#define MOST_STRETCHES 1000000

/*
 * hazard_table(survival, width): ends per unit of time lived, for [0, width), [width, 2 width) ... up to the last
 * duration. The occurrence/exposure rate of actuaries.
 */
PG_FUNCTION_INFO_V1(cm_hazard_table);
Datum
cm_hazard_table(PG_FUNCTION_ARGS)
{
    cm_curve curve = cm_curve_begin(PG_GETARG_LIFETIMES(0));
    double width = cm_check_duration(cm_check_positive(PG_GETARG_FLOAT8(1), "width"), "width");
    double last = curve.of.n == 0 ? -1.0 : curve.of.times[curve.of.n - 1].time;

    if (last / width > MOST_STRETCHES)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("a width of %g would give more than %d rows", width, MOST_STRETCHES),
                        errdetail("The longest duration is %g.", last), errhint("Use a greater width.")));
    cm_rows_begin(fcinfo);
    for (int i = 0; i * width <= last; i++) {
        int64 at_risk = curve.left;
        stretch s = walk_stretch(&curve, i * width, (i + 1) * width);
        double hazard = (double) s.ended / s.lived; /* not finite where next to no time was lived */
        cm_row row = cm_row_empty();

        cm_row_set_float(&row, 0, i * width);
        cm_row_set_float(&row, 1, (i + 1) * width);
        cm_row_set_int(&row, 2, at_risk);
        cm_row_set_int(&row, 3, s.ended);
        cm_row_set_int(&row, 4, s.censored);
        cm_row_set_float(&row, 5, s.lived);
        cm_row_set_float(&row, 6, isfinite(hazard) ? hazard : NAN);
        cm_row_set_float(&row, 7, curve.survival);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- quantiles and means ---- */

static double
check_share_ended(double share)
{
    if (!(share > 0 && share < 1))
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"share\" is out of range: %g", share),
                 errdetail("It must be between 0 and 1: the share that has ended, 0.5 for the median.")));
    return share;
}

PG_FUNCTION_INFO_V1(cm_survival_quantile_value);
Datum
cm_survival_quantile_value(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(
        cm_survival_quantile(PG_GETARG_LIFETIMES(0), check_share_ended(PG_GETARG_FLOAT8(1)), 0.95).value);
}

/* survival_quantile_estimate(survival, share, confidence) -> value, lower, upper, n */
PG_FUNCTION_INFO_V1(cm_survival_quantile_estimate);
Datum
cm_survival_quantile_estimate(PG_FUNCTION_ARGS)
{
    cm_lifetimes lifetimes = PG_GETARG_LIFETIMES(0);
    cm_interval quantile = cm_survival_quantile(lifetimes, check_share_ended(PG_GETARG_FLOAT8(1)),
                                                cm_check_confidence(PG_GETARG_FLOAT8(2)));
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, quantile.value);
    cm_row_set_float(&row, 1, quantile.lower);
    cm_row_set_float(&row, 2, quantile.upper);
    cm_row_set_int(&row, 3, cm_curve_begin(lifetimes).left);
    return cm_row_return(fcinfo, &row);
}

/* The horizon given, or the longest duration; 0 without anyone. */
static double
horizon_arg(FunctionCallInfo fcinfo, cm_lifetimes lifetimes)
{
    if (!PG_ARGISNULL(1))
        return PG_GETARG_DURATION(1, "horizon");
    return lifetimes.n == 0 ? 0.0 : lifetimes.times[lifetimes.n - 1].time;
}

PG_FUNCTION_INFO_V1(cm_restricted_mean_value);
Datum
cm_restricted_mean_value(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        PG_RETURN_NULL();

    cm_lifetimes lifetimes = PG_GETARG_LIFETIMES(0);

    CM_RETURN_FLOAT(cm_survival_restricted_mean(lifetimes, horizon_arg(fcinfo, lifetimes)).value);
}

/* restricted_mean_estimate(survival, horizon, confidence) -> value, lower, upper, std_error, horizon, n */
PG_FUNCTION_INFO_V1(cm_restricted_mean_estimate);
Datum
cm_restricted_mean_estimate(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
        PG_RETURN_NULL();

    cm_lifetimes lifetimes = PG_GETARG_LIFETIMES(0);
    double horizon = horizon_arg(fcinfo, lifetimes);
    double z = cm_normal_two_sided(cm_check_confidence(PG_GETARG_FLOAT8(2)));
    cm_restricted_mean mean = cm_survival_restricted_mean(lifetimes, horizon);
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, mean.value);
    cm_row_set_float(&row, 1, fmax(0.0, mean.value - z * mean.std_error) + 0.0 * mean.value);
    cm_row_set_float(&row, 2, fmin(horizon, mean.value + z * mean.std_error) + 0.0 * mean.value);
    cm_row_set_float(&row, 3, mean.std_error);
    cm_row_set_float(&row, 4, lifetimes.n == 0 ? NAN : horizon);
    cm_row_set_int(&row, 5, cm_curve_begin(lifetimes).left);
    return cm_row_return(fcinfo, &row);
}

/* ---- log-rank test ---- */

static Datum
return_test(FunctionCallInfo fcinfo, const cm_log_rank *test, int n_groups)
{
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, test->chi_square);
    cm_row_set(&row, 1, Int32GetDatum(test->df));
    cm_row_set_float(&row, 2, test->p_value);
    if (n_groups == 2 && test->expected[0] > 0 && test->expected[1] > 0 && test->observed[1] > 0)
        cm_row_set_float(&row, 3,
                         test->observed[0] / test->expected[0] / (test->observed[1] / test->expected[1]));
    return cm_row_return(fcinfo, &row);
}

/* log_rank_test(a, b) -> chi_square, degrees_of_freedom, p_value, hazard_ratio (of a to b) */
PG_FUNCTION_INFO_V1(cm_log_rank_test_two);
Datum
cm_log_rank_test_two(PG_FUNCTION_ARGS)
{
    cm_lifetimes groups[] = {PG_GETARG_LIFETIMES(0), PG_GETARG_LIFETIMES(1)};
    cm_log_rank test = cm_log_rank_test(groups, 2);

    return return_test(fcinfo, &test, 2);
}

/* The groups of an array; NULLs are groups of nobody. */
static int
groups_of_array(ArrayType *array, cm_lifetimes *groups)
{
    Datum *states;
    bool *nulls;
    int n;

    deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &states, &nulls, &n);
    if (n > CM_LOG_RANK_GROUPS)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("cannot compare %d groups", n),
                        errdetail("A log-rank test takes up to %d.", CM_LOG_RANK_GROUPS)));
    for (int i = 0; i < n; i++)
        groups[i] = nulls[i] ? (cm_lifetimes){NULL, 0} : cm_survival_lifetimes(cm_survival_read(states[i]));
    return n;
}

/* log_rank_test(survival[]) */
PG_FUNCTION_INFO_V1(cm_log_rank_test_many);
Datum
cm_log_rank_test_many(PG_FUNCTION_ARGS)
{
    cm_lifetimes groups[CM_LOG_RANK_GROUPS];
    int n = groups_of_array(PG_GETARG_ARRAYTYPE_P(0), groups);
    cm_log_rank test = cm_log_rank_test(groups, n);

    return return_test(fcinfo, &test, n);
}

/* log_rank_groups(survival[]) -> group_no, n, observed, expected: who ends more often than if all were alike */
PG_FUNCTION_INFO_V1(cm_log_rank_groups);
Datum
cm_log_rank_groups(PG_FUNCTION_ARGS)
{
    cm_lifetimes groups[CM_LOG_RANK_GROUPS];
    int n = groups_of_array(PG_GETARG_ARRAYTYPE_P(0), groups);
    cm_log_rank test = cm_log_rank_test(groups, n);

    cm_rows_begin(fcinfo);
    for (int i = 0; i < n; i++) {
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int32GetDatum(i + 1));
        cm_row_set_int(&row, 1, cm_curve_begin(groups[i]).left);
        cm_row_set_int(&row, 2, (int64) test.observed[i]);
        cm_row_set_float(&row, 3, test.expected[i]);
        cm_row_set_float(&row, 4, test.expected[i] > 0 ? test.observed[i] / test.expected[i] : NAN);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
