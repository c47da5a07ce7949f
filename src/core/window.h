/*
 * What window functions over whole partitions share: an answer for every row that is computed once, at the first
 * row, and options that may not change from row to row.
 */
#ifndef CM_WINDOW_H
#define CM_WINDOW_H

#include "fmgr.h"
#include "windowapi.h"

typedef struct cm_window {
    WindowObject object;
    FunctionCallInfo fcinfo;
    int64 rows;           /* in the partition */
    MemoryContext values; /* of arguments that are computed: emptied now and then */
} cm_window;

/*
 * The answers of the partition: rows elements of this size, zeroed when fill is called to compute them, which is once.
 * Returns the one of the current row.
 */
extern void *cm_window_answer(FunctionCallInfo fcinfo, Size size, void (*fill)(cm_window *w, void *answers));

/* Arguments 0 to count - 1 of a row, for fill, which asks for rows in order; false if one of them is NULL. */
extern bool cm_window_row(cm_window *w, int64 row, int count, Datum *values);
/* An argument that is the same for all rows; an error if it names a column or is NULL. */
extern Datum cm_window_option(cm_window *w, int arg, const char *what);

#endif
