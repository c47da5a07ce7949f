/*
 * rfm_migration: how many customers moved from which scores to which between two scorings. A customer who had no scores
 * before is new, one who has none after has gone. Kept by scores, so that any segment map can read it: a hash table
 * from a pair of cells to a number of customers. The cells of a move have one number of bins, for a move from one number
 * to another would be one of the ruler and not of the customer; different moves may have different numbers.
 */
#ifndef CM_RFM_MIGRATION_H
#define CM_RFM_MIGRATION_H

#include "core/map.h"
#include "segment/rfm.h"

typedef struct cm_move {
    cm_rfm before, after; /* 0: no scores */
    int64 customers;      /* above zero */
} cm_move;

extern const cm_map_class cm_rfm_migration_class;

extern cm_move cm_move_read(const cm_map *map, uint32 entry);

#define PG_GETARG_RFM_MIGRATION(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_rfm_migration_class)

#endif
