/* Items of cohort_revenue as bytes and as lists, for the files that make the state; see cohort_revenue.h. */
#ifndef CM_COHORT_REVENUE_ITEMS_H
#define CM_COHORT_REVENUE_ITEMS_H

#include "retention/cohort_revenue.h"

static inline uint8 *
cm_write_number(uint8 *out, uint128 number)
{
    for (; number >= 0x80; number >>= 7)
        *out++ = (uint8) (number | 0x80);
    *out++ = (uint8) number;
    return out;
}

static inline uint8 *
cm_write_short(uint8 *out, uint64 number)
{
    for (; number >= 0x80; number >>= 7)
        *out++ = (uint8) (number | 0x80);
    *out++ = (uint8) number;
    return out;
}

/* Small numbers of either sign are short: 0, -1, 1, -2 become 0, 1, 2, 3. */
static inline uint8 *
cm_write_signed(uint8 *out, int128 number)
{
    if (likely(number == (int32) number))
        return cm_write_short(out, (uint64) ((int64) number * 2 ^ (int64) number >> 63));
    return cm_write_number(out, (uint128) number << 1 ^ (uint128) (number >> 127));
}

#define CM_LONGEST_REVENUE_ITEM 64 /* bytes: at most 5 + 10 + 19 + 19 */

static inline uint8 *
cm_revenue_write_item(uint8 *out, int32 before, const cm_revenue_item *item, bool with_costs)
{
    out = cm_write_signed(out, (int64) item->period - before);
    out = cm_write_short(out, (uint64) item->orders);
    out = cm_write_signed(out, item->units);
    return with_costs ? cm_write_signed(out, item->cost) : out;
}

static inline uint8 *
cm_revenue_bytes(const cm_map *map, const cm_revenue_entry *customer, uint32 *used, uint32 *capacity)
{
    if (likely(customer->used != CM_REVENUE_IN_LIST)) {
        *used = customer->used;
        *capacity = CM_REVENUE_HERE;
        return (uint8 *) customer->items.here;
    }
    *used = customer->items.list.used;
    *capacity = customer->items.list.capacity;
    return cm_list_data(map, &customer->items.list);
}

typedef struct cm_revenue_item_list {
    cm_revenue_item *items, stack[24];
    uint32 n;
} cm_revenue_item_list;

/* All items of a customer, those written and the current one; to be freed. */
extern void cm_revenue_read_items(const cm_map *map, const cm_revenue_entry *customer,
                                  cm_revenue_item_list *list);
extern void cm_revenue_free_items(cm_revenue_item_list *list);
/* Sorts items and unites those of one period. Mostly they are in order; false if they were. */
extern bool cm_revenue_sort_items(const cm_map_edit *edit, uint32 entry, cm_revenue_item_list *list);
/* The error of sums beyond 38 digits. */
extern void cm_revenue_too_large(const cm_map_edit *edit, uint32 entry) pg_attribute_noreturn();

/* Packed: the beginning, and items as the bytes that they are. */
extern void cm_revenue_split(const cm_map *map, uint32 first, cm_map_columns *c);
extern bool cm_revenue_join(cm_map *map, uint32 first, const cm_map_columns *c);

/* What is wrong with a value from outside, or with one item of it behind another; NULL: nothing. */
extern const char *cm_revenue_fault(const cm_map *map);
extern const char *cm_revenue_item_fault(const cm_revenue_params *params, int32 began,
                                         const cm_revenue_item *before, const cm_revenue_item *item);

#endif
