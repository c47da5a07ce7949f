/* The funnel under any rules: its path is made of rows that are there, in order, within the limits it was given. */
#include "bytes.h"

#include "math/funnel_path.h"

#define MOST 200

static int
compare(const void *a, const void *b)
{
    const cm_funnel_row *x = a, *y = b;

    return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->order > y->order) - (x->order < y->order);
}

static int
compare_held(const void *a, const void *b)
{
    const cm_funnel_row *x = a, *y = b;

    if (x->unheld != y->unheld)
        return x->unheld ? 1 : -1;
    if (!x->unheld && x->hold != y->hold)
        return x->hold < y->hold ? -1 : 1;
    return compare(a, b);
}

/* Windows without a fixed length: that of a later start may end before that of an earlier one. */
static int64_t
some_end(const cm_funnel_rules *rules, int64_t start)
{
    (void) rules;
    return start + start * 7 % 13;
}

static void
take_attempt(void *to, const cm_funnel_path *path)
{
    size_t *rows = to;

    CLAIM(path->level > 0 && (size_t) path->level <= *rows); /* each takes rows of its own */
    *rows -= (size_t) path->level;
}

static void
take_rules(bytes *in, cm_funnel_rules *rules)
{
    uint64_t flags = take(in, 1);

    memset(rules, 0, sizeof(*rules));
    rules->steps = take_between(in, 1, flags & 1 ? 4 : CM_FUNNEL_MAX_STEPS);
    rules->ties = take_between(in, CM_TIES_ANY, CM_TIES_ORDER_KEY);
    rules->entry = flags & 2 ? CM_ENTRY_FIRST : CM_ENTRY_BEST;
    rules->strict_order = flags & 4;
    rules->hold = flags & 8;
    rules->step_limits = flags & 16;
    rules->within = flags & 32 ? CM_FUNNEL_NO_LIMIT : take_between(in, 0, 100);
    rules->grace = rules->ties == CM_TIES_ANY && flags & 64 ? take_between(in, 0, 5) : 0;
    rules->as_of = flags & 128 ? CM_FUNNEL_NO_LIMIT : take_between(in, 0, 255);
    for (int i = 0; i < CM_FUNNEL_MAX_STEPS; i++)
        rules->step_within[i] = flags & 16 ? take_between(in, 0, 50) : 0;
    if (rules->steps > 1) /* the callers do not offer exclusions of one step */
        rules->exclusions = take_between(in, 0, 3);
    for (int i = 0; i < rules->exclusions; i++) {
        rules->exclusion[i].step = take_between(in, 1, CM_FUNNEL_MAX_STEPS);
        rules->exclusion[i].from = take_between(in, 1, rules->steps - 1);
        rules->exclusion[i].to = take_between(in, rules->exclusion[i].from + 1, rules->steps);
    }
    flags = take(in, 1);
    rules->until = flags & 1 ? some_end : NULL;
    if (flags & 2) { /* what its callers let stand beside it */
        rules->any_order = true;
        rules->ties = CM_TIES_ANY;
        rules->strict_order = rules->step_limits = false;
        for (int i = 0; i < rules->exclusions; i++) {
            rules->exclusion[i].from = 1;
            rules->exclusion[i].to = rules->steps;
        }
    }
}

static size_t
take_rows(bytes *in, cm_funnel_row *rows, int steps, bool hold)
{
    size_t count = 0;

    while (in->left > 0 && count < MOST) {
        uint64_t kind = take(in, 1);
        cm_funnel_row row = {.at = take_between(in, 0, kind & 1 ? 30 : 255),
                             .order = kind >> 6,
                             .hold = kind >> 4 & 3,
                             .unheld = (kind & 15) == 15,
                             .steps = UINT64_C(1) << take(in, 1) % (steps + 2 > 64 ? 64 : steps + 2)};

        if (kind & 2)
            row.steps |= UINT64_C(1) << take(in, 1) % (unsigned) steps;
        rows[count++] = row;
    }
    qsort(rows, count, sizeof(*rows), hold ? compare_held : compare);
    return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static cm_funnel_row rows[MOST], copy[MOST];
    bytes in = {data, size};
    cm_funnel_rules rules;
    cm_funnel_path path, again;

    take_rules(&in, &rules);

    size_t count = take_rows(&in, rows, rules.steps, rules.hold);
    cm_funnel_node *nodes = malloc((cm_funnel_nodes(rows, count, rules.steps) + 1) * sizeof(*nodes));
    cm_funnel_bar *bars = malloc((cm_funnel_bars(&rules, rows, count) + 1) * sizeof(*bars));

    memset(&path, 0, sizeof(path));
    memset(&again, 0, sizeof(again));
    memcpy(copy, rows, sizeof(rows));
    cm_funnel_find(&rules, copy, count, nodes, bars, &path);
    CLAIM(path.level >= 0 && path.level <= rules.steps);
    for (int i = 1; i < path.level; i++) {
        CLAIM(path.at[i] >= path.at[i - 1]);
        CLAIM(path.at[i] <= cm_funnel_until(&rules, path.at[0]));
        CLAIM(!rules.step_limits || path.at[i] - path.at[i - 1] <= rules.step_within[i]);
    }
    for (int i = 0; i < path.level; i++) {
        size_t row = 0;

        /* there is a row of this step at this time, or later where grace moved it */
        while (row < count &&
               !((rules.any_order || rows[row].steps >> i & 1) && rows[row].at <= rules.as_of &&
                 (rules.grace > 0 ? rows[row].at >= path.at[i] : rows[row].at == path.at[i])))
            row++;
        CLAIM(row < count);
    }
    CLAIM(rules.as_of != CM_FUNNEL_NO_LIMIT || !path.open);
    memcpy(copy, rows, sizeof(rows));
    cm_funnel_find(&rules, copy, count, nodes, bars, &again);
    CLAIM(memcmp(&path.at, &again.at, sizeof(int64_t) * path.level) == 0 && path.level == again.level);

    size_t left = count;
    cm_funnel_attempts attempts = {take_attempt, &left};

    memcpy(copy, rows, sizeof(rows));
    cm_funnel_find_attempts(&rules, copy, count, nodes, bars, &again, &attempts);
    CLAIM(left < count || path.level == 0);
    free(bars);
    free(nodes);
    return 0;
}
