/*
 * Pivots, factors and eigenvectors of small symmetric matrices. G. H. Golub and C. F. Van Loan (2013), Matrix
 * Computations, 4th edition: Gaussian elimination without pivoting and Cholesky factors of positive definite matrices
 * (4.2), cyclic Jacobi (8.5).
 */
#include "math/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

int
cm_independent_columns(const double *a, int n, double tolerance, bool *kept, double *work)
{
    int count = 0;

    memcpy(work, a, sizeof(double) * n * n);
    for (int j = 0; j < n; j++) {
        double pivot = work[j * n + j];

        kept[j] = pivot > tolerance * a[j * n + j];
        if (!kept[j])
            continue; /* its column is left as it is: it eliminates nothing */
        count++;
        for (int i = j + 1; i < n; i++) {
            double factor = work[i * n + j] / pivot;

            for (int k = j + 1; k < n; k++)
                work[i * n + k] -= factor * work[j * n + k];
        }
    }
    return count;
}

bool
cm_cholesky(double *m, int n)
{
    for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = m[cm_pair(i, j)];

            for (int k = 0; k < j; k++)
                sum -= m[cm_pair(i, k)] * m[cm_pair(j, k)];
            if (j < i)
                m[cm_pair(i, j)] = sum / m[cm_pair(j, j)];
            else if (sum > 0.0 && !isinf(sum))
                m[cm_pair(i, i)] = sqrt(sum);
            else
                return false;
        }
    }
    return true;
}

void
cm_cholesky_solve(const double *factor, int n, const double *right, double *x)
{
    for (int i = 0; i < n; i++) {
        double sum = right[i];

        for (int j = 0; j < i; j++)
            sum -= factor[cm_pair(i, j)] * x[j];
        x[i] = sum / factor[cm_pair(i, i)];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int j = i + 1; j < n; j++)
            x[i] -= factor[cm_pair(j, i)] * x[j];
        x[i] /= factor[cm_pair(i, i)];
    }
}

/* Rotates rows and columns p and q so that a[p][q] vanishes. */
static void
rotate(double *a, int n, double *vectors, int p, int q)
{
    double theta = (a[q * n + q] - a[p * n + p]) / (2.0 * a[p * n + q]);
    double t = copysign(1.0, theta) / (fabs(theta) + hypot(1.0, theta));
    double c = 1.0 / hypot(1.0, t);
    double s = t * c;

    for (int k = 0; k < n; k++) {
        double left = a[k * n + p];
        double right = a[k * n + q];

        a[k * n + p] = c * left - s * right;
        a[k * n + q] = s * left + c * right;
    }
    for (int k = 0; k < n; k++) {
        double left = a[p * n + k];
        double right = a[q * n + k];

        a[p * n + k] = c * left - s * right;
        a[q * n + k] = s * left + c * right;
    }
    for (int k = 0; k < n; k++) {
        double left = vectors[k * n + p];
        double right = vectors[k * n + q];

        vectors[k * n + p] = c * left - s * right;
        vectors[k * n + q] = s * left + c * right;
    }
}

void
cm_eigen_symmetric(double *a, int n, double *values, double *vectors)
{
    bool rotated = true;

    memset(vectors, 0, sizeof(double) * n * n);
    for (int i = 0; i < n; i++)
        vectors[i * n + i] = 1.0;
    /* Convergence is quadratic: about eight sweeps; the limit only guards against numbers that are not finite. */
    for (int sweep = 0; rotated && sweep < 60; sweep++) {
        rotated = false;
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++) {
                double scale = sqrt(fabs(a[p * n + p] * a[q * n + q]));

                if (!(fabs(a[p * n + q]) > DBL_EPSILON / 2 * scale) || a[p * n + q] == 0.0)
                    continue;
                rotate(a, n, vectors, p, q);
                rotated = true;
            }
    }
    for (int i = 0; i < n; i++)
        values[i] = a[i * n + i];
}
