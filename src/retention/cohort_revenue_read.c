/* What a state of cohort_revenue says of single customers, and of all of them at once; the state as JSON. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/map_io.h"
#include "core/row.h"
#include "retention/cohort_revenue.h"
#include "retention/report.h"
#include "states/customer_totals.h"

static cm_money
revenue_of(const cm_map *map, int128 units)
{
    return (cm_money){units, cm_revenue_params_of(map)->scales[0], 0};
}

static void
put_item(FunctionCallInfo fcinfo, const cm_map *map, uint32 entry, const cm_revenue_item *item)
{
    const cm_revenue_params *params = cm_revenue_params_of(map);
    const cm_revenue_entry *customer = cm_map_payload(map, entry);
    cm_money revenue = revenue_of(map, item->units);
    cm_row row = cm_row_empty();

    cm_row_set_id(&row, 0, map, entry);
    if (params->begun)
        cm_row_set_period(&row, 1, params->calendar, customer->began);
    cm_row_set_period(&row, 2, params->calendar, item->period);
    cm_row_set_int(&row, 3, item->orders);
    cm_row_set_money(&row, 4, revenue);
    if (params->with_costs)
        cm_row_set_money(&row, 5, cm_money_subtract(revenue, (cm_money){item->cost, params->scales[1], 0}));
    cm_rows_put(fcinfo, &row);
}

/* customer_revenue(cohort_revenue) -> customer_id, began, period_start, orders, revenue, margin */
PG_FUNCTION_INFO_V1(cm_customer_revenue);
Datum
cm_customer_revenue(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_COHORT_REVENUE(0);

    cm_rows_begin(fcinfo);
    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_revenue_cursor cursor = cm_revenue_begin_items(map, cm_map_payload(map, entry));
        cm_revenue_item item;

        while (cm_revenue_next(&cursor, &item))
            put_item(fcinfo, map, entry, &item);
    }
    return (Datum) 0;
}

/* revenue(cohort_revenue): of all periods; NULL without an amount */
PG_FUNCTION_INFO_V1(cm_cohort_revenue_total);
Datum
cm_cohort_revenue_total(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_COHORT_REVENUE(0);
    int128 sum = 0;
    bool any = false;

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_revenue_cursor cursor = cm_revenue_begin_items(map, cm_map_payload(map, entry));
        cm_revenue_item item;

        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        while (cm_revenue_next(&cursor, &item)) {
            any = true;
            sum = cm_units_add(sum, item.units, cm_revenue_params_of(map)->scales[0]);
        }
    }
    if (!any)
        PG_RETURN_NULL();
    PG_RETURN_DATUM(cm_money_to_numeric(revenue_of(map, sum)));
}

/* customer_count(cohort_revenue) */
PG_FUNCTION_INFO_V1(cm_cohort_revenue_count);
Datum
cm_cohort_revenue_count(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_count(PG_GETARG_DATUM(0), &cm_cohort_revenue_class));
}

/* activity_period(cohort_revenue): the calendar's word */
PG_FUNCTION_INFO_V1(cm_cohort_revenue_period);
Datum
cm_cohort_revenue_period(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(
        cstring_to_text(cm_calendar_name(cm_revenue_params_of(PG_GETARG_COHORT_REVENUE(0))->calendar)));
}

/* skipped_rows(cohort_revenue) */
PG_FUNCTION_INFO_V1(cm_cohort_revenue_skipped_rows);
Datum
cm_cohort_revenue_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_skipped(PG_GETARG_DATUM(0), &cm_cohort_revenue_class));
}

/* ---- JSON ---- */

static void
append_json_item(StringInfo out, const cm_map *map, const cm_revenue_item *item)
{
    appendStringInfoString(out, "{\"period\": \"");
    cm_append_period(out, cm_revenue_params_of(map)->calendar, item->period);
    appendStringInfo(out, "\", \"orders\": " INT64_FORMAT ", \"revenue\": ", item->orders);
    cm_append_money(out, revenue_of(map, item->units));
    if (cm_revenue_params_of(map)->with_costs) {
        appendStringInfoString(out, ", \"cost\": ");
        cm_append_money(out, (cm_money){item->cost, cm_revenue_params_of(map)->scales[1], 0});
    }
    appendStringInfoChar(out, '}');
}

/* {"period": "month", "skipped_rows": 0, "customers": [{"customer_id": 7, "periods": [...]}]}; see append_json_item */
PG_FUNCTION_INFO_V1(cm_cohort_revenue_json);
Datum
cm_cohort_revenue_json(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_COHORT_REVENUE(0);
    const cm_revenue_params *params = cm_revenue_params_of(map);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoChar(&out, '{');
    cm_append_json_calendar(&out, params->calendar);
    appendStringInfo(&out, ", \"skipped_rows\": " INT64_FORMAT ", \"customers\": [", map->skipped);
    for (uint32 entry = 0; entry < map->count; entry++) {
        const cm_revenue_entry *customer = cm_map_payload(map, entry);
        cm_revenue_cursor cursor;
        cm_revenue_item item;

        cm_map_begin_json(&out, map, entry, &cm_cohort_revenue_class);
        if (params->begun) {
            appendStringInfoString(&out, ", \"began\": \"");
            cm_append_period(&out, params->calendar, customer->began);
            appendStringInfoChar(&out, '"');
        }
        appendStringInfoString(&out, ", \"periods\": [");
        cursor = cm_revenue_begin_items(map, customer);
        for (const char *comma = ""; cm_revenue_next(&cursor, &item); comma = ", ") {
            CHECK_FOR_INTERRUPTS();
            appendStringInfoString(&out, comma);
            append_json_item(&out, map, &item);
        }
        appendStringInfoString(&out, "]}");
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
