/* Text and binary form of surveys; see survey.h. */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "satisfaction/survey.h"

/* "1:" and eleven counts, of scores 0 to 10. */
CM_INPUT_FUNCTION(cm_survey_in)
{
    cm_parser p = cm_parse_begin("survey_state", PG_GETARG_CSTRING(0));
    cm_survey survey;
    int64 total = 0;

    cm_parse_version(&p, CM_SURVEY_VERSION);
    for (int score = 0; score <= CM_SURVEY_MAX; score++) {
        if (score > 0)
            cm_parse_char(&p, ',');
        survey.answers[score] = cm_parse_int(&p, 0, CM_MAX_COUNT);
        total = cm_add_counts(total, survey.answers[score], "the number of answers");
    }
    cm_parse_end(&p);
    PG_RETURN_POINTER(cm_survey_store(&survey));
}

PG_FUNCTION_INFO_V1(cm_survey_out);
Datum
cm_survey_out(PG_FUNCTION_ARGS)
{
    const cm_survey *survey = PG_GETARG_SURVEY(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", CM_SURVEY_VERSION);
    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        appendStringInfo(&out, "%s" INT64_FORMAT, score > 0 ? "," : "", survey->answers[score]);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_survey_recv);
Datum
cm_survey_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_survey survey;
    int64 total = 0;

    cm_receive_version(in, "survey_state", CM_SURVEY_VERSION);
    for (int score = 0; score <= CM_SURVEY_MAX; score++) {
        survey.answers[score] = cm_check_count(pq_getmsgint64(in), "the number of answers");
        total = cm_add_counts(total, survey.answers[score], "the number of answers");
    }
    PG_RETURN_POINTER(cm_survey_store(&survey));
}

PG_FUNCTION_INFO_V1(cm_survey_send);
Datum
cm_survey_send(PG_FUNCTION_ARGS)
{
    const cm_survey *survey = PG_GETARG_SURVEY(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, CM_SURVEY_VERSION);
    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        pq_sendint64(&out, survey->answers[score]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"scores": {"0": 2, ..., "10": 7}} */
PG_FUNCTION_INFO_V1(cm_survey_json);
Datum
cm_survey_json(PG_FUNCTION_ARGS)
{
    const cm_survey *survey = PG_GETARG_SURVEY(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoString(&out, "{\"scores\": {");
    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        appendStringInfo(&out, "%s\"%d\": " INT64_FORMAT, score > 0 ? ", " : "", score,
                         survey->answers[score]);
    appendStringInfoString(&out, "}}");
    PG_RETURN_TEXT_P(cstring_to_text(out.data));
}

/* survey_from_counts(double precision[]): a histogram that is already summed, scores 0 to 10 in order */
PG_FUNCTION_INFO_V1(cm_survey_from_counts);
Datum
cm_survey_from_counts(PG_FUNCTION_ARGS)
{
    ArrayType *counts = PG_GETARG_ARRAYTYPE_P(0);
    cm_survey survey;
    int64 total = 0;

    if (ARR_NDIM(counts) != 1 || ARR_DIMS(counts)[0] != CM_SURVEY_MAX + 1 || array_contains_nulls(counts))
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("a survey needs %d counts, none of them NULL", CM_SURVEY_MAX + 1),
                        errdetail("They are the numbers of answers 0 to %d.", CM_SURVEY_MAX)));
    for (int score = 0; score <= CM_SURVEY_MAX; score++) {
        survey.answers[score] =
            cm_count_of(((float8 *) ARR_DATA_PTR(counts))[score], "the number of answers");
        total = cm_add_counts(total, survey.answers[score], "the number of answers");
    }
    PG_RETURN_POINTER(cm_survey_store(&survey));
}
