/* The purchase days of a customer in a map of customers, as gaps from each to the next; see customers.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "math/sort.h"
#include "states/customer_days.h"

#define GAPS offsetof(cm_customer, gaps.list)
#define LATE offsetof(cm_customer, gaps.late)
#define LATE_FROM 256 /* bytes of gaps: in fewer, a day that comes out of order is put to its place at once */

StaticAssertDecl(2 * sizeof(cm_list) <= CM_GAPS_HERE, "two lists must fit into the place of the gaps");

static cm_customer *
customer_of(cm_map_edit *edit, uint32 entry)
{
    return cm_map_payload(edit->map, entry);
}

static inline uint8 *
gap_bytes(const cm_map *map, const cm_customer *c, uint32 *used)
{
    if (likely(c->gaps_used != CM_GAPS_IN_LIST)) {
        *used = c->gaps_used;
        return (uint8 *) c->gaps.here;
    }
    *used = c->gaps.list.used;
    return cm_list_data(map, &c->gaps.list);
}

#define LONGEST_GAP 4 /* bytes: days of ten thousand years have 22 bits */

static inline uint32
write_gap(uint8 *out, uint32 gap)
{
    uint32 n = 0;

    for (; gap >= 0x80; gap >>= 7)
        out[n++] = (uint8) (gap | 0x80);
    out[n++] = (uint8) gap;
    return n;
}

static inline uint32
read_gap(const uint8 **at)
{
    uint32 gap = 0;

    for (int shift = 0;; shift += 7) {
        uint8 byte = *(*at)++;

        gap |= (uint32) (byte & 0x7f) << shift;
        if (byte < 0x80 || shift == 28) /* none that was written is longer */
            return gap;
    }
}

/* Puts the bytes of gaps in place of some, no more, that stand at a position. */
static void
put_gaps(cm_map_edit *edit, uint32 entry, uint32 position, uint32 replaced, const uint8 *bytes, uint32 n)
{
    cm_customer *c = customer_of(edit, entry);
    uint32 used;
    uint8 *gaps = gap_bytes(edit->map, c, &used);
    uint32 more = n - replaced;

    if (c->gaps_used != CM_GAPS_IN_LIST && used + more > CM_GAPS_HERE) { /* they move out */
        uint8 moved[CM_GAPS_HERE];

        memcpy(moved, gaps, used);
        memset(&c->gaps, 0, sizeof(c->gaps));
        c->gaps_used = CM_GAPS_IN_LIST;
        cm_list_reserve(edit, entry, GAPS, 1, used + more);
        c = customer_of(edit, entry);
        c->gaps.list.used = used;
        memcpy(cm_list_data(edit->map, &c->gaps.list), moved, used);
    } else if (c->gaps_used == CM_GAPS_IN_LIST && used + more > c->gaps.list.capacity)
        cm_list_reserve(edit, entry, GAPS, 1, more);

    c = customer_of(edit, entry);
    gaps = gap_bytes(edit->map, c, &used);
    memmove(gaps + position + n, gaps + position + replaced, used - position - replaced);
    memcpy(gaps + position, bytes, n);
    if (c->gaps_used == CM_GAPS_IN_LIST)
        c->gaps.list.used += more;
    else
        c->gaps_used += more;
}

/* A day between the first and the last: one gap becomes two, unless the day is there. */
static void
put_between(cm_map_edit *edit, uint32 entry, DateADT day)
{
    const cm_customer *c = customer_of(edit, entry);
    uint32 used;
    const uint8 *gaps = gap_bytes(edit->map, c, &used);
    const uint8 *at = gaps, *before;
    DateADT reached = c->first;
    uint32 gap;

    do {
        before = at;
        gap = read_gap(&at);
        reached += gap;
    } while (reached < day);
    if (reached == day)
        return;

    uint8 bytes[2 * LONGEST_GAP];
    uint32 n = write_gap(bytes, day - (reached - gap));

    n += write_gap(bytes + n, reached - day);
    put_gaps(edit, entry, before - gaps, at - before, bytes, n);
}

/* ---- days that come in no order ---- */

static inline bool
has_late_days(const cm_customer *c)
{
    return c->gaps_used == CM_GAPS_IN_LIST && c->gaps.late.used > 0;
}

/* The days by which the gaps take a customer to the last one. */
static int64
gaps_sum(const uint8 *at, const uint8 *end)
{
    int64 sum = 0;

    while (at < end)
        sum += read_gap(&at);
    return sum;
}

/* All days of a customer with late ones, ascending; n says how many. */
static DateADT *
all_days(const cm_map *map, const cm_customer *c, uint32 *n)
{
    uint32 used, late = c->gaps.late.used;
    const uint8 *at = gap_bytes(map, c, &used), *end = at + used;
    const DateADT *late_days = cm_list_data(map, &c->gaps.late);
    uint64 *keys = MemoryContextAllocHuge(CurrentMemoryContext, 2 * (Size) late * sizeof(uint64));
    DateADT *days = MemoryContextAllocHuge(CurrentMemoryContext, ((Size) used + 1 + late) * sizeof(DateADT));
    DateADT day = (DateADT) (c->last - gaps_sum(at, end));
    bool more = true;

    CHECK_FOR_INTERRUPTS();
    for (uint32 i = 0; i < late; i++)
        keys[i] = cm_sort_key_int(late_days[i]);
    cm_sort_keys(keys, late, keys + late);
    *n = 0;
    for (uint32 i = 0; more || i < late;) {
        bool is_late = i < late && (!more || cm_sort_int(keys[i]) < day);
        DateADT next = is_late ? (DateADT) cm_sort_int(keys[i++]) : day;

        if (!is_late) {
            more = at < end;
            if (more)
                day += read_gap(&at);
        }
        if (*n == 0 || days[*n - 1] != next)
            days[(*n)++] = next;
    }
    pfree(keys);
    return days;
}

/*
 * Days that come out of order wait until there are a quarter as many as bytes of gaps, so that n of them cost n log n in all, not n^2.
 */
static void
put_late(cm_map_edit *edit, uint32 entry, DateADT day)
{
    *(DateADT *) cm_list_push(edit, entry, LATE, sizeof(DateADT)) = day;

    cm_customer *c = customer_of(edit, entry);

    c->first = Min(c->first, day);
    if (c->gaps.late.used < c->gaps.list.used / 4)
        return;

    uint32 n;
    DateADT *days = all_days(edit->map, c, &n);

    c->gaps.late.used = 0;
    c->gaps.list.used = 0;
    cm_customers_set_days(edit, entry, days, n);
    pfree(days);
}

void
cm_customer_put_any_day(cm_map_edit *edit, uint32 entry, DateADT day)
{
    cm_customer *c = customer_of(edit, entry);
    uint8 bytes[LONGEST_GAP];
    uint32 used;

    if (day > c->last) { /* as rows come in order of time */
        uint32 n = write_gap(bytes, day - c->last);

        gap_bytes(edit->map, c, &used);
        c->last = day;
        put_gaps(edit, entry, used, 0, bytes, n);
    } else if (day == c->first || day == c->last)
        return;
    else if (c->gaps_used == CM_GAPS_IN_LIST && c->gaps.list.used >= LATE_FROM && edit->map->index_bits > 0)
        put_late(edit, entry, day);
    else if (day < c->first) {
        uint32 n = write_gap(bytes, c->first - day);

        c->first = day;
        put_gaps(edit, entry, 0, 0, bytes, n);
    } else
        put_between(edit, entry, day);
}

void
cm_customers_set_days(cm_map_edit *edit, uint32 entry, const DateADT *days, uint32 n)
{
    cm_customer *c = customer_of(edit, entry);
    uint8 *gaps = MemoryContextAllocHuge(CurrentMemoryContext, (Size) n * LONGEST_GAP);
    uint32 used = 0;

    for (uint32 i = 1; i < n; i++)
        used += write_gap(gaps + used, days[i] - days[i - 1]);
    c->first = days[0];
    c->last = days[n - 1];
    put_gaps(edit, entry, 0, 0, gaps, used); /* at once: a canonical map has no room for lists that grow */
    pfree(gaps);
}

/* ---- reading canonical maps ---- */

cm_customer_days
cm_customers_days(const cm_map *map, uint32 entry)
{
    const cm_customer *c = cm_map_payload(map, entry);
    uint32 used;
    const uint8 *at = gap_bytes(map, c, &used);

    return (cm_customer_days){.at = at, .end = at + used, .day = c->first, .begun = c->purchases == 0};
}

bool
cm_customer_days_next(cm_customer_days *days)
{
    if (!days->begun) {
        days->begun = true;
        return true;
    }
    if (days->at == days->end)
        return false;
    days->gap = read_gap(&days->at);
    days->day += days->gap;
    return true;
}

uint32
cm_customers_days_until(const cm_map *map, uint32 entry, DateADT as_of, DateADT *last)
{
    cm_customer_days days = cm_customers_days(map, entry);
    uint32 n = 0;

    for (; cm_customer_days_next(&days) && days.day <= as_of; n++)
        *last = days.day;
    return n;
}

const char *
cm_customer_days_fault(const cm_map *map, uint32 entry, uint32 *n)
{
    const cm_customer *c = cm_map_payload(map, entry);
    uint32 used;
    const uint8 *at = gap_bytes(map, c, &used), *end = at + used;
    int64 day = c->first;

    for (*n = 1; at < end; ++*n) {
        const uint8 *begin = at;
        uint32 gap = read_gap(&at);

        if (at - begin > LONGEST_GAP || (at - begin > 1 && at[-1] == 0))
            return "A gap is longer than it needs to be";
        if (gap == 0)
            return "Its days are not ascending";
        day += gap;
    }
    if (c->first < CM_FIRST_DAY || day > CM_LAST_DAY)
        return "A day is out of range";
    return day == c->last ? NULL : "Its last day is another";
}

/* ---- merging ---- */

/* Onto a new entry: the same days, the gaps in a list as long as they are if they do not fit here. */
void
cm_customer_copy_days(cm_map_edit *edit, uint32 entry, const cm_map *from, const cm_customer *other)
{
    cm_customer *c = customer_of(edit, entry);
    uint32 used;
    const uint8 *gaps = gap_bytes(from, other, &used);

    if (has_late_days(other)) {
        DateADT *days = all_days(from, other, &used);

        cm_customers_set_days(edit, entry, days, used);
        pfree(days);
        return;
    }
    c->first = other->first;
    c->last = other->last;
    if (used > 0)
        put_gaps(edit, entry, 0, 0, gaps, used);
}

void
cm_customer_merge_days(cm_map_edit *edit, uint32 entry, const cm_map *from, const cm_customer *other)
{
    uint32 used;
    const uint8 *at = gap_bytes(from, other, &used);
    const uint8 *end = at + used;
    DateADT day = other->first;

    if (has_late_days(other)) {
        DateADT *days = all_days(from, other, &used);

        for (uint32 i = 0; i < used; i++)
            cm_customer_put_day(edit, entry, days[i]);
        pfree(days);
        return;
    }
    cm_customer_put_day(edit, entry, day);
    while (at < end)
        cm_customer_put_day(edit, entry, day += read_gap(&at));
}

uint32
cm_customer_count_gaps(const cm_map *map, const cm_customer *c)
{
    uint32 used, n = 0;
    const uint8 *gaps = gap_bytes(map, c, &used);

    for (uint32 i = 0; i < used; i++)
        n += gaps[i] < 0x80; /* its last byte */
    return n;
}
