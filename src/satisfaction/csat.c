/*
 * Customer satisfaction: the share of satisfied answers among all, by default the top two boxes (4 and 5) of a
 * scale of 1 to 5. A fraction from 0 to 1; NULL without answers.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "satisfaction/survey.h"
#include "states/rate.h"

#define DEFAULT_SCALE 5

/* Two boxes of a scale of two would be everybody. */
static int
top_two_boxes(int scale)
{
    if (scale == 2)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a scale of 1 to 2 needs \"satisfied_from\""),
                        errdetail("Its two highest answers are all answers."),
                        errhint("Say satisfied_from => 2 where 2 is satisfied.")));
    return scale - 1;
}

int
cm_check_satisfied_from(int satisfied_from, bool top_two, int scale)
{
    if (top_two)
        return top_two_boxes(scale);
    if (satisfied_from < 1 || satisfied_from > scale)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("\"satisfied_from\" is out of range: %d", satisfied_from),
                        errdetail("It must lie on the scale, from 1 to %d.", scale)));
    return satisfied_from;
}

static cm_rate
satisfied(const cm_survey *survey, int satisfied_from, int scale)
{
    cm_survey_check_scale(survey, 1, scale);
    return (cm_rate){cm_survey_count(survey, satisfied_from, scale), cm_survey_count(survey, 1, scale)};
}

/* Arguments 1 and 2, satisfied_from and scale: a NULL for the first means the top two boxes. */
static cm_rate
satisfied_by_args(FunctionCallInfo fcinfo)
{
    int scale = cm_check_survey_scale(CM_ARG_INT(2, "scale"));

    return satisfied(PG_GETARG_SURVEY(0),
                     cm_check_satisfied_from(PG_ARGISNULL(1) ? 0 : CM_ARG_INT(1, "satisfied_from"),
                                             PG_ARGISNULL(1), scale),
                     scale);
}

/* csat_rate(survey, satisfied_from, scale) */
PG_FUNCTION_INFO_V1(cm_csat_rate);
Datum
cm_csat_rate(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
        PG_RETURN_NULL();

    cm_rate rate = satisfied_by_args(fcinfo);

    PG_RETURN_POINTER(cm_rate_make(rate.hits, rate.total, "satisfied", "responses"));
}

/* csat(survey, satisfied_from, scale) */
PG_FUNCTION_INFO_V1(cm_csat);
Datum
cm_csat(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
        PG_RETURN_NULL();

    cm_rate rate = satisfied_by_args(fcinfo);

    CM_RETURN_FLOAT(cm_rate_value(&rate));
}

PG_FUNCTION_INFO_V1(cm_csat_final);
Datum
cm_csat_final(PG_FUNCTION_ARGS)
{
    cm_rate rate = satisfied(PG_GETARG_SURVEY(0), top_two_boxes(DEFAULT_SCALE), DEFAULT_SCALE);

    CM_RETURN_FLOAT(cm_rate_value(&rate));
}

/* csat(satisfied, responses) */
PG_FUNCTION_INFO_V1(cm_csat_from_counts);
Datum
cm_csat_from_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, "satisfied", "responses")));
}
