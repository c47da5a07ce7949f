/* How long many customers took for one step: quantiles of times. */
#ifndef CM_FUNNEL_TIMES_H
#define CM_FUNNEL_TIMES_H

typedef struct cm_funnel_times {
    uint64 *values; /* microseconds */
    size_t count, capacity;
} cm_funnel_times;

extern void cm_funnel_add_time(cm_funnel_times *t, int64 value);
/* In days, between neighbours by linear interpolation, as percentile_cont; NaN of nothing. */
extern void cm_funnel_median_and_p90(const cm_funnel_times *t, double *median, double *p90);

#endif
