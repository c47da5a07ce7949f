/* All customers in one value: the report over them, and what is known of each. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/uuid.h"

#include "funnel/funnel_search.h"
#include "funnel/funnel_times.h"
#include "core/check.h"
#include "core/collation.h"
#include "core/row.h"
#include "math/proportion.h"

/* ---- the report ---- */

typedef struct report {
    int64 reached[CM_FUNNEL_MAX_STEPS + 1];     /* [k]: customers whose level is exactly k */
    int64 open[CM_FUNNEL_MAX_STEPS + 1];        /* of these, those who can still go on */
    cm_funnel_times taken[CM_FUNNEL_MAX_STEPS]; /* [k]: from step k to k + 1 */
    int64 mine[CM_FUNNEL_MAX_STEPS + 1];        /* of totals: as reached, of the customer at hand */
    cm_clusters
        went_on[CM_FUNNEL_MAX_STEPS]; /* [k]: of totals: attempts of each customer at step k, and at k + 1 */
} report;

static void
add_path(void *to, const cm_funnel_path *path)
{
    report *r = to;

    r->reached[path->level]++;
    r->open[path->level] += path->open;
    r->mine[path->level]++;
    for (int step = 1; step < path->level; step++)
        cm_funnel_add_time(&r->taken[step], path->at[step] - path->at[step - 1]);
}

/* Attempts of the customer at hand, as one cluster for each step. */
static void
add_customer(report *r, int steps)
{
    int64 here = r->mine[steps];

    for (int step = steps - 1; step > 0; step--) {
        int64 further = here;

        here += r->mine[step];
        if (here > 0)
            cm_clusters_add(&r->went_on[step], further, here);
    }
    memset(r->mine, 0, sizeof(r->mine));
}

static void
report_customers(report *r, cm_funnel_search *s, const cm_funnel *f)
{
    cm_funnel_customer c = {.from = f};
    cm_funnel_path path;
    cm_funnel_attempts attempts = {add_path, r};
    uint32 done = 0;

    while (cm_funnel_next(&c)) {
        if (++done % 1024 == 0)
            CHECK_FOR_INTERRUPTS();
        if (s->totals) {
            cm_funnel_search_attempts(s, &c, &attempts);
            add_customer(r, s->rules.steps);
        } else {
            cm_funnel_search_customer(s, &c, &path);
            add_path(r, &path);
        }
    }
}

/* The names of steps, in their order; an error unless there may be so many. */
static int
read_names(ArrayType *names, Datum **values, bool **nulls)
{
    int count;

    deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, values, nulls, &count);
    if (ARR_NDIM(names) != 1 || count > CM_FUNNEL_MAX_STEPS)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("\"names\" must be a list of 1 to %d texts", CM_FUNNEL_MAX_STEPS),
                        errdetail("It has one name for each step.")));
    return count;
}

/*
 * (funnels, rules, as_of, confidence, names) -> step, name, entered, converted, pending, dropped, rate_from_start, rate_from_previous,
 * lower, upper, median_days, p90_days
 */
PG_FUNCTION_INFO_V1(cm_funnel_report);
Datum
cm_funnel_report(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3))
        return (Datum) 0;

    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    Datum *names = NULL;
    bool *unnamed = NULL;
    int named = PG_ARGISNULL(4) ? 0 : read_names(PG_GETARG_ARRAYTYPE_P(4), &names, &unnamed);
    cm_funnel_search s = cm_funnel_search_begin(fcinfo, 1, f, named);
    report *r = palloc0(sizeof(report));
    int64 here[CM_FUNNEL_MAX_STEPS + 2] = {0}; /* [k]: customers who reached step k */

    report_customers(r, &s, f);
    for (int step = s.rules.steps; step > 0; step--)
        here[step] = here[step + 1] + r->reached[step];
    for (int step = 1; step <= s.rules.steps; step++) {
        int64 entered = step == 1 ? here[1] : here[step - 1];
        int64 pending = step == 1 ? 0 : r->open[step - 1];
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int32GetDatum(step));
        if (named > 0 && !unnamed[step - 1])
            cm_row_set(&row, 1, datumCopy(names[step - 1], false, -1));
        cm_row_set_int(&row, 2, entered);
        cm_row_set_int(&row, 3, here[step]);
        if (s.rules.as_of != CM_FUNNEL_NO_LIMIT) {
            cm_row_set_int(&row, 4, pending);
            cm_row_set_int(&row, 5, entered - here[step] - pending);
        }
        cm_row_set_float(&row, 6, (double) here[step] / (double) here[1]);
        if (step > 1) {
            cm_interval rate = s.totals ? cm_cluster_rate(&r->went_on[step - 1], confidence)
                                        : cm_wilson(here[step], entered, confidence);
            double median, p90;

            cm_row_set_float(&row, 7, rate.value);
            cm_row_set_float(&row, 8, rate.lower);
            cm_row_set_float(&row, 9, rate.upper);
            cm_funnel_median_and_p90(&r->taken[step - 1], &median, &p90);
            cm_row_set_float(&row, 10, median);
            cm_row_set_float(&row, 11, p90);
        }
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- each customer ---- */

/* Where rows of one customer go. */
typedef struct customer_rows {
    FunctionCallInfo fcinfo;
    const cm_funnel_search *s;
    cm_key id;
} customer_rows;

static void
put_path(void *to, const cm_funnel_path *path)
{
    const customer_rows *rows = to;
    cm_row row = cm_row_empty();

    cm_row_set(&row, 0, cm_key_datum(&rows->id));
    cm_row_set(&row, 1, Int32GetDatum(path->level));
    if (path->level > 0) {
        cm_row_set(&row, 2, TimestampTzGetDatum(path->at[0]));
        cm_row_set(&row, 3, TimestampTzGetDatum(path->at[path->level - 1]));
        cm_row_set_float(&row, 4, cm_funnel_days(path->at[0], path->at[path->level - 1]));
    }
    if (rows->s->rules.as_of != CM_FUNNEL_NO_LIMIT)
        cm_row_set(&row, 5, BoolGetDatum(path->open));
    cm_rows_put(rows->fcinfo, &row);
}

/* (funnels, rules, as_of) -> customer_id, level, started_at, reached_at, days, pending; of totals a row for each attempt */
PG_FUNCTION_INFO_V1(cm_customer_funnels);
Datum
cm_customer_funnels(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        return (Datum) 0;

    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    cm_funnel_search s = cm_funnel_search_begin(fcinfo, 1, f, 0);
    cm_funnel_customer c = {.from = f};
    customer_rows rows = {.fcinfo = fcinfo, .s = &s};
    cm_funnel_attempts attempts = {put_path, &rows};

    while (cm_funnel_next(&c)) {
        cm_funnel_path path;

        rows.id = cm_funnel_key(&c);
        if (s.totals)
            cm_funnel_search_attempts(&s, &c, &attempts);
        else {
            cm_funnel_search_customer(&s, &c, &path);
            put_path(&rows, &path);
        }
    }
    return (Datum) 0;
}

/* The funnel of one customer, NULL for an unknown one. */
static Datum
funnel_of(FunctionCallInfo fcinfo, const cm_key *id)
{
    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    cm_funnel_customer c = {.from = f};

    if (f->ids != 0 && f->ids != id->type)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("these funnels have other customer ids"),
                 errhint("Cast the id to the type with which they were built.")));
    while (cm_funnel_next(&c)) {
        cm_key here = cm_funnel_key(&c);

        CHECK_FOR_INTERRUPTS();
        if (!cm_funnel_same_id(&here, id))
            continue;

        cm_funnel *one = cm_state_new(&cm_funnel_class, sizeof(cm_funnel));

        cm_funnel_event event;

        one->layout = f->layout;
        one->clock = f->clock;
        for (uint32 at = c.at; cm_funnel_next_row(&c, &at, &event);)
            one = cm_funnel_append(one, NULL, &event, &cm_funnel_class);
        PG_RETURN_POINTER(cm_funnel_canonical(one));
    }
    PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(cm_funnel_of_bigint);
Datum
cm_funnel_of_bigint(PG_FUNCTION_ARGS)
{
    cm_key id = {.type = CM_KEY_BIGINT, .id.number = PG_GETARG_INT64(1)};

    return funnel_of(fcinfo, &id);
}

PG_FUNCTION_INFO_V1(cm_funnel_of_uuid);
Datum
cm_funnel_of_uuid(PG_FUNCTION_ARGS)
{
    cm_key id = {.type = CM_KEY_UUID, .id.uuid = *PG_GETARG_UUID_P(1)};

    return funnel_of(fcinfo, &id);
}

PG_FUNCTION_INFO_V1(cm_funnel_of_text);
Datum
cm_funnel_of_text(PG_FUNCTION_ARGS)
{
    cm_check_text_arg(fcinfo, 1, "customer_id");

    text *given = PG_GETARG_TEXT_PP(1);
    cm_key id = {.type = CM_KEY_TEXT, .id.text = {VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given)}};

    return funnel_of(fcinfo, &id);
}

/* ---- what is in funnels ---- */

PG_FUNCTION_INFO_V1(cm_funnels_customer_count);
Datum
cm_funnels_customer_count(PG_FUNCTION_ARGS)
{
    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    cm_funnel_customer c = {.from = f};
    int64 count = 0;

    if (cm_funnel_is_stored(f)) /* it says so */
        PG_RETURN_INT64(f->unused);
    while (cm_funnel_next(&c))
        count++;
    PG_RETURN_INT64(count);
}

PG_FUNCTION_INFO_V1(cm_funnels_stored_rows);
Datum
cm_funnels_stored_rows(PG_FUNCTION_ARGS)
{
    cm_funnel_customer c = {.from = PG_GETARG_FUNNELS(0)};
    int64 rows = 0;

    while (cm_funnel_next(&c))
        rows += c.rows;
    PG_RETURN_INT64(rows);
}

PG_FUNCTION_INFO_V1(cm_funnels_skipped_rows);
Datum
cm_funnels_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_funnel_read_any(PG_GETARG_DATUM(0), &cm_funnels_class)->skipped);
}
