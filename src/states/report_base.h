/*
 * report_base: what a report over customers is made of before anything is divided: counts and exact sums by a key, such as the
 * customers retained by cohort and period. Bases of the parts of all customers, of which each customer is whole in one, merge
 * into that of the whole by adding, so that
 *
 *     report(rollup(base(value, ...)))  =  report(value of all, ...)
 *
 * to the last bit. One type serves all reports: a base says of which report it is (its kind), and with which arguments it was
 * made, and only equal ones merge. Adding a report is adding a kind to report_base_kinds.c, a function that puts rows, and one
 * that reads them.
 */
#ifndef CM_REPORT_BASE_H
#define CM_REPORT_BASE_H

#include "core/money.h"
#include "core/period.h"
#include "core/state.h"

#define CM_BASE_PARAMS 6
#define CM_BASE_KEYS 3
#define CM_BASE_COUNTS 12
#define CM_BASE_SUMS 9

typedef enum cm_base_type {
    CM_BASE_INT,
    CM_BASE_OF_VALUE, /* a number that the value says, beside its calendar; 0 of a value of no rows */
    CM_BASE_DAY,
    CM_BASE_PERIOD,   /* of the calendar, which is the first parameter */
    CM_BASE_CALENDAR, /* only the first parameter; one of no rows is not known and agrees with any */
    CM_BASE_WORD,
    CM_BASE_SCALE /* decimals of all sums: the finest of all that are merged */
} cm_base_type;

typedef struct cm_base_field {
    const char *name; /* NULL ends a list */
    cm_base_type type;
    const char *const *words; /* of CM_BASE_WORD, by their number; NULL ends them */
} cm_base_field;

typedef struct cm_base_kind {
    const char *name;   /* the report's, whose base function is name_base */
    const char *note;   /* what a text beside the parameters is, such as the rules of a funnel; may be NULL */
    bool note_of_value; /* the value says it, and one of no rows says nothing */
    cm_base_field params[CM_BASE_PARAMS + 1];
    cm_base_field keys[CM_BASE_KEYS + 1]; /* rows ascend by these */
    const char *counts[CM_BASE_COUNTS + 1];
    const char *sums[CM_BASE_SUMS + 1]; /* amounts; then a parameter is their scale */
} cm_base_kind;

/* In the order of their numbers, which are stored: new ones are put at the end. */
typedef enum cm_base_of {
    CM_BASE_COHORT_RETENTION,
    CM_BASE_LIFECYCLE,
    CM_BASE_GAP_SUMMARY,
    CM_BASE_STICKINESS,
    CM_BASE_DAU_WAU_MAU,
    CM_BASE_STREAKS,
    CM_BASE_DORMANCY,
    CM_BASE_BRACKET_RETENTION,
    CM_BASE_REPURCHASE,
    CM_BASE_PURCHASE_RETENTION,
    CM_BASE_MRR_MOVEMENTS,
    CM_BASE_RFM_REPORT,
    CM_BASE_FUNNEL_REPORT,
    CM_BASES
} cm_base_of;

extern const cm_base_kind cm_base_kinds[CM_BASES];

typedef struct cm_report_base {
    cm_state head;
    uint16 kind; /* cm_base_of */
    uint16 unused;
    uint32 rows;
    uint32 note_length; /* bytes */
    uint32 unused_too;
    int64 params[CM_BASE_PARAMS];      /* those that the kind does not have are 0 */
    char bytes[FLEXIBLE_ARRAY_MEMBER]; /* the note, then rows, packed: see report_base.c */
} cm_report_base;

extern const cm_state_class cm_report_base_class;

typedef struct cm_base_row {
    int64 keys[CM_BASE_KEYS];
    int64 counts[CM_BASE_COUNTS];
    int128 sums[CM_BASE_SUMS]; /* units of the base's scale */
} cm_base_row;

/* ---- making one ---- */

typedef struct cm_base_writer {
    const cm_base_kind *kind;
    StringInfoData out; /* the state, whose head is filled in at the end */
    cm_base_row last;
} cm_base_writer;

extern cm_base_writer cm_base_begin(cm_base_of kind, const int64 *params, const char *note);
/* In ascending order of keys, no two rows alike; a row of zeros only is none. */
extern void cm_base_put(cm_base_writer *w, const cm_base_row *row);
extern cm_report_base *cm_base_end(cm_base_writer *w);

/* ---- reading one ---- */

typedef struct cm_base_reader {
    const cm_report_base *base;
    const cm_base_kind *kind;
    const char *at, *end;
    uint32 left; /* rows */
    cm_base_row row;
} cm_base_reader;

/* An argument that must be the base of this report; else an error that names both. */
extern cm_base_reader cm_base_arg(FunctionCallInfo fcinfo, int arg, cm_base_of kind);
extern cm_base_reader cm_base_read(const cm_report_base *base);
extern bool cm_base_next(cm_base_reader *r); /* row is the next one; false: there is none */
extern const char *cm_base_note(const cm_report_base *base);
/* What no function of this extension has made; why is a sentence without full stop. */
extern void cm_base_error(const cm_base_reader *r, const char *why) pg_attribute_noreturn();

/* A key as an index of count cells that begin at first; an error if it is none of them. */
extern int64 cm_base_index(const cm_base_reader *r, int key, int64 first, int64 count);

/* ---- parameters ---- */

/* A calendar as a parameter. */
static inline int64
cm_base_from_calendar(cm_calendar calendar)
{
    return (int64) ((uint64) (uint32) calendar.left_out << 32 | (uint64) calendar.start << 8 | calendar.unit);
}

static inline cm_calendar
cm_base_to_calendar(int64 param)
{
    return (cm_calendar){
        .unit = (uint8) param, .start = (uint8) (param >> 8), .left_out = (DateADT) (param >> 32)};
}

static inline cm_calendar
cm_base_calendar(const cm_base_reader *r)
{
    return cm_base_to_calendar(r->base->params[0]);
}

/* Counts up to the last that is not 0. */
extern int cm_base_count_used(const cm_base_kind *kind, const cm_base_row *row);
/* The scale of sums; 0 where the kind has none. */
extern int cm_base_scale(const cm_base_kind *kind, const int64 *params);

/* ---- what the files of report_base.c need of each other ---- */

/* Why a base of this kind may not have these parameters, or a row may not follow the last one; NULL if it may. */
extern const char *cm_base_params_error(const cm_base_kind *kind, const int64 *params);
extern const char *cm_base_row_error(const cm_base_writer *w, const cm_base_row *row);

#endif
