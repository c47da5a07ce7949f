/*
 * The funnel by its definition: a search through all assignments of rows to steps, for histories of a few rows. It shares
 * nothing with src/math but the names of rules and rows.
 */
#ifndef CM_FUNNEL_DEFINITION_H
#define CM_FUNNEL_DEFINITION_H

#include <stdlib.h>
#include <string.h>

#include "math/funnel_path.h"

#define MOST_ROWS 8

typedef struct history {
    cm_funnel_rules rules;
    size_t count;
    cm_funnel_row rows[MOST_ROWS];
} history;

typedef struct search {
    const history *h;
    cm_funnel_row
        rows[MOST_ROWS + 1]; /* that are seen, in their moments; then one that has not happened yet */
    int count;
    bool is_start[MOST_ROWS];
    int taken[CM_FUNNEL_MAX_STEPS]; /* rows of steps 1, 2, ... */
    cm_funnel_path best;
} search;

static bool
matches(const cm_funnel_row *row, int step)
{
    return (row->steps >> (step - 1) & 1) != 0;
}

static bool
before(const search *s, const cm_funnel_row *a, const cm_funnel_row *b)
{
    return a->at < b->at || (a->at == b->at && s->h->rules.ties == CM_TIES_ORDER_KEY && a->order < b->order);
}

static bool
connected(const search *s, const cm_funnel_row *a, const cm_funnel_row *b)
{
    return !s->h->rules.hold || (!a->unheld && !b->unheld && a->hold == b->hold);
}

/* Rows of the path's own value and rows without a value count; rows of another value do not. */
static bool
met_between(const search *s, const cm_funnel_row *a, const cm_funnel_row *b, uint64_t steps, bool others)
{
    for (int i = 0; i < s->count; i++)
        if ((connected(s, &s->rows[i], a) || s->rows[i].unheld) && before(s, a, &s->rows[i]) &&
            before(s, &s->rows[i], b) && ((s->rows[i].steps & steps) != 0) != others)
            return true;
    return false;
}

/* Whether the rows taken from this one on, of so many, can be given different steps that are not yet used. */
static bool
have_steps(const search *s, int number, int level, uint64_t used)
{
    if (number == level)
        return true;
    for (int step = 1; step <= s->h->rules.steps; step++)
        if (matches(&s->rows[s->taken[number]], step) && (used >> step & 1) == 0 &&
            have_steps(s, number + 1, level, used | UINT64_C(1) << step))
            return true;
    return false;
}

static bool
begins(const search *s, const cm_funnel_row *row)
{
    return s->h->rules.any_order ? (row->steps & (UINT64_MAX >> (64 - s->h->rules.steps))) != 0
                                 : matches(row, 1);
}

/* Whether the rows of steps 1 to level may stand together, given that those of 1 to level - 1 may. */
static bool
allowed(const search *s, int level)
{
    const cm_funnel_rules *rules = &s->h->rules;
    const cm_funnel_row *row = &s->rows[s->taken[level - 1]];
    const cm_funnel_row *first = &s->rows[s->taken[0]];
    const cm_funnel_row *last = level > 1 ? &s->rows[s->taken[level - 2]] : NULL;

    if (level == 1)
        return begins(s, row) && (rules->entry == CM_ENTRY_BEST || s->is_start[s->taken[0]]);
    for (int step = 1; step < level; step++)
        if (s->taken[step - 1] == s->taken[level - 1])
            return false;
    if (rules->any_order ? !have_steps(s, 0, level, 0) : !matches(row, level))
        return false;
    if (!connected(s, row, last) || before(s, row, last) ||
        (rules->ties == CM_TIES_STRICT && !before(s, last, row)) ||
        row->at > cm_funnel_until(rules, first->at) ||
        (rules->step_limits && row->at - last->at > rules->step_within[level - 1]))
        return false;
    if (rules->strict_order && met_between(s, last, row, UINT64_C(3) << (level - 2), true))
        return false;
    for (int i = 0; i < rules->exclusions; i++) {
        const cm_funnel_exclusion *e = &rules->exclusion[i];

        if (level > e->from && level <= e->to &&
            met_between(s, &s->rows[s->taken[e->from - 1]], row, UINT64_C(1) << (e->step - 1), false))
            return false;
    }
    return true;
}

static bool
preferred(const search *s, int level)
{
    const cm_funnel_path *best = &s->best;
    int64_t at[CM_FUNNEL_MAX_STEPS];

    if (level != best->level)
        return level > best->level;
    for (int step = 0; step < level; step++)
        at[step] = s->rows[s->taken[step]].at;
    if (at[level - 1] != best->at[level - 1])
        return at[level - 1] < best->at[level - 1];
    if (s->h->rules.ties == CM_TIES_ORDER_KEY && s->rows[s->taken[level - 1]].order != best->order)
        return s->rows[s->taken[level - 1]].order < best->order;
    if (cm_funnel_until(&s->h->rules, at[0]) != cm_funnel_until(&s->h->rules, best->at[0]))
        return cm_funnel_until(&s->h->rules, at[0]) > cm_funnel_until(&s->h->rules, best->at[0]);
    if (at[0] != best->at[0])
        return at[0] > best->at[0];
    for (int step = level - 2; step > 0; step--)
        if (at[step] != best->at[step])
            return at[step] > best->at[step];
    return false;
}

/* Every way to go on after the first `level` steps. */
static void
try_all(search *s, int level)
{
    cm_funnel_row *future = &s->rows[s->count];

    if (level > 0 && preferred(s, level)) {
        s->best.level = level;
        s->best.order = s->rows[s->taken[level - 1]].order;
        for (int step = 0; step < level; step++)
            s->best.at[step] = s->rows[s->taken[step]].at;
    }
    if (level == s->h->rules.steps)
        return;
    if (level > 0 && s->h->rules.as_of != CM_FUNNEL_NO_LIMIT) {
        *future = s->rows[s->taken[0]];
        future->at = s->h->rules.as_of + 1;
        future->steps = s->h->rules.any_order ? UINT64_MAX : UINT64_C(1) << level;
        s->taken[level] = s->count;
        s->best.open = s->best.open || allowed(s, level + 1);
    }
    for (int row = 0; row < s->count; row++) {
        s->taken[level] = row;
        if (allowed(s, level + 1))
            try_all(s, level + 1);
    }
}

/* Rows are of one moment if a chain of rows, each within the grace of another, joins them. */
static void
join_moments(search *s)
{
    cm_funnel_row rows[MOST_ROWS];
    bool changed = true;

    memcpy(rows, s->rows, sizeof(rows));
    while (changed) {
        changed = false;
        for (int i = 0; i < s->count; i++)
            for (int j = 0; j < s->count; j++)
                if (connected(s, &rows[i], &rows[j]) && llabs(rows[i].at - rows[j].at) <= s->h->rules.grace &&
                    s->rows[j].at < s->rows[i].at) {
                    s->rows[i].at = s->rows[j].at;
                    changed = true;
                }
    }
}

static inline cm_funnel_path
by_definition(const history *h)
{
    search s = {.h = h};

    for (size_t i = 0; i < h->count; i++)
        if (h->rows[i].at <= h->rules.as_of)
            s.rows[s.count++] = h->rows[i];
    if (h->rules.grace > 0)
        join_moments(&s);
    for (int i = 0; i < s.count; i++) {
        s.is_start[i] = begins(&s, &s.rows[i]);
        for (int j = 0; j < s.count; j++)
            s.is_start[i] = s.is_start[i] && !(begins(&s, &s.rows[j]) && before(&s, &s.rows[j], &s.rows[i]));
    }
    try_all(&s, 0);
    s.best.open = s.best.open && s.best.level < h->rules.steps;
    return s.best;
}

/* ---- every attempt: where rows have no value to hold, no order keys and no grace ---- */

static history
part_of(const history *h, int64_t from, int64_t until, int64_t as_of)
{
    history part = {.rules = h->rules};

    part.rules.as_of = as_of;
    for (size_t i = 0; i < h->count; i++)
        if (h->rows[i].at >= from && h->rows[i].at <= until)
            part.rows[part.count++] = h->rows[i];
    return part;
}

/* The time of the first row behind another time; INT64_MAX: there is none that is seen. */
static int64_t
next_time(const history *h, int64_t after)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < h->count; i++)
        if (h->rows[i].at > after && h->rows[i].at <= h->rules.as_of && h->rows[i].at < next)
            next = h->rows[i].at;
    return next;
}

static inline int
attempts_by_definition(const history *h, cm_funnel_path *attempts)
{
    int count = 0;
    int64_t from = next_time(h, INT64_MIN), until = from;

    while (until != INT64_MAX) {
        int64_t next = next_time(h, until);
        history now = part_of(h, from, until, CM_FUNNEL_NO_LIMIT);
        history later = part_of(h, from, until, next == INT64_MAX ? h->rules.as_of : next - 1);
        cm_funnel_path path = by_definition(&now);
        bool open = by_definition(&later).open;

        if (path.level > 0 && (path.level == h->rules.steps || !open || next == INT64_MAX)) {
            path.open = next == INT64_MAX && open;
            attempts[count++] = path;
            from = next;
        } else if (path.level == 0)
            from = next;
        until = next;
    }
    return count;
}

#endif
