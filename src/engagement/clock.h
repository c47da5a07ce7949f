/*
 * What the states of this room share that keep moments: the word for their clock in the text form, a byte for it in the
 * binary form, and moments for people to read.
 */
#ifndef CM_ENGAGEMENT_CLOCK_H
#define CM_ENGAGEMENT_CLOCK_H

#include "core/moment.h"
#include "core/parse.h"

extern cm_clock cm_engagement_parse_clock(cm_parser *p); /* "none", "local" or "instant" */
extern cm_clock cm_engagement_receive_clock(StringInfo in, const char *type);

/* "2025-06-01 12:30:00", of an instant with "+00" behind it. */
extern char *cm_engagement_moment(int64 time, cm_clock clock);
/* The same in quotes, as ISO 8601 has it: "2025-06-01T12:30:00+00:00". */
extern void cm_engagement_append_json(StringInfo out, int64 time, cm_clock clock);

/* Days between two moments; exact where that is less than 285 years. */
static inline double
cm_engagement_days(int64 from, int64 to)
{
    return (double) ((int128) to - from) / USECS_PER_DAY;
}

#endif
