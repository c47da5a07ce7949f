/* points_state: entries are added and merged, and sorted when they leave; it is read and written in points_io.c. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/parse.h"
#include "core/text_size.h"
#include "engagement/clock.h"
#include "engagement/points.h"

#define MOST_POINTS 9007199254740991.0 /* 2^53 - 1: of greater numbers doubles miss some */
#define SIZE_OF(count) (offsetof(cm_points, entries) + (Size) (count) * sizeof(cm_points_entry))

const cm_state_class cm_points_class = {
    .name = "points_state",
    .min_size = SIZE_OF(0),
    .max_size = SIZE_MAX,
    .magic = 0x504c,
    .version = 1,
};

static int64
capacity(const cm_points *ledger)
{
    return (VARSIZE(ledger) - SIZE_OF(0)) / sizeof(cm_points_entry);
}

cm_points *
cm_points_new(int64 entries)
{
    return cm_state_new(&cm_points_class, SIZE_OF(entries));
}

cm_points *
cm_points_check(void *state)
{
    cm_points *ledger = state;

    if (unlikely(ledger->used < 0 || ledger->used > capacity(ledger)))
        cm_state_error(&ledger->head, &cm_points_class);
    return ledger;
}

/* ---- canonical form ---- */

/* Entries of one moment: what is earned precedes what is spent, and reversals come last. */
static inline int
rank_of(const cm_points_entry *entry)
{
    return (entry->expires_at == CM_REVERSAL ? 2 : 0) + (entry->points < 0);
}

/* By time, by rank, then by expiry. */
int
cm_points_compare(const void *a, const void *b)
{
    const cm_points_entry *left = a;
    const cm_points_entry *right = b;

    if (left->at != right->at)
        return left->at < right->at ? -1 : 1;
    if (rank_of(left) != rank_of(right))
        return rank_of(left) - rank_of(right);
    return (left->expires_at > right->expires_at) - (left->expires_at < right->expires_at);
}

static int
compare_entries(const void *a, const void *b)
{
    CHECK_FOR_INTERRUPTS();
    return cm_points_compare(a, b);
}

static int64
add_points(int64 a, int64 b)
{
    int64 size = cm_add_counts(a < 0 ? -a : a, b < 0 ? -b : b, "points");

    return a < 0 ? -size : size;
}

const cm_points *
cm_points_canonical(const cm_points *ledger)
{
    if (ledger->head.flags & CM_POINTS_CANONICAL)
        return ledger;

    cm_points *sorted = cm_points_new(ledger->used);
    int64 kept = 0;

    memcpy(sorted->entries, ledger->entries, ledger->used * sizeof(cm_points_entry));
    qsort(sorted->entries, ledger->used, sizeof(cm_points_entry), compare_entries);
    for (int64 i = 0; i < ledger->used; i++) {
        cm_points_entry *entry = &sorted->entries[i];

        CHECK_FOR_INTERRUPTS();
        if (kept > 0 && cm_points_compare(&sorted->entries[kept - 1], entry) == 0)
            sorted->entries[kept - 1].points = add_points(sorted->entries[kept - 1].points, entry->points);
        else
            sorted->entries[kept++] = *entry;
    }
    cm_state_check_text(&cm_points_class, kept * UINT64CONST(3) * (CM_TEXT_MOST_INT + 1));
    sorted->used = kept;
    sorted->skipped = ledger->skipped;
    sorted->head.flags = cm_points_clock(ledger) | CM_POINTS_CANONICAL;
    SET_VARSIZE(sorted, SIZE_OF(kept));
    return sorted;
}

/* Final function of the aggregates that give a ledger. */
PG_FUNCTION_INFO_V1(cm_points_final);
Datum
cm_points_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_POINTS(0));
}

/* ---- aggregate steps ---- */

/* Room is doubled, so that the copies add up to no more than the ledger; in powers of two of bytes. */
cm_points *
cm_points_with_room(cm_points *ledger, int64 more)
{
    Size wanted = SIZE_OF(ledger->used + more);
    Size size = 128;

    ledger->head.flags &= ~CM_POINTS_CANONICAL;
    if (more <= capacity(ledger) - ledger->used)
        return ledger;
    cm_state_check_size(&cm_points_class, wanted);
    while (size < wanted)
        size *= 2;

    cm_points *larger = cm_state_new(&cm_points_class, size);

    larger->head.flags = ledger->head.flags;
    larger->used = ledger->used;
    larger->skipped = ledger->skipped;
    memcpy(larger->entries, ledger->entries, ledger->used * sizeof(cm_points_entry));
    return larger;
}

static cm_points *
own_points(FunctionCallInfo fcinfo)
{
    return PG_ARGISNULL(0) ? cm_points_new(0) : cm_points_check(cm_state_own(fcinfo, 0, &cm_points_class));
}

/* "5 points at 2026-01-01 00:00:00, expires_at 2026-03-01 00:00:00"; not of reversals */
static const char *
entry_text(const cm_points_entry *entry, cm_clock clock)
{
    return psprintf(INT64_FORMAT " points at %s, expires_at %s", entry->points,
                    cm_time_text(entry->at, clock),
                    entry->expires_at == CM_NEVER ? "NULL" : cm_time_text(entry->expires_at, clock));
}

void
cm_points_check_entry(const cm_points_entry *entry, cm_clock clock)
{
    if (entry->expires_at == CM_REVERSAL)
        return;
    if (unlikely(entry->points < 0 && entry->expires_at != CM_NEVER))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("points that are spent cannot expire: %s", entry_text(entry, clock)),
                        errhint("Leave expires_at NULL where points are negative.")));
    if (unlikely(entry->expires_at <= entry->at))
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                        errmsg("points expire before they are earned: %s", entry_text(entry, clock)),
                        errdetail("expires_at is the first moment without them."),
                        errhint("Leave expires_at NULL where points do not expire.")));
}

static int64
whole_points(double points, int64 at, cm_clock clock)
{
    if (unlikely(!(fabs(points) <= MOST_POINTS && points == floor(points))))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"points\" is out of range: %g, of the entry at %s", points,
                               cm_time_text(at, clock)),
                        errdetail("Points are whole numbers from -%.0f to %.0f.", MOST_POINTS, MOST_POINTS)));
    return (int64) points;
}

static void
reversal_expiry_error(const cm_points_entry *entry, int64 expires_at, cm_clock clock)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("points that are given back expire when they would have: " INT64_FORMAT
                           " points at %s, expires_at %s",
                           entry->points, cm_time_text(entry->at, clock), cm_time_text(expires_at, clock)),
                    errhint("Leave expires_at NULL in a reversal; points with a new life are earned ones.")));
}

/* A row without time or points is skipped and counted, one of no points adds nothing. */
static Datum
add_entry(FunctionCallInfo fcinfo, bool reversal)
{
    cm_points *ledger = own_points(fcinfo);

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2)) {
        ledger->skipped = cm_add_counts(ledger->skipped, 1, "skipped rows");
        PG_RETURN_POINTER(ledger);
    }

    cm_clock clock = cm_clock_of(PG_GETARG_MOMENT(1));
    cm_points_entry entry = {.at = cm_moment_time(PG_GETARG_MOMENT(1), "at"), .expires_at = CM_NEVER};

    entry.points = whole_points(PG_GETARG_FLOAT8(2), entry.at, clock);
    if (entry.points == 0)
        PG_RETURN_POINTER(ledger);
    if (!PG_ARGISNULL(3)) {
        entry.expires_at = cm_moment_time(PG_GETARG_MOMENT(3), "expires_at");
        cm_clock_agree(clock, "at", cm_clock_of(PG_GETARG_MOMENT(3)), "expires_at");
        if (unlikely(reversal))
            reversal_expiry_error(&entry, entry.expires_at, clock);
    }
    if (reversal)
        entry.expires_at = CM_REVERSAL;
    cm_clock_agree(cm_points_clock(ledger), "another row", clock, "at");
    cm_points_check_entry(&entry, clock);
    ledger = cm_points_with_room(ledger, 1);
    ledger->head.flags = clock;
    ledger->entries[ledger->used++] = entry;
    PG_RETURN_POINTER(ledger);
}

/* Transition of points_agg(at, points, expires_at). */
PG_FUNCTION_INFO_V1(cm_points_accum);
Datum
cm_points_accum(PG_FUNCTION_ARGS)
{
    return add_entry(fcinfo, false);
}

/* Transition of points_reversal_agg(at, points, expires_at, reversal); a NULL is no reversal. */
PG_FUNCTION_INFO_V1(cm_points_accum_reversal);
Datum
cm_points_accum_reversal(PG_FUNCTION_ARGS)
{
    return add_entry(fcinfo, !PG_ARGISNULL(4) && PG_GETARG_BOOL(4));
}

/* Merges two ledgers: combine function, and transition of rollup(points_state). */
PG_FUNCTION_INFO_V1(cm_points_combine);
Datum
cm_points_combine(PG_FUNCTION_ARGS)
{
    cm_points *ledger = own_points(fcinfo);
    const cm_points *other = cm_points_check(cm_state_read(PG_GETARG_DATUM(1), &cm_points_class));

    ledger->skipped = cm_add_counts(ledger->skipped, other->skipped, "skipped rows");
    if (other->used == 0)
        PG_RETURN_POINTER(ledger);

    cm_clock clock =
        cm_clock_agree(cm_points_clock(ledger), "a ledger", cm_points_clock(other), "another ledger");

    ledger = cm_points_with_room(ledger, other->used);
    ledger->head.flags = clock;
    memcpy(ledger->entries + ledger->used, other->entries, other->used * sizeof(cm_points_entry));
    ledger->used += other->used;
    PG_RETURN_POINTER(ledger);
}
