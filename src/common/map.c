/* Building, growing and merging maps of customers; see map.h. Keys, order and canonical form are in map_key.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "common/map.h"
#include "common/map_internal.h"

#define FIRST_CAPACITY 16
#define FIRST_HEAP 32
#define MOST_WAITING 8192 /* rows */
#define BATCH_FROM 4096   /* entries: smaller maps stay in the cache, where batches gain nothing */

/* ---- growing ---- */

static void
index_put(cm_map *map, uint32 tag, uint32 entry)
{
    map_slot *slots = map_index(map);
    uint32 mask = ((uint32) 1 << map->index_bits) - 1;
    uint32 at = tag >> (32 - map->index_bits);

    while (slots[at].entry != 0)
        at = (at + 1) & mask;
    slots[at] = (map_slot){tag, entry + 1};
}

static void
index_build(cm_map *map, const cm_map *from)
{
    memset(map_index(map), 0, sizeof(map_slot) << map->index_bits);
    if (from->index_bits == 0)
        for (uint32 entry = 0; entry < map->count; entry++)
            index_put(map, cm_map_entry_key(map, entry).tag, entry);
    else
        for (uint64 i = 0; i < (uint64) 1 << from->index_bits; i++)
            if (map_index(from)[i].entry != 0)
                index_put(map, map_index(from)[i].tag, map_index(from)[i].entry - 1);
}

/* The header that a map with this much room would have; its size may be too large. */
static Size
plan(cm_map *header, bool indexed, uint64 capacity, uint64 heap)
{
    header->capacity = (uint32) Min(capacity, PG_INT32_MAX);
    header->heap_room = (uint32) Min(heap, PG_INT32_MAX);
    if (indexed) { /* at most half full */
        header->index_bits = pg_leftmost_one_pos32(header->capacity - 1) + 2;
        header->waiting_room = capacity >= BATCH_FROM ? Min(header->capacity / 8, MOST_WAITING) : 0;
    }
    map_layout(header);
    return cm_map_size(header);
}

/* Moves the map to a new place of CurrentMemoryContext with twice the room, or what is needed if that is more. */
static void
move(cm_map_edit *edit, bool indexed, uint64 capacity, uint64 heap)
{
    const cm_map *old = edit->map;
    cm_map header = *old;
    bool more_entries = capacity > old->capacity, more_heap = heap > old->heap_room;
    uint64 twice_capacity = old->capacity, twice_heap = old->heap_room;

    /*
     * Entries and heap grow together where both soon would: every move copies all there is, and the executor copies it
     * once more. Lists mostly grow after the entries have, so a heap that is full alone grows by half their size at least.
     */
    if (more_entries || (more_heap && old->count > old->capacity / 4 * 3))
        twice_capacity = Max(capacity, old->capacity * UINT64CONST(2));
    if (more_heap)
        twice_heap =
            Max(heap, old->heap_room + Max(old->heap_room, old->capacity * cm_map_entry_size(old) / 16));
    else if (more_entries)
        twice_heap = Max(old->heap_room, old->heap_used * UINT64CONST(2));

    cm_state_check_size(&edit->cls->state, (capacity + heap) * 8);
    if (plan(&header, indexed, Max(twice_capacity, FIRST_CAPACITY), twice_heap) > MaxAllocSize) {
        /* Twice does not fit: a little more than needed may. */
        plan(&header, indexed, Max(old->capacity, capacity + capacity / 32),
             Max(old->heap_room, heap + heap / 32));
        cm_state_check_size(&edit->cls->state, cm_map_size(&header));
    }

    Size size = cm_map_size(&header);
    cm_map *map = palloc(size);

    *map = header;
    SET_VARSIZE(map, size);
    memcpy(cm_map_params(map), cm_map_params(old), map->params_size);
    memcpy(map_waiting(map), map_waiting(old), old->waiting * map_waiting_size(old));
    memcpy(map_waiting_text(map), map_waiting_text(old), old->waiting_text);
    memcpy(cm_map_entries(map), cm_map_entries(old), old->count * cm_map_entry_size(old));
    memcpy(cm_map_heap(map), cm_map_heap(old), (Size) old->heap_used * 8);
    if (indexed)
        index_build(map, old);

    edit->map = map;
    if (old != edit->lent)
        pfree((void *) old);
}

void
cm_map_grow(cm_map_edit *edit, uint64 capacity, uint64 heap)
{
    move(edit, edit->map->index_bits > 0, capacity, heap);
}

cm_map *
cm_map_new(const cm_map_class *cls, cm_key_type type, const void *params)
{
    cm_map header = {.key_type = type,
                     .params_size = cls->params_size,
                     .value_size = cls->value_size,
                     .payload_size = cls->payload_size};
    Size size = plan(&header, true, FIRST_CAPACITY, type == CM_KEY_TEXT ? FIRST_HEAP : 0);
    cm_map *map = cm_state_new(&cls->state, size);

    header.head = map->head;
    *map = header;
    if (params != NULL)
        memcpy(cm_map_params(map), params, map->params_size);
    return map;
}

/* A map to be changed: one without index is canonical and moves to where it has one. */
static cm_map_edit
edit_begin(const cm_map *map, bool in_place, const cm_map_class *cls)
{
    cm_map_edit edit = {(cm_map *) map, map, cls};

    if (map->index_bits == 0)
        move(&edit, true, map->count, map->heap_used);
    else if (!in_place)
        edit.map = cm_state_copy(map);
    return edit;
}

cm_map_edit
cm_map_edit_arg(FunctionCallInfo fcinfo, int arg, const cm_map_class *cls)
{
    return edit_begin(cm_map_read_raw(PG_GETARG_DATUM(arg), cls), cm_in_aggregate(fcinfo), cls);
}

/* ---- adding ---- */

#define NOT_FOUND PG_UINT32_MAX

static inline uint32
index_find(const cm_map *map, const cm_key *key)
{
    const map_slot *slots = map_index(map);
    uint32 mask = ((uint32) 1 << map->index_bits) - 1;

    for (uint32 at = key->tag >> (32 - map->index_bits); slots[at].entry != 0; at = (at + 1) & mask)
        if (slots[at].tag == key->tag && cm_map_entry_is(map, slots[at].entry - 1, key))
            return slots[at].entry - 1;
    return NOT_FOUND;
}

/* Writes a new entry, for which there is room. */
uint32
cm_map_put(cm_map_edit *edit, const cm_key *key)
{
    uint32 text_at = 0;

    if (key->type == CM_KEY_TEXT) {
        uint32 units = (key->id.text.length + 7) / 8;

        text_at = cm_map_alloc(edit, units);

        char *chunk = cm_map_heap(edit->map) + (Size) text_at * 8;

        if (units > 0)
            memset(chunk + (Size) (units - 1) * 8, 0, 8);
        memcpy(chunk, key->id.text.data, key->id.text.length);
    }

    cm_map *map = edit->map;
    uint32 entry = map->count++;
    char *at = cm_map_entries(map) + entry * cm_map_entry_size(map);

    memset(at, 0, cm_map_entry_size(map));
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
    return entry;
}

static inline uint32
find_or_put(cm_map_edit *edit, const cm_key *key)
{
    uint32 entry = index_find(edit->map, key);

    if (entry == NOT_FOUND) {
        entry = cm_map_put(edit, key);
        index_put(edit->map, key->tag, entry);
    }
    return entry;
}

static void
make_room(cm_map_edit *edit, uint32 more)
{
    uint64 needed = (uint64) edit->map->count + more;

    if (needed > edit->map->capacity)
        cm_map_grow(edit, needed, edit->map->heap_room);
}

static cm_key
waiting_key(const cm_map *map, const map_row *row)
{
    cm_key key = {.type = map->key_type, .tag = row->tag};

    if (map->key_type == CM_KEY_BIGINT)
        key.id.number = *(const int64 *) row->key;
    else if (map->key_type == CM_KEY_UUID)
        key.id.uuid = *(const pg_uuid_t *) row->key;
    else {
        const map_text *id = (const map_text *) row->key;

        key.id.text.data = map_waiting_text(map) + id->at;
        key.id.text.length = id->length;
    }
    return key;
}

/*
 * GCC takes a function that only prefetches for one without effect, and removes its calls: these must be inlined
 * before it looks.
 */
/* The entry that has this tag, which is nearly always the one wanted, will be needed; it may span two lines of the cache. */
static pg_attribute_always_inline void
prefetch_entry(const cm_map *map, const map_slot *slots, const char *entries, Size entry_size, uint32 tag)
{
    uint32 mask = ((uint32) 1 << map->index_bits) - 1;
    uint32 at = tag >> (32 - map->index_bits);

    while (slots[at].entry != 0 && slots[at].tag != tag)
        at = (at + 1) & mask;
    if (slots[at].entry != 0) {
        const char *entry = entries + (slots[at].entry - 1) * entry_size;

        __builtin_prefetch(entry, 1);
        __builtin_prefetch(entry + entry_size - 1, 1);
    }
}

static pg_attribute_always_inline void
prefetch_entries(const cm_map *map, const uint32 *tags, uint32 count)
{
    const map_slot *slots = map_index(map);
    const char *entries = cm_map_entries(map);
    Size entry_size = cm_map_entry_size(map);

    for (uint32 i = 0; i < count; i++)
        __builtin_prefetch(&slots[tags[i] >> (32 - map->index_bits)]);
    for (uint32 i = 0; i < count; i++)
        prefetch_entry(map, slots, entries, entry_size, tags[i]);
}

/* What the room will touch of these entries, beside them. */
static void
prefetch_payloads(const cm_map_edit *edit, const uint32 *entries, uint32 count)
{
    if (edit->cls->prefetch == NULL)
        return;
    for (uint32 i = 0; i < count; i++)
        edit->cls->prefetch(edit->map, cm_map_payload(edit->map, entries[i]));
}

/* What a row that waits is sorted by: its tag, that is its place in the index, then when it came. */
typedef uint64 map_order;

/* By the leading 16 bits of the tags; what came first stays first. */
static map_order *
sort_waiting(const cm_map *map)
{
    uint32 waiting = map->waiting;
    map_order *order = palloc(2 * waiting * sizeof(map_order));
    map_order *spare = order + waiting;

    for (uint32 i = 0; i < waiting; i++)
        order[i] = (uint64) map_waiting_row(map, i)->tag << 32 | i;
    for (int shift = 48; shift < 64; shift += 8) {
        uint32 starts[256] = {0};

        for (uint32 i = 0; i < waiting; i++)
            starts[order[i] >> shift & 0xff]++;
        for (uint32 digit = 0, start = 0; digit < 256; digit++) {
            uint32 here = starts[digit];

            starts[digit] = start;
            start += here;
        }
        for (uint32 i = 0; i < waiting; i++)
            spare[starts[order[i] >> shift & 0xff]++] = order[i];

        map_order *sorted = spare;

        spare = order;
        order = sorted;
    }
    return order;
}

/*
 * Adds rows that wait, in steps: slots, entries and what hangs on them are prefetched one after the other, so that
 * the misses of all rows overlap.
 */
static void
flush_rows(cm_map_edit *edit, const map_order *order, uint32 count)
{
    uint32 tags[CM_MAP_BATCH];
    uint32 entries[CM_MAP_BATCH];
    Size value_at = offsetof(map_row, key) + cm_map_key_size(edit->map);

    for (uint32 i = 0; i < count; i++) {
        tags[i] = order[i] >> 32;
        __builtin_prefetch(map_waiting_row(edit->map, (uint32) order[i]));
    }
    prefetch_entries(edit->map, tags, count);
    for (uint32 i = 0; i < count; i++) {
        cm_key key = waiting_key(edit->map, map_waiting_row(edit->map, (uint32) order[i]));

        entries[i] = find_or_put(edit, &key);
    }
    prefetch_payloads(edit, entries, count);
    for (uint32 i = 0; i < count; i++) {
        uint64 value[CM_MAP_MAX_VALUE / 8]; /* a copy: the rows move when the map does */

        memcpy(value, (char *) map_waiting_row(edit->map, (uint32) order[i]) + value_at,
               edit->map->value_size);
        edit->cls->add(edit, entries[i], value);
    }
}

/* Adds the rows that wait, in the order of the index: neighbours in it are neighbours in the cache and the TLB. */
void
cm_map_flush(cm_map_edit *edit)
{
    uint32 waiting = edit->map->waiting;

    if (waiting == 0)
        return;
    if (edit->map->key_type == CM_KEY_TEXT) /* so that putting keys does not move the map */
        cm_map_reserve_heap(edit, edit->map->waiting_text / 4 + waiting);

    map_order *order = sort_waiting(edit->map);

    for (uint32 from = 0; from < waiting; from += CM_MAP_BATCH) {
        uint32 count = Min(waiting - from, CM_MAP_BATCH);

        CHECK_FOR_INTERRUPTS();
        make_room(edit, count);
        flush_rows(edit, order + from, count);
    }
    pfree(order);
    edit->map->waiting = 0;
    edit->map->waiting_text = 0;
}

/* The SQL types of aggregates keep ids of one kind together; who calls a step of an aggregate by hand may not. */
static void
check_key_type(const cm_map_edit *edit, cm_key_type type)
{
    if (unlikely(edit->map->key_type != type))
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("customer ids of different types cannot be in one value of type %s",
                               edit->cls->state.name),
                        errhint("Cast the customer ids to one type before they are aggregated.")));
}

void
cm_map_add(cm_map_edit *edit, const cm_key *key, const void *value)
{
    check_key_type(edit, key->type);

    cm_map *map = edit->map;
    uint32 length = key->type == CM_KEY_TEXT ? key->id.text.length : 0;

    if (map->waiting_room == 0 || length > LONGEST_WAITING) {
        cm_map_flush(edit);
        make_room(edit, 1);
        edit->cls->add(edit, find_or_put(edit, key), value);
        return;
    }
    if (map->waiting == map->waiting_room || map->waiting_text + length > map->waiting_room * WAITING_TEXT) {
        cm_map_flush(edit);
        map = edit->map;
    }

    map_row *row = map_waiting_row(map, map->waiting++);

    row->tag = key->tag;
    switch (key->type) {
        case CM_KEY_BIGINT:
            *(int64 *) row->key = key->id.number;
            break;
        case CM_KEY_UUID:
            *(pg_uuid_t *) row->key = key->id.uuid;
            break;
        case CM_KEY_TEXT:
            *(map_text *) row->key = (map_text){map->waiting_text, length};
            memcpy(map_waiting_text(map) + map->waiting_text, key->id.text.data, length);
            map->waiting_text += length;
            break;
    }
    if (map->value_size > 0) /* else value may be NULL */
        memcpy(row->key + cm_map_key_size(map), value, map->value_size);
}

/* ---- merging ---- */

/* Customers of other, entries from and on; all their slots and entries are prefetched first. */
static void
merge_batch(cm_map_edit *edit, const cm_map *other, uint32 from, uint32 count)
{
    uint32 tags[CM_MAP_BATCH];
    uint32 entries[CM_MAP_BATCH];

    CHECK_FOR_INTERRUPTS();
    for (uint32 i = 0; i < count; i++)
        tags[i] = cm_map_entry_key(other, from + i).tag;
    prefetch_entries(edit->map, tags, count);
    for (uint32 i = 0; i < count; i++) {
        cm_key key = cm_map_entry_key(other, from + i);

        entries[i] = find_or_put(edit, &key);
    }
    prefetch_payloads(edit, entries, count);
    for (uint32 i = 0; i < count; i++)
        edit->cls->merge(edit, entries[i], other, cm_map_payload(other, from + i));
}

void
cm_map_merge(cm_map_edit *edit, const cm_map *other)
{
    check_key_type(edit, other->key_type);
    cm_map_flush(edit);
    other = cm_map_complete(other, edit->cls);
    for (uint32 from = 0; from < other->count; from += CM_MAP_BATCH) {
        uint32 count = Min(other->count - from, CM_MAP_BATCH);

        make_room(edit, count);
        merge_batch(edit, other, from, count);
    }
}

Datum
cm_map_combine(FunctionCallInfo fcinfo, const cm_map_class *cls,
               void (*check_params)(const void *, const void *))
{
    if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
        PG_RETURN_NULL();
    if (PG_ARGISNULL(0))
        PG_RETURN_POINTER(cm_map_read_raw(PG_GETARG_DATUM(1), cls));

    const cm_map *a = cm_map_read_raw(PG_GETARG_DATUM(0), cls);

    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(a);

    const cm_map *b = cm_map_read_raw(PG_GETARG_DATUM(1), cls);

    if (check_params != NULL)
        check_params(cm_map_params(a), cm_map_params(b));

    bool swap = b->count > 2 * (uint64) a->count; /* the smaller into the larger */
    cm_map_edit edit = edit_begin(swap ? b : a, cm_in_aggregate(fcinfo) && !swap, cls);

    cm_map_merge(&edit, swap ? a : b);
    PG_RETURN_POINTER(edit.map);
}
