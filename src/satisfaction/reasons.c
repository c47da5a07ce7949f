/* The reasons state: rows enter it, states merge, and its text and JSON form; see reasons.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/collation.h"
#include "core/map_io.h"
#include "satisfaction/reasons.h"

/* ---- entries ---- */

static inline void
add_count(cm_map_edit *edit, uint32 entry, const void *value)
{
    cm_reason *reason = cm_map_payload(edit->map, entry);

    reason->count = cm_add_counts(reason->count, ((const cm_reason *) value)->count, "rows");
}

static void
merge_reason(cm_map_edit *edit, uint32 entry, const cm_map *from pg_attribute_unused(), const void *payload)
{
    add_count(edit, entry, payload);
}

CM_MAP_ADD_EACH(add_counts, add_count);

static void
split_reasons(const cm_map *map, uint32 first, cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++)
        c->column[0][i] = cm_reason_count(map, first + i);
}

static bool
join_reasons(cm_map *map, uint32 first, const cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++)
        ((cm_reason *) cm_map_payload(map, first + i))->count = c->column[0][i];
    return true;
}

static const char *
fault_of(const cm_map *map)
{
    int64 total = 0;

    for (uint32 entry = 0; entry < map->count; entry++) {
        CHECK_FOR_INTERRUPTS();
        if (cm_check_count(cm_reason_count(map, entry), "the number of rows") == 0)
            return "Every reason has rows";
        total = cm_add_counts(total, cm_reason_count(map, entry), "rows");
    }
    return NULL;
}

const cm_map_class cm_reasons_class = {
    .state = {.name = "reasons_state",
              .min_size = sizeof(cm_state),
              .max_size = MaxAllocSize,
              .magic = 0x5245,
              .version = 1},
    .params_size = 0,
    .value_size = sizeof(cm_reason),
    .payload_size = sizeof(cm_reason),
    .add = add_counts,
    .merge = merge_reason,
    .packing = {.params = "", .columns = 1, .split = split_reasons, .join = join_reasons, .fault = fault_of},
};

int64
cm_reasons_total(const cm_map *map)
{
    int64 total = 0;

    for (uint32 entry = 0; entry < map->count; entry++)
        total = cm_add_counts(total, cm_reason_count(map, entry), "rows");
    return total;
}

/* ---- aggregate steps ---- */

static cm_map_edit
begin_row(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(0))
        return (cm_map_edit){cm_map_new(&cm_reasons_class, CM_KEY_TEXT, NULL), NULL, &cm_reasons_class};
    return cm_map_edit_arg(fcinfo, 0, &cm_reasons_class);
}

/* Transition of reasons_agg(reason); a row without a reason is skipped and counted. */
PG_FUNCTION_INFO_V1(cm_reasons_accum);
Datum
cm_reasons_accum(PG_FUNCTION_ARGS)
{
    const cm_reason one = {1};

    cm_check_text_arg(fcinfo, 1, "reason");

    cm_map_edit edit = begin_row(fcinfo);

    if (PG_ARGISNULL(1))
        return cm_map_skip_row(edit);

    cm_key key = cm_key_text(PG_GETARG_TEXT_PP(1));

    cm_map_add(&edit, &key, &one, sizeof(one));
    PG_RETURN_POINTER(edit.map);
}

/* Transition of reasons_counted_agg(reason, n), rows that are already summed; 0 adds nothing. */
PG_FUNCTION_INFO_V1(cm_reasons_accum_counted);
Datum
cm_reasons_accum_counted(PG_FUNCTION_ARGS)
{
    cm_check_text_arg(fcinfo, 1, "reason");

    cm_map_edit edit = begin_row(fcinfo);

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
        return cm_map_skip_row(edit);

    cm_key key = cm_key_text(PG_GETARG_TEXT_PP(1));
    cm_reason reason = {CM_ARG_COUNT(2, "n")};

    if (reason.count > 0)
        cm_map_add(&edit, &key, &reason, sizeof(reason));
    PG_RETURN_POINTER(edit.map);
}

PG_FUNCTION_INFO_V1(cm_reasons_combine);
Datum
cm_reasons_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_reasons_class, NULL, NULL);
}

/* Final function of the aggregates over rows: the canonical form, an empty one of no rows. */
PG_FUNCTION_INFO_V1(cm_reasons_final);
Datum
cm_reasons_final(PG_FUNCTION_ARGS)
{
    return cm_map_final(fcinfo, &cm_reasons_class, CM_KEY_TEXT, NULL);
}

PG_FUNCTION_INFO_V1(cm_reasons_skipped_rows);
Datum
cm_reasons_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_skipped(PG_GETARG_DATUM(0), &cm_reasons_class));
}

/* ---- text: 1:text{"price"=12;"service"=5}, of three rows without a reason 1:text+3{...} ---- */

static void
append_reason(cm_map_edit *edit, const cm_key *key, int64 count)
{
    uint32 entry = cm_map_append(edit, key);

    ((cm_reason *) cm_map_payload(edit->map, entry))->count = count;
}

static Datum
parse_reasons(PG_FUNCTION_ARGS)
{
    cm_parser p = cm_parse_begin("reasons_state", PG_GETARG_CSTRING(0));

    cm_parse_version(&p, cm_reasons_class.state.version);

    cm_parse_word(&p, "text");

    int64 skipped = cm_map_parse_skipped(&p), total = 0;
    cm_map_edit edit = cm_map_begin_canonical(&cm_reasons_class, CM_KEY_TEXT, NULL);

    cm_parse_char(&p, '{');
    for (bool first = true; !cm_parse_maybe(&p, '}'); first = false) {
        CHECK_FOR_INTERRUPTS();
        if (!first)
            cm_parse_char(&p, ';');

        cm_key key = cm_map_parse_key(&p, CM_KEY_TEXT);

        cm_parse_char(&p, '=');

        int64 count = cm_parse_int(&p, 1, CM_MAX_COUNT);

        total = cm_add_counts(total, count, "rows");
        append_reason(&edit, &key, count);
    }
    cm_parse_end(&p);
    edit.map->skipped = skipped;
    PG_RETURN_POINTER(cm_map_end_canonical(&edit));
}

static Datum
print_reasons(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_REASONS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", map->head.version);
    cm_map_append_key_type(&out, map);
    appendStringInfoChar(&out, '{');
    for (uint32 entry = 0; entry < map->count; entry++) {
        CHECK_FOR_INTERRUPTS();
        if (entry > 0)
            appendStringInfoChar(&out, ';');
        cm_map_append_key(&out, map, entry);
        appendStringInfo(&out, "=" INT64_FORMAT, cm_reason_count(map, entry));
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

CM_MAP_KIND_IO(reasons, cm_reasons, CM_KEY_TEXT);

/* {"price": 12, "service": 5} */
PG_FUNCTION_INFO_V1(cm_reasons_json);
Datum
cm_reasons_json(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_REASONS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoChar(&out, '{');
    for (uint32 entry = 0; entry < map->count; entry++) {
        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, entry > 0 ? ", " : "");
        cm_map_append_json_key(&out, map, entry);
        appendStringInfo(&out, ": " INT64_FORMAT, cm_reason_count(map, entry));
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
