/*
 * Bitmaps with holes against an array of booleans.
 */
#include <stdlib.h>
#include <string.h>

#include "math/bitmap.h"
#include "tap.h"

#define SPAN 1000 /* members are from -SPAN to SPAN - 1 */

/* The chunks of an array of booleans. */
static int64_t
chunks_of(const bool *in, cm_chunk *chunks)
{
    int64_t n = 0;

    for (int32_t i = -SPAN; i < SPAN; i++) {
        if (!in[i + SPAN])
            continue;
        if (n == 0 || chunks[n - 1].word != cm_chunk_word(i))
            chunks[n++] = (cm_chunk){0, cm_chunk_word(i), 0};
        chunks[n - 1].bits |= cm_chunk_bit(i);
    }
    return n;
}

static bool
same_members(const bool *in, const cm_chunk *chunks, int64_t n)
{
    cm_bit_cursor cursor = cm_bitmap_begin(chunks, n);
    int32_t member;
    int64_t count = 0;

    for (int32_t i = -SPAN; i < SPAN; i++) {
        if (!in[i + SPAN])
            continue;
        count++;
        if (!cm_bitmap_next(&cursor, &member) || member != i)
            return false;
    }
    return !cm_bitmap_next(&cursor, &member) && !cm_bitmap_next(&cursor, &member) &&
           cm_bitmap_count(chunks, n) == count;
}

int
main(void)
{
    cm_chunk a[2 * SPAN], b[2 * SPAN], both[4 * SPAN];
    bool in_a[2 * SPAN], in_b[2 * SPAN], in_both[2 * SPAN];
    bool members = true, united = true, found = true;

    ok(cm_chunk_word(-1) == -1 && cm_chunk_word(-64) == -1 && cm_chunk_word(-65) == -2 &&
           cm_chunk_word(63) == 0 && cm_chunk_word(INT32_MIN) == INT32_MIN / 64 &&
           cm_chunk_word(INT32_MAX) == INT32_MAX / 64,
       "words are rounded down");
    srand(1);
    for (int round = 0; round < 500; round++) {
        for (int i = 0; i < 2 * SPAN; i++) {
            in_a[i] = rand() % (1 + round) == 0;
            in_b[i] = rand() % (1 + (round * 7) % 500) == 0;
            in_both[i] = in_a[i] || in_b[i];
        }

        int64_t n_a = chunks_of(in_a, a);
        int64_t n_b = chunks_of(in_b, b);
        int64_t n = cm_bitmap_union(a, n_a, b, n_b, both);

        members = members && same_members(in_a, a, n_a);
        united = united && n == cm_bitmap_union(b, n_b, a, n_a, NULL) && same_members(in_both, both, n);
        for (int32_t word = -20; word < 20; word++) {
            int64_t at = cm_bitmap_find(a, n_a, word);

            found = found && (at == n_a || a[at].word >= word) && (at == 0 || a[at - 1].word < word);
        }
    }
    ok(members, "members come in order, each once");
    ok(united, "a union has the members of both");
    ok(found, "find gives the first chunk from a word on");
    ok(same_members(memset(in_a, 0, sizeof(in_a)), a, 0), "an empty set has no members");
    return tap_done();
}
