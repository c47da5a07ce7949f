/*
 * Sorted runs of values: collecting and merging; see value_counts.h. Rows are pending, unsorted, until the state is full;
 * then they are sorted and merged into the runs, and the state grows if it is still half full. So are the runs of states
 * that are merged: many small ones together cost n log n, where merging each into all before it would be quadratic.
 */
#include "postgres.h"

#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/text_size.h"
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

/* What a pending state is, before its runs. */
typedef struct pending_state {
    int64 customers;
    uint32 runs[CM_MOST_DIMENSIONS];
    uint32 words; /* with these */
} pending_state;

static uint64 *
pending_words(const cm_value_counts *runs)
{
    return (uint64 *) ((char *) runs + settled_size(runs->runs));
}

static Size
used_size(const cm_value_counts *runs)
{
    return settled_size(runs->runs) + runs->pending * sizeof(uint64);
}

static uint32
pending_rows(const cm_value_counts *runs, const cm_value_counts_class *cls)
{
    return runs->pending / cls->dimensions;
}

static const cm_value_counts *
read_runs(Datum datum, const cm_value_counts_class *cls)
{
    const cm_value_counts *runs = cm_state_read(datum, &cls->state);

    if (unlikely(used_size(runs) > VARSIZE(runs)))
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

/* ---- pending rows ---- */

static cm_value_counts_parts
runs_of_rows(const cm_value_counts *runs, const cm_value_counts_class *cls)
{
    uint32 rows = pending_rows(runs, cls);
    uint64 *keys = allocate(rows, sizeof(uint64));
    uint64 *scratch = allocate(rows, sizeof(uint64));
    cm_value_counts_parts p = {.customers = rows};

    for (int d = 0; d < cls->dimensions; d++) {
        const uint64 *row = pending_words(runs) + d;

        CHECK_FOR_INTERRUPTS();
        for (uint32 i = 0; i < rows; i++)
            keys[i] = row[cls->dimensions * (Size) i];
        p.run[d] = allocate(rows, sizeof(cm_run));
        p.runs[d] = runs_of_keys(p.run[d], keys, scratch, rows);
    }
    pfree(scratch);
    pfree(keys);
    return p;
}

/* ---- pending states ---- */

static const pending_state *
next_state(const cm_value_counts *runs, const pending_state *state)
{
    const uint64 *next = state == NULL ? pending_words(runs) : (const uint64 *) state + state->words;

    return next < pending_words(runs) + runs->pending ? (const pending_state *) next : NULL;
}

/*
 * Merges lists that lie behind one another and end where ends says, two neighbours at a time until one is left, from one
 * of the two places to the other and back. Returns the place with the result, and its length in ends[0].
 */
static cm_run *
merge_lists(cm_run *from, cm_run *to, Size *ends, uint32 lists)
{
    while (lists > 1) {
        uint32 merged = 0;
        Size start = 0, used = 0;
        cm_run *swap = from;

        CHECK_FOR_INTERRUPTS();
        for (uint32 i = 0; i < lists; i += 2) {
            Size middle = ends[i];
            Size end = i + 1 < lists ? ends[i + 1] : middle;

            used += merge_runs(to + used, from + start, middle - start, from + middle, end - middle);
            ends[merged++] = used;
            start = end;
        }
        from = to;
        to = swap;
        lists = merged;
    }
    return from;
}

static void
merge_dimension(const cm_value_counts *runs, int dimension, cm_value_counts_parts *p)
{
    uint32 lists = 0;
    Size used = 0;

    for (const pending_state *s = next_state(runs, NULL); s != NULL; s = next_state(runs, s), lists++)
        used += s->runs[dimension];

    Size *ends = allocate(lists, sizeof(Size));
    cm_run *from = allocate(used, sizeof(cm_run));
    cm_run *to = allocate(used, sizeof(cm_run));

    lists = used = 0;
    for (const pending_state *s = next_state(runs, NULL); s != NULL; s = next_state(runs, s)) {
        const cm_run *run = (const cm_run *) (s + 1);

        for (int d = 0; d < dimension; d++)
            run += s->runs[d];
        memcpy(from + used, run, s->runs[dimension] * sizeof(cm_run));
        used += s->runs[dimension];
        ends[lists++] = used;
    }
    p->run[dimension] = merge_lists(from, to, ends, lists);
    p->runs[dimension] = ends[0];
    pfree(p->run[dimension] == from ? to : from);
    pfree(ends);
}

static cm_value_counts_parts
runs_of_states(const cm_value_counts *runs, const cm_value_counts_class *cls)
{
    cm_value_counts_parts p = {0};

    for (const pending_state *s = next_state(runs, NULL); s != NULL; s = next_state(runs, s))
        p.customers = cm_add_counts(p.customers, s->customers, "customers");
    for (int d = 0; d < cls->dimensions; d++)
        merge_dimension(runs, d, &p);
    return p;
}

/* Merges the runs of a state into the parts. */
static void
merge_parts(cm_value_counts_parts *p, const cm_value_counts *runs, const cm_value_counts_class *cls)
{
    p->customers = cm_add_counts(p->customers, runs->customers, "customers");
    for (int d = 0; d < cls->dimensions; d++) {
        cm_run *part = p->run[d];

        CHECK_FOR_INTERRUPTS();
        p->run[d] = allocate((Size) runs->runs[d] + p->runs[d], sizeof(cm_run));
        p->runs[d] = merge_runs(p->run[d], cm_value_counts_of(runs, d), runs->runs[d], part, p->runs[d]);
        if (part != NULL)
            pfree(part);
    }
}

/* All of a state, what is pending merged into its runs. */
static cm_value_counts_parts
settle(const cm_value_counts *runs, const cm_value_counts_class *cls)
{
    cm_value_counts_parts p = {0};

    if (runs->pending > 0)
        p = runs->head.flags == CM_PENDING_STATES ? runs_of_states(runs, cls) : runs_of_rows(runs, cls);
    merge_parts(&p, runs, cls);
    return p;
}

/* A dump must be able to write it. */
static void
check_text(const cm_value_counts_class *cls, const cm_value_counts_parts *p)
{
    uint64 bytes = 0;
    char text[32];

    if ((settled_size(p->runs) / sizeof(cm_run)) * (CM_TEXT_MOST_FLOAT + CM_TEXT_MOST_INT + 2) <
        MaxAllocSize / 2)
        return;
    for (int d = 0; d < cls->dimensions; d++)
        for (uint32 i = 0; i < p->runs[d]; i++) {
            int64 count = p->run[d][i].count;

            if (i % 4096 == 0)
                CHECK_FOR_INTERRUPTS();
            bytes += 1 + double_to_shortest_decimal_buf(cm_sort_value(p->run[d][i].key), text) +
                     (count > 1 ? 1 + cm_text_int(count) : 0);
        }
    cm_state_check_text(&cls->state, bytes);
}

cm_value_counts *
cm_value_counts_join(const cm_value_counts_class *cls, cm_value_counts_parts *p, Size capacity)
{
    if (capacity == 0)
        check_text(cls, p);

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

/* Reserves as many bytes for more as the runs take, so that merging them again and again costs little a row. */
static cm_value_counts *
join_with_room(cm_value_counts_parts *p, const cm_value_counts_class *cls)
{
    Size size = settled_size(p->runs);
    Size most = MaxAllocSize - Min(size, MaxAllocSize);

    cm_state_check_size(&cls->state, size + size / 8);
    return cm_value_counts_join(cls, p, Min(Max(size, SMALLEST_CAPACITY - sizeof(cm_value_counts)), most));
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
    if (unlikely(used_size(runs) + row > VARSIZE(runs) || runs->head.flags == CM_PENDING_STATES)) {
        cm_value_counts_parts p = settle(runs, cls);

        runs = join_with_room(&p, cls);
    }
    memcpy(pending_words(runs) + runs->pending, keys, row);
    runs->pending += cls->dimensions;
    return runs;
}

/* Puts a state behind what is pending. */
static void
append_state(cm_value_counts *runs, const cm_value_counts *other, Size words)
{
    pending_state *state = (pending_state *) (pending_words(runs) + runs->pending);

    state->customers = other->customers;
    memcpy(state->runs, other->runs, sizeof(state->runs));
    state->words = words;
    memcpy(state + 1, first_run(other), settled_size(other->runs) - sizeof(cm_value_counts));
    runs->pending += words;
    runs->head.flags = CM_PENDING_STATES;
}

cm_value_counts *
cm_value_counts_merge(FunctionCallInfo fcinfo, const cm_value_counts_class *cls)
{
    cm_value_counts *runs = (cm_value_counts *) read_runs(PG_GETARG_DATUM(0), cls);
    const cm_value_counts *other = cm_value_counts_read(PG_GETARG_DATUM(1), cls);
    Size size = settled_size(other->runs) - sizeof(cm_value_counts) + sizeof(pending_state);
    bool rows = runs->pending > 0 && runs->head.flags != CM_PENDING_STATES;
    cm_value_counts_parts p;

    if (cm_in_aggregate(fcinfo) && !rows && used_size(runs) + size <= VARSIZE(runs)) {
        append_state(runs, other, size / sizeof(uint64));
        return runs;
    }
    p = settle(runs, cls);
    merge_parts(&p, other, cls);
    return cm_in_aggregate(fcinfo) ? join_with_room(&p, cls) : cm_value_counts_join(cls, &p, 0);
}
