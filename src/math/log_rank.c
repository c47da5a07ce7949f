/*
 * The log-rank test of equal survival curves: N. Mantel, Cancer Chemotherapy Reports 50 (1966); R. Peto and J. Peto,
 * J. R. Stat. Soc. A 135 (1972). At each time the ends are shared out as if drawn from all who were at risk.
 */
#include <math.h>

#include "math/chi_square.h"
#include "math/survival.h"

typedef struct comparison {
    const cm_lifetimes *groups;
    int n_groups;
    size_t next[CM_LOG_RANK_GROUPS];
    int64_t left[CM_LOG_RANK_GROUPS];
    double variance[CM_LOG_RANK_GROUPS][CM_LOG_RANK_GROUPS]; /* lower triangle, of observed less expected */
} comparison;

/* The next time at which something happened in any group; NaN after the last. */
static double
next_time(const comparison *c)
{
    double time = NAN;

    for (int g = 0; g < c->n_groups; g++)
        if (c->next[g] < c->groups[g].n && !(c->groups[g].times[c->next[g]].time >= time))
            time = c->groups[g].times[c->next[g]].time;
    return time;
}

/* One table of groups against ended or not: the multivariate hypergeometric distribution. */
static void
add_table(comparison *c, cm_log_rank *result, double ended)
{
    double left = 0.0;

    for (int g = 0; g < c->n_groups; g++)
        left += (double) c->left[g];

    double spread = left > 1.0 ? ended * (left - ended) / (left - 1.0) : 0.0;

    for (int g = 0; g < c->n_groups; g++) {
        double share = (double) c->left[g] / left;

        result->expected[g] += ended * share;
        for (int h = 0; h < g; h++)
            c->variance[g][h] -= spread * share * ((double) c->left[h] / left);
        c->variance[g][g] += spread * share * (1.0 - share);
    }
}

static void
compare(comparison *c, cm_log_rank *result)
{
    double time;

    for (int g = 0; g < c->n_groups; g++)
        for (size_t i = 0; i < c->groups[g].n; i++)
            c->left[g] += c->groups[g].times[i].ended + c->groups[g].times[i].censored;
    while (!isnan(time = next_time(c))) {
        double ended = 0.0;
        int64_t gone[CM_LOG_RANK_GROUPS] = {0};

        for (int g = 0; g < c->n_groups; g++) {
            const cm_lifetime *now = c->groups[g].times + c->next[g];

            if (c->next[g] == c->groups[g].n || now->time != time)
                continue;
            result->observed[g] += (double) now->ended;
            ended += (double) now->ended;
            gone[g] = now->ended + now->censored;
            c->next[g]++;
        }
        if (ended > 0.0)
            add_table(c, result, ended);
        for (int g = 0; g < c->n_groups; g++)
            c->left[g] -= gone[g];
    }
}

/*
 * (O - E)' V^- (O - E) by Cholesky's decomposition. V is singular, as the differences add up to zero, and more so where
 * groups were never at risk together: rows without a variance of their own are left out, the others are the degrees
 * of freedom.
 */
static void
solve(comparison *c, cm_log_rank *result)
{
    double y[CM_LOG_RANK_GROUPS];
    bool used[CM_LOG_RANK_GROUPS] = {false};

    for (int g = 0; g < c->n_groups; g++) {
        double pivot = c->variance[g][g];

        y[g] = result->observed[g] - result->expected[g];
        for (int h = 0; h < g; h++) {
            if (!used[h])
                continue;
            for (int i = 0; i < h; i++)
                if (used[i])
                    c->variance[g][h] -= c->variance[g][i] * c->variance[h][i];
            c->variance[g][h] /= c->variance[h][h];
            pivot -= c->variance[g][h] * c->variance[g][h];
            y[g] -= c->variance[g][h] * y[h];
        }
        used[g] = pivot > 1e-10 * c->variance[g][g];
        if (!used[g])
            continue;
        c->variance[g][g] = sqrt(pivot);
        y[g] /= c->variance[g][g];
        result->chi_square += y[g] * y[g];
        result->df++;
    }
}

cm_log_rank
cm_log_rank_test(const cm_lifetimes *groups, int n_groups)
{
    comparison c = {.groups = groups, .n_groups = n_groups};
    cm_log_rank result = {0};

    compare(&c, &result);
    solve(&c, &result);
    result.p_value = cm_chi_square_tail(result.chi_square, result.df);
    if (result.df == 0)
        result.chi_square = NAN;
    return result;
}
