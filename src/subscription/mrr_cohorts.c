/*
 * Monthly recurring revenue by cohort. A customer's cohort is the period of their first revenue; what they began with is the
 * base of both rates. A cell holds what a cohort brings at the end of the n-th period after its own:
 *
 *   net = sum revenue then / sum revenue they began with
 *   gross = sum min(revenue then, revenue they began with) / sum revenue they began with
 *
 * A customer costs as many steps as there are changes of revenue, however many periods they stay: revenue that holds for a run
 * of periods is entered at its two ends and summed up at last.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "math/proportion.h"
#include "states/order.h"
#include "subscription/mrr_periods.h"

#define MOST_PERIODS 1000000
#define MOST_CELLS 10000000

/* While customers are entered: by how much the cell differs from the one before. */
typedef struct cell {
    int128 revenue;
    int128 kept; /* of it, of each customer no more than they began with */
    int64 active;
} cell;

typedef struct cohort {
    int64 customers;
    int128 start;
    cell *cells; /* NULL without customers */
} cohort;

typedef struct cohort_table {
    const cm_map *map;
    cm_calendar calendar;
    int32 first;   /* cohort of the first row */
    int32 over;    /* the first period that is not over at as_of */
    DateADT end;   /* its first day: changes from then on are not known */
    bool running;  /* as_of cuts that one */
    int64 periods; /* from the first cohort to the last that is over; 0: nobody is known */
    int64 cells;
    cohort *rows; /* one for each of them */
} cohort_table;

static void
too_many(const char *what, int most)
{
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("there are more than %d %s up to \"as_of\"", most, what),
                    errhint("Check \"as_of\", or choose a longer period.")));
}

static void
find_periods(cohort_table *t)
{
    DateADT first = cm_mrr_first_day(t->map, t->end);

    if (first >= t->end)
        return;
    t->first = cm_period_of(t->calendar, first);
    t->periods = (int64) t->over - t->first;
    if (t->periods > MOST_PERIODS)
        too_many("periods", MOST_PERIODS);
}

static void
add(const cohort_table *t, int128 *sum, int128 units)
{
    *sum = cm_units_add(*sum, units, mrr_scale(t->map));
}

/* The customer, who began with start, has this revenue at the ends of periods from and on, before to. */
static void
enter(const cohort_table *t, cohort *row, int64 from, int64 to, int128 revenue, int128 start)
{
    int128 kept = Min(revenue, start);

    if (from >= to || revenue == 0)
        return;
    add(t, &row->cells[from].revenue, revenue);
    add(t, &row->cells[to].revenue, -revenue);
    add(t, &row->cells[from].kept, kept);
    add(t, &row->cells[to].kept, -kept);
    row->cells[from].active++;
    row->cells[to].active--;
}

/* Revenue begins with the first change, as none is zero. */
static void
take_customer(cohort_table *t, uint32 entry)
{
    uint32 count;
    const cm_mrr_change *changes = mrr_changes(t->map, entry, &count);

    if (count == 0 || changes[0].day >= t->end)
        return;

    int32 began = cm_period_of(t->calendar, changes[0].day);
    cohort *row = &t->rows[began - t->first];
    int64 from = 0, cells = t->over - began;
    int128 start = cm_mrr_after(t->map, entry, 0, &changes[0]), revenue = start;

    if (row->customers++ == 0) {
        t->cells += cells + t->running;
        if (t->cells > MOST_CELLS)
            too_many("cells", MOST_CELLS);
        row->cells =
            palloc_extended((cells + 1) * sizeof(cell), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO); /* ends of runs */
    }
    add(t, &row->start, start);
    for (uint32 i = 1; i < count && changes[i].day < t->end; i++) {
        int64 to = (int64) cm_period_of(t->calendar, changes[i].day) - began;

        enter(t, row, from, to, revenue, start);
        from = to;
        revenue = cm_mrr_after(t->map, entry, revenue, &changes[i]);
    }
    enter(t, row, from, cells, revenue, start);
}

static cohort_table
make_table(const cm_map *map, cm_calendar calendar, DateADT as_of)
{
    cohort_table t = {.map = map, .calendar = calendar, .over = cm_period_of(calendar, as_of)};

    t.end = cm_period_start(calendar, t.over);
    t.running = t.end < as_of;
    find_periods(&t);
    if (t.periods == 0)
        return t;
    t.rows = palloc_extended(t.periods * sizeof(cohort), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
    for (uint32 entry = 0; entry < map->count; entry++) {
        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        take_customer(&t, entry);
    }
    return t;
}

static double
ratio(const cohort_table *t, int128 part, int128 whole)
{
    return cm_money_to_float(mrr_money(t->map, part)) / cm_money_to_float(mrr_money(t->map, whole));
}

static void
put_cell(FunctionCallInfo fcinfo, const cohort_table *t, int64 index, int64 n, const cell *c,
         int128 cumulative, double confidence)
{
    const cohort *row = &t->rows[index];
    int32 period = (int32) (t->first + index);
    bool complete = period + n < t->over;
    cm_row out = cm_row_empty();

    cm_row_set(&out, 0, DateADTGetDatum(cm_period_start(t->calendar, period)));
    cm_row_set_int(&out, 1, n);
    cm_row_set(&out, 2, DateADTGetDatum(cm_period_start(t->calendar, (int32) (period + n))));
    cm_row_set_int(&out, 3, row->customers);
    cm_row_set(&out, 8, cm_money_to_numeric(mrr_money(t->map, row->start)));
    if (complete) {
        cm_interval share = cm_wilson(c->active, row->customers, confidence);

        cm_row_set_int(&out, 4, c->active);
        cm_row_set_float(&out, 5, share.value);
        cm_row_set_float(&out, 6, share.lower);
        cm_row_set_float(&out, 7, share.upper);
        cm_row_set(&out, 9, cm_money_to_numeric(mrr_money(t->map, c->revenue)));
        cm_row_set(&out, 10, cm_money_to_numeric(mrr_money(t->map, cumulative)));
        cm_row_set_float(&out, 11, ratio(t, c->kept, row->start));
        cm_row_set_float(&out, 12, ratio(t, c->revenue, row->start));
    }
    cm_row_set(&out, 13, BoolGetDatum(complete));
    cm_rows_put(fcinfo, &out);
}

/* mrr_cohorts(mrr, period, as_of, confidence) */
PG_FUNCTION_INFO_V1(cm_mrr_cohorts);
Datum
cm_mrr_cohorts(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);
    cm_calendar calendar = cm_calendar_from_text(PG_GETARG_OPTION(1));
    DateADT as_of = CM_ARG_CALENDAR_DAY(2, "as_of");
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
    cohort_table t = make_table(map, calendar, as_of);

    cm_rows_begin(fcinfo);
    for (int64 index = 0; index < t.periods; index++) {
        cell sum = {0};
        int128 cumulative = 0;

        for (int64 n = 0; t.rows[index].customers > 0 && n < t.periods - index + t.running; n++) {
            const cell *change =
                &t.rows[index].cells[n]; /* the last one, of a running period, only ends runs */

            add(&t, &sum.revenue, change->revenue);
            add(&t, &sum.kept, change->kept);
            sum.active += change->active;
            add(&t, &cumulative, sum.revenue);
            put_cell(fcinfo, &t, index, n, &sum, cumulative, confidence);
        }
    }
    return (Datum) 0;
}
