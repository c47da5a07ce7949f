/*
 * Win rate of deals. Standard: won / (won + lost), open deals do not count. Variants: with deals that ended as invalid, or
 * among all that were created, open ones included.
 */
#include "postgres.h"

#include <math.h>

#include "core/boolean.h"
#include "core/check.h"
#include "core/row.h"
#include "states/rate.h"

static const char *const variant_names[] = {"closed", "ended", "created", NULL};

/* win_rate(won, lost, still_open, invalid, variant) */
PG_FUNCTION_INFO_V1(cm_win_rate);
Datum
cm_win_rate(PG_FUNCTION_ARGS)
{
    static const char *const names[] = {"won", "lost", "still_open", "invalid"};
    int64 counts[4];
    int variant = cm_option(PG_GETARG_OPTION(4), "variant", variant_names);

    for (int i = 0; i < 4; i++)
        counts[i] = CM_ARG_COUNT(i, names[i]);

    int64 total = cm_add_counts(counts[0], counts[1], "deals");

    if (variant >= 1)
        total = cm_add_counts(total, counts[3], "deals");
    if (variant == 2)
        total = cm_add_counts(total, counts[2], "deals");
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
