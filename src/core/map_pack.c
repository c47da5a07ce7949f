/* Packing maps of customers, and unpacking them; see map_pack.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/map_join.h"
#include "core/map_internal.h"
#include "core/map_pack.h"
#include "core/text_size.h"
#include "math/base64.h"
#include "math/pack.h"

#define FIRST_ITEMS 256
#define LONGEST_WORD 16 /* bytes of 1:packed: */

/* ---- writing ---- */

static Size
params_size(const cm_map_class *cls)
{
    Size size = 0;

    for (const char *width = cls->packing.params; *width != '\0'; width++)
        size += *width - '0';
    return size;
}

static Size
head_size(const cm_map_class *cls)
{
    return sizeof(cm_state) + 1 + 8 + 4 + 4 + params_size(cls);
}

static cm_map_columns *
new_columns(void)
{
    cm_map_columns *c = palloc(sizeof(cm_map_columns));

    c->count = 0;
    c->used = c->capacity = 0;
    return c;
}

static void
free_columns(cm_map_columns *c, const cm_map_packing *packing)
{
    for (int k = 0; k < packing->item_columns && c->capacity > 0; k++)
        pfree(c->item[k]);
    if (packing->items_are_bytes && c->capacity > 0)
        pfree(c->bytes);
    pfree(c);
}

/* Room for so many items, which are there. */
static void
reserve_items(cm_map_columns *c, uint64 n, const cm_map_packing *packing)
{
    Size capacity;

    if (n <= c->capacity)
        return;
    capacity = Max(Max(c->capacity * 2, n), FIRST_ITEMS);
    for (int k = 0; k < packing->item_columns; k++)
        c->item[k] = c->capacity == 0 ? MemoryContextAllocHuge(CurrentMemoryContext, capacity * sizeof(int64))
                                      : repalloc_huge(c->item[k], capacity * sizeof(int64));
    if (packing->items_are_bytes)
        c->bytes = c->capacity == 0 ? MemoryContextAllocHuge(CurrentMemoryContext, capacity)
                                    : repalloc_huge(c->bytes, capacity);
    c->capacity = capacity;
}

cm_map_packer
cm_map_begin_packed(const cm_map_class *cls, cm_key_type type)
{
    cm_map_packer packer = {.cls = cls, .columns = new_columns(), .out = cm_packed_begin(head_size(cls))};

    packer.out.bytes[sizeof(cm_state)] = type;
    return packer;
}

uint64
cm_map_add_items(cm_map_columns *c, uint32 i, uint64 n)
{
    uint64 at = c->used;

    reserve_items(c, at + n, c->packing);
    c->items[i] = (int64) n;
    c->used = at + n;
    return at;
}

static void
put_ids(cm_packed_out *out, const cm_map *map, uint32 first, uint32 count)
{
    cm_key ids[CM_MAP_BATCH];

    for (uint32 i = 0; i < count; i++)
        ids[i] = map_entry_id(map, first + i);
    cm_packed_put_ids(out, ids, count);
}

/* Adds customers of a canonical map, count from this entry on. */
static void
pack_block(cm_map_packer *packer, const cm_map *map, uint32 first, uint32 count)
{
    const cm_map_packing *packing = &packer->cls->packing;
    cm_map_columns *c = packer->columns;
    cm_packed_out *out = &packer->out;
    Size begin = cm_packed_begin_block(out);

    put_ids(out, map, first, count);
    c->packing = packing;
    c->count = count;
    c->used = 0;
    packing->split(map, first, c);
    for (int k = 0; k < packing->columns; k++)
        cm_packed_put_numbers(out, c->column[k], count);
    if (packing->item_columns > 0 || packing->items_are_bytes)
        cm_packed_put_numbers(out, c->items, count);
    for (int k = 0; k < packing->item_columns; k++)
        cm_packed_put_numbers(out, c->item[k], c->used);
    if (packing->items_are_bytes)
        cm_packed_put_bytes(out, c->bytes, c->used);
    cm_state_check_size(&packer->cls->state, out->used);
    cm_packed_end_block(out, begin);
    packer->count += count;
}

void
cm_map_pack_all(cm_map_packer *packer, cm_map *map)
{
    if (map->count == 0)
        return;
    pack_block(packer, map, 0, map->count);
    packer->heap += map->heap_used;
    map->count = 0;
    map->heap_used = 0;
}

static void
write_params(uint8 *to, const char *params, const char *form)
{
    for (; *form != '\0'; form++) {
        int width = *form - '0';
        uint64 field = 0;

        switch (width) {
            case 1:
                field = *(const uint8 *) params;
                break;
            case 2:
                field = *(const uint16 *) params;
                break;
            default:
                field = *(const uint32 *) params;
                break;
        }
        to = cm_pack_bytes(to, field, width);
        params += width;
    }
}

void *
cm_map_end_packed(cm_map_packer *packer, const cm_map *map)
{
    const cm_map_class *cls = packer->cls;
    cm_map unpacked = {.key_type = map->key_type,
                       .params_size = cls->params_size,
                       .payload_size = cls->payload_size,
                       .count = packer->count,
                       .capacity = packer->count,
                       .heap_capacity = packer->heap};
    cm_state *state;
    uint8 *at;

    map_layout(&unpacked);
    cm_state_check_size(&cls->state, cm_map_size(&unpacked));
    state = repalloc(packer->out.bytes, packer->out.used);
    SET_VARSIZE(state, packer->out.used);
    state->magic = cls->state.magic;
    state->version = cls->state.version;
    state->flags = CM_MAP_IS_PACKED;
    at = (uint8 *) (state + 1) + 1;
    at = cm_pack_bytes(at, (uint64) map->skipped, 8);
    at = cm_pack_bytes(at, packer->count, 4);
    at = cm_pack_bytes(at, packer->heap, 4);
    write_params(at, cm_map_params(map), cls->packing.params);
    free_columns(packer->columns, &cls->packing);
    cm_state_check_text(&cls->state, LONGEST_WORD + cm_base64_size(packer->out.used));
    return state;
}

void *
cm_map_pack(const cm_map *canonical, const cm_map_class *cls)
{
    cm_map_packer packer = cm_map_begin_packed(cls, (cm_key_type) canonical->key_type);

    for (uint32 first = 0; first < canonical->count; first += CM_MAP_BATCH) {
        CHECK_FOR_INTERRUPTS();
        pack_block(&packer, canonical, first, Min(canonical->count - first, CM_MAP_BATCH));
    }
    packer.heap = canonical->heap_used;
    return cm_map_end_packed(&packer, canonical);
}

/* ---- reading ---- */

/* Items other than bytes become at least a unit of the heap each. */
static bool
get_items(cm_packed_in *in, const cm_map *map, cm_map_columns *c, const cm_map_packing *packing)
{
    if (!cm_packed_get_numbers(in, c->items, c->count) ||
        !cm_packed_sum(in, c->items, c->count, packing->items_are_bytes ? 1 : 0, &c->used))
        return false;
    if (packing->items_are_bytes) {
        c->bytes = (uint8 *) in->at; /* where they are */
        in->at += c->used;
        return true;
    }
    if (c->used > map->heap_capacity - map->heap_used)
        return false;
    reserve_items(c, c->used, packing);
    for (int k = 0; k < packing->item_columns; k++)
        if (!cm_packed_get_numbers(in, c->item[k], c->used))
            return false;
    return true;
}

/* The ids of entries, which are all zeros otherwise. */
static bool
get_ids(cm_packed_in *in, cm_map *map, uint32 first, uint32 count, cm_packed_texts *texts)
{
    Size size = cm_map_entry_size(map);
    char *at = cm_map_entries(map) + first * size;
    cm_key ids[CM_MAP_BATCH];

    if (!cm_packed_get_ids(in, (cm_key_type) map->key_type, ids, count, texts))
        return false;
    memset(at, 0, count * size);
    for (uint32 i = 0; i < count; i++, at += size) {
        uint32 text_at = 0;

        if (map->key_type == CM_KEY_TEXT) {
            if (!cm_map_take(map, (ids[i].id.text.length + UINT64CONST(7)) / 8, &text_at))
                return false;
            memcpy(cm_map_heap(map) + (Size) text_at * 8, ids[i].id.text.data, ids[i].id.text.length);
        }
        cm_map_write_id(at, &ids[i], text_at);
    }
    return first == 0 || cm_map_compare_keys(map, first - 1, map, first) < 0;
}

static bool
unpack_block(cm_packed_in *in, cm_map *map, uint32 first, uint32 count, cm_map_columns *c,
             const cm_map_packing *packing, cm_packed_texts *texts)
{
    cm_packed_in block;

    if (!cm_packed_get_block(in, &block) || !get_ids(&block, map, first, count, texts))
        return false;
    c->count = count;
    c->used = 0;
    for (int k = 0; k < packing->columns; k++)
        if (!cm_packed_get_numbers(&block, c->column[k], count))
            return false;
    if ((packing->item_columns > 0 || packing->items_are_bytes) && !get_items(&block, map, c, packing))
        return false;
    return block.at == block.end && packing->join(map, first, c);
}

static void
read_params(char *params, const uint8 *from, const char *form)
{
    for (; *form != '\0'; form++) {
        int width = *form - '0';
        uint64 field = cm_unpack_bytes(from, width);

        switch (width) {
            case 1:
                *(uint8 *) params = (uint8) field;
                break;
            case 2:
                *(uint16 *) params = (uint16) field;
                break;
            default:
                *(uint32 *) params = (uint32) field;
                break;
        }
        from += width;
        params += width;
    }
}

/* The header of the canonical map, laid out; false if the value is too short to have one. */
static bool
read_head(cm_map *header, const cm_state *packed, const cm_map_class *cls)
{
    const uint8 *at = (const uint8 *) (packed + 1);

    if (VARSIZE(packed) < head_size(cls) || packed->flags != CM_MAP_IS_PACKED || *at < CM_KEY_BIGINT ||
        *at > CM_KEY_TEXT)
        return false;
    *header = (cm_map){.head = *packed, .params_size = cls->params_size, .payload_size = cls->payload_size};
    header->head.flags = 0;
    header->key_type = *at;
    header->skipped = (int64) cm_unpack_bytes(at + 1, 8);
    header->count = header->capacity = (uint32) cm_unpack_bytes(at + 9, 4);
    header->heap_capacity = (uint32) cm_unpack_bytes(at + 13, 4);
    map_layout(header);
    return header->count <= MaxAllocSize / 8;
}

Size
cm_map_unpacked_size(const void *packed, const cm_map_class *cls)
{
    cm_map header;

    return read_head(&header, packed, cls) ? cm_map_size(&header) : 0;
}

bool
cm_map_peek(cm_map *header, Datum datum, const cm_map_class *cls)
{
    const cm_state *state = (const cm_state *) DatumGetPointer(datum);

    if (VARATT_IS_EXTENDED(state))
        state = (const cm_state *) PG_DETOAST_DATUM_SLICE(datum, 0, head_size(cls) - VARHDRSZ);
    return VARSIZE(state) >= sizeof(cm_state) && state->magic == cls->state.magic &&
           state->version == cls->state.version && read_head(header, state, cls);
}

cm_map *
cm_map_try_unpack(const void *packed, const cm_map_class *cls)
{
    cm_packed_in in = {(const uint8 *) packed + head_size(cls), (const uint8 *) packed + VARSIZE(packed)};
    cm_packed_texts texts = {0};
    cm_map header, *map;
    cm_map_columns *c;
    bool good;

    if (!read_head(&header, packed, cls) || header.count > (uint64) (in.end - in.at) * CM_MAP_BATCH)
        return NULL;
    cm_state_check_size(&cls->state, cm_map_size(&header));
    map = palloc(cm_map_size(&header));
    *map = header;
    SET_VARSIZE(map, cm_map_size(&header));
    read_params(cm_map_params(map), in.at - params_size(cls), cls->packing.params);
    c = new_columns();
    good = true;
    for (uint32 first = 0; good && first < map->count; first += CM_MAP_BATCH) {
        CHECK_FOR_INTERRUPTS();
        good = unpack_block(&in, map, first, Min(map->count - first, CM_MAP_BATCH), c, &cls->packing, &texts);
    }
    if (texts.data != NULL)
        pfree(texts.data);
    if (cls->packing.items_are_bytes)
        c->capacity = 0; /* they are not ours */
    free_columns(c, &cls->packing);
    return good && in.at == in.end && map->heap_used == map->heap_capacity ? map : NULL;
}

cm_map *
cm_map_unpack(const void *packed, const cm_map_class *cls)
{
    cm_map *map = cm_map_try_unpack(packed, cls);

    if (map == NULL)
        cm_state_error(packed, &cls->state);
    return map;
}
