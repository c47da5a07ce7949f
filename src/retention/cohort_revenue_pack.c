/* Items of cohort_revenue in the packed form of the map; see cohort_revenue_items.h and core/map.h. */
#include "postgres.h"

#include "miscadmin.h"

#include "core/map_join.h"
#include "retention/cohort_revenue_items.h"

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

/* ---- what comes from outside ---- */

const char *
cm_revenue_item_fault(const cm_revenue_params *params, int32 began, const cm_revenue_item *before,
                      const cm_revenue_item *item)
{
    if (before != NULL && before->period >= item->period)
        return "periods in ascending order expected";
    if (params->begun && item->period < began)
        return "a period before the beginning";
    if (item->orders < 0 || (item->orders == 0 && item->units >= 0))
        return "an order, or an amount below zero, expected";
    return NULL;
}

static const char *
params_fault(const cm_revenue_params *params)
{
    const char *fault = cm_calendar_fault(params->calendar, false);

    if (fault != NULL)
        return fault;
    if (params->begun > 1 || params->with_costs > 1 || params->unused != 0 || params->unused_too != 0 ||
        params->scales[0] < 0 || params->scales[0] > CM_MONEY_MAX_SCALE || params->scales[1] < 0 ||
        params->scales[1] > (params->with_costs ? CM_MONEY_MAX_SCALE : 0))
        return "The kind of its cohorts is out of range";
    if (params->calendar.unit == CM_NO_PERIOD &&
        (params->begun || params->with_costs || params->scales[0] > 0))
        return "A value without a kind of period has nothing";
    return NULL;
}

/* Whether its items are written as they would be: a number in as few bytes as it needs. */
static bool
is_short(const uint8 *bytes, uint32 n)
{
    for (uint32 i = 1; i < n; i++)
        if (bytes[i] == 0 && bytes[i - 1] >= 0x80)
            return false;
    return true;
}

static const char *
customer_fault(const cm_map *map, const cm_revenue_entry *customer, int32 first, int32 last)
{
    const cm_revenue_params *params = cm_revenue_params_of(map);
    cm_revenue_cursor cursor = cm_revenue_begin_items(map, customer);
    cm_revenue_item item, before;
    const char *fault = NULL;
    uint32 n = 0;

    if (customer->has_begun != params->begun ||
        (params->begun ? customer->began < first || customer->began > last : customer->began != 0))
        return "A beginning is out of range";
    if (!is_short(cursor.at, (uint32) (cursor.end - cursor.at)))
        return "A number is longer than it needs to be";
    for (; fault == NULL && cm_revenue_next(&cursor, &item); before = item) {
        CHECK_FOR_INTERRUPTS();
        if (item.period < first || item.period > last)
            return "A period is out of range";
        fault = cm_revenue_item_fault(params, customer->began, n++ > 0 ? &before : NULL, &item);
    }
    if (fault == NULL && customer->last != (n > 0 ? before.period : 0))
        return "Its last period is another";
    if (fault == NULL && n == 0 && !params->begun)
        return "Every customer has an amount";
    return fault;
}

const char *
cm_revenue_fault(const cm_map *map)
{
    const cm_revenue_params *params = cm_revenue_params_of(map);
    const char *fault = params_fault(params);
    int32 first, last;

    if (fault != NULL || map->count == 0)
        return fault;
    if (params->calendar.unit == CM_NO_PERIOD)
        return "A value without a kind of period has no customers";
    cm_period_range(params->calendar, &first, &last);
    for (uint32 entry = 0; entry < map->count && fault == NULL; entry++)
        fault = customer_fault(map, cm_map_payload(map, entry), first, last);
    return fault;
}
