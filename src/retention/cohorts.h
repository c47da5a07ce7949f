/*
 * cohorts: the active periods of all customers in one value, built in one pass. The reports of retention read it.
 */
#ifndef CM_COHORTS_H
#define CM_COHORTS_H

#include "core/map.h"
#include "retention/calendar.h"
#include "retention/history.h"

/* What is kept of a customer: most histories fit in the latest chunk. */
typedef struct cm_cohorts_entry {
    uint64 bits; /* of the latest chunk; 0 only while the entry is new */
    int32 word;
    cm_list earlier; /* of cm_chunk, ascending */
} cm_cohorts_entry;

/* What waits of a row. */
typedef struct cm_cohorts_row {
    int32 period;
    uint32 unused; /* zero */
} cm_cohorts_row;

typedef struct cm_cohorts_params {
    cm_calendar calendar;
    uint16 unused[3]; /* zero */
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

/*
 * The first period in which anyone was active before the horizon; false if no one was. An error if so many periods lie
 * between that a table of them makes no sense: a date went wrong.
 */
extern bool cm_cohorts_first(const cm_map *cohorts, cm_report_horizon horizon, int32 *first);

#define PG_GETARG_COHORTS(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_cohorts_class)

#endif
