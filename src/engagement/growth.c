/*
 * Growth of a series: each period against the one before (month on month) and against that of the year before. Periods
 * without rows are there and say so: what they were worth is unknown, or zero if the reader says that it is.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/datetime.h"

#include "core/check.h"
#include "core/row.h"
#include "engagement/series.h"
#include "states/order.h"

typedef struct growth {
    const cm_series *series;
    bool zero;         /* what is missing counts as 0 */
    DateADT as_of;     /* a period that is not over then is pending; CM_LAST_DAY + 1: all are over */
    int64 first, last; /* periods of the report */
} growth;

/* The sum of a period of the report; false where it is unknown. */
static bool
sum_of(const growth *g, int64 period, cm_money *sum, bool *missing)
{
    const cm_period_sum *found =
        period < g->first || period > g->last ? NULL : cm_period_sums_find(g->series, (int32) period);

    *missing = found == NULL;
    *sum = *missing ? CM_MONEY_ZERO : found->sum;
    return period >= g->first && period <= g->last && (!*missing || g->zero);
}

/* The same period of the year before; false where there is none: 29 February. */
static bool
year_before(cm_calendar calendar, int64 period, int64 *before)
{
    static const int periods[] = {[CM_WEEK] = 52, [CM_MONTH] = 12, [CM_QUARTER] = 4, [CM_YEAR] = 1};
    int year, month, day;

    if (calendar.unit != CM_DAY) {
        *before = period - periods[calendar.unit];
        return true;
    }
    j2date((int) period + POSTGRES_EPOCH_JDATE, &year, &month, &day);
    *before = date2j(year - 1, month, day) - POSTGRES_EPOCH_JDATE;
    return month != 2 || day != 29;
}

static double
growth_of(cm_money current, cm_money previous)
{
    if (cm_money_sign(previous) <= 0)
        return NAN;
    return cm_money_to_float(cm_money_subtract(current, previous)) / cm_money_to_float(previous);
}

/* Columns of the sum of an earlier period and of the growth since. */
static void
set_growth(cm_row *row, int column, const growth *g, int64 before, const cm_money *current)
{
    cm_money previous;
    bool missing;

    if (!sum_of(g, before, &previous, &missing))
        return;
    cm_row_set(row, column, cm_money_to_numeric(previous));
    if (current != NULL)
        cm_row_set_float(row, column + 1, growth_of(*current, previous));
}

/* Argument 1, and the periods of the report: from the first with rows to the last that has begun before as_of. */
static growth
growth_args(FunctionCallInfo fcinfo)
{
    static const char *const ways[] = {"unknown", "zero", NULL};
    growth g = {.series = PG_GETARG_SERIES(0), .as_of = CM_LAST_DAY + 1, .first = 0, .last = -1};

    g.zero = cm_option(PG_GETARG_OPTION(2), "missing", ways) == 1;
    if (!PG_ARGISNULL(1))
        g.as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    if (g.series->count > 0) {
        g.first = g.series->periods[0].period;
        g.last = PG_ARGISNULL(1) ? g.series->periods[g.series->count - 1].period
                                 : cm_period_of(g.series->calendar, g.as_of - 1);
    }
    return g;
}

/*
 * growth_by_period(series, as_of, missing) -> period_start, amount, previous, growth, year_before, growth_year, missing,
 * pending
 */
PG_FUNCTION_INFO_V1(cm_growth_by_period);
Datum
cm_growth_by_period(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
        return (Datum) 0;

    growth g = growth_args(fcinfo);

    for (int64 period = g.first; period <= g.last; period++) {
        bool pending = cm_period_end(g.series->calendar, (int32) period) > g.as_of, missing;
        cm_money sum;
        bool known = sum_of(&g, period, &sum, &missing);
        const cm_money *compared = known && !pending ? &sum : NULL;
        cm_row row = cm_row_empty();
        int64 before;

        cm_row_set(&row, 0, DateADTGetDatum(cm_period_start(g.series->calendar, (int32) period)));
        if (known)
            cm_row_set(&row, 1, cm_money_to_numeric(sum));
        set_growth(&row, 2, &g, period - 1, compared);
        if (year_before(g.series->calendar, period, &before))
            set_growth(&row, 4, &g, before, compared);
        cm_row_set(&row, 6, BoolGetDatum(missing));
        cm_row_set(&row, 7, BoolGetDatum(pending));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
