/* What the files of the map share: the layout inside a map, and its index. */
#ifndef CM_MAP_INTERNAL_H
#define CM_MAP_INTERNAL_H

#include "core/map.h"

/*
 * The index is a map_range, then slots: open addressing by the leading index_bits of an id's hash, which are its bucket. A slot has
 * 1 + the entry in its low index_bits, which hold it as at most half of the slots are used; above it what is left of the hash.
 * 0: free.
 */
typedef uint32 map_slot;

/*
 * Ids that are numbers mostly come from a sequence. A map that grows, and then has a place for each id of the range in which
 * its ids lie, becomes dense: the place of an entry is its id less the base, so that nothing is looked up, and the order of
 * entries is that of ids. In place of slots there is a bit for each place, set if it has an entry. An id beyond the places makes
 * the map one of hashes again.
 */
typedef struct map_range {
    int64 least, most; /* ids so far that are numbers */
    int64 base;        /* of a dense map */
    uint64 seed;       /* of the hashes; 0 until ids are found to collide */
    uint64 crowded;    /* 1: an id was put far from its bucket; MAP_STAYS_CROWDED: no seed changes that */
} map_range;

#define MAP_STAYS_CROWDED 2

/*
 * So many slots lie between an id and its bucket at most, as half of them are free: in a map of 100 million random ids it is more
 * once in hundreds of maps. Ids that somebody has chosen to collide are hashed anew, with a seed that nobody knows. It is
 * part of the map, so that parallel workers read what others have built, and gone in canonical form.
 */
#define MAP_MOST_PROBES 128

/* The key of an entry whose id is text. */
typedef struct map_text {
    uint32 at;     /* address in the heap; among pending rows: in the bytes of pending ids */
    uint32 length; /* bytes */
} map_text;

#define PENDING_TEXT 64 /* bytes for the text ids of pending rows, for each row */
#define MAP_PREFETCH_AHEAD 16
#define MAP_CACHE_LINE 64
#define LONGEST_PENDING 1024 /* bytes of an id: rows with longer ones are added at once */

static inline bool
map_is_buffer(const cm_map *map)
{
    return map->index_bits == 0 && map->pending_capacity > 0;
}

static inline bool
map_is_canonical(const cm_map *map)
{
    return map->index_bits == 0 && map->pending_capacity == 0;
}

/* A pending row is its key, then its value. */
static inline Size
map_row_size(const cm_map *map)
{
    return cm_map_key_size(map) + map->value_size;
}

static inline char *
map_row(const cm_map *map, uint32 i)
{
    return cm_map_pending(map) + i * map_row_size(map);
}

static inline char *
map_pending_text(const cm_map *map)
{
    return map_row(map, map->pending_capacity);
}

/* Of a dense map: bytes. */
static inline Size
map_dense_bits_size(const cm_map *map)
{
    return ((Size) map->capacity + 63) / 64 * sizeof(uint64);
}

/* Of an indexed map. */
static inline map_range *
map_range_of(const cm_map *map)
{
    bool text_waits = map->index_bits > 0 && map->key_type == CM_KEY_TEXT;

    return (map_range *) (map_pending_text(map) +
                          (text_waits ? (Size) map->pending_capacity * PENDING_TEXT : 0));
}

static inline Size
map_index_size(const cm_map *map)
{
    if (map->index_bits == 0)
        return 0;
    return sizeof(map_range) + (map->dense ? map_dense_bits_size(map) : sizeof(map_slot) << map->index_bits);
}

/* Sets where things are, from how many of them there is room for. */
static inline void
map_layout(cm_map *map)
{
    Size entries = (char *) map_range_of(map) + map_index_size(map) - (char *) map;

    map->entries_at = (uint32) (entries / 8);
    map->heap_at = (uint32) ((entries + map->capacity * cm_map_entry_size(map)) / 8);
}

static inline Size
cm_map_size(const cm_map *map)
{
    return ((Size) map->heap_at + map->heap_capacity) * 8;
}

static inline void
map_widen(map_range *range, int64 least, int64 most)
{
    range->least = Min(range->least, least);
    range->most = Max(range->most, most);
}

/* ---- layout and growing, in map_grow.c ---- */

extern cm_map *cm_map_new_indexed(const cm_map_class *cls, cm_key_type type, const void *params);
extern void cm_map_make_indexed(cm_map_edit *edit); /* moves a canonical map to where it has an index */
extern void cm_map_grow(cm_map_edit *edit, uint64 capacity, uint64 heap);
/* An error if a map would need so many bytes and there are not so many: how much it has, and what to do. */
extern void cm_map_check_room(const cm_map *map, const cm_map_class *cls, Size size);
#define MAP_LEAST_GROWTH 12 /* a map that cannot grow by its 4,096th part is full */
/*
 * Moves the map to a new place of CurrentMemoryContext, laid out as this header says, where all of it has room. The range is
 * NULL if there is no index.
 */
extern void cm_map_move(cm_map_edit *edit, const cm_map *header, const map_range *range);
/* Hashes the ids of a map that is not dense anew, once some of them lie far from their buckets. */
extern void cm_map_hash_anew(cm_map *map);
/* Makes room for ids of which a dense map has no place for some: it is dense no more, or has more places. */
extern void cm_map_leave_range(cm_map_edit *edit, int64 least, int64 most);

/* ---- the heap and new entries, in map_heap.c ---- */

extern void cm_map_reserve_heap(cm_map_edit *edit, uint64 units);
/* A new entry behind the last one, for which there is room. */
extern uint32 cm_map_put(cm_map_edit *edit, const cm_key *key);
extern void cm_map_put_dense(cm_map *map, int64 id, uint32 place);
/* An id that is text moves to the heap; returns its address there (0 for others), which goes with the id. */
extern uint32 cm_map_put_text(cm_map_edit *edit, const cm_key *key);
extern void cm_map_write_id(char *at, const cm_key *key, uint32 text_at);

/* ---- the indexed form, in map_index.c ---- */

extern void cm_map_index_add(cm_map_edit *edit, const cm_key *key, const void *value);
extern void cm_map_index_flush(cm_map_edit *edit);
/* Adds the pending rows of another map of the same kind, which stays as it is. */
extern void cm_map_index_add_pending(cm_map_edit *edit, const cm_map *from);
extern void cm_map_index_merge(cm_map_edit *edit, const cm_map *other);
extern uint32 cm_map_index_entry_for(cm_map_edit *edit, const cm_key *key);
extern int64 cm_map_lookup(const cm_map *map, const cm_key *key); /* an entry, or -1 */

/* ---- the append-only form, in map_buffer.c ---- */

extern cm_map *cm_map_new_buffer(const cm_map_class *cls, cm_key_type type, const void *params);
extern void cm_map_buffer_add(cm_map_edit *edit, const cm_key *key, const void *value);
extern void cm_map_buffer_append(cm_map_edit *edit, const cm_map *other);
extern void cm_map_buffer_index(cm_map_edit *edit); /* makes it an indexed map */
/* Its canonical form, at once or packed. */
extern const cm_map *cm_map_buffer_canonical(const cm_map *map, const cm_map_class *cls);
extern void *cm_map_buffer_packed(const cm_map *map, const cm_map_class *cls);

/* ---- ids in their order, in map_order.c: those of entries, or of rows of an append-only map ---- */

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
static inline uint64
map_mix_all(uint64 x)
{
    x ^= x >> 32;
    x *= UINT64CONST(0xd6e8feb86659fd93);
    x ^= x >> 32;
    return x * UINT64CONST(0xd6e8feb86659fd93);
}

static inline uint32
map_mix(uint64 x)
{
    return (uint32) (map_mix_all(x) >> 32);
}

extern uint32 cm_map_hash_bytes(const char *data, uint32 length, uint64 seed);

/* The index of a map, as local variables: writing elsewhere in the map cannot have changed them. */
typedef struct map_slots {
    map_slot *slot;
    int bits;
    uint32 mask; /* slots less one */
    uint64 seed;
} map_slots;

static inline map_slots
map_slots_of(const cm_map *map)
{
    return (map_slots){(map_slot *) (map_range_of(map) + 1), map->index_bits,
                       ((uint32) 1 << map->index_bits) - 1, map_range_of(map)->seed};
}

static inline uint32
map_hash(const cm_key *key, uint64 seed)
{
    uint64 half[2];

    if (key->type == CM_KEY_BIGINT)
        return map_mix((uint64) key->id.number ^ seed);
    if (key->type == CM_KEY_TEXT)
        return cm_map_hash_bytes(key->id.text.data, key->id.text.length, seed);
    memcpy(half, &key->id.uuid, sizeof(half));
    return map_mix(map_mix_all(half[0] ^ seed) + half[1]);
}

static inline uint32
map_bucket(map_slots index, uint32 hash)
{
    return hash >> (32 - index.bits);
}

static inline uint32
map_next(map_slots index, uint32 at)
{
    return (at + 1) & index.mask;
}

static inline map_slot
map_slot_for(map_slots index, uint32 hash, uint32 entry)
{
    return hash << index.bits | (entry + 1);
}

/* Whether what a slot has of a hash is this one's: nearly always if it is the same. */
static inline bool
map_slot_matches(map_slots index, uint32 at, uint32 hash)
{
    return (index.slot[at] ^ hash << index.bits) >> index.bits == 0;
}

static inline uint32
map_slot_entry(map_slots index, uint32 at)
{
    return (index.slot[at] & index.mask) - 1;
}

/* Whether what is put into this slot lies too far from its bucket. */
static inline bool
map_is_far(map_slots index, uint32 hash, uint32 at)
{
    return ((at - map_bucket(index, hash)) & index.mask) > MAP_MOST_PROBES;
}

/* Returns the slot. */
static inline uint32
map_index_put(map_slots index, uint32 hash, uint32 entry)
{
    uint32 at = map_bucket(index, hash);

    while (index.slot[at] != 0)
        at = map_next(index, at);
    index.slot[at] = map_slot_for(index, hash, entry);
    return at;
}

/* ---- dense maps ---- */

static inline uint64 *
map_dense_bits(const cm_map *map)
{
    return (uint64 *) (map_range_of(map) + 1);
}

/* At capacity or beyond: the map has no place for this id. */
static inline uint64
map_place(int64 base, int64 id)
{
    return (uint64) id - (uint64) base;
}

static inline bool
map_bit(const uint64 *bits, uint32 place)
{
    return bits[place / 64] >> place % 64 & 1;
}

#endif
