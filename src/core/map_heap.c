/* The heap of a map: chunks of powers of two while it is built, packed in canonical form; lists in it, new entries. See map.h. */
#include "postgres.h"

#include "port/pg_bitutils.h"

#include "core/map.h"
#include "core/map_internal.h"

void
cm_map_reserve_heap(cm_map_edit *edit, uint64 units)
{
    if (edit->map->heap_capacity - edit->map->heap_used < units)
        cm_map_grow(edit, edit->map->capacity, (uint64) edit->map->heap_used + units);
}

uint32
cm_map_alloc(cm_map_edit *edit, uint32 units)
{
    cm_map *map = edit->map;
    int size = units <= 1 ? 0 : pg_leftmost_one_pos32(units - 1) + 1;

    if (map->index_bits > 0) {
        uint32 free = map->free_chunks[size];

        if (free != 0) {
            map->free_chunks[size] = *(uint32 *) (cm_map_heap(map) + (Size) (free - 1) * 8);
            return free - 1;
        }
        units = (uint32) 1 << size;
    }
    cm_map_reserve_heap(edit, units);
    map = edit->map;

    uint32 at = map->heap_used;

    map->heap_used += units;
    return at;
}

static void
free_chunk(cm_map *map, uint32 at, uint32 units)
{
    int size = pg_leftmost_one_pos32(units);

    *(uint32 *) (cm_map_heap(map) + (Size) at * 8) = map->free_chunks[size];
    map->free_chunks[size] = at + 1;
}

static uint32
list_units(uint32 elements, Size element_size)
{
    return (uint32) ((elements * element_size + 7) / 8);
}

void
cm_list_reserve(cm_map_edit *edit, uint32 entry, Size list_offset, Size element_size, uint32 more)
{
    cm_list list = *(cm_list *) ((char *) cm_map_payload(edit->map, entry) + list_offset);
    uint64 needed = (uint64) list.used + more;

    if (needed <= list.capacity)
        return;
    cm_state_check_size(&edit->cls->state, needed * element_size);

    bool canonical = edit->map->index_bits == 0;
    uint32 units = list_units(needed, element_size);

    if (!canonical) /* as much as the chunk will hold */
        units = units <= 1 ? 1 : (uint32) 1 << (pg_leftmost_one_pos32(units - 1) + 1);

    uint32 at = cm_map_alloc(edit, units);
    char *heap = cm_map_heap(edit->map);

    memset(heap + (Size) (at + units) * 8 - 8, 0, 8); /* the last unit may stay partly unused */
    if (list.capacity > 0) {
        memcpy(heap + (Size) at * 8, heap + (Size) list.at * 8, list.used * element_size);
        if (!canonical)
            free_chunk(edit->map, list.at, list_units(list.capacity, element_size));
    }
    list.at = at;
    list.capacity = canonical ? needed : units * 8 / element_size;
    *(cm_list *) ((char *) cm_map_payload(edit->map, entry) + list_offset) = list;
}

void *
cm_list_push(cm_map_edit *edit, uint32 entry, Size list_offset, Size element_size)
{
    cm_list_reserve(edit, entry, list_offset, element_size, 1);

    cm_list *list = (cm_list *) ((char *) cm_map_payload(edit->map, entry) + list_offset);

    return cm_map_heap(edit->map) + (Size) list->at * 8 + list->used++ * element_size;
}

/* ---- entries ---- */

uint32
cm_map_put_text(cm_map_edit *edit, const cm_key *key)
{
    if (key->type != CM_KEY_TEXT)
        return 0;

    uint32 units = (key->id.text.length + 7) / 8;
    uint32 text_at = cm_map_alloc(edit, units);
    char *chunk = cm_map_heap(edit->map) + (Size) text_at * 8;

    if (units > 0)
        memset(chunk + (Size) (units - 1) * 8, 0, 8);
    memcpy(chunk, key->id.text.data, key->id.text.length);
    return text_at;
}

void
cm_map_write_id(char *at, const cm_key *key, uint32 text_at)
{
    switch (key->type) {
        case CM_KEY_BIGINT:
            *(int64 *) at = key->id.number;
            break;
        case CM_KEY_UUID:
            *(pg_uuid_t *) at = key->id.uuid;
            break;
        case CM_KEY_TEXT:
            *(map_text *) at = (map_text){text_at, key->id.text.length};
            break;
    }
}

static void
write_entry(cm_map *map, uint32 place, const cm_key *key, uint32 text_at)
{
    char *at = cm_map_entries(map) + place * cm_map_entry_size(map);

    memset(at, 0, cm_map_entry_size(map));
    cm_map_write_id(at, key, text_at);
    if (map->index_bits > 0 && key->type == CM_KEY_BIGINT)
        map_widen(map_range_of(map), key->id.number, key->id.number);
}

uint32
cm_map_put(cm_map_edit *edit, const cm_key *key)
{
    uint32 text_at = cm_map_put_text(edit, key);
    uint32 entry = edit->map->count++;

    Assert(!edit->map->dense);
    write_entry(edit->map, entry, key, text_at);
    return entry;
}

void
cm_map_put_dense(cm_map *map, int64 id, uint32 place)
{
    cm_key key = cm_key_bigint(id);

    map_dense_bits(map)[place / 64] |= UINT64CONST(1) << place % 64;
    map->count++;
    write_entry(map, place, &key, 0);
}
