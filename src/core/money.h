/*
 * Money: exact decimal sums in 128-bit integers. A value is units / 10^scale; adding a finer fraction makes the
 * scale grow, so that a sum shows what sum(numeric) shows. Sums have up to 38 digits; beyond that is an error,
 * never a rounding, so the order of rows, workers and rollups cannot matter.
 */
#ifndef CM_MONEY_H
#define CM_MONEY_H

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "core/compat.h"
#include "core/parse.h"

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
static inline cm_money cm_money_from_numeric(Datum numeric, const char *what);
extern cm_money cm_money_from_float(double value, const char *what);
/* The same for callers whose error names the row: false, and the result is undefined, for what is no amount. */
extern bool cm_money_read_numeric(Datum numeric, cm_money *result);
extern bool cm_money_read_float(double value, cm_money *result);

/* Any numeric as the cast to double precision gives it, several times faster; its error shows only the first digits. */
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
extern bool cm_units_refine(int128 *units, int from, int to); /* the same; false: they do not fit */
extern int128 cm_power_of_ten(int exponent);                  /* 0..CM_MONEY_MAX_SCALE */
extern void cm_money_overflow(int scale) pg_attribute_noreturn();
extern void cm_money_overflow_of(const char *whose, int scale)
    pg_attribute_noreturn(); /* of "customer 4711" */

static inline int128
cm_units_add(int128 a, int128 b, int scale)
{
    int128 sum;

    if (unlikely(__builtin_add_overflow(a, b, &sum)))
        cm_money_overflow(scale);
    return sum;
}

/*
 * The stored form of numeric, which is fixed by pg_upgrade: a 16-bit header, in the long form another 16 bits of
 * weight, then digits of base 10000, most significant first, without zeros at either end. The value is
 * sum(digit[i] * 10000^(weight - i)); dscale digits stand after the decimal point, none of the others is set.
 */
#define CM_NUMERIC_FORM_MASK 0xC000
#define CM_NUMERIC_LONG_NEGATIVE 0x4000
#define CM_NUMERIC_SHORT 0x8000
#define CM_NUMERIC_SPECIAL 0xC000 /* NaN, infinity, -infinity */

/* Digits are not aligned where the header of the varlena has one byte. */
static inline uint16
cm_numeric_digit(const char *digits, int i)
{
    uint16 value;

    memcpy(&value, digits + 2 * i, sizeof(value));
    return value;
}

/* Reads what most amounts are, without a call: up to three digits of base 10000. False for others. */
static pg_attribute_always_inline bool
cm_money_read_short(const struct varlena *stored, cm_money *result)
{
    static const int64 powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

    if (unlikely(VARATT_IS_1B_E(stored) || VARATT_IS_4B_C(stored)))
        return false;

    const char *data = VARDATA_ANY(stored);
    int n_digits = ((int) VARSIZE_ANY_EXHDR(stored) - 2) / 2;
    uint16 header = cm_numeric_digit(data, 0);
    int dscale = (header & 0x1F80) >> 7;
    int weight = (int) (header & 0x003F) - (header & 0x0040); /* 7 bits, two's complement */
    int shift =
        dscale + 4 * (weight - n_digits + 1); /* decimal digits that the last one lacks, or has too many */
    int64 value = 0;

    if (n_digits == 0) /* zero has no digits, however many decimals */
        shift = 0;
    if (unlikely((header & CM_NUMERIC_FORM_MASK) != CM_NUMERIC_SHORT || n_digits > 3 || shift < -3 ||
                 shift > 6 || dscale > CM_MONEY_MAX_SCALE))
        return false;
    for (int i = 1; i <= n_digits; i++)
        value = value * 10000 + cm_numeric_digit(data, i);
    switch (shift) { /* divisions by constants are multiplications */
        case -1:
            value /= 10;
            break;
        case -2:
            value /= 100;
            break;
        case -3:
            value /= 1000;
            break;
        default: /* below 10^18 */
            value *= powers[shift];
    }
    *result = (cm_money){(header & 0x2000) ? -value : value, dscale, 0};
    return true;
}

extern cm_money cm_money_from_any_numeric(Datum numeric, const char *what);

static pg_attribute_always_inline cm_money
cm_money_from_numeric(Datum numeric, const char *what)
{
    cm_money result;

    if (likely(cm_money_read_short((const struct varlena *) DatumGetPointer(numeric), &result)))
        return result;
    return cm_money_from_any_numeric(numeric, what);
}

/* Argument n, which is double precision or numeric; NULL is zero. */
static pg_attribute_always_inline cm_money
cm_money_arg(FunctionCallInfo fcinfo, int n, bool is_float, const char *what)
{
    return PG_ARGISNULL(n) ? CM_MONEY_ZERO
           : is_float      ? cm_money_from_float(PG_GETARG_FLOAT8(n), what)
                           : cm_money_from_numeric(PG_GETARG_DATUM(n), what);
}

/* In states: text such as -12.50, and 17 bytes in binary. Readers validate. */
extern void cm_append_money(StringInfo out, cm_money value);
extern cm_money cm_parse_money(cm_parser *p);
extern void cm_send_money(StringInfo out, cm_money value);
extern cm_money cm_receive_money(StringInfo in, const char *type);

#endif
