/* The subscribers state as text and JSON. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/map_io.h"
#include "states/order.h"
#include "subscription/subscribers.h"

/* Spans that were read, and what is wrong with the last of them. */
typedef struct spans_read {
    cm_span *spans;
    uint32 n, capacity;
    int32 days; /* of the period */
} spans_read;

static const char *
take_span(spans_read *read, int64 from, int64 to)
{
    const char *fault = cm_span_fault(read->n > 0 ? &read->spans[read->n - 1] : NULL, from, to, read->days);

    if (fault != NULL)
        return fault;
    if (read->n == read->capacity) {
        read->capacity = Max(2 * read->capacity, 8);
        read->spans = read->spans == NULL ? palloc(read->capacity * sizeof(cm_span))
                                          : repalloc(read->spans, read->capacity * sizeof(cm_span));
    }
    read->spans[read->n++] = (cm_span){from, to};
    return NULL;
}

static cm_subscribers_params
parse_period(cm_parser *p)
{
    cm_subscribers_params params = {0, 0};

    if (*p->at == 'n') {
        cm_parse_word(p, "none");
        return params;
    }
    params.period_start = cm_parse_day(p);
    cm_parse_word(p, "..");
    params.period_end = cm_parse_day(p);
    cm_subscribers_check_period(params.period_start, params.period_end);
    return params;
}

/*
 * "1:bigint:2024-01-01..2024-02-01{7=-1..31;9=3..5,8..31}": of a period, the customers and their days, counted from
 * its first day, the last excluded; -1 is the day before the period. "1:bigint:none{}" is of no rows;
 * "1:bigint+3:..." of three skipped rows.
 */
static Datum
parse_subscribers(PG_FUNCTION_ARGS)
{
    cm_parser p = cm_parse_begin("subscribers_state", PG_GETARG_CSTRING(0));
    spans_read read = {0};

    cm_parse_version(&p, cm_subscribers_class.state.version);

    cm_key_type type = cm_map_parse_key_type(&p);
    int64 skipped = cm_map_parse_skipped(&p);

    cm_parse_char(&p, ':');

    cm_subscribers_params params = parse_period(&p);

    read.days = params.period_end - params.period_start;

    cm_map_edit edit = cm_map_begin_canonical(&cm_subscribers_class, type, &params);

    cm_parse_char(&p, '{');
    for (bool first = true; !cm_parse_maybe(&p, '}'); first = false) {
        CHECK_FOR_INTERRUPTS();
        if (!first)
            cm_parse_char(&p, ';');

        cm_key key = cm_map_parse_key(&p, type);

        cm_parse_char(&p, '=');
        read.n = 0;
        do {
            int64 from = cm_parse_int(&p, -1, read.days);

            cm_parse_word(&p, "..");

            const char *wrong = take_span(&read, from, cm_parse_int(&p, 0, read.days));

            if (wrong != NULL)
                cm_parse_fail(&p, wrong);
        } while (cm_parse_maybe(&p, ','));
        cm_subscribers_append(&edit, &key, read.spans, read.n);
    }
    cm_parse_end(&p);
    edit.map->skipped = skipped;
    PG_RETURN_POINTER(cm_map_end_canonical(&edit));
}

static Datum
print_subscribers(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_SUBSCRIBERS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", map->head.version);
    cm_map_append_key_type(&out, map);
    appendStringInfoChar(&out, ':');
    if (cm_subscribers_days(map) > 0) {
        cm_append_day(&out, cm_subscribers_period(map)->period_start);
        appendStringInfoString(&out, "..");
        cm_append_day(&out, cm_subscribers_period(map)->period_end);
    } else
        appendStringInfoString(&out, "none");
    appendStringInfoChar(&out, '{');
    for (uint32 entry = 0; entry < map->count; entry++) {
        const cm_list *list = cm_subscriber_spans(map, entry);
        const cm_span *spans = cm_list_data(map, list);

        CHECK_FOR_INTERRUPTS();
        if (entry > 0)
            appendStringInfoChar(&out, ';');
        cm_map_append_key(&out, map, entry);
        for (uint32 i = 0; i < list->used; i++)
            appendStringInfo(&out, "%c%d..%d", i == 0 ? '=' : ',', spans[i].from, spans[i].to);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

CM_MAP_KIND_IO(subscribers, cm_subscribers, CM_ANY_KEY);

static void
json_spans(StringInfo out, const cm_map *map, uint32 entry)
{
    const cm_list *list = cm_subscriber_spans(map, entry);
    const cm_span *spans = cm_list_data(map, list);
    DateADT start = cm_subscribers_period(map)->period_start;

    for (uint32 i = 0; i < list->used; i++) {
        appendStringInfoString(out, i > 0 ? ", {\"started\": " : "{\"started\": ");
        cm_append_json_day(out, start + spans[i].from);
        appendStringInfoString(out, ", \"ended\": ");
        cm_append_json_day(out, start + spans[i].to);
        appendStringInfoChar(out, '}');
    }
}

/*
 * {"period_start": "2024-01-01", "period_end": "2024-02-01", "skipped_rows": 0,
 *  "customers": [{"customer_id": 7, "spans": [{"started": ..., "ended": ...}]}]}
 */
PG_FUNCTION_INFO_V1(cm_subscribers_json);
Datum
cm_subscribers_json(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_SUBSCRIBERS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoString(&out, "{\"period_start\": ");
    if (cm_subscribers_days(map) > 0) {
        cm_append_json_day(&out, cm_subscribers_period(map)->period_start);
        appendStringInfoString(&out, ", \"period_end\": ");
        cm_append_json_day(&out, cm_subscribers_period(map)->period_end);
    } else
        appendStringInfoString(&out, "null, \"period_end\": null");
    appendStringInfo(&out, ", \"skipped_rows\": " INT64_FORMAT ", \"customers\": [", map->skipped);
    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_map_begin_json(&out, map, entry, &cm_subscribers_class);
        appendStringInfoString(&out, ", \"spans\": [");
        json_spans(&out, map, entry);
        appendStringInfoString(&out, "]}");
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
