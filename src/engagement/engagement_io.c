/* Text, binary and JSON form of engagement_state; see engagement.c. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "engagement/clock.h"
#include "engagement/engagement.h"

/*
 * ---- text: 1:clock,half_life,events,first,latest;number=whole+steps,... (1:+3:clock,... of three skipped rows) ----
 * Times are microseconds from 2000-01-01 of the clock: none, local or instant.
 */

/* The error of a state that cannot have come from rows, or NULL. */
static const char *
state_error(const cm_engagement *e)
{
    if (e->events == 0)
        return cm_engagement_clock(e) != CM_NO_CLOCK || e->half_life != 0 || e->first != 0 ||
                       e->latest != 0 || cm_engagement_sums(e) > 0
                   ? "nothing has content"
                   : NULL;
    if (cm_engagement_clock(e) == CM_NO_CLOCK)
        return "events have a clock";
    if (e->half_life < CM_SHORTEST_HALF_LIFE || e->half_life > CM_LONGEST_HALF_LIFE)
        return "the half-life is out of range";
    if (e->first > e->latest || !IS_VALID_TIMESTAMP(e->first) || !IS_VALID_TIMESTAMP(e->latest))
        return "times are out of range";
    for (int i = 0; i < cm_engagement_sums(e); i++) {
        const cm_fading_sum *sum = &e->sums[i];

        if (sum->number < cm_half_lives(e->first, e->half_life) ||
            sum->number > cm_half_lives(e->latest, e->half_life) || !cm_engagement_keeps(e, sum->number) ||
            (i > 0 && sum->number <= e->sums[i - 1].number))
            return "a sum is out of place";
        if (sum->whole < 0 || sum->whole > CM_MAX_COUNT || sum->steps < 0 || sum->steps >= CM_STEPS ||
            (sum->whole == 0 && sum->steps == 0))
            return "a sum is out of range";
    }
    return NULL;
}

CM_INPUT_FUNCTION(cm_engagement_in)
{
    cm_parser p = cm_parse_begin("engagement_state", PG_GETARG_CSTRING(0));
    cm_engagement *e = cm_state_new(&cm_engagement_class, cm_engagement_size(CM_KEPT_HALF_LIVES));
    int count = 0;

    cm_parse_version(&p, cm_engagement_class.version);
    e->skipped = cm_parse_skipped(&p);
    e->head.flags = cm_engagement_parse_clock(&p);
    cm_parse_char(&p, ',');
    e->half_life = cm_parse_int(&p, 0, CM_LONGEST_HALF_LIFE);
    cm_parse_char(&p, ',');
    e->events = cm_parse_int(&p, 0, CM_MAX_COUNT);
    cm_parse_char(&p, ',');
    e->first = cm_parse_int(&p, MIN_TIMESTAMP, END_TIMESTAMP - 1);
    cm_parse_char(&p, ',');
    e->latest = cm_parse_int(&p, MIN_TIMESTAMP, END_TIMESTAMP - 1);
    while (cm_parse_maybe(&p, count == 0 ? ';' : ',')) {
        cm_fading_sum *sum = &e->sums[count++];

        if (count > CM_KEPT_HALF_LIVES)
            cm_parse_fail(&p, "too many sums");
        sum->number = cm_parse_int(&p, PG_INT64_MIN, PG_INT64_MAX);
        cm_parse_char(&p, '=');
        sum->whole = cm_parse_int(&p, 0, CM_MAX_COUNT);
        cm_parse_char(&p, '+');
        sum->steps = cm_parse_int(&p, 0, CM_STEPS - 1);
    }
    cm_parse_end(&p);
    SET_VARSIZE(e, cm_engagement_size(count));

    const char *error = state_error(e);

    if (error != NULL)
        cm_parse_fail(&p, error);
    PG_RETURN_POINTER(e);
}

PG_FUNCTION_INFO_V1(cm_engagement_out);
Datum
cm_engagement_out(PG_FUNCTION_ARGS)
{
    const cm_engagement *e = PG_GETARG_ENGAGEMENT(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", e->head.version);
    cm_append_skipped(&out, e->skipped);
    appendStringInfo(&out, "%s," INT64_FORMAT "," INT64_FORMAT "," INT64_FORMAT "," INT64_FORMAT,
                     cm_clock_names[cm_engagement_clock(e)], e->half_life, e->events, e->first, e->latest);
    for (int i = 0; i < cm_engagement_sums(e); i++)
        appendStringInfo(&out, "%c" INT64_FORMAT "=" INT64_FORMAT "+" INT64_FORMAT, i == 0 ? ';' : ',',
                         e->sums[i].number, e->sums[i].whole, e->sums[i].steps);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_engagement_recv);
Datum
cm_engagement_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);

    cm_receive_version(in, "engagement_state", cm_engagement_class.version);

    int count = pq_getmsgbyte(in);

    if (count > CM_KEPT_HALF_LIVES)
        cm_receive_fail("engagement_state", "There are too many sums");

    cm_engagement *e = cm_state_new(&cm_engagement_class, cm_engagement_size(count));

    e->head.flags = cm_engagement_receive_clock(in, "engagement_state");
    e->half_life = pq_getmsgint64(in);
    e->skipped = cm_receive_skipped(in);
    e->events = cm_check_count(pq_getmsgint64(in), "the number of events");
    e->first = pq_getmsgint64(in);
    e->latest = pq_getmsgint64(in);
    for (int i = 0; i < count; i++) {
        e->sums[i].number = pq_getmsgint64(in);
        e->sums[i].whole = pq_getmsgint64(in);
        e->sums[i].steps = pq_getmsgint64(in);
    }

    const char *error = state_error(e);

    if (error != NULL)
        cm_receive_fail("engagement_state", error);
    PG_RETURN_POINTER(e);
}

PG_FUNCTION_INFO_V1(cm_engagement_send);
Datum
cm_engagement_send(PG_FUNCTION_ARGS)
{
    const cm_engagement *e = PG_GETARG_ENGAGEMENT(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, e->head.version);
    pq_sendbyte(&out, cm_engagement_sums(e));
    pq_sendbyte(&out, cm_engagement_clock(e));
    pq_sendint64(&out, e->half_life);
    pq_sendint64(&out, e->skipped);
    pq_sendint64(&out, e->events);
    pq_sendint64(&out, e->first);
    pq_sendint64(&out, e->latest);
    for (int i = 0; i < cm_engagement_sums(e); i++) {
        pq_sendint64(&out, e->sums[i].number);
        pq_sendint64(&out, e->sums[i].whole);
        pq_sendint64(&out, e->sums[i].steps);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"skipped_rows": 0, "half_life_days": 7, "events": 5, "first_event": "...", "latest_event": "...", "score": 19}, as of the latest event */
PG_FUNCTION_INFO_V1(cm_engagement_json);
Datum
cm_engagement_json(PG_FUNCTION_ARGS)
{
    const cm_engagement *e = PG_GETARG_ENGAGEMENT(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"skipped_rows\": " INT64_FORMAT ", \"half_life_days\": ", e->skipped);
    if (e->events == 0) {
        appendStringInfoString(
            &out, "null, \"events\": 0, \"first_event\": null, \"latest_event\": null, \"score\": null}");
        PG_RETURN_TEXT_P(cstring_to_text(out.data));
    }
    cm_append_float(&out, (double) e->half_life / USECS_PER_DAY);
    appendStringInfo(&out, ", \"events\": " INT64_FORMAT ", \"first_event\": ", e->events);
    cm_append_json_time(&out, e->first, cm_engagement_clock(e));
    appendStringInfoString(&out, ", \"latest_event\": ");
    cm_append_json_time(&out, e->latest, cm_engagement_clock(e));
    appendStringInfoString(&out, ", \"score\": ");
    cm_append_float(&out, cm_engagement_score_at(e, e->latest));
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text(out.data));
}
