/* The report over the funnels of all customers, from these or from the base of one. */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"

#include "funnel/funnel_rules.h"
#include "funnel/funnel_search.h"
#include "funnel/funnel_times.h"
#include "core/check.h"
#include "core/row.h"
#include "math/proportion.h"
#include "math/sort.h"
#include "states/report_base.h"

typedef struct report {
    int steps;
    bool totals;    /* attempts are counted, not customers */
    bool has_as_of; /* open ones are known */
    int64 as_of;
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

/* From arguments (funnels, rules, as_of); named: how many steps have a name, or 0. */
static report *
count(FunctionCallInfo fcinfo, int named, bool *steps_known)
{
    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    cm_funnel_search s = cm_funnel_search_begin(fcinfo, 1, f, named);
    report *r = palloc0(sizeof(report));

    r->steps = s.rules.steps;
    r->totals = s.totals;
    r->has_as_of = s.rules.as_of != CM_FUNNEL_NO_LIMIT;
    r->as_of = r->has_as_of ? s.rules.as_of : 0;
    *steps_known = s.steps_known;
    report_customers(r, &s, f);
    return r;
}

/* Names of steps, as they were given. */
typedef struct step_names {
    Datum *values;
    bool *nulls;
    int count; /* 0: there are none */
} step_names;

static step_names
names_arg(FunctionCallInfo fcinfo, int arg)
{
    step_names n = {0};

    if (!PG_ARGISNULL(arg))
        n.count = read_names(PG_GETARG_ARRAYTYPE_P(arg), &n.values, &n.nulls);
    return n;
}

/* Step, name, entered, converted, pending, dropped, rate_from_start, rate_from_previous, lower, upper, median_days, p90_days. */
static Datum
put_steps(FunctionCallInfo fcinfo, report *r, const step_names *names, double confidence)
{
    int64 here[CM_FUNNEL_MAX_STEPS + 2] = {0}; /* [k]: customers who reached step k */

    for (int step = r->steps; step > 0; step--)
        here[step] = here[step + 1] + r->reached[step];
    for (int step = 1; step <= r->steps; step++) {
        int64 entered = step == 1 ? here[1] : here[step - 1];
        int64 pending = step == 1 ? 0 : r->open[step - 1];
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int32GetDatum(step));
        if (names->count > 0 && !names->nulls[step - 1])
            cm_row_set(&row, 1, datumCopy(names->values[step - 1], false, -1));
        cm_row_set_int(&row, 2, entered);
        cm_row_set_int(&row, 3, here[step]);
        if (r->has_as_of) {
            cm_row_set_int(&row, 4, pending);
            cm_row_set_int(&row, 5, entered - here[step] - pending);
        }
        cm_row_set_float(&row, 6, (double) here[step] / (double) here[1]);
        if (step > 1) {
            cm_interval rate = r->totals ? cm_cluster_rate(&r->went_on[step - 1], confidence)
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

/* funnel_report(funnels, rules, as_of, confidence, names) */
PG_FUNCTION_INFO_V1(cm_funnel_report);
Datum
cm_funnel_report(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3))
        return (Datum) 0;

    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
    step_names names = names_arg(fcinfo, 4);
    bool known;

    return put_steps(fcinfo, count(fcinfo, names.count, &known), &names, confidence);
}

/* ---- as a base ---- */

/*
 * Of each step, under the time -1, which nobody takes, who reached it and no further, who may still go on, and the sums of
 * clusters; under each time that somebody took from it to the next one, how many did. So quantiles are exact.
 */
enum { STEPS, COUNT, HAS_AS_OF }; /* parameters, counts: by their places in report_base_kinds.c */
enum { CUSTOMERS, PENDING, CLUSTERS, HITS, TOTAL, HITS_SQUARED, TOTAL_SQUARED, BOTH };

static void
put_times(cm_base_writer *w, int step, cm_funnel_times *t)
{
    uint64 *scratch = palloc_extended(Max(t->count, 1) * sizeof(uint64), MCXT_ALLOC_HUGE);

    cm_sort_keys(t->values, t->count, scratch);
    pfree(scratch);
    for (size_t i = 0, j; i < t->count; i = j) {
        for (j = i + 1; j < t->count && t->values[j] == t->values[i]; j++)
            ;
        cm_base_put(w, &(cm_base_row){.keys = {step, (int64) t->values[i]}, .counts = {(int64) (j - i)}});
    }
}

/* funnel_report_base(funnels, rules, as_of) */
PG_FUNCTION_INFO_V1(cm_funnel_report_base);
Datum
cm_funnel_report_base(PG_FUNCTION_ARGS)
{
    bool known;
    report *r;
    cm_base_writer w;

    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        PG_RETURN_NULL();
    r = count(fcinfo, 0, &known);
    if (!known)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a base of funnel_report needs to know the number of steps"),
                        errdetail("Each part of the customers would have as many as somebody in it came to."),
                        errhint("Add the rule steps, as in 'steps=4'.")));
    w = cm_base_begin(CM_BASE_FUNNEL_REPORT, (int64[]){r->steps, r->totals, r->has_as_of, r->as_of},
                      TextDatumGetCString(PG_GETARG_DATUM(1)));
    for (int step = 1; step <= r->steps; step++) {
        const cm_clusters *c = &r->went_on[Min(step, CM_FUNNEL_MAX_STEPS - 1)];
        cm_base_row row = {.keys = {step, -1}, .counts = {r->reached[step], r->open[step]}};

        if (step < r->steps) {
            const double sums[] = {c->hits, c->total, c->hits2, c->total2, c->both};

            row.counts[CLUSTERS] = c->count;
            for (int i = 0; i < (int) lengthof(sums); i++)
                row.counts[HITS + i] = (int64) sums[i];
        }
        cm_base_put(&w, &row);
        if (step < r->steps)
            put_times(&w, step, &r->taken[step]);
    }
    PG_RETURN_POINTER(cm_base_end(&w));
}

static report *
report_of_base(cm_base_reader *base)
{
    report *r = palloc0(sizeof(report));

    r->steps = (int) base->base->params[STEPS];
    r->totals = base->base->params[COUNT] == 1;
    r->has_as_of = base->base->params[HAS_AS_OF] == 1;
    if (base->base->params[STEPS] < 1 || base->base->params[STEPS] > CM_FUNNEL_MAX_STEPS)
        cm_base_error(base, "It has no such steps");
    while (cm_base_next(base)) {
        const int64 *counts = base->row.counts;
        int step = 1 + (int) cm_base_index(base, 0, 1, r->steps);

        if (base->row.keys[1] < -1 || counts[0] < 0)
            cm_base_error(base, "A time or a count is below zero");
        if (base->row.keys[1] == -1) {
            r->reached[step] = counts[CUSTOMERS];
            r->open[step] = counts[PENDING];
            if (step < r->steps)
                r->went_on[step] = (cm_clusters){counts[CLUSTERS],
                                                 (double) counts[HITS],
                                                 (double) counts[TOTAL],
                                                 (double) counts[HITS_SQUARED],
                                                 (double) counts[TOTAL_SQUARED],
                                                 (double) counts[BOTH]};
        } else if (step < r->steps)
            cm_funnel_add_times(&r->taken[step], base->row.keys[1], counts[0]);
    }
    return r;
}

/* funnel_report(base, confidence, names) */
PG_FUNCTION_INFO_V1(cm_funnel_report_of_base);
Datum
cm_funnel_report_of_base(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        return (Datum) 0;

    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));
    cm_base_reader base = cm_base_arg(fcinfo, 0, CM_BASE_FUNNEL_REPORT);
    step_names names = names_arg(fcinfo, 2);
    report *r = report_of_base(&base);

    if (names.count != 0 && names.count != r->steps)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("\"names\" has %d elements for %d steps", names.count, r->steps),
                        errdetail("It has one name for each step.")));
    return put_steps(fcinfo, r, &names, confidence);
}
