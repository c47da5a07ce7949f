/*
 * Integers of 320 bits, not negative: exact sums of squares of 128-bit numbers, and what a variance is made of. Plain C.
 */
#ifndef CM_MATH_WIDE_H
#define CM_MATH_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#define CM_WIDE_LIMBS 5

typedef struct cm_wide {
    uint64_t limb[CM_WIDE_LIMBS]; /* the least significant first */
} cm_wide;

#define CM_WIDE_ZERO ((cm_wide){{0, 0, 0, 0, 0}})

/* These return false, and leave a undefined, where the result does not fit or is negative. */
extern bool cm_wide_add(cm_wide *a, const cm_wide *b);
extern bool cm_wide_subtract(cm_wide *a, const cm_wide *b);
extern bool cm_wide_multiply(cm_wide *a, uint64_t factor);

extern uint64_t cm_wide_divide(cm_wide *a, uint64_t divisor); /* a becomes the quotient; returns the rest */
extern cm_wide cm_wide_square(__int128 value);
extern double cm_wide_to_double(const cm_wide *a);

static inline bool
cm_wide_is_zero(const cm_wide *a)
{
    return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3] | a->limb[4]) == 0;
}

/* Adds a square of a number of 64 bits: a few instructions, for every row. */
static inline bool
cm_wide_add_short_square(cm_wide *a, int64_t value)
{
    __int128 wide = value;
    unsigned __int128 sum = (unsigned __int128) (wide * wide) + a->limb[0];
    unsigned __int128 high = (sum >> 64) + a->limb[1];

    a->limb[0] = (uint64_t) sum;
    a->limb[1] = (uint64_t) high;
    for (int i = 2; i < CM_WIDE_LIMBS && high >> 64 != 0; i++) {
        high = (high >> 64) + a->limb[i];
        a->limb[i] = (uint64_t) high;
    }
    return high >> 64 == 0;
}

#endif
