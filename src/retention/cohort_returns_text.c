/*
 * The state of returns as text and JSON, and what it says of itself. Text: "1:", the type of the ids
 * ("bigint+3" where three rows were skipped), ":", the periods (month, rolling:7), ":{", id "=" cohorts of each customer
 * with ";" between, "}". A cohort is its period, and ":" and the numbers of the periods after it with returns where there are
 * any: 2024-01:0,2..5; between cohorts stands "/".
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/map_io.h"
#include "retention/cohort_returns.h"

/* Chunks that grow at their end. */
typedef struct chunk_set {
    cm_returns_chunk *chunks;
    uint32 n, capacity;
} chunk_set;

static void
push(chunk_set *set, cm_returns_chunk chunk)
{
    if (set->n == set->capacity) {
        set->capacity = set->capacity == 0 ? 8 : set->capacity * 2;
        set->chunks = set->chunks == NULL ? palloc(set->capacity * sizeof(chunk))
                                          : repalloc_huge(set->chunks, (Size) set->capacity * sizeof(chunk));
    }
    set->chunks[set->n++] = chunk;
}

static cm_map *
with_skipped(cm_map_edit *edit, int64 skipped)
{
    edit->map->skipped = skipped;
    return cm_map_end_canonical(edit);
}

/* ---- text ---- */

static cm_cohort_returns_periods
parse_kind(cm_parser *p)
{
    cm_cohort_returns_periods periods = {.calendar = {.unit = CM_DAY}};

    if (strncmp(p->at, "rolling:", 8) != 0)
        periods.calendar = cm_parse_calendar(p, false);
    else {
        p->at += 8;
        periods.days = (uint16) cm_parse_int(p, 1, CM_MAX_ROLLING);
        cm_parse_char(p, ':');
    }
    return periods;
}

/* Adds the numbers from..to, which are later than those of the cohort that are there. */
static void
add_numbers(chunk_set *set, int32 cohort, int32 from, int32 to)
{
    for (int32 word = cm_chunk_word(from); word <= cm_chunk_word(to); word++) {
        uint64 bits = PG_UINT64_MAX;

        if (word == cm_chunk_word(from))
            bits &= PG_UINT64_MAX << (from & 63);
        if (word == cm_chunk_word(to))
            bits &= PG_UINT64_MAX >> (63 - (to & 63));
        CHECK_FOR_INTERRUPTS();
        if (set->n > 0 && set->chunks[set->n - 1].cohort == cohort && set->chunks[set->n - 1].word == word)
            set->chunks[set->n - 1].bits |= bits;
        else
            push(set, (cm_returns_chunk){bits, word, cohort});
    }
}

static void
parse_cohort(cm_parser *p, cm_calendar calendar, chunk_set *set)
{
    int32 cohort = cm_parse_period(p, calendar);
    int64 after = -2; /* the last number so far */

    if (set->n > 0 && set->chunks[set->n - 1].cohort >= cohort)
        cm_parse_fail(p, "cohorts in ascending order expected");
    push(set, (cm_returns_chunk){1, 0, cohort});
    if (!cm_parse_maybe(p, ':'))
        return;
    do {
        int64 from = cm_parse_int(p, 0, CM_MAX_RETURN), to = from;

        if (cm_parse_maybe(p, '.')) {
            cm_parse_char(p, '.');
            to = cm_parse_int(p, 0, CM_MAX_RETURN);
            if (to <= from)
                cm_parse_fail(p, "the end of a run must be later than its start");
        }
        if (from <= after + 1)
            cm_parse_fail(p, "numbers in ascending order, neighbours written as a run, expected");
        add_numbers(set, cohort, (int32) from + 1, (int32) to + 1);
        after = to;
    } while (cm_parse_maybe(p, ','));
}

static Datum
parse_cohort_returns(PG_FUNCTION_ARGS)
{
    cm_parser p = cm_parse_begin("cohort_returns_state", PG_GETARG_CSTRING(0));
    chunk_set set = {0};

    cm_parse_version(&p, cm_cohort_returns_class.state.version);

    cm_key_type type = cm_map_parse_key_type(&p);
    int64 skipped = cm_map_parse_skipped(&p);

    cm_parse_char(&p, ':');

    cm_cohort_returns_periods periods = parse_kind(&p);
    cm_map_edit edit = cm_map_begin_canonical(&cm_cohort_returns_class, type, &periods);

    cm_parse_char(&p, '{');
    for (bool first = true; !cm_parse_maybe(&p, '}'); first = false) {
        CHECK_FOR_INTERRUPTS();
        if (!first)
            cm_parse_char(&p, ';');
        if (periods.calendar.unit == CM_NO_PERIOD)
            cm_parse_fail(&p, "customers without a kind of period");

        cm_key key = cm_map_parse_key(&p, type);

        cm_parse_char(&p, '=');
        set.n = 0;
        do
            parse_cohort(&p, periods.calendar, &set);
        while (cm_parse_maybe(&p, '/'));
        cm_cohort_returns_set(&edit, cm_map_append(&edit, &key), set.chunks, set.n);
    }
    cm_parse_end(&p);
    PG_RETURN_POINTER(with_skipped(&edit, skipped));
}

/* A cohort of a customer while its numbers are read, chunk by chunk: its runs are written as they end. */
typedef struct number_reader {
    StringInfo out;
    bool first; /* no run has been written */
    int64 from, to;
} number_reader;

static void
end_run(number_reader *r)
{
    if (r->to < 0)
        return;
    appendStringInfo(r->out, "%c" INT64_FORMAT, r->first ? ':' : ',', r->from);
    if (r->to > r->from)
        appendStringInfo(r->out, ".." INT64_FORMAT, r->to);
    r->first = false;
}

static void
append_chunk(number_reader *r, const cm_returns_chunk *chunk)
{
    uint64 bits = chunk->word == 0 ? chunk->bits & ~(uint64) 1 : chunk->bits;

    for (; bits != 0; bits &= bits - 1) {
        int64 number = (int64) chunk->word * 64 + __builtin_ctzll(bits) - 1;

        if (r->to < 0 || number > r->to + 1) {
            end_run(r);
            r->from = number;
        }
        r->to = number;
    }
}

static void
append_cohorts(StringInfo out, const cm_map *map, uint32 entry)
{
    const cm_cohort_returns_entry *customer = cm_map_payload(map, entry);
    number_reader reader = {out, true, -1, -1};

    for (uint32 i = 0; i <= customer->earlier.used; i++) {
        const cm_returns_chunk *chunk = cm_cohort_returns_chunk(map, customer, i);

        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        if (chunk->word == 0) {
            end_run(&reader);
            reader = (number_reader){out, true, -1, -1};
            if (i > 0)
                appendStringInfoChar(out, '/');
            cm_append_period(out, cm_cohort_returns_periods_of(map)->calendar, chunk->cohort);
        }
        append_chunk(&reader, chunk);
    }
    end_run(&reader);
}

static Datum
print_cohort_returns(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_COHORT_RETURNS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", map->head.version);
    cm_map_append_key_type(&out, map);
    appendStringInfo(&out, ":%s:{", cm_cohort_returns_periods_name(cm_cohort_returns_periods_of(map)));
    for (uint32 entry = 0; entry < map->count; entry++) {
        if (entry > 0)
            appendStringInfoChar(&out, ';');
        cm_map_append_key(&out, map, entry);
        appendStringInfoChar(&out, '=');
        append_cohorts(&out, map, entry);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

CM_MAP_TYPE_IO(cohort_returns);

/* ---- JSON ---- */

/* {"period": "month", "skipped_rows": 0, "customers": [{"customer_id": 7, "cohorts": [...]}]}, by id; a cohort: {"cohort": "2024-01", "returns": [0, 2]} */
PG_FUNCTION_INFO_V1(cm_cohort_returns_json);
Datum
cm_cohort_returns_json(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_COHORT_RETURNS(0);
    const cm_cohort_returns_periods *periods = cm_cohort_returns_periods_of(map);
    StringInfoData out;

    initStringInfo(&out);
    if (periods->calendar.unit == CM_NO_PERIOD)
        appendStringInfoString(&out, "{\"period\": null");
    else
        appendStringInfo(&out, "{\"period\": \"%s\"", cm_cohort_returns_periods_name(periods));
    appendStringInfo(&out, ", \"skipped_rows\": " INT64_FORMAT ", \"customers\": [", map->skipped);
    for (uint32 entry = 0; entry < map->count; entry++) {
        const cm_cohort_returns_entry *customer = cm_map_payload(map, entry);
        const char *comma = "";

        cm_map_begin_json(&out, map, entry, &cm_cohort_returns_class);
        appendStringInfoString(&out, ", \"cohorts\": [");
        for (uint32 i = 0; i <= customer->earlier.used; i++) {
            const cm_returns_chunk *chunk = cm_cohort_returns_chunk(map, customer, i);
            uint64 bits = chunk->word == 0 ? chunk->bits & ~(uint64) 1 : chunk->bits;

            CHECK_FOR_INTERRUPTS();
            if (chunk->word == 0) {
                appendStringInfoString(&out, i > 0 ? "]}, {\"cohort\": \"" : "{\"cohort\": \"");
                cm_append_period(&out, periods->calendar, chunk->cohort);
                appendStringInfoString(&out, "\", \"returns\": [");
                comma = "";
            }
            for (; bits != 0; bits &= bits - 1, comma = ", ")
                appendStringInfo(&out, "%s" INT64_FORMAT, comma,
                                 (int64) chunk->word * 64 + __builtin_ctzll(bits) - 1);
        }
        appendStringInfoString(&out, "]}]}");
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- accessors ---- */

/* customer_count(returns) */
PG_FUNCTION_INFO_V1(cm_cohort_returns_count);
Datum
cm_cohort_returns_count(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_count(PG_GETARG_DATUM(0), &cm_cohort_returns_class));
}

/* skipped_rows(returns) */
PG_FUNCTION_INFO_V1(cm_cohort_returns_skipped_rows);
Datum
cm_cohort_returns_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_skipped(PG_GETARG_DATUM(0), &cm_cohort_returns_class));
}

/* activity_period(returns): the calendar's word, or rolling:7 */
PG_FUNCTION_INFO_V1(cm_cohort_returns_period);
Datum
cm_cohort_returns_period(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(
        cm_cohort_returns_periods_name(cm_cohort_returns_periods_of(PG_GETARG_COHORT_RETURNS(0)))));
}
