/* Collecting and merging durations; see survival.h. Curves and tests are in retention/, sales cycles in acquisition/. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/boolean.h"
#include "core/check.h"
#include "core/text_size.h"
#include "states/duration.h"
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

    CHECK_FOR_INTERRUPTS();
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

    cm_state_check_text(&cm_survival_class,
                        result->used * (uint64) (CM_TEXT_MOST_FLOAT + 2 * CM_TEXT_MOST_INT + 3));
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

/* What a row adds; NULL for the duration: nothing. */
static Datum
add_duration(FunctionCallInfo fcinfo, bool ended)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);

    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(survival);
    PG_RETURN_POINTER(cm_survival_add(survival, PG_GETARG_DURATION(1, "duration"), ended, !ended));
}

/* Transition of survival_agg(duration, ended). NULL for ended: it has not. */
PG_FUNCTION_INFO_V1(cm_survival_accum);
Datum
cm_survival_accum(PG_FUNCTION_ARGS)
{
    return add_duration(fcinfo, !PG_ARGISNULL(2) && PG_GETARG_BOOL(2));
}

/* The same where ended is a text. It is read without a duration too, so that a wrong word is always noticed. */
PG_FUNCTION_INFO_V1(cm_survival_accum_text);
Datum
cm_survival_accum_text(PG_FUNCTION_ARGS)
{
    return add_duration(fcinfo, !PG_ARGISNULL(2) && PG_GETARG_TEXT_BOOL(2));
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
