/* The rfm_cell type: text, binary and JSON form, parts, order; see rfm.h. */
#include "postgres.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "segment/rfm.h"

int
cm_check_bins(int64 bins)
{
    if (bins < 2 || bins > CM_MAX_BINS)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("\"bins\" is out of range: " INT64_FORMAT, bins),
                        errdetail("Scores are from 1 to bins, and bins from 2 to %d.", CM_MAX_BINS)));
    return (int) bins;
}

bool
cm_rfm_valid(cm_rfm rfm)
{
    int bins = cm_rfm_bins(rfm);

    if (rfm < 0 || bins < 2 || bins > CM_MAX_BINS)
        return false;
    for (int d = 0; d < 3; d++)
        if (cm_rfm_score(rfm, d) < 1 || cm_rfm_score(rfm, d) > bins)
            return false;
    return true;
}

/* ---- text, binary and JSON form ---- */

char *
cm_rfm_cstring(cm_rfm rfm)
{
    char *scores = psprintf("%d-%d-%d", cm_rfm_score(rfm, 0), cm_rfm_score(rfm, 1), cm_rfm_score(rfm, 2));

    return cm_rfm_bins(rfm) == CM_DEFAULT_BINS ? scores : psprintf("%s/%d", scores, cm_rfm_bins(rfm));
}

cm_rfm
cm_rfm_parse(cm_parser *p)
{
    int scores[3];
    int bins = CM_DEFAULT_BINS;

    for (int d = 0; d < 3; d++) {
        if (d > 0)
            cm_parse_char(p, '-');
        scores[d] = cm_parse_int(p, 1, CM_MAX_BINS);
    }
    if (cm_parse_maybe(p, '/') && (bins = cm_parse_int(p, 2, CM_MAX_BINS)) == CM_DEFAULT_BINS)
        cm_parse_fail(p, "five bins are not written");
    for (int d = 0; d < 3; d++)
        if (scores[d] > bins)
            cm_parse_fail(p,
                          psprintf("a score exceeds the number of bins, %d; another number is written behind "
                                   "the scores, as in 7-4-3/10",
                                   bins));
    return cm_rfm_make(scores[0], scores[1], scores[2], bins);
}

CM_INPUT_FUNCTION(cm_rfm_in)
{
    cm_parser p = cm_parse_begin("rfm_cell", PG_GETARG_CSTRING(0));
    cm_rfm rfm = cm_rfm_parse(&p);

    cm_parse_end(&p);
    PG_RETURN_INT32(rfm);
}

PG_FUNCTION_INFO_V1(cm_rfm_out);
Datum
cm_rfm_out(PG_FUNCTION_ARGS)
{
    PG_RETURN_CSTRING(cm_rfm_cstring(PG_GETARG_RFM(0)));
}

PG_FUNCTION_INFO_V1(cm_rfm_recv);
Datum
cm_rfm_recv(PG_FUNCTION_ARGS)
{
    cm_rfm rfm = (cm_rfm) pq_getmsgint((StringInfo) PG_GETARG_POINTER(0), 4);

    if (!cm_rfm_valid(rfm))
        cm_receive_fail("rfm_cell", "A score or the number of bins is out of range");
    PG_RETURN_INT32(rfm);
}

PG_FUNCTION_INFO_V1(cm_rfm_send);
Datum
cm_rfm_send(PG_FUNCTION_ARGS)
{
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendint32(&out, PG_GETARG_RFM(0));
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

PG_FUNCTION_INFO_V1(cm_rfm_json);
Datum
cm_rfm_json(PG_FUNCTION_ARGS)
{
    cm_rfm rfm = PG_GETARG_RFM(0);

    PG_RETURN_TEXT_P(cstring_to_text(
        psprintf("{\"recency\": %d, \"frequency\": %d, \"monetary\": %d, \"bins\": %d}", cm_rfm_score(rfm, 0),
                 cm_rfm_score(rfm, 1), cm_rfm_score(rfm, 2), cm_rfm_bins(rfm))));
}

/* ---- making a cell, and its parts ---- */

static void
score_error(int score, int bins)
{
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("RFM score %d is out of range", score),
             errdetail("A score of %d bins is from 1, the worst, to %d, the best.", bins, bins),
             score > 0 && score <= CM_MAX_BINS
                 ? errhint("Name the number of bins, as in make_rfm(7, 1, 10, bins => 10).")
                 : 0));
}

/* make_rfm(recency_score, frequency_score, monetary_score, bins) */
PG_FUNCTION_INFO_V1(cm_make_rfm);
Datum
cm_make_rfm(PG_FUNCTION_ARGS)
{
    static const char *const names[] = {"recency_score", "frequency_score", "monetary_score"};
    int bins = cm_check_bins(CM_ARG_INT(3, "bins"));
    int score[3];

    for (int d = 0; d < 3; d++) {
        score[d] = CM_ARG_INT(d, names[d]);
        if (score[d] < 1 || score[d] > bins)
            score_error(score[d], bins);
    }
    PG_RETURN_INT32(cm_rfm_make(score[0], score[1], score[2], bins));
}

PG_FUNCTION_INFO_V1(cm_rfm_recency_score);
Datum
cm_rfm_recency_score(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT16(cm_rfm_score(PG_GETARG_RFM(0), 0));
}

PG_FUNCTION_INFO_V1(cm_rfm_frequency_score);
Datum
cm_rfm_frequency_score(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT16(cm_rfm_score(PG_GETARG_RFM(0), 1));
}

PG_FUNCTION_INFO_V1(cm_rfm_monetary_score);
Datum
cm_rfm_monetary_score(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT16(cm_rfm_score(PG_GETARG_RFM(0), 2));
}

PG_FUNCTION_INFO_V1(cm_rfm_number_of_bins);
Datum
cm_rfm_number_of_bins(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT16(cm_rfm_bins(PG_GETARG_RFM(0)));
}

/*
 * The rule of scoring.h, 1 + floor(bins * worse / customers), for a customer who has (score - 1/2) of the old bins below.
 * For few bins the middle of the worst share need not lie in the worst bin, nor that of the best in the best one.
 */
static int
rebin_score(int score, int from, int to)
{
    if (score == 1 || score == from)
        return score == 1 ? 1 : to;
    return 1 + to * (2 * score - 1) / (2 * from);
}

cm_rfm
cm_rfm_rebin(cm_rfm rfm, int bins)
{
    int from = cm_rfm_bins(rfm);

    if (likely(from == bins))
        return rfm;
    return cm_rfm_make(rebin_score(cm_rfm_score(rfm, 0), from, bins),
                       rebin_score(cm_rfm_score(rfm, 1), from, bins),
                       rebin_score(cm_rfm_score(rfm, 2), from, bins), bins);
}

/* rfm_rebin(rfm_cell, bins) */
PG_FUNCTION_INFO_V1(cm_rfm_rebin_cell);
Datum
cm_rfm_rebin_cell(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(cm_rfm_rebin(PG_GETARG_RFM(0), cm_check_bins(CM_ARG_INT(1, "bins"))));
}

/* ---- order and hash ---- */

#define RFM_COMPARISON(name, operator)                                                                       \
    PG_FUNCTION_INFO_V1(cm_rfm_##name);                                                                      \
    Datum cm_rfm_##name(PG_FUNCTION_ARGS)                                                                    \
    {                                                                                                        \
        PG_RETURN_BOOL(PG_GETARG_RFM(0) operator PG_GETARG_RFM(1));                                          \
    }                                                                                                        \
    extern int cm_no_such_variable

RFM_COMPARISON(eq, ==);
RFM_COMPARISON(ne, !=);
RFM_COMPARISON(lt, <);
RFM_COMPARISON(le, <=);
RFM_COMPARISON(gt, >);
RFM_COMPARISON(ge, >=);

PG_FUNCTION_INFO_V1(cm_rfm_cmp);
Datum
cm_rfm_cmp(PG_FUNCTION_ARGS)
{
    cm_rfm a = PG_GETARG_RFM(0);
    cm_rfm b = PG_GETARG_RFM(1);

    PG_RETURN_INT32((a > b) - (a < b));
}

PG_FUNCTION_INFO_V1(cm_rfm_hash);
Datum
cm_rfm_hash(PG_FUNCTION_ARGS)
{
    return hash_uint32((uint32) PG_GETARG_RFM(0));
}

PG_FUNCTION_INFO_V1(cm_rfm_hash_extended);
Datum
cm_rfm_hash_extended(PG_FUNCTION_ARGS)
{
    return hash_uint32_extended((uint32) PG_GETARG_RFM(0), PG_GETARG_INT64(1));
}
