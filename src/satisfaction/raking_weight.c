/* raking_weight(...) OVER (...): a weight for each row; raking_report(...): how the fit went. See raking.h. */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/row.h"
#include "core/window.h"
#include "satisfaction/raking.h"

enum { CATEGORIES, MARGINS, BASE_WEIGHT, ARGUMENTS };

#define NO_CELL (-1.0)

static double
check_base_weight(double weight)
{
    return cm_check_not_negative(weight, "base_weight");
}

/* The cells of the partition's rows, in the place of their weights. */
static void
add_rows(cm_window *w, cm_raking_sample *s, double *cells)
{
    Datum values[ARGUMENTS];

    for (int64 row = 0; row < w->rows; row++) {
        Datum *names;
        bool *nulls;
        int count;

        cells[row] = NO_CELL;
        if (!cm_window_row(w, row, ARGUMENTS, values))
            continue;

        MemoryContext caller = MemoryContextSwitchTo(w->values);

        deconstruct_array(DatumGetArrayTypeP(values[CATEGORIES]), TEXTOID, -1, false, TYPALIGN_INT, &names,
                          &nulls, &count);
        MemoryContextSwitchTo(caller);
        cells[row] = (double) cm_raking_add(s, names, nulls, count,
                                            check_base_weight(DatumGetFloat8(values[BASE_WEIGHT])));
    }
}

static void
fit_or_throw(cm_raking_sample *s)
{
    if (!cm_raking_fit(s))
        ereport(ERROR,
                (errcode(ERRCODE_DATA_EXCEPTION),
                 errmsg("raking did not reach the margins in %d steps", s->steps),
                 errdetail(
                     "A category is off by %.3g of the whole; some combinations of categories have no rows.",
                     s->off),
                 errhint("Merge small categories, or rake by fewer dimensions; raking_report tells how far "
                         "it gets.")));
}

static void
fill(cm_window *w, void *answers)
{
    double *weights = answers;
    cm_raking_sample *s = cm_raking_begin(DatumGetJsonbP(cm_window_option(w, MARGINS, "margins")));
    Datum values[ARGUMENTS];

    add_rows(w, s, weights);
    fit_or_throw(s);
    for (int64 row = 0; row < w->rows; row++) {
        CHECK_FOR_INTERRUPTS();
        if (weights[row] == NO_CELL)
            weights[row] = NAN;
        else {
            double factor = s->factor[(int64) weights[row]];

            cm_window_row(w, row, ARGUMENTS, values);
            weights[row] = factor * DatumGetFloat8(values[BASE_WEIGHT]);
        }
    }
}

/* raking_weight(categories, margins, base_weight) OVER (...) */
PG_FUNCTION_INFO_V1(cm_raking_weight);
Datum
cm_raking_weight(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(*(double *) cm_window_answer(fcinfo, sizeof(double), fill));
}

/* ---- how it went ---- */

static void
set_extremes(cm_row *row, const cm_raking_sample *s)
{
    double least = INFINITY, most = 0.0;

    for (int64 cell = 0; cell < s->cells; cell++)
        if (s->sizes[cell].units > 0) {
            least = fmin(least, s->factor[cell]);
            most = fmax(most, s->factor[cell]);
        }
    if (s->rows > 0) {
        cm_row_set_float(row, 4, least);
        cm_row_set_float(row, 5, most);
    }
}

/* raking_report(categories, margins, base_weights) -> converged, steps, largest_error, n, least_factor, largest_factor */
PG_FUNCTION_INFO_V1(cm_raking_report);
Datum
cm_raking_report(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        PG_RETURN_NULL();

    ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
    cm_raking_sample *s = cm_raking_begin(PG_GETARG_JSONB_P(1));
    int rows = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
    int dimensions = ARR_NDIM(array) == 2 ? ARR_DIMS(array)[1] : 1;
    cm_row row = cm_row_empty();
    Datum *names, *weights = NULL;
    bool *nulls, *weight_nulls = NULL;
    int count, n_weights = rows;

    if (ARR_NDIM(array) > 2)
        ereport(ERROR,
                (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                 errmsg("\"categories\" must be an array of rows, not of %d dimensions", ARR_NDIM(array)),
                 errhint("Write array_agg(ARRAY[gender, age]).")));
    deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &count);
    if (!PG_ARGISNULL(2))
        deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
                          TYPALIGN_DOUBLE, &weights, &weight_nulls, &n_weights);
    if (n_weights != rows)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("\"base_weights\" has %d elements for %d rows", n_weights, rows)));
    for (int64 i = 0; i < rows; i++) {
        CHECK_FOR_INTERRUPTS();
        if (weights == NULL || !weight_nulls[i])
            cm_raking_add(s, names + i * dimensions, nulls + i * dimensions, dimensions,
                          weights == NULL ? 1.0 : check_base_weight(DatumGetFloat8(weights[i])));
    }
    cm_row_set(&row, 0, BoolGetDatum(cm_raking_fit(s)));
    cm_row_set(&row, 1, Int32GetDatum(s->steps));
    cm_row_set_float(&row, 2, s->off);
    cm_row_set_int(&row, 3, s->rows);
    set_extremes(&row, s);
    return cm_row_return(fcinfo, &row);
}
