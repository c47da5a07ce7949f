/*
 * The rules that arguments of many metrics share, one function each. They return what they let pass.
 */
#ifndef CM_CHECK_H
#define CM_CHECK_H

#include "core/option.h"

/*
 * What an error message calls an argument: "confidence" in quotes, because that is what the user types; a phrase such as
 * the number of customers as it is.
 */
extern const char *cm_quoted(const char *what);
/* A text from outside as a message shows it: at most about 100 bytes, whole characters, with "..." where it was cut. */
extern const char *cm_excerpt(const char *text);

extern double cm_check_finite(double value, const char *what);
extern double cm_check_not_negative(double value, const char *what); /* and finite */
extern double cm_check_positive(double value, const char *what);     /* and finite */
extern double cm_check_share(double value,
                             const char *what);  /* in [0, 1]; the error of 25 says: Write 0.25 for 25 %. */
extern double cm_check_confidence(double value); /* in (0, 1) */
extern int64 cm_check_count(int64 value, const char *what); /* not negative */
/* A count given as a number, so that sums of counts fit: whole, from 0 to 2^53. */
extern int64 cm_count_of(double value, const char *what);
#define CM_ARG_COUNT(n, what) cm_count_of(PG_GETARG_FLOAT8(n), what)
/*
 * A small whole number is declared bigint, so that a count(*) or a max() of ids needs no cast, and read as int; its own
 * rule, such as from 1 to 64, is checked after that.
 */
extern int32 cm_int_of(int64 value, const char *what);
#define CM_ARG_INT(n, what) cm_int_of(PG_GETARG_INT64(n), what)

/* Counts stay below this, so that sums of a few of them never overflow. */
#define CM_MAX_COUNT (PG_INT64_MAX / 4)
extern int64 cm_add_counts(int64 a, int64 b, const char *what);

#endif
