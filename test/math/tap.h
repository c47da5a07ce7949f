/*
 * The few lines every test of src/math needs: counted checks in the Test
 * Anything Protocol, with the plan at the end.
 */
#ifndef CM_TEST_TAP_H
#define CM_TEST_TAP_H

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_run;
static int tap_failed;

static inline void
ok(bool good, const char *name, ...)
{
    va_list args;

    tap_run++;
    if (!good)
        tap_failed++;
    printf("%s %d - ", good ? "ok" : "not ok", tap_run);
    va_start(args, name);
    vprintf(name, args);
    va_end(args);
    printf("\n");
}

/* |got - want| <= tolerance * |want|; a want of 0 makes the tolerance absolute */
static inline bool
near_to(double got, double want, double tolerance)
{
    double scale = want == 0.0 ? 1.0 : fabs(want);

    return fabs(got - want) <= tolerance * scale;
}

static inline void
ok_near(double got, double want, double tolerance, const char *name)
{
    bool good = near_to(got, want, tolerance);

    ok(good, "%s", name);
    if (!good)
        printf("# got %.17g, want %.17g, relative error %.3g\n", got, want,
               (got - want) / (want == 0.0 ? 1.0 : want));
}

static inline int
tap_done(void)
{
    printf("1..%d\n", tap_run);
    return tap_failed > 0;
}

#endif
