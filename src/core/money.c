/* Exact decimal sums; see money.h. */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/money.h"

static int128
power_of_ten(int exponent)
{
    static const int64 powers[] = {
        INT64CONST(1),
        INT64CONST(10),
        INT64CONST(100),
        INT64CONST(1000),
        INT64CONST(10000),
        INT64CONST(100000),
        INT64CONST(1000000),
        INT64CONST(10000000),
        INT64CONST(100000000),
        INT64CONST(1000000000),
        INT64CONST(10000000000),
        INT64CONST(100000000000),
        INT64CONST(1000000000000),
        INT64CONST(10000000000000),
        INT64CONST(100000000000000),
        INT64CONST(1000000000000000),
        INT64CONST(10000000000000000),
        INT64CONST(100000000000000000),
        INT64CONST(1000000000000000000),
    };

    Assert(exponent >= 0 && exponent <= CM_MONEY_MAX_SCALE);
    if (exponent <= 18)
        return powers[exponent];
    if (exponent <= 36)
        return (int128) powers[18] * powers[exponent - 18];
    return (int128) powers[18] * powers[18] * powers[exponent - 36];
}

/* ---- errors ---- */

void
cm_money_overflow(int scale)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("a sum of amounts has more than %d digits", CM_MONEY_MAX_SCALE),
                    errdetail("Amounts are added exactly; the finest of these has %d digits after the "
                              "decimal point.",
                              scale),
                    errhint("Round amounts to the fractions of their currency, for example with "
                            "round(amount, 4).")));
}

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
            if (__builtin_mul_overflow(value, power_of_ten(4 + shift), &value) ||
                __builtin_add_overflow(value, digit / power_of_ten(-shift), &value))
                return false;
            shift = 0;
        } else if (__builtin_mul_overflow(value, (int128) 10000, &value) ||
                   __builtin_add_overflow(value, (int128) digit, &value))
            return false;
    }
    if (value == 0)
        shift = 0;
    if (shift < 0 || shift > CM_MONEY_MAX_SCALE || __builtin_mul_overflow(value, power_of_ten(shift), &value))
        return false;
    *units = in->negative ? -value : value;
    return true;
}

/* False for what is no amount: NaN, infinity, more digits than fit. */
static bool
read_numeric(Datum numeric, cm_money *result)
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

    if (unlikely(!read_numeric(numeric, &result)))
        numeric_error(what, numeric);
    return result;
}

double
cm_float_from_numeric(Datum numeric)
{
    cm_money value;

    if (likely(read_numeric(numeric, &value)))
        return cm_money_to_float(value);
    return DatumGetFloat8(DirectFunctionCall1(numeric_float8, numeric));
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
    out->units = negative ? -value : value;
    out->scale = scale;
    return true;
}

cm_money
cm_money_from_float(double value, const char *what)
{
    cm_money result = CM_MONEY_ZERO;
    char text[DOUBLE_SHORTEST_DECIMAL_LEN];

    /*
     * A decimal of at most 15 digits that reads back as the double is its shortest text, as no two such decimals
     * read as the same double. n / 100 rounds correctly, as both are exact doubles: equality says "reads back".
     */
    double cents = rint(value * 100);

    if (likely(fabs(cents) < 1e15 && cents / 100 == value)) {
        int64 units = (int64) cents;

        result.scale = 2;
        while (result.scale > 0 && units % 10 == 0) {
            units /= 10;
            result.scale--;
        }
        result.units = units;
        return result;
    }
    if (!isfinite(value))
        amount_error(what, psprintf("%g", value));
    double_to_shortest_decimal_buf(value, text);
    if (!units_of_text(text, &result))
        amount_error(what, text);
    return result;
}

/* ---- arithmetic ---- */

int128
cm_units_rescale(int128 units, int from, int to)
{
    int128 scaled;

    Assert(from <= to);
    if (from == to)
        return units;
    if (__builtin_mul_overflow(units, power_of_ten(to - from), &scaled))
        cm_money_overflow(to);
    return scaled;
}

cm_money
cm_money_add(cm_money a, cm_money b)
{
    int scale = Max(a.scale, b.scale);
    int128 units = cm_units_add(cm_units_rescale(a.units, a.scale, scale),
                                cm_units_rescale(b.units, b.scale, scale), scale);

    return (cm_money){units, scale, 0};
}

cm_money
cm_money_subtract(cm_money a, cm_money b)
{
    int128 negative;

    if (__builtin_sub_overflow((int128) 0, b.units, &negative))
        cm_money_overflow(b.scale);
    b.units = negative;
    return cm_money_add(a, b);
}

int
cm_money_compare(cm_money a, cm_money b)
{
    int128 whole_a = a.units / power_of_ten(a.scale);
    int128 whole_b = b.units / power_of_ten(b.scale);
    int scale = Max(a.scale, b.scale);

    if (whole_a != whole_b)
        return whole_a > whole_b ? 1 : -1;

    /* What is left is below one, so it cannot overflow at any scale. */
    int128 rest_a = cm_units_rescale(a.units % power_of_ten(a.scale), a.scale, scale);
    int128 rest_b = cm_units_rescale(b.units % power_of_ten(b.scale), b.scale, scale);

    return (rest_a > rest_b) - (rest_a < rest_b);
}

/* ---- results ---- */

Datum
cm_money_to_numeric(cm_money value)
{
    StringInfoData text;

    if (value.units >= PG_INT64_MIN && value.units <= PG_INT64_MAX)
        return NumericGetDatum(int64_div_fast_to_numeric((int64) value.units, value.scale));
    initStringInfo(&text);
    cm_append_money(&text, value);

    Datum numeric = DirectFunctionCall3(numeric_in, CStringGetDatum(text.data), ObjectIdGetDatum(InvalidOid),
                                        Int32GetDatum(-1));

    pfree(text.data);
    return numeric;
}

double
cm_money_to_float(cm_money value)
{
    /* Both exact doubles: one division, correctly rounded. */
    if (value.units >= -(INT64CONST(1) << 53) && value.units <= INT64CONST(1) << 53 && value.scale <= 22)
        return (double) value.units / (double) power_of_ten(value.scale);

    StringInfoData text;

    initStringInfo(&text);
    cm_append_money(&text, value);

    double result = strtod(text.data, NULL);

    pfree(text.data);
    return result;
}

Datum
cm_money_mean(cm_money value, int64 count)
{
    Datum sum = cm_money_to_numeric(value), n = NumericGetDatum(int64_to_numeric(count));
    Datum mean = DirectFunctionCall2(numeric_div, sum, n);

    pfree(DatumGetPointer(sum));
    pfree(DatumGetPointer(n));
    return mean;
}

/* ---- text and binary form ---- */

void
cm_append_money(StringInfo out, cm_money value)
{
    char digits[CM_MONEY_MAX_SCALE + 4];
    char *at = digits + sizeof(digits);
    int printed = 0;
    bool negative = value.units < 0;

    *--at = '\0';
    do {
        int digit = (int) (value.units % 10);

        *--at = '0' + abs(digit);
        value.units /= 10;
        if (++printed == value.scale)
            *--at = '.';
    } while (value.units != 0 || printed <= value.scale);
    if (negative)
        *--at = '-';
    appendStringInfoString(out, at);
}

static int
parse_digits(cm_parser *p, bool negative, int128 *units)
{
    int length = 0;

    for (; *p->at >= '0' && *p->at <= '9'; p->at++, length++) {
        int digit = *p->at - '0';

        if (__builtin_mul_overflow(*units, (int128) 10, units) ||
            __builtin_add_overflow(*units, (int128) (negative ? -digit : digit), units))
            cm_parse_fail(p, "an amount of at most 38 digits expected");
    }
    if (length == 0)
        cm_parse_fail(p, "a digit expected");
    return length;
}

cm_money
cm_parse_money(cm_parser *p)
{
    cm_money value = CM_MONEY_ZERO;
    bool negative = cm_parse_maybe(p, '-');
    bool zero_first = *p->at == '0';

    if (parse_digits(p, negative, &value.units) > 1 && zero_first)
        cm_parse_fail(p, "an amount without superfluous zeros expected");
    if (cm_parse_maybe(p, '.'))
        value.scale = parse_digits(p, negative, &value.units);
    if (value.scale > CM_MONEY_MAX_SCALE)
        cm_parse_fail(p, "at most 38 digits after the decimal point expected");
    if (negative && value.units == 0)
        cm_parse_fail(p, "zero has no sign");
    return value;
}

void
cm_send_money(StringInfo out, cm_money value)
{
    pq_sendint64(out, (int64) (value.units >> 64));
    pq_sendint64(out, (int64) value.units);
    pq_sendbyte(out, value.scale);
}

cm_money
cm_receive_money(StringInfo in, const char *type)
{
    cm_money value = CM_MONEY_ZERO;
    uint64 high = (uint64) pq_getmsgint64(in);
    uint64 low = (uint64) pq_getmsgint64(in);

    value.units = (int128) (((uint128) high << 64) | low);
    value.scale = pq_getmsgbyte(in);
    if (value.scale > CM_MONEY_MAX_SCALE)
        cm_receive_fail(type, "The scale of an amount is above 38");
    return value;
}
