/* What the files of the map share: the layout inside a map, and its index. */
#ifndef CM_MAP_INTERNAL_H
#define CM_MAP_INTERNAL_H

#include "common/map.h"

/* Open addressing; a tag's home is its leading bits. */
typedef struct map_slot {
    uint32 tag;
    uint32 entry; /* 1 + the entry; 0: free */
} map_slot;

/* The key of an entry whose id is text. */
typedef struct map_text {
    uint32 at;     /* address in the heap; among waiting rows: in the bytes of waiting ids */
    uint32 length; /* bytes */
} map_text;

#define WAITING_TEXT 64 /* bytes of ids that wait, for each row */
#define MAP_PREFETCH_AHEAD 16
#define MAP_CACHE_LINE 64
#define LONGEST_WAITING 1024 /* longer ids do not wait */

static inline bool
map_is_deferred(const cm_map *map)
{
    return map->index_bits == 0 && map->waiting_room > 0;
}

static inline bool
map_is_canonical(const cm_map *map)
{
    return map->index_bits == 0 && map->waiting_room == 0;
}

/* A row that waits is its key, then its value. */
static inline Size
map_row_size(const cm_map *map)
{
    return cm_map_key_size(map) + map->value_size;
}

static inline char *
map_row(const cm_map *map, uint32 i)
{
    return cm_map_waiting(map) + i * map_row_size(map);
}

static inline char *
map_waiting_text(const cm_map *map)
{
    return map_row(map, map->waiting_room);
}

static inline map_slot *
map_index(const cm_map *map)
{
    bool text_waits = map->index_bits > 0 && map->key_type == CM_KEY_TEXT;

    return (map_slot *) (map_waiting_text(map) + (text_waits ? (Size) map->waiting_room * WAITING_TEXT : 0));
}

/* Sets where things are, from how many of them there is room for. */
static inline void
map_layout(cm_map *map)
{
    Size index = map->index_bits > 0 ? sizeof(map_slot) << map->index_bits : 0;
    Size entries = (char *) map_index(map) + index - (char *) map;

    map->entries_at = (uint32) (entries / 8);
    map->heap_at = (uint32) ((entries + map->capacity * cm_map_entry_size(map)) / 8);
}

static inline Size
cm_map_size(const cm_map *map)
{
    return ((Size) map->heap_at + map->heap_room) * 8;
}

extern cm_map *cm_map_new_indexed(const cm_map_class *cls, cm_key_type type, const void *params);
extern cm_map *cm_map_copy(const cm_map *map);
extern void cm_map_grow(cm_map_edit *edit, uint64 capacity, uint64 heap);
/* Moves the map to a new place of CurrentMemoryContext, laid out as this header says, where all of it has room. */
extern void cm_map_move(cm_map_edit *edit, const cm_map *header);
extern cm_map_edit cm_map_edit_begin(const cm_map *map, bool in_place, const cm_map_class *cls);
extern void cm_map_reserve_heap(cm_map_edit *edit, uint64 units);
extern uint32 cm_map_put(cm_map_edit *edit, const cm_key *key); /* there is room for it */
/* An id that is text moves to the heap; returns its address there (0 for others), which goes with the id. */
extern uint32 cm_map_put_text(cm_map_edit *edit, const cm_key *key);
extern void cm_map_write_id(char *at, const cm_key *key, uint32 text_at);

/* Deferred maps, in map_deferred.c. */
extern cm_map *cm_map_new_deferred(const cm_map_class *cls, cm_key_type type, const void *params);
extern void cm_map_deferred_add(cm_map_edit *edit, const cm_key *key, const void *value);
extern void cm_map_deferred_append(cm_map_edit *edit, const cm_map *other);
extern void cm_map_deferred_index(cm_map_edit *edit); /* makes it an indexed map */
extern const cm_map *cm_map_deferred_canonical(const cm_map *map, const cm_map_class *cls);

/* Ids in their order, in map_order.c: of entries, or of rows of a deferred map. */
typedef struct map_sort_item {
    uint64 prefix; /* orders as the id does, as far as it goes: map_id_prefix */
    uint32 place;  /* of the entry or row */
} map_sort_item;

extern uint64 cm_map_bytes_prefix(const cm_map *map, const char *at);

static inline uint64
map_id_prefix(const cm_map *map, const char *at)
{
    return map->key_type == CM_KEY_BIGINT ? *(const uint64 *) at ^ UINT64CONST(1) << 63
                                          : cm_map_bytes_prefix(map, at);
}

extern map_sort_item *cm_map_sort(const cm_map *map, const char *first, Size stride, uint32 count);

extern cm_key cm_map_id_at(const cm_map *map, const char *at); /* text points into the map */
extern cm_key cm_map_entry_id(const cm_map *map, uint32 entry);
extern int cm_key_compare(const cm_key *a, const cm_key *b);

/* ---- the index ---- */

/* The finalizer of a 64-bit hash: multiplications spread the bits upward, shifts bring them down again. */
static inline uint32
map_mix(uint64 x)
{
    x ^= x >> 32;
    x *= UINT64CONST(0xd6e8feb86659fd93);
    x ^= x >> 32;
    x *= UINT64CONST(0xd6e8feb86659fd93);
    return (uint32) (x >> 32);
}

extern uint32 cm_map_tag_of_bytes(const char *data, uint32 length);

static inline uint32
map_tag(const cm_key *key)
{
    uint64 half[2];

    if (key->type == CM_KEY_BIGINT)
        return map_mix((uint64) key->id.number);
    if (key->type == CM_KEY_TEXT)
        return cm_map_tag_of_bytes(key->id.text.data, key->id.text.length);
    memcpy(half, &key->id.uuid, sizeof(half));
    return map_mix(half[0] * UINT64CONST(0x9e3779b97f4a7c15) + half[1]);
}

static inline uint32
map_home(const cm_map *map, uint32 tag)
{
    return tag >> (32 - map->index_bits);
}

static inline uint32
map_next(const cm_map *map, uint32 at)
{
    return (at + 1) & (((uint32) 1 << map->index_bits) - 1);
}

static inline void
map_index_put(cm_map *map, uint32 tag, uint32 entry)
{
    map_slot *slots = map_index(map);
    uint32 at = map_home(map, tag);

    while (slots[at].entry != 0)
        at = map_next(map, at);
    slots[at] = (map_slot){tag, entry + 1};
}

#endif
