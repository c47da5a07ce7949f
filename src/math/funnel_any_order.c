/*
 * The funnel of steps in any order (unordered funnels of PostHog, "any order" of Amplitude): as many rows of different
 * steps as possible, in time.
 *
 * Sets of rows that can be given different steps are independent in a matroid (transversal, J. Edmonds and D. R. Fulkerson
 * 1965). So one basis tells how many steps the rows from any time on reach: the one that always takes the newest row and, if
 * that closes a circuit, drops the oldest row of it. Of each step it then has the newest row that is free for it; the rows of it
 * from a time on are a largest set of all rows from that time on. It has as many rows as there are steps at most, and a row
 * costs as many instructions as there are steps, mostly fewer.
 */
#include <stdlib.h>

#include "math/funnel_unheld.h"

#define POLL_EVERY 4096 /* rows */

typedef struct search {
    const cm_funnel_rules *rules;
    const cm_funnel_row *rows;
    uint64_t steps;                    /* bits of all steps */
    uint64_t ending;                   /* steps whose rows end paths */
    size_t taken[CM_FUNNEL_MAX_STEPS]; /* 1 + the row of the basis that is given the step; 0: none */
    size_t first;                      /* earlier rows begin no path any more */
    int64_t first_until;               /* the end of its window */
    bool pinned;                       /* paths begin at start only */
    int64_t start;
    int level; /* of the path found */
} search;

/* Called with the number of each row of a long loop. */
static inline void
poll(const search *s, size_t row)
{
    if (row % POLL_EVERY == 0 && s->rules->poll != NULL)
        s->rules->poll();
}

static bool
may_start(const search *s, size_t row)
{
    return (s->rows[row].steps & s->steps) != 0 && (!s->pinned || s->rows[row].at == s->start);
}

/*
 * Looks for the steps that a row can have if other rows, from `from` on, change theirs. Returns the one that is free, or that
 * of the oldest row that had to give way, 0 if there is none; gives[k] is 1 + the row that step k would be given.
 */
static int
find_step(const search *s, size_t row, size_t from, size_t *gives)
{
    uint64_t seen = s->rows[row].steps & s->steps, left = seen;
    size_t oldest = SIZE_MAX;
    int found = 0;

    for (uint64_t k = left; k != 0; k &= k - 1)
        gives[__builtin_ctzll(k)] = row + 1;
    while (left != 0) {
        int step = __builtin_ctzll(left);
        size_t owner = s->taken[step];

        left &= left - 1;
        if (owner <= from) /* free, or held by a row that is not looked at */
            return step + 1;
        if (owner - 1 < oldest) {
            oldest = owner - 1;
            found = step + 1;
        }

        uint64_t more = s->rows[owner - 1].steps & s->steps & ~seen;

        for (uint64_t k = more; k != 0; k &= k - 1)
            gives[__builtin_ctzll(k)] = owner;
        seen |= more;
        left |= more;
    }
    return found;
}

/* A row joins the basis; others change their steps for it, and if that closes a circuit, the oldest row of it leaves. */
static void
add_row(search *s, size_t row)
{
    size_t gives[CM_FUNNEL_MAX_STEPS];
    int step = find_step(s, row, 0, gives);

    while (step != 0) { /* along the way back, each row gives its step to the one that found it */
        size_t taker = gives[step - 1];
        int other = 0;

        if (taker != row + 1)
            for (int k = 0; k < s->rules->steps; k++)
                if (s->taken[k] == taker)
                    other = k + 1;
        s->taken[step - 1] = taker;
        step = other;
    }
}

/* How many rows of the basis are at or behind a row. */
static int
count_from(const search *s, size_t row)
{
    int count = 0;

    for (int k = 0; k < s->rules->steps; k++)
        count += s->taken[k] > row;
    return count;
}

/* Passes rows that begin no path that goes on at this time, of those before `until`. */
static void
pass_starts(search *s, size_t until, int64_t at)
{
    while (s->first < until && (!may_start(s, s->first) || at > s->first_until))
        if (++s->first < until)
            s->first_until = cm_funnel_until(s->rules, s->rows[s->first].at);
}

static void
bar_starts(search *s, size_t before)
{
    if (s->first < before) {
        s->first = before;
        s->first_until = cm_funnel_until(s->rules, s->rows[before].at);
    }
}

/* ---- the path ---- */

static int
compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;

    return (x > y) - (x < y);
}

/* The row with which the best path begins, of those up to a time; its window is not over at another. */
static size_t
best_start(const search *s, int64_t latest, int64_t at, size_t count)
{
    size_t best = SIZE_MAX;
    int64_t best_until = 0;

    for (size_t row = s->first; row < count && s->rows[row].at <= latest; row++) {
        int64_t until;

        poll(s, row);
        if (!may_start(s, row) || (until = cm_funnel_until(s->rules, s->rows[row].at)) < at)
            continue;
        if (best == SIZE_MAX || until >= best_until) {
            best = row;
            best_until = until;
        }
    }
    return best;
}

/* The time of the oldest row that gives way for one of the moment of a row that begins the path. */
static int64_t
dropped_for(const search *s, size_t start, size_t count)
{
    int64_t at = s->rows[start].at, dropped = INT64_MAX;
    size_t gives[CM_FUNNEL_MAX_STEPS];

    while (start > s->first && s->rows[start - 1].at == at)
        start--;
    for (; start < count && s->rows[start].at == at; start++) {
        poll(s, start);
        if (may_start(s, start)) {
            int step = find_step(s, start, s->first, gives);
            int64_t oldest = s->rows[s->taken[step - 1] - 1].at;

            if (oldest < dropped)
                dropped = oldest;
        }
    }
    return dropped;
}

/* The path of the rows of the basis from `first` on, seen at a moment that ends before row `count`. */
static void
write_path(const search *s, size_t count, cm_funnel_path *path)
{
    size_t oldest = SIZE_MAX, start;
    int level = 0;

    for (int k = 0; k < s->rules->steps; k++)
        if (s->taken[k] > s->first) {
            size_t row = s->taken[k] - 1;

            path->at[level++] = s->rows[row].at;
            if (row < oldest)
                oldest = row;
        }
    path->level = level;
    path->order = 0;
    start = s->pinned || s->rules->until != NULL
                ? best_start(s, s->rows[oldest].at, s->rows[count - 1].at, count)
                : oldest;
    if (s->rows[start].at != s->rows[oldest].at) {
        int64_t dropped = dropped_for(s, start, count);
        int k = 0;

        while (path->at[k] != dropped)
            k++;
        path->at[k] = s->rows[start].at;
    }
    qsort(path->at, (size_t) level, sizeof(path->at[0]), compare_times);
}

/* ---- a history ---- */

static void
end_attempt(search *s, const cm_funnel_attempts *attempts, cm_funnel_path *path, bool open, size_t next)
{
    if (s->level == 0)
        return;
    path->open = open;
    attempts->take(attempts->to, path);
    for (int k = 0; k < s->rules->steps; k++)
        s->taken[k] = 0;
    s->level = 0;
    path->level = 0;
    s->pinned = false;
    s->first = next;
}

/* Rows without a value that end paths, from those seen on to before this row, or to the end of its moment. */
static bool
ends_between(const search *s, const cm_funnel_unheld *unheld, size_t *seen, const cm_funnel_row *row,
             bool or_in)
{
    size_t until = row == NULL ? unheld->count
                   : or_in     ? cm_funnel_unheld_until(unheld, row, *seen)
                               : cm_funnel_unheld_before(unheld, row, *seen);
    cm_funnel_bar bar = cm_funnel_unheld_between(unheld, *seen, until);

    *seen = until;
    return (bar.steps & s->ending) != 0;
}

/* Rows from one on to before another are one moment: they join the basis; a higher level is a new path. */
static void
take_moment(search *s, size_t from, size_t until, cm_funnel_path *path)
{
    for (size_t row = from; row < until; row++)
        if ((s->rows[row].steps & s->steps) != 0)
            add_row(s, row);
    if (s->first >= from) { /* no earlier row begins a path: perhaps one of these does */
        s->first_until = cm_funnel_until(s->rules, s->rows[from].at);
        s->first = from;
    }
    pass_starts(s, until, s->rows[from].at);
    if (s->first < until && count_from(s, s->first) > s->level) {
        write_path(s, until, path);
        s->level = path->level;
    }
}

void
cm_funnel_find_any_order(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count,
                         const cm_funnel_row *start, const cm_funnel_unheld *unheld, cm_funnel_path *path,
                         const cm_funnel_attempts *attempts)
{
    search s = {.rules = rules, .rows = rows, .steps = UINT64_MAX >> (64 - rules->steps)};
    bool minds_unheld = unheld != NULL && unheld->count > 0 && !rows[0].unheld && rules->exclusions > 0;
    size_t unheld_seen = 0, since_poll = 0;

    if (start != NULL) {
        s.pinned = true;
        s.start = start->at;
    }
    for (int i = 0; i < rules->exclusions; i++)
        s.ending |= UINT64_C(1) << (rules->exclusion[i].step - 1);
    path->level = 0;
    for (size_t at = 0, next; at < count; at = next) {
        uint64_t steps = 0;

        for (next = at; next < count && rows[next].at == rows[at].at; next++)
            steps |= rows[next].steps;
        since_poll += next - at;
        if (since_poll >= POLL_EVERY && rules->poll != NULL) {
            rules->poll();
            since_poll = 0;
        }
        if (minds_unheld && ends_between(&s, unheld, &unheld_seen, &rows[at], false))
            bar_starts(&s, at);
        pass_starts(&s, at, rows[at].at);
        if (attempts != NULL && s.first >= at)
            end_attempt(&s, attempts, path, false, at);
        take_moment(&s, at, next, path);
        if (attempts != NULL && rules->entry == CM_ENTRY_FIRST && s.level > 0 && !s.pinned) {
            s.pinned = true;
            s.start = rows[at].at;
        }
        if (s.level == rules->steps) {
            if (attempts == NULL)
                break; /* nobody gets there earlier */
            end_attempt(&s, attempts, path, false, next);
        }
        if ((minds_unheld && ends_between(&s, unheld, &unheld_seen, &rows[at], true)) ||
            (steps & s.ending) != 0)
            bar_starts(&s, at);
    }
    if (s.level > 0 && s.level < rules->steps && rules->as_of != CM_FUNNEL_NO_LIMIT &&
        !(rules->hold && rows[0].unheld)) {
        if (minds_unheld && ends_between(&s, unheld, &unheld_seen, NULL, false))
            s.first = count;
        pass_starts(&s, count, rules->as_of + 1);
    } else
        s.first = count;
    path->open = s.first < count;
    if (attempts != NULL)
        end_attempt(&s, attempts, path, path->open, count);
}
