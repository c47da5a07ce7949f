/*
 * cohorts: the active periods of all customers in one value, built in one pass. The reports of retention read it.
 */
#ifndef CM_COHORTS_H
#define CM_COHORTS_H

#include "core/map.h"
#include "retention/calendar.h"
#include "retention/history.h"
#include "states/report_base.h"

/* What is kept of a customer: most histories fit in the latest chunk. */
typedef struct cm_cohorts_entry {
    uint64 bits; /* of the latest chunk; 0 only while the entry is new */
    int32 word;
    cm_list earlier; /* of cm_chunk, before the latest; in canonical form ascending, else as ladder.h says */
} cm_cohorts_entry;

/* What waits of a row. */
typedef struct cm_cohorts_row {
    int32 period;
    uint32 unused; /* zero */
} cm_cohorts_row;

typedef struct cm_cohorts_params {
    cm_calendar calendar;
} cm_cohorts_params;

extern const cm_map_class cm_cohorts_class;

/* Adds 64 neighbours at once to an entry. */
extern void cm_cohorts_add_chunk(cm_map_edit *edit, uint32 entry, const cm_chunk *chunk);

static inline cm_calendar
cm_cohorts_calendar(const cm_map *cohorts)
{
    return ((const cm_cohorts_params *) cm_map_params(cohorts))->calendar;
}

/* The history of one customer up to before; replaces what h held. */
extern void cm_cohorts_history(const cm_map *cohorts, uint32 entry, int64 before, cm_active_periods *h);

/* Calls visit for every customer who was active before a period, with the history up to there. */
extern void cm_cohorts_visit(const cm_map *cohorts, int64 before,
                             void (*visit)(void *report, const cm_active_periods *h), void *report);

/* Periods of a report, counted from the first in which anyone is known to have been active. */
typedef struct cm_report_span {
    int32 first;
    int64 active;   /* up to the last one in which anyone may be known to have been active */
    int64 finished; /* that are over at as_of: active or more */
    int64 begun;    /* that have begun */
} cm_report_span;

/* False if no one is known. An error if more than CM_MAX_PERIODS are active: a date went wrong. */
extern bool cm_cohorts_span(const cm_map *cohorts, cm_report_horizon horizon, cm_report_span *span);

/*
 * The same from the first row of a base whose parameters are a calendar and as_of and whose first key is a period; r is at
 * that row then. False if there is none.
 */
extern bool cm_report_base_span(cm_base_reader *r, cm_report_span *span);

#define CM_MAX_PERIODS 1000000 /* all days of 2,700 years */
/* An error if a report with a row for each period would have more rows than that. */
extern void cm_report_check_periods(const cm_report_span *span);

#define PG_GETARG_COHORTS(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_cohorts_class)

#endif
