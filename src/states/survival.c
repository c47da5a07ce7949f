/* Collecting and merging durations; see survival.h. Curves and tests are in retention/, sales cycles in acquisition/. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/check.h"
#include "core/moment.h"
#include "core/period.h"
#include "core/zone.h"
#include "states/survival.h"

#define FIRST_ROOM 20

const cm_state_class cm_survival_class = {
    .name = "survival_state",
    .min_size = offsetof(cm_survival, cells),
    .max_size = MaxAllocSize,
    .magic = 0x5356,
    .version = 1,
};

cm_survival *
cm_survival_new(Size capacity)
{
    return cm_state_new(&cm_survival_class, offsetof(cm_survival, cells) + capacity * sizeof(cm_lifetime));
}

static Size
capacity_of(const cm_survival *survival)
{
    return (VARSIZE(survival) - offsetof(cm_survival, cells)) / sizeof(cm_lifetime);
}

/* ---- order ---- */

static int
compare_times(const void *a, const void *b)
{
    double x = ((const cm_lifetime *) a)->time;
    double y = ((const cm_lifetime *) b)->time;

    return (x > y) - (x < y);
}

static void
append(cm_survival *to, const cm_lifetime *cell)
{
    if (to->used > 0 && to->cells[to->used - 1].time == cell->time) {
        to->cells[to->used - 1].ended += cell->ended;
        to->cells[to->used - 1].censored += cell->censored;
    } else
        to->cells[to->used++] = *cell;
}

/* A new state in which nothing waits, with at least the given room: the sorted cells merged with those that waited. */
static cm_survival *
settle(const cm_survival *survival, Size capacity)
{
    Size n_pending = survival->used - survival->sorted;
    cm_lifetime *pending = palloc((n_pending + 1) * sizeof(cm_lifetime));
    cm_survival *result = cm_survival_new(Max(capacity, survival->used));
    const cm_lifetime *cell = survival->cells;
    const cm_lifetime *last = cell + survival->sorted;

    memcpy(pending, survival->cells + survival->sorted, n_pending * sizeof(cm_lifetime));
    qsort(pending, n_pending, sizeof(cm_lifetime), compare_times);
    for (Size i = 0; i < n_pending; i++) {
        while (cell < last && cell->time <= pending[i].time)
            append(result, cell++);
        append(result, &pending[i]);
    }
    while (cell < last)
        append(result, cell++);
    pfree(pending);
    result->sorted = result->used;
    result->total = survival->total;
    return result;
}

/* The state without room, to be stored; survival itself if it is that already. */
static const cm_survival *
canonical(const cm_survival *survival)
{
    if (survival->sorted == survival->used && survival->used == capacity_of(survival))
        return survival;

    cm_survival *result = settle(survival, 0);

    SET_VARSIZE(result, offsetof(cm_survival, cells) + result->used * sizeof(cm_lifetime));
    return result;
}

const cm_survival *
cm_survival_read(Datum datum)
{
    return canonical(cm_state_read(datum, &cm_survival_class));
}

cm_lifetimes
cm_survival_lifetimes(const cm_survival *survival)
{
    size_t negative = 0;

    while (negative < survival->used && survival->cells[negative].time < 0)
        negative++;
    return (cm_lifetimes){survival->cells + negative, survival->used - negative};
}

/* The duration of those that ended which has this many shorter or equal ones before it; NaN beyond the last. */
static double
ended_at(cm_lifetimes of, int64 rank)
{
    for (size_t i = 0; i < of.n; i++) {
        if (rank < of.times[i].ended)
            return of.times[i].time;
        rank -= of.times[i].ended;
    }
    return NAN;
}

double
cm_survival_percentile_ended(cm_lifetimes of, double share)
{
    int64 n = 0;

    for (size_t i = 0; i < of.n; i++)
        n += of.times[i].ended;

    double rank = share * (double) (n - 1);
    double below = floor(rank);
    double low = n == 0 ? NAN : ended_at(of, (int64) below);

    return rank == below ? low : low + (rank - below) * (ended_at(of, (int64) below + 1) - low);
}

/* ---- adding ---- */

/* The sorted cell of this time, or NULL. Halving without branches that the processor would have to guess. */
static inline cm_lifetime *
find(cm_survival *survival, double time)
{
    cm_lifetime *low = survival->cells;
    uint32 n = survival->sorted;

    if (n == 0)
        return NULL;
    while (n > 1) {
        uint32 half = n / 2;

        low += low[half].time <= time ? half : 0;
        n -= half;
    }
    return low->time == time ? low : NULL;
}

cm_survival *
cm_survival_add(cm_survival *survival, double duration, int64 ended, int64 censored)
{
    double time = duration + 0.0; /* -0 is 0 */
    cm_lifetime *cell = find(survival, time);

    if (cell == NULL) {
        if (survival->used == capacity_of(survival)) {
            /* Half of the new room is free, so that settling costs little for each duration that comes. */
            cm_survival *settled = settle(survival, Max(FIRST_ROOM, capacity_of(survival)));

            if (settled->used > capacity_of(settled) / 2)
                settled = settle(settled, 2 * capacity_of(settled));
            survival = settled;
        }
        cell = &survival->cells[survival->used++];
        *cell = (cm_lifetime){time, 0, 0};
    }
    cell->ended += ended;
    cell->censored += censored;
    survival->total = cm_add_counts(survival->total, ended + censored, "the number of durations");
    return survival;
}

double
cm_check_duration(double duration, const char *what)
{
    if (!(duration >= 0 && duration <= CM_MAX_DURATION))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %g", cm_quoted(what), duration),
                        errdetail("It must be from 0 to %g, in days or any other unit.", CM_MAX_DURATION)));
    return duration;
}

/* Transition of survival_agg(duration, ended). NULL duration: skipped; NULL ended: has not ended. */
PG_FUNCTION_INFO_V1(cm_survival_accum);
Datum
cm_survival_accum(PG_FUNCTION_ARGS)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);
    bool ended = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);

    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(survival);
    PG_RETURN_POINTER(
        cm_survival_add(survival, cm_check_duration(PG_GETARG_FLOAT8(1), "duration"), ended, !ended));
}

/* A date or timestamp argument in its own unit; NULL is said to be for ever. */
static int64
moment(FunctionCallInfo fcinfo, int arg, bool dates, const char *what)
{
    if (PG_ARGISNULL(arg))
        return PG_INT64_MAX;
    return dates ? cm_check_date(PG_GETARG_DATEADT(arg), what)
                 : cm_check_timestamp(PG_GETARG_TIMESTAMPTZ(arg), what);
}

static void
order_error(FunctionCallInfo fcinfo, bool dates)
{
    PGFunction out = dates ? date_out : timestamptz_out;

    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                    errmsg("it ended %s, before it started %s",
                           DatumGetCString(DirectFunctionCall1(out, PG_GETARG_DATUM(2))),
                           DatumGetCString(DirectFunctionCall1(out, PG_GETARG_DATUM(1)))),
                    errhint("Correct such rows, or filter them; for what has not ended, use NULL.")));
}

/* Exact for the times of people: below 2^53 microseconds, 285 years. */
static double
days_between(int64 from, int64 to, bool dates)
{
    return (double) ((int128) to - from) / (dates ? 1.0 : (double) USECS_PER_DAY);
}

/* Arguments 1 to 3: started, ended, as_of. What ended after as_of was still there then; what starts later is not. */
Datum
cm_survival_accum_span(FunctionCallInfo fcinfo, bool dates, bool admit_negative)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);
    int64 started = moment(fcinfo, 1, dates, "the start");
    int64 ended = moment(fcinfo, 2, dates, "the end");
    int64 as_of = moment(fcinfo, 3, dates, "as_of");

    if (as_of == PG_INT64_MAX)
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("as_of must not be NULL"),
                        errdetail("It says until when what has not ended was seen."),
                        errhint("Give the time of the report or, row by row, of the last look.")));
    if (started == PG_INT64_MAX)
        PG_RETURN_POINTER(survival);
    if (ended < started && !admit_negative)
        order_error(fcinfo, dates);
    if (ended <= as_of)
        PG_RETURN_POINTER(cm_survival_add(survival, days_between(started, ended, dates), 1, 0));
    if (started <= as_of)
        PG_RETURN_POINTER(cm_survival_add(survival, days_between(started, as_of, dates), 0, 1));
    PG_RETURN_POINTER(survival);
}

/* Strict; arguments 1 and 2: started, ended. Durations below zero are admitted. */
Datum
cm_survival_accum_ended(FunctionCallInfo fcinfo, bool dates)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);
    int64 started = moment(fcinfo, 1, dates, "the start");

    PG_RETURN_POINTER(
        cm_survival_add(survival, days_between(started, moment(fcinfo, 2, dates, "the end"), dates), 1, 0));
}

PG_FUNCTION_INFO_V1(cm_survival_accum_dates);
Datum
cm_survival_accum_dates(PG_FUNCTION_ARGS)
{
    return cm_survival_accum_span(fcinfo, true, false);
}

PG_FUNCTION_INFO_V1(cm_survival_accum_times);
Datum
cm_survival_accum_times(PG_FUNCTION_ARGS)
{
    return cm_survival_accum_span(fcinfo, false, false);
}

/* Merges two states: combine function, and transition of rollup(survival). */
PG_FUNCTION_INFO_V1(cm_survival_combine);
Datum
cm_survival_combine(PG_FUNCTION_ARGS)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);
    const cm_survival *other = cm_state_read(PG_GETARG_DATUM(1), &cm_survival_class);

    for (uint32 i = 0; i < other->used; i++) {
        cm_survival *before = survival;
        const cm_lifetime *cell = &other->cells[i];

        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        survival = cm_survival_add(survival, cell->time, cell->ended, cell->censored);
        if (survival != before && i > 0 && before != (void *) PG_GETARG_POINTER(0))
            pfree(before);
    }
    PG_RETURN_POINTER(survival);
}

PG_FUNCTION_INFO_V1(cm_survival_final);
Datum
cm_survival_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_SURVIVAL(0));
}
