/* Fits the linear model of a drivers state; see driver_model.h, and math/importance.h for the methods. */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "math/importance.h"
#include "math/linalg.h"
#include "math/student.h"
#include "satisfaction/driver_model.h"

/* A column of which the ones before it leave less than this share of its variance is collinear: VIF 10^10. */
#define COLLINEAR 1e-10

/* A deviation below this multiple of the mean is what rounding leaves of a constant. */
#define CONSTANT (16 * DBL_EPSILON)

typedef struct fitting {
    cm_driver_model *model;
    const cm_drivers *moments; /* centred */
    bool notices;
    int columns[CM_DRIVERS_MOST]; /* the drivers that are in so far, and how many */
    int count;
    double rxx[CM_DRIVERS_MOST * CM_DRIVERS_MOST]; /* count x count */
    double rxy[CM_DRIVERS_MOST];
    double work[3 * CM_DRIVERS_MOST * CM_DRIVERS_MOST];
} fitting;

static double
product_of(const fitting *f, int i, int j)
{
    return cm_drivers_product(f->moments, i, j);
}

static bool
is_constant(const fitting *f, int variable)
{
    double noise = CONSTANT * cm_drivers_sums(f->moments)[variable];

    return product_of(f, variable, variable) <= cm_drivers_weight(f->moments) * noise * noise;
}

/* Rounding must not carry a correlation beyond one. */
static double
correlation(const fitting *f, int i, int j)
{
    double r = product_of(f, i, j) / (sqrt(product_of(f, i, i)) * sqrt(product_of(f, j, j)));

    return fmin(fmax(r, -1.0), 1.0);
}

static double
deviation(const fitting *f, int variable)
{
    double n = f->model->effective;
    double product = product_of(f, variable, variable);

    if (cm_drivers_weighted(f->moments)) /* of weights that add up to n */
        product *= n / f->moments->weight;
    return n > 1 ? sqrt(product / (n - 1)) : NAN;
}

static void
notice_left_out(const fitting *f, int i, const char *why)
{
    if (f->notices)
        ereport(NOTICE,
                (errmsg("driver \"%s\" is %s, and left out of the model", f->model->driver[i].name, why)));
}

/* Means, deviations and correlations of all; the columns that vary go on. False where the outcome does not. */
static bool
describe(fitting *f)
{
    int outcome = f->model->count;
    bool varies = !is_constant(f, outcome);

    if (!varies && f->notices && f->model->rows > 0)
        ereport(NOTICE, (errmsg("the outcome is constant: nothing drives it")));
    for (int i = 0; i < outcome; i++) {
        cm_driver *driver = &f->model->driver[i];

        driver->mean = f->model->rows == 0 ? NAN : cm_drivers_sums(f->moments)[i];
        driver->deviation = deviation(f, i);
        if (!varies)
            continue;
        if (is_constant(f, i)) {
            notice_left_out(f, i, "constant");
            continue;
        }
        driver->r = correlation(f, i, outcome);
        f->columns[f->count++] = i;
    }
    return varies && f->count > 0;
}

/* Takes the columns out that are linear combinations of those before them. */
static void
drop_collinear(fitting *f)
{
    bool kept[CM_DRIVERS_MOST];
    int all = f->count;

    for (int i = 0; i < all; i++)
        for (int j = 0; j < all; j++)
            f->rxx[i * all + j] = i == j ? 1.0 : correlation(f, f->columns[i], f->columns[j]);
    f->count = cm_independent_columns(f->rxx, all, COLLINEAR, kept, f->work);
    for (int i = 0, to = 0; i < all; i++)
        if (kept[i])
            f->columns[to++] = f->columns[i];
        else
            notice_left_out(f, f->columns[i], "a linear combination of drivers before it");
    for (int i = 0; i < f->count; i++) {
        f->rxy[i] = f->model->driver[f->columns[i]].r;
        for (int j = 0; j < f->count; j++)
            f->rxx[i * f->count + j] = i == j ? 1.0 : correlation(f, f->columns[i], f->columns[j]);
    }
}

static void
regress(fitting *f)
{
    double beta[CM_DRIVERS_MOST];
    double inflation[CM_DRIVERS_MOST];
    cm_regression fit = {.beta = beta, .inflation = inflation};
    double freedom = f->model->effective - f->count - 1;

    if (!cm_regress(f->rxx, f->rxy, f->count, &fit, f->work))
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("the cross-products of drivers contradict each other"),
                        errdetail("No rows have such correlations."))); /* they came as text */
    f->model->fitted = f->count;
    f->model->r_squared = fmin(fmax(fit.r_squared, 0.0), 1.0);
    for (int i = 0; i < f->count; i++) {
        cm_driver *driver = &f->model->driver[f->columns[i]];
        double variance = (1.0 - f->model->r_squared) * inflation[i] / freedom;

        driver->beta = beta[i];
        driver->coefficient = beta[i] * deviation(f, f->model->count) / driver->deviation;
        driver->pratt = beta[i] * driver->r;
        driver->beta_se = sqrt(variance);
        if (variance > 0.0)
            driver->p_value = cm_student_two_sided(beta[i] / driver->beta_se, freedom);
    }
}

static void
share_out(fitting *f)
{
    double lmg[CM_DRIVERS_MOST];
    double johnson[CM_DRIVERS_MOST];
    bool small = f->count <= CM_LMG_MOST;

    if (small)
        cm_lmg(f->rxx, f->rxy, f->count, lmg, palloc(sizeof(double) * cm_lmg_work(f->count)));
    else if (f->notices)
        ereport(NOTICE, (errmsg("lmg is not computed for %d drivers", f->count),
                         errdetail("It fits every subset of the drivers; %d is the limit.", CM_LMG_MOST),
                         errhint("Use johnson, which is close to it.")));
    cm_relative_weights(f->rxx, f->rxy, f->count, johnson, f->work);
    for (int i = 0; i < f->count; i++) {
        cm_driver *driver = &f->model->driver[f->columns[i]];

        driver->johnson = johnson[i];
        if (small)
            driver->lmg = fmax(lmg[i], 0.0); /* less is rounding */
    }
}

static cm_driver_model *
empty_model(const cm_drivers *d, const char *const *names)
{
    cm_driver_model *model = palloc(sizeof(cm_driver_model));

    model->rows = d->rows;
    model->effective = d->rows == 0 ? 0.0 : cm_drivers_effective_rows(d);
    model->count = d->predictors;
    model->fitted = 0;
    model->r_squared = NAN;
    for (int i = 0; i < d->predictors; i++)
        model->driver[i] = (cm_driver){
            .name = names != NULL ? names[i] : psprintf("x%d", i + 1),
            .mean = NAN,
            .deviation = NAN,
            .r = NAN,
            .coefficient = NAN,
            .beta = NAN,
            .beta_se = NAN,
            .p_value = NAN,
            .pratt = NAN,
            .lmg = NAN,
            .johnson = NAN,
        };
    return model;
}

cm_driver_model *
cm_driver_model_fit(const cm_drivers *d, const char *const *names, bool notices)
{
    fitting *f = palloc(sizeof(fitting));
    cm_drivers *moments = cm_state_copy(d);

    cm_drivers_centre(moments);
    f->model = empty_model(d, names);
    f->moments = moments;
    f->notices = notices;
    f->count = 0;
    if (d->predictors == 0 || !describe(f))
        return f->model;
    if (f->model->effective <= f->count + 1) {
        if (notices)
            ereport(NOTICE, (errmsg("%.6g complete rows are too few for a model of %d drivers",
                                    f->model->effective, f->count),
                             errdetail("There must be at least %d.", f->count + 2)));
        return f->model;
    }
    drop_collinear(f);
    regress(f);
    share_out(f);
    return f->model;
}
