/* Reading amounts from numeric and double precision; see money.h. */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/money.h"

static void
amount_error(const char *what, const char *value)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s is out of range: %s", cm_quoted(what), value),
                    errdetail("It must be a finite number of at most %d digits, which includes those after "
                              "the decimal point.",
                              CM_MONEY_MAX_SCALE),
                    errhint("Round amounts to the fractions of their currency, and filter what is no "
                            "amount.")));
}

static void
numeric_error(const char *what, Datum numeric)
{
    amount_error(what, DatumGetCString(DirectFunctionCall1(numeric_out, numeric)));
}

/* ---- reading numeric ---- */

typedef struct packed {
    const char *digits; /* of 16 bits, not aligned where the header of the varlena has one byte */
    int n_digits;
    int weight;
    int dscale;
    bool negative;
} packed;

/* False for NaN and infinities. */
static inline bool
unpack(const struct varlena *stored, packed *out)
{
    const char *data = VARDATA_ANY(stored);
    int size = VARSIZE_ANY_EXHDR(stored);
    uint16 header = cm_numeric_digit(data, 0);

    if (likely((header & CM_NUMERIC_FORM_MASK) == CM_NUMERIC_SHORT)) {
        out->negative = (header & 0x2000) != 0;
        out->dscale = (header & 0x1F80) >> 7;
        out->weight = (int) (header & 0x003F) - (header & 0x0040); /* 7 bits, two's complement */
        out->digits = data + 2;
        out->n_digits = (size - 2) / 2;
        return true;
    }
    if ((header & CM_NUMERIC_FORM_MASK) == CM_NUMERIC_SPECIAL)
        return false;
    out->negative = (header & CM_NUMERIC_FORM_MASK) == CM_NUMERIC_LONG_NEGATIVE;
    out->dscale = header & 0x3FFF;
    out->weight = (int16) cm_numeric_digit(data, 1);
    out->digits = data + 4;
    out->n_digits = (size - 4) / 2;
    return true;
}

/* The general case of units = digits x 10^shift, checked. False where it does not fit. */
static bool
units_of_long(const packed *in, int shift, int128 *units)
{
    int128 value = 0;

    for (int i = 0; i < in->n_digits; i++) {
        int digit = cm_numeric_digit(in->digits, i);

        /* The last digit of base 10000 may reach below the display scale, with zeros there. */
        if (i == in->n_digits - 1 && shift < 0 && shift > -4) {
            if (__builtin_mul_overflow(value, cm_power_of_ten(4 + shift), &value) ||
                __builtin_add_overflow(value, digit / cm_power_of_ten(-shift), &value))
                return false;
            shift = 0;
        } else if (__builtin_mul_overflow(value, (int128) 10000, &value) ||
                   __builtin_add_overflow(value, (int128) digit, &value))
            return false;
    }
    if (value == 0)
        shift = 0;
    if (shift < 0 || shift > CM_MONEY_MAX_SCALE ||
        __builtin_mul_overflow(value, cm_power_of_ten(shift), &value))
        return false;
    *units = in->negative ? -value : value;
    return true;
}

bool
cm_money_read_numeric(Datum numeric, cm_money *result)
{
    const struct varlena *stored = PG_DETOAST_DATUM_PACKED(numeric);
    packed in;

    if (likely(cm_money_read_short(stored, result)))
        return true;
    *result = CM_MONEY_ZERO;
    if (unlikely(!unpack(stored, &in) || in.dscale > CM_MONEY_MAX_SCALE))
        return false;
    result->scale = in.dscale;
    return units_of_long(&in, in.dscale + 4 * (in.weight - in.n_digits + 1), &result->units);
}

cm_money
cm_money_from_any_numeric(Datum numeric, const char *what)
{
    cm_money result;

    if (unlikely(!cm_money_read_numeric(numeric, &result)))
        numeric_error(what, numeric);
    return result;
}

double
cm_float_from_numeric(Datum numeric)
{
    cm_money value;

    if (likely(cm_money_read_numeric(numeric, &value)))
        return cm_money_to_float(value);

    double result = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, numeric));

    if (isinf(result) && !numeric_is_inf(DatumGetNumeric(numeric)))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("a number is out of range: %s",
                               cm_excerpt(DatumGetCString(DirectFunctionCall1(numeric_out, numeric)))),
                        errdetail("It is read as double precision, which ends at about 1.8e308.")));
    return result;
}

/* ---- reading double precision ---- */

/* From the shortest text of the double, by Ryu (U. Adams, PLDI 2018): [-]digits[.digits][e[+-]digits]. */
static bool
units_of_text(const char *text, cm_money *out)
{
    int128 value = 0;
    int scale = 0;
    bool negative = *text == '-';
    bool fraction = false;

    for (text += negative; *text != '\0' && *text != 'e'; text++) {
        if (*text == '.')
            fraction = true;
        else {
            value = value * 10 + (*text - '0'); /* at most 17 digits */
            scale += fraction;
        }
    }
    if (*text == 'e')
        scale -= atoi(text + 1);
    for (; scale < 0; scale++)
        if (__builtin_mul_overflow(value, (int128) 10, &value))
            return false;
    if (scale > CM_MONEY_MAX_SCALE)
        return false;
    *out = (cm_money){negative ? -value : value, scale, 0};
    return true;
}

bool
cm_money_read_float(double value, cm_money *result)
{
    char text[DOUBLE_SHORTEST_DECIMAL_LEN];

    /*
     * A decimal of at most 15 digits that reads back as the double is its shortest text, as no two such decimals
     * read as the same double. n / 100 rounds correctly, as both are exact doubles: equality says "reads back".
     */
    double cents = rint(value * 100);

    if (likely(fabs(cents) < 1e15 && cents / 100 == value)) {
        int64 units = (int64) cents;
        int scale = 2;

        while (scale > 0 && units % 10 == 0) {
            units /= 10;
            scale--;
        }
        *result = (cm_money){units, scale, 0};
        return true;
    }
    if (!isfinite(value))
        return false;
    double_to_shortest_decimal_buf(value, text);
    return units_of_text(text, result);
}

cm_money
cm_money_from_float(double value, const char *what)
{
    cm_money result = CM_MONEY_ZERO;
    char text[DOUBLE_SHORTEST_DECIMAL_LEN];

    if (unlikely(!cm_money_read_float(value, &result))) {
        double_to_shortest_decimal_buf(value, text);
        amount_error(what, text);
    }
    return result;
}
