/*
 * How many answers are needed, and what a number of them can show; see math/sample_size.h. Net promoter scores take the
 * spread of their answers from a survey that is known, or from numbers of promoters, passives and detractors.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "math/sample_size.h"
#include "satisfaction/survey.h"

#define POINTS 100.0

/* ---- arguments ---- */

static double
power_arg(FunctionCallInfo fcinfo, int arg)
{
    double power = PG_GETARG_FLOAT8(arg);

    if (!(power > 0.0 && power < 1.0))
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"power\" is out of range: %g", power),
                 errdetail("It must be a fraction between 0 and 1, such as 0.8.")));
    return power;
}

static double
confidence_arg(FunctionCallInfo fcinfo, int arg)
{
    return cm_check_confidence(PG_GETARG_FLOAT8(arg));
}

/* NULL is a population so large that it does not matter. */
static double
population_arg(FunctionCallInfo fcinfo, int arg)
{
    if (PG_ARGISNULL(arg))
        return INFINITY;
    if (CM_ARG_COUNT(arg, "population") == 0)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"population\" is 0"),
                        errdetail("There is nobody to ask."),
                        errhint("Leave it out where it is large or not known.")));
    return PG_GETARG_FLOAT8(arg);
}

static bool
any_is_null(FunctionCallInfo fcinfo, int count)
{
    for (int i = 0; i < count; i++)
        if (PG_ARGISNULL(i))
            return true;
    return false;
}

/* The next whole number. A size is one at least; what rounding put just above a whole number is that number. */
static Datum
return_size(double size)
{
    double whole = ceil(size * (1.0 - 1e-12));

    if (!(whole <= (double) CM_MAX_COUNT))
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("no sample is large enough: %g", size),
                 errhint("Ask for a wider margin or a larger difference.")));
    PG_RETURN_INT64(Max((int64) whole, 1));
}

/* ---- rates ---- */

/* rate_sample_size(expected, margin, confidence, population) */
PG_FUNCTION_INFO_V1(cm_rate_sample_size);
Datum
cm_rate_sample_size(PG_FUNCTION_ARGS)
{
    if (any_is_null(fcinfo, 3))
        PG_RETURN_NULL();

    double expected = cm_check_share(PG_GETARG_FLOAT8(0), "expected");
    double margin = cm_check_positive(cm_check_share(PG_GETARG_FLOAT8(1), "margin"), "margin");
    double size = cm_size_for_margin(expected * (1.0 - expected), margin, confidence_arg(fcinfo, 2));

    return return_size(cm_size_of_population(size, population_arg(fcinfo, 3)));
}

/* rate_test_size(a, b, power, confidence) */
PG_FUNCTION_INFO_V1(cm_rate_test_size);
Datum
cm_rate_test_size(PG_FUNCTION_ARGS)
{
    double a = cm_check_share(PG_GETARG_FLOAT8(0), "a");
    double b = cm_check_share(PG_GETARG_FLOAT8(1), "b");

    if (a == b)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"a\" and \"b\" are the same: %g", a),
                 errdetail("A sample size is that which finds a difference.")));
    return return_size(cm_size_for_rates(a, b, power_arg(fcinfo, 2), confidence_arg(fcinfo, 3)));
}

/* Argument arg: how many answers each group has, one at least. */
static double
group_arg(FunctionCallInfo fcinfo, int arg)
{
    return cm_check_positive((double) CM_ARG_COUNT(arg, "n"), "n");
}

/* rate_detectable(baseline, n, power, confidence) */
PG_FUNCTION_INFO_V1(cm_rate_detectable);
Datum
cm_rate_detectable(PG_FUNCTION_ARGS)
{
    double baseline = cm_check_share(PG_GETARG_FLOAT8(0), "baseline");

    CM_RETURN_FLOAT(baseline == 1.0 ? NAN
                                    : cm_detectable_rate(baseline, group_arg(fcinfo, 1), power_arg(fcinfo, 2),
                                                         confidence_arg(fcinfo, 3)));
}

/* ---- net promoter scores ---- */

/* The variance of one answer in points squared; an error without answers. */
static double
variance_of(cm_trinomial t)
{
    double n = t.plus + t.zero + t.minus;
    double mean = (t.plus - t.minus) / n;

    if (n == 0.0)
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the spread of answers is not known"),
             errdetail("It is taken from a survey, or from numbers of promoters, passives and detractors."),
             errhint("Where nothing is known, nps_sample_size(1, 1, 1, margin) is careful.")));
    return POINTS * POINTS * ((t.plus + t.minus) / n - mean * mean);
}

/* Arguments 0 to 2: promoters, passives, detractors; or 0 alone, a survey. How many arguments they are: *used. */
static double
variance_arg(FunctionCallInfo fcinfo, bool survey, int *used)
{
    cm_trinomial t;

    *used = survey ? 1 : 3;
    if (survey)
        return variance_of(cm_survey_nps_classes(PG_GETARG_SURVEY(0)));
    t.plus = CM_ARG_COUNT(0, "promoters");
    t.zero = CM_ARG_COUNT(1, "passives");
    t.minus = CM_ARG_COUNT(2, "detractors");
    return variance_of(t);
}

static Datum
nps_size(FunctionCallInfo fcinfo, bool survey)
{
    int at = survey ? 1 : 3;

    if (any_is_null(fcinfo, at + 2))
        PG_RETURN_NULL();

    double variance = variance_arg(fcinfo, survey, &at);
    double margin = cm_check_positive(PG_GETARG_FLOAT8(at), "margin");
    double size = cm_size_for_margin(variance, margin, confidence_arg(fcinfo, at + 1));

    return return_size(cm_size_of_population(size, population_arg(fcinfo, at + 2)));
}

/* nps_sample_size(survey, margin, confidence, population) */
PG_FUNCTION_INFO_V1(cm_nps_sample_size);
Datum
cm_nps_sample_size(PG_FUNCTION_ARGS)
{
    return nps_size(fcinfo, true);
}

/* nps_sample_size(promoters, passives, detractors, margin, confidence, population) */
PG_FUNCTION_INFO_V1(cm_nps_sample_size_from_counts);
Datum
cm_nps_sample_size_from_counts(PG_FUNCTION_ARGS)
{
    return nps_size(fcinfo, false);
}

static Datum
nps_test_size(FunctionCallInfo fcinfo, bool survey)
{
    int at;
    double variance = variance_arg(fcinfo, survey, &at);
    double difference = cm_check_positive(PG_GETARG_FLOAT8(at), "difference");

    return return_size(cm_size_for_means(variance, variance, difference, power_arg(fcinfo, at + 1),
                                         confidence_arg(fcinfo, at + 2)));
}

/* nps_test_size(survey, difference, power, confidence) */
PG_FUNCTION_INFO_V1(cm_nps_test_size);
Datum
cm_nps_test_size(PG_FUNCTION_ARGS)
{
    return nps_test_size(fcinfo, true);
}

/* nps_test_size(promoters, passives, detractors, difference, power, confidence) */
PG_FUNCTION_INFO_V1(cm_nps_test_size_from_counts);
Datum
cm_nps_test_size_from_counts(PG_FUNCTION_ARGS)
{
    return nps_test_size(fcinfo, false);
}

static Datum
nps_detectable(FunctionCallInfo fcinfo, bool survey)
{
    int at;
    double variance = variance_arg(fcinfo, survey, &at);

    PG_RETURN_FLOAT8(cm_detectable_mean(variance, variance, group_arg(fcinfo, at), power_arg(fcinfo, at + 1),
                                        confidence_arg(fcinfo, at + 2)));
}

/* nps_detectable(survey, n, power, confidence) */
PG_FUNCTION_INFO_V1(cm_nps_detectable);
Datum
cm_nps_detectable(PG_FUNCTION_ARGS)
{
    return nps_detectable(fcinfo, true);
}

/* nps_detectable(promoters, passives, detractors, n, power, confidence) */
PG_FUNCTION_INFO_V1(cm_nps_detectable_from_counts);
Datum
cm_nps_detectable_from_counts(PG_FUNCTION_ARGS)
{
    return nps_detectable(fcinfo, false);
}

/* ---- means ---- */

/* mean_test_size(deviation, difference, power, confidence) */
PG_FUNCTION_INFO_V1(cm_mean_test_size);
Datum
cm_mean_test_size(PG_FUNCTION_ARGS)
{
    double deviation = cm_check_positive(PG_GETARG_FLOAT8(0), "deviation");
    double difference = cm_check_positive(PG_GETARG_FLOAT8(1), "difference");

    return return_size(
        cm_size_for_means(1.0, 1.0, difference / deviation, power_arg(fcinfo, 2), confidence_arg(fcinfo, 3)));
}

/* ---- who answered ---- */

/* response_rate(responses, invited, undelivered) */
PG_FUNCTION_INFO_V1(cm_response_rate);
Datum
cm_response_rate(PG_FUNCTION_ARGS)
{
    int64 responses = CM_ARG_COUNT(0, "responses");
    int64 invited = CM_ARG_COUNT(1, "invited");
    int64 undelivered = CM_ARG_COUNT(2, "undelivered");

    if (responses > invited - undelivered)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"responses\" exceeds the invitations that arrived: " INT64_FORMAT
                               " of " INT64_FORMAT,
                               responses, invited - undelivered),
                        errdetail("Those that arrived are \"invited\" less \"undelivered\"."),
                        errhint("Count answers of one person once.")));
    CM_RETURN_FLOAT(invited == undelivered ? NAN : (double) responses / (double) (invited - undelivered));
}
