/* The radix sort and the selection against qsort. */
#include "bytes.h"

#include "math/sort.h"

#define MOST 4096

static int
compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;

    return (x > y) - (x < y);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint64_t keys[MOST], sorted[MOST], scratch[MOST];
    bytes in = {data, size};
    unsigned width = 1 + take(&in, 1) % 8, repeat = 1 + take(&in, 1) % 40;
    size_t n = 0, positions[8];
    uint64_t found[8];
    int count = 0;

    while (in.left > 0 && n < MOST) {
        uint64_t key = take(&in, width) << take(&in, 1) % 57;

        for (unsigned i = 0; i < repeat && n < MOST; i++)
            keys[n++] = key ^ (i & 1 ? i : 0);
    }
    if (n == 0)
        return 0;
    memcpy(sorted, keys, sizeof(keys));
    qsort(sorted, n, sizeof(*sorted), compare);
    for (size_t at = 0; at < n && count < 8; at += 1 + n / 7)
        positions[count++] = at;
    memcpy(scratch, keys, sizeof(keys));
    cm_sort_select(scratch, n, positions, found, count);
    for (int i = 0; i < count; i++)
        CLAIM(found[i] == sorted[positions[i]]);
    cm_sort_keys(keys, n, scratch);
    CLAIM(memcmp(keys, sorted, n * sizeof(*keys)) == 0);
    for (unsigned parts = 2; parts < 12; parts++)
        CLAIM(cm_sort_quantile(n, parts - 1, parts) < n);
    return 0;
}
