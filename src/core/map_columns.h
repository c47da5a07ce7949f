/* The columns into which a class of maps turns its entries where they are packed; see map_pack.h. */
#ifndef CM_MAP_COLUMNS_H
#define CM_MAP_COLUMNS_H

struct cm_map;

#define CM_MAP_BATCH 128 /* customers that are looked at together */

/*
 * Some customers of a canonical map in the packed form: numbers, column by column. A customer has one of each column, and any
 * number of items, which have columns of their own, or are bytes.
 */
#define CM_MAP_COLUMNS 9
#define CM_MAP_ITEM_COLUMNS 3

typedef struct cm_map_columns {
    uint32 count; /* customers, at most CM_MAP_BATCH */
    int64 column[CM_MAP_COLUMNS][CM_MAP_BATCH];
    int64 items[CM_MAP_BATCH]; /* how many each customer has */
    uint64 used, capacity;     /* all items, one customer's behind the other's */
    int64 *item[CM_MAP_ITEM_COLUMNS];
    uint8 *bytes;
    const struct cm_map_packing *packing;
} cm_map_columns;

/* How a class is packed: see map_pack.h. */
typedef struct cm_map_packing {
    const char *params; /* the bytes of each field of the parameters: "44" are two of four bytes */
    uint8 columns, item_columns;
    bool items_are_bytes;
    /* Writes count customers, from this entry on. */
    void (*split)(const struct cm_map *map, uint32 first, cm_map_columns *c);
    /* Fills their entries, which have ids and zeros; false if the numbers are not those of a value. */
    bool (*join)(struct cm_map *map, uint32 first, const cm_map_columns *c);
    /* What is wrong with an unpacked value that comes from outside, parameters and customers; NULL: nothing. */
    const char *(*fault)(const struct cm_map *map);
} cm_map_packing;

/* Room for so many items of customer i; returns where they begin in the columns of items, or in the bytes. */
extern uint64 cm_map_add_items(cm_map_columns *c, uint32 i, uint64 n);

#endif
