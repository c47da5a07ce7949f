/* Weighted surveys: NPS, CSAT and CES of answers with weights; see weighted.h. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/parse.h"
#include "core/row.h"
#include "satisfaction/survey.h"
#include "satisfaction/weighted.h"

#define BINS (CM_SURVEY_MAX + 1)
#define POINTS 100.0

static const char *const score_names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};

static const cm_sums_kind survey_weighted_kind = {CM_SUMS_KIND("survey_weighted_state", 0x5357, BINS),
                                                  .weights = true, .value = "weight", .json_list = "scores",
                                                  .json_names = score_names};

CM_SUMS_TYPE(cm_survey_weighted, &survey_weighted_kind);

/* ---- rows ---- */

PG_FUNCTION_INFO_V1(cm_survey_weighted_accum_numeric);
Datum
cm_survey_weighted_accum_numeric(PG_FUNCTION_ARGS)
{
    return cm_sums_accum(fcinfo, &survey_weighted_kind, cm_survey_check_score(PG_GETARG_FLOAT8(1)),
                         cm_money_from_numeric(PG_GETARG_DATUM(2), "weight"));
}

PG_FUNCTION_INFO_V1(cm_survey_weighted_accum_float8);
Datum
cm_survey_weighted_accum_float8(PG_FUNCTION_ARGS)
{
    return cm_sums_accum(fcinfo, &survey_weighted_kind, cm_survey_check_score(PG_GETARG_FLOAT8(1)),
                         cm_money_from_float(PG_GETARG_FLOAT8(2), "weight"));
}

/* ---- reading ---- */

typedef struct weighted_survey {
    cm_weights bins[BINS];
    cm_survey counts; /* without their weights */
} weighted_survey;

static const weighted_survey *
survey_arg(FunctionCallInfo fcinfo, int arg)
{
    const cm_sums *s = cm_sums_read(PG_GETARG_DATUM(arg), &survey_weighted_kind);
    weighted_survey *survey = palloc(sizeof(weighted_survey));

    cm_weights_of(s, survey->bins, BINS);
    for (int score = 0; score < BINS; score++)
        survey->counts.answers[score] = s->bins[score].n;
    return survey;
}

static double
effective(const weighted_survey *survey, int from, int to)
{
    return cm_effective_count(survey->bins, BINS, from, to);
}

PG_FUNCTION_INFO_V1(cm_survey_weighted_responses);
Datum
cm_survey_weighted_responses(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_survey_count(&survey_arg(fcinfo, 0)->counts, 0, CM_SURVEY_MAX));
}

PG_FUNCTION_INFO_V1(cm_survey_weighted_effective);
Datum
cm_survey_weighted_effective(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_effective_size(cm_weights_sum(survey_arg(fcinfo, 0)->bins, BINS)));
}

PG_FUNCTION_INFO_V1(cm_survey_weighted_design_effect);
Datum
cm_survey_weighted_design_effect(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_design_effect(cm_weights_sum(survey_arg(fcinfo, 0)->bins, BINS)));
}

/* What each score is worth: itself, or 1, 0 and -1. */
static const double own_scores[BINS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
static const double nps_worth[BINS] = {-1, -1, -1, -1, -1, -1, -1, 0, 0, 1, 1};

PG_FUNCTION_INFO_V1(cm_survey_weighted_mean_score);
Datum
cm_survey_weighted_mean_score(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_weighted_mean(survey_arg(fcinfo, 0)->bins, own_scores, BINS));
}

/* survey_scores(survey_weighted_state) -> score, responses, weight, share */
PG_FUNCTION_INFO_V1(cm_survey_weighted_scores);
Datum
cm_survey_weighted_scores(PG_FUNCTION_ARGS)
{
    const weighted_survey *survey = survey_arg(fcinfo, 0);
    double all = cm_weights_sum(survey->bins, BINS).weight;

    cm_rows_begin(fcinfo);
    for (int score = 0; score < BINS; score++) {
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int32GetDatum(score));
        cm_row_set_int(&row, 1, survey->counts.answers[score]);
        cm_row_set_float(&row, 2, survey->bins[score].weight);
        cm_row_set_float(&row, 3, survey->bins[score].weight / all);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- net promoter score ---- */

PG_FUNCTION_INFO_V1(cm_nps_weighted);
Datum
cm_nps_weighted(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(POINTS * cm_weighted_mean(survey_arg(fcinfo, 0)->bins, nps_worth, BINS));
}

static cm_trinomial
nps_classes(const weighted_survey *survey)
{
    cm_trinomial t = {0, 0, 0};

    for (int score = 0; score < BINS; score++) {
        double count = effective(survey, score, score);

        *(nps_worth[score] > 0 ? &t.plus : nps_worth[score] < 0 ? &t.minus : &t.zero) += count;
    }
    return t;
}

/* nps_estimate(survey_weighted_state, confidence, method) */
PG_FUNCTION_INFO_V1(cm_nps_weighted_estimate);
Datum
cm_nps_weighted_estimate(PG_FUNCTION_ARGS)
{
    static const char *const methods[] = {"adjusted_wald", "score", "wald", "linearized", NULL};
    const weighted_survey *survey = survey_arg(fcinfo, 0);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));
    int method = cm_option(PG_GETARG_TEXT_PP(2), "method", methods);
    cm_interval interval =
        method == 3 ? cm_weighted_interval(survey->bins, nps_worth, BINS, confidence)
                    : cm_trinomial_interval(nps_classes(survey), confidence, (cm_trinomial_method) method);

    interval.value = cm_weighted_mean(survey->bins, nps_worth, BINS);
    return cm_return_weighted_estimate(fcinfo, interval, survey->bins, BINS, POINTS);
}

/* nps_test(survey_weighted_state, survey_weighted_state, confidence, method) */
PG_FUNCTION_INFO_V1(cm_nps_weighted_test);
Datum
cm_nps_weighted_test(PG_FUNCTION_ARGS)
{
    static const char *const methods[] = {"adjusted_wald", "wald", "linearized", NULL};
    const weighted_survey *a = survey_arg(fcinfo, 0), *b = survey_arg(fcinfo, 1);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(2));
    int method = cm_option(PG_GETARG_TEXT_PP(3), "method", methods);
    cm_difference d = method == 2 ? cm_weighted_difference(a->bins, b->bins, nps_worth, BINS, confidence)
                                  : cm_trinomial_difference(nps_classes(a), nps_classes(b), confidence,
                                                            method == 0 ? CM_ADJUSTED_WALD : CM_WALD);

    return cm_return_weighted_test(fcinfo, d, POINTS);
}

/* ---- satisfaction: a weighted rate ---- */

/* csat_rate(survey_weighted_state, satisfied_from, scale); a NULL for the second means the top two boxes */
PG_FUNCTION_INFO_V1(cm_csat_weighted_rate);
Datum
cm_csat_weighted_rate(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
        PG_RETURN_NULL();

    const cm_sums *s = cm_sums_read(PG_GETARG_DATUM(0), &survey_weighted_kind);
    int scale = cm_check_survey_scale(CM_ARG_INT(2, "scale"));
    int from = cm_check_satisfied_from(PG_ARGISNULL(1) ? 0 : CM_ARG_INT(1, "satisfied_from"), PG_ARGISNULL(1),
                                       scale);
    cm_sums *rate = cm_sums_new(&cm_rate_weighted_kind);

    cm_survey_check_scale(&survey_arg(fcinfo, 0)->counts, 1, scale);
    for (int score = 1; score <= scale; score++)
        cm_sums_add(rate, score >= from ? CM_WEIGHTED_HITS : CM_WEIGHTED_MISSES, s, score);
    PG_RETURN_POINTER(rate);
}

/* ---- effort ---- */

typedef enum ces_method { CES_MEAN, CES_TOP, CES_NET } ces_method;

static const char *const ces_methods[] = {"mean", "top", "net", NULL};

/* What each score is worth to a method: itself, above the middle, or above less below. */
static void
ces_worth(ces_method method, int scale, double *values)
{
    for (int score = 0; score < BINS; score++) {
        bool above = score > (scale + 1) / 2, below = score <= scale / 2;

        values[score] = method == CES_MEAN ? score : method == CES_TOP ? above : above - below;
    }
}

/* Argument arg a survey on the scale. */
static const weighted_survey *
effort_arg(FunctionCallInfo fcinfo, int arg, int scale)
{
    const weighted_survey *survey = survey_arg(fcinfo, arg);

    cm_survey_check_scale(&survey->counts, 1, cm_check_survey_scale(scale));
    return survey;
}

/* ces(survey_weighted_state, method, scale) */
PG_FUNCTION_INFO_V1(cm_ces_weighted);
Datum
cm_ces_weighted(PG_FUNCTION_ARGS)
{
    double values[BINS];
    int scale = CM_ARG_INT(2, "scale");

    ces_worth((ces_method) cm_option(PG_GETARG_TEXT_PP(1), "method", ces_methods), scale, values);
    CM_RETURN_FLOAT(cm_weighted_mean(effort_arg(fcinfo, 0, scale)->bins, values, BINS));
}

/* ces_estimate(survey_weighted_state, confidence, method, scale) */
PG_FUNCTION_INFO_V1(cm_ces_weighted_estimate);
Datum
cm_ces_weighted_estimate(PG_FUNCTION_ARGS)
{
    double values[BINS];
    int scale = CM_ARG_INT(3, "scale");
    const weighted_survey *survey = effort_arg(fcinfo, 0, scale);

    ces_worth((ces_method) cm_option(PG_GETARG_TEXT_PP(2), "method", ces_methods), scale, values);
    return cm_return_weighted_estimate(
        fcinfo, cm_weighted_interval(survey->bins, values, BINS, cm_check_confidence(PG_GETARG_FLOAT8(1))),
        survey->bins, BINS, 1.0);
}

/* ces_test(survey_weighted_state, survey_weighted_state, confidence, method, scale) */
PG_FUNCTION_INFO_V1(cm_ces_weighted_test);
Datum
cm_ces_weighted_test(PG_FUNCTION_ARGS)
{
    double values[BINS];
    int scale = CM_ARG_INT(4, "scale");
    const weighted_survey *a = effort_arg(fcinfo, 0, scale), *b = effort_arg(fcinfo, 1, scale);

    ces_worth((ces_method) cm_option(PG_GETARG_TEXT_PP(3), "method", ces_methods), scale, values);
    return cm_return_weighted_test(
        fcinfo,
        cm_weighted_difference(a->bins, b->bins, values, BINS, cm_check_confidence(PG_GETARG_FLOAT8(2))),
        1.0);
}

/* Final functions of csat_weighted and ces_weighted: 4 and 5 of 1 to 5, and the mean of 1 to 7. */
PG_FUNCTION_INFO_V1(cm_csat_weighted_final);
Datum
cm_csat_weighted_final(PG_FUNCTION_ARGS)
{
    double values[BINS] = {0, 0, 0, 0, 1, 1};

    CM_RETURN_FLOAT(cm_weighted_mean(effort_arg(fcinfo, 0, 5)->bins, values, BINS));
}

PG_FUNCTION_INFO_V1(cm_ces_weighted_final);
Datum
cm_ces_weighted_final(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_weighted_mean(effort_arg(fcinfo, 0, 7)->bins, own_scores, BINS));
}
