/*
 * From customers' changes of revenue to periods, in one pass over the changes: a customer costs as many steps as they
 * have changes, however many periods they stay, because what holds for a run of periods is entered at its two ends and
 * summed up at last.
 *
 * Movements are those of customers, not of subscriptions, in the sense of subscription analytics (ChartMogul, Stripe): new,
 * the first revenue ever; expansion and contraction, between customers; churn, to nothing; reactivation, from
 * nothing by someone who had paid before. By default they are counted day by day, so that a subscription that begins and
 * ends within a period is seen; method 'net' compares the ends of each period instead.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "states/order.h"
#include "subscription/mrr_periods.h"

#define MOST_PERIODS 1000000

const char *const cm_mrr_movement_names[] = {"new", "expansion", "contraction", "churn", "reactivation"};

typedef struct building {
    const cm_map *map;
    uint32 customer; /* whose changes are taken */
    mrr_history *history;
    DateADT first_day;      /* of the first period */
    int32 *period_of;       /* the period, counted from the first, of each day from then on */
    DateADT *starts;        /* the first day of each period, and of the two after the last */
    mrr_period *run_begins; /* what holds from the start of period i on ... */
    mrr_period *run_ends;   /* ... and no more from period i on */
    int64 *days;            /* change, from period i on, of customers who are customers all of it */
    mrr_method method;
    int scale;
} building;

static int128
add(const building *b, int128 sum, int128 units)
{
    return cm_units_add(sum, units, b->scale);
}

static void
move(building *b, mrr_period *period, int128 before, int128 after, bool ever)
{
    mrr_movement m = before == 0      ? (ever ? MRR_REACTIVATION : MRR_NEW)
                     : after == 0     ? MRR_CHURN
                     : after > before ? MRR_EXPANSION
                                      : MRR_CONTRACTION;
    int128 size = after > before ? after - before : before - after;

    if (size == 0)
        return;
    period->movements[m] = add(b, period->movements[m], size);
    period->customers[m]++;
}

/* The customer has this revenue over the starts of periods from and on, before to. */
static void
run(building *b, int32 from, int32 to, int128 revenue)
{
    if (revenue == 0 || from >= to)
        return;
    b->run_begins[from].start = add(b, b->run_begins[from].start, revenue);
    b->run_begins[from].customers_start++;
    b->run_ends[to].start = add(b, b->run_ends[to].start, revenue);
    b->run_ends[to].customers_start++;
}

/* As run, for periods in which nothing changes: all of it is kept. */
static void
add_unchanged(building *b, int32 from, int32 to, int128 revenue)
{
    if (revenue == 0 || from >= to)
        return;
    b->run_begins[from].kept = add(b, b->run_begins[from].kept, revenue);
    b->run_ends[to].kept = add(b, b->run_ends[to].kept, revenue);
}

/* The customer is one from day from on, before day to. */
static void
count_days(building *b, DateADT from, DateADT to)
{
    mrr_period *periods = b->history->periods;
    int32 first = b->period_of[from - b->first_day];
    int32 last = b->period_of[to - 1 - b->first_day];

    if (first == last) {
        periods[first].days += to - from;
        return;
    }
    periods[first].days += b->starts[first + 1] - from;
    periods[last].days += to - b->starts[last];
    b->days[first + 1]++;
    b->days[last]--;
}

/* Changes i and on that fall into one period; returns the first that does not. */
static uint32
add_interval(building *b, const cm_mrr_change *changes, uint32 i, uint32 count, int32 at, int128 *revenue,
             bool *ever)
{
    const mrr_history *h = b->history;
    mrr_period *period = &h->periods[at];
    DateADT end = b->starts[at + 1];
    int128 start = *revenue;
    bool before = *ever;

    for (; i < count && changes[i].day < end && changes[i].day < h->as_of; i++) {
        int128 after = cm_mrr_after(b->map, b->customer, *revenue, &changes[i]);

        if (b->method == MRR_DAILY)
            move(b, period, *revenue, after, *ever);
        *revenue = after;
        *ever = true;
    }
    if (b->method == MRR_NET)
        move(b, period, start, *revenue, before);
    period->kept = add(b, period->kept, Min(start, *revenue));
    period->kept_and_grown = add(b, period->kept_and_grown, start > 0 ? *revenue - Min(start, *revenue) : 0);
    period->lost += start > 0 && *revenue == 0;
    period->joined += start == 0 && *revenue > 0;
    return i;
}

static void
take_days(building *b, const cm_mrr_change *changes, uint32 count)
{
    int128 revenue = 0;

    for (uint32 i = 0; i < count && changes[i].day < b->history->as_of; i++) {
        revenue = add(b, revenue, cm_mrr_units(&changes[i]));
        if (revenue > 0)
            count_days(b, changes[i].day,
                       i + 1 < count ? Min(changes[i + 1].day, b->history->as_of) : b->history->as_of);
    }
}

static void
take_customer(building *b, const cm_mrr_change *changes, uint32 count)
{
    const mrr_history *h = b->history;
    int128 revenue = 0;
    bool ever = false;
    int32 next = 0; /* the first period whose start is not yet entered */

    for (uint32 i = 0; i < count && changes[i].day < h->as_of;) {
        int32 at = b->period_of[changes[i].day - b->first_day];

        run(b, next, at + 1, revenue);
        add_unchanged(b, next, at, revenue);
        i = add_interval(b, changes, i, count, at, &revenue, &ever);
        next = at + 1;
    }
    run(b, next, h->count + 1, revenue); /* one more: the start of a period is the end of the one before */
    add_unchanged(b, next, h->count, revenue);
    take_days(b, changes, count);
}

/* What was entered at the ends of runs becomes what holds in each period. */
static void
sum_up(building *b)
{
    mrr_history *h = b->history;
    int128 start = 0, kept = 0;
    int64 customers = 0, whole = 0;

    for (int32 i = 0; i <= h->count; i++) {
        mrr_period *period = &h->periods[i];

        start = add(b, start, b->run_begins[i].start - b->run_ends[i].start);
        kept = add(b, kept, b->run_begins[i].kept - b->run_ends[i].kept);
        customers += b->run_begins[i].customers_start - b->run_ends[i].customers_start;
        whole += b->days[i];
        period->start = start;
        period->customers_start = customers;
        period->kept = add(b, period->kept, kept);
        period->kept_and_grown = add(b, period->kept_and_grown, period->kept);
        period->days +=
            whole * (cm_period_end(h->calendar, h->first + i) - cm_period_start(h->calendar, h->first + i));
        if (i > 0) {
            h->periods[i - 1].end = start;
            h->periods[i - 1].customers_end = customers;
        }
    }
}

/* The identity that makes it a ledger. It cannot fail; if it does, no figure is better than a wrong one. */
static void
check_identity(const mrr_history *h)
{
    for (int32 i = 0; i < h->count; i++) {
        const mrr_period *p = &h->periods[i];
        int128 end = p->start + p->movements[MRR_NEW] + p->movements[MRR_EXPANSION] -
                     p->movements[MRR_CONTRACTION] - p->movements[MRR_CHURN] + p->movements[MRR_REACTIVATION];

        if (end != p->end || p->customers_start + p->customers[MRR_NEW] + p->customers[MRR_REACTIVATION] -
                                     p->customers[MRR_CHURN] !=
                                 p->customers_end)
            elog(ERROR, "movements of monthly recurring revenue do not add up");
    }
}

DateADT
cm_mrr_first_day(const cm_map *map, DateADT as_of)
{
    DateADT first = as_of;

    for (uint32 i = 0; i < map->count; i++) {
        uint32 count;
        const cm_mrr_change *changes = mrr_changes(map, i, &count);

        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        if (count > 0 && changes[0].day < first)
            first = changes[0].day;
    }
    return first;
}

/* Days and periods as tables: calendar arithmetic for each change would cost more than all the rest. */
static void
make_calendar(building *b)
{
    const mrr_history *h = b->history;

    b->starts = palloc((h->count + 2) * sizeof(DateADT));
    for (int32 i = 0; i < h->count + 2; i++)
        b->starts[i] = cm_period_start(h->calendar, h->first + i);
    b->first_day = b->starts[0];
    b->period_of =
        palloc_extended((Size) (b->starts[h->count] - b->first_day) * sizeof(int32), MCXT_ALLOC_HUGE);
    for (int32 i = 0; i < h->count; i++)
        for (DateADT day = b->starts[i]; day < b->starts[i + 1]; day++)
            b->period_of[day - b->first_day] = i;
}

mrr_history
cm_mrr_no_history(const cm_word *period, DateADT as_of, DateADT first)
{
    mrr_history h = {.calendar = cm_calendar_from_text(period), .as_of = cm_check_day(as_of, "as_of")};

    if (first >= as_of)
        return h;
    h.first = cm_period_of(h.calendar, first);

    int64 count = (int64) cm_period_of(h.calendar, as_of - 1) - h.first + 1;

    if (count > MOST_PERIODS)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                 errmsg("there are " INT64_FORMAT " periods from the first subscription to as_of", count),
                 errdetail("There may be %d.", MOST_PERIODS), errhint("Choose a longer period.")));
    h.count = (int32) count;
    return h;
}

mrr_history
cm_mrr_history(const cm_map *map, const cm_word *period, DateADT as_of, mrr_method method)
{
    mrr_history h = cm_mrr_no_history(period, as_of, cm_mrr_first_day(map, as_of));

    h.scale = mrr_scale(map);
    if (h.count == 0)
        return h;

    building b = {.map = map, .history = &h, .method = method, .scale = h.scale};
    Size size = (h.count + 2) * sizeof(mrr_period);

    h.periods = palloc0(size);
    b.run_begins = palloc0(size);
    b.run_ends = palloc0(size);
    b.days = palloc0((h.count + 2) * sizeof(int64));
    make_calendar(&b);
    for (uint32 i = 0; i < map->count; i++) {
        uint32 changes_count;
        const cm_mrr_change *changes = mrr_changes(map, i, &changes_count);

        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        b.customer = i;
        take_customer(&b, changes, changes_count);
    }
    sum_up(&b);
    check_identity(&h);
    return h;
}
