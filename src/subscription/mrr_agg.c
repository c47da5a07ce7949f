/* The steps of mrr_agg, mrr_currency_agg and rollup(mrr); see mrr.h. */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "core/check.h"
#include "core/collation.h"
#include "subscription/mrr.h"
#include "subscription/subscription.h"

/* ---- currencies ---- */

/* "revenue in "EUR"", as messages say it. */
static const char *
revenue_in(const char *currency)
{
    if (currency[0] == '\0')
        return "revenue without a currency";
    return psprintf("revenue in \"%.*s\"", MRR_CURRENCY_LENGTH, currency);
}

/* The customer is NULL where the values of many are merged. */
static void
currency_error(const cm_key *customer, const char *currency, const char *other)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s%s%s cannot be added to %s", customer == NULL ? "" : cm_customer_name(customer),
                           customer == NULL ? "" : ": ", revenue_in(other), revenue_in(currency)),
                    errhint("Keep currencies apart with GROUP BY, or convert the amounts first.")));
}

static inline bool
same_currency(const cm_mrr_params *a, const cm_mrr_params *b)
{
    return memcmp(a->currency, b->currency, MRR_CURRENCY_LENGTH) == 0;
}

static void
check_currency(const void *a, const void *b)
{
    if (!same_currency(a, b))
        currency_error(NULL, ((const cm_mrr_params *) a)->currency, ((const cm_mrr_params *) b)->currency);
}

/* What an aggregate over no rows that counted gives: it has no customers, and its currency is not known. */
static bool
is_of_no_rows(const cm_map *map)
{
    const cm_mrr_params *params = cm_map_params(map);

    return map->count == 0 && map->pending == 0 && params->currency[0] == '\0';
}

void
cm_mrr_check_currency(const cm_map *a, const cm_map *b)
{
    if (!is_of_no_rows(a) && !is_of_no_rows(b))
        check_currency(cm_map_params(a), cm_map_params(b));
}

/* The currency of the argument; none without one. */
static cm_mrr_params
params_of(FunctionCallInfo fcinfo, int currency_arg)
{
    cm_mrr_params params = {{0}, 0, 0};

    if (currency_arg < 0)
        return params;

    const cm_word *currency = PG_GETARG_OPTION(currency_arg);
    int length = VARSIZE_ANY_EXHDR(currency);

    if (length < 1 || length > MRR_CURRENCY_LENGTH)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("currency \"%s\" is not valid", cm_excerpt(text_to_cstring(currency))),
                 errdetail("A currency is a code of 1 to %d bytes, such as EUR.", MRR_CURRENCY_LENGTH)));
    memcpy(params.currency, VARDATA_ANY(currency), length);
    return params;
}

/* ---- rows ---- */

/* Whole amounts below this are read from a double without a call. */
#define MOST_WHOLE 1e15

static inline bool
read_amount_quickly(FunctionCallInfo fcinfo, bool floats, cm_money *amount)
{
    if (!floats)
        return cm_money_read_short((const struct varlena *) DatumGetPointer(PG_GETARG_DATUM(4)), amount);

    double value = PG_GETARG_FLOAT8(4);

    if (!(value >= 0 && value < MOST_WHOLE) || (double) (int64) value != value)
        return false;
    *amount = (cm_money){(int64) value, 0, 0};
    return true;
}

/* Reads arguments 2 to 4 (started, ended, monthly_amount) without a call where they are as most are; false otherwise. */
static inline bool
read_quickly(FunctionCallInfo fcinfo, bool floats, cm_mrr_subscription *s)
{
    cm_subscription_days days;
    cm_money amount;

    if (!read_amount_quickly(fcinfo, floats, &amount) || !cm_subscription_days_quickly(fcinfo, &days))
        return false;
    *s = (cm_mrr_subscription){
        {(uint64) amount.units, (int32) (amount.units >> 64), days.started}, days.ended, amount.scale};
    return true;
}

/* The same with all checks. */
static cm_mrr_subscription
read_checked(FunctionCallInfo fcinfo, bool floats)
{
    cm_subscription_days days = cm_subscription_days_of(fcinfo);
    cm_money amount = floats ? cm_money_from_float(PG_GETARG_FLOAT8(4), "monthly_amount")
                             : cm_money_from_numeric(PG_GETARG_DATUM(4), "monthly_amount");

    return (cm_mrr_subscription){cm_mrr_change_of(days.started, amount.units, amount.scale), days.ended,
                                 amount.scale};
}

static cm_mrr_subscription
read_subscription(FunctionCallInfo fcinfo, const cm_key *customer, bool floats)
{
    MemoryContext context = CurrentMemoryContext;
    cm_mrr_subscription s;

    if (likely(read_quickly(fcinfo, floats, &s)))
        return s;
    PG_TRY();
    {
        s = read_checked(fcinfo, floats);
    }
    PG_CATCH();
    {
        cm_throw_with_customer(customer, context);
    }
    PG_END_TRY();
    return s;
}

static cm_map_edit
begin_row(FunctionCallInfo fcinfo, cm_key_type type, const cm_mrr_params *params)
{
    if (PG_ARGISNULL(0))
        return (cm_map_edit){cm_map_new(&cm_mrr_class, type, params), NULL, &cm_mrr_class};
    return cm_map_edit_arg(fcinfo, 0, &cm_mrr_class);
}

/*
 * (state, customer_id, started, ended, monthly_amount [, currency]). A row in which customer, start, amount or
 * currency is NULL is skipped and counted, and its currency is not looked at; without an end the subscription is open.
 */
static Datum
accumulate(FunctionCallInfo fcinfo, cm_key_type type, bool floats, int currency_arg)
{
    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");
    if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(4) ||
        (currency_arg >= 0 && PG_ARGISNULL(currency_arg)))
        return cm_map_skip_row(begin_row(fcinfo, type, NULL));

    cm_key key = cm_key_from_arg(fcinfo, 1, type);
    cm_mrr_subscription s = read_subscription(fcinfo, &key, floats);
    cm_mrr_params params = params_of(fcinfo, currency_arg);
    cm_map_edit edit = begin_row(fcinfo, type, &params);
    cm_mrr_params *known = cm_map_params(edit.map);

    if (unlikely(!same_currency(known, &params))) {
        if (!is_of_no_rows(edit.map))
            currency_error(&key, known->currency, params.currency);
        *known = params;
    }
    if (s.scale > mrr_scale(edit.map))
        cm_mrr_rescale(&edit, s.scale);
    cm_map_add(&edit, &key, &s, sizeof(s));
    PG_RETURN_POINTER(edit.map);
}

#define MRR_ACCUM(name, type, floats, currency_arg)                                                          \
    PG_FUNCTION_INFO_V1(name);                                                                               \
    Datum name(PG_FUNCTION_ARGS)                                                                             \
    {                                                                                                        \
        return accumulate(fcinfo, type, floats, currency_arg);                                               \
    }                                                                                                        \
    extern int cm_no_such_variable

MRR_ACCUM(cm_mrr_accum_numeric_bigint, CM_KEY_BIGINT, false, -1);
MRR_ACCUM(cm_mrr_accum_numeric_uuid, CM_KEY_UUID, false, -1);
MRR_ACCUM(cm_mrr_accum_numeric_text, CM_KEY_TEXT, false, -1);
MRR_ACCUM(cm_mrr_accum_float8_bigint, CM_KEY_BIGINT, true, -1);
MRR_ACCUM(cm_mrr_accum_float8_uuid, CM_KEY_UUID, true, -1);
MRR_ACCUM(cm_mrr_accum_float8_text, CM_KEY_TEXT, true, -1);
MRR_ACCUM(cm_mrr_accum_currency_numeric_bigint, CM_KEY_BIGINT, false, 5);
MRR_ACCUM(cm_mrr_accum_currency_numeric_uuid, CM_KEY_UUID, false, 5);
MRR_ACCUM(cm_mrr_accum_currency_numeric_text, CM_KEY_TEXT, false, 5);
MRR_ACCUM(cm_mrr_accum_currency_float8_bigint, CM_KEY_BIGINT, true, 5);
MRR_ACCUM(cm_mrr_accum_currency_float8_uuid, CM_KEY_UUID, true, 5);
MRR_ACCUM(cm_mrr_accum_currency_float8_text, CM_KEY_TEXT, true, 5);

/* ---- merging ---- */

PG_FUNCTION_INFO_V1(cm_mrr_combine);
Datum
cm_mrr_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_mrr_class, is_of_no_rows, check_currency);
}

/* Final function of rollup: the canonical form. */
PG_FUNCTION_INFO_V1(cm_mrr_rollup_final);
Datum
cm_mrr_rollup_final(PG_FUNCTION_ARGS)
{
    return cm_map_stored(PG_GETARG_DATUM(0), &cm_mrr_class);
}

PG_FUNCTION_INFO_V1(cm_mrr_skipped_rows);
Datum
cm_mrr_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_map_skipped(PG_GETARG_DATUM(0), &cm_mrr_class));
}

/* Final functions of aggregates over rows: without a row nobody is in it. */
PG_FUNCTION_INFO_V1(cm_mrr_final_bigint);
Datum
cm_mrr_final_bigint(PG_FUNCTION_ARGS)
{
    return cm_map_final(fcinfo, &cm_mrr_class, CM_KEY_BIGINT, NULL);
}

PG_FUNCTION_INFO_V1(cm_mrr_final_uuid);
Datum
cm_mrr_final_uuid(PG_FUNCTION_ARGS)
{
    return cm_map_final(fcinfo, &cm_mrr_class, CM_KEY_UUID, NULL);
}

PG_FUNCTION_INFO_V1(cm_mrr_final_text);
Datum
cm_mrr_final_text(PG_FUNCTION_ARGS)
{
    return cm_map_final(fcinfo, &cm_mrr_class, CM_KEY_TEXT, NULL);
}
