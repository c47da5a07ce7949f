/* Quantiles of times; see funnel_times.h. */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "funnel/funnel_search.h"
#include "funnel/funnel_times.h"
#include "math/sort.h"

void
cm_funnel_add_time(cm_funnel_times *t, int64 value)
{
    if (t->count == t->capacity) {
        uint64 *grown;

        t->capacity = Max(1024, 2 * t->capacity);
        grown = MemoryContextAllocHuge(CurrentMemoryContext, t->capacity * sizeof(uint64));
        if (t->values != NULL) {
            memcpy(grown, t->values, t->count * sizeof(uint64));
            pfree(t->values);
        }
        t->values = grown;
    }
    t->values[t->count++] = (uint64) value;
}

/* The number at a place between two positions. */
static double
between(double place, uint64 low, uint64 high)
{
    double from = cm_funnel_days(0, (int64) low), to = cm_funnel_days(0, (int64) high);

    return from + (place - floor(place)) * (to - from);
}

void
cm_funnel_median_and_p90(const cm_funnel_times *t, double *median, double *p90)
{
    uint64 found[4];

    *median = *p90 = NAN;
    if (t->count == 0)
        return;

    double middle = 0.5 * (double) (t->count - 1), high = 0.9 * (double) (t->count - 1);
    size_t positions[4] = {(size_t) floor(middle), (size_t) ceil(middle), (size_t) floor(high),
                           (size_t) ceil(high)};

    if (positions[1] <= positions[2]) /* together: each search looks at all times */
        cm_sort_select(t->values, t->count, positions, found, 4);
    else {
        cm_sort_select(t->values, t->count, positions, found, 2);
        cm_sort_select(t->values, t->count, positions + 2, found + 2, 2);
    }
    *median = between(middle, found[0], found[1]);
    *p90 = between(high, found[2], found[3]);
}
