/* Exact decimal sums; see money.h. Amounts are read in money_read.c. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/money.h"

int128
cm_power_of_ten(int exponent)
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

void
cm_money_overflow(int scale)
{
    cm_money_overflow_of("", scale);
}

void
cm_money_overflow_of(const char *whose, int scale)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s%sa sum of amounts has more than %d digits", whose, *whose == '\0' ? "" : ": ",
                           CM_MONEY_MAX_SCALE),
                    errdetail("Amounts are added exactly; the finest of these has %d digits after the "
                              "decimal point.",
                              scale),
                    errhint("Round amounts to the fractions of their currency, for example with "
                            "round(amount, 4).")));
}

/* ---- arithmetic ---- */

bool
cm_units_refine(int128 *units, int from, int to)
{
    Assert(from <= to);
    return from == to || !__builtin_mul_overflow(*units, cm_power_of_ten(to - from), units);
}

int128
cm_units_rescale(int128 units, int from, int to)
{
    if (!cm_units_refine(&units, from, to))
        cm_money_overflow(to);
    return units;
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
    int128 whole_a = a.units / cm_power_of_ten(a.scale);
    int128 whole_b = b.units / cm_power_of_ten(b.scale);
    int scale = Max(a.scale, b.scale);

    if (whole_a != whole_b)
        return whole_a > whole_b ? 1 : -1;

    /* What is left is below one, so it cannot overflow at any scale. */
    int128 rest_a = cm_units_rescale(a.units % cm_power_of_ten(a.scale), a.scale, scale);
    int128 rest_b = cm_units_rescale(b.units % cm_power_of_ten(b.scale), b.scale, scale);

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
        return (double) value.units / (double) cm_power_of_ten(value.scale);

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

static void
send_units(StringInfo out, int128 units)
{
    pq_sendint64(out, (int64) (units >> 64));
    pq_sendint64(out, (int64) units);
}

static int128
receive_units(StringInfo in)
{
    uint64 high = (uint64) pq_getmsgint64(in);
    uint64 low = (uint64) pq_getmsgint64(in);

    return (int128) (((uint128) high << 64) | low);
}

void
cm_send_money(StringInfo out, cm_money value)
{
    send_units(out, value.units);
    pq_sendbyte(out, value.scale);
}

cm_money
cm_receive_money(StringInfo in, const char *type)
{
    cm_money value = CM_MONEY_ZERO;

    value.units = receive_units(in);
    value.scale = pq_getmsgbyte(in);
    if (value.scale > CM_MONEY_MAX_SCALE)
        cm_receive_fail(type, "The scale of an amount is above 38");
    return value;
}
