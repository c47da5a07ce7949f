/* Packing maps of customers, and unpacking them; see map_pack.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/map_internal.h"
#include "core/map_pack.h"
#include "core/text_size.h"
#include "math/pack.h"

#define FIRST_BYTES 2048 /* room of a value that is being written */
#define FIRST_ITEMS 256

/* ---- writing ---- */

uint8 *
cm_map_reserve_bytes(cm_map_packer *packer, Size more)
{
    if (packer->capacity - packer->used < more) {
        packer->capacity = Max(packer->capacity * 2, packer->used + more);
        packer->bytes = repalloc_huge(packer->bytes, packer->capacity);
    }
    return packer->bytes + packer->used;
}

void
cm_map_pack_numbers(cm_map_packer *packer, const int64 *numbers, uint64 n)
{
    for (uint64 from = 0; from < n; from += CM_PACK_BLOCK) {
        uint8 *to = cm_map_reserve_bytes(packer, CM_PACK_LONGEST);

        packer->used = cm_pack(to, numbers + from, (uint32) Min(n - from, CM_PACK_BLOCK)) - packer->bytes;
    }
}

static Size
head_size(const cm_map_class *cls)
{
    Size size = sizeof(cm_state) + 1 + 8 + 4 + 4;

    for (const char *width = cls->packing.params; *width != '\0'; width++)
        size += *width - '0';
    return size;
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
    Size head = head_size(cls);
    cm_map_packer packer = {.cls = cls, .columns = new_columns(), .used = head, .capacity = FIRST_BYTES};

    packer.bytes = palloc(FIRST_BYTES);
    memset(packer.bytes, 0, head);
    packer.bytes[sizeof(cm_state)] = type;
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

void
cm_map_pack_block(cm_map_packer *packer, const cm_map *map, uint32 first, uint32 count)
{
    const cm_map_packing *packing = &packer->cls->packing;
    cm_map_columns *c = packer->columns;
    Size begin = packer->used;
    bool has_items = packing->item_columns > 0 || packing->items_are_bytes;

    cm_map_reserve_bytes(packer, 4);
    packer->used += 4;
    cm_map_pack_ids(packer, map, first, count);
    c->packing = packing;
    c->count = count;
    c->used = 0;
    packing->split(map, first, c);
    for (int k = 0; k < packing->columns; k++)
        cm_map_pack_numbers(packer, c->column[k], count);
    if (has_items)
        cm_map_pack_numbers(packer, c->items, count);
    for (int k = 0; k < packing->item_columns; k++)
        cm_map_pack_numbers(packer, c->item[k], c->used);
    if (packing->items_are_bytes && c->used > 0) {
        memcpy(cm_map_reserve_bytes(packer, c->used), c->bytes, c->used);
        packer->used += c->used;
    }
    cm_state_check_size(&packer->cls->state, packer->used);
    cm_pack_bytes(packer->bytes + begin, packer->used - begin - 4, 4);
    packer->count += count;
}

void
cm_map_pack_all(cm_map_packer *packer, cm_map *map)
{
    if (map->count == 0)
        return;
    cm_map_pack_block(packer, map, 0, map->count);
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
    state = repalloc(packer->bytes, packer->used);
    SET_VARSIZE(state, packer->used);
    state->magic = cls->state.magic;
    state->version = cls->state.version;
    state->flags = CM_MAP_IS_PACKED;
    at = (uint8 *) (state + 1) + 1;
    at = cm_pack_bytes(at, (uint64) map->skipped, 8);
    at = cm_pack_bytes(at, packer->count, 4);
    at = cm_pack_bytes(at, packer->heap, 4);
    write_params(at, cm_map_params(map), cls->packing.params);
    free_columns(packer->columns, &cls->packing);
    if (cls->text_size != NULL && cm_map_size(&unpacked) * cls->text_of_byte > MaxAllocSize / 2)
        cm_map_check_text(cm_map_unpack(state, cls), cls);
    return state;
}

void *
cm_map_pack(const cm_map *canonical, const cm_map_class *cls)
{
    cm_map_packer packer = cm_map_begin_packed(cls, (cm_key_type) canonical->key_type);

    for (uint32 first = 0; first < canonical->count; first += CM_MAP_BATCH) {
        CHECK_FOR_INTERRUPTS();
        cm_map_pack_block(&packer, canonical, first, Min(canonical->count - first, CM_MAP_BATCH));
    }
    packer.heap = canonical->heap_used;
    return cm_map_end_packed(&packer, canonical);
}

/* ---- reading ---- */

bool
cm_map_unpack_numbers(cm_map_bytes *in, int64 *numbers, uint32 n)
{
    const uint8 *end = cm_unpack(in->at, in->end, numbers, n);

    if (end != NULL)
        in->at = end;
    return end != NULL;
}

static bool
unpack_items(cm_map_bytes *in, cm_map_columns *c, const cm_map_packing *packing)
{
    uint64 n = 0, most = in->end - in->at;

    if (!cm_map_unpack_numbers(in, c->items, c->count))
        return false;
    if (!packing->items_are_bytes) /* blocks of equal numbers are the shortest */
        most = most / CM_PACK_LEAST * CM_PACK_BLOCK;
    for (uint32 i = 0; i < c->count; i++) {
        if ((uint64) c->items[i] > most)
            return false;
        n += c->items[i];
    }
    if (n > most)
        return false;
    c->used = n;
    if (packing->items_are_bytes) {
        if (n > (uint64) (in->end - in->at))
            return false;
        c->bytes = (uint8 *) in->at; /* where they are */
        in->at += n;
        return true;
    }
    reserve_items(c, n, packing);
    for (int k = 0; k < packing->item_columns; k++)
        for (uint64 from = 0; from < n; from += CM_PACK_BLOCK)
            if (!cm_map_unpack_numbers(in, c->item[k] + from, (uint32) Min(n - from, CM_PACK_BLOCK)))
                return false;
    return true;
}

static bool
unpack_block(cm_map_bytes *in, cm_map *map, uint32 first, uint32 count, cm_map_columns *c,
             const cm_map_packing *packing)
{
    cm_map_bytes block;

    if (in->end - in->at < 4 || cm_unpack_bytes(in->at, 4) > (uint64) (in->end - in->at - 4))
        return false;
    block.at = in->at + 4;
    block.end = block.at + cm_unpack_bytes(in->at, 4);
    in->at = block.end;
    if (!cm_map_unpack_ids(&block, map, first, count))
        return false;
    c->count = count;
    c->used = 0;
    for (int k = 0; k < packing->columns; k++)
        if (!cm_map_unpack_numbers(&block, c->column[k], count))
            return false;
    if ((packing->item_columns > 0 || packing->items_are_bytes) && !unpack_items(&block, c, packing))
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

cm_map *
cm_map_unpack(const void *packed, const cm_map_class *cls)
{
    const cm_state *state = packed;
    Size head = head_size(cls), size;
    const uint8 *at = (const uint8 *) (state + 1);
    cm_map_bytes in = {(const uint8 *) packed + head, (const uint8 *) packed + VARSIZE(packed)};
    cm_map header = {.head = *state, .params_size = cls->params_size, .payload_size = cls->payload_size};
    cm_map *map;
    cm_map_columns *c;

    if (VARSIZE(packed) < head || state->flags != CM_MAP_IS_PACKED || *at < CM_KEY_BIGINT ||
        *at > CM_KEY_TEXT)
        cm_state_error(state, &cls->state);
    header.head.flags = 0;
    header.key_type = *at;
    header.skipped = (int64) cm_unpack_bytes(at + 1, 8);
    header.count = header.capacity = (uint32) cm_unpack_bytes(at + 9, 4);
    header.heap_capacity = (uint32) cm_unpack_bytes(at + 13, 4);
    if (header.count > (uint64) (in.end - in.at) * CM_MAP_BATCH || header.heap_capacity > MaxAllocSize / 8 ||
        header.count > MaxAllocSize / 8)
        cm_state_error(state, &cls->state);
    map_layout(&header);
    size = cm_map_size(&header);
    cm_state_check_size(&cls->state, size);
    map = palloc(size);
    *map = header;
    SET_VARSIZE(map, size);
    read_params(cm_map_params(map), at + 17, cls->packing.params);
    c = new_columns();
    for (uint32 first = 0; first < map->count; first += CM_MAP_BATCH) {
        uint32 count = Min(map->count - first, CM_MAP_BATCH);

        CHECK_FOR_INTERRUPTS();
        if (!unpack_block(&in, map, first, count, c, &cls->packing))
            cm_state_error(state, &cls->state);
    }
    if (in.at != in.end || map->heap_used != map->heap_capacity)
        cm_state_error(state, &cls->state);
    if (cls->packing.items_are_bytes)
        c->capacity = 0; /* they are not ours */
    free_columns(c, &cls->packing);
    return map;
}
