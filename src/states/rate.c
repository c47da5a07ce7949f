/* The rate type, its aggregates, interval and test; see rate.h. */
#include "postgres.h"

#include <math.h>

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "core/boolean.h"
#include "core/check.h"
#include "core/parse.h"
#include "core/row.h"
#include "core/state.h"
#include "math/proportion.h"
#include "states/rate.h"

cm_rate *
cm_rate_make(int64 hits, int64 total, const char *what_hits, const char *what_total)
{
    cm_rate *rate = palloc(sizeof(cm_rate));

    rate->hits = cm_check_count(hits, what_hits);
    rate->total = cm_check_count(total, what_total);
    if (hits > total)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s exceeds %s: " INT64_FORMAT " of " INT64_FORMAT, cm_quoted(what_hits),
                               cm_quoted(what_total), hits, total),
                        errdetail("A rate is a part of a whole, from 0 to 1."),
                        errhint("Count both over the same customers.")));
    return rate;
}

cm_rate *
cm_rate_from_args(FunctionCallInfo fcinfo, int n, const char *what_hits, const char *what_total)
{
    int64 hits = CM_ARG_COUNT(n, what_hits);

    return cm_rate_make(hits, CM_ARG_COUNT(n + 1, what_total), what_hits, what_total);
}

/* Inside an aggregate the rate itself, elsewhere a copy. */
cm_rate *
cm_rate_own(FunctionCallInfo fcinfo, int arg)
{
    if (unlikely(PG_ARGISNULL(arg)))
        cm_state_is_null();

    cm_rate *rate = (cm_rate *) PG_GETARG_POINTER(arg);

    return cm_in_aggregate(fcinfo) ? rate : memcpy(palloc(sizeof(cm_rate)), rate, sizeof(cm_rate));
}

double
cm_rate_value(const cm_rate *rate)
{
    return rate->total == 0 ? NAN : (double) rate->hits / (double) rate->total;
}

CM_INPUT_FUNCTION(cm_rate_in)
{
    cm_parser p = cm_parse_begin("rate_state", PG_GETARG_CSTRING(0));
    cm_rate *rate = palloc(sizeof(cm_rate));

    rate->hits = cm_parse_int(&p, 0, CM_MAX_COUNT);
    cm_parse_char(&p, '/');
    rate->total = cm_parse_int(&p, 0, CM_MAX_COUNT);
    cm_parse_end(&p);
    if (rate->hits > rate->total)
        cm_parse_fail(&p, "more hits than the total");
    PG_RETURN_POINTER(rate);
}

PG_FUNCTION_INFO_V1(cm_rate_out);
Datum
cm_rate_out(PG_FUNCTION_ARGS)
{
    const cm_rate *rate = PG_GETARG_RATE(0);

    PG_RETURN_CSTRING(psprintf(INT64_FORMAT "/" INT64_FORMAT, rate->hits, rate->total));
}

PG_FUNCTION_INFO_V1(cm_rate_recv);
Datum
cm_rate_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_rate *rate = palloc(sizeof(cm_rate));

    rate->hits = pq_getmsgint64(in);
    rate->total = pq_getmsgint64(in);
    if (rate->hits < 0 || rate->hits > rate->total || rate->total > CM_MAX_COUNT)
        cm_receive_fail("rate_state", "Counts are out of range");
    PG_RETURN_POINTER(rate);
}

PG_FUNCTION_INFO_V1(cm_rate_send);
Datum
cm_rate_send(PG_FUNCTION_ARGS)
{
    const cm_rate *rate = PG_GETARG_RATE(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendint64(&out, rate->hits);
    pq_sendint64(&out, rate->total);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* rate(hits, total) */
PG_FUNCTION_INFO_V1(cm_rate_from_counts);
Datum
cm_rate_from_counts(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(cm_rate_from_args(fcinfo, 0, "hits", "total"));
}

PG_FUNCTION_INFO_V1(cm_rate_hits);
Datum
cm_rate_hits(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_RATE(0)->hits);
}

PG_FUNCTION_INFO_V1(cm_rate_total);
Datum
cm_rate_total(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_RATE(0)->total);
}

/* rate_value(rate), the cast to double precision, and the final function of aggregates that give a rate's value. */
PG_FUNCTION_INFO_V1(cm_rate_to_float);
Datum
cm_rate_to_float(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(PG_GETARG_RATE(0)));
}

/* The cast to numeric: divided as PostgreSQL divides numerics. */
PG_FUNCTION_INFO_V1(cm_rate_to_numeric);
Datum
cm_rate_to_numeric(PG_FUNCTION_ARGS)
{
    const cm_rate *rate = PG_GETARG_RATE(0);

    if (rate->total == 0)
        PG_RETURN_NULL();
    return DirectFunctionCall2(numeric_div, NumericGetDatum(int64_to_numeric(rate->hits)),
                               NumericGetDatum(int64_to_numeric(rate->total)));
}

/* rate as JSON: {"hits": 3, "total": 10} */
PG_FUNCTION_INFO_V1(cm_rate_json);
Datum
cm_rate_json(PG_FUNCTION_ARGS)
{
    const cm_rate *rate = PG_GETARG_RATE(0);

    PG_RETURN_TEXT_P(cstring_to_text(
        psprintf("{\"hits\": " INT64_FORMAT ", \"total\": " INT64_FORMAT "}", rate->hits, rate->total)));
}

static Datum
add_row(FunctionCallInfo fcinfo, bool hit)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);

    rate->hits += hit;
    rate->total++;
    PG_RETURN_POINTER(rate);
}

/* Takes a row out again, for window frames that move. */
static Datum
remove_row(FunctionCallInfo fcinfo, bool hit)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);

    rate->hits -= hit;
    rate->total--;
    PG_RETURN_POINTER(rate);
}

/* Transitions of rate_agg(hit), a boolean or a text that is one. */
PG_FUNCTION_INFO_V1(cm_rate_accum);
Datum
cm_rate_accum(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, PG_GETARG_BOOL(1));
}

PG_FUNCTION_INFO_V1(cm_rate_accum_text);
Datum
cm_rate_accum_text(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, PG_GETARG_TEXT_BOOL(1));
}

PG_FUNCTION_INFO_V1(cm_rate_remove);
Datum
cm_rate_remove(PG_FUNCTION_ARGS)
{
    return remove_row(fcinfo, PG_GETARG_BOOL(1));
}

PG_FUNCTION_INFO_V1(cm_rate_remove_text);
Datum
cm_rate_remove_text(PG_FUNCTION_ARGS)
{
    return remove_row(fcinfo, PG_GETARG_TEXT_BOOL(1));
}

/* Merges two rates: combine function, and transition of rollup(rate). */
PG_FUNCTION_INFO_V1(cm_rate_combine);
Datum
cm_rate_combine(PG_FUNCTION_ARGS)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);
    const cm_rate *other = PG_GETARG_RATE(1);

    rate->total = cm_add_counts(rate->total, other->total, "totals");
    rate->hits += other->hits;
    PG_RETURN_POINTER(rate);
}

static cm_interval
wilson(FunctionCallInfo fcinfo)
{
    const cm_rate *rate = PG_GETARG_RATE(0);

    return cm_wilson(rate->hits, rate->total, cm_check_confidence(PG_GETARG_FLOAT8(1)));
}

PG_FUNCTION_INFO_V1(cm_rate_lower);
Datum
cm_rate_lower(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(wilson(fcinfo).lower);
}

PG_FUNCTION_INFO_V1(cm_rate_upper);
Datum
cm_rate_upper(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(wilson(fcinfo).upper);
}

/* rate_estimate(rate, confidence) -> value, lower, upper, n */
PG_FUNCTION_INFO_V1(cm_rate_estimate);
Datum
cm_rate_estimate(PG_FUNCTION_ARGS)
{
    cm_interval interval = wilson(fcinfo);
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, interval.value);
    cm_row_set_float(&row, 1, interval.lower);
    cm_row_set_float(&row, 2, interval.upper);
    cm_row_set_int(&row, 3, PG_GETARG_RATE(0)->total);
    return cm_row_return(fcinfo, &row);
}

/* rate_test(a, b, confidence) -> difference, lower, upper, z, p_value */
PG_FUNCTION_INFO_V1(cm_rate_test);
Datum
cm_rate_test(PG_FUNCTION_ARGS)
{
    const cm_rate *a = PG_GETARG_RATE(0);
    const cm_rate *b = PG_GETARG_RATE(1);
    cm_difference d =
        cm_rate_difference(a->hits, a->total, b->hits, b->total, cm_check_confidence(PG_GETARG_FLOAT8(2)));
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, d.interval.value);
    cm_row_set_float(&row, 1, d.interval.lower);
    cm_row_set_float(&row, 2, d.interval.upper);
    cm_row_set_float(&row, 3, d.z);
    cm_row_set_float(&row, 4, d.p_value);
    return cm_row_return(fcinfo, &row);
}

/* By value, then by total; rates of nothing come last. Equal only when hits and total are. */
static int
rate_compare(FunctionCallInfo fcinfo)
{
    const cm_rate *a = PG_GETARG_RATE(0);
    const cm_rate *b = PG_GETARG_RATE(1);

    if ((a->total == 0) != (b->total == 0))
        return a->total == 0 ? 1 : -1;

    int128 left = (int128) a->hits * b->total;
    int128 right = (int128) b->hits * a->total;

    if (left != right)
        return left > right ? 1 : -1;
    return (a->total > b->total) - (a->total < b->total);
}

#define RATE_COMPARISON(name, expression)                                                                    \
    PG_FUNCTION_INFO_V1(cm_rate_##name);                                                                     \
    Datum cm_rate_##name(PG_FUNCTION_ARGS)                                                                   \
    {                                                                                                        \
        int order = rate_compare(fcinfo);                                                                    \
                                                                                                             \
        PG_RETURN_BOOL(expression);                                                                          \
    }                                                                                                        \
    extern int cm_no_such_variable

RATE_COMPARISON(eq, order == 0);
RATE_COMPARISON(ne, order != 0);
RATE_COMPARISON(lt, order < 0);
RATE_COMPARISON(le, order <= 0);
RATE_COMPARISON(gt, order > 0);
RATE_COMPARISON(ge, order >= 0);

PG_FUNCTION_INFO_V1(cm_rate_cmp);
Datum
cm_rate_cmp(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(rate_compare(fcinfo));
}

PG_FUNCTION_INFO_V1(cm_rate_hash);
Datum
cm_rate_hash(PG_FUNCTION_ARGS)
{
    return hash_any((unsigned char *) PG_GETARG_POINTER(0), sizeof(cm_rate));
}

PG_FUNCTION_INFO_V1(cm_rate_hash_extended);
Datum
cm_rate_hash_extended(PG_FUNCTION_ARGS)
{
    return hash_any_extended((unsigned char *) PG_GETARG_POINTER(0), sizeof(cm_rate), PG_GETARG_INT64(1));
}
