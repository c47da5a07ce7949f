/*
 * The exact funnel, moment by moment; see funnel_path.h for what it finds.
 *
 * For each level the ends of the paths that may still go on are kept, as (end of the window, time of the last row). An end
 * both of which are no later than those of another end of the same level is useless: whatever continues it continues the
 * other. So a level's ends form a list by rising last row and falling end of the window, and without limits between single
 * steps only the end whose window ends last is needed, which mostly is the one that began last. At a moment every list is extended from
 * what it held before the moment, by as many steps as the rows of the moment can take; exclusions and strict order
 * then clear the lists of whole levels. Time is rows x steps, apart from moments with several rows.
 */
#include "math/funnel_ends.h"
#include "math/funnel_unheld.h"

#define POLL_EVERY 4096 /* rows */

static inline uint64_t
bit(int step)
{
    return UINT64_C(1) << (step - 1);
}

static inline uint64_t
bits_to(int step)
{
    return step == 64 ? UINT64_MAX : bit(step + 1) - 1;
}

typedef struct search {
    const cm_funnel_rules *rules;
    cm_funnel_ends ends;            /* of the paths of each level that may go on */
    uint32_t top;                   /* the best path of the highest level reached */
    int64_t top_order;              /* order key of its last row */
    const cm_funnel_row *start;     /* paths begin in the moment of this row; NULL: in any */
    const cm_funnel_unheld *unheld; /* rows that only end paths; NULL: there are none */
    size_t unheld_at;               /* how many of them are before or in the last moment */
} search;

/* Rows of one moment. */
typedef struct moment {
    const cm_funnel_row *rows;
    size_t count;
    int64_t at;
    uint64_t steps;       /* that any of the rows matches */
    bool single;          /* no row matches several steps, so that each step has rows of its own */
    cm_funnel_bar unheld; /* rows of the moment that only end paths */
} moment;

size_t
cm_funnel_nodes(const cm_funnel_row *rows, size_t count, int steps)
{
    size_t nodes = (size_t) steps; /* each new top may be beyond what its level keeps */

    for (size_t i = 0; i < count; i++)
        nodes += (size_t) __builtin_popcountll(rows[i].steps & bits_to(steps));
    return nodes;
}

/* ---- one moment ---- */

static int
top_level(const search *s)
{
    return s->top != 0 ? ends_node(&s->ends, s->top)->level : 0;
}

/* The furthest level that the moment's rows reach from this one; they can take the next step. */
static int
reach(const search *s, const moment *now, int level)
{
    if (now->count == 1 || s->rules->ties == CM_TIES_STRICT)
        return level + 1;
    if (!now->single)
        return cm_funnel_reach(now->rows, now->count, level, s->rules->steps);
    while (level < s->rules->steps && (now->steps & bit(level + 1)) != 0)
        level++;
    return level;
}

static bool
may_start(const search *s, const moment *now)
{
    return s->start == NULL || (now->at == s->start->at && (s->rules->ties != CM_TIES_ORDER_KEY ||
                                                            now->rows[0].order == s->start->order));
}

static inline cm_funnel_start
begin(const search *s, int64_t at)
{
    return (cm_funnel_start){at, cm_funnel_until(s->rules, at)};
}

/* Whether rows of these steps exclude a path that is at level `from` before them and at level `to` after them. */
static bool
excluded(const search *s, uint64_t steps, int from, int to)
{
    for (int i = 0; i < s->rules->exclusions; i++) {
        const cm_funnel_exclusion *e = &s->rules->exclusion[i];

        if ((steps & bit(e->step)) != 0 && from >= e->from && to < e->to)
            return true;
    }
    return false;
}

/* Whether a row of the moment belongs neither to this step nor to the next. */
static bool
interrupted(const moment *now, int level)
{
    if ((now->unheld.interrupts & bit(level)) != 0)
        return true;
    for (size_t i = 0; i < now->count; i++)
        if ((now->rows[i].steps & (bit(level) | bit(level + 1))) == 0)
            return true;
    return false;
}

static void
end_paths(search *s, const moment *now)
{
    for (int level = 1; level < s->rules->steps; level++)
        if (s->ends.first[level] != 0 && ((s->rules->strict_order && interrupted(now, level)) ||
                                          excluded(s, now->steps | now->unheld.steps, level, level)))
            ends_clear(&s->ends, level);
}

/* Ends paths that rows without a value come after, up to this number of them. */
static void
pass_unheld(search *s, size_t until)
{
    cm_funnel_bar bar = cm_funnel_unheld_between(s->unheld, s->unheld_at, until);

    for (int level = 1; level < s->rules->steps; level++)
        if (s->ends.first[level] != 0 && ((s->rules->strict_order && (bar.interrupts & bit(level)) != 0) ||
                                          excluded(s, bar.steps, level, level)))
            ends_clear(&s->ends, level);
    s->unheld_at = until;
}

/* Those before the moment end paths; those in it are noted. */
static void
meet_unheld(search *s, moment *now)
{
    size_t before = cm_funnel_unheld_before(s->unheld, now->rows, s->unheld_at);
    size_t until = cm_funnel_unheld_until(s->unheld, now->rows, before);

    if (before > s->unheld_at)
        pass_unheld(s, before);
    now->unheld = cm_funnel_unheld_between(s->unheld, before, until);
    s->unheld_at = until;
}

/* The paths with which a moment reaches each level: the best, and the best that may go on. */
typedef struct candidates {
    uint64_t reached, alive; /* bit k - 1: of level k there is one */
    cm_funnel_start start[CM_FUNNEL_MAX_STEPS + 1], alive_start[CM_FUNNEL_MAX_STEPS + 1];
    uint32_t parent[CM_FUNNEL_MAX_STEPS + 1], alive_parent[CM_FUNNEL_MAX_STEPS + 1];
} candidates;

/* Levels come in rising order, so that of equal starts the first, with the most steps in this moment, stays. */
static void
consider(candidates *c, int level, cm_funnel_start start, uint32_t parent, bool alive)
{
    if ((c->reached & bit(level)) == 0 || ends_better(start, c->start[level])) {
        c->reached |= bit(level);
        c->start[level] = start;
        c->parent[level] = parent;
    }
    if (alive && ((c->alive & bit(level)) == 0 || ends_better(start, c->alive_start[level]))) {
        c->alive |= bit(level);
        c->alive_start[level] = start;
        c->alive_parent[level] = parent;
    }
}

static void
extend(search *s, const moment *now, candidates *c)
{
    for (uint64_t next = now->steps & bits_to(s->rules->steps); next != 0; next &= next - 1) {
        int level = __builtin_ctzll(next);
        uint32_t parent = level > 0 ? ends_best(&s->ends, level, now->at) : 0;

        if (level > 0 ? parent == 0 : !may_start(s, now))
            continue;

        cm_funnel_start start = level > 0 ? ends_start(&s->ends, parent) : begin(s, now->at);
        int furthest = reach(s, now, level);

        for (int to = level + 1; to <= furthest; to++)
            consider(c, to, start, parent, !excluded(s, now->steps | now->unheld.steps, level, to));
    }
}

static void
take_moment(search *s, const moment *now)
{
    const cm_funnel_rules *rules = s->rules;
    candidates c;

    c.reached = c.alive = 0;
    extend(s, now, &c);
    if (rules->strict_order || rules->exclusions > 0)
        end_paths(s, now);

    int level_now = c.reached != 0 ? 64 - __builtin_clzll(c.reached) : 0;

    if (level_now > top_level(s)) {
        s->top = ends_add(&s->ends, now->at, c.start[level_now], level_now, c.parent[level_now]);
        s->top_order = now->rows[0].order;
    }
    for (uint64_t left = c.alive & ~bit(rules->steps); left != 0; left &= left - 1) {
        int level = __builtin_ctzll(left) + 1;

        if (rules->step_limits || s->ends.first[level] == 0 ||
            !ends_better(ends_start(&s->ends, s->ends.first[level]), c.alive_start[level]))
            ends_push(&s->ends, level,
                      ends_add(&s->ends, now->at, c.alive_start[level], level, c.alive_parent[level]));
    }
}

/* The common case, one row of one step that no rule about other rows concerns: as take_moment, in fewer steps. */
static inline void
take_row(search *s, const moment *now)
{
    int level = __builtin_ctzll(now->steps);
    cm_funnel_start start;
    uint32_t parent = 0;

    if (level >= s->rules->steps)
        return;
    if (level > 0) {
        if ((parent = ends_best(&s->ends, level, now->at)) == 0)
            return;
        start = ends_start(&s->ends, parent);
    } else if (may_start(s, now))
        start = begin(s, now->at);
    else
        return;

    bool higher = level >= top_level(s);
    uint32_t first = s->ends.first[level + 1];
    bool useful = level + 1 < s->rules->steps &&
                  (s->rules->step_limits || first == 0 || !ends_better(ends_start(&s->ends, first), start));

    if (!higher && !useful)
        return;

    uint32_t end = ends_add(&s->ends, now->at, start, level + 1, parent);

    if (higher) {
        s->top = end;
        s->top_order = now->rows[0].order;
    }
    if (useful)
        ends_push(&s->ends, level + 1, end);
}

/* ---- a history ---- */

/* The next moment: rows of one time, and of one order key where that counts. */
static inline moment
next_moment(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count)
{
    moment now = {rows, 1, rows[0].at, rows[0].steps, true, {0, 0}};
    bool keyed = rules->ties == CM_TIES_ORDER_KEY;

    while (now.count < count && rows[now.count].at == now.at &&
           (!keyed || rows[now.count].order == rows[0].order)) {
        uint64_t steps = rows[now.count++].steps;

        now.single = now.single && (steps & (steps - 1)) == 0;
        now.steps |= steps;
    }
    now.single = now.single && (rows[0].steps & (rows[0].steps - 1)) == 0;
    return now;
}

static void
write_path(const search *s, cm_funnel_path *path)
{
    path->level = s->top != 0 ? ends_node(&s->ends, s->top)->level : 0;
    path->order = s->top_order;
    for (uint32_t at = s->top; at != 0; at = ends_node(&s->ends, at)->parent) {
        uint32_t parent = ends_node(&s->ends, at)->parent;

        for (int step = parent != 0 ? ends_node(&s->ends, parent)->level : 0;
             step < ends_node(&s->ends, at)->level; step++)
            path->at[step] = ends_node(&s->ends, at)->at;
    }
}

/* Whether some path can go on at this time. */
static bool
can_go_on(search *s, int64_t at)
{
    for (int level = 1; level < s->rules->steps; level++)
        if (ends_best(&s->ends, level, at) != 0)
            return true;
    return false;
}

/* Takes the attempt so far, if there is one; the next one begins with nothing. */
static void
end_attempt(search *s, const cm_funnel_attempts *attempts, cm_funnel_path *path, bool open)
{
    if (s->top == 0)
        return;
    write_path(s, path);
    path->open = open;
    attempts->take(attempts->to, path);
    for (int level = 1; level <= s->rules->steps; level++)
        ends_clear(&s->ends, level);
    s->ends.used = 0;
    s->top = 0;
    s->start = NULL;
}

/* One moment. */
static void
take(search *s, moment *now, bool plain)
{
    if (plain && now->count == 1 && now->single)
        take_row(s, now);
    else
        take_moment(s, now);
}

void
cm_funnel_find_among(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count,
                     const cm_funnel_row *start, const cm_funnel_unheld *unheld, cm_funnel_node *nodes,
                     cm_funnel_path *path, const cm_funnel_attempts *attempts)
{
    search s = {.rules = rules, .ends = {.rules = rules, .nodes = nodes}, .start = start};
    bool plain = !rules->strict_order && rules->exclusions == 0;
    size_t since_poll = 0;

    if (unheld != NULL && unheld->count > 0 && !rows[0].unheld)
        s.unheld = unheld;
    for (size_t at = 0; at < count;) {
        moment now = next_moment(rules, rows + at, count - at);

        since_poll += now.count;
        if (since_poll >= POLL_EVERY && rules->poll != NULL) {
            rules->poll();
            since_poll = 0;
        }
        if (s.unheld != NULL)
            meet_unheld(&s, &now);
        if (attempts != NULL && !can_go_on(&s, now.at))
            end_attempt(&s, attempts, path, false);
        take(&s, &now, plain);
        at += now.count;
        if (attempts != NULL) {
            if (top_level(&s) == rules->steps)
                end_attempt(&s, attempts, path, false);
            else if (rules->entry == CM_ENTRY_FIRST && s.top != 0 && s.start == NULL)
                s.start = now.rows;
        } else if (top_level(&s) == rules->steps)
            break; /* nobody gets there earlier */
    }
    write_path(&s, path);
    if (s.unheld != NULL)
        pass_unheld(&s, unheld->count);
    path->open = path->level > 0 && path->level < rules->steps && rules->as_of != CM_FUNNEL_NO_LIMIT &&
                 !(rules->hold && rows[0].unheld) && can_go_on(&s, rules->as_of + 1);
    if (attempts != NULL)
        end_attempt(&s, attempts, path, path->open);
}
