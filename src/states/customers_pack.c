/* Customers in the packed form of the map; see customers.h and core/map.h. */
#include "postgres.h"

#include "miscadmin.h"

#include "core/map_join.h"
#include "states/customer_days.h"
#include "states/customers_pack.h"

/* Sums are written as their lower and upper 64 bits: the upper ones nearly always are zero, and take no room. */
enum {
    PAID,
    PAID_LATER, /* paid, less what was paid on the first day */
    REFUNDED,
    PAID_UPPER,
    PAID_LATER_UPPER,
    REFUNDED_UPPER,
    FIRST,
    LAST,     /* days after the first */
    PURCHASES /* less the bytes of gaps, of which there are nearly as many */
};

static inline void
split_sum(int64 *lower, int64 *upper, int128 sum)
{
    *lower = (int64) (uint64) sum;
    *upper = (int64) (sum >> 64);
}

static inline int128
join_sum(int64 lower, int64 upper)
{
    return (int128) ((uint128) (uint64) upper << 64 | (uint64) lower);
}

void
cm_customers_split(const cm_map *map, uint32 first, cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++) {
        const cm_customer *customer = cm_map_payload(map, first + i);
        bool in_list = customer->gaps_used == CM_GAPS_IN_LIST;
        uint32 gaps = in_list ? customer->gaps.list.used : customer->gaps_used;
        uint64 at = cm_map_add_items(c, i, gaps);

        memcpy(c->bytes + at, in_list ? cm_list_data(map, &customer->gaps.list) : customer->gaps.here, gaps);
        c->column[FIRST][i] = customer->first;
        c->column[LAST][i] = (int64) customer->last - customer->first;
        c->column[PURCHASES][i] = (int64) customer->purchases - gaps;
        c->column[PAID][i] = customer->paid;
        c->column[PAID_LATER][i] = customer->paid - customer->paid_first_day;
        c->column[REFUNDED][i] = 0;
        c->column[PAID_UPPER][i] = c->column[PAID_LATER_UPPER][i] = c->column[REFUNDED_UPPER][i] = 0;
        if (unlikely(customer->wide)) {
            const cm_customer_sums *sums =
                (const cm_customer_sums *) (cm_map_heap(map) + (Size) customer->paid * 8);

            split_sum(&c->column[PAID][i], &c->column[PAID_UPPER][i], sums->paid);
            split_sum(&c->column[PAID_LATER][i], &c->column[PAID_LATER_UPPER][i],
                      sums->paid - sums->paid_first_day);
            split_sum(&c->column[REFUNDED][i], &c->column[REFUNDED_UPPER][i], sums->refunded);
        }
    }
}

/* Sums that are not those of most customers: with refunds, or beyond 64 bits. */
static bool
join_wide(cm_map *map, cm_customer *customer, const cm_map_columns *c, uint32 i)
{
    cm_customer_sums *sums;
    uint32 at;

    if (!cm_map_take(map, sizeof(*sums) / 8, &at))
        return false;
    sums = (cm_customer_sums *) (cm_map_heap(map) + (Size) at * 8);
    sums->paid = join_sum(c->column[PAID][i], c->column[PAID_UPPER][i]);
    sums->refunded = join_sum(c->column[REFUNDED][i], c->column[REFUNDED_UPPER][i]);
    sums->paid_first_day =
        (int128) ((uint128) sums->paid -
                  (uint128) join_sum(c->column[PAID_LATER][i], c->column[PAID_LATER_UPPER][i]));
    customer->wide = 1;
    customer->paid = at;
    return true;
}

static inline bool
join_gaps(cm_map *map, cm_customer *customer, const uint8 *bytes, uint64 n)
{
    if (n > 0 && bytes[n - 1] >= 0x80) /* the last gap would have no end */
        return false;
    if (likely(n <= CM_GAPS_HERE)) {
        memcpy(customer->gaps.here, bytes, n);
        customer->gaps_used = (uint8) n;
        return true;
    }
    customer->gaps_used = CM_GAPS_IN_LIST;
    if (!cm_list_take(map, &customer->gaps.list, n, 1))
        return false;
    memcpy(cm_list_data(map, &customer->gaps.list), bytes, n);
    return true;
}

bool
cm_customers_join(cm_map *map, uint32 first, const cm_map_columns *c)
{
    const uint8 *bytes = c->bytes;

    for (uint32 i = 0; i < c->count; bytes += c->items[i++]) {
        cm_customer *customer = cm_map_payload(map, first + i);

        customer->first = (DateADT) c->column[FIRST][i];
        customer->last = (DateADT) ((uint64) c->column[FIRST][i] + (uint64) c->column[LAST][i]);
        customer->purchases = (uint32) ((uint64) c->column[PURCHASES][i] + (uint64) c->items[i]);
        if (unlikely((c->column[REFUNDED][i] | c->column[PAID_UPPER][i] | c->column[REFUNDED_UPPER][i]) !=
                         0 ||
                     c->column[PAID][i] < 0)) {
            if (!join_wide(map, customer, c, i))
                return false;
        } else {
            customer->paid = c->column[PAID][i];
            customer->paid_first_day =
                (int64) ((uint64) c->column[PAID][i] - (uint64) c->column[PAID_LATER][i]);
        }
        if (!join_gaps(map, customer, bytes, (uint64) c->items[i]))
            return false;
    }
    return true;
}

/* ---- what comes from outside ---- */

const char *
cm_customer_sums_fault(const cm_customer_sums *sums)
{
    return sums->paid < 0 || sums->refunded < 0 || sums->paid_first_day < 0 ||
                   sums->paid_first_day > sums->paid
               ? "amounts of zero or more expected, of the first day no more than of all"
               : NULL;
}

const char *
cm_customer_fault(const cm_map *map, uint32 entry)
{
    const cm_customer *c = cm_map_payload(map, entry);
    cm_customer_sums units = {c->paid, 0, c->paid_first_day};
    const char *fault;
    uint32 days;

    if (c->wide)
        units = *(const cm_customer_sums *) (cm_map_heap(map) + (Size) c->paid * 8);
    fault = cm_customer_sums_fault(&units);
    if (fault != NULL)
        return fault;
    if (c->purchases == 0)
        return units.paid != 0 || units.refunded == 0 || c->first != 0 || c->last != 0 || c->gaps_used != 0
                   ? "a customer without purchases must have a refund and nothing paid"
                   : NULL;
    fault = cm_customer_days_fault(map, entry, &days);
    if (fault != NULL)
        return fault;
    if (c->purchases < days)
        return "at least one day and no more days than purchases expected";
    if (days == 1 && units.paid_first_day != units.paid)
        return "the amount of the only day must be that of all days";
    if (c->last > cm_customers_params_of(map)->latest)
        return "no day after the latest one expected";
    return NULL;
}

const char *
cm_customers_fault(const cm_map *map)
{
    const cm_customers_params *params = cm_customers_params_of(map);
    const char *fault = NULL;

    if (params->scale < 0 || params->scale > CM_MONEY_MAX_SCALE)
        return "The scale of an amount is above 38";
    (void) cm_check_day(params->latest, "latest day");
    if (map->count == 0 && (params->latest != CM_FIRST_DAY || params->scale != 0))
        return "It has no customers and yet a latest day";
    for (uint32 entry = 0; entry < map->count && fault == NULL; entry++) {
        CHECK_FOR_INTERRUPTS();
        fault = cm_customer_fault(map, entry);
    }
    return fault;
}
