/*
 * Loyalty points at a moment: what is earned, spent, expired and left. Points are spent first in, first out; a lot that
 * has expired cannot be spent any more. What is spent beyond the balance (a return, after the points were used) is a
 * debt that later points pay first; it is told apart from what is redeemed.
 *     issued = redeemed + expired + available,    balance = available - overdrawn
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "engagement/points.h"
#include "states/rate.h"

typedef struct standing {
    int64 issued;
    int64 redeemed; /* spent, as far as points were there */
    int64 expired;  /* unspent when their time came */
    int64 available;
    int64 overdrawn; /* spent, and not covered yet */
    int64 matured;   /* issued, of lots whose time has come */
    int64 *left;     /* of each entry */
    int64 entries;   /* up to the moment */
} standing;

/* Takes points out of the lots from *lot on; what is skipped over is used up, or has expired for good. */
static int64
spend(standing *s, const cm_points *ledger, int64 *lot, int64 entry)
{
    int64 owed = -ledger->entries[entry].points;

    while (owed > 0 && *lot < entry) {
        int64 used =
            ledger->entries[*lot].expires_at > ledger->entries[entry].at ? Min(owed, s->left[*lot]) : 0;

        CHECK_FOR_INTERRUPTS();
        s->left[*lot] -= used;
        s->redeemed += used;
        owed -= used;
        if (owed > 0)
            (*lot)++;
    }
    return owed;
}

static void
earn(standing *s, const cm_points *ledger, int64 entry)
{
    int64 points = ledger->entries[entry].points;
    int64 owed = Min(points, s->overdrawn);

    s->issued = cm_add_counts(s->issued, points, "points");
    s->overdrawn -= owed;
    s->redeemed += owed;
    s->left[entry] = points - owed;
}

/* The standing at as_of: entries up to and at that moment count. */
static standing
standing_at(const cm_points *ledger, int64 as_of)
{
    standing s = {.left = palloc0(sizeof(int64) * Max(ledger->used, 1))};
    int64 lot = 0;

    for (; s.entries < ledger->used && ledger->entries[s.entries].at <= as_of; s.entries++) {
        CHECK_FOR_INTERRUPTS();
        if (ledger->entries[s.entries].points > 0)
            earn(&s, ledger, s.entries);
        else
            s.overdrawn = cm_add_counts(s.overdrawn, spend(&s, ledger, &lot, s.entries), "points");
    }
    for (int64 i = 0; i < s.entries; i++) {
        bool matured = ledger->entries[i].expires_at <= as_of;

        *(matured ? &s.expired : &s.available) += s.left[i];
        s.matured += matured ? ledger->entries[i].points : 0;
    }
    return s;
}

/* ---- accessors ---- */

/* A moment of the kind that the entries are. */
static int64
moment_arg(FunctionCallInfo fcinfo, int arg, const char *what, const cm_points *ledger)
{
    int64 time = cm_moment_time(PG_GETARG_MOMENT(arg), what);

    cm_clock_agree(cm_points_clock(ledger), "the ledger", cm_clock_of(PG_GETARG_MOMENT(arg)), what);
    return time;
}

/* Argument 0, the ledger, at argument 1, as_of. */
static standing
standing_of_args(FunctionCallInfo fcinfo)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);

    return standing_at(ledger, moment_arg(fcinfo, 1, "as_of", ledger));
}

static double
share(int64 part, int64 whole)
{
    return whole == 0 ? NAN : (double) part / (double) whole;
}

/* points_balance(points_state, as_of) */
PG_FUNCTION_INFO_V1(cm_points_balance);
Datum
cm_points_balance(PG_FUNCTION_ARGS)
{
    standing s = standing_of_args(fcinfo);

    PG_RETURN_INT64(s.available - s.overdrawn);
}

/* redemption_rate(points_state, as_of) */
PG_FUNCTION_INFO_V1(cm_points_redemption_rate);
Datum
cm_points_redemption_rate(PG_FUNCTION_ARGS)
{
    standing s = standing_of_args(fcinfo);

    CM_RETURN_FLOAT(share(s.redeemed, s.issued));
}

/* breakage_rate(points_state, as_of, definition) */
PG_FUNCTION_INFO_V1(cm_points_breakage_rate);
Datum
cm_points_breakage_rate(PG_FUNCTION_ARGS)
{
    static const char *const definitions[] = {"expired", "matured", "unredeemed", NULL};
    int definition = cm_option(PG_GETARG_TEXT_PP(2), "definition", definitions);
    standing s = standing_of_args(fcinfo);

    if (definition == 2)
        CM_RETURN_FLOAT(share(s.issued - s.redeemed, s.issued));
    CM_RETURN_FLOAT(share(s.expired, definition == 0 ? s.issued : s.matured));
}

/* points_report(points_state, as_of) */
PG_FUNCTION_INFO_V1(cm_points_report);
Datum
cm_points_report(PG_FUNCTION_ARGS)
{
    standing s = standing_of_args(fcinfo);
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, s.issued);
    cm_row_set_int(&row, 1, s.redeemed);
    cm_row_set_int(&row, 2, s.expired);
    cm_row_set_int(&row, 3, s.available);
    cm_row_set_int(&row, 4, s.overdrawn);
    cm_row_set_int(&row, 5, s.available - s.overdrawn);
    cm_row_set_int(&row, 6, s.matured);
    return cm_row_return(fcinfo, &row);
}

/* points_expiring(points_state, as_of, until) */
PG_FUNCTION_INFO_V1(cm_points_expiring);
Datum
cm_points_expiring(PG_FUNCTION_ARGS)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);
    int64 as_of = moment_arg(fcinfo, 1, "as_of", ledger);
    int64 until = moment_arg(fcinfo, 2, "until", ledger);
    standing s = standing_at(ledger, as_of);
    int64 sum = 0;

    cm_clock_agree(cm_clock_of(PG_GETARG_MOMENT(1)), "as_of", cm_clock_of(PG_GETARG_MOMENT(2)), "until");
    if (until < as_of)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("\"until\" precedes \"as_of\""),
                        errhint("Swap them.")));
    for (int64 i = 0; i < s.entries; i++)
        if (ledger->entries[i].expires_at > as_of && ledger->entries[i].expires_at <= until)
            sum += s.left[i];
    PG_RETURN_INT64(sum);
}

/* ---- from sums over many customers ---- */

#define POINTS_COUNTS(name, part, whole)                                                                     \
    PG_FUNCTION_INFO_V1(cm_points_##name##_counts);                                                          \
    Datum cm_points_##name##_counts(PG_FUNCTION_ARGS)                                                        \
    {                                                                                                        \
        CM_RETURN_FLOAT(                                                                                     \
            cm_rate_value(cm_rate_make(CM_ARG_COUNT(0, part), CM_ARG_COUNT(1, whole), part, whole)));        \
    }                                                                                                        \
    extern int cm_no_such_variable

/* redemption_rate(redeemed, issued), breakage_rate(expired, issued) */
POINTS_COUNTS(redemption, "redeemed", "issued");
POINTS_COUNTS(breakage, "expired", "issued");

/* skipped_rows(points_state) */
PG_FUNCTION_INFO_V1(cm_points_skipped_rows);
Datum
cm_points_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_POINTS(0)->skipped);
}
