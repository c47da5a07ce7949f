/*
 * RFM straight from customers: one pass over the orders made that value, one pass over it gives everybody's scores,
 * the customers scores are relative to, or the report by segment, which is in rfm_report.c. Frequency is orders or purchase days, monetary value
 * is revenue (refunds subtracted) or revenue an order. Who only ever returned something never bought: no scores.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "math/sort.h"
#include "segment/rfm_customers.h"

#define EXACT (INT64CONST(1) << 53) /* doubles hold all integers up to this */

cm_rfm_measures
cm_rfm_measures_read(Datum frequency, Datum monetary)
{
    static const char *const frequencies[] = {"orders", "days", NULL};
    static const char *const monetaries[] = {"revenue", "average", NULL};

    return (cm_rfm_measures){cm_option(DatumGetTextPP(frequency), "frequency", frequencies) == 1,
                             cm_option(DatumGetTextPP(monetary), "monetary", monetaries) == 1};
}

static double
frequency_of(const cm_customer_totals *b, cm_rfm_measures m)
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
monetary_of(const cm_customer_totals *b, cm_rfm_measures m)
{
    cm_money revenue = cm_totals_revenue(b);

    return m.by_average ? average_of(revenue, b->purchases) : cm_money_to_float(revenue);
}

/* Argument 1: the end of the observation. */
DateADT
cm_rfm_as_of_arg(FunctionCallInfo fcinfo, const cm_map *map)
{
    return cm_check_as_of(CM_ARG_DAY_OF(1, "as_of"), cm_customers_params_of(map)->latest);
}

/* Those who bought, in the order of entries; more is better. */
static cm_scoring
collect(const cm_map *map, cm_rfm_measures m)
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
cm_rfm *
cm_rfm_score_all(const cm_map *map, cm_rfm_measures m, int bins, cm_scoring_method method)
{
    cm_scoring s = collect(map, m);
    const cm_rfm *next = cm_scoring_finish(&s, bins, method);
    cm_rfm *scores = palloc(Max(map->count, 1) * sizeof(cm_rfm));

    for (uint32 entry = 0; entry < map->count; entry++)
        scores[entry] = cm_customers_get(map, entry).purchases > 0 ? *next++ : 0;
    return scores;
}

cm_rfm *
cm_rfm_score_by_cuts(const cm_map *map, cm_rfm_measures m, DateADT as_of, const cm_rfm_cuts *cuts)
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
    DateADT as_of = cm_rfm_as_of_arg(fcinfo, map);
    cm_scoring s = collect(map, cm_rfm_measures_read(PG_GETARG_DATUM(2), PG_GETARG_DATUM(3)));

    for (int64 i = 0; i < s.count; i++) /* days there, dates here */
        s.keys[0][i] = cm_sort_key((double) (as_of - cm_scoring_date(s.keys[0][i])));
    PG_RETURN_POINTER(cm_value_counts_from_keys(s.keys, s.count, &cm_rfm_base_class));
}

/* ---- a row for each customer ---- */

static Datum
return_customers(FunctionCallInfo fcinfo, const cm_map *map, cm_rfm_measures m, DateADT as_of,
                 const cm_rfm *scores)
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
    DateADT as_of = cm_rfm_as_of_arg(fcinfo, map);
    int bins = cm_check_bins(CM_ARG_INT(2, "bins"));
    cm_scoring_method method = cm_scoring_method_from_text(PG_GETARG_TEXT_PP(3));
    cm_rfm_measures m = cm_rfm_measures_read(PG_GETARG_DATUM(4), PG_GETARG_DATUM(5));

    return return_customers(fcinfo, map, m, as_of, cm_rfm_score_all(map, m, bins, method));
}

/* rfm_scores(customers, as_of, cuts, frequency, monetary) */
PG_FUNCTION_INFO_V1(cm_rfm_scores_by_cuts);
Datum
cm_rfm_scores_by_cuts(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT as_of = cm_rfm_as_of_arg(fcinfo, map);
    cm_rfm_measures m = cm_rfm_measures_read(PG_GETARG_DATUM(3), PG_GETARG_DATUM(4));

    return return_customers(fcinfo, map, m, as_of,
                            cm_rfm_score_by_cuts(map, m, as_of, PG_GETARG_RFM_CUTS(2)));
}
