/*
 * The funnel of the plain case: rows of one step each, all at different times, that no rule about other rows concerns.
 * Of each level only the path that began last matters, so a row takes a handful of instructions; most of the time of a
 * report over many customers is spent here. The paths are those of funnel_path.c.
 */
#include "math/funnel_path.h"

/* Farther from any row than any limit that counts, and safe to calculate with. */
#define NEVER (-(INT64_C(1) << 62))
#define ANY_LENGTH (INT64_C(1) << 61)

bool
cm_funnel_is_plain(const cm_funnel_rules *rules)
{
    return rules->ties != CM_TIES_ORDER_KEY && !rules->strict_order && !rules->hold && !rules->step_limits &&
           rules->exclusions == 0 && rules->grace == 0 && !rules->any_order && rules->until == NULL;
}

typedef struct ends {
    /* of the path at each level that began last; level 0: of one that begins now; a level beyond the last stays free */
    int64_t start[CM_FUNNEL_MAX_STEPS + 2];
    uint32_t last[CM_FUNNEL_MAX_STEPS + 2]; /* 1 + its last row */
    int top;
    uint32_t top_last; /* 1 + the row that first got there */
} ends;

static bool
is_open(const ends *e, const cm_funnel_rules *rules, int64_t limit)
{
    for (int level = 1; level < rules->steps; level++)
        if (rules->as_of + 1 - e->start[level] <= limit)
            return true;
    return false;
}

static void
write_path(const ends *e, const int64_t *words, const uint32_t *before, cm_funnel_path *path)
{
    uint32_t last = e->top_last;

    path->level = e->top;
    path->order = 0;
    for (int step = e->top; step > 0; step--, last = before[last - 1])
        path->at[step - 1] = cm_funnel_word_time(words[last - 1]);
}

bool
cm_funnel_find_quick(const cm_funnel_rules *rules, const int64_t *words, size_t count, uint32_t *before,
                     cm_funnel_path *path)
{
    int64_t limit = rules->within < ANY_LENGTH ? rules->within : ANY_LENGTH;
    int steps = rules->steps;
    ends e;

    while (count > 0 && cm_funnel_word_time(words[count - 1]) > rules->as_of)
        count--;
    for (int level = 0; level <= steps + 1; level++) {
        e.start[level] = NEVER;
        e.last[level] = 0;
    }
    e.top = 0;
    e.top_last = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t at = cm_funnel_word_time(words[i]);
        int step = (int) (words[i] & (CM_FUNNEL_MAX_STEPS - 1));

        if (i + 1 < count && cm_funnel_word_time(words[i + 1]) == at)
            return false;
        step = step < steps ? step : steps;
        e.start[0] = rules->entry == CM_ENTRY_FIRST && e.last[1] != 0 ? NEVER : at;
        before[i] = e.last[step];

        /* whether the row goes on is as good as random: no branch that the processor would have to guess */
        int64_t start = e.start[step];
        bool goes_on = at - start <= limit;

        e.start[step + 1] = goes_on ? start : e.start[step + 1];
        e.last[step + 1] = goes_on ? (uint32_t) i + 1 : e.last[step + 1];
        if (goes_on & (step >= e.top)) {
            e.top = step + 1;
            e.top_last = (uint32_t) i + 1;
            if (e.top == steps)
                break; /* nobody gets there earlier */
        }
    }
    write_path(&e, words, before, path);
    path->open = path->level > 0 && path->level < rules->steps && rules->as_of != CM_FUNNEL_NO_LIMIT &&
                 is_open(&e, rules, limit);
    return true;
}
