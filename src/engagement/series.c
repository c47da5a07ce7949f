/* Collecting and merging series; see series.h. Text, binary form and JSON are in series_io.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/zone.h"
#include "engagement/series.h"
#include "states/order.h"

const cm_state_class cm_series_class = {
    .name = "series_state",
    .min_size = offsetof(cm_series, periods),
    .max_size = MaxAllocSize,
    .magic = 0x5352,
    .version = 1,
};

static Size
size_of(Size periods)
{
    return offsetof(cm_series, periods) + periods * sizeof(cm_series_period);
}

cm_series *
cm_series_new(cm_calendar calendar, uint32 capacity)
{
    cm_series *series = cm_state_new(&cm_series_class, size_of(capacity));

    series->calendar = calendar;
    return series;
}

static Size
capacity_of(const cm_series *series)
{
    return (VARSIZE(series) - offsetof(cm_series, periods)) / sizeof(cm_series_period);
}

/* A copy with this much room. */
static cm_series *
with_capacity(const cm_series *series, uint32 capacity)
{
    cm_series *copy = cm_series_new(series->calendar, capacity);

    copy->count = series->count;
    memcpy(copy->periods, series->periods, series->count * sizeof(cm_series_period));
    return copy;
}

const cm_series *
cm_series_read(Datum datum)
{
    const cm_series *series = cm_state_read(datum, &cm_series_class);

    return series->count == capacity_of(series) ? series : with_capacity(series, series->count);
}

/* Where a period is, or belongs. Most series have no gaps, so it is looked for at its distance from the first one. */
static uint32
place_of(const cm_series *series, int32 period)
{
    uint32 low = 0, high = series->count;

    if (high > 0) {
        int64 distance = (int64) period - series->periods[0].period;

        if (distance >= 0 && distance < high && series->periods[distance].period == period)
            return (uint32) distance;
    }
    while (low < high) {
        uint32 middle = low + (high - low) / 2;

        if (series->periods[middle].period < period)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

cm_series *
cm_series_add(cm_series *series, int32 period, int64 rows, cm_money sum)
{
    uint32 place = place_of(series, period);

    if (place == series->count || series->periods[place].period != period) {
        if (series->count == capacity_of(series))
            series = with_capacity(series, Max(2 * series->count, 8));
        memmove(&series->periods[place + 1], &series->periods[place],
                (series->count - place) * sizeof(cm_series_period));
        series->periods[place] = (cm_series_period){period, 0, 0, CM_MONEY_ZERO};
        series->count++;
    }

    cm_series_period *at = &series->periods[place];

    at->rows = cm_add_counts(at->rows, rows, "rows");
    at->sum = cm_money_add(at->sum, sum);
    return series;
}

/* ---- aggregate steps ---- */

static bool
is_of_no_rows(const cm_series *series)
{
    return series->calendar.unit == CM_NO_PERIOD;
}

static void
check_same_calendar(const cm_series *series, cm_calendar calendar)
{
    if (series->calendar.unit != calendar.unit || series->calendar.start != calendar.start)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("cannot merge a series by %s with one by %s",
                               cm_calendar_name(series->calendar), cm_calendar_name(calendar)),
                        errhint("Collect both with the same period.")));
}

/* Whether the word, which comes with every row, is the name of the calendar: without a call where it is a plain one. */
static bool
is_name_of(cm_calendar calendar, const cm_word *word)
{
    const char *name = calendar.start > 1 ? "" : cm_calendar_name(calendar);
    Size length = VARSIZE_ANY_EXHDR(word);

    return strlen(name) == length && memcmp(name, VARDATA_ANY(word), length) == 0;
}

/* Argument 0, for rows of the calendar that argument 3 names. */
static cm_series *
series_arg(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(3))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("\"period\" must not be NULL"),
                        errhint("Use \"month\", for example.")));

    const cm_word *word = PG_GETARG_OPTION(3);
    cm_series *series = cm_state_own(fcinfo, 0, &cm_series_class);

    if (is_of_no_rows(series))
        return cm_series_new(cm_calendar_from_text(word), 8);
    if (!is_name_of(series->calendar, word))
        check_same_calendar(series, cm_calendar_from_text(word));
    return series;
}

/*
 * Transitions over (day, amount, period) and (at, amount, period, zone), whose time and amount are arguments 1 and 2. A row
 * without either is skipped.
 */
static pg_attribute_always_inline Datum
add_row(FunctionCallInfo fcinfo, bool zoned, bool is_float)
{
    cm_series *series = series_arg(fcinfo);

    if (zoned && PG_ARGISNULL(4))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("\"zone\" must not be NULL"),
                        errhint("Use \"UTC\", for example.")));
    if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
        PG_RETURN_POINTER(series);

    DateADT day = zoned ? cm_local_day(cm_instant(PG_GETARG_MOMENT(1), "at", "series_agg"),
                                       cm_zone_from_text(PG_GETARG_OPTION(4)))
                        : CM_ARG_DAY_OF(1, "day");
    int32 period = cm_period_of(series->calendar, cm_check_day(day, zoned ? "at" : "day"));
    cm_money amount = is_float ? cm_money_from_float(PG_GETARG_FLOAT8(2), "amount")
                               : cm_money_from_numeric(PG_GETARG_DATUM(2), "amount");

    cm_check_day(cm_period_start(series->calendar, period), "the first day of the period");
    PG_RETURN_POINTER(cm_series_add(series, period, 1, amount));
}

#define STEP(name, zoned, is_float)                                                                          \
    PG_FUNCTION_INFO_V1(cm_series_accum_##name);                                                             \
    Datum cm_series_accum_##name(PG_FUNCTION_ARGS)                                                           \
    {                                                                                                        \
        return add_row(fcinfo, zoned, is_float);                                                             \
    }                                                                                                        \
    extern int cm_no_such_variable

STEP(numeric, false, false);
STEP(float8, false, true);
STEP(zone_numeric, true, false);
STEP(zone_float8, true, true);

PG_FUNCTION_INFO_V1(cm_series_combine);
Datum
cm_series_combine(PG_FUNCTION_ARGS)
{
    cm_series *series = cm_state_own(fcinfo, 0, &cm_series_class);
    const cm_series *other = cm_state_read(PG_GETARG_DATUM(1), &cm_series_class);

    if (is_of_no_rows(other))
        PG_RETURN_POINTER(series);
    if (is_of_no_rows(series))
        PG_RETURN_POINTER(other);
    check_same_calendar(series, other->calendar);
    for (uint32 i = 0; i < other->count; i++) {
        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        series =
            cm_series_add(series, other->periods[i].period, other->periods[i].rows, other->periods[i].sum);
    }
    PG_RETURN_POINTER(series);
}

PG_FUNCTION_INFO_V1(cm_series_final);
Datum
cm_series_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_SERIES(0));
}
