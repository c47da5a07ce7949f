/*
 * The state of returns: adding rows and merging; see cohort_returns.h. The steps of its aggregates are in
 * cohort_returns_agg.c, text and binary form in cohort_returns_text.c.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/map_join.h"
#include "core/check.h"
#include "retention/cohort_returns.h"

#define EARLIER offsetof(cm_cohort_returns_entry, earlier)

/* ---- kinds of periods ---- */

static const char rolling[] = "rolling:";
#define ROLLING_LENGTH ((int) sizeof(rolling) - 1)

static bool
read_rolling(const cm_word *word, uint16 *days)
{
    const char *at = VARDATA_ANY(word);
    int length = VARSIZE_ANY_EXHDR(word), value = 0;

    if (length < ROLLING_LENGTH - 1 || pg_strncasecmp(at, rolling, ROLLING_LENGTH - 1) != 0)
        return false;
    for (int i = ROLLING_LENGTH; i < length && value <= CM_MAX_ROLLING; i++)
        value = at[i] >= '0' && at[i] <= '9' ? value * 10 + (at[i] - '0') : CM_MAX_ROLLING + 1;
    if (length <= ROLLING_LENGTH || at[ROLLING_LENGTH - 1] != ':' || value < 1 || value > CM_MAX_ROLLING)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("period \"%s\" is not known", cm_excerpt(text_to_cstring((const text *) word))),
                 errdetail("A rolling period has from 1 to %d days.", CM_MAX_ROLLING),
                 errhint("Write rolling:1 for periods of 24 hours from each customer's beginning, "
                         "rolling:7 for periods of 7 days.")));
    *days = (uint16) value;
    return true;
}

cm_cohort_returns_periods
cm_cohort_returns_periods_from_text(const cm_word *word)
{
    cm_cohort_returns_periods periods = {.calendar = {.unit = CM_DAY}};
    int length = VARSIZE_ANY_EXHDR(word);

    if (length > 0 && (*VARDATA_ANY(word) | 0x20) == 'r' && read_rolling(word, &periods.days))
        return periods;
    periods.calendar = cm_calendar_of_row(word, false);
    if (unlikely(periods.calendar.unit == CM_HOUR))
        cm_period_error(text_to_cstring((const text *) word), false);
    return periods;
}

const char *
cm_cohort_returns_periods_name(const cm_cohort_returns_periods *periods)
{
    return periods->days > 0 ? psprintf("%s%d", rolling, periods->days) : cm_calendar_name(periods->calendar);
}

/* ---- chunks of a customer ---- */

static inline int
compare(const cm_returns_chunk *a, const cm_returns_chunk *b)
{
    if (a->cohort != b->cohort)
        return a->cohort < b->cohort ? -1 : 1;
    return (a->word > b->word) - (a->word < b->word);
}

static int
compare_chunks(const void *a, const void *b, void *arg pg_attribute_unused())
{
    return compare(a, b);
}

/* Sorts chunks and unites those that are repeated; returns how many are left. Mostly they are in order. */
static uint32
sort_chunks(cm_returns_chunk *chunks, uint32 n)
{
    uint32 ascending = 1, kept = 0;

    while (ascending < n && compare(&chunks[ascending - 1], &chunks[ascending]) < 0)
        ascending++;
    if (ascending >= n)
        return n;
    qsort_interruptible(chunks, n, sizeof(*chunks), compare_chunks, NULL);
    for (uint32 i = 1; i < n; i++) {
        if (compare(&chunks[kept], &chunks[i]) == 0)
            chunks[kept].bits |= chunks[i].bits;
        else
            chunks[++kept] = chunks[i];
    }
    return kept + 1;
}

#define LOOKED_AT 16 /* of the earlier chunks, the last ones */

/*
 * Puts a chunk behind the earlier ones. Once they fill their place they are sorted and united, and get a larger one if that has
 * not freed half of it: so a row costs the logarithm of their number, in whatever order rows come.
 */
static inline void
push_earlier(cm_map_edit *edit, uint32 entry, const cm_returns_chunk *chunk)
{
    cm_list *list = &((cm_cohort_returns_entry *) cm_map_payload(edit->map, entry))->earlier;

    if (unlikely(list->used == list->capacity && list->used > LOOKED_AT)) {
        cm_returns_chunk *chunks = cm_list_data(edit->map, list);

        list->used = sort_chunks(chunks, list->used);
        if (list->used > list->capacity / 2)
            cm_list_reserve(edit, entry, EARLIER, sizeof(*chunk), list->capacity - list->used + 1);
    }
    *(cm_returns_chunk *) cm_list_push(edit, entry, EARLIER, sizeof(*chunk)) = *chunk;
}

/* Puts a chunk into its like where that is near the end of the earlier ones, else behind them. */
static void
add_earlier(cm_map_edit *edit, uint32 entry, const cm_returns_chunk *chunk)
{
    cm_list *list = &((cm_cohort_returns_entry *) cm_map_payload(edit->map, entry))->earlier;
    cm_returns_chunk *chunks = cm_list_data(edit->map, list);
    uint32 looked_at = Min(list->used, LOOKED_AT);

    for (uint32 i = 1; i <= looked_at; i++)
        if (compare(&chunks[list->used - i], chunk) == 0) {
            chunks[list->used - i].bits |= chunk->bits;
            return;
        }
    push_earlier(edit, entry, chunk);
}

static inline void
add_chunk(cm_map_edit *edit, uint32 entry, const cm_returns_chunk *chunk)
{
    cm_cohort_returns_entry *customer = cm_map_payload(edit->map, entry);
    cm_returns_chunk latest = customer->latest;
    int order = compare(chunk, &latest);

    if (latest.bits == 0)
        customer->latest = *chunk;
    else if (likely(order == 0))
        customer->latest.bits |= chunk->bits;
    else if (order < 0)
        add_earlier(edit, entry, chunk);
    else {
        customer->latest = *chunk;
        push_earlier(edit, entry, &latest); /* none of the earlier ones is its like */
    }
}

static inline void
add_row(cm_map_edit *edit, uint32 entry, const void *value)
{
    const cm_cohort_returns_row *row = value;
    cm_returns_chunk begun = {1, 0, row->cohort};
    cm_returns_chunk chunk = {cm_chunk_bit(row->number), cm_chunk_word(row->number), row->cohort};
    const cm_returns_chunk *latest = &((cm_cohort_returns_entry *) cm_map_payload(edit->map, entry))->latest;

    if (likely(chunk.word == 0))
        chunk.bits |= begun.bits;
    else if (latest->bits == 0 || latest->cohort != row->cohort) /* else the cohort has its beginning */
        add_chunk(edit, entry, &begun);
    add_chunk(edit, entry, &chunk);
}

void
cm_cohort_returns_set(cm_map_edit *edit, uint32 entry, cm_returns_chunk *chunks, uint32 n)
{
    n = sort_chunks(chunks, n);
    if (n > 1)
        cm_list_reserve(edit, entry, EARLIER, sizeof(*chunks), n - 1);

    cm_cohort_returns_entry *customer = cm_map_payload(edit->map, entry);

    if (n > 1)
        memcpy(cm_list_data(edit->map, &customer->earlier), chunks, (n - 1) * sizeof(*chunks));
    customer->earlier.used = n - 1;
    customer->latest = chunks[n - 1];
}

static void
merge_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload)
{
    const cm_cohort_returns_entry *other = payload;
    uint32 n = other->earlier.used + 1;

    if (edit->map->index_bits > 0) {
        for (uint32 i = 0; i < n; i++)
            add_chunk(edit, entry, cm_cohort_returns_chunk(from, other, i));
        return;
    }

    cm_returns_chunk stack[16];
    cm_returns_chunk *chunks = n <= lengthof(stack)
                                   ? stack
                                   : MemoryContextAllocHuge(CurrentMemoryContext, (Size) n * sizeof(*chunks));

    for (uint32 i = 0; i < n; i++)
        chunks[i] = *cm_cohort_returns_chunk(from, other, i);
    cm_cohort_returns_set(edit, entry, chunks, n);
    if (chunks != stack)
        pfree(chunks);
}

static bool
is_flat(const void *payload, const void *params pg_attribute_unused(),
        const void *others pg_attribute_unused())
{
    return ((const cm_cohort_returns_entry *) payload)->earlier.capacity == 0;
}

static inline void
prefetch_earlier(const cm_map *map, const void *payload)
{
    const cm_list *list = &((const cm_cohort_returns_entry *) payload)->earlier;

    if (list->used > 0)
        __builtin_prefetch((const cm_returns_chunk *) cm_list_data(map, list) + list->used, 1);
}

/* ---- packed: of each customer the latest chunk, and those before it, cohorts by their distance from the latest ---- */

enum { BITS, WORD, COHORT };

static void
split_customers(const cm_map *map, uint32 first, cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++) {
        const cm_cohort_returns_entry *customer = cm_map_payload(map, first + i);
        const cm_returns_chunk *earlier = cm_list_data(map, &customer->earlier);
        uint64 at = cm_map_add_items(c, i, customer->earlier.used);

        c->column[BITS][i] = (int64) customer->latest.bits;
        c->column[WORD][i] = customer->latest.word;
        c->column[COHORT][i] = customer->latest.cohort;
        for (uint32 k = 0; k < customer->earlier.used; k++) {
            c->item[BITS][at + k] = (int64) earlier[k].bits;
            c->item[WORD][at + k] = earlier[k].word;
            c->item[COHORT][at + k] = (int64) customer->latest.cohort - earlier[k].cohort;
        }
    }
}

static bool
join_customers(cm_map *map, uint32 first, const cm_map_columns *c)
{
    uint64 at = 0;

    for (uint32 i = 0; i < c->count; i++) {
        cm_cohort_returns_entry *customer = cm_map_payload(map, first + i);
        cm_returns_chunk *earlier;

        customer->latest = (cm_returns_chunk){(uint64) c->column[BITS][i], (int32) c->column[WORD][i],
                                              (int32) c->column[COHORT][i]};
        if (!cm_list_take(map, &customer->earlier, (uint64) c->items[i], sizeof(cm_returns_chunk)))
            return false;
        earlier = cm_list_data(map, &customer->earlier);
        for (uint32 k = 0; k < customer->earlier.used; k++, at++)
            earlier[k] =
                (cm_returns_chunk){(uint64) c->item[BITS][at], (int32) c->item[WORD][at],
                                   (int32) ((uint64) c->column[COHORT][i] - (uint64) c->item[COHORT][at])};
    }
    return true;
}

static const char *
chunk_fault(const cm_returns_chunk *chunk, const cm_returns_chunk *before, int32 first, int32 last)
{
    bool new_cohort = before == NULL || before->cohort != chunk->cohort;

    if (chunk->cohort < first || chunk->cohort > last || chunk->word < 0 ||
        chunk->word > CM_MAX_RETURN / 64 || chunk->bits == 0)
        return "A period is out of range";
    if (before != NULL && (new_cohort ? before->cohort > chunk->cohort : before->word >= chunk->word))
        return "Periods must be in ascending order";
    if (new_cohort && (chunk->word != 0 || (chunk->bits & 1) == 0))
        return "Every cohort has a beginning";
    if (chunk->word == CM_MAX_RETURN / 64 && chunk->bits >> (CM_MAX_RETURN % 64 + 1) >> 1 != 0)
        return "A period is out of range";
    return NULL;
}

static const char *
periods_fault(const cm_cohort_returns_periods *periods)
{
    const char *fault = cm_calendar_fault(periods->calendar, false);

    if (fault != NULL)
        return fault;
    if (periods->days > CM_MAX_ROLLING || (periods->days > 0 && periods->calendar.unit != CM_DAY) ||
        (periods->unused[0] | periods->unused[1] | periods->unused[2]) != 0)
        return "There is no such period";
    return NULL;
}

static const char *
fault_of(const cm_map *map)
{
    const cm_cohort_returns_periods *periods = cm_cohort_returns_periods_of(map);
    const char *fault = periods_fault(periods);
    int32 first, last;

    if (fault != NULL || map->count == 0)
        return fault;
    if (periods->calendar.unit == CM_NO_PERIOD)
        return "A value without a kind of period has no customers";
    cm_period_range(periods->calendar, &first, &last);
    for (uint32 entry = 0; entry < map->count && fault == NULL; entry++) {
        const cm_cohort_returns_entry *customer = cm_map_payload(map, entry);

        CHECK_FOR_INTERRUPTS();
        for (uint32 i = 0; i <= customer->earlier.used && fault == NULL; i++)
            fault = chunk_fault(cm_cohort_returns_chunk(map, customer, i),
                                i > 0 ? cm_cohort_returns_chunk(map, customer, i - 1) : NULL, first, last);
    }
    return fault;
}

CM_MAP_ADD_EACH(add_rows, add_row);
CM_MAP_PREFETCH_EACH(prefetch_lists, prefetch_earlier);

const cm_map_class cm_cohort_returns_class = {
    .state =
        {
            .name = "cohort_returns_state",
            .min_size = sizeof(cm_state),
            .max_size = MaxAllocSize,
            .magic = 0x5245,
            .version = 1,
        },
    .params_size = sizeof(cm_cohort_returns_periods),
    .value_size = sizeof(cm_cohort_returns_row),
    .payload_size = sizeof(cm_cohort_returns_entry),
    .add = add_rows,
    .merge = merge_customer,
    .flat = is_flat,
    .prefetch = prefetch_lists,
    .packing = {.params = CM_CALENDAR_FORM "2222",
                .columns = 3,
                .item_columns = 3,
                .split = split_customers,
                .join = join_customers,
                .fault = fault_of},
};
