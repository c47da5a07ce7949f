/* The order of ids, and writing a canonical map in it; see map.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "core/map.h"
#include "core/map_internal.h"
#include "math/sort.h"

/* ---- order ---- */

/* Eight bytes of an id that is no number, behind so many; zeros behind its end, which texts do not have in them. */
uint64
cm_map_bytes_prefix(const cm_map *map, const char *at, uint32 skip)
{
    cm_key key = map_id_at(map, at);
    const unsigned char *bytes =
        key.type == CM_KEY_UUID ? key.id.uuid.data : (const unsigned char *) key.id.text.data;
    uint32 length = key.type == CM_KEY_UUID ? UUID_LEN : key.id.text.length;
    uint64 prefix = 0;

    for (uint32 i = skip; i < skip + 8; i++)
        prefix = prefix << 8 | (i < length ? bytes[i] : 0);
    return prefix;
}

typedef struct sorting {
    const cm_map *map;
    const char *first;
    Size stride;
} sorting;

/* An id that is sorted: 32 bits that order as ids do, as far as they go, then its place. */
typedef uint64 sort_item;

#define FEW 32              /* that are sorted by comparing */
#define LONGEST_COMMON 1024 /* bytes that ids begin with alike; beyond them they are compared */

static inline const char *
item_id(const sorting *s, sort_item item)
{
    return s->first + (uint32) item * s->stride;
}

static int
compare_items(const void *a, const void *b, void *arg)
{
    const sorting *s = arg;
    cm_key id_a = map_id_at(s->map, item_id(s, *(const sort_item *) a));
    cm_key id_b = map_id_at(s->map, item_id(s, *(const sort_item *) b));

    CHECK_FOR_INTERRUPTS();
    return cm_key_compare(&id_a, &id_b);
}

/* The prefixes of all, behind the first skip bytes, and the range they lie in. */
static void
read_prefixes(const sorting *s, const sort_item *items, uint32 count, uint32 skip, uint64 *prefixes,
              uint64 *least, uint64 *most)
{
    *least = PG_UINT64_MAX;
    *most = 0;
    for (uint32 i = 0; i < count; i++) {
        prefixes[i] = map_id_prefix(s->map, item_id(s, items[i]), skip);
        *least = Min(*least, prefixes[i]);
        *most = Max(*most, prefixes[i]);
    }
}

/*
 * Ids that are equal in their first skip bytes: by 32 bits of the range in which the next 8 lie, then those that are equal
 * in these among themselves. Numbers have 8 bytes: two rounds at most, and one where they lie close together.
 */
static void
sort_ids(const sorting *s, sort_item *items, sort_item *spare, uint32 count, uint32 skip)
{
    uint64 least, most;

    for (;; skip += 8) {
        CHECK_FOR_INTERRUPTS();
        if (count <= FEW || skip > LONGEST_COMMON) {
            qsort_arg(items, count, sizeof(sort_item), compare_items, (void *) s);
            return;
        }
        read_prefixes(s, items, count, skip, spare, &least, &most);
        if (least < most)
            break;
        if (s->map->key_type == CM_KEY_TEXT ? (least & 0xff) == 0 : skip + 8 >= cm_map_key_size(s->map))
            return; /* all are equal */
    }

    int range = pg_leftmost_one_pos64(most - least) + 1, low = Max(range - 32, 0);

    for (uint32 i = 0; i < count; i++)
        items[i] = (spare[i] - least) >> low << 32 | (uint32) items[i];
    cm_sort_keys(items, count, spare);
    if (low == 0 && s->map->key_type == CM_KEY_BIGINT)
        return;
    for (uint32 from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && items[to] >> 32 == items[from] >> 32; to++)
            ;
        if (to - from > 1)
            sort_ids(s, items + from, spare, to - from, skip);
    }
}

/* The places of ids that lie stride bytes apart, in ascending order of the ids; they may repeat. */
uint32 *
cm_map_sort(const cm_map *map, const char *first, Size stride, uint32 count)
{
    Size size = Max(count, 1) * sizeof(sort_item);
    sort_item *items = MemoryContextAllocHuge(CurrentMemoryContext, size);
    sort_item *spare = MemoryContextAllocHuge(CurrentMemoryContext, size);
    uint32 *places = (uint32 *) items;

    for (uint32 i = 0; i < count; i++)
        items[i] = i;
    sort_ids(&(sorting){map, first, stride}, items, spare, count, 0);
    pfree(spare);
    for (uint32 i = 0; i < count; i++) /* each is read before it is overwritten */
        places[i] = (uint32) items[i];
    return places;
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
        cm_key last = map_entry_id(map, map->count - 1);

        if (cm_key_compare(&last, key) >= 0)
            ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                            errmsg("invalid value of type %s", edit->cls->state.name),
                            errdetail("Customer ids must be in ascending order, each once.")));
    }
    if (map->count == map->capacity)
        cm_map_grow(edit, (uint64) map->count + 1, map->heap_capacity);
    return cm_map_put(edit, key);
}

cm_map *
cm_map_end_canonical(cm_map_edit *edit)
{
    cm_map *map = edit->map;
    cm_map header = *map;

    header.capacity = map->count;
    header.heap_capacity = map->heap_used;
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
