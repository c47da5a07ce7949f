/*
 * Merging bases of reports: both are read in order, and what has the same keys is added; see report_base.h.
 */
#include "postgres.h"

#include "core/check.h"
#include "states/report_base.h"

static int
compare_keys(const cm_base_kind *kind, const cm_base_row *a, const cm_base_row *b)
{
    for (int i = 0; kind->keys[i].name != NULL; i++)
        if (a->keys[i] != b->keys[i])
            return a->keys[i] < b->keys[i] ? -1 : 1;
    return 0;
}

static int64
add_counts(int64 a, int64 b)
{
    int64 sum = a + b; /* neither overflows: both are at most CM_MAX_COUNT */

    if (sum > CM_MAX_COUNT || sum < -CM_MAX_COUNT)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("a count of a base is out of range"),
                 errdetail("It may be " INT64_FORMAT " at most.", CM_MAX_COUNT)));
    return sum;
}

static void
add_row(const cm_base_kind *kind, cm_base_row *sum, const cm_base_row *more, int scale)
{
    for (int i = 0; kind->counts[i] != NULL; i++)
        sum->counts[i] = add_counts(sum->counts[i], more->counts[i]);
    for (int i = 0; kind->sums[i] != NULL; i++)
        sum->sums[i] = cm_units_add(sum->sums[i], more->sums[i], scale);
}

/* What a value of no rows does not say agrees with what any other says. */
static bool
is_unsaid(const cm_report_base *base, int param)
{
    cm_base_type type = cm_base_kinds[base->kind].params[param].type;

    return base->rows == 0 &&
           (type == CM_BASE_CALENDAR || (type == CM_BASE_OF_VALUE && base->params[param] == 0)) &&
           cm_base_to_calendar(base->params[0]).unit == CM_NO_PERIOD;
}

static bool
is_note_unsaid(const cm_report_base *base)
{
    return base->rows == 0 && base->note_length == 0 && cm_base_kinds[base->kind].note_of_value;
}

static void
differ(const cm_base_kind *kind, const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("bases of %s differ in %s", kind->name, cm_quoted(what)),
                    errdetail("What was counted under different rules cannot be added."),
                    errhint("Make all of them by %s_base with the same arguments, from values of one kind.",
                            kind->name)));
}

static void
check_alike(const cm_report_base *a, const cm_report_base *b)
{
    const cm_base_kind *kind = &cm_base_kinds[a->kind];

    if (a->kind != b->kind)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a base of %s and one of %s cannot be merged", kind->name,
                               cm_base_kinds[b->kind].name),
                        errdetail("A base has what one kind of report is made of."),
                        errhint("Roll up the bases of each report for themselves.")));
    for (int i = 0; kind->params[i].name != NULL; i++)
        if (a->params[i] != b->params[i] && kind->params[i].type != CM_BASE_SCALE && !is_unsaid(a, i) &&
            !is_unsaid(b, i))
            differ(kind, kind->params[i].name);
    if ((a->note_length != b->note_length || memcmp(a->bytes, b->bytes, a->note_length) != 0) &&
        !is_note_unsaid(a) && !is_note_unsaid(b))
        differ(kind, kind->note);
}

/* The next row, its sums at a finer scale. */
static bool
next_at(cm_base_reader *r, int scale)
{
    int own = cm_base_scale(r->kind, r->base->params);

    if (!cm_base_next(r))
        return false;
    for (int i = 0; own != scale && r->kind->sums[i] != NULL; i++)
        r->row.sums[i] = cm_units_rescale(r->row.sums[i], own, scale);
    return true;
}

static void
merge_params(const cm_report_base *a, const cm_report_base *b, int64 *params)
{
    const cm_base_kind *kind = &cm_base_kinds[a->kind];

    memcpy(params, is_unsaid(a, 0) ? b->params : a->params, sizeof(a->params));
    for (int i = 0; kind->params[i].name != NULL; i++)
        if (kind->params[i].type == CM_BASE_SCALE)
            params[i] = Max(a->params[i], b->params[i]);
}

static cm_report_base *
merge(const cm_report_base *a, const cm_report_base *b)
{
    cm_base_reader x = cm_base_read(a), y = cm_base_read(b);
    int64 params[CM_BASE_PARAMS];
    int scale;
    bool more_x, more_y;
    cm_base_writer w;

    merge_params(a, b, params);
    w = cm_base_begin(a->kind, params, cm_base_note(is_note_unsaid(a) ? b : a));
    scale = cm_base_scale(w.kind, params);
    more_x = next_at(&x, scale);
    more_y = next_at(&y, scale);
    while (more_x || more_y) {
        int order = !more_x ? 1 : !more_y ? -1 : compare_keys(x.kind, &x.row, &y.row);

        if (order == 0)
            add_row(x.kind, &x.row, &y.row, scale);
        cm_base_put(&w, order > 0 ? &y.row : &x.row);
        if (order <= 0)
            more_x = next_at(&x, scale);
        if (order >= 0)
            more_y = next_at(&y, scale);
    }
    return cm_base_end(&w);
}

/* Transition and combine function of rollup. */
PG_FUNCTION_INFO_V1(cm_report_base_combine);
Datum
cm_report_base_combine(PG_FUNCTION_ARGS)
{
    const cm_report_base *a = cm_state_read(PG_GETARG_DATUM(0), &cm_report_base_class);
    const cm_report_base *b = cm_state_read(PG_GETARG_DATUM(1), &cm_report_base_class);

    (void) cm_base_read(a), (void) cm_base_read(b); /* kinds are known */
    check_alike(a, b);
    PG_RETURN_POINTER(merge(a, b));
}
