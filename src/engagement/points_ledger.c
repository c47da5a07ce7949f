/* points_state: entries are added and merged, sorted when they leave, read and written. */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

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

/* An empty ledger with memory for so many entries. */
static cm_points *
new_ledger(int64 entries)
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

/* By time; at one moment what is earned precedes what is spent; then by expiry. */
static int
compare_entries(const void *a, const void *b)
{
    const cm_points_entry *left = a;
    const cm_points_entry *right = b;

    if (left->at != right->at)
        return left->at < right->at ? -1 : 1;
    if ((left->points < 0) != (right->points < 0))
        return left->points < 0 ? 1 : -1;
    return (left->expires_at > right->expires_at) - (left->expires_at < right->expires_at);
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

    cm_points *sorted = new_ledger(ledger->used);
    int64 kept = 0;

    memcpy(sorted->entries, ledger->entries, ledger->used * sizeof(cm_points_entry));
    qsort(sorted->entries, ledger->used, sizeof(cm_points_entry), compare_entries);
    for (int64 i = 0; i < ledger->used; i++) {
        cm_points_entry *entry = &sorted->entries[i];

        CHECK_FOR_INTERRUPTS();
        if (kept > 0 && compare_entries(&sorted->entries[kept - 1], entry) == 0)
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

/* Memory for so many more: doubled, so that the copies add up to no more than the ledger; in powers of two of bytes. */
static cm_points *
with_capacity(cm_points *ledger, int64 more)
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
    return PG_ARGISNULL(0) ? new_ledger(0) : cm_points_check(cm_state_own(fcinfo, 0, &cm_points_class));
}

/* "5 points at 2026-01-01 00:00:00, expires_at 2026-03-01 00:00:00" */
static const char *
entry_text(const cm_points_entry *entry, cm_clock clock)
{
    return psprintf(INT64_FORMAT " points at %s, expires_at %s", entry->points,
                    cm_time_text(entry->at, clock),
                    entry->expires_at == CM_NEVER ? "NULL" : cm_time_text(entry->expires_at, clock));
}

static void
check_entry(const cm_points_entry *entry, cm_clock clock)
{
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

/* Transition of points_agg(at, points, expires_at); a row without time or points is skipped and counted, one of no points adds nothing. */
PG_FUNCTION_INFO_V1(cm_points_accum);
Datum
cm_points_accum(PG_FUNCTION_ARGS)
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
    }
    cm_clock_agree(cm_points_clock(ledger), "another row", clock, "at");
    check_entry(&entry, clock);
    ledger = with_capacity(ledger, 1);
    ledger->head.flags = clock;
    ledger->entries[ledger->used++] = entry;
    PG_RETURN_POINTER(ledger);
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

    ledger = with_capacity(ledger, other->used);
    ledger->head.flags = clock;
    memcpy(ledger->entries + ledger->used, other->entries, other->used * sizeof(cm_points_entry));
    ledger->used += other->used;
    PG_RETURN_POINTER(ledger);
}

/*
 * ---- text: 1:clock:at+earned>expires_at,at+earned,at-spent,... (1:+3:clock:... where three rows were skipped) ----
 * Times are microseconds from 2000-01-01 of the clock: none, local or instant.
 */

/* The error of a ledger that no rows give, or NULL. */
static const char *
ledger_error(const cm_points *ledger)
{
    if ((ledger->used == 0) != (cm_points_clock(ledger) == CM_NO_CLOCK))
        return "the clock is not that of entries";
    for (int64 i = 1; i < ledger->used; i++)
        if (compare_entries(&ledger->entries[i - 1], &ledger->entries[i]) >= 0)
            return "entries are not in order";
    return NULL;
}

CM_INPUT_FUNCTION(cm_points_in)
{
    cm_parser p = cm_parse_begin("points_state", PG_GETARG_CSTRING(0));
    cm_points *ledger = new_ledger(0);
    const char *error;

    cm_parse_version(&p, cm_points_class.version);
    ledger->skipped = cm_parse_skipped(&p);
    ledger->head.flags = cm_engagement_parse_clock(&p);
    cm_parse_char(&p, ':');
    while (ledger->used == 0 ? *p.at != '\0' : cm_parse_maybe(&p, ',')) {
        cm_points_entry entry = {.expires_at = CM_NEVER};

        CHECK_FOR_INTERRUPTS();
        entry.at = cm_parse_int(&p, MIN_TIMESTAMP, END_TIMESTAMP - 1);
        if (cm_parse_maybe(&p, '-'))
            entry.points = -cm_parse_int(&p, 1, CM_MAX_COUNT);
        else {
            cm_parse_char(&p, '+');
            entry.points = cm_parse_int(&p, 1, CM_MAX_COUNT);
            if (cm_parse_maybe(&p, '>'))
                entry.expires_at = cm_parse_int(&p, entry.at + 1, END_TIMESTAMP - 1);
        }
        ledger = with_capacity(ledger, 1);
        ledger->entries[ledger->used++] = entry;
    }
    cm_parse_end(&p);
    if ((error = ledger_error(ledger)) != NULL)
        cm_parse_fail(&p, error);
    PG_RETURN_POINTER(cm_points_canonical(ledger));
}

PG_FUNCTION_INFO_V1(cm_points_out);
Datum
cm_points_out(PG_FUNCTION_ARGS)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", ledger->head.version);
    cm_append_skipped(&out, ledger->skipped);
    appendStringInfo(&out, "%s:", cm_clock_names[cm_points_clock(ledger)]);
    for (int64 i = 0; i < ledger->used; i++) {
        const cm_points_entry *entry = &ledger->entries[i];

        CHECK_FOR_INTERRUPTS();
        appendStringInfo(&out, "%s" INT64_FORMAT "%s" INT64_FORMAT, i > 0 ? "," : "", entry->at,
                         entry->points > 0 ? "+" : "", entry->points);
        if (entry->expires_at != CM_NEVER)
            appendStringInfo(&out, ">" INT64_FORMAT, entry->expires_at);
    }
    PG_RETURN_CSTRING(out.data);
}

/* {"skipped_rows": 0, "entries": [{"at": "2026-01-01T00:00:00", "points": 100, "expires_at": "2026-03-01T00:00:00"}, ...]} */
PG_FUNCTION_INFO_V1(cm_points_json);
Datum
cm_points_json(PG_FUNCTION_ARGS)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);
    cm_clock clock = cm_points_clock(ledger);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"skipped_rows\": " INT64_FORMAT ", \"entries\": [", ledger->skipped);
    for (int64 i = 0; i < ledger->used; i++) {
        const cm_points_entry *entry = &ledger->entries[i];

        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, i > 0 ? ", {\"at\": " : "{\"at\": ");
        cm_append_json_time(&out, entry->at, clock);
        appendStringInfo(&out, ", \"points\": " INT64_FORMAT ", \"expires_at\": ", entry->points);
        if (entry->expires_at == CM_NEVER)
            appendStringInfoString(&out, "null");
        else
            cm_append_json_time(&out, entry->expires_at, clock);
        appendStringInfoChar(&out, '}');
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- binary ---- */

PG_FUNCTION_INFO_V1(cm_points_recv);
Datum
cm_points_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    const char *error;

    cm_receive_version(in, "points_state", cm_points_class.version);

    cm_clock clock = cm_engagement_receive_clock(in, "points_state");
    int64 skipped = cm_receive_skipped(in);
    int64 count = pq_getmsgint64(in);

    if (count < 0 || count > (in->len - in->cursor) / (int64) sizeof(cm_points_entry))
        cm_receive_fail("points_state", "The number of entries is out of range");

    cm_points *ledger = new_ledger(count);

    ledger->head.flags = clock;
    ledger->skipped = skipped;
    for (ledger->used = 0; ledger->used < count; ledger->used++) {
        cm_points_entry *entry = &ledger->entries[ledger->used];

        CHECK_FOR_INTERRUPTS();
        entry->at = pq_getmsgint64(in);
        entry->expires_at = pq_getmsgint64(in);
        entry->points = pq_getmsgint64(in);
        if (!IS_VALID_TIMESTAMP(entry->at) || entry->points == 0 || entry->points < -CM_MAX_COUNT ||
            entry->points > CM_MAX_COUNT ||
            (entry->expires_at != CM_NEVER && !IS_VALID_TIMESTAMP(entry->expires_at)))
            cm_receive_fail("points_state", "An entry is out of range");
        check_entry(entry, clock);
    }
    if ((error = ledger_error(ledger)) != NULL)
        cm_receive_fail("points_state", error);
    PG_RETURN_POINTER(cm_points_canonical(ledger));
}

PG_FUNCTION_INFO_V1(cm_points_send);
Datum
cm_points_send(PG_FUNCTION_ARGS)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, ledger->head.version);
    pq_sendbyte(&out, cm_points_clock(ledger));
    pq_sendint64(&out, ledger->skipped);
    pq_sendint64(&out, ledger->used);
    for (int64 i = 0; i < ledger->used; i++) {
        CHECK_FOR_INTERRUPTS();
        pq_sendint64(&out, ledger->entries[i].at);
        pq_sendint64(&out, ledger->entries[i].expires_at);
        pq_sendint64(&out, ledger->entries[i].points);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}
