/*
 * What activity (one customer) and cohorts (all of them) share about calendars: the arguments of every row, and sets
 * of periods as text and as bytes.
 */
#ifndef CM_CALENDAR_H
#define CM_CALENDAR_H

#include "core/ladder.h"
#include "core/map.h"
#include "core/parse.h"
#include "core/moment.h"
#include "core/period.h"
#include "core/text_size.h"
#include "core/zone.h"
#include "math/bitmap.h"

#define CM_CALENDAR_FORM "1124" /* among the parameters of a packed map */

/* Sets hold days by their dates, whether the zone left out one or not. */
static inline cm_calendar
cm_calendar_by_date(cm_calendar calendar)
{
    calendar.left_out = 0;
    return calendar;
}

extern void cm_calendar_error(cm_calendar state, cm_calendar other, const char *type) pg_attribute_noreturn();

/*
 * The calendar of two states of one type, or of a state and a row: an error if they differ. A state over no rows has no
 * calendar and agrees with any.
 */
static inline cm_calendar
cm_calendar_agree(cm_calendar state, cm_calendar other, const char *type)
{
    if (other.unit == CM_NO_PERIOD)
        return state;
    if (state.unit == CM_NO_PERIOD)
        return other;
    if (unlikely(!cm_calendar_same(state, other)))
        cm_calendar_error(state, other, type);
    if (unlikely(state.left_out != other.left_out)) /* some of the rows are from zones that have the day */
        state.left_out = 0;
    return state;
}

/* An error if the calendar is not made of days; what names what needs them. */
extern void cm_calendar_check_days(cm_calendar calendar, const char *what);
/* The period that begins then; an error if none does. Only hours begin at another time than midnight. */
extern int32 cm_period_beginning(cm_calendar calendar, Timestamp at, const char *what);
#define CM_ARG_PERIOD_BEGINNING(n, calendar, what) cm_period_beginning(calendar, PG_GETARG_TIMESTAMP(n), what)
/* An error if the window is empty; what_end and what_start name the arguments. */
extern void cm_check_window(int32 start, int32 end, const char *what_start, const char *what_end);

/* What the last row asked for, which most rows ask for again: a calendar, a zone, and a moment near the last one. */
typedef struct cm_last_row {
    int word_length; /* -1: nothing yet, as below */
    int zone_length;
    cm_calendar calendar;
    char word[24]; /* "week:wednesday", "quarterly:september" */
    char zone[TZ_STRLEN_MAX + 1];
    cm_calendar
        period_calendar; /* of the period that follows, which the moments from and before until lie in */
    DateADT left_out;    /* by the zone */
    int32 period;
    TimestampTz from, until;
} cm_last_row;

extern cm_last_row cm_last;

/* The calendar in the zone of the row whose period was asked for last. */
static inline cm_calendar
cm_calendar_in_last_zone(cm_calendar calendar)
{
    calendar.left_out = calendar.unit == CM_DAY ? cm_last.left_out : 0;
    return calendar;
}

extern cm_calendar cm_calendar_of_other_row(const cm_word *word, bool hours);
/* The period of a day; not of hours. */
extern int32 cm_period_of_day(cm_calendar calendar, DateADT day);
/* The period of a day or time that is finite. */
extern int32 cm_period_of_local_row(cm_calendar calendar, Timestamp at);
/* Of a finite moment; a local one is an error that names the form without a zone. */
extern int32 cm_period_of_other_row(cm_calendar calendar, cm_moment at, const cm_word *zone,
                                    const char *local_form);

/* The error for an infinite time in a row, whose argument 1 is a customer. */
extern void cm_row_infinity_error(FunctionCallInfo fcinfo, cm_key_type type, const char *what)
    pg_attribute_noreturn();

/* The calendar of an argument that comes with every row; may be of hours, which `hours` says to who gets it wrong. */
static inline cm_calendar
cm_calendar_of_row(const cm_word *word, bool hours)
{
    int length = VARSIZE_ANY_EXHDR(word);

    if (likely(length == cm_last.word_length && cm_same_bytes(VARDATA_ANY(word), cm_last.word, length)))
        return cm_last.calendar;
    return cm_calendar_of_other_row(word, hours);
}

/* Whether a moment lies in the period of the last row, which is cm_last.period. No local moment does. */
static inline bool
cm_in_last_period(cm_calendar calendar, cm_moment at, const cm_word *zone)
{
    int length = VARSIZE_ANY_EXHDR(zone);

    return likely(at >= cm_last.from && at < cm_last.until && length == cm_last.zone_length &&
                  cm_calendar_same(calendar, cm_last.period_calendar) &&
                  cm_same_bytes(VARDATA_ANY(zone), cm_last.zone, length));
}

/*
 * Chunks as states collect them: in order, or sorted in runs where periods come in no order. In order they are those chunks, or
 * a sorted copy.
 */
extern const cm_ladder cm_chunk_ladder;
extern const cm_chunk *cm_chunks_in_order(const cm_chunk *chunks, int64 n);

/*
 * Sets of periods as text: "2024-01,2024-03..2024-05" for months, "2024-Q1" for quarters, "2024" for years and
 * "2024-01-31" for days and first days of weeks; quarters and years that begin elsewhere are written as the month they
 * begin in, hours as "2024-01-31T15". ".." joins the ends of a run. Years before 1 as in ISO 8601: 0000 is 1 BC.
 */
extern void cm_append_calendar(StringInfo out, cm_calendar calendar); /* "week:sunday", "day-2011-12-30" */
extern void cm_append_period(StringInfo out, cm_calendar calendar, int32 period);
#define CM_TEXT_OF_CHUNK_BYTE (32 * (CM_TEXT_LONG_DATE + 1) / sizeof(cm_chunk))
extern uint64 cm_text_of_periods(const cm_chunk *chunks, int64 n); /* bytes, at most; text_size.h */
extern void cm_append_periods(StringInfo out, cm_calendar calendar, const cm_chunk *chunks, int64 n);
/* As JSON: "period":"month","periods":["2024-01"], each period by itself. */
extern void cm_append_json_calendar(StringInfo out, cm_calendar calendar);
extern void cm_append_json_periods(StringInfo out, cm_calendar calendar, const cm_chunk *chunks, int64 n,
                                   const char *type);

/* What is wrong with a calendar, or with the chunks of a set, in their order, that come from outside; NULL: nothing. */
extern const char *cm_calendar_fault(cm_calendar calendar, bool hours);

typedef struct cm_chunk_check {
    cm_calendar calendar;
    int32 first, last; /* periods that there are */
    int64 after;       /* the word before; PG_INT64_MIN: none, as a set begins */
} cm_chunk_check;

extern cm_chunk_check cm_chunk_check_begin(cm_calendar calendar);
extern const char *cm_chunk_fault(cm_chunk_check *check, const cm_chunk *chunk);

/* The periods that hold the first and the last day there is. */
extern void cm_period_range(cm_calendar calendar, int32 *first, int32 *last);

/* A set that grows at its end. */
typedef struct cm_chunks {
    cm_chunk *chunks;
    int64 count, capacity;
} cm_chunks;

/* Reads what cm_append_periods writes, up to the first character that cannot belong to it; replaces the set. */
extern void cm_parse_periods(cm_parser *p, cm_calendar calendar, cm_chunks *set);
extern int32 cm_parse_period(cm_parser *p, cm_calendar calendar); /* one of them */
extern cm_calendar cm_parse_calendar(cm_parser *p, bool hours);   /* "week:sunday:", "none:", maybe "hour:" */

/* Binary form: unit, start; the number of chunks, and their words and bits. */
extern void cm_send_calendar(StringInfo out, cm_calendar calendar);
extern cm_calendar cm_receive_calendar(StringInfo in, const char *type, bool hours);
extern void cm_send_chunks(StringInfo out, const cm_chunk *chunks, int64 n);
extern void cm_receive_chunks(StringInfo in, cm_calendar calendar, const char *type, cm_chunks *set);

#endif
