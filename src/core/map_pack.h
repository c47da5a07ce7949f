/*
 * The packed form of maps of customers: what is stored and sent.
 *
 *   cm_state, with CM_MAP_IS_PACKED | type of ids, 1 byte | skipped rows, 8 | customers, 4 | heap units when unpacked, 4 |
 *   parameters, field by field | blocks of CM_MAP_BATCH customers
 *
 * A block (core/packed.h) is ids, then each column of cm_map_columns: with items their numbers come before their columns.
 */
#ifndef CM_MAP_PACK_H
#define CM_MAP_PACK_H

#include "core/packed.h"

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
    cm_packed_out out;
    uint64 count, heap;
} cm_map_packer;

extern cm_map_packer cm_map_begin_packed(const cm_map_class *cls, cm_key_type type);
/* Adds all customers of a canonical map, and takes them out of it: CM_MAP_BATCH, or fewer if they are the last ones. */
extern void cm_map_pack_all(cm_map_packer *packer, cm_map *map);
/* The value, which has the skipped rows and the parameters of a map. */
extern void *cm_map_end_packed(cm_map_packer *packer, const cm_map *map);

extern void *cm_map_pack(const cm_map *canonical, const cm_map_class *cls);
/* The canonical map; an error if it is none. */
extern cm_map *cm_map_unpack(const void *packed, const cm_map_class *cls);
extern cm_map *cm_map_try_unpack(const void *packed, const cm_map_class *cls); /* NULL if it is none */
/* The header of a packed value, of which no more is read; false if it is not packed. */
extern bool cm_map_peek(cm_map *header, Datum datum, const cm_map_class *cls);
/* The bytes of the canonical map; 0 if the value is too short to say it. */
extern Size cm_map_unpacked_size(const void *packed, const cm_map_class *cls);

#endif
