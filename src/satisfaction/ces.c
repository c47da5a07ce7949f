/*
 * Customer effort score, version 2.0: agreement with "the company made it easy" on a scale of 1 to 7, high is
 * easy. M. Dixon, K. Freeman, N. Toman, Stop trying to delight your customers, Harvard Business Review 88 (2010).
 * mean: of the answers; top: share above the middle of the scale; net: top less the share below the middle.
 * NULL without answers.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "math/mean.h"
#include "satisfaction/survey.h"

typedef enum ces_method { CES_MEAN, CES_TOP, CES_NET } ces_method;

static const char *const method_names[] = {"mean", "top", "net", NULL};

#define DEFAULT_SCALE 7

static double
above_middle(const cm_survey *survey, int scale)
{
    return (double) cm_survey_count(survey, (scale + 1) / 2 + 1, scale);
}

/* Answers above, in and below the middle of the scale. */
static cm_trinomial
sides(const cm_survey *survey, int scale)
{
    double total = (double) cm_survey_count(survey, 1, scale);
    double above = above_middle(survey, scale);
    double below = (double) cm_survey_count(survey, 1, scale / 2);

    return (cm_trinomial){above, total - above - below, below};
}

static double
effort(const cm_survey *survey, ces_method method, int scale)
{
    cm_survey_check_scale(survey, 1, cm_check_survey_scale(scale));

    switch (method) {
        case CES_MEAN:
            return cm_survey_mean(survey);
        case CES_TOP:
            return above_middle(survey, scale) / (double) cm_survey_count(survey, 1, scale);
        case CES_NET:
            return cm_trinomial_mean(sides(survey, scale));
    }
    pg_unreachable();
}

/* ces(survey, method, scale) */
PG_FUNCTION_INFO_V1(cm_ces);
Datum
cm_ces(PG_FUNCTION_ARGS)
{
    int method = cm_option(PG_GETARG_TEXT_PP(1), "method", method_names);

    CM_RETURN_FLOAT(effort(PG_GETARG_SURVEY(0), (ces_method) method, CM_ARG_INT(2, "scale")));
}

PG_FUNCTION_INFO_V1(cm_ces_final);
Datum
cm_ces_final(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(effort(PG_GETARG_SURVEY(0), CES_MEAN, DEFAULT_SCALE));
}

/* ---- interval and test ---- */

/* Argument 2 or 3, the method; checks the scale. */
static ces_method
method_arg(FunctionCallInfo fcinfo, int arg, int scale)
{
    cm_check_survey_scale(scale);
    return (ces_method) cm_option(PG_GETARG_TEXT_PP(arg), "method", method_names);
}

static cm_interval
interval_of(const cm_survey *survey, ces_method method, int scale, double confidence)
{
    switch (method) {
        case CES_MEAN:
            return cm_mean_test(cm_survey_moments(survey), 0.0, confidence).interval;
        case CES_TOP:
            return cm_wilson(above_middle(survey, scale), (double) cm_survey_count(survey, 1, scale),
                             confidence);
        case CES_NET:
            return cm_trinomial_interval(sides(survey, scale), confidence, CM_ADJUSTED_WALD);
    }
    pg_unreachable();
}

/* ces_estimate(survey, confidence, method, scale) -> value, lower, upper, n */
PG_FUNCTION_INFO_V1(cm_ces_estimate);
Datum
cm_ces_estimate(PG_FUNCTION_ARGS)
{
    const cm_survey *survey = PG_GETARG_SURVEY(0);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));
    int scale = CM_ARG_INT(3, "scale");
    ces_method method = method_arg(fcinfo, 2, scale);
    cm_row row = cm_row_empty();

    cm_survey_check_scale(survey, 1, scale);

    cm_interval interval = interval_of(survey, method, scale, confidence);

    cm_row_set_float(&row, 0, interval.value);
    cm_row_set_float(&row, 1, interval.lower);
    cm_row_set_float(&row, 2, interval.upper);
    cm_row_set_int(&row, 3, cm_survey_count(survey, 1, scale));
    return cm_row_return(fcinfo, &row);
}

/* A test by t has degrees of freedom, one by z has none. */
static cm_t_test
test_of(const cm_survey *a, const cm_survey *b, ces_method method, int scale, double confidence)
{
    cm_difference d;

    if (method == CES_MEAN)
        return cm_mean_difference(cm_survey_moments(a), cm_survey_moments(b), confidence);
    if (method == CES_TOP)
        d = cm_rate_difference(above_middle(a, scale), (double) cm_survey_count(a, 1, scale),
                               above_middle(b, scale), (double) cm_survey_count(b, 1, scale), confidence);
    else
        d = cm_trinomial_difference(sides(a, scale), sides(b, scale), confidence, CM_ADJUSTED_WALD);
    return (cm_t_test){d.interval, d.z, NAN, d.p_value};
}

/* ces_test(a, b, confidence, method, scale) -> difference, lower, upper, statistic, df, p_value */
PG_FUNCTION_INFO_V1(cm_ces_test);
Datum
cm_ces_test(PG_FUNCTION_ARGS)
{
    const cm_survey *a = PG_GETARG_SURVEY(0);
    const cm_survey *b = PG_GETARG_SURVEY(1);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(2));
    int scale = CM_ARG_INT(4, "scale");
    ces_method method = method_arg(fcinfo, 3, scale);
    cm_row row = cm_row_empty();

    cm_survey_check_scale(a, 1, scale);
    cm_survey_check_scale(b, 1, scale);

    cm_t_test test = test_of(a, b, method, scale, confidence);

    cm_row_set_float(&row, 0, test.interval.value);
    cm_row_set_float(&row, 1, test.interval.lower);
    cm_row_set_float(&row, 2, test.interval.upper);
    cm_row_set_float(&row, 3, test.t);
    cm_row_set_float(&row, 4, test.df);
    cm_row_set_float(&row, 5, test.p_value);
    return cm_row_return(fcinfo, &row);
}
