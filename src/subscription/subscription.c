/* What the states over subscriptions share; see subscription.h. */
#include "postgres.h"

#include "subscription/subscription.h"

cm_subscription_days
cm_subscription_days_of(FunctionCallInfo fcinfo)
{
    cm_subscription_days days = {CM_ARG_CALENDAR_DAY(2, "started"), DATEVAL_NOEND};

    if (!PG_ARGISNULL(3))
        days.ended = CM_ARG_CALENDAR_DAY(3, "ended");
    if (days.ended < days.started)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                        errmsg("a subscription ends %s, before it starts %s", cm_day_text(days.ended),
                               cm_day_text(days.started)),
                        errdetail("It runs from started up to, but not including, ended."),
                        errhint("Correct such rows, or leave them out with FILTER (WHERE ended IS NULL OR "
                                "ended >= started).")));
    return days;
}

/* An error that is not about the row, such as one of memory, stays what it is. */
void
cm_throw_with_customer(const cm_key *key, MemoryContext context)
{
    ErrorData *error;

    MemoryContextSwitchTo(context);
    error = CopyErrorData();
    FlushErrorState();
    if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_DATA_EXCEPTION)
        error->message = psprintf("%s: %s", cm_customer_name(key), error->message);
    ReThrowError(error);
    pg_unreachable();
}
