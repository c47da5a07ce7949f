/*
 * Classes by fixed limits: the quadrant of two measures, and the tier of a number of points. A limit is reached by what
 * equals it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "core/check.h"
#include "core/lang.h"

/* ---- quadrants ---- */

/* Counted as in mathematics: 1 both high, 2 only y, 3 none, 4 only x. */
static int
quadrant(FunctionCallInfo fcinfo)
{
    double x = cm_check_finite(PG_GETARG_FLOAT8(0), "x");
    double y = cm_check_finite(PG_GETARG_FLOAT8(1), "y");
    bool x_high = x >= cm_check_finite(PG_GETARG_FLOAT8(2), "x_benchmark");
    bool y_high = y >= cm_check_finite(PG_GETARG_FLOAT8(3), "y_benchmark");

    return y_high ? (x_high ? 1 : 2) : (x_high ? 4 : 3);
}

PG_FUNCTION_INFO_V1(cm_quadrant);
Datum
cm_quadrant(PG_FUNCTION_ARGS)
{
    static const char *const labels[][CM_LANGS] = {
        {"high-high", "高-高"}, {"low-high", "低-高"}, {"low-low", "低-低"}, {"high-low", "高-低"}};

    PG_RETURN_TEXT_P(cm_label_text(labels[quadrant(fcinfo) - 1][cm_lang_from_text(PG_GETARG_TEXT_PP(4))]));
}

PG_FUNCTION_INFO_V1(cm_quadrant_number);
Datum
cm_quadrant_number(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT16(quadrant(fcinfo));
}

/* ---- tiers ---- */

#define MOST_TIERS 1000

static int
count_items(ArrayType *array, const char *what)
{
    int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

    if (ARR_NDIM(array) != 1 || count > MOST_TIERS || array_contains_nulls(array))
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%s must be a list of 1 to %d values, none of them NULL", cm_quoted(what),
                               MOST_TIERS)));
    return count;
}

/* How many of the ascending thresholds the points reach. */
static int
tier_of(double points, ArrayType *array)
{
    const double *threshold = (const double *) ARR_DATA_PTR(array);
    int thresholds = count_items(array, "thresholds");
    int reached = 0;

    cm_check_finite(points, "points");
    for (int i = 0; i < thresholds; i++) {
        cm_check_finite(threshold[i], "a threshold");
        if (i > 0 && threshold[i] <= threshold[i - 1])
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("\"thresholds\" are out of order: %g is followed by %g", threshold[i - 1],
                                   threshold[i]),
                            errdetail("They must ascend.")));
        reached += points >= threshold[i];
    }
    return reached;
}

/* tier(points, thresholds): 0 below the first */
PG_FUNCTION_INFO_V1(cm_tier);
Datum
cm_tier(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT16(tier_of(PG_GETARG_FLOAT8(0), PG_GETARG_ARRAYTYPE_P(1)));
}

/* tier(points, thresholds, labels): a label for each threshold, and perhaps one more, the first, for less than all */
PG_FUNCTION_INFO_V1(cm_tier_label);
Datum
cm_tier_label(PG_FUNCTION_ARGS)
{
    ArrayType *thresholds = PG_GETARG_ARRAYTYPE_P(1);
    ArrayType *labels = PG_GETARG_ARRAYTYPE_P(2);
    int reached = tier_of(PG_GETARG_FLOAT8(0), thresholds);
    int tiers = count_items(thresholds, "thresholds");
    int count = count_items(labels, "labels");
    bool isnull;

    if (count != tiers && count != tiers + 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%d thresholds do not go with %d labels", tiers, count),
                        errdetail("There is a label for each threshold, and perhaps one before them for less "
                                  "than the first.")));
    if (count == tiers && reached == 0)
        PG_RETURN_NULL();

    int subscript = ARR_LBOUND(labels)[0] + reached - (count == tiers);

    PG_RETURN_DATUM(
        array_get_element(PointerGetDatum(labels), 1, &subscript, -1, -1, false, TYPALIGN_INT, &isnull));
}
