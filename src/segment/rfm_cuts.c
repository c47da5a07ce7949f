/* The rfm_cuts type: reading, writing, applying, and thresholds as given; see rfm_cuts.h. */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/money.h"
#include "core/parse.h"
#include "core/row.h"
#include "segment/rfm_cuts.h"
#include "segment/scoring.h"

const cm_state_class cm_rfm_cuts_class = {
    .name = "rfm_cuts",
    .min_size = sizeof(cm_rfm_cuts) + 3 * sizeof(double),
    .max_size = sizeof(cm_rfm_cuts) + 3 * CM_MAX_LEVELS * sizeof(double),
    .magic = 0x5243,
    .version = 1,
};

static const double *
thresholds_of(const cm_rfm_cuts *cuts, int dimension)
{
    return cuts->threshold + dimension * cuts->levels;
}

cm_rfm_cuts *
cm_rfm_cuts_new(int levels, const double *const *thresholds)
{
    cm_rfm_cuts *cuts = cm_state_new(&cm_rfm_cuts_class, sizeof(cm_rfm_cuts) + 3 * levels * sizeof(double));
    double *next = cuts->threshold;

    cuts->levels = levels;
    for (int d = 0; d < 3; d++)
        for (int i = 0; i < levels; i++)
            *next++ = thresholds[d][i] + 0.0; /* -0 is 0, so that equal scales have equal bytes */
    return cuts;
}

/* The error in the thresholds of a dimension, or NULL. */
static const char *
dimension_error(int dimension, const double *threshold, int levels)
{
    double never = dimension == 0 ? -INFINITY : INFINITY;

    for (int i = 0; i < levels; i++) {
        if (threshold[i] != never && !(isfinite(threshold[i]) && (dimension == 2 || threshold[i] >= 0)))
            return "thresholds must be finite, days and frequencies not negative";
        if (i > 0 && (dimension == 0 ? threshold[i] > threshold[i - 1] : threshold[i] < threshold[i - 1]))
            return dimension == 0 ? "days must not rise" : "frequency and monetary thresholds must not fall";
    }
    return NULL;
}

/* ---- text, binary and JSON form ---- */

/* The thresholds of one dimension; returns how many there are. */
static int
parse_dimension(cm_parser *p, int dimension, double *threshold)
{
    const char *error;
    int levels = 0;

    do {
        if (levels == CM_MAX_LEVELS)
            cm_parse_fail(p, "too many thresholds");
        if (cm_parse_maybe(p, 'n')) {
            cm_parse_word(p, "ever");
            threshold[levels++] = dimension == 0 ? -INFINITY : INFINITY;
        } else
            threshold[levels++] = cm_parse_float(p);
    } while (cm_parse_maybe(p, ','));
    if ((error = dimension_error(dimension, threshold, levels)) != NULL)
        cm_parse_fail(p, error);
    return levels;
}

/* "1:30,10/2,5/100,never": from the worst score up, dimensions between "/"; "never" is reached by nobody. */
CM_INPUT_FUNCTION(cm_rfm_cuts_in)
{
    cm_parser p = cm_parse_begin("rfm_cuts", PG_GETARG_CSTRING(0));
    double thresholds[3][CM_MAX_LEVELS];
    int levels = 0;

    cm_parse_version(&p, cm_rfm_cuts_class.version);
    for (int d = 0; d < 3; d++) {
        if (d > 0)
            cm_parse_char(&p, '/');

        int count = parse_dimension(&p, d, thresholds[d]);

        if (d > 0 && count != levels)
            cm_parse_fail(&p, "the dimensions differ in their number of thresholds");
        levels = count;
    }
    cm_parse_end(&p);
    PG_RETURN_POINTER(
        cm_rfm_cuts_new(levels, (const double *[]){thresholds[0], thresholds[1], thresholds[2]}));
}

PG_FUNCTION_INFO_V1(cm_rfm_cuts_out);
Datum
cm_rfm_cuts_out(PG_FUNCTION_ARGS)
{
    const cm_rfm_cuts *cuts = PG_GETARG_RFM_CUTS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", cuts->head.version);
    for (int d = 0; d < 3; d++) {
        const double *threshold = thresholds_of(cuts, d);

        for (uint32 i = 0; i < cuts->levels; i++) {
            if (i > 0 || d > 0)
                appendStringInfoChar(&out, i > 0 ? ',' : '/');
            if (isinf(threshold[i]))
                appendStringInfoString(&out, "never");
            else
                cm_append_float(&out, threshold[i]);
        }
    }
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_rfm_cuts_send);
Datum
cm_rfm_cuts_send(PG_FUNCTION_ARGS)
{
    const cm_rfm_cuts *cuts = PG_GETARG_RFM_CUTS(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, cuts->head.version);
    pq_sendbyte(&out, cuts->levels);
    for (uint32 i = 0; i < 3 * cuts->levels; i++)
        pq_sendfloat8(&out, cuts->threshold[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

PG_FUNCTION_INFO_V1(cm_rfm_cuts_recv);
Datum
cm_rfm_cuts_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    double thresholds[3][CM_MAX_LEVELS];

    cm_receive_version(in, "rfm_cuts", cm_rfm_cuts_class.version);

    int levels = pq_getmsgbyte(in);

    if (levels < 1 || levels > CM_MAX_LEVELS)
        cm_receive_fail("rfm_cuts", "The number of thresholds is out of range");
    for (int d = 0; d < 3; d++) {
        const char *error;

        for (int i = 0; i < levels; i++)
            thresholds[d][i] = cm_receive_float(in);
        if ((error = dimension_error(d, thresholds[d], levels)) != NULL)
            cm_receive_fail("rfm_cuts", error);
    }
    PG_RETURN_POINTER(
        cm_rfm_cuts_new(levels, (const double *[]){thresholds[0], thresholds[1], thresholds[2]}));
}

/* {"bins": 3, "recency_days_at_most": [30, 10], "frequency_at_least": [2, 5], "monetary_at_least": [100, null]} */
PG_FUNCTION_INFO_V1(cm_rfm_cuts_json);
Datum
cm_rfm_cuts_json(PG_FUNCTION_ARGS)
{
    static const char *const names[] = {"recency_days_at_most", "frequency_at_least", "monetary_at_least"};
    const cm_rfm_cuts *cuts = PG_GETARG_RFM_CUTS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"bins\": %u", cuts->levels + 1);
    for (int d = 0; d < 3; d++) {
        const double *threshold = thresholds_of(cuts, d);

        appendStringInfo(&out, ", \"%s\": [", names[d]);
        for (uint32 i = 0; i < cuts->levels; i++) {
            if (i > 0)
                appendStringInfoString(&out, ", ");
            if (isinf(threshold[i]))
                appendStringInfoString(&out, "null");
            else
                cm_append_float(&out, threshold[i]);
        }
        appendStringInfoChar(&out, ']');
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- thresholds as given ---- */

static void
thresholds_error(const char *what, const char *rule)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("the thresholds of %s are not valid", what), errdetail("They must be %s.", rule)));
}

/* An array of thresholds in ascending order. */
static int
read_thresholds(ArrayType *array, const char *what, double *thresholds)
{
    int levels = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

    if (ARR_NDIM(array) != 1 || levels > CM_MAX_LEVELS || array_contains_nulls(array))
        thresholds_error(what, psprintf("1 to %d numbers, none of them NULL", CM_MAX_LEVELS));
    memcpy(thresholds, ARR_DATA_PTR(array), levels * sizeof(double));
    for (int i = 0; i < levels; i++) {
        cm_check_finite(thresholds[i], psprintf("a threshold of %s", what));
        if (i > 0 && thresholds[i] <= thresholds[i - 1])
            thresholds_error(
                what, psprintf("in ascending order: %g is followed by %g", thresholds[i - 1], thresholds[i]));
    }
    return levels;
}

static void
levels_error(const int *levels)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
         errmsg("\"recency_days\", \"frequency\" and \"monetary\" have %d, %d and %d thresholds", levels[0],
                levels[1], levels[2]),
         errdetail("A cell has three scores of one number of bins, which is one more than the thresholds."),
         errhint("Give each as many, such as four for scores 1 to 5.")));
}

/* rfm_cuts(recency_days, frequency, monetary): arrays of thresholds */
PG_FUNCTION_INFO_V1(cm_rfm_cuts_fixed);
Datum
cm_rfm_cuts_fixed(PG_FUNCTION_ARGS)
{
    double thresholds[3][CM_MAX_LEVELS];
    int levels[3] = {read_thresholds(PG_GETARG_ARRAYTYPE_P(0), "recency_days", thresholds[0]),
                     read_thresholds(PG_GETARG_ARRAYTYPE_P(1), "frequency", thresholds[1]),
                     read_thresholds(PG_GETARG_ARRAYTYPE_P(2), "monetary", thresholds[2])};

    cm_check_not_negative(thresholds[0][0], "a threshold of recency_days");
    cm_check_not_negative(thresholds[1][0], "a threshold of frequency");
    if (levels[0] != levels[1] || levels[0] != levels[2])
        levels_error(levels);
    for (int i = 0, j = levels[0] - 1; i < j; i++, j--) { /* few days are a high score */
        double days = thresholds[0][i];

        thresholds[0][i] = thresholds[0][j];
        thresholds[0][j] = days;
    }
    PG_RETURN_POINTER(
        cm_rfm_cuts_new(levels[0], (const double *[]){thresholds[0], thresholds[1], thresholds[2]}));
}

/* ---- use ---- */

cm_rfm
cm_rfm_cuts_score(const cm_rfm_cuts *cuts, double days, double frequency, double monetary)
{
    const double *threshold = cuts->threshold;
    int levels = cuts->levels;
    int score[3] = {1, 1, 1};

    for (int i = 0; i < levels; i++)
        score[0] += days <= *threshold++;
    for (int i = 0; i < levels; i++)
        score[1] += frequency >= *threshold++;
    for (int i = 0; i < levels; i++)
        score[2] += monetary >= *threshold++;
    return cm_rfm_make(score[0], score[1], score[2], levels + 1);
}

/* rfm(cuts, recency_days, frequency, monetary) */
static Datum
apply(FunctionCallInfo fcinfo, double monetary)
{
    double days = cm_scoring_check_days(PG_GETARG_FLOAT8(1));
    double frequency = cm_check_not_negative(PG_GETARG_FLOAT8(2), "frequency");

    cm_check_finite(monetary, "monetary");
    PG_RETURN_INT32(cm_rfm_cuts_score(PG_GETARG_RFM_CUTS(0), days, frequency, monetary));
}

PG_FUNCTION_INFO_V1(cm_rfm_of_cuts);
Datum
cm_rfm_of_cuts(PG_FUNCTION_ARGS)
{
    return apply(fcinfo, PG_GETARG_FLOAT8(3));
}

PG_FUNCTION_INFO_V1(cm_rfm_of_cuts_numeric);
Datum
cm_rfm_of_cuts_numeric(PG_FUNCTION_ARGS)
{
    return apply(fcinfo, cm_float_from_numeric(PG_GETARG_DATUM(3)));
}

/* rfm_levels(cuts) -> score, recency_days_at_most, frequency_at_least, monetary_at_least; NULL: nobody gets it */
PG_FUNCTION_INFO_V1(cm_rfm_levels);
Datum
cm_rfm_levels(PG_FUNCTION_ARGS)
{
    const cm_rfm_cuts *cuts = PG_GETARG_RFM_CUTS(0);

    cm_rows_begin(fcinfo);
    for (int level = cuts->levels; level > 0; level--) {
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int16GetDatum(level + 1));
        for (int d = 0; d < 3; d++)
            if (isfinite(thresholds_of(cuts, d)[level - 1]))
                cm_row_set_float(&row, 1 + d, thresholds_of(cuts, d)[level - 1]);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
