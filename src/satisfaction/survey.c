/*
 * The survey state: counting answers, merging, reading. Its text and binary form are in survey_io.c, the metrics in
 * nps.c, csat.c and ces.c; all use the aggregate steps of this file, so that several metrics of one query share one state.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "satisfaction/survey.h"

#define STATE_SIZE(width) (offsetof(cm_survey_state, counts) + (CM_SURVEY_MAX + 1) * (width))

static const cm_state_class survey_class = {
    .name = "survey_state",
    .min_size = STATE_SIZE(sizeof(uint16)),
    .max_size = STATE_SIZE(sizeof(int64)),
    .magic = 0x5355,
    .version = CM_SURVEY_VERSION,
};

/* ---- counts in the state ---- */

static inline int64
get_count(const cm_survey_state *state, int score)
{
    switch (state->head.flags) {
        case sizeof(uint16):
            return ((const uint16 *) state->counts)[score];
        case sizeof(uint32):
            return ((const uint32 *) state->counts)[score];
        default:
            return ((const int64 *) state->counts)[score];
    }
}

static inline void
set_count(cm_survey_state *state, int score, int64 count)
{
    switch (state->head.flags) {
        case sizeof(uint16):
            ((uint16 *) state->counts)[score] = (uint16) count;
            break;
        case sizeof(uint32):
            ((uint32 *) state->counts)[score] = (uint32) count;
            break;
        default:
            ((int64 *) state->counts)[score] = count;
    }
}

static inline int
width_for(int64 count)
{
    return count <= PG_UINT16_MAX ? sizeof(uint16) : count <= PG_UINT32_MAX ? sizeof(uint32) : sizeof(int64);
}

static inline cm_survey_state *
check_state(cm_survey_state *state)
{
    int width = state->head.flags;

    if (unlikely((width != sizeof(uint16) && width != sizeof(uint32) && width != sizeof(int64)) ||
                 VARSIZE(state) != STATE_SIZE(width)))
        cm_state_error(&state->head, &survey_class);
    return state;
}

static cm_survey
unpack(const cm_survey_state *state)
{
    cm_survey survey;

    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        survey.answers[score] = get_count(state, score);
    return survey;
}

static void
pack(cm_survey_state *state, const cm_survey *survey)
{
    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        set_count(state, score, survey->answers[score]);
}

static cm_survey_state *
new_state(const cm_survey *survey, int width)
{
    cm_survey_state *state = cm_state_new(&survey_class, STATE_SIZE(width));

    state->head.flags = width;
    pack(state, survey);
    return state;
}

static int
width_of(const cm_survey *survey)
{
    int width = sizeof(uint16);

    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        width = Max(width, width_for(survey->answers[score]));
    return width;
}

cm_survey_state *
cm_survey_store(const cm_survey *survey)
{
    return new_state(survey, width_of(survey));
}

const cm_survey *
cm_survey_read(Datum datum)
{
    cm_survey *survey = palloc(sizeof(cm_survey));

    *survey = unpack(check_state(cm_state_read(datum, &survey_class)));
    return survey;
}

/* ---- metrics of several files ---- */

int64
cm_survey_count(const cm_survey *survey, int from, int to)
{
    int64 count = 0;

    for (int score = from; score <= to; score++)
        count += survey->answers[score];
    return count;
}

static int128
sum_of_scores(const cm_survey *survey)
{
    int128 sum = 0;

    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        sum += (int128) score * survey->answers[score];
    return sum;
}

double
cm_survey_mean(const cm_survey *survey)
{
    return (double) sum_of_scores(survey) / (double) cm_survey_count(survey, 0, CM_SURVEY_MAX);
}

cm_moments
cm_survey_moments(const cm_survey *survey)
{
    int64 n = cm_survey_count(survey, 0, CM_SURVEY_MAX);
    double spread = 0.0;

    if (n == 0)
        return (cm_moments){0.0, NAN, NAN, 0.0};

    cm_two_doubles mean = cm_divide(cm_two_doubles_of(sum_of_scores(survey)), (double) n);

    for (int a = 0; a <= CM_SURVEY_MAX; a++) /* n^2 times the variance is the sum over pairs of answers */
        for (int b = 0; b < a; b++)
            spread += (double) survey->answers[a] * (double) survey->answers[b] * ((a - b) * (a - b));
    return (cm_moments){(double) n, mean.value, n == 1 ? NAN : spread / (double) n / ((double) n - 1.0),
                        mean.rest};
}

int
cm_check_survey_scale(int scale)
{
    if (scale < 2 || scale > CM_SURVEY_MAX)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"scale\" is out of range: %d", scale),
                 errdetail("A scale of 1 to N ends at 2 to %d.", CM_SURVEY_MAX)));
    return scale;
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
score_error(double score)
{
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("survey score %g is not valid", score),
             errdetail("A score is a whole number from 0 to %d.", CM_SURVEY_MAX),
             errhint("Convert answers of another scale first, and filter out codes for \"no answer\".")));
}

/* ---- aggregate steps ---- */

static inline cm_survey_state *
own_state(FunctionCallInfo fcinfo)
{
    return check_state(cm_state_own(fcinfo, 0, &survey_class));
}

/* Counts one more answer where its narrow count has room; else false. */
static inline bool
count_up(cm_survey_state *state, int score)
{
    if (likely(state->head.flags == sizeof(uint16)))
        return ((uint16 *) state->counts)[score] < PG_UINT16_MAX && ++((uint16 *) state->counts)[score];
    if (likely(state->head.flags == sizeof(uint32)))
        return ((uint32 *) state->counts)[score] < PG_UINT32_MAX && ++((uint32 *) state->counts)[score];
    return false;
}

static inline Datum
add_answer(FunctionCallInfo fcinfo, int score)
{
    cm_survey_state *state = own_state(fcinfo);

    if (unlikely(!count_up(state, score))) {
        cm_survey survey = unpack(state);

        cm_add_counts(cm_survey_count(&survey, 0, CM_SURVEY_MAX), 1, "answers");
        survey.answers[score]++;
        if (width_of(&survey) != state->head.flags)
            PG_RETURN_POINTER(cm_survey_store(&survey));
        pack(state, &survey);
    }
    PG_RETURN_POINTER(state);
}

/* The same answers leave again as a window frame moves. The counts stay as wide as they are: cm_survey_final. */
static Datum
remove_answer(FunctionCallInfo fcinfo, int score)
{
    cm_survey_state *state = own_state(fcinfo);
    int64 count = get_count(state, score);

    if (unlikely(count == 0))
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("no answer of %d can be taken from a survey that has none", score)));
    set_count(state, score, count - 1);
    PG_RETURN_POINTER(state);
}

static inline int
whole_score(int score)
{
    if (unlikely((unsigned) score > CM_SURVEY_MAX))
        score_error(score);
    return score;
}

int
cm_survey_check_score(double score)
{
    if (unlikely(!(score >= 0 && score <= CM_SURVEY_MAX && score == floor(score))))
        score_error(score);
    return (int) score;
}

/* Strict with an initial value: the executor skips NULL answers. */
PG_FUNCTION_INFO_V1(cm_survey_accum_int2);
Datum
cm_survey_accum_int2(PG_FUNCTION_ARGS)
{
    return add_answer(fcinfo, whole_score(PG_GETARG_INT16(1)));
}

PG_FUNCTION_INFO_V1(cm_survey_accum_int4);
Datum
cm_survey_accum_int4(PG_FUNCTION_ARGS)
{
    return add_answer(fcinfo, whole_score(PG_GETARG_INT32(1)));
}

PG_FUNCTION_INFO_V1(cm_survey_accum_float8);
Datum
cm_survey_accum_float8(PG_FUNCTION_ARGS)
{
    return add_answer(fcinfo, cm_survey_check_score(PG_GETARG_FLOAT8(1)));
}

PG_FUNCTION_INFO_V1(cm_survey_remove_int2);
Datum
cm_survey_remove_int2(PG_FUNCTION_ARGS)
{
    return remove_answer(fcinfo, whole_score(PG_GETARG_INT16(1)));
}

PG_FUNCTION_INFO_V1(cm_survey_remove_int4);
Datum
cm_survey_remove_int4(PG_FUNCTION_ARGS)
{
    return remove_answer(fcinfo, whole_score(PG_GETARG_INT32(1)));
}

PG_FUNCTION_INFO_V1(cm_survey_remove_float8);
Datum
cm_survey_remove_float8(PG_FUNCTION_ARGS)
{
    return remove_answer(fcinfo, cm_survey_check_score(PG_GETARG_FLOAT8(1)));
}

/* What leaves a moving aggregate. */
PG_FUNCTION_INFO_V1(cm_survey_final);
Datum
cm_survey_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(cm_survey_store(PG_GETARG_SURVEY(0)));
}

/* Merges two surveys: combine function, and transition of rollup(survey). */
PG_FUNCTION_INFO_V1(cm_survey_combine);
Datum
cm_survey_combine(PG_FUNCTION_ARGS)
{
    cm_survey_state *state = own_state(fcinfo);
    const cm_survey *other = PG_GETARG_SURVEY(1);
    cm_survey sum = unpack(state);

    cm_add_counts(cm_survey_count(&sum, 0, CM_SURVEY_MAX), cm_survey_count(other, 0, CM_SURVEY_MAX),
                  "answers");
    for (int score = 0; score <= CM_SURVEY_MAX; score++)
        sum.answers[score] += other->answers[score];
    if (width_of(&sum) != state->head.flags)
        PG_RETURN_POINTER(cm_survey_store(&sum));
    pack(state, &sum);
    PG_RETURN_POINTER(state);
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
