/*
 * cohorts: the active periods of all customers in one value, built in one pass. The reports of retention read it.
 */
#ifndef CM_COHORTS_H
#define CM_COHORTS_H

#include "common/map.h"
#include "retention/calendar.h"
#include "retention/history.h"

/* What is kept of a customer: most histories fit in the latest chunk. */
typedef struct cm_cohorts_entry {
    uint64 bits; /* of the latest chunk; 0 only while the entry is new */
    int32 word;
    cm_list earlier; /* of cm_chunk, ascending */
} cm_cohorts_entry;

typedef struct cm_cohorts_params {
    cm_calendar calendar;
    uint16 unused[3]; /* zero */
} cm_cohorts_params;

extern const cm_map_class cm_cohorts_class;

static inline cm_calendar
cm_cohorts_calendar(const cm_map *cohorts)
{
    return ((const cm_cohorts_params *) cm_map_params(cohorts))->calendar;
}

/* The history of a customer as far as before; what h held is replaced. */
static inline void
cm_cohorts_history(const cm_map *cohorts, uint32 entry, int64 before, cm_history *h)
{
    const cm_cohorts_entry *customer = cm_map_payload(cohorts, entry);
    cm_chunk latest = {customer->bits, customer->word, 0};

    h->n = 0;
    if (customer->earlier.used > 0)
        cm_history_add(h, cm_list_data(cohorts, &customer->earlier), customer->earlier.used, before);
    cm_history_add(h, &latest, 1, before);
}

#define PG_GETARG_COHORTS(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_cohorts_class)

#endif
