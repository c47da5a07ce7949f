/* The heap of a map that is being unpacked, for the classes that fill its entries; see map_columns.h. */
#ifndef CM_MAP_JOIN_H
#define CM_MAP_JOIN_H

#include "core/map.h"

/* So many units for an entry, from a heap that has no more room than the map needs: false where it would need more. */
static inline bool
cm_map_take(cm_map *map, uint64 units, uint32 *at)
{
    *at = map->heap_used;
    if (units > map->heap_capacity - map->heap_used)
        return false;
    map->heap_used += (uint32) units;
    return true;
}

/* A new list of n elements, not yet written; see cm_map_take. */
static inline bool
cm_list_take(cm_map *map, cm_list *list, uint64 n, Size element_size)
{
    if (n > PG_INT32_MAX || (n > 0 && !cm_map_take(map, (n * element_size + 7) / 8, &list->at)))
        return false;
    list->used = list->capacity = (uint32) n;
    return true;
}

#endif
