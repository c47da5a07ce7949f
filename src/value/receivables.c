/* Collecting and merging receivables; see receivables.h. Text, binary form and JSON are in receivables_io.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "states/order.h"
#include "value/receivables.h"

#define FIRST_ROOM 8

const cm_state_class cm_receivables_class = {
    .name = "receivables_state",
    .min_size = offsetof(cm_receivables, cells),
    .max_size = MaxAllocSize,
    .magic = 0x5243,
    .version = 1,
};

cm_receivables *
cm_receivables_new(Size capacity)
{
    return cm_state_new(&cm_receivables_class,
                        offsetof(cm_receivables, cells) + capacity * sizeof(cm_receivable));
}

static Size
capacity_of(const cm_receivables *r)
{
    return (VARSIZE(r) - offsetof(cm_receivables, cells)) / sizeof(cm_receivable);
}

/* ---- order ---- */

static int
compare_days(const cm_receivable *a, const cm_receivable *b)
{
    if (a->due != b->due)
        return a->due < b->due ? -1 : 1;
    return (a->invoiced > b->invoiced) - (a->invoiced < b->invoiced);
}

static int
compare_cells(const void *a, const void *b)
{
    CHECK_FOR_INTERRUPTS();
    return compare_days(a, b);
}

static void
add_sums(cm_receivable *to, const cm_receivable *from)
{
    to->invoices += from->invoices;
    to->open_invoices += from->open_invoices;
    to->billed = cm_money_add(to->billed, from->billed);
    to->open = cm_money_add(to->open, from->open);
    to->credit = cm_money_add(to->credit, from->credit);
}

static void
append(cm_receivables *to, const cm_receivable *cell)
{
    if (to->used > 0 && compare_days(&to->cells[to->used - 1], cell) == 0)
        add_sums(&to->cells[to->used - 1], cell);
    else
        to->cells[to->used++] = *cell;
}

/* A new state in which nothing waits, with at least the given room: the sorted cells merged with those that waited. */
static cm_receivables *
settle(const cm_receivables *r, Size capacity)
{
    Size n_waiting = r->used - r->sorted;
    cm_receivable *waiting =
        MemoryContextAllocHuge(CurrentMemoryContext, (n_waiting + 1) * sizeof(cm_receivable));
    cm_receivables *result = cm_receivables_new(Max(capacity, r->used));
    const cm_receivable *cell = r->cells, *last = cell + r->sorted;

    memcpy(waiting, r->cells + r->sorted, n_waiting * sizeof(cm_receivable));
    qsort(waiting, n_waiting, sizeof(cm_receivable), compare_cells);
    for (Size i = 0; i < n_waiting; i++) {
        while (cell < last && compare_days(cell, &waiting[i]) <= 0)
            append(result, cell++);
        append(result, &waiting[i]);
    }
    while (cell < last)
        append(result, cell++);
    pfree(waiting);
    result->sorted = result->used;
    result->invoices = r->invoices;
    result->skipped = r->skipped;
    return result;
}

const cm_receivables *
cm_receivables_read(Datum datum)
{
    const cm_receivables *r = cm_state_read(datum, &cm_receivables_class);
    cm_receivables *result;

    if (unlikely(r->sorted > r->used || r->used > capacity_of(r)))
        cm_state_error(&r->head, &cm_receivables_class);
    if (r->sorted == r->used && r->used == capacity_of(r))
        return r;
    result = settle(r, 0);
    SET_VARSIZE(result, offsetof(cm_receivables, cells) + result->used * sizeof(cm_receivable));
    return result;
}

/* ---- adding ---- */

/* The sorted cell of these days, or NULL. */
static cm_receivable *
find(cm_receivables *r, const cm_receivable *wanted)
{
    uint32 low = 0, high = r->sorted;

    while (low < high) {
        uint32 middle = low + (high - low) / 2;

        if (compare_days(&r->cells[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->sorted && compare_days(&r->cells[low], wanted) == 0 ? &r->cells[low] : NULL;
}

cm_receivables *
cm_receivables_add(cm_receivables *r, const cm_receivable *cell)
{
    cm_receivable *at = find(r, cell);

    if (at == NULL && r->used == capacity_of(r)) {
        /* Half of the new room is free, so that settling costs little for each cell that comes. */
        r = settle(r, Max(FIRST_ROOM, capacity_of(r)));
        if (r->used > capacity_of(r) / 2)
            r = settle(r, 2 * capacity_of(r));
        at = find(r, cell); /* it may have waited */
    }
    r->invoices = cm_add_counts(r->invoices, cell->invoices, "invoices");
    if (at != NULL)
        add_sums(at, cell);
    else
        r->cells[r->used++] = *cell;
    return r;
}

static void
paid_error(const cm_receivable *cell, cm_money amount, cm_money paid)
{
    StringInfoData row;

    initStringInfo(&row);
    cm_append_money(&row, paid);
    appendStringInfoString(&row, " was paid of the amount ");
    cm_append_money(&row, amount);
    appendStringInfo(&row, ", invoiced on %s", cm_day_text(cell->invoiced));
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("%s", row.data),
             errdetail("What is paid of an invoice is zero or more, and of a credit note not less than its "
                       "negative amount.")));
}

/*
 * Transition over (invoiced_on, due_on, amount, paid). An amount below zero is a credit note: it is not billed, and what was
 * not paid out of it yet is credit.
 */
static Datum
add_invoice(FunctionCallInfo fcinfo, bool is_float)
{
    cm_receivables *r = cm_state_own(fcinfo, 0, &cm_receivables_class);
    cm_receivable cell = {.invoices = 1};

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)) {
        r->skipped = cm_add_counts(r->skipped, 1, "rows");
        PG_RETURN_POINTER(r);
    }
    cell.invoiced = cm_check_day(CM_ARG_DAY_OF(1, "invoiced_on"), "invoiced_on");
    cell.due = cm_check_day(CM_ARG_DAY_OF(2, "due_on"), "due_on");

    cm_money amount = cm_money_arg(fcinfo, 3, is_float, "amount"),
             paid = cm_money_arg(fcinfo, 4, is_float, "paid");
    cm_money balance = cm_money_subtract(amount, paid);

    if (cm_money_sign(amount) < 0 ? cm_money_sign(balance) > 0 : cm_money_sign(paid) < 0)
        paid_error(&cell, amount, paid);
    if (cm_money_sign(amount) > 0)
        cell.billed = amount;
    cell.open_invoices = cm_money_sign(balance) > 0;
    if (cm_money_sign(balance) > 0)
        cell.open = balance;
    if (cm_money_sign(balance) < 0)
        cell.credit = cm_money_subtract(CM_MONEY_ZERO, balance);
    PG_RETURN_POINTER(cm_receivables_add(r, &cell));
}

PG_FUNCTION_INFO_V1(cm_receivables_accum_numeric);
Datum
cm_receivables_accum_numeric(PG_FUNCTION_ARGS)
{
    return add_invoice(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_receivables_accum_float8);
Datum
cm_receivables_accum_float8(PG_FUNCTION_ARGS)
{
    return add_invoice(fcinfo, true);
}

PG_FUNCTION_INFO_V1(cm_receivables_combine);
Datum
cm_receivables_combine(PG_FUNCTION_ARGS)
{
    cm_receivables *r = cm_state_own(fcinfo, 0, &cm_receivables_class);
    const cm_receivables *other = cm_state_read(PG_GETARG_DATUM(1), &cm_receivables_class);

    for (uint32 i = 0; i < other->used; i++) {
        cm_receivables *before = r;

        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        r = cm_receivables_add(r, &other->cells[i]);
        if (r != before && before != (void *) PG_GETARG_POINTER(0))
            pfree(before);
    }
    r->skipped = cm_add_counts(r->skipped, other->skipped, "rows");
    PG_RETURN_POINTER(r);
}

PG_FUNCTION_INFO_V1(cm_receivables_final);
Datum
cm_receivables_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_RECEIVABLES(0));
}
