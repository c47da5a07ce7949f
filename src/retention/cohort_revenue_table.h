/* The table that the reports on money by cohort read: cohorts, and what they brought in each period after their own. */
#ifndef CM_COHORT_REVENUE_TABLE_H
#define CM_COHORT_REVENUE_TABLE_H

#include "retention/cohort_revenue.h"
#include "retention/cohorts.h"

/* A cohort in a period, n periods after its own. */
typedef struct cm_revenue_cell {
    int128 revenue, cost;
    int128 end;  /* revenue of those who brought some in period 0 */
    int128 kept; /* of it, of each customer no more than in period 0 */
    int64 orders, buyers;
} cm_revenue_cell;

/* Its cells are kept up to the last period with an amount of anyone. */
typedef struct cm_revenue_cohort {
    int64 customers;
    int64 begun, complete; /* periods, at as_of */
    int64 kept;            /* cells */
    cm_revenue_cell *cells;
} cm_revenue_cohort;

typedef struct cm_revenue_table {
    const cm_map *map;
    const cm_revenue_params *params;
    cm_report_horizon horizon;
    cm_report_span span;
    int64 cells; /* of all cohorts */
    int64 count; /* rows; 0: nobody is known */
    cm_revenue_cohort *rows;
} cm_revenue_table;

/* From arguments (cohort_revenue, as_of, ...). */
extern cm_revenue_table cm_revenue_table_of(FunctionCallInfo fcinfo);

static inline cm_revenue_cell
cm_revenue_cell_of(const cm_revenue_cohort *row, int64 n)
{
    return n < row->kept ? row->cells[n] : (cm_revenue_cell){0};
}

static inline void
cm_revenue_sum(int128 *sum, int128 units, int scale)
{
    *sum = cm_units_add(*sum, units, scale);
}

static inline cm_money
cm_revenue_money(const cm_revenue_table *t, int128 units)
{
    return (cm_money){units, t->params->scales[0], 0};
}

static inline cm_money
cm_margin_money(const cm_revenue_table *t, int128 units, int128 cost)
{
    return cm_money_subtract(cm_revenue_money(t, units), (cm_money){cost, t->params->scales[1], 0});
}

#endif
