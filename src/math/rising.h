/*
 * Sums over the rising factorial a (a + 1) ... (a + n - 1), for whole n: of the
 * logarithms, and of their first and second derivatives in a. As positive
 * terms, never as differences of gamma functions: those lose every digit when
 * a is large.
 */
#ifndef CM_MATH_RISING_H
#define CM_MATH_RISING_H

#include "math/model.h"

/* Above this many terms Stirling's formula takes over: no table grows with the data beyond it */
#define CM_RISING_CAP 4096

typedef struct cm_rising_sums {
    double log;    /* sum of ln(a + j),      j = 0 .. n - 1 */
    double first;  /* sum of 1 / (a + j) */
    double second; /* sum of -1 / (a + j)^2 */
} cm_rising_sums;

typedef struct cm_rising {
    double a;
    int cap;               /* the largest n in the table */
    cm_rising_sums *table; /* n = 0 .. cap */
} cm_rising;

/* Room for n up to max_n (or to the cap); fill sets the base, once per evaluation */
extern void cm_rising_init(cm_rising *rising, double max_n, const cm_host *host);
extern void cm_rising_fill(cm_rising *rising, double a);
extern void cm_rising_release(cm_rising *rising, const cm_host *host);

extern cm_rising_sums cm_rising_beyond(const cm_rising *rising, double n);

static inline cm_rising_sums
cm_rising_at(const cm_rising *rising, double n)
{
    return n <= rising->cap ? rising->table[(int) n] : cm_rising_beyond(rising, n);
}

#endif
