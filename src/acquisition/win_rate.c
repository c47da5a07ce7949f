/*
 * Win rate of deals. Standard: won / (won + lost), open deals do not count. Variants: with deals that ended as invalid, or
 * among all that were created, open ones included, or with open deals that are overdue as lost, as Zoho's Motivator has it:
 * those that should have been closed before the day of the report.
 */
#include "postgres.h"

#include <math.h>

#include "core/boolean.h"
#include "core/check.h"
#include "core/moment.h"
#include "core/row.h"
#include "states/rate.h"

enum { CLOSED, ENDED, CREATED, OVERDUE };
static const char *const variant_names[] = {"closed", "ended", "created", "overdue", NULL};

/* win_rate(won, lost, still_open, invalid, overdue, variant) */
PG_FUNCTION_INFO_V1(cm_win_rate);
Datum
cm_win_rate(PG_FUNCTION_ARGS)
{
    static const char *const names[] = {"won", "lost", "still_open", "invalid", "overdue"};
    int64 counts[5];
    int variant = cm_option(PG_GETARG_OPTION(5), "variant", variant_names);

    for (int i = 0; i < 5; i++)
        counts[i] = CM_ARG_COUNT(i, names[i]);

    int64 total = cm_add_counts(counts[0], counts[1], "deals");

    if (variant == ENDED || variant == CREATED)
        total = cm_add_counts(total, counts[3], "deals");
    if (variant == CREATED)
        total = cm_add_counts(total, counts[2], "deals");
    if (variant == OVERDUE)
        total = cm_add_counts(total, counts[4], "deals");
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_make(counts[0], total, "won", "deals")));
}

/* A deal that is open (NULL) is one that is not won. */
static Datum
add_created(FunctionCallInfo fcinfo, bool won)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);

    rate->hits += won;
    rate->total++;
    PG_RETURN_POINTER(rate);
}

/* Transitions of win_rate_created(won), a boolean or a text that is one. */
PG_FUNCTION_INFO_V1(cm_win_created_accum);
Datum
cm_win_created_accum(PG_FUNCTION_ARGS)
{
    return add_created(fcinfo, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1));
}

PG_FUNCTION_INFO_V1(cm_win_created_accum_text);
Datum
cm_win_created_accum_text(PG_FUNCTION_ARGS)
{
    return add_created(fcinfo, !PG_ARGISNULL(1) && PG_GETARG_TEXT_BOOL(1));
}

/* (won, closing_on, as_of): an open deal counts if its closing day lies before the day of the report. Without
 * that day a row is skipped. */
static Datum
add_overdue(FunctionCallInfo fcinfo, bool won)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);

    if (PG_ARGISNULL(3))
        PG_RETURN_POINTER(rate);

    DateADT as_of = CM_ARG_DAY_OF(3, "as_of");
    bool closed = !PG_ARGISNULL(1);

    if (!closed && (PG_ARGISNULL(2) || CM_ARG_DAY_OF(2, "closing_on") >= as_of))
        PG_RETURN_POINTER(rate);
    rate->hits += closed && won;
    rate->total++;
    PG_RETURN_POINTER(rate);
}

/* Transitions of win_rate_overdue(won, closing_on, as_of), a boolean or a text that is one. */
PG_FUNCTION_INFO_V1(cm_win_overdue_accum);
Datum
cm_win_overdue_accum(PG_FUNCTION_ARGS)
{
    return add_overdue(fcinfo, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1));
}

PG_FUNCTION_INFO_V1(cm_win_overdue_accum_text);
Datum
cm_win_overdue_accum_text(PG_FUNCTION_ARGS)
{
    return add_overdue(fcinfo, !PG_ARGISNULL(1) && PG_GETARG_TEXT_BOOL(1));
}
