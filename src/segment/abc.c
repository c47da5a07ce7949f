/*
 * abc_class(value, bounds, boundary) OVER (...): who makes how much of the whole. Values are lined up from the greatest
 * down; class A reaches the first bound of their sum, B the second, and so on (H. F. Dickie, ABC inventory analysis
 * shoots for dollars not pennies, Factory Management and Maintenance 109, 1951). Equal values are in one class. Values
 * of zero or less add nothing to the whole and have no class.
 *
 * Sums are exact: values are taken as integers of the smallest decimal unit they all share, such as cents, or, if
 * there is none, of a binary unit 2^-62 of the greatest. So the order of rows cannot matter, nor does 0.1 + 0.2.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "common/check.h"
#include "common/compat.h"
#include "math/sort.h"
#include "segment/window.h"

#define MOST_BOUNDS 25        /* classes A to Z */
#define MOST_DECIMALS 6       /* of the values, for a decimal unit */
#define BOUND_UNIT 1000000000 /* bounds count to nine decimals */

enum { VALUE, BOUNDS, BOUNDARY }; /* arguments */

/* Whether the item that crosses a bound belongs to the class above or below it. */
typedef enum boundary { CROSSING_UP, CROSSING_DOWN } boundary;

typedef struct classes {
    boundary boundary;
    int bounds;
    int64 bound[MOST_BOUNDS];   /* of the sum, in 1 / BOUND_UNIT */
    uint64 lowest[MOST_BOUNDS]; /* units: the least value above each bound's class border */
} classes;

/* ---- options ---- */

static void
read_bounds(classes *c, ArrayType *array)
{
    const double *bound = (const double *) ARR_DATA_PTR(array);

    c->bounds = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
    if (ARR_NDIM(array) != 1 || c->bounds > MOST_BOUNDS || array_contains_nulls(array))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("bounds are not valid"),
                        errdetail("They are 1 to %d shares of the sum, none of them NULL.", MOST_BOUNDS)));
    for (int k = 0; k < c->bounds; k++) {
        c->bound[k] = (int64) rint(cm_check_share(bound[k], "a bound") * BOUND_UNIT);
        if (c->bound[k] == 0 || (k > 0 && c->bound[k] <= c->bound[k - 1]))
            ereport(ERROR,
                    (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                     errmsg("bounds are out of order at %g", bound[k]),
                     errdetail(
                         "They are shares of the sum above 0 and in ascending order, such as {0.8,0.95}.")));
    }
}

static void
read_options(cm_window *w, classes *c)
{
    static const char *const names[] = {"crossing_up", "crossing_down", NULL}; /* boundary */

    read_bounds(c, DatumGetArrayTypeP(cm_window_option(w, BOUNDS, "bounds")));
    c->boundary =
        (boundary) cm_option(DatumGetTextPP(cm_window_option(w, BOUNDARY, "boundary")), "boundary", names);
}

/* ---- exact units ---- */

/* Whether the value is a whole number of 1 / unit, as close as a double can be. */
static inline bool
is_whole(double value, double unit)
{
    double units = rint(value * unit);

    return units / unit == value && units <= 9007199254740992.0; /* 2^53: beyond, doubles miss integers */
}

/* 1, 10, 100, ...: how many units of one value make all values whole; 0 if there is no such decimal unit. */
static double
decimal_unit(const double *values, int64 count)
{
    double unit = 1;

    for (int64 i = 0, decimals = 0; i < count; i++)
        while (!is_whole(values[i], unit)) {
            if (decimals++ == MOST_DECIMALS)
                return 0;
            unit *= 10;
        }
    for (int64 i = 0; i < count; i++) /* a finer unit may be too fine for values before */
        if (!is_whole(values[i], unit))
            return 0;
    return unit;
}

/* The values as integers up to 2^62. */
static uint64 *
units_of(const double *values, int64 count)
{
    uint64 *units = MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * sizeof(uint64));
    double unit = decimal_unit(values, count);
    double greatest = 0;
    int exponent;

    if (unit > 0) {
        for (int64 i = 0; i < count; i++)
            units[i] = (uint64) rint(values[i] * unit);
        return units;
    }
    for (int64 i = 0; i < count; i++)
        greatest = Max(greatest, values[i]);
    frexp(greatest, &exponent); /* greatest < 2^exponent */
    for (int64 i = 0; i < count; i++)
        units[i] = (uint64) rint(ldexp(values[i], 62 - exponent));
    return units;
}

/* ---- classes ---- */

/* Walks down the sorted values, equal ones at once, and notes how far down each class reaches. */
static void
find_borders(classes *c, const uint64 *sorted, int64 count)
{
    int128 total = 0;
    int128 above = 0; /* sum of the greater values */

    for (int64 i = 0; i < count; i++)
        total += sorted[i];
    for (int k = 0; k < c->bounds; k++)
        c->lowest[k] = PG_UINT64_MAX; /* nobody, until it is found */
    for (int64 i = count - 1, next; i >= 0; i = next) {
        for (next = i - 1; next >= 0 && sorted[next] == sorted[i];)
            next--;

        int128 with = above + (int128) sorted[i] * (i - next);

        for (int k = 0; k < c->bounds; k++)
            if (c->boundary == CROSSING_UP ? above * BOUND_UNIT < c->bound[k] * total
                                           : with * BOUND_UNIT <= c->bound[k] * total)
                c->lowest[k] = sorted[i];
        above = with;
    }
}

/* The positive values of the partition, in the order of rows; marks their rows. */
static double *
collect(cm_window *w, char *labels, int64 *count)
{
    double *values = MemoryContextAllocHuge(CurrentMemoryContext, Max(w->rows, 1) * sizeof(double));
    Datum value;

    *count = 0;
    for (int64 row = 0; row < w->rows; row++)
        if (cm_window_row(w, row, 1, &value) && cm_check_finite(DatumGetFloat8(value), "value") > 0) {
            values[(*count)++] = DatumGetFloat8(value);
            labels[row] = 'A';
        }
    return values;
}

static void
classify(cm_window *w, void *answers)
{
    char *labels = answers;
    classes c;
    int64 count;

    read_options(w, &c);

    double *values = collect(w, labels, &count);
    uint64 *units = units_of(values, count);
    uint64 *sorted = (uint64 *) values; /* reused */
    uint64 *scratch = MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * sizeof(uint64));

    memcpy(sorted, units, count * sizeof(uint64));
    cm_sort_keys(sorted, count, scratch);
    find_borders(&c, sorted, count);
    for (int64 row = 0; row < w->rows; row++)
        if (labels[row] != '\0') {
            for (int k = 0; k < c.bounds; k++)
                labels[row] += *units < c.lowest[k];
            units++;
        }
}

/* abc_class(value, bounds, boundary) OVER */
PG_FUNCTION_INFO_V1(cm_abc_class);
Datum
cm_abc_class(PG_FUNCTION_ARGS)
{
    const char *label = cm_window_answer(fcinfo, sizeof(char), classify);

    if (*label == '\0')
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text_with_len(label, 1));
}
