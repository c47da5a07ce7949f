/*
 * Sorting by radix the pairs that rows of funnels are: ids, because a comparison sort of all rows would cost more than
 * reading them from the table; and the rows of one customer, which mostly come in the order of time, by comparison.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "funnel/funnel_sort.h"

typedef cm_funnel_pair pair;

/* ---- pairs by key, stable ---- */

#define DIGIT_BITS 11 /* their counters fit the first-level cache */
#define MAX_PASSES 6

typedef struct radix {
    uint64 flip; /* turns the order of the keys into that of unsigned numbers */
    int passes;
    int low;  /* the lowest bit in which keys differ */
    int bits; /* of a digit */
    uint32 counts[MAX_PASSES][1 << DIGIT_BITS];
} radix;

static inline uint32
digit(const radix *r, const pair *p, int pass)
{
    return (uint32) ((((uint64) p->key ^ r->flip) >> (r->low + pass * r->bits)) & ((1 << r->bits) - 1));
}

/* Which bits differ, and so how many passes are needed; counts the digits of all passes. */
static void
radix_begin(radix *r, const pair *pairs, uint32 count)
{
    uint64 differ = 0;

    for (uint32 i = 1; i < count; i++)
        differ |= (uint64) (pairs[i].key ^ pairs[0].key);
    r->passes = 0;
    if (differ == 0)
        return;
    r->low = __builtin_ctzll(differ);

    int width = 64 - __builtin_clzll(differ) - r->low;

    r->passes = (width + DIGIT_BITS - 1) / DIGIT_BITS;
    r->bits = (width + r->passes - 1) / r->passes;
    memset(r->counts, 0, r->passes * sizeof(r->counts[0]));
    CHECK_FOR_INTERRUPTS();
    for (uint32 i = 0; i < count; i++)
        for (int pass = 0; pass < r->passes; pass++)
            r->counts[pass][digit(r, &pairs[i], pass)]++;
}

static void
radix_pass(radix *r, int pass, const pair *from, pair *to, uint32 count)
{
    uint32 *starts = r->counts[pass];
    uint32 start = 0;

    CHECK_FOR_INTERRUPTS();
    for (int i = 0; i < 1 << r->bits; i++) {
        uint32 here = starts[i];

        starts[i] = start;
        start += here;
    }
    for (uint32 i = 0; i < count; i++)
        to[starts[digit(r, &from[i], pass)]++] = from[i];
}

void
cm_funnel_sort_pairs(const pair *from, pair *to, pair *spare, uint32 count, uint64 flip)
{
    radix *r = palloc(sizeof(radix));

    r->flip = flip;
    radix_begin(r, from, count);
    if (r->passes == 0)
        memcpy(to, from, (Size) count * sizeof(pair));
    for (int pass = 0; pass < r->passes; pass++) {
        pair *target = (r->passes - pass) % 2 == 1 ? to : spare;

        radix_pass(r, pass, from, target, count);
        from = target;
    }
    pfree(r);
}

/* ---- rows of one customer ---- */

static int
compare_words(const void *a, const void *b)
{
    int64 x = *(const int64 *) a, y = *(const int64 *) b;

    CHECK_FOR_INTERRUPTS();
    return (x > y) - (x < y);
}

/* With so many moves for each word insertion is still faster: words that are nearly sorted, or few. */
#define MOVES 16
#define POLL_EVERY 65536 /* words */

void
cm_funnel_sort_words(int64 *words, uint32 count)
{
    uint64 moves = 0, most = (uint64) count * MOVES;

    for (uint32 i = 1; i < count && moves < most; i++) {
        int64 word = words[i];
        uint32 at = i;

        for (; at > 0 && words[at - 1] > word; at--)
            words[at] = words[at - 1];
        words[at] = word;
        moves += i - at;
        if (i % POLL_EVERY == 0)
            CHECK_FOR_INTERRUPTS();
    }
    if (moves >= most && count > 1)
        qsort(words, count, sizeof(int64), compare_words);
}

/* Pairs of one id that are not in the order of their values. */
static void
sort_values(pair *pairs, uint32 count)
{
    int64 *words = MemoryContextAllocHuge(CurrentMemoryContext, (Size) count * sizeof(int64));

    for (uint32 i = 0; i < count; i++)
        words[i] = pairs[i].value;
    cm_funnel_sort_words(words, count);
    for (uint32 i = 0; i < count; i++)
        pairs[i].value = words[i];
    pfree(words);
}

void
cm_funnel_sort_each_id(pair *sorted, uint32 count)
{
    bool rising = true;

    for (uint32 from = 0, i = 1; i <= count; i++) {
        if (i < count && sorted[i].key == sorted[i - 1].key) {
            rising = rising && sorted[i].value >= sorted[i - 1].value;
            continue;
        }
        CHECK_FOR_INTERRUPTS();
        if (!rising)
            sort_values(sorted + from, i - from);
        from = i;
        rising = true;
    }
}
