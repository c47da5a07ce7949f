/*
 * Maps whose rows only wait; see map.h. Rows are an id and a value each, one after the other; ids that are text lie in the
 * heap. For a million customers with two rows each this is twice as fast as an index, or more: growing copies half as much
 * memory, nothing is looked up, and two workers' maps are put together by copying.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "core/map.h"
#include "core/map_internal.h"
#include "core/map_pack.h"

#define FIRST_CAPACITY 16      /* rows */
#define FIRST_HEAP 32          /* units, for ids that are text */
#define FIRST_PACKED_HEAP 1024 /* units, for the customers of a block */

cm_map *
cm_map_new_buffer(const cm_map_class *cls, cm_key_type type, const void *params)
{
    cm_map header = {.key_type = type,
                     .params_size = cls->params_size,
                     .value_size = cls->value_size,
                     .payload_size = cls->payload_size,
                     .pending_capacity = FIRST_CAPACITY,
                     .heap_capacity = type == CM_KEY_TEXT ? FIRST_HEAP : 0};

    map_layout(&header);

    cm_map *map = cm_state_new(&cls->state, cm_map_size(&header));

    header.head = map->head;
    *map = header;
    if (params != NULL)
        memcpy(cm_map_params(map), params, map->params_size);
    return map;
}

/* ---- adding ---- */

/* Room that is nearly used up becomes twice as much: rows and heap then move together. */
static uint64
more_capacity(uint64 capacity, uint64 needed)
{
    return needed > capacity / 4 * 3 ? Max(2 * capacity, needed) : capacity;
}

/* Room for so many rows and units of heap. */
static void
ensure_capacity(cm_map_edit *edit, uint64 rows, uint64 heap)
{
    const cm_map *map = edit->map;
    cm_map header = *map;

    if (rows <= map->pending_capacity && heap <= map->heap_capacity)
        return;
    cm_map_check_room(map, edit->cls, rows * map_row_size(map) + heap * 8);
    header.pending_capacity = more_capacity(map->pending_capacity, rows);
    header.heap_capacity = more_capacity(map->heap_capacity, heap);
    map_layout(&header);
    for (int part = 1; part <= MAP_LEAST_GROWTH && cm_map_size(&header) > MaxAllocSize; part++) {
        header.pending_capacity = Max(map->pending_capacity, rows + (rows >> part));
        header.heap_capacity = Max(map->heap_capacity, heap + (heap >> part));
        map_layout(&header);
    }
    cm_map_check_room(map, edit->cls, cm_map_size(&header));
    cm_map_move(edit, &header, NULL);
}

void
cm_map_buffer_add(cm_map_edit *edit, const cm_key *key, const void *value)
{
    uint64 text = key->type == CM_KEY_TEXT ? (key->id.text.length + UINT64CONST(7)) / 8 : 0;

    ensure_capacity(edit, edit->map->pending + UINT64CONST(1), edit->map->heap_used + text);

    uint32 text_at = cm_map_put_text(edit, key);
    cm_map *map = edit->map;
    char *row = map_row(map, map->pending++);

    cm_map_write_id(row, key, text_at);
    memcpy(row + cm_map_key_size(map), value, map->value_size);
}

void
cm_map_buffer_append(cm_map_edit *edit, const cm_map *other)
{
    uint32 before = edit->map->pending, heap_before = edit->map->heap_used;

    ensure_capacity(edit, before + (uint64) other->pending, heap_before + (uint64) other->heap_used);

    cm_map *map = edit->map;

    if (edit->cls->merge_params != NULL)
        edit->cls->merge_params(cm_map_params(map), cm_map_params(other));
    memcpy(map_row(map, before), map_row(other, 0), other->pending * map_row_size(other));
    memcpy(cm_map_heap(map) + (Size) heap_before * 8, cm_map_heap(other), (Size) other->heap_used * 8);
    map->pending += other->pending;
    map->heap_used += other->heap_used;
    if (map->key_type == CM_KEY_TEXT)
        for (uint32 i = before; i < map->pending; i++)
            ((map_text *) map_row(map, i))->at += heap_before;
}

/* ---- what becomes of it ---- */

/* Merging with a map that has entries needs an index. */
void
cm_map_buffer_index(cm_map_edit *edit)
{
    cm_map *map = edit->map;
    cm_map_edit indexed = {cm_map_new_indexed(edit->cls, map->key_type, cm_map_params(map)), NULL, edit->cls};

    indexed.map->skipped = map->skipped;
    cm_map_index_add_pending(&indexed, map);
    edit->map = indexed.map;
    if (map != edit->borrowed)
        pfree(map);
}

/* ---- sorting the rows ---- */

#define BUCKETS 256

/* Rows that are to be sorted, which lie one after the other. */
typedef struct pile {
    const cm_map *map;
    char *rows;
    Size size; /* bytes of a row */
    uint32 count;
} pile;

/* How far the bits that tell apart the first of BUCKETS ranges of ids are from the end of their prefixes. */
static int
bucket_shift(const cm_map *map)
{
    uint64 first = map_id_prefix(map, map_row(map, 0), 0), differences = 0;

    for (uint32 i = 0; i < map->pending; i++)
        differences |= map_id_prefix(map, map_row(map, i), 0) ^ first;
    return differences < BUCKETS ? 0 : pg_leftmost_one_pos64(differences) - 7;
}

static void
sort_bucket(pile bucket, char *sorted)
{
    uint32 *order = cm_map_sort(bucket.map, bucket.rows, bucket.size, bucket.count);

    for (uint32 i = 0; i < bucket.count; i++)
        memcpy(sorted + i * bucket.size, bucket.rows + order[i] * bucket.size, bucket.size);
    memcpy(bucket.rows, sorted, bucket.count * bucket.size);
    pfree(order);
}

/*
 * A sorted copy. Rows are first thrown into buckets by the leading bits of their ids, so that each bucket is sorted within
 * the cache: fetching a million rows from all over the memory takes longer than all the rest.
 */
static pile
sorted_rows(const cm_map *map)
{
    pile all = {map, NULL, map_row_size(map), map->pending};
    int shift = bucket_shift(map);
    uint32 counts[BUCKETS] = {0}, ends[BUCKETS];
    uint32 end = 0, most = 0;

    for (uint32 i = 0; i < all.count; i++)
        counts[map_id_prefix(map, map_row(map, i), 0) >> shift & (BUCKETS - 1)]++;
    for (int b = 0; b < BUCKETS; b++) {
        ends[b] = end;
        end += counts[b];
        most = Max(most, counts[b]);
    }
    all.rows = MemoryContextAllocHuge(CurrentMemoryContext, all.count * all.size);
    for (uint32 i = 0; i < all.count; i++) {
        const char *row = map_row(map, i);
        uint32 place = ends[map_id_prefix(map, row, 0) >> shift & (BUCKETS - 1)]++;

        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        memcpy(all.rows + place * all.size, row, all.size);
    }

    char *scratch = MemoryContextAllocHuge(CurrentMemoryContext, most * all.size);

    for (int b = 0; b < BUCKETS; b++)
        sort_bucket((pile){map, all.rows + (ends[b] - counts[b]) * all.size, all.size, counts[b]}, scratch);
    pfree(scratch);
    return all;
}

/* ---- canonical form ---- */

static inline bool
same_id(const pile *p, const char *a, const char *b)
{
    if (p->map->key_type == CM_KEY_BIGINT)
        return *(const int64 *) a == *(const int64 *) b;

    cm_key id_a = map_id_at(p->map, a), id_b = map_id_at(p->map, b);

    return cm_key_compare(&id_a, &id_b) == 0;
}

/* The rows from this one on that have its id. */
static inline uint32
run_of(const pile *p, uint32 from)
{
    const char *first = p->rows + from * p->size;
    uint32 run = 1;

    while (from + run < p->count && same_id(p, first, first + run * p->size))
        run++;
    return run;
}

/* A canonical map without customers that has what else a map says. */
static cm_map_edit
begin_of(const cm_map *map, const cm_map_class *cls)
{
    cm_map_edit edit = cm_map_begin_canonical(cls, map->key_type, cm_map_params(map));

    edit.map->skipped = map->skipped;
    return edit;
}

/* The same with room for the customers of these rows, or for a block of them. */
static cm_map_edit
begin(const pile *p, const cm_map_class *cls, uint32 *longest, bool packed)
{
    cm_map_edit edit = begin_of(p->map, cls);
    uint64 customers = 0, lists = (uint64) p->count * cls->collected_size / 8;

    *longest = 0;
    for (uint32 from = 0, run; from < p->count; from += run) {
        run = run_of(p, from);
        *longest = Max(*longest, run);
        customers++;
    }

    if (packed)
        cm_map_grow(&edit, CM_MAP_BATCH, Min(lists + p->map->heap_used, FIRST_PACKED_HEAP));
    else /* what lists may need at most, unless that is so much that it is better found out as they are written */
        cm_map_grow(&edit, customers, p->map->heap_used + (lists <= MaxAllocSize / 16 ? lists : 0));
    return edit;
}

/* Its customers in the order of their ids, into a canonical map, or packed. */
static cm_map_edit
put_in_order(const cm_map *map, const cm_map_class *cls, cm_map_packer *packer)
{
    if (map->pending == 0) /* all rows were skipped */
        return begin_of(map, cls);

    pile p = sorted_rows(map);
    uint32 longest;
    cm_map_edit edit = begin(&p, cls, &longest, packer != NULL);
    Size key_size = cm_map_key_size(map), value_size = map->value_size;
    char *values = MemoryContextAllocHuge(CurrentMemoryContext, longest * value_size);

    for (uint32 from = 0, run; from < p.count; from += run) {
        const char *row = p.rows + from * p.size;
        cm_key key = map_id_at(map, row);

        CHECK_FOR_INTERRUPTS();
        run = run_of(&p, from);
        for (uint32 i = 0; i < run; i++)
            memcpy(values + i * value_size, row + i * p.size + key_size, value_size);
        cls->collect(&edit, cm_map_put(&edit, &key), values, run);
        if (packer != NULL && edit.map->count == CM_MAP_BATCH)
            cm_map_pack_all(packer, edit.map);
    }
    pfree(values);
    pfree(p.rows);
    return edit;
}

const cm_map *
cm_map_buffer_canonical(const cm_map *map, const cm_map_class *cls)
{
    cm_map_edit edit = put_in_order(map, cls, NULL);

    return cm_map_end_canonical(&edit);
}

void *
cm_map_buffer_packed(const cm_map *map, const cm_map_class *cls)
{
    cm_map_packer packer = cm_map_begin_packed(cls, (cm_key_type) map->key_type);
    cm_map_edit edit = put_in_order(map, cls, &packer);

    cm_map_pack_all(&packer, edit.map);

    void *packed = cm_map_end_packed(&packer, edit.map);

    pfree(edit.map);
    return packed;
}
