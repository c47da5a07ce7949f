/*
 * customers: the purchases of all customers in one value, a map from ids to what metrics need of each. Rooms read
 * entries as cm_customer_totals; the aggregate and the report over it are in the room value.
 *
 * Exact numbers of purchase days need the days: an entry keeps the first and the last day and, between them, the gaps
 * from each day to the next, a byte or two each. Up to CM_GAPS_HERE bytes stand in the entry itself, and sums that fit 64
 * bits, so most customers touch no other memory. With a bigint id an entry has 64 bytes, one line of the cache; while
 * building there are 8 to 16 of index, or gaps. Customers with refunds, or sums beyond 64 bits, have 48 bytes more (64 while building), those with
 * more than some 20 purchase days a byte or two more for each.
 */
#ifndef CM_CUSTOMERS_H
#define CM_CUSTOMERS_H

#include "states/customer_totals.h"
#include "core/map.h"
#include "states/order.h"

/* Parameters of the map. They describe all rows, and are part of the content. */
typedef struct cm_customers_params {
    int32 scale;    /* of all amounts: of the finest one */
    DateADT latest; /* of all rows, refunds included */
} cm_customers_params;

/* In units of 10^-scale, all zero or more. */
typedef struct cm_customer_sums {
    int128 paid; /* for purchases */
    int128 refunded;
    int128 paid_first_day; /* part of paid */
} cm_customer_sums;

#define CM_GAPS_HERE 24

typedef struct cm_customer {
    int64 paid;           /* for purchases; if wide: where in the heap all sums are */
    int64 paid_first_day; /* part of paid; if wide: 0 */
    DateADT first, last;  /* purchase days; may be the same */
    uint32 purchases;     /* 0: only refunds, and no days */
    union {
        uint8 here[CM_GAPS_HERE];
        struct {
            cm_list list; /* of bytes */
            cm_list late; /* of days that came out of order and wait, unsorted; none in canonical form */
        };
    } gaps; /* days from each purchase day to the next, seven bits a byte, low ones first; 0x80: more follow */
    uint8 gaps_used; /* bytes here, or CM_GAPS_IN_LIST */
    uint8 wide;      /* 1: with refunds, or sums that need more than 64 bits */
    uint8 unused[2]; /* zero */
} cm_customer;

#define CM_GAPS_IN_LIST 0xff

extern const cm_map_class cm_customers_class;
extern const cm_customers_params cm_customers_of_no_orders;

#define PG_GETARG_CUSTOMERS(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_customers_class)

static inline const cm_customers_params *
cm_customers_params_of(const cm_map *map)
{
    return (const cm_customers_params *) cm_map_params(map);
}

extern cm_customer_totals cm_customers_get(const cm_map *map, uint32 entry);
/* The same of a map in any form, without the number of purchase days. */
extern cm_customer_totals cm_customers_sums(const cm_map *map, uint32 entry);

/* ---- steps of aggregates ---- */

extern cm_map_edit cm_customers_begin(cm_key_type type);

/* Argument 0 of a step as a value to be changed; a new one for NULL. */
static inline cm_map_edit
cm_customers_edit_arg(FunctionCallInfo fcinfo, cm_key_type type)
{
    return unlikely(PG_ARGISNULL(0)) ? cm_customers_begin(type)
                                     : cm_map_edit_arg(fcinfo, 0, &cm_customers_class);
}

/* An order while it waits. */
typedef struct cm_customers_row {
    int64 units; /* of 10^-scale; zero or more: a purchase */
    DateADT day;
    int32 scale;
} cm_customers_row;

extern void cm_customers_add_slowly(cm_map_edit *edit, const cm_key *key, const cm_money *amount,
                                    DateADT day);

static inline void
cm_customers_add(cm_map_edit *edit, const cm_key *key, const cm_money *amount, DateADT day)
{
    cm_customers_row *row = NULL;

    if (likely(amount->units == (int64) amount->units))
        row = cm_map_wait(edit, key, sizeof(*row));
    if (likely(row != NULL))
        *row = (cm_customers_row){(int64) amount->units, day, amount->scale};
    else
        cm_customers_add_slowly(edit, key, amount, day);
}

/* ---- parts ---- */

/* What is wrong with sums, or with a customer of a canonical map, that come from outside; NULL: nothing. */
extern const char *cm_customer_sums_fault(const cm_customer_sums *sums);
extern const char *cm_customer_fault(const cm_map *map, uint32 entry);

/* Sets the sums of a customer, which must not become smaller. */
extern void cm_customers_set_sums(cm_map_edit *edit, uint32 entry, const cm_customer_sums *sums);

/* The purchase days of a customer, one after the other: begin, then next while it says so, then read day. */
typedef struct cm_customer_days {
    const uint8 *at, *end;
    DateADT day;
    uint32 gap; /* from the day before; 0 at the first */
    bool begun;
} cm_customer_days;

extern cm_customer_days cm_customers_days(const cm_map *map, uint32 entry);
extern bool cm_customer_days_next(cm_customer_days *days);
/* The number of purchase days that are not after as_of, and the last of them; 0, and none, where all are later. */
extern uint32 cm_customers_days_until(const cm_map *map, uint32 entry, DateADT as_of, DateADT *last);
/* Sets all purchase days, ascending, of a customer who has none. */
extern void cm_customers_set_days(cm_map_edit *edit, uint32 entry, const DateADT *days, uint32 n);

#endif
