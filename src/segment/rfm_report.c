/* The report by RFM segment, from customers or from the base of one; see rfm_customers.c. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "math/sort.h"
#include "segment/rfm_customers.h"
#include "segment/segment_labels.h"
#include "states/report_base.h"

typedef struct group {
    int64 customers;
    int64 purchases;
    int64 recency; /* days, summed */
    cm_money revenue;
} group;

static void
add_group(group *sum, const group *more)
{
    sum->customers += more->customers;
    sum->purchases += more->purchases;
    sum->recency += more->recency;
    sum->revenue = cm_money_add(sum->revenue, more->revenue);
}

/* What one customer adds to a group. */
static group
group_of(const cm_customer_totals *b, DateADT as_of, cm_rfm scores)
{
    return (group){.customers = 1,
                   .purchases = b->purchases,
                   .recency = scores == 0 ? 0 : as_of - b->last,
                   .revenue = cm_totals_revenue(b)};
}

/* Groups by rank, the last one for those without scores. */
static group *
sum_groups(const cm_map *map, const cm_segment_labels *n, DateADT as_of, const cm_rfm *scores)
{
    group *groups = palloc0((CM_NO_RANK + 1) * sizeof(group));

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);
        group one = group_of(&b, as_of, scores[entry]);

        if (entry % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        add_group(&groups[cm_segment_labels_rank(n, scores[entry])], &one);
    }
    return groups;
}

static void
put_group(FunctionCallInfo fcinfo, const cm_segment_labels *n, int rank, const group *g, const group *all)
{
    double revenue = cm_money_to_float(all->revenue);
    cm_row row = cm_row_empty();

    cm_segment_labels_set(&row, 0, n, rank);
    cm_row_set_int(&row, 2, g->customers);
    cm_row_set_float(&row, 3, (double) g->customers / (double) all->customers);
    cm_row_set_int(&row, 4, g->purchases);
    cm_row_set_money(&row, 5, g->revenue);
    cm_row_set_float(&row, 6, revenue > 0 ? cm_money_to_float(g->revenue) / revenue : NAN);
    if (rank != CM_NO_RANK)
        cm_row_set_float(&row, 7, (double) g->recency / (double) g->customers);
    cm_rows_put(fcinfo, &row);
}

static Datum
put_groups(FunctionCallInfo fcinfo, const cm_segment_labels *n, const group *groups)
{
    group all = {0};

    for (int rank = 0; rank <= CM_NO_RANK; rank++)
        add_group(&all, &groups[rank]);
    cm_rows_begin(fcinfo);
    for (int rank = 0; rank <= CM_NO_RANK; rank++)
        if (groups[rank].customers > 0)
            put_group(fcinfo, n, rank, &groups[rank], &all);
    return (Datum) 0;
}

static Datum
return_report(FunctionCallInfo fcinfo, const cm_map *map, const cm_segment_labels *n, DateADT as_of,
              const cm_rfm *scores)
{
    return put_groups(fcinfo, n, sum_groups(map, n, as_of, scores));
}

/* rfm_report(customers, as_of, map, lang, method, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_report);
Datum
cm_rfm_report(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = cm_rfm_as_of_arg(fcinfo, map);
    cm_segment_labels n = {NULL, cm_segment_map_from_text(PG_GETARG_TEXT_PP(2)),
                           cm_lang_from_text(PG_GETARG_TEXT_PP(3))};
    cm_scoring_method method = cm_scoring_method_from_text(PG_GETARG_TEXT_PP(4));
    cm_rfm_measures m = cm_rfm_measures_read(PG_GETARG_DATUM(5), PG_GETARG_DATUM(6));

    return return_report(fcinfo, map, &n, as_of, cm_rfm_score_all(map, m, CM_DEFAULT_BINS, method));
}

/* rfm_report(customers, as_of, rfm_map, method, frequency, monetary): scored in the bins of the map */
PG_FUNCTION_INFO_V1(cm_rfm_report_by_map);
Datum
cm_rfm_report_by_map(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = cm_rfm_as_of_arg(fcinfo, map);
    cm_segment_labels n = {.map = PG_GETARG_RFM_MAP(2)};
    cm_scoring_method method = cm_scoring_method_from_text(PG_GETARG_TEXT_PP(3));
    cm_rfm_measures m = cm_rfm_measures_read(PG_GETARG_DATUM(4), PG_GETARG_DATUM(5));
    int bins = n.map->bins == 0 ? CM_DEFAULT_BINS : n.map->bins;

    return return_report(fcinfo, map, &n, as_of, cm_rfm_score_all(map, m, bins, method));
}

/* rfm_report(customers, as_of, cuts, map, lang, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_report_by_cuts);
Datum
cm_rfm_report_by_cuts(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = cm_rfm_as_of_arg(fcinfo, map);
    cm_segment_labels n = {NULL, cm_segment_map_from_text(PG_GETARG_TEXT_PP(3)),
                           cm_lang_from_text(PG_GETARG_TEXT_PP(4))};
    cm_rfm_measures m = cm_rfm_measures_read(PG_GETARG_DATUM(5), PG_GETARG_DATUM(6));

    return return_report(fcinfo, map, &n, as_of, cm_rfm_score_by_cuts(map, m, as_of, PG_GETARG_RFM_CUTS(2)));
}

/* rfm_report(customers, as_of, cuts, rfm_map, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_report_by_cuts_and_map);
Datum
cm_rfm_report_by_cuts_and_map(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = cm_rfm_as_of_arg(fcinfo, map);
    cm_segment_labels n = {.map = PG_GETARG_RFM_MAP(3)};
    cm_rfm_measures m = cm_rfm_measures_read(PG_GETARG_DATUM(4), PG_GETARG_DATUM(5));

    return return_report(fcinfo, map, &n, as_of, cm_rfm_score_by_cuts(map, m, as_of, PG_GETARG_RFM_CUTS(2)));
}

/* ---- as a base: the same sums by cell, which any map reads ---- */

enum { AS_OF, FREQUENCY, MONETARY, SCALE }; /* parameters, by their places in report_base_kinds.c */

/* Scores and entries as keys, in the order of scores. */
static uint64 *
sort_by_scores(const cm_rfm *scores, uint32 count)
{
    uint64 *keys = palloc_extended(Max(count, 1) * sizeof(uint64), MCXT_ALLOC_HUGE);
    uint64 *scratch = palloc_extended(Max(count, 1) * sizeof(uint64), MCXT_ALLOC_HUGE);

    for (uint32 entry = 0; entry < count; entry++)
        keys[entry] = (uint64) (uint32) scores[entry] << 32 | entry;
    cm_sort_keys(keys, count, scratch);
    pfree(scratch);
    return keys;
}

/* rfm_report_base(customers, as_of, cuts, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_report_base);
Datum
cm_rfm_report_base(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = cm_rfm_as_of_arg(fcinfo, map);
    cm_rfm_measures m = cm_rfm_measures_read(PG_GETARG_DATUM(3), PG_GETARG_DATUM(4));
    const cm_rfm *scores = cm_rfm_score_by_cuts(map, m, as_of, PG_GETARG_RFM_CUTS(2));
    const uint64 *keys = sort_by_scores(scores, map->count);
    int scale = cm_customers_params_of(map)->scale;
    cm_base_writer w =
        cm_base_begin(CM_BASE_RFM_REPORT, (int64[]){as_of, m.by_days, m.by_average, scale},
                      DatumGetCString(DirectFunctionCall1(cm_rfm_cuts_out, PG_GETARG_DATUM(2))));

    for (uint32 i = 0; i < map->count;) {
        uint32 cell = (uint32) (keys[i] >> 32);
        group sum = {.revenue = {0, scale, 0}};

        for (; i < map->count && (uint32) (keys[i] >> 32) == cell; i++) {
            cm_customer_totals b = cm_customers_get(map, (uint32) keys[i]);
            group one = group_of(&b, as_of, (cm_rfm) cell);

            if (i % 4096 == 0)
                CHECK_FOR_INTERRUPTS();
            add_group(&sum, &one);
        }
        cm_base_put(&w, &(cm_base_row){.keys = {cell},
                                       .counts = {sum.customers, sum.purchases, sum.recency},
                                       .sums = {sum.revenue.units}});
    }
    PG_RETURN_POINTER(cm_base_end(&w));
}

static Datum
report_of_base(FunctionCallInfo fcinfo, const cm_segment_labels *n)
{
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_RFM_REPORT);
    group *groups = palloc0((CM_NO_RANK + 1) * sizeof(group));

    while (cm_base_next(&r)) {
        group sum = {.customers = r.row.counts[0],
                     .purchases = r.row.counts[1],
                     .recency = r.row.counts[2],
                     .revenue = {r.row.sums[0], (int32) r.base->params[SCALE], 0}};

        if (r.row.keys[0] != (uint32) r.row.keys[0] ||
            (r.row.keys[0] != 0 && !cm_rfm_valid((cm_rfm) r.row.keys[0])))
            cm_base_error(&r, "It has a cell that is none");
        add_group(&groups[cm_segment_labels_rank(n, (cm_rfm) r.row.keys[0])], &sum);
    }
    return put_groups(fcinfo, n, groups);
}

/* rfm_report(base, map, lang) */
PG_FUNCTION_INFO_V1(cm_rfm_report_of_base);
Datum
cm_rfm_report_of_base(PG_FUNCTION_ARGS)
{
    cm_segment_labels n = {NULL, cm_segment_map_from_text(PG_GETARG_TEXT_PP(1)),
                           cm_lang_from_text(PG_GETARG_TEXT_PP(2))};

    return report_of_base(fcinfo, &n);
}

/* rfm_report(base, rfm_map) */
PG_FUNCTION_INFO_V1(cm_rfm_report_of_base_by_map);
Datum
cm_rfm_report_of_base_by_map(PG_FUNCTION_ARGS)
{
    cm_segment_labels n = {.map = PG_GETARG_RFM_MAP(1)};

    return report_of_base(fcinfo, &n);
}
