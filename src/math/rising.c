#include "math/rising.h"

#include "math/special.h"

void
cm_rising_init(CmRising *rising, double max_n, const CmHost *host)
{
    rising->cap = max_n < CM_RISING_CAP ? (int) max_n : CM_RISING_CAP;
    rising->table = host->alloc((size_t) (rising->cap + 1) * sizeof(CmRisingSums));
}

void
cm_rising_fill(CmRising *rising, double a)
{
    CmSum log_sum = {0.0, 0.0};
    CmRisingSums sums = {0.0, 0.0, 0.0};

    rising->a = a;
    for (int n = 0;; n++) {
        double inverse = 1.0 / (a + n);

        sums.log = cm_sum_value(&log_sum);
        rising->table[n] = sums;
        if (n == rising->cap)
            break;
        cm_sum_add(&log_sum, log(a + n));
        sums.first += inverse;
        sums.second -= inverse * inverse;
    }
}

void
cm_rising_release(CmRising *rising, const CmHost *host)
{
    host->release(rising->table);
}

CmRisingSums
cm_rising_beyond(const CmRising *rising, double n)
{
    double from = rising->a + rising->cap;
    double to = rising->a + n;
    CmRisingSums sums = rising->table[rising->cap];

    sums.log += cm_lgamma_rise(from, n - rising->cap);
    sums.first += log1p((n - rising->cap) / from) + cm_digamma_rest(from) - cm_digamma_rest(to);
    sums.second += 1.0 / to - 1.0 / from + cm_trigamma_rest(to) - cm_trigamma_rest(from);
    return sums;
}
