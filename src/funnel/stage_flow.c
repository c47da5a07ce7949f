/*
 * Where deals go from each stage and how long they stay: stage_flow over all deals, stage_stays as a row for each stay,
 * stage_durations as lifetimes. Stays as in stays.h.
 *
 * A deal is lost out of a stage if it has ended (its last row is of a number beyond the last stage) and this was the last
 * stage it was in. So each deal that is lost now is lost out of one stage, and one that was lost and opened again out of
 * none.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "funnel/stays.h"
#include "math/proportion.h"

/* ---- all deals, by stage ---- */

typedef struct flow {
    int64 entered, lost, here; /* deals */
    int64 stays, forward, back;
    int128 time; /* in the stage, in microseconds */
    cm_survival *durations;
} flow;

static void
count_stay(const cm_stays *s, uint32 i, int stages, int64 as_of, flow *at)
{
    bool runs = cm_stay_runs(s, i);
    int64 until = runs ? as_of : s->rows[i + 1].at;
    int next = runs ? 0 : cm_stage_of(&s->rows[i + 1]);

    at->stays++;
    at->here += runs;
    at->forward += next > cm_stage_of(&s->rows[i]) && next <= stages;
    at->back += next > 0 && next < cm_stage_of(&s->rows[i]);
    if (runs && as_of == CM_FUNNEL_NO_LIMIT)
        return;
    at->time += (int128) until - s->rows[i].at;
    cm_add_stay(&at->durations, (int128) until - s->rows[i].at, !runs);
}

static void
count_deal(const cm_stays *s, int stages, int64 as_of, flow *flows)
{
    uint64 seen = 0;
    int last = 0;

    for (uint32 i = 0; i < s->count; i++) {
        int stage = cm_stage_of(&s->rows[i]);

        if (stage > stages)
            continue;
        flows[stage].entered += (seen & s->rows[i].steps) == 0;
        seen |= s->rows[i].steps;
        last = stage;
        count_stay(s, i, stages, as_of, &flows[stage]);
    }
    if (last > 0 && cm_stage_of(&s->rows[s->count - 1]) > stages)
        flows[last].lost++;
}

static void
set_flow(cm_row *row, int stage, const flow *at, bool known, double confidence)
{
    cm_interval spillage = cm_wilson(at->lost, at->entered, confidence);

    cm_row_set(row, 0, Int32GetDatum(stage));
    cm_row_set_int(row, 1, at->entered);
    cm_row_set_int(row, 2, at->lost);
    cm_row_set_int(row, 3, at->here);
    cm_row_set_float(row, 4, spillage.value);
    cm_row_set_float(row, 5, spillage.lower);
    cm_row_set_float(row, 6, spillage.upper);
    cm_row_set_int(row, 7, at->stays);
    cm_row_set_int(row, 8, at->forward);
    cm_row_set_int(row, 9, at->back);
    if (!known && at->here > 0) /* nobody knows how long they have been there */
        return;

    const cm_survival *durations = cm_survival_read(PointerGetDatum(at->durations));
    cm_interval median = cm_survival_quantile(cm_survival_lifetimes(durations), 0.5, confidence);

    cm_row_set_float(row, 10, (double) at->time / USECS_PER_DAY / (double) at->entered);
    cm_row_set_float(row, 11, median.value);
    cm_row_set_float(row, 12, median.lower);
    cm_row_set_float(row, 13, median.upper);
}

/* stage_flow(funnels, stages, as_of, confidence) -> a row for each stage */
PG_FUNCTION_INFO_V1(cm_stage_flow);
Datum
cm_stage_flow(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
        return (Datum) 0;

    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    int stages = cm_stages_argument(fcinfo, "stages", f);
    int64 as_of = cm_funnel_as_of(fcinfo, 2, f);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
    flow *flows = palloc0((CM_STAGES + 1) * sizeof(flow));
    cm_funnel_customer c = {.from = f};
    cm_stays stays = {NULL, 0, 0};

    for (int stage = 1; stage <= stages; stage++)
        flows[stage].durations = cm_survival_new(0);
    while (cm_funnel_next(&c)) {
        CHECK_FOR_INTERRUPTS();
        cm_stays_read(&c, as_of, &stays);
        count_deal(&stays, stages, as_of, flows);
    }
    for (int stage = 1; stage <= stages; stage++) {
        cm_row row = cm_row_empty();

        set_flow(&row, stage, &flows[stage], as_of != CM_FUNNEL_NO_LIMIT, confidence);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* stage_durations(funnels, stage, as_of): the stays in one stage, those that run as censored */
PG_FUNCTION_INFO_V1(cm_stage_durations);
Datum
cm_stage_durations(PG_FUNCTION_ARGS)
{
    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    int stage = cm_stages_argument(fcinfo, "stage", f);
    int64 as_of = cm_funnel_as_of(fcinfo, 2, f);
    cm_survival *durations = cm_survival_new(0);
    cm_funnel_customer c = {.from = f};
    cm_stays stays = {NULL, 0, 0};

    while (cm_funnel_next(&c)) {
        CHECK_FOR_INTERRUPTS();
        cm_stays_read(&c, as_of, &stays);
        for (uint32 i = 0; i < stays.count; i++)
            if (cm_stage_of(&stays.rows[i]) == stage) {
                bool runs = cm_stay_runs(&stays, i);

                cm_add_stay(&durations, (int128) (runs ? as_of : stays.rows[i + 1].at) - stays.rows[i].at,
                            !runs);
            }
    }
    PG_RETURN_POINTER(cm_survival_read(PointerGetDatum(durations)));
}

/* ---- each stay ---- */

static void
set_stay(cm_row *row, const cm_stays *s, uint32 i, int64 as_of)
{
    int64 from = s->rows[i].at;

    cm_row_set(row, 1, Int32GetDatum(cm_stage_of(&s->rows[i])));
    cm_row_set(row, 2, Int32GetDatum((int32) i + 1));
    cm_row_set(row, 3, TimestampTzGetDatum(from));
    if (!cm_stay_runs(s, i)) {
        cm_row_set(row, 4, TimestampTzGetDatum(s->rows[i + 1].at));
        cm_row_set(row, 5, Int32GetDatum(cm_stage_of(&s->rows[i + 1])));
        cm_row_set_float(row, 6, (double) ((int128) s->rows[i + 1].at - from) / USECS_PER_DAY);
    } else if (as_of != CM_FUNNEL_NO_LIMIT)
        cm_row_set_float(row, 6, (double) ((int128) as_of - from) / USECS_PER_DAY);
}

/* stage_stays(funnels, stages, as_of) -> deal_id, stage, stay, entered_at, left_at, left_to, days */
PG_FUNCTION_INFO_V1(cm_stage_stays);
Datum
cm_stage_stays(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0))
        return (Datum) 0;

    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    int stages = cm_stages_argument(fcinfo, "stages", f);
    int64 as_of = cm_funnel_as_of(fcinfo, 2, f);
    cm_funnel_customer c = {.from = f};
    cm_stays stays = {NULL, 0, 0};

    while (cm_funnel_next(&c)) {
        CHECK_FOR_INTERRUPTS();
        cm_stays_read(&c, as_of, &stays);
        for (uint32 i = 0; i < stays.count; i++)
            if (cm_stage_of(&stays.rows[i]) <= stages) {
                cm_row row = cm_row_empty();
                cm_key id = cm_funnel_key(&c);

                cm_row_set(&row, 0, cm_key_datum(&id));
                set_stay(&row, &stays, i, as_of);
                cm_rows_put(fcinfo, &row);
            }
    }
    return (Datum) 0;
}
