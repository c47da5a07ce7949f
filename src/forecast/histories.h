/*
 * histories_state: customers with the same history, counted. This is all the forecast models need to know of a million
 * customers, and it is small: few differ. Four kinds of history share the type; math/bgnbd.h, bgbb.h, gamma_gamma.h and
 * sbg.h say what the numbers of a cm_purchase_history mean in each.
 *
 * Two forms. While it is built: a hash table with linear probing, its unused places zero (n = 0). Canonical, which is
 * what leaves an aggregate: sorted, without unused places; same content, same bytes.
 */
#ifndef CM_HISTORIES_H
#define CM_HISTORIES_H

#include "core/option.h"
#include "core/parse.h"
#include "core/state.h"
#include "math/model.h"

typedef enum cm_history_kind {
    CM_HISTORY_PURCHASES = 1, /* x, t_x, T of purchases in continuous time */
    CM_HISTORY_OPPORTUNITIES, /* x, t_x, T in whole opportunities */
    CM_HISTORY_SPENDING,      /* x repeat purchases of mean amount t_x */
    CM_HISTORY_RENEWALS       /* x periods; t_x = 1: lost at the end of them */
} cm_history_kind;

/* The unit of time of t_x and T, where the extension has measured them itself. */
typedef enum cm_time_unit {
    CM_UNIT_UNKNOWN,
    CM_UNIT_DAY,
    CM_UNIT_WEEK,
    CM_UNIT_MONTH,
    CM_UNIT_QUARTER,
    CM_UNIT_YEAR
} cm_time_unit;

typedef struct cm_histories_state {
    cm_state head;
    uint8 kind;                /* cm_history_kind */
    uint8 unit;                /* cm_time_unit; unknown unless these are purchases */
    uint8 is_table;            /* 0: canonical, with count rows; 1: a power of two less one of places */
    uint8 unused;              /* zero */
    uint32 count;              /* different histories */
    int64 customers;           /* sum of all n, at most CM_MAX_COUNT */
    int64 skipped;             /* rows with a NULL */
    cm_purchase_history row[]; /* 32 bytes each, as is the head: a total size of 2^k wastes nothing */
} cm_histories_state;

extern const cm_state_class cm_histories_class;

/* Of a table; 0 in canonical form. */
static inline uint32
cm_histories_places(const cm_histories_state *state)
{
    return state->is_table
               ? (VARSIZE(state) - offsetof(cm_histories_state, row)) / sizeof(cm_purchase_history)
               : 0;
}

extern const char *const cm_history_kind_names[]; /* by kind, from 1; NULL ends */
extern const char *const cm_time_unit_names[];    /* by unit; NULL ends */

extern cm_time_unit cm_time_unit_arg(const cm_word *unit); /* an error for unknown words */
/* An error if both are known and differ; what says which two things they are of. */
extern void cm_time_unit_check_same(cm_time_unit a, cm_time_unit b, const char *what);

/* The rule that a history of this kind breaks, or NULL. Zeros lose their sign here. */
extern const char *cm_history_error(cm_history_kind kind, cm_purchase_history *row);

/* In text, behind the kind or the name of a model: " week", or nothing. */
extern void cm_append_time_unit(StringInfo out, cm_time_unit unit);
extern cm_time_unit cm_parse_time_unit(cm_parser *p);
/* In json: "week" in quotes, or null. */
extern void cm_append_json_unit(StringInfo out, cm_time_unit unit);

/* Whether a history of spending says that all of any number of purchases were free, or that there was none. */
extern bool cm_spending_is_free(const cm_purchase_history *row);
extern void cm_history_check(cm_history_kind kind, cm_purchase_history *row); /* an error if there is one */
/* How many customers a row of the history stands for: an error unless it is a whole number above zero */
extern int64 cm_history_weight(cm_history_kind kind, const cm_purchase_history *row, double customers);

/* What another file of the room builds itself: any number of histories, then the canonical form. */
extern cm_histories_state *cm_histories_new(cm_history_kind kind, uint32 expected);
extern cm_histories_state *cm_histories_add(cm_histories_state *state, cm_purchase_history row);
extern const cm_histories_state *cm_histories_canonical(const cm_histories_state *state);

/* Argument as canonical histories, of this kind or an error that names both. */
extern cm_histories cm_histories_arg(FunctionCallInfo fcinfo, int arg, cm_history_kind kind);
extern cm_time_unit cm_histories_unit_arg(FunctionCallInfo fcinfo, int arg);

#define PG_GETARG_HISTORIES(arg)                                                                             \
    ((const cm_histories_state *) cm_state_read(PG_GETARG_DATUM(arg), &cm_histories_class))

#endif
