/* How far one customer got: level, path and times from a funnel; see math/funnel_path.h for what is found. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "funnel/funnel_search.h"
#include "core/row.h"

/* The path of argument 0 by the rules in an argument and the as_of behind it; false if the funnel or the rules are NULL. */
static bool
find_path(FunctionCallInfo fcinfo, int rules_arg, cm_funnel_search *s, cm_funnel_path *path)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(rules_arg))
        return false;

    const cm_funnel *f = PG_GETARG_FUNNEL(0);
    cm_funnel_customer c = {.from = f};

    *s = cm_funnel_search_begin(fcinfo, rules_arg, f, 0);
    if (s->totals)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("rule \"count\" asks for every attempt, and this is one path"),
                 errhint("Use customer_funnels, which has a row for each attempt, or funnel_report.")));
    path->level = 0;
    path->open = false;
    if (cm_funnel_next(&c))
        cm_funnel_search_customer(s, &c, path);
    return true;
}

PG_FUNCTION_INFO_V1(cm_funnel_level);
Datum
cm_funnel_level(PG_FUNCTION_ARGS)
{
    cm_funnel_search s;
    cm_funnel_path path;

    if (!find_path(fcinfo, 1, &s, &path))
        PG_RETURN_NULL();
    PG_RETURN_INT32(path.level);
}

/* Days from the first to the last step of the path. */
PG_FUNCTION_INFO_V1(cm_funnel_days_taken);
Datum
cm_funnel_days_taken(PG_FUNCTION_ARGS)
{
    cm_funnel_search s;
    cm_funnel_path path;

    if (!find_path(fcinfo, 1, &s, &path) || path.level == 0)
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(cm_funnel_days(path.at[0], path.at[path.level - 1]));
}

/* (funnel, step, rules, as_of) */
PG_FUNCTION_INFO_V1(cm_funnel_step_at);
Datum
cm_funnel_step_at(PG_FUNCTION_ARGS)
{
    cm_funnel_search s;
    cm_funnel_path path;

    if (PG_ARGISNULL(1) || !find_path(fcinfo, 2, &s, &path))
        PG_RETURN_NULL();

    int step = CM_ARG_INT(1, "step");

    if (step < 1 || step > CM_FUNNEL_MAX_STEPS)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"step\" is out of range: %d", step),
                 errdetail("Steps are numbered from 1 to %d.", CM_FUNNEL_MAX_STEPS)));
    if (step > path.level)
        PG_RETURN_NULL();
    PG_RETURN_TIMESTAMPTZ(path.at[step - 1]);
}

/* -> level, started_at, reached_at, days, pending */
PG_FUNCTION_INFO_V1(cm_funnel_summary);
Datum
cm_funnel_summary(PG_FUNCTION_ARGS)
{
    cm_funnel_search s;
    cm_funnel_path path;
    cm_row row = cm_row_empty();

    if (!find_path(fcinfo, 1, &s, &path))
        PG_RETURN_NULL();
    cm_row_set(&row, 0, Int32GetDatum(path.level));
    if (path.level > 0) {
        cm_row_set(&row, 1, TimestampTzGetDatum(path.at[0]));
        cm_row_set(&row, 2, TimestampTzGetDatum(path.at[path.level - 1]));
        cm_row_set_float(&row, 3, cm_funnel_days(path.at[0], path.at[path.level - 1]));
    }
    if (s.steps_known && s.rules.as_of != CM_FUNNEL_NO_LIMIT)
        cm_row_set(&row, 4, BoolGetDatum(path.open));
    return cm_row_return(fcinfo, &row);
}

/* -> step, at, days_from_start, days_from_previous; a row for each step reached */
PG_FUNCTION_INFO_V1(cm_funnel_path_rows);
Datum
cm_funnel_path_rows(PG_FUNCTION_ARGS)
{
    cm_funnel_search s;
    cm_funnel_path path;

    cm_rows_begin(fcinfo);
    if (!find_path(fcinfo, 1, &s, &path))
        return (Datum) 0;
    for (int step = 0; step < path.level; step++) {
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int32GetDatum(step + 1));
        cm_row_set(&row, 1, TimestampTzGetDatum(path.at[step]));
        cm_row_set_float(&row, 2, cm_funnel_days(path.at[0], path.at[step]));
        cm_row_set_float(&row, 3, step > 0 ? cm_funnel_days(path.at[step - 1], path.at[step]) : NAN);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- what is in a funnel ---- */

PG_FUNCTION_INFO_V1(cm_funnel_stored_rows);
Datum
cm_funnel_stored_rows(PG_FUNCTION_ARGS)
{
    cm_funnel_customer c = {.from = PG_GETARG_FUNNEL(0)};

    PG_RETURN_INT64(cm_funnel_next(&c) ? c.rows : 0);
}

PG_FUNCTION_INFO_V1(cm_funnel_skipped_rows);
Datum
cm_funnel_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_funnel_read_any(PG_GETARG_DATUM(0), &cm_funnel_class)->skipped);
}
