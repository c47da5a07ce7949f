/*
 * Values of many customers as a state: in one dimension or three, each a list of sorted runs, a value and how many
 * customers have it. Quantiles, means and shares come from it exactly, and merging is exact too. rfm_base and abc are
 * such states; what differs between them is in cm_runs_class.
 */
#ifndef CM_RUNS_H
#define CM_RUNS_H

#include "common/parse.h"
#include "common/state.h"

#define CM_RUNS_DIMENSIONS 3 /* at most */

typedef struct cm_run {
    uint64 key;  /* of the value; math/sort.h */
    int64 count; /* customers with this value, above zero */
} cm_run;

/* Then the runs of each dimension, then rows that wait, a key a dimension. Canonical: no rows, no room left. */
typedef struct cm_runs {
    cm_state head;
    int64 customers; /* in the runs: the sum of the counts of each dimension; at most CM_MAX_COUNT */
    uint32 runs[CM_RUNS_DIMENSIONS];
    uint32 waiting; /* rows */
} cm_runs;

typedef struct cm_runs_class {
    cm_state_class state;
    int dimensions;
    bool not_negative[CM_RUNS_DIMENSIONS]; /* which values must be zero or more */
} cm_runs_class;

/* Runs in parts, before it is known how many there are. */
typedef struct cm_runs_parts {
    int64 customers;
    uint32 runs[CM_RUNS_DIMENSIONS];
    cm_run *run[CM_RUNS_DIMENSIONS];
} cm_runs_parts;

/* Puts the parts together and frees them; room is bytes for rows. */
extern cm_runs *cm_runs_join(const cm_runs_class *cls, cm_runs_parts *p, Size room);
/* From fewer than 2^32 keys of each dimension, which are sorted. */
extern cm_runs *cm_runs_from_keys(uint64 *const *keys, int64 n, const cm_runs_class *cls);
/* Any datum in canonical form; also the final function. */
extern const cm_runs *cm_runs_read(Datum datum, const cm_runs_class *cls);
extern const cm_run *cm_runs_of(const cm_runs *runs, int dimension);

/* Argument 0 with one more customer: the transition of an aggregate. */
extern cm_runs *cm_runs_add(FunctionCallInfo fcinfo, const uint64 *keys, const cm_runs_class *cls);
extern cm_runs *cm_runs_merge(const cm_runs *a, const cm_runs *b, const cm_runs_class *cls);

extern cm_runs *cm_runs_in(const char *text, const cm_runs_class *cls);
extern char *cm_runs_out(const cm_runs *runs, const cm_runs_class *cls);
extern cm_runs *cm_runs_recv(StringInfo in, const cm_runs_class *cls);
extern bytea *cm_runs_send(const cm_runs *runs, const cm_runs_class *cls);

/* The functions of a type of this kind: cm_NAME_in and so on. */
#define CM_RUNS_FUNCTIONS(name, cls)                                                                         \
    CM_INPUT_FUNCTION(cm_##name##_in)                                                                        \
    {                                                                                                        \
        PG_RETURN_POINTER(cm_runs_in(PG_GETARG_CSTRING(0), &cls));                                           \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_out);                                                                    \
    Datum cm_##name##_out(PG_FUNCTION_ARGS)                                                                  \
    {                                                                                                        \
        PG_RETURN_CSTRING(cm_runs_out(cm_runs_read(PG_GETARG_DATUM(0), &cls), &cls));                        \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_recv);                                                                   \
    Datum cm_##name##_recv(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        PG_RETURN_POINTER(cm_runs_recv((StringInfo) PG_GETARG_POINTER(0), &cls));                            \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_send);                                                                   \
    Datum cm_##name##_send(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        PG_RETURN_BYTEA_P(cm_runs_send(cm_runs_read(PG_GETARG_DATUM(0), &cls), &cls));                       \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_combine);                                                                \
    Datum cm_##name##_combine(PG_FUNCTION_ARGS)                                                              \
    {                                                                                                        \
        PG_RETURN_POINTER(cm_runs_merge(cm_runs_read(PG_GETARG_DATUM(0), &cls),                              \
                                        cm_runs_read(PG_GETARG_DATUM(1), &cls), &cls));                      \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_final);                                                                  \
    Datum cm_##name##_final(PG_FUNCTION_ARGS)                                                                \
    {                                                                                                        \
        PG_RETURN_POINTER(cm_runs_read(PG_GETARG_DATUM(0), &cls));                                           \
    }                                                                                                        \
    extern int cm_no_such_variable

#endif
