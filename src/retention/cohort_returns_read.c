/* What a state of returns says at a day as_of, customer by customer; see cohort_returns.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "core/check.h"
#include "retention/cohorts.h"
#include "retention/cohort_returns.h"

int64
cm_cohort_returns_begun(const cm_cohort_returns_reading *r, int64 cohort)
{
    if (r->periods.days == 0)
        return r->horizon.begun - cohort;
    return (r->as_of - cohort + r->periods.days - 1) / r->periods.days;
}

/* A rolling period is over for the whole cohort when it is for those who began last, at the end of their day. */
int64
cm_cohort_returns_complete(const cm_cohort_returns_reading *r, int64 cohort)
{
    if (r->periods.days == 0)
        return r->horizon.finished - cohort;
    return Max(r->as_of - cohort - 1, 0) / r->periods.days;
}

/* The members of a chunk as periods after the beginning, those below a limit. */
static void
add_returns(cm_active_periods *returns, const cm_returns_chunk *chunk, int64 below)
{
    uint64 bits = chunk->word == 0 ? chunk->bits & ~(uint64) 1 : chunk->bits;

    if (returns->capacity - returns->n < 64)
        cm_history_reserve(returns, 64);
    for (; bits != 0; bits &= bits - 1) {
        int64 period = (int64) chunk->word * 64 + __builtin_ctzll(bits) - 1;

        if (period >= below)
            return;
        returns->periods[returns->n++] = (int32) period;
    }
}

void
cm_cohort_returns_visit_entry(const cm_cohort_returns_reading *r, uint32 entry, cm_active_periods *returns,
                              cm_cohort_returns_visitor visit, void *report)
{
    const cm_cohort_returns_entry *customer = cm_map_payload(r->map, entry);
    const cm_returns_chunk *chunk = cm_cohort_returns_chunk(r->map, customer, 0);

    for (uint32 i = 0; chunk != NULL && chunk->cohort < r->limit;) {
        int32 cohort = chunk->cohort;
        int64 complete = cm_cohort_returns_complete(r, cohort);

        CHECK_FOR_INTERRUPTS();
        returns->n = 0;
        while (chunk != NULL && chunk->cohort == cohort) {
            add_returns(returns, chunk, complete);
            chunk = i < customer->earlier.used ? cm_cohort_returns_chunk(r->map, customer, ++i) : NULL;
        }
        visit(report, cohort, returns);
        if (!r->every)
            return;
    }
}

void
cm_cohort_returns_visit(const cm_cohort_returns_reading *r, cm_cohort_returns_visitor visit, void *report)
{
    cm_active_periods returns = {0};

    for (uint32 entry = 0; entry < r->map->count; entry++) {
        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        cm_cohort_returns_visit_entry(r, entry, &returns, visit, report);
    }
}

static void
too_many_periods(void)
{
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("more than %d periods lie between the first beginning and \"as_of\"", CM_MAX_PERIODS),
             errhint("Check the dates, or use longer periods.")));
}

cm_cohort_returns_reading
cm_cohort_returns_at(const cm_map *map, DateADT as_of)
{
    cm_cohort_returns_reading r = {.map = map, .periods = *cm_cohort_returns_periods_of(map), .as_of = as_of};

    r.horizon = cm_horizon_at(r.periods.calendar, as_of);
    r.limit = r.horizon.finished; /* of rolling periods, whose calendar is of days: as_of */
    return r;
}

cm_cohort_returns_reading
cm_cohort_returns_read(const cm_map *map, DateADT as_of, const cm_word *beginnings)
{
    static const char *const names[] = {"first", "every", NULL};
    cm_cohort_returns_reading r = cm_cohort_returns_at(map, as_of);
    int64 last = PG_INT64_MIN;

    r.every = cm_option(beginnings, "beginnings", names) == 1;
    r.first = PG_INT64_MAX;
    for (uint32 entry = 0; entry < map->count; entry++) {
        const cm_cohort_returns_entry *customer = cm_map_payload(map, entry);

        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        for (uint32 i = 0; i <= customer->earlier.used; i++) {
            const cm_returns_chunk *chunk = cm_cohort_returns_chunk(map, customer, i);

            if (chunk->cohort >= r.limit)
                break;
            r.first = Min(r.first, chunk->cohort);
            last = Max(last, chunk->cohort);
            r.active = Max(r.active, (int64) chunk->word * 64 + pg_leftmost_one_pos64(chunk->bits));
        }
    }
    if (last < r.first)
        return r;
    r.count = last - r.first + 1;
    if (r.count > CM_MAX_PERIODS || cm_cohort_returns_begun(&r, r.first) > CM_MAX_PERIODS)
        too_many_periods();
    return r;
}
