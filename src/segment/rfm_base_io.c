/* Text and binary form of rfm_base; see rfm_base.h. */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "common/check.h"
#include "common/parse.h"
#include "math/sort.h"
#include "segment/rfm_base.h"

/* "1:", then for each dimension, with "/" between, the values in ascending order, "*" and the count unless it is 1. */
PG_FUNCTION_INFO_V1(cm_rfm_base_out);
Datum
cm_rfm_base_out(PG_FUNCTION_ARGS)
{
    const cm_rfm_base *base = cm_rfm_base_read(PG_GETARG_DATUM(0));
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", base->head.version);
    for (int d = 0; d < 3; d++) {
        const cm_run *run = cm_rfm_base_runs(base, d);

        if (d > 0)
            appendStringInfoChar(&out, '/');
        for (uint32 i = 0; i < base->runs[d]; i++) {
            CHECK_FOR_INTERRUPTS();
            if (i > 0)
                appendStringInfoChar(&out, ',');
            cm_append_float(&out, cm_sort_value(run[i].key));
            if (run[i].count > 1)
                appendStringInfo(&out, "*" INT64_FORMAT, run[i].count);
        }
    }
    PG_RETURN_CSTRING(out.data);
}

/* A base that is read: room for runs grows with what comes. */
typedef struct reader {
    cm_rfm_parts p;
    uint32 room;  /* runs, of the current dimension */
    int64 counts; /* their sum */
} reader;

/* Appends a run; what is wrong with it, or NULL. */
static const char *
append_run(reader *r, int dimension, double value, int64 count)
{
    uint32 runs = r->p.runs[dimension];
    cm_run *run = r->p.run[dimension];
    uint64 key = cm_sort_key(value);

    if (!isfinite(value) || (dimension < 2 && value < 0))
        return "values must be finite, days and frequencies not negative";
    if (runs > 0 && run[runs - 1].key >= key)
        return "values must ascend";
    if (count < 1 || count > CM_MAX_COUNT - r->counts)
        return "a count is out of range";
    if (runs == r->room) {
        r->room *= 2;
        run = r->p.run[dimension] = repalloc_huge(run, (Size) r->room * sizeof(cm_run));
    }
    run[r->p.runs[dimension]++] = (cm_run){key, count};
    r->counts += count;
    return NULL;
}

static void
begin_dimension(reader *r, int dimension)
{
    r->room = 16;
    r->counts = 0;
    r->p.run[dimension] = palloc(r->room * sizeof(cm_run));
}

/* Every dimension has all customers. */
static const char *
end_dimension(reader *r, int dimension)
{
    if (dimension > 0 && r->counts != r->p.customers)
        return "the dimensions differ in their number of customers";
    r->p.customers = r->counts;
    return NULL;
}

PG_FUNCTION_INFO_V1(cm_rfm_base_in);
Datum
cm_rfm_base_in(PG_FUNCTION_ARGS)
{
    cm_parser parser = cm_parse_begin("rfm_base", PG_GETARG_CSTRING(0));
    reader r = {0};

    cm_parse_version(&parser, cm_rfm_base_class.version);
    for (int d = 0; d < 3; d++) {
        const char *wrong;

        begin_dimension(&r, d);
        if (d > 0)
            cm_parse_char(&parser, '/');
        while (*parser.at != '/' && *parser.at != '\0') {
            if (r.p.runs[d] > 0)
                cm_parse_char(&parser, ',');

            double value = cm_parse_float(&parser);
            int64 count = cm_parse_maybe(&parser, '*') ? cm_parse_int(&parser, 2, CM_MAX_COUNT) : 1;

            CHECK_FOR_INTERRUPTS();
            if ((wrong = append_run(&r, d, value, count)) != NULL)
                cm_parse_fail(&parser, wrong);
        }
        if ((wrong = end_dimension(&r, d)) != NULL)
            cm_parse_fail(&parser, wrong);
    }
    cm_parse_end(&parser);
    PG_RETURN_POINTER(cm_rfm_base_join(&r.p, 0));
}

PG_FUNCTION_INFO_V1(cm_rfm_base_send);
Datum
cm_rfm_base_send(PG_FUNCTION_ARGS)
{
    const cm_rfm_base *base = cm_rfm_base_read(PG_GETARG_DATUM(0));
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, base->head.version);
    for (int d = 0; d < 3; d++) {
        const cm_run *run = cm_rfm_base_runs(base, d);

        pq_sendint32(&out, base->runs[d]);
        for (uint32 i = 0; i < base->runs[d]; i++) {
            CHECK_FOR_INTERRUPTS();
            pq_sendfloat8(&out, cm_sort_value(run[i].key));
            pq_sendint64(&out, run[i].count);
        }
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

PG_FUNCTION_INFO_V1(cm_rfm_base_recv);
Datum
cm_rfm_base_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    reader r = {0};

    cm_receive_version(in, "rfm_base", cm_rfm_base_class.version);
    for (int d = 0; d < 3; d++) {
        uint32 runs = pq_getmsgint(in, 4);
        const char *wrong = NULL;

        begin_dimension(&r, d);
        for (uint32 i = 0; i < runs && wrong == NULL; i++) {
            double value = pq_getmsgfloat8(in);

            CHECK_FOR_INTERRUPTS();
            wrong = append_run(&r, d, value, pq_getmsgint64(in));
        }
        if (wrong != NULL || (wrong = end_dimension(&r, d)) != NULL)
            cm_receive_fail("rfm_base", wrong);
    }
    PG_RETURN_POINTER(cm_rfm_base_join(&r.p, 0));
}
