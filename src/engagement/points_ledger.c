/* The points_ledger state: entries are added and merged, sorted when they leave, read and written. */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "core/check.h"
#include "core/parse.h"
#include "core/moment.h"
#include "core/period.h"
#include "core/zone.h"
#include "engagement/points.h"

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

/* By time; at one moment what is earned precedes what is spent; then by expiry. */
int
cm_points_compare(const void *a, const void *b)
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

    cm_points *sorted = cm_points_new(ledger->used);
    int64 kept = 0;

    memcpy(sorted->entries, ledger->entries, ledger->used * sizeof(cm_points_entry));
    qsort(sorted->entries, ledger->used, sizeof(cm_points_entry), cm_points_compare);
    for (int64 i = 0; i < ledger->used; i++) {
        cm_points_entry *entry = &sorted->entries[i];

        CHECK_FOR_INTERRUPTS();
        if (kept > 0 && cm_points_compare(&sorted->entries[kept - 1], entry) == 0)
            sorted->entries[kept - 1].points = add_points(sorted->entries[kept - 1].points, entry->points);
        else
            sorted->entries[kept++] = *entry;
    }
    sorted->used = kept;
    sorted->head.flags = CM_POINTS_CANONICAL;
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

/* Room for so many more: doubled, so that the copies add up to no more than the ledger; in powers of two of bytes. */
static cm_points *
with_capacity(cm_points *ledger, int64 more)
{
    Size wanted = SIZE_OF(ledger->used + more);
    Size size = 128;

    ledger->head.flags = 0;
    if (more <= capacity(ledger) - ledger->used)
        return ledger;
    cm_state_check_size(&cm_points_class, wanted);
    while (size < wanted)
        size *= 2;

    cm_points *larger = cm_state_new(&cm_points_class, size);

    larger->used = ledger->used;
    memcpy(larger->entries, ledger->entries, ledger->used * sizeof(cm_points_entry));
    return larger;
}

static cm_points *
own_points(FunctionCallInfo fcinfo)
{
    return PG_ARGISNULL(0) ? cm_points_new(0) : cm_points_check(cm_state_own(fcinfo, 0, &cm_points_class));
}

static void
check_entry(const cm_points_entry *entry)
{
    if (entry->points < -CM_MAX_COUNT || entry->points > CM_MAX_COUNT)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("points is out of range: " INT64_FORMAT, entry->points)));
    if (entry->points < 0 && entry->expires_at != CM_NEVER)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("points that are spent cannot expire: " INT64_FORMAT, entry->points),
                        errhint("Leave expires_at NULL where points are negative.")));
    if (entry->expires_at <= entry->at)
        ereport(ERROR,
                (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("points expire before they are earned"),
                 errdetail("expires_at is the first moment without them."),
                 errhint("Leave expires_at NULL where points do not expire.")));
}

static Datum
accumulate(cm_points *ledger, Timestamp at, int64 points, Timestamp expires_at)
{
    cm_points_entry entry = {.at = at, .expires_at = expires_at, .points = points};

    if (points == 0)
        PG_RETURN_POINTER(ledger);
    check_entry(&entry);
    ledger = with_capacity(ledger, 1);
    ledger->entries[ledger->used++] = entry;
    PG_RETURN_POINTER(ledger);
}

static int64
whole_points(double points)
{
    if (!(points == floor(points) && fabs(points) < (double) CM_MAX_COUNT))
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("points is out of range: %g", points),
                 errdetail("Points are whole numbers.")));
    return (int64) points;
}

/* Transitions of points_agg(at, points, expires_at); a row without time or points is skipped. */
#define POINTS_ACCUM(name, points, time, never)                                                              \
    PG_FUNCTION_INFO_V1(cm_points_accum_##name);                                                             \
    Datum cm_points_accum_##name(PG_FUNCTION_ARGS)                                                           \
    {                                                                                                        \
        cm_points *ledger = own_points(fcinfo);                                                              \
                                                                                                             \
        if (PG_ARGISNULL(1) || PG_ARGISNULL(2))                                                              \
            PG_RETURN_POINTER(ledger);                                                                       \
        return accumulate(ledger, time(1, "at"), points(2), never);                                          \
    }                                                                                                        \
    extern int cm_no_such_variable

#define WHOLE(arg) PG_GETARG_INT64(arg)
#define NUMBER(arg) whole_points(PG_GETARG_FLOAT8(arg))
#define DAY(arg, what) (cm_check_date(PG_GETARG_DATEADT(arg), what) * USECS_PER_DAY)
#define MOMENT(arg, what) cm_check_timestamp(PG_GETARG_TIMESTAMP(arg), what)
#define EXPIRES(time) (PG_ARGISNULL(3) ? CM_NEVER : time(3, "expires_at"))

POINTS_ACCUM(int8_date, WHOLE, DAY, EXPIRES(DAY));
POINTS_ACCUM(int8_timestamp, WHOLE, MOMENT, EXPIRES(MOMENT));
POINTS_ACCUM(float8_date, NUMBER, DAY, EXPIRES(DAY));
POINTS_ACCUM(float8_timestamp, NUMBER, MOMENT, EXPIRES(MOMENT));

/* Merges two ledgers: combine function, and transition of rollup(points_ledger). */
PG_FUNCTION_INFO_V1(cm_points_combine);
Datum
cm_points_combine(PG_FUNCTION_ARGS)
{
    cm_points *ledger = own_points(fcinfo);
    const cm_points *other = cm_points_check(cm_state_read(PG_GETARG_DATUM(1), &cm_points_class));

    if (other->used == 0)
        PG_RETURN_POINTER(ledger);
    ledger = with_capacity(ledger, other->used);
    memcpy(ledger->entries + ledger->used, other->entries, other->used * sizeof(cm_points_entry));
    ledger->used += other->used;
    PG_RETURN_POINTER(ledger);
}

/* ---- text: 1:at+earned>expires_at,at+earned,at-spent,...  in microseconds from 2000-01-01 ---- */

static void
check_sorted(const cm_points *ledger, const char **why)
{
    int64 count = ledger->used;

    for (int64 i = 1; i < count && *why == NULL; i++)
        if (cm_points_compare(&ledger->entries[i - 1], &ledger->entries[i]) >= 0)
            *why = "entries are not in order";
}

CM_INPUT_FUNCTION(cm_points_in)
{
    cm_parser p = cm_parse_begin("points_state", PG_GETARG_CSTRING(0));
    cm_points *ledger = cm_points_new(0);
    const char *why = NULL;

    cm_parse_version(&p, cm_points_class.version);
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
    check_sorted(ledger, &why);
    if (why != NULL)
        cm_parse_fail(&p, why);
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

/* ---- binary ---- */

PG_FUNCTION_INFO_V1(cm_points_recv);
Datum
cm_points_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    const char *why = NULL;

    cm_receive_version(in, "points_state", cm_points_class.version);

    int64 count = pq_getmsgint64(in);

    if (count < 0 || count > (in->len - in->cursor) / (int64) sizeof(cm_points_entry))
        cm_receive_fail("points_state", "The number of entries is out of range");

    cm_points *ledger = cm_points_new(count);

    for (ledger->used = 0; ledger->used < count; ledger->used++) {
        cm_points_entry *entry = &ledger->entries[ledger->used];

        CHECK_FOR_INTERRUPTS();
        entry->at = pq_getmsgint64(in);
        entry->expires_at = pq_getmsgint64(in);
        entry->points = pq_getmsgint64(in);
        if (!IS_VALID_TIMESTAMP(entry->at) || entry->points == 0 ||
            (entry->expires_at != CM_NEVER && !IS_VALID_TIMESTAMP(entry->expires_at)))
            cm_receive_fail("points_state", "An entry is out of range");
        check_entry(entry);
    }
    check_sorted(ledger, &why);
    if (why != NULL)
        cm_receive_fail("points_state", why);
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
    pq_sendint64(&out, ledger->used);
    for (int64 i = 0; i < ledger->used; i++) {
        CHECK_FOR_INTERRUPTS();
        pq_sendint64(&out, ledger->entries[i].at);
        pq_sendint64(&out, ledger->entries[i].expires_at);
        pq_sendint64(&out, ledger->entries[i].points);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}
