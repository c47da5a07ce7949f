/*
 * cohort_returns: when all customers began, and when they returned, in one value: for cohorts that begin with one event and
 * return by another. A row names the beginning that it belongs to, so that nothing but numbers of periods has to be kept: of
 * each cohort of a customer, which is the period of a beginning, in which periods after it there were returns.
 */
#ifndef CM_COHORT_RETURNS_H
#define CM_COHORT_RETURNS_H

#include "core/map.h"
#include "retention/calendar.h"
#include "retention/history.h"

/*
 * 64 neighbours of the numbers that a customer has in a cohort. Number 0, which every cohort has, is the beginning itself;
 * number n + 1 is a return n periods after it.
 */
typedef struct cm_returns_chunk {
    uint64 bits;  /* 0 only in an entry that is new */
    int32 word;   /* which 64 */
    int32 cohort; /* the period of the beginning; of rolling periods its day */
} cm_returns_chunk;

/* Canonical: chunks ascend by cohort and word, each once, and the last one is the latest. */
typedef struct cm_cohort_returns_entry {
    cm_returns_chunk latest; /* while it is built: the greatest so far */
    cm_list earlier;         /* of cm_returns_chunk; while it is built, in any order and some repeated */
    uint32 unused;           /* zero */
} cm_cohort_returns_entry;

/* What waits of a row. */
typedef struct cm_cohort_returns_row {
    int32 cohort;
    int32 number; /* as above */
} cm_cohort_returns_row;

/*
 * Periods are those of the calendar, or rolling: so many days each, from the customer's own beginning on, by the clock; their
 * cohorts are days. All zero but the unit: no kind of period, as no row was counted.
 */
typedef struct cm_cohort_returns_periods {
    cm_calendar calendar; /* of rolling periods: days */
    uint16 days;          /* of a rolling period; else 0 */
    uint16 unused[3];     /* zero */
} cm_cohort_returns_periods;

#define CM_MAX_ROLLING 3660     /* days */
#define CM_MAX_RETURN 110000000 /* a period so many after the first: more than there are days of timestamps */

extern const cm_map_class cm_cohort_returns_class;

static inline const cm_cohort_returns_periods *
cm_cohort_returns_periods_of(const cm_map *map)
{
    return (const cm_cohort_returns_periods *) cm_map_params(map);
}

extern cm_cohort_returns_periods cm_cohort_returns_periods_from_text(const cm_word *word);
extern const char *
cm_cohort_returns_periods_name(const cm_cohort_returns_periods *periods); /* "month", "rolling:7", "none" */

/* Sets the chunks of a new entry, in any order and some repeated; it may sort them. */
extern void cm_cohort_returns_set(cm_map_edit *edit, uint32 entry, cm_returns_chunk *chunks, uint32 n);
/* The chunks of an entry of a canonical map, i from 0 to earlier.used. */
static inline const cm_returns_chunk *
cm_cohort_returns_chunk(const cm_map *map, const cm_cohort_returns_entry *entry, uint32 i)
{
    return i == entry->earlier.used ? &entry->latest
                                    : (const cm_returns_chunk *) cm_list_data(map, &entry->earlier) + i;
}

#define PG_GETARG_COHORT_RETURNS(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_cohort_returns_class)

/* ---- reading ---- */

/* What is known at a day as_of: cohorts before limit, and the cells whose periods are over. */
typedef struct cm_cohort_returns_reading {
    const cm_map *map;
    cm_cohort_returns_periods periods;
    DateADT as_of;
    cm_report_horizon horizon;
    bool every;   /* of each customer all cohorts, not only the first */
    int32 limit;  /* cohorts from this one on are not known */
    int64 first;  /* the first cohort that is known */
    int64 count;  /* cohorts from the first to the last one known; 0: nobody is known */
    int64 active; /* periods up to the last in which anyone returned */
} cm_cohort_returns_reading;

/* Of single customers, by their first beginning: nothing is said of first, count and active. */
extern cm_cohort_returns_reading cm_cohort_returns_at(const cm_map *map, DateADT as_of);
/* An error if a report would have more than CM_MAX_PERIODS periods. */
extern cm_cohort_returns_reading cm_cohort_returns_read(const cm_map *map, DateADT as_of,
                                                        const cm_word *beginnings);

/* Cells of a cohort, from period 0 on: that have begun at as_of, and that are over. */
extern int64 cm_cohort_returns_begun(const cm_cohort_returns_reading *r, int64 cohort);
extern int64 cm_cohort_returns_complete(const cm_cohort_returns_reading *r, int64 cohort);

/* Calls visit for each customer and cohort that is known, with the returns that are: periods after the beginning. */
typedef void (*cm_cohort_returns_visitor)(void *report, int64 cohort, const cm_active_periods *returns);
extern void cm_cohort_returns_visit(const cm_cohort_returns_reading *r, cm_cohort_returns_visitor visit,
                                    void *report);
extern void cm_cohort_returns_visit_entry(const cm_cohort_returns_reading *r, uint32 entry,
                                          cm_active_periods *returns, cm_cohort_returns_visitor visit,
                                          void *report);

#endif
