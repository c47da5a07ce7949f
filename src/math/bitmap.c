/* Sets of integers as bitmaps with holes; see bitmap.h. */
#include "math/bitmap.h"

#include <stddef.h>

int64_t
cm_bitmap_find(const cm_chunk *chunks, int64_t n, int32_t word)
{
    int64_t low = 0, high = n;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (chunks[middle].word < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t
cm_bitmap_count(const cm_chunk *chunks, int64_t n)
{
    int64_t count = 0;

    for (int64_t i = 0; i < n; i++)
        count += __builtin_popcountll(chunks[i].bits);
    return count;
}

int64_t
cm_bitmap_union(const cm_chunk *a, int64_t n_a, const cm_chunk *b, int64_t n_b, cm_chunk *out)
{
    int64_t i = 0, j = 0, n = 0;

    while (i < n_a || j < n_b) {
        cm_chunk next;

        if (j == n_b || (i < n_a && a[i].word < b[j].word))
            next = a[i++];
        else if (i == n_a || b[j].word < a[i].word)
            next = b[j++];
        else {
            next = a[i++];
            next.bits |= b[j++].bits;
        }
        if (out != NULL)
            out[n] = next;
        n++;
    }
    return n;
}
