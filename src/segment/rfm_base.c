/*
 * The rfm_base state: collecting customers and merging; see rfm_base.h. Rows wait unsorted until
 * the state is full; then they are sorted and merged into the runs, and the state grows if it is still half full.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "common/check.h"
#include "math/sort.h"
#include "segment/rfm_base.h"
#include "segment/scoring.h"

#define ROW_SIZE (3 * sizeof(uint64))
#define SMALLEST_ROOM 512

const cm_state_class cm_rfm_base_class = {
    .name = "rfm_base",
    .min_size = sizeof(cm_rfm_base),
    .max_size = MaxAllocSize,
    .magic = 0x5242,
    .version = 1,
};

static cm_run *
first_run(const cm_rfm_base *base)
{
    return (cm_run *) ((char *) base + sizeof(cm_rfm_base));
}

const cm_run *
cm_rfm_base_runs(const cm_rfm_base *base, int dimension)
{
    cm_run *run = first_run(base);

    for (int d = 0; d < dimension; d++)
        run += base->runs[d];
    return run;
}

static Size
settled_size(const uint32 *runs)
{
    return sizeof(cm_rfm_base) + ((Size) runs[0] + runs[1] + runs[2]) * sizeof(cm_run);
}

static uint64 *
waiting_rows(const cm_rfm_base *base)
{
    return (uint64 *) ((char *) base + settled_size(base->runs));
}

static const cm_rfm_base *
read_base(Datum datum)
{
    const cm_rfm_base *base = cm_state_read(datum, &cm_rfm_base_class);

    if (unlikely(settled_size(base->runs) + base->waiting * ROW_SIZE > VARSIZE(base)))
        cm_state_refuse(&base->head, &cm_rfm_base_class);
    return base;
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

/* The waiting keys of one dimension as runs; keys and scratch have room for all of them. */
static uint32
runs_of_waiting(cm_run *out, const cm_rfm_base *base, int dimension, uint64 *keys, uint64 *scratch)
{
    const uint64 *rows = waiting_rows(base);
    cm_run *run = out - 1;

    for (uint32 i = 0; i < base->waiting; i++)
        keys[i] = rows[3 * (Size) i + dimension];
    cm_sort_keys(keys, base->waiting, scratch);
    for (uint32 i = 0; i < base->waiting; i++) {
        if (i == 0 || keys[i] != run->key)
            *++run = (cm_run){keys[i], 0};
        run->count++;
    }
    return run + 1 - out;
}

static void *
allocate(Size count, Size size)
{
    return MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * size);
}

/* Sorts the waiting rows into the runs. */
static cm_rfm_parts
settle(const cm_rfm_base *base)
{
    uint64 *keys = allocate(base->waiting, sizeof(uint64));
    uint64 *scratch = allocate(base->waiting, sizeof(uint64));
    cm_run *added = allocate(base->waiting, sizeof(cm_run));
    cm_rfm_parts p = {.customers = cm_add_counts(base->customers, base->waiting, "customers")};

    for (int d = 0; d < 3; d++) {
        uint32 runs = runs_of_waiting(added, base, d, keys, scratch);

        CHECK_FOR_INTERRUPTS();
        p.run[d] = allocate((Size) base->runs[d] + runs, sizeof(cm_run));
        p.runs[d] = merge_runs(p.run[d], cm_rfm_base_runs(base, d), base->runs[d], added, runs);
    }
    pfree(added);
    pfree(scratch);
    pfree(keys);
    return p;
}

cm_rfm_base *
cm_rfm_base_join(cm_rfm_parts *p, Size room)
{
    cm_rfm_base *base = cm_state_new(&cm_rfm_base_class, settled_size(p->runs) + room);
    cm_run *run = first_run(base);

    base->customers = p->customers;
    for (int d = 0; d < 3; d++) {
        base->runs[d] = p->runs[d];
        memcpy(run, p->run[d], p->runs[d] * sizeof(cm_run));
        run += p->runs[d];
        pfree(p->run[d]);
    }
    return base;
}

/* As much room as the runs take, so that sorting them again and again costs little a row. */
static cm_rfm_base *
make_room(const cm_rfm_base *base)
{
    cm_rfm_parts p = settle(base);
    Size size = settled_size(p.runs);
    Size most = MaxAllocSize - Min(size, MaxAllocSize);

    cm_state_check_size(&cm_rfm_base_class, size + size / 8);
    return cm_rfm_base_join(&p, Min(Max(size, SMALLEST_ROOM - sizeof(cm_rfm_base)), most));
}

static const cm_rfm_base *
canonical(const cm_rfm_base *base)
{
    if (base->waiting == 0 && settled_size(base->runs) == VARSIZE(base))
        return base;

    cm_rfm_parts p = settle(base);

    return cm_rfm_base_join(&p, 0);
}

const cm_rfm_base *
cm_rfm_base_read(Datum datum)
{
    return canonical(read_base(datum));
}

/* ---- aggregate steps ---- */

/* rfm_base_agg(recency_days, frequency, monetary): strict, so a customer of whom one is unknown is not counted. */
PG_FUNCTION_INFO_V1(cm_rfm_base_accum);
Datum
cm_rfm_base_accum(PG_FUNCTION_ARGS)
{
    cm_rfm_base *base = (cm_rfm_base *) read_base(PG_GETARG_DATUM(0));
    uint64 keys[3] = {cm_sort_key(cm_scoring_check_days(PG_GETARG_FLOAT8(1))),
                      cm_scoring_key_frequency(PG_GETARG_FLOAT8(2)),
                      cm_scoring_key_monetary(PG_GETARG_FLOAT8(3))};

    if (!cm_in_aggregate(fcinfo))
        base = cm_state_copy(base);
    if (settled_size(base->runs) + (base->waiting + 1) * ROW_SIZE > VARSIZE(base))
        base = make_room(base);
    memcpy(waiting_rows(base) + 3 * (Size) base->waiting++, keys, sizeof(keys));
    PG_RETURN_POINTER(base);
}

PG_FUNCTION_INFO_V1(cm_rfm_base_combine);
Datum
cm_rfm_base_combine(PG_FUNCTION_ARGS)
{
    const cm_rfm_base *a = cm_rfm_base_read(PG_GETARG_DATUM(0));
    const cm_rfm_base *b = cm_rfm_base_read(PG_GETARG_DATUM(1));
    cm_rfm_parts p = {.customers = cm_add_counts(a->customers, b->customers, "customers")};

    for (int d = 0; d < 3; d++) {
        p.run[d] = allocate((Size) a->runs[d] + b->runs[d], sizeof(cm_run));
        p.runs[d] =
            merge_runs(p.run[d], cm_rfm_base_runs(a, d), a->runs[d], cm_rfm_base_runs(b, d), b->runs[d]);
    }
    PG_RETURN_POINTER(cm_rfm_base_join(&p, 0));
}

PG_FUNCTION_INFO_V1(cm_rfm_base_final);
Datum
cm_rfm_base_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(cm_rfm_base_read(PG_GETARG_DATUM(0)));
}
