/* Writing and reading packed values: numbers and blocks; see packed.h. Ids are in packed_ids.c. */
#include "postgres.h"

#include "utils/memutils.h"

#include "core/packed.h"
#include "math/pack.h"

#define FIRST_BYTES 2048

cm_packed_out
cm_packed_begin(Size head)
{
    cm_packed_out out = {palloc(FIRST_BYTES), head, FIRST_BYTES};

    Assert(head <= FIRST_BYTES);
    memset(out.bytes, 0, head);
    return out;
}

uint8 *
cm_packed_reserve(cm_packed_out *out, Size more)
{
    if (out->capacity - out->used < more) {
        out->capacity = Max(out->capacity * 2, out->used + more);
        out->bytes = repalloc_huge(out->bytes, out->capacity);
    }
    return out->bytes + out->used;
}

void
cm_packed_put_bytes(cm_packed_out *out, const void *bytes, Size n)
{
    if (n == 0)
        return;
    memcpy(cm_packed_reserve(out, n), bytes, n);
    out->used += n;
}

void
cm_packed_put_numbers(cm_packed_out *out, const int64 *numbers, uint64 n)
{
    for (uint64 from = 0; from < n; from += CM_PACK_BLOCK) {
        uint8 *to = cm_packed_reserve(out, CM_PACK_LONGEST);

        out->used = cm_pack(to, numbers + from, (uint32) Min(n - from, CM_PACK_BLOCK)) - out->bytes;
    }
}

#define LENGTH_BYTES 4 /* of a block's length */

Size
cm_packed_begin_block(cm_packed_out *out)
{
    Size begin = out->used;

    cm_packed_reserve(out, LENGTH_BYTES);
    out->used += LENGTH_BYTES;
    return begin;
}

void
cm_packed_end_block(cm_packed_out *out, Size begin)
{
    cm_pack_bytes(out->bytes + begin, out->used - begin - LENGTH_BYTES, LENGTH_BYTES);
}

bool
cm_packed_get_numbers(cm_packed_in *in, int64 *numbers, uint64 n)
{
    for (uint64 from = 0; from < n; from += CM_PACK_BLOCK) {
        const uint8 *end = cm_unpack(in->at, in->end, numbers + from, (uint32) Min(n - from, CM_PACK_BLOCK));

        if (end == NULL)
            return false;
        in->at = end;
    }
    return true;
}

bool
cm_packed_get_block(cm_packed_in *in, cm_packed_in *block)
{
    Size left = in->end - in->at;

    if (left < LENGTH_BYTES || cm_unpack_bytes(in->at, LENGTH_BYTES) > left - LENGTH_BYTES)
        return false;
    block->at = in->at + LENGTH_BYTES;
    block->end = block->at + cm_unpack_bytes(in->at, LENGTH_BYTES);
    in->at = block->end;
    return true;
}

bool
cm_packed_sum(const cm_packed_in *in, const int64 *counts, uint32 n, int bytes_each, uint64 *sum)
{
    uint64 most = in->end - in->at;

    most = bytes_each == 0 ? most / CM_PACK_LEAST * CM_PACK_BLOCK : most / bytes_each;
    *sum = 0;
    for (uint32 i = 0; i < n; i++) {
        if ((uint64) counts[i] > most)
            return false;
        *sum += (uint64) counts[i];
    }
    return *sum <= most;
}
