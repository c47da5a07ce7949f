/*
 * Key drivers as rows: how much of the outcome's variance each carries, and where to act first. Importance has no
 * sign, so correlation and coefficient stand beside it.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/lang.h"
#include "core/row.h"
#include "satisfaction/driver_model.h"
#include "satisfaction/groups.h"

/* The names as an array of count texts, none of them NULL; or NULL for a NULL argument. */
static const char *const *
read_names(FunctionCallInfo fcinfo, int arg, int count)
{
    Datum *elements;
    bool *nulls;
    int given;

    if (PG_ARGISNULL(arg))
        return NULL;

    ArrayType *array = PG_GETARG_ARRAYTYPE_P(arg);

    deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &given);
    if (count == 0)
        return NULL;
    if (given != count || array_contains_nulls(array) || ARR_NDIM(array) != 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%d names are given for %d drivers", given, count),
                        errdetail("Each driver has one name, none is NULL."),
                        errhint("Name the drivers in the order of drivers_agg's array.")));

    cm_check_distinct_names(elements, count, "drivers");

    const char **names = palloc(sizeof(char *) * count);

    for (int i = 0; i < count; i++)
        names[i] = TextDatumGetCString(elements[i]);
    return names;
}

static cm_driver_model *
fit_argument(FunctionCallInfo fcinfo, const cm_drivers *d)
{
    return cm_driver_model_fit(d, read_names(fcinfo, 1, d->predictors), true);
}

/* driver_importance(drivers, names) */
PG_FUNCTION_INFO_V1(cm_driver_importance);
Datum
cm_driver_importance(PG_FUNCTION_ARGS)
{
    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0))
        return (Datum) 0;

    const cm_drivers *d = PG_GETARG_DRIVERS(0);
    cm_driver_model *model = fit_argument(fcinfo, d);

    for (int i = 0; i < model->count; i++) {
        cm_driver *driver = &model->driver[i];
        cm_row row = cm_row_empty();
        int column = 0;

        cm_row_set_text(&row, column++, driver->name);
        cm_row_set_float(&row, column++, driver->mean);
        cm_row_set_float(&row, column++, driver->deviation);
        cm_row_set_float(&row, column++, driver->r);
        cm_row_set_float(&row, column++, driver->coefficient);
        cm_row_set_float(&row, column++, driver->beta);
        cm_row_set_float(&row, column++, driver->beta_se);
        cm_row_set_float(&row, column++, driver->p_value);
        cm_row_set_float(&row, column++, driver->pratt);
        cm_row_set_float(&row, column++, driver->lmg);
        cm_row_set_float(&row, column++, driver->johnson);
        cm_row_set_float(&row, column++, model->r_squared);
        cm_row_set_int(&row, column++, model->rows);
        cm_row_set_int(&row, column++, d->data[i]);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

PG_FUNCTION_INFO_V1(cm_drivers_r_squared);
Datum
cm_drivers_r_squared(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_driver_model_fit(PG_GETARG_DRIVERS(0), NULL, false)->r_squared);
}

/* 1 - (1 - R2)(n - 1) / (n - p - 1): Ezekiel (1930), Methods of Correlation Analysis */
PG_FUNCTION_INFO_V1(cm_drivers_adjusted_r_squared);
Datum
cm_drivers_adjusted_r_squared(PG_FUNCTION_ARGS)
{
    const cm_driver_model *model = cm_driver_model_fit(PG_GETARG_DRIVERS(0), NULL, false);
    double n = model->effective;

    CM_RETURN_FLOAT(1.0 - (1.0 - model->r_squared) * (n - 1.0) / (n - model->fitted - 1.0));
}

/* ---- priorities ---- */

static double
importance_of(const cm_driver *driver, int measure)
{
    switch (measure) {
        case 0:
            return driver->lmg;
        case 1:
            return driver->johnson;
        case 2:
            return fabs(driver->beta);
        default:
            return fabs(driver->r);
    }
}

static int
compare_floats(const void *a, const void *b)
{
    double left = *(const double *) a;
    double right = *(const double *) b;

    return (left > right) - (left < right);
}

/* The cut between low and high: mean or median of the values. Sorts them, so that the sum has one order. */
static double
cut_of(double *values, int count, bool median)
{
    double sum = 0.0;

    if (count == 0)
        return NAN;
    qsort(values, count, sizeof(double), compare_floats);
    if (median)
        return (values[(count - 1) / 2] + values[count / 2]) / 2.0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return sum / count;
}

/*
 * Importance and performance analysis (Martilla and James 1977, Journal of Marketing 41): what matters and is done
 * badly comes first. A driver that runs against the outcome has its scale the other way round, so its mean says
 * nothing about performance: it has no class, and moves no cut.
 */
static text *
priority(const cm_driver *driver, double importance, double importance_cut, double performance_cut,
         cm_lang lang)
{
    static const char *const labels[CM_LANGS][2][2] = {
        {{"monitor", "possible overkill"}, {"improve", "keep"}},
        {{"次要改进", "过度供给"}, {"重点改进", "继续保持"}},
    };

    if (isnan(importance) || driver->r < 0)
        return NULL;
    return cm_label_text(labels[lang][importance >= importance_cut][driver->mean >= performance_cut]);
}

static void
notice_reversed(const cm_driver *driver)
{
    ereport(NOTICE, (errmsg("driver \"%s\" runs against the outcome and has no priority", driver->name),
                     errhint("Turn its scale so that more is better, for example 6 - rating.")));
}

/* driver_priorities(drivers, names, importance, cut, lang) -> driver, weight, performance, r, priority */
PG_FUNCTION_INFO_V1(cm_driver_priorities);
Datum
cm_driver_priorities(PG_FUNCTION_ARGS)
{
    static const char *const measures[] = {"lmg", "johnson", "beta", "r", NULL};
    static const char *const cuts[] = {"mean", "median", NULL};
    double importances[CM_DRIVERS_MOST];
    double performances[CM_DRIVERS_MOST];
    int count = 0;

    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
        return (Datum) 0;

    int measure = cm_option(PG_GETARG_TEXT_PP(2), "importance", measures);
    bool median = cm_option(PG_GETARG_TEXT_PP(3), "cut", cuts) == 1;
    cm_lang lang = cm_lang_from_text(PG_GETARG_TEXT_PP(4));
    cm_driver_model *model = fit_argument(fcinfo, PG_GETARG_DRIVERS(0));

    for (int i = 0; i < model->count; i++) {
        const cm_driver *driver = &model->driver[i];

        if (driver->r < 0)
            notice_reversed(driver);
        else if (!isnan(importance_of(driver, measure))) {
            importances[count] = importance_of(driver, measure);
            performances[count++] = driver->mean;
        }
    }

    double importance_cut = cut_of(importances, count, median);
    double performance_cut = cut_of(performances, count, median);

    for (int i = 0; i < model->count; i++) {
        const cm_driver *driver = &model->driver[i];
        double importance = importance_of(driver, measure);
        text *label = priority(driver, importance, importance_cut, performance_cut, lang);
        cm_row row = cm_row_empty();

        cm_row_set_text(&row, 0, driver->name);
        cm_row_set_float(&row, 1, importance);
        cm_row_set_float(&row, 2, driver->mean);
        cm_row_set_float(&row, 3, driver->r);
        if (label != NULL)
            cm_row_set(&row, 4, PointerGetDatum(label));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
