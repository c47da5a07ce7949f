#include "math/model.h"

#include <math.h>

int
cm_history_compare(const void *a, const void *b)
{
    const cm_purchase_history *l = a;
    const cm_purchase_history *r = b;

    if (l->x != r->x)
        return l->x < r->x ? -1 : 1;
    if (l->T != r->T)
        return l->T < r->T ? -1 : 1;
    if (l->t_x != r->t_x)
        return l->t_x < r->t_x ? -1 : 1;
    return 0;
}

double
cm_fit_start(cm_fit *fit, int params, cm_histories data)
{
    double longest = 0.0;
    bool any_repeat = data.count > 0 && data.row[data.count - 1].x > 0.0;

    *fit = (cm_fit){.params = params};
    for (size_t i = 0; i < data.count; i++) {
        fit->customers += (double) data.row[i].n;
        longest = fmax(longest, data.row[i].T);
    }
    if (!any_repeat || fit->customers < params)
        fit->status = CM_FIT_TOO_FEW_CUSTOMERS;
    else
        fit->status = CM_FIT_NOT_CONVERGED;
    return longest;
}
