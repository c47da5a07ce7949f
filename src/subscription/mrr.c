/*
 * The mrr state as a map of customers; see mrr.h. The steps of its aggregates are in mrr_agg.c, text and binary form in
 * mrr_io.c, JSON in mrr_json.c, the periods in mrr_periods.c, the reports in mrr_movements.c.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/map_join.h"
#include "states/order.h"
#include "subscription/mrr.h"

cm_mrr_change
cm_mrr_change_of(DateADT day, int128 units, int scale)
{
    cm_mrr_change change = {(uint64) units, (int32) (units >> 64), day};

    if (cm_mrr_units(&change) != units)
        cm_money_overflow(scale);
    return change;
}

void
cm_mrr_negative(const cm_map *map, uint32 customer, DateADT day, int128 units)
{
    StringInfoData amount;

    initStringInfo(&amount);
    cm_append_money(&amount, mrr_money(map, units));
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
             errmsg("%s: the monthly recurring revenue is negative on %s: %s",
                    cm_map_customer_name(map, customer), cm_day_text(day), amount.data),
             errdetail("Discounts, which are negative amounts, may not exceed what they are taken from."),
             errhint("End a discount no later than the subscription that it belongs to.")));
}

static int
compare_days(const void *a, const void *b, void *arg)
{
    DateADT day_a = ((const cm_mrr_change *) a)->day, day_b = ((const cm_mrr_change *) b)->day;

    (void) arg;
    return (day_a > day_b) - (day_a < day_b);
}

/* Sorts changes by day and adds up those of one day; returns how many are left, none of them zero. */
static uint32
sort_changes(cm_mrr_change *changes, uint32 count, int scale)
{
    uint32 kept = 0;

    if (count > 2)
        qsort_interruptible(changes, count, sizeof(cm_mrr_change), compare_days, NULL);
    else if (count == 2 && changes[0].day > changes[1].day) {
        cm_mrr_change later = changes[0];

        changes[0] = changes[1];
        changes[1] = later;
    }
    for (uint32 i = 0; i < count;) {
        DateADT day = changes[i].day;
        int128 sum = cm_mrr_units(&changes[i++]);

        CHECK_FOR_INTERRUPTS();
        while (i < count && changes[i].day == day)
            sum = cm_units_add(sum, cm_mrr_units(&changes[i++]), scale);
        if (sum != 0)
            changes[kept++] = cm_mrr_change_of(day, sum, scale);
    }
    return kept;
}

static void
rescale_changes(cm_mrr_change *changes, uint32 count, int from, int to)
{
    for (uint32 i = 0; i < count; i++)
        changes[i] =
            cm_mrr_change_of(changes[i].day, cm_units_rescale(cm_mrr_units(&changes[i]), from, to), to);
}

void
cm_mrr_rescale(cm_map_edit *edit, int scale)
{
    cm_mrr_params *params = cm_map_params(edit->map);

    CM_MAP_EACH (edit->map, entry) {
        mrr_customer *customer = cm_map_payload(edit->map, entry);

        rescale_changes(cm_list_data(edit->map, &customer->changes), customer->changes.used, params->scale,
                        scale);
    }
    params->scale = scale;
}

static void
push_change(cm_map_edit *edit, uint32 customer, DateADT day, int128 units)
{
    cm_mrr_change change = cm_mrr_change_of(day, units, mrr_scale(edit->map));

    *(cm_mrr_change *) cm_list_push(edit, customer, offsetof(mrr_customer, changes), sizeof(cm_mrr_change)) =
        change;
}

static inline void
add_subscription(cm_map_edit *edit, uint32 customer, const void *value)
{
    const cm_mrr_subscription *s = value;
    int128 units = cm_units_rescale(cm_mrr_units(&s->starts), s->scale, mrr_scale(edit->map));

    push_change(edit, customer, s->starts.day, units);
    if (s->ended != DATEVAL_NOEND)
        push_change(edit, customer, s->ended, -units);
}

/* In a canonical map a list is written once, at its final length, so that equal content is equal bytes. */
static void
write_changes(cm_map_edit *edit, uint32 customer, const cm_mrr_change *changes, uint32 count)
{
    cm_list *list;

    cm_list_reserve(edit, customer, offsetof(mrr_customer, changes), sizeof(cm_mrr_change), count);
    list = &((mrr_customer *) cm_map_payload(edit->map, customer))->changes;
    memcpy((cm_mrr_change *) cm_list_data(edit->map, list) + list->used, changes,
           count * sizeof(cm_mrr_change));
    list->used += count;
}

static void
merge_customer(cm_map_edit *edit, uint32 customer, const cm_map *from, const void *payload)
{
    const mrr_customer *other = payload;
    uint32 count = other->changes.used;
    cm_mrr_change stack[16];
    cm_mrr_change *changes = count <= lengthof(stack) ? stack : palloc(count * sizeof(cm_mrr_change));

    if (mrr_scale(from) > mrr_scale(edit->map))
        cm_mrr_rescale(edit, mrr_scale(from));
    memcpy(changes, cm_list_data(from, &other->changes), count * sizeof(cm_mrr_change));
    if (mrr_scale(from) < mrr_scale(edit->map))
        rescale_changes(changes, count, mrr_scale(from), mrr_scale(edit->map));
    if (edit->map->index_bits == 0)
        count = sort_changes(changes, count, mrr_scale(edit->map));
    write_changes(edit, customer, changes, count);
    if (changes != stack)
        pfree(changes);
}

/* All subscriptions of a customer, for a canonical map. */
static void
collect_subscriptions(cm_map_edit *edit, uint32 customer, const void *values, uint32 count)
{
    const cm_mrr_subscription *s = values;
    int scale = mrr_scale(edit->map);
    cm_mrr_change stack[16];
    cm_mrr_change *changes = count <= lengthof(stack) / 2
                                 ? stack
                                 : palloc_extended(count * 2 * sizeof(cm_mrr_change), MCXT_ALLOC_HUGE);
    uint32 n = 0;

    for (uint32 i = 0; i < count; i++) {
        cm_mrr_change *change = &changes[n++];

        CHECK_FOR_INTERRUPTS();
        *change = s[i].starts;
        if (s[i].scale < scale)
            rescale_changes(change, 1, s[i].scale, scale);
        if (s[i].ended != DATEVAL_NOEND)
            changes[n++] = cm_mrr_change_of(s[i].ended, -cm_mrr_units(change), scale);
    }
    write_changes(edit, customer, changes, sort_changes(changes, n, scale));
    if (changes != stack)
        pfree(changes);
}

static void
merge_params(void *params, const void *others)
{
    cm_mrr_params *joined = params;

    joined->scale = Max(joined->scale, ((const cm_mrr_params *) others)->scale);
}

static inline void
prefetch_changes(const cm_map *map, const void *payload)
{
    const mrr_customer *customer = payload;

    __builtin_prefetch((cm_mrr_change *) cm_list_data(map, &customer->changes) + customer->changes.used, 1);
}

/* ---- packed: of each customer the first change, then those that follow it by the days between ---- */

enum { DAY, LOWER, UPPER, ANY };

/* Amounts of either sign near zero are small numbers: 0, -1, 1, -2 become 0, 1, 2, 3, of which these are 64 bits each. */
static inline void
split_units(int64 *lower, int64 *upper, int128 units)
{
    uint128 number = (uint128) units << 1 ^ (uint128) (units >> 127);

    *lower = (int64) (uint64) number;
    *upper = (int64) (uint64) (number >> 64);
}

static inline cm_mrr_change
join_change(int64 lower, int64 upper, uint64 day)
{
    uint128 number = (uint128) (uint64) upper << 64 | (uint64) lower;
    int128 units = (int128) (number >> 1 ^ -(number & 1));

    return (cm_mrr_change){(uint64) units, (int32) (units >> 64), (int32) day};
}

static void
split_customers(const cm_map *map, uint32 first, cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++) {
        uint32 n;
        const cm_mrr_change *changes = mrr_changes(map, first + i, &n);
        uint64 at = cm_map_add_items(c, i, n > 0 ? n - 1 : 0);

        c->column[ANY][i] = n > 0;
        c->column[DAY][i] = c->column[LOWER][i] = c->column[UPPER][i] = 0;
        if (n > 0) {
            c->column[DAY][i] = changes[0].day;
            split_units(&c->column[LOWER][i], &c->column[UPPER][i], cm_mrr_units(&changes[0]));
        }
        for (uint32 k = 1; k < n; k++, at++) {
            c->item[DAY][at] = (int64) changes[k].day - changes[k - 1].day;
            split_units(&c->item[LOWER][at], &c->item[UPPER][at], cm_mrr_units(&changes[k]));
        }
    }
}

static bool
join_customers(cm_map *map, uint32 first, const cm_map_columns *c)
{
    uint64 at = 0;

    for (uint32 i = 0; i < c->count; i++) {
        mrr_customer *customer = cm_map_payload(map, first + i);
        uint64 day = (uint64) c->column[DAY][i], n = (uint64) c->items[i] + (c->column[ANY][i] != 0);
        cm_mrr_change *changes;

        if (!cm_list_take(map, &customer->changes, n, sizeof(cm_mrr_change)) ||
            (n == 0) != (c->column[ANY][i] == 0))
            return false;
        changes = cm_list_data(map, &customer->changes);
        if (n > 0)
            changes[0] = join_change(c->column[LOWER][i], c->column[UPPER][i], day);
        for (uint32 k = 1; k < n; k++, at++) {
            day += (uint64) c->item[DAY][at];
            changes[k] = join_change(c->item[LOWER][at], c->item[UPPER][at], day);
        }
    }
    return true;
}

/*
 * What is wrong with a change after the one before, or NULL; level is the customer's revenue before it. It may be
 * negative: a value of discounts only is a part of a whole.
 */
const char *
cm_mrr_change_fault(const cm_mrr_change *before, const cm_mrr_change *change, int128 *level)
{
    if (before != NULL && change->day <= before->day)
        return "days must ascend";
    if (change->day < CM_FIRST_DAY || change->day > CM_LAST_DAY)
        return "a day is out of range";
    if (cm_mrr_units(change) == 0)
        return "a change of zero is none";
    if (__builtin_add_overflow(*level, cm_mrr_units(change), level))
        return "revenue is out of range";
    return NULL;
}

static const char *
params_fault(const cm_mrr_params *params)
{
    size_t length = strnlen(params->currency, MRR_CURRENCY_LENGTH);

    for (size_t i = length; i < MRR_CURRENCY_LENGTH; i++)
        if (params->currency[i] != '\0')
            return "The currency is not valid";
    pg_verifymbstr(params->currency, (int) length, false);
    if (params->scale < 0 || params->scale > CM_MONEY_MAX_SCALE || params->unused != 0)
        return "The scale is out of range";
    return NULL;
}

static const char *
fault_of(const cm_map *map)
{
    const char *fault = params_fault(cm_map_params(map));

    for (uint32 customer = 0; customer < map->count && fault == NULL; customer++) {
        uint32 n;
        const cm_mrr_change *changes = mrr_changes(map, customer, &n);
        int128 level = 0;

        CHECK_FOR_INTERRUPTS();
        for (uint32 i = 0; i < n && fault == NULL; i++)
            fault = cm_mrr_change_fault(i > 0 ? &changes[i - 1] : NULL, &changes[i], &level);
    }
    return fault;
}

CM_MAP_ADD_EACH(add_subscriptions, add_subscription);
CM_MAP_PREFETCH_EACH(prefetch_lists, prefetch_changes);

const cm_map_class cm_mrr_class = {
    .state = {.name = "mrr_state",
              .min_size = sizeof(cm_state),
              .max_size = MaxAllocSize,
              .magic = 0x4d52,
              .version = 1},
    .params_size = sizeof(cm_mrr_params),
    .value_size = sizeof(cm_mrr_subscription),
    .payload_size = sizeof(mrr_customer),
    .add = add_subscriptions,
    .merge = merge_customer,
    .prefetch = prefetch_lists,
    .collect = collect_subscriptions,
    .collected_size = 2 * sizeof(cm_mrr_change),
    .merge_params = merge_params,
    .packing = {.params = "1111111144",
                .columns = 4,
                .item_columns = 3,
                .split = split_customers,
                .join = join_customers,
                .fault = fault_of},
};
