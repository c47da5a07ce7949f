/*
 * Student's t distribution and the incomplete beta function it stands on.
 */
#ifndef CM_MATH_STUDENT_H
#define CM_MATH_STUDENT_H

/* I_x(a, b), the regularised incomplete beta function; NaN unless a, b > 0 and x is in [0, 1] */
extern double cm_beta_share(double a, double b, double x);

/*
 * P(|T| >= |t|) with df > 0 degrees of freedom. Twelve digits for up to 10^4 degrees, however far the tail;
 * nine for 10^8, where the fraction's terms cancel.
 */
extern double cm_student_two_sided(double t, double df);

#endif
