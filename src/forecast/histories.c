/*
 * The histories state: counting, merging, sorting; see histories.h. What a history must be is in history_rules.c, the
 * forms of the state are in histories_io.c.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/row.h"
#include "core/text_size.h"
#include "forecast/histories.h"

const cm_state_class cm_histories_class = {
    .name = "histories_state",
    .min_size = sizeof(cm_histories_state),
    .max_size = MaxAllocSize,
    .magic = 0x4849,
    .version = 1,
};

#define FIRST_PLACES 7 /* 256 bytes */

/* ---- the table ---- */

static Size
size_of(uint64 places)
{
    return offsetof(cm_histories_state, row) + places * sizeof(cm_purchase_history);
}

cm_histories_state *
cm_histories_new(cm_history_kind kind, uint32 expected)
{
    uint64 places = FIRST_PLACES;

    while (places * 3 / 4 < expected)
        places = 2 * places + 1;

    cm_histories_state *state = cm_state_new(&cm_histories_class, size_of(places));

    state->kind = kind;
    state->is_table = 1;
    return state;
}

static uint32
hash_history(const cm_purchase_history *h)
{
    uint64 words[3];
    uint64 hash = 0;

    memcpy(words, h, sizeof(words)); /* x, t_x, T */
    for (int i = 0; i < 3; i++) {
        hash = (hash ^ words[i]) * UINT64CONST(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return (uint32) (hash >> 32);
}

static void
insert(cm_histories_state *state, const cm_purchase_history *h)
{
    /* the product of a 32-bit hash and the places, shifted: a place for any number of places */
    uint32 places = cm_histories_places(state);
    uint32 at = (uint32) (((uint64) hash_history(h) * places) >> 32);

    while (state->row[at].n > 0) {
        cm_purchase_history *row = &state->row[at];

        if (row->x == h->x && row->t_x == h->t_x && row->T == h->T) {
            row->n += h->n;
            return;
        }
        at = at + 1 == places ? 0 : at + 1;
    }
    state->row[at] = *h;
    state->count++;
}

/* The same rows in a table with room for so many. In CurrentMemoryContext: the executor copies and frees. */
static cm_histories_state *
rebuilt(const cm_histories_state *state, uint32 expected)
{
    cm_histories_state *grown = cm_histories_new(state->kind, expected);

    grown->unit = state->unit;

    uint32 rows = state->is_table ? cm_histories_places(state) : state->count;

    for (uint32 i = 0; i < rows; i++) {
        if (i % 65536 == 0)
            CHECK_FOR_INTERRUPTS();
        if (state->row[i].n > 0)
            insert(grown, &state->row[i]);
    }
    grown->customers = state->customers;
    grown->skipped = state->skipped;
    return grown;
}

cm_histories_state *
cm_histories_add(cm_histories_state *state, cm_purchase_history h)
{
    Assert(h.n > 0);
    cm_history_check(state->kind, &h);
    state->customers = cm_add_counts(state->customers, h.n, "the number of customers");
    /* a state that is no table has no room either */
    if (unlikely((uint64) (state->count + 1) * 4 > (uint64) cm_histories_places(state) * 3)) {
        int64 customers = state->customers;

        state = rebuilt(state, 2 * (state->count + 1));
        state->customers = customers;
    }
    insert(state, &h);
    return state;
}

static int
compare_histories(const void *a, const void *b)
{
    CHECK_FOR_INTERRUPTS();
    return cm_history_compare(a, b);
}

const cm_histories_state *
cm_histories_canonical(const cm_histories_state *state)
{
    uint32 used = 0;

    if (!state->is_table)
        return state;

    cm_state_check_text(&cm_histories_class,
                        state->count * (uint64) (2 * CM_TEXT_MOST_FLOAT + 2 * CM_TEXT_MOST_INT));

    cm_histories_state *dense = cm_state_new(&cm_histories_class, size_of(state->count));

    dense->kind = state->kind;
    dense->unit = state->unit;
    dense->customers = state->customers;
    dense->skipped = state->skipped;
    dense->count = state->count;
    for (uint32 i = 0; i < cm_histories_places(state); i++)
        if (state->row[i].n > 0)
            dense->row[used++] = state->row[i];
    qsort(dense->row, used, sizeof(cm_purchase_history), compare_histories);
    return dense;
}

cm_histories
cm_histories_arg(FunctionCallInfo fcinfo, int arg, cm_history_kind kind)
{
    const cm_histories_state *state = cm_histories_canonical(PG_GETARG_HISTORIES(arg));

    if (state->kind != (int32) kind)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("these are histories of %s", cm_history_kind_names[state->kind]),
                        errdetail("The model needs histories of %s.", cm_history_kind_names[kind]),
                        errhint("Each model has an aggregate of its own that collects what it needs.")));
    return (cm_histories){state->row, state->count};
}

cm_time_unit
cm_histories_unit_arg(FunctionCallInfo fcinfo, int arg)
{
    return PG_GETARG_HISTORIES(arg)->unit;
}

/* ---- aggregate steps ---- */

/* A row of an aggregate. The argument after its numbers, if there is one, says how many customers it stands for. */
static Datum
accum(FunctionCallInfo fcinfo, cm_purchase_history row, int numbers)
{
    cm_histories_state *state = cm_state_own(fcinfo, 0, &cm_histories_class);

    if (PG_NARGS() > 1 + numbers)
        row.n = cm_history_weight(state->kind, &row, PG_GETARG_FLOAT8(1 + numbers));
    PG_RETURN_POINTER(cm_histories_add(state, row));
}

/* A row with a NULL is skipped, and counted. */
static bool
has_null(FunctionCallInfo fcinfo)
{
    for (int arg = 1; arg < PG_NARGS(); arg++)
        if (PG_ARGISNULL(arg))
            return true;
    return false;
}

static Datum
skip_row(FunctionCallInfo fcinfo)
{
    cm_histories_state *state = cm_state_own(fcinfo, 0, &cm_histories_class);

    state->skipped = cm_add_counts(state->skipped, 1, "skipped rows");
    PG_RETURN_POINTER(state);
}

/* With an initial value of the right kind. The numbers of purchases and of opportunities are x, t_x and t. */
PG_FUNCTION_INFO_V1(cm_histories_accum);
Datum
cm_histories_accum(PG_FUNCTION_ARGS)
{
    if (has_null(fcinfo))
        return skip_row(fcinfo);

    cm_purchase_history row = {PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3), 1};

    return accum(fcinfo, row, 3);
}

/* Free purchases say nothing of what one is worth, and neither does a mean of none: who has no others stays out. */
PG_FUNCTION_INFO_V1(cm_spending_accum);
Datum
cm_spending_accum(PG_FUNCTION_ARGS)
{
    if (has_null(fcinfo))
        return skip_row(fcinfo);

    cm_purchase_history row = {PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), 0.0, 1};

    if (cm_spending_is_free(&row))
        return cm_state_unchanged(fcinfo);
    return accum(fcinfo, row, 2);
}

PG_FUNCTION_INFO_V1(cm_renewals_accum);
Datum
cm_renewals_accum(PG_FUNCTION_ARGS)
{
    if (has_null(fcinfo))
        return skip_row(fcinfo);

    cm_purchase_history row = {PG_GETARG_FLOAT8(1), PG_GETARG_BOOL(2) ? 1.0 : 0.0, 0.0, 1};

    return accum(fcinfo, row, 2);
}

/* renewals_from_survivors(double precision[]): still there after 0, 1, 2, ... periods */
PG_FUNCTION_INFO_V1(cm_renewals_from_survivors);
Datum
cm_renewals_from_survivors(PG_FUNCTION_ARGS)
{
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
    const float8 *survivors = (const float8 *) ARR_DATA_PTR(array);
    cm_histories_state *state = cm_histories_new(CM_HISTORY_RENEWALS, 0);
    int count = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];

    if (ARR_NDIM(array) > 1 || array_contains_nulls(array))
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("\"survivors\" must be a list of numbers, none of them NULL")));
    for (int i = 0; i < count; i++) {
        int64 here = cm_count_of(survivors[i], "survivors");
        int64 left = i + 1 < count ? cm_count_of(survivors[i + 1], "survivors") : here;

        CHECK_FOR_INTERRUPTS();
        if (left > here)
            ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                            errmsg("\"survivors\" rise from " INT64_FORMAT " to " INT64_FORMAT, here, left),
                            errdetail("Nobody joins a cohort later: the numbers may only fall.")));
        if (here > left)
            state = cm_histories_add(state, (cm_purchase_history){i + 1.0, 1.0, 0.0, here - left});
        if (i + 1 == count && here > 0)
            state = cm_histories_add(state, (cm_purchase_history){i, 0.0, 0.0, here});
    }
    PG_RETURN_POINTER(cm_histories_canonical(state));
}

/* Merges two states, either in any form; also the transition of rollup(histories). */
PG_FUNCTION_INFO_V1(cm_histories_combine);
Datum
cm_histories_combine(PG_FUNCTION_ARGS)
{
    cm_histories_state *state = cm_state_own(fcinfo, 0, &cm_histories_class);
    const cm_histories_state *other = PG_GETARG_HISTORIES(1);
    uint32 rows = other->is_table ? cm_histories_places(other) : other->count;

    if (state->kind != other->kind)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("histories of %s and of %s cannot be merged",
                               cm_history_kind_names[state->kind], cm_history_kind_names[other->kind])));
    cm_time_unit_check_same(state->unit, other->unit, "these histories");
    /* room for both at once: growing step by step would leave every step behind */
    if (!state->is_table ||
        ((uint64) state->count + other->count) * 4 > (uint64) cm_histories_places(state) * 3)
        state = rebuilt(state, state->count + other->count);
    state->customers = cm_add_counts(state->customers, other->customers, "the number of customers");
    state->skipped = cm_add_counts(state->skipped, other->skipped, "skipped rows");
    state->unit = Max(state->unit, other->unit);
    for (uint32 i = 0; i < rows; i++) {
        if (i % 65536 == 0)
            CHECK_FOR_INTERRUPTS();
        if (other->row[i].n > 0)
            insert(state, &other->row[i]);
    }
    PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(cm_histories_final);
Datum
cm_histories_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(cm_histories_canonical(PG_GETARG_HISTORIES(0)));
}

/* ---- accessors ---- */

PG_FUNCTION_INFO_V1(cm_histories_customers);
Datum
cm_histories_customers(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_HISTORIES(0)->customers);
}

/* skipped_rows(histories) */
PG_FUNCTION_INFO_V1(cm_histories_skipped_rows);
Datum
cm_histories_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_HISTORIES(0)->skipped);
}

/* history_counts(histories) -> x, t_x, t, customers */
PG_FUNCTION_INFO_V1(cm_histories_counts);
Datum
cm_histories_counts(PG_FUNCTION_ARGS)
{
    const cm_histories_state *state = cm_histories_canonical(PG_GETARG_HISTORIES(0));

    cm_rows_begin(fcinfo);
    for (uint32 i = 0; i < state->count; i++) {
        cm_row row = cm_row_empty();

        cm_row_set_int(&row, 0, (int64) state->row[i].x);
        cm_row_set_float(&row, 1, state->row[i].t_x);
        if (state->kind == CM_HISTORY_PURCHASES || state->kind == CM_HISTORY_OPPORTUNITIES)
            cm_row_set_float(&row, 2, state->row[i].T);
        cm_row_set_int(&row, 3, state->row[i].n);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
