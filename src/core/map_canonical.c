/* The canonical form of a map of customers and its packed form, and reading a map from any datum; see map.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/map.h"
#include "core/map_internal.h"
#include "core/map_pack.h"

#define FIRST_HEAP 1024 /* units, for the customers of a block */

/* The entries of an indexed map in ascending order of their ids. */
static uint32 *
entries_in_order(const cm_map *map)
{
    uint32 *order, n = 0;

    if (!map->dense)
        return cm_map_sort(map, cm_map_entries(map), cm_map_entry_size(map), map->count);

    order = MemoryContextAllocHuge(CurrentMemoryContext, map->count * sizeof(uint32));
    CM_MAP_EACH (map, entry)
        order[n++] = entry;
    Assert(n == map->count);
    return order;
}

/* Inlined before GCC finds that it has no effect; see map_index.c. */
static pg_attribute_always_inline void
prefetch_entry(const cm_map *map, uint32 entry)
{
    const char *at = cm_map_entries(map) + entry * cm_map_entry_size(map);

    __builtin_prefetch(at);
    __builtin_prefetch(at + cm_map_entry_size(map) - 1);
}

/*
 * The customers of the pending rows, with all that the map has of them, as a map of their own: so that neither the map is
 * changed nor all of it copied. New ones are those that the map has no entry of.
 */
static cm_map *
pending_customers(const cm_map *map, const cm_map_class *cls, uint32 *new_ones)
{
    cm_map_edit edit = {cm_map_new_indexed(cls, map->key_type, cm_map_params(map)), NULL, cls};

    cm_map_index_add_pending(&edit, map);
    *new_ones = 0;
    CM_MAP_EACH (edit.map, entry) {
        cm_key key = map_entry_id(edit.map, entry);
        int64 known = cm_map_lookup(map, &key);

        if (known >= 0)
            cls->merge(&edit, entry, map, cm_map_payload(map, known));
        else
            ++*new_ones;
    }
    return edit.map;
}

/* Copies an entry behind the last one of a canonical map that has room for it. */
static inline void
append_copy(cm_map_edit *edit, const cm_map *from, uint32 entry)
{
    const void *payload = cm_map_payload(from, entry);
    cm_key key = map_entry_id(from, entry);

    if (edit->cls->flat == NULL || !edit->cls->flat(payload, cm_map_params(from), cm_map_params(edit->map)))
        edit->cls->merge(edit, cm_map_put(edit, &key), from, payload);
    else if (from->key_type == CM_KEY_TEXT)
        memcpy(cm_map_payload(edit->map, cm_map_put(edit, &key)), payload, from->payload_size);
    else {
        Size size = cm_map_entry_size(from);

        memcpy(cm_map_entries(edit->map) + edit->map->count++ * size, cm_map_entries(from) + entry * size,
               size);
    }
}

/* The customers of an indexed map, in the order of their ids: into a canonical map, or packed. */
static cm_map_edit
put_in_order(const cm_map *map, const cm_map_class *cls, cm_map_packer *packer)
{
    uint32 new_ones;
    cm_map *late = pending_customers(map, cls, &new_ones);
    uint32 *order = entries_in_order(map), *late_order = entries_in_order(late);
    cm_map_edit edit = cm_map_begin_canonical(cls, map->key_type, cm_map_params(late));

    edit.map->skipped = map->skipped;
    if (packer != NULL)
        cm_map_grow(&edit, CM_MAP_BATCH, Min(map->heap_used + (uint64) late->heap_used, FIRST_HEAP));
    else
        cm_map_grow(&edit, map->count + (uint64) new_ones, map->heap_used + (uint64) late->heap_used);
    for (uint32 i = 0, j = 0; i < map->count || j < late->count;) {
        int sign = i == map->count    ? 1
                   : j == late->count ? -1
                                      : cm_map_compare_keys(map, order[i], late, late_order[j]);

        if (sign >= 0)
            append_copy(&edit, late, late_order[j++]);
        else
            append_copy(&edit, map, order[i]);
        if (sign <= 0) {
            if (i % CM_MAP_BATCH == 0)
                CHECK_FOR_INTERRUPTS();
            if (i + MAP_PREFETCH_AHEAD < map->count)
                prefetch_entry(map, order[i + MAP_PREFETCH_AHEAD]);
            if (i + MAP_PREFETCH_AHEAD / 2 < map->count && cls->prefetch != NULL)
                cls->prefetch(map, &order[i + MAP_PREFETCH_AHEAD / 2], 1);
            i++;
        }
        if (packer != NULL && edit.map->count == CM_MAP_BATCH)
            cm_map_pack_all(packer, edit.map);
    }
    pfree(order);
    pfree(late_order);
    pfree(late);
    return edit;
}

static const cm_map *
canonical(const cm_map *map, const cm_map_class *cls)
{
    if (map_is_buffer(map))
        return cm_map_buffer_canonical(map, cls);
    if (map_is_canonical(map))
        return map;

    cm_map_edit edit = put_in_order(map, cls, NULL);

    return cm_map_end_canonical(&edit);
}

Datum
cm_map_stored(Datum datum, const cm_map_class *cls)
{
    const cm_map *map = cm_state_read(datum, &cls->state);

    if (cm_map_is_packed(map))
        PG_RETURN_POINTER(map);
    map = cm_map_read_raw(PointerGetDatum(map), cls);
    if (map_is_canonical(map))
        PG_RETURN_POINTER(cm_map_pack(map, cls));
    if (map_is_buffer(map))
        PG_RETURN_POINTER(cm_map_buffer_packed(map, cls));

    cm_map_packer packer = cm_map_begin_packed(cls, (cm_key_type) map->key_type);
    cm_map_edit edit = put_in_order(map, cls, &packer);

    cm_map_pack_all(&packer, edit.map);

    void *packed = cm_map_end_packed(&packer, edit.map);

    pfree(edit.map);
    PG_RETURN_POINTER(packed);
}

const cm_map *
cm_map_read_raw(Datum datum, const cm_map_class *cls)
{
    const cm_map *map = cm_state_read(datum, &cls->state);

    if (cm_map_is_packed(map))
        return cm_map_unpack(map, cls);
    if (VARSIZE(map) < sizeof(cm_map) + cls->params_size || map->key_type < CM_KEY_BIGINT ||
        map->key_type > CM_KEY_TEXT || map->index_bits > 31 || map->params_size != cls->params_size ||
        map->value_size != (map_is_canonical(map) ? 0 : cls->value_size) ||
        map->payload_size != cls->payload_size || cm_map_size(map) > VARSIZE(map))
        cm_state_error(&map->head, &cls->state);
    return map;
}

const cm_map *
cm_map_read(Datum datum, const cm_map_class *cls)
{
    return canonical(cm_map_read_raw(datum, cls), cls);
}

int64
cm_map_count(Datum datum, const cm_map_class *cls)
{
    cm_map header;

    return cm_map_peek(&header, datum, cls) ? header.count : cm_map_read(datum, cls)->count;
}

int64
cm_map_skipped(Datum datum, const cm_map_class *cls)
{
    cm_map header;

    return cm_map_peek(&header, datum, cls) ? header.skipped : cm_map_read_raw(datum, cls)->skipped;
}

void
cm_map_visit(Datum datum, const cm_map_class *cls,
             void (*visit)(void *result, const cm_map *map, uint32 entry), void *result)
{
    const cm_map *map = cm_map_read_raw(datum, cls);
    cm_map *late = NULL;
    uint32 new_ones;

    if (map_is_buffer(map))
        map = canonical(map, cls);
    if (map->pending > 0) {
        late = pending_customers(map, cls, &new_ones);
        CM_MAP_EACH (late, entry)
            visit(result, late, entry);
    }
    CM_MAP_EACH (map, entry) {
        if (late != NULL) {
            cm_key key = map_entry_id(map, entry);

            if (cm_map_lookup(late, &key) >= 0)
                continue;
        }
        visit(result, map, entry);
    }
    if (late != NULL)
        pfree(late);
}

Datum
cm_map_final(FunctionCallInfo fcinfo, const cm_map_class *cls, cm_key_type type, const void *params)
{
    if (!PG_ARGISNULL(0))
        return cm_map_stored(PG_GETARG_DATUM(0), cls);

    cm_map_edit edit = cm_map_begin_canonical(cls, type, params);

    PG_RETURN_POINTER(cm_map_pack(edit.map, cls));
}
