/* Adding rows to maps of customers, and maps to maps; see map.h. */
#include "postgres.h"

#include "miscadmin.h"

#include "common/map.h"
#include "common/map_internal.h"

#define CACHE_LINE 64

/* ---- adding ---- */

static inline uint32
find_or_put(cm_map_edit *edit, const cm_key *key)
{
    uint32 entry = map_index_find(edit->map, key);

    if (entry == MAP_NOT_FOUND) {
        entry = cm_map_put(edit, key);
        map_index_put(edit->map, key->tag, entry);
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
/* The entry that has this tag, which is nearly always the one wanted, will be needed; with all its lines of the cache. */
static pg_attribute_always_inline void
prefetch_entry(const cm_map *map, const map_slot *slots, const char *entries, Size entry_size, uint32 tag)
{
    uint32 mask = ((uint32) 1 << map->index_bits) - 1;
    uint32 at = tag >> (32 - map->index_bits);

    while (slots[at].entry != 0 && slots[at].tag != tag)
        at = (at + 1) & mask;
    if (slots[at].entry != 0) {
        const char *entry = entries + (slots[at].entry - 1) * entry_size;

        for (Size i = 0; i < entry_size; i += CACHE_LINE)
            __builtin_prefetch(entry + i, 1);
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

    if (map_is_deferred(edit->map)) {
        cm_map_deferred_index(edit);
        return;
    }
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

    if (map_is_deferred(map)) {
        cm_map_deferred_add(edit, key, value);
        return;
    }
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
    cm_map_write_id(row->key, key, map->waiting_text);
    if (key->type == CM_KEY_TEXT) {
        memcpy(map_waiting_text(map) + map->waiting_text, key->id.text.data, length);
        map->waiting_text += length;
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
    if (map_is_deferred(edit->map) && map_is_deferred(other)) {
        cm_map_deferred_append(edit, other);
        return;
    }
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

    /* The smaller into the larger. */
    bool swap = b->count + (uint64) b->waiting > 2 * (a->count + (uint64) a->waiting);
    cm_map_edit edit = cm_map_edit_begin(swap ? b : a, cm_in_aggregate(fcinfo) && !swap, cls);

    cm_map_merge(&edit, swap ? a : b);
    PG_RETURN_POINTER(edit.map);
}
