/*
 * How many answers a survey or a comparison needs, and what a number of them can show. By the normal approximation: J. L.
 * Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions (2003), chapter 4, without the correction
 * for continuity. Plain C; sizes are not rounded.
 */
#ifndef CM_MATH_SAMPLE_SIZE_H
#define CM_MATH_SAMPLE_SIZE_H

/* Answers of which each has this variance, so that their mean is known to within the margin. */
extern double cm_size_for_margin(double variance, double margin, double confidence);

/*
 * The same out of a population without replacement, of which fewer are needed: W. G. Cochran, Sampling Techniques (1977),
 * 4.2. An infinite population changes nothing.
 */
extern double cm_size_of_population(double size, double population);

/* In each of two groups, so that the difference is found with this power. */
extern double cm_size_for_means(double variance_a, double variance_b, double difference, double power,
                                double confidence);
extern double cm_size_for_rates(double a, double b, double power, double confidence);

/* The least difference that n in each group find with this power; of a rate upwards, NaN if none up to 1. */
extern double cm_detectable_mean(double variance_a, double variance_b, double n, double power,
                                 double confidence);
extern double cm_detectable_rate(double baseline, double n, double power, double confidence);

#endif
