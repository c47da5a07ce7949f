/* Quantiles of times; see funnel_times.h. */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "funnel/funnel_search.h"
#include "funnel/funnel_times.h"
#include "math/sort.h"

static uint64 *
grow(uint64 *values, const cm_funnel_times *t)
{
    uint64 *grown = MemoryContextAllocHuge(CurrentMemoryContext, t->capacity * sizeof(uint64));

    if (values != NULL) {
        memcpy(grown, values, t->count * sizeof(uint64));
        pfree(values);
    }
    return grown;
}

void
cm_funnel_add_time(cm_funnel_times *t, int64 value)
{
    if (t->count == t->capacity) {
        t->capacity = Max(1024, 2 * t->capacity);
        t->values = grow(t->values, t);
    }
    t->values[t->count++] = (uint64) value;
}

void
cm_funnel_add_times(cm_funnel_times *t, int64 value, int64 many)
{
    uint64 before = t->count > 0 ? t->until[t->count - 1] : 0;

    if (t->count == t->capacity) {
        t->capacity = Max(1024, 2 * t->capacity);
        t->values = grow(t->values, t);
        t->until = grow(t->until, t);
    }
    t->values[t->count] = (uint64) value;
    t->until[t->count++] = before + (uint64) many;
}

/* The time at a position, of times with counts. */
static uint64
time_at(const cm_funnel_times *t, size_t position)
{
    size_t low = 0, high = t->count - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->until[middle] > position)
            high = middle;
        else
            low = middle + 1;
    }
    return t->values[low];
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

    size_t count = t->until != NULL ? t->until[t->count - 1] : t->count;
    double middle = 0.5 * (double) (count - 1), high = 0.9 * (double) (count - 1);
    size_t positions[4] = {(size_t) floor(middle), (size_t) ceil(middle), (size_t) floor(high),
                           (size_t) ceil(high)};

    if (t->until != NULL) {
        for (int i = 0; i < 4; i++)
            found[i] = time_at(t, positions[i]);
    } else if (positions[1] <= positions[2]) /* together: each search looks at all times */
        cm_sort_select(t->values, t->count, positions, found, 4);
    else {
        cm_sort_select(t->values, t->count, positions, found, 2);
        cm_sort_select(t->values, t->count, positions + 2, found + 2, 2);
    }
    *median = between(middle, found[0], found[1]);
    *p90 = between(high, found[2], found[3]);
}
