/*
 * The cohort table as a base that can be added to others, and back; see cohort_table.h and states/report_base.h. A row of the
 * base is a cell: customers stand in the first one of each cohort, and in modes other than 'on' those retained are counted where
 * that changes, as in the table before it is summed up.
 */
#include "postgres.h"

#include "core/check.h"
#include "retention/cohort_returns.h"
#include "retention/cohort_table.h"
#include "retention/cohorts.h"
#include "retention/report.h"
#include "states/report_base.h"

/* Parameters, keys and counts by their places in report_base_kinds.c. */
enum { CALENDAR, AS_OF, MODE, REFERENCE, BEGINNINGS, DAYS };
enum { COHORT, PERIOD_NO };
enum { CUSTOMERS, RETAINED, TOGETHER };

Datum
cm_cohort_table_base(const cm_cohort_table *t, DateADT as_of, int beginnings)
{
    const int64 params[] = {[CALENDAR] = cm_base_from_calendar(t->calendar),
                            [AS_OF] = as_of,
                            [MODE] = t->mode,
                            [REFERENCE] = t->previous,
                            [BEGINNINGS] = beginnings,
                            [DAYS] = t->days};
    cm_base_writer w = cm_base_begin(CM_BASE_COHORT_RETENTION, params, NULL);

    for (int64 index = 0; index < t->count; index++) {
        const cm_cohort *cohort = &t->rows[index];

        for (int64 n = 0; cohort->customers > 0 && (n == 0 || n < cohort->kept); n++) {
            cm_base_row row = {.keys = {t->first + index, n}};

            row.counts[CUSTOMERS] = n == 0 ? cohort->customers : 0;
            if (n < cohort->kept) {
                row.counts[RETAINED] = cohort->retained[n];
                row.counts[TOGETHER] = cohort->together != cohort->retained ? cohort->together[n] : 0;
            }
            cm_base_put(&w, &row);
        }
    }
    PG_RETURN_POINTER(cm_base_end(&w));
}

/* The cohorts of a base: from the first to the last. */
static void
make_rows(cm_cohort_table *t, cm_base_reader r)
{
    int64 first = PG_INT64_MAX, last = PG_INT64_MIN;

    while (cm_base_next(&r)) {
        first = Min(first, r.row.keys[COHORT]);
        last = r.row.keys[COHORT];
    }
    if (first > last)
        return;
    if (last - first >= CM_MAX_PERIODS)
        cm_base_error(&r, "It has more cohorts than there may be periods");
    cm_cohort_table_rows(t, first, last - first + 1);
}

/* All rows of one cohort, whose first one is at hand; returns whether there are more. */
static bool
read_cohort(cm_cohort_table *t, cm_base_reader *r, const cm_cohort_returns_reading *at)
{
    int64 cohort = r->row.keys[COHORT];
    int64 complete = cm_cohort_returns_complete(at, cohort), kept = 0;
    cm_base_reader ahead = *r;
    cm_cohort *row;
    bool more = true;

    do {
        kept = Max(kept, ahead.row.keys[PERIOD_NO] + 1);
        more = cm_base_next(&ahead);
    } while (more && ahead.row.keys[COHORT] == cohort);
    if (r->row.keys[PERIOD_NO] != 0 || r->row.counts[CUSTOMERS] < 1 || complete < 0)
        cm_base_error(r, "A cohort has no customers, or is not known at \"as_of\"");
    kept = Min(kept, complete);
    row = cm_cohort_table_join(t, cohort - t->first, cm_cohort_returns_begun(at, cohort), complete, kept);
    row->customers = r->row.counts[CUSTOMERS];
    do {
        int64 n = r->row.keys[PERIOD_NO];

        if (n < kept) {
            row->retained[n] = r->row.counts[RETAINED];
            if (row->together != row->retained)
                row->together[n] = r->row.counts[TOGETHER];
        } else if (n > 0)
            cm_base_error(r, "A period is not over at \"as_of\"");
    } while ((more = cm_base_next(r)) && r->row.keys[COHORT] == cohort);
    return more;
}

/* From arguments (base, confidence). */
static cm_cohort_table
table_of_base(FunctionCallInfo fcinfo)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_COHORT_RETENTION);
    const int64 *params = r.base->params;
    cm_cohort_table t = {.calendar = cm_base_calendar(&r),
                         .days = (int32) params[DAYS],
                         .mode = (cm_retention_mode) params[MODE],
                         .previous = params[REFERENCE] == 1,
                         .begun_by_return = params[BEGINNINGS] == 0,
                         .confidence = confidence};

    if (r.base->rows == 0)
        return t;
    if (params[DAYS] < 0 || params[DAYS] > CM_MAX_ROLLING)
        cm_base_error(&r, "It has no such periods");

    cm_cohort_returns_reading at = {.periods = {.calendar = t.calendar, .days = (uint16) params[DAYS]},
                                    .as_of = (DateADT) params[AS_OF],
                                    .horizon = cm_horizon_at(t.calendar, (DateADT) params[AS_OF])};
    make_rows(&t, r);
    for (bool more = cm_base_next(&r); more;)
        more = read_cohort(&t, &r, &at);
    cm_cohort_table_end(&t);
    return t;
}

/* cohort_retention(base, confidence) */
PG_FUNCTION_INFO_V1(cm_cohort_retention_of_base);
Datum
cm_cohort_retention_of_base(PG_FUNCTION_ARGS)
{
    cm_cohort_table t = table_of_base(fcinfo);

    return cm_cohort_table_cells(fcinfo, &t);
}

/* retention_curve(base, confidence) */
PG_FUNCTION_INFO_V1(cm_retention_curve_of_base);
Datum
cm_retention_curve_of_base(PG_FUNCTION_ARGS)
{
    cm_cohort_table t = table_of_base(fcinfo);

    return cm_cohort_table_curve(fcinfo, &t);
}
