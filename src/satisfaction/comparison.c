/*
 * Several groups at once: whether they differ at all, whether they rise or fall in their order, and p values that know of
 * how many tests they are. Which of them differ is in differences.c.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "core/check.h"
#include "core/row.h"
#include "math/chi_square.h"
#include "math/multiple.h"
#include "math/special.h"
#include "math/trinomial.h"
#include "satisfaction/groups.h"
#include "satisfaction/means.h"
#include "states/rate.h"

/* ---- what the groups are ---- */

typedef struct rates {
    int count;
    double *hits, *totals;
    double all, n; /* sums of the two */
    int counting;  /* groups with a total */
} rates;

static rates
rates_arg(FunctionCallInfo fcinfo, int arg)
{
    cm_groups groups = cm_groups_arg(fcinfo, arg, "rates");
    rates r = {.count = groups.count,
               .hits = palloc0(sizeof(double) * Max(groups.count, 1)),
               .totals = palloc0(sizeof(double) * Max(groups.count, 1))};

    for (int i = 0; i < groups.count; i++) {
        if (groups.nulls[i])
            continue;

        const cm_rate *rate = (const cm_rate *) DatumGetPointer(groups.states[i]);

        r.hits[i] = (double) rate->hits;
        r.totals[i] = (double) rate->total;
        r.all += r.hits[i];
        r.n += r.totals[i];
        r.counting += rate->total > 0;
    }
    return r;
}

typedef struct means {
    int count;
    cm_moments *moments;
    double n;
    int counting;
} means;

static means
means_arg(FunctionCallInfo fcinfo, int arg)
{
    cm_groups groups = cm_groups_arg(fcinfo, arg, "means");
    means m = {.count = groups.count, .moments = palloc0(sizeof(cm_moments) * Max(groups.count, 1))};

    for (int i = 0; i < groups.count; i++) {
        if (groups.nulls[i])
            continue;
        m.moments[i] = cm_sums_moments(cm_sums_read(groups.states[i], &cm_means_kind), 0);
        m.n += m.moments[i].n;
        m.counting += m.moments[i].n > 0;
    }
    return m;
}

/* ---- trends ---- */

static void
check_slope(cm_interval slope)
{
    if (isinf(slope.value) || isinf(slope.lower) || isinf(slope.upper))
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("the slope is out of range"),
                 errdetail("It is the rise for each unit of \"scores\", which lie too close together."),
                 errhint("Use a smaller unit.")));
}

/* rate_trend_test(rates, scores, confidence) -> slope, lower, upper, z, p_value, groups, n */
PG_FUNCTION_INFO_V1(cm_rate_trend_test);
Datum
cm_rate_trend_test(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
        PG_RETURN_NULL();

    rates r = rates_arg(fcinfo, 0);
    cm_difference trend = cm_rate_trend(r.hits, r.totals, cm_groups_scores(fcinfo, 1, r.count), r.count,
                                        cm_check_confidence(PG_GETARG_FLOAT8(2)));
    cm_row row = cm_row_empty();

    check_slope(trend.interval);
    cm_row_set_float(&row, 0, trend.interval.value);
    cm_row_set_float(&row, 1, trend.interval.lower);
    cm_row_set_float(&row, 2, trend.interval.upper);
    cm_row_set_float(&row, 3, trend.z);
    cm_row_set_float(&row, 4, trend.p_value);
    cm_row_set_int(&row, 5, r.counting);
    cm_row_set_int(&row, 6, (int64) r.n);
    return cm_row_return(fcinfo, &row);
}

/* mean_trend_test(means, scores, confidence) -> slope, lower, upper, t, df, p_value, groups, n */
PG_FUNCTION_INFO_V1(cm_mean_trend_test);
Datum
cm_mean_trend_test(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
        PG_RETURN_NULL();

    means m = means_arg(fcinfo, 0);
    cm_t_test trend = cm_mean_trend(m.moments, cm_groups_scores(fcinfo, 1, m.count), m.count,
                                    cm_check_confidence(PG_GETARG_FLOAT8(2)));
    cm_row row = cm_row_empty();

    check_slope(trend.interval);
    cm_set_t_test(&row, 0, trend);
    cm_row_set_int(&row, 6, m.counting);
    cm_row_set_int(&row, 7, (int64) m.n);
    return cm_row_return(fcinfo, &row);
}

/* ---- whether there is any difference ---- */

/* rate_groups_test(rates) -> chi_square, df, p_value, groups, n: Pearson's chi-square of hits and misses by group */
PG_FUNCTION_INFO_V1(cm_rate_groups_test);
Datum
cm_rate_groups_test(PG_FUNCTION_ARGS)
{
    rates r = rates_arg(fcinfo, 0);
    double pooled = r.all / r.n;
    double chi_square = 0.0;
    int df = r.counting - 1;
    cm_row row = cm_row_empty();

    for (int i = 0; i < r.count; i++)
        if (r.totals[i] > 0) {
            double off = r.hits[i] - r.totals[i] * pooled;

            chi_square += off * off / (r.totals[i] * pooled * (1.0 - pooled));
        }
    if (df > 0) {
        cm_row_set_float(&row, 0, chi_square); /* NaN where all hit or none */
        cm_row_set(&row, 1, Int32GetDatum(df));
        cm_row_set_float(&row, 2, cm_chi_square_tail(chi_square, df));
    }
    cm_row_set_int(&row, 3, r.counting);
    cm_row_set_int(&row, 4, (int64) r.n);
    return cm_row_return(fcinfo, &row);
}

/*
 * mean_groups_test(means) -> f, df, df_within, p_value, groups, n: B. L. Welch, On the comparison of several mean values,
 * Biometrika 38 (1951). Groups of fewer than two numbers, or without spread, have no known error and do not count.
 */
PG_FUNCTION_INFO_V1(cm_mean_groups_test);
Datum
cm_mean_groups_test(PG_FUNCTION_ARGS)
{
    means m = means_arg(fcinfo, 0);
    double weights = 0.0, centre = 0.0, between = 0.0, lack = 0.0, n = 0.0;
    cm_moments origin = {0}; /* the first group, from whose mean the others' are counted */
    int k = 0;
    cm_row row = cm_row_empty();

    for (int i = 0; i < m.count; i++)
        if (m.moments[i].n > 1 && m.moments[i].variance > 0) {
            double weight = m.moments[i].n / m.moments[i].variance;

            if (k++ == 0)
                origin = m.moments[i];
            n += m.moments[i].n;
            weights += weight;
            centre += (cm_mean_distance(m.moments[i], origin) - centre) * (weight / weights);
        }
    for (int i = 0; i < m.count; i++)
        if (m.moments[i].n > 1 && m.moments[i].variance > 0) {
            double weight = m.moments[i].n / m.moments[i].variance;
            double off = cm_mean_distance(m.moments[i], origin) - centre;
            double others = 1.0 - weight / weights;

            between += weight * off * off;
            lack += others * others / (m.moments[i].n - 1.0);
        }
    if (k > 1) {
        double df = k - 1.0;
        double df_within = ((double) k * k - 1.0) / (3.0 * lack);
        double f = between / df / (1.0 + 2.0 * (k - 2.0) * lack / ((double) k * k - 1.0));
        double scale = df * f + df_within;

        cm_row_set_float(&row, 0, f);
        cm_row_set_float(&row, 1, df);
        cm_row_set_float(&row, 2, df_within);
        cm_row_set_float(&row, 3, cm_beta_cdf(df_within / 2.0, df / 2.0, df_within / scale, df * f / scale));
    }
    cm_row_set_int(&row, 4, k);
    cm_row_set_int(&row, 5, (int64) n);
    return cm_row_return(fcinfo, &row);
}

/* ---- pairs ---- */

/*
 * rate_paired_test(gained, lost, n, confidence) -> difference, lower, upper, z, p_value: of n pairs, those that became hits
 * and those that ceased to be. Test: Q. McNemar, Note on the sampling error of the difference between correlated proportions
 * or percentages, Psychometrika 12 (1947); interval: T. Tango (1998), see math/trinomial.c.
 */
PG_FUNCTION_INFO_V1(cm_rate_paired_test);
Datum
cm_rate_paired_test(PG_FUNCTION_ARGS)
{
    int64 gained = CM_ARG_COUNT(0, "gained");
    int64 lost = CM_ARG_COUNT(1, "lost");
    int64 n = CM_ARG_COUNT(2, "n");
    double changed = (double) gained + (double) lost;
    double z = (double) (gained - lost) / sqrt(changed); /* NaN where nothing changed */
    cm_row row = cm_row_empty();
    cm_interval interval;

    if (gained + lost > n)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"gained\" and \"lost\" exceed \"n\": " INT64_FORMAT " of " INT64_FORMAT,
                               gained + lost, n),
                        errhint("Count all pairs in \"n\", those that did not change too.")));
    interval =
        cm_trinomial_interval((cm_trinomial){(double) gained, (double) (n - gained - lost), (double) lost},
                              cm_check_confidence(PG_GETARG_FLOAT8(3)), CM_SCORE);
    cm_row_set_float(&row, 0, interval.value);
    cm_row_set_float(&row, 1, interval.lower);
    cm_row_set_float(&row, 2, interval.upper);
    cm_row_set_float(&row, 3, z);
    cm_row_set_float(&row, 4, erfc(fabs(z) / M_SQRT2));
    return cm_row_return(fcinfo, &row);
}

/* ---- p values ---- */

/* p_adjust(p_values, method): NULL stays NULL and is no test */
PG_FUNCTION_INFO_V1(cm_p_adjust);
Datum
cm_p_adjust(PG_FUNCTION_ARGS)
{
    static const char *const methods[] = {"holm", "bh", "bonferroni", NULL}; /* cm_adjustment */
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
    cm_adjustment how = (cm_adjustment) cm_option(PG_GETARG_TEXT_PP(1), "method", methods);
    Datum *values;
    bool *nulls;
    int n;

    deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values, &nulls,
                      &n);

    double *p = palloc(sizeof(double) * Max(n, 1));

    for (int i = 0; i < n; i++)
        p[i] = nulls[i] ? NAN : cm_check_share(DatumGetFloat8(values[i]), "p_values");
    cm_adjust(p, p, n, how, palloc(sizeof(uint64) * 3 * Max(n, 1)));
    for (int i = 0; i < n; i++)
        values[i] = Float8GetDatum(p[i]);
    PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, ARR_NDIM(array), ARR_DIMS(array),
                                             ARR_LBOUND(array), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
                                             TYPALIGN_DOUBLE));
}
