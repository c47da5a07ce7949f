/*
 * Small symmetric matrices, row by row in a flat array: of n x n, or of the lower triangle alone. Plain loops: n is a
 * number of predictors or of parameters.
 */
#ifndef CM_MATH_LINALG_H
#define CM_MATH_LINALG_H

#include <stdbool.h>

/*
 * Which columns of a positive semidefinite matrix are linear combinations of the columns before them: their
 * pivot falls below tolerance times their diagonal. Marks the others in kept and returns how many there are.
 * The work array has n x n places.
 */
extern int cm_independent_columns(const double *a, int n, double tolerance, bool *kept, double *work);

/* Where the entry of a row and a column up to it stands in a lower triangle that is stored row by row. */
static inline int
cm_pair(int row, int column)
{
    return row * (row + 1) / 2 + column;
}

/*
 * The lower triangle m becomes its Cholesky factor; false, with m destroyed, unless the matrix is positive definite.
 * Then solve finds the x whose product with the matrix is right; the two may be one array.
 */
extern bool cm_cholesky(double *m, int n);
extern void cm_cholesky_solve(const double *factor, int n, const double *right, double *x);

/*
 * Eigenvalues and, as columns of vectors, orthonormal eigenvectors; a is destroyed. Cyclic Jacobi rotations, so
 * that small eigenvalues keep their digits.
 */
extern void cm_eigen_symmetric(double *a, int n, double *values, double *vectors);

#endif
