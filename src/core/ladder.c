/* Lists that are sorted in runs; see ladder.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/ladder.h"

static inline char *
element_at(const cm_ladder *l, const void *elements, int64 i)
{
    return (char *) elements + i * l->size;
}

static inline int32
key_at(const cm_ladder *l, const void *elements, int64 i)
{
    return *(const int32 *) (element_at(l, elements, i) + l->key_at);
}

/* The first of these elements whose key is not below this one. */
static int64
find_in_run(const cm_ladder *l, const void *elements, int64 from, int64 to, int32 key)
{
    if (to > from && key_at(l, elements, to - 1) < key) /* as keys in ascending order are */
        return to;
    while (from < to) {
        int64 middle = from + (to - from) / 2;

        if (key_at(l, elements, middle) < key)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Where the last run of the first n elements begins. */
static int64
last_run(int64 n)
{
    return n % CM_LADDER_STEP != 0 ? n - n % CM_LADDER_STEP : n & (n - 1);
}

int64
cm_ladder_find(const cm_ladder *l, const void *elements, int64 n, int32 key)
{
    for (int64 to = n, from; to > 0; to = from) {
        from = last_run(to);

        int64 at = find_in_run(l, elements, from, to, key);

        if (at < to && key_at(l, elements, at) == key)
            return at;
    }
    return -1;
}

/* Makes one run of two neighbours, from..middle and middle..to. */
static void
merge_runs(const cm_ladder *l, void *elements, int64 from, int64 middle, int64 to)
{
    if (key_at(l, elements, middle - 1) < key_at(l, elements, middle))
        return;

    int64 left = to - middle;
    char *later = MemoryContextAllocHuge(CurrentMemoryContext, left * l->size);

    CHECK_FOR_INTERRUPTS();
    memcpy(later, element_at(l, elements, middle), left * l->size);
    while (left > 0) /* from the end, where the later ones leave their places free */
        if (middle > from && key_at(l, elements, middle - 1) > key_at(l, later, left - 1))
            memcpy(element_at(l, elements, --to), element_at(l, elements, --middle), l->size);
        else
            memcpy(element_at(l, elements, --to), element_at(l, later, --left), l->size);
    pfree(later);
}

void
cm_ladder_insert(const cm_ladder *l, void *elements, int64 n, const void *element)
{
    int64 from = last_run(n + 1);
    int32 key = *(const int32 *) ((const char *) element + l->key_at);

    if ((n + 1) % CM_LADDER_STEP == 0) /* it fills its step */
        from = n + 1 - CM_LADDER_STEP;

    int64 at = find_in_run(l, elements, from, n, key);

    memmove(element_at(l, elements, at + 1), element_at(l, elements, at), (n - at) * l->size);
    memcpy(element_at(l, elements, at), element, l->size);
    if (++n % CM_LADDER_STEP == 0)
        for (int64 run = CM_LADDER_STEP; (n & run) == 0; run *= 2)
            merge_runs(l, elements, n - 2 * run, n - run, n);
}

bool
cm_ladder_is_sorted(const cm_ladder *l, const void *elements, int64 n)
{
    for (int64 to = last_run(n); to > 0; to = last_run(to)) /* within runs they are */
        if (key_at(l, elements, to - 1) > key_at(l, elements, to))
            return false;
    return true;
}

void
cm_ladder_sort(const cm_ladder *l, void *elements, int64 n)
{
    for (int64 from = last_run(n); from > 0;) {
        int64 before = last_run(from);

        merge_runs(l, elements, before, from, n);
        from = before;
    }
}
