/* The ids of a block of customers in the packed form; see map_pack.h. */
#include "postgres.h"

#include "core/map_internal.h"
#include "core/map_pack.h"
#include "math/pack.h"

static const char *
id_of(const cm_map *map, uint32 entry)
{
    return cm_map_entries(map) + entry * cm_map_entry_size(map);
}

/* ---- bigint: the first, then the distances less one, as no id is there twice ---- */

static void
pack_numbers(cm_map_packer *packer, const cm_map *map, uint32 first, uint32 count)
{
    int64 gaps[CM_MAP_BATCH];
    int64 id = *(const int64 *) id_of(map, first);

    packer->used = cm_pack_number(cm_map_reserve_bytes(packer, 10), cm_pack_zigzag(id)) - packer->bytes;
    for (uint32 i = 1; i < count; i++) {
        int64 next = *(const int64 *) id_of(map, first + i);

        gaps[i - 1] = (int64) ((uint64) next - (uint64) id - 1);
        id = next;
    }
    cm_map_pack_numbers(packer, gaps, count - 1);
}

static bool
unpack_number(cm_map_bytes *in, uint64 *number)
{
    const uint8 *end = cm_unpack_number(in->at, in->end, number);

    if (end != NULL)
        in->at = end;
    return end != NULL;
}

static bool
unpack_numbers(cm_map_bytes *in, cm_map *map, uint32 first, uint32 count)
{
    Size size = cm_map_entry_size(map);
    char *at = cm_map_entries(map) + first * size;
    int64 gaps[CM_MAP_BATCH];
    uint64 number;
    bool ascending = true;

    if (!unpack_number(in, &number))
        return false;

    int64 id = cm_unpack_zigzag(number);

    if (first > 0)
        ascending = *(const int64 *) (at - size) < id;
    *(int64 *) at = id;
    if (count > 1 && !cm_map_unpack_numbers(in, gaps, count - 1))
        return false;
    for (uint32 i = 1; i < count; i++) {
        int64 next = (int64) ((uint64) id + (uint64) gaps[i - 1] + 1);

        at += size;
        *(int64 *) at = next;
        ascending &= id < next;
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
pack_uuids(cm_map_packer *packer, const cm_map *map, uint32 first, uint32 count)
{
    int64 gaps[CM_MAP_BATCH] = {0}, last[CM_MAP_BATCH] = {0};
    uint64 half = half_of((const unsigned char *) id_of(map, first));

    packer->used = cm_pack_bytes(cm_map_reserve_bytes(packer, 8), half, 8) - packer->bytes;
    for (uint32 i = 0; i < count; i++) {
        const unsigned char *id = (const unsigned char *) id_of(map, first + i);
        uint64 next = half_of(id);

        if (i > 0)
            gaps[i - 1] = (int64) (next - half);
        last[i] = (int64) half_of(id + 8);
        half = next;
    }
    cm_map_pack_numbers(packer, gaps, count - 1);
    cm_map_pack_numbers(packer, last, count);
}

static bool
unpack_uuids(cm_map_bytes *in, cm_map *map, uint32 first, uint32 count)
{
    Size size = cm_map_entry_size(map);
    char *at = cm_map_entries(map) + first * size;
    int64 gaps[CM_MAP_BATCH], last[CM_MAP_BATCH];
    uint64 half;

    if (in->end - in->at < 8)
        return false;
    half = cm_unpack_bytes(in->at, 8);
    in->at += 8;
    if ((count > 1 && !cm_map_unpack_numbers(in, gaps, count - 1)) || !cm_map_unpack_numbers(in, last, count))
        return false;
    for (uint32 i = 0; i < count; i++, at += size) {
        if (i > 0)
            half += (uint64) gaps[i - 1];
        write_half((unsigned char *) at, half);
        write_half((unsigned char *) at + 8, (uint64) last[i]);
        if (first + i > 0 && memcmp(at - size, at, sizeof(pg_uuid_t)) >= 0)
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
pack_texts(cm_map_packer *packer, const cm_map *map, uint32 first, uint32 count)
{
    int64 alike[CM_MAP_BATCH] = {0}, others[CM_MAP_BATCH] = {0};
    cm_key before = {.type = CM_KEY_TEXT};

    for (uint32 i = 0; i < count; i++) {
        cm_key key = map_entry_id(map, first + i);

        alike[i] = bytes_alike(&before, &key);
        others[i] = key.id.text.length - alike[i];
        before = key;
    }
    cm_map_pack_numbers(packer, alike, count);
    cm_map_pack_numbers(packer, others, count);
    for (uint32 i = 0; i < count; i++) {
        cm_key key = map_entry_id(map, first + i);

        memcpy(cm_map_reserve_bytes(packer, others[i]), key.id.text.data + alike[i], others[i]);
        packer->used += others[i];
    }
}

static bool
unpack_texts(cm_map_bytes *in, cm_map *map, uint32 first, uint32 count)
{
    Size size = cm_map_entry_size(map);
    char *at = cm_map_entries(map) + first * size;
    int64 alike[CM_MAP_BATCH], others[CM_MAP_BATCH];
    uint64 before_length = 0;
    const char *before = NULL;

    if (!cm_map_unpack_numbers(in, alike, count) || !cm_map_unpack_numbers(in, others, count))
        return false;
    for (uint32 i = 0; i < count; i++, at += size) {
        uint64 length;
        uint32 text_at;
        char *text;

        if ((uint64) alike[i] > before_length || (uint64) others[i] > (uint64) (in->end - in->at))
            return false;
        length = (uint64) alike[i] + (uint64) others[i];
        if (length > PG_INT32_MAX || !cm_map_take(map, (length + 7) / 8, &text_at))
            return false;
        text = cm_map_heap(map) + (Size) text_at * 8;
        if (alike[i] > 0)
            memcpy(text, before, alike[i]);
        memcpy(text + alike[i], in->at, others[i]);
        in->at += others[i];
        *(map_text *) at = (map_text){text_at, (uint32) length};
        before = text;
        before_length = length;
        if (first + i > 0 && cm_map_compare_keys(map, first + i - 1, map, first + i) >= 0)
            return false;
    }
    return true;
}

/* ---- any ---- */

void
cm_map_pack_ids(cm_map_packer *packer, const cm_map *map, uint32 first, uint32 count)
{
    switch ((cm_key_type) map->key_type) {
        case CM_KEY_BIGINT:
            pack_numbers(packer, map, first, count);
            break;
        case CM_KEY_UUID:
            pack_uuids(packer, map, first, count);
            break;
        case CM_KEY_TEXT:
            pack_texts(packer, map, first, count);
            break;
    }
}

bool
cm_map_unpack_ids(cm_map_bytes *in, cm_map *map, uint32 first, uint32 count)
{
    memset(cm_map_entries(map) + first * cm_map_entry_size(map), 0, count * cm_map_entry_size(map));
    return map->key_type == CM_KEY_BIGINT ? unpack_numbers(in, map, first, count)
           : map->key_type == CM_KEY_UUID ? unpack_uuids(in, map, first, count)
                                          : unpack_texts(in, map, first, count);
}
