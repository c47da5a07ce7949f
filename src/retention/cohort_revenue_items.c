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
    uint64 orders = 0;
    int shift = 0;

    if (cursor->at == cursor->end)
        return false;
    cursor->period = (int32) ((uint32) cursor->period + (uint32) read_signed(&cursor->at));
    item->period = cursor->period;
    for (;; shift += 7) {
        uint8 byte = *cursor->at++;

        orders |= (uint64) (byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    item->orders = (int64) orders;
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
