/* States of drivers merge; see drivers.h for the two forms they have. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "satisfaction/drivers.h"

static bool
sum_stays_exact(const cm_drivers *a, const cm_drivers *b)
{
    const double *square_a = cm_drivers_products(a);
    const double *square_b = cm_drivers_products(b);

    double most = Min(cm_drivers_exact_squares(a), cm_drivers_exact_squares(b));

    if ((a->head.flags | b->head.flags) & CM_DRIVERS_CENTRED)
        return false;
    if (cm_drivers_weighted(a) && (a->weight + b->weight > CM_DRIVERS_EXACT_STEPS / CM_DRIVERS_GRID ||
                                   a->squares + b->squares > CM_DRIVERS_EXACT_SQUARES))
        return false;
    for (int i = 0; i < cm_drivers_variables(a); i++) {
        if (*square_a + *square_b > most)
            return false;
        square_a += i + 2;
        square_b += i + 2;
    }
    return true;
}

static void
merge_centred(cm_drivers *d, const cm_drivers *exact_or_centred)
{
    cm_drivers *other = cm_state_copy(exact_or_centred);
    int variables = cm_drivers_variables(d);
    double distance[CM_DRIVERS_MOST + 1] = {0};

    cm_drivers_centre(d);
    cm_drivers_centre(other);
    d->head.flags |= CM_DRIVERS_CENTRED;
    if (other->rows == 0)
        return;
    for (int i = 0; i < variables; i++)
        distance[i] = cm_drivers_sums(other)[i] - cm_drivers_sums(d)[i];
    cm_drivers_add_centred(d, distance, cm_drivers_weight(other));
    for (int i = 0; i < CM_DRIVERS_TRIANGLE(variables); i++)
        cm_drivers_products(d)[i] += cm_drivers_products(other)[i];
}

/* Merges two states: combine function, and transition of rollup(drivers). */
PG_FUNCTION_INFO_V1(cm_drivers_combine);
Datum
cm_drivers_combine(PG_FUNCTION_ARGS)
{
    cm_drivers *d = cm_drivers_own(fcinfo);
    const cm_drivers *other = PG_GETARG_DRIVERS(1);
    int variables = cm_drivers_variables(other);

    if (cm_drivers_weighted(d) || cm_drivers_weighted(other)) {
        cm_drivers *weighted = cm_state_copy(other);

        cm_drivers_use_weights(d);
        cm_drivers_use_weights(weighted);
        other = weighted;
    }

    int64 rows = cm_add_counts(d->rows, other->rows, "rows");
    int64 incomplete = cm_add_counts(d->incomplete, other->incomplete, "incomplete rows");

    if (variables > 0) {
        cm_drivers_check_predictors(d, other->predictors);
        if (d->predictors == 0)
            d = cm_drivers_with_predictors(d, other->predictors);
        for (int i = 0; i < variables; i++)
            d->data[i] += other->data[i];
        if (sum_stays_exact(d, other))
            for (int i = 0; i < variables + CM_DRIVERS_TRIANGLE(variables); i++)
                cm_drivers_sums(d)[i] += cm_drivers_sums(other)[i];
        else
            merge_centred(d, other);
    }
    d->rows = rows;
    d->weight += other->weight;
    d->squares += other->squares;
    d->incomplete = incomplete;
    PG_RETURN_POINTER(d);
}
