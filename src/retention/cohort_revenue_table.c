/* Cohorts, and what they brought in each period; see cohort_revenue_table.h. */
#include "postgres.h"

#include "miscadmin.h"

#include "core/check.h"
#include "retention/cohort_revenue_table.h"
#include "retention/report.h"

/* The period a customer began in; false for who has only refunds. */
static bool
cohort_of(const cm_map *map, const cm_revenue_entry *customer, int32 *period)
{
    if (cm_revenue_params_of(map)->begun) {
        *period = customer->began;
        return true;
    }
    cm_revenue_cursor cursor = cm_revenue_begin_items(map, customer);
    cm_revenue_item item;

    while (cm_revenue_next(&cursor, &item))
        if (item.orders > 0) {
            *period = item.period;
            return true;
        }
    return false;
}

static bool
find_span(cm_revenue_table *t)
{
    int64 first = PG_INT64_MAX, last = PG_INT64_MIN;
    int32 finished = t->horizon.finished, period;

    for (uint32 entry = 0; entry < t->map->count; entry++) {
        const cm_revenue_entry *customer = cm_map_payload(t->map, entry);

        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        if (!cohort_of(t->map, customer, &period) || period >= finished)
            continue;
        first = Min(first, period);
        last = Max(last, period);
        if (customer->used > 0)
            last = Max(last, Min(customer->last, finished - 1));
    }
    if (first > last)
        return false;
    t->span = (cm_report_span){(int32) first, last - first + 1, finished - first, t->horizon.begun - first};
    cm_report_check_periods(&t->span);
    return true;
}

static cm_revenue_cohort *
join(cm_revenue_table *t, int64 index)
{
    cm_revenue_cohort *row = &t->rows[index];

    if (row->customers++ > 0)
        return row;
    row->begun = t->span.begun - index;
    row->complete = t->span.finished - index;
    row->kept = t->span.active - index;
    t->cells += row->begun;
    cm_report_check_cells(t->cells);
    row->cells = palloc_extended(row->kept * sizeof(cm_revenue_cell), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
    return row;
}

static void
count_customer(cm_revenue_table *t, const cm_revenue_entry *customer)
{
    const int32 *scales = t->params->scales;
    int32 began;
    int128 start = 0;

    if (!cohort_of(t->map, customer, &began) || began >= t->horizon.finished)
        return;

    cm_revenue_cohort *row = join(t, (int64) began - t->span.first);

    cm_revenue_cursor cursor = cm_revenue_begin_items(t->map, customer);
    cm_revenue_item item;

    while (cm_revenue_next(&cursor, &item) && item.period < t->horizon.finished) {
        int64 n = (int64) item.period - began;

        if (n < 0) /* refunds before the first order */
            continue;

        cm_revenue_cell *c = &row->cells[n];

        if (n == 0)
            start = item.units;
        cm_revenue_sum(&c->revenue, item.units, scales[0]);
        cm_revenue_sum(&c->cost, item.cost, scales[1]);
        c->orders = cm_add_counts(c->orders, item.orders, "orders");
        c->buyers += item.orders > 0;
        if (start > 0) {
            cm_revenue_sum(&c->end, item.units, scales[0]);
            cm_revenue_sum(&c->kept, Max(0, Min(item.units, start)), scales[0]);
        }
    }
}

cm_revenue_table
cm_revenue_table_of(FunctionCallInfo fcinfo)
{
    cm_revenue_table t = {.map = PG_GETARG_COHORT_REVENUE(0)};
    DateADT as_of = CM_ARG_DAY_OF(1, "as_of");

    t.params = cm_revenue_params_of(t.map);
    if (t.map->count == 0)
        return t;
    t.horizon = cm_horizon_at(t.params->calendar, as_of);
    if (!find_span(&t))
        return t;
    t.count = t.span.active;
    t.rows = palloc_extended(t.count * sizeof(cm_revenue_cohort), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
    for (uint32 entry = 0; entry < t.map->count; entry++) {
        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        count_customer(&t, cm_map_payload(t.map, entry));
    }
    return t;
}
