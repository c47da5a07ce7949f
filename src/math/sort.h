/*
 * Sorting and cutting many numbers: keys of 64 bits that order as the numbers do, and a sort that is linear in
 * their number. Plain C.
 */
#ifndef CM_MATH_SORT_H
#define CM_MATH_SORT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The key of a finite number; -0 has the key of 0. Keys of negated numbers order the other way round. */
static inline uint64_t
cm_sort_key(double value)
{
    uint64_t bits;

    value += 0.0; /* -0 becomes 0 */
    memcpy(&bits, &value, sizeof(bits));
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static inline double
cm_sort_value(uint64_t key)
{
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline uint64_t
cm_sort_key_int(int64_t value)
{
    return (uint64_t) value ^ UINT64_C(1) << 63;
}

static inline int64_t
cm_sort_int(uint64_t key)
{
    return (int64_t) (key ^ UINT64_C(1) << 63);
}

/* Sorts up to 2^32 - 1 keys; scratch has room for as many. */
extern void cm_sort_keys(uint64_t *keys, size_t n, uint64_t *scratch);

/*
 * The keys that sorting would put at these positions, which ascend; without sorting, several times faster. Changes
 * the order of keys.
 */
extern void cm_sort_select(uint64_t *keys, size_t n, const size_t *positions, uint64_t *found, int count);

/*
 * Quantile k/parts of n sorted keys, by its position: the first at which at least k/parts of them are at or before
 * it, which is percentile_disc(k/parts) of the SQL standard, in integers. 0 < k < parts, n > 0.
 */
static inline size_t
cm_sort_quantile(size_t n, unsigned k, unsigned parts)
{
    return (size_t) (((unsigned __int128) n * k + parts - 1) / parts) - 1;
}

#endif
