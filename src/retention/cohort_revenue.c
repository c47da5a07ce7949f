/*
 * The state of cohort_revenue as a map of customers; see cohort_revenue.h. The steps of its aggregates are in
 * cohort_revenue_agg.c, text and binary form in cohort_revenue_text.c, the reports in cohort_revenue_report.c.
 */
#include "postgres.h"

#include "common/int.h"

#include "utils/memutils.h"

#include "retention/cohort_revenue_items.h"

#define ITEMS offsetof(cm_revenue_entry, items)

static cm_revenue_params *
params_of(cm_map_edit *edit)
{
    return cm_map_params(edit->map);
}

static cm_revenue_entry *
customer_of(cm_map_edit *edit, uint32 entry)
{
    return cm_map_payload(edit->map, entry);
}

/* ---- writing items ---- */

/* Writes items, which must have room, in place of those that are there. */
static void
put_items(cm_map_edit *edit, uint32 entry, const cm_revenue_item *items, uint32 n)
{
    cm_revenue_entry *customer = customer_of(edit, entry);
    bool with_costs = params_of(edit)->with_costs;
    uint32 used, capacity;
    uint8 *bytes = cm_revenue_bytes(edit->map, customer, &used, &capacity), *at = bytes;
    int32 before = 0;

    customer->disordered = 0;
    for (uint32 i = 0; i < n; i++) {
        customer->disordered |= i > 0 && items[i].period <= before;
        at = cm_revenue_write_item(at, before, &items[i], with_costs);
        before = items[i].period;
    }
    customer->last = before;
    if (customer->used == CM_REVENUE_IN_LIST)
        customer->items.list.used = at - bytes;
    else {
        customer->used = at - bytes;
        memset(at, 0, bytes + CM_REVENUE_HERE - at);
    }
}

/* Room for so many bytes in all, and a list if that is more than fits here. */
static void
reserve(cm_map_edit *edit, uint32 entry, uint64 bytes)
{
    cm_revenue_entry *customer = customer_of(edit, entry);
    uint8 moved[CM_REVENUE_HERE];
    uint32 used = customer->used;

    if (customer->used == CM_REVENUE_IN_LIST) {
        used = customer->items.list.used;
        cm_state_check_size(&cm_cohort_revenue_class.state, bytes);
        cm_list_reserve(edit, entry, ITEMS, 1, bytes - Min(used, bytes));
    } else if (bytes > CM_REVENUE_HERE) {
        memcpy(moved, customer->items.here, used);
        memset(&customer->items, 0, sizeof(customer->items));
        customer->used = CM_REVENUE_IN_LIST;
        cm_state_check_size(&cm_cohort_revenue_class.state, bytes);
        cm_list_reserve(edit, entry, ITEMS, 1, bytes);
        customer = customer_of(edit, entry);
        memcpy(cm_list_data(edit->map, &customer->items.list), moved, used);
        customer->items.list.used = used;
    }
}

static Size
size_of_items(const cm_revenue_item *items, uint32 n, bool with_costs)
{
    uint8 scratch[CM_LONGEST_REVENUE_ITEM];
    int32 before = 0;
    Size size = 0;

    for (uint32 i = 0; i < n; i++) {
        size += cm_revenue_write_item(scratch, before, &items[i], with_costs) - scratch;
        before = items[i].period;
    }
    return size;
}

/*
 * The items so far have filled their place. They are sorted and united, and get a larger one if that has not freed half of
 * it: so a row costs the logarithm of their number, in whatever order rows come.
 */
static pg_noinline void
make_room(cm_map_edit *edit, uint32 entry)
{
    cm_revenue_entry *customer = customer_of(edit, entry), written = *customer;
    uint32 used, capacity;

    if (customer->disordered) {
        cm_revenue_item_list list;

        written.has_current = 0;
        cm_revenue_read_items(edit->map, &written, &list);
        (void) cm_revenue_sort_items(edit, entry, &list);
        put_items(edit, entry, list.items, list.n);
        cm_revenue_free_items(&list);
    }
    (void) cm_revenue_bytes(edit->map, customer, &used, &capacity);
    if (used > capacity / 2)
        reserve(edit, entry, (uint64) capacity + CM_LONGEST_REVENUE_ITEM);
}

/* Writes an item behind those so far. */
static inline void
append_item(cm_map_edit *edit, uint32 entry, const cm_revenue_item *item)
{
    cm_revenue_entry *customer = customer_of(edit, entry);
    bool with_costs = params_of(edit)->with_costs;
    uint8 scratch[CM_LONGEST_REVENUE_ITEM];
    uint32 n = cm_revenue_write_item(scratch, customer->last, item, with_costs) - scratch;
    uint32 used, capacity;
    uint8 *bytes = cm_revenue_bytes(edit->map, customer, &used, &capacity);

    if (unlikely(used + n > capacity)) {
        make_room(edit, entry);
        customer = customer_of(edit, entry);
        n = cm_revenue_write_item(scratch, customer->last, item, with_costs) - scratch;
        (void) cm_revenue_bytes(edit->map, customer, &used, &capacity);
        reserve(edit, entry, (uint64) used + n);
        customer = customer_of(edit, entry);
        bytes = cm_revenue_bytes(edit->map, customer, &used, &capacity);
    }
    memcpy(bytes + used, scratch, n);
    if (customer->used == CM_REVENUE_IN_LIST)
        customer->items.list.used += n;
    else
        customer->used += n;
    customer->disordered |= used > 0 && item->period <= customer->last;
    customer->last = item->period;
}

/* The current item goes behind those so far; what was current is overwritten by the caller. */
static inline void
push_current(cm_map_edit *edit, uint32 entry)
{
    const cm_revenue_entry *customer = customer_of(edit, entry);
    cm_revenue_item item = {customer->units, customer->cost, customer->orders, customer->period};

    append_item(edit, entry, &item);
}

static inline void
add_small(cm_map_edit *edit, uint32 entry, int64 units, int64 cost, uint32 orders, int32 period)
{
    cm_revenue_entry *c = customer_of(edit, entry);
    int64 sum, cost_sum;
    uint32 more;

    if (c->has_current && c->period == period && likely(!pg_add_s64_overflow(c->units, units, &sum)) &&
        likely(!pg_add_s64_overflow(c->cost, cost, &cost_sum)) &&
        likely(!pg_add_u32_overflow(c->orders, orders, &more))) {
        c->units = sum;
        c->cost = cost_sum;
        c->orders = more;
        return;
    }
    if (c->has_current) {
        push_current(edit, entry);
        c = customer_of(edit, entry);
    }
    c->has_current = 1;
    c->units = units;
    c->cost = cost;
    c->orders = orders;
    c->period = period;
}

void
cm_revenue_add(cm_map_edit *edit, uint32 entry, const cm_revenue_item *item)
{
    if (item->units == (int64) item->units && item->cost == (int64) item->cost &&
        item->orders <= PG_UINT32_MAX)
        add_small(edit, entry, (int64) item->units, (int64) item->cost, (uint32) item->orders, item->period);
    else
        append_item(edit, entry, item);
}

static inline void
begin(cm_revenue_entry *customer, int32 began)
{
    customer->began = customer->has_begun ? Min(customer->began, began) : began;
    customer->has_begun = 1;
}

void
cm_revenue_begin(cm_map_edit *edit, uint32 entry, int32 began)
{
    begin(customer_of(edit, entry), began);
}

void
cm_revenue_set_items(cm_map_edit *edit, uint32 entry, const cm_revenue_item *items, uint32 n)
{
    reserve(edit, entry, size_of_items(items, n, params_of(edit)->with_costs));
    put_items(edit, entry, items, n);
}

/* ---- scales ---- */

static void
refine_item(const cm_map_edit *edit, uint32 entry, cm_revenue_item *item, const int32 *from)
{
    const int32 *to = cm_revenue_params_of(edit->map)->scales;

    if (unlikely(!cm_units_refine(&item->units, from[0], to[0]) ||
                 !cm_units_refine(&item->cost, from[1], to[1])))
        cm_revenue_too_large(edit, entry);
}

/* In zeros, as nothing is current in canonical form. */
static void
clear_current(cm_revenue_entry *customer)
{
    customer->units = customer->cost = 0;
    customer->orders = 0;
    customer->period = 0;
    customer->has_current = 0;
}

/* Rare, as amounts of a table mostly have the same. */
void
cm_revenue_refine(cm_map_edit *edit, int scale, int cost_scale)
{
    cm_revenue_params *params = params_of(edit);
    int32 before[2] = {params->scales[0], params->scales[1]};

    if (likely(scale <= before[0] && cost_scale <= before[1]))
        return;
    params->scales[0] = Max(scale, before[0]);
    params->scales[1] = Max(cost_scale, before[1]);
    CM_MAP_EACH (edit->map, entry) {
        cm_revenue_item_list list;

        cm_revenue_read_items(edit->map, customer_of(edit, entry), &list);
        for (uint32 i = 0; i < list.n; i++)
            refine_item(edit, entry, &list.items[i], before);
        reserve(edit, entry, size_of_items(list.items, list.n, params_of(edit)->with_costs));
        put_items(edit, entry, list.items, list.n);
        cm_revenue_free_items(&list);
        clear_current(customer_of(edit, entry));
    }
}

/* ---- rows and merging ---- */

static pg_noinline void
add_other_scale(cm_map_edit *edit, uint32 entry, const cm_revenue_row *row)
{
    int32 scales[2] = {row->scales[0], row->scales[1]};
    cm_revenue_item item = {row->units, row->cost, row->units >= 0, row->period};

    cm_revenue_refine(edit, scales[0], scales[1]);
    refine_item(edit, entry, &item, scales);
    cm_revenue_add(edit, entry, &item);
}

static inline void
add_row(cm_map_edit *edit, uint32 entry, const void *value)
{
    const cm_revenue_row *row = value;
    const cm_revenue_params *params = params_of(edit);

    if (params->begun)
        begin(customer_of(edit, entry), row->began);
    if (!row->is_order)
        return;
    if (unlikely(row->scales[0] != params->scales[0] || row->scales[1] != params->scales[1]))
        add_other_scale(edit, entry, row);
    else
        add_small(edit, entry, row->units, row->cost, row->units >= 0, row->period);
}

static inline bool
same_scales(const cm_revenue_params *a, const cm_revenue_params *b)
{
    return a->scales[0] == b->scales[0] && a->scales[1] == b->scales[1];
}

/* Whether the items of a customer, the current one included, ascend as they stand. */
static inline bool
is_ascending(const cm_revenue_entry *customer)
{
    return !customer->disordered &&
           (!customer->has_current || customer->used == 0 || customer->period > customer->last);
}

/* Copies ascending items of the same scales to a new entry of a canonical map. */
static void
copy_items(cm_map_edit *edit, uint32 entry, const cm_map *from, const cm_revenue_entry *other)
{
    cm_revenue_item current = {other->units, other->cost, other->orders, other->period};
    bool with_costs = params_of(edit)->with_costs;
    uint8 scratch[CM_LONGEST_REVENUE_ITEM];
    uint32 n = 0, used, capacity, there;
    const uint8 *written = cm_revenue_bytes(from, other, &used, &capacity);

    if (other->has_current)
        n = cm_revenue_write_item(scratch, other->last, &current, with_costs) - scratch;
    reserve(edit, entry, (uint64) used + n);

    cm_revenue_entry *customer = customer_of(edit, entry);
    uint8 *bytes = cm_revenue_bytes(edit->map, customer, &there, &capacity);

    memcpy(bytes, written, used);
    memcpy(bytes + used, scratch, n);
    if (customer->used == CM_REVENUE_IN_LIST)
        customer->items.list.used = used + n;
    else
        customer->used = used + n;
    customer->last = other->has_current ? other->period : other->last;
}

static void
merge_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload)
{
    const cm_revenue_entry *other = payload;
    const int32 *scales = cm_revenue_params_of(from)->scales;
    cm_revenue_item_list list;

    cm_revenue_refine(edit, scales[0], scales[1]);
    if (other->has_begun)
        cm_revenue_begin(edit, entry, other->began);
    if (edit->map->index_bits == 0 && is_ascending(other) &&
        same_scales(cm_revenue_params_of(from), params_of(edit))) {
        copy_items(edit, entry, from, other);
        return;
    }
    cm_revenue_read_items(from, other, &list);
    for (uint32 i = 0; i < list.n; i++)
        refine_item(edit, entry, &list.items[i], scales);
    if (edit->map->index_bits == 0) {
        (void) cm_revenue_sort_items(edit, entry, &list);
        cm_revenue_set_items(edit, entry, list.items, list.n);
    } else
        for (uint32 i = 0; i < list.n; i++)
            cm_revenue_add(edit, entry, &list.items[i]);
    cm_revenue_free_items(&list);
}

static bool
is_flat(const void *payload, const void *params, const void *others)
{
    const cm_revenue_entry *customer = payload;

    return !customer->has_current && !customer->disordered && customer->used != CM_REVENUE_IN_LIST &&
           same_scales(params, others);
}

static inline void
prefetch_items(const cm_map *map, const void *payload)
{
    const cm_revenue_entry *customer = payload;

    if (customer->used == CM_REVENUE_IN_LIST)
        __builtin_prefetch(
            (const uint8 *) cm_list_data(map, &customer->items.list) + customer->items.list.used, 1);
}

CM_MAP_ADD_EACH(add_rows, add_row);
CM_MAP_PREFETCH_EACH(prefetch_lists, prefetch_items);

const cm_map_class cm_cohort_revenue_class = {
    .state =
        {
            .name = "cohort_revenue_state",
            .min_size = sizeof(cm_state),
            .max_size = MaxAllocSize,
            .magic = 0x4352,
            .version = 1,
        },
    .params_size = sizeof(cm_revenue_params),
    .value_size = sizeof(cm_revenue_row),
    .payload_size = sizeof(cm_revenue_entry),
    .add = add_rows,
    .merge = merge_customer,
    .flat = is_flat,
    .prefetch = prefetch_lists,
    .packing = {.params = CM_CALENDAR_FORM "112444",
                .columns = 3,
                .items_are_bytes = true,
                .split = cm_revenue_split,
                .join = cm_revenue_join,
                .fault = cm_revenue_fault},
};
