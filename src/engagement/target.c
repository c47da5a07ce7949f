/*
 * Targets: pace is the share of the target that is reached over the share of time that is gone, and at that pace the
 * period ends at actual / time share. Time is the days of a period before as_of: all of them, or working days.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "engagement/series.h"
#include "math/student.h"
#include "states/order.h"
#include "states/workdays.h"

typedef struct target_period {
    DateADT since, until, as_of; /* as_of within them */
    cm_workdays counted;
    int64 gone, left; /* days that count */
} target_period;

/* Arguments from arg on: since, until, as_of, days, holidays, workdays, weekend. */
static target_period
period_args(FunctionCallInfo fcinfo, int arg)
{
    static const char *const ways[] = {"calendar", "working", NULL};
    target_period p = {.since = CM_ARG_CALENDAR_DAY(arg, "since"),
                       .until = CM_ARG_CALENDAR_DAY(arg + 1, "until")};
    DateADT as_of = CM_ARG_CALENDAR_DAY(arg + 2, "as_of");
    bool working = cm_option(PG_GETARG_OPTION(arg + 3), "days", ways) == 1;
    cm_workdays workdays = cm_workdays_args(fcinfo, arg + 4);

    if (p.until <= p.since)
        ereport(ERROR,
                (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
                 errmsg("\"until\" %s is not after \"since\" %s", cm_day_text(p.until), cm_day_text(p.since)),
                 errdetail("The period ends with the day before \"until\".")));
    p.counted = working ? workdays : cm_every_day();
    p.as_of = Min(Max(as_of, p.since), p.until);
    p.gone = cm_workdays_between(&p.counted, p.since, p.as_of);
    p.left = cm_workdays_between(&p.counted, p.as_of, p.until);
    return p;
}

/* The share of time that is gone; NaN for a period without a day that counts. */
static double
time_share(const target_period *p)
{
    return (double) p->gone / (double) (p->gone + p->left);
}

/* NaN instead of what divides by zero. */
static double
ratio(double part, double whole)
{
    return whole == 0 ? NAN : cm_check_finite(part / whole, "a ratio");
}

/* target_pace(actual, target, since, until, as_of, days, holidays, workdays, weekend) */
PG_FUNCTION_INFO_V1(cm_target_pace);
Datum
cm_target_pace(PG_FUNCTION_ARGS)
{
    double actual = cm_check_finite(PG_GETARG_FLOAT8(0), "actual");
    double target = cm_check_finite(PG_GETARG_FLOAT8(1), "target");
    target_period p = period_args(fcinfo, 2);
    double share = p.gone + p.left == 0 ? NAN : time_share(&p);
    double attainment = ratio(actual, target);
    double forecast = isnan(share) ? NAN : ratio(actual, share);
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, attainment);
    cm_row_set_float(&row, 1, share);
    if (!isnan(share) && !isnan(attainment))
        cm_row_set_float(&row, 2, ratio(attainment, share));
    if (!isnan(share))
        cm_row_set_float(&row, 3, cm_check_finite(actual - target * share, "the gap"));
    cm_row_set_float(&row, 4, forecast);
    if (!isnan(forecast))
        cm_row_set_float(&row, 5, ratio(forecast, target));
    cm_row_set_float(&row, 6, ratio(target - actual, (double) p.left));
    cm_row_set(&row, 7, Int32GetDatum((int32) p.gone));
    cm_row_set(&row, 8, Int32GetDatum((int32) p.left));
    return cm_row_return(fcinfo, &row);
}

/* ---- from sums by day ---- */

typedef struct so_far {
    cm_money total;  /* of all days before as_of */
    double mean;     /* of a day that counts */
    double variance; /* between those days; NaN for fewer than two */
} so_far;

/* The sum of squared differences of the days that count from their mean; those without rows are 0. */
static so_far
add_up(const cm_series *s, const target_period *p)
{
    so_far f = {CM_MONEY_ZERO, NAN, NAN};
    double sum = 0.0, squares = 0.0;
    int64 with_rows = 0;

    for (uint32 i = 0; i < s->count; i++) {
        DateADT day = s->periods[i].period;

        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        if (day < p->since || day >= p->as_of)
            continue;
        f.total = cm_money_add(f.total, s->periods[i].sum);
        if (cm_workday(&p->counted, day)) {
            sum += cm_money_to_float(s->periods[i].sum);
            with_rows++;
        }
    }
    if (p->gone < 2)
        return f;
    f.mean = sum / (double) p->gone;
    for (uint32 i = 0; i < s->count; i++) {
        DateADT day = s->periods[i].period;
        double off = cm_money_to_float(s->periods[i].sum) - f.mean;

        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        if (day >= p->since && day < p->as_of && cm_workday(&p->counted, day))
            squares += off * off;
    }
    squares += (double) (p->gone - with_rows) * f.mean * f.mean;
    f.variance = squares / (double) (p->gone - 1);
    return f;
}

static void
check_by_day(const cm_series *s)
{
    if (s->calendar.unit != CM_DAY && s->calendar.unit != CM_NO_PERIOD)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a forecast needs a series by day, not by %s", cm_calendar_name(s->calendar)),
                        errhint("Collect it with series_agg(day, amount, 'day').")));
}

/* P(the end lies at or above target), where it is forecast + error x Student's t. */
static double
probability(double forecast, double target, double error, double df)
{
    double t = (target - forecast) / error;

    if (error == 0.0)
        return forecast >= target ? 1.0 : 0.0;
    return t > 0 ? cm_student_two_sided(t, df) / 2.0 : 1.0 - cm_student_two_sided(t, df) / 2.0;
}

/* target_forecast(series, target, since, until, as_of, days, holidays, workdays, weekend, confidence) */
PG_FUNCTION_INFO_V1(cm_target_forecast);
Datum
cm_target_forecast(PG_FUNCTION_ARGS)
{
    const cm_series *s = PG_GETARG_SERIES(0);
    double target = cm_check_finite(PG_GETARG_FLOAT8(1), "target");
    target_period p = period_args(fcinfo, 2);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(9));
    cm_row row = cm_row_empty();

    check_by_day(s);

    so_far f = add_up(s, &p);
    double actual = cm_money_to_float(f.total), attainment = ratio(actual, target);
    double share = p.gone + p.left == 0 ? NAN : time_share(&p);
    double forecast = share > 0 ? ratio(actual, share) : NAN;

    cm_row_set(&row, 0, cm_money_to_numeric(f.total));
    cm_row_set_float(&row, 1, attainment);
    cm_row_set_float(&row, 2, share);
    if (share > 0 && !isnan(attainment))
        cm_row_set_float(&row, 3, ratio(attainment, share));
    cm_row_set_float(&row, 4, forecast);
    if (!isnan(forecast))
        cm_row_set_float(&row, 7, ratio(forecast, target));
    if (!isnan(f.variance)) {
        double left = (double) p.left, gone = (double) p.gone;
        double error = sqrt(f.variance * (left + left * left / gone));
        double half = error * cm_student_quantile(confidence, gone - 1.0);

        cm_row_set_float(&row, 5, forecast - half);
        cm_row_set_float(&row, 6, forecast + half);
        cm_row_set_float(&row, 8, probability(forecast, target, error, gone - 1.0));
    }
    return cm_row_return(fcinfo, &row);
}
