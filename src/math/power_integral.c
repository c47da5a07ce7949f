/*
 * The integral at the heart of the Pareto/NBD, by composite Gauss-Legendre.
 *
 * With m = min(p, q), m + t = (m + from) e^w turns the nearer base into an
 * exact exponential; panels run in w, at most one unit wide and over at most
 * eight units of the exponent. Then the relative error stays near 1e-14 for all
 * parameters.
 */
#include "math/quadrature.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define CM_NEGLIGIBLE 45.0 /* exponents below the top at which the rest no longer counts */
#define CM_PANEL_EXPONENT 8.0

typedef struct power_base {
    double near, far;             /* m + from, and the other base there */
    double near_power, far_power; /* powers, as positive numbers */
} power_base;

/* A panel of the rule in w, and whether anything is left beyond it */
typedef struct panel_march {
    const power_base *base;
    double end;          /* w at the upper limit */
    double w;            /* where the next panel starts */
    double top;          /* the largest exponent met */
    double middle, half; /* of the present panel */
} panel_march;

static bool
next_panel(panel_march *s)
{
    const power_base *b = s->base;
    double reached = b->near * expm1(s->w + 1.0);
    double slope = b->near_power + b->far_power * (b->near + reached) / (b->far + reached);
    double exponent = s->w - b->near_power * s->w - b->far_power * log1p(b->near * expm1(s->w) / b->far);

    s->top = fmax(s->top, exponent);

    double width = fmin(fmin(1.0, CM_PANEL_EXPONENT / slope), s->end - s->w);

    s->half = 0.5 * width;
    s->middle = s->w + s->half;
    /* the last panel ends exactly at the end, whatever the rounding */
    s->w = width < s->end - s->w ? s->w + width : s->end;
    return s->half > 0.0 && exponent > s->top - CM_NEGLIGIBLE;
}

static power_base
base_of(double c, double p, double d, double q, double from)
{
    if (p <= q)
        return (power_base){p + from, q + from, c, d};
    return (power_base){q + from, p + from, d, c};
}

double
cm_power_integral(double c, double p, double d, double q, double from, double to)
{
    power_base b = base_of(c, p, d, q, from);
    panel_march s = {.base = &b, .end = log1p((to - from) / b.near)};
    double total = 0.0;

    while (next_panel(&s)) {
        double sum = 0.0;
        double grown = exp(s.middle);

        for (int i = 0; i < CM_GAUSS_HALF; i++) {
            double offset = s.half * cm_gauss_node[i];
            double factor = exp(offset);
            double low = grown / factor, high = grown * factor;
            double low_log = log1p(b.near * (low - 1.0) / b.far);
            double high_log = log1p(b.near * (high - 1.0) / b.far);

            sum += cm_gauss_weight[i] *
                   (low * exp(-b.near_power * (s.middle - offset) - b.far_power * low_log) +
                    high * exp(-b.near_power * (s.middle + offset) - b.far_power * high_log));
        }
        total += s.half * b.near * sum;
    }
    return total;
}

/* Adds one node to the sums: its weight, and f with the nearer base first */
static inline void
add_node(const power_base *b, double w, double growth, double weight, cm_power_sums *sums)
{
    double near = b->near * growth;
    double passed = near - b->near; /* t - from */
    double far = b->far + passed;
    double far_log = log1p(passed / b->far);
    double mass = weight * near * exp(-b->near_power * w - b->far_power * far_log);
    double f[4] = {w, -passed / (near * b->near), far_log, -passed / (far * b->far)};
    int pair = 0;

    sums->total += mass;
    for (int i = 0; i < 4; i++) {
        double part = mass * f[i];

        sums->first[i] += part;
        for (int j = 0; j <= i; j++)
            sums->second[pair++] += part * f[j];
    }
}

void
cm_power_moments(double c, double p, double d, double q, double from, double to, cm_power_sums *out)
{
    static const int swapped[4] = {2, 3, 0, 1};
    power_base b = base_of(c, p, d, q, from);
    panel_march s = {.base = &b, .end = log1p((to - from) / b.near)};
    cm_power_sums sums;

    memset(&sums, 0, sizeof(sums));
    while (next_panel(&s)) {
        double grown = exp(s.middle);

        for (int i = 0; i < CM_GAUSS_HALF; i++) {
            double offset = s.half * cm_gauss_node[i];
            double factor = exp(offset);
            double weight = s.half * cm_gauss_weight[i];

            add_node(&b, s.middle - offset, grown / factor, weight, &sums);
            add_node(&b, s.middle + offset, grown * factor, weight, &sums);
        }
    }

    out->total = sums.total;
    for (int i = 0; i < 4; i++) {
        int to_i = p <= q ? i : swapped[i];

        out->first[to_i] = sums.first[i] / sums.total;
        for (int j = 0; j <= i; j++) {
            int to_j = p <= q ? j : swapped[j];
            int high = to_i > to_j ? to_i : to_j;
            int low = to_i > to_j ? to_j : to_i;

            out->second[high * (high + 1) / 2 + low] = sums.second[i * (i + 1) / 2 + j] / sums.total;
        }
    }
}
