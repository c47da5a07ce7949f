/*
 * Brand switching between two periods: of the customers whose brand is known in both, the share that changed it. Needs
 * purchases of rival brands, from a panel, a survey or a field of the CRM: a customer who stops buying has not switched.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/collation.h"
#include "core/compat.h"
#include "core/row.h"
#include "states/rate.h"

/* brand_switch_rate(switched, customers) */
PG_FUNCTION_INFO_V1(cm_brand_switch_from_counts);
Datum
cm_brand_switch_from_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, "switched", "customers")));
}

/* Both arguments, once for each call site. */
static void
check_brands(FunctionCallInfo fcinfo)
{
    if (likely(fcinfo->flinfo->fn_extra != NULL))
        return;
    cm_check_bytes_decide(fcinfo, 1, "brand_before");
    cm_check_bytes_decide(fcinfo, 2, "brand_after");
}

/* Strict transition over (brand_before, brand_after). Brands are compared by their bytes, whatever the locale. */
PG_FUNCTION_INFO_V1(cm_brand_switch_accum);
Datum
cm_brand_switch_accum(PG_FUNCTION_ARGS)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);
    text *before = PG_GETARG_TEXT_PP(1);
    text *after = PG_GETARG_TEXT_PP(2);

    check_brands(fcinfo);
    rate->hits += VARSIZE_ANY_EXHDR(before) != VARSIZE_ANY_EXHDR(after) ||
                  memcmp(VARDATA_ANY(before), VARDATA_ANY(after), VARSIZE_ANY_EXHDR(before)) != 0;
    rate->total++;
    PG_RETURN_POINTER(rate);
}
