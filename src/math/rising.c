#include "math/rising.h"

#include "math/special.h"

void
cm_rising_init(cm_rising *rising, double max_n, const cm_host *host)
{
    rising->cap = max_n < CM_RISING_CAP ? (int) max_n : CM_RISING_CAP;
    rising->table = host->alloc((size_t) (rising->cap + 1) * sizeof(cm_rising_sums));
}

void
cm_rising_fill(cm_rising *rising, double a)
{
    cm_sum log_sum = {0.0, 0.0};
    cm_rising_sums sums = {0.0, 0.0, 0.0};

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
cm_rising_release(cm_rising *rising, const cm_host *host)
{
    host->release(rising->table);
}

cm_rising_sums
cm_rising_beyond(const cm_rising *rising, double n)
{
    double from = rising->a + rising->cap;
    double to = rising->a + n;
    cm_rising_sums sums = rising->table[rising->cap];

    sums.log += cm_lgamma_rise(from, n - rising->cap);
    sums.first += log1p((n - rising->cap) / from) + cm_digamma_rest(from) - cm_digamma_rest(to);
    sums.second += 1.0 / to - 1.0 / from + cm_trigamma_rest(to) - cm_trigamma_rest(from);
    return sums;
}
