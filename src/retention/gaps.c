/*
 * Time between purchases: the gaps between active periods, in periods (days for activity by day). Quantiles are those
 * of percentile_cont. The gap that is still open at as_of is not among them: survival is the tool for that.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "retention/activity.h"
#include "retention/cohorts.h"
#include "retention/report.h"
#include "states/report_base.h"

typedef struct gap_counts {
    int64 *gaps;     /* by length */
    int64 longest;   /* the last index of gaps */
    int64 total;     /* gaps */
    int64 customers; /* with one or more */
} gap_counts;

static void
count_gaps(void *report, const cm_active_periods *h)
{
    gap_counts *g = report;

    for (int64 i = 1; i < h->n; i++)
        g->gaps[(int64) h->periods[i] - h->periods[i - 1]]++;
    g->total += h->n - 1;
    g->customers += h->n > 1;
}

/* From arguments (cohorts, as_of). */
static gap_counts
gaps_of_cohorts(FunctionCallInfo fcinfo)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_report_horizon horizon = cm_horizon_at(cm_cohorts_calendar(cohorts), CM_ARG_DAY_OF(1, "as_of"));
    cm_report_span span = {0};
    gap_counts g = {0};

    if (cm_cohorts_span(cohorts, horizon, &span))
        g.longest = span.active - 1;
    g.gaps = cm_counts(g.longest + 1);
    cm_cohorts_visit(cohorts, horizon.finished, count_gaps, &g);
    return g;
}

/* The gap with this many shorter or equal ones before it. */
static int64
gap_at(const gap_counts *g, int64 rank)
{
    int64 length = 0;

    for (int64 before = 0; length < g->longest && before + g->gaps[length] <= rank; length++)
        before += g->gaps[length];
    return length;
}

/* As percentile_cont: linear between the gaps around rank q (n - 1). */
static double
quantile(const gap_counts *g, double q)
{
    double rank = q * (double) (g->total - 1);
    int64 below = (int64) floor(rank);
    double low, high;

    if (g->total == 0)
        return NAN;
    low = (double) gap_at(g, below);
    high = (double) gap_at(g, Min(below + 1, g->total - 1));
    return low + (rank - (double) below) * (high - low);
}

static double
mean(const gap_counts *g)
{
    int64 sum = 0;

    for (int64 length = 1; length <= g->longest; length++)
        sum += length * g->gaps[length];
    return g->total == 0 ? NAN : (double) sum / (double) g->total;
}

static Datum
put_distribution(FunctionCallInfo fcinfo, gap_counts g)
{
    int64 so_far = 0;

    cm_rows_begin(fcinfo);
    for (int64 length = 1; length <= g.longest; length++) {
        cm_row row = cm_row_empty();

        if (g.gaps[length] == 0)
            continue;
        so_far += g.gaps[length];
        cm_row_set_int(&row, 0, length);
        cm_row_set_int(&row, 1, g.gaps[length]);
        cm_row_set_float(&row, 2, (double) g.gaps[length] / (double) g.total);
        cm_row_set_float(&row, 3, (double) so_far / (double) g.total);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

static Datum
return_summary(FunctionCallInfo fcinfo, gap_counts g)
{
    static const double shares[] = {0.25, 0.5, 0.75, 0.9};
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, g.customers);
    cm_row_set_int(&row, 1, g.total);
    cm_row_set_float(&row, 2, mean(&g));
    for (int i = 0; i < (int) lengthof(shares); i++)
        cm_row_set_float(&row, 3 + i, quantile(&g, shares[i]));
    return cm_row_return(fcinfo, &row);
}

/* gap_distribution(cohorts, as_of) */
PG_FUNCTION_INFO_V1(cm_gap_distribution);
Datum
cm_gap_distribution(PG_FUNCTION_ARGS)
{
    return put_distribution(fcinfo, gaps_of_cohorts(fcinfo));
}

/* gap_summary(cohorts, as_of) */
PG_FUNCTION_INFO_V1(cm_gap_summary);
Datum
cm_gap_summary(PG_FUNCTION_ARGS)
{
    return return_summary(fcinfo, gaps_of_cohorts(fcinfo));
}

/* ---- as a base: gaps by length, and by the length 0, which no gap has, the customers with a gap ---- */

/* gap_summary_base(cohorts, as_of) */
PG_FUNCTION_INFO_V1(cm_gap_summary_base);
Datum
cm_gap_summary_base(PG_FUNCTION_ARGS)
{
    gap_counts g = gaps_of_cohorts(fcinfo);
    cm_base_writer w =
        cm_base_begin(CM_BASE_GAP_SUMMARY,
                      (int64[]){cm_base_from_calendar(cm_cohorts_calendar(PG_GETARG_COHORTS(0))),
                                CM_ARG_DAY_OF(1, "as_of")},
                      NULL);

    cm_base_put(&w, &(cm_base_row){.keys = {0}, .counts = {0, g.customers}});
    for (int64 length = 1; length <= g.longest; length++)
        cm_base_put(&w, &(cm_base_row){.keys = {length}, .counts = {g.gaps[length], 0}});
    PG_RETURN_POINTER(cm_base_end(&w));
}

static gap_counts
gaps_of_base(FunctionCallInfo fcinfo)
{
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_GAP_SUMMARY), ahead = r;
    gap_counts g = {0};

    while (cm_base_next(&ahead))
        g.longest = ahead.row.keys[0];
    if (g.longest < 0 || g.longest >= CM_MAX_PERIODS)
        cm_base_error(&r, "A gap is longer than there are periods");
    g.gaps = cm_counts(g.longest + 1);
    while (cm_base_next(&r)) {
        int64 length = cm_base_index(&r, 0, 0, g.longest + 1);

        g.customers += r.row.counts[1];
        if (length > 0) {
            g.gaps[length] = r.row.counts[0];
            g.total += r.row.counts[0];
        }
    }
    return g;
}

/* gap_distribution(base) */
PG_FUNCTION_INFO_V1(cm_gap_distribution_of_base);
Datum
cm_gap_distribution_of_base(PG_FUNCTION_ARGS)
{
    return put_distribution(fcinfo, gaps_of_base(fcinfo));
}

/* gap_summary(base) */
PG_FUNCTION_INFO_V1(cm_gap_summary_of_base);
Datum
cm_gap_summary_of_base(PG_FUNCTION_ARGS)
{
    return return_summary(fcinfo, gaps_of_base(fcinfo));
}

/* ---- one customer ---- */

static cm_active_periods
history_at(FunctionCallInfo fcinfo)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    cm_active_periods h = {0};

    cm_history_add(&h, activity->calendar, activity->chunks, activity->count,
                   cm_horizon_at(activity->calendar, CM_ARG_DAY_OF(1, "as_of")).finished);
    return h;
}

/* mean_gap(activity, as_of) */
PG_FUNCTION_INFO_V1(cm_mean_gap);
Datum
cm_mean_gap(PG_FUNCTION_ARGS)
{
    cm_active_periods h = history_at(fcinfo);

    if (h.n < 2)
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(((double) h.periods[h.n - 1] - h.periods[0]) / (double) (h.n - 1));
}

static int
compare_gaps(const void *a, const void *b)
{
    int32 x = *(const int32 *) a, y = *(const int32 *) b;

    return (x > y) - (x < y);
}

/* gap_quantile(activity, as_of, q) */
PG_FUNCTION_INFO_V1(cm_gap_quantile);
Datum
cm_gap_quantile(PG_FUNCTION_ARGS)
{
    cm_active_periods h = history_at(fcinfo);
    double q = cm_check_share(PG_GETARG_FLOAT8(2), "q");
    int64 gaps = h.n - 1;

    if (gaps < 1)
        PG_RETURN_NULL();
    for (int64 i = 0; i < gaps; i++) /* the history becomes its gaps; all dates span less than int32 does */
        h.periods[i] = h.periods[i + 1] - h.periods[i];
    qsort(h.periods, gaps, sizeof(int32), compare_gaps);

    double rank = q * (double) (gaps - 1);
    int64 below = (int64) floor(rank);
    int64 above = Min(below + 1, gaps - 1);

    PG_RETURN_FLOAT8(h.periods[below] + (rank - (double) below) * (h.periods[above] - h.periods[below]));
}
