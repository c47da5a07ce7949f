/*
 * amount_rate: an amount in relation to another, as two exact sums that can be merged, so that no one averages averages.
 * Amounts are zero or more. The first need not be a part of the second: its value may exceed 1.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/money.h"
#include "core/parse.h"
#include "core/row.h"
#include "core/state.h"

typedef struct amount_rate {
    cm_state head;
    cm_money part;
    cm_money whole;
} amount_rate;

static const cm_state_class amount_rate_class = {
    .name = "amount_rate_state",
    .min_size = sizeof(amount_rate),
    .max_size = sizeof(amount_rate),
    .magic = 0x4152,
    .version = 1,
};

#define PG_GETARG_AMOUNT_RATE(arg)                                                                           \
    ((const amount_rate *) cm_state_read(PG_GETARG_DATUM(arg), &amount_rate_class))

static void
check_signs(cm_money part, cm_money whole)
{
    StringInfoData text;

    if (cm_money_sign(part) >= 0 && cm_money_sign(whole) >= 0)
        return;
    initStringInfo(&text);
    cm_append_money(&text, part);
    appendStringInfoString(&text, " of ");
    cm_append_money(&text, whole);
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("an amount is negative: %s", text.data),
             errdetail("Both amounts of a rate are zero or more."),
             errhint("Amounts that are written as negative, such as refunds, should be negated.")));
}

static amount_rate *
add(amount_rate *rate, cm_money part, cm_money whole)
{
    check_signs(part, whole);
    rate->part = cm_money_add(rate->part, part);
    rate->whole = cm_money_add(rate->whole, whole);
    return rate;
}

/* "1:12.50/100.00" */
CM_INPUT_FUNCTION(cm_amount_rate_in)
{
    cm_parser p = cm_parse_begin("amount_rate_state", PG_GETARG_CSTRING(0));
    amount_rate *rate = cm_state_new(&amount_rate_class, sizeof(amount_rate));

    cm_parse_version(&p, amount_rate_class.version);
    rate->part = cm_parse_money(&p);
    cm_parse_char(&p, '/');
    rate->whole = cm_parse_money(&p);
    cm_parse_end(&p);
    check_signs(rate->part, rate->whole);
    PG_RETURN_POINTER(rate);
}

PG_FUNCTION_INFO_V1(cm_amount_rate_out);
Datum
cm_amount_rate_out(PG_FUNCTION_ARGS)
{
    const amount_rate *rate = PG_GETARG_AMOUNT_RATE(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", rate->head.version);
    cm_append_money(&out, rate->part);
    appendStringInfoChar(&out, '/');
    cm_append_money(&out, rate->whole);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_amount_rate_recv);
Datum
cm_amount_rate_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    amount_rate *rate = cm_state_new(&amount_rate_class, sizeof(amount_rate));

    cm_receive_version(in, "amount_rate_state", amount_rate_class.version);
    rate->part = cm_receive_money(in, "amount_rate_state");
    rate->whole = cm_receive_money(in, "amount_rate_state");
    check_signs(rate->part, rate->whole);
    PG_RETURN_POINTER(rate);
}

PG_FUNCTION_INFO_V1(cm_amount_rate_send);
Datum
cm_amount_rate_send(PG_FUNCTION_ARGS)
{
    const amount_rate *rate = PG_GETARG_AMOUNT_RATE(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, rate->head.version);
    cm_send_money(&out, rate->part);
    cm_send_money(&out, rate->whole);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"part": 12.50, "whole": 100.00} */
PG_FUNCTION_INFO_V1(cm_amount_rate_json);
Datum
cm_amount_rate_json(PG_FUNCTION_ARGS)
{
    const amount_rate *rate = PG_GETARG_AMOUNT_RATE(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoString(&out, "{\"part\": ");
    cm_append_money(&out, rate->part);
    appendStringInfoString(&out, ", \"whole\": ");
    cm_append_money(&out, rate->whole);
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text(out.data));
}

/* amount_rate(part, whole) */
PG_FUNCTION_INFO_V1(cm_amount_rate_from_numeric);
Datum
cm_amount_rate_from_numeric(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(add(cm_state_new(&amount_rate_class, sizeof(amount_rate)),
                          cm_money_from_numeric(PG_GETARG_DATUM(0), "part"),
                          cm_money_from_numeric(PG_GETARG_DATUM(1), "whole")));
}

PG_FUNCTION_INFO_V1(cm_amount_rate_from_float8);
Datum
cm_amount_rate_from_float8(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(add(cm_state_new(&amount_rate_class, sizeof(amount_rate)),
                          cm_money_from_float(PG_GETARG_FLOAT8(0), "part"),
                          cm_money_from_float(PG_GETARG_FLOAT8(1), "whole")));
}

/* Strict transitions over (part, whole): a row with a NULL is skipped. */
PG_FUNCTION_INFO_V1(cm_amount_rate_accum_numeric);
Datum
cm_amount_rate_accum_numeric(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(add(cm_state_own(fcinfo, 0, &amount_rate_class),
                          cm_money_from_numeric(PG_GETARG_DATUM(1), "part"),
                          cm_money_from_numeric(PG_GETARG_DATUM(2), "whole")));
}

PG_FUNCTION_INFO_V1(cm_amount_rate_accum_float8);
Datum
cm_amount_rate_accum_float8(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(add(cm_state_own(fcinfo, 0, &amount_rate_class),
                          cm_money_from_float(PG_GETARG_FLOAT8(1), "part"),
                          cm_money_from_float(PG_GETARG_FLOAT8(2), "whole")));
}

PG_FUNCTION_INFO_V1(cm_amount_rate_combine);
Datum
cm_amount_rate_combine(PG_FUNCTION_ARGS)
{
    const amount_rate *other = PG_GETARG_AMOUNT_RATE(1);

    PG_RETURN_POINTER(add(cm_state_own(fcinfo, 0, &amount_rate_class), other->part, other->whole));
}

PG_FUNCTION_INFO_V1(cm_amount_rate_value);
Datum
cm_amount_rate_value(PG_FUNCTION_ARGS)
{
    const amount_rate *rate = PG_GETARG_AMOUNT_RATE(0);

    CM_RETURN_FLOAT(cm_money_sign(rate->whole) == 0
                        ? NAN
                        : cm_money_to_float(rate->part) / cm_money_to_float(rate->whole));
}
