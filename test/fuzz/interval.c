/* Intervals and tests of proportions: every count the callers let pass gives an interval that holds its value. */
#include "bytes.h"

#include "math/normal.h"
#include "math/proportion.h"
#include "math/trinomial.h"

#define MOST (INT64_MAX / 4) /* as CM_MAX_COUNT */

/* The adjusted Wald interval is centred on a value drawn to the middle, so at low confidence it need not hold its own. */
static void
check_interval(cm_interval i, double low, double high, int holds_value)
{
    if (isnan(i.value))
        return;
    CLAIM(i.value >= low && i.value <= high);
    CLAIM(isnan(i.lower) == isnan(i.upper));
    CLAIM(isnan(i.lower) || (i.lower >= low && i.lower <= i.upper && i.upper <= high));
    CLAIM(isnan(i.lower) || !holds_value || (i.lower <= i.value && i.value <= i.upper));
}

static void
check_difference(cm_difference d, double low, double high)
{
    if (!isnan(d.interval.lower)) {
        CLAIM(d.interval.lower >= low - 1e-9 && d.interval.upper <= high + 1e-9);
        CLAIM(d.interval.lower <= d.interval.upper);
    }
    CLAIM(isnan(d.p_value) || (d.p_value >= 0 && d.p_value <= 1));
    CLAIM(!isinf(d.z));
}

static cm_trinomial
take_trinomial(bytes *in)
{
    cm_trinomial t;

    t.plus = take_between(in, 0, take(in, 1) % 2 ? 20 : MOST);
    t.zero = take_between(in, 0, MOST - t.plus < 20 || take(in, 1) % 2 == 0 ? MOST - t.plus : 20);
    t.minus = take_between(in, 0,
                           MOST - t.plus - t.zero < 20 || take(in, 1) % 2 == 0 ? MOST - t.plus - t.zero : 20);
    return t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes in = {data, size};
    double confidence = take_within(&in, 5e-324, 1 - 0x1p-53);
    int64_t total_a = take_between(&in, 0, take(&in, 1) % 2 ? 30 : MOST);
    int64_t total_b = take_between(&in, 0, take(&in, 1) % 2 ? 30 : MOST);
    int64_t hits_a = take_between(&in, 0, total_a), hits_b = take_between(&in, 0, total_b);
    cm_trinomial a = take_trinomial(&in), b = take_trinomial(&in);
    double p = take_within(&in, 0, 1);

    check_interval(cm_wilson(hits_a, total_a, confidence), 0, 1, 1);
    check_difference(cm_rate_difference(hits_a, total_a, hits_b, total_b, confidence), -1, 1);
    for (int method = CM_ADJUSTED_WALD; method <= CM_WALD; method++)
        check_interval(cm_trinomial_interval(a, confidence, method), -1, 1, method != CM_ADJUSTED_WALD);
    check_difference(cm_trinomial_difference(a, b, confidence, CM_ADJUSTED_WALD), -HUGE_VAL, HUGE_VAL);
    check_difference(cm_trinomial_difference(a, b, confidence, CM_WALD), -HUGE_VAL, HUGE_VAL);
    if (p > 0 && p < 1)
        CLAIM(fabs(cm_normal_cdf(cm_normal_quantile(p)) - p) <= 1e-12 * p + 1e-300);
    return 0;
}
