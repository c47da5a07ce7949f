/*
 * The chi-square distribution with a whole number of degrees of freedom. Plain C.
 */
#ifndef CM_MATH_CHI_SQUARE_H
#define CM_MATH_CHI_SQUARE_H

/*
 * P(X > x), the p-value of a test; keeps its relative precision far out. NaN for degrees of freedom outside 1 to 1000 and
 * for x that is not a number.
 */
extern double cm_chi_square_tail(double x, int df);

#endif
