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

#include "core/check.h"
#include "core/row.h"
#include "funnel/funnel_times.h"
#include "funnel/stays.h"
#include "math/proportion.h"

/* What one deal did. */
typedef struct deal {
    int last_stage;             /* of its last row; 0: no rows */
    int64 last_at;              /* when it came there */
    int highest;                /* among the stages */
    int64 first[CM_STAGES + 1]; /* first time at the stage */
    int64 stay[CM_STAGES + 1];  /* microseconds at the stage, without the last stay */
    int visits[CM_STAGES + 1];
} deal;

static void
read_deal(const cm_funnel_customer *c, int stages, int64 as_of, cm_stays *stays, deal *d)
{
    memset(d, 0, sizeof(*d));
    cm_stays_read(c, as_of, stays);
    for (uint32 i = 0; i < stays->count; i++) {
        const cm_funnel_row *row = &stays->rows[i];
        int stage = cm_stage_of(row);

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
    cm_stays stays = {NULL, 0, 0};

    while (cm_funnel_next(&c)) {
        CHECK_FOR_INTERRUPTS();
        read_deal(&c, stages, as_of, &stays, d);
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
    int stages = cm_stages_argument(fcinfo, "stages", f);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
    stage_counts *counts = palloc0((CM_STAGES + 1) * sizeof(stage_counts));

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
    int stages = cm_stages_argument(fcinfo, "stages", c.from);
    int64 as_of = cm_funnel_as_of(fcinfo, 2, c.from);
    deal *d = palloc(sizeof(deal));
    cm_stays stays = {NULL, 0, 0};

    if (!cm_funnel_next(&c))
        return (Datum) 0;
    read_deal(&c, stages, as_of, &stays, d);
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
