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
    uint16 unused;    /* zero, as the one below: equal is equal bytes */
    int32 scales[2];  /* of amounts, and of costs: each of the finest one seen */
    uint32 unused_too;
} cm_revenue_params;

/* A customer's money in a period, in units of 10^-scale. */
typedef struct cm_revenue_item {
    int128 units, cost;
    int64 orders; /* amounts of zero or more; those below zero are refunds */
    int32 period;
} cm_revenue_item;

#define CM_REVENUE_HERE 52

/*
 * Items are written as bytes, some five for each: how far the period is from the one before, orders, units and, where there
 * are costs, cost, seven bits a byte, low ones first; 0x80: more follow. A customer's first dozen stands in the entry itself,
 * so that most rows touch no other memory.
 *
 * Canonical: periods ascend, each once, and nothing is current. While it is built, rows are added to the current item; one of
 * another period goes behind the items so far, in any order and some repeated.
 */
typedef struct cm_revenue_entry {
    int64 units, cost; /* of the current item, as the next two */
    int32 period;
    uint32 orders;
    int32 began;       /* period of the beginning; 0 where customers begin with their first order */
    uint8 used;        /* bytes here, or CM_REVENUE_IN_LIST */
    uint8 has_current; /* 1: there is a current item */
    uint8 has_begun;   /* 1: began is known */
    uint8 disordered;  /* 1: the periods of the items that are written do not ascend; 0 in canonical form */
    int32 last;        /* period of the last item that was written; 0 without one */
    union {
        uint8 here[CM_REVENUE_HERE];
        cm_list list; /* of bytes */
    } items;
} cm_revenue_entry;

#define CM_REVENUE_IN_LIST 0xff

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

/* The items of an entry of a canonical map, ascending by period: begin, then next while it says so. */
typedef struct cm_revenue_cursor {
    const uint8 *at, *end;
    int32 period; /* of the item before */
    bool with_costs;
} cm_revenue_cursor;

extern cm_revenue_cursor cm_revenue_begin_items(const cm_map *map, const cm_revenue_entry *customer);
extern bool cm_revenue_next(cm_revenue_cursor *cursor, cm_revenue_item *item);

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
