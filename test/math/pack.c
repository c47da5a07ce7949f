/*
 * Packed numbers: what is written reads back, a block is as short as it should be, bytes are those of any machine, and
 * no bytes at all lead out of them.
 */
#include <stdlib.h>
#include <string.h>

#include "math/pack.h"
#include "tap.h"

static uint64_t state = 88172645463325252u;

static uint64_t
random_bits(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/* The bytes of a block in memory of just that size, so that the sanitizer sees a read beyond. */
static bool
reads_back(const int64_t *numbers, uint32_t n, size_t *size)
{
    uint8_t bytes[CM_PACK_LONGEST], *exact;
    int64_t back[CM_PACK_BLOCK];
    bool good;

    *size = (size_t) (cm_pack(bytes, numbers, n) - bytes);
    exact = malloc(*size);
    memcpy(exact, bytes, *size);
    good = cm_unpack(exact, exact + *size, back, n) == exact + *size &&
           memcmp(back, numbers, n * sizeof(*numbers)) == 0;
    for (size_t cut = 0; good && cut < *size; cut++) { /* none of its beginnings is a block */
        uint8_t *shorter = malloc(cut + 1);

        memcpy(shorter, exact, cut);
        good = cm_unpack(shorter, shorter + cut, back, n) == NULL;
        free(shorter);
    }
    free(exact);
    return good && *size >= CM_PACK_LEAST;
}

static void
check_random_blocks(void)
{
    const uint32_t sizes[] = {1, 2, 3, 31, 64, 127, 128};
    int64_t numbers[CM_PACK_BLOCK];
    bool good = true;
    size_t size;

    for (int bits = 0; bits <= 64; bits++)
        for (int turn = 0; turn < 42; turn++) {
            uint32_t n = sizes[turn % 7];
            uint64_t mask = bits == 64 ? UINT64_MAX : ((uint64_t) 1 << bits) - 1;
            uint64_t step = turn < 21 ? 1 : 1 + random_bits() % 1000000, base = random_bits();

            for (uint32_t i = 0; i < n; i++) {
                numbers[i] = (int64_t) (base + (random_bits() & mask) * step);
                if (turn % 3 == 2 && random_bits() % 20 == 0) /* an exception */
                    numbers[i] = (int64_t) random_bits();
            }
            good &= reads_back(numbers, n, &size);
        }
    ok(good, "blocks of numbers of any length read back");
}

static void
check_extremes(void)
{
    int64_t ends[] = {INT64_MIN, INT64_MAX}, turned[] = {INT64_MAX, INT64_MIN, 0, -1, 1};
    int64_t bitmaps[CM_PACK_BLOCK];
    size_t size;

    for (int i = 0; i < CM_PACK_BLOCK; i++)
        bitmaps[i] = (int64_t) ((uint64_t) (i + 1) << 56); /* some have the bit of the sign */
    ok(reads_back(ends, 2, &size) && reads_back(turned, 5, &size), "the least and the greatest number");
    ok(reads_back(bitmaps, CM_PACK_BLOCK, &size) && size <= 128 + 22, "bitmaps that end in zeros are short");
}

static size_t
size_of(const int64_t *numbers, uint32_t n)
{
    size_t size;

    return reads_back(numbers, n, &size) ? size : 0;
}

static void
check_sizes(void)
{
    int64_t numbers[CM_PACK_BLOCK];

    for (int i = 0; i < CM_PACK_BLOCK; i++)
        numbers[i] = -5;
    ok(size_of(numbers, CM_PACK_BLOCK) == 2, "equal numbers are two bytes");
    for (int i = 0; i < CM_PACK_BLOCK; i++)
        numbers[i] = 1000 + i % 16;
    ok(size_of(numbers, CM_PACK_BLOCK) == 3 + 64, "numbers of a range of 16 are half a byte each");
    numbers[70] = 1000000;
    ok(size_of(numbers, CM_PACK_BLOCK) == 3 + 1 + 64 + 1 + 3, "one far beyond them is five bytes more");
    for (int i = 0; i < CM_PACK_BLOCK; i++)
        numbers[i] = INT64_C(1700000000000000) + i % 16 * INT64_C(86400000000);
    ok(size_of(numbers, CM_PACK_BLOCK) <= 1 + 8 + 6 + 64, "days in microseconds are half a byte each");
    for (int i = 0; i < CM_PACK_BLOCK; i++)
        numbers[i] = (int64_t) random_bits();
    ok(size_of(numbers, CM_PACK_BLOCK) <= 1 + 10 + 1024, "numbers without order take eight bytes");
}

/* Written out by hand from the description in pack.c. */
static void
check_bytes(void)
{
    const int64_t numbers[] = {3, 4, 6, 3, 1003, 5};
    const uint8_t plain[] = {2, 6, 0x34, 0x02};
    uint8_t bytes[CM_PACK_LONGEST];
    int64_t back[6];

    ok(cm_pack(bytes, (const int64_t[]){3, 4, 6, 3, 5}, 5) == bytes + 4 && memcmp(bytes, plain, 4) == 0,
       "a block is bits, the least number, distances");
    /* of two bits each, the fifth with 250 more steps of four: 1000 = 250 * 4 + 0 */
    const uint8_t excepted[] = {2 + 65, 6, 1, 0x34, 0x08, 4, 0xfa, 0x01};

    ok(cm_unpack(excepted, excepted + sizeof(excepted), back, 6) == excepted + sizeof(excepted) &&
           memcmp(back, numbers, sizeof(numbers)) == 0,
       "an exception has its place and its further bits");
    ok(cm_pack_number(bytes, 300) == bytes + 2 && bytes[0] == 0xac && bytes[1] == 2, "300 is two bytes");
    ok(cm_pack_bytes(bytes, 0x01020304, 4) == bytes + 4 && bytes[0] == 4 && bytes[3] == 1 &&
           cm_unpack_bytes(bytes, 4) == 0x01020304,
       "four bytes, low ones first");
}

static void
check_numbers(void)
{
    const uint8_t too_long[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
    uint8_t bytes[10];
    uint64_t back;
    bool good = true;

    for (int bits = 0; bits < 64; bits++)
        for (int64_t near = -1; near <= 1; near++) {
            uint64_t number = ((uint64_t) 1 << bits) + (uint64_t) near;
            const uint8_t *end = cm_pack_number(bytes, number);

            good &= cm_unpack_number(bytes, end, &back) == end && back == number;
            good &= cm_unpack_number(bytes, end - 1, &back) == NULL;
            good &= cm_unpack_zigzag(cm_pack_zigzag((int64_t) number)) == (int64_t) number;
        }
    ok(good, "single numbers read back");
    ok(cm_unpack_number(too_long, too_long + 10, &back) == NULL, "a number of more than 64 bits is none");
}

/* Whatever the bytes are: a block inside them, or none. */
static void
check_lies(void)
{
    int64_t numbers[CM_PACK_BLOCK];
    bool good = true;

    for (int turn = 0; turn < 200000; turn++) {
        size_t size = random_bits() % 40;
        uint8_t *bytes = malloc(size + 1);
        const uint8_t *end;

        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t) random_bits();
        end = cm_unpack(bytes, bytes + size, numbers, 1 + (uint32_t) (random_bits() % CM_PACK_BLOCK));
        good &= end == NULL || (end > bytes && end <= bytes + size);
        free(bytes);
    }
    ok(good, "any bytes are a block that ends inside them, or none");
}

int
main(void)
{
    check_random_blocks();
    check_extremes();
    check_sizes();
    check_bytes();
    check_numbers();
    check_lies();
    return tap_done();
}
