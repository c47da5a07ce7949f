/*
 * The state of cohort_revenue as a map of customers; see cohort_revenue.h. The steps of its aggregates are in
 * cohort_revenue_agg.c, text and binary form in cohort_revenue_text.c, the reports in cohort_revenue_report.c.
 */
#include "postgres.h"

#include "common/int.h"
#include "utils/memutils.h"

#include "retention/cohort_revenue.h"
#include "states/customers.h"

#define EARLIER offsetof(cm_revenue_entry, earlier)

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

static void too_large(const cm_map_edit *edit, uint32 entry) pg_attribute_noreturn();

static void
too_large(const cm_map_edit *edit, uint32 entry)
{
    const cm_revenue_params *params = cm_revenue_params_of(edit->map);

    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
             errmsg("%s: the amounts of a period are too large", cm_customers_name(edit->map, entry)),
             errdetail("Their sum may have 28 digits and there may be %u orders; the finest amount has %d "
                       "digits after the decimal point.",
                       PG_UINT32_MAX, Max(params->scales[0], params->scales[1])),
             errhint("Round amounts to the fractions of their currency, for example with "
                     "round(amount, 4).")));
}

/* Adds other to an item of the same period; false if the sum does not fit. */
static inline bool
unite(cm_revenue_item *item, const cm_revenue_item *other)
{
    return likely(!pg_add_u32_overflow(item->orders, other->orders, &item->orders) &&
                  cm_revenue_set(item, cm_revenue_units(item) + cm_revenue_units(other),
                                 cm_revenue_cost(item) + cm_revenue_cost(other)));
}

static int
compare_items(const void *a, const void *b, void *arg pg_attribute_unused())
{
    int32 period_a = ((const cm_revenue_item *) a)->period, period_b = ((const cm_revenue_item *) b)->period;

    return (period_a > period_b) - (period_a < period_b);
}

/* Sorts items and unites those of one period; returns how many are left. Mostly they are in order. */
static uint32
sort_items(const cm_map_edit *edit, uint32 entry, cm_revenue_item *items, uint32 n)
{
    uint32 ascending = 1, kept = 0;

    while (ascending < n && items[ascending - 1].period < items[ascending].period)
        ascending++;
    if (ascending >= n)
        return n;
    qsort_interruptible(items, n, sizeof(*items), compare_items, NULL);
    for (uint32 i = 1; i < n; i++) {
        if (items[kept].period != items[i].period)
            items[++kept] = items[i];
        else if (!unite(&items[kept], &items[i]))
            too_large(edit, entry);
    }
    return kept + 1;
}

#define LOOKED_AT 16 /* of the earlier items, the last ones */

/*
 * Puts an item behind the earlier ones. Once they fill their place they are sorted and united, and get a larger one if that has
 * not freed half of it: so a row costs the logarithm of their number, in whatever order rows come.
 */
static inline void
push_earlier(cm_map_edit *edit, uint32 entry, const cm_revenue_item *item)
{
    cm_list *list = &customer_of(edit, entry)->earlier;

    if (unlikely(list->used == list->capacity && list->used > LOOKED_AT)) {
        cm_revenue_item *items = cm_list_data(edit->map, list);

        list->used = sort_items(edit, entry, items, list->used);
        if (list->used > list->capacity / 2)
            cm_list_reserve(edit, entry, EARLIER, sizeof(*item), list->capacity - list->used + 1);
    }
    *(cm_revenue_item *) cm_list_push(edit, entry, EARLIER, sizeof(*item)) = *item;
}

/* Puts an item into its like where that is near the end of the earlier ones, else behind them. */
static void
add_earlier(cm_map_edit *edit, uint32 entry, const cm_revenue_item *item)
{
    cm_list *list = &customer_of(edit, entry)->earlier;
    cm_revenue_item *items = cm_list_data(edit->map, list);
    uint32 looked_at = Min(list->used, LOOKED_AT);

    for (uint32 i = 1; i <= looked_at; i++)
        if (items[list->used - i].period == item->period) {
            if (!unite(&items[list->used - i], item))
                too_large(edit, entry);
            return;
        }
    push_earlier(edit, entry, item);
}

static inline void
add_item(cm_map_edit *edit, uint32 entry, const cm_revenue_item *item)
{
    cm_revenue_entry *customer = customer_of(edit, entry);
    cm_revenue_item latest = customer->latest;

    if (!customer->has_item) {
        customer->latest = *item;
        customer->has_item = 1;
    } else if (item->period == latest.period) {
        if (!unite(&customer->latest, item))
            too_large(edit, entry);
    } else if (item->period < latest.period)
        add_earlier(edit, entry, item);
    else {
        customer->latest = *item;
        push_earlier(edit, entry, &latest); /* none of the earlier ones is its like */
    }
}

void
cm_revenue_add(cm_map_edit *edit, uint32 entry, const cm_revenue_item *item)
{
    add_item(edit, entry, item);
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

/* ---- scales ---- */

static void
refine_item(const cm_map_edit *edit, uint32 entry, cm_revenue_item *item, const int32 *from)
{
    const int32 *to = cm_revenue_params_of(edit->map)->scales;
    int128 units = cm_revenue_units(item), cost = cm_revenue_cost(item);

    if (!cm_units_refine(&units, from[0], to[0]) || !cm_units_refine(&cost, from[1], to[1]) ||
        !cm_revenue_set(item, units, cost))
        too_large(edit, entry);
}

void
cm_revenue_refine(cm_map_edit *edit, int scale, int cost_scale)
{
    cm_revenue_params *params = params_of(edit);
    int32 before[2] = {params->scales[0], params->scales[1]};

    params->scales[0] = Max(scale, before[0]);
    params->scales[1] = Max(cost_scale, before[1]);
    if (params->scales[0] == before[0] && params->scales[1] == before[1])
        return;
    CM_MAP_EACH (edit->map, entry) {
        cm_revenue_entry *customer = customer_of(edit, entry);
        cm_revenue_item *earlier = cm_list_data(edit->map, &customer->earlier);

        for (uint32 i = 0; i < customer->earlier.used; i++)
            refine_item(edit, entry, &earlier[i], before);
        if (customer->has_item)
            refine_item(edit, entry, &customer->latest, before);
    }
}

/* ---- rows and merging ---- */

static inline void
add_row(cm_map_edit *edit, uint32 entry, const void *value)
{
    const cm_revenue_row *row = value;
    const cm_revenue_params *params = params_of(edit);
    cm_revenue_item item;

    if (params->begun)
        begin(customer_of(edit, entry), row->began);
    if (!row->is_order)
        return;
    (void) cm_revenue_set(&item, row->units, row->cost);
    item.period = row->period;
    item.orders = row->units >= 0;
    if (unlikely(row->scales[0] != params->scales[0] || row->scales[1] != params->scales[1])) {
        int32 scales[2] = {row->scales[0], row->scales[1]};

        cm_revenue_refine(edit, scales[0], scales[1]);
        refine_item(edit, entry, &item, scales);
    }
    add_item(edit, entry, &item);
}

void
cm_revenue_set_items(cm_map_edit *edit, uint32 entry, const cm_revenue_item *items, uint32 n)
{
    if (n > 1)
        cm_list_reserve(edit, entry, EARLIER, sizeof(*items), n - 1);

    cm_revenue_entry *customer = customer_of(edit, entry);

    if (n > 1)
        memcpy(cm_list_data(edit->map, &customer->earlier), items, (n - 1) * sizeof(*items));
    customer->earlier.used = n > 1 ? n - 1 : 0;
    if (n > 0)
        customer->latest = items[n - 1];
    customer->has_item = n > 0;
}

static void
merge_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload)
{
    const cm_revenue_entry *other = payload;
    const int32 *scales = cm_revenue_params_of(from)->scales;
    uint32 n = cm_revenue_items(other);
    bool canonical = edit->map->index_bits == 0;
    cm_revenue_item stack[16];
    cm_revenue_item *items = stack;

    cm_revenue_refine(edit, scales[0], scales[1]);
    if (other->has_begun)
        cm_revenue_begin(edit, entry, other->began);
    if (canonical && n > lengthof(stack))
        items = MemoryContextAllocHuge(CurrentMemoryContext, (Size) n * sizeof(*items));
    for (uint32 i = 0; i < n; i++) {
        cm_revenue_item item = *cm_revenue_item_at(from, other, i);

        refine_item(edit, entry, &item, scales);
        if (canonical)
            items[i] = item;
        else
            add_item(edit, entry, &item);
    }
    if (canonical && n > 0)
        cm_revenue_set_items(edit, entry, items, sort_items(edit, entry, items, n));
    if (items != stack)
        pfree(items);
}

static bool
is_flat(const void *payload, const void *params, const void *others)
{
    return ((const cm_revenue_entry *) payload)->earlier.capacity == 0 &&
           memcmp(((const cm_revenue_params *) params)->scales, ((const cm_revenue_params *) others)->scales,
                  sizeof(((const cm_revenue_params *) params)->scales)) == 0;
}

static inline void
prefetch_earlier(const cm_map *map, const void *payload)
{
    const cm_list *list = &((const cm_revenue_entry *) payload)->earlier;

    if (list->used > 0)
        __builtin_prefetch((const cm_revenue_item *) cm_list_data(map, list) + list->used, 1);
}

CM_MAP_ADD_EACH(add_rows, add_row);
CM_MAP_PREFETCH_EACH(prefetch_lists, prefetch_earlier);

const cm_map_class cm_cohort_revenue_class = {
    .state =
        {
            .name = "cohort_revenue_state",
            .min_size = sizeof(cm_map) + sizeof(cm_revenue_params),
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
};
