/*
 * ABC analysis: who makes how much of the whole. Values are lined up from the greatest down; class A reaches the first
 * bound of their sum, B the second, and so on (H. F. Dickie, ABC inventory analysis shoots for dollars, not pennies,
 * Factory Management and Maintenance 109, 1951). Equal values are in one class. Values of zero or less add nothing to
 * the whole and have no class.
 *
 * Sums are exact: values are taken as integers of the smallest decimal unit they all share, such as cents, or, if
 * there is none, of a binary unit 2^-62 of the greatest. So the order of rows cannot matter, nor does 0.1 + 0.2.
 */
#ifndef CM_ABC_H
#define CM_ABC_H

#include "fmgr.h"

#define CM_ABC_MOST_BOUNDS 25 /* classes A to Z */

/* Whether the item that crosses a bound belongs to the class above or below it. */
typedef enum cm_abc_boundary { CM_CROSSING_UP, CM_CROSSING_DOWN } cm_abc_boundary;

typedef struct cm_abc {
    cm_abc_boundary boundary;
    int bounds;
    int64 bound[CM_ABC_MOST_BOUNDS];   /* shares of the sum, in billionths */
    uint64 lowest[CM_ABC_MOST_BOUNDS]; /* units: the least value that is above each border */
} cm_abc;

/* Values as integers. */
typedef struct cm_abc_units {
    int64 count;
    uint64 *units;
    double decimal; /* a value is units / decimal, */
    int exponent;   /* or, if that is 0, units / 2^exponent */
} cm_abc_units;

extern cm_abc cm_abc_options(Datum bounds, Datum boundary);
extern cm_abc_units cm_abc_units_of(const double *values, int64 count); /* positive values */
extern double cm_abc_value(const cm_abc_units *u, int128 units);
/* From ascending units, and how often each occurs (NULL: once): notes how far down each class reaches. */
extern void cm_abc_find_borders(cm_abc *c, const uint64 *units, const int64 *times, int64 count);

static inline char
cm_abc_label(const cm_abc *c, uint64 units)
{
    char label = 'A';

    for (int k = 0; k < c->bounds; k++)
        label += units < c->lowest[k];
    return label;
}

#endif
