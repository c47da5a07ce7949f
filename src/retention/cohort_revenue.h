/*
 * cohort_revenue: the money of all customers, period by period, in one value: for revenue, orders and margin by cohort, and
 * for the lifetime value that builds up from them. A customer's cohort is the period of the first order, or of a beginning of
 * its own, such as the sign-up or the install.
 */
#ifndef CM_COHORT_REVENUE_H
#define CM_COHORT_REVENUE_H

#include "core/map.h"
#include "core/money.h"
#include "retention/calendar.h"

/* Parameters of the map: part of the content. */
typedef struct cm_revenue_params {
    cm_calendar calendar;
    uint8 begun;      /* 1: customers begin by an event of their own, else with their first order */
    uint8 with_costs; /* 1: orders have costs */
    int32 scales[2];  /* of amounts, and of costs: each of the finest one seen */
    uint32 unused;    /* zero */
} cm_revenue_params;

/* A customer's money in a period. Amounts have 96 bits, 28 digits, in units of 10^-scale. */
typedef struct cm_revenue_item {
    uint64 low, cost_low;
    int32 high, cost_high;
    int32 period;
    uint32 orders; /* amounts of zero or more; those below zero are refunds */
} cm_revenue_item;

/* Canonical: items ascend by period, each once, and the last one is the latest. */
typedef struct cm_revenue_entry {
    cm_revenue_item latest; /* while it is built: the one of the latest period so far */
    cm_list earlier;        /* of cm_revenue_item; while it is built, in any order and some repeated */
    int32 began;            /* period of the beginning; 0 where customers begin with their first order */
    uint8 has_item;         /* 1: latest is one; 0: only a beginning is known */
    uint8 has_begun;        /* 1: began is known */
    uint8 unused[6];        /* zero */
} cm_revenue_entry;

/* An order while it waits. */
typedef struct cm_revenue_row {
    int64 units, cost;
    int32 period, began;
    uint8 scales[2];
    uint8 is_order; /* 1: the amount is one; 0: only a beginning */
    uint8 unused[5];
} cm_revenue_row;

extern const cm_map_class cm_cohort_revenue_class;

static inline const cm_revenue_params *
cm_revenue_params_of(const cm_map *map)
{
    return (const cm_revenue_params *) cm_map_params(map);
}

static inline int128
cm_revenue_units(const cm_revenue_item *item)
{
    return (int128) ((uint128) item->high << 64 | item->low);
}

static inline int128
cm_revenue_cost(const cm_revenue_item *item)
{
    return (int128) ((uint128) item->cost_high << 64 | item->cost_low);
}

/* Sets both amounts; false if one has more than 96 bits. */
static inline bool
cm_revenue_set(cm_revenue_item *item, int128 units, int128 cost)
{
    item->low = (uint64) units;
    item->high = (int32) (units >> 64);
    item->cost_low = (uint64) cost;
    item->cost_high = (int32) (cost >> 64);
    return cm_revenue_units(item) == units && cm_revenue_cost(item) == cost;
}

/* Items of an entry of a canonical map: i from 0 to cm_revenue_items - 1, ascending by period. */
static inline uint32
cm_revenue_items(const cm_revenue_entry *customer)
{
    return customer->earlier.used + customer->has_item;
}

static inline const cm_revenue_item *
cm_revenue_item_at(const cm_map *map, const cm_revenue_entry *customer, uint32 i)
{
    return i == customer->earlier.used ? &customer->latest
                                       : (const cm_revenue_item *) cm_list_data(map, &customer->earlier) + i;
}

/* ---- building, for the steps of aggregates and for readers of text and bytes ---- */

/* Adds money at the scales of the map. */
extern void cm_revenue_add(cm_map_edit *edit, uint32 entry, const cm_revenue_item *item);
/* Amounts of finer scales than any before: those of all customers are written anew. */
extern void cm_revenue_refine(cm_map_edit *edit, int scale, int cost_scale);
extern void cm_revenue_begin(cm_map_edit *edit, uint32 entry, int32 began);
/* Sets the items of an entry that has none, ascending. */
extern void cm_revenue_set_items(cm_map_edit *edit, uint32 entry, const cm_revenue_item *items, uint32 n);

#define PG_GETARG_COHORT_REVENUE(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_cohort_revenue_class)

#endif
