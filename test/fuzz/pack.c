/* Packed numbers: any bytes are read without a misstep, and what is written reads back. */
#include "bytes.h"

#include "math/pack.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t numbers[CM_PACK_BLOCK], back[CM_PACK_BLOCK];
    uint8_t packed[CM_PACK_LONGEST];
    bytes in = {data, size};
    uint32_t n = 1 + (uint32_t) (take(&in, 1) % CM_PACK_BLOCK);
    const uint8_t *end = cm_unpack(in.at, in.at + in.left, numbers, n);

    CLAIM(end == NULL || (end > in.at && end <= in.at + in.left));
    if (end == NULL) {
        unsigned width = 1 + take(&in, 1) % 8;

        for (uint32_t i = 0; i < n; i++)
            numbers[i] = (int64_t) take(&in, width);
    }
    end = cm_pack(packed, numbers, n);
    CLAIM(end - packed >= CM_PACK_LEAST && end - packed <= CM_PACK_LONGEST);
    CLAIM(cm_unpack(packed, end, back, n) == end && memcmp(numbers, back, n * sizeof(*back)) == 0);
    return 0;
}
