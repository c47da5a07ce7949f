/*
 * Money: exact decimal sums in 128-bit integers. A value is units / 10^scale; adding a finer fraction makes the
 * scale grow, so that a sum shows what sum(numeric) shows. Sums have up to 38 digits; beyond that is an error,
 * never a rounding, so the order of rows, workers and rollups cannot matter.
 */
#ifndef CM_MONEY_H
#define CM_MONEY_H

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "common/compat.h"
#include "common/parse.h"

#define CM_MONEY_MAX_SCALE 38

typedef struct cm_money {
    int128 units; /* c.h aligns int128 to 8 bytes: it may stand in states */
    int32 scale;  /* digits after the decimal point, 0..CM_MONEY_MAX_SCALE */
    int32 unused; /* zero: equal is equal bytes */
} cm_money;

#define CM_MONEY_ZERO ((cm_money){0, 0, 0})

/*
 * An amount as given. NaN, infinity and more than 38 digits are errors that name what. A double counts as the
 * shortest decimal that reads back as it, as the server prints it: 0.1 is one tenth.
 */
extern cm_money cm_money_from_numeric(Datum numeric, const char *what);
extern cm_money cm_money_from_float(double value, const char *what);

/* Any numeric as the cast to double precision gives it, several times faster. */
extern double cm_float_from_numeric(Datum numeric);

/* Exactly, with the display scale of sum(numeric). */
extern Datum cm_money_to_numeric(cm_money value);
extern double cm_money_to_float(cm_money value); /* the nearest double */
/* value / count as avg(numeric) would divide; count > 0 */
extern Datum cm_money_mean(cm_money value, int64 count);

extern cm_money cm_money_add(cm_money a, cm_money b);
extern cm_money cm_money_subtract(cm_money a, cm_money b);
extern int cm_money_compare(cm_money a, cm_money b); /* by value: 1.0 equals 1.00 */

static inline int
cm_money_sign(cm_money value)
{
    return (value.units > 0) - (value.units < 0);
}

/*
 * For states that keep many sums at one scale: only the units, which the state rescales together when a finer
 * fraction comes. to >= from.
 */
extern int128 cm_units_rescale(int128 units, int from, int to);
extern void cm_money_overflow(int scale) pg_attribute_noreturn();

static inline int128
cm_units_add(int128 a, int128 b, int scale)
{
    int128 sum;

    if (unlikely(__builtin_add_overflow(a, b, &sum)))
        cm_money_overflow(scale);
    return sum;
}

/* In states: text such as -12.50, and 17 bytes in binary. Readers validate. */
extern void cm_append_money(StringInfo out, cm_money value);
extern cm_money cm_parse_money(cm_parser *p);
extern void cm_send_money(StringInfo out, cm_money value);
extern cm_money cm_receive_money(StringInfo in, const char *type);

#endif
