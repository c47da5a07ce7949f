/*
 * Campaigns: what they cost and what came of them, as exact sums. Return on investment is (revenue x margin - cost) /
 * cost, return on ad spend is revenue / cost: an ROI of 0 is a ROAS of 1 / margin. Revenue, cost, leads and deals usually
 * lie in different tables, so a row may have any of them only.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/money.h"
#include "core/parse.h"
#include "core/row.h"
#include "core/state.h"

typedef struct campaign {
    cm_state head;
    cm_money revenue, cost;
    int64 leads, deals;
} campaign;

static const cm_state_class campaign_class = {
    .name = "campaign_state",
    .min_size = sizeof(campaign),
    .max_size = sizeof(campaign),
    .magic = 0x434d,
    .version = 1,
};

#define PG_GETARG_CAMPAIGN(arg) ((const campaign *) cm_state_read(PG_GETARG_DATUM(arg), &campaign_class))

/* ---- collecting ---- */

static int64
count_arg(FunctionCallInfo fcinfo, int arg, const char *what)
{
    return PG_ARGISNULL(arg) ? 0 : CM_ARG_COUNT(arg, what);
}

static Datum
add(campaign *c, const campaign *more)
{
    c->revenue = cm_money_add(c->revenue, more->revenue);
    c->cost = cm_money_add(c->cost, more->cost);
    c->leads = cm_add_counts(c->leads, more->leads, "leads");
    c->deals = cm_add_counts(c->deals, more->deals, "deals");
    PG_RETURN_POINTER(c);
}

/* Transition over (revenue, cost, leads, deals). */
static Datum
add_row(FunctionCallInfo fcinfo, bool is_float)
{
    campaign row = {
        .revenue = cm_money_arg(fcinfo, 1, is_float, "revenue"),
        .cost = cm_money_arg(fcinfo, 2, is_float, "cost"),
        .leads = count_arg(fcinfo, 3, "leads"),
        .deals = count_arg(fcinfo, 4, "deals"),
    };

    return add(cm_state_own(fcinfo, 0, &campaign_class), &row);
}

PG_FUNCTION_INFO_V1(cm_campaign_accum_numeric);
Datum
cm_campaign_accum_numeric(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_campaign_accum_float8);
Datum
cm_campaign_accum_float8(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, true);
}

PG_FUNCTION_INFO_V1(cm_campaign_combine);
Datum
cm_campaign_combine(PG_FUNCTION_ARGS)
{
    return add(cm_state_own(fcinfo, 0, &campaign_class), PG_GETARG_CAMPAIGN(1));
}

/* ---- text, bytes, JSON ---- */

/* "1:" revenue "/" cost "," leads "," deals */
CM_INPUT_FUNCTION(cm_campaign_in)
{
    cm_parser p = cm_parse_begin("campaign_state", PG_GETARG_CSTRING(0));
    campaign *c = cm_state_new(&campaign_class, sizeof(campaign));

    cm_parse_version(&p, campaign_class.version);
    c->revenue = cm_parse_money(&p);
    cm_parse_char(&p, '/');
    c->cost = cm_parse_money(&p);
    cm_parse_char(&p, ',');
    c->leads = cm_parse_int(&p, 0, CM_MAX_COUNT);
    cm_parse_char(&p, ',');
    c->deals = cm_parse_int(&p, 0, CM_MAX_COUNT);
    cm_parse_end(&p);
    PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(cm_campaign_out);
Datum
cm_campaign_out(PG_FUNCTION_ARGS)
{
    const campaign *c = PG_GETARG_CAMPAIGN(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", c->head.version);
    cm_append_money(&out, c->revenue);
    appendStringInfoChar(&out, '/');
    cm_append_money(&out, c->cost);
    appendStringInfo(&out, "," INT64_FORMAT "," INT64_FORMAT, c->leads, c->deals);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_campaign_recv);
Datum
cm_campaign_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    campaign *c = cm_state_new(&campaign_class, sizeof(campaign));

    cm_receive_version(in, "campaign_state", campaign_class.version);
    c->revenue = cm_receive_money(in, "campaign_state");
    c->cost = cm_receive_money(in, "campaign_state");
    c->leads = cm_check_count(pq_getmsgint64(in), "leads");
    c->deals = cm_check_count(pq_getmsgint64(in), "deals");
    PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(cm_campaign_send);
Datum
cm_campaign_send(PG_FUNCTION_ARGS)
{
    const campaign *c = PG_GETARG_CAMPAIGN(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, c->head.version);
    cm_send_money(&out, c->revenue);
    cm_send_money(&out, c->cost);
    pq_sendint64(&out, c->leads);
    pq_sendint64(&out, c->deals);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

PG_FUNCTION_INFO_V1(cm_campaign_json);
Datum
cm_campaign_json(PG_FUNCTION_ARGS)
{
    const campaign *c = PG_GETARG_CAMPAIGN(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoString(&out, "{\"revenue\": ");
    cm_append_money(&out, c->revenue);
    appendStringInfoString(&out, ", \"cost\": ");
    cm_append_money(&out, c->cost);
    appendStringInfo(&out, ", \"leads\": " INT64_FORMAT ", \"deals\": " INT64_FORMAT "}", c->leads, c->deals);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- metrics ---- */

/* NaN without a cost. */
static double
roi(double revenue, double cost, double margin)
{
    return cost > 0 ? cm_check_finite((revenue * margin - cost) / cost, "the return") : NAN;
}

static double
roas(double revenue, double cost)
{
    return cost > 0 ? cm_check_finite(revenue / cost, "the return") : NAN;
}

/* campaign_roi(revenue, cost, margin) */
PG_FUNCTION_INFO_V1(cm_campaign_roi);
Datum
cm_campaign_roi(PG_FUNCTION_ARGS)
{
    double revenue = cm_check_finite(PG_GETARG_FLOAT8(0), "revenue");
    double cost = cm_check_not_negative(PG_GETARG_FLOAT8(1), "cost");

    CM_RETURN_FLOAT(roi(revenue, cost, cm_check_share(PG_GETARG_FLOAT8(2), "margin")));
}

/* campaign_roi(campaign, margin) */
PG_FUNCTION_INFO_V1(cm_campaign_roi_of);
Datum
cm_campaign_roi_of(PG_FUNCTION_ARGS)
{
    const campaign *c = PG_GETARG_CAMPAIGN(0);

    CM_RETURN_FLOAT(roi(cm_money_to_float(c->revenue), cm_money_to_float(c->cost),
                        cm_check_share(PG_GETARG_FLOAT8(1), "margin")));
}

/* roas(revenue, cost) */
PG_FUNCTION_INFO_V1(cm_roas);
Datum
cm_roas(PG_FUNCTION_ARGS)
{
    double revenue = cm_check_finite(PG_GETARG_FLOAT8(0), "revenue");

    CM_RETURN_FLOAT(roas(revenue, cm_check_not_negative(PG_GETARG_FLOAT8(1), "cost")));
}

PG_FUNCTION_INFO_V1(cm_roas_of);
Datum
cm_roas_of(PG_FUNCTION_ARGS)
{
    const campaign *c = PG_GETARG_CAMPAIGN(0);

    CM_RETURN_FLOAT(roas(cm_money_to_float(c->revenue), cm_money_to_float(c->cost)));
}

/* (cost, count), as numeric and as double precision */
static Datum
cost_per(FunctionCallInfo fcinfo, bool is_float, const char *what)
{
    cm_money cost = cm_money_arg(fcinfo, 0, is_float, "cost");
    int64 count = CM_ARG_COUNT(1, what);

    if (cm_money_sign(cost) < 0)
        cm_check_not_negative(cm_money_to_float(cost), "cost");
    if (count == 0)
        PG_RETURN_NULL();
    if (is_float)
        PG_RETURN_FLOAT8(PG_GETARG_FLOAT8(0) / (double) count);
    return cm_money_mean(cost, count);
}

#define COST_PER(name, what)                                                                                 \
    PG_FUNCTION_INFO_V1(cm_cost_per_##name##_numeric);                                                       \
    Datum cm_cost_per_##name##_numeric(PG_FUNCTION_ARGS)                                                     \
    {                                                                                                        \
        return cost_per(fcinfo, false, what);                                                                \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_cost_per_##name##_float8);                                                        \
    Datum cm_cost_per_##name##_float8(PG_FUNCTION_ARGS)                                                      \
    {                                                                                                        \
        return cost_per(fcinfo, true, what);                                                                 \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_cost_per_##name##_of);                                                            \
    Datum cm_cost_per_##name##_of(PG_FUNCTION_ARGS)                                                          \
    {                                                                                                        \
        const campaign *c = PG_GETARG_CAMPAIGN(0);                                                           \
                                                                                                             \
        if (c->name##s == 0)                                                                                 \
            PG_RETURN_NULL();                                                                                \
        return cm_money_mean(c->cost, c->name##s);                                                           \
    }                                                                                                        \
    extern int cm_no_such_variable

COST_PER(lead, "leads");
COST_PER(deal, "deals");

/* campaign_report(campaign, margin) */
PG_FUNCTION_INFO_V1(cm_campaign_report);
Datum
cm_campaign_report(PG_FUNCTION_ARGS)
{
    const campaign *c = PG_GETARG_CAMPAIGN(0);
    double margin = cm_check_share(PG_GETARG_FLOAT8(1), "margin");
    double revenue = cm_money_to_float(c->revenue), cost = cm_money_to_float(c->cost);
    cm_row row = cm_row_empty();

    cm_row_set(&row, 0, cm_money_to_numeric(c->revenue));
    cm_row_set(&row, 1, cm_money_to_numeric(c->cost));
    cm_row_set_int(&row, 2, c->leads);
    cm_row_set_int(&row, 3, c->deals);
    cm_row_set_float(&row, 4, roi(revenue, cost, margin));
    cm_row_set_float(&row, 5, roas(revenue, cost));
    if (c->leads > 0)
        cm_row_set(&row, 6, cm_money_mean(c->cost, c->leads));
    if (c->deals > 0)
        cm_row_set(&row, 7, cm_money_mean(c->cost, c->deals));
    cm_row_set_float(&row, 8, c->leads > 0 ? (double) c->deals / (double) c->leads : NAN);
    return cm_row_return(fcinfo, &row);
}
