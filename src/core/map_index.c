/* Adding rows and other maps to an indexed map of customers; see map.h. */
#include "postgres.h"

#include "miscadmin.h"

#include "core/map.h"
#include "core/map_internal.h"

static void
ensure_capacity(cm_map_edit *edit, uint32 more)
{
    uint64 needed = (uint64) edit->map->count + more;

    if (needed > edit->map->capacity)
        cm_map_grow(edit, needed, edit->map->heap_capacity);
}

/*
 * What is done for each row is inlined where the type of the ids is a constant, so that no branch on it is left. GCC also
 * takes a function that only prefetches for one without effect, and removes its calls: these must be inlined before
 * it looks.
 */
#define inlined static pg_attribute_always_inline

inlined bool
entry_is(const cm_map *map, uint32 entry, const cm_key *key, cm_key_type type)
{
    const char *at = cm_map_entries(map) + entry * cm_map_entry_size(map);

    if (type == CM_KEY_BIGINT)
        return *(const int64 *) at == key->id.number;
    if (type == CM_KEY_UUID)
        return memcmp(at, &key->id.uuid, sizeof(pg_uuid_t)) == 0;

    const map_text *id = (const map_text *) at;

    return id->length == key->id.text.length &&
           memcmp(cm_map_heap(map) + (Size) id->at * 8, key->id.text.data, id->length) == 0;
}

/* From this slot on, before which it is not. For a new entry there must be room. */
inlined uint32
find_or_put(cm_map_edit *edit, map_slots index, const cm_key *key, uint32 hash, uint32 at, cm_key_type type)
{
    for (; index.slot[at] != 0; at = map_next(index, at))
        if (map_slot_matches(index, at, hash) && entry_is(edit->map, map_slot_entry(index, at), key, type))
            return map_slot_entry(index, at);

    uint32 entry = cm_map_put(edit, key);

    if (type == CM_KEY_TEXT) { /* its text may have moved the map, and a map that moves may be hashed anew */
        uint64 seed = index.seed;

        index = map_slots_of(edit->map);
        if (unlikely(index.seed != seed))
            hash = map_hash(key, index.seed);
        at = map_index_put(index, hash, entry);
    } else
        index.slot[at] = map_slot_for(index, hash, entry);
    if (unlikely(map_is_far(index, hash, at)) && map_range_of(edit->map)->crowded == 0)
        map_range_of(edit->map)->crowded = 1;
    return entry;
}

/* Prefetches all lines of an entry. */
inlined void
prefetch_entry(const char *entry, Size size)
{
    for (Size line = 0; line < size; line += MAP_CACHE_LINE)
        __builtin_prefetch(entry + line, 1);
    if (size % MAP_CACHE_LINE != 0) /* it may end in a line more */
        __builtin_prefetch(entry + size - 1, 1);
}

/* Prefetches the entry that has this hash, which is nearly always the one wanted; returns its slot. */
inlined uint32
prefetch_hashed(map_slots index, const char *entries, Size size, uint32 hash)
{
    uint32 at = map_bucket(index, hash);

    while (index.slot[at] != 0 && !map_slot_matches(index, at, hash))
        at = map_next(index, at);
    if (index.slot[at] != 0)
        prefetch_entry(entries + map_slot_entry(index, at) * size, size);
    return at;
}

/* Ids that lie stride bytes apart, as rows or entries hold them. */
typedef struct id_source {
    const char *first;
    Size stride;
    const char *texts; /* where ids that are text lie */
    Size text_unit;    /* bytes, in which their addresses count */
} id_source;

inlined cm_key
source_key(const id_source *source, uint32 i, cm_key_type type)
{
    const char *at = source->first + i * source->stride;

    if (type == CM_KEY_BIGINT)
        return cm_key_bigint(*(const int64 *) at);
    if (type == CM_KEY_UUID)
        return cm_key_uuid((const pg_uuid_t *) at);

    const map_text *id = (const map_text *) at;

    return (cm_key){.type = CM_KEY_TEXT, .id.text = {source->texts + id->at * source->text_unit, id->length}};
}

/*
 * The entries of so many ids, in steps: slots, entries and what hangs on them are prefetched one after the other, so that
 * the misses of all overlap.
 */
inlined void
find_batch(cm_map_edit *edit, const id_source *source, uint32 count, cm_key_type type, uint32 *entries)
{
    map_slots index = map_slots_of(edit->map);
    const char *first = cm_map_entries(edit->map);
    Size size = cm_map_entry_size(edit->map);
    uint32 hashes[CM_MAP_BATCH], slots[CM_MAP_BATCH];

    for (uint32 i = 0; i < count; i++) {
        cm_key key = source_key(source, i, type);

        hashes[i] = map_hash(&key, index.seed);
        __builtin_prefetch(&index.slot[map_bucket(index, hashes[i])], 1);
    }
    for (uint32 i = 0; i < count; i++)
        slots[i] = prefetch_hashed(index, first, size, hashes[i]);
    for (uint32 i = 0; i < count; i++) {
        cm_key key = source_key(source, i, type);

        if (type == CM_KEY_TEXT) { /* whose text may have moved the map */
            uint64 seed = index.seed;

            index = map_slots_of(edit->map);
            if (unlikely(index.seed != seed))
                for (uint32 j = i; j < count; j++) {
                    cm_key other = source_key(source, j, type);

                    hashes[j] = map_hash(&other, index.seed);
                }
            slots[i] = map_bucket(index, hashes[i]);
        }
        entries[i] = find_or_put(edit, index, &key, hashes[i], slots[i], type);
    }
    if (unlikely(map_range_of(edit->map)->crowded == 1))
        cm_map_hash_anew(edit->map);
}

/*
 * The same in a dense map; false, and nothing done, if there is one that it has no place for. The processor drops prefetches
 * where too many are under way, but no loads: so each entry is also read, before one that is missing is waited for alone.
 */
static bool
find_dense_batch(cm_map *map, const id_source *source, uint32 count, uint32 *entries)
{
    const char *first = cm_map_entries(map);
    Size size = cm_map_entry_size(map);
    const uint64 *bits = map_dense_bits(map);
    int64 base = map_range_of(map)->base;
    uint64 farthest = 0;

    for (uint32 i = 0; i < count; i++) {
        uint64 place = map_place(base, source_key(source, i, CM_KEY_BIGINT).id.number);

        farthest = Max(farthest, place);
        entries[i] = (uint32) place;
        prefetch_entry(first + entries[i] * size, size);
    }
    if (unlikely(farthest >= map->capacity))
        return false;
    for (uint32 i = 0; i < count; i++) {
        (void) *(const volatile int64 *) (first + entries[i] * size);
        if (unlikely(!map_bit(bits, entries[i])))
            cm_map_put_dense(map, source_key(source, i, CM_KEY_BIGINT).id.number, entries[i]);
    }
    return true;
}

static void
leave_range(cm_map_edit *edit, const id_source *source, uint32 count)
{
    int64 least = PG_INT64_MAX, most = PG_INT64_MIN;

    for (uint32 i = 0; i < count; i++) {
        int64 id = source_key(source, i, CM_KEY_BIGINT).id.number;

        least = Min(least, id);
        most = Max(most, id);
    }
    cm_map_leave_range(edit, least, most);
}

static void
find_any_batch(cm_map_edit *edit, const id_source *source, uint32 count, uint32 *entries)
{
    switch ((cm_key_type) edit->map->key_type) {
        case CM_KEY_BIGINT:
            if (edit->map->dense) {
                if (find_dense_batch(edit->map, source, count, entries))
                    break;
                leave_range(edit, source, count);
                find_any_batch(edit, source, count, entries);
                return;
            }
            find_batch(edit, source, count, CM_KEY_BIGINT, entries);
            break;
        case CM_KEY_UUID:
            find_batch(edit, source, count, CM_KEY_UUID, entries);
            break;
        case CM_KEY_TEXT:
            find_batch(edit, source, count, CM_KEY_TEXT, entries);
            break;
    }
    if (edit->cls->prefetch != NULL && edit->map->heap_used > 0)
        edit->cls->prefetch(edit->map, entries, count);
}

/* ---- adding ---- */

/* So that putting keys does not move the map, and with it their texts. */
static void
reserve_for_text(cm_map_edit *edit, uint32 from, uint32 count)
{
    uint32 length = 0;

    for (uint32 i = 0; i < count; i++)
        length += ((const map_text *) map_row(edit->map, from + i))->length;
    cm_map_reserve_heap(edit, length / 4 + count); /* chunks are powers of two */
}

/* Adds some of the pending rows, from a copy: they move when the map does. */
static void
flush_batch(cm_map_edit *edit, uint32 from, uint32 count)
{
    uint64 copy[CM_MAP_BATCH * (sizeof(pg_uuid_t) + CM_MAP_MAX_VALUE) / 8];
    const char *rows = (const char *) copy;
    Size size = map_row_size(edit->map), value_at = cm_map_key_size(edit->map);
    uint32 entries[CM_MAP_BATCH];

    if (edit->map->key_type == CM_KEY_TEXT)
        reserve_for_text(edit, from, count);
    memcpy(copy, map_row(edit->map, from), count * size);
    find_any_batch(edit, &(id_source){rows, size, map_pending_text(edit->map), 1}, count, entries);
    edit->cls->add(edit, entries, rows + value_at, size, count);
}

void
cm_map_index_flush(cm_map_edit *edit)
{
    uint32 pending = edit->map->pending;

    if (pending == 0)
        return;
    CHECK_FOR_INTERRUPTS();
    ensure_capacity(edit, pending);
    for (uint32 from = 0; from < pending; from += CM_MAP_BATCH)
        flush_batch(edit, from, Min(pending - from, CM_MAP_BATCH));
    edit->map->pending = 0;
    edit->map->pending_text = 0;
}

uint32
cm_map_index_entry_for(cm_map_edit *edit, const cm_key *key)
{
    cm_map_index_flush(edit);
    ensure_capacity(edit, 1);
    while (edit->map->dense) {
        int64 id = key->id.number;
        uint64 place = map_place(map_range_of(edit->map)->base, id);

        if (place < edit->map->capacity) {
            if (!map_bit(map_dense_bits(edit->map), place))
                cm_map_put_dense(edit->map, id, place);
            return place;
        }
        cm_map_leave_range(edit, id, id);
    }

    map_slots index = map_slots_of(edit->map);
    uint32 hash = map_hash(key, index.seed);
    uint32 entry = find_or_put(edit, index, key, hash, map_bucket(index, hash), key->type);

    if (unlikely(map_range_of(edit->map)->crowded == 1))
        cm_map_hash_anew(edit->map);
    return entry;
}

int64
cm_map_lookup(const cm_map *map, const cm_key *key)
{
    if (map->dense) {
        uint64 place = map_place(map_range_of(map)->base, key->id.number);

        return place < map->capacity && map_bit(map_dense_bits(map), place) ? (int64) place : -1;
    }

    map_slots index = map_slots_of(map);
    uint32 hash = map_hash(key, index.seed);

    for (uint32 at = map_bucket(index, hash); index.slot[at] != 0; at = map_next(index, at))
        if (map_slot_matches(index, at, hash) && entry_is(map, map_slot_entry(index, at), key, key->type))
            return map_slot_entry(index, at);
    return -1;
}

/* A row with a text id waits, with its text. */
static void
wait_with_text(cm_map *map, const cm_key *key, const void *value)
{
    char *row = map_row(map, map->pending++);

    cm_map_write_id(row, key, map->pending_text);
    memcpy(row + cm_map_key_size(map), value, map->value_size);
    memcpy(map_pending_text(map) + map->pending_text, key->id.text.data, key->id.text.length);
    map->pending_text += key->id.text.length;
}

/* Adds a row at once, or to the pending ones, which are added before if there is no room. */
void
cm_map_index_add(cm_map_edit *edit, const cm_key *key, const void *value)
{
    Size value_size = edit->map->value_size;
    uint32 text_capacity;

    if (edit->map->pending_capacity == 0 ||
        (key->type == CM_KEY_TEXT && key->id.text.length > LONGEST_PENDING)) {
        uint32 entry = cm_map_index_entry_for(edit, key);

        edit->cls->add(edit, &entry, value, 0, 1);
        return;
    }
    text_capacity = edit->map->pending_capacity * PENDING_TEXT - edit->map->pending_text;
    if (edit->map->pending == edit->map->pending_capacity ||
        (key->type == CM_KEY_TEXT && key->id.text.length > text_capacity))
        cm_map_index_flush(edit);
    if (key->type == CM_KEY_TEXT)
        wait_with_text(edit->map, key, value);
    else
        memcpy(cm_map_wait(edit, key, value_size), value, value_size);
}

void
cm_map_index_add_pending(cm_map_edit *edit, const cm_map *from)
{
    Size value_at = cm_map_key_size(from);
    id_source source = {map_row(from, 0), map_row_size(from), map_pending_text(from), 1};

    if (map_is_buffer(from)) {
        source.texts = cm_map_heap(from);
        source.text_unit = 8;
    }
    for (uint32 i = 0; i < from->pending; i++) {
        cm_key key = source_key(&source, i, from->key_type);

        cm_map_index_add(edit, &key, map_row(from, i) + value_at);
    }
    cm_map_index_flush(edit);
}

/* ---- merging ---- */

/* Customers of other, so many from this entry on; returns the next entry. */
static uint32
merge_batch(cm_map_edit *edit, const cm_map *other, uint32 from, uint32 count)
{
    Size size = cm_map_entry_size(other);
    uint64 ids[CM_MAP_BATCH * sizeof(pg_uuid_t) / 8]; /* copies, as there may be gaps between entries */
    uint32 theirs[CM_MAP_BATCH], entries[CM_MAP_BATCH];
    id_source source = {(char *) ids, cm_map_key_size(other), cm_map_heap(other), 8};

    CHECK_FOR_INTERRUPTS();
    for (uint32 i = 0; i < count; i++) {
        theirs[i] = from;
        memcpy((char *) ids + i * source.stride, cm_map_entries(other) + from * size, source.stride);
        from = cm_map_next(other, from + 1);
    }
    find_any_batch(edit, &source, count, entries);
    for (uint32 i = 0; i < count; i++)
        edit->cls->merge(edit, entries[i], other, cm_map_payload(other, theirs[i]));
    return from;
}

void
cm_map_index_merge(cm_map_edit *edit, const cm_map *other)
{
    cm_map_index_flush(edit);
    for (uint32 done = 0, from = cm_map_next(other, 0); done < other->count; done += CM_MAP_BATCH) {
        uint32 count = Min(other->count - done, CM_MAP_BATCH);

        ensure_capacity(edit, count);
        from = merge_batch(edit, other, from, count);
    }
    cm_map_index_add_pending(edit, other);
}
