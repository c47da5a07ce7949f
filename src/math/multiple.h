/*
 * Many tests at once: p values that have been corrected for their number. Plain C.
 */
#ifndef CM_MATH_MULTIPLE_H
#define CM_MATH_MULTIPLE_H

#include <stddef.h>
#include <stdint.h>

typedef enum cm_adjustment {
    CM_HOLM,      /* S. Holm, Scandinavian Journal of Statistics 6 (1979): the family-wise error */
    CM_HOCHBERG,  /* Y. Benjamini, Y. Hochberg, J. R. Stat. Soc. B 57 (1995): the false discovery rate */
    CM_BONFERRONI /* each times their number */
} cm_adjustment;

/*
 * Puts the corrected value of each p into adjusted; NaN stays NaN and is no test. Work has room for 3 n numbers. Equal
 * values stay equal.
 */
extern void cm_adjust(const double *p, double *adjusted, size_t n, cm_adjustment how, uint64_t *work);

#endif
