/* crm_number: amounts as loaders land them. Nothing is guessed about separators of thousands or signs of currencies. */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/compat.h"
#include "crm/crm_blank.h"

static void number_error(const char *given) pg_attribute_noreturn();

static void
number_error(const char *given)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                    errmsg("amount \"%s\" is not a number", cm_excerpt(given)),
                    errdetail("A number is digits with at most one decimal point, such as 1200.50."),
                    errhint("Load or export it without separators of thousands and signs of currencies.")));
}

/* At most 3 digits of an exponent: more of them would make a number of megabytes. */
static bool
is_number(const char *text)
{
    const char *at = text + (*text == '-' || *text == '+');
    size_t digits = strspn(at, "0123456789");

    at += digits;
    if (*at == '.') {
        size_t decimals = strspn(at + 1, "0123456789");

        digits += decimals;
        at += 1 + decimals;
    }
    if (digits == 0 || digits > 1000)
        return false;
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '-' || at[1] == '+');
        digits = strspn(at, "0123456789");
        if (digits == 0 || digits > 3)
            return false;
        at += digits;
    }
    return *at == '\0';
}

static Datum
number_of_text(FunctionCallInfo fcinfo, const char *text, int length)
{
    char *trimmed;

    cm_trim_blanks(&text, &length);
    if (length == 0)
        PG_RETURN_NULL();
    trimmed = pnstrdup(text, length);
    if (!is_number(trimmed))
        number_error(trimmed);
    return DirectFunctionCall3(numeric_in, CStringGetDatum(trimmed), ObjectIdGetDatum(InvalidOid),
                               Int32GetDatum(-1));
}

PG_FUNCTION_INFO_V1(cm_crm_number);
Datum
cm_crm_number(PG_FUNCTION_ARGS)
{
    text *given = PG_GETARG_TEXT_PP(0);

    return number_of_text(fcinfo, VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given));
}

PG_FUNCTION_INFO_V1(cm_crm_number_jsonb);
Datum
cm_crm_number_jsonb(PG_FUNCTION_ARGS)
{
    Jsonb *given = PG_GETARG_JSONB_P(0);
    JsonbValue scalar;

    if (JsonbExtractScalar(&given->root, &scalar)) {
        if (scalar.type == jbvNull)
            PG_RETURN_NULL();
        if (scalar.type == jbvNumeric)
            return datumCopy(NumericGetDatum(scalar.val.numeric), false, -1);
        if (scalar.type == jbvString)
            return number_of_text(fcinfo, scalar.val.string.val, scalar.val.string.len);
    }
    number_error(JsonbToCString(NULL, &given->root, VARSIZE_ANY_EXHDR(given)));
}

/* Through 15 digits, which are those that somebody typed. */
PG_FUNCTION_INFO_V1(cm_crm_number_double);
Datum
cm_crm_number_double(PG_FUNCTION_ARGS)
{
    double given = PG_GETARG_FLOAT8(0);

    if (!isfinite(given))
        number_error(psprintf("%g", given));
    return DirectFunctionCall1(float8_numeric, Float8GetDatum(given));
}

/* In the home currency: divided by the rate, or times it. Without a rate the amount is in it already. */
PG_FUNCTION_INFO_V1(cm_crm_amount);
Datum
cm_crm_amount(PG_FUNCTION_ARGS)
{
    Datum one = Int64GetDatum(1), zero = Int64GetDatum(0), rate;

    if (PG_ARGISNULL(0))
        PG_RETURN_NULL();
    if (PG_ARGISNULL(1))
        return PG_GETARG_DATUM(0);
    rate = PG_GETARG_DATUM(1);
    if (!DatumGetBool(DirectFunctionCall2(numeric_gt, rate, DirectFunctionCall1(int8_numeric, zero))))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("exchange rate %s is not above zero, of the record %s",
                               DatumGetCString(DirectFunctionCall1(numeric_out, rate)),
                               PG_ARGISNULL(3) ? "without an id"
                                               : cm_excerpt(text_to_cstring(PG_GETARG_TEXT_PP(3)))),
                        errhint("Correct it in the CRM and load it again; a record without a rate is in the "
                                "home currency.")));
    if (DatumGetBool(DirectFunctionCall2(numeric_eq, rate, DirectFunctionCall1(int8_numeric, one))))
        return PG_GETARG_DATUM(0);
    return DirectFunctionCall1(
        numeric_trim_scale,
        DirectFunctionCall2(PG_GETARG_BOOL(2) ? numeric_div : numeric_mul, PG_GETARG_DATUM(0), rate));
}
