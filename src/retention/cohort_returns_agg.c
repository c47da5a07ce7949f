/* Steps of the aggregates of returns: rows, combining, and the value at the end; see cohort_returns.h. */
#include "postgres.h"

#include "core/check.h"
#include "core/collation.h"
#include "retention/cohort_returns.h"

static inline bool
is_over_no_rows(const cm_map *map)
{
    return cm_cohort_returns_periods_of(map)->calendar.unit == CM_NO_PERIOD;
}

static void periods_error(const cm_cohort_returns_periods *state, const cm_cohort_returns_periods *other)
    pg_attribute_noreturn();

static void
periods_error(const cm_cohort_returns_periods *state, const cm_cohort_returns_periods *other)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("period \"%s\" does not agree with \"%s\"", cm_cohort_returns_periods_name(other),
                           cm_cohort_returns_periods_name(state)),
                    errdetail("All rows and parts of one value of type %s share one period.",
                              cm_cohort_returns_class.state.name),
                    errhint("Keep values of different periods apart, for example with GROUP BY.")));
}

/* A value over no rows agrees with any. */
static inline void
agree(const cm_cohort_returns_periods *state, const cm_cohort_returns_periods *other)
{
    if (unlikely(memcmp(state, other, sizeof(*state)) != 0 && state->calendar.unit != CM_NO_PERIOD &&
                 other->calendar.unit != CM_NO_PERIOD))
        periods_error(state, other);
}

static cm_map_edit
begin_map(cm_key_type type, const cm_cohort_returns_periods *periods)
{
    return (cm_map_edit){cm_map_new(&cm_cohort_returns_class, type, periods), NULL, &cm_cohort_returns_class};
}

static const cm_cohort_returns_periods no_periods = {.calendar = {.unit = CM_NO_PERIOD}};

/* A row without an id, a beginning, a period or a zone is skipped, and counted. One without at is a beginning. */
static inline bool
has_null(FunctionCallInfo fcinfo, bool zoned)
{
    return PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(4) || (zoned && PG_ARGISNULL(5));
}

/* The state that the row is added to. One over no rows, where all were skipped, becomes one of the row's periods. */
static cm_map_edit
begin_row(FunctionCallInfo fcinfo, cm_key_type type, const cm_cohort_returns_periods *periods)
{
    if (PG_ARGISNULL(0))
        return begin_map(type, periods);

    cm_map_edit edit = cm_map_edit_arg(fcinfo, 0, &cm_cohort_returns_class);

    agree(cm_cohort_returns_periods_of(edit.map), periods);
    if (unlikely(is_over_no_rows(edit.map)))
        *(cm_cohort_returns_periods *) cm_map_params(edit.map) = *periods;
    return edit;
}

/* Argument n, which is finite: a timestamp, or with a zone an instant. */
static inline int64
moment_of(FunctionCallInfo fcinfo, cm_key_type type, int n, const char *what, bool zoned)
{
    int64 at = PG_GETARG_INT64(n);

    if (unlikely(TIMESTAMP_NOT_FINITE(at)))
        cm_row_infinity_error(fcinfo, type, what);
    return zoned ? cm_instant(at, what, "cohort_returns_agg") : at;
}

/* What the clock of the form shows: of a zone, or none. */
static inline Timestamp
clock_at(int64 moment, pg_tz *zone)
{
    return zone == NULL ? moment : cm_local_time(moment, zone);
}

static inline int32
period_at(cm_calendar calendar, int64 moment, pg_tz *zone)
{
    return cm_period_of_day(calendar, zone == NULL ? cm_day_of(moment, "at") : cm_local_day(moment, zone));
}

/* What is kept of a row. What happened before its beginning is no return. */
static pg_attribute_always_inline cm_cohort_returns_row
read_row(FunctionCallInfo fcinfo, cm_key_type type, const cm_cohort_returns_periods *periods, bool zoned)
{
    int64 began = moment_of(fcinfo, type, 2, "began", zoned);
    int64 at = PG_ARGISNULL(3) ? began : moment_of(fcinfo, type, 3, "at", zoned);
    pg_tz *zone = zoned ? cm_zone_from_text(PG_GETARG_OPTION(5)) : NULL;
    cm_cohort_returns_row row = {period_at(periods->calendar, began, zone), 0};

    if (PG_ARGISNULL(3) || at < began)
        return row;
    if (periods->days == 0)
        row.number = period_at(periods->calendar, at, zone) - row.cohort + 1;
    else { /* clocks that are set back may show less at a later moment */
        int64 elapsed = clock_at(at, zone) - clock_at(began, zone);

        row.number = (int32) (Max(elapsed, 0) / (periods->days * USECS_PER_DAY)) + 1;
    }
    row.number = Max(row.number, 1);
    return row;
}

/* Transition over (customer_id, began, at, period) and (customer_id, began, at, period, zone). */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, cm_key_type type, bool zoned)
{
    if (unlikely(has_null(fcinfo, zoned)))
        return cm_map_skip_row(PG_ARGISNULL(0) ? begin_map(type, &no_periods)
                                               : cm_map_edit_arg(fcinfo, 0, &cm_cohort_returns_class));
    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");

    cm_cohort_returns_periods periods = cm_cohort_returns_periods_from_text(PG_GETARG_OPTION(4));
    cm_cohort_returns_row row = read_row(fcinfo, type, &periods, zoned);
    cm_key key = cm_key_from_arg(fcinfo, 1, type);
    cm_map_edit edit = begin_row(fcinfo, type, &periods);

    cm_map_add(&edit, &key, &row, sizeof(row));
    PG_RETURN_POINTER(edit.map);
}

#define BY_ID(name, call)                                                                                    \
    PG_FUNCTION_INFO_V1(cm_cohort_returns_##name);                                                           \
    Datum cm_cohort_returns_##name(PG_FUNCTION_ARGS)                                                         \
    {                                                                                                        \
        return call;                                                                                         \
    }                                                                                                        \
    extern int cm_no_such_variable

BY_ID(accum_bigint, accumulate(fcinfo, CM_KEY_BIGINT, false));
BY_ID(accum_uuid, accumulate(fcinfo, CM_KEY_UUID, false));
BY_ID(accum_text, accumulate(fcinfo, CM_KEY_TEXT, false));
BY_ID(accum_zone_bigint, accumulate(fcinfo, CM_KEY_BIGINT, true));
BY_ID(accum_zone_uuid, accumulate(fcinfo, CM_KEY_UUID, true));
BY_ID(accum_zone_text, accumulate(fcinfo, CM_KEY_TEXT, true));

static void
check_params(const void *a, const void *b)
{
    agree(a, b);
}

/* The union: combine function, and transition of rollup(returns). */
PG_FUNCTION_INFO_V1(cm_cohort_returns_combine);
Datum
cm_cohort_returns_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_cohort_returns_class, is_over_no_rows, check_params);
}

/* Final function of rollup. */
PG_FUNCTION_INFO_V1(cm_cohort_returns_final);
Datum
cm_cohort_returns_final(PG_FUNCTION_ARGS)
{
    return cm_map_stored(PG_GETARG_DATUM(0), &cm_cohort_returns_class);
}

/* Final functions of the aggregates over rows: without a row an empty value, of no kind of period. */
BY_ID(final_bigint, cm_map_final(fcinfo, &cm_cohort_returns_class, CM_KEY_BIGINT, &no_periods));
BY_ID(final_uuid, cm_map_final(fcinfo, &cm_cohort_returns_class, CM_KEY_UUID, &no_periods));
BY_ID(final_text, cm_map_final(fcinfo, &cm_cohort_returns_class, CM_KEY_TEXT, &no_periods));
