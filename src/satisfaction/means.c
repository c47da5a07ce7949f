/* The mean of any number, its interval and its tests; see means.h. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/parse.h"
#include "core/row.h"
#include "satisfaction/means.h"
#include "satisfaction/survey.h"

const cm_sums_kind cm_means_kind = {CM_SUMS_KIND("mean_state", 0x4d45, 1), .value = "value"};

CM_SUMS_TYPE(cm_means, &cm_means_kind);

PG_FUNCTION_INFO_V1(cm_means_accum_numeric);
Datum
cm_means_accum_numeric(PG_FUNCTION_ARGS)
{
    return cm_sums_accum(fcinfo, &cm_means_kind, 0, cm_money_from_numeric(PG_GETARG_DATUM(1), "value"));
}

PG_FUNCTION_INFO_V1(cm_means_accum_float8);
Datum
cm_means_accum_float8(PG_FUNCTION_ARGS)
{
    return cm_sums_accum(fcinfo, &cm_means_kind, 0, cm_money_from_float(PG_GETARG_FLOAT8(1), "value"));
}

/* ---- parts ---- */

static cm_moments
moments_arg(FunctionCallInfo fcinfo, int arg)
{
    return cm_sums_moments(PG_GETARG_MEANS(arg), 0);
}

PG_FUNCTION_INFO_V1(cm_means_value);
Datum
cm_means_value(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(moments_arg(fcinfo, 0).mean);
}

PG_FUNCTION_INFO_V1(cm_means_deviation);
Datum
cm_means_deviation(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(sqrt(moments_arg(fcinfo, 0).variance));
}

PG_FUNCTION_INFO_V1(cm_means_count);
Datum
cm_means_count(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_MEANS(0)->bins[0].n);
}

PG_FUNCTION_INFO_V1(cm_means_sum);
Datum
cm_means_sum(PG_FUNCTION_ARGS)
{
    const cm_sums *s = PG_GETARG_MEANS(0);

    if (s->bins[0].n == 0)
        PG_RETURN_NULL();
    return cm_money_to_numeric((cm_money){s->bins[0].sum, s->scale, 0});
}

/* mean_from_survey(survey, points): the answers as numbers, or as what they are worth to the net promoter score */
PG_FUNCTION_INFO_V1(cm_means_from_survey);
Datum
cm_means_from_survey(PG_FUNCTION_ARGS)
{
    static const char *const words[] = {"score", "nps", NULL};
    const cm_survey *survey = PG_GETARG_SURVEY(0);
    bool nps = cm_option(PG_GETARG_TEXT_PP(1), "points", words) == 1;
    cm_sums *s = cm_sums_new(&cm_means_kind);

    for (int score = 0; score <= CM_SURVEY_MAX; score++) {
        int points = nps ? cm_survey_nps_points(score) : score;
        int64 count = survey->answers[score];
        cm_wide squares = {{(uint64) count, 0, 0, 0, 0}};

        cm_wide_multiply(&squares, (uint64) points * points);
        s->bins[0].n += count;
        s->bins[0].sum += (int128) count * points;
        cm_wide_add(&s->bins[0].squares, &squares);
    }
    PG_RETURN_POINTER(s);
}

/* ---- estimates ---- */

static Datum
return_estimate(FunctionCallInfo fcinfo, cm_moments m, double confidence)
{
    cm_t_test test = cm_mean_test(m, 0.0, cm_check_confidence(confidence));
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, test.interval.value);
    cm_row_set_float(&row, 1, test.interval.lower);
    cm_row_set_float(&row, 2, test.interval.upper);
    cm_row_set_int(&row, 3, (int64) m.n);
    return cm_row_return(fcinfo, &row);
}

#define LARGEST 1e100 /* squares and their sums stay finite */
#define LEAST 1e-100  /* a square is not zero */

static double
check_size(double value, const char *what)
{
    if (!(fabs(value) <= LARGEST))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %g", cm_quoted(what), value),
                        errdetail("It must be a finite number of at most %g.", LARGEST)));
    return value;
}

/* Arguments from this one on: mean, deviation, n. */
static cm_moments
summary_args(FunctionCallInfo fcinfo, int arg)
{
    double deviation = check_size(cm_check_not_negative(PG_GETARG_FLOAT8(arg + 1), "deviation"), "deviation");

    if (deviation > 0.0 && deviation < LEAST)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"deviation\" is out of range: %g", deviation),
                        errdetail("It must be 0, or at least %g.", LEAST)));

    int64 n = CM_ARG_COUNT(arg + 2, "n");

    return (cm_moments){(double) n, n == 0 ? NAN : check_size(PG_GETARG_FLOAT8(arg), "mean"),
                        n < 2 ? NAN : deviation * deviation, 0.0};
}

/* mean_estimate(mean_state, confidence) */
PG_FUNCTION_INFO_V1(cm_means_estimate);
Datum
cm_means_estimate(PG_FUNCTION_ARGS)
{
    return return_estimate(fcinfo, moments_arg(fcinfo, 0), PG_GETARG_FLOAT8(1));
}

/* mean_estimate(mean, deviation, n, confidence) */
PG_FUNCTION_INFO_V1(cm_means_estimate_from_summary);
Datum
cm_means_estimate_from_summary(PG_FUNCTION_ARGS)
{
    return return_estimate(fcinfo, summary_args(fcinfo, 0), PG_GETARG_FLOAT8(3));
}

/* ---- tests ---- */

void
cm_set_t_test(cm_row *row, int column, cm_t_test test)
{
    cm_row_set_float(row, column, test.interval.value);
    cm_row_set_float(row, column + 1, test.interval.lower);
    cm_row_set_float(row, column + 2, test.interval.upper);
    cm_row_set_float(row, column + 3, test.t);
    cm_row_set_float(row, column + 4, test.df);
    cm_row_set_float(row, column + 5, test.p_value);
}

static Datum
return_test(FunctionCallInfo fcinfo, cm_t_test test)
{
    cm_row row = cm_row_empty();

    cm_set_t_test(&row, 0, test);
    return cm_row_return(fcinfo, &row);
}

/* mean_test(a, b, confidence) */
PG_FUNCTION_INFO_V1(cm_means_test);
Datum
cm_means_test(PG_FUNCTION_ARGS)
{
    return return_test(fcinfo, cm_mean_difference(moments_arg(fcinfo, 0), moments_arg(fcinfo, 1),
                                                  cm_check_confidence(PG_GETARG_FLOAT8(2))));
}

/* mean_test(mean_state, expected, confidence) */
PG_FUNCTION_INFO_V1(cm_means_test_expected);
Datum
cm_means_test_expected(PG_FUNCTION_ARGS)
{
    return return_test(fcinfo,
                       cm_mean_test(moments_arg(fcinfo, 0), check_size(PG_GETARG_FLOAT8(1), "expected"),
                                    cm_check_confidence(PG_GETARG_FLOAT8(2))));
}

/* mean_test(mean_a, deviation_a, n_a, mean_b, deviation_b, n_b, confidence) */
PG_FUNCTION_INFO_V1(cm_means_test_from_summary);
Datum
cm_means_test_from_summary(PG_FUNCTION_ARGS)
{
    return return_test(fcinfo, cm_mean_difference(summary_args(fcinfo, 0), summary_args(fcinfo, 3),
                                                  cm_check_confidence(PG_GETARG_FLOAT8(6))));
}
