/* Quantile scores; see scoring.h. One counting sort by group, then a selection in each group. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "segment/scoring.h"

cm_scoring_method
cm_scoring_method_from_text(text *word)
{
    static const char *const names[] = {"independent", "nested", NULL}; /* cm_scoring_method */

    return (cm_scoring_method) cm_option(word, "method", names);
}

static void *
allocate(int64 count, Size size)
{
    return MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * size);
}

static void *
allocate_zero(int64 count, Size size)
{
    return memset(allocate(count, size), 0, count * size);
}

cm_scoring
cm_scoring_begin(int64 capacity)
{
    cm_scoring s = {0};

    if (capacity > (int64) (MaxAllocSize / sizeof(cm_rfm)))
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("cannot score " INT64_FORMAT " customers at once", capacity),
                        errhint("Score them by group with PARTITION BY, or against stored cut points of a "
                                "sample: see rfm_cuts_agg.")));
    for (int d = 0; d < 3; d++)
        s.keys[d] = allocate(capacity, sizeof(uint64));
    return s;
}

double
cm_scoring_check_days(double days)
{
    if (unlikely(!(days >= 0 && isfinite(days))))
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                 errmsg("\"recency_days\" is out of range: %g", days),
                 errdetail("It must be a finite number, zero or more: the days since the last purchase."),
                 errhint("Leave out purchases after the date of the analysis.")));
    return days;
}

void
cm_scoring_clocks_error(void)
{
    cm_clock_error(CM_LOCAL, "a last purchase", CM_INSTANT, "another last purchase");
}

/* One dimension of scores, within groups that are scored on their own. */
typedef struct grouped {
    int64 count;
    const uint64 *keys;
    const uint32 *group; /* of each key; NULL: all in group 0 */
    int groups;
    int bins;
} grouped;

/* Where the keys of each group start once they are sorted by group; groups + 1 numbers. */
static int64 *
group_starts(const grouped *g)
{
    int64 *starts = palloc0((g->groups + 1) * sizeof(int64));

    if (g->group == NULL)
        starts[1] = g->count;
    for (int64 i = 0; g->group != NULL && i < g->count; i++)
        starts[g->group[i] + 1]++;
    for (int i = 0; i < g->groups; i++)
        starts[i + 1] += starts[i];
    return starts;
}

static uint64 *
keys_by_group(const grouped *g, const int64 *starts)
{
    uint64 *sorted = allocate(g->count, sizeof(uint64));

    if (g->group == NULL)
        return memcpy(sorted, g->keys, g->count * sizeof(uint64));

    int64 *next = palloc(g->groups * sizeof(int64));

    memcpy(next, starts, g->groups * sizeof(int64));
    for (int64 i = 0; i < g->count; i++)
        sorted[next[g->group[i]]++] = g->keys[i];
    pfree(next);
    return sorted;
}

/* The cut points of each group, bins - 1 of them; those of empty groups are never looked at. */
static uint64 *
cut_points(const grouped *g)
{
    int64 *starts = group_starts(g);
    uint64 *keys = keys_by_group(g, starts);
    uint64 *cuts = palloc0((Size) g->groups * (g->bins - 1) * sizeof(uint64));
    size_t positions[CM_MAX_BINS];

    for (int i = 0; i < g->groups; i++) {
        int64 size = starts[i + 1] - starts[i];

        CHECK_FOR_INTERRUPTS();
        if (size == 0)
            continue;
        for (int k = 1; k < g->bins; k++)
            positions[k - 1] = cm_sort_quantile(size, k, g->bins);
        cm_sort_select(keys + starts[i], size, positions, cuts + (Size) i * (g->bins - 1), g->bins - 1);
    }
    pfree(keys);
    pfree(starts);
    return cuts;
}

/* Sets the scores of one dimension, which are 0 so far. */
static void
set_scores(const grouped *g, int dimension, cm_rfm *scores)
{
    uint64 *cuts = cut_points(g);

    for (int64 i = 0; i < g->count; i++) {
        const uint64 *cut = g->group == NULL ? cuts : cuts + (Size) g->group[i] * (g->bins - 1);
        int score = 1;

        for (int k = 0; k < g->bins - 1; k++)
            score += g->keys[i] > cut[k];
        scores[i] |= cm_rfm_place(score, dimension);
    }
    pfree(cuts);
}

/*
 * The groups for the next dimension: customers of one group and one score. Numbered as they occur, so that there are
 * no more of them than customers. Returns how many.
 */
static int
split_groups(uint32 *group, int groups, int bins, const cm_rfm *scores, int dimension, int64 count)
{
    uint32 *number = palloc0((Size) groups * bins * sizeof(uint32)); /* of those seen so far, from 1 */
    uint32 seen = 0;

    for (int64 i = 0; i < count; i++) {
        uint32 *n = &number[group[i] * bins + cm_rfm_score(scores[i], dimension) - 1];

        if (*n == 0)
            *n = ++seen;
        group[i] = *n - 1;
    }
    pfree(number);
    return (int) seen;
}

cm_rfm *
cm_scoring_finish(const cm_scoring *s, int bins, cm_scoring_method method)
{
    cm_rfm *scores = allocate(s->count, sizeof(cm_rfm));
    uint32 *group = method == CM_NESTED ? allocate_zero(s->count, sizeof(uint32)) : NULL;
    int groups = 1;

    for (int64 i = 0; i < s->count; i++)
        scores[i] = cm_rfm_make(0, 0, 0, bins);
    for (int d = 0; d < 3; d++) {
        grouped g = {s->count, s->keys[d], d == 0 ? NULL : group, groups, bins};

        set_scores(&g, d, scores);
        if (method == CM_NESTED && d < 2)
            groups = split_groups(group, groups, bins, scores, d, s->count);
    }
    return scores;
}
