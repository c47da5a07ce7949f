/*
 * The cohort table: of each cohort, how many customers are retained n periods after they began, in every sense of the word
 * that the field knows. Where customers begin, and which of their activities are returns, is the caller's: in cohorts they
 * begin with their first activity, which is a return in period 0; in cohort_returns by an event of its own.
 */
#ifndef CM_COHORT_TABLE_H
#define CM_COHORT_TABLE_H

#include "fmgr.h"

#include "retention/history.h"

/*
 * One cohort; its cells are the periods that have begun, from its own on. Counts are kept up to the last period in which
 * anyone was active: what follows is empty, or stays as it is, however far as_of lies.
 */
typedef struct cm_cohort {
    int64 customers;
    int64 begun;     /* cells */
    int64 complete;  /* cells whose periods are over: begun or fewer */
    int64 kept;      /* cells with counts: complete or fewer */
    int64 *retained; /* by periods after the first */
    int64 *together; /* retained in this cell and in the one before; may be the same array */
} cm_cohort;

typedef struct cm_cohort_table {
    cm_calendar calendar;
    int32
        days; /* of a period that is counted from each customer's own beginning; 0: periods are the calendar's */
    cm_retention_mode mode;
    bool previous;        /* the reference is the cell before, not the whole cohort */
    bool begun_by_return; /* by what they began all are retained in period 0, and nobody is back by it */
    double confidence;    /* of intervals */
    int64 cells;          /* of all cohorts */
    int32 first;          /* the cohort of the first row */
    int64 count;
    cm_cohort *rows; /* count of them; those without customers have no cells; NULL: nobody is known */
} cm_cohort_table;

/* Reads the arguments (..., as_of, mode, reference): mode and reference are 2 and 3. The confidence is the caller's. */
extern cm_cohort_table cm_cohort_table_begin(FunctionCallInfo fcinfo, cm_calendar calendar);
/* Rows without customers; first and rows as above. */
extern void cm_cohort_table_rows(cm_cohort_table *t, int64 first, int64 count);
/* A customer more in a row, of which these cells have begun, are complete and are kept, whoever the customer is. */
extern cm_cohort *cm_cohort_table_join(cm_cohort_table *t, int64 index, int64 begun, int64 complete,
                                       int64 kept);
/* Counts the periods, ascending and below cell base + kept, in which a customer of the row was retained. */
extern void cm_cohort_table_count(const cm_cohort_table *t, cm_cohort *row, const int32 *periods, int64 n,
                                  int64 base);
/* Once all customers are counted. */
extern void cm_cohort_table_end(cm_cohort_table *t);

/* As a base of reports, before cm_cohort_table_end: beginnings is a number of its words, in report_base_kinds.c. */
extern Datum cm_cohort_table_base(const cm_cohort_table *t, DateADT as_of, int beginnings);

/* The rows of cohort_retention, and those of retention_curve. */
extern Datum cm_cohort_table_cells(FunctionCallInfo fcinfo, const cm_cohort_table *t);
extern Datum cm_cohort_table_curve(FunctionCallInfo fcinfo, const cm_cohort_table *t);

#endif
