/* A customer's history as the rules see it: cut at as_of, apart by the value held constant, in moments of grace. */
#include "math/funnel_path.h"
#include "math/funnel_unheld.h"

static int
compare_time(const cm_funnel_row *a, const cm_funnel_row *b)
{
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* Drops the rows after as_of; those that stay keep their order. */
static size_t
see(const cm_funnel_rules *rules, cm_funnel_row *rows, size_t count)
{
    size_t seen = 0;

    if (rules->hold) {
        for (size_t i = 0; i < count; i++)
            if (rows[i].at <= rules->as_of)
                rows[seen++] = rows[i];
        return seen;
    }
    while (count > 0 && rows[count - 1].at > rules->as_of)
        count--;
    return count;
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
earliest_start(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count)
{
    const cm_funnel_row *earliest = NULL;
    uint64_t begins = rules->any_order ? UINT64_MAX >> (64 - rules->steps) : 1;

    for (size_t i = 0; i < count; i++)
        if ((rows[i].steps & begins) != 0 && (earliest == NULL || compare_time(&rows[i], earliest) < 0))
            earliest = &rows[i];
    return earliest;
}

/* Rows without a value stand behind all others. */
static size_t
held_rows(const cm_funnel_row *rows, size_t count)
{
    while (count > 0 && rows[count - 1].unheld)
        count--;
    return count;
}

static bool
minds_others(const cm_funnel_rules *rules)
{
    return rules->hold && (rules->strict_order || rules->exclusions > 0);
}

size_t
cm_funnel_bars(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count)
{
    return minds_others(rules) ? 2 * (count - held_rows(rows, count)) : 0;
}

/* The order of preference among paths that begin in different chains. */
static bool
better(const cm_funnel_rules *rules, const cm_funnel_path *a, const cm_funnel_path *b)
{
    cm_funnel_ties ties = rules->ties;
    int level = a->level;

    if (level != b->level || level == 0)
        return level > b->level;
    if (a->at[level - 1] != b->at[level - 1])
        return a->at[level - 1] < b->at[level - 1];
    if (ties == CM_TIES_ORDER_KEY && a->order != b->order)
        return a->order < b->order;
    if (cm_funnel_until(rules, a->at[0]) != cm_funnel_until(rules, b->at[0]))
        return cm_funnel_until(rules, a->at[0]) > cm_funnel_until(rules, b->at[0]);
    if (a->at[0] != b->at[0])
        return a->at[0] > b->at[0];
    for (int step = level - 2; step > 0; step--)
        if (a->at[step] != b->at[step])
            return a->at[step] > b->at[step];
    return false;
}

#define POLL_EVERY 4096 /* chains */

static void
find(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count, const cm_funnel_row *start,
     const cm_funnel_unheld *unheld, cm_funnel_node *nodes, cm_funnel_path *path,
     const cm_funnel_attempts *attempts)
{
    if (rules->any_order)
        cm_funnel_find_any_order(rules, rows, count, start, unheld, path, attempts);
    else
        cm_funnel_find_among(rules, rows, count, start, unheld, nodes, path, attempts);
}

static void
find_in_chains(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count,
               const cm_funnel_row *start, cm_funnel_node *nodes, cm_funnel_bar *bars, cm_funnel_path *path,
               const cm_funnel_attempts *attempts)
{
    size_t held = minds_others(rules) ? held_rows(rows, count) : count;
    cm_funnel_unheld unheld = cm_funnel_unheld_rows(rules, rows + held, count - held, bars);
    size_t chains = 0;
    bool open = false;

    for (size_t at = 0, length; at < count; at += length) {
        cm_funnel_path found;

        if (++chains % POLL_EVERY == 0 && rules->poll != NULL)
            rules->poll();
        length = chain(rules, rows + at, count - at);
        find(rules, rows + at, length, start, &unheld, nodes, &found, attempts);
        open = open || found.open;
        if (better(rules, &found, path))
            *path = found;
    }
    path->open = open && path->level < rules->steps;
}

void
cm_funnel_find_attempts(const cm_funnel_rules *rules, cm_funnel_row *rows, size_t count,
                        cm_funnel_node *nodes, cm_funnel_bar *bars, cm_funnel_path *path,
                        const cm_funnel_attempts *attempts)
{
    const cm_funnel_row *start = NULL;

    path->level = 0;
    path->open = false;
    count = see(rules, rows, count);
    if (rules->grace > 0)
        for (size_t at = 0, length; at < count; at += length)
            apply_grace(rows + at, length = chain(rules, rows + at, count - at), rules->grace);
    if (rules->entry == CM_ENTRY_FIRST && attempts == NULL &&
        (start = earliest_start(rules, rows, count)) == NULL)
        return;
    if (rules->hold)
        find_in_chains(rules, rows, count, start, nodes, bars, path, attempts);
    else if (count > 0)
        find(rules, rows, count, start, NULL, nodes, path, attempts);
}

void
cm_funnel_find(const cm_funnel_rules *rules, cm_funnel_row *rows, size_t count, cm_funnel_node *nodes,
               cm_funnel_bar *bars, cm_funnel_path *path)
{
    cm_funnel_find_attempts(rules, rows, count, nodes, bars, path, NULL);
}
