/*
 * Where things lie in a map of customers, and how it grows; see map.h. Growing moves all of a map to a larger place, and
 * may change the places of its entries.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "core/map.h"
#include "core/map_internal.h"

#define FIRST_CAPACITY 16
#define FIRST_HEAP 32
#define PENDING_CAPACITY (4 * CM_MAP_BATCH) /* rows */
#define BATCH_FROM 4096 /* entries: smaller maps stay in the cache, where batches gain nothing */

uint32
cm_map_next(const cm_map *map, uint32 place)
{
    const uint64 *bits = map_dense_bits(map);

    CHECK_FOR_INTERRUPTS();
    if (!map->dense)
        return place < map->count ? place : CM_NO_ENTRY;
    while (place < map->capacity) {
        uint64 from_here = bits[place / 64] >> place % 64;

        if (from_here != 0)
            return place + pg_rightmost_one_pos64(from_here);
        place = (place / 64 + 1) * 64;
    }
    return CM_NO_ENTRY;
}

/* ---- growing ---- */

void
cm_map_check_room(const cm_map *map, const cm_map_class *cls, Size size)
{
    if (size > MaxAllocSize)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                 errmsg("a value of type %s would exceed 1 GB", cls->state.name),
                 map_is_buffer(map) ? errdetail("It has %u rows so far.", map->pending)
                                    : errdetail("It has %u customers so far.", map->count),
                 errhint("Keep several values, each of a part of the customers, for example with GROUP BY "
                         "customer_shard(customer_id, 16), and put together what is asked of them.")));
}

/* In batches, so that the misses of the cache overlap. False, before it is done, if it must be but ids lie far from their buckets. */
static bool
fill_slots(cm_map *map, bool must_be_near)
{
    map_slots index = map_slots_of(map);
    uint32 hashes[CM_MAP_BATCH];
    bool far = false;

    memset(index.slot, 0, sizeof(map_slot) << index.bits);
    for (uint32 from = 0; from < map->count; from += CM_MAP_BATCH) {
        uint32 count = Min(map->count - from, CM_MAP_BATCH);

        CHECK_FOR_INTERRUPTS();
        for (uint32 i = 0; i < count; i++) {
            cm_key key = map_entry_id(map, from + i);

            hashes[i] = map_hash(&key, index.seed);
            __builtin_prefetch(&index.slot[map_bucket(index, hashes[i])], 1);
        }
        for (uint32 i = 0; i < count; i++)
            far |= map_is_far(index, hashes[i], map_index_put(index, hashes[i], from + i));
        if (far && must_be_near)
            return false;
    }
    return true;
}

#define SEEDS 4 /* that are tried: of one that nobody knows, the first will do */

static void
index_fill(cm_map *map)
{
    map_range *range = map_range_of(map);

    if (range->crowded != MAP_STAYS_CROWDED)
        range->crowded = 0;
    for (int tries = 0; !fill_slots(map, range->crowded == 0); tries++)
        if (tries == SEEDS || !pg_strong_random(&range->seed, sizeof(range->seed)))
            range->crowded = MAP_STAYS_CROWDED;
}

void
cm_map_hash_anew(cm_map *map)
{
    (void) pg_strong_random(&map_range_of(map)->seed, sizeof(uint64));
    index_fill(map);
}

static map_range
range_of_ids(const cm_map *map)
{
    map_range range = {.least = PG_INT64_MAX, .most = PG_INT64_MIN};

    if (map->index_bits > 0)
        return *map_range_of(map);
    if (map->key_type == CM_KEY_BIGINT && map->count > 0) /* canonical */
        map_widen(&range, map_entry_id(map, 0).id.number, map_entry_id(map, map->count - 1).id.number);
    return range;
}

/*
 * The base of so many places for this range of ids; false if it does not fit. Most of the places that are left are behind
 * it, as new customers mostly have new ids.
 */
static bool
find_base(map_range *range, uint32 places)
{
    uint64 last = (uint64) range->most - (uint64) range->least;

    if (range->most < range->least || last >= places)
        return false;
    if (pg_sub_s64_overflow(range->least, (int64) (places - 1 - last) / 32, &range->base))
        range->base = PG_INT64_MIN;
    return true;
}

/* To the places of a dense map. */
static void
spread_entries(cm_map *map, const cm_map *old)
{
    Size size = cm_map_entry_size(map);
    int64 base = map_range_of(map)->base;
    uint64 *bits = map_dense_bits(map);

    memset(bits, 0, map_dense_bits_size(map));
    CM_MAP_EACH (old, entry) {
        uint32 place = (uint32) map_place(base, map_entry_id(old, entry).id.number);

        memcpy(cm_map_entries(map) + place * size, cm_map_entries(old) + entry * size, size);
        bits[place / 64] |= UINT64CONST(1) << place % 64;
    }
}

/* From the places of a dense map. */
static void
pack_entries(cm_map *map, const cm_map *old)
{
    Size size = cm_map_entry_size(map);
    uint32 n = 0;

    CM_MAP_EACH (old, entry)
        memcpy(cm_map_entries(map) + n++ * size, cm_map_entries(old) + entry * size, size);
}

/* What a map needs that is laid out like this one, wherever it begins. */
static Size
place_size(const cm_map *map)
{
    return cm_map_size(map) + (map->index_bits > 0 ? MAP_CACHE_LINE - 8 : 0);
}

/*
 * The header that a map with this much room would have; its size may be too large. With a range, of which the base is set,
 * places of entries may change.
 */
static Size
plan(cm_map *header, const cm_map_class *cls, bool indexed, map_range *range, uint64 capacity, uint64 heap)
{
    header->capacity = (uint32) Min(capacity, PG_INT32_MAX);
    header->heap_capacity = (uint32) Min(heap, PG_INT32_MAX);
    if (indexed) { /* at most half full */
        header->index_bits = pg_leftmost_one_pos32(Max(header->capacity, 2) - 1) + 2;
        header->pending_capacity = capacity >= BATCH_FROM ? PENDING_CAPACITY : 0;
        header->value_size = cls->value_size;
        if (range != NULL)
            header->dense = find_base(range, header->capacity);
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
cm_map_move(cm_map_edit *edit, const cm_map *header, const map_range *range)
{
    const cm_map *old = edit->map;
    Size size = place_size(header);
    cm_map *map = palloc(size);

    *map = *header;
    SET_VARSIZE(map, size);
    if (map->index_bits > 0) {
        align_entries(map);
        *map_range_of(map) = *range;
    }
    memcpy(cm_map_params(map), cm_map_params(old), map->params_size);
    memcpy(map_row(map, 0), map_row(old, 0), old->pending * map_row_size(old));
    memcpy(map_pending_text(map), map_pending_text(old), old->pending_text);
    if (map->dense)
        spread_entries(map, old);
    else if (old->dense)
        pack_entries(map, old);
    else
        memcpy(cm_map_entries(map), cm_map_entries(old), old->count * cm_map_entry_size(old));
    memcpy(cm_map_heap(map), cm_map_heap(old), (Size) old->heap_used * 8);
    if (map->index_bits > 0 && !map->dense)
        index_fill(map);

    edit->map = map;
    if (old != edit->borrowed)
        pfree((void *) old);
}

/*
 * Room for all ids of this range and some behind them, if that is at most twice this capacity and may fit: a map that is to
 * become dense soon becomes so at once, and moves once less.
 */
static uint64
capacity_for_range(const map_range *range, uint64 capacity, Size entry_size)
{
    uint64 last = (uint64) range->most - (uint64) range->least, with_room = last + last / 32 + 1;

    if (range->most < range->least || last < capacity || last >= 2 * capacity ||
        with_room >= MaxAllocSize / entry_size)
        return capacity;
    return with_room;
}

/* Moves the map to where it has twice the room, or what is needed if that is more. Only with more entries places change. */
static void
grow(cm_map_edit *edit, bool indexed, uint64 capacity, uint64 heap)
{
    const cm_map *old = edit->map;
    cm_map header = *old;
    map_range range = range_of_ids(old);
    bool more_entries = capacity > old->capacity, more_heap = heap > old->heap_capacity;
    uint64 twice_capacity = old->capacity, twice_heap = old->heap_capacity;
    uint64 entry_units = cm_map_entry_size(old) / 8;
    map_range *chosen = more_entries || old->index_bits == 0 ? &range : NULL;

    /*
     * Entries and heap grow together where both soon would: every move copies all there is, and the executor copies it
     * once more. Lists mostly grow after the entries have: so there is some heap before the first of them, and a heap that
     * is full alone and still small becomes four times as large.
     */
    if (more_entries || (more_heap && old->count > old->capacity / 4 * 3))
        twice_capacity = Max(capacity, old->capacity * UINT64CONST(2));
    if (more_entries && indexed)
        twice_capacity = capacity_for_range(&range, twice_capacity, cm_map_entry_size(old));
    if (more_heap)
        twice_heap = Max(heap, Max(old->heap_capacity * UINT64CONST(2),
                                   Min(old->heap_capacity * UINT64CONST(4), old->capacity * entry_units)));
    else if (more_entries)
        twice_heap = Max(old->heap_capacity, old->heap_used * UINT64CONST(2));
    if (indexed && (more_heap || edit->cls->prefetch != NULL))
        twice_heap = Max(twice_heap, twice_capacity * entry_units / 32);

    cm_map_check_room(old, edit->cls, (capacity + heap) * 8);
    if (plan(&header, edit->cls, indexed, chosen, Max(twice_capacity, FIRST_CAPACITY), twice_heap) >
        MaxAllocSize) {
        /* A half more, a quarter: the most that fits, so that a map near its end moves few times. */
        for (int part = 1; part <= MAP_LEAST_GROWTH && place_size(&header) > MaxAllocSize; part++)
            plan(&header, edit->cls, indexed, chosen,
                 more_entries ? capacity + (capacity >> part) : old->capacity,
                 more_heap ? heap + (heap >> part) : old->heap_capacity);
        cm_map_check_room(old, edit->cls, place_size(&header));
    }

    cm_map_move(edit, &header, &range);
}

void
cm_map_leave_range(cm_map_edit *edit, int64 least, int64 most)
{
    cm_map *map = edit->map;
    cm_map header = *map;
    map_range range = *map_range_of(map);
    bool nearly_full = map->count > map->capacity / 4 * 3;

    map_widen(&range, least, most);
    if (!nearly_full || plan(&header, edit->cls, true, &range, map->capacity * UINT64CONST(2),
                             map->heap_capacity) > MaxAllocSize) {
        header.dense = 0;
        if (plan(&header, edit->cls, true, NULL, map->capacity, map->heap_capacity) > MaxAllocSize)
            plan(&header, edit->cls, true, NULL, map->count + map->count / 32 + PENDING_CAPACITY,
                 map->heap_capacity);
        cm_state_check_size(&edit->cls->state, place_size(&header));
    }
    cm_map_move(edit, &header, &range);
}

void
cm_map_grow(cm_map_edit *edit, uint64 capacity, uint64 heap)
{
    grow(edit, edit->map->index_bits > 0, capacity, heap);
}

void
cm_map_make_indexed(cm_map_edit *edit)
{
    grow(edit, true, edit->map->count, edit->map->heap_used);
}

cm_map *
cm_map_new_indexed(const cm_map_class *cls, cm_key_type type, const void *params)
{
    cm_map header = {.key_type = type,
                     .params_size = cls->params_size,
                     .value_size = cls->value_size,
                     .payload_size = cls->payload_size};
    Size size = plan(&header, cls, true, NULL, FIRST_CAPACITY, type == CM_KEY_TEXT ? FIRST_HEAP : 0);
    cm_map *map = cm_state_new(&cls->state, size);

    header.head = map->head;
    *map = header;
    *map_range_of(map) = (map_range){.least = PG_INT64_MAX, .most = PG_INT64_MIN};
    if (params != NULL)
        memcpy(cm_map_params(map), params, map->params_size);
    return map;
}
