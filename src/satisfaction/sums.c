/* Exact sums and sums of squares: rows enter them, they merge and are read; see sums.h. Their text is in sums_io.c. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "satisfaction/sums.h"

cm_sums *
cm_sums_new(const cm_sums_kind *kind)
{
    return cm_state_new(&kind->state, CM_SUMS_SIZE(kind->bins));
}

static cm_sums *
check_sums(cm_sums *s, const cm_sums_kind *kind)
{
    if (unlikely(s->scale < 0 || s->scale > CM_MONEY_MAX_SCALE))
        cm_state_error(&s->head, &kind->state);
    return s;
}

const cm_sums *
cm_sums_read(Datum datum, const cm_sums_kind *kind)
{
    return check_sums(cm_state_read(datum, &kind->state), kind);
}

static int
bins_of(const cm_sums *s)
{
    return (VARSIZE(s) - CM_SUMS_SIZE(0)) / sizeof(cm_sum);
}

static void
squares_overflow(int scale)
{
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("a sum of squares has more than 77 digits"),
             errdetail("Numbers are added exactly; the finest of these has %d digits after the "
                       "decimal point.",
                       scale),
             errhint("Round the numbers, for example with round(value, 4).")));
}

/* ---- one scale for all bins ---- */

static void
refine(cm_sums *s, int scale)
{
    for (int bin = 0; bin < bins_of(s); bin++) {
        cm_sum *b = &s->bins[bin];

        b->sum = cm_units_rescale(b->sum, s->scale, scale);
        for (int i = 0; i < 2 * (scale - s->scale); i++)
            if (!cm_wide_multiply(&b->squares, 10) || b->squares.limb[CM_WIDE_LIMBS - 1] != 0)
                squares_overflow(scale);
    }
    s->scale = scale;
}

static void
add_sum(cm_sum *to, const cm_sum *from, int scale)
{
    to->n = cm_add_counts(to->n, from->n, "rows");
    to->sum = cm_units_add(to->sum, from->sum, scale);
    if (!cm_wide_add(&to->squares, &from->squares) || to->squares.limb[CM_WIDE_LIMBS - 1] != 0)
        squares_overflow(scale);
}

/* The same content at a scale that is not coarser; the state itself where it is at that scale. */
static const cm_sums *
at_scale(const cm_sums *s, int scale)
{
    if (s->scale == scale)
        return s;

    cm_sums *finer = cm_state_copy(s);

    refine(finer, scale);
    return finer;
}

/* ---- aggregate steps ---- */

static void
weight_error(cm_money weight, const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s is negative: %g", cm_quoted(what), cm_money_to_float(weight)),
                    errdetail("A row stands for as many others as its weight says: zero or more.")));
}

Datum
cm_sums_accum(FunctionCallInfo fcinfo, const cm_sums_kind *kind, int bin, cm_money value)
{
    cm_sums *s = check_sums(cm_state_own(fcinfo, 0, &kind->state), kind);
    cm_sum *b = &s->bins[bin];
    bool fits = true;

    if (kind->weights && unlikely(value.units <= 0)) {
        if (value.units < 0)
            weight_error(value, kind->value);
        PG_RETURN_POINTER(s);
    }
    if (unlikely(value.scale > s->scale))
        refine(s, value.scale);
    if (value.scale < s->scale)
        value.units = cm_units_rescale(value.units, value.scale, s->scale);
    b->sum = cm_units_add(b->sum, value.units, s->scale);
    if (likely(value.units == (int64) value.units))
        fits = cm_wide_add_short_square(&b->squares, (int64) value.units);
    else {
        cm_wide square = cm_wide_square(value.units);

        fits = cm_wide_add(&b->squares, &square);
    }
    if (unlikely(!fits || b->squares.limb[CM_WIDE_LIMBS - 1] != 0))
        squares_overflow(s->scale);
    if (unlikely(b->n >= CM_MAX_COUNT))
        cm_add_counts(b->n, 1, "rows");
    b->n++;
    PG_RETURN_POINTER(s);
}

void
cm_sums_add(cm_sums *to, int bin, const cm_sums *from, int from_bin)
{
    if (from->scale > to->scale)
        refine(to, from->scale);
    add_sum(&to->bins[bin], &at_scale(from, to->scale)->bins[from_bin], to->scale);
}

Datum
cm_sums_combine(FunctionCallInfo fcinfo, const cm_sums_kind *kind)
{
    cm_sums *s = check_sums(cm_state_own(fcinfo, 0, &kind->state), kind);
    const cm_sums *other = cm_sums_read(PG_GETARG_DATUM(1), kind);

    if (other->scale > s->scale)
        refine(s, other->scale);
    other = at_scale(other, s->scale);
    for (int bin = 0; bin < kind->bins; bin++)
        add_sum(&s->bins[bin], &other->bins[bin], s->scale);
    PG_RETURN_POINTER(s);
}

/* ---- results ---- */

static double
square_unit(int scale)
{
    return (double) cm_power_of_ten(scale) * (double) cm_power_of_ten(scale);
}

double
cm_sums_sum(const cm_sums *s, int bin)
{
    return cm_money_to_float((cm_money){s->bins[bin].sum, s->scale, 0});
}

double
cm_sums_squares(const cm_sums *s, int bin)
{
    return cm_wide_to_double(&s->bins[bin].squares) / square_unit(s->scale);
}

/* n times the sum of squares less the square of the sum: n^2 times the mean square deviation. False if negative. */
static bool
spread_of(const cm_sum *b, cm_wide *spread)
{
    cm_wide square = cm_wide_square(b->sum);

    *spread = b->squares;
    return cm_wide_multiply(spread, (uint64) b->n) && cm_wide_subtract(spread, &square);
}

bool
cm_sums_possible(const cm_sums *s, int bin)
{
    cm_wide spread;

    return spread_of(&s->bins[bin], &spread) && (s->bins[bin].n != 1 || cm_wide_is_zero(&spread)) &&
           (s->bins[bin].n > 0 || (s->bins[bin].sum == 0 && cm_wide_is_zero(&s->bins[bin].squares)));
}

#define EXACT_POWER 22 /* of ten: the last that is a double */

static cm_two_doubles
mean_of(const cm_sum *b, int scale)
{
    int first = Min(scale, EXACT_POWER);
    cm_two_doubles mean = cm_divide(cm_two_doubles_of(b->sum), (double) b->n);

    mean = cm_divide(mean, (double) cm_power_of_ten(first));
    return first == scale ? mean : cm_divide(mean, (double) cm_power_of_ten(scale - first));
}

cm_moments
cm_sums_moments(const cm_sums *s, int bin)
{
    const cm_sum *b = &s->bins[bin];
    double n = (double) b->n;
    cm_wide spread;

    if (b->n == 0)
        return (cm_moments){0.0, NAN, NAN, 0.0};
    spread_of(b, &spread);

    cm_two_doubles mean = mean_of(b, s->scale);

    return (cm_moments){n, mean.value,
                        b->n == 1 ? NAN : cm_wide_to_double(&spread) / square_unit(s->scale) / n / (n - 1.0),
                        mean.rest};
}
