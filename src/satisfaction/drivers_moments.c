/* The drivers state: rows enter it; see drivers.h for the two forms. States merge in drivers_merge.c. */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "core/check.h"
#include "satisfaction/drivers.h"

#define SIZE_OF(variables)                                                                                   \
    (offsetof(cm_drivers, data) + sizeof(int64) * (2 * (variables) + CM_DRIVERS_TRIANGLE(variables)))

const cm_state_class cm_drivers_class = {
    .name = "drivers_state",
    .min_size = SIZE_OF(0),
    .max_size = SIZE_OF(CM_DRIVERS_MOST + 1),
    .magic = 0x4452,
    .version = 1,
};

cm_drivers *
cm_drivers_new(int predictors)
{
    cm_drivers *d = cm_state_new(&cm_drivers_class, SIZE_OF(predictors == 0 ? 0 : predictors + 1));

    d->predictors = predictors;
    return d;
}

cm_drivers *
cm_drivers_check(void *state)
{
    cm_drivers *d = state;

    if (unlikely(d->predictors < 0 || d->predictors > CM_DRIVERS_MOST ||
                 VARSIZE(d) != SIZE_OF(cm_drivers_variables(d))))
        cm_state_error(&d->head, &cm_drivers_class);
    return d;
}

/* ---- the exact form ---- */

/* Whether a value is a multiple of 1/16. The bound keeps the conversion to integers defined. */
static inline bool
on_grid(double value)
{
    double steps = value * CM_DRIVERS_GRID;

    return fabs(steps) < CM_DRIVERS_EXACT_STEPS && (double) (int64) steps == steps;
}

/* Whether the sums of weights and of their squares stay exact with this one. */
static bool
weights_stay_exact(const cm_drivers *d, double weight)
{
    return !cm_drivers_weighted(d) ||
           (on_grid(weight) && d->weight + weight <= CM_DRIVERS_EXACT_STEPS / CM_DRIVERS_GRID &&
            d->squares + weight * weight <= CM_DRIVERS_EXACT_SQUARES);
}

/*
 * Whether sums stay exact with this row. The squares bound everything: no sum of n steps exceeds the sum of their
 * squares, and no cross-product exceeds the larger of the two sums of squares.
 */
static bool
stays_exact(const cm_drivers *d, const double *values, double weight)
{
    const double *square = cm_drivers_products(d);
    int variables = cm_drivers_variables(d);
    double most = cm_drivers_exact_squares(d);
    bool exact = weights_stay_exact(d, weight);

    for (int i = 0; i < variables; i++) {
        exact &= on_grid(values[i]) && *square + weight * (values[i] * values[i]) <= most;
        square += i + 2; /* the next one on the diagonal */
    }
    return exact;
}

static void
add_exact(cm_drivers *d, const double *values, double weight)
{
    double *sums = cm_drivers_sums(d);
    double *row = cm_drivers_products(d);
    int variables = cm_drivers_variables(d);

    for (int i = 0; i < variables; i++) {
        double value = weight * values[i];

        sums[i] += value;
        for (int j = 0; j <= i; j++)
            row[j] += value * values[j];
        row += i + 1;
    }
}

/* ---- the centred form ---- */

/*
 * sum xy - (sum x)(sum y) / n from exact sums, rounded once: the numerator is computed in integers. Weights make all of them
 * finer: w is the grid of n, which is their sum, and 1 where there are none.
 */
static double
centred_product(double product, double sum_x, double sum_y, double n, double w)
{
    const double grid = CM_DRIVERS_GRID;
    int128 numerator = (int128) (product * grid * grid * w) * (int64) (n * w) -
                       (int128) (sum_x * grid * w) * (int128) (sum_y * grid * w);

    return (double) numerator / (n * grid * grid * w * w);
}

void
cm_drivers_centre(cm_drivers *d)
{
    double *sums = cm_drivers_sums(d);
    double *row = cm_drivers_products(d);
    int variables = cm_drivers_variables(d);

    double weight = cm_drivers_weight(d);
    double grid = cm_drivers_weighted(d) ? CM_DRIVERS_GRID : 1.0;

    if (d->head.flags & CM_DRIVERS_CENTRED || d->rows == 0)
        return; /* sums of nothing are zero, as are their means */
    for (int i = 0; i < variables; i++) {
        for (int j = 0; j <= i; j++)
            row[j] = centred_product(row[j], sums[i], sums[j], weight, grid);
        row += i + 1;
    }
    for (int i = 0; i < variables; i++)
        sums[i] /= weight;
    d->head.flags |= CM_DRIVERS_CENTRED;
}

/*
 * n rows, or what rows weigh, with the given distance of their means from ours join ours: both the update by one row and the merge.
 * Chan, Golub and LeVeque (1983), equations 2.1 for means and cross-products.
 */
void
cm_drivers_add_centred(cm_drivers *d, const double *distance, double n)
{
    double *means = cm_drivers_sums(d);
    double *row = cm_drivers_products(d);
    int variables = cm_drivers_variables(d);
    double ours = cm_drivers_weight(d);
    double share = n / (ours + n);
    double weight = ours * share;

    for (int i = 0; i < variables; i++) {
        double weighted = distance[i] * weight;

        means[i] += distance[i] * share;
        for (int j = 0; j <= i; j++)
            row[j] += weighted * distance[j];
        row += i + 1;
    }
}

/* ---- rows ---- */

static void
value_error(double value, int variable, int predictors)
{
    char *what = variable == predictors ? pstrdup("the outcome") : psprintf("driver %d", variable + 1);

    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s is out of range: %g", cm_quoted(what), value),
                    errdetail("It must be 0, or a finite number of a size from %g to %g.",
                              1 / CM_DRIVERS_LARGEST, CM_DRIVERS_LARGEST),
                    errhint("Use NULL where there is no answer.")));
}

static void
add_row(cm_drivers *d, const double *values, double weight)
{
    if (likely(!(d->head.flags & CM_DRIVERS_CENTRED) && stays_exact(d, values, weight)))
        add_exact(d, values, weight);
    else {
        int variables = cm_drivers_variables(d);
        double distance[CM_DRIVERS_MOST + 1];

        cm_drivers_centre(d);
        d->head.flags |= CM_DRIVERS_CENTRED;
        for (int i = 0; i < variables; i++) {
            double size = fabs(values[i]);

            if (unlikely(!(size <= CM_DRIVERS_LARGEST && (size == 0 || size >= 1 / CM_DRIVERS_LARGEST))))
                value_error(values[i], i, d->predictors);
            distance[i] = values[i] - cm_drivers_sums(d)[i];
        }
        cm_drivers_add_centred(d, distance, weight);
    }
    if (cm_drivers_weighted(d)) {
        d->weight += weight;
        d->squares += weight * weight;
    }
    d->rows++;
}

/* A row with NULLs: which variables miss it is counted, so that the report can say what listwise deletion cost. */
static void
count_missing(cm_drivers *d, ArrayType *predictors, bool outcome_missing)
{
    bits8 *present = ARR_NULLBITMAP(predictors);

    d->incomplete++;
    d->data[d->predictors] += outcome_missing;
    for (int i = 0; present != NULL && i < d->predictors; i++)
        d->data[i] += !(present[i / 8] & (1 << (i % 8)));
}

void
cm_drivers_check_predictors(const cm_drivers *d, int given)
{
    if (given == 0 || given > CM_DRIVERS_MOST)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("%d drivers are not possible", given),
                        errdetail("There must be from 1 to %d.", CM_DRIVERS_MOST)));
    if (d->predictors != 0 && given != d->predictors)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("a row has %d drivers, others have %d", given, d->predictors),
                        errdetail("All rows of one aggregate have the same drivers in the same order."),
                        errhint("Use NULL for an answer that is missing.")));
}

/* An array of one dimension, or none: how many elements. */
static int
count_elements(ArrayType *array)
{
    if (ARR_NDIM(array) > 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("drivers must be an array of one dimension, not %d", ARR_NDIM(array))));
    return ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
}

/* The transition state, which a caller other than an aggregate may leave NULL. */
cm_drivers *
cm_drivers_own(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(0))
        return cm_drivers_new(0);
    return cm_drivers_check(cm_state_own(fcinfo, 0, &cm_drivers_class));
}

cm_drivers *
cm_drivers_with_predictors(const cm_drivers *empty, int predictors)
{
    cm_drivers *d = cm_drivers_new(predictors);

    d->incomplete = empty->incomplete;
    d->head.flags = empty->head.flags;
    return d;
}

/* From now on rows have weights; those that are there weigh 1. */
void
cm_drivers_use_weights(cm_drivers *d)
{
    if (cm_drivers_weighted(d))
        return;
    d->weight = d->squares = (double) d->rows;
    d->head.flags |= CM_DRIVERS_WEIGHTED;
}

static double
weight_arg(FunctionCallInfo fcinfo, int arg)
{
    double weight = PG_GETARG_FLOAT8(arg);

    if (unlikely(weight != 0.0 &&
                 !(weight >= 1 / CM_DRIVERS_LARGEST_WEIGHT && weight <= CM_DRIVERS_LARGEST_WEIGHT)))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"weight\" is out of range: %g", weight),
                        errdetail("A weight is 0 or a number from %g to %g.", 1 / CM_DRIVERS_LARGEST_WEIGHT,
                                  CM_DRIVERS_LARGEST_WEIGHT)));
    return weight;
}

/* Arguments 1 and 2: the outcome and the predictors. */
static Datum
add_answers(FunctionCallInfo fcinfo, cm_drivers *d, double weight)
{
    if (PG_ARGISNULL(2)) {
        d->incomplete++;
        PG_RETURN_POINTER(d);
    }

    ArrayType *x = PG_GETARG_ARRAYTYPE_P(2);
    int predictors = count_elements(x);

    if (unlikely(predictors == 0 || predictors != d->predictors)) {
        cm_drivers_check_predictors(d, predictors);
        d = cm_drivers_with_predictors(d, predictors);
    }
    if (PG_ARGISNULL(1) || array_contains_nulls(x))
        count_missing(d, x, PG_ARGISNULL(1));
    else {
        double values[CM_DRIVERS_MOST + 1];

        memcpy(values, ARR_DATA_PTR(x), sizeof(double) * predictors);
        values[predictors] = PG_GETARG_FLOAT8(1);
        add_row(d, values, weight);
    }
    PG_RETURN_POINTER(d);
}

/* Transition of drivers_agg(y, x). */
PG_FUNCTION_INFO_V1(cm_drivers_accum);
Datum
cm_drivers_accum(PG_FUNCTION_ARGS)
{
    return add_answers(fcinfo, cm_drivers_own(fcinfo), 1.0);
}

/* Transition of drivers_weighted_agg(y, x, weight): a row of weight 0 does not count, one without weight is incomplete. */
PG_FUNCTION_INFO_V1(cm_drivers_accum_weighted);
Datum
cm_drivers_accum_weighted(PG_FUNCTION_ARGS)
{
    cm_drivers *d = cm_drivers_own(fcinfo);
    double weight;

    if (PG_ARGISNULL(3)) {
        d->incomplete++;
        PG_RETURN_POINTER(d);
    }
    weight = weight_arg(fcinfo, 3);
    if (weight == 0.0)
        PG_RETURN_POINTER(d);
    cm_drivers_use_weights(d);
    return add_answers(fcinfo, d, weight);
}
