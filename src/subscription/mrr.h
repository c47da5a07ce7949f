/*
 * mrr: monthly recurring revenue of all customers over time, from subscription ranges. For each customer it keeps the
 * days on which their revenue changes and by how much; overlapping and parallel subscriptions have become one
 * customer's revenue, and that is what movements are counted in.
 */
#ifndef CM_MRR_H
#define CM_MRR_H

#include "core/map.h"
#include "core/money.h"
#include "core/period.h"

#define MRR_CURRENCY_LENGTH 8 /* bytes, at most */

typedef struct cm_mrr_params {
    char currency[MRR_CURRENCY_LENGTH]; /* padded with zeros; all zero: none named */
    int32 scale;                        /* of all amounts: of the finest one seen */
    int32 unused;
} cm_mrr_params;

/*
 * A day on which a customer's revenue changes, in 16 bytes: most customers have one or two of them, and memory is what a
 * million customers cost. Amounts have 96 bits, 28 digits. Canonical: days ascend, no change is zero.
 */
typedef struct cm_mrr_change {
    uint64 low; /* of the amount by which it changes, in units */
    int32 high;
    DateADT day;
} cm_mrr_change;

static inline int128
cm_mrr_units(const cm_mrr_change *change)
{
    return (int128) ((uint128) change->high << 64 | change->low);
}

extern cm_mrr_change cm_mrr_change_of(DateADT day, int128 units, int scale); /* an error beyond 96 bits */

/* A subscription that waits in the map, 24 bytes; at its own scale, so that a finer one does not write all anew. */
typedef struct cm_mrr_subscription {
    cm_mrr_change starts;
    DateADT ended; /* the first day without; DATEVAL_NOEND: open */
    int32 scale;
} cm_mrr_subscription;

typedef struct mrr_customer {
    cm_list changes;
    uint32 unused;
} mrr_customer;

extern const cm_map_class cm_mrr_class;

extern const char *cm_mrr_change_fault(const cm_mrr_change *before, const cm_mrr_change *change,
                                       int128 *level);

/* A finer fraction than any before: all amounts of customers are written anew. Rows that wait keep their own. */
extern void cm_mrr_rescale(cm_map_edit *edit, int scale);

static inline const cm_mrr_change *
mrr_changes(const cm_map *map, uint32 customer, uint32 *count)
{
    const mrr_customer *c = cm_map_payload(map, customer);

    *count = c->changes.used;
    return cm_list_data(map, &c->changes);
}

static inline int
mrr_scale(const cm_map *map)
{
    return ((const cm_mrr_params *) cm_map_params(map))->scale;
}

static inline cm_money
mrr_money(const cm_map *map, int128 units)
{
    return (cm_money){units, mrr_scale(map), 0};
}

/* Values of different currencies are an error. */
extern void cm_mrr_check_currency(const cm_map *a, const cm_map *b);

/*
 * Discounts are subscriptions of negative amounts, and a value may hold some of a customer's without what they are taken
 * from, until it is merged. Whoever reads a customer's revenue adds it up by this, which lets none be negative.
 */
extern void cm_mrr_negative(const cm_map *map, uint32 customer, DateADT day, int128 units)
    pg_attribute_noreturn();

static inline int128
cm_mrr_after(const cm_map *map, uint32 customer, int128 revenue, const cm_mrr_change *change)
{
    int128 after = cm_units_add(revenue, cm_mrr_units(change), mrr_scale(map));

    if (unlikely(after < 0))
        cm_mrr_negative(map, customer, change->day, after);
    return after;
}

#define PG_GETARG_MRR(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_mrr_class)

#endif
