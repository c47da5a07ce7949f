/*
 * subscribers: who was a customer on which days of one period, from validity ranges. A customer may have several
 * ranges, overlapping or apart: what counts is the days that any of them covers.
 */
#ifndef CM_SUBSCRIBERS_H
#define CM_SUBSCRIBERS_H

#include "core/map.h"
#include "utils/date.h"

/* Both are 0 in a state of no rows, whose period is not known. */
typedef struct cm_subscribers_params {
    DateADT period_start;
    DateADT period_end; /* the first day after the period */
} cm_subscribers_params;

/* Days from..to - 1 as a customer, counted from the period's first day; -1 is the day before it, the start. */
typedef struct cm_span {
    int32 from;
    int32 to;
} cm_span;

/* Canonical: spans ascend, days without lie between them. While it is built: in any order. */
typedef struct cm_subscriber {
    cm_list spans;
    uint32 unused;
} cm_subscriber;

extern const cm_map_class cm_subscribers_class;

static inline const cm_subscribers_params *
cm_subscribers_period(const cm_map *map)
{
    return cm_map_params(map);
}

static inline int32 /* 0: the period is not known, and there is nobody */
cm_subscribers_days(const cm_map *map)
{
    return cm_subscribers_period(map)->period_end - cm_subscribers_period(map)->period_start;
}

static inline cm_list *
cm_subscriber_spans(const cm_map *map, uint32 entry)
{
    return &((cm_subscriber *) cm_map_payload(map, entry))->spans;
}

/* Sorts spans and joins those that overlap or touch; returns how many are left. */
extern uint32 cm_spans_join(cm_span *spans, uint32 n);
extern void cm_subscribers_split(const cm_map *map, uint32 first, cm_map_columns *c);
extern bool cm_subscribers_join(cm_map *map, uint32 first, const cm_map_columns *c);
/* What is wrong with days behind those before, of a period of so many days; NULL: nothing. */
extern const char *cm_span_fault(const cm_span *before, int64 from, int64 to, int32 days);
/* Puts a customer with these canonical spans behind those that are there. */
extern void cm_subscribers_append(cm_map_edit *edit, const cm_key *key, const cm_span *spans, uint32 n);
extern void cm_subscribers_check_period(DateADT start, DateADT end);

#define PG_GETARG_SUBSCRIBERS(arg) cm_map_read(PG_GETARG_DATUM(arg), &cm_subscribers_class)

#endif
