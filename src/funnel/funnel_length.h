/* Lengths of time as rules of funnels have them: microseconds; read and written alike in every session. */
#ifndef CM_FUNNEL_LENGTH_H
#define CM_FUNNEL_LENGTH_H

#include "core/parse.h"
#include "datatype/timestamp.h"

/* "1 day 2 hours", "90 min", "1.5 h", "1 day 02:30"; months are an error. */
extern int64 cm_read_length(cm_parser *p, const char *what, bool may_be_zero);
extern int64 cm_length_of_interval(const Interval *interval, const char *what, bool may_be_zero);
extern void cm_append_length(StringInfo out, int64 length);

/* A window: months of the calendar, which have no fixed length, then microseconds. */
typedef struct cm_window {
    int32 months;
    int64 rest;
} cm_window;

/* "1 month", "1 year 2 days" as well. */
extern cm_window cm_read_window(cm_parser *p, const char *what);
extern cm_window cm_window_of_interval(const Interval *interval, const char *what);
extern void cm_append_window(StringInfo out, cm_window window);

static inline void
cm_skip_blanks(cm_parser *p)
{
    p->at += strspn(p->at, " \t\n\r");
}

#endif
