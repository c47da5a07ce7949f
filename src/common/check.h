/*
 * The rules that arguments of many metrics share, one function each. They return what they let pass.
 */
#ifndef CM_CHECK_H
#define CM_CHECK_H

#include "fmgr.h"

extern double cm_check_finite(double value, const char *what);
extern double cm_check_not_negative(double value, const char *what); /* and finite */
extern double cm_check_positive(double value, const char *what);     /* and finite */
extern double cm_check_share(double value, const char *what);        /* in [0, 1] */
extern double cm_check_confidence(double value);                     /* in (0, 1) */
extern int64 cm_check_count(int64 value, const char *what);          /* not negative */

/* Counts stay below this, so that sums of a few of them never overflow. */
#define CM_MAX_COUNT (PG_INT64_MAX / 4)
extern int64 cm_add_counts(int64 a, int64 b, const char *what);

/* The position of a word among the allowed ones; anything else is an error that lists them. NULL ends names. */
extern int cm_option(text *word, const char *argument, const char *const *names);

#endif
