/* Ids in packed values; see packed.h. */
#include "postgres.h"

#include "utils/memutils.h"

#include "core/map_internal.h"
#include "core/packed.h"
#include "math/pack.h"

/* ---- bigint: the first, then the distances less one, as no id is there twice ---- */

static void
put_numbers(cm_packed_out *out, const cm_key *ids, uint32 n)
{
    int64 gaps[CM_MAP_BATCH];

    out->used = cm_pack_number(cm_packed_reserve(out, 10), cm_pack_zigzag(ids[0].id.number)) - out->bytes;
    for (uint32 i = 1; i < n; i++)
        gaps[i - 1] = (int64) ((uint64) ids[i].id.number - (uint64) ids[i - 1].id.number - 1);
    cm_packed_put_numbers(out, gaps, n - 1);
}

static bool
get_numbers(cm_packed_in *in, cm_key *ids, uint32 n)
{
    int64 gaps[CM_MAP_BATCH];
    uint64 first;
    const uint8 *end = cm_unpack_number(in->at, in->end, &first);
    bool ascending = true;
    int64 id;

    if (end == NULL)
        return false;
    in->at = end;
    if (!cm_packed_get_numbers(in, gaps, n - 1))
        return false;
    id = cm_unpack_zigzag(first);
    ids[0] = cm_key_bigint(id);
    for (uint32 i = 1; i < n; i++) {
        int64 next = (int64) ((uint64) id + (uint64) gaps[i - 1] + 1);

        ascending &= id < next;
        ids[i] = cm_key_bigint(next);
        id = next;
    }
    return ascending;
}

/* ---- uuid: the first 8 bytes as a number, distances of the others, then all last 8 bytes ---- */

static uint64
half_of(const unsigned char *bytes)
{
    uint64 half = 0;

    for (int i = 0; i < 8; i++)
        half = half << 8 | bytes[i];
    return half;
}

static void
write_half(unsigned char *bytes, uint64 half)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char) (half >> (56 - 8 * i));
}

static void
put_uuids(cm_packed_out *out, const cm_key *ids, uint32 n)
{
    int64 gaps[CM_MAP_BATCH] = {0}, last[CM_MAP_BATCH] = {0};
    uint64 half = half_of(ids[0].id.uuid.data);

    out->used = cm_pack_bytes(cm_packed_reserve(out, 8), half, 8) - out->bytes;
    for (uint32 i = 0; i < n; i++) {
        uint64 next = half_of(ids[i].id.uuid.data);

        if (i > 0)
            gaps[i - 1] = (int64) (next - half);
        last[i] = (int64) half_of(ids[i].id.uuid.data + 8);
        half = next;
    }
    cm_packed_put_numbers(out, gaps, n - 1);
    cm_packed_put_numbers(out, last, n);
}

static bool
get_uuids(cm_packed_in *in, cm_key *ids, uint32 n)
{
    int64 gaps[CM_MAP_BATCH], last[CM_MAP_BATCH];
    uint64 half;

    if (in->end - in->at < 8)
        return false;
    half = cm_unpack_bytes(in->at, 8);
    in->at += 8;
    if (!cm_packed_get_numbers(in, gaps, n - 1) || !cm_packed_get_numbers(in, last, n))
        return false;
    for (uint32 i = 0; i < n; i++) {
        if (i > 0)
            half += (uint64) gaps[i - 1];
        ids[i].type = CM_KEY_UUID;
        write_half(ids[i].id.uuid.data, half);
        write_half(ids[i].id.uuid.data + 8, (uint64) last[i]);
        if (i > 0 && cm_key_compare(&ids[i - 1], &ids[i]) >= 0)
            return false;
    }
    return true;
}

/* ---- text: bytes that are those of the id before, how many there are beside, and these ---- */

static uint32
bytes_alike(const cm_key *a, const cm_key *b)
{
    uint32 shorter = Min(a->id.text.length, b->id.text.length), n = 0;

    while (n < shorter && a->id.text.data[n] == b->id.text.data[n])
        n++;
    return n;
}

static void
put_texts(cm_packed_out *out, const cm_key *ids, uint32 n)
{
    int64 alike[CM_MAP_BATCH] = {0}, others[CM_MAP_BATCH] = {0};

    for (uint32 i = 0; i < n; i++) {
        alike[i] = i > 0 ? bytes_alike(&ids[i - 1], &ids[i]) : 0;
        others[i] = ids[i].id.text.length - alike[i];
    }
    cm_packed_put_numbers(out, alike, n);
    cm_packed_put_numbers(out, others, n);
    for (uint32 i = 0; i < n; i++)
        cm_packed_put_bytes(out, ids[i].id.text.data + alike[i], others[i]);
}

/* The bytes of all ids; false if they are not. */
static bool
all_bytes(const cm_packed_in *in, const int64 *alike, const int64 *others, uint32 n, uint64 *bytes)
{
    uint64 left = in->end - in->at, before = 0;

    *bytes = 0;
    for (uint32 i = 0; i < n; i++) {
        if ((uint64) alike[i] > before || (uint64) others[i] > left)
            return false;
        left -= (uint64) others[i];
        before = (uint64) alike[i] + (uint64) others[i];
        *bytes += before;
    }
    return *bytes <= MaxAllocSize;
}

static bool
get_texts(cm_packed_in *in, cm_key *ids, uint32 n, cm_packed_texts *texts)
{
    int64 alike[CM_MAP_BATCH], others[CM_MAP_BATCH];
    uint64 bytes;
    char *to;

    if (!cm_packed_get_numbers(in, alike, n) || !cm_packed_get_numbers(in, others, n) ||
        !all_bytes(in, alike, others, n, &bytes))
        return false;
    if (bytes > texts->size || texts->data == NULL) {
        if (texts->data != NULL)
            pfree(texts->data);
        texts->size = Max(bytes, 1024);
        texts->data = palloc(texts->size);
    }
    to = texts->data;
    for (uint32 i = 0; i < n; i++) {
        ids[i] = (cm_key){.type = CM_KEY_TEXT, .id.text = {to, (uint32) (alike[i] + others[i])}};
        if (alike[i] > 0)
            memcpy(to, ids[i - 1].id.text.data, alike[i]);
        memcpy(to + alike[i], in->at, others[i]);
        in->at += others[i];
        to += ids[i].id.text.length;
        if (i > 0 && cm_key_compare(&ids[i - 1], &ids[i]) >= 0)
            return false;
    }
    return true;
}

/* ---- any ---- */

void
cm_packed_put_ids(cm_packed_out *out, const cm_key *ids, uint32 n)
{
    switch (ids[0].type) {
        case CM_KEY_BIGINT:
            put_numbers(out, ids, n);
            break;
        case CM_KEY_UUID:
            put_uuids(out, ids, n);
            break;
        case CM_KEY_TEXT:
            put_texts(out, ids, n);
            break;
    }
}

bool
cm_packed_get_ids(cm_packed_in *in, cm_key_type type, cm_key *ids, uint32 n, cm_packed_texts *texts)
{
    return type == CM_KEY_BIGINT ? get_numbers(in, ids, n)
           : type == CM_KEY_UUID ? get_uuids(in, ids, n)
                                 : get_texts(in, ids, n, texts);
}
