/* Reading and sorting items of cohort_revenue; see cohort_revenue_items.h. */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "retention/cohort_revenue_items.h"

void
cm_revenue_too_large(const cm_map_edit *edit, uint32 entry)
{
    const int32 *scales = cm_revenue_params_of(edit->map)->scales;

    cm_money_overflow_of(cm_map_customer_name(edit->map, entry), Max(scales[0], scales[1]));
}

static inline int128
read_signed(const uint8 **at)
{
    uint64 low = 0;
    uint128 number;
    int shift = 0;

    for (;; shift += 7) {
        uint8 byte = *(*at)++;

        if (likely(shift < 63))
            low |= (uint64) (byte & 0x7f) << shift;
        if (byte < 0x80 && shift < 63)
            return (int128) (int64) (low >> 1 ^ -(low & 1));
        if (shift == 63) {
            number = low | (uint128) (byte & 0x7f) << 63;
            if (byte < 0x80)
                break;
        } else if (shift > 63) {
            number |= (uint128) (byte & 0x7f) << shift;
            if (byte < 0x80)
                break;
        }
    }
    return (int128) (number >> 1 ^ -(number & 1));
}

cm_revenue_cursor
cm_revenue_begin_items(const cm_map *map, const cm_revenue_entry *customer)
{
    uint32 used, capacity;
    const uint8 *at = cm_revenue_bytes(map, customer, &used, &capacity);

    return (cm_revenue_cursor){at, at + used, 0, cm_revenue_params_of(map)->with_costs != 0};
}

bool
cm_revenue_next(cm_revenue_cursor *cursor, cm_revenue_item *item)
{
    int shift = 0;

    if (cursor->at == cursor->end)
        return false;
    cursor->period += (int32) read_signed(&cursor->at);
    item->period = cursor->period;
    for (item->orders = 0;; shift += 7) {
        uint8 byte = *cursor->at++;

        item->orders |= (int64) (byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    item->units = read_signed(&cursor->at);
    item->cost = cursor->with_costs ? read_signed(&cursor->at) : 0;
    return true;
}

void
cm_revenue_read_items(const cm_map *map, const cm_revenue_entry *customer, cm_revenue_item_list *list)
{
    cm_revenue_cursor cursor = cm_revenue_begin_items(map, customer);
    Size most = (cursor.end - cursor.at) / 3 + 1; /* an item has three bytes or more */

    list->n = 0;
    list->items = list->stack;
    if (most > lengthof(list->stack))
        list->items = MemoryContextAllocHuge(CurrentMemoryContext, most * sizeof(cm_revenue_item));
    while (cm_revenue_next(&cursor, &list->items[list->n]))
        if (++list->n % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
    if (customer->has_current)
        list->items[list->n++] =
            (cm_revenue_item){customer->units, customer->cost, customer->orders, customer->period};
}

void
cm_revenue_free_items(cm_revenue_item_list *list)
{
    if (list->items != list->stack)
        pfree(list->items);
}

static int
compare_items(const void *a, const void *b, void *arg pg_attribute_unused())
{
    int32 period_a = ((const cm_revenue_item *) a)->period, period_b = ((const cm_revenue_item *) b)->period;

    return (period_a > period_b) - (period_a < period_b);
}

bool
cm_revenue_sort_items(const cm_map_edit *edit, uint32 entry, cm_revenue_item_list *list)
{
    cm_revenue_item *items = list->items;
    uint32 ascending = 1, kept = 0;

    while (ascending < list->n && items[ascending - 1].period < items[ascending].period)
        ascending++;
    if (ascending >= list->n)
        return false;
    qsort_interruptible(items, list->n, sizeof(*items), compare_items, NULL);
    for (uint32 i = 1; i < list->n; i++) {
        cm_revenue_item *to = &items[kept];

        if (to->period != items[i].period)
            items[++kept] = items[i];
        else if (__builtin_add_overflow(to->units, items[i].units, &to->units) ||
                 __builtin_add_overflow(to->cost, items[i].cost, &to->cost) ||
                 pg_add_s64_overflow(to->orders, items[i].orders, &to->orders))
            cm_revenue_too_large(edit, entry);
    }
    list->n = kept + 1;
    return true;
}

/* ---- the length of their text ---- */

/*
 * An item has three numbers or four, each of which ends with a byte below 0x80, and a byte is at most three digits. Beside
 * them stand the date, up to six signs, and the zeros of amounts smaller than one.
 */
uint64
cm_revenue_text_size(const cm_map *map, const void *payload)
{
    const cm_revenue_params *params = cm_revenue_params_of(map);
    const cm_revenue_entry *customer = payload;
    uint32 used, capacity;
    const uint8 *bytes = cm_revenue_bytes(map, customer, &used, &capacity);
    uint64 numbers = 0;

    for (uint32 i = 0; i < used; i++)
        numbers += bytes[i] < 0x80;
    return (numbers / (params->with_costs ? 4 : 3) + customer->has_current) *
               (CM_TEXT_LONG_DATE + 6 + params->scales[0] + params->scales[1]) +
           used * UINT64CONST(3) + CM_TEXT_LONG_DATE + 1;
}

/* ---- packed ---- */

enum { BEGAN, HAS_BEGUN, LAST };

void
cm_revenue_split(const cm_map *map, uint32 first, cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++) {
        const cm_revenue_entry *customer = cm_map_payload(map, first + i);
        uint32 used, capacity;
        const uint8 *bytes = cm_revenue_bytes(map, customer, &used, &capacity);
        uint64 at = cm_map_add_items(c, i, used);

        memcpy(c->bytes + at, bytes, used);
        c->column[BEGAN][i] = customer->began;
        c->column[HAS_BEGUN][i] = customer->has_begun;
        c->column[LAST][i] = customer->last;
    }
}

/* Whether bytes are items, as far as those who read them stay within them. */
static bool
are_items(const uint8 *bytes, uint64 n, bool with_costs)
{
    static const uint8 longest[] = {5, 10, 19, 19};
    int numbers = with_costs ? 4 : 3, number = 0, length = 0;
    bool good = true;

    for (uint64 i = 0; i < n; i++) {
        length++;
        if (bytes[i] >= 0x80)
            continue;
        good &= length <= longest[number];
        number = number + 1 == numbers ? 0 : number + 1;
        length = 0;
    }
    return good && number == 0 && length == 0;
}

bool
cm_revenue_join(cm_map *map, uint32 first, const cm_map_columns *c)
{
    const uint8 *bytes = c->bytes;
    bool with_costs = cm_revenue_params_of(map)->with_costs != 0;

    for (uint32 i = 0; i < c->count; bytes += c->items[i++]) {
        cm_revenue_entry *customer = cm_map_payload(map, first + i);
        uint64 n = (uint64) c->items[i];

        if (!are_items(bytes, n, with_costs))
            return false;
        customer->began = (int32) c->column[BEGAN][i];
        customer->has_begun = c->column[HAS_BEGUN][i] != 0;
        customer->last = (int32) c->column[LAST][i];
        if (n <= CM_REVENUE_HERE) {
            memcpy(customer->items.here, bytes, n);
            customer->used = (uint8) n;
            continue;
        }
        customer->used = CM_REVENUE_IN_LIST;
        if (!cm_list_take(map, &customer->items.list, n, 1))
            return false;
        memcpy(cm_list_data(map, &customer->items.list), bytes, n);
    }
    return true;
}
