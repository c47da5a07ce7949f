/*
 * A shared pool of customers or leads (公海): those that nobody owns wait in it until somebody claims them, and come back
 * when the owner returns them or a rule takes them back. From rows of four steps: put in, claimed, returned, recycled.
 *
 * A time in the pool begins with the first row of 1, 3 or 4 and ends with a claim; rows of these steps without a claim
 * between them do not begin another. A time with an owner begins with a claim; another claim without a return between
 * them is a transfer, and the same time.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "funnel/stays.h"

enum { ADDED = 1, CLAIMED, RETURNED, RECYCLED, STEPS };

/* Times in the pool, or with an owner, that began within the report. */
typedef struct times {
    int64 n;
    int128 sum;   /* microseconds, those that run until as_of included */
    bool endless; /* one runs, and nobody says until when it was seen */
    cm_survival *durations;
} times;

typedef struct pool {
    int64 since, as_of;
    int64 in_pool, owned;
    int64 moves[STEPS];
    times waiting, held;
} pool;

static void
add_time(times *t, int64 from, int64 until, bool ended)
{
    t->n++;
    if (!ended && until == CM_FUNNEL_NO_LIMIT) {
        t->endless = true;
        return;
    }
    t->sum += (int128) until - from;
    cm_add_stay(&t->durations, (int128) until - from, ended);
}

static bool
is_claim(const cm_stays *s, uint32 i)
{
    return cm_stage_of(&s->rows[i]) == CLAIMED;
}

static void
count_customer(pool *p, const cm_stays *s)
{
    for (uint32 i = 0, next; i < s->count; i = next) {
        bool owned = is_claim(s, i), ended;

        for (next = i; next < s->count && is_claim(s, next) == owned; next++)
            if (s->rows[next].at > p->since)
                p->moves[cm_stage_of(&s->rows[next])]++;
        ended = next < s->count;
        if (s->rows[i].at > p->since)
            add_time(owned ? &p->held : &p->waiting, s->rows[i].at, ended ? s->rows[next].at : p->as_of,
                     ended);
        if (!ended) {
            p->in_pool += !owned;
            p->owned += owned;
        }
    }
}

static void
check_steps(const cm_funnel *f)
{
    uint64 steps = cm_funnel_all_steps(f);

    if (steps >> (STEPS - 1) != 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a pool has no step %d", 64 - __builtin_clzll(steps)),
                        errdetail("Steps are 1 put in the pool, 2 claimed, 3 returned, 4 recycled."),
                        errhint("Give other moves the step NULL.")));
}

/* Three columns: the median with its interval. */
static void
set_median(cm_row *row, int column, const times *t, double confidence)
{
    const cm_survival *durations = cm_survival_read(PointerGetDatum(t->durations));
    cm_interval median = cm_survival_quantile(cm_survival_lifetimes(durations), 0.5, confidence);

    if (t->endless)
        return;
    cm_row_set_float(row, column, median.value);
    cm_row_set_float(row, column + 1, median.lower);
    cm_row_set_float(row, column + 2, median.upper);
}

/* pool_report(funnels, as_of, since, confidence) */
PG_FUNCTION_INFO_V1(cm_pool_report);
Datum
cm_pool_report(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
        PG_RETURN_NULL();

    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
    pool p = {.as_of = cm_funnel_as_of(fcinfo, 1, f),
              .since = cm_funnel_time(fcinfo, 2, "since", PG_INT64_MIN, f)};
    cm_funnel_customer c = {.from = f};
    cm_stays stays = {NULL, 0, 0};
    cm_row row = cm_row_empty();

    check_steps(f);
    p.waiting.durations = cm_survival_new(0);
    p.held.durations = cm_survival_new(0);
    while (cm_funnel_next(&c)) {
        CHECK_FOR_INTERRUPTS();
        cm_stays_read(&c, p.as_of, &stays);
        count_customer(&p, &stays);
    }
    cm_row_set_int(&row, 0, p.in_pool);
    cm_row_set_int(&row, 1, p.owned);
    for (int step = ADDED; step < STEPS; step++)
        cm_row_set_int(&row, 1 + step, p.moves[step]);
    if (p.waiting.n > 0 && !p.waiting.endless)
        cm_row_set_float(&row, 6, (double) p.waiting.sum / USECS_PER_DAY / (double) p.waiting.n);
    set_median(&row, 7, &p.waiting, confidence);
    set_median(&row, 10, &p.held, confidence);
    return cm_row_return(fcinfo, &row);
}
