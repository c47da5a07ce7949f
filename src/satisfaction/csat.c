/*
 * Customer satisfaction: the share of satisfied answers among all, by default the top two boxes (4 and 5) of a
 * scale of 1 to 5. A fraction from 0 to 1; NULL without answers.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "states/rate.h"
#include "core/row.h"
#include "satisfaction/survey.h"

#define DEFAULT_SATISFIED_FROM 4
#define DEFAULT_SCALE 5

static cm_rate
satisfied(const cm_survey *survey, int satisfied_from, int scale)
{
    if (scale < 2 || scale > CM_SURVEY_MAX || satisfied_from < 1 || satisfied_from > scale)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("satisfied_from %d does not fit a scale of 1 to %d", satisfied_from, scale),
                 errdetail("The scale may end at 2 to %d, and satisfied_from lies on it.", CM_SURVEY_MAX)));
    cm_survey_check_scale(survey, 1, scale);
    return (cm_rate){cm_survey_count(survey, satisfied_from, scale), cm_survey_count(survey, 1, scale)};
}

/* csat_rate(survey, satisfied_from, scale) */
PG_FUNCTION_INFO_V1(cm_csat_rate);
Datum
cm_csat_rate(PG_FUNCTION_ARGS)
{
    cm_rate rate = satisfied(PG_GETARG_SURVEY(0), PG_GETARG_INT32(1), PG_GETARG_INT32(2));

    PG_RETURN_POINTER(cm_rate_make(rate.hits, rate.total, "satisfied", "responses"));
}

PG_FUNCTION_INFO_V1(cm_csat);
Datum
cm_csat(PG_FUNCTION_ARGS)
{
    cm_rate rate = satisfied(PG_GETARG_SURVEY(0), PG_GETARG_INT32(1), PG_GETARG_INT32(2));

    CM_RETURN_FLOAT(cm_rate_value(&rate));
}

PG_FUNCTION_INFO_V1(cm_csat_final);
Datum
cm_csat_final(PG_FUNCTION_ARGS)
{
    cm_rate rate = satisfied(PG_GETARG_SURVEY(0), DEFAULT_SATISFIED_FROM, DEFAULT_SCALE);

    CM_RETURN_FLOAT(cm_rate_value(&rate));
}

PG_FUNCTION_INFO_V1(cm_csat_from_counts);
Datum
cm_csat_from_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(
        cm_rate_value(cm_rate_make(PG_GETARG_INT64(0), PG_GETARG_INT64(1), "satisfied", "responses")));
}
