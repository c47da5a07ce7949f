/* Arrays of groups; see groups.h. */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "core/check.h"
#include "satisfaction/groups.h"

static int
length_of(ArrayType *array, const char *what)
{
    if (ARR_NDIM(array) > 1)
        ereport(ERROR,
                (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                 errmsg("%s must be an array of one dimension, not %d", cm_quoted(what), ARR_NDIM(array))));
    return ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
}

static void
check_length(int count, int wanted, const char *what)
{
    if (count != wanted)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%s has %d elements for %d groups", cm_quoted(what), count, wanted),
                        errdetail("Each group has one.")));
}

cm_groups
cm_groups_arg(FunctionCallInfo fcinfo, int arg, const char *what)
{
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(arg);
    cm_groups groups;
    int16 length;
    bool by_value;
    char align;

    if (length_of(array, what) > CM_GROUPS_MOST)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%s has %d elements", cm_quoted(what), length_of(array, what)),
                        errdetail("At most %d groups are compared in one call.", CM_GROUPS_MOST),
                        errhint("Merge small groups with rollup, or compare the largest.")));
    get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
    deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &groups.states, &groups.nulls,
                      &groups.count);
    return groups;
}

double *
cm_groups_scores(FunctionCallInfo fcinfo, int arg, int count)
{
    double *scores = palloc(sizeof(double) * Max(count, 1));

    if (PG_ARGISNULL(arg)) {
        for (int i = 0; i < count; i++)
            scores[i] = i + 1;
        return scores;
    }

    ArrayType *array = PG_GETARG_ARRAYTYPE_P(arg);

    check_length(length_of(array, "scores"), count, "scores");
    if (array_contains_nulls(array))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("a score is NULL"),
                        errhint("Give each group its place on the scale.")));
    for (int i = 0; i < count; i++) {
        scores[i] = ((const float8 *) ARR_DATA_PTR(array))[i];
        if (!(scores[i] >= -1e100 && scores[i] <= 1e100))
            ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                            errmsg("\"scores\" is out of range: %g", scores[i]),
                            errdetail("A score is a number from -1e100 to 1e100.")));
    }
    return scores;
}

static int
compare_names(const void *a, const void *b, void *arg)
{
    const text *x = DatumGetTextPP(*(const Datum *) a), *y = DatumGetTextPP(*(const Datum *) b);
    int order = memcmp(VARDATA_ANY(x), VARDATA_ANY(y), Min(VARSIZE_ANY_EXHDR(x), VARSIZE_ANY_EXHDR(y)));

    (void) arg;
    return order != 0 ? order : (int) VARSIZE_ANY_EXHDR(x) - (int) VARSIZE_ANY_EXHDR(y);
}

void
cm_check_distinct_names(const Datum *names, int count, const char *of_what)
{
    Datum *sorted = palloc(sizeof(Datum) * Max(count, 1));

    memcpy(sorted, names, sizeof(Datum) * count);
    qsort_interruptible(sorted, count, sizeof(Datum), compare_names, NULL);
    for (int i = 1; i < count; i++)
        if (compare_names(&sorted[i - 1], &sorted[i], NULL) == 0)
            ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                            errmsg("two %s have the name \"%s\"", of_what,
                                   cm_excerpt(TextDatumGetCString(sorted[i]))),
                            errhint("Give each a name of its own.")));
    pfree(sorted);
}

Datum *
cm_groups_names(FunctionCallInfo fcinfo, int arg, int count)
{
    Datum *names;
    bool *nulls;
    int found;

    if (PG_ARGISNULL(arg))
        return NULL;

    ArrayType *array = PG_GETARG_ARRAYTYPE_P(arg);

    check_length(length_of(array, "names"), count, "names");
    deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &found);
    for (int i = 0; i < found; i++)
        if (nulls[i])
            ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("a name is NULL"),
                            errhint("Give each group a name: coalesce(name, '(none)').")));
    cm_check_distinct_names(names, found, "groups");
    return names;
}
