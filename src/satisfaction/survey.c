/*
 * The survey state: reading, writing, counting answers, merging. The metrics themselves are in nps.c,
 * csat.c and ces.c; all use the aggregate steps of this file, so that several metrics of one query share one state.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/array.h"

#include "common/check.h"
#include "common/parse.h"
#include "common/row.h"
#include "satisfaction/survey.h"

const cm_state_class cm_survey_class = {
    .name = "survey",
    .min_size = sizeof(cm_survey),
    .max_size = sizeof(cm_survey),
    .magic = 0x5355,
    .version = 1,
};

int64
cm_survey_count(const cm_survey *survey, int from, int to)
{
    int64 count = 0;

    for (int score = from; score <= to; score++)
        count += survey->answers[score];
    return count;
}

double
cm_survey_mean(const cm_survey *survey)
{
    int128 sum = 0;

    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        sum += (int128) score * survey->answers[score];
    return (double) sum / (double) cm_survey_count(survey, 0, CM_SURVEY_MAX);
}

void
cm_survey_check_scale(const cm_survey *survey, int low, int high)
{
    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        if (survey->answers[score] > 0 && (score < low || score > high))
            ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                            errmsg("survey score %d is outside the scale of %d to %d", score, low, high),
                            errhint("Name the scale of the question, or filter the answers.")));
}

static void
refuse_score(double score)
{
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("survey score %g is not valid", score),
             errdetail("A score is a whole number from 0 to %d.", CM_SURVEY_MAX),
             errhint("Convert answers of another scale first, and filter out codes for \"no answer\".")));
}

/* ---- text and binary form ---- */

/* "1:" and eleven counts, of scores 0 to 10. */
CM_INPUT_FUNCTION(cm_survey_in)
{
    cm_parser p = cm_parse_begin("survey", PG_GETARG_CSTRING(0));
    cm_survey *survey = cm_state_new(&cm_survey_class, sizeof(cm_survey));
    int64 total = 0;

    cm_parse_version(&p, cm_survey_class.version);
    for (int score = 0; score <= CM_SURVEY_MAX; score++) {
        if (score > 0)
            cm_parse_char(&p, ',');
        survey->answers[score] = cm_parse_int(&p, 0, CM_MAX_COUNT);
        total = cm_add_counts(total, survey->answers[score], "the number of answers");
    }
    cm_parse_end(&p);
    PG_RETURN_POINTER(survey);
}

PG_FUNCTION_INFO_V1(cm_survey_out);
Datum
cm_survey_out(PG_FUNCTION_ARGS)
{
    const cm_survey *survey = PG_GETARG_SURVEY(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", survey->head.version);
    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        appendStringInfo(&out, "%s" INT64_FORMAT, score > 0 ? "," : "", survey->answers[score]);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_survey_recv);
Datum
cm_survey_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_survey *survey = cm_state_new(&cm_survey_class, sizeof(cm_survey));
    int64 total = 0;

    cm_receive_version(in, "survey", cm_survey_class.version);
    for (int score = 0; score <= CM_SURVEY_MAX; score++) {
        survey->answers[score] = cm_check_count(pq_getmsgint64(in), "the number of answers");
        total = cm_add_counts(total, survey->answers[score], "the number of answers");
    }
    PG_RETURN_POINTER(survey);
}

PG_FUNCTION_INFO_V1(cm_survey_send);
Datum
cm_survey_send(PG_FUNCTION_ARGS)
{
    const cm_survey *survey = PG_GETARG_SURVEY(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, survey->head.version);
    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        pq_sendint64(&out, survey->answers[score]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* survey_from_counts(bigint[]): a histogram that is already summed, scores 0 to 10 in order */
PG_FUNCTION_INFO_V1(cm_survey_from_counts);
Datum
cm_survey_from_counts(PG_FUNCTION_ARGS)
{
    ArrayType *counts = PG_GETARG_ARRAYTYPE_P(0);
    cm_survey *survey = cm_state_new(&cm_survey_class, sizeof(cm_survey));
    int64 total = 0;

    if (ARR_NDIM(counts) != 1 || ARR_DIMS(counts)[0] != CM_SURVEY_MAX + 1 || array_contains_nulls(counts))
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("a survey needs %d counts, none of them NULL", CM_SURVEY_MAX + 1),
                        errdetail("They are the numbers of answers 0 to %d.", CM_SURVEY_MAX)));
    for (int score = 0; score <= CM_SURVEY_MAX; score++) {
        survey->answers[score] =
            cm_check_count(((int64 *) ARR_DATA_PTR(counts))[score], "the number of answers");
        total = cm_add_counts(total, survey->answers[score], "the number of answers");
    }
    PG_RETURN_POINTER(survey);
}

/* ---- aggregate steps ---- */

/* Strict with an initial value: the executor skips NULL answers. */
PG_FUNCTION_INFO_V1(cm_survey_accum_int2);
Datum
cm_survey_accum_int2(PG_FUNCTION_ARGS)
{
    cm_survey *survey = cm_state_own(fcinfo, 0, &cm_survey_class);
    int score = PG_GETARG_INT16(1);

    if (unlikely((unsigned) score > CM_SURVEY_MAX))
        refuse_score(score);
    survey->answers[score]++;
    PG_RETURN_POINTER(survey);
}

PG_FUNCTION_INFO_V1(cm_survey_accum_int4);
Datum
cm_survey_accum_int4(PG_FUNCTION_ARGS)
{
    cm_survey *survey = cm_state_own(fcinfo, 0, &cm_survey_class);
    int score = PG_GETARG_INT32(1);

    if (unlikely((unsigned) score > CM_SURVEY_MAX))
        refuse_score(score);
    survey->answers[score]++;
    PG_RETURN_POINTER(survey);
}

int
cm_survey_check_score(double score)
{
    if (unlikely(!(score >= 0 && score <= CM_SURVEY_MAX && score == floor(score))))
        refuse_score(score);
    return (int) score;
}

PG_FUNCTION_INFO_V1(cm_survey_accum_float8);
Datum
cm_survey_accum_float8(PG_FUNCTION_ARGS)
{
    cm_survey *survey = cm_state_own(fcinfo, 0, &cm_survey_class);

    survey->answers[cm_survey_check_score(PG_GETARG_FLOAT8(1))]++;
    PG_RETURN_POINTER(survey);
}

/* The same answers leave again as a window frame moves; they were valid when they came. */
PG_FUNCTION_INFO_V1(cm_survey_remove_int2);
Datum
cm_survey_remove_int2(PG_FUNCTION_ARGS)
{
    cm_survey *survey = cm_state_own(fcinfo, 0, &cm_survey_class);

    survey->answers[cm_survey_check_score(PG_GETARG_INT16(1))]--;
    PG_RETURN_POINTER(survey);
}

PG_FUNCTION_INFO_V1(cm_survey_remove_int4);
Datum
cm_survey_remove_int4(PG_FUNCTION_ARGS)
{
    cm_survey *survey = cm_state_own(fcinfo, 0, &cm_survey_class);

    survey->answers[cm_survey_check_score(PG_GETARG_INT32(1))]--;
    PG_RETURN_POINTER(survey);
}

PG_FUNCTION_INFO_V1(cm_survey_remove_float8);
Datum
cm_survey_remove_float8(PG_FUNCTION_ARGS)
{
    cm_survey *survey = cm_state_own(fcinfo, 0, &cm_survey_class);

    survey->answers[cm_survey_check_score(PG_GETARG_FLOAT8(1))]--;
    PG_RETURN_POINTER(survey);
}

/* Merges two surveys: combine function, and transition of rollup(survey). */
PG_FUNCTION_INFO_V1(cm_survey_combine);
Datum
cm_survey_combine(PG_FUNCTION_ARGS)
{
    cm_survey *survey = cm_state_own(fcinfo, 0, &cm_survey_class);
    const cm_survey *other = PG_GETARG_SURVEY(1);

    cm_add_counts(cm_survey_count(survey, 0, CM_SURVEY_MAX), cm_survey_count(other, 0, CM_SURVEY_MAX),
                  "answers");
    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        survey->answers[score] += other->answers[score];
    PG_RETURN_POINTER(survey);
}

/* ---- accessors ---- */

PG_FUNCTION_INFO_V1(cm_survey_responses);
Datum
cm_survey_responses(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_survey_count(PG_GETARG_SURVEY(0), 0, CM_SURVEY_MAX));
}

PG_FUNCTION_INFO_V1(cm_survey_mean_score);
Datum
cm_survey_mean_score(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_survey_mean(PG_GETARG_SURVEY(0)));
}

/* survey_scores(survey) -> score, responses, share: the distribution as rows */
PG_FUNCTION_INFO_V1(cm_survey_scores);
Datum
cm_survey_scores(PG_FUNCTION_ARGS)
{
    const cm_survey *survey = PG_GETARG_SURVEY(0);
    double total = (double) cm_survey_count(survey, 0, CM_SURVEY_MAX);

    cm_rows_begin(fcinfo);
    for (int score = 0; score <= CM_SURVEY_MAX; score++) {
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int32GetDatum(score));
        cm_row_set_int(&row, 1, survey->answers[score]);
        cm_row_set_float(&row, 2, (double) survey->answers[score] / total);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
