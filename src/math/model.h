/*
 * What all probability models share: grouped customers in, a fitted model out.
 */
#ifndef CM_MATH_MODEL_H
#define CM_MATH_MODEL_H

#include "math/linalg.h"
#include "math/sum.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CM_MAX_PARAMS 4
#define CM_MAX_PAIRS 10 /* entries of the lower triangle of a 4 x 4 matrix */

/*
 * Customers with the same history, counted. What the three numbers mean is
 * said by each model; for purchases in continuous time they are x repeat
 * purchases, the age t_x at the last of them, and the age T at the end of
 * observation.
 *
 * A fit takes rows sorted by cm_history_compare without duplicates: so it does
 * not depend on the order or the place in which customers were counted.
 */
typedef struct cm_purchase_history {
    double x;
    double t_x;
    double T;
    int64_t n; /* customers with this history, at least 1 */
} cm_purchase_history;

typedef struct cm_histories {
    const cm_purchase_history *row;
    size_t count;
} cm_histories;

/* By x, then T, then t_x: what depends on x or on (x, T) alone is computed once */
extern int cm_history_compare(const void *a, const void *b);

/*
 * What the fit needs from its surroundings. alloc never returns NULL. poll is
 * called often; it returns true to stop the fit, or does not return at all:
 * the fit holds nothing that a longjmp could leak but memory from alloc.
 */
typedef struct cm_host {
    void *(*alloc)(size_t size);
    void (*release)(void *memory);
    bool (*poll)(void);
} cm_host;

/* Rows between two calls of poll: well below a tenth of a second of work */
#define CM_POLL_ROWS 16384

/* True at the first and then every so many rows if the host wants the fit to stop */
static inline bool
cm_stop_at(const cm_host *host, size_t row)
{
    return row % CM_POLL_ROWS == 0 && host->poll();
}

/* A log-likelihood with its gradient and the lower triangle of its Hessian, row by row */
typedef struct cm_derivs {
    cm_sum ll;
    double gradient[CM_MAX_PARAMS];
    double hessian[CM_MAX_PAIRS];
} cm_derivs;

typedef enum cm_fit_status {
    CM_FIT_CONVERGED = 0,
    CM_FIT_NOT_IDENTIFIED = 1,    /* the likelihood rises towards infinity along a flat ridge */
    CM_FIT_TOO_FEW_CUSTOMERS = 2, /* nothing to estimate from: no parameters */
    CM_FIT_NOT_CONVERGED = 3,     /* iterations ran out */
    CM_FIT_INTERRUPTED = 4        /* poll said stop; never stored */
} cm_fit_status;

typedef struct cm_fit {
    cm_fit_status status;
    int params;                      /* how many of the arrays below are used */
    int iterations;                  /* Newton steps taken */
    double customers;                /* customers the likelihood sums over */
    double loglik;                   /* at param */
    double param[CM_MAX_PARAMS];     /* maximum-likelihood estimates, all positive */
    bool has_covariance;             /* false where the likelihood is flat */
    double covariance[CM_MAX_PAIRS]; /* of ln(param), lower triangle */
} cm_fit;

/*
 * Zeroes fit for a model of so many parameters, counts the customers, and
 * returns the longest T, the natural unit of time. The status is "too few"
 * when there are fewer customers than parameters or nobody came back.
 */
extern double cm_fit_start(cm_fit *fit, int params, cm_histories data);

#endif
