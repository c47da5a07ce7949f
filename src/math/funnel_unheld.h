/*
 * Rows that have no value to hold constant, where the rules ask for one: they belong to no path, but exclusions and strict
 * order see them. So the paths of each value ask what came between two of their moments. The answers are found in a tree
 * over the rows in their order, in time that grows with the logarithm of their number.
 */
#ifndef CM_FUNNEL_UNHELD_H
#define CM_FUNNEL_UNHELD_H

#include "math/funnel_path.h"

typedef struct cm_funnel_unheld {
    const cm_funnel_row *rows; /* by (at, order) */
    size_t count;
    cm_funnel_bar *bars; /* [count + i] of row i; [i] of [2i] and [2i + 1] */
    bool keyed;          /* moments differ by order key, too */
} cm_funnel_unheld;

/* bars has room for 2 * count of them. */
extern cm_funnel_unheld cm_funnel_unheld_rows(const cm_funnel_rules *rules, const cm_funnel_row *rows,
                                              size_t count, cm_funnel_bar *bars);
/* How many of them are before the moment of this row; how many are in it or before. So many are known to be. */
extern size_t cm_funnel_unheld_before(const cm_funnel_unheld *u, const cm_funnel_row *row, size_t known);
extern size_t cm_funnel_unheld_until(const cm_funnel_unheld *u, const cm_funnel_row *row, size_t known);
/* All of those from one number to before another. */
extern cm_funnel_bar cm_funnel_unheld_between(const cm_funnel_unheld *u, size_t from, size_t to);

/*
 * As cm_funnel_find, among rows that may follow each other, in their moments. Paths begin in the moment of `start`, if it
 * is given. Attempts are taken if somebody takes them.
 */
extern void cm_funnel_find_among(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count,
                                 const cm_funnel_row *start, const cm_funnel_unheld *unheld,
                                 cm_funnel_node *nodes, cm_funnel_path *path,
                                 const cm_funnel_attempts *attempts);
/* The same for steps in any order. */
extern void cm_funnel_find_any_order(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count,
                                     const cm_funnel_row *start, const cm_funnel_unheld *unheld,
                                     cm_funnel_path *path, const cm_funnel_attempts *attempts);

#endif
