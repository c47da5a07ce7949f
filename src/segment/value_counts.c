/*
 * Sorted runs of values: collecting and merging; see value_counts.h. Rows are pending, unsorted, until the state is full;
 * then they are sorted and merged into the runs, and the state grows if it is still half full.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "math/sort.h"
#include "segment/value_counts.h"

#define SMALLEST_CAPACITY 512 /* bytes of a state that rows are added to */

static cm_run *
first_run(const cm_value_counts *runs)
{
    return (cm_run *) ((char *) runs + sizeof(cm_value_counts));
}

const cm_run *
cm_value_counts_of(const cm_value_counts *runs, int dimension)
{
    cm_run *run = first_run(runs);

    for (int d = 0; d < dimension; d++)
        run += runs->runs[d];
    return run;
}

static Size
settled_size(const uint32 *runs)
{
    Size count = 0;

    for (int d = 0; d < CM_MOST_DIMENSIONS; d++)
        count += runs[d];
    return sizeof(cm_value_counts) + count * sizeof(cm_run);
}

static uint64 *
pending_rows(const cm_value_counts *runs)
{
    return (uint64 *) ((char *) runs + settled_size(runs->runs));
}

static const cm_value_counts *
read_runs(Datum datum, const cm_value_counts_class *cls)
{
    const cm_value_counts *runs = cm_state_read(datum, &cls->state);
    Size row = cls->dimensions * sizeof(uint64);

    if (unlikely(settled_size(runs->runs) + runs->pending * row > VARSIZE(runs)))
        cm_state_error(&runs->head, &cls->state);
    return runs;
}

/* ---- runs ---- */

/* Merges ascending runs; equal values become one. Returns how many there are. */
static uint32
merge_runs(cm_run *out, const cm_run *a, uint32 runs_a, const cm_run *b, uint32 runs_b)
{
    const cm_run *end_a = a + runs_a;
    const cm_run *end_b = b + runs_b;
    cm_run *start = out;

    while (a < end_a || b < end_b) {
        if (b == end_b || (a < end_a && a->key < b->key))
            *out++ = *a++;
        else if (a == end_a || b->key < a->key)
            *out++ = *b++;
        else {
            *out++ = (cm_run){a->key, a->count + b->count};
            a++;
            b++;
        }
    }
    return out - start;
}

static void *
allocate(Size count, Size size)
{
    return MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * size);
}

/* Sorts keys and counts equal ones. Returns how many runs there are; out has a place for n of them. */
static uint32
runs_of_keys(cm_run *out, uint64 *keys, uint64 *scratch, Size n)
{
    uint32 runs = 0;

    cm_sort_keys(keys, n, scratch);
    for (Size i = 0; i < n; i++) {
        if (i == 0 || keys[i] != out[runs - 1].key)
            out[runs++] = (cm_run){keys[i], 0};
        out[runs - 1].count++;
    }
    return runs;
}

static void
pending_keys(uint64 *keys, const cm_value_counts *runs, int dimensions, int dimension)
{
    const uint64 *rows = pending_rows(runs);

    for (uint32 i = 0; i < runs->pending; i++)
        keys[i] = rows[dimensions * (Size) i + dimension];
}

/* Sorts the pending rows into the runs. */
static cm_value_counts_parts
settle(const cm_value_counts *runs, const cm_value_counts_class *cls)
{
    uint64 *keys = allocate(runs->pending, sizeof(uint64));
    uint64 *scratch = allocate(runs->pending, sizeof(uint64));
    cm_run *added = allocate(runs->pending, sizeof(cm_run));
    cm_value_counts_parts p = {.customers = cm_add_counts(runs->customers, runs->pending, "customers")};

    for (int d = 0; d < cls->dimensions; d++) {
        pending_keys(keys, runs, cls->dimensions, d);

        uint32 count = runs_of_keys(added, keys, scratch, runs->pending);

        CHECK_FOR_INTERRUPTS();
        p.run[d] = allocate((Size) runs->runs[d] + count, sizeof(cm_run));
        p.runs[d] = merge_runs(p.run[d], cm_value_counts_of(runs, d), runs->runs[d], added, count);
    }
    pfree(added);
    pfree(scratch);
    pfree(keys);
    return p;
}

cm_value_counts *
cm_value_counts_join(const cm_value_counts_class *cls, cm_value_counts_parts *p, Size capacity)
{
    cm_value_counts *runs = cm_state_new(&cls->state, settled_size(p->runs) + capacity);
    cm_run *run = first_run(runs);

    runs->customers = p->customers;
    for (int d = 0; d < cls->dimensions; d++) {
        runs->runs[d] = p->runs[d];
        memcpy(run, p->run[d], p->runs[d] * sizeof(cm_run));
        run += p->runs[d];
        pfree(p->run[d]);
    }
    return runs;
}

cm_value_counts *
cm_value_counts_from_keys(uint64 *const *keys, int64 n, const cm_value_counts_class *cls)
{
    cm_value_counts_parts p = {.customers = n};
    uint64 *scratch = allocate(n, sizeof(uint64));

    for (int d = 0; d < cls->dimensions; d++) {
        CHECK_FOR_INTERRUPTS();
        p.run[d] = allocate(n, sizeof(cm_run));
        p.runs[d] = runs_of_keys(p.run[d], keys[d], scratch, n);
    }
    pfree(scratch);
    return cm_value_counts_join(cls, &p, 0);
}

/* Reserves as many bytes for rows as the runs take, so that sorting them again and again costs little a row. */
static cm_value_counts *
ensure_capacity(const cm_value_counts *runs, const cm_value_counts_class *cls)
{
    cm_value_counts_parts p = settle(runs, cls);
    Size size = settled_size(p.runs);
    Size most = MaxAllocSize - Min(size, MaxAllocSize);

    cm_state_check_size(&cls->state, size + size / 8);
    return cm_value_counts_join(cls, &p, Min(Max(size, SMALLEST_CAPACITY - sizeof(cm_value_counts)), most));
}

const cm_value_counts *
cm_value_counts_read(Datum datum, const cm_value_counts_class *cls)
{
    const cm_value_counts *runs = read_runs(datum, cls);

    if (runs->pending == 0 && settled_size(runs->runs) == VARSIZE(runs))
        return runs;

    cm_value_counts_parts p = settle(runs, cls);

    return cm_value_counts_join(cls, &p, 0);
}

/* ---- aggregate steps ---- */

cm_value_counts *
cm_value_counts_add(FunctionCallInfo fcinfo, const uint64 *keys, const cm_value_counts_class *cls)
{
    cm_value_counts *runs = (cm_value_counts *) read_runs(PG_GETARG_DATUM(0), cls);
    Size row = cls->dimensions * sizeof(uint64);

    if (!cm_in_aggregate(fcinfo))
        runs = cm_state_copy(runs);
    if (settled_size(runs->runs) + (runs->pending + 1) * row > VARSIZE(runs))
        runs = ensure_capacity(runs, cls);
    memcpy((char *) pending_rows(runs) + runs->pending++ * row, keys, row);
    return runs;
}

cm_value_counts *
cm_value_counts_merge(const cm_value_counts *a, const cm_value_counts *b, const cm_value_counts_class *cls)
{
    cm_value_counts_parts p = {.customers = cm_add_counts(a->customers, b->customers, "customers")};

    for (int d = 0; d < cls->dimensions; d++) {
        p.run[d] = allocate((Size) a->runs[d] + b->runs[d], sizeof(cm_run));
        p.runs[d] =
            merge_runs(p.run[d], cm_value_counts_of(a, d), a->runs[d], cm_value_counts_of(b, d), b->runs[d]);
    }
    return cm_value_counts_join(cls, &p, 0);
}
