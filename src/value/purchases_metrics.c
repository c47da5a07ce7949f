/* What a purchases value tells: counts, dates, amounts, inputs of the forecast models, what was known earlier. */
#include "postgres.h"

#include <math.h>

#include "states/customer_totals.h"
#include "core/check.h"
#include "value/purchases.h"

static cm_money
units(const cm_purchases *p, int128 amount)
{
    return (cm_money){amount, p->scale, 0};
}

cm_customer_totals
cm_purchases_totals(const cm_purchases *p, DateADT as_of)
{
    cm_customer_totals b = {.paid = units(p, 0), .refunded = units(p, 0), .paid_first_day = units(p, 0)};

    for (uint32 i = 0; i < p->n_days && p->days[i].day <= as_of; i++) {
        const cm_purchase_day *day = &p->days[i];

        b.refunded.units = cm_units_add(b.refunded.units, day->refunded, p->scale);
        if (day->purchases == 0)
            continue;
        if (b.purchases == 0) {
            b.first = day->day;
            b.paid_first_day.units = day->paid;
        }
        b.last = day->day;
        b.purchases += day->purchases; /* at most 3.7 million days of 4 billion */
        b.purchase_days++;
        b.paid.units = cm_units_add(b.paid.units, day->paid, p->scale);
    }
    return b;
}

/* An accessor: an expression of totals b of purchases p until a day, of all days or as argument 1 says. */
#define ACCESSOR_UNTIL(name, day, expression)                                                                \
    PG_FUNCTION_INFO_V1(cm_purchases_##name);                                                                \
    Datum cm_purchases_##name(PG_FUNCTION_ARGS)                                                              \
    {                                                                                                        \
        const cm_purchases *p = PG_GETARG_PURCHASES(0);                                                      \
        DateADT until = day;                                                                                 \
        cm_customer_totals b = cm_purchases_totals(p, until);                                                \
                                                                                                             \
        expression;                                                                                          \
    }                                                                                                        \
    extern int cm_no_such_variable

#define ACCESSOR(name, expression) ACCESSOR_UNTIL(name, CM_LAST_DAY, expression)
#define ACCESSOR_AS_OF(name, expression) ACCESSOR_UNTIL(name, CM_ARG_CALENDAR_DAY(1, "as_of"), expression)

#define RETURN_IF(condition, value)                                                                          \
    if (!(condition))                                                                                        \
        PG_RETURN_NULL();                                                                                    \
    PG_RETURN_DATUM(value)

ACCESSOR(count, PG_RETURN_INT64(b.purchases));
ACCESSOR(days, PG_RETURN_INT64(b.purchase_days));
ACCESSOR(first, RETURN_IF(b.purchases > 0, DateADTGetDatum(b.first)));
ACCESSOR(last, RETURN_IF(b.purchases > 0, DateADTGetDatum(b.last)));
ACCESSOR(revenue, RETURN_IF(p->n_days > 0, cm_money_to_numeric(cm_totals_revenue(&b))));
ACCESSOR(refunds, RETURN_IF(p->n_days > 0, cm_money_to_numeric(b.refunded)));
ACCESSOR(average, RETURN_IF(b.purchases > 0, cm_money_mean(cm_totals_revenue(&b), b.purchases)));
ACCESSOR(repeats, RETURN_IF(b.purchases > 0, Int64GetDatum(b.purchase_days - 1)));
ACCESSOR(age_at_last, CM_RETURN_FLOAT(cm_totals_age_at_last(&b)));
ACCESSOR(repeat_amount,
         RETURN_IF(b.purchase_days > 1,
                   cm_money_mean(cm_money_subtract(b.paid, b.paid_first_day), b.purchase_days - 1)));
ACCESSOR_AS_OF(recency, CM_RETURN_FLOAT(cm_totals_recency(&b, until)));
ACCESSOR_AS_OF(tenure, CM_RETURN_FLOAT(cm_totals_tenure(&b, until)));

/* purchase_frequency(purchases, as_of, period_days): purchases / tenure x period_days */
PG_FUNCTION_INFO_V1(cm_purchases_frequency);
Datum
cm_purchases_frequency(PG_FUNCTION_ARGS)
{
    DateADT as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    cm_customer_totals b = cm_purchases_totals(PG_GETARG_PURCHASES(0), as_of);
    double tenure = cm_totals_tenure(&b, as_of);
    double period = cm_check_positive(PG_GETARG_FLOAT8(2), "period_days");

    CM_RETURN_FLOAT(tenure > 0 ? (double) b.purchases / tenure * period : NAN);
}

/* model_inputs(purchases, as_of, unit_days) -> x, t_x, t, m */
PG_FUNCTION_INFO_V1(cm_purchases_model_inputs);
Datum
cm_purchases_model_inputs(PG_FUNCTION_ARGS)
{
    DateADT as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    cm_customer_totals b = cm_purchases_totals(PG_GETARG_PURCHASES(0), as_of);
    cm_row row = cm_row_empty();

    cm_row_set_model_inputs(&row, 0, &b, as_of, cm_check_positive(PG_GETARG_FLOAT8(2), "unit_days"));
    return cm_row_return(fcinfo, &row);
}

/* purchases_until(purchases, as_of): what was known at the end of that day, and all skipped rows, whose days are not known */
PG_FUNCTION_INFO_V1(cm_purchases_until);
Datum
cm_purchases_until(PG_FUNCTION_ARGS)
{
    const cm_purchases *p = PG_GETARG_PURCHASES(0);
    DateADT as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    uint32 n_days = p->n_days;

    while (n_days > 0 && p->days[n_days - 1].day > as_of)
        n_days--;

    cm_purchases *result = cm_purchases_make(n_days);

    result->n_days = n_days;
    result->skipped = p->skipped;
    result->scale = n_days > 0 ? p->scale : 0;
    memcpy(result->days, p->days, n_days * sizeof(cm_purchase_day));
    PG_RETURN_POINTER(result);
}

/* purchase_days(purchases, after, until): days with a purchase, after the first day and not after the second */
PG_FUNCTION_INFO_V1(cm_purchases_days_between);
Datum
cm_purchases_days_between(PG_FUNCTION_ARGS)
{
    const cm_purchases *p = PG_GETARG_PURCHASES(0);
    DateADT after = CM_ARG_CALENDAR_DAY(1, "after");
    DateADT until = CM_ARG_CALENDAR_DAY(2, "until");
    int64 days = 0;

    if (until < after)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("%s %s lies before %s %s", cm_quoted("until"), cm_day_text(until),
                               cm_quoted("after"), cm_day_text(after)),
                        errhint("Name the earlier day first.")));
    for (uint32 i = 0; i < p->n_days; i++)
        days += p->days[i].purchases > 0 && p->days[i].day > after && p->days[i].day <= until;
    PG_RETURN_INT64(days);
}

/* purchase_history(purchases) -> day, purchases, amount, refunds: a row for each day with any */
PG_FUNCTION_INFO_V1(cm_purchases_history);
Datum
cm_purchases_history(PG_FUNCTION_ARGS)
{
    const cm_purchases *p = PG_GETARG_PURCHASES(0);

    cm_rows_begin(fcinfo);
    for (uint32 i = 0; i < p->n_days; i++) {
        const cm_purchase_day *day = &p->days[i];
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, DateADTGetDatum(day->day));
        cm_row_set_int(&row, 1, day->purchases);
        cm_row_set_money(&row, 2, units(p, day->paid));
        cm_row_set_money(&row, 3, units(p, day->refunded));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
