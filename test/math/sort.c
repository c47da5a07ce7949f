/*
 * Keys order as their numbers, sort and selection agree with qsort on numbers of many shapes, and a quantile is the least
 * number with enough of the others at or before it.
 */
#include <stdlib.h>

#include "math/sort.h"
#include "tap.h"

#define MOST 5000

static uint64_t seed = 1;

/* Knuth's MMIX generator: the same numbers everywhere. */
static double
uniform(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double) (seed >> 11) / (double) (UINT64_C(1) << 53);
}

static double
shape(int kind)
{
    double u = uniform();

    switch (kind) {
        case 0:
            return u;
        case 1:
            return floor(5 * u); /* many ties */
        case 2:
            return pow(10, 600 * u - 300) * (u > 0.5 ? 1 : -1); /* every exponent, both signs */
        case 3:
            return u > 0.001 ? 7 : 1e300; /* all alike but a few far away */
        default:
            return ldexp(floor(4 * u) - 2, -1074); /* next to nothing, and zero */
    }
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *) a;
    double y = *(const double *) b;

    return (x > y) - (x < y);
}

/* Ten positions among sorted numbers, some of them twice. */
static bool
selects(uint64_t *keys, const double *numbers, size_t n)
{
    size_t positions[10];
    uint64_t found[10];
    bool same = true;

    for (size_t i = 0; i < 10; i++)
        positions[i] = n * i * i / 100;
    cm_sort_select(keys, n, positions, found, 10);
    for (size_t i = 0; i < 10; i++)
        same = same && cm_sort_value(found[i]) == numbers[positions[i]];
    return same;
}

static bool
sorts(int kind, size_t n)
{
    static double numbers[MOST];
    static uint64_t keys[MOST], scratch[MOST];
    bool same = true;

    for (size_t i = 0; i < n; i++) {
        numbers[i] = shape(kind);
        keys[i] = cm_sort_key(numbers[i]);
    }
    qsort(numbers, n, sizeof(double), compare);
    memcpy(scratch, keys, sizeof(keys));
    same = n == 0 || selects(scratch, numbers, n);
    cm_sort_keys(keys, n, scratch);
    for (size_t i = 0; i < n; i++)
        same = same && cm_sort_value(keys[i]) == numbers[i];
    return same;
}

/* For every n and part: quantile k is the first position p with (p + 1) / n >= k / parts. */
static bool
quantiles(void)
{
    for (size_t n = 1; n < 200; n++)
        for (unsigned parts = 2; parts < 12; parts++)
            for (unsigned k = 1; k < parts; k++) {
                size_t first = 0;

                while ((first + 1) * parts < k * n)
                    first++;
                if (cm_sort_quantile(n, k, parts) != first)
                    return false;
            }
    return true;
}

int
main(void)
{
    static const size_t sizes[] = {0, 1, 2, 31, 32, 33, 100, 2047, MOST};

    for (int kind = 0; kind < 5; kind++)
        for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
            ok(sorts(kind, sizes[s]), "sorts and selects %zu numbers of shape %d", sizes[s], kind);

    bool rising = true;

    for (int i = 0; i < MOST; i++) {
        double a = shape(i % 5);
        double b = shape(i % 3);

        rising = rising && (a < b) == (cm_sort_key(a) < cm_sort_key(b));
        rising = rising && (a < b) == (cm_sort_key(-a) > cm_sort_key(-b));
    }
    ok(rising, "keys order as numbers do, and the other way when negated");
    ok(cm_sort_key(-0.0) == cm_sort_key(0.0), "both zeros are one");
    ok(cm_sort_key_int(-1) < cm_sort_key_int(0) && cm_sort_key_int(INT64_MAX) > cm_sort_key_int(1) &&
           cm_sort_key_int(INT64_MIN) == 0 && cm_sort_int(cm_sort_key_int(-7)) == -7,
       "integers order too");
    ok(quantiles(), "a quantile is the first position with enough at or before it");
    ok(cm_sort_quantile(UINT32_MAX, 99, 100) == 4252017622, "of very many");
    return tap_done();
}
