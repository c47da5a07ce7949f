/* What the class of customers needs of their packed form. */
#ifndef CM_CUSTOMERS_PACK_H
#define CM_CUSTOMERS_PACK_H

#include "states/customers.h"

extern void cm_customers_split(const cm_map *map, uint32 first, cm_map_columns *c);
extern bool cm_customers_join(cm_map *map, uint32 first, const cm_map_columns *c);
extern const char *cm_customers_fault(const cm_map *map);

#endif
