/* Raking; see raking.h. */
#include "math/raking.h"

#include <math.h>

double
cm_raking_factor(const cm_raking *r, int cell)
{
    double factor = 1.0;

    for (int d = 0; d < r->n_dimensions; d++)
        factor *= r->factors[r->category[cell * r->n_dimensions + d]];
    return factor;
}

double
cm_raking_step(cm_raking *r)
{
    double largest = 0.0;

    for (int d = 0; d < r->n_dimensions; d++) {
        double all = 0.0;

        for (int c = r->first[d]; c < r->first[d + 1]; c++)
            r->sums[c] = 0.0;
        for (int i = 0; i < r->n_cells; i++) {
            double size = r->sizes[i] * cm_raking_factor(r, i);

            r->sums[r->category[i * r->n_dimensions + d]] += size;
            all += size;
        }
        if (!(all > 0.0)) /* targets of zero left nothing */
            return 1.0;
        for (int c = r->first[d]; c < r->first[d + 1]; c++) {
            double share = r->sums[c] / all;

            largest = fmax(largest, fabs(share - r->targets[c]));
            if (share > 0.0)
                r->factors[c] *= r->targets[c] / share;
        }
    }
    return largest;
}
