/* From funnels to funnels: those of one customer under an id, merging, and what leaves an aggregate. */
#include "postgres.h"

#include "acquisition/funnel_step.h"
#include "common/check.h"

/* Whether rows with these ids may come into a book; if not, it is an error that names the difference. */
static void
agree(int ids, int layout)
{
    cm_funnel book = {.ids = CM_KEY_BIGINT, .layout = CM_FUNNEL_STEPS};

    cm_funnel_agree(&book, ids, (cm_funnel_layout) layout);
}

/* ---- whole funnels ---- */

static void
add_to_book(cm_funnel_book *book, const cm_funnel *one, NullableDatum id)
{
    int64 skipped = one->skipped;

    if (id.isnull)
        skipped = cm_add_counts(skipped, one->used / cm_funnel_row_words((cm_funnel_layout) one->layout),
                                "skipped rows");
    book->skipped = cm_add_counts(book->skipped, skipped, "skipped rows");
    if (id.isnull)
        return;
    agree(CM_KEY_BIGINT, one->layout);
    for (uint32 i = 0; i < one->used; i++)
        cm_funnel_book_add(book, DatumGetInt64(id.value), one->words[i]);
}

/* (funnels, id, funnel): the rows of a funnel under an id */
static Datum
from_funnel_accum(FunctionCallInfo fcinfo, cm_key_type type)
{
    if (PG_ARGISNULL(2))
        return cm_funnel_unchanged(fcinfo);

    const cm_funnel *one = PG_GETARG_FUNNEL(2);
    cm_funnel_book *book = type == CM_KEY_BIGINT ? cm_funnel_book_own(fcinfo->args[0]) : NULL;

    if (book != NULL) {
        add_to_book(book, one, fcinfo->args[1]);
        return PG_GETARG_DATUM(0);
    }

    cm_funnel *f = cm_state_own(fcinfo, 0, &cm_funnels_class);
    cm_funnel_customer c = {.from = one};

    f->skipped = cm_add_counts(f->skipped, one->skipped, "skipped rows");
    if (!cm_funnel_next(&c))
        PG_RETURN_POINTER(f);
    if (PG_ARGISNULL(1)) {
        f->skipped = cm_add_counts(f->skipped, c.rows, "skipped rows");
        PG_RETURN_POINTER(f);
    }

    cm_key id = cm_funnel_key_argument(fcinfo, type);

    cm_funnel_agree(f, type, (cm_funnel_layout) one->layout);
    for (uint32 i = 0; i < c.rows; i++) {
        cm_funnel_row row = cm_funnel_row_at(&c, i);

        f = cm_funnel_append_id(f, &id, &cm_funnels_class);
        f = cm_funnel_append_row(f, &row, &cm_funnels_class);
    }
    return cm_funnel_grown(fcinfo, f);
}

PG_FUNCTION_INFO_V1(cm_funnels_from_funnel_bigint);
Datum
cm_funnels_from_funnel_bigint(PG_FUNCTION_ARGS)
{
    return from_funnel_accum(fcinfo, CM_KEY_BIGINT);
}

PG_FUNCTION_INFO_V1(cm_funnels_from_funnel_uuid);
Datum
cm_funnels_from_funnel_uuid(PG_FUNCTION_ARGS)
{
    return from_funnel_accum(fcinfo, CM_KEY_UUID);
}

PG_FUNCTION_INFO_V1(cm_funnels_from_funnel_text);
Datum
cm_funnels_from_funnel_text(PG_FUNCTION_ARGS)
{
    return from_funnel_accum(fcinfo, CM_KEY_TEXT);
}

/* ---- merging ---- */

PG_FUNCTION_INFO_V1(cm_funnel_combine);
Datum
cm_funnel_combine(PG_FUNCTION_ARGS)
{
    cm_funnel *f = cm_state_own(fcinfo, 0, &cm_funnel_class);

    PG_RETURN_POINTER(
        cm_funnel_merge(f, cm_funnel_read_any(PG_GETARG_DATUM(1), &cm_funnel_class), &cm_funnel_class));
}

/* Logs as long as they are short, and outside of aggregates. */
PG_FUNCTION_INFO_V1(cm_funnels_combine);
Datum
cm_funnels_combine(PG_FUNCTION_ARGS)
{
    cm_funnel_book *book = cm_funnel_book_own(fcinfo->args[0]);
    cm_funnel_book *other_book = cm_funnel_book_of(PG_GETARG_DATUM(1));
    const cm_funnel *other =
        other_book == NULL ? cm_funnel_read_any(PG_GETARG_DATUM(1), &cm_funnels_class) : NULL;
    MemoryContext context;

    if (book == NULL && (other_book != NULL || cm_funnel_may_be_book(other)) &&
        AggCheckCallContext(fcinfo, &context) != 0) {
        const cm_funnel *f = cm_state_own(fcinfo, 0, &cm_funnels_class);

        if ((f->layout == CM_FUNNEL_EMPTY || cm_funnel_may_be_book(f)) &&
            (other_book != NULL || (uint64) f->used + other->used >= 2 * CM_FUNNEL_BOOK_FROM))
            book = cm_funnel_book_new(f, context);
    }
    if (book == NULL) {
        cm_funnel *f = cm_state_own(fcinfo, 0, &cm_funnels_class);

        if (other == NULL)
            other = cm_funnel_book_canonical(other_book);
        PG_RETURN_POINTER(cm_funnel_merge(f, other, &cm_funnels_class));
    }
    if (other_book != NULL)
        cm_funnel_book_merge(book, other_book);
    else {
        agree(other->ids, other->layout);
        cm_funnel_book_merge_log(book, other);
    }
    return cm_funnel_book_state(book);
}

/* ---- what leaves an aggregate ---- */

PG_FUNCTION_INFO_V1(cm_funnel_final);
Datum
cm_funnel_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_FUNNEL(0));
}

/* A window goes on with its state while its results are still in use. */
PG_FUNCTION_INFO_V1(cm_funnels_final);
Datum
cm_funnels_final(PG_FUNCTION_ARGS)
{
    cm_funnel_book *book = cm_funnel_book_of(PG_GETARG_DATUM(0));

    if (book != NULL && AggCheckCallContext(fcinfo, NULL) == AGG_CONTEXT_AGGREGATE)
        return cm_funnel_book_result(book);
    if (book != NULL)
        PG_RETURN_POINTER(cm_state_copy(cm_funnel_book_canonical(book)));
    PG_RETURN_POINTER(PG_GETARG_FUNNELS(0));
}
