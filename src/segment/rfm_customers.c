/*
 * RFM straight from customers: one pass over the orders made that value, one pass over it gives everybody's scores,
 * the customers scores are relative to, or the report by segment. Frequency is orders or purchase days, monetary value
 * is revenue (refunds subtracted) or revenue an order. Who only ever returned something never bought: no scores.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "states/customers.h"
#include "math/sort.h"
#include "segment/segment_labels.h"
#include "segment/rfm_cuts.h"
#include "segment/scoring.h"

#define EXACT (INT64CONST(1) << 53) /* doubles hold all integers up to this */

typedef struct measures {
    bool by_days;    /* frequency: purchase days, not orders */
    bool by_average; /* monetary: revenue an order, not all of it */
} measures;

static measures
read_measures(Datum frequency, Datum monetary)
{
    static const char *const frequencies[] = {"orders", "days", NULL};
    static const char *const monetaries[] = {"revenue", "average", NULL};

    return (measures){cm_option(DatumGetTextPP(frequency), "frequency", frequencies) == 1,
                      cm_option(DatumGetTextPP(monetary), "monetary", monetaries) == 1};
}

static double
frequency_of(const cm_customer_totals *b, measures m)
{
    return (double) (m.by_days ? b->purchase_days : b->purchases);
}

/* Revenue an order; to the nearest double where doubles hold both sides of the division. */
static double
average_of(cm_money revenue, int64 orders)
{
    double unit = 1;

    for (int i = 0; i < revenue.scale; i++)
        unit *= 10;
    if (revenue.units > -EXACT && revenue.units < EXACT && unit * (double) orders < EXACT)
        return (double) revenue.units / (unit * (double) orders);
    return cm_money_to_float(revenue) / (double) orders;
}

static double
monetary_of(const cm_customer_totals *b, measures m)
{
    cm_money revenue = cm_totals_revenue(b);

    return m.by_average ? average_of(revenue, b->purchases) : cm_money_to_float(revenue);
}

/* Argument 1: the end of the observation. */
static DateADT
as_of_arg(FunctionCallInfo fcinfo, const cm_map *map)
{
    return cm_check_as_of(CM_ARG_DAY_OF(1, "as_of"), cm_customers_params_of(map)->latest);
}

/* Those who bought, in the order of entries; more is better. */
static cm_scoring
collect(const cm_map *map, measures m)
{
    cm_scoring s = cm_scoring_begin(map->count);

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);

        if (entry % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        if (b.purchases == 0)
            continue;
        s.keys[0][s.count] = cm_scoring_key_date(b.last);
        s.keys[1][s.count] = cm_scoring_key_frequency(frequency_of(&b, m));
        s.keys[2][s.count++] = cm_scoring_key_monetary(monetary_of(&b, m));
    }
    return s;
}

/* Scores by the customers themselves, of each entry; 0 for who never bought. */
static cm_rfm *
score(const cm_map *map, measures m, int bins, cm_scoring_method method)
{
    cm_scoring s = collect(map, m);
    const cm_rfm *next = cm_scoring_finish(&s, bins, method);
    cm_rfm *scores = palloc(Max(map->count, 1) * sizeof(cm_rfm));

    for (uint32 entry = 0; entry < map->count; entry++)
        scores[entry] = cm_customers_get(map, entry).purchases > 0 ? *next++ : 0;
    return scores;
}

static cm_rfm *
score_by_cuts(const cm_map *map, measures m, DateADT as_of, const cm_rfm_cuts *cuts)
{
    cm_rfm *scores = palloc(Max(map->count, 1) * sizeof(cm_rfm));

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);

        if (entry % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        scores[entry] = b.purchases == 0 ? 0
                                         : cm_rfm_cuts_score(cuts, cm_totals_recency(&b, as_of),
                                                             frequency_of(&b, m), monetary_of(&b, m));
    }
    return scores;
}

/* rfm_base(customers, as_of, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_base_of_customers);
Datum
cm_rfm_base_of_customers(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = as_of_arg(fcinfo, map);
    cm_scoring s = collect(map, read_measures(PG_GETARG_DATUM(2), PG_GETARG_DATUM(3)));

    for (int64 i = 0; i < s.count; i++) /* days there, dates here */
        s.keys[0][i] = cm_sort_key((double) (as_of - cm_scoring_date(s.keys[0][i])));
    PG_RETURN_POINTER(cm_value_counts_from_keys(s.keys, s.count, &cm_rfm_base_class));
}

/* ---- a row for each customer ---- */

static Datum
return_customers(FunctionCallInfo fcinfo, const cm_map *map, measures m, DateADT as_of, const cm_rfm *scores)
{
    cm_rows_begin(fcinfo);
    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);
        cm_row row = cm_row_empty();

        cm_row_set_id(&row, 0, map, entry);
        if (scores[entry] != 0) {
            cm_row_set(&row, 1, Int32GetDatum(scores[entry]));
            cm_row_set_float(&row, 2, cm_totals_recency(&b, as_of));
            cm_row_set_float(&row, 4, monetary_of(&b, m));
        }
        cm_row_set_int(&row, 3, (int64) frequency_of(&b, m));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* rfm_scores(customers, as_of, bins, method, frequency, monetary) -> customer_id, scores, recency, frequency, monetary */
PG_FUNCTION_INFO_V1(cm_rfm_scores);
Datum
cm_rfm_scores(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = as_of_arg(fcinfo, map);
    int bins = cm_check_bins(CM_ARG_INT(2, "bins"));
    cm_scoring_method method = cm_scoring_method_from_text(PG_GETARG_TEXT_PP(3));
    measures m = read_measures(PG_GETARG_DATUM(4), PG_GETARG_DATUM(5));

    return return_customers(fcinfo, map, m, as_of, score(map, m, bins, method));
}

/* rfm_scores(customers, as_of, cuts, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_scores_by_cuts);
Datum
cm_rfm_scores_by_cuts(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = as_of_arg(fcinfo, map);
    measures m = read_measures(PG_GETARG_DATUM(3), PG_GETARG_DATUM(4));

    return return_customers(fcinfo, map, m, as_of, score_by_cuts(map, m, as_of, PG_GETARG_RFM_CUTS(2)));
}

/* ---- the report by segment ---- */

typedef struct group {
    int64 customers;
    int64 purchases;
    int64 recency; /* days, summed */
    cm_money revenue;
} group;

/* Groups by rank, the last one for those without scores. */
static group *
sum_groups(const cm_map *map, const cm_segment_labels *n, DateADT as_of, const cm_rfm *scores)
{
    group *groups = palloc0((CM_NO_RANK + 1) * sizeof(group));

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);
        group *g = &groups[cm_segment_labels_rank(n, scores[entry])];

        if (entry % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        g->customers++;
        g->purchases += b.purchases;
        g->recency += scores[entry] == 0 ? 0 : as_of - b.last;
        g->revenue = cm_money_add(g->revenue, cm_totals_revenue(&b));
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
return_report(FunctionCallInfo fcinfo, const cm_map *map, const cm_segment_labels *n, DateADT as_of,
              const cm_rfm *scores)
{
    group *groups = sum_groups(map, n, as_of, scores);
    group all = {.customers = map->count};

    for (int rank = 0; rank <= CM_NO_RANK; rank++)
        all.revenue = cm_money_add(all.revenue, groups[rank].revenue);
    cm_rows_begin(fcinfo);
    for (int rank = 0; rank <= CM_NO_RANK; rank++)
        if (groups[rank].customers > 0)
            put_group(fcinfo, n, rank, &groups[rank], &all);
    return (Datum) 0;
}

/* rfm_report(customers, as_of, map, lang, method, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_report);
Datum
cm_rfm_report(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = as_of_arg(fcinfo, map);
    cm_segment_labels n = {NULL, cm_segment_map_from_text(PG_GETARG_TEXT_PP(2)),
                           cm_lang_from_text(PG_GETARG_TEXT_PP(3))};
    cm_scoring_method method = cm_scoring_method_from_text(PG_GETARG_TEXT_PP(4));
    measures m = read_measures(PG_GETARG_DATUM(5), PG_GETARG_DATUM(6));

    return return_report(fcinfo, map, &n, as_of, score(map, m, CM_DEFAULT_BINS, method));
}

/* rfm_report(customers, as_of, rfm_map, method, frequency, monetary): scored in the bins of the map */
PG_FUNCTION_INFO_V1(cm_rfm_report_by_map);
Datum
cm_rfm_report_by_map(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = as_of_arg(fcinfo, map);
    cm_segment_labels n = {.map = PG_GETARG_RFM_MAP(2)};
    cm_scoring_method method = cm_scoring_method_from_text(PG_GETARG_TEXT_PP(3));
    measures m = read_measures(PG_GETARG_DATUM(4), PG_GETARG_DATUM(5));
    int bins = n.map->bins == 0 ? CM_DEFAULT_BINS : n.map->bins;

    return return_report(fcinfo, map, &n, as_of, score(map, m, bins, method));
}

/* rfm_report(customers, as_of, cuts, map, lang, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_report_by_cuts);
Datum
cm_rfm_report_by_cuts(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = as_of_arg(fcinfo, map);
    cm_segment_labels n = {NULL, cm_segment_map_from_text(PG_GETARG_TEXT_PP(3)),
                           cm_lang_from_text(PG_GETARG_TEXT_PP(4))};
    measures m = read_measures(PG_GETARG_DATUM(5), PG_GETARG_DATUM(6));

    return return_report(fcinfo, map, &n, as_of, score_by_cuts(map, m, as_of, PG_GETARG_RFM_CUTS(2)));
}

/* rfm_report(customers, as_of, cuts, rfm_map, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_report_by_cuts_and_map);
Datum
cm_rfm_report_by_cuts_and_map(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = as_of_arg(fcinfo, map);
    cm_segment_labels n = {.map = PG_GETARG_RFM_MAP(3)};
    measures m = read_measures(PG_GETARG_DATUM(4), PG_GETARG_DATUM(5));

    return return_report(fcinfo, map, &n, as_of, score_by_cuts(map, m, as_of, PG_GETARG_RFM_CUTS(2)));
}
