/*
 * visits_state: how often someone comes, how deep each visit goes and how long it lasts. Only sums of integers, so
 * rows and parts in any order give the same bytes. A visit of unknown depth or duration counts as a visit, and is
 * left out of the mean that it says nothing about.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/row.h"
#include "core/state.h"
#include "engagement/clock.h"
#include "states/rate.h"

/* The fields in the order of their text: all are counts, but for the last two. */
typedef struct visits {
    cm_state head; /* flags: the cm_clock of the visits */
    int64 visits;
    int64 deep;          /* visits whose pages are known */
    int64 pages;         /* of those */
    int64 bounces;       /* of those, with one page */
    int64 timed;         /* visits whose duration is known */
    int64 duration;      /* of those, in microseconds */
    int64 first, latest; /* microseconds from 2000-01-01 of that clock */
    int64 skipped;       /* rows without a time; no field of those below */
} visits;

#define COUNTS 6
#define FIELDS 8

#define LARGEST_WHOLE 9007199254740992.0 /* 2^53 */

static const cm_state_class visits_class = {
    .name = "visits_state",
    .min_size = sizeof(visits),
    .max_size = sizeof(visits),
    .magic = 0x5654,
    .version = 1,
};

#define PG_GETARG_VISITS(arg) ((const visits *) cm_state_read(PG_GETARG_DATUM(arg), &visits_class))

static cm_clock
clock_of(const visits *v)
{
    return (cm_clock) v->head.flags;
}

static int64 *
fields(const visits *v)
{
    return (int64 *) &v->visits;
}

/* ---- text, binary and JSON form ---- */

/* The error of a state that cannot have come from rows, or NULL. */
static const char *
state_error(const visits *v)
{
    for (int i = 0; i < COUNTS; i++)
        if (fields(v)[i] < 0 || fields(v)[i] > CM_MAX_COUNT)
            return "a count is out of range";
    if (v->deep > v->visits || v->timed > v->visits || v->bounces > v->deep || v->pages < v->deep ||
        (v->deep == 0 && v->pages > 0) || (v->timed == 0 && v->duration > 0))
        return "counts contradict each other";
    if (v->first > v->latest || !IS_VALID_TIMESTAMP(v->first) || !IS_VALID_TIMESTAMP(v->latest) ||
        (v->visits == 0 && (v->first != 0 || v->latest != 0)))
        return "times are out of range";
    if ((v->visits == 0) != (clock_of(v) == CM_NO_CLOCK))
        return "the clock is not that of visits";
    return NULL;
}

/* "1:" ("1:+3:" where three rows were skipped) clock, visits, deep, pages, bounces, timed, duration, first, latest */
CM_INPUT_FUNCTION(cm_visits_in)
{
    cm_parser p = cm_parse_begin("visits_state", PG_GETARG_CSTRING(0));
    visits *v = cm_state_new(&visits_class, sizeof(visits));

    cm_parse_version(&p, visits_class.version);
    v->skipped = cm_parse_skipped(&p);
    v->head.flags = cm_engagement_parse_clock(&p);
    for (int i = 0; i < FIELDS; i++) {
        cm_parse_char(&p, ',');
        fields(v)[i] = cm_parse_int(&p, PG_INT64_MIN, PG_INT64_MAX);
    }
    cm_parse_end(&p);

    const char *error = state_error(v);

    if (error != NULL)
        cm_parse_fail(&p, error);
    PG_RETURN_POINTER(v);
}

PG_FUNCTION_INFO_V1(cm_visits_out);
Datum
cm_visits_out(PG_FUNCTION_ARGS)
{
    const visits *v = PG_GETARG_VISITS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", v->head.version);
    cm_append_skipped(&out, v->skipped);
    appendStringInfoString(&out, cm_clock_names[clock_of(v)]);
    for (int i = 0; i < FIELDS; i++)
        appendStringInfo(&out, "," INT64_FORMAT, fields(v)[i]);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_visits_recv);
Datum
cm_visits_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    visits *v = cm_state_new(&visits_class, sizeof(visits));

    cm_receive_version(in, "visits_state", visits_class.version);
    v->skipped = cm_receive_skipped(in);
    v->head.flags = cm_engagement_receive_clock(in, "visits_state");
    for (int i = 0; i < FIELDS; i++)
        fields(v)[i] = pq_getmsgint64(in);

    const char *error = state_error(v);

    if (error != NULL)
        cm_receive_fail("visits_state", error);
    PG_RETURN_POINTER(v);
}

PG_FUNCTION_INFO_V1(cm_visits_send);
Datum
cm_visits_send(PG_FUNCTION_ARGS)
{
    const visits *v = PG_GETARG_VISITS(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, v->head.version);
    pq_sendint64(&out, v->skipped);
    pq_sendbyte(&out, clock_of(v));
    for (int i = 0; i < FIELDS; i++)
        pq_sendint64(&out, fields(v)[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static void
append_json_moment(StringInfo out, const char *name, const visits *v, int64 time)
{
    appendStringInfo(out, ", \"%s\": ", name);
    if (v->visits == 0)
        appendStringInfoString(out, "null");
    else
        cm_append_json_time(out, time, clock_of(v));
}

/* {"skipped_rows": 0, "visits": 5, "pages": 10, "visits_with_pages": 4, "bounces": 2, "seconds": 140.5, ...} */
PG_FUNCTION_INFO_V1(cm_visits_json);
Datum
cm_visits_json(PG_FUNCTION_ARGS)
{
    const visits *v = PG_GETARG_VISITS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out,
                     "{\"skipped_rows\": " INT64_FORMAT ", \"visits\": " INT64_FORMAT
                     ", \"pages\": " INT64_FORMAT ", \"visits_with_pages\": " INT64_FORMAT
                     ", \"bounces\": " INT64_FORMAT ", \"seconds\": ",
                     v->skipped, v->visits, v->pages, v->deep, v->bounces);
    cm_append_float(&out, (double) v->duration / USECS_PER_SEC);
    appendStringInfo(&out, ", \"visits_with_seconds\": " INT64_FORMAT, v->timed);
    append_json_moment(&out, "first_visit", v, v->first);
    append_json_moment(&out, "latest_visit", v, v->latest);
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text(out.data));
}

/* ---- aggregate steps ---- */

static visits *
own_visits(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(0))
        return cm_state_new(&visits_class, sizeof(visits));
    return cm_state_own(fcinfo, 0, &visits_class);
}

static void
extend(visits *v, int64 first, int64 latest)
{
    v->first = v->visits == 0 ? first : Min(v->first, first);
    v->latest = v->visits == 0 ? latest : Max(v->latest, latest);
}

static void
argument_error(const char *what, double value, cm_moment at, const char *rule)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("\"%s\" is out of range: %g, of the visit at %s", what, value,
                           cm_time_text(cm_moment_time(at, "at"), cm_clock_of(at))),
                    errdetail("%s", rule), errhint("Use NULL where the number of %s is not known.", what)));
}

static void
add_depth(visits *v, double pages, cm_moment at)
{
    if (unlikely(!(pages >= 1 && pages <= LARGEST_WHOLE && pages == floor(pages))))
        argument_error("pages", pages, at, "A visit has a whole number of pages, at least one.");
    v->deep++;
    v->pages = cm_add_counts(v->pages, (int64) pages, "pages");
    v->bounces += pages == 1;
}

static void
add_duration(visits *v, double seconds, cm_moment at)
{
    double microseconds = rint(seconds * USECS_PER_SEC);

    if (unlikely(!(seconds >= 0 && microseconds < (double) CM_MAX_COUNT)))
        argument_error("seconds", seconds, at, "It must be a finite number, zero or more.");
    v->timed++;
    v->duration = cm_add_counts(v->duration, (int64) microseconds, "durations");
}

/* Transition of visits_agg(at, pages, seconds); a row without time is skipped, and counted. */
PG_FUNCTION_INFO_V1(cm_visits_accum);
Datum
cm_visits_accum(PG_FUNCTION_ARGS)
{
    visits *v = own_visits(fcinfo);

    if (PG_ARGISNULL(1)) {
        v->skipped = cm_add_counts(v->skipped, 1, "skipped rows");
        PG_RETURN_POINTER(v);
    }

    cm_moment moment = PG_GETARG_MOMENT(1);
    int64 at = cm_moment_time(moment, "at");

    v->head.flags = cm_clock_agree(clock_of(v), "another row", cm_clock_of(moment), "at");
    extend(v, at, at);
    v->visits++;
    if (!PG_ARGISNULL(2))
        add_depth(v, PG_GETARG_FLOAT8(2), moment);
    if (!PG_ARGISNULL(3))
        add_duration(v, PG_GETARG_FLOAT8(3), moment);
    PG_RETURN_POINTER(v);
}

/* Merges two states: combine function, and transition of rollup(visits_state). */
PG_FUNCTION_INFO_V1(cm_visits_combine);
Datum
cm_visits_combine(PG_FUNCTION_ARGS)
{
    visits *v = own_visits(fcinfo);
    const visits *other = PG_GETARG_VISITS(1);

    v->skipped = cm_add_counts(v->skipped, other->skipped, "skipped rows");
    if (other->visits == 0)
        PG_RETURN_POINTER(v);
    v->head.flags = cm_clock_agree(clock_of(v), "a state", clock_of(other), "another state");
    extend(v, other->first, other->latest);
    for (int i = 0; i < COUNTS; i++)
        fields(v)[i] = cm_add_counts(fields(v)[i], fields(other)[i], "visits, pages or durations");
    PG_RETURN_POINTER(v);
}

/* ---- accessors ---- */

static double
mean(int64 sum, int64 count)
{
    return count == 0 ? NAN : (double) sum / (double) count;
}

PG_FUNCTION_INFO_V1(cm_visits_count);
Datum
cm_visits_count(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_VISITS(0)->visits);
}

/* visit_frequency(visits_state, days, per_days): visits in each per_days of the days that were looked at */
PG_FUNCTION_INFO_V1(cm_visits_frequency);
Datum
cm_visits_frequency(PG_FUNCTION_ARGS)
{
    double days = cm_check_positive(PG_GETARG_FLOAT8(1), "days");
    double per_days = cm_check_positive(PG_GETARG_FLOAT8(2), "per_days");

    PG_RETURN_FLOAT8(
        cm_check_finite((double) PG_GETARG_VISITS(0)->visits / days * per_days, "visit frequency"));
}

PG_FUNCTION_INFO_V1(cm_visits_depth);
Datum
cm_visits_depth(PG_FUNCTION_ARGS)
{
    const visits *v = PG_GETARG_VISITS(0);

    CM_RETURN_FLOAT(mean(v->pages, v->deep));
}

PG_FUNCTION_INFO_V1(cm_visits_duration);
Datum
cm_visits_duration(PG_FUNCTION_ARGS)
{
    const visits *v = PG_GETARG_VISITS(0);

    CM_RETURN_FLOAT(mean(v->duration, v->timed) / USECS_PER_SEC);
}

PG_FUNCTION_INFO_V1(cm_visits_bounce_rate);
Datum
cm_visits_bounce_rate(PG_FUNCTION_ARGS)
{
    const visits *v = PG_GETARG_VISITS(0);

    CM_RETURN_FLOAT(mean(v->bounces, v->deep));
}

PG_FUNCTION_INFO_V1(cm_visits_bounces);
Datum
cm_visits_bounces(PG_FUNCTION_ARGS)
{
    const visits *v = PG_GETARG_VISITS(0);

    PG_RETURN_POINTER(cm_rate_make(v->bounces, v->deep, "bounces", "visits"));
}

/* recency(visits_state, as_of) */
PG_FUNCTION_INFO_V1(cm_visits_recency);
Datum
cm_visits_recency(PG_FUNCTION_ARGS)
{
    const visits *v = PG_GETARG_VISITS(0);
    int64 as_of = cm_moment_time(PG_GETARG_MOMENT(1), "as_of");

    cm_clock_agree(clock_of(v), "the latest visit", cm_clock_of(PG_GETARG_MOMENT(1)), "as_of");
    if (v->visits == 0)
        PG_RETURN_NULL();
    if (as_of < v->latest)
        ereport(ERROR,
                (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                 errmsg("\"as_of\" precedes the latest visit by %g days", cm_days_between(as_of, v->latest)),
                 errhint("Aggregate only visits up to as_of, with FILTER or WHERE.")));
    PG_RETURN_FLOAT8(cm_days_between(v->latest, as_of));
}

/* skipped_rows(visits_state) */
PG_FUNCTION_INFO_V1(cm_visits_skipped_rows);
Datum
cm_visits_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_VISITS(0)->skipped);
}
