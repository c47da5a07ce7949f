/*
 * mrr as JSON:
 * {"currency": "EUR", "skipped_rows": 0, "customers": [{"customer_id": 7, "changes": [{"day": "2024-01-10", "amount": 10.00}]}]}
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/json.h"

#include "core/map_io.h"
#include "states/order.h"
#include "subscription/mrr.h"

static void
append_customer(StringInfo out, const cm_map *map, uint32 customer)
{
    uint32 count;
    const cm_mrr_change *changes = mrr_changes(map, customer, &count);

    cm_map_begin_json(out, map, customer, &cm_mrr_class);
    appendStringInfoString(out, ", \"changes\": [");
    for (uint32 i = 0; i < count; i++) {
        appendStringInfoString(out, i > 0 ? ", {\"day\": " : "{\"day\": ");
        cm_append_json_day(out, changes[i].day);
        appendStringInfoString(out, ", \"amount\": ");
        cm_append_money(out, mrr_money(map, cm_mrr_units(&changes[i])));
        appendStringInfoChar(out, '}');
    }
    appendStringInfoString(out, "]}");
}

PG_FUNCTION_INFO_V1(cm_mrr_json);
Datum
cm_mrr_json(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);
    const cm_mrr_params *params = cm_map_params(map);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoString(&out, "{\"currency\": ");
    if (params->currency[0] == '\0')
        appendStringInfoString(&out, "null");
    else
        escape_json(&out, pnstrdup(params->currency, MRR_CURRENCY_LENGTH));
    appendStringInfo(&out, ", \"skipped_rows\": " INT64_FORMAT ", \"customers\": [", map->skipped);
    for (uint32 i = 0; i < map->count; i++)
        append_customer(&out, map, i);
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
