/*
 * What a fuzz target shares: values taken from the bytes the fuzzer invents, and a claim that ends the run when it is
 * false. Numbers are any bits, a small integer, or a fraction, because random bits alone rarely are numbers people use.
 */
#ifndef CM_FUZZ_BYTES_H
#define CM_FUZZ_BYTES_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct bytes {
    const uint8_t *at;
    size_t left;
} bytes;

static inline uint64_t
take(bytes *in, size_t size)
{
    uint64_t value = 0;

    if (size > in->left)
        size = in->left;
    memcpy(&value, in->at, size);
    in->at += size;
    in->left -= size;
    return value;
}

static inline int64_t
take_between(bytes *in, int64_t low, int64_t high)
{
    uint64_t width = (uint64_t) high - (uint64_t) low + 1;

    return (int64_t) ((uint64_t) low + (width == 0 ? take(in, 8) : take(in, width <= 256 ? 1 : 8) % width));
}

static inline double
take_double(bytes *in)
{
    uint64_t bits;
    double value;

    switch (take(in, 1) % 4) {
        case 0:
            bits = take(in, 8);
            memcpy(&value, &bits, sizeof(value));
            return value;
        case 1:
            return (double) (int8_t) take(in, 1);
        case 2:
            return (double) take(in, 2) / 65535;
        default:
            return ldexp((double) take(in, 2), (int) take_between(in, -60, 60));
    }
}

/* A finite number in [low, high]. */
static inline double
take_within(bytes *in, double low, double high)
{
    double value = take_double(in);

    return value >= low && value <= high ? value : low + (high - low) * ((double) take(in, 4) / UINT32_MAX);
}

#define CLAIM(what)                                                                                          \
    do {                                                                                                     \
        if (!(what)) {                                                                                       \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #what);                             \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
