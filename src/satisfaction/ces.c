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
#include "satisfaction/survey.h"

typedef enum ces_method { CES_MEAN, CES_TOP, CES_NET } ces_method;

static const char *const method_names[] = {"mean", "top", "net", NULL};

#define DEFAULT_SCALE 7

static double
effort(const cm_survey *survey, ces_method method, int scale)
{
    cm_survey_check_scale(survey, 1, cm_check_survey_scale(scale));

    double total = (double) cm_survey_count(survey, 1, scale);
    double above = (double) cm_survey_count(survey, (scale + 1) / 2 + 1, scale);
    double below = (double) cm_survey_count(survey, 1, scale / 2);

    switch (method) {
        case CES_MEAN:
            return cm_survey_mean(survey);
        case CES_TOP:
            return above / total;
        case CES_NET:
            return (above - below) / total;
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
