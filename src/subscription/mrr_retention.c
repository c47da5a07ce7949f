/*
 * Net and gross revenue retention and logo retention against a day before, each period: what those who paid at the end of
 * that day pay at the end of the period. Against twelve months before it is the figure of annual reports, often for each
 * month ("trailing twelve months").
 *
 *   gross = sum min(now, base) / sum base = (base - contraction - churned) / base
 *   net   = sum now of those of the base / sum base = (base + expansion - contraction - churned) / base
 *   logo  = customers of the base who pay now / customers of the base
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/fmgrprotos.h"

#include "core/check.h"
#include "core/row.h"
#include "math/proportion.h"
#include "states/order.h"
#include "subscription/mrr_retention.h"

#define CONFIDENCE 0.95
#define MOST_MONTHS 12000
#define MOST_DAYS 366000

/* ---- the days that are compared ---- */

/* A number of whole months and days, as an interval is; it lies before the end of a period. */
static const Interval *
check_before(const Interval *before)
{
    if (before->time != 0)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"before\" must be whole days or months"),
                 errdetail("Revenue is known day by day."),
                 errhint("Use an interval such as 12 months, 1 year, 4 weeks or 90 days.")));
    if (before->month < 0 || before->day < 0 || (before->month == 0 && before->day == 0) ||
        before->month > MOST_MONTHS || before->day > MOST_DAYS)
        ereport(ERROR, (errcode(ERRCODE_INTERVAL_FIELD_OVERFLOW),
                        errmsg("\"before\" is out of range: %d months %d days", before->month, before->day),
                        errdetail("It must be longer than zero, and at most %d months and %d days.",
                                  MOST_MONTHS, MOST_DAYS),
                        errhint("Use an interval such as 12 months.")));
    return before;
}

/* As PostgreSQL subtracts an interval from a date. */
static DateADT
day_before(DateADT day, const Interval *before)
{
    Timestamp at = (Timestamp) day * USECS_PER_DAY;
    Datum result =
        DirectFunctionCall2(timestamp_mi_interval, TimestampGetDatum(at), IntervalPGetDatum(before));

    return cm_day_of(DatumGetTimestamp(result), "before");
}

/* For each day the first of some days that is behind it, which ascend. */
static int32 *
first_behind(const mrr_comparison *c, const DateADT *days, DateADT last)
{
    int32 *found = palloc_extended((Size) (last - c->first_day + 1) * sizeof(int32), MCXT_ALLOC_HUGE);
    int32 i = 0;

    for (DateADT day = c->first_day; day <= last; day++) {
        while (i < c->history.count && days[i] <= day)
            i++;
        found[day - c->first_day] = i;
    }
    return found;
}

mrr_comparison
cm_mrr_comparison(FunctionCallInfo fcinfo, int arg, DateADT first)
{
    DateADT as_of = CM_ARG_DAY_OF(arg + 1, "as_of");
    const Interval *before = check_before(PG_GETARG_INTERVAL_P(arg + 2));
    mrr_comparison c = {.history = cm_mrr_no_history(PG_GETARG_OPTION(arg), as_of, first)};
    const mrr_history *h = &c.history;

    if (h->count == 0)
        return c;
    c.ends = palloc(h->count * sizeof(DateADT));
    c.bases = palloc(h->count * sizeof(DateADT));
    for (int32 i = 0; i < h->count; i++) {
        DateADT end = cm_period_end(h->calendar, h->first + i);

        c.ends[i] = Min(end, as_of);
        c.bases[i] = day_before(end, before);
    }
    c.first_day = cm_period_start(h->calendar, h->first);
    c.end_counts = first_behind(&c, c.ends, as_of - 1);
    c.base_counts = first_behind(&c, c.bases, as_of - 1);
    return c;
}

/* ---- the figures ---- */

typedef struct figures {
    int128 base, expansion, contraction, churned;
    int64 customers, lost; /* of the base; those of them who pay nothing now */
} figures;

/* One customer paid base, and pays now, in the periods from one on and before another; sums holds the differences from period to period. */
static void
add_run(figures *sums, int32 from, int32 to, int128 base, int128 now, int scale)
{
    if (base == 0 || from >= to)
        return;
    for (int sign = 1; sign >= -1; sign -= 2) {
        figures *f = &sums[sign > 0 ? from : to];

        f->base = cm_units_add(f->base, sign * base, scale);
        f->customers += sign;
        if (now == 0) {
            f->churned = cm_units_add(f->churned, sign * base, scale);
            f->lost += sign;
        } else if (now > base)
            f->expansion = cm_units_add(f->expansion, sign * (now - base), scale);
        else
            f->contraction = cm_units_add(f->contraction, sign * (base - now), scale);
    }
}

/* One reading of a customer's changes: what they pay at the ends of periods, or what they paid in the base. */
typedef struct reading {
    const int32 *counts; /* end_counts or base_counts */
    uint32 at;           /* the next change */
    int128 revenue;
} reading;

typedef struct customer {
    const mrr_comparison *c;
    const cm_map *map;
    const cm_mrr_change *changes;
    uint32 number, count; /* of the customer; of changes that are known */
} customer;

/* From which period on the next change counts; the number of periods if there is none. */
static int32
next_period(const customer *k, const reading *r)
{
    return r->at < k->count ? r->counts[k->changes[r->at].day - k->c->first_day] : k->c->history.count;
}

static void
take_period(const customer *k, reading *r, int32 period)
{
    while (r->at < k->count && next_period(k, r) == period)
        r->revenue = cm_mrr_after(k->map, k->number, r->revenue, &k->changes[r->at++]);
}

static void
take_customer(const customer *k, figures *sums)
{
    const mrr_comparison *c = k->c;
    reading now = {c->end_counts, 0, 0}, base = {c->base_counts, 0, 0};
    int32 from = 0;

    while (from < c->history.count) {
        int32 to = Min(next_period(k, &now), next_period(k, &base));

        add_run(sums, from, to, base.revenue, now.revenue, mrr_scale(k->map));
        take_period(k, &now, to);
        take_period(k, &base, to);
        from = to;
    }
}

static void
add_figures(figures *sum, const figures *more, int scale)
{
    sum->base = cm_units_add(sum->base, more->base, scale);
    sum->expansion = cm_units_add(sum->expansion, more->expansion, scale);
    sum->contraction = cm_units_add(sum->contraction, more->contraction, scale);
    sum->churned = cm_units_add(sum->churned, more->churned, scale);
    sum->customers += more->customers;
    sum->lost += more->lost;
}

static figures *
collect(const cm_map *map, const mrr_comparison *c)
{
    figures *sums = palloc0((c->history.count + 1) * sizeof(figures));

    for (uint32 i = 0; i < map->count; i++) {
        customer k = {.c = c, .map = map, .number = i};

        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        k.changes = mrr_changes(map, i, &k.count);
        while (k.count > 0 && k.changes[k.count - 1].day >= c->history.as_of)
            k.count--;
        take_customer(&k, sums);
    }
    for (int32 i = 1; i < c->history.count; i++)
        add_figures(&sums[i], &sums[i - 1], mrr_scale(map));
    return sums;
}

/*
 * mrr_retention(mrr, period, as_of, before) -> period_start, complete, base_day, base_mrr, expansion_mrr, contraction_mrr,
 * churned_mrr, retained_mrr, gross_revenue_retention, net_revenue_retention, base_customers, lost_customers,
 * logo_retention, logo_retention_lower, logo_retention_upper; of a period that is not complete only the base is known
 */
PG_FUNCTION_INFO_V1(cm_mrr_retention);
Datum
cm_mrr_retention(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);
    mrr_comparison c = cm_mrr_comparison(fcinfo, 1, cm_mrr_first_day(map, CM_ARG_DAY_OF(2, "as_of")));
    const mrr_history *h = &c.history;

    cm_rows_begin(fcinfo);

    figures *sums = h->count > 0 ? collect(map, &c) : NULL;

    for (int32 i = 0; i < h->count; i++) {
        const figures *f = &sums[i];
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, DateADTGetDatum(cm_period_start(h->calendar, h->first + i)));
        cm_row_set(&row, 1, BoolGetDatum(mrr_complete(h, i)));
        cm_row_set(&row, 2, DateADTGetDatum(c.bases[i] - 1));
        if (mrr_base_known(&c, i)) {
            cm_row_set(&row, 3, cm_money_to_numeric(mrr_money(map, f->base)));
            cm_row_set_int(&row, 10, f->customers);
        }
        if (mrr_complete(h, i)) {
            int128 lowered = f->base - f->contraction - f->churned;
            int128 amounts[] = {f->expansion, f->contraction, f->churned,
                                cm_units_add(lowered, f->expansion, mrr_scale(map))};
            double base = cm_money_to_float(mrr_money(map, f->base));
            cm_interval logo = cm_wilson(f->customers - f->lost, f->customers, CONFIDENCE);

            for (int k = 0; k < (int) lengthof(amounts); k++)
                cm_row_set(&row, 4 + k, cm_money_to_numeric(mrr_money(map, amounts[k])));
            cm_row_set_float(&row, 8, f->base == 0 ? NAN : cm_money_to_float(mrr_money(map, lowered)) / base);
            cm_row_set_float(&row, 9,
                             f->base == 0 ? NAN : cm_money_to_float(mrr_money(map, amounts[3])) / base);
            cm_row_set_int(&row, 11, f->lost);
            cm_row_set_float(&row, 12, logo.value);
            cm_row_set_float(&row, 13, logo.lower);
            cm_row_set_float(&row, 14, logo.upper);
        }
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
