/*
 * How large each reason is, with intervals that hold together, which of them make most of the whole, and what changed
 * since another period. Simultaneous intervals: L. A. Goodman, On simultaneous confidence intervals for multinomial
 * proportions, Technometrics 7 (1965), which are Wilson's with the error shared out among the reasons.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "core/check.h"
#include "core/row.h"
#include "math/multiple.h"
#include "math/proportion.h"
#include "satisfaction/reasons.h"

/* A confidence of 1 has no interval. */
static double
of_each(double confidence, double reasons)
{
    return fmin(1.0 - (1.0 - confidence) / fmax(reasons, 1.0), 1.0 - 0x1p-53);
}

/* ---- the order of a report: the largest first, those of one size by their names ---- */

static int
compare_sizes(const void *a, const void *b, void *map)
{
    uint32 left = *(const uint32 *) a, right = *(const uint32 *) b;
    int64 left_count = cm_reason_count(map, left), right_count = cm_reason_count(map, right);

    if (left_count != right_count)
        return left_count > right_count ? -1 : 1;
    return (left > right) - (left < right); /* entries are sorted by name */
}

static uint32 *
by_size(const cm_map *map)
{
    uint32 *entries = palloc_extended(sizeof(uint32) * Max(map->count, 1), MCXT_ALLOC_HUGE);

    for (uint32 entry = 0; entry < map->count; entry++)
        entries[entry] = entry;
    qsort_interruptible(entries, map->count, sizeof(uint32), compare_sizes, (void *) map);
    return entries;
}

/* ---- classes ---- */

typedef struct class_bounds {
    int count;
    double *bounds;
} class_bounds;

#define MOST_BOUNDS 25 /* classes A to Z */
#define BILLION 1000000000

static class_bounds
bounds_arg(FunctionCallInfo fcinfo, int arg)
{
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(arg);
    class_bounds b = {0};
    bool good = ARR_NDIM(array) == 1 && ARR_DIMS(array)[0] <= MOST_BOUNDS && !array_contains_nulls(array);

    b.count = good ? ARR_DIMS(array)[0] : 0;
    b.bounds = (double *) ARR_DATA_PTR(array);
    for (int i = 0; i < b.count; i++)
        good = good && b.bounds[i] > (i > 0 ? b.bounds[i - 1] : 0.0) && b.bounds[i] < 1.0;
    if (!good)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"bounds\" are not valid"),
                        errdetail("They are 1 to %d rising fractions between 0 and 1.", MOST_BOUNDS),
                        errhint("Write '{0.8,0.95}' for classes A, B and C.")));
    return b;
}

/* The class of a reason by what larger ones make of the whole: as abc_class(n), where those of one size are together. */
static char
class_of(const class_bounds *b, int64 larger, int64 total)
{
    char label = 'A';

    for (int i = 0; i < b->count; i++) /* bounds in billionths, so that 0.8 of 35 is 28 */
        label += (int128) larger * BILLION >= (int128) rint(b->bounds[i] * BILLION) * total;
    return label;
}

/* reason_shares(reasons, confidence, bounds) -> reason, n, share, lower, upper, cumulative_share, class */
PG_FUNCTION_INFO_V1(cm_reason_shares);
Datum
cm_reason_shares(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_REASONS(0);
    double each = of_each(cm_check_confidence(PG_GETARG_FLOAT8(1)), map->count);
    class_bounds bounds = bounds_arg(fcinfo, 2);
    int64 total = cm_reasons_total(map), so_far = 0, larger = 0;
    uint32 *entries = by_size(map);

    cm_rows_begin(fcinfo);
    for (uint32 i = 0; i < map->count; i++) {
        int64 count = cm_reason_count(map, entries[i]);
        cm_interval share = cm_wilson((double) count, (double) total, each);
        cm_row row = cm_row_empty();

        CHECK_FOR_INTERRUPTS();
        if (i > 0 && count != cm_reason_count(map, entries[i - 1]))
            larger = so_far;
        so_far += count;
        cm_row_set_id(&row, 0, map, entries[i]);
        cm_row_set_int(&row, 1, count);
        cm_row_set_float(&row, 2, share.value);
        cm_row_set_float(&row, 3, share.lower);
        cm_row_set_float(&row, 4, share.upper);
        cm_row_set_float(&row, 5, (double) so_far / (double) total);
        cm_row_set_text(&row, 6, (char[]){class_of(&bounds, larger, total), '\0'});
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- two periods ---- */

typedef struct pair {
    const cm_map *map; /* whose entry names the reason */
    uint32 entry;
    int64 current, previous;
} pair;

static int
compare_pairs(const void *a, const void *b, void *unused pg_attribute_unused())
{
    const pair *left = a, *right = b;

    if (left->current != right->current)
        return left->current > right->current ? -1 : 1;
    if (left->previous != right->previous)
        return left->previous > right->previous ? -1 : 1;
    return cm_map_compare_keys(left->map, left->entry, right->map, right->entry);
}

/* The reasons of both periods, each once. */
static pair *
pairs_of(const cm_map *current, const cm_map *previous, int64 *count)
{
    pair *pairs =
        palloc_extended(sizeof(pair) * Max((Size) current->count + previous->count, 1), MCXT_ALLOC_HUGE);
    uint32 i = 0, j = 0;

    for (*count = 0; i < current->count || j < previous->count; (*count)++) {
        int order = i == current->count    ? 1
                    : j == previous->count ? -1
                                           : cm_map_compare_keys(current, i, previous, j);
        pair *p = &pairs[*count];

        CHECK_FOR_INTERRUPTS();
        *p = order <= 0 ? (pair){current, i, 0, 0} : (pair){previous, j, 0, 0};
        if (order <= 0)
            p->current = cm_reason_count(current, i++);
        if (order >= 0)
            p->previous = cm_reason_count(previous, j++);
    }
    qsort_interruptible(pairs, *count, sizeof(pair), compare_pairs, NULL);
    return pairs;
}

/*
 * reason_changes(current, previous, confidence) -> reason, n, previous_n, share, previous_share, difference, lower, upper,
 * z, p_value, p_adjusted
 */
PG_FUNCTION_INFO_V1(cm_reason_changes);
Datum
cm_reason_changes(PG_FUNCTION_ARGS)
{
    const cm_map *current = PG_GETARG_REASONS(0), *previous = PG_GETARG_REASONS(1);
    double total = (double) cm_reasons_total(current), previous_total = (double) cm_reasons_total(previous);
    int64 count;
    pair *pairs = pairs_of(current, previous, &count);
    double each = of_each(cm_check_confidence(PG_GETARG_FLOAT8(2)), (double) count);
    double *p = palloc_extended(sizeof(double) * Max(count, 1), MCXT_ALLOC_HUGE);
    double *adjusted = palloc_extended(sizeof(double) * Max(count, 1), MCXT_ALLOC_HUGE);

    for (int64 i = 0; i < count; i++) {
        CHECK_FOR_INTERRUPTS();
        p[i] = cm_rate_difference((double) pairs[i].current, total, (double) pairs[i].previous,
                                  previous_total, each)
                   .p_value;
    }

    uint64 *scratch = palloc_extended(sizeof(uint64) * 3 * Max(count, 1), MCXT_ALLOC_HUGE);

    cm_adjust(p, adjusted, count, CM_HOLM, scratch);
    pfree(scratch);
    pfree(p);
    cm_rows_begin(fcinfo);
    for (int64 i = 0; i < count; i++) {
        cm_difference d = cm_rate_difference((double) pairs[i].current, total, (double) pairs[i].previous,
                                             previous_total, each);
        cm_row row = cm_row_empty();

        CHECK_FOR_INTERRUPTS();
        cm_row_set_id(&row, 0, pairs[i].map, pairs[i].entry);
        cm_row_set_int(&row, 1, pairs[i].current);
        cm_row_set_int(&row, 2, pairs[i].previous);
        cm_row_set_float(&row, 3, (double) pairs[i].current / total);
        cm_row_set_float(&row, 4, (double) pairs[i].previous / previous_total);
        cm_row_set_float(&row, 5, d.interval.value);
        cm_row_set_float(&row, 6, d.interval.lower);
        cm_row_set_float(&row, 7, d.interval.upper);
        cm_row_set_float(&row, 8, d.z);
        cm_row_set_float(&row, 9, d.p_value);
        cm_row_set_float(&row, 10, adjusted[i]);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
