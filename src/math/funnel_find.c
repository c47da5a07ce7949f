/* A customer's history as the rules see it: cut at as_of, apart by the value held constant, in moments of grace. */
#include <stdlib.h>

#include "math/funnel_path.h"

static int
compare_time(const cm_funnel_row *a, const cm_funnel_row *b)
{
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static int
compare_held(const void *a, const void *b)
{
    const cm_funnel_row *x = a, *y = b;

    if (x->unheld != y->unheld)
        return x->unheld ? 1 : -1;
    if (!x->unheld && x->hold != y->hold)
        return x->hold < y->hold ? -1 : 1;
    return compare_time(x, y);
}

/* Rows from the first on that may follow each other. */
static size_t
chain(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count)
{
    size_t length = 1;

    if (!rules->hold)
        return count;
    while (length < count && !rows[0].unheld && !rows[length].unheld && rows[length].hold == rows[0].hold)
        length++;
    return length;
}

static void
apply_grace(cm_funnel_row *rows, size_t count, int64_t grace)
{
    int64_t last = rows[0].at;

    for (size_t i = 1; i < count; i++) {
        int64_t at = rows[i].at;

        if (at - last <= grace)
            rows[i].at = rows[i - 1].at;
        last = at;
    }
}

static const cm_funnel_row *
earliest_start(const cm_funnel_row *rows, size_t count)
{
    const cm_funnel_row *earliest = NULL;

    for (size_t i = 0; i < count; i++)
        if ((rows[i].steps & 1) != 0 && (earliest == NULL || compare_time(&rows[i], earliest) < 0))
            earliest = &rows[i];
    return earliest;
}

/* The order of preference among paths that begin in different chains. */
static bool
better(const cm_funnel_path *a, const cm_funnel_path *b, cm_funnel_ties ties)
{
    int level = a->level;

    if (level != b->level || level == 0)
        return level > b->level;
    if (a->at[level - 1] != b->at[level - 1])
        return a->at[level - 1] < b->at[level - 1];
    if (ties == CM_TIES_ORDER_KEY && a->order != b->order)
        return a->order < b->order;
    if (a->at[0] != b->at[0])
        return a->at[0] > b->at[0];
    for (int step = level - 2; step > 0; step--)
        if (a->at[step] != b->at[step])
            return a->at[step] > b->at[step];
    return false;
}

void
cm_funnel_find(const cm_funnel_rules *rules, cm_funnel_row *rows, size_t count, cm_funnel_node *nodes,
               cm_funnel_path *path)
{
    const cm_funnel_row *start = NULL;
    bool open = false;

    path->level = 0;
    path->open = false;
    while (count > 0 && rows[count - 1].at > rules->as_of)
        count--;
    if (rules->hold)
        qsort(rows, count, sizeof(*rows), compare_held);
    if (rules->grace > 0)
        for (size_t at = 0, length; at < count; at += length)
            apply_grace(rows + at, length = chain(rules, rows + at, count - at), rules->grace);
    if (rules->first_entry && (start = earliest_start(rows, count)) == NULL)
        count = 0;
    if (!rules->hold && count > 0) {
        cm_funnel_find_among(rules, rows, count, start, nodes, path);
        return;
    }
    for (size_t at = 0, length; at < count; at += length) {
        cm_funnel_path found;

        length = chain(rules, rows + at, count - at);
        cm_funnel_find_among(rules, rows + at, length, start, nodes, &found);
        open = open || found.open;
        if (better(&found, path, rules->ties))
            *path = found;
    }
    path->open = open && path->level < rules->steps;
}
