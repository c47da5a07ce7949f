/*
 * The packed form of maps of customers: what is stored and sent. Bytes are the same on every machine, and what reads them believes
 * none of them.
 *
 *   cm_state, with CM_MAP_IS_PACKED | type of ids, 1 byte | skipped rows, 8 | customers, 4 | heap units when unpacked, 4 |
 *   parameters, field by field | blocks of CM_MAP_BATCH customers
 *
 * A block is the bytes that follow in it, then ids, then each column of cm_map_columns as blocks of numbers (math/pack.h): with
 * items their numbers come before their columns. Ids are the first one and the distances of the others; of text, how many
 * bytes each begins alike with the one before, and the others. Blocks can be read one by one.
 */
#ifndef CM_MAP_PACK_H
#define CM_MAP_PACK_H

#include "core/map.h"

#define CM_MAP_IS_PACKED 1 /* flag of cm_state */

static inline bool
cm_map_is_packed(const void *map)
{
    return (((const cm_state *) map)->flags & CM_MAP_IS_PACKED) != 0;
}

/* A packed map that is being written, block by block. */
typedef struct cm_map_packer {
    const cm_map_class *cls;
    cm_map_columns *columns;
    uint8 *bytes; /* of the value so far */
    Size used, capacity;
    uint64 count, heap;
} cm_map_packer;

extern cm_map_packer cm_map_begin_packed(const cm_map_class *cls, cm_key_type type);
/* Adds customers of a canonical map, count from this entry on: CM_MAP_BATCH, or fewer if they are the last ones. */
extern void cm_map_pack_block(cm_map_packer *packer, const cm_map *map, uint32 first, uint32 count);
/* Adds all customers of a canonical map, and takes them out of it. */
extern void cm_map_pack_all(cm_map_packer *packer, cm_map *map);
/* The value, which has the skipped rows and the parameters of a map. */
extern void *cm_map_end_packed(cm_map_packer *packer, const cm_map *map);

extern void *cm_map_pack(const cm_map *canonical, const cm_map_class *cls);
/* The canonical map; an error if it is none. */
extern cm_map *cm_map_unpack(const void *packed, const cm_map_class *cls);

/* ---- ids of a block, in map_pack_ids.c ---- */

/* Bytes that are read. */
typedef struct cm_map_bytes {
    const uint8 *at, *end;
} cm_map_bytes;

/* Room for so many bytes more. */
extern uint8 *cm_map_reserve_bytes(cm_map_packer *packer, Size more);
extern void cm_map_pack_ids(cm_map_packer *packer, const cm_map *map, uint32 first, uint32 count);
/* Writes the ids of entries; false if they are none, or do not ascend. */
extern bool cm_map_unpack_ids(cm_map_bytes *in, cm_map *map, uint32 first, uint32 count);
extern bool cm_map_unpack_numbers(cm_map_bytes *in, int64 *numbers, uint32 n);
extern void cm_map_pack_numbers(cm_map_packer *packer, const int64 *numbers, uint64 n);

#endif
