/* What a history must be, and the units of its times; see histories.h. */
#include "postgres.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/period.h"
#include "forecast/histories.h"

const char *const cm_history_kind_names[] = {"", "purchases", "opportunities", "spending", "renewals", NULL};

const char *const cm_time_unit_names[] = {"", "day", "week", "month", "quarter", "year", NULL};

#define MAX_X 1e9
#define MAX_OPPORTUNITIES 10000
#define MAX_SIZE 1e15
#define MIN_SIZE 1e-12
#define MAX_WEIGHT 9007199254740992.0 /* 2^53 */

/* ---- rules ---- */

static bool
is_whole(double value, double most)
{
    return value >= 0 && value <= most && value == floor(value);
}

/* Times and amounts: what is positive is neither so small nor so large that squares of it lose all meaning. */
static bool
is_sized(double value)
{
    return value >= MIN_SIZE && value <= MAX_SIZE;
}

static const char *
purchases_error(const cm_purchase_history *h)
{
    if (!is_whole(h->x, MAX_X))
        return "The number of repeat purchases x is a whole number from 0 to 1e9";
    if (!(h->T == 0 || is_sized(h->T)) || !(h->t_x == 0 || is_sized(h->t_x)))
        return "Ages are zero or from 1e-12 to 1e15";
    if (h->t_x > h->T)
        return "The age t_x at the last purchase is at most the age t at the end of observation";
    if ((h->x == 0) != (h->t_x == 0))
        return "The age t_x at the last purchase is zero exactly when there is no repeat purchase";
    return NULL;
}

static const char *
opportunities_error(const cm_purchase_history *h)
{
    if (!is_whole(h->T, MAX_OPPORTUNITIES))
        return "The number of opportunities is a whole number from 0 to 10,000";
    if (!is_whole(h->t_x, h->T) || !is_whole(h->x, h->t_x))
        return "The last opportunity used, t_x, is one of them, and the purchases x are at most as many as "
               "there were up to then";
    if ((h->x == 0) != (h->t_x == 0))
        return "The last opportunity used, t_x, is zero exactly when there is no purchase";
    return NULL;
}

static const char *
spending_error(const cm_purchase_history *h)
{
    if (!is_whole(h->x, MAX_X) || h->x == 0)
        return "The number of repeat purchases x is a whole number from 1 to 1e9";
    if (h->T != 0)
        return "Spending has no age";
    return is_sized(h->t_x) ? NULL : "The mean amount of a purchase is from 1e-12 to 1e15";
}

bool
cm_spending_is_free(const cm_purchase_history *h)
{
    return h->t_x == 0 && is_whole(h->x, MAX_X);
}

static const char *
renewals_error(const cm_purchase_history *h)
{
    if (!is_whole(h->x, MAX_X))
        return "The number of periods is a whole number from 0 to 1e9";
    if (h->t_x == 1 && h->x == 0)
        return "A customer who is lost has begun at least one period";
    if (h->T != 0)
        return "Renewals have no age beside the number of periods";
    return h->t_x == 0 || h->t_x == 1 ? NULL : "Lost is 0 or 1";
}

const char *
cm_history_error(cm_history_kind kind, cm_purchase_history *h)
{
    /* no negative zeros: they would be other bytes of the same number */
    h->x += 0.0;
    h->t_x += 0.0;
    h->T += 0.0;
    switch (kind) {
        case CM_HISTORY_PURCHASES:
            return purchases_error(h);
        case CM_HISTORY_OPPORTUNITIES:
            return opportunities_error(h);
        case CM_HISTORY_SPENDING:
            return spending_error(h);
        case CM_HISTORY_RENEWALS:
            return renewals_error(h);
    }
    return "There is no such kind of history";
}

/* The numbers of a history under the names of the arguments, such as: x 2, t_x 1.5, t 1 */
static char *
history_text(cm_history_kind kind, const cm_purchase_history *h)
{
    static const char *const names[][3] = {
        [CM_HISTORY_PURCHASES] = {"x", "t_x", "t"},
        [CM_HISTORY_OPPORTUNITIES] = {"x", "t_x", "opportunities"},
        [CM_HISTORY_SPENDING] = {"x", "mean_amount"},
        [CM_HISTORY_RENEWALS] = {"periods", "lost"},
    };
    const double values[] = {h->x, h->t_x, h->T};
    StringInfoData out;

    initStringInfo(&out);
    for (int i = 0; i < 3 && names[kind][i] != NULL; i++) {
        appendStringInfo(&out, "%s%s ", i > 0 ? ", " : "", names[kind][i]);
        if (kind == CM_HISTORY_RENEWALS && i == 1)
            appendStringInfoString(&out, values[i] == 0 ? "false" : "true");
        else
            cm_append_float(&out, values[i]);
    }
    return out.data;
}

static void
history_error(cm_history_kind kind, const cm_purchase_history *h, const char *rule)
{
    static const char *const hints[] = {
        [CM_HISTORY_PURCHASES] =
            "Count x after the first purchase, and measure t_x and t from it, in one unit of time.",
        [CM_HISTORY_OPPORTUNITIES] = "Number the opportunities of a customer from 1.",
        [CM_HISTORY_SPENDING] =
            "It is the mean of the x repeat purchases, NULL without any, and 0 if all were free.",
        [CM_HISTORY_RENEWALS] =
            "Count the period that now runs: it is the first for a new customer who leaves.",
    };

    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("invalid history of %s: %s", cm_history_kind_names[kind], history_text(kind, h)),
                    errdetail("%s.", rule), errhint("%s", hints[kind])));
}

void
cm_history_check(cm_history_kind kind, cm_purchase_history *h)
{
    const char *rule = cm_history_error(kind, h);

    if (unlikely(rule != NULL))
        history_error(kind, h, rule);
}

int64
cm_history_weight(cm_history_kind kind, const cm_purchase_history *h, double customers)
{
    if (unlikely(!is_whole(customers, MAX_WEIGHT) || customers == 0))
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                 errmsg("\"customers\" is out of range: %g, for the history of %s %s", customers,
                        cm_history_kind_names[kind], history_text(kind, h)),
                 errdetail("A history stands for a whole number of customers, from 1 to 9007199254740992.")));
    return (int64) customers;
}

/* ---- units of time ---- */

cm_time_unit
cm_time_unit_arg(const cm_word *unit)
{
    char name[16];
    Size length = VARSIZE_ANY_EXHDR(unit);
    cm_calendar calendar;

    if (length < sizeof(name)) {
        memcpy(name, VARDATA_ANY(unit), length);
        name[length] = '\0';
        if (strchr(name, ':') == NULL && cm_calendar_from_cstring(name, &calendar))
            return (cm_time_unit) (CM_UNIT_DAY + (calendar.unit - CM_DAY));
    }
    /* none of them: this is the error that lists them */
    return (cm_time_unit) (CM_UNIT_DAY + cm_option(unit, "unit", cm_time_unit_names + CM_UNIT_DAY));
}

void
cm_time_unit_check_same(cm_time_unit a, cm_time_unit b, const char *what)
{
    if (a != CM_UNIT_UNKNOWN && b != CM_UNIT_UNKNOWN && a != b)
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("%s are in different units of time: %s and %s", cm_quoted(what), cm_time_unit_names[a],
                    cm_time_unit_names[b]),
             errhint(
                 "Use one unit for the fit, for horizons and for everything that is asked of the model.")));
}
