/*
 * Values of many customers as a state: in one dimension or three, each a list of sorted runs, a value and how many
 * customers have it. Quantiles, means and shares come from it exactly, and merging is exact too. rfm_base_state and
 * abc_base_state are such states; what differs between them is in cm_value_counts_class.
 */
#ifndef CM_VALUE_COUNTS_H
#define CM_VALUE_COUNTS_H

#include "core/parse.h"
#include "core/state.h"

#define CM_MOST_DIMENSIONS 3 /* at most */

typedef struct cm_run {
    uint64 key;  /* of the value; math/sort.h */
    int64 count; /* customers with this value, above zero */
} cm_run;

/*
 * Then the runs of each dimension, then what is pending: rows, a key a dimension, or states that are to be merged, each a
 * header and its runs. Canonical: nothing pending, and no bytes for more.
 */
typedef struct cm_value_counts {
    cm_state head;
    int64 customers; /* in the runs: the sum of the counts of each dimension; at most CM_MAX_COUNT */
    uint32 runs[CM_MOST_DIMENSIONS];
    uint32 pending; /* 8-byte words of rows, or of states where head.flags is CM_PENDING_STATES */
} cm_value_counts;

#define CM_PENDING_STATES 1

typedef struct cm_value_counts_class {
    cm_state_class state;
    int dimensions;
    bool not_negative[CM_MOST_DIMENSIONS]; /* which values must be zero or more */
} cm_value_counts_class;

/* Runs in parts, before it is known how many there are. */
typedef struct cm_value_counts_parts {
    int64 customers;
    uint32 runs[CM_MOST_DIMENSIONS];
    cm_run *run[CM_MOST_DIMENSIONS];
} cm_value_counts_parts;

/* Puts the parts together and frees them; capacity is bytes for rows. */
extern cm_value_counts *cm_value_counts_join(const cm_value_counts_class *cls, cm_value_counts_parts *p,
                                             Size capacity);
/* From fewer than 2^32 keys of each dimension, which are sorted. */
extern cm_value_counts *cm_value_counts_from_keys(uint64 *const *keys, int64 n,
                                                  const cm_value_counts_class *cls);
/* Any datum in canonical form; also the final function. */
extern const cm_value_counts *cm_value_counts_read(Datum datum, const cm_value_counts_class *cls);
extern const cm_run *cm_value_counts_of(const cm_value_counts *runs, int dimension);

/* Argument 0 with one more customer: the transition of an aggregate. */
extern cm_value_counts *cm_value_counts_add(FunctionCallInfo fcinfo, const uint64 *keys,
                                            const cm_value_counts_class *cls);
/* Argument 0 with the customers of argument 1: the combine function. */
extern cm_value_counts *cm_value_counts_merge(FunctionCallInfo fcinfo, const cm_value_counts_class *cls);

extern cm_value_counts *cm_value_counts_in(const char *text, const cm_value_counts_class *cls);
extern char *cm_value_counts_out(const cm_value_counts *runs, const cm_value_counts_class *cls);
extern cm_value_counts *cm_value_counts_recv(StringInfo in, const cm_value_counts_class *cls);
extern bytea *cm_value_counts_send(const cm_value_counts *runs, const cm_value_counts_class *cls);
/* One dimension as JSON: [{"value": 3, "customers": 2}, ...], where counted names what is counted. */
extern void cm_value_counts_append_json(StringInfo out, const cm_value_counts *runs, int dimension,
                                        const char *counted);

/* The functions of a type of this kind: cm_NAME_in and so on. */
#define CM_VALUE_COUNTS_FUNCTIONS(name, cls)                                                                 \
    CM_INPUT_FUNCTION(cm_##name##_in)                                                                        \
    {                                                                                                        \
        PG_RETURN_POINTER(cm_value_counts_in(PG_GETARG_CSTRING(0), &cls));                                   \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_out);                                                                    \
    Datum cm_##name##_out(PG_FUNCTION_ARGS)                                                                  \
    {                                                                                                        \
        PG_RETURN_CSTRING(cm_value_counts_out(cm_value_counts_read(PG_GETARG_DATUM(0), &cls), &cls));        \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_recv);                                                                   \
    Datum cm_##name##_recv(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        PG_RETURN_POINTER(cm_value_counts_recv((StringInfo) PG_GETARG_POINTER(0), &cls));                    \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_send);                                                                   \
    Datum cm_##name##_send(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        PG_RETURN_BYTEA_P(cm_value_counts_send(cm_value_counts_read(PG_GETARG_DATUM(0), &cls), &cls));       \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_combine);                                                                \
    Datum cm_##name##_combine(PG_FUNCTION_ARGS)                                                              \
    {                                                                                                        \
        PG_RETURN_POINTER(cm_value_counts_merge(fcinfo, &cls));                                              \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_final);                                                                  \
    Datum cm_##name##_final(PG_FUNCTION_ARGS)                                                                \
    {                                                                                                        \
        PG_RETURN_POINTER(cm_value_counts_read(PG_GETARG_DATUM(0), &cls));                                   \
    }                                                                                                        \
    extern int cm_no_such_variable

#endif
