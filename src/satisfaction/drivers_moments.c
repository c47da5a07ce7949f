/* The drivers state: rows enter it, and states merge; see drivers.h for the two forms. */
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

/*
 * Whether sums stay exact with this row. The squares bound everything: no sum of n steps exceeds the sum of their
 * squares, and no cross-product exceeds the larger of the two sums of squares.
 */
static bool
stays_exact(const cm_drivers *d, const double *values)
{
    const double *square = cm_drivers_products(d);
    int variables = cm_drivers_variables(d);
    bool exact = true;

    for (int i = 0; i < variables; i++) {
        exact &= on_grid(values[i]) && *square + values[i] * values[i] <= CM_DRIVERS_EXACT_SQUARES;
        square += i + 2; /* the next one on the diagonal */
    }
    return exact;
}

static void
add_exact(cm_drivers *d, const double *values)
{
    double *sums = cm_drivers_sums(d);
    double *row = cm_drivers_products(d);
    int variables = cm_drivers_variables(d);

    for (int i = 0; i < variables; i++) {
        double value = values[i];

        sums[i] += value;
        for (int j = 0; j <= i; j++)
            row[j] += value * values[j];
        row += i + 1;
    }
}

/* ---- the centred form ---- */

/* sum xy - (sum x)(sum y) / n from exact sums, rounded once: the numerator is computed in integers. */
static double
centred_product(double product, double sum_x, double sum_y, int64 n)
{
    const double grid = CM_DRIVERS_GRID;
    int128 numerator =
        (int128) (product * grid * grid) * n - (int128) (sum_x * grid) * (int128) (sum_y * grid);

    return (double) numerator / ((double) n * grid * grid);
}

void
cm_drivers_centre(cm_drivers *d)
{
    double *sums = cm_drivers_sums(d);
    double *row = cm_drivers_products(d);
    int variables = cm_drivers_variables(d);

    if (d->head.flags & CM_DRIVERS_CENTRED || d->rows == 0)
        return; /* sums of nothing are zero, as are their means */
    for (int i = 0; i < variables; i++) {
        for (int j = 0; j <= i; j++)
            row[j] = centred_product(row[j], sums[i], sums[j], d->rows);
        row += i + 1;
    }
    for (int i = 0; i < variables; i++)
        sums[i] /= d->rows;
    d->head.flags |= CM_DRIVERS_CENTRED;
}

/*
 * n rows with the given distance of their means from ours join ours: both the update by one row and the merge.
 * Chan, Golub and LeVeque (1983), equations 2.1 for means and cross-products.
 */
static void
add_centred(cm_drivers *d, const double *distance, int64 n)
{
    double *means = cm_drivers_sums(d);
    double *row = cm_drivers_products(d);
    int variables = cm_drivers_variables(d);
    double share = (double) n / (double) (d->rows + n);
    double weight = (double) d->rows * share;

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
                    errdetail("It must be a finite number of at most %g.", CM_DRIVERS_LARGEST),
                    errhint("Use NULL where there is no answer.")));
}

static void
add_row(cm_drivers *d, const double *values)
{
    if (likely(!(d->head.flags & CM_DRIVERS_CENTRED) && stays_exact(d, values)))
        add_exact(d, values);
    else {
        int variables = cm_drivers_variables(d);
        double distance[CM_DRIVERS_MOST + 1];

        cm_drivers_centre(d);
        d->head.flags |= CM_DRIVERS_CENTRED;
        for (int i = 0; i < variables; i++) {
            if (unlikely(!(fabs(values[i]) <= CM_DRIVERS_LARGEST)))
                value_error(values[i], i, d->predictors);
            distance[i] = values[i] - cm_drivers_sums(d)[i];
        }
        add_centred(d, distance, 1);
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

static void
check_predictors(const cm_drivers *d, int given)
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
static cm_drivers *
own_drivers(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(0))
        return cm_drivers_new(0);
    return cm_drivers_check(cm_state_own(fcinfo, 0, &cm_drivers_class));
}

static cm_drivers *
with_predictors(const cm_drivers *empty, int predictors)
{
    cm_drivers *d = cm_drivers_new(predictors);

    d->incomplete = empty->incomplete;
    return d;
}

/* Transition of drivers_agg(y, x). */
PG_FUNCTION_INFO_V1(cm_drivers_accum);
Datum
cm_drivers_accum(PG_FUNCTION_ARGS)
{
    cm_drivers *d = own_drivers(fcinfo);

    if (PG_ARGISNULL(2)) {
        d->incomplete++;
        PG_RETURN_POINTER(d);
    }

    ArrayType *x = PG_GETARG_ARRAYTYPE_P(2);
    int predictors = count_elements(x);

    if (unlikely(predictors == 0 || predictors != d->predictors)) {
        check_predictors(d, predictors);
        d = with_predictors(d, predictors);
    }
    if (PG_ARGISNULL(1) || array_contains_nulls(x))
        count_missing(d, x, PG_ARGISNULL(1));
    else {
        double values[CM_DRIVERS_MOST + 1];

        memcpy(values, ARR_DATA_PTR(x), sizeof(double) * predictors);
        values[predictors] = PG_GETARG_FLOAT8(1);
        add_row(d, values);
    }
    PG_RETURN_POINTER(d);
}

/* ---- merging ---- */

static bool
sum_stays_exact(const cm_drivers *a, const cm_drivers *b)
{
    const double *square_a = cm_drivers_products(a);
    const double *square_b = cm_drivers_products(b);

    if ((a->head.flags | b->head.flags) & CM_DRIVERS_CENTRED)
        return false;
    for (int i = 0; i < cm_drivers_variables(a); i++) {
        if (*square_a + *square_b > CM_DRIVERS_EXACT_SQUARES)
            return false;
        square_a += i + 2;
        square_b += i + 2;
    }
    return true;
}

static void
merge_centred(cm_drivers *d, const cm_drivers *exact_or_centred)
{
    cm_drivers *other = cm_state_copy(exact_or_centred);
    int variables = cm_drivers_variables(d);
    double distance[CM_DRIVERS_MOST + 1] = {0};

    cm_drivers_centre(d);
    cm_drivers_centre(other);
    d->head.flags |= CM_DRIVERS_CENTRED;
    if (other->rows == 0)
        return;
    for (int i = 0; i < variables; i++)
        distance[i] = cm_drivers_sums(other)[i] - cm_drivers_sums(d)[i];
    add_centred(d, distance, other->rows);
    for (int i = 0; i < CM_DRIVERS_TRIANGLE(variables); i++)
        cm_drivers_products(d)[i] += cm_drivers_products(other)[i];
}

/* Merges two states: combine function, and transition of rollup(drivers). */
PG_FUNCTION_INFO_V1(cm_drivers_combine);
Datum
cm_drivers_combine(PG_FUNCTION_ARGS)
{
    cm_drivers *d = own_drivers(fcinfo);
    const cm_drivers *other = PG_GETARG_DRIVERS(1);
    int variables = cm_drivers_variables(other);
    int64 rows = cm_add_counts(d->rows, other->rows, "rows");
    int64 incomplete = cm_add_counts(d->incomplete, other->incomplete, "incomplete rows");

    if (variables > 0) {
        check_predictors(d, other->predictors);
        if (d->predictors == 0)
            d = with_predictors(d, other->predictors);
        for (int i = 0; i < variables; i++)
            d->data[i] += other->data[i];
        if (sum_stays_exact(d, other))
            for (int i = 0; i < variables + CM_DRIVERS_TRIANGLE(variables); i++)
                cm_drivers_sums(d)[i] += cm_drivers_sums(other)[i];
        else
            merge_centred(d, other);
    }
    d->rows = rows;
    d->incomplete = incomplete;
    PG_RETURN_POINTER(d);
}
