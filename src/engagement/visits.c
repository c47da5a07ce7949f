/*
 * visit_totals: how often someone comes, how deep each visit goes and how long it lasts. Only sums of integers, so
 * rows and parts in any order give the same bytes. A visit of unknown depth or duration counts as a visit, and is
 * left out of the mean that it says nothing about.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"

#include "core/check.h"
#include "core/parse.h"
#include "core/moment.h"
#include "core/period.h"
#include "core/zone.h"
#include "states/rate.h"
#include "core/row.h"
#include "core/state.h"

/* The fields in the order of their text: all are counts, but for the last two. */
typedef struct visit_totals {
    cm_state head;
    int64 visits;
    int64 deep;     /* visits whose pages are known */
    int64 pages;    /* of those */
    int64 bounces;  /* of those, with one page */
    int64 timed;    /* visits whose duration is known */
    int64 duration; /* of those, in microseconds */
    Timestamp first, latest;
} visit_totals;

#define COUNTS 6
#define FIELDS 8

static const cm_state_class visits_class = {
    .name = "visits_state",
    .min_size = sizeof(visit_totals),
    .max_size = sizeof(visit_totals),
    .magic = 0x5654,
    .version = 1,
};

#define PG_GETARG_VISITS(arg) ((const visit_totals *) cm_state_read(PG_GETARG_DATUM(arg), &visits_class))

static int64 *
fields(const visit_totals *v)
{
    return (int64 *) &v->visits;
}

/* ---- text and binary form ---- */

/* Why this cannot have come from rows, or NULL. */
static const char *
state_error(const visit_totals *v)
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
    return NULL;
}

/* "1:" visits, deep, pages, bounces, timed, duration, first, latest */
CM_INPUT_FUNCTION(cm_visits_in)
{
    cm_parser p = cm_parse_begin("visits_state", PG_GETARG_CSTRING(0));
    visit_totals *v = cm_state_new(&visits_class, sizeof(visit_totals));

    cm_parse_version(&p, visits_class.version);
    for (int i = 0; i < FIELDS; i++) {
        if (i > 0)
            cm_parse_char(&p, ',');
        fields(v)[i] = cm_parse_int(&p, PG_INT64_MIN, PG_INT64_MAX);
    }
    cm_parse_end(&p);

    const char *why = state_error(v);

    if (why != NULL)
        cm_parse_fail(&p, why);
    PG_RETURN_POINTER(v);
}

PG_FUNCTION_INFO_V1(cm_visits_out);
Datum
cm_visits_out(PG_FUNCTION_ARGS)
{
    const visit_totals *v = PG_GETARG_VISITS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", v->head.version);
    for (int i = 0; i < FIELDS; i++)
        appendStringInfo(&out, "%s" INT64_FORMAT, i > 0 ? "," : "", fields(v)[i]);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_visits_recv);
Datum
cm_visits_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    visit_totals *v = cm_state_new(&visits_class, sizeof(visit_totals));

    cm_receive_version(in, "visits_state", visits_class.version);
    for (int i = 0; i < FIELDS; i++)
        fields(v)[i] = pq_getmsgint64(in);

    const char *why = state_error(v);

    if (why != NULL)
        cm_receive_fail("visits_state", why);
    PG_RETURN_POINTER(v);
}

PG_FUNCTION_INFO_V1(cm_visits_send);
Datum
cm_visits_send(PG_FUNCTION_ARGS)
{
    const visit_totals *v = PG_GETARG_VISITS(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, v->head.version);
    for (int i = 0; i < FIELDS; i++)
        pq_sendint64(&out, fields(v)[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* ---- aggregate steps ---- */

static visit_totals *
own_visits(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(0))
        return cm_state_new(&visits_class, sizeof(visit_totals));
    return cm_state_own(fcinfo, 0, &visits_class);
}

static void
extend(visit_totals *v, Timestamp first, Timestamp latest)
{
    v->first = v->visits == 0 ? first : Min(v->first, first);
    v->latest = v->visits == 0 ? latest : Max(v->latest, latest);
}

static void
add_depth(visit_totals *v, int64 pages)
{
    if (cm_check_count(pages, "pages") == 0)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("pages is out of range: 0"),
                        errdetail("A visit has at least one page."),
                        errhint("Use NULL where the number of pages is not known.")));
    v->deep++;
    v->pages = cm_add_counts(v->pages, pages, "pages");
    v->bounces += pages == 1;
}

static void
add_duration(visit_totals *v, double seconds)
{
    double microseconds = rint(cm_check_not_negative(seconds, "seconds") * USECS_PER_SEC);

    if (microseconds >= (double) CM_MAX_COUNT)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("seconds is out of range: %g", seconds)));
    v->timed++;
    v->duration = cm_add_counts(v->duration, (int64) microseconds, "durations");
}

/* Arguments 2 and 3: pages, seconds. */
static Datum
accumulate(FunctionCallInfo fcinfo, visit_totals *v, Timestamp at)
{
    extend(v, at, at);
    v->visits++;
    if (!PG_ARGISNULL(2))
        add_depth(v, PG_GETARG_INT64(2));
    if (!PG_ARGISNULL(3))
        add_duration(v, PG_GETARG_FLOAT8(3));
    PG_RETURN_POINTER(v);
}

/* Transition of visits_agg(at, pages, seconds), of dates and of moments. */
PG_FUNCTION_INFO_V1(cm_visits_accum_date);
Datum
cm_visits_accum_date(PG_FUNCTION_ARGS)
{
    visit_totals *v = own_visits(fcinfo);

    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(v);
    return accumulate(fcinfo, v, cm_check_date(PG_GETARG_DATEADT(1), "at") * USECS_PER_DAY);
}

PG_FUNCTION_INFO_V1(cm_visits_accum_timestamp);
Datum
cm_visits_accum_timestamp(PG_FUNCTION_ARGS)
{
    visit_totals *v = own_visits(fcinfo);

    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(v);
    return accumulate(fcinfo, v, cm_check_timestamp(PG_GETARG_TIMESTAMP(1), "at"));
}

/* Merges two states: combine function, and transition of rollup(visit_totals). */
PG_FUNCTION_INFO_V1(cm_visits_combine);
Datum
cm_visits_combine(PG_FUNCTION_ARGS)
{
    visit_totals *v = own_visits(fcinfo);
    const visit_totals *other = PG_GETARG_VISITS(1);

    if (other->visits == 0)
        PG_RETURN_POINTER(v);
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

/* visit_frequency(visit_totals, days, per_days): visits in each per_days of the days that were looked at */
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
    const visit_totals *v = PG_GETARG_VISITS(0);

    CM_RETURN_FLOAT(mean(v->pages, v->deep));
}

PG_FUNCTION_INFO_V1(cm_visits_duration);
Datum
cm_visits_duration(PG_FUNCTION_ARGS)
{
    const visit_totals *v = PG_GETARG_VISITS(0);

    CM_RETURN_FLOAT(mean(v->duration, v->timed) / USECS_PER_SEC);
}

PG_FUNCTION_INFO_V1(cm_visits_bounce_rate);
Datum
cm_visits_bounce_rate(PG_FUNCTION_ARGS)
{
    const visit_totals *v = PG_GETARG_VISITS(0);

    CM_RETURN_FLOAT(mean(v->bounces, v->deep));
}

PG_FUNCTION_INFO_V1(cm_visits_bounces);
Datum
cm_visits_bounces(PG_FUNCTION_ARGS)
{
    const visit_totals *v = PG_GETARG_VISITS(0);

    PG_RETURN_POINTER(cm_rate_make(v->bounces, v->deep, "bounces", "visits"));
}

static Datum
return_recency(FunctionCallInfo fcinfo, Timestamp as_of)
{
    const visit_totals *v = PG_GETARG_VISITS(0);

    if (v->visits == 0)
        PG_RETURN_NULL();
    if (as_of < v->latest)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                        errmsg("as_of precedes the latest visit by %g days",
                               (double) (v->latest - as_of) / USECS_PER_DAY),
                        errhint("Aggregate only visits up to as_of, with FILTER or WHERE.")));
    PG_RETURN_FLOAT8((double) (as_of - v->latest) / USECS_PER_DAY);
}

/* recency(visit_totals, as_of) */
PG_FUNCTION_INFO_V1(cm_visits_recency_date);
Datum
cm_visits_recency_date(PG_FUNCTION_ARGS)
{
    return return_recency(fcinfo, cm_check_date(PG_GETARG_DATEADT(1), "as_of") * USECS_PER_DAY);
}

PG_FUNCTION_INFO_V1(cm_visits_recency_timestamp);
Datum
cm_visits_recency_timestamp(PG_FUNCTION_ARGS)
{
    return return_recency(fcinfo, cm_check_timestamp(PG_GETARG_TIMESTAMP(1), "as_of"));
}
