/* The path of one customer by the rules, the quick way where there is one; see funnel_search.h. */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/months.h"
#include "funnel/funnel_rules.h"
#include "funnel/funnel_search.h"
#include "funnel/funnel_sort.h"

/* ---- the rules, completed from the state ---- */

/* The highest step in the data that is not there to exclude. */
static int
highest_step(const cm_funnel *f, const cm_funnel_rules *rules)
{
    uint64 steps = cm_funnel_all_steps(f);

    for (int i = 0; i < rules->exclusions; i++)
        steps &= ~(UINT64CONST(1) << (rules->exclusion[i].step - 1));
    return steps == 0 ? 1 : 64 - __builtin_clzll(steps);
}

static void
complete_exclusions(cm_funnel_rules *rules)
{
    int kept = 0;

    for (int i = 0; i < rules->exclusions; i++) {
        cm_funnel_exclusion e = rules->exclusion[i];

        if (e.to > rules->steps)
            cm_exclusion_error(&e, rules->steps);
        if (e.to == 0)
            e.to = rules->steps;
        if (e.from < e.to)
            rules->exclusion[kept++] = e;
    }
    rules->exclusions = kept;
}

static void
check_layout(const cm_funnel_rules *rules, cm_funnel_layout layout)
{
    if (rules->hold && layout == CM_FUNNEL_STEPS)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("this funnel has no values to hold constant"),
                        errhint("Build it with funnel_events_agg or funnels_events_agg and a hold_key.")));
    if (rules->ties == CM_TIES_ORDER_KEY && layout != CM_FUNNEL_ORDERED && layout != CM_FUNNEL_EMPTY)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("this funnel has no order keys"),
                        errhint("Build it with funnel_events_agg or funnels_events_agg and an order_key.")));
}

static void
poll(void)
{
    CHECK_FOR_INTERRUPTS();
}

int64
cm_funnel_time(FunctionCallInfo fcinfo, int arg, const char *what, int64 none, const cm_funnel *f)
{
    cm_moment moment;
    int64 time;

    if (PG_ARGISNULL(arg))
        return none;
    moment = PG_GETARG_MOMENT(arg);
    time = cm_moment_time(moment, what);
    cm_clock_agree((cm_clock) f->clock, "the time of the steps", cm_clock_of(moment), what);
    return time;
}

int64
cm_funnel_as_of(FunctionCallInfo fcinfo, int arg, const cm_funnel *f)
{
    return cm_funnel_time(fcinfo, arg, "as_of", CM_FUNNEL_NO_LIMIT, f);
}

/* The months of a window, which cm_funnel_rules.until adds. */
typedef struct calendar {
    int32 months;
    int64 rest;
    pg_tz *zone;
} calendar;

static int64
until_by_calendar(const cm_funnel_rules *rules, int64 start)
{
    const calendar *c = rules->calendar;

    return cm_add_months(start, c->months, c->zone) + c->rest;
}

static void
take_months(cm_funnel_rules *rules, const cm_funnel_ruleset *set, cm_clock clock)
{
    calendar *c = palloc(sizeof(calendar));

    if (clock == CM_INSTANT && set->zone == NULL)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"within\" of months needs a time zone"),
                 errdetail("The steps have instants, and months begin and end by the clock of a place."),
                 errhint("Add the rule zone, as in 'within=1 month, zone=Asia/Shanghai'.")));
    if (clock == CM_LOCAL && set->zone != NULL)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the times of these steps have no time zone"),
                        errdetail("Months begin and end by the clock on which they were read."),
                        errhint("Leave out the rule zone.")));
    *c = (calendar){set->months, set->rules.within, set->zone};
    rules->calendar = c;
    rules->until = until_by_calendar;
}

#define FAR (INT64CONST(1) << 60) /* from all rows by more than any window, and safe to calculate with */

cm_funnel_search
cm_funnel_search_begin(FunctionCallInfo fcinfo, int rules_arg, const cm_funnel *f, int steps)
{
    const cm_funnel_ruleset *set = cm_funnel_rules_arg(fcinfo, rules_arg);
    cm_funnel_search s = {.rules = set->rules, .totals = set->count == CM_COUNT_TOTALS};

    if (steps != 0 && cm_funnel_known_steps(set) != 0 && cm_funnel_known_steps(set) != steps)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("\"names\" has %d elements for %d steps", steps, cm_funnel_known_steps(set)),
                        errdetail("It has one name for each step."),
                        errhint("Leave out the rule steps: the names say how many there are.")));
    if (steps == 0)
        steps = cm_funnel_known_steps(set);
    s.steps_known = steps != 0;

    s.rules.poll = poll;
    s.rules.steps = steps != 0 ? steps : highest_step(f, &s.rules);
    s.rules.as_of = cm_funnel_as_of(fcinfo, rules_arg + 1, f);
    if (s.rules.as_of != CM_FUNNEL_NO_LIMIT)
        s.rules.as_of = Min(Max(s.rules.as_of, -FAR), FAR);
    if (set->months > 0)
        take_months(&s.rules, set, (cm_clock) f->clock);
    complete_exclusions(&s.rules);
    check_layout(&s.rules, (cm_funnel_layout) f->layout);
    s.plain = cm_funnel_is_plain(&s.rules);
    return s;
}

/* ---- the search ---- */

/* An array with room for so many elements; what was in it need not stay. */
static void *
grow(void *array, Size *capacity, Size count, Size element)
{
    if (array != NULL)
        pfree(array);
    *capacity = Max(count, 2 * *capacity);
    return MemoryContextAllocHuge(CurrentMemoryContext, *capacity * element);
}

#define ENSURE(array, capacity, count)                                                                       \
    do {                                                                                                     \
        if ((array) == NULL || (count) > (capacity))                                                         \
            (array) = grow(array, &(capacity), count, sizeof(*(array)));                                     \
    } while (0)

/* The rows are in s->rows, in the order that cm_funnel_find wants. */
static void
find_among_rows(cm_funnel_search *s, uint32 count, Size nodes, cm_funnel_path *path,
                const cm_funnel_attempts *attempts)
{
    ENSURE(s->nodes, s->node_capacity, nodes);
    ENSURE(s->bars, s->bar_capacity, cm_funnel_bars(&s->rules, s->rows, count));
    cm_funnel_find_attempts(&s->rules, s->rows, count, s->nodes, s->bars, path, attempts);
}

/* Rows of one step each, as sorted words. */
static void
search_words(cm_funnel_search *s, const cm_funnel_customer *c, cm_funnel_path *path,
             const cm_funnel_attempts *attempts)
{
    ENSURE(s->words, s->word_capacity, c->rows);
    ENSURE(s->before, s->before_capacity, c->rows);
    cm_funnel_words(c, s->words);
    if (s->plain && attempts == NULL && cm_funnel_find_quick(&s->rules, s->words, c->rows, s->before, path))
        return;
    ENSURE(s->rows, s->row_capacity, c->rows);
    for (uint32 i = 0; i < c->rows; i++)
        s->rows[i] = (cm_funnel_row){.at = cm_funnel_word_time(s->words[i]),
                                     .steps = UINT64CONST(1) << (s->words[i] & (CM_FUNNEL_MAX_STEPS - 1))};
    find_among_rows(s, c->rows, (Size) c->rows + s->rules.steps, path, attempts);
}

/* ---- rows with order keys and values to hold ---- */

static int
compare_order(const void *a, const void *b)
{
    const cm_funnel_row *x = a, *y = b;

    CHECK_FOR_INTERRUPTS();
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Rows in the canonical order, which knows the order keys last. */
static void
sort_by_order(const cm_funnel_search *s, cm_funnel_row *rows, uint32 count)
{
    if (s->rules.ties == CM_TIES_ORDER_KEY && count > 1)
        qsort(rows, count, sizeof(*rows), compare_order);
}

static int
compare_pairs(const void *a, const void *b)
{
    const cm_funnel_pair *x = a, *y = b;

    CHECK_FOR_INTERRUPTS();
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->value > y->value) - (x->value < y->value);
}

static cm_funnel_event
event_at(const cm_funnel *f, int64 place)
{
    cm_funnel_event event;

    cm_funnel_read_row(f, (uint32) place, &event);
    return event;
}

static int
compare_held(const void *a, const void *b, void *f)
{
    const cm_funnel_pair *x = a, *y = b;
    cm_funnel_event left = event_at(f, x->value), right = event_at(f, y->value);
    int order = cm_funnel_compare_bytes(left.held, left.held_length, right.held, right.held_length);

    CHECK_FOR_INTERRUPTS();
    return order != 0 ? order : (x->value > y->value) - (x->value < y->value);
}

/* 24 bits of a hash of the value: few enough for a quick sort, and several values of a customer hardly share them. */
static int64
hash_of(const cm_funnel_event *event)
{
    uint64 hash = hash_bytes_extended((const unsigned char *) event->held, (int) event->held_length, 0);

    return (int64) (hash & 0xffffff);
}

#define MANY 256 /* rows for which counting digits pays */

/* By hash and place. Different values with one hash are sorted by their bytes. */
static void
sort_by_value(cm_funnel_search *s, const cm_funnel *f, uint32 count)
{
    cm_funnel_pair *sorted = s->pairs;

    if (count > MANY) {
        memcpy(s->pairs + count, s->pairs, count * sizeof(cm_funnel_pair));
        cm_funnel_sort_pairs(s->pairs + count, sorted, s->pairs + 2 * (Size) count, count, 0);
    } else
        qsort(sorted, count, sizeof(*sorted), compare_pairs);
    for (uint32 from = 0, next; from < count; from = next) {
        cm_funnel_event first = event_at(f, sorted[from].value);
        bool same = true;

        CHECK_FOR_INTERRUPTS();
        for (next = from + 1; next < count && sorted[next].key == sorted[from].key; next++) {
            cm_funnel_event other = event_at(f, sorted[next].value);

            same = same &&
                   cm_funnel_compare_bytes(first.held, first.held_length, other.held, other.held_length) == 0;
        }
        if (!same)
            qsort_arg(sorted + from, next - from, sizeof(*sorted), compare_held, (void *) f);
    }
}

/* The rows that have a value, those of each together, and the values as numbers; then those without one. */
static void
read_rows_by_value(cm_funnel_search *s, const cm_funnel_customer *c)
{
    const cm_funnel *f = c->from;
    cm_funnel_event event, last = {.held = NULL};
    uint32 held = 0, unheld = 0, start = 0;

    ENSURE(s->pairs, s->pair_capacity, 3 * (Size) c->rows);
    for (uint32 at = c->at, next = at; cm_funnel_next_row(c, &next, &event); at = next) {
        CHECK_FOR_INTERRUPTS();
        if (event.row.unheld)
            s->rows[c->rows - ++unheld] = event.row;
        else
            s->pairs[held++] = (cm_funnel_pair){hash_of(&event), at + c->id_words};
    }
    sort_by_value(s, f, held);
    for (uint32 i = 0; i < held; i++, last = event) {
        CHECK_FOR_INTERRUPTS();
        event = event_at(f, s->pairs[i].value);
        if (i > 0)
            event.row.hold = last.row.hold;
        if (i > 0 &&
            cm_funnel_compare_bytes(last.held, last.held_length, event.held, event.held_length) != 0) {
            sort_by_order(s, s->rows + start, i - start);
            event.row.hold++;
            start = i;
        }
        s->rows[i] = event.row;
    }
    sort_by_order(s, s->rows + start, held - start);
    /* they stand in the reverse order */
    for (uint32 i = held, j = c->rows - 1; i < j; i++, j--) {
        cm_funnel_row row = s->rows[i];

        s->rows[i] = s->rows[j];
        s->rows[j] = row;
    }
    sort_by_order(s, s->rows + held, unheld);
}

static void
read_rows(cm_funnel_search *s, const cm_funnel_customer *c)
{
    cm_funnel_event event;
    uint32 count = 0;

    for (uint32 at = c->at; cm_funnel_next_row(c, &at, &event);) {
        CHECK_FOR_INTERRUPTS();
        s->rows[count++] = event.row;
    }
    sort_by_order(s, s->rows, count);
}

static void
search(cm_funnel_search *s, const cm_funnel_customer *c, cm_funnel_path *path,
       const cm_funnel_attempts *attempts)
{
    if (c->from->layout == CM_FUNNEL_STEPS) {
        search_words(s, c, path, attempts);
        return;
    }
    ENSURE(s->rows, s->row_capacity, c->rows);
    if (s->rules.hold)
        read_rows_by_value(s, c);
    else
        read_rows(s, c);
    find_among_rows(s, c->rows, cm_funnel_nodes(s->rows, c->rows, s->rules.steps), path, attempts);
}

void
cm_funnel_search_customer(cm_funnel_search *s, const cm_funnel_customer *c, cm_funnel_path *path)
{
    search(s, c, path, NULL);
}

void
cm_funnel_search_attempts(cm_funnel_search *s, const cm_funnel_customer *c,
                          const cm_funnel_attempts *attempts)
{
    cm_funnel_path path;

    search(s, c, &path, attempts);
}
