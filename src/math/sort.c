/*
 * A radix sort from the top that looks at the range of the keys first: each round spreads them evenly over the
 * buckets between the least and the greatest, so that it takes a few rounds whatever numbers they stand for. For
 * single positions only the buckets that hold them are looked at again.
 */
#include <stdbool.h>

#include "math/sort.h"

#define BUCKETS 2048 /* counters that fit the first-level cache */
#define FEW 32       /* below this, insertion is faster */

static void
sort_few(uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t key = keys[i];
        size_t j = i;

        for (; j > 0 && keys[j - 1] > key; j--)
            keys[j] = keys[j - 1];
        keys[j] = key;
    }
}

static void
find_range(const uint64_t *keys, size_t n, uint64_t *least, uint64_t *greatest)
{
    *least = *greatest = keys[0];
    for (size_t i = 1; i < n; i++) {
        *least = keys[i] < *least ? keys[i] : *least;
        *greatest = keys[i] > *greatest ? keys[i] : *greatest;
    }
}

/* Bucket b holds the keys from least + (b << shift). False if all keys are alike. */
typedef struct spread {
    uint64_t least;
    int shift;
    uint32_t count[BUCKETS];
} spread;

static bool
spread_keys(spread *s, const uint64_t *keys, size_t n)
{
    uint64_t greatest;

    find_range(keys, n, &s->least, &greatest);
    s->shift = 0;
    while ((greatest - s->least) >> s->shift >= BUCKETS)
        s->shift++;
    memset(s->count, 0, sizeof(s->count));
    for (size_t i = 0; i < n; i++)
        s->count[(keys[i] - s->least) >> s->shift]++;
    return s->least < greatest;
}

void
cm_sort_keys(uint64_t *keys, size_t n, uint64_t *scratch)
{
    spread s;
    uint32_t start = 0;

    if (n <= FEW) {
        sort_few(keys, n);
        return;
    }
    if (!spread_keys(&s, keys, n))
        return;

    uint32_t *end = s.count; /* first where the bucket starts; where it ends once its keys are in place */

    for (int b = 0; b < BUCKETS; b++) {
        uint32_t count = s.count[b];

        end[b] = start;
        start += count;
    }
    memcpy(scratch, keys, n * sizeof(uint64_t));
    for (size_t i = 0; i < n; i++)
        keys[end[(scratch[i] - s.least) >> s.shift]++] = scratch[i];

    start = 0;
    for (int b = 0; b < BUCKETS && s.shift > 0; start = end[b++])
        cm_sort_keys(keys + start, end[b] - start, scratch); /* at most 6 deep: 11 bits a round */
}

/* Moves the keys of the wanted buckets to the front, in any order. Returns how many they are. */
static size_t
gather(const spread *s, uint64_t *keys, size_t n, const bool *wanted)
{
    size_t front = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t key = keys[i];

        keys[i] = keys[front]; /* no branch that the processor would have to guess */
        keys[front] = key;
        front += wanted[(key - s->least) >> s->shift];
    }
    return front;
}

/* Where a position lies among buckets: the bucket, and the position of its first key. */
typedef struct place {
    int bucket;
    size_t offset;
} place;

static place
find_place(const spread *s, place from, size_t position)
{
    while (from.offset + s->count[from.bucket] <= position)
        from.offset += s->count[from.bucket++];
    return from;
}

/* As cm_sort_select; offset is the position of the least of these keys among all. */
static void
select_from(uint64_t *keys, size_t n, size_t offset, const size_t *positions, uint64_t *found, int count)
{
    spread s;
    bool wanted[BUCKETS] = {false};

    if (n <= FEW)
        sort_few(keys, n);
    if (n <= FEW || !spread_keys(&s, keys, n)) {
        for (int i = 0; i < count; i++)
            found[i] = keys[positions[i] - offset];
        return;
    }

    place at = {0, offset};

    for (int i = 0; i < count; i++) {
        at = find_place(&s, at, positions[i]);
        wanted[at.bucket] = true;
    }
    n = gather(&s, keys, n, wanted); /* mostly few: the others are not looked at again */
    memset(wanted, 0, sizeof(wanted));
    at = (place){0, offset};
    for (int i = 0, next; i < count; i = next) {
        at = find_place(&s, at, positions[i]);
        for (next = i + 1; next < count && positions[next] < at.offset + s.count[at.bucket];)
            next++;
        wanted[at.bucket] = true;
        gather(&s, keys, n, wanted);
        wanted[at.bucket] = false;
        select_from(keys, s.count[at.bucket], at.offset, positions + i, found + i, next - i);
    }
}

void
cm_sort_select(uint64_t *keys, size_t n, const size_t *positions, uint64_t *found, int count)
{
    select_from(keys, n, 0, positions, found, count);
}
