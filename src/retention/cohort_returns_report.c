/* Retention of customers who begin by one event and return by another; the table is that of cohort_table.h. */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/collation.h"
#include "core/map_io.h"
#include "retention/cohort_table.h"
#include "retention/report.h"
#include "retention/cohort_returns.h"

typedef struct counting {
    cm_cohort_table table;
    cm_cohort_returns_reading reading;
} counting;

static void
count_customer(void *report, int64 cohort, const cm_active_periods *returns)
{
    counting *c = report;
    int64 complete = cm_cohort_returns_complete(&c->reading, cohort);
    cm_cohort *row =
        cm_cohort_table_join(&c->table, cohort - c->table.first, cm_cohort_returns_begun(&c->reading, cohort),
                             complete, Min(complete, c->reading.active));

    cm_cohort_table_count(&c->table, row, returns->periods, returns->n, 0);
}

/* From arguments (returns, as_of, mode, reference); not yet ended. */
static counting
count(FunctionCallInfo fcinfo, const cm_word *beginnings)
{
    const cm_map *map = PG_GETARG_COHORT_RETURNS(0);
    counting c = {.table = cm_cohort_table_begin(fcinfo, cm_cohort_returns_periods_of(map)->calendar)};

    c.table.days = cm_cohort_returns_periods_of(map)->days;
    c.reading = cm_cohort_returns_read(map, CM_ARG_DAY_OF(1, "as_of"), beginnings);
    if (c.reading.count > 0) {
        cm_cohort_table_rows(&c.table, c.reading.first, c.reading.count);
        cm_cohort_returns_visit(&c.reading, count_customer, &c);
    }
    return c;
}

/* cohort_retention_base(returns, as_of, mode, reference, beginnings) */
PG_FUNCTION_INFO_V1(cm_cohort_returns_base);
Datum
cm_cohort_returns_base(PG_FUNCTION_ARGS)
{
    counting c = count(fcinfo, PG_GETARG_TEXT_PP(4));

    return cm_cohort_table_base(&c.table, CM_ARG_DAY_OF(1, "as_of"), 1 + c.reading.every);
}

/* From arguments (returns, as_of, mode, reference, confidence, beginnings). */
static cm_cohort_table
make_table(FunctionCallInfo fcinfo)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(4));
    cm_cohort_table t = count(fcinfo, PG_GETARG_TEXT_PP(5)).table;

    t.confidence = confidence;
    cm_cohort_table_end(&t);
    return t;
}

/* cohort_retention(returns, as_of, mode, reference, confidence, beginnings) */
PG_FUNCTION_INFO_V1(cm_cohort_returns_cells);
Datum
cm_cohort_returns_cells(PG_FUNCTION_ARGS)
{
    cm_cohort_table t = make_table(fcinfo);

    return cm_cohort_table_cells(fcinfo, &t);
}

/* retention_curve(returns, as_of, mode, reference, confidence, beginnings) */
PG_FUNCTION_INFO_V1(cm_cohort_returns_curve);
Datum
cm_cohort_returns_curve(PG_FUNCTION_ARGS)
{
    cm_cohort_table t = make_table(fcinfo);

    return cm_cohort_table_curve(fcinfo, &t);
}

/* ---- single customers ---- */

typedef struct asked {
    cm_retention_mode mode;
    int64 after;
    int64 complete;
    const cm_cohort_returns_reading *reading;
    bool retained;
} asked;

static void
answer(void *report, int64 cohort, const cm_active_periods *returns)
{
    asked *a = report;

    a->complete = cm_cohort_returns_complete(a->reading, cohort);
    switch (a->mode) {
        case CM_ON:
            a->retained = cm_history_count(returns, a->after, a->after + 1) > 0;
            break;
        case CM_ON_OR_AFTER:
            a->retained = cm_history_count(returns, a->after, PG_INT64_MAX) > 0;
            break;
        case CM_ON_OR_BEFORE:
            a->retained = cm_history_count(returns, 0, a->after + 1) > 0;
            break;
        case CM_STREAK:
            a->retained = cm_history_count(returns, 0, a->after + 1) == a->after + 1;
    }
}

/* retained(returns, customer_id, after, as_of, mode): by the first beginning; NULL if that period is not over */
static Datum
retained(FunctionCallInfo fcinfo, cm_key_type type)
{
    const cm_map *map = PG_GETARG_COHORT_RETURNS(0);
    cm_key key = cm_key_from_arg(fcinfo, 1, type);
    asked a = {.mode = cm_retention_mode_from_text(PG_GETARG_TEXT_PP(4)), .after = CM_ARG_INT(2, "after")};
    DateADT as_of = CM_ARG_DAY_OF(3, "as_of");
    cm_active_periods returns = {0};

    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");
    if (map->key_type != type)
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("the customers of this value have ids of type %s", cm_map_key_type_name(map)),
                        errhint("Cast customer_id to that type.")));
    cm_check_count(a.after, "after");

    int64 entry = cm_map_find(map, &key);

    if (entry < 0)
        PG_RETURN_NULL();

    cm_cohort_returns_reading r = cm_cohort_returns_at(map, as_of);

    a.reading = &r;
    cm_cohort_returns_visit_entry(&r, (uint32) entry, &returns, answer, &a);
    if (a.after >= a.complete)
        PG_RETURN_NULL();
    PG_RETURN_BOOL(a.retained);
}

#define RETAINED(id, type)                                                                                   \
    PG_FUNCTION_INFO_V1(cm_cohort_returns_retained_##id);                                                    \
    Datum cm_cohort_returns_retained_##id(PG_FUNCTION_ARGS)                                                  \
    {                                                                                                        \
        return retained(fcinfo, type);                                                                       \
    }                                                                                                        \
    extern int cm_no_such_variable

RETAINED(bigint, CM_KEY_BIGINT);
RETAINED(uuid, CM_KEY_UUID);
RETAINED(text, CM_KEY_TEXT);

typedef struct listing {
    FunctionCallInfo fcinfo;
    const cm_map *map;
    uint32 entry;
} listing;

static void
put_returns(void *report, int64 cohort, const cm_active_periods *returns)
{
    listing *l = report;
    Datum *numbers = palloc_extended(Max(returns->n, 1) * sizeof(Datum), MCXT_ALLOC_HUGE);
    cm_row row = cm_row_empty();

    for (int64 i = 0; i < returns->n; i++)
        numbers[i] = Int64GetDatum(returns->periods[i]);
    cm_row_set_id(&row, 0, l->map, l->entry);
    cm_row_set_period(&row, 1, cm_cohort_returns_periods_of(l->map)->calendar, cohort);
    cm_row_set(&row, 2,
               PointerGetDatum(construct_array(numbers, returns->n, INT8OID, sizeof(int64), true, 'd')));
    pfree(numbers);
    cm_rows_put(l->fcinfo, &row);
}

/* cohort_members(returns, as_of, beginnings) -> customer_id, cohort, returned: the periods, as numbers */
PG_FUNCTION_INFO_V1(cm_cohort_returns_members);
Datum
cm_cohort_returns_members(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_COHORT_RETURNS(0);
    cm_cohort_returns_reading r =
        cm_cohort_returns_read(map, CM_ARG_DAY_OF(1, "as_of"), PG_GETARG_TEXT_PP(2));
    cm_active_periods returns = {0};
    listing l = {fcinfo, map, 0};

    cm_rows_begin(fcinfo);
    for (; r.count > 0 && l.entry < map->count; l.entry++)
        cm_cohort_returns_visit_entry(&r, l.entry, &returns, put_returns, &l);
    return (Datum) 0;
}
