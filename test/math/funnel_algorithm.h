/* The ways to find a path that src/math has, as the tests call them: they sort the rows and bring the memory. */
#ifndef CM_FUNNEL_ALGORITHM_H
#define CM_FUNNEL_ALGORITHM_H

#include <stdlib.h>
#include <string.h>

#include "math/funnel_path.h"

static int
compare_rows(const void *a, const void *b)
{
    const cm_funnel_row *x = a, *y = b;

    return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->order > y->order) - (x->order < y->order);
}

static int
compare_held_rows(const void *a, const void *b)
{
    const cm_funnel_row *x = a, *y = b;

    if (x->unheld != y->unheld)
        return x->unheld ? 1 : -1;
    if (!x->unheld && x->hold != y->hold)
        return x->hold < y->hold ? -1 : 1;
    return compare_rows(a, b);
}

static int
compare_words(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;

    return (x > y) - (x < y);
}

static inline cm_funnel_path
by_algorithm(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count)
{
    cm_funnel_path path;
    cm_funnel_row *sorted = malloc((count + 1) * sizeof(*sorted));
    cm_funnel_node *nodes = malloc((cm_funnel_nodes(rows, count, rules->steps) + 1) * sizeof(cm_funnel_node));

    memcpy(sorted, rows, count * sizeof(*rows));
    qsort(sorted, count, sizeof(*rows), rules->hold ? compare_held_rows : compare_rows);

    cm_funnel_bar *bars = malloc((cm_funnel_bars(rules, sorted, count) + 1) * sizeof(*bars));

    cm_funnel_find(rules, sorted, count, nodes, bars, &path);
    free(bars);
    free(nodes);
    free(sorted);
    return path;
}

/* Whether the quick way is for these rows, and what it finds. */
static inline bool
by_quick_algorithm(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count,
                   cm_funnel_path *path)
{
    int64_t *words = malloc((count + 1) * sizeof(*words));
    uint32_t *before = malloc((count + 1) * sizeof(*before));
    bool single = cm_funnel_is_plain(rules), found = false;

    for (size_t i = 0; i < count && single; i++) {
        single = (rows[i].steps & (rows[i].steps - 1)) == 0;
        words[i] = cm_funnel_word(rows[i].at, __builtin_ctzll(rows[i].steps) + 1, rows[i].unheld);
    }
    if (single) {
        qsort(words, count, sizeof(*words), compare_words);
        found = cm_funnel_find_quick(rules, words, count, before, path);
    }
    free(words);
    free(before);
    return found;
}

/* ---- every attempt ---- */

typedef struct attempts {
    cm_funnel_path paths[64];
    int count;
} attempts;

static void
take_attempt(void *to, const cm_funnel_path *path)
{
    attempts *all = to;

    if (all->count < 64)
        all->paths[all->count] = *path;
    all->count++;
}

static inline void
attempts_by_algorithm(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count, attempts *all)
{
    cm_funnel_attempts taken = {take_attempt, all};
    cm_funnel_path path;
    cm_funnel_row *sorted = malloc((count + 1) * sizeof(*sorted));
    cm_funnel_node *nodes = malloc((cm_funnel_nodes(rows, count, rules->steps) + 1) * sizeof(cm_funnel_node));

    all->count = 0;
    memcpy(sorted, rows, count * sizeof(*rows));
    qsort(sorted, count, sizeof(*rows), compare_rows);
    cm_funnel_find_attempts(rules, sorted, count, nodes, NULL, &path, &taken);
    free(nodes);
    free(sorted);
}

#endif
