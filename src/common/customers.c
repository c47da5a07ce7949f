/* Adding orders and merging in maps of customers; see customers.h. */
#include "postgres.h"

#include "utils/memutils.h"

#include "common/customers.h"

static void add_order(cm_map_edit *edit, uint32 entry, const void *value);
static void merge_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload);
static void prefetch_days(const cm_map *map, const void *payload);

const cm_map_class cm_customers_class = {
    .state =
        {
            .name = "customers",
            .min_size = sizeof(cm_map),
            .max_size = MaxAllocSize,
            .magic = 0x4355,
            .version = 1,
        },
    .params_size = sizeof(cm_customers_params),
    .value_size = sizeof(cm_order),
    .payload_size = sizeof(cm_customer),
    .add = add_order,
    .merge = merge_customer,
    .prefetch = prefetch_days,
};

#define BETWEEN offsetof(cm_customer, between)
#define FIRST_BETWEEN 4 /* days that a list begins with */

cm_map *
cm_customers_new(cm_key_type type)
{
    cm_customers_params params = {.scale = 0, .latest = CM_FIRST_DAY};

    return cm_map_new(&cm_customers_class, type, &params);
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

/* All amounts of the map get a finer scale: rare, as amounts of a table mostly have the same. */
static void
refine(cm_map *map, int scale)
{
    cm_customers_params *params = cm_map_params(map);

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer *c = cm_map_payload(map, entry);

        c->paid = cm_units_rescale(c->paid, params->scale, scale);
        c->refunded = cm_units_rescale(c->refunded, params->scale, scale);
        c->paid_first_day = cm_units_rescale(c->paid_first_day, params->scale, scale);
    }
    params->scale = scale;
}

static inline void
add_units(int128 *sum, int128 units, int scale)
{
    *sum = cm_units_add(*sum, units, scale);
}

static void
add_purchases(cm_customer *c, uint32 purchases)
{
    if (unlikely(purchases > PG_UINT32_MAX - c->purchases))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("more than %u purchases of one customer", PG_UINT32_MAX)));
    c->purchases += purchases;
}

/* ---- days ---- */

static void
prefetch_days(const cm_map *map, const void *payload)
{
    const cm_list *list = &((const cm_customer *) payload)->between;

    if (list->used > 0)
        __builtin_prefetch(cm_list_data(map, list), 1);
}

/* Puts a day, which lies between the first and the last, into the list unless it is there. */
static void
put_between(cm_map_edit *edit, uint32 entry, DateADT day)
{
    cm_list list = customer_of(edit, entry)->between;
    const DateADT *days = cm_list_data(edit->map, &list);
    uint32 low = 0, high = list.used;

    if (high > 0 && days[high - 1] < day) /* most orders come in order of time */
        low = high;
    while (low < high) {
        uint32 middle = low + (high - low) / 2;

        if (days[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < list.used && days[low] == day)
        return;

    if (list.used == list.room)
        cm_list_reserve(edit, entry, BETWEEN, sizeof(DateADT), list.used == 0 ? FIRST_BETWEEN : 1);

    cm_list *grown = &customer_of(edit, entry)->between;
    DateADT *moved = cm_list_data(edit->map, grown);

    if (low < list.used)
        memmove(moved + low + 1, moved + low, (list.used - low) * sizeof(DateADT));
    moved[low] = day;
    grown->used++;
}

static void
put_day(cm_map_edit *edit, uint32 entry, DateADT day)
{
    cm_customer *c = customer_of(edit, entry);
    DateADT first = c->first, last = c->last;

    if (day < first) {
        c->first = day;
        if (first != last)
            put_between(edit, entry, first);
    } else if (day > last) {
        c->last = day;
        if (first != last)
            put_between(edit, entry, last);
    } else if (day != first && day != last)
        put_between(edit, entry, day);
}

/* ---- a row ---- */

static void
add_order(cm_map_edit *edit, uint32 entry, const void *value)
{
    const cm_order *order = value;
    cm_customers_params *params = params_of(edit);

    if (unlikely(order->amount.scale > params->scale))
        refine(edit->map, order->amount.scale);
    params->latest = Max(params->latest, order->day);

    int scale = params->scale;
    int128 units = cm_units_rescale(order->amount.units, order->amount.scale, scale);
    cm_customer *c = customer_of(edit, entry);

    if (units < 0) {
        add_units(&c->refunded, -units, scale);
        return;
    }
    add_units(&c->paid, units, scale);
    add_purchases(c, 1);
    if (c->purchases == 1)
        c->first = c->last = order->day;
    if (order->day < c->first)
        c->paid_first_day = 0;
    if (order->day <= c->first)
        add_units(&c->paid_first_day, units, scale);
    put_day(edit, entry, order->day);
}

/* ---- merging ---- */

/* The purchase days of a customer, ascending. */
static uint32
list_days(const cm_map *map, const cm_customer *c, DateADT *days)
{
    uint32 n = 0;

    if (c->purchases == 0)
        return 0;
    days[n++] = c->first;
    memcpy(days + n, cm_list_data(map, &c->between), c->between.used * sizeof(DateADT));
    n += c->between.used;
    if (c->last != c->first)
        days[n++] = c->last;
    return n;
}

static uint32
unite(const DateADT *a, uint32 n_a, const DateADT *b, uint32 n_b, DateADT *out)
{
    uint32 n = 0;

    for (uint32 i = 0, j = 0; i < n_a || j < n_b;) {
        DateADT day = j == n_b || (i < n_a && a[i] <= b[j]) ? a[i] : b[j];

        i += i < n_a && a[i] == day;
        j += j < n_b && b[j] == day;
        out[n++] = day;
    }
    return n;
}

void
cm_customers_set_between(cm_map_edit *edit, uint32 entry, const DateADT *days, uint32 n)
{
    uint32 used = customer_of(edit, entry)->between.used;

    if (n > used)
        cm_list_reserve(edit, entry, BETWEEN, sizeof(DateADT), n - used);

    cm_list *list = &customer_of(edit, entry)->between;

    memcpy(cm_list_data(edit->map, list), days, n * sizeof(DateADT));
    list->used = n;
}

#define FEW_DAYS 512

/* Days of both; first and last are those of the union. */
static void
merge_days(cm_map_edit *edit, uint32 entry, const cm_map *from, const cm_customer *other)
{
    const cm_customer *c = customer_of(edit, entry);
    DateADT few[2 * FEW_DAYS];
    uint32 most = c->between.used + other->between.used + 4;
    DateADT *buffer = most <= FEW_DAYS ? few : palloc(2 * (Size) most * sizeof(DateADT));
    DateADT *mine = buffer + most; /* behind it, the days of the other */
    uint32 n_mine = list_days(edit->map, c, mine);
    uint32 n_other = list_days(from, other, mine + n_mine);
    uint32 n = unite(mine, n_mine, mine + n_mine, n_other, buffer);

    if (n > 2)
        cm_customers_set_between(edit, entry, buffer + 1, n - 2);
    customer_of(edit, entry)->first = buffer[0];
    customer_of(edit, entry)->last = buffer[n - 1];
    if (buffer != few)
        pfree(buffer);
}

/* Onto a new entry: the same, with a list as long as its days. */
static void
copy_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const cm_customer *other)
{
    cm_customer *c = customer_of(edit, entry);

    c->first = other->first;
    c->last = other->last;
    if (other->between.used > 0)
        cm_customers_set_between(edit, entry, cm_list_data(from, &other->between), other->between.used);
}

static void
merge_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload)
{
    const cm_customer *other = payload;
    const cm_customers_params *theirs = cm_customers_params_of(from);
    cm_customers_params *params = params_of(edit);

    if (unlikely(theirs->scale > params->scale))
        refine(edit->map, theirs->scale);
    params->latest = Max(params->latest, theirs->latest);

    int scale = params->scale;
    cm_customer *c = customer_of(edit, entry);
    bool is_new = c->purchases == 0;
    int128 first_day = cm_units_rescale(other->paid_first_day, theirs->scale, scale);

    add_units(&c->paid, cm_units_rescale(other->paid, theirs->scale, scale), scale);
    add_units(&c->refunded, cm_units_rescale(other->refunded, theirs->scale, scale), scale);
    if (other->purchases == 0)
        return;
    add_purchases(c, other->purchases);
    if (is_new || other->first < c->first)
        c->paid_first_day = first_day;
    else if (other->first == c->first)
        add_units(&c->paid_first_day, first_day, scale);
    if (is_new)
        copy_customer(edit, entry, from, other);
    else
        merge_days(edit, entry, from, other);
}

/* ---- reading ---- */

cm_buyer
cm_customers_get(const cm_map *map, uint32 entry)
{
    const cm_customer *c = cm_map_payload(map, entry);
    int scale = cm_customers_params_of(map)->scale;

    return (cm_buyer){
        .purchases = c->purchases,
        .purchase_days = c->purchases == 0 ? 0 : c->between.used + 1 + (c->first != c->last),
        .first = c->first,
        .last = c->last,
        .paid = {c->paid, scale, 0},
        .refunded = {c->refunded, scale, 0},
        .paid_first_day = {c->paid_first_day, scale, 0},
    };
}
