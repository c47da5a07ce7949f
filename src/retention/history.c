/* Questions about one customer's active periods; see history.h. */
#include "postgres.h"

#include "utils/memutils.h"

#include "retention/history.h"

cm_report_horizon
cm_horizon_at(cm_calendar calendar, DateADT as_of)
{
    int32 period = cm_period_of(calendar, as_of);
    bool running = cm_period_start(calendar, period) < as_of;

    return (cm_report_horizon){.finished = period, .begun = period + running};
}

void
cm_history_reserve(cm_active_periods *h, int64 more)
{
    int64 capacity = Max(h->capacity * 2, h->n + more);
    int32 *periods = MemoryContextAllocHuge(CurrentMemoryContext, capacity * sizeof(int32));

    if (h->n > 0)
        memcpy(periods, h->periods, h->n * sizeof(int32));
    if (h->periods != NULL)
        pfree(h->periods);
    h->periods = periods;
    h->capacity = capacity;
}

cm_retention_mode
cm_retention_mode_from_text(const cm_word *word)
{
    static const char *const names[] = {"on", "on_or_after", "on_or_before", "streak", NULL};

    return (cm_retention_mode) cm_option(word, "mode", names);
}

/* The index of the first member that is not below period. */
static int64
find(const cm_active_periods *h, int64 period)
{
    int64 low = 0, high = h->n;

    while (low < high) {
        int64 middle = low + (high - low) / 2;

        if (h->periods[middle] < period)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64
cm_history_count(const cm_active_periods *h, int64 from, int64 to)
{
    return find(h, to) - find(h, from);
}

/* Members of the first run of neighbours. */
static int64
first_run(const cm_active_periods *h)
{
    int64 run = 1;

    while (run < h->n && h->periods[run] == h->periods[0] + run)
        run++;
    return h->n == 0 ? 0 : run;
}

int64
cm_history_longest_run(const cm_active_periods *h)
{
    int64 longest = 0, run = 0;

    for (int64 i = 0; i < h->n; i++) {
        run = i > 0 && h->periods[i] - 1 == h->periods[i - 1] ? run + 1 : 1;
        longest = Max(longest, run);
    }
    return longest;
}

int64
cm_history_current_run(const cm_active_periods *h, int32 finished)
{
    int64 run = 1;

    if (h->n == 0 || (int64) h->periods[h->n - 1] < (int64) finished - 1)
        return 0;
    while (run < h->n && h->periods[h->n - 1 - run] + run == h->periods[h->n - 1])
        run++;
    return run;
}

int64
cm_history_silence(const cm_active_periods *h, int32 finished)
{
    return (int64) finished - 1 - h->periods[h->n - 1];
}

bool
cm_history_retained(const cm_active_periods *h, cm_retention_mode mode, int64 after)
{
    int64 period = h->periods[0] + after;

    switch (mode) {
        case CM_ON:
            return cm_history_count(h, period, period + 1) > 0;
        case CM_ON_OR_AFTER:
            return h->periods[h->n - 1] >= period;
        case CM_ON_OR_BEFORE:
            return after == 0 || (h->n > 1 && h->periods[1] <= period);
        case CM_STREAK:
            return first_run(h) > after;
    }
    return false;
}

cm_stage
cm_history_stage(const cm_active_periods *h, int64 period, int64 lookback)
{
    int64 at = find(h, period);

    if (at < h->n && h->periods[at] == period) {
        if (at == 0)
            return CM_NEW;
        return period - h->periods[at - 1] <= lookback ? CM_RETURNING : CM_RESURRECTED;
    }

    int64 gap = period - h->periods[at - 1];

    return gap < lookback ? CM_QUIET : gap == lookback ? CM_DORMANT : CM_INACTIVE;
}
