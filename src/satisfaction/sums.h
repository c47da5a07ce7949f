/*
 * Exact sums of numbers and of their squares, in one or several bins: what means and weighted counts are made of. A bin is
 * a group of rows, such as those of one score of a survey, whose numbers are their weights. All bins of a state are at one
 * scale: a number is units / 10^scale. The order of rows, workers and rollups cannot matter.
 */
#ifndef CM_SUMS_H
#define CM_SUMS_H

#include "core/money.h"
#include "core/state.h"
#include "math/mean.h"
#include "math/wide.h"

typedef struct cm_sum {
    int64 n;
    int128 sum;      /* in units */
    cm_wide squares; /* in units squared, below 2^256 */
} cm_sum;

typedef struct cm_sums {
    cm_state head;
    int32 scale;
    int32 unused;
    cm_sum bins[FLEXIBLE_ARRAY_MEMBER];
} cm_sums;

#define CM_SUMS_SIZE(n) (offsetof(cm_sums, bins) + (n) * sizeof(cm_sum))

/* A state type that is made of sums. */
typedef struct cm_sums_kind {
    cm_state_class state;
    int bins;
    bool weights;          /* numbers are weights: zero or more; a row without weight does not count */
    const char *value;     /* what errors call a number */
    const char *json_list; /* the bins of several: {"scores": ...}; NULL for one bin */
    const char *const *json_names; /* of each bin */
} cm_sums_kind;

#define CM_SUMS_KIND(type, number, count)                                                                    \
    .state = {.name = type,                                                                                  \
              .min_size = CM_SUMS_SIZE(count),                                                               \
              .max_size = CM_SUMS_SIZE(count),                                                               \
              .magic = number,                                                                               \
              .version = 1},                                                                                 \
    .bins = count

extern cm_sums *cm_sums_new(const cm_sums_kind *kind);
extern const cm_sums *cm_sums_read(Datum datum, const cm_sums_kind *kind);

/* Transition: adds a number to a bin of argument 0. */
extern Datum cm_sums_accum(FunctionCallInfo fcinfo, const cm_sums_kind *kind, int bin, cm_money value);
/* Combine function, and transition of rollup. */
extern Datum cm_sums_combine(FunctionCallInfo fcinfo, const cm_sums_kind *kind);
/* Adds a bin of another state to one of this. */
extern void cm_sums_add(cm_sums *to, int bin, const cm_sums *from, int from_bin);

/* Of all bins: the types' functions. */
extern Datum cm_sums_in(FunctionCallInfo fcinfo, const cm_sums_kind *kind);
extern Datum cm_sums_out(FunctionCallInfo fcinfo, const cm_sums_kind *kind);
extern Datum cm_sums_recv(FunctionCallInfo fcinfo, const cm_sums_kind *kind);
extern Datum cm_sums_send(FunctionCallInfo fcinfo, const cm_sums_kind *kind);
extern Datum cm_sums_json(FunctionCallInfo fcinfo, const cm_sums_kind *kind);

/* ---- results ---- */

extern double cm_sums_sum(const cm_sums *s, int bin);
extern double cm_sums_squares(const cm_sums *s, int bin);
extern cm_moments cm_sums_moments(const cm_sums *s, int bin);
/* Whether these can be the count and the sums of numbers: the squares are not less than the sum allows. */
extern bool cm_sums_possible(const cm_sums *s, int bin);

/* Makes the functions of a type: name_in and so on. */
#define CM_SUMS_TYPE(name, kind)                                                                             \
    CM_INPUT_FUNCTION(name##_in)                                                                             \
    {                                                                                                        \
        return cm_sums_in(fcinfo, kind);                                                                     \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_out);                                                                         \
    Datum name##_out(PG_FUNCTION_ARGS)                                                                       \
    {                                                                                                        \
        return cm_sums_out(fcinfo, kind);                                                                    \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_recv);                                                                        \
    Datum name##_recv(PG_FUNCTION_ARGS)                                                                      \
    {                                                                                                        \
        return cm_sums_recv(fcinfo, kind);                                                                   \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_send);                                                                        \
    Datum name##_send(PG_FUNCTION_ARGS)                                                                      \
    {                                                                                                        \
        return cm_sums_send(fcinfo, kind);                                                                   \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_json);                                                                        \
    Datum name##_json(PG_FUNCTION_ARGS)                                                                      \
    {                                                                                                        \
        return cm_sums_json(fcinfo, kind);                                                                   \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(name##_combine);                                                                     \
    Datum name##_combine(PG_FUNCTION_ARGS)                                                                   \
    {                                                                                                        \
        return cm_sums_combine(fcinfo, kind);                                                                \
    }                                                                                                        \
    extern int cm_no_such_variable

#endif
