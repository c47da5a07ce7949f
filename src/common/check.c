/* Checks of arguments; see check.h. */
#include "postgres.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "common/check.h"
#include "common/compat.h"

static void
refuse_number(double value, const char *what, const char *rule)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s is out of range: %g", what, value), errdetail("It must be %s.", rule)));
}

double
cm_check_finite(double value, const char *what)
{
    if (!isfinite(value))
        refuse_number(value, what, "a finite number");
    return value;
}

double
cm_check_not_negative(double value, const char *what)
{
    if (!(value >= 0 && isfinite(value)))
        refuse_number(value, what, "a finite number, zero or more");
    return value;
}

double
cm_check_positive(double value, const char *what)
{
    if (!(value > 0 && isfinite(value)))
        refuse_number(value, what, "a finite number above zero");
    return value;
}

double
cm_check_share(double value, const char *what)
{
    if (!(value >= 0 && value <= 1))
        refuse_number(value, what, "a fraction from 0 to 1");
    return value;
}

double
cm_check_confidence(double value)
{
    if (!(value > 0 && value < 1))
        refuse_number(value, "confidence", "a fraction between 0 and 1, such as 0.95");
    return value;
}

static void
refuse_count(int64 value, const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s is out of range: " INT64_FORMAT, what, value),
                    errdetail("A count must be from 0 to " INT64_FORMAT ".", CM_MAX_COUNT)));
}

int64
cm_check_count(int64 value, const char *what)
{
    if (value < 0 || value > CM_MAX_COUNT)
        refuse_count(value, what);
    return value;
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

int
cm_option(text *word, const char *argument, const char *const *names)
{
    StringInfoData allowed;

    for (int i = 0; names[i] != NULL; i++)
        if (VARSIZE_ANY_EXHDR(word) == strlen(names[i]) &&
            memcmp(VARDATA_ANY(word), names[i], VARSIZE_ANY_EXHDR(word)) == 0)
            return i;

    initStringInfo(&allowed);
    for (int i = 0; names[i] != NULL; i++)
        appendStringInfo(&allowed, "%s\"%s\"", i > 0 ? ", " : "", names[i]);
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s \"%s\" is not known", argument, text_to_cstring(word)),
                    errhint("Use one of %s.", allowed.data)));
}
