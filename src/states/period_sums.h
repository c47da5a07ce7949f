/*
 * Sums of amounts by calendar period, and a count that goes with each: the costs and the new customers of each month, or the
 * orders of each day. Exact, so that rows and parts in any order give the same bytes. A period without rows is not there,
 * which is not the same as one whose rows add up to zero.
 */
#ifndef CM_PERIOD_SUMS_H
#define CM_PERIOD_SUMS_H

#include "core/money.h"
#include "core/period.h"
#include "core/state.h"

typedef struct cm_period_sum {
    int32 period;  /* of the calendar; 0 without one */
    uint32 unused; /* zero */
    int64 count;
    cm_money sum;
} cm_period_sum;

typedef enum cm_extent {
    CM_IN_TOTAL,  /* one sum for all time, no calendar */
    CM_BY_PERIOD, /* a sum for each period */
    CM_OF_NO_ROWS /* by a period that is not known, with no sums */
} cm_extent;

typedef struct cm_period_sums {
    cm_state head;
    cm_calendar calendar; /* of the periods */
    uint8 extent; /* cm_extent, of a kind that can be in total; else zero: see cm_period_sums_extent */
    uint8 unused;
    uint16 searches; /* slow ones since the periods were sorted; canonical: zero */
    uint32 count;
    cm_period_sum
        periods[FLEXIBLE_ARRAY_MEMBER]; /* canonical: ascending; while it is built sorted as ladder.h says */
} cm_period_sums;

/* A state type that is made of such sums. */
typedef struct cm_period_sums_kind {
    cm_state_class state;
    bool in_total;             /* there may be one sum without a calendar */
    int64 least;               /* of a count */
    const char *counted;       /* what errors call the counts: "rows" */
    const char *one, *another; /* and the states: "cannot merge a series by day with one by month" */
    const char *json_sum, *json_count;
} cm_period_sums_kind;

#define CM_PERIOD_SUMS_CLASS(type, number)                                                                   \
    {                                                                                                        \
        .name = type, .min_size = offsetof(cm_period_sums, periods), .max_size = MaxAllocSize,               \
        .magic = number, .version = 1                                                                        \
    }

extern cm_period_sums *cm_period_sums_new(const cm_period_sums_kind *kind, cm_extent extent,
                                          cm_calendar calendar, uint32 capacity);
extern const cm_period_sums *cm_period_sums_read(Datum datum,
                                                 const cm_period_sums_kind *kind); /* canonical */
extern cm_extent cm_period_sums_extent(const cm_period_sums *s, const cm_period_sums_kind *kind);
/* The sum of a period, or NULL. */
extern const cm_period_sum *cm_period_sums_find(const cm_period_sums *s, int32 period);

/* Argument 0 of a transition, which may be NULL, for rows of the calendar that argument arg names, which is not NULL. */
extern cm_period_sums *cm_period_sums_own(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind, int arg);
/* The period of a day; an error that names what if one of the two is no day. */
extern int32 cm_period_sums_period(const cm_period_sums *s, DateADT day, const char *what);
/* Adds to a period; the result is s or, when it had to grow, a new one. */
extern cm_period_sums *cm_period_sums_add(cm_period_sums *s, const cm_period_sums_kind *kind, int32 period,
                                          int64 count, cm_money sum);
/* Combine function, and transition of rollup. */
extern Datum cm_period_sums_combine(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind);

/* The types' functions. */
extern Datum cm_period_sums_in(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind);
extern Datum cm_period_sums_out(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind);
extern Datum cm_period_sums_recv(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind);
extern Datum cm_period_sums_send(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind);
extern Datum cm_period_sums_json(FunctionCallInfo fcinfo, const cm_period_sums_kind *kind);

/* Makes the functions of a type: name_in and so on. */
#define CM_PERIOD_SUMS_TYPE(name, kind)                                                                      \
    CM_INPUT_FUNCTION(name##_in)                                                                             \
    {                                                                                                        \
        return cm_period_sums_in(fcinfo, kind);                                                              \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_out);                                                                         \
    Datum name##_out(PG_FUNCTION_ARGS)                                                                       \
    {                                                                                                        \
        return cm_period_sums_out(fcinfo, kind);                                                             \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_recv);                                                                        \
    Datum name##_recv(PG_FUNCTION_ARGS)                                                                      \
    {                                                                                                        \
        return cm_period_sums_recv(fcinfo, kind);                                                            \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_send);                                                                        \
    Datum name##_send(PG_FUNCTION_ARGS)                                                                      \
    {                                                                                                        \
        return cm_period_sums_send(fcinfo, kind);                                                            \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_json);                                                                        \
    Datum name##_json(PG_FUNCTION_ARGS)                                                                      \
    {                                                                                                        \
        return cm_period_sums_json(fcinfo, kind);                                                            \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_combine);                                                                     \
    Datum name##_combine(PG_FUNCTION_ARGS)                                                                   \
    {                                                                                                        \
        return cm_period_sums_combine(fcinfo, kind);                                                         \
    }                                                                                                        \
    extern int cm_no_such_variable

#endif
