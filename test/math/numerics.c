/*
 * Gamma functions and integrals against 30- to 60-digit arithmetic.
 */
#include "math/quadrature.h"
#include "math/special.h"
#include "math/sum.h"
#include "tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The gamma function and its derivatives, from what Stirling's formula leaves out of them */
static double
log_gamma(double x)
{
    return (x - 0.5) * log(x) - x + CM_LOG_SQRT_2PI + cm_stirling_rest(x);
}

static double
digamma(double x)
{
    return log(x) - cm_digamma_rest(x);
}

static double
trigamma(double x)
{
    return 1.0 / x + cm_trigamma_rest(x);
}

static void
test_gamma(void)
{
    static const double gamma[][4] = {
        {0.001, 6.907178885383853662, -1000.57557193181028, 1000001.642533195827},
        {0.5, 0.5723649429247000871, -1.963510026021423479, 4.934802200544679309},
        {1, 0.0, -0.5772156649015328606, 1.644934066848226436},
        {3.7, 1.428072326665388129, 1.167153539361511441, 0.3100378576700383022},
        {11.9, 17.25847745059552201, 2.433933536882537486, 0.08766320119000418357},
        {1e4, 82099.71749644237727, 9.210290371142849404, 0.0001000050001666666663},
        {1e12, 26631021115915.65164, 27.63102111592804821, 1.0000000000005e-12}};
    static const double rise[][3] = {{0.24, 26, 57.45085002437706242},
                                     {1e9, 50, 1036.163293072320538},
                                     {1e14, 3000, 96708.57390579490373},
                                     {1e-8, 5, -15.24262689277108657},
                                     {3, 0, 0.0}};
    static const double lbeta[][3] = {{0.5, 0.5, 1.144729885849400174},
                                      {1e8, 3e8, -224934065.9950841418},
                                      {1e-5, 7, 11.51290096504479739},
                                      {1e10, 2.5, -57.27994445456572294}};
    char name[80];

    for (size_t i = 0; i < COUNT(gamma); i++) {
        double x = gamma[i][0];

        /* near its zeros at 1 and 2 ln Gamma is good to the absolute last digit only */
        snprintf(name, sizeof(name), "ln gamma(%g)", x);
        ok(fabs(log_gamma(x) - gamma[i][1]) <= 4e-15 * (1.0 + fabs(gamma[i][1])), "%s", name);
        snprintf(name, sizeof(name), "digamma(%g)", x);
        ok_near(digamma(x), gamma[i][2], 1e-14, name);
        snprintf(name, sizeof(name), "trigamma(%g)", x);
        ok_near(trigamma(x), gamma[i][3], 1e-14, name);
    }
    for (size_t i = 0; i < COUNT(rise); i++) {
        snprintf(name, sizeof(name), "ln gamma(%g + %g) - ln gamma(%g)", rise[i][0], rise[i][1], rise[i][0]);
        ok_near(cm_lgamma_rise(rise[i][0], rise[i][1]), rise[i][2], 1e-14, name);
    }
    for (size_t i = 0; i < COUNT(lbeta); i++) {
        snprintf(name, sizeof(name), "ln beta(%g, %g)", lbeta[i][0], lbeta[i][1]);
        ok_near(cm_lbeta(lbeta[i][0], lbeta[i][1]), lbeta[i][2], 1e-14, name);
    }
}

/*
 * a, b, x, 1 - x and I_x(a, b) by 60-digit arithmetic. Where a or b is large, the fraction of Abramowitz and Stegun
 * (26.5.8) keeps nine digits or none.
 */
static void
test_beta_cdf(void)
{
    static const double beta[][5] = {
        {2, 3, 0.4, 0.6, 0.5248},
        {0.5, 0.5, 0.3, 0.7, 0.36901011956554537504},
        {3, 1, 1e-5, 1 - 1e-5, 1e-15},
        {1, 0.25, 0.8, 0.2, 0.33125969502357796672},
        {100, 0.5, 0.99, 0.01, 0.15677586542444096408},
        {50, 60, 0.1, 0.9, 7.8370811319700053551e-22},
        {400, 3e4, 0.0125, 0.9875, 0.15689841472970977164},
        {1e4, 40, 0.98, 0.02, 6.5562110484052811023e-45},
        {1e-3, 2, 1e-30, 1, 0.93418755509778803333},
        {1e-3, 1e-3, 0.25, 0.75, 0.49945150751929400011},
        {0.02, 1e-4, 1e-12, 1, 0.0028628945430221067402},
        {1e-300, 1e-3, 0.5, 0.5, 1},
        {1e5, 0.5, 0.99999, 1e-5, 0.1572986881614811756},
        {5e7, 0.5, 1 - 2e-8, 2e-8, 0.15729920601251636504},
        {5e11, 0.5, 1 - 2e-12, 2e-12, 0.15729920705018135796},
        {7.5, 1e8, 4e-8, 1 - 4e-8, 0.076217313522843706561},
        {1e8, 7.5, 1 - 4e-8, 4e-8, 0.92378268647715629344},
        {3e9, 1, 1 - 1e-9, 1e-9, 0.049787068293183331131},
        {5e5, 5e5, 0.49, 0.51, 2.6456267086522419945e-89},
        {2e6, 3e6, 0.3995, 0.6005, 0.011231865272562987063},
        {2e6, 3e6, 0.4, 0.6, 0.50002427885478645124},
        {2e6, 3e6, 0.401, 0.599, 0.99999748044392082},
        {1e9, 1e9, 0.5, 0.5, 0.5},
        {1e6, 1e15, 0.999e-9, 1 - 0.999e-9, 0.15865545534334978564},
        {1e6, 1e15, 1.001e-9, 1 - 1.001e-9, 0.84134502854042723555},
        {12, 1e100, 9e-100, 1, 0.19699161747065787901},
    };
    char name[80];
    bool mirrored = true;

    for (size_t i = 0; i < COUNT(beta); i++) {
        const double *v = beta[i];

        snprintf(name, sizeof(name), "beta cdf of %g at %g, %g", v[2], v[0], v[1]);
        ok_near(cm_beta_cdf(v[0], v[1], v[2], v[3]), v[4], 1e-12, name);
    }
    for (int i = 1; i < 1000; i++) {
        double x = i / 1000.0, y = 1 - x;

        mirrored = mirrored && near_to(cm_beta_cdf(3.5, 7, x, y) + cm_beta_cdf(7, 3.5, y, x), 1, 1e-14);
    }
    ok(mirrored, "the two sides of a beta distribution make one");
    ok(cm_beta_cdf(2, 3, 0, 1) == 0 && cm_beta_cdf(2, 3, 1, 0) == 1, "ends of the beta distribution");
    ok(cm_beta_cdf(1e6, 1e-8, 1.0, 1e-17) < 1e-5, "beta cdf beside one knows 1 - x");

    /* for whole a and b it is a binomial tail */
    double tail = 0.0;

    for (int k = 7; k <= 12; k++)
        tail += exp(log_gamma(13) - log_gamma(k + 1) - log_gamma(13 - k)) * pow(0.3, k) * pow(0.7, 12 - k);
    ok_near(cm_beta_cdf(7, 6, 0.3, 0.7), tail, 1e-13, "beta cdf is a binomial tail");
}

/* E[(1 - (1 + z p)^-r) / p]: the expectation of the BG/NBD in another form */
static double
thinned(double p, void *context)
{
    const double *rz = context;

    return -expm1(-rz[0] * log1p(p * rz[1])) / p;
}

static void
test_integrals(void)
{
    static const double power[][7] = {
        {2.55, 10.58, 1.6, 11.67, 30.43, 38.86, 5.8132695059418025},
        {254.51, 2.88, 1.28, 14.1, 97.14286, 97.28571, 0.119684468438724},
        {500.0, 0.00798, 3.8, 2.82, 1.0, 37.0, 0.002015943145767173},
        {0.5, 0.001, 1.01, 100000.0, 0.0, 10000.0, 6.1216146126813977},
        {1.5, 1000000.0, 1.2, 0.0001, 0.0, 3000000.0, 0.00049396271062463424},
        {3.0, 5.0, 1.001, 5.0, 0.0, 1000000000000.0, 1.6661112962345885},
    };
    static const double expint[][3] = {
        {0.5, 0.1, 4.0556507920419639},      {0.05, 0.0001, 6507.62860933549192},
        {1, 0.005, 4.7497851106541182},      {2.2, 0.116, 0.685936047796187875},
        {64, 3, 0.0151409422954320935},      {64, 0.0001, 0.015872990271419338},
        {3, 10000.0, 0.0000999700119940035}, {0.3, 1e-06, 20571.3826020415849},
    };
    static const double beta[][5] = {
        {0.793, 2.426, 0.243, 8.8, 1.19348035034898883}, {0.01, 5, 2, 3, 5.96485704967305869},
        {30, 0.02, 5, 0.5, 0.86875480780415006},         {500, 900, 12, 4, 2.80353761912375847},
        {0.3, 60, 40, 1000.0, 8012.61572854420019},      {1e5, 3e5, 0.24, 9, 0.985552717038214478},
    };
    char name[80];

    for (size_t i = 0; i < COUNT(power); i++) {
        const double *v = power[i];

        snprintf(name, sizeof(name), "power integral %zu", i + 1);
        ok_near(cm_power_integral(v[0], v[1], v[2], v[3], v[4], v[5]), v[6], 1e-13, name);
    }
    for (size_t i = 0; i < COUNT(expint); i++) {
        snprintf(name, sizeof(name), "scaled exponential integral s=%g y=%g", expint[i][0], expint[i][1]);
        ok_near(cm_scaled_expint(expint[i][0], expint[i][1], INFINITY), expint[i][2], 1e-14, name);
    }
    ok_near(cm_scaled_expint(3.0, 0.0, 2.0), -expm1(-4.0) / 2.0, 1e-15, "finite range without discount");
    for (size_t i = 0; i < COUNT(beta); i++) {
        double rz[2] = {beta[i][2], beta[i][3]};

        snprintf(name, sizeof(name), "beta mean a=%g b=%g", beta[i][0], beta[i][1]);
        ok_near(cm_beta_mean(beta[i][0], beta[i][1], thinned, rz), beta[i][4], 5e-12, name);
    }
}

static void
test_sum(void)
{
    cm_sum sum = {0.0, 0.0};

    cm_sum_add(&sum, 1.0);
    cm_sum_add(&sum, 1e100);
    for (int i = 0; i < 1000; i++)
        cm_sum_add(&sum, 1e-3);
    cm_sum_add(&sum, -1e100);
    ok_near(cm_sum_value(&sum), 2.0, 1e-12, "compensated sum keeps what a large term hid");
}

int
main(void)
{
    test_gamma();
    test_beta_cdf();
    test_integrals();
    test_sum();
    return tap_done();
}
