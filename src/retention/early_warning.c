/*
 * Early warning: how overdue a customer is, measured by their own rhythm. Of the gaps between their purchase days a
 * quantile is what to expect; customers with fewer than min_gaps, often half of the base, are measured by the gaps of all
 * customers. Purchases of one day are one, as activity by day keeps them.
 *
 * Days before as_of are known. Silent days are those since the last purchase, so the open gap is longer than that; it is
 * not among the gaps that make the expectation, but purchase_gaps has it, as censored.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/date.h"

#include "core/check.h"
#include "core/lang.h"
#include "core/moment.h"
#include "core/row.h"
#include "states/survival.h"
#include "retention/activity.h"
#include "retention/cohorts.h"
#include "retention/report.h"

/* ---- gaps ---- */

/* Adds one customer's gaps, and the one that is still open. */
static cm_survival *
add_gaps(cm_survival *survival, const cm_active_periods *h, int32 as_of)
{
    if (h->n == 0)
        return survival;
    for (int64 i = 1; i < h->n; i++)
        survival = cm_survival_add(survival, (double) h->periods[i] - h->periods[i - 1], 1, 0);
    return cm_survival_add(survival, (double) as_of - 1 - h->periods[h->n - 1], 0, 1);
}

/* as_of as the calendar counts days. */
static void
history_of_activity(const cm_activity *activity, cm_active_periods *h, int32 as_of)
{
    cm_calendar_check_days(activity->calendar, "time between purchases");
    cm_history_add(h, activity->calendar, activity->chunks, activity->count, as_of);
}

/* purchase_gaps(activity, as_of) */
PG_FUNCTION_INFO_V1(cm_activity_purchase_gaps);
Datum
cm_activity_purchase_gaps(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    int32 as_of = cm_day_number(activity->calendar, CM_ARG_DAY_OF(1, "as_of"));
    cm_active_periods h = {0};

    history_of_activity(activity, &h, as_of);
    PG_RETURN_POINTER(cm_survival_read(PointerGetDatum(add_gaps(cm_survival_new(0), &h, as_of))));
}

static const cm_survival *
gaps_of_all(const cm_map *cohorts, int32 as_of)
{
    cm_survival *survival = cm_survival_new(0);
    cm_active_periods h = {0};

    cm_calendar_check_days(cm_cohorts_calendar(cohorts), "time between purchases");
    for (uint32 entry = 0; entry < cohorts->count; entry++) {
        if (entry % 1024 == 0)
            CHECK_FOR_INTERRUPTS();
        cm_cohorts_history(cohorts, entry, as_of, &h);
        survival = add_gaps(survival, &h, as_of);
    }
    return cm_survival_read(PointerGetDatum(survival));
}

/* purchase_gaps(cohorts, as_of) */
PG_FUNCTION_INFO_V1(cm_cohorts_purchase_gaps);
Datum
cm_cohorts_purchase_gaps(PG_FUNCTION_ARGS)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);

    PG_RETURN_POINTER(
        gaps_of_all(cohorts, cm_day_number(cm_cohorts_calendar(cohorts), CM_ARG_DAY_OF(1, "as_of"))));
}

/* ---- rules ---- */

typedef struct rules {
    cm_calendar calendar;
    int32 as_of; /* as the calendar counts days */
    double quantile;
    int32 min_gaps;
    double at_risk, lost; /* multiples of the expected gap */
    double population;    /* what all customers' gaps say; NaN without any */
    cm_lang lang;
} rules;

/* Arguments quantile, min_gaps, at_risk, lost, lang, from first on. */
static rules
rules_from_args(FunctionCallInfo fcinfo, int first, cm_calendar calendar)
{
    rules r = {
        .calendar = calendar,
        .as_of = cm_day_number(calendar, CM_ARG_DAY_OF(1, "as_of")),
        .quantile = cm_check_share(PG_GETARG_FLOAT8(first), "quantile"),
        .min_gaps = CM_ARG_INT(first + 1, "min_gaps"),
        .at_risk = cm_check_positive(PG_GETARG_FLOAT8(first + 2), "at_risk"),
        .lost = cm_check_positive(PG_GETARG_FLOAT8(first + 3), "lost"),
        .population = NAN,
        .lang = cm_lang_from_text(PG_GETARG_TEXT_PP(first + 4)),
    };

    if (r.min_gaps < 1)
        cm_check_positive(r.min_gaps, "min_gaps");
    if (!(r.at_risk >= 1 && r.lost >= r.at_risk))
        ereport(
            ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
             errmsg("\"at_risk\" %g and \"lost\" %g do not rise from 1", r.at_risk, r.lost),
             errdetail("They are multiples of the gap to expect: overdue from 1, then at risk, then lost.")));
    return r;
}

static int
compare_gaps(const void *a, const void *b)
{
    int32 x = *(const int32 *) a;
    int32 y = *(const int32 *) b;

    return (x > y) - (x < y);
}

/* As percentile_cont, of the gaps; the history becomes them. */
static double
own_quantile(cm_active_periods *h, double quantile)
{
    int64 n = h->n - 1;
    double rank = quantile * (double) (n - 1);
    int64 below = (int64) floor(rank);

    for (int64 i = 0; i < n; i++)
        h->periods[i] = h->periods[i + 1] - h->periods[i];
    qsort(h->periods, n, sizeof(int32), compare_gaps);

    double low = h->periods[below];

    return rank > (double) below ? low + (rank - (double) below) * (h->periods[below + 1] - low) : low;
}

static const char *const level_names[CM_LANGS][4] = {
    {"on_time", "overdue", "at_risk", "lost"},
    {"正常", "逾期未购", "有流失风险", "已流失"},
};

static int
level_of(const rules *r, double overdue)
{
    return overdue <= 1 ? 0 : overdue <= r->at_risk ? 1 : overdue <= r->lost ? 2 : 3;
}

static const char *
plural(double days)
{
    return days == 1 ? "day" : "days";
}

static char *
reason_en(const rules *r, int64 silent, int64 gaps, double expected, bool own)
{
    if (isnan(expected))
        return psprintf(INT64_FORMAT " %s silent; no gap is known to compare with", silent, plural(silent));
    if (own)
        return psprintf(INT64_FORMAT " %s silent; %.4g %% of " INT64_FORMAT " own gaps are at most %.4g %s",
                        silent, plural(silent), 100 * r->quantile, gaps, expected, plural(expected));
    return psprintf(INT64_FORMAT
                    " %s silent; %.4g %% of all customers' gaps are at most %.4g %s (own gaps: " INT64_FORMAT
                    ")",
                    silent, plural(silent), 100 * r->quantile, expected, plural(expected), gaps);
}

static char *
reason_zh(const rules *r, int64 silent, int64 gaps, double expected, bool own)
{
    if (isnan(expected))
        return psprintf("已 " INT64_FORMAT " 天未购买；尚无购买间隔可供比较", silent);
    if (own)
        return psprintf("已 " INT64_FORMAT " 天未购买；该客户的 " INT64_FORMAT
                        " 个购买间隔中，%.4g%% 不超过 %.4g 天",
                        silent, gaps, 100 * r->quantile, expected);
    return psprintf("已 " INT64_FORMAT " 天未购买；全体客户的购买间隔中，%.4g%% 不超过 %.4g 天（%s）", silent,
                    100 * r->quantile, expected,
                    gaps == 0 ? "该客户尚无间隔" : psprintf("该客户有 " INT64_FORMAT " 个间隔", gaps));
}

/* Columns last_purchase, silent_days, gaps, expected_within, basis, overdue, level, warning, reason. */
static void
warn(cm_row *row, int column, const rules *r, cm_active_periods *h)
{
    int32 last = h->periods[h->n - 1];
    int64 silent = (int64) r->as_of - 1 - last;
    int64 gaps = h->n - 1;
    bool own = gaps >= r->min_gaps;
    double expected = own ? own_quantile(h, r->quantile) : r->population;

    if (expected < 1) /* a population may have gaps of less, which no one can be measured by in whole days */
        expected = 1;

    double overdue = (double) silent / expected;
    char *why = (r->lang == CM_ZH ? reason_zh : reason_en)(r, silent, gaps, expected, own);

    cm_row_set_period(row, column, r->calendar, last);
    cm_row_set_int(row, column + 1, silent);
    cm_row_set_int(row, column + 2, gaps);
    cm_row_set_float(row, column + 3, expected);
    cm_row_set(row, column + 8, PointerGetDatum(cm_label_text(why)));
    pfree(why);
    if (isnan(expected))
        return;
    cm_row_set_text(row, column + 4, own ? "own" : "population");
    cm_row_set_float(row, column + 5, overdue);
    cm_row_set(row, column + 6, Int16GetDatum(level_of(r, overdue)));
    cm_row_set(row, column + 7, PointerGetDatum(cm_label_text(level_names[r->lang][level_of(r, overdue)])));
}

/* early_warning(activity, as_of, population, quantile, min_gaps, at_risk, lost, lang): population may be NULL */
PG_FUNCTION_INFO_V1(cm_early_warning);
Datum
cm_early_warning(PG_FUNCTION_ARGS)
{
    for (int i = 0; i < PG_NARGS(); i++)
        if (i != 2 && PG_ARGISNULL(i))
            PG_RETURN_NULL();

    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    rules r = rules_from_args(fcinfo, 3, activity->calendar);
    cm_active_periods h = {0};
    cm_row row = cm_row_empty();

    history_of_activity(activity, &h, r.as_of);
    if (h.n == 0)
        PG_RETURN_NULL();
    if (!PG_ARGISNULL(2))
        r.population = cm_survival_percentile_ended(cm_survival_lifetimes(PG_GETARG_SURVIVAL(2)), r.quantile);
    warn(&row, 0, &r, &h);
    return cm_row_return(fcinfo, &row);
}

static Datum
put_warnings(FunctionCallInfo fcinfo, const cm_map *cohorts, const rules *r)
{
    cm_active_periods h = {0};

    for (uint32 entry = 0; entry < cohorts->count; entry++) {
        cm_row row = cm_row_empty();

        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        cm_cohorts_history(cohorts, entry, r->as_of, &h);
        if (h.n == 0)
            continue;
        cm_row_set_id(&row, 0, cohorts, entry);
        warn(&row, 1, r, &h);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/*
 * early_warnings(cohorts, as_of, quantile, min_gaps, at_risk, lost, lang, population): where the population is NULL it is these
 * customers
 */
PG_FUNCTION_INFO_V1(cm_early_warnings);
Datum
cm_early_warnings(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    for (int i = 0; i < 7; i++)
        if (PG_ARGISNULL(i))
            return (Datum) 0;

    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    rules r = rules_from_args(fcinfo, 2, cm_cohorts_calendar(cohorts));
    const cm_survival *gaps;

    cm_calendar_check_days(cm_cohorts_calendar(cohorts), "time between purchases");
    gaps = PG_ARGISNULL(7) ? gaps_of_all(cohorts, r.as_of) : PG_GETARG_SURVIVAL(7);
    r.population = cm_survival_percentile_ended(cm_survival_lifetimes(gaps), r.quantile);
    return put_warnings(fcinfo, cohorts, &r);
}
