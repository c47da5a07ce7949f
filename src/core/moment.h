/*
 * metric_moment: a point in time as an argument, and how it was written. A timestamptz is an instant; a timestamp or a
 * date is local, a reading of a clock whose zone nobody said. Between two of a kind the time elapsed is known, between an
 * instant and a local one it is not, and that is an error. PostgreSQL would turn the local one into an instant by the
 * session's TimeZone, so that the same query gave several answers.
 *
 * The value is 8 bytes. Instants are those of timestamptz, so that its values pass without a call. Local ones lie below
 * the least timestamp, where no instant is.
 */
#ifndef CM_MOMENT_H
#define CM_MOMENT_H

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/compat.h"

typedef int64 cm_moment;

#define PG_GETARG_MOMENT(n) PG_GETARG_INT64(n)
#define MomentGetDatum(moment) Int64GetDatum(moment)

/* What the moments of a state are; every state that keeps moments keeps this beside them. */
typedef enum cm_clock { CM_NO_CLOCK, CM_LOCAL, CM_INSTANT } cm_clock;

extern const char *const cm_clock_names[]; /* "none", "local", "instant" */

static inline cm_clock
cm_clock_of(cm_moment moment)
{
    return unlikely(moment < MIN_TIMESTAMP) ? CM_LOCAL : CM_INSTANT;
}

#define CM_LOCAL_SHIFT (MIN_TIMESTAMP - (PG_INT64_MIN + 1)) /* a local moment + this = its timestamp */

extern void cm_moment_error(const char *what) pg_attribute_noreturn();

/* Microseconds since 2000-01-01 of its own clock. Infinity is an error. */
static inline int64
cm_moment_time(cm_moment moment, const char *what)
{
    if (unlikely(moment == DT_NOBEGIN || moment == DT_NOEND))
        cm_moment_error(what);
    return unlikely(moment < MIN_TIMESTAMP) ? moment + CM_LOCAL_SHIFT : moment;
}

/* Days between two times of one clock: exact below 2^53 microseconds, 285 years. */
static inline double
cm_days_between(int64 from, int64 to)
{
    return (double) ((int128) to - from) / (double) USECS_PER_DAY;
}

/*
 * A time of a clock for people and for JSON: "2025-06-01 12:30:00", of an instant with "+00" behind it, or as ISO 8601 has
 * it, "2025-06-01T12:30:00+00:00".
 */
extern char *cm_time_text(int64 time, cm_clock clock);
extern void cm_append_json_time(StringInfo out, int64 time, cm_clock clock); /* in quotes */
/* A moment in a message: as above, but a local midnight is its date. */
extern const char *cm_moment_text(cm_moment moment);

/* An error unless both are of one kind; "none" agrees with either. Returns the kind that both are. */
extern void cm_clock_error(cm_clock a, const char *what_a, cm_clock b, const char *what_b)
    pg_attribute_noreturn();
static inline cm_clock
cm_clock_agree(cm_clock a, const char *what_a, cm_clock b, const char *what_b)
{
    if (unlikely(a != b && a != CM_NO_CLOCK && b != CM_NO_CLOCK))
        cm_clock_error(a, what_a, b, what_b);
    return a == CM_NO_CLOCK ? b : a;
}

/* The instant of an argument of a form with a zone; a local one is an error that names the form without a zone. */
extern void cm_not_an_instant(const char *what, const char *other_form) pg_attribute_noreturn();
static inline TimestampTz
cm_instant(cm_moment moment, const char *what, const char *other_form)
{
    if (unlikely(moment == DT_NOBEGIN || moment == DT_NOEND))
        cm_moment_error(what);
    if (unlikely(moment < MIN_TIMESTAMP))
        cm_not_an_instant(what, other_form);
    return moment;
}

/* Any timestamp as it is; infinity is an error. For rooms whose arguments are no moments yet. */
static inline TimestampTz
cm_check_timestamp(TimestampTz at, const char *what)
{
    if (unlikely(TIMESTAMP_NOT_FINITE(at)))
        cm_moment_error(what);
    return at;
}

/* ---- days of day functions, which take a timestamp: the day that it was written for ---- */

extern void cm_day_of_infinity(const char *what) pg_attribute_noreturn();

static inline DateADT
cm_day_of(Timestamp at, const char *what)
{
    if (unlikely(TIMESTAMP_NOT_FINITE(at)))
        cm_day_of_infinity(what);
    return (DateADT) (at / USECS_PER_DAY - (at % USECS_PER_DAY < 0));
}

#define CM_ARG_DAY_OF(n, what) cm_day_of(PG_GETARG_TIMESTAMP(n), what)

#endif
