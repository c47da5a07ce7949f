/* Integers of 320 bits against small ones, by identities, and against published powers. */
#include <string.h>

#include "math/multiple.h"
#include "math/wide.h"
#include "tap.h"

static bool
same(cm_wide a, cm_wide b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

static uint64_t seed = 88172645463325252u;

static uint64_t
any(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

int
main(void)
{
    bool binomial = true, short_square = true, back = true, division = true;

    for (int i = 0; i < 2000; i++) {
        __int128 a = (__int128) (((unsigned __int128) any() << 64 | any()) >> (1 + any() % 120));
        __int128 b = (__int128) (((unsigned __int128) any() << 64 | any()) >> (2 + any() % 120)) / 2;
        uint64_t factor = any() >> any() % 60;
        cm_wide left = cm_wide_square(a / 2 + b), right = cm_wide_square(a / 2 - b);
        cm_wide twice = cm_wide_square(a / 2), other = cm_wide_square(b), sum = left;

        /* (x + y)^2 + (x - y)^2 = 2 x^2 + 2 y^2 */
        cm_wide_add(&sum, &right);
        cm_wide_add(&twice, &other);
        cm_wide_multiply(&twice, 2);
        binomial = binomial && same(sum, twice);
        back = back && cm_wide_subtract(&sum, &right) && same(sum, left);
        division = division && cm_wide_multiply(&left, factor | 1) &&
                   cm_wide_divide(&left, factor | 1) == 0 && same(left, sum);

        cm_wide one = {{any(), any(), UINT64_MAX, any() | 1, 0}}, two = one;
        int64_t value = (int64_t) any();
        cm_wide square = cm_wide_square(value);

        short_square = short_square && cm_wide_add_short_square(&one, value) && cm_wide_add(&two, &square) &&
                       same(one, two);
    }
    ok(binomial, "squares of a sum and a difference");
    ok(back, "subtraction undoes addition");
    ok(division, "division undoes multiplication");
    ok(short_square, "the square of 64 bits is that of 128");

    cm_wide most = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}}, one = {{1}},
            zero = CM_WIDE_ZERO;
    cm_wide copy = most;

    ok(!cm_wide_add(&copy, &one), "a sum that does not fit");
    ok(!cm_wide_subtract(&zero, &one), "a difference below zero");
    copy = most;
    ok(!cm_wide_multiply(&copy, 2), "a product that does not fit");
    copy = most;
    ok(!cm_wide_add_short_square(&copy, 1), "a square that does not fit");
    copy = one;
    for (int i = 0; i < 76; i++)
        cm_wide_multiply(&copy, 10);
    ok_near(cm_wide_to_double(&copy), 1e76, 1e-15, "ten to the 76th");
    ok(cm_wide_divide(&copy, 7) == 4, "which leaves 4 when divided by 7"); /* 10^6 = 1 mod 7, 10^4 = 4 */
    zero = CM_WIDE_ZERO;
    ok(cm_wide_is_zero(&zero) && !cm_wide_is_zero(&most) && cm_wide_to_double(&zero) == 0, "zero");

    /* R's p.adjust. */
    const double p[] = {0.01, 0.04, 0.03, 0.005, NAN, 0.5, 0.03};
    const double wanted[][7] = {{0.05, 0.12, 0.12, 0.03, NAN, 0.5, 0.12},
                                {0.03, 0.048, 0.045, 0.03, NAN, 0.5, 0.045},
                                {0.06, 0.24, 0.18, 0.03, NAN, 1, 0.18}};
    uint64_t work[21];
    double adjusted[7];

    for (int how = CM_HOLM; how <= CM_BONFERRONI; how++) {
        bool all = true;

        cm_adjust(p, adjusted, 7, (cm_adjustment) how, work);
        for (int i = 0; i < 7; i++)
            all = all &&
                  (isnan(wanted[how][i]) ? isnan(adjusted[i]) : fabs(adjusted[i] - wanted[how][i]) < 1e-15);
        ok(all, how == CM_HOLM ? "Holm" : how == CM_HOCHBERG ? "Benjamini and Hochberg" : "Bonferroni");
    }
    return tap_done();
}
