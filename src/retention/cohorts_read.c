/* What the reports of retention read of cohorts; see cohorts.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "retention/cohorts.h"

void
cm_cohorts_history(const cm_map *cohorts, uint32 entry, int64 before, cm_active_periods *h)
{
    const cm_cohorts_entry *customer = cm_map_payload(cohorts, entry);
    cm_chunk latest = {customer->bits, customer->word, 0};
    cm_calendar calendar = cm_cohorts_calendar(cohorts);

    h->n = 0;
    if (customer->earlier.used > 0)
        cm_history_add(h, calendar, cm_list_data(cohorts, &customer->earlier), customer->earlier.used,
                       before);
    cm_history_add(h, calendar, &latest, 1, before);
}

void
cm_cohorts_visit(const cm_map *cohorts, int64 before, void (*visit)(void *report, const cm_active_periods *h),
                 void *report)
{
    cm_active_periods h = {0};

    for (uint32 entry = 0; entry < cohorts->count; entry++) {
        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        cm_cohorts_history(cohorts, entry, before, &h);
        if (h.n > 0)
            visit(report, &h);
    }
}

static void
periods_error(const char *until)
{
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("more than %d periods lie between the first activity and %s", CM_MAX_PERIODS, until),
             errhint("Check the dates, or use longer periods.")));
}

bool
cm_cohorts_span(const cm_map *cohorts, cm_report_horizon horizon, cm_report_span *span)
{
    cm_calendar calendar = cm_cohorts_calendar(cohorts);
    int64 least = PG_INT64_MAX, latest = PG_INT64_MIN;

    for (uint32 entry = 0; entry < cohorts->count; entry++) {
        const cm_cohorts_entry *customer = cm_map_payload(cohorts, entry);
        cm_chunk chunk = {customer->bits, customer->word, 0};

        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        latest = Max(latest, (int64) chunk.word * 64 + pg_leftmost_one_pos64(chunk.bits));
        if (customer->earlier.used > 0)
            chunk = *(const cm_chunk *) cm_list_data(cohorts, &customer->earlier);
        least = Min(least, (int64) chunk.word * 64 + pg_rightmost_one_pos64(chunk.bits));
    }
    if (cohorts->count == 0)
        return false;
    least = cm_day_number(calendar, (DateADT) least);
    latest = cm_day_number(calendar, (DateADT) latest);
    if (least >= horizon.finished)
        return false;
    span->first = (int32) least;
    span->active = Min(latest + 1, horizon.finished) - least;
    span->finished = horizon.finished - least;
    span->begun = horizon.begun - least;
    if (span->active > CM_MAX_PERIODS)
        periods_error("the last");
    return true;
}

void
cm_report_check_periods(const cm_report_span *span)
{
    if (span->begun > CM_MAX_PERIODS)
        periods_error("\"as_of\"");
}
