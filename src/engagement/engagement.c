/*
 * engagement_state: a score of weighted events that fades by half in every half-life: the sum of weight 2^(-age / half-life).
 * The state is as good as the list of events, whatever their order: an event in the k-th half-life since 2000-01-01,
 * at a fraction f of it, adds weight 2^f to sum k, in whole numbers of 2^-60. Integers add exactly, so rows and parts
 * in any order give the same bytes, and what the score is at a later time follows from the sums alone.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "engagement/clock.h"
#include "engagement/engagement.h"

const cm_state_class cm_engagement_class = {
    .name = "engagement_state",
    .min_size = sizeof(cm_engagement),
    .max_size = sizeof(cm_engagement) + CM_KEPT_HALF_LIVES * sizeof(cm_fading_sum),
    .magic = 0x454e,
    .version = 1,
};

#define LARGEST_WEIGHT 1099511627776.0 /* 2^40 */

/* ---- arithmetic ---- */

/* How far into its half-life, from 0 to below 1. */
static double
fraction(int64 at, int64 half_life)
{
    return (double) (at - cm_half_lives(at, half_life) * half_life) / (double) half_life;
}

static cm_fading_sum
sum_of_event(int64 at, double weight, int64 half_life)
{
    double scaled = weight * exp2(fraction(at, half_life));
    cm_fading_sum sum = {.number = cm_half_lives(at, half_life), .whole = (int64) scaled};

    sum.steps = (int64) rint(ldexp(scaled - (double) sum.whole, 60));
    if (sum.steps == CM_STEPS) {
        sum.whole++;
        sum.steps = 0;
    }
    return sum;
}

static void
add_to_sum(cm_fading_sum *to, const cm_fading_sum *sum)
{
    to->whole = cm_add_counts(to->whole, sum->whole, "weights");
    to->steps += sum->steps;
    if (to->steps >= CM_STEPS) {
        to->whole = cm_add_counts(to->whole, 1, "weights");
        to->steps -= CM_STEPS;
    }
}

/* Oldest first: from the smallest parts to the largest. */
double
cm_engagement_score_at(const cm_engagement *e, int64 as_of)
{
    int64 number = cm_half_lives(as_of, e->half_life);
    double score = 0.0;

    for (int i = 0; i < cm_engagement_sums(e); i++) {
        const cm_fading_sum *sum = &e->sums[i];
        int64 age = Min(number - sum->number, 5000); /* beyond, nothing is left */

        score += ldexp((double) sum->whole + ldexp((double) sum->steps, -60), -(int) age);
    }
    return score * exp2(-fraction(as_of, e->half_life));
}

/* ---- changing a state ---- */

/* Adds to the sum with the same number; a new one makes a new state, which is one sum larger. */
static cm_engagement *
add_sum(cm_engagement *e, const cm_fading_sum *sum)
{
    int count = cm_engagement_sums(e);
    int at = count;

    if ((sum->whole == 0 && sum->steps == 0) || !cm_engagement_keeps(e, sum->number))
        return e;
    while (at > 0 && e->sums[at - 1].number > sum->number)
        at--;
    if (at > 0 && e->sums[at - 1].number == sum->number) {
        add_to_sum(&e->sums[at - 1], sum);
        return e;
    }

    cm_engagement *larger = cm_state_new(&cm_engagement_class, cm_engagement_size(count + 1));

    memcpy((char *) larger + sizeof(int32), (char *) e + sizeof(int32),
           cm_engagement_size(at) - sizeof(int32));
    larger->sums[at] = *sum;
    memcpy(&larger->sums[at + 1], &e->sums[at], (count - at) * sizeof(cm_fading_sum));
    return larger;
}

/* Adds events of this time span: sums that have faded away leave. */
static void
extend(cm_engagement *e, int64 first, int64 latest)
{
    int faded = 0;
    int count = cm_engagement_sums(e);

    e->first = e->events == 0 ? first : Min(e->first, first);
    e->latest = e->events == 0 ? latest : Max(e->latest, latest);
    while (faded < count && !cm_engagement_keeps(e, e->sums[faded].number))
        faded++;
    if (faded > 0) {
        memmove(&e->sums[0], &e->sums[faded], (count - faded) * sizeof(cm_fading_sum));
        SET_VARSIZE(e, cm_engagement_size(count - faded));
    }
}

static void
agree_on_half_life(cm_engagement *e, int64 half_life)
{
    if (e->half_life == 0)
        e->half_life = half_life;
    if (unlikely(e->half_life != half_life))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("half-lives differ: %g and %g days", (double) e->half_life / USECS_PER_DAY,
                               (double) half_life / USECS_PER_DAY),
                        errdetail("Scores that fade at different speeds have no sum."),
                        errhint("Use one half_life for all rows of an aggregate.")));
}

static int64
half_life_arg(FunctionCallInfo fcinfo, int arg)
{
    double days = cm_check_positive(PG_GETARG_FLOAT8(arg), "half_life");
    double microseconds = rint(days * USECS_PER_DAY);

    if (microseconds < CM_SHORTEST_HALF_LIFE || microseconds > CM_LONGEST_HALF_LIFE)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"half_life\" is out of range: %g", days),
                        errdetail("It is given in days, from a second to a million days.")));
    return (int64) microseconds;
}

static void
weight_error(double weight, int64 at, cm_clock clock)
{
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
             errmsg("\"weight\" is out of range: %g, of the event at %s", weight, cm_time_text(at, clock)),
             errdetail("It must be from 0 to %.0f.", LARGEST_WEIGHT)));
}

/* Transition of engagement_agg(at, weight, half_life); a row with a NULL is skipped, and counted. */
PG_FUNCTION_INFO_V1(cm_engagement_accum);
Datum
cm_engagement_accum(PG_FUNCTION_ARGS)
{
    cm_engagement *e = cm_state_own(fcinfo, 0, &cm_engagement_class);

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)) {
        e->skipped = cm_add_counts(e->skipped, 1, "skipped rows");
        PG_RETURN_POINTER(e);
    }

    cm_clock clock = cm_clock_of(PG_GETARG_MOMENT(1));
    int64 at = cm_moment_time(PG_GETARG_MOMENT(1), "at");
    double weight = PG_GETARG_FLOAT8(2);

    if (unlikely(!(weight >= 0 && weight <= LARGEST_WEIGHT)))
        weight_error(weight, at, clock);
    e->head.flags = cm_clock_agree(cm_engagement_clock(e), "another row", clock, "at");
    agree_on_half_life(e, half_life_arg(fcinfo, 3));
    extend(e, at, at);
    e->events++;

    cm_fading_sum sum = sum_of_event(at, weight, e->half_life);

    PG_RETURN_POINTER(add_sum(e, &sum));
}

/* Merges two states: combine function, and transition of rollup(engagement_state). */
PG_FUNCTION_INFO_V1(cm_engagement_combine);
Datum
cm_engagement_combine(PG_FUNCTION_ARGS)
{
    cm_engagement *e = cm_state_own(fcinfo, 0, &cm_engagement_class);
    const cm_engagement *other = PG_GETARG_ENGAGEMENT(1);

    e->skipped = cm_add_counts(e->skipped, other->skipped, "skipped rows");
    if (other->events == 0)
        PG_RETURN_POINTER(e);
    e->head.flags =
        cm_clock_agree(cm_engagement_clock(e), "a state", cm_engagement_clock(other), "another state");
    agree_on_half_life(e, other->half_life);
    extend(e, other->first, other->latest);
    e->events = cm_add_counts(e->events, other->events, "events");
    for (int i = 0; i < cm_engagement_sums(other); i++)
        e = add_sum(e, &other->sums[i]);
    PG_RETURN_POINTER(e);
}

/* ---- accessors ---- */

/* Argument 1, as_of: what has happened cannot be undone by looking earlier, so that no event may follow it. */
static int64
as_of_arg(FunctionCallInfo fcinfo, const cm_engagement *e)
{
    int64 as_of = cm_moment_time(PG_GETARG_MOMENT(1), "as_of");

    cm_clock_agree(cm_engagement_clock(e), "the engagement", cm_clock_of(PG_GETARG_MOMENT(1)), "as_of");
    if (e->events > 0 && as_of < e->latest)
        ereport(ERROR,
                (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                 errmsg("\"as_of\" precedes the latest event by %g days", cm_days_between(as_of, e->latest)),
                 errdetail("Events cannot be told apart any more."),
                 errhint("Aggregate only events up to as_of, with FILTER or WHERE.")));
    return as_of;
}

/* engagement_score(engagement_state, as_of) */
PG_FUNCTION_INFO_V1(cm_engagement_score);
Datum
cm_engagement_score(PG_FUNCTION_ARGS)
{
    const cm_engagement *e = PG_GETARG_ENGAGEMENT(0);
    int64 as_of = as_of_arg(fcinfo, e);

    CM_RETURN_FLOAT(e->events == 0 ? NAN : cm_engagement_score_at(e, as_of));
}

/* recency(engagement_state, as_of) */
PG_FUNCTION_INFO_V1(cm_engagement_recency);
Datum
cm_engagement_recency(PG_FUNCTION_ARGS)
{
    const cm_engagement *e = PG_GETARG_ENGAGEMENT(0);
    int64 as_of = as_of_arg(fcinfo, e);

    CM_RETURN_FLOAT(e->events == 0 ? NAN : cm_days_between(e->latest, as_of));
}

PG_FUNCTION_INFO_V1(cm_engagement_skipped_rows);
Datum
cm_engagement_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_ENGAGEMENT(0)->skipped);
}

PG_FUNCTION_INFO_V1(cm_engagement_events);
Datum
cm_engagement_events(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_ENGAGEMENT(0)->events);
}

/* decayed(weight, age, half_life), of one event; times in any unit, the same for both */
PG_FUNCTION_INFO_V1(cm_engagement_decayed);
Datum
cm_engagement_decayed(PG_FUNCTION_ARGS)
{
    double weight = cm_check_not_negative(PG_GETARG_FLOAT8(0), "weight");
    double age = cm_check_not_negative(PG_GETARG_FLOAT8(1), "age");

    PG_RETURN_FLOAT8(weight * exp2(-age / cm_check_positive(PG_GETARG_FLOAT8(2), "half_life")));
}
