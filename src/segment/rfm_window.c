/*
 * rfm(recency, frequency, monetary, bins, method) OVER (...): the scores of each customer of the partition. A
 * customer without a purchase, or with any other of the three unknown, has no scores and is not counted among those
 * whom the others are ranked with.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "core/check.h"
#include "core/money.h"
#include "core/window.h"
#include "segment/scoring.h"

enum { RECENCY, FREQUENCY, MONETARY, BINS, METHOD }; /* arguments */

/* How the first and the third argument are read, by their types. */
typedef struct reader {
    bool moments; /* recency: when, not how many days ago */
    double (*monetary)(Datum);
} reader;

/* Collects what is known of the customers; marks their rows in scores. */
static cm_scoring
collect(cm_window *w, reader read, cm_rfm *scores)
{
    cm_scoring s = cm_scoring_begin(w->rows);
    int kinds = 0;
    Datum values[MONETARY + 1];

    for (int64 row = 0; row < w->rows; row++) {
        if (!cm_window_row(w, row, MONETARY + 1, values))
            continue;
        s.keys[RECENCY][s.count] = read.moments
                                       ? cm_scoring_key_moment(DatumGetInt64(values[RECENCY]), &kinds)
                                       : cm_scoring_key_days(DatumGetFloat8(values[RECENCY]));
        s.keys[FREQUENCY][s.count] = cm_scoring_key_frequency(DatumGetFloat8(values[FREQUENCY]));
        s.keys[MONETARY][s.count++] = cm_scoring_key_monetary(read.monetary(values[MONETARY]));
        scores[row] = 1;
    }
    return s;
}

static void
score_partition(cm_window *w, reader read, cm_rfm *scores)
{
    int bins = cm_check_bins(cm_int_of(DatumGetInt64(cm_window_option(w, BINS, "bins")), "bins"));
    cm_scoring_method method =
        cm_scoring_method_from_text(DatumGetTextPP(cm_window_option(w, METHOD, "method")));
    cm_scoring s = collect(w, read, scores);
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

static double
float8_value(Datum value)
{
    return DatumGetFloat8(value);
}

/* rfm(recency, frequency, monetary, bins, method) OVER, for each pair of types */
#define RFM_WINDOW(name, moments, monetary)                                                                  \
    static void fill_##name(cm_window *w, void *scores)                                                      \
    {                                                                                                        \
        score_partition(w, (reader){moments, monetary}, scores);                                             \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_rfm_of_##name);                                                                   \
    Datum cm_rfm_of_##name(PG_FUNCTION_ARGS)                                                                 \
    {                                                                                                        \
        return return_scores(fcinfo, fill_##name);                                                           \
    }                                                                                                        \
    extern int cm_no_such_variable

RFM_WINDOW(moment_float8, true, float8_value);
RFM_WINDOW(moment_numeric, true, cm_float_from_numeric);
RFM_WINDOW(days_float8, false, float8_value);
RFM_WINDOW(days_numeric, false, cm_float_from_numeric);
