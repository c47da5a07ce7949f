/*
 * Net promoter score: the share of promoters (9, 10) less the share of detractors (0 to 6), times 100; passives
 * (7, 8) stay in the denominator. F. F. Reichheld, The one number you need to grow, Harvard Business Review 81
 * (2003). In points, from -100 to 100; NULL without answers. Intervals and test: math/trinomial.c.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/lang.h"
#include "core/row.h"
#include "math/trinomial.h"
#include "satisfaction/survey.h"

#define FIRST_PASSIVE 7
#define FIRST_PROMOTER 9
#define POINTS 100.0

static const char *const method_names[] = {"adjusted_wald", "score", "wald", NULL}; /* cm_trinomial_method */
static const char *const test_method_names[] = {"adjusted_wald", "wald", NULL};

cm_trinomial
cm_survey_nps_classes(const cm_survey *survey)
{
    return (cm_trinomial){
        .plus = cm_survey_count(survey, FIRST_PROMOTER, CM_SURVEY_MAX),
        .zero = cm_survey_count(survey, FIRST_PASSIVE, FIRST_PROMOTER - 1),
        .minus = cm_survey_count(survey, 0, FIRST_PASSIVE - 1),
    };
}

int
cm_survey_nps_points(int score)
{
    return score >= FIRST_PROMOTER ? 100 : score >= FIRST_PASSIVE ? 0 : -100;
}

/* Arguments 0 to 2: promoters, passives, detractors. */
static cm_trinomial
argument_classes(FunctionCallInfo fcinfo)
{
    cm_trinomial t;

    t.plus = CM_ARG_COUNT(0, "promoters");
    t.zero = CM_ARG_COUNT(1, "passives");
    t.minus = CM_ARG_COUNT(2, "detractors");
    return t;
}

PG_FUNCTION_INFO_V1(cm_nps);
Datum
cm_nps(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(POINTS * cm_trinomial_mean(cm_survey_nps_classes(PG_GETARG_SURVEY(0))));
}

PG_FUNCTION_INFO_V1(cm_nps_from_counts);
Datum
cm_nps_from_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(POINTS * cm_trinomial_mean(argument_classes(fcinfo)));
}

PG_FUNCTION_INFO_V1(cm_nps_promoters);
Datum
cm_nps_promoters(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_survey_count(PG_GETARG_SURVEY(0), FIRST_PROMOTER, CM_SURVEY_MAX));
}

PG_FUNCTION_INFO_V1(cm_nps_passives);
Datum
cm_nps_passives(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_survey_count(PG_GETARG_SURVEY(0), FIRST_PASSIVE, FIRST_PROMOTER - 1));
}

PG_FUNCTION_INFO_V1(cm_nps_detractors);
Datum
cm_nps_detractors(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_survey_count(PG_GETARG_SURVEY(0), 0, FIRST_PASSIVE - 1));
}

/* ---- intervals and test ---- */

static cm_interval
nps_interval(cm_trinomial t, double confidence, text *method)
{
    cm_interval interval = cm_trinomial_interval(
        t, cm_check_confidence(confidence), (cm_trinomial_method) cm_option(method, "method", method_names));

    return (cm_interval){POINTS * interval.value, POINTS * interval.lower, POINTS * interval.upper};
}

static Datum
return_estimate(FunctionCallInfo fcinfo, cm_trinomial t, double confidence, text *method)
{
    cm_interval interval = nps_interval(t, confidence, method);
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, interval.value);
    cm_row_set_float(&row, 1, interval.lower);
    cm_row_set_float(&row, 2, interval.upper);
    cm_row_set_int(&row, 3, t.plus + t.zero + t.minus);
    return cm_row_return(fcinfo, &row);
}

/* nps_estimate(survey, confidence, method) -> value, lower, upper, n */
PG_FUNCTION_INFO_V1(cm_nps_estimate);
Datum
cm_nps_estimate(PG_FUNCTION_ARGS)
{
    return return_estimate(fcinfo, cm_survey_nps_classes(PG_GETARG_SURVEY(0)), PG_GETARG_FLOAT8(1),
                           PG_GETARG_TEXT_PP(2));
}

/* nps_estimate(promoters, passives, detractors, confidence, method) */
PG_FUNCTION_INFO_V1(cm_nps_estimate_from_counts);
Datum
cm_nps_estimate_from_counts(PG_FUNCTION_ARGS)
{
    return return_estimate(fcinfo, argument_classes(fcinfo), PG_GETARG_FLOAT8(3), PG_GETARG_TEXT_PP(4));
}

PG_FUNCTION_INFO_V1(cm_nps_lower);
Datum
cm_nps_lower(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(
        nps_interval(cm_survey_nps_classes(PG_GETARG_SURVEY(0)), PG_GETARG_FLOAT8(1), PG_GETARG_TEXT_PP(2))
            .lower);
}

PG_FUNCTION_INFO_V1(cm_nps_upper);
Datum
cm_nps_upper(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(
        nps_interval(cm_survey_nps_classes(PG_GETARG_SURVEY(0)), PG_GETARG_FLOAT8(1), PG_GETARG_TEXT_PP(2))
            .upper);
}

/* nps_test(a, b, confidence, method) -> difference, lower, upper, z, p_value; of independent samples */
PG_FUNCTION_INFO_V1(cm_nps_test);
Datum
cm_nps_test(PG_FUNCTION_ARGS)
{
    int method = cm_option(PG_GETARG_TEXT_PP(3), "method", test_method_names);
    cm_difference d = cm_trinomial_difference(
        cm_survey_nps_classes(PG_GETARG_SURVEY(0)), cm_survey_nps_classes(PG_GETARG_SURVEY(1)),
        cm_check_confidence(PG_GETARG_FLOAT8(2)), method == 0 ? CM_ADJUSTED_WALD : CM_WALD);
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, POINTS * d.interval.value);
    cm_row_set_float(&row, 1, POINTS * d.interval.lower);
    cm_row_set_float(&row, 2, POINTS * d.interval.upper);
    cm_row_set_float(&row, 3, d.z);
    cm_row_set_float(&row, 4, d.p_value);
    return cm_row_return(fcinfo, &row);
}

/* ---- one customer's answer ---- */

typedef enum category { DETRACTOR, PASSIVE, PROMOTER, CATEGORIES } category;

static const char *const category_names[CM_LANGS][CATEGORIES] = {
    {"detractor", "passive", "promoter"},
    {"贬损者", "被动者", "推荐者"},
};

/* Sentences about the categories: without a first answer, without a change, and with one. */
static const char *const transition_forms[CM_LANGS][3] = {
    {"new %s", "stays %s", "%s to %s"},
    {"新%s", "仍为%s", "%s转为%s"},
};

static category
category_of(double score)
{
    cm_survey_check_score(score);
    return score >= FIRST_PROMOTER ? PROMOTER : score >= FIRST_PASSIVE ? PASSIVE : DETRACTOR;
}

/* nps_points(score) */
PG_FUNCTION_INFO_V1(cm_nps_points);
Datum
cm_nps_points(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(cm_survey_nps_points(cm_survey_check_score(PG_GETARG_FLOAT8(0))));
}

/* nps_category(score, lang) */
PG_FUNCTION_INFO_V1(cm_nps_category);
Datum
cm_nps_category(PG_FUNCTION_ARGS)
{
    cm_lang lang = cm_lang_from_text(PG_GETARG_TEXT_PP(1));

    PG_RETURN_TEXT_P(cm_label_text(category_names[lang][category_of(PG_GETARG_FLOAT8(0))]));
}

/* nps_transition(before, after, lang): "new promoter", "stays passive", "promoter to detractor", ... */
PG_FUNCTION_INFO_V1(cm_nps_transition);
Datum
cm_nps_transition(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
        PG_RETURN_NULL();

    cm_lang lang = cm_lang_from_text(PG_GETARG_TEXT_PP(2));
    const char *const *forms = transition_forms[lang];
    const char *const *names = category_names[lang];
    category after = category_of(PG_GETARG_FLOAT8(1));

    if (PG_ARGISNULL(0))
        PG_RETURN_TEXT_P(cm_label_text(psprintf(forms[0], names[after])));

    category before = category_of(PG_GETARG_FLOAT8(0));

    if (before == after)
        PG_RETURN_TEXT_P(cm_label_text(psprintf(forms[1], names[after])));
    PG_RETURN_TEXT_P(cm_label_text(psprintf(forms[2], names[before], names[after])));
}
