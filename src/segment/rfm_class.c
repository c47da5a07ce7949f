/*
 * The eight classes that Chinese CRM practice makes of recency, frequency and monetary value, each high or low. High is
 * a score of the mean of all customers or better, or of given limits or better.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "core/check.h"
#include "core/window.h"
#include "segment/segment.h"

/* A class, from 0: 1 if recency is low, plus 2 if frequency is low, plus 4 if monetary value is low. */
#define CLASSES 8

typedef enum family { CLASSIC, LIFECYCLE, FAMILIES } family;

static const char *const labels[CLASSES][FAMILIES][CM_LANGS] = {
    {{"Important value", "重要价值客户"}, {"Important value", "重要价值客户"}},
    {{"Important retention", "重要保持客户"}, {"Important win-back", "重要换回客户"}},
    {{"Important development", "重要发展客户"}, {"Important cultivation", "重要深耕客户"}},
    {{"Important rescue", "重要挽留客户"}, {"Important rescue", "重要挽留客户"}},
    {{"General value", "一般价值客户"}, {"Potential", "潜力客户"}},
    {{"General retention", "一般保持客户"}, {"General maintenance", "一般维持客户"}},
    {{"General development", "一般发展客户"}, {"New", "新客户"}},
    {{"General rescue", "一般挽留客户"}, {"Lost", "流失客户"}},
};

static text *
class_label(int class, Datum family_word, Datum lang_word)
{
    static const char *const names[] = {"classic", "lifecycle", NULL}; /* family */
    family f = (family) cm_option(DatumGetTextPP(family_word), "family", names);

    return cm_label_text(labels[class][f][cm_lang_from_text(DatumGetTextPP(lang_word))]);
}

/* ---- limits that are given ---- */

/* Arguments 1 to 3: the scores that are high from there on. */
static int
class_by_limits(FunctionCallInfo fcinfo)
{
    static const char *const names[] = {"recency_from", "frequency_from", "monetary_from"};
    int class = 0;

    for (int d = 0; d < 3; d++)
        if (cm_rfm_score(PG_GETARG_RFM(0), d) < cm_check_finite(PG_GETARG_FLOAT8(1 + d), names[d]))
            class |= 1 << d;
    return class;
}

/* rfm_class(rfm, recency_from, frequency_from, monetary_from, family, lang) */
PG_FUNCTION_INFO_V1(cm_rfm_class);
Datum
cm_rfm_class(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(class_label(class_by_limits(fcinfo), PG_GETARG_DATUM(4), PG_GETARG_DATUM(5)));
}

PG_FUNCTION_INFO_V1(cm_rfm_class_rank);
Datum
cm_rfm_class_rank(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT16(1 + class_by_limits(fcinfo));
}

/* ---- the mean of the partition ---- */

static void
bins_error(int a, int b)
{
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("scores are of %d and of %d bins", Min(a, b), Max(a, b)), errdetail("They have no mean."),
             errhint("Read all in one number of bins with rfm_rebin.")));
}

/* First the scores of each row, then its rank in their place: 1 + class, 0 where there are no scores. */
static void
classify(cm_window *w, void *answers)
{
    cm_rfm *ranks = answers;
    int64 sum[3] = {0};
    int64 customers = 0;
    int bins = 0;
    Datum scores;

    for (int64 row = 0; row < w->rows; row++)
        if (cm_window_row(w, row, 1, &scores)) {
            ranks[row] = DatumGetInt32(scores);
            if (customers == 0)
                bins = cm_rfm_bins(ranks[row]);
            if (unlikely(cm_rfm_bins(ranks[row]) != bins))
                bins_error(bins, cm_rfm_bins(ranks[row]));
            for (int d = 0; d < 3; d++)
                sum[d] += cm_rfm_score(ranks[row], d);
            customers++;
        }
    for (int64 row = 0; row < w->rows; row++)
        if (ranks[row] != 0) {
            int class = 0;

            for (int d = 0; d < 3; d++)
                class |= (cm_rfm_score(ranks[row], d) * customers < sum[d]) << d;
            ranks[row] = 1 + class;
        }
}

/* rfm_class(rfm, family, lang) OVER */
PG_FUNCTION_INFO_V1(cm_rfm_class_window);
Datum
cm_rfm_class_window(PG_FUNCTION_ARGS)
{
    int rank = *(cm_rfm *) cm_window_answer(fcinfo, sizeof(cm_rfm), classify);
    bool family_null, lang_null;
    Datum family_word = WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), 1, &family_null);
    Datum lang_word = WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), 2, &lang_null);

    if (rank == 0 || family_null || lang_null)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(class_label(rank - 1, family_word, lang_word));
}

/* rfm_class_rank(rfm) OVER */
PG_FUNCTION_INFO_V1(cm_rfm_class_rank_window);
Datum
cm_rfm_class_rank_window(PG_FUNCTION_ARGS)
{
    int rank = *(cm_rfm *) cm_window_answer(fcinfo, sizeof(cm_rfm), classify);

    if (rank == 0)
        PG_RETURN_NULL();
    PG_RETURN_INT16(rank);
}
