/*
 * The standard normal distribution.
 */
#ifndef CM_MATH_NORMAL_H
#define CM_MATH_NORMAL_H

/* P(Z <= z). Keeps its relative precision in the lower tail. */
extern double cm_normal_cdf(double z);

/*
 * The z with P(Z <= z) = p. p = 0 and 1 give -infinity and +infinity, p
 * outside [0, 1] gives NaN: callers check their confidence levels first.
 */
extern double cm_normal_quantile(double p);

/* Two-sided z for a confidence level in (0, 1): 0.95 gives 1.9599639845... */
extern double cm_normal_two_sided(double confidence);

#endif
