/* Collecting and merging sums by period; see period_sums.h. Text, binary form and JSON are in period_sums_io.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/ladder.h"
#include "states/order.h"
#include "states/period_sums.h"

static const cm_ladder by_period = {sizeof(cm_period_sum), offsetof(cm_period_sum, period)};

static Size
size_of(Size periods)
{
    return offsetof(cm_period_sums, periods) + periods * sizeof(cm_period_sum);
}

static Size
capacity_of(const cm_period_sums *s)
{
    return (VARSIZE(s) - offsetof(cm_period_sums, periods)) / sizeof(cm_period_sum);
}

cm_period_sums *
cm_period_sums_new(const cm_period_sums_kind *kind, cm_extent extent, cm_calendar calendar, uint32 capacity)
{
    cm_period_sums *s = cm_state_new(&kind->state, size_of(capacity));

    if (kind->in_total)
        s->extent = extent;
    if (extent == CM_BY_PERIOD)
        s->calendar = calendar;
    else if (!kind->in_total)
        s->calendar = CM_NO_CALENDAR;
    return s;
}

cm_extent
cm_period_sums_extent(const cm_period_sums *s, const cm_period_sums_kind *kind)
{
    if (kind->in_total)
        return s->extent;
    return s->calendar.unit == CM_NO_PERIOD ? CM_OF_NO_ROWS : CM_BY_PERIOD;
}

/* A copy with this much room. */
static cm_period_sums *
with_capacity(const cm_period_sums *s, const cm_period_sums_kind *kind, uint32 capacity)
{
    cm_period_sums *copy = cm_state_new(&kind->state, size_of(capacity));
    cm_state head = copy->head;

    memcpy(copy, s, size_of(s->count));
    copy->head = head;
    return copy;
}

const cm_period_sums *
cm_period_sums_read(Datum datum, const cm_period_sums_kind *kind)
{
    const cm_period_sums *s = cm_state_read(datum, &kind->state);
    cm_period_sums *canonical;

    if (unlikely(s->count > capacity_of(s) || s->extent > CM_OF_NO_ROWS))
        cm_state_error(&s->head, &kind->state);
    if (s->count == capacity_of(s) && s->searches == 0 &&
        cm_ladder_is_sorted(&by_period, s->periods, s->count))
        return s;
    canonical = with_capacity(s, kind, s->count);
    canonical->searches = 0;
    cm_ladder_sort(&by_period, canonical->periods, canonical->count);
    return canonical;
}

/* The place of a period at its distance from the first one, where it is if there are no gaps; else -1. */
static inline int64
place_without_gaps(const cm_period_sums *s, int32 period)
{
    int64 distance = s->count == 0 ? 0 : (int64) period - s->periods[0].period;

    if (distance >= 0 && distance < s->count && s->periods[distance].period == period)
        return distance;
    return -1;
}

const cm_period_sum *
cm_period_sums_find(const cm_period_sums *s, int32 period)
{
    int64 place = place_without_gaps(s, period);

    if (place < 0)
        place = cm_ladder_find(&by_period, s->periods, s->count, period);
    return place < 0 ? NULL : &s->periods[place];
}

/* ---- aggregate steps ---- */

cm_period_sums *
cm_period_sums_add(cm_period_sums *s, const cm_period_sums_kind *kind, int32 period, int64 count,
                   cm_money sum)
{
    int64 place = place_without_gaps(s, period);

    if (place < 0) {
        if (++s->searches >= Min(s->count, PG_UINT16_MAX)) { /* sorting costs no more than these did */
            cm_ladder_sort(&by_period, s->periods, s->count);
            s->searches = 0;
        }
        place = cm_ladder_find(&by_period, s->periods, s->count, period);
    }
    if (place < 0) {
        cm_period_sum added = {period, 0, count, sum};

        if (s->count == capacity_of(s))
            s = with_capacity(s, kind,
                              Max(2 * s->count, cm_period_sums_extent(s, kind) == CM_IN_TOTAL ? 1 : 8));
        cm_ladder_insert(&by_period, s->periods, s->count++, &added);
        return s;
    }

    cm_period_sum *at = &s->periods[place];

    at->count = cm_add_counts(at->count, count, kind->counted);
    at->sum = cm_money_add(at->sum, sum);
    return s;
}

static const char *
extent_name(cm_extent extent, cm_calendar calendar)
{
    return extent == CM_IN_TOTAL ? "in total" : psprintf("by %s", cm_calendar_name(calendar));
}

static void
check_same(const cm_period_sums *s, const cm_period_sums_kind *kind, cm_extent extent, cm_calendar calendar)
{
    cm_extent own = cm_period_sums_extent(s, kind);

    if (unlikely(own != extent || !cm_calendar_same(s->calendar, calendar)))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("cannot merge %s %s with %s %s", kind->one, extent_name(own, s->calendar),
                               kind->another, extent_name(extent, calendar)),
                        errhint("Collect both with the same period.")));
}

cm_period_sums *
cm_period_sums_own(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind, int arg)
{
    const cm_word *word = PG_GETARG_OPTION(arg);
    cm_period_sums *s = PG_ARGISNULL(0) ? NULL : cm_state_own(fcinfo, 0, &kind->state);

    if (s == NULL || cm_period_sums_extent(s, kind) == CM_OF_NO_ROWS)
        return cm_period_sums_new(kind, CM_BY_PERIOD, cm_calendar_from_text(word), 8);
    check_same(s, kind, CM_BY_PERIOD, cm_calendar_of_word(word, s->calendar));
    return s;
}

int32
cm_period_sums_period(const cm_period_sums *s, DateADT day, const char *what)
{
    int32 period = cm_period_of(s->calendar, cm_check_day(day, what));

    if (unlikely(day < CM_FIRST_DAY + 366)) /* a period may begin before the first day there is */
        cm_check_day(cm_period_start(s->calendar, period), "the first day of the period");
    return period;
}

Datum
cm_period_sums_combine(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind)
{
    cm_period_sums *s = cm_state_own(fcinfo, 0, &kind->state);
    const cm_period_sums *other = cm_state_read(PG_GETARG_DATUM(1), &kind->state);

    if (cm_period_sums_extent(other, kind) == CM_OF_NO_ROWS)
        PG_RETURN_POINTER(s);
    if (cm_period_sums_extent(s, kind) == CM_OF_NO_ROWS)
        PG_RETURN_POINTER(other);
    check_same(s, kind, cm_period_sums_extent(other, kind), other->calendar);
    for (uint32 i = 0; i < other->count; i++) {
        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        s = cm_period_sums_add(s, kind, other->periods[i].period, other->periods[i].count,
                               other->periods[i].sum);
    }
    PG_RETURN_POINTER(s);
}
