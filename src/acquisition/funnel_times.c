/* Quantiles of times; see funnel_times.h. */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "acquisition/funnel_rules.h"
#include "acquisition/funnel_times.h"
#include "math/sort.h"

void
cm_funnel_add_time(cm_funnel_times *t, int64 value)
{
    if (t->count == t->room) {
        uint64 *grown;

        t->room = Max(1024, 2 * t->room);
        grown = MemoryContextAllocHuge(CurrentMemoryContext, t->room * sizeof(uint64));
        if (t->values != NULL) {
            memcpy(grown, t->values, t->count * sizeof(uint64));
            pfree(t->values);
        }
        t->values = grown;
    }
    t->values[t->count++] = (uint64) value;
}

double
cm_funnel_quantile_days(const cm_funnel_times *t, double share)
{
    uint64 found[2];

    if (t->count == 0)
        return NAN;

    double place = share * (double) (t->count - 1);
    size_t positions[2] = {(size_t) floor(place), (size_t) ceil(place)};

    cm_sort_select(t->values, t->count, positions, found, 2);

    double low = cm_funnel_days(0, (int64) found[0]);
    double high = cm_funnel_days(0, (int64) found[1]);

    return low + (place - floor(place)) * (high - low);
}
