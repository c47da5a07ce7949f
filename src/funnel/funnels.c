/* All customers in one value: what is known of each. The report over them is in funnel_report.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

#include "funnel/funnel_search.h"
#include "core/check.h"
#include "core/collation.h"
#include "core/row.h"

/* ---- each customer ---- */

/* Where rows of one customer go. */
typedef struct customer_rows {
    FunctionCallInfo fcinfo;
    const cm_funnel_search *s;
    cm_key id;
} customer_rows;

static void
put_path(void *to, const cm_funnel_path *path)
{
    const customer_rows *rows = to;
    cm_row row = cm_row_empty();

    cm_row_set(&row, 0, cm_key_datum(&rows->id));
    cm_row_set(&row, 1, Int32GetDatum(path->level));
    if (path->level > 0) {
        cm_row_set(&row, 2, TimestampTzGetDatum(path->at[0]));
        cm_row_set(&row, 3, TimestampTzGetDatum(path->at[path->level - 1]));
        cm_row_set_float(&row, 4, cm_funnel_days(path->at[0], path->at[path->level - 1]));
    }
    if (rows->s->rules.as_of != CM_FUNNEL_NO_LIMIT)
        cm_row_set(&row, 5, BoolGetDatum(path->open));
    cm_rows_put(rows->fcinfo, &row);
}

/* (funnels, rules, as_of) -> customer_id, level, started_at, reached_at, days, pending; of totals a row for each attempt */
PG_FUNCTION_INFO_V1(cm_customer_funnels);
Datum
cm_customer_funnels(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        return (Datum) 0;

    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    cm_funnel_search s = cm_funnel_search_begin(fcinfo, 1, f, 0);
    cm_funnel_customer c = {.from = f};
    customer_rows rows = {.fcinfo = fcinfo, .s = &s};
    cm_funnel_attempts attempts = {put_path, &rows};

    while (cm_funnel_next(&c)) {
        cm_funnel_path path;

        rows.id = cm_funnel_key(&c);
        if (s.totals)
            cm_funnel_search_attempts(&s, &c, &attempts);
        else {
            cm_funnel_search_customer(&s, &c, &path);
            put_path(&rows, &path);
        }
    }
    return (Datum) 0;
}

/* The funnel of one customer, NULL for an unknown one. */
static Datum
funnel_of(FunctionCallInfo fcinfo, const cm_key *id)
{
    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    cm_funnel_customer c = {.from = f};

    if (f->ids != 0 && f->ids != id->type)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("these funnels have other customer ids"),
                 errhint("Cast the id to the type with which they were built.")));
    while (cm_funnel_next(&c)) {
        cm_key here = cm_funnel_key(&c);

        CHECK_FOR_INTERRUPTS();
        if (!cm_funnel_same_id(&here, id))
            continue;

        cm_funnel *one = cm_state_new(&cm_funnel_class, sizeof(cm_funnel));

        cm_funnel_event event;

        one->layout = f->layout;
        one->clock = f->clock;
        for (uint32 at = c.at; cm_funnel_next_row(&c, &at, &event);)
            one = cm_funnel_append(one, NULL, &event, &cm_funnel_class);
        PG_RETURN_POINTER(cm_funnel_canonical(one));
    }
    PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(cm_funnel_of_bigint);
Datum
cm_funnel_of_bigint(PG_FUNCTION_ARGS)
{
    cm_key id = {.type = CM_KEY_BIGINT, .id.number = PG_GETARG_INT64(1)};

    return funnel_of(fcinfo, &id);
}

PG_FUNCTION_INFO_V1(cm_funnel_of_uuid);
Datum
cm_funnel_of_uuid(PG_FUNCTION_ARGS)
{
    cm_key id = {.type = CM_KEY_UUID, .id.uuid = *PG_GETARG_UUID_P(1)};

    return funnel_of(fcinfo, &id);
}

PG_FUNCTION_INFO_V1(cm_funnel_of_text);
Datum
cm_funnel_of_text(PG_FUNCTION_ARGS)
{
    cm_check_text_arg(fcinfo, 1, "customer_id");

    text *given = PG_GETARG_TEXT_PP(1);
    cm_key id = {.type = CM_KEY_TEXT, .id.text = {VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given)}};

    return funnel_of(fcinfo, &id);
}

/* ---- what is in funnels ---- */

PG_FUNCTION_INFO_V1(cm_funnels_customer_count);
Datum
cm_funnels_customer_count(PG_FUNCTION_ARGS)
{
    const cm_funnel *f = PG_GETARG_FUNNELS(0);
    cm_funnel_customer c = {.from = f};
    int64 count = 0;

    if (cm_funnel_is_stored(f)) /* it says so */
        PG_RETURN_INT64(f->unused);
    while (cm_funnel_next(&c))
        count++;
    PG_RETURN_INT64(count);
}

PG_FUNCTION_INFO_V1(cm_funnels_stored_rows);
Datum
cm_funnels_stored_rows(PG_FUNCTION_ARGS)
{
    cm_funnel_customer c = {.from = PG_GETARG_FUNNELS(0)};
    int64 rows = 0;

    while (cm_funnel_next(&c))
        rows += c.rows;
    PG_RETURN_INT64(rows);
}

PG_FUNCTION_INFO_V1(cm_funnels_skipped_rows);
Datum
cm_funnels_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_funnel_read_any(PG_GETARG_DATUM(0), &cm_funnels_class)->skipped);
}
