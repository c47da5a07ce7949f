/*
 * Forms that acquisition, value and retention still declare: counts as bigint, spans of dates or of timestamps with time
 * zone. Delete this file, and the two declarations in survival.h, with their last user.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/moment.h"
#include "core/period.h"
#include "core/row.h"
#include "states/rate.h"
#include "states/survival.h"

PG_FUNCTION_INFO_V1(cm_rate_of_counts);
Datum
cm_rate_of_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(
        cm_rate_value(cm_rate_make(PG_GETARG_INT64(0), PG_GETARG_INT64(1), "the part", "the whole")));
}

PG_FUNCTION_INFO_V1(cm_count_per);
Datum
cm_count_per(PG_FUNCTION_ARGS)
{
    int64 count = cm_check_count(PG_GETARG_INT64(0), "the count");
    int64 units = cm_check_count(PG_GETARG_INT64(1), "the number of units");

    CM_RETURN_FLOAT(units == 0 ? NAN : (double) count / (double) units);
}

static int64
moment(FunctionCallInfo fcinfo, int arg, bool dates, const char *what)
{
    if (PG_ARGISNULL(arg))
        return PG_INT64_MAX;
    return dates ? cm_check_date(PG_GETARG_DATEADT(arg), what)
                 : cm_check_timestamp(PG_GETARG_TIMESTAMPTZ(arg), what);
}

static double
days_between(int64 from, int64 to, bool dates)
{
    return (double) ((int128) to - from) / (dates ? 1.0 : (double) USECS_PER_DAY);
}

Datum
cm_survival_accum_span(FunctionCallInfo fcinfo, bool dates, bool admit_negative)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);
    int64 started = moment(fcinfo, 1, dates, "the start");
    int64 ended = moment(fcinfo, 2, dates, "the end");
    int64 as_of = moment(fcinfo, 3, dates, "as_of");

    (void) admit_negative; /* always true */
    if (as_of == PG_INT64_MAX)
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("as_of must not be NULL"),
                        errdetail("It says until when what has not ended was seen."),
                        errhint("Give the time of the report or, row by row, of the last look.")));
    if (started == PG_INT64_MAX)
        PG_RETURN_POINTER(survival);
    if (ended <= as_of)
        PG_RETURN_POINTER(cm_survival_add(survival, days_between(started, ended, dates), 1, 0));
    if (started <= as_of)
        PG_RETURN_POINTER(cm_survival_add(survival, days_between(started, as_of, dates), 0, 1));
    PG_RETURN_POINTER(survival);
}

Datum
cm_survival_accum_ended(FunctionCallInfo fcinfo, bool dates)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);
    int64 started = moment(fcinfo, 1, dates, "the start");

    PG_RETURN_POINTER(
        cm_survival_add(survival, days_between(started, moment(fcinfo, 2, dates, "the end"), dates), 1, 0));
}
