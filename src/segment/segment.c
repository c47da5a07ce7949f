/* The built-in segment maps and their labels; see segment.h. */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "segment/segment.h"

/*
 * One letter a segment. rf10 looks at recency (rows, 1 to 5) and frequency (letters, 1 to 5). cells11 looks at all
 * three: monetary value, 1 to 5, are the letters of a group. It is the list of 125 cells in its full form: the one
 * that is copied most leaves out 2-3-1, 2-4-1 and 2-5-1.
 *
 * C Champions, L Loyal, P Potential Loyalist, N New, R Promising, A Needs Attention, S About to Sleep, K At Risk,
 * X Cannot Lose, H Hibernating, Z Lost
 */
static const char letters[] = "CLPNRASKXHZ"; /* cm_segment */

static const char *const rf10[CM_DEFAULT_BINS] = {
    "HHKKX", "HHKKX", "SSALL", "RPPLL", "NPPCC",
};

static const char *const cells11[CM_DEFAULT_BINS][CM_DEFAULT_BINS] = {
    {"ZZXXX", "ZHHKK", "ZHKKK", "ZKKXK", "ZKKXX"}, {"HHSXX", "SHHKK", "SHHKK", "SKKKK", "SKKKK"},
    {"NSRRR", "SHPAA", "SHPAL", "PPALL", "PPPLL"}, {"NNRRR", "NNPRR", "PPPAL", "PPALC", "PPPCC"},
    {"NNRRR", "RRRRR", "PPPAA", "PPLCC", "PPPCC"},
};

static const char *const labels[][CM_LANGS] = {
    /* cm_segment, cm_lang */
    {"Champions", "冠军客户"},
    {"Loyal", "忠诚客户"},
    {"Potential Loyalist", "潜在忠诚客户"},
    {"New", "新客户"},
    {"Promising", "潜力客户"},
    {"Needs Attention", "需要关注客户"},
    {"About to Sleep", "即将沉睡客户"},
    {"At Risk", "流失风险客户"},
    {"Cannot Lose", "不可失去客户"},
    {"Hibernating", "休眠客户"},
    {"Lost", "流失客户"},
};

cm_segment_map
cm_segment_map_from_text(text *word)
{
    static const char *const names[] = {"rf10", "cells11", NULL}; /* cm_segment_map */

    return (cm_segment_map) cm_option(word, "map", names);
}

text *
cm_segment_label(cm_segment segment, cm_lang lang)
{
    return cm_label_text(labels[segment][lang]);
}

/* The built-in maps are for five bins. */
cm_segment
cm_segment_of(cm_rfm rfm, cm_segment_map map)
{
    cm_rfm of_map = cm_rfm_rebin(rfm, CM_DEFAULT_BINS);
    int r = cm_rfm_score(of_map, 0);
    int f = cm_rfm_score(of_map, 1);
    int m = cm_rfm_score(of_map, 2);
    char letter = map == CM_RF10 ? rf10[r - 1][f - 1] : cells11[r - 1][f - 1][m - 1];

    return (cm_segment) (strchr(letters, letter) - letters);
}

/* segment(rfm, map, lang) */
PG_FUNCTION_INFO_V1(cm_segment_text);
Datum
cm_segment_text(PG_FUNCTION_ARGS)
{
    cm_segment segment = cm_segment_of(PG_GETARG_RFM(0), cm_segment_map_from_text(PG_GETARG_TEXT_PP(1)));

    PG_RETURN_TEXT_P(cm_segment_label(segment, cm_lang_from_text(PG_GETARG_TEXT_PP(2))));
}

/* segment_rank(rfm, map): from 1, in the order of the enum rfm_segment */
PG_FUNCTION_INFO_V1(cm_segment_rank);
Datum
cm_segment_rank(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT16(1 + cm_segment_of(PG_GETARG_RFM(0), cm_segment_map_from_text(PG_GETARG_TEXT_PP(1))));
}
