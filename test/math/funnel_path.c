/*
 * The exact funnel against a search through all assignments of rows to steps, which knows only the definition: on
 * 100,000 random small histories, on a million with CM_LONG=1 in the environment.
 */
#include <stdlib.h>
#include <string.h>

#include "math/funnel_path.h"
#include "tap.h"

#define MOST_ROWS 8

typedef struct history {
    cm_funnel_rules rules;
    size_t count;
    cm_funnel_row rows[MOST_ROWS];
} history;

/* ---- the definition ---- */

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

/* Whether the rows of steps 1 to level may stand together, given that those of 1 to level - 1 may. */
static bool
allowed(const search *s, int level)
{
    const cm_funnel_rules *rules = &s->h->rules;
    const cm_funnel_row *row = &s->rows[s->taken[level - 1]];
    const cm_funnel_row *first = &s->rows[s->taken[0]];
    const cm_funnel_row *last = level > 1 ? &s->rows[s->taken[level - 2]] : NULL;

    if (level == 1)
        return matches(row, 1) && (rules->entry == CM_ENTRY_BEST || s->is_start[s->taken[0]]);
    for (int step = 1; step < level; step++)
        if (s->taken[step - 1] == s->taken[level - 1])
            return false;
    if (!matches(row, level) || !connected(s, row, last) || before(s, row, last) ||
        (rules->ties == CM_TIES_STRICT && !before(s, last, row)) || row->at - first->at > rules->within ||
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
        future->steps = UINT64_C(1) << level;
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

static cm_funnel_path
by_definition(const history *h)
{
    search s = {.h = h};

    for (size_t i = 0; i < h->count; i++)
        if (h->rows[i].at <= h->rules.as_of)
            s.rows[s.count++] = h->rows[i];
    if (h->rules.grace > 0)
        join_moments(&s);
    for (int i = 0; i < s.count; i++) {
        s.is_start[i] = matches(&s.rows[i], 1);
        for (int j = 0; j < s.count; j++)
            s.is_start[i] = s.is_start[i] && !(matches(&s.rows[j], 1) && before(&s, &s.rows[j], &s.rows[i]));
    }
    try_all(&s, 0);
    s.best.open = s.best.open && s.best.level < h->rules.steps;
    return s.best;
}

/* ---- the algorithm ---- */

static int polls;

static void
count_poll(void)
{
    polls++;
}

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

static cm_funnel_path
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
static bool
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

/* ---- random histories ---- */

static uint64_t
chance(uint64_t below)
{
    static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) % below;
}

static int64_t
maybe_limit(void)
{
    return chance(3) == 0 ? (int64_t) chance(10) : CM_FUNNEL_NO_LIMIT;
}

static void
random_rules(cm_funnel_rules *rules)
{
    *rules =
        (cm_funnel_rules){.steps = 1 + (int) chance(4), .within = maybe_limit(), .as_of = CM_FUNNEL_NO_LIMIT};
    rules->ties = (cm_funnel_ties) chance(3);
    rules->entry = chance(4) == 0 ? CM_ENTRY_FIRST : CM_ENTRY_BEST;
    rules->strict_order = chance(4) == 0;
    rules->hold = chance(4) == 0;
    if (rules->ties == CM_TIES_ANY && chance(4) == 0)
        rules->grace = (int64_t) chance(3);
    if (chance(3) == 0)
        rules->as_of = (int64_t) chance(16);
    rules->step_limits = chance(3) == 0;
    for (int step = 1; step < rules->steps; step++)
        rules->step_within[step] = maybe_limit();
    if (rules->steps > 1 && chance(4) == 0)
        rules->exclusions = 1 + (int) chance(2);
    for (int i = 0; i < rules->exclusions; i++) {
        int from = 1 + (int) chance((uint64_t) rules->steps - 1);

        rules->exclusion[i] = (cm_funnel_exclusion){
            1 + (int) chance(6), from, from + 1 + (int) chance((uint64_t) (rules->steps - from))};
    }
}

static history
random_history(void)
{
    uint64_t fewer = chance(MOST_ROWS + 1), less = chance(MOST_ROWS + 1);
    history h = {.count = MOST_ROWS - (fewer < less ? fewer : less)};
    uint64_t times = 1 + chance(14);
    bool several = chance(2) != 0;
    uint64_t numbers;

    random_rules(&h.rules);
    numbers = (uint64_t) h.rules.steps + chance(3);
    for (size_t i = 0; i < h.count; i++) {
        h.rows[i] = (cm_funnel_row){.at = (int64_t) chance(times), .order = (int64_t) chance(3)};
        h.rows[i].hold = (int64_t) chance(2);
        h.rows[i].unheld = chance(h.rules.hold ? 3 : 8) == 0;
        h.rows[i].steps = UINT64_C(1) << chance(numbers);
        while (several && chance(2) != 0)
            h.rows[i].steps |= UINT64_C(1) << chance(numbers);
    }
    return h;
}

static bool
same(const cm_funnel_path *a, const cm_funnel_path *b)
{
    return a->level == b->level && a->open == b->open &&
           memcmp(a->at, b->at, (size_t) a->level * sizeof(a->at[0])) == 0;
}

static void
show(const history *h, const cm_funnel_path *got, const cm_funnel_path *want)
{
    const cm_funnel_rules *r = &h->rules;

    printf("# steps %d ties %d first %d strict %d hold %d limits %d within %lld grace %lld as_of %lld\n",
           r->steps, r->ties, r->entry, r->strict_order, r->hold, r->step_limits, (long long) r->within,
           (long long) r->grace, (long long) r->as_of);
    for (int i = 0; i < r->exclusions; i++)
        printf("# exclusion %d: %d-%d\n", r->exclusion[i].step, r->exclusion[i].from, r->exclusion[i].to);
    for (size_t i = 0; i < h->count; i++)
        printf("# row at %lld order %lld hold %lld%s steps %llx\n", (long long) h->rows[i].at,
               (long long) h->rows[i].order, (long long) h->rows[i].hold, h->rows[i].unheld ? " none" : "",
               (unsigned long long) h->rows[i].steps);
    printf("# got level %d open %d, want level %d open %d\n", got->level, got->open, want->level, want->open);
}

/* The level if the rows without a value to hold were not there. */
static int
without_unheld(const history *h)
{
    history other = *h;

    other.count = 0;
    for (size_t i = 0; i < h->count && h->rules.hold; i++)
        if (!h->rows[i].unheld)
            other.rows[other.count++] = h->rows[i];
    return by_definition(&other).level;
}

static void
test_random(void)
{
    const char *long_form = getenv("CM_LONG");
    long cases = long_form != NULL && *long_form != '\0' ? 1000000 : 100000;
    long wrong = 0, quick = 0, quick_wrong = 0, reached[CM_FUNNEL_MAX_STEPS + 1] = {0}, open = 0;
    long ended = 0;

    for (long i = 0; i < cases; i++) {
        history h = random_history();
        cm_funnel_path got = by_algorithm(&h.rules, h.rows, h.count);
        cm_funnel_path want = by_definition(&h);

        if (!same(&got, &want) && ++wrong <= 3)
            show(&h, &got, &want);
        if (by_quick_algorithm(&h.rules, h.rows, h.count, &got)) {
            quick++;
            if (!same(&got, &want) && ++quick_wrong <= 3)
                show(&h, &got, &want);
        }
        reached[want.level]++;
        open += want.open;
        ended += without_unheld(&h) > want.level;
    }
    ok(wrong == 0, "%ld random histories: level, times and whether still open are as the definition says",
       cases);
    ok(quick_wrong == 0 && quick > cases / 50, "so are %ld of them that the quick way is for", quick);
    ok(reached[0] > cases / 20 && reached[1] > cases / 20 && reached[2] > cases / 20 &&
           reached[3] > cases / 50 && reached[4] > cases / 100 && open > cases / 50,
       "among them are all levels (%ld %ld %ld %ld %ld) and %ld that are open", reached[0], reached[1],
       reached[2], reached[3], reached[4], open);
    ok(ended > cases / 1000, "in %ld a row without a value to hold ended a path", ended);
}

/* ---- by hand ---- */

/* Times as far apart as funnels hold, and limits beyond them. */
static void
test_quick_limits(void)
{
    const int64_t early = -CM_FUNNEL_MAX_TIME, late = CM_FUNNEL_MAX_TIME;
    cm_funnel_row rows[] = {{.at = early, .steps = 1}, {.at = 0, .steps = 2}, {.at = late, .steps = 4}};
    cm_funnel_rules rules = {.steps = 4, .within = CM_FUNNEL_NO_LIMIT, .as_of = CM_FUNNEL_NO_LIMIT};
    cm_funnel_path path;

    ok(by_quick_algorithm(&rules, rows, 3, &path) && path.level == 3 && !path.open && path.at[0] == early &&
           path.at[2] == late,
       "quick: all the time there is");
    rules.within = late - early - 1;
    ok(by_quick_algorithm(&rules, rows, 3, &path) && path.level == 2, "quick: a microsecond less");
    rules.as_of = INT64_C(1) << 60;
    ok(by_quick_algorithm(&rules, rows, 3, &path) && path.level == 2 && !path.open,
       "quick: closed long after");
    rules.within = CM_FUNNEL_NO_LIMIT;
    ok(by_quick_algorithm(&rules, rows, 3, &path) && path.level == 3 && path.open,
       "quick: open without a limit");
    rules.as_of = -(INT64_C(1) << 60);
    ok(by_quick_algorithm(&rules, rows, 3, &path) && path.level == 0 && !path.open, "quick: before all rows");
    rules.as_of = 0;
    rules.entry = CM_ENTRY_FIRST;
    ok(by_quick_algorithm(&rules, rows, 3, &path) && path.level == 2 && path.open, "quick: the first entry");
    rows[1].at = early;
    ok(!by_quick_algorithm(&rules, rows, 3, &path), "quick: not for rows of one time");
}

/* Levels of a history written as letters, one each second: A is step 1. */
static int
level_of(const char *letters, cm_funnel_rules rules)
{
    cm_funnel_row rows[32] = {{0}};
    size_t count = strlen(letters);

    for (size_t i = 0; i < count; i++)
        rows[i] = (cm_funnel_row){.at = (int64_t) i, .steps = UINT64_C(1) << (letters[i] - 'A')};
    return by_algorithm(&rules, rows, count).level;
}

static void
test_strict_order(void)
{
    static const struct {
        const char *letters;
        int any, strict;
    } cases[] = {{"ABC", 3, 3},     {"ADBC", 3, 1},   {"AABBCC", 3, 3}, {"AAAABBCC", 3, 3},
                 {"AABBDCC", 3, 2}, {"BBCCAA", 1, 1}, {"ADBABC", 3, 3}, {"", 0, 0}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cm_funnel_rules rules = {.steps = 3, .within = CM_FUNNEL_NO_LIMIT, .as_of = CM_FUNNEL_NO_LIMIT};

        ok(level_of(cases[i].letters, rules) == cases[i].any, "%s reaches %d", cases[i].letters,
           cases[i].any);
        rules.strict_order = true;
        ok(level_of(cases[i].letters, rules) == cases[i].strict, "%s in strict order reaches %d",
           cases[i].letters, cases[i].strict);
    }
}

static void
test_large(void)
{
    static cm_funnel_row rows[20000];
    cm_funnel_rules rules = {
        .steps = 64, .within = CM_FUNNEL_NO_LIMIT, .as_of = CM_FUNNEL_NO_LIMIT, .poll = count_poll};
    size_t count = sizeof(rows) / sizeof(rows[0]);
    cm_funnel_path path;

    for (size_t i = 0; i < count; i++)
        rows[i] = (cm_funnel_row){.at = 0, .steps = UINT64_MAX};
    ok(by_algorithm(&rules, rows, count).level == 64, "one moment, rows that match all of 64 steps");
    ok(by_algorithm(&rules, rows, 63).level == 63, "one row less than steps");
    rules.ties = CM_TIES_STRICT;
    ok(by_algorithm(&rules, rows, count).level == 1, "one moment is one step where ties are strict");
    for (size_t i = 0; i < count; i++)
        rows[i] = (cm_funnel_row){.at = (int64_t) i, .steps = UINT64_C(1) << (63 - i % 64)};
    ok(by_algorithm(&rules, rows, count).level == 64, "64 steps, each time in the wrong order");
    rules.ties = CM_TIES_ANY;
    ok(by_quick_algorithm(&rules, rows, count, &path) && path.level == 64, "and the quick way");
    ok(by_algorithm(&rules, rows, 64 * 63).level == 63, "one round less");
    for (size_t i = 0; i < count; i++)
        rows[i] = (cm_funnel_row){.at = (int64_t) i, .steps = 1};
    rules.step_limits = true;
    polls = 0;
    ok(by_algorithm(&rules, rows, count).level == 1 && polls >= 4, "long histories can be interrupted");
}

/* Many values, and between the two rows of each a row without a value that ends the path; but not of one value. */
static void
test_many_values(void)
{
    static cm_funnel_row rows[30000];
    cm_funnel_rules rules = {.steps = 2,
                             .within = CM_FUNNEL_NO_LIMIT,
                             .as_of = CM_FUNNEL_NO_LIMIT,
                             .hold = true,
                             .exclusions = 1,
                             .exclusion = {{3, 1, 2}}};
    size_t values = sizeof(rows) / sizeof(rows[0]) / 3;
    cm_funnel_path path;

    for (size_t i = 0; i < values; i++) {
        int64_t value = (int64_t) ((i * 7919) % values), at = 4 * (int64_t) i;

        rows[3 * i] = (cm_funnel_row){.at = at, .steps = 1, .hold = value};
        rows[3 * i + 1] = (cm_funnel_row){.at = at + 2, .steps = 2, .hold = value};
        rows[3 * i + 2] = (cm_funnel_row){.at = at + (i == 4321 ? 3 : 1), .steps = 4, .unheld = true};
    }
    path = by_algorithm(&rules, rows, 3 * values);
    ok(path.level == 2 && path.at[0] == 4 * 4321, "of many values the one whose path nothing ended");
    rules.exclusions = 0;
    rules.strict_order = true;
    path = by_algorithm(&rules, rows, 3 * values);
    ok(path.level == 2 && path.at[0] == 4 * 4321, "and in strict order");
}

int
main(void)
{
    test_strict_order();
    test_quick_limits();
    test_large();
    test_many_values();
    test_random();
    return tap_done();
}
