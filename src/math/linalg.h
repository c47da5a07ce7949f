/*
 * Small symmetric matrices, row by row in a flat array of n x n. Plain loops: n is the number of predictors.
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

/* a becomes its inverse; false, with a destroyed, unless it is positive definite. */
extern bool cm_invert_positive(double *a, int n);

/*
 * Eigenvalues and, as columns of vectors, orthonormal eigenvectors; a is destroyed. Cyclic Jacobi rotations, so
 * that small eigenvalues keep their digits.
 */
extern void cm_eigen_symmetric(double *a, int n, double *values, double *vectors);

#endif
