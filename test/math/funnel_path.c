/*
 * The exact funnel against a search through all assignments of rows to steps, which knows only the definition: on
 * 100,000 random small histories, on a million with CM_LONG=1 in the environment.
 */
#include "funnel_algorithm.h"
#include "funnel_definition.h"
#include "tap.h"

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

/* Windows without a fixed length: that of a later start may end before that of an earlier one. */
static int64_t
some_end(const cm_funnel_rules *rules, int64_t start)
{
    static const int64_t more[] = {0, 4, 1, 0, 5, 2, 0};

    return start + (rules->within < 20 ? rules->within : 2) + more[start % 7];
}

static void
random_rules(cm_funnel_rules *rules)
{
    *rules =
        (cm_funnel_rules){.steps = 1 + (int) chance(4), .within = maybe_limit(), .as_of = CM_FUNNEL_NO_LIMIT};
    if (chance(3) == 0)
        rules->until = some_end;
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
    rules->any_order = chance(3) == 0;
    if (rules->any_order) { /* what its callers let stand beside it */
        rules->ties = CM_TIES_ANY;
        rules->strict_order = rules->step_limits = false;
        for (int i = 0; i < rules->exclusions; i++) {
            rules->exclusion[i].from = 1;
            rules->exclusion[i].to = rules->steps;
        }
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

    printf("# any order %d calendar %d\n", r->any_order, r->until != NULL);
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
    for (int i = 0; i < got->level && i < want->level; i++)
        printf("# step %d at %lld, want %lld\n", i + 1, (long long) got->at[i], (long long) want->at[i]);
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
    ok(quick_wrong == 0 && quick > cases / 60, "so are %ld of them that the quick way is for", quick);
    ok(reached[0] > cases / 20 && reached[1] > cases / 20 && reached[2] > cases / 20 &&
           reached[3] > cases / 50 && reached[4] > cases / 100 && open > cases / 50,
       "among them are all levels (%ld %ld %ld %ld %ld) and %ld that are open", reached[0], reached[1],
       reached[2], reached[3], reached[4], open);
    ok(ended > cases / 1000, "in %ld a row without a value to hold ended a path", ended);
}

static void
test_attempts(void)
{
    const char *long_form = getenv("CM_LONG");
    long cases = long_form != NULL && *long_form != '\0' ? 500000 : 50000;
    long wrong = 0, many = 0, full = 0, any = 0, missed = 0;

    for (long i = 0; i < cases; i++) {
        history h = random_history();
        attempts got;
        cm_funnel_path want[MOST_ROWS], best;
        int count, first_full = -1;

        h.rules.hold = false;
        h.rules.grace = 0;
        if (h.rules.ties == CM_TIES_ORDER_KEY)
            h.rules.ties = CM_TIES_ANY;
        attempts_by_algorithm(&h.rules, h.rows, h.count, &got);
        count = attempts_by_definition(&h, want);
        best = by_definition(&h);

        bool alike = got.count == count;

        for (int k = 0; k < count && alike; k++)
            alike = same(&got.paths[k], &want[k]);
        for (int k = count - 1; k >= 0; k--)
            if (want[k].level == h.rules.steps)
                first_full = k;
        if (!alike && ++wrong <= 3) {
            show(&h, got.count > 0 ? &got.paths[0] : &best, count > 0 ? &want[0] : &best);
            printf("# %d attempts, want %d\n", got.count, count);
        }
        if (h.rules.entry == CM_ENTRY_BEST)
            missed += (best.level == h.rules.steps) != (first_full >= 0);
        many += count > 1;
        full += first_full > 0;
        any += h.rules.any_order && count > 1;
    }
    ok(wrong == 0, "%ld random histories: all attempts are as the definition says", cases);
    ok(missed == 0, "there is a full one among them wherever there is a full path");
    ok(many > cases / 10 && full > cases / 100 && any > cases / 100,
       "in %ld there are several, in %ld one before the first full one, in %ld several in any order", many,
       full, any);
}

int
main(void)
{
    test_random();
    test_attempts();
    return tap_done();
}
