/* Ledgers of several segments, read together; see mrr_ledgers.h. */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "subscription/mrr_ledgers.h"

#define MOST_SEGMENTS 10000

static int
compare_names(const cm_mrr_ledger *a, const cm_mrr_ledger *b)
{
    if (a->name == NULL || b->name == NULL)
        return (a->name == NULL) - (b->name == NULL);

    Size length_a = VARSIZE_ANY_EXHDR(a->name), length_b = VARSIZE_ANY_EXHDR(b->name);
    int order = memcmp(VARDATA_ANY(a->name), VARDATA_ANY(b->name), Min(length_a, length_b));

    return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

static int
compare_ledgers(const void *a, const void *b)
{
    CHECK_FOR_INTERRUPTS();
    return compare_names(a, b);
}

static const char *
segment_name(const cm_mrr_ledger *l)
{
    return l->name == NULL ? "NULL" : psprintf("\"%s\"", cm_excerpt(text_to_cstring(l->name)));
}

static void
copy_ledgers(cm_mrr_ledgers *r, ArrayType *states, ArrayType *names)
{
    Datum *state_values, *name_values;
    bool *state_nulls, *name_nulls;
    int states_count, names_count;

    deconstruct_array(states, ARR_ELEMTYPE(states), -1, false, TYPALIGN_DOUBLE, &state_values, &state_nulls,
                      &states_count);
    deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &name_values, &name_nulls, &names_count);
    if (states_count != names_count)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("there are %d ledgers and %d segments", states_count, names_count),
                        errdetail("Each segment has a ledger of its own."),
                        errhint("Collect both with array_agg over the same rows.")));
    if (states_count > MOST_SEGMENTS)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many segments: %d", states_count),
                 errdetail("There may be %d.", MOST_SEGMENTS)));
    r->ledgers = palloc0(Max(states_count, 1) * sizeof(cm_mrr_ledger));
    for (int i = 0; i < states_count; i++) {
        if (state_nulls[i])
            continue;

        cm_mrr_ledger *l = &r->ledgers[r->count++];

        l->map = cm_map_read(state_values[i], &cm_mrr_class);
        l->name = name_nulls[i] ? NULL : DatumGetTextPP(name_values[i]);
        cm_mrr_check_currency(r->ledgers[0].map, l->map);
        r->scale = Max(r->scale, mrr_scale(l->map));
    }
    qsort(r->ledgers, r->count, sizeof(cm_mrr_ledger), compare_ledgers);
    for (int i = 1; i < r->count; i++)
        if (compare_names(&r->ledgers[i - 1], &r->ledgers[i]) == 0)
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("segment %s is given twice", segment_name(&r->ledgers[i])),
                            errhint("Merge the ledgers of one segment with rollup.")));
}

/* ---- the ledgers together ---- */

static bool
comes_before(const cm_mrr_ledgers *r, uint32 a, uint32 b)
{
    const cm_mrr_ledger *x = &r->ledgers[a], *y = &r->ledgers[b];
    int order = cm_map_compare_keys(x->map, x->at, y->map, y->at);

    return order != 0 ? order < 0 : a < b;
}

/* Puts a ledger in the place of the first one, and those behind it in their order. */
static void
sift(cm_mrr_ledgers *r, uint32 place, uint32 number)
{
    for (;;) {
        uint32 child = 2 * place + 1;

        if (child + 1 < r->heaped && comes_before(r, r->heap[child + 1], r->heap[child]))
            child++;
        if (child >= r->heaped || !comes_before(r, r->heap[child], number))
            break;
        r->heap[place] = r->heap[child];
        place = child;
    }
    r->heap[place] = number;
}

static void
begin_heap(cm_mrr_ledgers *r)
{
    r->heap = palloc(Max(r->count, 1) * sizeof(uint32));
    r->members = palloc(Max(r->count, 1) * sizeof(uint32));
    for (int32 i = 0; i < r->count; i++)
        if (r->ledgers[i].map->count > 0)
            r->heap[r->heaped++] = i;
    for (uint32 place = r->heaped / 2; place-- > 0;)
        sift(r, place, r->heap[place]);
}

/* The ledger with the least id goes on to its next customer. */
static void
advance(cm_mrr_ledgers *r)
{
    uint32 number = r->heap[0];

    if (++r->ledgers[number].at < r->ledgers[number].map->count)
        sift(r, 0, number);
    else if (--r->heaped > 0)
        sift(r, 0, r->heap[r->heaped]);
}

cm_mrr_ledgers
cm_mrr_read_ledgers(ArrayType *states, ArrayType *names)
{
    cm_mrr_ledgers r = {.count = 0};

    copy_ledgers(&r, states, names);
    begin_heap(&r);
    return r;
}

static void
add_changes(cm_mrr_ledgers *r, uint32 number, DateADT as_of)
{
    const cm_mrr_ledger *l = &r->ledgers[number];
    uint32 count;
    const cm_mrr_change *changes = mrr_changes(l->map, l->at, &count);
    int128 revenue = 0;

    if (r->change_count + count > r->capacity) {
        r->capacity = Max(2 * r->capacity, r->change_count + count + 64);
        r->changes = r->changes == NULL ? MemoryContextAllocHuge(CurrentMemoryContext,
                                                                 r->capacity * sizeof(cm_segment_change))
                                        : repalloc_huge(r->changes, r->capacity * sizeof(cm_segment_change));
    }
    for (uint32 i = 0; i < count && changes[i].day < as_of; i++) {
        revenue = cm_mrr_after(l->map, l->at, revenue, &changes[i]);
        r->changes[r->change_count++] =
            (cm_segment_change){cm_units_rescale(cm_mrr_units(&changes[i]), mrr_scale(l->map), r->scale),
                                changes[i].day, r->member_count};
    }
    r->members[r->member_count++] = number;
}

static int
compare_days(const void *a, const void *b, void *arg)
{
    DateADT day_a = ((const cm_segment_change *) a)->day, day_b = ((const cm_segment_change *) b)->day;

    (void) arg;
    return (day_a > day_b) - (day_a < day_b);
}

bool
cm_mrr_next_customer(cm_mrr_ledgers *r, DateADT as_of)
{
    if (r->heaped == 0)
        return false;

    const cm_map *map = r->ledgers[r->heap[0]].map;
    uint32 entry = r->ledgers[r->heap[0]].at;

    r->member_count = 0;
    r->change_count = 0;
    do {
        add_changes(r, r->heap[0], as_of);
        advance(r);
    } while (r->heaped > 0 &&
             cm_map_compare_keys(map, entry, r->ledgers[r->heap[0]].map, r->ledgers[r->heap[0]].at) == 0);
    if (r->member_count > 1)
        qsort_interruptible(r->changes, r->change_count, sizeof(cm_segment_change), compare_days, NULL);
    return true;
}
