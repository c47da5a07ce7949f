/* Corrected p values; see multiple.h. */
#include "math/multiple.h"

#include <math.h>
#include <string.h>

#include "math/sort.h"

/* The corrected values of m sorted ones, in their place. */
static void
adjust_sorted(const uint64_t *keys, double *values, size_t m, cm_adjustment how)
{
    double running = how == CM_HOCHBERG ? 1.0 : 0.0;

    for (size_t k = 0; k < m; k++) {
        size_t i = how == CM_HOCHBERG ? m - 1 - k : k;
        double p = cm_sort_value(keys[i]);

        switch (how) {
            case CM_HOLM: /* never less than the one before */
                running = fmax(running, fmin(1.0, p * (double) (m - i)));
                break;
            case CM_HOCHBERG: /* from the largest down, never more than the one above */
                running = fmin(running, p * ((double) m / (double) (i + 1)));
                break;
            case CM_BONFERRONI:
                running = fmin(1.0, p * (double) m);
        }
        values[i] = running;
    }
}

/* The first place of a key among m sorted ones. */
static size_t
place_of(uint64_t key, const uint64_t *keys, size_t m)
{
    size_t low = 0, high = m;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void
cm_adjust(const double *p, double *adjusted, size_t n, cm_adjustment how, uint64_t *work)
{
    double *values = (double *) (work + 2 * n);
    size_t m = 0;

    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i]))
            work[m++] = cm_sort_key(p[i]);
    cm_sort_keys(work, m, work + n);
    adjust_sorted(work, values, m, how);
    for (size_t i = 0; i < n; i++)
        adjusted[i] = isnan(p[i]) ? NAN : values[place_of(cm_sort_key(p[i]), work, m)];
}
