/* Adding orders and merging in maps of customers; see customers.h. */
#include "postgres.h"

#include "common/int.h"
#include "utils/memutils.h"

#include "states/customer_days.h"
#include "states/customers.h"
#include "states/customers_pack.h"

static void add_orders(cm_map_edit *edit, const uint32 *entries, const char *values, Size stride,
                       uint32 count);
static void merge_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload);
static bool is_flat(const void *payload, const void *params, const void *others);
static void prefetch_heaps(const cm_map *map, const uint32 *entries, uint32 count);

const cm_map_class cm_customers_class = {
    .state =
        {
            .name = "customers_state",
            .min_size = sizeof(cm_state),
            .max_size = MaxAllocSize,
            .magic = 0x4355,
            .version = 1,
        },
    .params_size = sizeof(cm_customers_params),
    .value_size = sizeof(cm_customers_row),
    .payload_size = sizeof(cm_customer),
    .add = add_orders,
    .merge = merge_customer,
    .flat = is_flat,
    .prefetch = prefetch_heaps,
    .packing = {.params = "44",
                .columns = 9,
                .items_are_bytes = true,
                .split = cm_customers_split,
                .join = cm_customers_join,
                .fault = cm_customers_fault},
};

const cm_customers_params cm_customers_of_no_orders = {.scale = 0, .latest = CM_FIRST_DAY};

cm_map_edit
cm_customers_begin(cm_key_type type)
{
    return (cm_map_edit){cm_map_new(&cm_customers_class, type, &cm_customers_of_no_orders), NULL,
                         &cm_customers_class};
}

static cm_customers_params *
params_of(cm_map_edit *edit)
{
    return cm_map_params(edit->map);
}

static cm_customer *
customer_of(cm_map_edit *edit, uint32 entry)
{
    return cm_map_payload(edit->map, entry);
}

/* ---- amounts ---- */

static inline cm_customer_sums
sums_of(const cm_map *map, const cm_customer *c)
{
    if (c->wide)
        return *(const cm_customer_sums *) (cm_map_heap(map) + (Size) c->paid * 8);
    return (cm_customer_sums){c->paid, 0, c->paid_first_day};
}

/* The same content has the same form: wide if it must be. It must stay so, as sums and scales only grow. */
void
cm_customers_set_sums(cm_map_edit *edit, uint32 entry, const cm_customer_sums *sums)
{
    cm_customer *c = customer_of(edit, entry);

    if (sums->refunded == 0 && sums->paid <= PG_INT64_MAX) {
        c->paid = (int64) sums->paid;
        c->paid_first_day = (int64) sums->paid_first_day;
        return;
    }
    if (!c->wide) {
        uint32 at = cm_map_alloc(edit, sizeof(cm_customer_sums) / 8); /* may have moved all */

        c = customer_of(edit, entry);
        c->wide = 1;
        c->paid = at;
        c->paid_first_day = 0;
    }
    *(cm_customer_sums *) (cm_map_heap(edit->map) + (Size) c->paid * 8) = *sums;
}

/* Units of a customer at the scale of the map, which is at least as fine as theirs. */
static int128
refined(const cm_map_edit *edit, uint32 entry, int128 units, int from)
{
    int scale = cm_customers_params_of(edit->map)->scale;

    if (unlikely(!cm_units_refine(&units, from, scale)))
        cm_money_overflow_of(cm_map_customer_name(edit->map, entry), scale);
    return units;
}

static cm_customer_sums
refined_sums(const cm_map_edit *edit, uint32 entry, cm_customer_sums sums, int from)
{
    return (cm_customer_sums){refined(edit, entry, sums.paid, from),
                              refined(edit, entry, sums.refunded, from),
                              refined(edit, entry, sums.paid_first_day, from)};
}

/* All amounts of the map get a finer scale: rare, as amounts of a table mostly have the same. */
static void
refine(cm_map_edit *edit, int scale)
{
    int before = params_of(edit)->scale;

    params_of(edit)->scale = scale;
    CM_MAP_EACH (edit->map, entry) {
        cm_customer_sums sums =
            refined_sums(edit, entry, sums_of(edit->map, customer_of(edit, entry)), before);

        cm_customers_set_sums(edit, entry, &sums);
    }
}

static inline void
add_units(const cm_map_edit *edit, uint32 entry, int128 *sum, int128 units)
{
    if (unlikely(__builtin_add_overflow(*sum, units, sum)))
        cm_money_overflow_of(cm_map_customer_name(edit->map, entry),
                             cm_customers_params_of(edit->map)->scale);
}

static inline void
add_purchases(const cm_map_edit *edit, uint32 entry, uint32 purchases)
{
    cm_customer *c = cm_map_payload(edit->map, entry);

    if (unlikely(purchases > PG_UINT32_MAX - c->purchases))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s: more than %u purchases", cm_map_customer_name(edit->map, entry),
                               PG_UINT32_MAX)));
    c->purchases += purchases;
}

/* ---- a row ---- */

static bool
is_flat(const void *payload, const void *params, const void *others)
{
    const cm_customer *c = payload;

    return ((const cm_customers_params *) params)->scale == ((const cm_customers_params *) others)->scale &&
           c->gaps_used != CM_GAPS_IN_LIST && !c->wide;
}

static inline void
prefetch_heap(const cm_map *map, const void *payload)
{
    const cm_customer *c = payload;

    if (c->gaps_used == CM_GAPS_IN_LIST)
        __builtin_prefetch(cm_list_data(map, &c->gaps.list), 1);
    if (c->wide)
        __builtin_prefetch(cm_map_heap(map) + (Size) c->paid * 8, 1);
}

CM_MAP_PREFETCH_EACH(prefetch_heaps, prefetch_heap);

static void
add_any_order(cm_map_edit *edit, uint32 entry, const cm_money *amount, DateADT day)
{
    if (amount->scale > params_of(edit)->scale)
        refine(edit, amount->scale);

    int128 units = refined(edit, entry, amount->units, amount->scale);
    cm_customer *c = customer_of(edit, entry);
    cm_customer_sums sums = sums_of(edit->map, c);

    params_of(edit)->latest = Max(params_of(edit)->latest, day);
    if (units < 0) {
        add_units(edit, entry, &sums.refunded, -units);
        cm_customers_set_sums(edit, entry, &sums);
        return;
    }
    add_units(edit, entry, &sums.paid, units);
    if (c->purchases == 0)
        c->first = c->last = day;
    if (day < c->first)
        sums.paid_first_day = 0;
    if (day <= c->first)
        add_units(edit, entry, &sums.paid_first_day, units);
    add_purchases(edit, entry, 1);
    cm_customers_set_sums(edit, entry, &sums);
    cm_customer_put_day(edit, entry, day);
}

static inline void
add_order(cm_map_edit *edit, uint32 entry, const void *value)
{
    const cm_customers_row *row = value;
    cm_customers_params *params = params_of(edit);
    cm_customer *c = customer_of(edit, entry);
    int64 paid;

    if (unlikely(row->scale != params->scale || row->units < 0 || c->wide || c->purchases == PG_UINT32_MAX ||
                 pg_add_s64_overflow(c->paid, row->units, &paid))) {
        cm_money amount = {row->units, row->scale, 0};

        add_any_order(edit, entry, &amount, row->day);
        return;
    }
    params->latest = Max(params->latest, row->day);
    c->paid = paid;
    if (c->purchases++ == 0)
        c->first = c->last = row->day;
    if (row->day < c->first)
        c->paid_first_day = 0;
    if (row->day <= c->first)
        c->paid_first_day += row->units;
    cm_customer_put_day(edit, entry, row->day);
}

CM_MAP_ADD_EACH(add_orders, add_order);

/* Where there is no place to wait; amounts beyond 64 bits never do. */
void
cm_customers_add_slowly(cm_map_edit *edit, const cm_key *key, const cm_money *amount, DateADT day)
{
    cm_customers_row row = {(int64) amount->units, day, amount->scale};

    if (row.units == amount->units)
        cm_map_add_slowly(edit, key, &row);
    else
        add_any_order(edit, cm_map_entry_for(edit, key), amount, day);
}

/* ---- merging ---- */

/* Onto a new entry. */
static void
copy_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const cm_customer *other,
              const cm_customer_sums *sums)
{
    customer_of(edit, entry)->purchases = other->purchases;
    cm_customers_set_sums(edit, entry, sums);
    if (other->purchases > 0)
        cm_customer_copy_days(edit, entry, from, other);
}

static void
merge_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload)
{
    const cm_customer *other = payload;
    const cm_customers_params *theirs = cm_customers_params_of(from);

    if (unlikely(theirs->scale > params_of(edit)->scale))
        refine(edit, theirs->scale);
    params_of(edit)->latest = Max(params_of(edit)->latest, theirs->latest);

    cm_customer *c = customer_of(edit, entry);

    if (c->purchases == 0 && !c->wide &&
        is_flat(other, theirs, params_of(edit))) { /* the same as below, and often */
        *c = *other;
        return;
    }

    cm_customer_sums added = refined_sums(edit, entry, sums_of(from, other), theirs->scale);

    if (c->purchases == 0 && !c->wide) {
        copy_customer(edit, entry, from, other, &added);
        return;
    }

    cm_customer_sums sums = sums_of(edit->map, c);

    add_units(edit, entry, &sums.paid, added.paid);
    add_units(edit, entry, &sums.refunded, added.refunded);
    if (other->purchases > 0) {
        add_purchases(edit, entry, other->purchases);
        if (c->purchases == other->purchases || other->first < c->first)
            sums.paid_first_day = added.paid_first_day;
        else if (other->first == c->first)
            add_units(edit, entry, &sums.paid_first_day, added.paid_first_day);
    }
    cm_customers_set_sums(edit, entry, &sums);
    c = customer_of(edit, entry);
    if (c->purchases == other->purchases && other->purchases > 0)
        cm_customer_copy_days(edit, entry, from, other);
    else if (other->purchases > 0)
        cm_customer_merge_days(edit, entry, from, other);
}

/* ---- reading ---- */

cm_customer_totals
cm_customers_get(const cm_map *map, uint32 entry)
{
    const cm_customer *c = cm_map_payload(map, entry);
    cm_customer_totals totals = cm_customers_sums(map, entry);

    totals.purchase_days = c->purchases == 0 ? 0 : cm_customer_count_gaps(map, c) + 1;
    return totals;
}

cm_customer_totals
cm_customers_sums(const cm_map *map, uint32 entry)
{
    const cm_customer *c = cm_map_payload(map, entry);
    cm_customer_sums sums = sums_of(map, c);
    int scale = cm_customers_params_of(map)->scale;

    return (cm_customer_totals){
        .purchases = c->purchases,
        .first = c->first,
        .last = c->last,
        .paid = {sums.paid, scale, 0},
        .refunded = {sums.refunded, scale, 0},
        .paid_first_day = {sums.paid_first_day, scale, 0},
    };
}
