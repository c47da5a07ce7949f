/* Text, binary and JSON form of sorted runs; see value_counts.h. */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "core/check.h"
#include "core/parse.h"
#include "math/sort.h"
#include "segment/value_counts.h"

/* "1:", then for each dimension, with "/" between, the values in ascending order, "*" and the count unless it is 1. */
char *
cm_value_counts_out(const cm_value_counts *runs, const cm_value_counts_class *cls)
{
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", runs->head.version);
    for (int d = 0; d < cls->dimensions; d++) {
        const cm_run *run = cm_value_counts_of(runs, d);

        if (d > 0)
            appendStringInfoChar(&out, '/');
        for (uint32 i = 0; i < runs->runs[d]; i++) {
            CHECK_FOR_INTERRUPTS();
            if (i > 0)
                appendStringInfoChar(&out, ',');
            cm_append_float(&out, cm_sort_value(run[i].key));
            if (run[i].count > 1)
                appendStringInfo(&out, "*" INT64_FORMAT, run[i].count);
        }
    }
    return out.data;
}

/* Runs that are read: the array grows with what comes. */
typedef struct reader {
    const cm_value_counts_class *cls;
    cm_value_counts_parts p;
    uint32 capacity; /* runs, of the current dimension */
    int64 counts;    /* their sum */
} reader;

/* Appends a run; returns the error in it, or NULL. */
static const char *
append_run(reader *r, int dimension, double value, int64 count)
{
    uint32 runs = r->p.runs[dimension];
    cm_run *run = r->p.run[dimension];

    CHECK_FOR_INTERRUPTS();
    if (!isfinite(value) || (r->cls->not_negative[dimension] && value < 0))
        return r->cls->not_negative[dimension] ? "values must be finite and not negative"
                                               : "values must be finite";
    if (runs > 0 && run[runs - 1].key >= cm_sort_key(value))
        return "values must ascend";
    if (count < 1 || count > CM_MAX_COUNT - r->counts)
        return "a count is out of range";
    if (runs == r->capacity) {
        r->capacity *= 2;
        run = r->p.run[dimension] = repalloc_huge(run, (Size) r->capacity * sizeof(cm_run));
    }
    run[r->p.runs[dimension]++] = (cm_run){cm_sort_key(value), count};
    r->counts += count;
    return NULL;
}

static void
begin_dimension(reader *r, int dimension)
{
    r->capacity = 16;
    r->counts = 0;
    r->p.run[dimension] = palloc(r->capacity * sizeof(cm_run));
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

cm_value_counts *
cm_value_counts_in(const char *text, const cm_value_counts_class *cls)
{
    cm_parser parser = cm_parse_begin(cls->state.name, text);
    reader r = {.cls = cls};

    cm_parse_version(&parser, cls->state.version);
    for (int d = 0; d < cls->dimensions; d++) {
        const char *error = NULL;

        begin_dimension(&r, d);
        if (d > 0)
            cm_parse_char(&parser, '/');
        while (error == NULL && *parser.at != '/' && *parser.at != '\0') {
            if (r.p.runs[d] > 0)
                cm_parse_char(&parser, ',');

            double value = cm_parse_float(&parser);
            int64 count = cm_parse_maybe(&parser, '*') ? cm_parse_int(&parser, 2, CM_MAX_COUNT) : 1;

            error = append_run(&r, d, value, count);
        }
        if (error != NULL || (error = end_dimension(&r, d)) != NULL)
            cm_parse_fail(&parser, error);
    }
    cm_parse_end(&parser);
    return cm_value_counts_join(cls, &r.p, 0);
}

bytea *
cm_value_counts_send(const cm_value_counts *runs, const cm_value_counts_class *cls)
{
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, runs->head.version);
    for (int d = 0; d < cls->dimensions; d++) {
        const cm_run *run = cm_value_counts_of(runs, d);

        pq_sendint32(&out, runs->runs[d]);
        for (uint32 i = 0; i < runs->runs[d]; i++) {
            CHECK_FOR_INTERRUPTS();
            pq_sendfloat8(&out, cm_sort_value(run[i].key));
            pq_sendint64(&out, run[i].count);
        }
    }
    return pq_endtypsend(&out);
}

cm_value_counts *
cm_value_counts_recv(StringInfo in, const cm_value_counts_class *cls)
{
    reader r = {.cls = cls};

    cm_receive_version(in, cls->state.name, cls->state.version);
    for (int d = 0; d < cls->dimensions; d++) {
        uint32 runs = pq_getmsgint(in, 4);
        const char *error = NULL;

        begin_dimension(&r, d);
        for (uint32 i = 0; i < runs && error == NULL; i++) {
            double value = cm_receive_float(in);

            error = append_run(&r, d, value, pq_getmsgint64(in));
        }
        if (error != NULL || (error = end_dimension(&r, d)) != NULL)
            cm_receive_fail(cls->state.name, error);
    }
    return cm_value_counts_join(cls, &r.p, 0);
}

void
cm_value_counts_append_json(StringInfo out, const cm_value_counts *runs, int dimension, const char *counted)
{
    const cm_run *run = cm_value_counts_of(runs, dimension);

    appendStringInfoChar(out, '[');
    for (uint32 i = 0; i < runs->runs[dimension]; i++) {
        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(out, i > 0 ? ", {\"value\": " : "{\"value\": ");
        cm_append_float(out, cm_sort_value(run[i].key));
        appendStringInfo(out, ", \"%s\": " INT64_FORMAT "}", counted, run[i].count);
    }
    appendStringInfoChar(out, ']');
}
