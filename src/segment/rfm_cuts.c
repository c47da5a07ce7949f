/* The rfm_cuts type: reading, writing, applying, and thresholds as given; see rfm_cuts.h. */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/array.h"

#include "core/check.h"
#include "core/money.h"
#include "core/parse.h"
#include "core/row.h"
#include "segment/rfm_cuts.h"
#include "segment/scoring.h"

#define MOST_LEVELS (CM_RFM_MAX_SCORE - 1)

const cm_state_class cm_rfm_cuts_class = {
    .name = "rfm_cuts",
    .min_size = sizeof(cm_rfm_cuts) + 3 * sizeof(double),
    .max_size = sizeof(cm_rfm_cuts) + 3 * MOST_LEVELS * sizeof(double),
    .magic = 0x5243,
    .version = 1,
};

const double *
cm_rfm_cuts_of(const cm_rfm_cuts *cuts, int dimension)
{
    const double *threshold = cuts->threshold;

    for (int d = 0; d < dimension; d++)
        threshold += cuts->levels[d];
    return threshold;
}

cm_rfm_cuts *
cm_rfm_cuts_new(const int *levels, const double *const *thresholds)
{
    Size size = sizeof(cm_rfm_cuts) + (levels[0] + levels[1] + levels[2]) * sizeof(double);
    cm_rfm_cuts *cuts = cm_state_new(&cm_rfm_cuts_class, size);
    double *next = cuts->threshold;

    for (int d = 0; d < 3; d++) {
        cuts->levels[d] = levels[d];
        for (int i = 0; i < levels[d]; i++)
            *next++ = thresholds[d][i] + 0.0; /* -0 is 0, so that equal scales have equal bytes */
    }
    return cuts;
}

/* What is wrong with the thresholds of a dimension, or NULL. */
static const char *
record_error(int dimension, const double *threshold, int levels)
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

/* ---- text and binary form ---- */

/* "1:30,10/2,5/100,never": from the worst score up, dimensions between "/"; "never" is reached by nobody. */
CM_INPUT_FUNCTION(cm_rfm_cuts_in)
{
    cm_parser p = cm_parse_begin("rfm_cuts", PG_GETARG_CSTRING(0));
    double thresholds[3][MOST_LEVELS];
    int levels[3] = {0};

    cm_parse_version(&p, cm_rfm_cuts_class.version);
    for (int d = 0; d < 3; d++) {
        const char *fault;

        if (d > 0)
            cm_parse_char(&p, '/');
        do {
            if (levels[d] == MOST_LEVELS)
                cm_parse_fail(&p, "too many thresholds");
            if (cm_parse_maybe(&p, 'n')) {
                cm_parse_word(&p, "ever");
                thresholds[d][levels[d]++] = d == 0 ? -INFINITY : INFINITY;
            } else
                thresholds[d][levels[d]++] = cm_parse_float(&p);
        } while (cm_parse_maybe(&p, ','));
        if ((fault = record_error(d, thresholds[d], levels[d])) != NULL)
            cm_parse_fail(&p, fault);
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
        const double *threshold = cm_rfm_cuts_of(cuts, d);

        for (int i = 0; i < cuts->levels[d]; i++) {
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
    for (int d = 0; d < 3; d++) {
        const double *threshold = cm_rfm_cuts_of(cuts, d);

        pq_sendbyte(&out, cuts->levels[d]);
        for (int i = 0; i < cuts->levels[d]; i++)
            pq_sendfloat8(&out, threshold[i]);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

PG_FUNCTION_INFO_V1(cm_rfm_cuts_recv);
Datum
cm_rfm_cuts_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    double thresholds[3][MOST_LEVELS];
    int levels[3];

    cm_receive_version(in, "rfm_cuts", cm_rfm_cuts_class.version);
    for (int d = 0; d < 3; d++) {
        const char *fault;

        levels[d] = pq_getmsgbyte(in);
        if (levels[d] < 1 || levels[d] > MOST_LEVELS)
            cm_receive_fail("rfm_cuts", "The number of thresholds is out of range");
        for (int i = 0; i < levels[d]; i++)
            thresholds[d][i] = cm_receive_float(in);
        if ((fault = record_error(d, thresholds[d], levels[d])) != NULL)
            cm_receive_fail("rfm_cuts", fault);
    }
    PG_RETURN_POINTER(
        cm_rfm_cuts_new(levels, (const double *[]){thresholds[0], thresholds[1], thresholds[2]}));
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

    if (ARR_NDIM(array) != 1 || levels > MOST_LEVELS || array_contains_nulls(array))
        thresholds_error(what, psprintf("1 to %d numbers, none of them NULL", MOST_LEVELS));
    memcpy(thresholds, ARR_DATA_PTR(array), levels * sizeof(double));
    for (int i = 0; i < levels; i++) {
        cm_check_finite(thresholds[i], psprintf("a threshold of %s", what));
        if (i > 0 && thresholds[i] <= thresholds[i - 1])
            thresholds_error(
                what, psprintf("in ascending order: %g is followed by %g", thresholds[i - 1], thresholds[i]));
    }
    return levels;
}

/* rfm_cuts(recency_days, frequency, monetary): arrays of thresholds */
PG_FUNCTION_INFO_V1(cm_rfm_cuts_fixed);
Datum
cm_rfm_cuts_fixed(PG_FUNCTION_ARGS)
{
    double thresholds[3][MOST_LEVELS];
    int levels[3] = {read_thresholds(PG_GETARG_ARRAYTYPE_P(0), "recency_days", thresholds[0]),
                     read_thresholds(PG_GETARG_ARRAYTYPE_P(1), "frequency", thresholds[1]),
                     read_thresholds(PG_GETARG_ARRAYTYPE_P(2), "monetary", thresholds[2])};

    cm_check_not_negative(thresholds[0][0], "a threshold of recency_days");
    cm_check_not_negative(thresholds[1][0], "a threshold of frequency");
    for (int i = 0, j = levels[0] - 1; i < j; i++, j--) { /* few days are a high score */
        double days = thresholds[0][i];

        thresholds[0][i] = thresholds[0][j];
        thresholds[0][j] = days;
    }
    PG_RETURN_POINTER(
        cm_rfm_cuts_new(levels, (const double *[]){thresholds[0], thresholds[1], thresholds[2]}));
}

/* ---- use ---- */

cm_rfm
cm_rfm_cuts_score(const cm_rfm_cuts *cuts, double days, double frequency, double monetary)
{
    const double *threshold = cuts->threshold;
    int score[3] = {1, 1, 1};

    for (int i = 0; i < cuts->levels[0]; i++)
        score[0] += days <= *threshold++;
    for (int i = 0; i < cuts->levels[1]; i++)
        score[1] += frequency >= *threshold++;
    for (int i = 0; i < cuts->levels[2]; i++)
        score[2] += monetary >= *threshold++;
    return cm_rfm_make(score[0], score[1], score[2]);
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
    int most = Max(Max(cuts->levels[0], cuts->levels[1]), cuts->levels[2]);

    cm_rows_begin(fcinfo);
    for (int level = most; level > 0; level--) {
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int16GetDatum(level + 1));
        for (int d = 0; d < 3; d++)
            if (level <= cuts->levels[d] && isfinite(cm_rfm_cuts_of(cuts, d)[level - 1]))
                cm_row_set_float(&row, 1 + d, cm_rfm_cuts_of(cuts, d)[level - 1]);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
