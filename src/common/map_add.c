/* Adding rows to maps of customers, and maps to maps; see map.h. */
#include "postgres.h"

#include "miscadmin.h"

#include "common/map.h"
#include "common/map_internal.h"

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
static pg_attribute_always_inline void
prefetch_slot(const cm_map *map, uint32 tag)
{
    __builtin_prefetch(&map_index(map)[tag >> (32 - map->index_bits)]);
}

/* The entry that the first slot of this tag names, if any, will be needed; it may span two lines of the cache. */
static pg_attribute_always_inline void
prefetch_entry(const cm_map *map, const char *entries, Size entry_size, uint32 tag)
{
    map_slot slot = map_index(map)[tag >> (32 - map->index_bits)];

    if (slot.entry != 0) {
        const char *entry = entries + (slot.entry - 1) * entry_size;

        __builtin_prefetch(entry, 1);
        __builtin_prefetch(entry + entry_size - 1, 1);
    }
}

static pg_attribute_always_inline void
prefetch_entries(const cm_map *map, const uint32 *tags, uint32 count)
{
    const char *entries = cm_map_entries(map);
    Size entry_size = cm_map_entry_size(map);

    for (uint32 i = 0; i < count; i++)
        prefetch_slot(map, tags[i]);
    for (uint32 i = 0; i < count; i++)
        prefetch_entry(map, entries, entry_size, tags[i]);
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

/*
 * Adds the rows that wait, in steps: slots, entries and what hangs on them are prefetched one after the other, so that
 * the misses of all rows overlap.
 */
void
cm_map_flush(cm_map_edit *edit)
{
    uint32 waiting = edit->map->waiting;
    uint32 tags[CM_MAP_BATCH];
    uint32 entries[CM_MAP_BATCH];

    if (map_is_deferred(edit->map)) {
        cm_map_deferred_index(edit);
        return;
    }
    if (waiting == 0)
        return;
    make_room(edit, waiting);
    if (edit->map->key_type == CM_KEY_TEXT) /* so that putting keys does not move the map */
        cm_map_reserve_heap(edit, edit->map->waiting_text / 4 + waiting);
    for (uint32 i = 0; i < waiting; i++)
        tags[i] = map_waiting_row(edit->map, i)->tag;
    prefetch_entries(edit->map, tags, waiting);
    for (uint32 i = 0; i < waiting; i++) {
        cm_key key = waiting_key(edit->map, map_waiting_row(edit->map, i));

        entries[i] = find_or_put(edit, &key);
    }
    prefetch_payloads(edit, entries, waiting);

    Size value_at = offsetof(map_row, key) + cm_map_key_size(edit->map);

    for (uint32 i = 0; i < waiting; i++) {
        uint64 value[CM_MAP_MAX_VALUE / 8]; /* a copy: the rows move when the map does */

        memcpy(value, (char *) map_waiting_row(edit->map, i) + value_at, edit->map->value_size);
        edit->cls->add(edit, entries[i], value);
    }
    edit->map->waiting = 0;
    edit->map->waiting_text = 0;
}

void
cm_map_add(cm_map_edit *edit, const cm_key *key, const void *value)
{
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
    if (map->waiting == map->waiting_room || map->waiting_text + length > WAITING_TEXT) {
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
    if (edit->map->key_type != other->key_type)
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("cannot merge values of type %s with %s and %s ids", edit->cls->state.name,
                               cm_map_key_type_name(edit->map), cm_map_key_type_name(other)),
                        errhint("Cast the customer ids to one type before they are aggregated.")));
    if (map_is_deferred(edit->map) && map_is_deferred(other)) {
        cm_map_deferred_append(edit, other);
        return;
    }
    cm_map_flush(edit);
    if (other->waiting > 0) { /* its waiting rows are not ours to insert: take a copy that has them in */
        cm_map_edit complete = {cm_state_copy(other), NULL, edit->cls};

        cm_map_flush(&complete);
        other = complete.map;
    }
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
