/* Packed numbers; see pack.h. */
#include "math/pack.h"

#include <stddef.h>
#include <string.h>

/*
 * A block: how many bits a number has, with HAS_STEP and HAS_EXCEPTIONS; the least number; with HAS_STEP the step, else it is 1;
 * with HAS_EXCEPTIONS how many there are; the low bits of all numbers, one after the other; and of each exception its
 * place, a byte, and its further bits.
 */
#define HAS_STEP 0x80
#define BITS 0x7f
#define HAS_EXCEPTIONS 65 /* added to the bits, 0 to 64 */
#define MOST_SHORT 56     /* bits of a number that any 8 bytes hold which begin with its first byte */
#define SLACK 8           /* bytes that are read behind the last number */
#define MOST_EXCEPTIONS 4 /* of so many numbers one may be an exception: reading them takes longer */

/* ---- single numbers ---- */

uint8_t *
cm_pack_number(uint8_t *to, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *to++ = (uint8_t) (number | 0x80);
    *to++ = (uint8_t) number;
    return to;
}

const uint8_t *
cm_unpack_number(const uint8_t *from, const uint8_t *end, uint64_t *number)
{
    *number = 0;
    for (int shift = 0; shift < 64 && from < end; shift += 7) {
        uint8_t byte = *from++;

        if (shift == 63 && byte > 1)
            return NULL;
        *number |= (uint64_t) (byte & 0x7f) << shift;
        if (byte < 0x80)
            return from;
    }
    return NULL;
}

static int
number_bytes(uint64_t number)
{
    int bytes = 1;

    for (; number >= 0x80; number >>= 7)
        bytes++;
    return bytes;
}

static int
bits_of(uint64_t number)
{
    return number == 0 ? 0 : 64 - __builtin_clzll(number);
}

/* ---- eight bytes at once ---- */

static inline uint64_t
load(const uint8_t *from)
{
    uint64_t word;

    memcpy(&word, from, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline void
store(uint8_t *to, uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(to, &word, sizeof(word));
}

static size_t
bytes_for(uint32_t n, int bits)
{
    return ((size_t) n * (size_t) bits + 7) / 8;
}

static inline uint64_t
mask_of(int bits)
{
    return bits == 64 ? UINT64_MAX : ((uint64_t) 1 << bits) - 1;
}

/* Writes up to SLACK bytes behind the last number. */
static void
write_bits(uint8_t *to, const uint64_t *steps, uint32_t n, int bits)
{
    uint64_t mask = mask_of(bits), word = 0;
    int filled = 0; /* bits of the word */

    if (bits == 0)
        return;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t number = steps[i] & mask;

        word |= number << filled;
        filled += bits;
        if (filled >= 64) {
            store(to, word);
            to += 8;
            filled -= 64;
            word = filled == 0 ? 0 : number >> (bits - filled);
        }
    }
    store(to, word);
}

/* Of bytes behind which SLACK more may be read. */
static inline void
read_bits(const uint8_t *from, int64_t *numbers, uint32_t n, int bits, uint64_t least, uint64_t step)
{
    uint64_t mask = mask_of(bits);

    for (uint32_t i = 0; i < n; i++) {
        size_t at = (size_t) i * (size_t) bits;

        numbers[i] = (int64_t) (least + (load(from + at / 8) >> at % 8 & mask) * step);
    }
}

/* ---- writing a block ---- */

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/*
 * Division without a remainder, and finding whether there is one, by multiplications: a number times the inverse of an odd one
 * modulo 2^64 is their quotient, and more than any quotient where it does not divide; what is not odd in the divisor goes by turning
 * the bits. A division takes ten times as long.
 */
typedef struct divisor {
    uint64_t step, inverse, most;
    int zeros;
} divisor;

static divisor
divisor_of(uint64_t step)
{
    divisor d = {.step = step, .most = UINT64_MAX / step, .zeros = __builtin_ctzll(step)};
    uint64_t odd = step >> d.zeros;

    d.inverse = odd; /* right in three bits, and each turn in twice as many */
    for (int bits = 3; bits < 64; bits *= 2)
        d.inverse *= 2 - odd * d.inverse;
    return d;
}

static inline uint64_t
quotient(const divisor *d, uint64_t number) /* more than d->most: there is none */
{
    uint64_t product = number * d->inverse;

    return product >> d->zeros | product << (-d->zeros & 63);
}

/* The greatest step of which all distances are multiples, if it helps; mostly 1, which the first few tell. */
static divisor
step_of(const uint64_t *distances, uint32_t n)
{
    divisor d = {0};

    for (uint32_t i = 0; i < n && d.step != 1; i++)
        if (distances[i] != 0 && (d.step == 0 || quotient(&d, distances[i]) > d.most))
            d = divisor_of(common_divisor(d.step, distances[i]));
    if (d.step == 0 || (uint32_t) bits_of(d.step) * n <= 8 * (uint32_t) number_bytes(d.step))
        return divisor_of(1); /* it would take more than it saves */
    return d;
}

/* The bits that make a block shortest; numbers that have more are exceptions, so many. */
static int
best_bits(const uint64_t *steps, uint32_t n, uint32_t *exceptions)
{
    uint32_t with[65] = {0}, longer = 0; /* numbers of so many bits; of more */
    int most = 0, best;
    size_t shortest;

    for (uint32_t i = 0; i < n; i++)
        with[bits_of(steps[i])]++;
    for (int bits = 64; bits > 0 && most == 0; bits--)
        most = with[bits] > 0 ? bits : 0;
    best = most > MOST_SHORT ? 64 : most;
    *exceptions = 0;
    shortest = bytes_for(n, best);
    for (int bits = most - 1; bits >= 0; bits--) {
        size_t bytes = bytes_for(n, bits) + 1;

        longer += with[bits + 1];
        if (longer > n / MOST_EXCEPTIONS)
            break;
        for (int more = bits + 1; more <= most; more++)
            bytes += with[more] * (1 + (size_t) (more - bits + 6) / 7);
        if (bytes < shortest && bits <= MOST_SHORT) {
            shortest = bytes;
            best = bits;
            *exceptions = longer;
        }
    }
    return best;
}

static uint8_t *
write_exceptions(uint8_t *to, const uint64_t *steps, uint32_t n, int bits)
{
    for (uint32_t i = 0; i < n; i++)
        if (steps[i] >> bits != 0) {
            *to++ = (uint8_t) i;
            to = cm_pack_number(to, steps[i] >> bits);
        }
    return to;
}

uint8_t *
cm_pack(uint8_t *to, const int64_t *numbers, uint32_t n)
{
    uint64_t steps[CM_PACK_BLOCK];
    divisor step;
    int64_t least = numbers[0];
    uint32_t exceptions;
    int bits;

    for (uint32_t i = 1; i < n; i++)
        least = numbers[i] < least ? numbers[i] : least;
    for (uint32_t i = 0; i < n; i++)
        steps[i] = (uint64_t) numbers[i] - (uint64_t) least;
    step = step_of(steps, n);
    if (step.step > 1)
        for (uint32_t i = 0; i < n; i++)
            steps[i] = quotient(&step, steps[i]);
    bits = best_bits(steps, n, &exceptions);

    *to++ = (uint8_t) ((bits + (exceptions > 0 ? HAS_EXCEPTIONS : 0)) | (step.step > 1 ? HAS_STEP : 0));
    to = cm_pack_number(to, cm_pack_zigzag(least));
    if (step.step > 1)
        to = cm_pack_number(to, step.step);
    if (exceptions > 0)
        *to++ = (uint8_t) exceptions;
    write_bits(to, steps, n, bits);
    to += bytes_for(n, bits);
    return exceptions > 0 ? write_exceptions(to, steps, n, bits) : to;
}

/* ---- reading a block ---- */

typedef struct block {
    uint64_t least, step;
    uint32_t exceptions;
    int bits;
} block;

static const uint8_t *
read_head(block *b, const uint8_t *from, const uint8_t *end, uint32_t n)
{
    uint64_t least;
    uint8_t kind;
    bool excepted;

    if (from >= end)
        return NULL;
    kind = *from++;
    b->bits = kind & BITS;
    excepted = b->bits >= HAS_EXCEPTIONS;
    b->bits -= excepted ? HAS_EXCEPTIONS : 0;
    if (b->bits > MOST_SHORT && (b->bits != 64 || excepted))
        return NULL;
    from = cm_unpack_number(from, end, &least);
    b->least = (uint64_t) cm_unpack_zigzag(least);
    b->step = 1;
    if (from != NULL && (kind & HAS_STEP) != 0)
        from = cm_unpack_number(from, end, &b->step);
    b->exceptions = 0;
    if (from != NULL && excepted) {
        if (from >= end || *from > n)
            return NULL;
        b->exceptions = *from++;
    }
    return from;
}

static const uint8_t *
read_exceptions(const block *b, const uint8_t *from, const uint8_t *end, int64_t *numbers, uint32_t n)
{
    for (uint32_t i = 0; i < b->exceptions; i++) {
        uint64_t further;
        uint32_t place;

        if (from >= end)
            return NULL;
        place = *from++;
        from = cm_unpack_number(from, end, &further);
        if (from == NULL || place >= n)
            return NULL;
        numbers[place] = (int64_t) ((uint64_t) numbers[place] + (further << b->bits) * b->step);
    }
    return from;
}

const uint8_t *
cm_unpack(const uint8_t *from, const uint8_t *end, int64_t *numbers, uint32_t n)
{
    uint8_t copy[CM_PACK_BLOCK * 8 + SLACK];
    block b;
    size_t bytes;

    from = read_head(&b, from, end, n);
    if (from == NULL)
        return NULL;
    bytes = bytes_for(n, b.bits);
    if (bytes > (size_t) (end - from))
        return NULL;
    if (b.bits == 0)
        for (uint32_t i = 0; i < n; i++)
            numbers[i] = (int64_t) b.least;
    else if ((size_t) (end - from) - bytes >= SLACK)
        read_bits(from, numbers, n, b.bits, b.least, b.step);
    else {
        memcpy(copy, from, bytes);
        memset(copy + bytes, 0, SLACK);
        read_bits(copy, numbers, n, b.bits, b.least, b.step);
    }
    return read_exceptions(&b, from + bytes, end, numbers, n);
}
