/*
 * customers: the purchases of all customers in one value, a map from ids to what metrics need of each. Rooms read
 * entries as cm_buyer; the aggregate and the report over it are in the room value.
 *
 * Exact numbers of purchase days need the days: an entry keeps the first and the last, the others in a list of the
 * map's heap. A customer takes 80 bytes (88 with uuid ids), about 16 to 32 of index while building, and from the
 * third purchase day on 4 bytes a day, in chunks of powers of two while building.
 */
#ifndef CM_CUSTOMERS_H
#define CM_CUSTOMERS_H

#include "common/buyer.h"
#include "common/map.h"
#include "common/order.h"

/* Parameters of the map. They describe all rows, and are part of the content. */
typedef struct cm_customers_params {
    int32 scale;    /* of all amounts: of the finest one */
    DateADT latest; /* of all rows, refunds included */
} cm_customers_params;

typedef struct cm_customer {
    int128 paid;           /* for purchases, in units of 10^-scale, as are the next two; zero or more */
    int128 refunded;       /* zero or more */
    int128 paid_first_day; /* part of paid */
    cm_list between;       /* purchase days between first and last: DateADT, ascending, none twice */
    uint32 purchases;      /* 0: only refunds, and no days */
    DateADT first, last;   /* purchase days; may be the same */
} cm_customer;

extern const cm_map_class cm_customers_class;

#define PG_GETARG_CUSTOMERS(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_customers_class)

static inline const cm_customers_params *
cm_customers_params_of(const cm_map *map)
{
    return (const cm_customers_params *) cm_map_params(map);
}

extern cm_buyer cm_customers_get(const cm_map *map, uint32 entry);
extern cm_map *cm_customers_new(cm_key_type type);
/* Puts these days, no fewer than there are, in place of those between the first and the last. */
extern void cm_customers_set_between(cm_map_edit *edit, uint32 entry, const DateADT *days, uint32 n);

#endif
