/* Integers of 320 bits; see wide.h. Schoolbook arithmetic in digits of 64 bits. */
#include "math/wide.h"

#include <math.h>

bool
cm_wide_add(cm_wide *a, const cm_wide *b)
{
    unsigned __int128 carry = 0;

    for (int i = 0; i < CM_WIDE_LIMBS; i++) {
        carry += (unsigned __int128) a->limb[i] + b->limb[i];
        a->limb[i] = (uint64_t) carry;
        carry >>= 64;
    }
    return carry == 0;
}

bool
cm_wide_subtract(cm_wide *a, const cm_wide *b)
{
    uint64_t borrow = 0;

    for (int i = 0; i < CM_WIDE_LIMBS; i++) {
        unsigned __int128 taken = (unsigned __int128) b->limb[i] + borrow;

        borrow = a->limb[i] < taken;
        a->limb[i] -= (uint64_t) taken;
    }
    return borrow == 0;
}

bool
cm_wide_multiply(cm_wide *a, uint64_t factor)
{
    unsigned __int128 carry = 0;

    for (int i = 0; i < CM_WIDE_LIMBS; i++) {
        carry += (unsigned __int128) a->limb[i] * factor;
        a->limb[i] = (uint64_t) carry;
        carry >>= 64;
    }
    return carry == 0;
}

uint64_t
cm_wide_divide(cm_wide *a, uint64_t divisor)
{
    unsigned __int128 rest = 0;

    for (int i = CM_WIDE_LIMBS - 1; i >= 0; i--) {
        rest = rest << 64 | a->limb[i];
        a->limb[i] = (uint64_t) (rest / divisor);
        rest %= divisor;
    }
    return (uint64_t) rest;
}

cm_wide
cm_wide_square(__int128 value)
{
    unsigned __int128 size = value < 0 ? -(unsigned __int128) value : (unsigned __int128) value;
    uint64_t low = (uint64_t) size;
    uint64_t high = (uint64_t) (size >> 64);
    unsigned __int128 ends = (unsigned __int128) low * low;
    unsigned __int128 middle = (unsigned __int128) low * high;
    unsigned __int128 top = (unsigned __int128) high * high;
    cm_wide result = {{(uint64_t) ends, (uint64_t) (ends >> 64), (uint64_t) top, (uint64_t) (top >> 64), 0}};
    cm_wide twice = {{0, (uint64_t) middle, (uint64_t) (middle >> 64), 0, 0}};

    cm_wide_add(&result, &twice);
    cm_wide_add(&result, &twice);
    return result;
}

double
cm_wide_to_double(const cm_wide *a)
{
    double result = 0.0;

    for (int i = CM_WIDE_LIMBS - 1; i >= 0; i--)
        result = ldexp(result, 64) + (double) a->limb[i];
    return result;
}
