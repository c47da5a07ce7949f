/*
 * What customers owe: ages, days sales outstanding, and what was collected of what fell due. Of the invoices that were
 * written before as_of; payments are those that the rows had. An invoice is overdue on the days after its due day, so
 * that on the morning of as_of it is as_of - due days overdue.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/lang.h"
#include "core/period.h"
#include "core/row.h"
#include "states/order.h"
#include "value/receivables.h"

/* ---- totals ---- */

typedef struct debt {
    int64 invoices, open_invoices, overdue_invoices;
    cm_money billed, open, overdue, credit;
    double overdue_days; /* sum of amounts overdue x days; of integers below 2^53 in most ledgers */
} debt;

static void
add_debt(debt *d, const cm_receivable *cell, DateADT as_of)
{
    d->invoices += cell->invoices;
    d->open_invoices += cell->open_invoices;
    d->billed = cm_money_add(d->billed, cell->billed);
    d->open = cm_money_add(d->open, cell->open);
    d->credit = cm_money_add(d->credit, cell->credit);
    if (cell->due >= as_of)
        return;
    d->overdue_invoices += cell->open_invoices;
    d->overdue = cm_money_add(d->overdue, cell->open);
    d->overdue_days += cm_money_to_float(cell->open) * (as_of - cell->due);
}

static debt
debt_at(const cm_receivables *r, DateADT as_of)
{
    debt d = {0};

    for (uint32 i = 0; i < r->used; i++) {
        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        if (r->cells[i].invoiced < as_of)
            add_debt(&d, &r->cells[i], as_of);
    }
    return d;
}

static double
ratio(cm_money part, cm_money whole)
{
    return cm_money_sign(whole) > 0 ? cm_money_to_float(part) / cm_money_to_float(whole) : NAN;
}

PG_FUNCTION_INFO_V1(cm_receivables_skipped);
Datum
cm_receivables_skipped(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_RECEIVABLES(0)->skipped);
}

/* receivables_summary(receivables, as_of) */
PG_FUNCTION_INFO_V1(cm_receivables_summary);
Datum
cm_receivables_summary(PG_FUNCTION_ARGS)
{
    debt d = debt_at(PG_GETARG_RECEIVABLES(0), CM_ARG_CALENDAR_DAY(1, "as_of"));
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, d.invoices);
    cm_row_set_int(&row, 1, d.open_invoices);
    cm_row_set_int(&row, 2, d.overdue_invoices);
    cm_row_set(&row, 3, cm_money_to_numeric(d.billed));
    cm_row_set(&row, 4, cm_money_to_numeric(d.open));
    cm_row_set(&row, 5, cm_money_to_numeric(d.overdue));
    cm_row_set_float(&row, 6, ratio(d.overdue, d.open));
    if (cm_money_sign(d.overdue) > 0)
        cm_row_set_float(&row, 7, d.overdue_days / cm_money_to_float(d.overdue));
    cm_row_set(&row, 8, cm_money_to_numeric(d.credit));
    return cm_row_return(fcinfo, &row);
}

/* ---- ages ---- */

#define MAX_BOUNDS 100

typedef struct bucket {
    int64 invoices;
    cm_money open;
} bucket;

/* Rising days, the last of each bucket but the last one. */
static int
bounds_arg(FunctionCallInfo fcinfo, int arg, int32 *bounds)
{
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(arg);
    Datum *values;
    bool *nulls;
    int n;

    if (ARR_NDIM(array) > 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("\"bounds\" must be an array of one dimension, not %d", ARR_NDIM(array))));
    deconstruct_array(array, INT4OID, sizeof(int32), true, TYPALIGN_INT, &values, &nulls, &n);
    if (n > MAX_BOUNDS)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("\"bounds\" has %d elements", n),
                        errdetail("There may be %d.", MAX_BOUNDS)));
    for (int i = 0; i < n; i++) {
        bounds[i] = nulls[i] ? 0 : DatumGetInt32(values[i]);
        if (nulls[i] || bounds[i] <= (i > 0 ? bounds[i - 1] : 0))
            ereport(ERROR,
                    (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                     nulls[i] ? errmsg("\"bounds\" contains NULL")
                              : errmsg("\"bounds\" does not rise at %d", bounds[i]),
                     errdetail("They are the last days overdue of each bucket but the last one, from 1 on."),
                     errhint("Use '{30,60,90}', for example.")));
    }
    return n;
}

static text *
bucket_label(int place, int n, const int32 *bounds, cm_lang lang)
{
    static const char *const not_due[] = {"not due", "未到期"};

    if (place == 0)
        return cm_label_text(not_due[lang]);
    if (place == n + 1)
        return cstring_to_text(psprintf(">%d", n > 0 ? bounds[n - 1] : 0));
    return cstring_to_text(psprintf("%d-%d", place > 1 ? bounds[place - 2] + 1 : 1, bounds[place - 1]));
}

/* The bucket of so many days overdue: 0 is not due. */
static int
bucket_of(int64 days, int n, const int32 *bounds)
{
    int place = 0;

    if (days <= 0)
        return 0;
    while (place < n && days > bounds[place])
        place++;
    return place + 1;
}

/* receivables_ageing(receivables, as_of, bounds, lang) -> bucket, label, from_days, until_days, invoices, amount, share */
PG_FUNCTION_INFO_V1(cm_receivables_ageing);
Datum
cm_receivables_ageing(PG_FUNCTION_ARGS)
{
    const cm_receivables *r = PG_GETARG_RECEIVABLES(0);
    DateADT as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    int32 bounds[MAX_BOUNDS];
    int n = bounds_arg(fcinfo, 2, bounds);
    cm_lang lang = cm_lang_from_text(PG_GETARG_OPTION(3));
    bucket *buckets = palloc0((n + 2) * sizeof(bucket));
    cm_money all = CM_MONEY_ZERO;

    cm_rows_begin(fcinfo);
    for (uint32 i = 0; i < r->used; i++) {
        const cm_receivable *cell = &r->cells[i];
        bucket *b = &buckets[bucket_of((int64) as_of - cell->due, n, bounds)];

        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        if (cell->invoiced >= as_of)
            continue;
        b->invoices += cell->open_invoices;
        b->open = cm_money_add(b->open, cell->open);
        all = cm_money_add(all, cell->open);
    }
    for (int place = 0; place <= n + 1; place++) {
        cm_row row = cm_row_empty();

        cm_row_set(&row, 0, Int32GetDatum(place));
        cm_row_set(&row, 1, PointerGetDatum(bucket_label(place, n, bounds, lang)));
        if (place > 0)
            cm_row_set(&row, 2, Int32GetDatum(place > 1 ? bounds[place - 2] + 1 : 1));
        if (place > 0 && place <= n)
            cm_row_set(&row, 3, Int32GetDatum(bounds[place - 1]));
        cm_row_set_int(&row, 4, buckets[place].invoices);
        cm_row_set(&row, 5, cm_money_to_numeric(buckets[place].open));
        cm_row_set_float(&row, 6, ratio(buckets[place].open, all));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* ---- days sales outstanding ---- */

typedef struct sale {
    DateADT day;
    cm_money billed;
} sale;

static int
compare_sales(const void *a, const void *b)
{
    DateADT x = ((const sale *) a)->day, y = ((const sale *) b)->day;

    CHECK_FOR_INTERRUPTS();
    return (x < y) - (x > y); /* the latest first */
}

/*
 * So many of the last days have sales that add up to what is open: the last one counts by the part that is needed. NaN if
 * all sales are less.
 */
static double
count_back(const cm_receivables *r, DateADT as_of, cm_money open)
{
    sale *sales = MemoryContextAllocHuge(CurrentMemoryContext, ((Size) r->used + 1) * sizeof(sale));
    uint32 n = 0;

    for (uint32 i = 0; i < r->used; i++)
        if (r->cells[i].invoiced < as_of)
            sales[n++] = (sale){r->cells[i].invoiced, r->cells[i].billed};
    qsort(sales, n, sizeof(sale), compare_sales);
    for (uint32 i = 0; i < n;) {
        DateADT day = sales[i].day;
        cm_money billed = CM_MONEY_ZERO;

        for (; i < n && sales[i].day == day; i++)
            billed = cm_money_add(billed, sales[i].billed);
        if (cm_money_sign(billed) > 0 && cm_money_compare(open, billed) <= 0)
            return (double) (as_of - 1 - day) + cm_money_to_float(open) / cm_money_to_float(billed);
        if (cm_money_sign(billed) > 0)
            open = cm_money_subtract(open, billed);
    }
    return NAN;
}

static cm_money
billed_since(const cm_receivables *r, int64 since, DateADT as_of)
{
    cm_money billed = CM_MONEY_ZERO;

    for (uint32 i = 0; i < r->used; i++) {
        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        if (r->cells[i].invoiced >= since && r->cells[i].invoiced < as_of)
            billed = cm_money_add(billed, r->cells[i].billed);
    }
    return billed;
}

/* dso(receivables, sales, days) */
PG_FUNCTION_INFO_V1(cm_dso);
Datum
cm_dso(PG_FUNCTION_ARGS)
{
    double receivables = cm_check_not_negative(PG_GETARG_FLOAT8(0), "receivables");
    double sales = cm_check_not_negative(PG_GETARG_FLOAT8(1), "sales");
    double days = cm_check_positive(PG_GETARG_FLOAT8(2), "days");

    CM_RETURN_FLOAT(sales == 0 ? NAN : cm_check_finite(receivables / sales * days, "the days"));
}

/* dso(receivables, as_of, days, method) */
PG_FUNCTION_INFO_V1(cm_dso_of);
Datum
cm_dso_of(PG_FUNCTION_ARGS)
{
    static const char *const methods[] = {"simple", "count_back", NULL};
    const cm_receivables *r = PG_GETARG_RECEIVABLES(0);
    DateADT as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    int32 days = CM_ARG_INT(2, "days");
    bool back = cm_option(PG_GETARG_OPTION(3), "method", methods) == 1;
    cm_money open = debt_at(r, as_of).open;

    if (days < 1)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"days\" is out of range: %d", days),
                 errdetail("Sales are those of one day or more before \"as_of\".")));
    if (back)
        CM_RETURN_FLOAT(cm_money_sign(open) == 0 && r->used > 0 ? 0.0 : count_back(r, as_of, open));
    CM_RETURN_FLOAT(ratio(open, billed_since(r, (int64) as_of - days, as_of)) * days);
}

/* ---- what was collected of what fell due ---- */

/* collection_rate(receivables, as_of): of invoices due before as_of */
PG_FUNCTION_INFO_V1(cm_collection_rate);
Datum
cm_collection_rate(PG_FUNCTION_ARGS)
{
    const cm_receivables *r = PG_GETARG_RECEIVABLES(0);
    DateADT as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    debt d = {0};

    for (uint32 i = 0; i < r->used && r->cells[i].due < as_of; i++) {
        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        if (r->cells[i].invoiced < as_of)
            add_debt(&d, &r->cells[i], as_of);
    }
    CM_RETURN_FLOAT(ratio(cm_money_subtract(d.billed, d.open), d.billed));
}

/* collection_by_due(receivables, as_of, period) -> period_start, invoices, billed, collected, outstanding, rate, pending */
PG_FUNCTION_INFO_V1(cm_collection_by_due);
Datum
cm_collection_by_due(PG_FUNCTION_ARGS)
{
    const cm_receivables *r = PG_GETARG_RECEIVABLES(0);
    DateADT as_of = CM_ARG_CALENDAR_DAY(1, "as_of");
    cm_calendar calendar = cm_calendar_from_text(PG_GETARG_OPTION(2));

    cm_rows_begin(fcinfo);
    for (uint32 i = 0; i < r->used;) {
        int32 period = cm_period_of(calendar, r->cells[i].due);
        DateADT end = cm_period_end(calendar, period);
        cm_row row = cm_row_empty();
        debt d = {0};

        for (; i < r->used && r->cells[i].due < end; i++)
            if (r->cells[i].invoiced < as_of)
                add_debt(&d, &r->cells[i], as_of);
        if (d.invoices == 0)
            continue;
        cm_row_set(&row, 0, DateADTGetDatum(cm_period_start(calendar, period)));
        cm_row_set_int(&row, 1, d.invoices);
        cm_row_set(&row, 2, cm_money_to_numeric(d.billed));
        cm_row_set(&row, 3, cm_money_to_numeric(cm_money_subtract(d.billed, d.open)));
        cm_row_set(&row, 4, cm_money_to_numeric(d.open));
        cm_row_set_float(&row, 5, ratio(cm_money_subtract(d.billed, d.open), d.billed));
        cm_row_set(&row, 6, BoolGetDatum(end > as_of));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
