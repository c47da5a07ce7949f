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

/* Adds one node to sums that begin at from: its weight, and f there */
static inline void
add_node(const power_base *b, bool p_near, double w, double growth, double weight, cm_power_sums *sums)
{
    double near = b->near * growth;
    double passed = near - b->near; /* t - from */
    double far = b->far + passed;
    double far_log = log1p(passed / b->far);
    double mass = weight * near * exp(-b->near_power * w - b->far_power * far_log);
    double of_near[2] = {w, -passed / (near * b->near)};
    double of_far[2] = {far_log, -passed / (far * b->far)};
    double f[4] = {p_near ? of_near[0] : of_far[0], p_near ? of_near[1] : of_far[1],
                   p_near ? of_far[0] : of_near[0], p_near ? of_far[1] : of_near[1]};
    int pair = 0;

    sums->total += mass;
    for (int i = 0; i < 4; i++) {
        double part = mass * f[i];

        sums->first[i] += part;
        for (int j = 0; j <= i; j++)
            sums->second[pair++] += part * f[j];
    }
}

/* One panel of a rule with so many pairs of nodes */
static void
add_panel(const power_base *b, bool p_near, double middle, double half, const double *node,
          const double *weight, int pairs, cm_power_sums *sums)
{
    double grown = exp(middle);

    for (int i = 0; i < pairs; i++) {
        double offset = half * node[i];
        double factor = exp(offset);

        add_node(b, p_near, middle - offset, grown / factor, half * weight[i], sums);
        add_node(b, p_near, middle + offset, grown * factor, half * weight[i], sums);
    }
}

/*
 * Moves the start of sums from one point to an earlier one: f there is larger by a constant in each component, and the
 * integrand smaller by a factor. All terms of a component have one sign: nothing cancels.
 */
static void
move_start(cm_power_sums *sums, const double *shift, double factor)
{
    int pair = 0;

    for (int i = 0; i < 4; i++)
        for (int j = 0; j <= i; j++, pair++)
            sums->second[pair] = factor * (sums->second[pair] + shift[i] * sums->first[j] +
                                           shift[j] * sums->first[i] + shift[i] * shift[j] * sums->total);
    for (int i = 0; i < 4; i++)
        sums->first[i] = factor * (sums->first[i] + shift[i] * sums->total);
    sums->total *= factor;
}

void
cm_power_sums_prepend(cm_power_sums *sums, double c, double p, double d, double q, double from, double to)
{
    /* Gauss-Legendre rules of four and six points, for steps short enough that they are exact to the last digits */
    static const double node4[2] = {0.33998104358485626480, 0.86113631159405257522};
    static const double weight4[2] = {0.65214515486254614263, 0.34785484513745385737};
    static const double node6[3] = {0.23861918608319690863, 0.66120938646626451366, 0.93246951420315202781};
    static const double weight6[3] = {0.46791393457269104739, 0.36076157304813860757, 0.17132449237917034504};
    power_base b = base_of(c, p, d, q, from);
    bool p_near = p <= q;
    double span = to - from;
    double near_log = log1p(span / b.near), far_log = log1p(span / b.far);
    double exponent = b.near_power * near_log + b.far_power * far_log;

    if (sums->total > 0.0) {
        double near_gap = -span / (b.near * (b.near + span)), far_gap = -span / (b.far * (b.far + span));
        double shift[4] = {p_near ? near_log : far_log, p_near ? near_gap : far_gap,
                           p_near ? far_log : near_log, p_near ? far_gap : near_gap};

        move_start(sums, shift, exp(-exponent));
    }
    if (fmax(near_log, exponent) <= 0.2)
        add_panel(&b, p_near, 0.5 * near_log, 0.5 * near_log, node4, weight4, 2, sums);
    else if (fmax(near_log, exponent) <= 1.0)
        add_panel(&b, p_near, 0.5 * near_log, 0.5 * near_log, node6, weight6, 3, sums);
    else {
        panel_march s = {.base = &b, .end = near_log};

        while (next_panel(&s))
            add_panel(&b, p_near, s.middle, s.half, cm_gauss_node, cm_gauss_weight, CM_GAUSS_HALF, sums);
    }
}
