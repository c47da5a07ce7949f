/* Checks of arguments; see check.h. */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/compat.h"

const char *
cm_quoted(const char *what)
{
    return strchr(what, ' ') == NULL ? psprintf("\"%s\"", what) : what;
}

#define MOST_SHOWN 100

const char *
cm_excerpt(const char *text)
{
    size_t length = strlen(text);

    if (length <= MOST_SHOWN)
        return text;
    return psprintf("%.*s...", pg_mbcliplen(text, (int) Min(length, PG_INT32_MAX), MOST_SHOWN), text);
}

static void
number_error(double value, const char *what, const char *rule)
{
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
             errmsg("%s is out of range: %g", cm_quoted(what), value), errdetail("It must be %s.", rule)));
}

double
cm_check_finite(double value, const char *what)
{
    if (!isfinite(value))
        number_error(value, what, "a finite number");
    return value;
}

double
cm_check_not_negative(double value, const char *what)
{
    if (!(value >= 0 && isfinite(value)))
        number_error(value, what, "a finite number, zero or more");
    return value;
}

double
cm_check_positive(double value, const char *what)
{
    if (!(value > 0 && isfinite(value)))
        number_error(value, what, "a finite number above zero");
    return value;
}

double
cm_check_share(double value, const char *what)
{
    if (!(value >= 0 && value <= 1))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %g", cm_quoted(what), value),
                        errdetail("It must be a fraction from 0 to 1."),
                        value > 1 && value <= 100 ? errhint("Write %g for %g %%.", value / 100, value) : 0));
    return value;
}

double
cm_check_confidence(double value)
{
    if (!(value > 0 && value < 1))
        number_error(value, "confidence", "a fraction between 0 and 1, such as 0.95");
    return value;
}

static void
count_error(int64 value, const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s is out of range: " INT64_FORMAT, cm_quoted(what), value),
                    errdetail("A count must be from 0 to " INT64_FORMAT ".", CM_MAX_COUNT)));
}

int64
cm_check_count(int64 value, const char *what)
{
    if (value < 0 || value > CM_MAX_COUNT)
        count_error(value, what);
    return value;
}

int64
cm_count_of(double value, const char *what)
{
    if (!(value >= 0 && value <= 9007199254740992.0 && value == floor(value)))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %g", cm_quoted(what), value),
                        errdetail("A count must be a whole number from 0 to 9007199254740992.")));
    return (int64) value;
}

int32
cm_int_of(int64 value, const char *what)
{
    if (unlikely(value < PG_INT32_MIN || value > PG_INT32_MAX))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: " INT64_FORMAT, cm_quoted(what), value),
                        errdetail("It must be a whole number from %d to %d.", PG_INT32_MIN, PG_INT32_MAX)));
    return (int32) value;
}

int64
cm_add_counts(int64 a, int64 b, const char *what)
{
    if (a > CM_MAX_COUNT - b)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("the sum of %s is out of range", what),
                 errdetail("A count must be from 0 to " INT64_FORMAT ".", CM_MAX_COUNT)));
    return a + b;
}
