/* Churn and retention of a period from its subscribers; see subscribers.h and churn.h. */
#include "postgres.h"

#include <math.h>

#include "core/row.h"
#include "states/rate.h"
#include "subscription/churn.h"
#include "subscription/subscribers.h"

typedef struct churn_counts {
    cm_churn_counts counts;
    int64 customer_days;
} churn_counts;

static void
count_customer(churn_counts *c, const cm_span *spans, uint32 n, int32 days)
{
    bool at_start = spans[0].from < 0;
    bool at_end = spans[n - 1].to == days;

    for (uint32 i = 0; i < n; i++)
        c->customer_days += spans[i].to - Max(spans[i].from, 0);
    c->counts.at_start += at_start;
    c->counts.at_end += at_end;
    c->counts.joined += at_end && !at_start;
    c->counts.lost += at_start && !at_end;
    c->counts.losses += n - at_end;
}

/* Counting needs no order of customers, so a state that is not canonical is not made so: only the spans are joined. */
static churn_counts
count_churn(Datum state)
{
    const cm_map *map = cm_map_read_raw(state, &cm_subscribers_class);
    churn_counts c = {{0}, 0};
    int32 days = cm_subscribers_days(map);
    cm_map_edit edit = {NULL, NULL, &cm_subscribers_class};

    if (map->index_bits > 0) { /* a copy: final functions change no state */
        edit.map = cm_state_copy(map);
        cm_map_flush(&edit);
        map = edit.map;
    }
    CM_MAP_EACH (map, entry) {
        cm_list *list = cm_subscriber_spans(map, entry);
        cm_span *spans = cm_list_data(map, list);

        if (edit.map != NULL && list->used > 1)
            list->used = cm_spans_join(spans, list->used);
        count_customer(&c, spans, list->used, days);
    }
    c.counts.customer_periods = days > 0 ? (double) c.customer_days / days : NAN;
    return c;
}

/* churn_rate(subscribers, denominator) */
PG_FUNCTION_INFO_V1(cm_subscribers_churn_rate);
Datum
cm_subscribers_churn_rate(PG_FUNCTION_ARGS)
{
    cm_denominator denominator = PG_NARGS() < 2 ? CM_AT_START : cm_denominator_from_text(PG_GETARG_OPTION(1));
    churn_counts c = count_churn(PG_GETARG_DATUM(0));

    CM_RETURN_FLOAT(cm_churn_under(&c.counts, denominator));
}

PG_FUNCTION_INFO_V1(cm_subscribers_retention_rate);
Datum
cm_subscribers_retention_rate(PG_FUNCTION_ARGS)
{
    churn_counts c = count_churn(PG_GETARG_DATUM(0));
    cm_rate kept = {c.counts.at_start - c.counts.lost, c.counts.at_start};

    CM_RETURN_FLOAT(cm_rate_value(&kept));
}

/* churn(subscribers): those lost of the start, as a rate */
PG_FUNCTION_INFO_V1(cm_subscribers_churn);
Datum
cm_subscribers_churn(PG_FUNCTION_ARGS)
{
    churn_counts c = count_churn(PG_GETARG_DATUM(0));

    PG_RETURN_POINTER(cm_rate_make(c.counts.lost, c.counts.at_start, "lost", "at_start"));
}

/* churn_counts(subscribers) -> period_start, period_end, at_start, joined, lost, losses, at_end, customer_days */
PG_FUNCTION_INFO_V1(cm_subscribers_counts);
Datum
cm_subscribers_counts(PG_FUNCTION_ARGS)
{
    const cm_map *map = cm_map_read_raw(PG_GETARG_DATUM(0), &cm_subscribers_class);
    churn_counts c = count_churn(PointerGetDatum(map));
    cm_row row = cm_row_empty();

    if (cm_subscribers_days(map) > 0) {
        cm_row_set(&row, 0, DateADTGetDatum(cm_subscribers_period(map)->period_start));
        cm_row_set(&row, 1, DateADTGetDatum(cm_subscribers_period(map)->period_end));
    }
    cm_row_set_int(&row, 2, c.counts.at_start);
    cm_row_set_int(&row, 3, c.counts.joined);
    cm_row_set_int(&row, 4, c.counts.lost);
    cm_row_set_int(&row, 5, c.counts.losses);
    cm_row_set_int(&row, 6, c.counts.at_end);
    cm_row_set_int(&row, 7, c.customer_days);
    return cm_row_return(fcinfo, &row);
}
