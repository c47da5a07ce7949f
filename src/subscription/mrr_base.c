/* Periods of monthly recurring revenue as a base that can be added to others, and back; see mrr_base.h. */
#include "postgres.h"

#include "core/check.h"
#include "states/order.h"
#include "states/report_base.h"
#include "subscription/mrr_base.h"

/* Parameters, counts and sums by their places in report_base_kinds.c; those of movements follow each other. */
enum { CALENDAR, AS_OF, METHOD, SCALE };
enum { CUSTOMERS_START, CUSTOMERS_END, CUSTOMERS, LOST = CUSTOMERS + MRR_MOVEMENTS, JOINED, DAYS };
enum { START, END, MOVEMENTS, KEPT = MOVEMENTS + MRR_MOVEMENTS, KEPT_AND_GROWN };

#define MOST_PERIODS 1000000

static cm_base_row
row_of(int64 key, const mrr_period *p)
{
    cm_base_row row = {.keys = {key}};

    row.counts[CUSTOMERS_START] = p->customers_start;
    row.counts[CUSTOMERS_END] = p->customers_end;
    row.counts[LOST] = p->lost;
    row.counts[JOINED] = p->joined;
    row.counts[DAYS] = p->days;
    row.sums[START] = p->start;
    row.sums[END] = p->end;
    row.sums[KEPT] = p->kept;
    row.sums[KEPT_AND_GROWN] = p->kept_and_grown;
    for (int m = 0; m < MRR_MOVEMENTS; m++) {
        row.counts[CUSTOMERS + m] = p->customers[m];
        row.sums[MOVEMENTS + m] = p->movements[m];
    }
    return row;
}

static mrr_period
period_of(const cm_base_row *row)
{
    mrr_period p = {.customers_start = row->counts[CUSTOMERS_START],
                    .customers_end = row->counts[CUSTOMERS_END],
                    .lost = row->counts[LOST],
                    .joined = row->counts[JOINED],
                    .days = row->counts[DAYS],
                    .start = row->sums[START],
                    .end = row->sums[END],
                    .kept = row->sums[KEPT],
                    .kept_and_grown = row->sums[KEPT_AND_GROWN]};

    for (int m = 0; m < MRR_MOVEMENTS; m++) {
        p.customers[m] = row->counts[CUSTOMERS + m];
        p.movements[m] = row->sums[MOVEMENTS + m];
    }
    return p;
}

Datum
cm_mrr_base(const mrr_history *h, mrr_method method, const cm_map *map)
{
    const cm_mrr_params *params = cm_map_params(map);
    cm_base_writer w = cm_base_begin(
        CM_BASE_MRR_MOVEMENTS, (int64[]){cm_base_from_calendar(h->calendar), h->as_of, method, h->scale},
        pnstrdup(params->currency, MRR_CURRENCY_LENGTH));

    for (int32 i = 0; i < h->count; i++) {
        cm_base_row row = row_of((int64) h->first + i, &h->periods[i]);

        cm_base_put(&w, &row);
    }
    PG_RETURN_POINTER(cm_base_end(&w));
}

mrr_history
cm_mrr_history_of_base(FunctionCallInfo fcinfo, const char *daily_report)
{
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_MRR_MOVEMENTS);
    mrr_history h = {.calendar = cm_base_calendar(&r),
                     .as_of = cm_check_day((DateADT) r.base->params[AS_OF], "as_of"),
                     .scale = (int) r.base->params[SCALE]};
    int64 count = 0;

    if (daily_report != NULL && r.base->params[METHOD] != MRR_DAILY)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("%s needs a base by the method \"daily\"", daily_report),
                        errdetail("By the method \"net\" movements within a period are not known."),
                        errhint("Make the bases by mrr_movements_base(mrr, period, as_of).")));
    while (cm_base_next(&r)) {
        if (h.periods == NULL) {
            h.first = (int32) r.row.keys[0];
            count = (int64) cm_period_of(h.calendar, h.as_of - 1) - h.first + 1;
            if (count > MOST_PERIODS)
                cm_base_error(&r, "It has too many periods");
            h.periods = palloc0((Size) Max(count, 1) * sizeof(mrr_period));
        }
        h.periods[cm_base_index(&r, 0, h.first, count)] = period_of(&r.row);
    }
    h.count = (int32) count;
    return h;
}
