/* Cohort retention of customers who begin with their first activity; the table is that of cohort_table.h. */
#include "postgres.h"

#include "core/check.h"
#include "retention/activity.h"
#include "retention/cohort_table.h"
#include "retention/cohorts.h"
#include "retention/report.h"

typedef struct counting {
    cm_cohort_table table;
    cm_report_span span;
} counting;

static void
count_customer(void *report, const cm_active_periods *h)
{
    counting *c = report;
    int64 index = (int64) h->periods[0] - c->span.first;
    cm_cohort *row = cm_cohort_table_join(&c->table, index, c->span.begun - index, c->span.finished - index,
                                          c->span.active - index);

    cm_cohort_table_count(&c->table, row, h->periods, h->n, h->periods[0]);
}

/* From arguments (cohorts, as_of, mode, reference); not yet ended. */
static cm_cohort_table
count(FunctionCallInfo fcinfo)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    counting c = {.table = cm_cohort_table_begin(fcinfo, cm_cohorts_calendar(cohorts))};
    cm_report_horizon horizon = cm_horizon_at(c.table.calendar, CM_ARG_DAY_OF(1, "as_of"));

    c.table.begun_by_return = true;
    if (cm_cohorts_span(cohorts, horizon, &c.span)) {
        cm_report_check_periods(&c.span);
        cm_cohort_table_rows(&c.table, c.span.first, c.span.active);
        cm_cohorts_visit(cohorts, horizon.finished, count_customer, &c);
    }
    return c.table;
}

/* cohort_retention_base(cohorts, as_of, mode, reference) */
PG_FUNCTION_INFO_V1(cm_cohort_retention_base);
Datum
cm_cohort_retention_base(PG_FUNCTION_ARGS)
{
    cm_cohort_table t = count(fcinfo);

    return cm_cohort_table_base(&t, CM_ARG_DAY_OF(1, "as_of"), 0);
}

/* From arguments (cohorts, as_of, mode, reference, confidence). */
static cm_cohort_table
make_table(FunctionCallInfo fcinfo)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(4));
    cm_cohort_table t = count(fcinfo);

    t.confidence = confidence;
    cm_cohort_table_end(&t);
    return t;
}

/* cohort_retention(cohorts, as_of, mode, reference, confidence) */
PG_FUNCTION_INFO_V1(cm_cohort_retention);
Datum
cm_cohort_retention(PG_FUNCTION_ARGS)
{
    cm_cohort_table t = make_table(fcinfo);

    return cm_cohort_table_cells(fcinfo, &t);
}

/* retention_curve(cohorts, as_of, mode, reference, confidence): the cells that are complete, of all cohorts */
PG_FUNCTION_INFO_V1(cm_retention_curve);
Datum
cm_retention_curve(PG_FUNCTION_ARGS)
{
    cm_cohort_table t = make_table(fcinfo);

    return cm_cohort_table_curve(fcinfo, &t);
}

/* retained(activity, after, as_of, mode): the cell that one customer counts in; NULL if it is not over */
PG_FUNCTION_INFO_V1(cm_activity_retained);
Datum
cm_activity_retained(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    int64 after = CM_ARG_INT(1, "after");
    cm_report_horizon horizon = cm_horizon_at(activity->calendar, CM_ARG_DAY_OF(2, "as_of"));
    cm_retention_mode mode = cm_retention_mode_from_text(PG_GETARG_TEXT_PP(3));
    cm_active_periods h = {0};

    cm_check_count(after, "after");
    cm_history_add(&h, activity->calendar, activity->chunks, activity->count, horizon.finished);
    if (h.n == 0 || h.periods[0] + after >= horizon.finished)
        PG_RETURN_NULL();
    PG_RETURN_BOOL(cm_history_retained(&h, mode, after));
}
