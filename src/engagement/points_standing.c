/*
 * Points are spent first in, first out, or first those that expire first; a lot that has expired cannot be spent any more.
 * What is spent beyond the balance (a return, after the points were used) is a debt that later points pay first; it is
 * told apart from what is redeemed.
 *     issued = redeemed + expired + available,    balance = available - overdrawn
 * A reversal undoes the latest entries before it that earned or spent points: from then on they are as if they had not
 * been, so that points which are given back expire when they would have.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "core/check.h"
#include "engagement/clock.h"
#include "engagement/points_standing.h"

/* Lots that may have points left: a queue in the order of earning, or a heap by the time of expiry. */
typedef struct lots {
    const cm_points *ledger;
    cm_points_method method;
    int64 *places; /* of entries in the ledger */
    int64 first;   /* of the queue; 0 in a heap */
    int64 end;
} lots;

/* ---- the heap: the lot that expires first is at place 0, that of an equal time which was earned first ---- */

static bool
precedes(const lots *l, int64 a, int64 b)
{
    int64 time_a = l->ledger->entries[a].expires_at;
    int64 time_b = l->ledger->entries[b].expires_at;

    return time_a != time_b ? time_a < time_b : a < b;
}

static void
swap_places(lots *l, int64 i, int64 j)
{
    int64 held = l->places[i];

    l->places[i] = l->places[j];
    l->places[j] = held;
}

static void
sift_up(lots *l, int64 i)
{
    for (; i > 0 && precedes(l, l->places[i], l->places[(i - 1) / 2]); i = (i - 1) / 2)
        swap_places(l, i, (i - 1) / 2);
}

static void
sift_down(lots *l, int64 i)
{
    for (int64 child = 2 * i + 1; child < l->end; i = child, child = 2 * i + 1) {
        if (child + 1 < l->end && precedes(l, l->places[child + 1], l->places[child]))
            child++;
        if (!precedes(l, l->places[child], l->places[i]))
            return;
        swap_places(l, i, child);
    }
}

static void
add_lot(lots *l, int64 entry)
{
    l->places[l->end++] = entry;
    if (l->method == CM_POINTS_FEFO)
        sift_up(l, l->end - 1);
}

static void
drop_lot(lots *l)
{
    if (l->method == CM_POINTS_FIFO) {
        l->first++;
        return;
    }
    l->places[0] = l->places[--l->end];
    sift_down(l, 0);
}

/* ---- reversals ---- */

static void
reversal_error(const cm_points_entry *entry, int64 missing, cm_clock clock)
{
    bool back = entry->points > 0;

    ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                    errmsg("a reversal of " INT64_FORMAT " points at %s finds " INT64_FORMAT " of them",
                           back ? entry->points : -entry->points, cm_time_text(entry->at, clock),
                           (back ? entry->points : -entry->points) - missing),
                    errdetail("It gives back points that were %s before it.", back ? "spent" : "earned"),
                    errhint("Collect the customer's entries from the first one on.")));
}

/*
 * The points of each entry up to the moment, without what was reversed by then. Both kinds of entries that can be
 * reversed wait on a stack, which they leave once.
 */
static int64 *
net_points(const cm_points *ledger, int64 entries)
{
    int64 *net = palloc(sizeof(int64) * Max(entries, 1));
    int64 *stack = palloc(sizeof(int64) * Max(entries, 1)); /* earned from the front, spent from the back */
    int64 n_earned = 0, n_spent = 0;

    for (int64 i = 0; i < entries; i++) {
        const cm_points_entry *entry = &ledger->entries[i];
        int64 owed = entry->points > 0 ? entry->points : -entry->points;
        bool of_earned = entry->points < 0;

        CHECK_FOR_INTERRUPTS();
        net[i] = entry->points;
        if (entry->expires_at != CM_REVERSAL) {
            if (entry->points > 0)
                stack[n_earned++] = i;
            else
                stack[entries - ++n_spent] = i;
            continue;
        }
        net[i] = 0;
        while (owed > 0 && (of_earned ? n_earned : n_spent) > 0) {
            int64 undone = of_earned ? stack[n_earned - 1] : stack[entries - n_spent];
            int64 size = Min(owed, of_earned ? net[undone] : -net[undone]);

            net[undone] += of_earned ? -size : size;
            owed -= size;
            if (net[undone] == 0)
                *(of_earned ? &n_earned : &n_spent) -= 1;
        }
        if (owed > 0)
            reversal_error(entry, owed, cm_points_clock(ledger));
    }
    pfree(stack);
    return net;
}

/* ---- spending and earning ---- */

/* Takes points out of the lots; what is dropped is used up, or has expired for good. Returns what is not covered. */
static int64
spend(cm_points_standing *s, lots *l, int64 owed, int64 at)
{
    while (owed > 0 && l->first < l->end) {
        int64 lot = l->places[l->first];
        int64 used = l->ledger->entries[lot].expires_at > at ? Min(owed, s->left[lot]) : 0;

        CHECK_FOR_INTERRUPTS();
        s->left[lot] -= used;
        s->redeemed += used;
        owed -= used;
        if (owed > 0)
            drop_lot(l);
    }
    return owed;
}

static void
earn(cm_points_standing *s, lots *l, int64 entry, int64 points)
{
    int64 owed = Min(points, s->overdrawn);

    s->issued = cm_add_counts(s->issued, points, "points");
    s->overdrawn -= owed;
    s->redeemed += owed;
    s->left[entry] = points - owed;
    add_lot(l, entry);
}

cm_points_standing
cm_points_standing_at(const cm_points *ledger, int64 as_of, cm_points_method method)
{
    cm_points_standing s = {0};
    lots l = {.ledger = ledger, .method = method};
    int64 *net;

    while (s.entries < ledger->used && ledger->entries[s.entries].at <= as_of)
        s.entries++;
    net = net_points(ledger, s.entries);
    s.left = palloc0(sizeof(int64) * Max(s.entries, 1));
    l.places = palloc(sizeof(int64) * Max(s.entries, 1));
    for (int64 i = 0; i < s.entries; i++) {
        CHECK_FOR_INTERRUPTS();
        if (net[i] > 0)
            earn(&s, &l, i, net[i]);
        else if (net[i] < 0)
            s.overdrawn = cm_add_counts(s.overdrawn, spend(&s, &l, -net[i], ledger->entries[i].at), "points");
    }
    for (int64 i = 0; i < s.entries; i++) {
        bool matured = ledger->entries[i].expires_at <= as_of;

        *(matured ? &s.expired : &s.available) += s.left[i];
        s.matured += matured && net[i] > 0 ? net[i] : 0;
    }
    pfree(l.places);
    pfree(net);
    return s;
}
