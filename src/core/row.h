/*
 * Results with several columns. A column is set or stays NULL; NaN becomes NULL.
 */
#ifndef CM_ROW_H
#define CM_ROW_H

#include "fmgr.h"

#define CM_MAX_COLUMNS 32

typedef struct cm_row {
    Datum values[CM_MAX_COLUMNS];
    bool nulls[CM_MAX_COLUMNS];
} cm_row;

extern cm_row cm_row_empty(void); /* all columns NULL */
extern void cm_row_set(cm_row *row, int column, Datum value);
extern void cm_row_set_float(cm_row *row, int column, double value); /* NaN -> NULL */
extern void cm_row_set_int(cm_row *row, int column, int64 value);
extern void cm_row_set_text(cm_row *row, int column, const char *value); /* NULL -> NULL */

/*
 * A function with OUT columns returns one row; a set-returning one begins, then puts rows. All rows together may be larger
 * than the memory, so cm_rows_put frees the values: each that is passed by reference is a piece of memory of its own,
 * made by palloc for this column of this row.
 */
extern Datum cm_row_return(FunctionCallInfo fcinfo, cm_row *row);
extern void cm_rows_begin(FunctionCallInfo fcinfo);
extern void cm_rows_put(FunctionCallInfo fcinfo, cm_row *row);

/* A float8 result, NULL for NaN. */
#define CM_RETURN_FLOAT(value)                                                                               \
    do {                                                                                                     \
        double result_ = (value);                                                                            \
                                                                                                             \
        if (isnan(result_))                                                                                  \
            PG_RETURN_NULL();                                                                                \
        PG_RETURN_FLOAT8(result_);                                                                           \
    } while (0)

#endif
