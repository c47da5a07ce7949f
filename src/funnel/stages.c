/*
 * Stages of a sales pipeline, from the rows of a deal's stage history: each row says that the deal came to a stage at a
 * time. Deals skip stages and go back, so there are two counts. Passed through: the deal has a row of that stage.
 * Implied: it has a row of that stage or of a later one. Numbers beyond the last stage are ends that credit no stage,
 * such as lost. Rows of one time count in the order of their order keys. Without them, nobody can tell in which of two
 * stages the deal is afterwards, and that is an error.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "funnel/funnel_search.h"
#include "funnel/funnel_times.h"
#include "core/check.h"
#include "core/row.h"
#include "math/proportion.h"

extern Datum cm_metric_moment_out(PG_FUNCTION_ARGS);

#define STAGES CM_FUNNEL_MAX_STEPS

/* What one deal did. */
typedef struct deal {
    int last_stage;          /* of its last row; 0: no rows */
    int64 last_at;           /* when it came there */
    int highest;             /* among the stages */
    int64 first[STAGES + 1]; /* first time at the stage */
    int64 stay[STAGES + 1];  /* microseconds at the stage, without the last stay */
    int visits[STAGES + 1];
} deal;

/* The rows of one deal, in order. */
typedef struct deal_rows {
    cm_funnel_row *rows;
    uint32 count, capacity;
} deal_rows;

static int
stage_of(const cm_funnel_row *row)
{
    return __builtin_ctzll(row->steps) + 1;
}

/* ---- reading the rows of a deal ---- */

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
    cm_moment at = c->from->clock == CM_LOCAL ? cm_moment_local(a->at) : a->at;

    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
         errmsg("%s came to stage %d and to stage %d at one time, %s", deal_name(c), stage_of(a), stage_of(b),
                DatumGetCString(DirectFunctionCall1(cm_metric_moment_out, MomentGetDatum(at)))),
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
collect_rows(const cm_funnel_customer *c, int64 as_of, deal_rows *r)
{
    cm_funnel_event event;

    if (c->rows > r->capacity) {
        if (r->rows != NULL)
            pfree(r->rows);
        r->capacity = c->rows;
        r->rows = MemoryContextAllocHuge(CurrentMemoryContext, (Size) r->capacity * sizeof(cm_funnel_row));
    }
    r->count = 0;
    for (uint32 at = c->at; cm_funnel_next_row(c, &at, &event) && event.row.at <= as_of;) {
        if ((event.row.steps & (event.row.steps - 1)) != 0)
            several_stages_error(c);
        r->rows[r->count++] = event.row;
    }
    if (c->from->layout == CM_FUNNEL_ORDERED)
        qsort(r->rows, r->count, sizeof(cm_funnel_row), compare_rows);
    for (uint32 i = 1; i < r->count; i++)
        if (r->rows[i].at == r->rows[i - 1].at && r->rows[i].order == r->rows[i - 1].order &&
            r->rows[i].steps != r->rows[i - 1].steps)
            order_error(c, &r->rows[i - 1], &r->rows[i]);
}

static void
read_deal(const cm_funnel_customer *c, int stages, int64 as_of, deal_rows *r, deal *d)
{
    memset(d, 0, sizeof(*d));
    collect_rows(c, as_of, r);
    for (uint32 i = 0; i < r->count; i++) {
        const cm_funnel_row *row = &r->rows[i];
        int stage = stage_of(row);

        if (d->last_stage == stage) /* a second row of the same stay */
            continue;
        if (d->last_stage != 0)
            d->stay[d->last_stage] += row->at - d->last_at;
        if (d->visits[stage]++ == 0)
            d->first[stage] = row->at;
        d->last_stage = stage;
        d->last_at = row->at;
        if (stage <= stages)
            d->highest = Max(d->highest, stage);
    }
}

/* Argument 1, or the highest stage in the data. */
static int
stages_argument(FunctionCallInfo fcinfo, const cm_funnel *f)
{
    if (PG_ARGISNULL(1)) {
        uint64 steps = cm_funnel_all_steps(f);

        return steps == 0 ? 0 : 64 - __builtin_clzll(steps);
    }

    int stages = CM_ARG_INT(1, "stages");

    if (stages < 1 || stages > STAGES)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"stages\" is out of range: %d", stages),
                        errdetail("There are from 1 to %d stages.", STAGES)));
    return stages;
}

/* ---- all deals ---- */

typedef struct stage_counts {
    int64 passed, implied, here;
    cm_funnel_times taken; /* by deals that left */
} stage_counts;

static void
count_deals(const cm_funnel *f, int stages, int64 as_of, stage_counts *counts)
{
    cm_funnel_customer c = {.from = f};
    deal *d = palloc(sizeof(deal));
    deal_rows rows = {NULL, 0, 0};

    while (cm_funnel_next(&c)) {
        CHECK_FOR_INTERRUPTS();
        read_deal(&c, stages, as_of, &rows, d);
        for (int stage = 1; stage <= stages; stage++) {
            counts[stage].passed += d->visits[stage] > 0;
            counts[stage].implied += d->highest >= stage;
            counts[stage].here += d->last_stage == stage;
            if (d->visits[stage] > 0 && d->last_stage != stage)
                cm_funnel_add_time(&counts[stage].taken, d->stay[stage]);
        }
    }
}

/*
 * (funnels, stages, as_of, confidence) -> stage, passed_through, implied, here_now, rate_from_start, rate_from_previous,
 * lower, upper, median_days, p90_days
 */
PG_FUNCTION_INFO_V1(cm_stage_report);
Datum
cm_stage_report(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
        return (Datum) 0;

    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    int stages = stages_argument(fcinfo, f);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
    stage_counts *counts = palloc0((STAGES + 1) * sizeof(stage_counts));

    count_deals(f, stages, cm_funnel_as_of(fcinfo, 2, f), counts);
    for (int stage = 1; stage <= stages; stage++) {
        const stage_counts *here = &counts[stage];
        cm_row row = cm_row_empty();
        double median, p90;

        cm_row_set(&row, 0, Int32GetDatum(stage));
        cm_row_set_int(&row, 1, here->passed);
        cm_row_set_int(&row, 2, here->implied);
        cm_row_set_int(&row, 3, here->here);
        cm_row_set_float(&row, 4, (double) here->implied / (double) counts[1].implied);
        if (stage > 1) {
            cm_interval rate = cm_wilson(here->implied, counts[stage - 1].implied, confidence);

            cm_row_set_float(&row, 5, rate.value);
            cm_row_set_float(&row, 6, rate.lower);
            cm_row_set_float(&row, 7, rate.upper);
        }
        cm_funnel_median_and_p90(&here->taken, &median, &p90);
        cm_row_set_float(&row, 8, median);
        cm_row_set_float(&row, 9, p90);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- one deal ---- */

/* (funnel, stages, as_of) -> stage, entered_at, visits, days, here_now; a row for each stage or end it came to */
PG_FUNCTION_INFO_V1(cm_deal_stages);
Datum
cm_deal_stages(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0))
        return (Datum) 0;

    cm_funnel_customer c = {.from = PG_GETARG_FUNNEL(0)};
    int stages = stages_argument(fcinfo, c.from);
    int64 as_of = cm_funnel_as_of(fcinfo, 2, c.from);
    deal *d = palloc(sizeof(deal));
    deal_rows rows = {NULL, 0, 0};

    if (!cm_funnel_next(&c))
        return (Datum) 0;
    read_deal(&c, stages, as_of, &rows, d);
    for (int stage = 1; stage <= stages; stage++) {
        bool here = d->last_stage == stage;
        cm_row row = cm_row_empty();

        if (d->visits[stage] == 0)
            continue;
        cm_row_set(&row, 0, Int32GetDatum(stage));
        cm_row_set(&row, 1, TimestampTzGetDatum(d->first[stage]));
        cm_row_set(&row, 2, Int32GetDatum(d->visits[stage]));
        if (!here)
            cm_row_set_float(&row, 3, cm_funnel_days(0, d->stay[stage]));
        else if (as_of != CM_FUNNEL_NO_LIMIT)
            cm_row_set_float(&row, 3,
                             cm_funnel_days(0, d->stay[stage]) +
                                 (double) ((int128) as_of - d->last_at) / USECS_PER_DAY);
        cm_row_set(&row, 4, BoolGetDatum(here));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
