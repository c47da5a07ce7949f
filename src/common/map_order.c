/* The order of ids and the canonical form; see map.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "common/map.h"
#include "common/map_internal.h"

/* ---- order ---- */

/* The first eight bytes of an id that is no number. */
uint64
cm_map_bytes_prefix(const cm_map *map, const char *at)
{
    cm_key key = cm_map_id_at(map, at);
    const unsigned char *bytes =
        key.type == CM_KEY_UUID ? key.id.uuid.data : (const unsigned char *) key.id.text.data;
    uint32 length = key.type == CM_KEY_UUID ? UUID_LEN : key.id.text.length;
    uint64 prefix = 0;

    for (uint32 i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < length ? bytes[i] : 0);
    return prefix;
}

/* By prefix, one byte at a time from the last, but only the bytes in which there are differences. */
static map_sort_item *
radix_sort(map_sort_item *items, map_sort_item *spare, uint32 count, uint64 differences)
{
    for (int shift = 0; shift < 64; shift += 8) {
        uint32 starts[256] = {0};
        uint32 start = 0;

        CHECK_FOR_INTERRUPTS();
        if (((differences >> shift) & 0xff) == 0)
            continue;
        for (uint32 i = 0; i < count; i++)
            starts[(items[i].prefix >> shift) & 0xff]++;
        for (int digit = 0; digit < 256; digit++) {
            uint32 here = starts[digit];

            starts[digit] = start;
            start += here;
        }
        for (uint32 i = 0; i < count; i++)
            spare[starts[(items[i].prefix >> shift) & 0xff]++] = items[i];

        map_sort_item *sorted = spare;

        spare = items;
        items = sorted;
    }
    return items;
}

typedef struct sorting {
    const cm_map *map;
    const char *first;
    Size stride;
} sorting;

static int
compare_items(const void *a, const void *b, void *arg)
{
    const sorting *s = arg;
    cm_key id_a = cm_map_id_at(s->map, s->first + ((const map_sort_item *) a)->place * s->stride);
    cm_key id_b = cm_map_id_at(s->map, s->first + ((const map_sort_item *) b)->place * s->stride);

    CHECK_FOR_INTERRUPTS();
    return cm_key_compare(&id_a, &id_b);
}

/* Ids that lie stride bytes apart, in ascending order; they may repeat. */
map_sort_item *
cm_map_sort(const cm_map *map, const char *first, Size stride, uint32 count)
{
    Size size = Max(count, 1) * sizeof(map_sort_item);
    map_sort_item *items = MemoryContextAllocHuge(CurrentMemoryContext, size);
    map_sort_item *spare = MemoryContextAllocHuge(CurrentMemoryContext, size);
    sorting s = {map, first, stride};
    uint64 differences = 0;

    for (uint32 i = 0; i < count; i++) {
        items[i] = (map_sort_item){map_id_prefix(map, first + i * stride), i};
        differences |= items[i].prefix ^ items[0].prefix;
    }

    map_sort_item *sorted = radix_sort(items, spare, count, differences);

    pfree(sorted == items ? spare : items);
    if (map->key_type != CM_KEY_BIGINT) /* equal prefixes */
        for (uint32 from = 0, to; from < count; from = to) {
            for (to = from + 1; to < count && sorted[to].prefix == sorted[from].prefix; to++)
                ;
            if (to - from > 1)
                qsort_arg(sorted + from, to - from, sizeof(map_sort_item), compare_items, &s);
        }
    return sorted;
}

/* ---- canonical form ---- */

cm_map_edit
cm_map_begin_canonical(const cm_map_class *cls, cm_key_type type, const void *params)
{
    cm_map *map = cm_state_new(&cls->state, sizeof(cm_map) + cls->params_size);

    map->key_type = type;
    map->params_size = cls->params_size;
    map->payload_size = cls->payload_size;
    map_layout(map);
    if (params != NULL)
        memcpy(cm_map_params(map), params, cls->params_size);
    return (cm_map_edit){map, NULL, cls};
}

/* An entry behind the last one, whose id must be smaller. */
uint32
cm_map_append(cm_map_edit *edit, const cm_key *key)
{
    cm_map *map = edit->map;

    if (map->count > 0) {
        cm_key last = cm_map_entry_id(map, map->count - 1);

        if (cm_key_compare(&last, key) >= 0)
            ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                            errmsg("invalid value of type %s", edit->cls->state.name),
                            errdetail("Customer ids must be in ascending order, each once.")));
    }
    if (map->count == map->capacity)
        cm_map_grow(edit, (uint64) map->count + 1, map->heap_room);
    return cm_map_put(edit, key);
}

cm_map *
cm_map_end_canonical(cm_map_edit *edit)
{
    cm_map *map = edit->map;
    cm_map header = *map;

    header.capacity = map->count;
    header.heap_room = map->heap_used;
    map_layout(&header);
    if (map->capacity == map->count) { /* only the end is cut off */
        *map = header;
        SET_VARSIZE(map, cm_map_size(&header));
        return map;
    }

    Size size = cm_map_size(&header);
    cm_map *exact = palloc(size);

    *exact = header;
    SET_VARSIZE(exact, size);
    memcpy(cm_map_params(exact), cm_map_params(map), map->params_size);
    memcpy(cm_map_entries(exact), cm_map_entries(map), map->count * cm_map_entry_size(map));
    memcpy(cm_map_heap(exact), cm_map_heap(map), (Size) map->heap_used * 8);
    return exact;
}

/* Inlined before GCC finds that it has no effect; see map_add.c. */
static pg_attribute_always_inline void
prefetch_entry(const cm_map *map, uint32 entry)
{
    const char *at = cm_map_entries(map) + entry * cm_map_entry_size(map);

    __builtin_prefetch(at);
    __builtin_prefetch(at + cm_map_entry_size(map) - 1);
}

const cm_map *
cm_map_complete(const cm_map *map, const cm_map_class *cls)
{
    if (map->waiting == 0)
        return map;

    cm_map_edit edit = {map_is_deferred(map) ? (cm_map *) map : cm_map_copy(map), map, cls};

    cm_map_flush(&edit);
    return edit.map;
}

/* Copies an entry behind the last one of a canonical map that has room for it. */
static void
append_copy(cm_map_edit *edit, const cm_map *from, uint32 entry)
{
    const void *payload = cm_map_payload(from, entry);
    cm_key key = cm_map_entry_id(from, entry);
    uint32 copy = cm_map_put(edit, &key);

    if (edit->cls->flat != NULL && edit->cls->flat(payload))
        memcpy(cm_map_payload(edit->map, copy), payload, from->payload_size);
    else
        edit->cls->merge(edit, copy, from, payload);
}

const cm_map *
cm_map_canonical(const cm_map *map, const cm_map_class *cls)
{
    if (map_is_deferred(map))
        return cm_map_deferred_canonical(map, cls);
    if (map_is_canonical(map))
        return map;

    const cm_map *from = cm_map_complete(map, cls);
    map_sort_item *order = cm_map_sort(from, cm_map_entries(from), cm_map_entry_size(from), from->count);
    cm_map_edit edit = cm_map_begin_canonical(cls, map->key_type, cm_map_params(from));

    cm_map_grow(&edit, from->count, from->heap_used);
    for (uint32 i = 0; i < from->count; i++) {
        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        if (i + MAP_PREFETCH_AHEAD < from->count)
            prefetch_entry(from, order[i + MAP_PREFETCH_AHEAD].place);
        if (i + MAP_PREFETCH_AHEAD / 2 < from->count && cls->prefetch != NULL)
            cls->prefetch(from, cm_map_payload(from, order[i + MAP_PREFETCH_AHEAD / 2].place));
        append_copy(&edit, from, order[i].place);
    }
    pfree(order);
    return cm_map_end_canonical(&edit);
}
