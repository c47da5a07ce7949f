/* Sets of periods as text and as bytes; see calendar.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/text_size.h"
#include "retention/calendar.h"

#define FIRST_YEAR (-4713) /* the range of dates, and a little more */
#define LAST_YEAR 5874898

/* Up to which unit a period is written: quarters and years that begin elsewhere by the month they begin in. */
static cm_unit
calendar_parts(cm_calendar calendar)
{
    if (calendar.unit == CM_WEEK || calendar.unit == CM_HOUR)
        return CM_DAY;
    return calendar.start > 1 ? CM_MONTH : (cm_unit) calendar.unit;
}

void
cm_append_period(StringInfo out, cm_calendar calendar, int32 period)
{
    int year, month, day;

    calendar = cm_calendar_by_date(calendar);
    j2date(cm_period_start(calendar, period) + POSTGRES_EPOCH_JDATE, &year, &month, &day);
    appendStringInfo(out, year < 0 ? "-%04d" : "%04d", abs(year));
    switch (calendar_parts(calendar)) {
        case CM_YEAR:
            break;
        case CM_QUARTER:
            appendStringInfo(out, "-Q%d", (month + 2) / 3);
            break;
        case CM_MONTH:
            appendStringInfo(out, "-%02d", month);
            break;
        default:
            appendStringInfo(out, "-%02d-%02d", month, day);
    }
    if (calendar.unit == CM_HOUR)
        appendStringInfo(out, "T%02d", (period % HOURS_PER_DAY + HOURS_PER_DAY) % HOURS_PER_DAY);
}

void
cm_append_calendar(StringInfo out, cm_calendar calendar)
{
    appendStringInfoString(out, cm_calendar_name(calendar));
    if (calendar.left_out != 0) {
        appendStringInfoChar(out, '-');
        cm_append_period(out, calendar, calendar.left_out);
    }
}

static void
append_run(StringInfo out, cm_calendar calendar, int32 from, int32 to, bool first)
{
    if (!first)
        appendStringInfoChar(out, ',');
    cm_append_period(out, calendar, from);
    if (to > from) {
        appendStringInfoString(out, "..");
        cm_append_period(out, calendar, to);
    }
}

void
cm_append_periods(StringInfo out, cm_calendar calendar, const cm_chunk *chunks, int64 n)
{
    cm_bit_cursor cursor = cm_bitmap_begin(chunks, n);
    bool first = true;
    int32 from, to, period;

    if (!cm_bitmap_next(&cursor, &from))
        return;
    to = from;
    while (cm_bitmap_next(&cursor, &period)) {
        if (period - 1 > to) {
            CHECK_FOR_INTERRUPTS();
            append_run(out, calendar, from, to, first);
            first = false;
            from = period;
        }
        to = period;
    }
    append_run(out, calendar, from, to, first);
}

#define DATES_BEGIN (-11414) /* chunks of days of the years 1 to 9999, whose dates are short */
#define DATES_END 45655

/* Each run gives a period, or two and two points; a run that goes on in the next chunk counts twice. */
uint64
cm_text_of_periods(const cm_chunk *chunks, int64 n)
{
    uint64 bytes = 0;

    for (int64 i = 0; i < n; i++) {
        uint64 bits = chunks[i].bits, begins = bits & ~(bits << 1);
        int alone = pg_popcount64(begins & ~(bits >> 1)), longer = pg_popcount64(begins) - alone;
        int period =
            chunks[i].word >= DATES_BEGIN && chunks[i].word < DATES_END ? CM_TEXT_DATE : CM_TEXT_LONG_DATE;

        bytes += alone * (period + 1) + longer * (2 * period + 3);
    }
    return bytes;
}

/* ---- JSON ---- */

void
cm_append_json_calendar(StringInfo out, cm_calendar calendar)
{
    if (calendar.unit == CM_NO_PERIOD)
        appendStringInfoString(out, "\"period\": null");
    else
        appendStringInfo(out, "\"period\": \"%s\"", cm_calendar_name(calendar));
    if (calendar.left_out != 0) {
        appendStringInfoString(out, ", \"left_out\": \"");
        cm_append_period(out, calendar, calendar.left_out);
        appendStringInfoChar(out, '"');
    }
}

#define LEAST_JSON_PERIOD 8 /* bytes of "2024" and ", " */

void
cm_append_json_periods(StringInfo out, cm_calendar calendar, const cm_chunk *chunks, int64 n,
                       const char *type)
{
    cm_bit_cursor cursor = cm_bitmap_begin(chunks, n);
    const char *comma = "";
    int32 period;

    if (cm_bitmap_count(chunks, n) > (int64) (MaxAllocSize - out->len) / LEAST_JSON_PERIOD)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                 errmsg("a value of type %s with so many periods is too long for JSON", type),
                 errhint("Read its periods as rows, or its text, which writes neighbours as one run.")));
    appendStringInfoString(out, "\"periods\": [");
    while (cm_bitmap_next(&cursor, &period)) {
        CHECK_FOR_INTERRUPTS();
        appendStringInfo(out, "%s\"", comma);
        cm_append_period(out, calendar, period);
        appendStringInfoChar(out, '"');
        comma = ", ";
    }
    appendStringInfoChar(out, ']');
}

/* ---- reading ---- */

static cm_chunk *
chunks_capacity(cm_chunks *set)
{
    if (set->count == set->capacity) {
        if (set->capacity > PG_INT32_MAX / 2)
            ereport(ERROR,
                    (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("a set of periods is too large")));
        set->capacity = set->capacity == 0 ? 8 : set->capacity * 2;
        set->chunks = set->chunks == NULL ? palloc_extended(set->capacity * sizeof(cm_chunk), MCXT_ALLOC_HUGE)
                                          : repalloc_huge(set->chunks, set->capacity * sizeof(cm_chunk));
    }
    return &set->chunks[set->count];
}

/* Adds from..to, which are later than what is in the set. */
static void
add_run(cm_chunks *set, int32 from, int32 to)
{
    for (int64 word = cm_chunk_word(from); word <= cm_chunk_word(to); word++) {
        uint64 bits = PG_UINT64_MAX;

        if (word == cm_chunk_word(from))
            bits &= PG_UINT64_MAX << (from & 63);
        if (word == cm_chunk_word(to))
            bits &= PG_UINT64_MAX >> (63 - (to & 63));
        if (set->count > 0 && set->chunks[set->count - 1].word == word)
            set->chunks[set->count - 1].bits |= bits;
        else {
            CHECK_FOR_INTERRUPTS();
            *chunks_capacity(set) = (cm_chunk){bits, (int32) word, 0};
            set->count++;
        }
    }
}

static int
parse_digits(cm_parser *p, int at_least, int at_most)
{
    int value = 0;
    int digits = 0;

    while (digits < at_most && *p->at >= '0' && *p->at <= '9') {
        value = value * 10 + (*p->at++ - '0');
        digits++;
    }
    if (digits < at_least)
        cm_parse_fail(p, "a period such as 2024, 2024-Q1, 2024-01, 2024-01-31 or 2024-01-31T15 expected");
    return value;
}

/* Whatever would be written differently is refused: the 30th of February, a week that starts on another day. */
static int32
parse_period(cm_parser *p, cm_calendar calendar)
{
    const char *start = p->at;
    int sign = cm_parse_maybe(p, '-') ? -1 : 1;
    int year = sign * parse_digits(p, 4, 7);
    int month = 1, day = 1, hour = 0;
    cm_unit parts = calendar_parts(calendar);
    StringInfoData again;

    calendar = cm_calendar_by_date(calendar);
    if (parts != CM_YEAR)
        cm_parse_char(p, '-');
    if (parts == CM_QUARTER) {
        cm_parse_char(p, 'Q');
        month = parse_digits(p, 1, 1) * 3 - 2;
    } else if (parts != CM_YEAR)
        month = parse_digits(p, 2, 2);
    if (parts == CM_DAY) {
        cm_parse_char(p, '-');
        day = parse_digits(p, 2, 2);
    }
    if (calendar.unit == CM_HOUR) {
        cm_parse_char(p, 'T');
        hour = parse_digits(p, 2, 2);
    }
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1 || day > 31)
        cm_parse_fail(p, "there is no such period");
    if (calendar.unit == CM_HOUR && (year > CM_LAST_YEAR_OF_HOURS || hour >= HOURS_PER_DAY))
        cm_parse_fail(p, "there is no such hour");

    int32 period = cm_period_of(calendar, date2j(year, month, day) - POSTGRES_EPOCH_JDATE) + hour;

    initStringInfo(&again);
    cm_append_period(&again, calendar, period);
    if (again.len != p->at - start || memcmp(again.data, start, again.len) != 0)
        cm_parse_fail(p, "there is no such period");
    pfree(again.data);
    return period;
}

int32
cm_parse_period(cm_parser *p, cm_calendar calendar)
{
    int32 first, last, period = parse_period(p, calendar);

    cm_period_range(calendar, &first, &last);
    if (period < first || period > last)
        cm_parse_fail(p, "there is no such period");
    return period;
}

void
cm_parse_periods(cm_parser *p, cm_calendar calendar, cm_chunks *set)
{
    int32 first, last;
    int64 after = PG_INT64_MIN; /* the last period so far */

    cm_period_range(cm_calendar_by_date(calendar), &first, &last);
    set->count = 0;
    if (calendar.unit == CM_NO_PERIOD || (*p->at != '-' && (*p->at < '0' || *p->at > '9')))
        return;
    do {
        int32 from = parse_period(p, calendar);
        int32 to = from;

        if (cm_parse_maybe(p, '.')) {
            cm_parse_char(p, '.');
            to = parse_period(p, calendar);
            if (to <= from)
                cm_parse_fail(p, "the end of a run must be later than its start");
        }
        if (calendar.left_out != 0 && from <= calendar.left_out && to >= calendar.left_out)
            cm_parse_fail(p, "no activity on the day that is left out expected");
        if (from < first || to > last || from <= after + 1)
            cm_parse_fail(p, "periods must be dates in ascending order, neighbours written as a run");
        add_run(set, from, to);
        after = to;
    } while (cm_parse_maybe(p, ','));
}

/* Up to the colon that follows, or the second one where the word has one. Only the canonical word is taken. */
cm_calendar
cm_parse_calendar(cm_parser *p, bool hours)
{
    int length = strcspn(p->at, ":-");
    cm_calendar calendar;

    if (p->at[length] == ':' && p->at[length + 1] >= 'a' && p->at[length + 1] <= 'z')
        length += 1 + strcspn(p->at + length + 1, ":");

    char *word = pnstrdup(p->at, length);

    if (strcmp(word, cm_calendar_name(CM_NO_CALENDAR)) == 0)
        calendar = CM_NO_CALENDAR;
    else if (hours && strcmp(word, cm_calendar_name(CM_HOURS)) == 0)
        calendar = CM_HOURS;
    else if (!cm_calendar_from_cstring(word, &calendar))
        cm_period_error(word, hours);
    if (strcmp(cm_calendar_name(calendar), word) != 0) /* week:monday is written week */
        cm_parse_fail(p, psprintf("\"%s\" expected", cm_calendar_name(calendar)));
    p->at += length;
    if (calendar.unit == CM_DAY && cm_parse_maybe(p, '-')) {
        calendar.left_out = parse_period(p, calendar);
        if (calendar.left_out == 0 || !IS_VALID_DATE(calendar.left_out))
            cm_parse_fail(p, "a day that a time zone left out expected");
    }
    cm_parse_char(p, ':');
    return calendar;
}

/* ---- bytes ---- */

void
cm_send_calendar(StringInfo out, cm_calendar calendar)
{
    pq_sendbyte(out, calendar.unit);
    pq_sendbyte(out, calendar.start);
    pq_sendint32(out, calendar.left_out);
}

cm_calendar
cm_receive_calendar(StringInfo in, const char *type, bool hours)
{
    cm_calendar calendar = {.unit = pq_getmsgbyte(in)};
    const char *fault;

    calendar.start = pq_getmsgbyte(in);
    calendar.left_out = pq_getmsgint(in, 4);
    fault = cm_calendar_fault(calendar, hours);
    if (fault != NULL)
        cm_receive_fail(type, fault);
    return calendar;
}

void
cm_send_chunks(StringInfo out, const cm_chunk *chunks, int64 n)
{
    pq_sendint32(out, n);
    for (int64 i = 0; i < n; i++) {
        pq_sendint32(out, chunks[i].word);
        pq_sendint64(out, chunks[i].bits);
    }
}

void
cm_receive_chunks(StringInfo in, cm_calendar calendar, const char *type, cm_chunks *set)
{
    uint32 n = pq_getmsgint(in, 4);
    cm_chunk_check check = cm_chunk_check_begin(calendar);

    set->count = 0;
    for (uint32 i = 0; i < n; i++) {
        int32 word = pq_getmsgint(in, 4);
        cm_chunk chunk = {(uint64) pq_getmsgint64(in), word, 0};
        const char *fault = cm_chunk_fault(&check, &chunk);

        if (fault != NULL)
            cm_receive_fail(type, fault);
        *chunks_capacity(set) = chunk;
        set->count++;
    }
}
