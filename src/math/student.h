/*
 * Student's t distribution.
 */
#ifndef CM_MATH_STUDENT_H
#define CM_MATH_STUDENT_H

/* P(|T| >= |t|) with df > 0 degrees of freedom, however far the tail. */
extern double cm_student_two_sided(double t, double df);

/* The t >= 0 with P(|T| <= t) = confidence, in (0, 1); df >= 1. */
extern double cm_student_quantile(double confidence, double df);

#endif
