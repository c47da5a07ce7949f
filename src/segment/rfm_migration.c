/* rfm_migration_state: counting moves, merging, text and JSON form; see rfm_migration.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/map_io.h"
#include "segment/rfm_migration.h"

/* ---- state: a hash table from a pair of scores to a number of customers ---- */

static inline void
add_customer(cm_map_edit *edit, uint32 entry, const void *value pg_attribute_unused())
{
    ++*(int64 *) cm_map_payload(edit->map, entry);
}

static void
add_customers(cm_map_edit *edit, uint32 entry, const cm_map *from pg_attribute_unused(), const void *payload)
{
    int64 *customers = cm_map_payload(edit->map, entry);

    *customers = cm_add_counts(*customers, *(const int64 *) payload, "customers");
}

CM_MAP_ADD_EACH(add_rows, add_customer);

static int64
pair_of(cm_rfm before, cm_rfm after)
{
    return (int64) before << 32 | after;
}

static inline bool
bins_agree(cm_rfm before, cm_rfm after)
{
    return before == 0 || after == 0 || cm_rfm_bins(before) == cm_rfm_bins(after);
}

static void
split_moves(const cm_map *map, uint32 first, cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++)
        c->column[0][i] = *(const int64 *) cm_map_payload(map, first + i);
}

static bool
join_moves(cm_map *map, uint32 first, const cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++)
        *(int64 *) cm_map_payload(map, first + i) = c->column[0][i];
    return true;
}

static const char *
fault_of(const cm_map *map)
{
    if (map->key_type != CM_KEY_BIGINT || map->skipped != 0)
        return "A move is from scores to scores";
    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_move m = cm_move_read(map, entry);

        CHECK_FOR_INTERRUPTS();
        if ((m.before != 0 && !cm_rfm_valid(m.before)) || (m.after != 0 && !cm_rfm_valid(m.after)) ||
            !bins_agree(m.before, m.after) || pair_of(m.before, m.after) <= 0 || m.customers < 1 ||
            m.customers > CM_MAX_COUNT)
            return "A move is out of range or out of order";
    }
    return NULL;
}

const cm_map_class cm_rfm_migration_class = {
    .state = {.name = "rfm_migration_state",
              .min_size = sizeof(cm_state),
              .max_size = MaxAllocSize,
              .magic = 0x4d49,
              .version = 1},
    .payload_size = sizeof(int64),
    .add = add_rows,
    .merge = add_customers,
    .packing = {.params = "", .columns = 1, .split = split_moves, .join = join_moves, .fault = fault_of},
};

static void
bins_error(cm_rfm before, cm_rfm after)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
         errmsg("scores before and after are of %d and %d bins: %s and %s", cm_rfm_bins(before),
                cm_rfm_bins(after), cm_rfm_cstring(before), cm_rfm_cstring(after)),
         errdetail("The customer would seem to move where only the number of bins has changed."),
         errhint("Score both times by the same rfm_cuts or with the same bins; rfm_rebin(scores, bins) reads "
                 "old scores in another number of them.")));
}

/* rfm_migration_agg(before, after) */
PG_FUNCTION_INFO_V1(cm_rfm_migration_accum);
Datum
cm_rfm_migration_accum(PG_FUNCTION_ARGS)
{
    cm_rfm before = PG_ARGISNULL(1) ? 0 : PG_GETARG_RFM(1);
    cm_rfm after = PG_ARGISNULL(2) ? 0 : PG_GETARG_RFM(2);

    if (PG_ARGISNULL(0))
        cm_state_is_null();
    if (before == 0 && after == 0)
        PG_RETURN_DATUM(PG_GETARG_DATUM(0));
    if (unlikely(!bins_agree(before, after)))
        bins_error(before, after);

    cm_map_edit edit = cm_map_edit_arg(fcinfo, 0, &cm_rfm_migration_class);
    cm_key key = cm_key_bigint(pair_of(before, after));

    cm_map_add(&edit, &key, "", 0);
    PG_RETURN_POINTER(edit.map);
}

PG_FUNCTION_INFO_V1(cm_rfm_migration_combine);
Datum
cm_rfm_migration_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_rfm_migration_class, NULL, NULL);
}

PG_FUNCTION_INFO_V1(cm_rfm_migration_final);
Datum
cm_rfm_migration_final(PG_FUNCTION_ARGS)
{
    return cm_map_stored(PG_GETARG_DATUM(0), &cm_rfm_migration_class);
}

cm_move
cm_move_read(const cm_map *map, uint32 entry)
{
    int64 pair = DatumGetInt64(cm_map_key_datum(map, entry));

    return (cm_move){(int32) (pair >> 32), (int32) (pair & 0xffffffff),
                     *(int64 *) cm_map_payload(map, entry)};
}

/* ---- text and JSON form ---- */

static void
append_scores(StringInfo out, cm_rfm scores)
{
    appendStringInfoString(out, scores == 0 ? "none" : cm_rfm_cstring(scores));
}

/* "1:", then moves in the order of scores: none>5-1-1*3,1-1-1>none*2,1-1-1>4-2-1*5 */
static Datum
print_rfm_migration(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_RFM_MIGRATION(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", map->head.version);
    for (uint32 i = 0; i < map->count; i++) {
        cm_move m = cm_move_read(map, i);

        CHECK_FOR_INTERRUPTS();
        if (i > 0)
            appendStringInfoChar(&out, ',');
        append_scores(&out, m.before);
        appendStringInfoChar(&out, '>');
        append_scores(&out, m.after);
        appendStringInfo(&out, "*" INT64_FORMAT, m.customers);
    }
    PG_RETURN_CSTRING(out.data);
}

static cm_rfm
parse_scores(cm_parser *p)
{
    if (*p->at == 'n') {
        cm_parse_word(p, "none");
        return 0;
    }
    return cm_rfm_parse(p);
}

/* Appends a move; false if it is none, or not after those before it. */
static bool
append_move(cm_map_edit *edit, cm_move m, int64 *last)
{
    int64 pair = pair_of(m.before, m.after);
    cm_key key = cm_key_bigint(pair);

    CHECK_FOR_INTERRUPTS();
    if (pair <= *last || m.customers < 1 || m.customers > CM_MAX_COUNT)
        return false;

    uint32 entry = cm_map_append(edit, &key);

    *(int64 *) cm_map_payload(edit->map, entry) = m.customers;
    *last = pair;
    return true;
}

static Datum
parse_rfm_migration(PG_FUNCTION_ARGS)
{
    cm_parser p = cm_parse_begin("rfm_migration_state", PG_GETARG_CSTRING(0));
    cm_map_edit edit = cm_map_begin_canonical(&cm_rfm_migration_class, CM_KEY_BIGINT, NULL);
    int64 last = 0;

    cm_parse_version(&p, cm_rfm_migration_class.state.version);
    if (*p.at != '\0')
        do {
            cm_move m;

            m.before = parse_scores(&p);
            cm_parse_char(&p, '>');
            m.after = parse_scores(&p);
            cm_parse_char(&p, '*');
            m.customers = cm_parse_int(&p, 1, CM_MAX_COUNT);
            if (!bins_agree(m.before, m.after))
                cm_parse_fail(&p, "the scores of a move differ in their number of bins");
            if (!append_move(&edit, m, &last))
                cm_parse_fail(&p, "moves must be in the order of their scores, each once");
        } while (cm_parse_maybe(&p, ','));
    cm_parse_end(&p);
    PG_RETURN_POINTER(cm_map_end_canonical(&edit));
}

CM_MAP_KIND_IO(rfm_migration, cm_rfm_migration, CM_ANY_KEY);

static void
append_json_scores(StringInfo out, cm_rfm scores)
{
    appendStringInfoString(out, scores == 0 ? "null" : psprintf("\"%s\"", cm_rfm_cstring(scores)));
}

/* [{"before": null, "after": "5-1-1", "customers": 3}, ...] */
PG_FUNCTION_INFO_V1(cm_rfm_migration_json);
Datum
cm_rfm_migration_json(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_RFM_MIGRATION(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoChar(&out, '[');
    for (uint32 i = 0; i < map->count; i++) {
        cm_move m = cm_move_read(map, i);

        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, i > 0 ? ", {\"before\": " : "{\"before\": ");
        append_json_scores(&out, m.before);
        appendStringInfoString(&out, ", \"after\": ");
        append_json_scores(&out, m.after);
        appendStringInfo(&out, ", \"customers\": " INT64_FORMAT "}", m.customers);
    }
    appendStringInfoChar(&out, ']');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
