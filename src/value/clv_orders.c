/*
 * Customer lifetime value from orders. Historic: what customers have brought so far, undiscounted on average over
 * customers, or discounted by day. By the plain formula: average order value x purchase frequency, both as
 * observed, x a lifespan that is given.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/collation.h"
#include "states/customers.h"
#include "value/purchases.h"

/* ---- aggregate clv(customer_id, amount): revenue per customer ---- */

/* Time does not matter here: all orders are of one day, so that no lists of days grow. */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, cm_key_type type, bool is_float)
{
    cm_money amount;

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
        return cm_map_skip_row(cm_customers_edit_arg(fcinfo, type));
    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");

    cm_key key = cm_key_from_arg(fcinfo, 1, type);

    if (unlikely(!cm_read_amount(fcinfo, 2, is_float, &amount)))
        cm_amount_error(fcinfo, 2, is_float, psprintf("%s: \"amount\"", cm_customer_name(&key)));

    cm_map_edit edit = cm_customers_edit_arg(fcinfo, type);

    cm_customers_add(&edit, &key, &amount, 0);
    PG_RETURN_POINTER(edit.map);
}

#define STEP(name, type, is_float)                                                                           \
    PG_FUNCTION_INFO_V1(cm_clv_accum_##name);                                                                \
    Datum cm_clv_accum_##name(PG_FUNCTION_ARGS)                                                              \
    {                                                                                                        \
        return accumulate(fcinfo, type, is_float);                                                           \
    }                                                                                                        \
    extern int cm_no_such_variable

STEP(bigint_numeric, CM_KEY_BIGINT, false);
STEP(bigint_float8, CM_KEY_BIGINT, true);
STEP(uuid_numeric, CM_KEY_UUID, false);
STEP(uuid_float8, CM_KEY_UUID, true);
STEP(text_numeric, CM_KEY_TEXT, false);
STEP(text_float8, CM_KEY_TEXT, true);

/* ---- from customers ---- */

typedef struct observed {
    cm_money revenue;
    int64 customers; /* with a purchase */
    int64 purchases;
    double tenure; /* days, of all customers together */
} observed;

static void
observe(observed *o, const cm_customer_totals *b, DateADT as_of)
{
    o->revenue = cm_money_add(o->revenue, cm_totals_revenue(b));
    if (b->purchases == 0)
        return;
    o->customers++;
    o->purchases += b->purchases;
    o->tenure += cm_totals_tenure(b, as_of); /* whole numbers: exact in any order */
}

static observed
observe_all(const cm_map *map, DateADT as_of)
{
    observed o = {.revenue.scale = cm_customers_params_of(map)->scale};

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);

        if (entry % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        observe(&o, &b, as_of);
    }
    return o;
}

static void
add_revenue(void *result, const cm_map *map, uint32 entry)
{
    observed *o = result;
    const cm_customer *c = cm_map_payload(map, entry);

    o->customers += c->purchases > 0;
    if (likely(!c->wide && cm_customers_params_of(map)->scale == o->revenue.scale)) {
        o->revenue.units = cm_units_add(o->revenue.units, c->paid, o->revenue.scale);
        return;
    }

    cm_customer_totals b = cm_customers_sums(map, entry);

    o->revenue = cm_money_add(o->revenue, cm_totals_revenue(&b));
}

/* clv(customers), final function of the aggregate too: revenue per customer with a purchase */
PG_FUNCTION_INFO_V1(cm_clv_customers);
Datum
cm_clv_customers(PG_FUNCTION_ARGS)
{
    observed o = {.revenue = CM_MONEY_ZERO};

    cm_map_visit(PG_GETARG_DATUM(0), &cm_customers_class, add_revenue, &o);
    if (o.customers == 0)
        PG_RETURN_NULL();
    PG_RETURN_DATUM(cm_money_mean(o.revenue, o.customers));
}

/* Arguments 2 to 4: lifespan, margin, period_days. Purchases per period are purchases / tenure x period_days. */
static Datum
return_factors(FunctionCallInfo fcinfo, const observed *o)
{
    double lifespan = cm_check_not_negative(PG_GETARG_FLOAT8(2), "lifespan");
    double margin = cm_check_share(PG_GETARG_FLOAT8(3), "margin");
    double period = cm_check_positive(PG_GETARG_FLOAT8(4), "period_days");
    cm_row row = cm_row_empty();

    if (o->purchases > 0) {
        double order_value = cm_money_to_float(o->revenue) / (double) o->purchases;

        cm_row_set_float(&row, 0, order_value);
        if (o->tenure > 0) {
            double frequency = (double) o->purchases / o->tenure * period;

            cm_row_set_float(&row, 1, frequency);
            cm_row_set_float(&row, 2, order_value * frequency * lifespan * margin);
        }
    }
    return cm_row_return(fcinfo, &row);
}

/* clv_estimate(customers, as_of, lifespan, margin, period_days) -> order value, frequency, clv */
PG_FUNCTION_INFO_V1(cm_clv_estimate_customers);
Datum
cm_clv_estimate_customers(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    observed o =
        observe_all(map, cm_check_as_of(CM_ARG_DAY_OF(1, "as_of"), cm_customers_params_of(map)->latest));

    return return_factors(fcinfo, &o);
}

/* ---- from purchases ---- */

/* clv_estimate(purchases, as_of, lifespan, margin, period_days): the same for one customer, of what came until as_of */
PG_FUNCTION_INFO_V1(cm_clv_estimate_purchases);
Datum
cm_clv_estimate_purchases(PG_FUNCTION_ARGS)
{
    const cm_purchases *p = PG_GETARG_PURCHASES(0);
    DateADT as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    cm_customer_totals b = cm_purchases_totals(p, as_of);
    observed o = {.revenue.scale = p->scale};

    observe(&o, &b, as_of);
    return return_factors(fcinfo, &o);
}

/*
 * clv_historic(purchases, discount, period_days, origin): sum of amounts / (1 + discount)^(days from origin /
 * period_days). The origin is the first day of the history unless named: the value at acquisition, to be compared
 * with the cost of acquisition. Days are added in order of time, so the result does not depend on the order of rows.
 */
PG_FUNCTION_INFO_V1(cm_clv_historic);
Datum
cm_clv_historic(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
        PG_RETURN_NULL();

    const cm_purchases *p = PG_GETARG_PURCHASES(0);
    double discount = cm_check_share(PG_GETARG_FLOAT8(1), "discount");
    double period = cm_check_positive(PG_GETARG_FLOAT8(2), "period_days");
    double sum = 0;

    if (p->n_days == 0)
        PG_RETURN_NULL();

    DateADT origin = PG_ARGISNULL(3) ? p->days[0].day : CM_ARG_CALENDAR_DAY(3, "origin");

    for (uint32 i = 0; i < p->n_days; i++) {
        cm_money paid = {p->days[i].paid, p->scale, 0};
        cm_money refunded = {p->days[i].refunded, p->scale, 0};
        double amount = cm_money_to_float(cm_money_subtract(paid, refunded));

        sum += amount * exp(-log1p(discount) * (p->days[i].day - origin) / period);
    }
    PG_RETURN_FLOAT8(cm_check_finite(sum, "historic customer lifetime value"));
}
