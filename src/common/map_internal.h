/* What map.c and map_key.c share: the layout inside a map. */
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

/* A row that waits: its key, then its value. */
typedef struct map_row {
    uint32 tag;
    uint32 unused;
    char key[FLEXIBLE_ARRAY_MEMBER];
} map_row;

#define CM_MAP_MAX_VALUE 64  /* bytes of a row's value */
#define WAITING_TEXT 64      /* bytes of ids that wait, for each row */
#define LONGEST_WAITING 1024 /* longer ids do not wait */

static inline Size
map_waiting_size(const cm_map *map)
{
    return offsetof(map_row, key) + cm_map_key_size(map) + map->value_size;
}

static inline char *
map_waiting(const cm_map *map)
{
    return (char *) map + sizeof(cm_map) + map->params_size;
}

static inline map_row *
map_waiting_row(const cm_map *map, uint32 i)
{
    return (map_row *) (map_waiting(map) + i * map_waiting_size(map));
}

static inline char *
map_waiting_text(const cm_map *map)
{
    return map_waiting(map) + map->waiting_room * map_waiting_size(map);
}

static inline map_slot *
map_index(const cm_map *map)
{
    return (map_slot *) (map_waiting_text(map) +
                         (map->key_type == CM_KEY_TEXT ? (Size) map->waiting_room * WAITING_TEXT : 0));
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

extern void cm_map_grow(cm_map_edit *edit, uint64 capacity, uint64 heap);
extern void cm_map_reserve_heap(cm_map_edit *edit, uint64 units);
extern uint32 cm_map_alloc(cm_map_edit *edit, uint32 units);
extern uint32 cm_map_put(cm_map_edit *edit, const cm_key *key);

extern cm_key cm_map_entry_key(const cm_map *map, uint32 entry); /* text points into the map */
extern int cm_key_compare(const cm_key *a, const cm_key *b);

static inline bool
cm_map_entry_is(const cm_map *map, uint32 entry, const cm_key *key)
{
    const char *at = cm_map_entries(map) + entry * cm_map_entry_size(map);

    if (key->type == CM_KEY_BIGINT)
        return *(const int64 *) at == key->id.number;
    if (key->type == CM_KEY_UUID)
        return memcmp(at, &key->id.uuid, sizeof(pg_uuid_t)) == 0;

    const map_text *id = (const map_text *) at;

    return id->length == key->id.text.length &&
           memcmp(cm_map_heap(map) + (Size) id->at * 8, key->id.text.data, id->length) == 0;
}

#endif
