/*
 * Loyalty points at a moment: what is earned, spent, expired and left. Points are spent first in, first out; a lot that
 * has expired cannot be spent any more. What is spent beyond the balance (a return, after the points were used) is a
 * debt that later points pay first; it is told apart from what is redeemed.
 *     issued = redeemed + expired + available,    balance = available - overdrawn
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/moment.h"
#include "core/period.h"
#include "core/zone.h"
#include "states/rate.h"
#include "core/row.h"
#include "engagement/points.h"

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
standing_at(const cm_points *ledger, Timestamp as_of)
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

/* ---- accessors; argument 1 is as_of, as a day or a moment ---- */

#define POINTS_AT(name)                                                                                      \
    PG_FUNCTION_INFO_V1(cm_points_##name##_date);                                                            \
    Datum cm_points_##name##_date(PG_FUNCTION_ARGS)                                                          \
    {                                                                                                        \
        return name(fcinfo, PG_GETARG_POINTS(0),                                                             \
                    cm_check_date(PG_GETARG_DATEADT(1), "as_of") * USECS_PER_DAY);                           \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_points_##name##_timestamp);                                                       \
    Datum cm_points_##name##_timestamp(PG_FUNCTION_ARGS)                                                     \
    {                                                                                                        \
        return name(fcinfo, PG_GETARG_POINTS(0), cm_check_timestamp(PG_GETARG_TIMESTAMP(1), "as_of"));       \
    }                                                                                                        \
    extern int cm_no_such_variable

static double
share(int64 part, int64 whole)
{
    return whole == 0 ? NAN : (double) part / (double) whole;
}

/* points_balance(ledger, as_of) */
static Datum
balance(FunctionCallInfo fcinfo pg_attribute_unused(), const cm_points *ledger, Timestamp as_of)
{
    standing s = standing_at(ledger, as_of);

    PG_RETURN_INT64(s.available - s.overdrawn);
}
POINTS_AT(balance);

/* redemption_rate(ledger, as_of) */
static Datum
redemption_rate(FunctionCallInfo fcinfo, const cm_points *ledger, Timestamp as_of)
{
    standing s = standing_at(ledger, as_of);

    CM_RETURN_FLOAT(share(s.redeemed, s.issued));
}
POINTS_AT(redemption_rate);

/* breakage_rate(ledger, as_of, definition) */
static Datum
breakage_rate(FunctionCallInfo fcinfo, const cm_points *ledger, Timestamp as_of)
{
    static const char *const definitions[] = {"expired", "matured", "unredeemed", NULL};
    int definition = cm_option(PG_GETARG_TEXT_PP(2), "definition", definitions);
    standing s = standing_at(ledger, as_of);

    if (definition == 2)
        CM_RETURN_FLOAT(share(s.issued - s.redeemed, s.issued));
    CM_RETURN_FLOAT(share(s.expired, definition == 0 ? s.issued : s.matured));
}
POINTS_AT(breakage_rate);

/* points_report(ledger, as_of) */
static Datum
report(FunctionCallInfo fcinfo, const cm_points *ledger, Timestamp as_of)
{
    standing s = standing_at(ledger, as_of);
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
POINTS_AT(report);

static Datum
expiring(const cm_points *ledger, Timestamp as_of, Timestamp until)
{
    standing s = standing_at(ledger, as_of);
    int64 sum = 0;

    if (until < as_of)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("until precedes as_of"),
                        errhint("Swap them.")));
    for (int64 i = 0; i < s.entries; i++)
        if (ledger->entries[i].expires_at > as_of && ledger->entries[i].expires_at <= until)
            sum += s.left[i];
    PG_RETURN_INT64(sum);
}

/* points_expiring(ledger, as_of, until) */
PG_FUNCTION_INFO_V1(cm_points_expiring_date);
Datum
cm_points_expiring_date(PG_FUNCTION_ARGS)
{
    return expiring(PG_GETARG_POINTS(0), cm_check_date(PG_GETARG_DATEADT(1), "as_of") * USECS_PER_DAY,
                    cm_check_date(PG_GETARG_DATEADT(2), "until") * USECS_PER_DAY);
}

PG_FUNCTION_INFO_V1(cm_points_expiring_timestamp);
Datum
cm_points_expiring_timestamp(PG_FUNCTION_ARGS)
{
    return expiring(PG_GETARG_POINTS(0), cm_check_timestamp(PG_GETARG_TIMESTAMP(1), "as_of"),
                    cm_check_timestamp(PG_GETARG_TIMESTAMP(2), "until"));
}

/* ---- from sums over many customers ---- */

/* redemption_rate(redeemed, issued) */
PG_FUNCTION_INFO_V1(cm_points_redemption_counts);
Datum
cm_points_redemption_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(
        cm_rate_value(cm_rate_make(PG_GETARG_INT64(0), PG_GETARG_INT64(1), "redeemed", "issued")));
}

/* breakage_rate(expired, issued) */
PG_FUNCTION_INFO_V1(cm_points_breakage_counts);
Datum
cm_points_breakage_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_make(PG_GETARG_INT64(0), PG_GETARG_INT64(1), "expired", "issued")));
}
