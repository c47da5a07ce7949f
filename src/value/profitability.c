/*
 * profitability: revenue and the costs of acquiring and serving customers by kind, as exact sums; of one customer, a
 * segment or all. Profit is revenue less all costs, the margin is profit / revenue.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/money.h"
#include "core/option.h"
#include "core/parse.h"
#include "core/state.h"
#include "states/customer_totals.h"
#include "states/order.h"

/* Kinds, revenue first. Serving is what is not labour, logistics or after-sales, which stand for themselves. */
static const char *const kinds[] = {"revenue",     "acquisition", "serving", "labour", "logistics",
                                    "after_sales", "maintenance", "other",   NULL};

#define N_KINDS 8

typedef struct cm_profitability {
    cm_state head;
    int32 scale; /* of all sums: of the finest amount */
    int32 unused;
    int128 sums[N_KINDS]; /* in units of 10^-scale, by kind */
} cm_profitability;

static const cm_state_class profitability_class = {
    .name = "profitability_state",
    .min_size = sizeof(cm_profitability),
    .max_size = sizeof(cm_profitability),
    .magic = 0x5052,
    .version = 1,
};

#define PG_GETARG_PROFITABILITY(arg)                                                                         \
    ((const cm_profitability *) cm_state_read(PG_GETARG_DATUM(arg), &profitability_class))

static void
rescale(cm_profitability *p, int scale)
{
    if (scale <= p->scale)
        return;
    for (int kind = 0; kind < N_KINDS; kind++)
        p->sums[kind] = cm_units_rescale(p->sums[kind], p->scale, scale);
    p->scale = scale;
}

static void
add(cm_profitability *p, int kind, cm_money amount)
{
    rescale(p, amount.scale);
    p->sums[kind] =
        cm_units_add(p->sums[kind], cm_units_rescale(amount.units, amount.scale, p->scale), p->scale);
}

static cm_money
sum_of(const cm_profitability *p, int kind)
{
    return (cm_money){p->sums[kind], p->scale, 0};
}

static cm_money
cost_of(const cm_profitability *p)
{
    cm_money cost = {0, p->scale, 0};

    for (int kind = 1; kind < N_KINDS; kind++)
        cost = cm_money_add(cost, sum_of(p, kind));
    return cost;
}

static cm_money
profit_of(const cm_profitability *p)
{
    return cm_money_subtract(sum_of(p, 0), cost_of(p));
}

/* ---- text and binary form ---- */

/* "1:" and the sums of all kinds, all with the same number of decimals. */
CM_INPUT_FUNCTION(cm_profitability_in)
{
    cm_parser parser = cm_parse_begin("profitability_state", PG_GETARG_CSTRING(0));
    cm_profitability *p = cm_state_new(&profitability_class, sizeof(cm_profitability));

    cm_parse_version(&parser, profitability_class.version);
    for (int kind = 0; kind < N_KINDS; kind++) {
        if (kind > 0)
            cm_parse_char(&parser, ',');

        cm_money sum = cm_parse_money(&parser);

        if (kind > 0 && sum.scale != p->scale)
            cm_parse_fail(&parser, "amounts with the same number of decimals expected");
        p->scale = sum.scale;
        p->sums[kind] = sum.units;
    }
    cm_parse_end(&parser);
    PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(cm_profitability_out);
Datum
cm_profitability_out(PG_FUNCTION_ARGS)
{
    const cm_profitability *p = PG_GETARG_PROFITABILITY(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", p->head.version);
    for (int kind = 0; kind < N_KINDS; kind++) {
        if (kind > 0)
            appendStringInfoChar(&out, ',');
        cm_append_money(&out, sum_of(p, kind));
    }
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_profitability_recv);
Datum
cm_profitability_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_profitability *p = cm_state_new(&profitability_class, sizeof(cm_profitability));

    cm_receive_version(in, "profitability_state", profitability_class.version);
    for (int kind = 0; kind < N_KINDS; kind++) {
        cm_money sum = cm_receive_money(in, "profitability_state");

        if (kind > 0 && sum.scale != p->scale)
            cm_receive_fail("profitability_state", "Its amounts have different numbers of decimals");
        p->scale = sum.scale;
        p->sums[kind] = sum.units;
    }
    PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(cm_profitability_send);
Datum
cm_profitability_send(PG_FUNCTION_ARGS)
{
    const cm_profitability *p = PG_GETARG_PROFITABILITY(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, p->head.version);
    for (int kind = 0; kind < N_KINDS; kind++)
        cm_send_money(&out, sum_of(p, kind));
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"revenue": 100.00, "acquisition": 10.00, ...}: the sum of each kind */
PG_FUNCTION_INFO_V1(cm_profitability_json);
Datum
cm_profitability_json(PG_FUNCTION_ARGS)
{
    const cm_profitability *p = PG_GETARG_PROFITABILITY(0);
    StringInfoData out;

    initStringInfo(&out);
    for (int kind = 0; kind < N_KINDS; kind++) {
        appendStringInfo(&out, "%s\"%s\": ", kind == 0 ? "{" : ", ", kinds[kind]);
        cm_append_money(&out, sum_of(p, kind));
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- aggregate steps: strict with an initial value, so rows with NULL are skipped ---- */

static inline Datum
accumulate(FunctionCallInfo fcinfo, bool is_float)
{
    cm_profitability *p = cm_state_own(fcinfo, 0, &profitability_class);
    int kind = cm_option(PG_GETARG_OPTION(1), "kind", kinds);
    cm_money amount;

    if (unlikely(!cm_read_amount(fcinfo, 2, is_float, &amount)))
        cm_amount_error(fcinfo, 2, is_float, psprintf("\"amount\" of kind \"%s\"", kinds[kind]));
    add(p, kind, amount);
    PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(cm_profitability_accum_numeric);
Datum
cm_profitability_accum_numeric(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_profitability_accum_float8);
Datum
cm_profitability_accum_float8(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, true);
}

/* Combine function, and transition of rollup(profitability). */
PG_FUNCTION_INFO_V1(cm_profitability_combine);
Datum
cm_profitability_combine(PG_FUNCTION_ARGS)
{
    cm_profitability *p = cm_state_own(fcinfo, 0, &profitability_class);
    const cm_profitability *other = PG_GETARG_PROFITABILITY(1);

    for (int kind = 0; kind < N_KINDS; kind++)
        add(p, kind, sum_of(other, kind));
    PG_RETURN_POINTER(p);
}

/* profitability(revenue, acquisition, ...): the same from sums, one argument for each kind */
static Datum
from_sums(FunctionCallInfo fcinfo, bool is_float)
{
    cm_profitability *p = cm_state_new(&profitability_class, sizeof(cm_profitability));

    for (int kind = 0; kind < N_KINDS; kind++) {
        cm_money sum;

        if (!cm_read_amount(fcinfo, kind, is_float, &sum))
            cm_amount_error(fcinfo, kind, is_float, kinds[kind]);
        add(p, kind, sum);
    }
    PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(cm_profitability_from_numeric);
Datum
cm_profitability_from_numeric(PG_FUNCTION_ARGS)
{
    return from_sums(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_profitability_from_float8);
Datum
cm_profitability_from_float8(PG_FUNCTION_ARGS)
{
    return from_sums(fcinfo, true);
}

/* ---- accessors ---- */

PG_FUNCTION_INFO_V1(cm_profitability_revenue);
Datum
cm_profitability_revenue(PG_FUNCTION_ARGS)
{
    PG_RETURN_DATUM(cm_money_to_numeric(sum_of(PG_GETARG_PROFITABILITY(0), 0)));
}

PG_FUNCTION_INFO_V1(cm_profitability_cost);
Datum
cm_profitability_cost(PG_FUNCTION_ARGS)
{
    PG_RETURN_DATUM(cm_money_to_numeric(cost_of(PG_GETARG_PROFITABILITY(0))));
}

PG_FUNCTION_INFO_V1(cm_profitability_profit);
Datum
cm_profitability_profit(PG_FUNCTION_ARGS)
{
    PG_RETURN_DATUM(cm_money_to_numeric(profit_of(PG_GETARG_PROFITABILITY(0))));
}

static double
share(cm_money part, cm_money whole)
{
    return cm_money_sign(whole) == 0 ? NAN : cm_money_to_float(part) / cm_money_to_float(whole);
}

PG_FUNCTION_INFO_V1(cm_profitability_margin);
Datum
cm_profitability_margin(PG_FUNCTION_ARGS)
{
    const cm_profitability *p = PG_GETARG_PROFITABILITY(0);

    CM_RETURN_FLOAT(share(profit_of(p), sum_of(p, 0)));
}

/* cost_distribution(profitability) -> kind, cost, share of all costs, share of revenue; a row for each kind of cost */
PG_FUNCTION_INFO_V1(cm_profitability_costs);
Datum
cm_profitability_costs(PG_FUNCTION_ARGS)
{
    const cm_profitability *p = PG_GETARG_PROFITABILITY(0);

    cm_rows_begin(fcinfo);
    for (int kind = 1; kind < N_KINDS; kind++) {
        cm_row row = cm_row_empty();

        cm_row_set_text(&row, 0, kinds[kind]);
        cm_row_set_money(&row, 1, sum_of(p, kind));
        cm_row_set_float(&row, 2, share(sum_of(p, kind), cost_of(p)));
        cm_row_set_float(&row, 3, share(sum_of(p, kind), sum_of(p, 0)));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
