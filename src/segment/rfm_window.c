/*
 * rfm(recency, frequency, monetary, bins, method) OVER (...): the scores of each customer of the partition. A
 * customer without a purchase, or with any other of the three unknown, has no scores and is not counted among those
 * whom the others are ranked with.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "segment/scoring.h"
#include "segment/window.h"

enum { RECENCY, FREQUENCY, MONETARY, BINS, METHOD }; /* arguments */

/* Collects what is known of the customers; marks their rows in scores. */
static cm_scoring
collect(cm_window *w, uint64 (*recency_key)(Datum), cm_rfm *scores)
{
    cm_scoring s = cm_scoring_begin(w->rows);
    Datum values[MONETARY + 1];

    for (int64 row = 0; row < w->rows; row++) {
        if (!cm_window_row(w, row, MONETARY + 1, values))
            continue;
        s.keys[RECENCY][s.count] = recency_key(values[RECENCY]);
        s.keys[FREQUENCY][s.count] = cm_scoring_key_frequency(DatumGetFloat8(values[FREQUENCY]));
        s.keys[MONETARY][s.count++] = cm_scoring_key_monetary(DatumGetFloat8(values[MONETARY]));
        scores[row] = 1;
    }
    return s;
}

static void
score_partition(cm_window *w, uint64 (*recency_key)(Datum), cm_rfm *scores)
{
    int bins = cm_scoring_check_bins(DatumGetInt32(cm_window_option(w, BINS, "bins")));
    cm_scoring_method method =
        cm_scoring_method_from_text(DatumGetTextPP(cm_window_option(w, METHOD, "method")));
    cm_scoring s = collect(w, recency_key, scores);
    const cm_rfm *next = cm_scoring_finish(&s, bins, method);

    for (int64 row = 0; row < w->rows; row++)
        if (scores[row] != 0)
            scores[row] = *next++;
}

static Datum
return_scores(FunctionCallInfo fcinfo, void (*fill)(cm_window *, void *))
{
    cm_rfm scores = *(cm_rfm *) cm_window_answer(fcinfo, sizeof(cm_rfm), fill);

    if (scores == 0)
        PG_RETURN_NULL();
    PG_RETURN_INT32(scores);
}

static uint64
date_key(Datum value)
{
    return cm_scoring_key_date(DatumGetDateADT(value));
}

static void
fill_from_dates(cm_window *w, void *scores)
{
    score_partition(w, date_key, scores);
}

/* rfm(date, ...) OVER */
PG_FUNCTION_INFO_V1(cm_rfm_of_date);
Datum
cm_rfm_of_date(PG_FUNCTION_ARGS)
{
    return return_scores(fcinfo, fill_from_dates);
}

static uint64
timestamp_key(Datum value)
{
    return cm_scoring_key_timestamp(DatumGetTimestamp(value));
}

static void
fill_from_timestamps(cm_window *w, void *scores)
{
    score_partition(w, timestamp_key, scores);
}

/* rfm(timestamp, ...) OVER and rfm(timestamptz, ...) OVER */
PG_FUNCTION_INFO_V1(cm_rfm_of_timestamp);
Datum
cm_rfm_of_timestamp(PG_FUNCTION_ARGS)
{
    return return_scores(fcinfo, fill_from_timestamps);
}

static uint64
days_key(Datum value)
{
    return cm_scoring_key_days(DatumGetFloat8(value));
}

static void
fill_from_days(cm_window *w, void *scores)
{
    score_partition(w, days_key, scores);
}

/* rfm(double precision, ...) OVER */
PG_FUNCTION_INFO_V1(cm_rfm_of_days);
Datum
cm_rfm_of_days(PG_FUNCTION_ARGS)
{
    return return_scores(fcinfo, fill_from_days);
}
