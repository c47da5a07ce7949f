/*
 * Health score: the weighted mean of components that are all on one scale, most often 0 to 100. A component that is
 * not known leaves its weight to the others, and the coverage says how much of the weight was known.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "core/check.h"
#include "core/lang.h"
#include "core/row.h"

typedef struct components {
    int count;
    const float8 *scores; /* in the order of the array; those that are NULL are not in it */
    const bits8 *known;   /* NULL: all are */
} components;

static const float8 *
elements(ArrayType *array, const char *what, int *count)
{
    if (ARR_NDIM(array) > 1)
        ereport(ERROR,
                (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                 errmsg("%s must be an array of one dimension, not %d", cm_quoted(what), ARR_NDIM(array))));
    *count = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
    return (const float8 *) ARR_DATA_PTR(array);
}

static const float8 *
weight_elements(ArrayType *array, int wanted)
{
    int count;
    const float8 *weights = elements(array, "weights", &count);

    if (array_contains_nulls(array))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("a weight is NULL"),
                        errhint("Use 0 for a component that shall not count.")));
    if (count != wanted)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%d weights are given for %d scores", count, wanted),
                        errdetail("Each score has one weight."),
                        errhint("Use NULL for a score that is not known.")));
    return weights;
}

/* Fills in score and coverage; NaN where no weight is known, and where there is none at all. */
static void
weigh(const components *c, const float8 *weights, double *score, double *coverage)
{
    double sum = 0.0;
    double known = 0.0;
    double all = 0.0;
    const float8 *next = c->scores;

    for (int i = 0; i < c->count; i++) {
        double weight = cm_check_not_negative(weights[i], "weight");

        all += weight;
        if (c->known != NULL && !(c->known[i / 8] & (1 << (i % 8))))
            continue;
        sum += weight * cm_check_finite(*next++, "score");
        known += weight;
    }
    *score = known > 0 ? cm_check_finite(sum / known, "health score") : NAN;
    *coverage = all > 0 ? cm_check_finite(known / all, "coverage") : NAN;
}

/* health_score(scores, weights, least_coverage) -> score, coverage; without a score where less is covered */
PG_FUNCTION_INFO_V1(cm_health_score);
Datum
cm_health_score(PG_FUNCTION_ARGS)
{
    ArrayType *scores = PG_GETARG_ARRAYTYPE_P(0);
    components c = {.known = ARR_NULLBITMAP(scores)};
    double least = cm_check_share(PG_GETARG_FLOAT8(2), "least_coverage");
    cm_row row = cm_row_empty();
    double score;
    double coverage;

    c.scores = elements(scores, "scores", &c.count);
    weigh(&c, weight_elements(PG_GETARG_ARRAYTYPE_P(1), c.count), &score, &coverage);
    cm_row_set_float(&row, 0, coverage < least ? NAN : score);
    cm_row_set_float(&row, 1, coverage);
    return cm_row_return(fcinfo, &row);
}

/* scaled_score(value, worst, best, outside): 0 at the worst, 100 at the best, whichever of the two is larger */
PG_FUNCTION_INFO_V1(cm_scaled_score);
Datum
cm_scaled_score(PG_FUNCTION_ARGS)
{
    static const char *const ways[] = {"cap", "error", NULL};
    double value = cm_check_finite(PG_GETARG_FLOAT8(0), "value");
    double worst = cm_check_finite(PG_GETARG_FLOAT8(1), "worst");
    double best = cm_check_finite(PG_GETARG_FLOAT8(2), "best");
    bool cap = cm_option(PG_GETARG_TEXT_PP(3), "outside", ways) == 0;

    if (worst == best)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("\"worst\" and \"best\" are the same: %g", best),
                        errhint("Name the two ends of the scale; worst may be the larger one.")));

    double share = (value / 2 - worst / 2) / (best / 2 - worst / 2); /* halves: no overflow */

    if (!cap && !(share >= 0 && share <= 1))
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"value\" is out of range: %g", value),
                 errdetail("The scale is from %g (worst) to %g (best).", worst, best)));
    PG_RETURN_FLOAT8(100.0 * fmin(fmax(share, 0.0), 1.0));
}

/* health_band(score, poor_below, good_from, lang): poor, fair or good */
PG_FUNCTION_INFO_V1(cm_health_band);
Datum
cm_health_band(PG_FUNCTION_ARGS)
{
    static const char *const labels[][CM_LANGS] = {{"poor", "差"}, {"fair", "一般"}, {"good", "良好"}};
    double score = cm_check_finite(PG_GETARG_FLOAT8(0), "score");
    double poor_below = cm_check_finite(PG_GETARG_FLOAT8(1), "poor_below");
    double good_from = cm_check_finite(PG_GETARG_FLOAT8(2), "good_from");

    if (poor_below > good_from)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("\"poor_below\" exceeds \"good_from\": %g and %g", poor_below, good_from)));

    int band = score < poor_below ? 0 : score < good_from ? 1 : 2;

    PG_RETURN_TEXT_P(cm_label_text(labels[band][cm_lang_from_text(PG_GETARG_TEXT_PP(3))]));
}

/*
 * relationship_quality(satisfaction, loyalty, advocacy, weights) -> score, coverage. Satisfaction and loyalty are
 * shares, such as csat and a repurchase or retention rate; advocacy is in points of NPS, of which -100 to 100 become
 * 0 to 100. Satisfaction and loyalty as what a relationship consists of: L. A. Crosby, K. R. Evans, D. Cowles (1990),
 * Relationship Quality in Services Selling, Journal of Marketing 54; the equal weights are ours.
 */
PG_FUNCTION_INFO_V1(cm_relationship_quality);
Datum
cm_relationship_quality(PG_FUNCTION_ARGS)
{
    float8 scores[3];
    bits8 known = 0;
    int count = 0;
    components c = {.count = 3, .scores = scores, .known = &known};
    cm_row row = cm_row_empty();
    double score;
    double coverage;

    if (PG_ARGISNULL(3))
        PG_RETURN_NULL();
    for (int i = 0; i < 3; i++)
        if (!PG_ARGISNULL(i)) {
            double value = PG_GETARG_FLOAT8(i);

            if (i == 2 && !(fabs(value) <= 100))
                ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                                errmsg("\"advocacy\" is out of range: %g", value),
                                errdetail("It is given in points of NPS, from -100 to 100.")));
            scores[count++] = i == 2 ? (value + 100.0) / 2.0
                                     : 100.0 * cm_check_share(value, i == 0 ? "satisfaction" : "loyalty");
            known |= 1 << i;
        }
    weigh(&c, weight_elements(PG_GETARG_ARRAYTYPE_P(3), 3), &score, &coverage);
    cm_row_set_float(&row, 0, score);
    cm_row_set_float(&row, 1, coverage);
    return cm_row_return(fcinfo, &row);
}
