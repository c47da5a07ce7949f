/* The cohorts state as text, and what it says of single customers. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "core/collation.h"
#include "core/map_io.h"
#include "core/row.h"
#include "retention/activity.h"
#include "retention/cohorts.h"

/* A customer's chunks, ascending, as one set. */
static void
chunks_of(const cm_map *cohorts, uint32 entry, cm_chunks *set)
{
    const cm_cohorts_entry *customer = cm_map_payload(cohorts, entry);
    int64 earlier = customer->earlier.used;

    if (set->capacity < earlier + 1) {
        set->capacity = earlier + 1;
        set->chunks = set->chunks == NULL ? palloc(set->capacity * sizeof(cm_chunk))
                                          : repalloc(set->chunks, set->capacity * sizeof(cm_chunk));
    }
    if (earlier > 0)
        memcpy(set->chunks, cm_list_data(cohorts, &customer->earlier), earlier * sizeof(cm_chunk));
    set->chunks[earlier] = (cm_chunk){customer->bits, customer->word, 0};
    set->count = earlier + 1;
}

/* Puts a customer behind those that are there. */
static void
append_customer(cm_map_edit *edit, const cm_key *key, const cm_chunks *set)
{
    uint32 entry = cm_map_append(edit, key);

    cm_list_reserve(edit, entry, offsetof(cm_cohorts_entry, earlier), sizeof(cm_chunk), set->count - 1);
    for (int64 i = 0; i < set->count; i++)
        cm_cohorts_add_chunk(edit, entry, &set->chunks[i]);
}

/* "1:", the type of the ids ("bigint+3" where three rows were skipped), ":", the calendar, ":{", id "=" periods of each customer with ";" between, "}". */
static Datum
parse_cohorts(PG_FUNCTION_ARGS)
{
    cm_parser p = cm_parse_begin("cohorts_state", PG_GETARG_CSTRING(0));
    cm_cohorts_params params = {0};
    cm_chunks set = {0};

    cm_parse_version(&p, cm_cohorts_class.state.version);

    cm_key_type type = cm_map_parse_key_type(&p);
    int64 skipped = cm_map_parse_skipped(&p);

    cm_parse_char(&p, ':');
    params.calendar = cm_parse_calendar(&p, false);

    cm_map_edit edit = cm_map_begin_canonical(&cm_cohorts_class, type, &params);

    cm_parse_char(&p, '{');
    for (bool first = true; !cm_parse_maybe(&p, '}'); first = false) {
        CHECK_FOR_INTERRUPTS();
        if (!first)
            cm_parse_char(&p, ';');

        cm_key key = cm_map_parse_key(&p, type);

        cm_parse_char(&p, '=');
        cm_parse_periods(&p, params.calendar, &set);
        if (set.count == 0)
            cm_parse_fail(&p, "a period expected");
        append_customer(&edit, &key, &set);
    }
    cm_parse_end(&p);
    edit.map->skipped = skipped;
    PG_RETURN_POINTER(cm_map_end_canonical(&edit));
}

static Datum
print_cohorts(PG_FUNCTION_ARGS)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_calendar calendar = cm_cohorts_calendar(cohorts);
    cm_chunks set = {0};
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", cohorts->head.version);
    cm_map_append_key_type(&out, cohorts);
    appendStringInfoChar(&out, ':');
    cm_append_calendar(&out, calendar);
    appendStringInfoString(&out, ":{");
    for (uint32 entry = 0; entry < cohorts->count; entry++) {
        CHECK_FOR_INTERRUPTS();
        if (entry > 0)
            appendStringInfoChar(&out, ';');
        cm_map_append_key(&out, cohorts, entry);
        appendStringInfoChar(&out, '=');
        chunks_of(cohorts, entry, &set);
        cm_append_periods(&out, calendar, set.chunks, set.count);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

/* ---- JSON ---- */

/*
 * {"period": "month", "skipped_rows": 0, "customers": [{"customer_id": 7, "periods": ["2024-01", "2024-02"]}]}, by id;
 * the period of a value over no rows is null.
 */
PG_FUNCTION_INFO_V1(cm_cohorts_json);
Datum
cm_cohorts_json(PG_FUNCTION_ARGS)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_calendar calendar = cm_cohorts_calendar(cohorts);
    cm_chunks set = {0};
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoChar(&out, '{');
    cm_append_json_calendar(&out, calendar);
    appendStringInfo(&out, ", \"skipped_rows\": " INT64_FORMAT ", \"customers\": [", cohorts->skipped);
    for (uint32 entry = 0; entry < cohorts->count; entry++) {
        cm_map_begin_json(&out, cohorts, entry, &cm_cohorts_class);
        appendStringInfoString(&out, ", ");
        chunks_of(cohorts, entry, &set);
        cm_append_json_periods(&out, calendar, set.chunks, set.count, "cohorts_state");
        appendStringInfoChar(&out, '}');
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- single customers ---- */

static cm_activity *
activity_of(const cm_map *cohorts, uint32 entry, cm_chunks *set)
{
    chunks_of(cohorts, entry, set);

    cm_activity *activity = cm_activity_new(cm_cohorts_calendar(cohorts), set->count);

    memcpy(activity->chunks, set->chunks, set->count * sizeof(cm_chunk));
    return activity;
}

/* activity_of(cohorts, customer_id) */
static Datum
find_activity(FunctionCallInfo fcinfo, cm_key_type type)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_key key = cm_key_from_arg(fcinfo, 1, type);
    cm_chunks set = {0};

    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");
    if (cohorts->key_type != type)
        ereport(ERROR,
                (errcode(ERRCODE_DATATYPE_MISMATCH),
                 errmsg("the customers of these cohorts have ids of type %s", cm_map_key_type_name(cohorts)),
                 errhint("Cast customer_id to that type.")));

    int64 entry = cm_map_find(cohorts, &key);

    if (entry < 0)
        PG_RETURN_NULL();
    PG_RETURN_POINTER(activity_of(cohorts, entry, &set));
}

PG_FUNCTION_INFO_V1(cm_cohorts_activity_bigint);
Datum
cm_cohorts_activity_bigint(PG_FUNCTION_ARGS)
{
    return find_activity(fcinfo, CM_KEY_BIGINT);
}

PG_FUNCTION_INFO_V1(cm_cohorts_activity_uuid);
Datum
cm_cohorts_activity_uuid(PG_FUNCTION_ARGS)
{
    return find_activity(fcinfo, CM_KEY_UUID);
}

PG_FUNCTION_INFO_V1(cm_cohorts_activity_text);
Datum
cm_cohorts_activity_text(PG_FUNCTION_ARGS)
{
    return find_activity(fcinfo, CM_KEY_TEXT);
}

/* customer_activities(cohorts) -> customer_id, its activity */
PG_FUNCTION_INFO_V1(cm_cohorts_customers);
Datum
cm_cohorts_customers(PG_FUNCTION_ARGS)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_chunks set = {0};

    cm_rows_begin(fcinfo);
    for (uint32 entry = 0; entry < cohorts->count; entry++) {
        cm_row row = cm_row_empty();
        cm_activity *activity = activity_of(cohorts, entry, &set);

        cm_row_set_id(&row, 0, cohorts, entry);
        cm_row_set(&row, 1, PointerGetDatum(activity));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* customer_count(cohorts) */
PG_FUNCTION_INFO_V1(cm_cohorts_count);
Datum
cm_cohorts_count(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_count(PG_GETARG_DATUM(0), &cm_cohorts_class));
}

/* skipped_rows(cohorts) */
PG_FUNCTION_INFO_V1(cm_cohorts_skipped_rows);
Datum
cm_cohorts_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_skipped(PG_GETARG_DATUM(0), &cm_cohorts_class));
}

/* activity_period(cohorts): the calendar's word */
PG_FUNCTION_INFO_V1(cm_cohorts_period);
Datum
cm_cohorts_period(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(cm_calendar_name(cm_cohorts_calendar(PG_GETARG_COHORTS(0)))));
}

CM_MAP_TYPE_IO(cohorts);
