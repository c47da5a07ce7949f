/* Text, JSON and binary form of ledgers of points; see points.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "engagement/clock.h"
#include "engagement/points.h"

/*
 * ---- text: 1:clock:at+earned>expires_at,at+earned,at-spent,at-earned!,at+spent!,... (1:+3:clock:... where three rows
 * were skipped) ----
 * An exclamation mark says that the entry is a reversal.
 * Times are microseconds from 2000-01-01 of the clock: none, local or instant.
 */

/* The error of a ledger that no rows give, or NULL. */
static const char *
ledger_error(const cm_points *ledger)
{
    if ((ledger->used == 0) != (cm_points_clock(ledger) == CM_NO_CLOCK))
        return "the clock is not that of entries";
    for (int64 i = 1; i < ledger->used; i++)
        if (cm_points_compare(&ledger->entries[i - 1], &ledger->entries[i]) >= 0)
            return "entries are not in order";
    return NULL;
}

CM_INPUT_FUNCTION(cm_points_in)
{
    cm_parser p = cm_parse_begin("points_state", PG_GETARG_CSTRING(0));
    cm_points *ledger = cm_points_new(0);
    const char *error;

    cm_parse_version(&p, cm_points_class.version);
    ledger->skipped = cm_parse_skipped(&p);
    ledger->head.flags = cm_engagement_parse_clock(&p);
    cm_parse_char(&p, ':');
    while (ledger->used == 0 ? *p.at != '\0' : cm_parse_maybe(&p, ',')) {
        cm_points_entry entry = {.expires_at = CM_NEVER};

        CHECK_FOR_INTERRUPTS();
        entry.at = cm_parse_int(&p, MIN_TIMESTAMP, END_TIMESTAMP - 1);
        if (cm_parse_maybe(&p, '-'))
            entry.points = -cm_parse_int(&p, 1, CM_MAX_COUNT);
        else {
            cm_parse_char(&p, '+');
            entry.points = cm_parse_int(&p, 1, CM_MAX_COUNT);
            if (cm_parse_maybe(&p, '>'))
                entry.expires_at = cm_parse_int(&p, entry.at + 1, END_TIMESTAMP - 1);
        }
        if (entry.expires_at == CM_NEVER && cm_parse_maybe(&p, '!'))
            entry.expires_at = CM_REVERSAL;
        ledger = cm_points_with_room(ledger, 1);
        ledger->entries[ledger->used++] = entry;
    }
    cm_parse_end(&p);
    if ((error = ledger_error(ledger)) != NULL)
        cm_parse_fail(&p, error);
    PG_RETURN_POINTER(cm_points_canonical(ledger));
}

PG_FUNCTION_INFO_V1(cm_points_out);
Datum
cm_points_out(PG_FUNCTION_ARGS)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", ledger->head.version);
    cm_append_skipped(&out, ledger->skipped);
    appendStringInfo(&out, "%s:", cm_clock_names[cm_points_clock(ledger)]);
    for (int64 i = 0; i < ledger->used; i++) {
        const cm_points_entry *entry = &ledger->entries[i];

        CHECK_FOR_INTERRUPTS();
        appendStringInfo(&out, "%s" INT64_FORMAT "%s" INT64_FORMAT, i > 0 ? "," : "", entry->at,
                         entry->points > 0 ? "+" : "", entry->points);
        if (entry->expires_at == CM_REVERSAL)
            appendStringInfoChar(&out, '!');
        else if (entry->expires_at != CM_NEVER)
            appendStringInfo(&out, ">" INT64_FORMAT, entry->expires_at);
    }
    PG_RETURN_CSTRING(out.data);
}

/* {"skipped_rows": 0, "entries": [{"at": "2026-01-01T00:00:00", "points": 100, "expires_at": "2026-03-01T00:00:00"}, ...]} */
PG_FUNCTION_INFO_V1(cm_points_json);
Datum
cm_points_json(PG_FUNCTION_ARGS)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);
    cm_clock clock = cm_points_clock(ledger);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"skipped_rows\": " INT64_FORMAT ", \"entries\": [", ledger->skipped);
    for (int64 i = 0; i < ledger->used; i++) {
        const cm_points_entry *entry = &ledger->entries[i];

        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, i > 0 ? ", {\"at\": " : "{\"at\": ");
        cm_append_json_time(&out, entry->at, clock);
        appendStringInfo(&out, ", \"points\": " INT64_FORMAT ", \"expires_at\": ", entry->points);
        if (entry->expires_at == CM_NEVER || entry->expires_at == CM_REVERSAL)
            appendStringInfoString(&out, "null");
        else
            cm_append_json_time(&out, entry->expires_at, clock);
        appendStringInfoString(&out, entry->expires_at == CM_REVERSAL ? ", \"reversal\": true}" : "}");
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- binary ---- */

PG_FUNCTION_INFO_V1(cm_points_recv);
Datum
cm_points_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    const char *error;

    cm_receive_version(in, "points_state", cm_points_class.version);

    cm_clock clock = cm_engagement_receive_clock(in, "points_state");
    int64 skipped = cm_receive_skipped(in);
    int64 count = pq_getmsgint64(in);

    if (count < 0 || count > (in->len - in->cursor) / (int64) sizeof(cm_points_entry))
        cm_receive_fail("points_state", "The number of entries is out of range");

    cm_points *ledger = cm_points_new(count);

    ledger->head.flags = clock;
    ledger->skipped = skipped;
    for (ledger->used = 0; ledger->used < count; ledger->used++) {
        cm_points_entry *entry = &ledger->entries[ledger->used];

        CHECK_FOR_INTERRUPTS();
        entry->at = pq_getmsgint64(in);
        entry->expires_at = pq_getmsgint64(in);
        entry->points = pq_getmsgint64(in);
        if (!IS_VALID_TIMESTAMP(entry->at) || entry->points == 0 || entry->points < -CM_MAX_COUNT ||
            entry->points > CM_MAX_COUNT ||
            (entry->expires_at != CM_NEVER && entry->expires_at != CM_REVERSAL &&
             !IS_VALID_TIMESTAMP(entry->expires_at)))
            cm_receive_fail("points_state", "An entry is out of range");
        cm_points_check_entry(entry, clock);
    }
    if ((error = ledger_error(ledger)) != NULL)
        cm_receive_fail("points_state", error);
    PG_RETURN_POINTER(cm_points_canonical(ledger));
}

PG_FUNCTION_INFO_V1(cm_points_send);
Datum
cm_points_send(PG_FUNCTION_ARGS)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, ledger->head.version);
    pq_sendbyte(&out, cm_points_clock(ledger));
    pq_sendint64(&out, ledger->skipped);
    pq_sendint64(&out, ledger->used);
    for (int64 i = 0; i < ledger->used; i++) {
        CHECK_FOR_INTERRUPTS();
        pq_sendint64(&out, ledger->entries[i].at);
        pq_sendint64(&out, ledger->entries[i].expires_at);
        pq_sendint64(&out, ledger->entries[i].points);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}
