/*
 * receivables: invoices by due day and day of invoice: how many, what was billed, what is open, what was paid too much.
 * Exact sums, so that rows and parts in any order give the same bytes; ages are decided when the state is read.
 *
 * Cells that are new wait behind the sorted ones, in the order in which they came, until there is no room for more.
 */
#ifndef CM_RECEIVABLES_H
#define CM_RECEIVABLES_H

#include "utils/date.h"

#include "core/money.h"
#include "core/state.h"

typedef struct cm_receivable {
    DateADT due, invoiced;
    int64 invoices;
    int64 open_invoices;
    cm_money billed; /* zero or more: credit notes are no part of it */
    cm_money open;   /* what is still to be paid, a part of that */
    cm_money credit; /* what was paid beyond the amounts, and credit notes */
} cm_receivable;

typedef struct cm_receivables {
    cm_state head;
    uint32 sorted;                              /* cells in order, no two alike */
    uint32 used;                                /* those, and cells that wait; canonical: equals sorted */
    int64 invoices;                             /* of all cells; at most CM_MAX_COUNT */
    int64 skipped;                              /* rows without a day or an amount */
    cm_receivable cells[FLEXIBLE_ARRAY_MEMBER]; /* canonical: no room left */
} cm_receivables;

extern const cm_state_class cm_receivables_class;

extern cm_receivables *cm_receivables_new(Size capacity);
/* The counts and sums of a cell are added; the result is r or, when it had to grow, a new one. */
extern cm_receivables *cm_receivables_add(cm_receivables *r, const cm_receivable *cell);
extern const cm_receivables *cm_receivables_read(Datum datum); /* canonical */

#define PG_GETARG_RECEIVABLES(arg) cm_receivables_read(PG_GETARG_DATUM(arg))

#endif
