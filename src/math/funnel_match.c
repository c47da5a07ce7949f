/* Steps and rows of one moment: who takes which; see funnel_path.h. */
#include "math/funnel_path.h"

/* With as many candidates as there are steps, one is left for each step whatever the others took: more are not kept. */
#define MAX_CANDIDATES (CM_FUNNEL_MAX_STEPS * CM_FUNNEL_MAX_STEPS)

typedef struct matching {
    int count;
    uint64_t steps[MAX_CANDIDATES];   /* what each candidate matches */
    uint8_t taken_by[MAX_CANDIDATES]; /* a step, or 0 */
    uint8_t seen_for[MAX_CANDIDATES]; /* the step for which the candidate was last tried */
} matching;

static uint64_t
bit(int step)
{
    return UINT64_C(1) << (step - 1);
}

static void
collect(matching *m, const cm_funnel_row *rows, size_t count, int from, int steps)
{
    uint64_t wanted = (steps == 64 ? UINT64_MAX : bit(steps + 1) - 1) & ~(bit(from + 1) - 1);
    int found[CM_FUNNEL_MAX_STEPS + 1] = {0};

    m->count = 0;
    for (size_t i = 0; i < count && wanted != 0; i++) {
        uint64_t useful = rows[i].steps & wanted;

        if (useful == 0)
            continue;
        m->steps[m->count] = rows[i].steps;
        m->taken_by[m->count] = 0;
        m->seen_for[m->count] = 0;
        m->count++;
        for (; useful != 0; useful &= useful - 1) {
            int step = __builtin_ctzll(useful) + 1;

            if (++found[step] == steps)
                wanted &= ~bit(step);
        }
    }
}

/* Finds a candidate for step, moving other steps to other candidates if need be. At most one level for each step. */
static bool
augment(matching *m, int step, int for_step)
{
    for (int i = 0; i < m->count; i++) {
        if ((m->steps[i] & bit(step)) == 0 || m->seen_for[i] == for_step)
            continue;
        m->seen_for[i] = (uint8_t) for_step;
        if (m->taken_by[i] == 0 || augment(m, m->taken_by[i], for_step)) {
            m->taken_by[i] = (uint8_t) step;
            return true;
        }
    }
    return false;
}

int
cm_funnel_reach(const cm_funnel_row *rows, size_t count, int from, int steps)
{
    matching m;
    int level = from;

    collect(&m, rows, count, from, steps);
    while (level < steps && augment(&m, level + 1, level + 1))
        level++;
    return level;
}
