/* Margins, rows and cells of raking; see raking.h. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "satisfaction/raking.h"

#define MOST_CELLS 1000000

/* ---- margins: [{"f": 51, "m": 49}, {"18-34": 0.3, "35+": 0.7}] ---- */

static void
margins_error(void)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("\"margins\" must be a list of objects, one a dimension"),
                    errdetail("Each names the categories of a dimension and how large they are."),
                    errhint("Write '[{\"f\": 51, \"m\": 49}, {\"18-34\": 0.3, \"35+\": 0.7}]'.")));
}

static int
compare_names(const void *a, const void *b)
{
    const cm_category *left = a, *right = b;
    int order = memcmp(left->name, right->name, Min(left->length, right->length));

    CHECK_FOR_INTERRUPTS();
    return order != 0 ? order : (left->length > right->length) - (left->length < right->length);
}

static const char *
name_of(const cm_category *c)
{
    return cm_excerpt(pnstrdup(c->name, c->length));
}

static double
target_of(const JsonbValue *value, const cm_category *c)
{
    if (value->type != jbvNumeric)
        margins_error();

    double target = cm_float_from_numeric(NumericGetDatum(value->val.numeric));

    if (!(target >= 0 && isfinite(target)))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("the margin of \"%s\" is negative: %g", name_of(c), target),
                        errdetail("Margins are shares or counts of zero or more.")));
    return target;
}

/* The targets of a dimension become shares. */
static void
finish_dimension(cm_raking_sample *s, int dimension)
{
    cm_category *c = s->categories + s->first[dimension];
    int count = s->first[dimension + 1] - s->first[dimension];
    double all = 0.0;

    qsort(c, count, sizeof(cm_category), compare_names);
    for (int i = 0; i < count; i++)
        all += c[i].target;
    if (!(all > 0 && isfinite(all)))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the margins of dimension %d add up to %g", dimension + 1, all),
                        errdetail("They are shares or counts, of which some are above zero.")));
    for (int i = 0; i < count; i++)
        c[i].target /= all;
    if (s->cells > MOST_CELLS / count)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("the margins have more than %d combinations of categories", MOST_CELLS),
                        errhint("Merge categories, or rake by fewer dimensions.")));
    s->cells *= count;
}

static void
add_category(cm_raking_sample *s, int *capacity, int used, int dimension, const JsonbValue *key)
{
    if (used == *capacity) {
        *capacity *= 2;
        s->categories = repalloc(s->categories, sizeof(cm_category) * *capacity);
    }
    s->categories[used] = (cm_category){pnstrdup(key->val.string.val, key->val.string.len),
                                        key->val.string.len, dimension, 0.0};
}

cm_raking_sample *
cm_raking_begin(Jsonb *margins)
{
    cm_raking_sample *s = palloc0(sizeof(cm_raking_sample));
    int n_dimensions = JB_ROOT_IS_ARRAY(margins) && !JB_ROOT_IS_SCALAR(margins) ? JB_ROOT_COUNT(margins) : 0;
    int capacity = 16, used = 0;
    JsonbIterator *it = JsonbIteratorInit(&margins->root);
    JsonbIteratorToken token;
    JsonbValue value;

    if (n_dimensions < 1 || n_dimensions > 100)
        margins_error();
    s->first = palloc0(sizeof(int) * (n_dimensions + 1));
    s->categories = palloc(sizeof(cm_category) * capacity);
    s->cells = 1;
    JsonbIteratorNext(&it, &value, false); /* the list begins */
    while ((token = JsonbIteratorNext(&it, &value, false)) == WJB_BEGIN_OBJECT) {
        while ((token = JsonbIteratorNext(&it, &value, false)) == WJB_KEY) {
            CHECK_FOR_INTERRUPTS();
            add_category(s, &capacity, used, s->n_dimensions, &value);
            token = JsonbIteratorNext(&it, &value, false);
            if (token != WJB_VALUE)
                margins_error();
            s->categories[used].target = target_of(&value, &s->categories[used]);
            used++;
        }
        if (used == s->first[s->n_dimensions])
            margins_error();
        s->first[s->n_dimensions + 1] = used;
        finish_dimension(s, s->n_dimensions);
        s->n_dimensions++;
    }
    if (token != WJB_END_ARRAY)
        margins_error();
    s->sizes = palloc0(sizeof(cm_money) * s->cells);
    return s;
}

/* ---- rows ---- */

static int
find_category(const cm_raking_sample *s, int dimension, Datum name)
{
    const text *packed = DatumGetTextPP(name);
    cm_category wanted = {VARDATA_ANY(packed), (int) VARSIZE_ANY_EXHDR(packed), dimension, 0.0};
    int low = s->first[dimension], high = s->first[dimension + 1];

    while (low < high) {
        int middle = (low + high) / 2;
        int order = compare_names(&wanted, &s->categories[middle]);

        if (order == 0)
            return middle - s->first[dimension];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("dimension %d has no margin of \"%s\"", dimension + 1, name_of(&wanted)),
                    errdetail("Each category of the rows must be in the margins."),
                    errhint("Name it there, or merge it with another category.")));
}

int64
cm_raking_add(cm_raking_sample *s, const Datum *names, const bool *nulls, int count, double weight)
{
    int64 cell = 0;

    if (count != s->n_dimensions)
        ereport(ERROR,
                (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                 errmsg("a row has %d categories for %d margins", count, s->n_dimensions),
                 errdetail("Each row has one category in each dimension, in the order of the margins.")));
    for (int d = 0; d < count; d++) {
        if (nulls[d])
            ereport(ERROR,
                    (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                     errmsg("the category of a row in dimension %d is NULL", d + 1),
                     errhint("Use coalesce(category, 'unknown') and a margin for it, or filter such rows.")));
        cell = cell * (s->first[d + 1] - s->first[d]) + find_category(s, d, names[d]);
    }
    if (weight > 0) {
        s->sizes[cell] = cm_money_add(s->sizes[cell], cm_money_from_float(weight, "base_weight"));
        s->rows++;
    }
    return cell;
}

/* ---- fitting ---- */

/* The category of a cell in each dimension, as places among all categories. */
static void
split_cell(const cm_raking_sample *s, int64 cell, int *category)
{
    for (int d = s->n_dimensions - 1; d >= 0; d--) {
        int count = s->first[d + 1] - s->first[d];

        category[d] = s->first[d] + (int) (cell % count);
        cell /= count;
    }
}

static void
check_reachable(const cm_raking_sample *s, const cm_raking *r)
{
    memset(r->sums, 0, sizeof(double) * s->first[s->n_dimensions]);
    for (int i = 0; i < r->n_cells * r->n_dimensions; i++)
        r->sums[r->category[i]] = 1.0;
    for (int c = 0; c < s->first[s->n_dimensions]; c++)
        if (r->sums[c] == 0.0 && s->categories[c].target > 0.0)
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("no row is \"%s\" in dimension %d", name_of(&s->categories[c]),
                                   s->categories[c].dimension + 1),
                            errdetail("No weights give a category without rows its margin of %g.",
                                      s->categories[c].target),
                            errhint("Merge it with another category, in the rows and in the margins.")));
}

bool
cm_raking_fit(cm_raking_sample *s)
{
    int n_categories = s->first[s->n_dimensions];
    int64 *cells = palloc(sizeof(int64) * s->cells);
    int *category = palloc(sizeof(int) * s->cells * s->n_dimensions);
    double *sizes = palloc(sizeof(double) * s->cells);
    double *targets = palloc(sizeof(double) * n_categories);
    double *factors = palloc(sizeof(double) * n_categories);
    double *sums = palloc(sizeof(double) * n_categories);
    double all = 0.0;
    cm_raking r = {0, s->n_dimensions, category, s->first, sizes, targets, factors, sums};

    for (int64 cell = 0; cell < s->cells; cell++)
        if (s->sizes[cell].units > 0) {
            split_cell(s, cell, category + (int64) r.n_cells * s->n_dimensions);
            sizes[r.n_cells] = cm_money_to_float(s->sizes[cell]);
            cells[r.n_cells++] = cell;
        }
    for (int c = 0; c < n_categories; c++) {
        targets[c] = s->categories[c].target;
        factors[c] = 1.0;
    }
    s->factor = palloc0(sizeof(double) * s->cells);
    if (r.n_cells == 0)
        return true;
    check_reachable(s, &r);
    do {
        CHECK_FOR_INTERRUPTS();
        s->off = cm_raking_step(&r);
        s->steps++;
    } while (s->off > CM_RAKING_PRECISION && s->steps < CM_RAKING_STEPS);
    for (int i = 0; i < r.n_cells; i++) {
        s->factor[cells[i]] = cm_raking_factor(&r, i);
        all += sizes[i] * s->factor[cells[i]];
    }
    for (int i = 0; i < r.n_cells; i++)
        s->factor[cells[i]] *= all > 0.0 ? (double) s->rows / all : 0.0;
    return s->off <= CM_RAKING_PRECISION;
}
