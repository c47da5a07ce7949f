/*
 * rfm_base: the customers that scores are relative to, as the distributions of their days since the last purchase, of
 * their frequency and monetary value; and the cut points that it gives: quantiles, or means. See value_counts.h, rfm_cuts.h.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/money.h"
#include "math/sort.h"
#include "segment/rfm_cuts.h"
#include "segment/value_counts.h"
#include "segment/scoring.h"

const cm_value_counts_class cm_rfm_base_class = {
    .state = {.name = "rfm_base_state",
              .min_size = sizeof(cm_value_counts),
              .max_size = MaxAllocSize,
              .magic = 0x5242,
              .version = 1},
    .dimensions = 3,
    .not_negative = {true, true, false},
};

CM_VALUE_COUNTS_FUNCTIONS(rfm_base, cm_rfm_base_class);

/* rfm_base_agg(recency_days, frequency, monetary): strict, so a customer of whom one is unknown is not counted. */
static Datum
accumulate(FunctionCallInfo fcinfo, double monetary)
{
    uint64 keys[3] = {cm_sort_key(cm_scoring_check_days(PG_GETARG_FLOAT8(1))),
                      cm_scoring_key_frequency(PG_GETARG_FLOAT8(2)), cm_scoring_key_monetary(monetary)};

    PG_RETURN_POINTER(cm_value_counts_add(fcinfo, keys, &cm_rfm_base_class));
}

PG_FUNCTION_INFO_V1(cm_rfm_base_accum);
Datum
cm_rfm_base_accum(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, PG_GETARG_FLOAT8(3));
}

PG_FUNCTION_INFO_V1(cm_rfm_base_accum_numeric);
Datum
cm_rfm_base_accum_numeric(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, cm_float_from_numeric(PG_GETARG_DATUM(3)));
}

/* Run i of a dimension, counted from the worst value: days are stored ascending, the most of them are the worst. */
static const cm_run *
run_from_worst(const cm_value_counts *base, int dimension, uint32 i)
{
    return cm_value_counts_of(base, dimension) + (dimension == 0 ? base->runs[0] - 1 - i : i);
}

/*
 * Thresholds that score the customers of the base as scoring.h does: to exceed the quantile is to reach the next
 * value that occurs. Above the best value there is none.
 */
static void
learn_quantiles(const cm_value_counts *base, int dimension, int bins, double *thresholds)
{
    int64 seen = 0; /* customers of run i and the worse ones */
    uint32 i = 0;

    seen = run_from_worst(base, dimension, 0)->count;
    for (int k = 1; k < bins; k++) {
        int64 position = cm_sort_quantile(base->customers, k, bins);

        while (seen <= position)
            seen += run_from_worst(base, dimension, ++i)->count;
        if (i + 1 < base->runs[dimension])
            thresholds[k - 1] = cm_sort_value(run_from_worst(base, dimension, i + 1)->key);
        else
            thresholds[k - 1] = dimension == 0 ? -INFINITY : INFINITY;
    }
}

static cm_rfm_cuts *
quantile_cuts(const cm_value_counts *base, int bins)
{
    double thresholds[3][CM_MAX_LEVELS];

    for (int d = 0; d < 3; d++)
        learn_quantiles(base, d, bins, thresholds[d]);
    return cm_rfm_cuts_new(bins - 1, (const double *[]){thresholds[0], thresholds[1], thresholds[2]});
}

/* rfm_cuts(rfm_base, bins) */
PG_FUNCTION_INFO_V1(cm_rfm_cuts_from_base);
Datum
cm_rfm_cuts_from_base(PG_FUNCTION_ARGS)
{
    const cm_value_counts *base = cm_value_counts_read(PG_GETARG_DATUM(0), &cm_rfm_base_class);
    int bins = cm_check_bins(CM_ARG_INT(1, "bins"));

    if (base->customers == 0)
        PG_RETURN_NULL();
    PG_RETURN_POINTER(quantile_cuts(base, bins));
}

/* Final function of rfm_cuts_agg: five bins. */
PG_FUNCTION_INFO_V1(cm_rfm_cuts_final);
Datum
cm_rfm_cuts_final(PG_FUNCTION_ARGS)
{
    const cm_value_counts *base = cm_value_counts_read(PG_GETARG_DATUM(0), &cm_rfm_base_class);

    if (base->customers == 0)
        PG_RETURN_NULL();
    PG_RETURN_POINTER(quantile_cuts(base, CM_DEFAULT_BINS));
}

/* high + low + value * count, without rounding but the last bits of low (Knuth's two-sum, fma for the product). */
static void
add_product(double *high, double *low, double value, double count)
{
    double product = value * count;
    double sum = *high + product;
    double part = sum - *high;

    *low += (*high - (sum - part)) + (product - part) + fma(value, count, -product);
    *high = sum;
}

/* To the nearest double, so that the mean of equal values is that value, which then reaches it. */
static double
mean_of(const cm_value_counts *base, int dimension)
{
    const cm_run *run = cm_value_counts_of(base, dimension);
    double n = (double) base->customers;
    double high = 0;
    double low = 0;

    for (uint32 i = 0; i < base->runs[dimension]; i++)
        add_product(&high, &low, cm_sort_value(run[i].key), (double) run[i].count);

    double mean = (high + low) / n;

    return mean + (fma(-mean, n, high) + low) / n;
}

/* rfm_mean_cuts(rfm_base): two bins, 2 for the mean of all customers or better */
PG_FUNCTION_INFO_V1(cm_rfm_mean_cuts);
Datum
cm_rfm_mean_cuts(PG_FUNCTION_ARGS)
{
    const cm_value_counts *base = cm_value_counts_read(PG_GETARG_DATUM(0), &cm_rfm_base_class);
    double means[3];

    if (base->customers == 0)
        PG_RETURN_NULL();
    for (int d = 0; d < 3; d++)
        means[d] = cm_check_finite(mean_of(base, d), "the mean of all customers");
    PG_RETURN_POINTER(cm_rfm_cuts_new(1, (const double *[]){&means[0], &means[1], &means[2]}));
}

/* {"customers": 3, "recency_days": [{"value": 3, "customers": 2}, ...], "frequency": [...], "monetary": [...]} */
PG_FUNCTION_INFO_V1(cm_rfm_base_json);
Datum
cm_rfm_base_json(PG_FUNCTION_ARGS)
{
    static const char *const names[] = {"recency_days", "frequency", "monetary"};
    const cm_value_counts *base = cm_value_counts_read(PG_GETARG_DATUM(0), &cm_rfm_base_class);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"customers\": " INT64_FORMAT, base->customers);
    for (int d = 0; d < 3; d++) {
        appendStringInfo(&out, ", \"%s\": ", names[d]);
        cm_value_counts_append_json(&out, base, d, "customers");
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
