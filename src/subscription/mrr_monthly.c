/* Billed amounts as monthly ones: what mrr_agg takes. */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/money.h"
#include "core/period.h"

/* A word for periods, as cm_calendar_from_text knows them; with which day or month they begin does not matter. */
static cm_unit
billing_unit(const cm_word *word)
{
    char *name = text_to_cstring(word);
    cm_calendar calendar;

    if (!cm_calendar_from_cstring(name, &calendar))
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("billing_period \"%s\" is not known", cm_excerpt(name)),
                 errhint("Use one of \"day\", \"week\", \"month\", \"quarter\", \"year\", and every => 2 "
                         "for what is billed every two of them.")));
    return (cm_unit) calendar.unit;
}

/* A year has 365 days, 52 weeks and 12 months. The result is what numeric gives for amount x periods a year / 12. */
static Datum
monthly_amount(Datum amount, cm_unit unit, int32 every)
{
    static const struct {
        int64 times, over;
    } months[] = {[CM_DAY] = {365, 12},
                  [CM_WEEK] = {52, 12},
                  [CM_MONTH] = {1, 1},
                  [CM_QUARTER] = {1, 3},
                  [CM_YEAR] = {1, 12}};

    if (every < 1)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"every\" is out of range: %d", every),
                 errdetail("It is a number of billing periods, one or more.")));

    Datum product =
        DirectFunctionCall2(numeric_mul, amount, NumericGetDatum(int64_to_numeric(months[unit].times)));

    return DirectFunctionCall2(numeric_div, product,
                               NumericGetDatum(int64_to_numeric(months[unit].over * every)));
}

/* monthly_amount(amount, billing_period, every) */
PG_FUNCTION_INFO_V1(cm_monthly_amount_numeric);
Datum
cm_monthly_amount_numeric(PG_FUNCTION_ARGS)
{
    cm_unit unit = billing_unit(PG_GETARG_OPTION(1));

    cm_money_from_numeric(PG_GETARG_DATUM(0), "amount"); /* finite */
    return monthly_amount(PG_GETARG_DATUM(0), unit, CM_ARG_INT(2, "every"));
}

PG_FUNCTION_INFO_V1(cm_monthly_amount_float8);
Datum
cm_monthly_amount_float8(PG_FUNCTION_ARGS)
{
    cm_unit unit = billing_unit(PG_GETARG_OPTION(1));
    cm_money amount = cm_money_from_float(PG_GETARG_FLOAT8(0), "amount");

    return monthly_amount(cm_money_to_numeric(amount), unit, CM_ARG_INT(2, "every"));
}
