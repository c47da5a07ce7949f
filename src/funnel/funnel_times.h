/* How long many customers took for one step: quantiles of times. */
#ifndef CM_FUNNEL_TIMES_H
#define CM_FUNNEL_TIMES_H

/* Each time by itself, in any order; or, from a base, ascending times and up to which position each of them reaches. */
typedef struct cm_funnel_times {
    uint64 *values; /* microseconds */
    uint64 *until;  /* NULL where each is one */
    size_t count, capacity;
} cm_funnel_times;

extern void cm_funnel_add_time(cm_funnel_times *t, int64 value);
/* So many of one time, which is larger than those before; not together with the other. */
extern void cm_funnel_add_times(cm_funnel_times *t, int64 value, int64 many);
/* In days, between neighbours by linear interpolation, as percentile_cont; NaN of nothing. */
extern void cm_funnel_median_and_p90(const cm_funnel_times *t, double *median, double *p90);

#endif
