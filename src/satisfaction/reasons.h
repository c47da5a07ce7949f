/*
 * reasons: the values of a column and how many rows have each: why customers left, why deals were lost, what complaints
 * are about.
 */
#ifndef CM_REASONS_H
#define CM_REASONS_H

#include "core/map.h"

typedef struct cm_reason {
    int64 count; /* above zero */
} cm_reason;

extern const cm_map_class cm_reasons_class;

static inline int64
cm_reason_count(const cm_map *map, uint32 entry)
{
    return ((const cm_reason *) cm_map_payload(map, entry))->count;
}

extern int64 cm_reasons_total(const cm_map *map);

#define PG_GETARG_REASONS(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_reasons_class)

#endif
