/* The exact funnel on histories whose answer is known: order, ties, the ends of time, many rows and many values. */
#include "funnel_algorithm.h"
#include "tap.h"

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

static int polls;

static void
count_poll(void)
{
    polls++;
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
    return tap_done();
}
