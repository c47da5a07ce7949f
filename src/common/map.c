/*
 * Making and growing maps of customers; see map.h. Adding and merging are in map_add.c, the heap in map_heap.c, keys in
 * map_key.c, order and the canonical form in map_order.c, the deferred form in map_deferred.c.
 */
#include "postgres.h"

#include "common/int.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "common/map.h"
#include "common/map_internal.h"

#define FIRST_CAPACITY 16
#define FIRST_HEAP 32
#define WAITING_ROOM (4 * CM_MAP_BATCH) /* rows */
#define BATCH_FROM 4096 /* entries: smaller maps stay in the cache, where batches gain nothing */

/* ---- growing ---- */

/* In batches, so that the misses of the cache overlap. */
static void
index_fill(cm_map *map)
{
    map_slots index = map_slots_of(map);
    uint32 tags[CM_MAP_BATCH];

    memset(index.slot, 0, sizeof(map_slot) << index.bits);
    for (uint32 from = 0; from < map->count; from += CM_MAP_BATCH) {
        uint32 count = Min(map->count - from, CM_MAP_BATCH);

        for (uint32 i = 0; i < count; i++) {
            cm_key key = map_entry_id(map, from + i);

            tags[i] = map_tag(index, &key);
            __builtin_prefetch(&index.slot[map_home(index, tags[i])], 1);
        }
        for (uint32 i = 0; i < count; i++)
            map_index_put(index, tags[i], from + i);
    }
}

/* A range of as many ids as there are slots, with all that are known in its middle; false if they do not fit. */
static bool
find_range(const cm_map *map, int64 *base)
{
    uint64 last = ((uint64) 1 << map->index_bits) - 1;
    int64 least = PG_INT64_MAX, most = PG_INT64_MIN;

    if (map->key_type != CM_KEY_BIGINT || map->count == 0)
        return false;
    for (uint32 entry = 0; entry < map->count; entry++) {
        int64 id = map_entry_id(map, entry).id.number;

        least = Min(least, id);
        most = Max(most, id);
    }

    uint64 range = (uint64) most - (uint64) least;

    if (range > last)
        return false;
    if (pg_sub_s64_overflow(least, (int64) ((last - range) / 2), base))
        *base = PG_INT64_MIN;
    return true;
}

static void
index_build(cm_map *map)
{
    int64 *base = map_index_base(map);

    *base = 0;
    map->direct = find_range(map, base);
    index_fill(map);
}

void
cm_map_index_by_hash(cm_map *map)
{
    map->direct = 0;
    index_fill(map);
}

/* What a map needs that is laid out like this one, wherever it begins. */
static Size
place_size(const cm_map *map)
{
    return cm_map_size(map) + (map->index_bits > 0 ? MAP_CACHE_LINE - 8 : 0);
}

/* The header that a map with this much room would have; its size may be too large. */
static Size
plan(cm_map *header, const cm_map_class *cls, bool indexed, uint64 capacity, uint64 heap)
{
    header->capacity = (uint32) Min(capacity, PG_INT32_MAX);
    header->heap_room = (uint32) Min(heap, PG_INT32_MAX);
    if (indexed) { /* at most half full */
        header->index_bits = pg_leftmost_one_pos32(header->capacity - 1) + 2;
        header->waiting_room = capacity >= BATCH_FROM ? WAITING_ROOM : 0;
        header->value_size = cls->value_size;
    }
    map_layout(header);
    return place_size(header);
}

/*
 * The entries of a large map begin at a line of the cache, so that those of 64 bytes touch no second one: also in the
 * executor's copy of the map, as large pieces of memory all begin alike.
 */
static void
align_entries(cm_map *map)
{
    uint32 units = (uint32) (-(uintptr_t) cm_map_entries(map) & (MAP_CACHE_LINE - 1)) / 8;

    map->entries_at += units;
    map->heap_at += units;
}

void
cm_map_move(cm_map_edit *edit, const cm_map *header)
{
    const cm_map *old = edit->map;
    Size size = place_size(header);
    cm_map *map = palloc(size);

    *map = *header;
    SET_VARSIZE(map, size);
    if (map->index_bits > 0)
        align_entries(map);
    memcpy(cm_map_params(map), cm_map_params(old), map->params_size);
    memcpy(map_row(map, 0), map_row(old, 0), old->waiting * map_row_size(old));
    memcpy(map_waiting_text(map), map_waiting_text(old), old->waiting_text);
    memcpy(cm_map_entries(map), cm_map_entries(old), old->count * cm_map_entry_size(old));
    memcpy(cm_map_heap(map), cm_map_heap(old), (Size) old->heap_used * 8);
    if (map->index_bits > 0)
        index_build(map);

    edit->map = map;
    if (old != edit->lent)
        pfree((void *) old);
}

/* Moves the map to where it has twice the room, or what is needed if that is more. */
static void
grow(cm_map_edit *edit, bool indexed, uint64 capacity, uint64 heap)
{
    const cm_map *old = edit->map;
    cm_map header = *old;
    bool more_entries = capacity > old->capacity, more_heap = heap > old->heap_room;
    uint64 twice_capacity = old->capacity, twice_heap = old->heap_room;
    uint64 entry_units = cm_map_entry_size(old) / 8;

    /*
     * Entries and heap grow together where both soon would: every move copies all there is, and the executor copies it
     * once more. Lists mostly grow after the entries have: so there is some heap before the first of them, and a heap that
     * is full alone and still small becomes four times as large.
     */
    if (more_entries || (more_heap && old->count > old->capacity / 4 * 3))
        twice_capacity = Max(capacity, old->capacity * UINT64CONST(2));
    if (more_heap)
        twice_heap = Max(heap, Max(old->heap_room * UINT64CONST(2),
                                   Min(old->heap_room * UINT64CONST(4), old->capacity * entry_units)));
    else if (more_entries)
        twice_heap = Max(old->heap_room, old->heap_used * UINT64CONST(2));
    if (indexed && (more_heap || edit->cls->prefetch != NULL))
        twice_heap = Max(twice_heap, twice_capacity * entry_units / 32);

    cm_state_check_size(&edit->cls->state, (capacity + heap) * 8);
    if (plan(&header, edit->cls, indexed, Max(twice_capacity, FIRST_CAPACITY), twice_heap) > MaxAllocSize) {
        /* Twice does not fit: a little more than needed may. */
        plan(&header, edit->cls, indexed, more_entries ? capacity + capacity / 32 : old->capacity,
             more_heap ? heap + heap / 32 : old->heap_room);
        cm_state_check_size(&edit->cls->state, place_size(&header));
    }

    cm_map_move(edit, &header);
}

void
cm_map_grow(cm_map_edit *edit, uint64 capacity, uint64 heap)
{
    grow(edit, edit->map->index_bits > 0, capacity, heap);
}

cm_map *
cm_map_new_indexed(const cm_map_class *cls, cm_key_type type, const void *params)
{
    cm_map header = {.key_type = type,
                     .params_size = cls->params_size,
                     .value_size = cls->value_size,
                     .payload_size = cls->payload_size};
    Size size = plan(&header, cls, true, FIRST_CAPACITY, type == CM_KEY_TEXT ? FIRST_HEAP : 0);
    cm_map *map = cm_state_new(&cls->state, size);

    header.head = map->head;
    *map = header;
    if (params != NULL)
        memcpy(cm_map_params(map), params, map->params_size);
    return map;
}

cm_map *
cm_map_new(const cm_map_class *cls, cm_key_type type, const void *params)
{
    return cls->collect != NULL ? cm_map_new_deferred(cls, type, params)
                                : cm_map_new_indexed(cls, type, params);
}

cm_map *
cm_map_copy(const cm_map *map)
{
    return cm_state_copy(map);
}

/* A map to be changed: a canonical one moves to where it has an index. */
cm_map_edit
cm_map_edit_begin(const cm_map *map, bool in_place, const cm_map_class *cls)
{
    cm_map_edit edit = {(cm_map *) map, map, cls};

    if (map_is_canonical(map))
        grow(&edit, true, map->count, map->heap_used);
    else if (!in_place)
        edit.map = cm_map_copy(map);
    return edit;
}

cm_map_edit
cm_map_edit_any(FunctionCallInfo fcinfo, int arg, const cm_map_class *cls)
{
    if (PG_ARGISNULL(arg))
        cm_state_is_null();
    return cm_map_edit_begin(cm_map_read_raw(PG_GETARG_DATUM(arg), cls), cm_in_aggregate(fcinfo), cls);
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

/* Writes a new entry, for which there is room. */
uint32
cm_map_put(cm_map_edit *edit, const cm_key *key)
{
    uint32 text_at = cm_map_put_text(edit, key);
    cm_map *map = edit->map;
    uint32 entry = map->count++;
    char *at = cm_map_entries(map) + entry * cm_map_entry_size(map);

    memset(at, 0, cm_map_entry_size(map));
    cm_map_write_id(at, key, text_at);
    return entry;
}
