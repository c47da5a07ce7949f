/* The rfm type: text and binary form, parts, order; see rfm.h. */
#include "postgres.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"

#include "core/parse.h"
#include "segment/rfm.h"

bool
cm_rfm_valid(int64 rfm)
{
    if (rfm < 0 || rfm >> 24 != 0)
        return false;
    for (int d = 0; d < 3; d++)
        if (cm_rfm_score((cm_rfm) rfm, d) < 1 || cm_rfm_score((cm_rfm) rfm, d) > CM_RFM_MAX_SCORE)
            return false;
    return true;
}

cm_rfm
cm_rfm_check(int64 recency, int64 frequency, int64 monetary)
{
    const int64 scores[] = {recency, frequency, monetary};

    for (int d = 0; d < 3; d++)
        if (scores[d] < 1 || scores[d] > CM_RFM_MAX_SCORE)
            ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                            errmsg("RFM score " INT64_FORMAT " is out of range", scores[d]),
                            errdetail("A score is from 1, the worst, to at most %d.", CM_RFM_MAX_SCORE)));
    return cm_rfm_make(recency, frequency, monetary);
}

char *
cm_rfm_cstring(cm_rfm rfm)
{
    return psprintf("%d-%d-%d", cm_rfm_score(rfm, 0), cm_rfm_score(rfm, 1), cm_rfm_score(rfm, 2));
}

/* "5-4-3" */
CM_INPUT_FUNCTION(cm_rfm_in)
{
    cm_parser p = cm_parse_begin("rfm_cell", PG_GETARG_CSTRING(0));
    cm_rfm rfm = 0;

    for (int d = 0; d < 3; d++) {
        if (d > 0)
            cm_parse_char(&p, '-');
        rfm = rfm << 8 | (cm_rfm) cm_parse_int(&p, 1, CM_RFM_MAX_SCORE);
    }
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
        cm_receive_fail("rfm_cell", "A score is out of range");
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

/* make_rfm(recency_score, frequency_score, monetary_score) */
PG_FUNCTION_INFO_V1(cm_make_rfm);
Datum
cm_make_rfm(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT32(cm_rfm_check(PG_GETARG_INT32(0), PG_GETARG_INT32(1), PG_GETARG_INT32(2)));
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
