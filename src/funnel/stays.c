/* Reading the stays of a deal; see stays.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "funnel/stays.h"

/* How a message calls the deal. */
static const char *
deal_name(const cm_funnel_customer *c)
{
    if (c->id_words == 0)
        return "the deal";

    cm_key id = cm_funnel_key(c);

    return psprintf("deal%s", cm_customer_name(&id) + strlen("customer"));
}

static void
several_stages_error(const cm_funnel_customer *c)
{
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s has a row of several stages", deal_name(c)),
             errdetail("A row of a stage history says that the deal came to one stage."),
             errhint("Give conditions of which one is true in each row.")));
}

static void
order_error(const cm_funnel_customer *c, const cm_funnel_row *a, const cm_funnel_row *b)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
         errmsg("%s came to stage %d and to stage %d at one time, %s", deal_name(c), cm_stage_of(a),
                cm_stage_of(b), cm_time_text(a->at, (cm_clock) c->from->clock)),
         errdetail("The order of the two cannot be told, so nobody knows in which stage it was then."),
         errhint(
             "Build the value with %s and an order_key that rises with the rows of the history, or with the "
             "stage as order_key if deals that move twice at one time go forward.",
             c->id_words == 0 ? "funnel_events_agg" : "funnels_events_agg")));
}

static int
compare_rows(const void *a, const void *b)
{
    const cm_funnel_row *x = a, *y = b;

    CHECK_FOR_INTERRUPTS();
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->steps > y->steps) - (x->steps < y->steps);
}

/* The rows until as_of. Two stages at one time, and with one order key, are an error. */
static void
collect_rows(const cm_funnel_customer *c, int64 as_of, cm_stays *s)
{
    cm_funnel_event event;

    if (c->rows > s->capacity) {
        if (s->rows != NULL)
            pfree(s->rows);
        s->capacity = c->rows;
        s->rows = MemoryContextAllocHuge(CurrentMemoryContext, (Size) s->capacity * sizeof(cm_funnel_row));
    }
    s->count = 0;
    for (uint32 at = c->at; cm_funnel_next_row(c, &at, &event) && event.row.at <= as_of;) {
        if ((event.row.steps & (event.row.steps - 1)) != 0)
            several_stages_error(c);
        s->rows[s->count++] = event.row;
    }
    if (c->from->layout == CM_FUNNEL_ORDERED)
        qsort(s->rows, s->count, sizeof(cm_funnel_row), compare_rows);
    for (uint32 i = 1; i < s->count; i++)
        if (s->rows[i].at == s->rows[i - 1].at && s->rows[i].order == s->rows[i - 1].order &&
            s->rows[i].steps != s->rows[i - 1].steps)
            order_error(c, &s->rows[i - 1], &s->rows[i]);
}

void
cm_stays_read(const cm_funnel_customer *c, int64 as_of, cm_stays *s)
{
    uint32 stays = 0;

    collect_rows(c, as_of, s);
    for (uint32 i = 0; i < s->count; i++)
        if (stays == 0 || s->rows[stays - 1].steps != s->rows[i].steps)
            s->rows[stays++] = s->rows[i];
    s->count = stays;
}

void
cm_add_stay(cm_survival **durations, int128 time, bool ended)
{
    cm_survival *before = *durations;

    *durations = cm_survival_add(before, (double) time / USECS_PER_DAY, ended, !ended);
    if (*durations != before)
        pfree(before);
}

/* Argument 1, or the highest stage in the data. */
int
cm_stages_argument(FunctionCallInfo fcinfo, const char *what, const cm_funnel *f)
{
    if (PG_ARGISNULL(1)) {
        uint64 steps = cm_funnel_all_steps(f);

        return steps == 0 ? 0 : 64 - __builtin_clzll(steps);
    }

    int stages = CM_ARG_INT(1, what);

    if (stages < 1 || stages > CM_STAGES)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %d", cm_quoted(what), stages),
                        errdetail("There are from 1 to %d stages.", CM_STAGES)));
    return stages;
}
