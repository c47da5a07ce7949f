/* The rules of ABC analysis; see abc.h. */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/compat.h"
#include "segment/abc.h"

#define MOST_DECIMALS 6 /* of the values, for a decimal unit */
#define BILLION 1000000000
#define EXACT 9007199254740992.0 /* 2^53: beyond, doubles miss integers */

/* ---- options ---- */

static void
bounds_error(const char *error)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"bounds\" are not valid: %s", error),
         errdetail("They are 1 to %d shares of the sum, above 0 and in ascending order, such as {0.8,0.95}.",
                   CM_ABC_MOST_BOUNDS)));
}

cm_abc
cm_abc_options(Datum bounds, Datum boundary)
{
    static const char *const names[] = {"crossing_up", "crossing_down", NULL}; /* cm_abc_boundary */
    ArrayType *array = DatumGetArrayTypeP(bounds);
    const double *bound = (const double *) ARR_DATA_PTR(array);
    cm_abc c = {.bounds = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array))};

    if (ARR_NDIM(array) != 1 || c.bounds > CM_ABC_MOST_BOUNDS || array_contains_nulls(array))
        bounds_error("not a list of 1 to 25 numbers");
    for (int k = 0; k < c.bounds; k++) {
        c.bound[k] = (int64) rint(cm_check_share(bound[k], "a bound") * BILLION);
        if (c.bound[k] == 0 || (k > 0 && c.bound[k] <= c.bound[k - 1]))
            bounds_error(psprintf("%g is out of order", bound[k]));
    }
    c.boundary = (cm_abc_boundary) cm_option(DatumGetTextPP(boundary), "boundary", names);
    return c;
}

/* ---- exact units ---- */

/* Whether the value is a whole number of 1 / unit, as near as a double can be. */
static inline bool
is_whole(double value, double unit)
{
    double units = rint(value * unit);

    return units / unit == value && units <= EXACT;
}

/* 1, 10, 100, ...: how many units of one make all values whole; 0 if there is no such decimal unit. */
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
    for (int64 i = 0; i < count; i++) /* the unit may be too fine for values before */
        if (!is_whole(values[i], unit))
            return 0;
    return unit;
}

/* The power of two that brings the greatest value to between 2^61 and 2^62. */
static int
binary_exponent(const double *values, int64 count)
{
    double greatest = 0;
    int exponent;

    for (int64 i = 0; i < count; i++)
        greatest = Max(greatest, values[i]);
    frexp(greatest, &exponent); /* 2^(exponent - 1) <= greatest < 2^exponent */
    return 62 - exponent;
}

cm_abc_units
cm_abc_units_of(const double *values, int64 count)
{
    cm_abc_units u = {.count = count, .decimal = decimal_unit(values, count)};

    u.units = MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * sizeof(uint64));
    u.exponent = u.decimal > 0 ? 0 : binary_exponent(values, count);
    for (int64 i = 0; i < count; i++)
        u.units[i] = (uint64) rint(u.decimal > 0 ? values[i] * u.decimal : ldexp(values[i], u.exponent));
    return u;
}

double
cm_abc_value(const cm_abc_units *u, int128 units)
{
    double value = u->decimal > 0 ? (double) units / u->decimal : ldexp((double) units, -u->exponent);

    return cm_check_finite(value, "the sum of values");
}

/* ---- classes ---- */

/* part / total < bound, or <= where or_equal; without products that might overflow. */
static bool
below_bound(int128 part, int64 bound, int128 total, bool or_equal)
{
    int128 whole =
        part - bound * (total / BILLION); /* to compare with bound * rest / BILLION, which is at most bound */
    int128 rest = bound * (total % BILLION);

    if (whole < 0 || whole > bound)
        return whole < 0;
    return or_equal ? whole * BILLION <= rest : whole * BILLION < rest;
}

void
cm_abc_find_borders(cm_abc *c, const uint64 *units, const int64 *times, int64 count)
{
    int128 total = 0;
    int128 above = 0; /* sum of the greater values */

    for (int64 i = 0; i < count; i++)
        total += (int128) units[i] * (times == NULL ? 1 : times[i]);
    for (int k = 0; k < c->bounds; k++)
        c->lowest[k] = PG_UINT64_MAX; /* nobody, until someone is found */
    for (int64 i = count - 1; i >= 0;) {
        uint64 value = units[i];
        int128 with = above;

        for (; i >= 0 && units[i] == value; i--)
            with += (int128) value * (times == NULL ? 1 : times[i]);
        for (int k = 0; k < c->bounds; k++)
            if (c->boundary == CM_CROSSING_UP ? below_bound(above, c->bound[k], total, false)
                                              : below_bound(with, c->bound[k], total, true))
                c->lowest[k] = value;
        above = with;
    }
}
