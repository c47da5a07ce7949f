/* The purchases state: adding orders, merging. Text and binary form are in purchases_io.c, metrics in
 * purchases_metrics.c. */
#include "postgres.h"

#include "utils/memutils.h"

#include "core/check.h"
#include "core/ladder.h"
#include "value/purchases.h"

const cm_state_class cm_purchases_class = {
    .name = "purchases_state",
    .min_size = sizeof(cm_purchases),
    .max_size = MaxAllocSize,
    .magic = 0x5055,
    .version = 1,
};

cm_purchases *
cm_purchases_make(uint32 capacity)
{
    return cm_state_new(&cm_purchases_class,
                        sizeof(cm_purchases) + (Size) capacity * sizeof(cm_purchase_day));
}

static uint32
capacity_in(Size size)
{
    return (size - sizeof(cm_purchases)) / sizeof(cm_purchase_day);
}

static uint32
capacity_of(const cm_purchases *p)
{
    return capacity_in(VARSIZE(p));
}

static cm_purchases *
copy_with_capacity(const cm_purchases *p, uint32 capacity)
{
    cm_purchases *copy = cm_purchases_make(capacity);

    copy->scale = p->scale;
    copy->n_days = p->n_days;
    copy->skipped = p->skipped;
    memcpy(copy->days, p->days, p->n_days * sizeof(cm_purchase_day));
    return copy;
}

static const cm_ladder by_day = {sizeof(cm_purchase_day), offsetof(cm_purchase_day, day)};

const cm_purchases *
cm_purchases_read(Datum datum)
{
    const cm_purchases *p = cm_state_read(datum, &cm_purchases_class);
    cm_purchases *canonical;

    if (unlikely(p->n_days > capacity_of(p)))
        cm_state_error(&p->head, &cm_purchases_class);
    if (capacity_of(p) == p->n_days && cm_ladder_is_sorted(&by_day, p->days, p->n_days))
        return p;
    canonical = copy_with_capacity(p, p->n_days);
    cm_ladder_sort(&by_day, canonical->days, canonical->n_days);
    return canonical;
}

/* About twice the room; the bytes a power of two, which is what palloc hands out. */
static cm_purchases *
grow(const cm_purchases *p)
{
    Size size = 64;

    while (capacity_in(size) <= p->n_days)
        size *= 2;
    cm_state_check_size(&cm_purchases_class, VARSIZE(p) + sizeof(cm_purchase_day));
    return copy_with_capacity(p, capacity_in(Min(size, MaxAllocSize)));
}

/* Adds what happened on a day, whose amounts are at the scale of p. */
static cm_purchases *
add_day(cm_purchases *p, const cm_purchase_day *day)
{
    int64 at = cm_ladder_find(&by_day, p->days, p->n_days, day->day);

    if (at < 0) {
        if (p->n_days == capacity_of(p))
            p = grow(p);
        cm_ladder_insert(&by_day, p->days, p->n_days++, day);
        return p;
    }

    cm_purchase_day *known = &p->days[at];

    if (day->purchases > PG_UINT32_MAX - known->purchases)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("more than %u purchases on one day", PG_UINT32_MAX)));
    known->purchases += day->purchases;
    known->paid = cm_units_add(known->paid, day->paid, p->scale);
    known->refunded = cm_units_add(known->refunded, day->refunded, p->scale);
    return p;
}

static void
rescale(cm_purchases *p, int scale)
{
    if (scale <= p->scale)
        return;
    for (uint32 i = 0; i < p->n_days; i++) {
        p->days[i].paid = cm_units_rescale(p->days[i].paid, p->scale, scale);
        p->days[i].refunded = cm_units_rescale(p->days[i].refunded, p->scale, scale);
    }
    p->scale = scale;
}

static cm_purchases *
add_order(cm_purchases *p, DateADT day, cm_money amount)
{
    rescale(p, amount.scale);

    int128 units = cm_units_rescale(amount.units, amount.scale, p->scale);
    cm_purchase_day one = {.day = day};

    if (units >= 0) {
        one.paid = units;
        one.purchases = 1;
    } else
        one.refunded = -units; /* amounts are read as sign and magnitude: their negative exists */
    return add_day(p, &one);
}

/* ---- aggregate steps, which begin with an initial value ---- */

/* An order with a NULL is skipped, and counted. */
static pg_noinline Datum
skip_order(FunctionCallInfo fcinfo)
{
    cm_purchases *p = cm_state_own(fcinfo, 0, &cm_purchases_class);

    p->skipped = cm_add_counts(p->skipped, 1, "skipped rows");
    PG_RETURN_POINTER(p);
}

static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, cm_order_form form)
{
    cm_order order;

    if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || (form.sibling != NULL && PG_ARGISNULL(3))))
        return skip_order(fcinfo);
    if (unlikely(!cm_read_order(fcinfo, 1, form, &order)))
        cm_order_error(fcinfo, 1, form, NULL);
    PG_RETURN_POINTER(add_order(cm_state_own(fcinfo, 0, &cm_purchases_class), order.day, order.amount));
}

#define STEP(name, sibling, is_float)                                                                        \
    PG_FUNCTION_INFO_V1(cm_purchases_accum_##name);                                                          \
    Datum cm_purchases_accum_##name(PG_FUNCTION_ARGS)                                                        \
    {                                                                                                        \
        return accumulate(fcinfo, (cm_order_form){sibling, is_float});                                       \
    }                                                                                                        \
    extern int cm_no_such_variable

STEP(numeric, NULL, false);
STEP(float8, NULL, true);
STEP(zone_numeric, "purchases_agg", false);
STEP(zone_float8, "purchases_agg", true);

/* Combine function, and transition of rollup(purchases). */
PG_FUNCTION_INFO_V1(cm_purchases_combine);
Datum
cm_purchases_combine(PG_FUNCTION_ARGS)
{
    cm_purchases *p = cm_state_own(fcinfo, 0, &cm_purchases_class);
    const cm_purchases *other = PG_GETARG_PURCHASES(1);

    p->skipped = cm_add_counts(p->skipped, other->skipped, "skipped rows");
    rescale(p, other->scale);
    for (uint32 i = 0; i < other->n_days; i++) {
        cm_purchase_day day = other->days[i];

        day.paid = cm_units_rescale(day.paid, other->scale, p->scale);
        day.refunded = cm_units_rescale(day.refunded, other->scale, p->scale);
        p = add_day(p, &day);
    }
    PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(cm_purchases_final);
Datum
cm_purchases_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_PURCHASES(0));
}

/* skipped_rows(purchases) */
PG_FUNCTION_INFO_V1(cm_purchases_skipped_rows);
Datum
cm_purchases_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(((const cm_purchases *) cm_state_read(PG_GETARG_DATUM(0), &cm_purchases_class))->skipped);
}
