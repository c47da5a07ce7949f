/*
 * The drivers state: its text, JSON and binary form. Rows enter it in drivers_moments.c, driver_importance.c reads it.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "core/row.h"
#include "satisfaction/drivers.h"

/* ---- what a state from outside must fulfil ---- */

/* A sum whose terms were multiples of one over grid, and which is exact: an integer below 2^53 times that. */
static bool
is_exact(double value, double grid)
{
    double steps = value * grid;

    return fabs(steps) <= CM_DRIVERS_EXACT_STEPS && steps == floor(steps);
}

/* Why this cannot have come from rows, or NULL. */
static const char *
state_error(const cm_drivers *d)
{
    int variables = cm_drivers_variables(d);
    bool exact = !(d->head.flags & CM_DRIVERS_CENTRED);
    double fine = cm_drivers_weighted(d) ? CM_DRIVERS_GRID : 1.0;
    const double *sums = cm_drivers_sums(d);
    const double *row = cm_drivers_products(d);
    double squares[CM_DRIVERS_MOST + 1];

    if (!exact && d->rows == 0)
        return "nothing to centre";
    if (cm_drivers_weighted(d) &&
        (d->weight < 0 || d->squares < 0 || d->weight > d->rows * CM_DRIVERS_LARGEST_WEIGHT ||
         (d->weight > 0) != (d->rows > 0) || (d->squares > 0) != (d->rows > 0) ||
         (d->rows > 0 && d->weight < 1 / CM_DRIVERS_LARGEST_WEIGHT) ||
         d->squares > d->weight * d->weight * (1 + 1e-9) ||
         d->squares * d->rows < d->weight * d->weight * (1 - 1e-9)))
        return "weights contradict the number of rows";
    if (cm_drivers_weighted(d) && exact &&
        (!is_exact(d->weight, CM_DRIVERS_GRID) || !is_exact(d->squares, CM_DRIVERS_GRID * CM_DRIVERS_GRID)))
        return "an exact sum of weights is no multiple of 1/16";
    for (int i = 0; i < variables; i++) {
        if (d->data[i] > d->incomplete)
            return "more values missing than rows are incomplete";
        if (exact && !is_exact(sums[i], CM_DRIVERS_GRID * fine))
            return "an exact sum is no multiple of 1/16";
        squares[i] = row[i];
        if (squares[i] < 0 || (d->rows == 0 && (sums[i] != 0 || squares[i] != 0)))
            return "sums contradict the number of rows";
        if (!exact && (fabs(sums[i]) > CM_DRIVERS_LARGEST ||
                       squares[i] / 4 > cm_drivers_weight(d) * CM_DRIVERS_LARGEST_SQUARE))
            return "a mean or a sum of squares is too large";
        for (int j = 0; j <= i; j++) {
            if (exact && !is_exact(row[j], CM_DRIVERS_GRID * CM_DRIVERS_GRID * fine))
                return "an exact cross-product is no multiple of 1/256";
            /* Cauchy and Schwarz, with room for rounding and for squares that were too small to count */
            if (fabs(row[j]) > sqrt(squares[i]) * sqrt(squares[j]) * (1 + 1e-9) + 1e-50)
                return "a cross-product exceeds what its squares allow";
        }
        row += i + 1;
    }
    return NULL;
}

/*
 * ---- text: 1:exact,predictors,rows,incomplete;missing;sums;cross-products  (or 1:centred, means) ----
 * With weights: 1:exact-weighted,predictors,rows,incomplete,weight,squares;...
 */

static void
parse_floats(cm_parser *p, double *values, int count)
{
    for (int i = 0; i < count; i++) {
        if (i > 0)
            cm_parse_char(p, ',');
        values[i] = cm_parse_float(p);
    }
}

CM_INPUT_FUNCTION(cm_drivers_in)
{
    cm_parser p = cm_parse_begin("drivers_state", PG_GETARG_CSTRING(0));

    cm_parse_version(&p, cm_drivers_class.version);

    bool centred = *p.at == 'c';

    cm_parse_word(&p, centred ? "centred" : "exact");

    bool weighted = *p.at == '-';

    cm_parse_word(&p, weighted ? "-weighted," : ",");

    cm_drivers *d = cm_drivers_new(cm_parse_int(&p, 0, CM_DRIVERS_MOST));
    int variables = cm_drivers_variables(d);

    d->head.flags = (centred ? CM_DRIVERS_CENTRED : 0) | (weighted ? CM_DRIVERS_WEIGHTED : 0);
    cm_parse_char(&p, ',');
    d->rows = cm_parse_int(&p, 0, variables == 0 ? 0 : CM_MAX_COUNT);
    cm_parse_char(&p, ',');
    d->incomplete = cm_parse_int(&p, 0, CM_MAX_COUNT);
    if (weighted) {
        cm_parse_char(&p, ',');
        d->weight = cm_parse_float(&p);
        cm_parse_char(&p, ',');
        d->squares = cm_parse_float(&p);
    }
    if (variables > 0) {
        for (int i = 0; i < variables; i++) {
            cm_parse_char(&p, i > 0 ? ',' : ';');
            d->data[i] = cm_parse_int(&p, 0, CM_MAX_COUNT);
        }
        cm_parse_char(&p, ';');
        parse_floats(&p, cm_drivers_sums(d), variables);
        cm_parse_char(&p, ';');
        parse_floats(&p, cm_drivers_products(d), CM_DRIVERS_TRIANGLE(variables));
    }
    cm_parse_end(&p);

    const char *why = state_error(d);

    if (why != NULL)
        cm_parse_fail(&p, why);
    PG_RETURN_POINTER(d);
}

static void
append_floats(StringInfo out, const double *values, int count)
{
    for (int i = 0; i < count; i++) {
        appendStringInfoChar(out, i > 0 ? ',' : ';');
        cm_append_float(out, values[i] + 0.0);
    }
}

PG_FUNCTION_INFO_V1(cm_drivers_out);
Datum
cm_drivers_out(PG_FUNCTION_ARGS)
{
    const cm_drivers *d = PG_GETARG_DRIVERS(0);
    int variables = cm_drivers_variables(d);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s%s,%d," INT64_FORMAT "," INT64_FORMAT, d->head.version,
                     d->head.flags & CM_DRIVERS_CENTRED ? "centred" : "exact",
                     cm_drivers_weighted(d) ? "-weighted" : "", d->predictors, d->rows, d->incomplete);
    if (cm_drivers_weighted(d)) {
        appendStringInfoChar(&out, ',');
        cm_append_float(&out, d->weight);
        appendStringInfoChar(&out, ',');
        cm_append_float(&out, d->squares);
    }
    for (int i = 0; i < variables; i++)
        appendStringInfo(&out, "%c" INT64_FORMAT, i > 0 ? ',' : ';', d->data[i]);
    append_floats(&out, cm_drivers_sums(d), variables);
    append_floats(&out, cm_drivers_products(d), CM_DRIVERS_TRIANGLE(variables));
    PG_RETURN_CSTRING(out.data);
}

/* ---- JSON ---- */

static void
append_variable(StringInfo out, const cm_drivers *d, int variable)
{
    appendStringInfoString(out, "{\"mean\": ");
    if (d->rows == 0)
        appendStringInfoString(out, "null");
    else
        cm_append_float(out, cm_drivers_sums(d)[variable]);
    appendStringInfo(out, ", \"missing\": " INT64_FORMAT "}", d->data[variable]);
}

/* A row of the whole matrix, of which the state holds the lower triangle. */
static void
append_products(StringInfo out, const cm_drivers *d, int row)
{
    appendStringInfoString(out, row > 0 ? ", [" : "[");
    for (int i = 0; i < cm_drivers_variables(d); i++) {
        appendStringInfoString(out, i > 0 ? ", " : "");
        cm_append_float(out, cm_drivers_product(d, row, i) + 0.0);
    }
    appendStringInfoChar(out, ']');
}

/* Its shape: the comment of the function in drivers.sql. Before the first row with drivers there is no outcome either. */
PG_FUNCTION_INFO_V1(cm_drivers_json);
Datum
cm_drivers_json(PG_FUNCTION_ARGS)
{
    cm_drivers *d = cm_state_copy(PG_GETARG_DRIVERS(0));
    StringInfoData out;

    cm_drivers_centre(d);
    initStringInfo(&out);
    appendStringInfo(&out, "{\"complete_rows\": " INT64_FORMAT ", \"incomplete_rows\": " INT64_FORMAT ", ",
                     d->rows, d->incomplete);
    if (cm_drivers_weighted(d)) {
        appendStringInfoString(&out, "\"weight\": ");
        cm_append_float(&out, d->weight);
        appendStringInfoString(&out, ", \"sum_of_squares\": ");
        cm_append_float(&out, d->squares);
        appendStringInfoString(&out, ", ");
    }
    appendStringInfoString(&out, "\"outcome\": ");
    if (d->predictors == 0)
        appendStringInfoString(&out, "null");
    else
        append_variable(&out, d, d->predictors);
    appendStringInfoString(&out, ", \"drivers\": [");
    for (int i = 0; i < d->predictors; i++) {
        appendStringInfoString(&out, i > 0 ? ", " : "");
        append_variable(&out, d, i);
    }
    appendStringInfoString(&out, "], \"cross_products\": [");
    for (int i = 0; i < cm_drivers_variables(d); i++)
        append_products(&out, d, i);
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- binary ---- */

PG_FUNCTION_INFO_V1(cm_drivers_recv);
Datum
cm_drivers_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);

    cm_receive_version(in, "drivers_state", cm_drivers_class.version);

    int flags = pq_getmsgbyte(in);
    int predictors = pq_getmsgint(in, 4);

    if ((flags & ~(CM_DRIVERS_CENTRED | CM_DRIVERS_WEIGHTED)) != 0 || predictors < 0 ||
        predictors > CM_DRIVERS_MOST)
        cm_receive_fail("drivers_state", "The header is out of range");

    cm_drivers *d = cm_drivers_new(predictors);
    int variables = cm_drivers_variables(d);
    double *values = cm_drivers_sums(d);

    d->head.flags = flags;
    d->rows = cm_check_count(pq_getmsgint64(in), "the number of rows");
    d->incomplete = cm_check_count(pq_getmsgint64(in), "the number of incomplete rows");
    if (cm_drivers_weighted(d)) {
        d->weight = cm_check_finite(cm_receive_float(in), "a sum of weights");
        d->squares = cm_check_finite(cm_receive_float(in), "a sum of squares of weights");
    }
    if (predictors == 0 && d->rows != 0)
        cm_receive_fail("drivers_state", "Rows without predictors");
    for (int i = 0; i < variables; i++)
        d->data[i] = cm_check_count(pq_getmsgint64(in), "the number of missing values");
    for (int i = 0; i < variables + CM_DRIVERS_TRIANGLE(variables); i++)
        values[i] = cm_check_finite(cm_receive_float(in), "a sum of drivers");

    const char *why = state_error(d);

    if (why != NULL)
        cm_receive_fail("drivers_state", why);
    PG_RETURN_POINTER(d);
}

PG_FUNCTION_INFO_V1(cm_drivers_send);
Datum
cm_drivers_send(PG_FUNCTION_ARGS)
{
    const cm_drivers *d = PG_GETARG_DRIVERS(0);
    int variables = cm_drivers_variables(d);
    const double *values = cm_drivers_sums(d);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, d->head.version);
    pq_sendbyte(&out, d->head.flags);
    pq_sendint32(&out, d->predictors);
    pq_sendint64(&out, d->rows);
    pq_sendint64(&out, d->incomplete);
    if (cm_drivers_weighted(d)) {
        pq_sendfloat8(&out, d->weight);
        pq_sendfloat8(&out, d->squares);
    }
    for (int i = 0; i < variables; i++)
        pq_sendint64(&out, d->data[i]);
    for (int i = 0; i < variables + CM_DRIVERS_TRIANGLE(variables); i++)
        pq_sendfloat8(&out, values[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* ---- how much there is ---- */

PG_FUNCTION_INFO_V1(cm_drivers_complete_rows);
Datum
cm_drivers_complete_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_DRIVERS(0)->rows);
}

PG_FUNCTION_INFO_V1(cm_drivers_incomplete_rows);
Datum
cm_drivers_incomplete_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_DRIVERS(0)->incomplete);
}

PG_FUNCTION_INFO_V1(cm_drivers_effective);
Datum
cm_drivers_effective(PG_FUNCTION_ARGS)
{
    const cm_drivers *d = PG_GETARG_DRIVERS(0);

    CM_RETURN_FLOAT(d->rows == 0 ? NAN : cm_drivers_effective_rows(d));
}
