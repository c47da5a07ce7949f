/*
 * Service levels: tickets that are answered, or solved, within the time that was promised. Helpdesks report those in time
 * among those that are done or overdue. That is too high while many are open, because a ticket of today can be in time
 * already and not late yet; with open tickets as censored, the survival curve says which part of all is done in time, and
 * how long it takes.
 *
 * A ticket that is not done when its time is over, at as_of, is late: what is done at that very moment is known to be.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/moment.h"
#include "core/row.h"
#include "states/duration.h"
#include "states/rate.h"
#include "states/survival.h"

/* ---- over rows ---- */

static void
order_error(FunctionCallInfo fcinfo)
{
    ereport(ERROR,
            (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
             errmsg("a ticket is done %s, before it is started %s", cm_moment_text(PG_GETARG_MOMENT(2)),
                    cm_moment_text(PG_GETARG_MOMENT(1))),
             errhint("Correct such rows, or filter them with WHERE done >= started; for what is not done, "
                     "use NULL.")));
}

/* Argument arg in microseconds of the clock of as_of; NULL is said to be for ever. */
static int64
time_arg(FunctionCallInfo fcinfo, int arg, const char *what)
{
    if (PG_ARGISNULL(arg))
        return PG_INT64_MAX;

    int64 time = cm_moment_time(PG_GETARG_MOMENT(arg), what);

    cm_clock_agree(cm_clock_of(PG_GETARG_MOMENT(4)), "as_of", cm_clock_of(PG_GETARG_MOMENT(arg)), what);
    return time;
}

/* Days that were promised for a ticket, argument 3; an error names the ticket by its start. */
static double
within_of_row(FunctionCallInfo fcinfo)
{
    double within = PG_GETARG_FLOAT8(3);

    if (unlikely(!(within >= 0 && within <= CM_MAX_DURATION)))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"within\" is out of range for a ticket started %s: %g",
                               cm_moment_text(PG_GETARG_MOMENT(1)), within),
                        errdetail("It must be from 0 to %g days.", CM_MAX_DURATION)));
    return within;
}

/* Transition over (started, done, within, as_of). What starts after as_of is not there yet, and
 * a row is skipped where anything but done is NULL. */
PG_FUNCTION_INFO_V1(cm_sla_accum);
Datum
cm_sla_accum(PG_FUNCTION_ARGS)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);

    if (PG_ARGISNULL(4))
        PG_RETURN_POINTER(rate);

    int64 as_of = cm_moment_time(PG_GETARG_MOMENT(4), "as_of");
    int64 started = time_arg(fcinfo, 1, "started");
    int64 done = time_arg(fcinfo, 2, "done");

    if (PG_ARGISNULL(1) || PG_ARGISNULL(3) || started > as_of)
        PG_RETURN_POINTER(rate);
    if (done < started)
        order_error(fcinfo);

    double within = within_of_row(fcinfo);
    bool is_done = done <= as_of, in_time = is_done && cm_days_between(started, done) <= within;

    if (!is_done && cm_days_between(started, as_of) < within)
        PG_RETURN_POINTER(rate);
    rate->total = cm_add_counts(rate->total, 1, "tickets");
    rate->hits += in_time;
    PG_RETURN_POINTER(rate);
}

/* ---- over durations ---- */

typedef struct in_time {
    int64 in_time, late, pending;
} in_time;

static in_time
count_in_time(cm_lifetimes of, double within)
{
    in_time counts = {0, 0, 0};

    for (size_t i = 0; i < of.n; i++) {
        const cm_lifetime *at = &of.times[i];

        counts.in_time += at->time <= within ? at->ended : 0;
        counts.late += (at->time > within ? at->ended : 0) + (at->time >= within ? at->censored : 0);
        counts.pending += at->time < within ? at->censored : 0;
    }
    return counts;
}

/* sla_rate(survival, within) */
PG_FUNCTION_INFO_V1(cm_sla_rate);
Datum
cm_sla_rate(PG_FUNCTION_ARGS)
{
    in_time n = count_in_time(cm_survival_lifetimes(PG_GETARG_SURVIVAL(0)), PG_GETARG_DURATION(1, "within"));

    if (n.in_time + n.late == 0)
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8((double) n.in_time / (double) (n.in_time + n.late));
}

/* sla_report(survival, within, confidence) */
PG_FUNCTION_INFO_V1(cm_sla_report);
Datum
cm_sla_report(PG_FUNCTION_ARGS)
{
    cm_lifetimes times = cm_survival_lifetimes(PG_GETARG_SURVIVAL(0));
    double within = PG_GETARG_DURATION(1, "within");
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(2));
    in_time n = count_in_time(times, within);
    cm_interval rate = cm_wilson(n.in_time, n.in_time + n.late, confidence);
    cm_curve curve = cm_curve_at(times, within);
    cm_interval open = cm_curve_interval(&curve, confidence);
    cm_interval median = cm_survival_quantile(times, 0.5, confidence);
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, n.in_time + n.late + n.pending);
    cm_row_set_int(&row, 1, n.in_time);
    cm_row_set_int(&row, 2, n.late);
    cm_row_set_int(&row, 3, n.pending);
    cm_row_set_float(&row, 4, rate.value);
    cm_row_set_float(&row, 5, rate.lower);
    cm_row_set_float(&row, 6, rate.upper);
    cm_row_set_float(&row, 7, 1.0 - curve.survival);
    cm_row_set_float(&row, 8, 1.0 - open.upper);
    cm_row_set_float(&row, 9, 1.0 - open.lower);
    cm_row_set_float(&row, 10, median.value);
    cm_row_set_float(&row, 11, median.lower);
    cm_row_set_float(&row, 12, median.upper);
    cm_row_set_float(&row, 13, cm_survival_quantile(times, 0.9, confidence).value);
    cm_row_set_float(&row, 14, cm_survival_quantile(times, 0.95, confidence).value);
    return cm_row_return(fcinfo, &row);
}
