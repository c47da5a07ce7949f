/* What the files of the map share: the layout inside a map, and its index. */
#ifndef CM_MAP_INTERNAL_H
#define CM_MAP_INTERNAL_H

#include "common/map.h"

/*
 * The index is its base, then slots: open addressing by the leading index_bits of an id's tag, which are its home. A slot has
 * 1 + the entry in its low index_bits, which hold it as at most half of the slots are used; above it what is left of the tag.
 * 0: free.
 *
 * Ids that are numbers mostly come from a sequence. Where all lie in a range of so many as there are slots, the index is
 * direct: the tag is then how far the id lies behind the base, in the leading bits, and nothing in the others. Each id so has a
 * home of its own, and neighbours are neighbours. An id beyond the range makes it an index of hashes.
 */
typedef uint32 map_slot;

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

static inline int64 *
map_index_base(const cm_map *map)
{
    bool text_waits = map->index_bits > 0 && map->key_type == CM_KEY_TEXT;

    return (int64 *) (map_waiting_text(map) + (text_waits ? (Size) map->waiting_room * WAITING_TEXT : 0));
}

/* Sets where things are, from how many of them there is room for. */
static inline void
map_layout(cm_map *map)
{
    Size index = map->index_bits > 0 ? sizeof(int64) + (sizeof(map_slot) << map->index_bits) : 0;
    Size entries = (char *) map_index_base(map) + index - (char *) map;

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
/* Adds the rows that wait in another map of the same kind, which stays as it is. */
extern void cm_map_add_waiting(cm_map_edit *edit, const cm_map *from);
extern int64 cm_map_lookup(const cm_map *map, const cm_key *key); /* an entry of an indexed map, or -1 */
/* Makes room in a direct index for an id that is out of its range: it becomes one of hashes. */
extern void cm_map_index_by_hash(cm_map *map);
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
extern uint64 cm_map_bytes_prefix(const cm_map *map, const char *at, uint32 skip);

/* Orders as the id at this place does behind its first skip bytes, as far as it goes. */
static inline uint64
map_id_prefix(const cm_map *map, const char *at, uint32 skip)
{
    return map->key_type == CM_KEY_BIGINT ? *(const uint64 *) at ^ UINT64CONST(1) << 63
                                          : cm_map_bytes_prefix(map, at, skip);
}

extern uint32 *cm_map_sort(const cm_map *map, const char *first, Size stride, uint32 count);

static inline cm_key
map_id_at(const cm_map *map, const char *at) /* text points into the map */
{
    const map_text *id = (const map_text *) at;

    if (map->key_type == CM_KEY_BIGINT)
        return cm_key_bigint(*(const int64 *) at);
    if (map->key_type == CM_KEY_UUID)
        return cm_key_uuid((const pg_uuid_t *) at);
    return (cm_key){.type = CM_KEY_TEXT, .id.text = {cm_map_heap(map) + (Size) id->at * 8, id->length}};
}

static inline cm_key
map_entry_id(const cm_map *map, uint32 entry)
{
    return map_id_at(map, cm_map_entries(map) + entry * cm_map_entry_size(map));
}

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

/* The index of a map, as local variables: writing elsewhere in the map cannot have changed them. */
typedef struct map_slots {
    map_slot *slot;
    int bits;
    uint32 mask; /* slots less one */
    bool direct;
    int64 base;
} map_slots;

static inline map_slots
map_slots_of(const cm_map *map)
{
    int64 *base = map_index_base(map);

    return (map_slots){(map_slot *) (base + 1), map->index_bits, ((uint32) 1 << map->index_bits) - 1,
                       map->direct != 0, *base};
}

/* Whether a direct index has a place for this id. */
static inline bool
map_in_range(map_slots index, int64 id)
{
    return (uint64) id - (uint64) index.base <= index.mask;
}

static inline uint32
map_tag(map_slots index, const cm_key *key)
{
    uint64 half[2];

    if (key->type == CM_KEY_BIGINT)
        return index.direct ? (uint32) ((uint64) key->id.number - (uint64) index.base) << (32 - index.bits)
                            : map_mix((uint64) key->id.number);
    if (key->type == CM_KEY_TEXT)
        return cm_map_tag_of_bytes(key->id.text.data, key->id.text.length);
    memcpy(half, &key->id.uuid, sizeof(half));
    return map_mix(half[0] * UINT64CONST(0x9e3779b97f4a7c15) + half[1]);
}

static inline uint32
map_home(map_slots index, uint32 tag)
{
    return tag >> (32 - index.bits);
}

static inline uint32
map_next(map_slots index, uint32 at)
{
    return (at + 1) & index.mask;
}

static inline map_slot
map_slot_for(map_slots index, uint32 tag, uint32 entry)
{
    return tag << index.bits | (entry + 1);
}

/* Whether what a slot has of a tag is this one's: nearly always if it is the same. */
static inline bool
map_slot_matches(map_slots index, uint32 at, uint32 tag)
{
    return (index.slot[at] ^ tag << index.bits) >> index.bits == 0;
}

static inline uint32
map_slot_entry(map_slots index, uint32 at)
{
    return (index.slot[at] & index.mask) - 1;
}

static inline void
map_index_put(map_slots index, uint32 tag, uint32 entry)
{
    uint32 at = map_home(index, tag);

    while (index.slot[at] != 0)
        at = map_next(index, at);
    index.slot[at] = map_slot_for(index, tag, entry);
}

#endif
