/* Referrals from counts. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "states/rate.h"

/* referral_rate(referred, new_customers) */
PG_FUNCTION_INFO_V1(cm_referral_rate);
Datum
cm_referral_rate(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, "referred", "new_customers")));
}

/* referrer_rate(referrers, customers) */
PG_FUNCTION_INFO_V1(cm_referrer_rate);
Datum
cm_referrer_rate(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, "referrers", "customers")));
}

/* referrals_per_customer(referrals, customers): a customer may bring several */
PG_FUNCTION_INFO_V1(cm_referrals_per_customer);
Datum
cm_referrals_per_customer(PG_FUNCTION_ARGS)
{
    int64 referrals = CM_ARG_COUNT(0, "referrals");
    int64 customers = CM_ARG_COUNT(1, "customers");

    CM_RETURN_FLOAT(customers == 0 ? NAN : (double) referrals / (double) customers);
}
