/* abc_class(value, bounds, boundary) OVER (...): the class of each row among those of the partition; see abc.h. */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/money.h"
#include "core/window.h"
#include "math/sort.h"
#include "segment/abc.h"

enum { VALUE, BOUNDS, BOUNDARY }; /* arguments */

static void *
allocate(int64 count)
{
    return MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * sizeof(uint64));
}

/* The positive values of the partition, in the order of rows; marks their rows. */
static double *
collect(cm_window *w, double (*read)(Datum), char *labels, int64 *count)
{
    double *values = allocate(w->rows);
    Datum argument;

    *count = 0;
    for (int64 row = 0; row < w->rows; row++) {
        if (!cm_window_row(w, row, 1, &argument))
            continue;

        double value = cm_check_finite(read(argument), "value");

        if (value > 0) {
            values[(*count)++] = value;
            labels[row] = 'A';
        }
    }
    return values;
}

static void
classify(cm_window *w, double (*read)(Datum), char *labels)
{
    cm_abc c =
        cm_abc_options(cm_window_option(w, BOUNDS, "bounds"), cm_window_option(w, BOUNDARY, "boundary"));
    int64 count;
    double *values = collect(w, read, labels, &count);
    cm_abc_units u = cm_abc_units_of(values, count);
    uint64 *sorted = memcpy(allocate(count), u.units, count * sizeof(uint64));

    cm_sort_keys(sorted, count, (uint64 *) values); /* which are not needed any more */
    cm_abc_find_borders(&c, sorted, NULL, count);
    for (int64 row = 0; row < w->rows; row++)
        if (labels[row] != '\0')
            labels[row] = cm_abc_label(&c, *u.units++);
}

static Datum
return_class(FunctionCallInfo fcinfo, void (*fill)(cm_window *, void *))
{
    const char *label = cm_window_answer(fcinfo, sizeof(char), fill);

    if (*label == '\0')
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text_with_len(label, 1));
}

static double
float8_value(Datum value)
{
    return DatumGetFloat8(value);
}

static void
fill_from_float8(cm_window *w, void *labels)
{
    classify(w, float8_value, labels);
}

/* abc_class(double precision, ...) OVER */
PG_FUNCTION_INFO_V1(cm_abc_class_float8);
Datum
cm_abc_class_float8(PG_FUNCTION_ARGS)
{
    return return_class(fcinfo, fill_from_float8);
}

static void
fill_from_numeric(cm_window *w, void *labels)
{
    classify(w, cm_float_from_numeric, labels);
}

/* abc_class(numeric, ...) OVER */
PG_FUNCTION_INFO_V1(cm_abc_class_numeric);
Datum
cm_abc_class_numeric(PG_FUNCTION_ARGS)
{
    return return_class(fcinfo, fill_from_numeric);
}
