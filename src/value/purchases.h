/*
 * purchases: one customer's orders by calendar day, each day's purchases and amounts. Whole histories, because
 * repeat purchases, the inputs of the forecast models, discounting and what was known at an earlier date all need
 * the days.
 */
#ifndef CM_PURCHASES_H
#define CM_PURCHASES_H

#include "states/customer_totals.h"
#include "states/order.h"
#include "core/state.h"

typedef struct cm_purchase_day {
    int128 paid;     /* of its purchases; 0 or more, in units of 10^-scale, as is the next */
    int128 refunded; /* 0 or more */
    DateADT day;
    uint32 purchases; /* 0: there were only refunds */
} cm_purchase_day;

typedef struct cm_purchases {
    cm_state head;
    int32 scale;            /* of all amounts: of the finest one */
    uint32 n_days;          /* in use; the canonical form has room for no more */
    int64 skipped;          /* rows without a time, an amount or a zone */
    cm_purchase_day days[]; /* none twice; canonical: ascending, while it is built sorted as ladder.h says */
} cm_purchases;

extern const cm_state_class cm_purchases_class;

/* An empty state with room for so many days; states grow in CurrentMemoryContext. */
extern cm_purchases *cm_purchases_make(uint32 capacity);

/* Of what came until a day, itself included. */
extern cm_customer_totals cm_purchases_totals(const cm_purchases *p, DateADT as_of);

extern const cm_purchases *cm_purchases_read(Datum datum); /* in canonical form */

#define PG_GETARG_PURCHASES(arg) cm_purchases_read(PG_GETARG_DATUM(arg))

#endif
