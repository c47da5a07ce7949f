/*
 * Brand switching between two periods: of the customers whose brand is known in both, the share that changed it. Needs
 * purchases of rival brands, from a panel, a survey or a field of the CRM: a customer who stops buying has not switched.
 */
#include "postgres.h"

#include "core/compat.h"
#include "states/rate.h"

/* Strict transition over (brand_before, brand_after). Brands are compared by their bytes, whatever the locale. */
PG_FUNCTION_INFO_V1(cm_brand_switch_accum);
Datum
cm_brand_switch_accum(PG_FUNCTION_ARGS)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);
    text *before = PG_GETARG_TEXT_PP(1);
    text *after = PG_GETARG_TEXT_PP(2);

    rate->hits += VARSIZE_ANY_EXHDR(before) != VARSIZE_ANY_EXHDR(after) ||
                  memcmp(VARDATA_ANY(before), VARDATA_ANY(after), VARSIZE_ANY_EXHDR(before)) != 0;
    rate->total++;
    PG_RETURN_POINTER(rate);
}
