/*
 * Lifecycle: every customer known by the end of a period is in exactly one stage in it (history.h names them). The
 * stages add up to the customers known so far, and from one period to the next only by who is new.
 */
#include "postgres.h"

#include "core/check.h"
#include "core/lang.h"
#include "retention/activity.h"
#include "retention/cohorts.h"
#include "retention/report.h"
#include "states/report_base.h"

typedef struct lifecycle {
    cm_calendar calendar;
    int64 first; /* period */
    int64 width; /* periods that are over, from first on */
    int64 begun; /* that have begun; 0: nobody is known */
    int64 lookback;
    int64 *entered[CM_DORMANT +
                   1]; /* by stage and period: new, returning, resurrected, dormant; quiet is not used */
} lifecycle;

static void
count_stages(void *report, const cm_active_periods *h)
{
    lifecycle *l = report;

    for (int64 i = 0; i < h->n; i++) {
        int64 period = h->periods[i] - l->first;
        int64 next = i + 1 < h->n ? h->periods[i + 1] - l->first : PG_INT64_MAX;
        int64 gap = i > 0 ? h->periods[i] - (int64) h->periods[i - 1] : 0;

        l->entered[i == 0 ? CM_NEW : gap <= l->lookback ? CM_RETURNING : CM_RESURRECTED][period]++;
        if (period + l->lookback < Min(next, l->width))
            l->entered[CM_DORMANT][period + l->lookback]++;
    }
}

/* Room for the periods of a span. */
static void
set_span(lifecycle *l, const cm_report_span *span)
{
    cm_report_check_periods(span);
    l->first = span->first;
    l->width = span->finished;
    l->begun = span->begun;
    for (int stage = CM_NEW; stage <= CM_DORMANT; stage++)
        l->entered[stage] = cm_counts(l->width);
}

/* From arguments (cohorts, as_of, lookback). */
static lifecycle
count_cohorts(FunctionCallInfo fcinfo)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    lifecycle l = {.calendar = cm_cohorts_calendar(cohorts),
                   .lookback = cm_check_periods(CM_ARG_INT(2, "lookback"), "lookback")};
    cm_report_horizon horizon = cm_horizon_at(l.calendar, CM_ARG_DAY_OF(1, "as_of"));
    cm_report_span span;

    if (cm_cohorts_span(cohorts, horizon, &span)) {
        set_span(&l, &span);
        cm_cohorts_visit(cohorts, horizon.finished, count_stages, &l);
    }
    return l;
}

static Datum
put_periods(FunctionCallInfo fcinfo, const lifecycle *counted)
{
    lifecycle l = *counted;
    int64 known = 0, asleep = 0; /* asleep: dormant or inactive at the end of the period before */

    cm_rows_begin(fcinfo);
    for (int64 i = 0; i < l.begun; i++) {
        bool finished = i < l.width;
        cm_row row = cm_row_empty();

        cm_row_set_period(&row, 0, l.calendar, l.first + i);
        if (finished) {
            int64 active = l.entered[CM_NEW][i] + l.entered[CM_RETURNING][i] + l.entered[CM_RESURRECTED][i];
            int64 dormant = l.entered[CM_DORMANT][i];

            known += l.entered[CM_NEW][i];
            asleep -= l.entered[CM_RESURRECTED][i];
            cm_row_set_int(&row, 1, l.entered[CM_NEW][i]);
            cm_row_set_int(&row, 2, l.entered[CM_RETURNING][i]);
            cm_row_set_int(&row, 3, l.entered[CM_RESURRECTED][i]);
            cm_row_set_int(&row, 4, active);
            cm_row_set_int(&row, 5, known - active - dormant - asleep);
            cm_row_set_int(&row, 6, dormant);
            cm_row_set_int(&row, 7, asleep);
            cm_row_set_int(&row, 8, known);
            asleep += dormant;
        }
        cm_row_set(&row, 9, BoolGetDatum(finished));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* lifecycle(cohorts, as_of, lookback) */
PG_FUNCTION_INFO_V1(cm_lifecycle);
Datum
cm_lifecycle(PG_FUNCTION_ARGS)
{
    lifecycle l = count_cohorts(fcinfo);

    return put_periods(fcinfo, &l);
}

/* ---- as a base ---- */

/* The counts of a base, of these stages. */
static const int counted[] = {CM_NEW, CM_RETURNING, CM_RESURRECTED, CM_DORMANT};

/* lifecycle_base(cohorts, as_of, lookback) */
PG_FUNCTION_INFO_V1(cm_lifecycle_base);
Datum
cm_lifecycle_base(PG_FUNCTION_ARGS)
{
    lifecycle l = count_cohorts(fcinfo);
    cm_base_writer w = cm_base_begin(
        CM_BASE_LIFECYCLE,
        (int64[]){cm_base_from_calendar(l.calendar), CM_ARG_DAY_OF(1, "as_of"), l.lookback}, NULL);

    for (int64 i = 0; i < l.width; i++) {
        cm_base_row row = {.keys = {l.first + i}};

        for (int k = 0; k < (int) lengthof(counted); k++)
            row.counts[k] = l.entered[counted[k]][i];
        cm_base_put(&w, &row);
    }
    PG_RETURN_POINTER(cm_base_end(&w));
}

/* lifecycle(base) */
PG_FUNCTION_INFO_V1(cm_lifecycle_of_base);
Datum
cm_lifecycle_of_base(PG_FUNCTION_ARGS)
{
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_LIFECYCLE);
    lifecycle l = {.calendar = cm_base_calendar(&r)};
    cm_report_span span;

    for (bool more = cm_report_base_span(&r, &span); more; more = cm_base_next(&r)) {
        int64 i = cm_base_index(&r, 0, span.first, span.finished);

        if (l.begun == 0)
            set_span(&l, &span);
        for (int k = 0; k < (int) lengthof(counted); k++)
            l.entered[counted[k]][i] = r.row.counts[k];
    }
    return put_periods(fcinfo, &l);
}

/* lifecycle_stage(activity, as_of, lookback, lang): the stage in the last period that is over at as_of */
PG_FUNCTION_INFO_V1(cm_lifecycle_stage);
Datum
cm_lifecycle_stage(PG_FUNCTION_ARGS)
{
    static const char *const names[CM_LANGS][CM_INACTIVE + 1] = {
        {"new", "returning", "resurrected", "quiet", "dormant", "inactive"},
        {"新增", "持续活跃", "回流", "暂不活跃", "沉睡", "长期沉睡"},
    };
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    cm_report_horizon horizon = cm_horizon_at(activity->calendar, CM_ARG_DAY_OF(1, "as_of"));
    int64 lookback = cm_check_periods(CM_ARG_INT(2, "lookback"), "lookback");
    cm_lang lang = cm_lang_from_text(PG_GETARG_TEXT_PP(3));
    cm_active_periods h = {0};

    cm_history_add(&h, activity->calendar, activity->chunks, activity->count, horizon.finished);
    if (h.n == 0)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(
        cm_label_text(names[lang][cm_history_stage(&h, (int64) horizon.finished - 1, lookback)]));
}
