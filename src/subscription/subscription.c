/* What the states over subscriptions share; see subscription.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "subscription/subscription.h"

static const char *
day_text(DateADT day)
{
    StringInfoData out;

    initStringInfo(&out);
    cm_append_day(&out, day);
    return out.data;
}

cm_subscription_days
cm_subscription_days_of(FunctionCallInfo fcinfo)
{
    cm_subscription_days days = {cm_check_day(CM_ARG_DAY_OF(2, "started"), "started"), DATEVAL_NOEND};

    if (!PG_ARGISNULL(3))
        days.ended = cm_check_day(CM_ARG_DAY_OF(3, "ended"), "ended");
    if (days.ended < days.started)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                        errmsg("a subscription ends %s, before it starts %s", day_text(days.ended),
                               day_text(days.started)),
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

/* ---- JSON ---- */

#define JSON_LIMIT ((int) (MaxAllocSize / 16 * 15)) /* bytes: what is left is for the last customer */

void
cm_json_customer(StringInfo out, const cm_map *map, uint32 entry, const cm_map_class *cls)
{
    CHECK_FOR_INTERRUPTS();
    if (out->len > JSON_LIMIT)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("the JSON of a value of type %s would exceed 1 GB", cls->state.name),
                        errhint("Use a function that gives its content as rows.")));
    appendStringInfoString(out, entry > 0 ? ", {\"customer_id\": " : "{\"customer_id\": ");
    cm_map_append_json_key(out, map, entry);
}
