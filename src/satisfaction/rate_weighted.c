/* Weighted rates: hits and misses with their weights, and what weighted estimates have in common; see weighted.h. */
#include "postgres.h"

#include <math.h>

#include "core/boolean.h"
#include "core/check.h"
#include "core/parse.h"
#include "core/row.h"
#include "satisfaction/weighted.h"

static const char *const rate_bins[] = {"hits", "misses"};

const cm_sums_kind cm_rate_weighted_kind = {
    CM_SUMS_KIND("rate_weighted_state", 0x5257, CM_WEIGHTED_RATE_BINS), .weights = true, .value = "weight",
    .json_names = rate_bins};

CM_SUMS_TYPE(cm_rate_weighted, &cm_rate_weighted_kind);

/* ---- rows ---- */

static Datum
add_row(FunctionCallInfo fcinfo, bool hit, cm_money weight)
{
    return cm_sums_accum(fcinfo, &cm_rate_weighted_kind, hit ? CM_WEIGHTED_HITS : CM_WEIGHTED_MISSES, weight);
}

PG_FUNCTION_INFO_V1(cm_rate_weighted_accum_numeric);
Datum
cm_rate_weighted_accum_numeric(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, PG_GETARG_BOOL(1), cm_money_from_numeric(PG_GETARG_DATUM(2), "weight"));
}

PG_FUNCTION_INFO_V1(cm_rate_weighted_accum_float8);
Datum
cm_rate_weighted_accum_float8(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, PG_GETARG_BOOL(1), cm_money_from_float(PG_GETARG_FLOAT8(2), "weight"));
}

PG_FUNCTION_INFO_V1(cm_rate_weighted_accum_text_numeric);
Datum
cm_rate_weighted_accum_text_numeric(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, PG_GETARG_TEXT_BOOL(1), cm_money_from_numeric(PG_GETARG_DATUM(2), "weight"));
}

PG_FUNCTION_INFO_V1(cm_rate_weighted_accum_text_float8);
Datum
cm_rate_weighted_accum_text_float8(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, PG_GETARG_TEXT_BOOL(1), cm_money_from_float(PG_GETARG_FLOAT8(2), "weight"));
}

/* ---- what all weighted estimates have in common ---- */

void
cm_weights_of(const cm_sums *s, cm_weights *bins, int n_bins)
{
    for (int i = 0; i < n_bins; i++)
        bins[i] = (cm_weights){(double) s->bins[i].n, cm_sums_sum(s, i), cm_sums_squares(s, i)};
}

double
cm_effective_count(const cm_weights *bins, int n_bins, int from, int to)
{
    cm_weights all = cm_weights_sum(bins, n_bins);
    double weight = 0;

    for (int i = from; i <= to; i++)
        weight += bins[i].weight;
    return all.n == 0 ? 0.0 : cm_effective_size(all) * (weight / all.weight);
}

Datum
cm_return_weighted_estimate(FunctionCallInfo fcinfo, cm_interval interval, const cm_weights *bins, int n_bins,
                            double factor)
{
    cm_weights all = cm_weights_sum(bins, n_bins);
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, factor * interval.value);
    cm_row_set_float(&row, 1, factor * interval.lower);
    cm_row_set_float(&row, 2, factor * interval.upper);
    cm_row_set_int(&row, 3, (int64) all.n);
    cm_row_set_float(&row, 4, cm_effective_size(all));
    cm_row_set_float(&row, 5, cm_design_effect(all));
    return cm_row_return(fcinfo, &row);
}

Datum
cm_return_weighted_test(FunctionCallInfo fcinfo, cm_difference d, double factor)
{
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, factor * d.interval.value);
    cm_row_set_float(&row, 1, factor * d.interval.lower);
    cm_row_set_float(&row, 2, factor * d.interval.upper);
    cm_row_set_float(&row, 3, d.z);
    cm_row_set_float(&row, 4, d.p_value);
    return cm_row_return(fcinfo, &row);
}

/* ---- rates ---- */

static const double hit_or_miss[] = {1, 0};

typedef struct weighted_rate {
    cm_weights bins[CM_WEIGHTED_RATE_BINS];
} weighted_rate;

static weighted_rate
rate_arg(FunctionCallInfo fcinfo, int arg)
{
    weighted_rate rate;

    cm_weights_of(cm_sums_read(PG_GETARG_DATUM(arg), &cm_rate_weighted_kind), rate.bins,
                  CM_WEIGHTED_RATE_BINS);
    return rate;
}

/* What the hits, or the hits and the misses, would have counted. */
static double
effective_hits(const weighted_rate *rate)
{
    return cm_effective_count(rate->bins, CM_WEIGHTED_RATE_BINS, CM_WEIGHTED_HITS, CM_WEIGHTED_HITS);
}

static double
effective_total(const weighted_rate *rate)
{
    return cm_effective_count(rate->bins, CM_WEIGHTED_RATE_BINS, CM_WEIGHTED_HITS, CM_WEIGHTED_MISSES);
}

PG_FUNCTION_INFO_V1(cm_rate_weighted_value);
Datum
cm_rate_weighted_value(PG_FUNCTION_ARGS)
{
    weighted_rate rate = rate_arg(fcinfo, 0);

    CM_RETURN_FLOAT(cm_weighted_mean(rate.bins, hit_or_miss, CM_WEIGHTED_RATE_BINS));
}

PG_FUNCTION_INFO_V1(cm_rate_weighted_effective);
Datum
cm_rate_weighted_effective(PG_FUNCTION_ARGS)
{
    weighted_rate rate = rate_arg(fcinfo, 0);

    CM_RETURN_FLOAT(cm_effective_size(cm_weights_sum(rate.bins, CM_WEIGHTED_RATE_BINS)));
}

PG_FUNCTION_INFO_V1(cm_rate_weighted_design_effect);
Datum
cm_rate_weighted_design_effect(PG_FUNCTION_ARGS)
{
    weighted_rate rate = rate_arg(fcinfo, 0);

    CM_RETURN_FLOAT(cm_design_effect(cm_weights_sum(rate.bins, CM_WEIGHTED_RATE_BINS)));
}

/* rate_estimate(rate_weighted_state, confidence, method) */
PG_FUNCTION_INFO_V1(cm_rate_weighted_estimate);
Datum
cm_rate_weighted_estimate(PG_FUNCTION_ARGS)
{
    static const char *const methods[] = {"wilson", "linearized", NULL};
    weighted_rate rate = rate_arg(fcinfo, 0);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));
    bool linearized = cm_option(PG_GETARG_TEXT_PP(2), "method", methods) == 1;
    cm_interval interval =
        linearized ? cm_weighted_interval(rate.bins, hit_or_miss, CM_WEIGHTED_RATE_BINS, confidence)
                   : cm_wilson(effective_hits(&rate), effective_total(&rate), confidence);

    interval.value = cm_weighted_mean(rate.bins, hit_or_miss, CM_WEIGHTED_RATE_BINS);
    return cm_return_weighted_estimate(fcinfo, interval, rate.bins, CM_WEIGHTED_RATE_BINS, 1.0);
}

/* rate_test(rate_weighted_state, rate_weighted_state, confidence) */
PG_FUNCTION_INFO_V1(cm_rate_weighted_test);
Datum
cm_rate_weighted_test(PG_FUNCTION_ARGS)
{
    weighted_rate a = rate_arg(fcinfo, 0), b = rate_arg(fcinfo, 1);

    return cm_return_weighted_test(fcinfo,
                                   cm_rate_difference(effective_hits(&a), effective_total(&a),
                                                      effective_hits(&b), effective_total(&b),
                                                      cm_check_confidence(PG_GETARG_FLOAT8(2))),
                                   1.0);
}
