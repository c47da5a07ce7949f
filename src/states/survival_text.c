/* Text, binary form and JSON of survival, making one from counts, and counting; see survival.h. */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "states/duration.h"
#include "states/survival.h"

/* What was read, if it is in order; why not, else. */
static const char *
cell_error(const cm_survival *survival, const cm_lifetime *cell)
{
    if (!(fabs(cell->time) <= CM_MAX_DURATION))
        return "A duration is out of range";
    if (survival->used > 0 && !(cell->time > survival->cells[survival->used - 1].time))
        return "Durations do not rise";
    if (cell->ended < 0 || cell->censored < 0 || cell->ended > CM_MAX_COUNT || cell->censored > CM_MAX_COUNT)
        return "A count is out of range";
    if (cell->ended + cell->censored == 0)
        return "Nobody has this duration";
    return NULL;
}

static void
push(cm_survival **survival, cm_lifetime cell)
{
    cm_survival *s = *survival;
    Size capacity = (VARSIZE(s) - offsetof(cm_survival, cells)) / sizeof(cm_lifetime);

    if (s->used == capacity) {
        *survival = cm_survival_new(Max(2 * capacity, 16));
        (*survival)->used = s->used;
        (*survival)->total = s->total;
        memcpy((*survival)->cells, s->cells, s->used * sizeof(cm_lifetime));
        pfree(s);
        s = *survival;
    }
    cell.time += 0.0; /* -0 is 0 */
    s->cells[s->used++] = cell;
    s->sorted = s->used;
    s->total = cm_add_counts(s->total, cell.ended + cell.censored, "the number of durations");
}

static cm_survival *
trim(cm_survival *survival)
{
    SET_VARSIZE(survival, offsetof(cm_survival, cells) + survival->used * sizeof(cm_lifetime));
    return survival;
}

/* "1:" and, for each duration, "30=5+2": after 30, 5 ended and 2 were seen no longer. */
CM_INPUT_FUNCTION(cm_survival_in)
{
    cm_parser p = cm_parse_begin("survival_state", PG_GETARG_CSTRING(0));
    cm_survival *survival = cm_survival_new(0);

    cm_parse_version(&p, cm_survival_class.version);
    while (*p.at != '\0') {
        cm_lifetime cell;

        CHECK_FOR_INTERRUPTS();
        if (survival->used > 0)
            cm_parse_char(&p, ',');
        cell.time = cm_parse_float(&p);
        cm_parse_char(&p, '=');
        cell.ended = cm_parse_int(&p, 0, CM_MAX_COUNT);
        cm_parse_char(&p, '+');
        cell.censored = cm_parse_int(&p, 0, CM_MAX_COUNT);
        if (cell_error(survival, &cell) != NULL)
            cm_parse_fail(&p, cell_error(survival, &cell));
        push(&survival, cell);
    }
    PG_RETURN_POINTER(trim(survival));
}

PG_FUNCTION_INFO_V1(cm_survival_out);
Datum
cm_survival_out(PG_FUNCTION_ARGS)
{
    const cm_survival *survival = PG_GETARG_SURVIVAL(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", survival->head.version);
    for (uint32 i = 0; i < survival->used; i++) {
        const cm_lifetime *cell = &survival->cells[i];

        CHECK_FOR_INTERRUPTS();
        if (i > 0)
            appendStringInfoChar(&out, ',');
        cm_append_float(&out, cell->time);
        appendStringInfo(&out, "=" INT64_FORMAT "+" INT64_FORMAT, (int64) cell->ended,
                         (int64) cell->censored);
    }
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_survival_recv);
Datum
cm_survival_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_survival *survival = cm_survival_new(0);

    cm_receive_version(in, "survival_state", cm_survival_class.version);
    while (in->cursor < in->len) { /* the message is as long as the durations are many */
        cm_lifetime cell = {cm_receive_float(in), pq_getmsgint64(in), 0};

        CHECK_FOR_INTERRUPTS();
        cell.censored = pq_getmsgint64(in);
        if (cell_error(survival, &cell) != NULL)
            cm_receive_fail("survival_state", cell_error(survival, &cell));
        push(&survival, cell);
    }
    PG_RETURN_POINTER(trim(survival));
}

PG_FUNCTION_INFO_V1(cm_survival_send);
Datum
cm_survival_send(PG_FUNCTION_ARGS)
{
    const cm_survival *survival = PG_GETARG_SURVIVAL(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, survival->head.version);
    for (uint32 i = 0; i < survival->used; i++) {
        CHECK_FOR_INTERRUPTS();
        pq_sendfloat8(&out, survival->cells[i].time);
        pq_sendint64(&out, survival->cells[i].ended);
        pq_sendint64(&out, survival->cells[i].censored);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"durations": [{"duration": 30, "ended": 5, "censored": 2}, ...]} */
PG_FUNCTION_INFO_V1(cm_survival_json);
Datum
cm_survival_json(PG_FUNCTION_ARGS)
{
    const cm_survival *survival = PG_GETARG_SURVIVAL(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoString(&out, "{\"durations\": [");
    for (uint32 i = 0; i < survival->used; i++) {
        const cm_lifetime *cell = &survival->cells[i];

        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, i > 0 ? ", {\"duration\": " : "{\"duration\": ");
        cm_append_float(&out, cell->time);
        appendStringInfo(&out, ", \"ended\": " INT64_FORMAT ", \"censored\": " INT64_FORMAT "}",
                         (int64) cell->ended, (int64) cell->censored);
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- from counts ---- */

static int
checked_length(ArrayType *array)
{
    if (ARR_NDIM(array) > 1 || array_contains_nulls(array))
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("durations and counts must be one-dimensional arrays without NULL")));
    return ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
}

/* survival_from_counts(durations, ended, censored): as they come, in any order */
PG_FUNCTION_INFO_V1(cm_survival_from_counts);
Datum
cm_survival_from_counts(PG_FUNCTION_ARGS)
{
    ArrayType *durations = PG_GETARG_ARRAYTYPE_P(0);
    ArrayType *ended = PG_GETARG_ARRAYTYPE_P(1);
    ArrayType *censored = PG_GETARG_ARRAYTYPE_P(2);
    int n = checked_length(durations);
    cm_survival *survival = cm_survival_new(0);

    if (checked_length(ended) != n || checked_length(censored) != n)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%d durations need as many counts of ended and of censored", n)));
    for (int i = 0; i < n; i++) {
        double duration = cm_check_duration(((float8 *) ARR_DATA_PTR(durations))[i], "duration");
        int64 n_ended = cm_count_of(((float8 *) ARR_DATA_PTR(ended))[i], "ended");
        int64 n_censored = cm_count_of(((float8 *) ARR_DATA_PTR(censored))[i], "censored");

        if (n_ended + n_censored > 0)
            survival = cm_survival_add(survival, duration, n_ended, n_censored);
    }
    PG_RETURN_POINTER(cm_survival_read(PointerGetDatum(survival)));
}

/* ---- counts ---- */

static void
count(const cm_survival *survival, int64 *ended, int64 *censored)
{
    cm_lifetimes lifetimes = cm_survival_lifetimes(survival);

    *ended = *censored = 0;
    for (size_t i = 0; i < lifetimes.n; i++) {
        *ended += lifetimes.times[i].ended;
        *censored += lifetimes.times[i].censored;
    }
}

PG_FUNCTION_INFO_V1(cm_survival_ended);
Datum
cm_survival_ended(PG_FUNCTION_ARGS)
{
    int64 ended, censored;

    count(PG_GETARG_SURVIVAL(0), &ended, &censored);
    PG_RETURN_INT64(ended);
}

PG_FUNCTION_INFO_V1(cm_survival_censored);
Datum
cm_survival_censored(PG_FUNCTION_ARGS)
{
    int64 ended, censored;

    count(PG_GETARG_SURVIVAL(0), &ended, &censored);
    PG_RETURN_INT64(censored);
}
