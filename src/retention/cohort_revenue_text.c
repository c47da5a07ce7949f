/*
 * The state of cohort_revenue as text: "1:", the type of the ids ("bigint+3" where three rows were
 * skipped), ":", the calendar, ":", ">" where customers begin by an event of their own, the decimals of amounts and,
 * where there are costs, "/" and theirs, ":{", the customers with ";" between, "}". A customer is id "=", with an own beginning
 * its period and ">", then with "," between each period as period*orders:amount, where there are costs period*orders:amount/cost.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/map_io.h"
#include "retention/cohort_revenue_items.h"

/* Items that grow at their end. */
typedef struct item_set {
    cm_revenue_item *items;
    uint32 n, capacity;
} item_set;

static void
push(item_set *set, const cm_revenue_item *item)
{
    if (set->n == set->capacity) {
        set->capacity = set->capacity == 0 ? 8 : set->capacity * 2;
        set->items = set->items == NULL ? palloc(set->capacity * sizeof(*item))
                                        : repalloc_huge(set->items, (Size) set->capacity * sizeof(*item));
    }
    set->items[set->n++] = *item;
}

static void
append_customer(cm_map_edit *edit, const cm_key *key, int32 began, const item_set *set)
{
    uint32 entry = cm_map_append(edit, key);

    if (cm_revenue_params_of(edit->map)->begun)
        cm_revenue_begin(edit, entry, began);
    cm_revenue_set_items(edit, entry, set->items, set->n);
}

static cm_money
revenue_of(const cm_map *map, const cm_revenue_item *item)
{
    return (cm_money){item->units, cm_revenue_params_of(map)->scales[0], 0};
}

static cm_money
cost_of(const cm_map *map, const cm_revenue_item *item)
{
    return (cm_money){item->cost, cm_revenue_params_of(map)->scales[1], 0};
}

/* ---- text ---- */

static int128
parse_amount(cm_parser *p, int scale)
{
    cm_money amount = cm_parse_money(p);

    if (amount.scale != scale)
        cm_parse_fail(p, psprintf("an amount with %d decimals expected", scale));
    return amount.units;
}

static void
parse_items(cm_parser *p, const cm_revenue_params *params, int32 began, item_set *set)
{
    if (params->begun && (*p->at == ';' || *p->at == '}'))
        return;
    do {
        cm_revenue_item item = {.period = cm_parse_period(p, params->calendar)};

        CHECK_FOR_INTERRUPTS();
        cm_parse_char(p, '*');
        item.orders = cm_parse_int(p, 0, PG_INT64_MAX);
        cm_parse_char(p, ':');
        item.units = parse_amount(p, params->scales[0]);
        if (params->with_costs) {
            cm_parse_char(p, '/');
            item.cost = parse_amount(p, params->scales[1]);
        }

        const char *error =
            cm_revenue_item_fault(params, began, set->n > 0 ? &set->items[set->n - 1] : NULL, &item);

        if (error != NULL)
            cm_parse_fail(p, error);
        push(set, &item);
    } while (cm_parse_maybe(p, ','));
}

static Datum
parse_cohort_revenue(PG_FUNCTION_ARGS)
{
    cm_parser p = cm_parse_begin("cohort_revenue_state", PG_GETARG_CSTRING(0));
    cm_revenue_params params = {0};
    item_set set = {0};

    cm_parse_version(&p, cm_cohort_revenue_class.state.version);

    cm_key_type type = cm_map_parse_key_type(&p);
    int64 skipped = cm_map_parse_skipped(&p);

    cm_parse_char(&p, ':');
    params.calendar = cm_parse_calendar(&p, false);
    params.begun = cm_parse_maybe(&p, '>');
    params.scales[0] = (int32) cm_parse_int(&p, 0, CM_MONEY_MAX_SCALE);
    params.with_costs = cm_parse_maybe(&p, '/');
    if (params.with_costs)
        params.scales[1] = (int32) cm_parse_int(&p, 0, CM_MONEY_MAX_SCALE);
    if (params.calendar.unit == CM_NO_PERIOD &&
        (params.begun || params.with_costs || params.scales[0] > 0 || strcmp(p.at, ":{}") != 0))
        cm_parse_fail(&p, "a value without a kind of period has nothing");

    cm_map_edit edit = cm_map_begin_canonical(&cm_cohort_revenue_class, type, &params);

    cm_parse_char(&p, ':');
    cm_parse_char(&p, '{');
    for (bool first = true; !cm_parse_maybe(&p, '}'); first = false) {
        int32 began = 0;

        CHECK_FOR_INTERRUPTS();
        if (!first)
            cm_parse_char(&p, ';');

        cm_key key = cm_map_parse_key(&p, type);

        cm_parse_char(&p, '=');
        if (params.begun) {
            began = cm_parse_period(&p, params.calendar);
            cm_parse_char(&p, '>');
        }
        set.n = 0;
        parse_items(&p, &params, began, &set);
        append_customer(&edit, &key, began, &set);
    }
    cm_parse_end(&p);
    edit.map->skipped = skipped;
    PG_RETURN_POINTER(cm_map_end_canonical(&edit));
}

static void
append_item(StringInfo out, const cm_map *map, const cm_revenue_item *item)
{
    cm_append_period(out, cm_revenue_params_of(map)->calendar, item->period);
    appendStringInfo(out, "*" INT64_FORMAT ":", item->orders);
    cm_append_money(out, revenue_of(map, item));
    if (cm_revenue_params_of(map)->with_costs) {
        appendStringInfoChar(out, '/');
        cm_append_money(out, cost_of(map, item));
    }
}

static Datum
print_cohort_revenue(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_COHORT_REVENUE(0);
    const cm_revenue_params *params = cm_revenue_params_of(map);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", map->head.version);
    cm_map_append_key_type(&out, map);
    appendStringInfo(&out, ":%s:%s%d", cm_calendar_name(params->calendar), params->begun ? ">" : "",
                     params->scales[0]);
    if (params->with_costs)
        appendStringInfo(&out, "/%d", params->scales[1]);
    appendStringInfoString(&out, ":{");
    for (uint32 entry = 0; entry < map->count; entry++) {
        const cm_revenue_entry *customer = cm_map_payload(map, entry);
        cm_revenue_cursor cursor;
        cm_revenue_item item;

        if (entry > 0)
            appendStringInfoChar(&out, ';');
        cm_map_append_key(&out, map, entry);
        appendStringInfoChar(&out, '=');
        if (params->begun) {
            cm_append_period(&out, params->calendar, customer->began);
            appendStringInfoChar(&out, '>');
        }
        cursor = cm_revenue_begin_items(map, customer);
        for (const char *comma = ""; cm_revenue_next(&cursor, &item); comma = ",") {
            CHECK_FOR_INTERRUPTS();
            appendStringInfoString(&out, comma);
            append_item(&out, map, &item);
        }
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

CM_MAP_TYPE_IO(cohort_revenue);
