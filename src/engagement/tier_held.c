/*
 * What becomes of a customer's tier when it is reviewed: a higher one is given at once, a lower one as the programme's
 * rule says. Tiers are ranks, 1 the lowest one; 0 is none.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "windowapi.h"

#include "core/check.h"

typedef enum rule { IMMEDIATE, ONE_STEP, NEVER } rule;

static rule
rule_from(text *word)
{
    static const char *const rules[] = {"immediate", "one_step", "never", NULL};

    return (rule) cm_option(word, "rule", rules);
}

static int32
check_rank(int32 rank, const char *what)
{
    if (rank < 0)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %d", cm_quoted(what), rank),
                        errdetail("A tier is a rank: 0 for none, 1 for the lowest.")));
    return rank;
}

static int32
review(int32 held, int32 earned, rule rule)
{
    if (earned >= held || rule == IMMEDIATE)
        return earned;
    return rule == NEVER ? held : held - 1;
}

/* tier_after_review(held, earned, rule); who holds none yet gets what is earned */
PG_FUNCTION_INFO_V1(cm_tier_after_review);
Datum
cm_tier_after_review(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
        PG_RETURN_NULL();

    int32 earned = check_rank(CM_ARG_INT(1, "earned"), "earned");
    int32 held = PG_ARGISNULL(0) ? 0 : check_rank(CM_ARG_INT(0, "held"), "held");

    PG_RETURN_INT32(review(held, earned, rule_from(PG_GETARG_TEXT_PP(2))));
}

/* tier_held(earned, rule) OVER (PARTITION BY customer ORDER BY review): reviewed row by row; NULL is no review. */
PG_FUNCTION_INFO_V1(cm_tier_held);
Datum
cm_tier_held(PG_FUNCTION_ARGS)
{
    WindowObject window = PG_WINDOW_OBJECT();
    int32 *held = WinGetPartitionLocalMemory(window, sizeof(int32)); /* 0 for each new partition */
    bool no_earned;
    bool no_rule;
    Datum earned = WinGetFuncArgCurrent(window, 0, &no_earned);
    Datum word = WinGetFuncArgCurrent(window, 1, &no_rule);

    if (!no_earned && !no_rule)
        *held = review(*held, check_rank(cm_int_of(DatumGetInt64(earned), "earned"), "earned"),
                       rule_from(DatumGetTextPP(word)));
    PG_RETURN_INT32(*held);
}
