/*
 * Tickets: first-contact resolution and tickets that were opened again, as counts. A ticket was solved at the first contact
 * if it is solved, took one contact or none, and was never opened again. One that was opened again was solved before, also
 * if it is open now.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "core/row.h"
#include "core/state.h"
#include "math/proportion.h"

/* Known: solved, and contacts and reopens are known; first contact is of these. Reopened is of the ever solved. */
enum { TICKETS, SOLVED, KNOWN, FIRST_CONTACT, EVER_SOLVED, REOPENED, REOPENS, COUNTS };

static const char *const count_names[COUNTS] = {"tickets",     "solved",   "known",  "first_contact",
                                                "ever_solved", "reopened", "reopens"};

typedef struct tickets {
    cm_state head;
    int64 n[COUNTS];
} tickets;

static const cm_state_class tickets_class = {
    .name = "tickets_state",
    .min_size = sizeof(tickets),
    .max_size = sizeof(tickets),
    .magic = 0x544b,
    .version = 1,
};

#define PG_GETARG_TICKETS(arg) ((const tickets *) cm_state_read(PG_GETARG_DATUM(arg), &tickets_class))

/* ---- collecting ---- */

/* Transition over (solved, contacts, reopens). */
PG_FUNCTION_INFO_V1(cm_tickets_accum);
Datum
cm_tickets_accum(PG_FUNCTION_ARGS)
{
    tickets *t = cm_state_own(fcinfo, 0, &tickets_class);
    bool solved = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
    int64 contacts = PG_ARGISNULL(2) ? 0 : CM_ARG_COUNT(2, "contacts");
    int64 reopens = PG_ARGISNULL(3) ? 0 : CM_ARG_COUNT(3, "reopens");
    bool known = solved && !PG_ARGISNULL(2) && !PG_ARGISNULL(3);

    t->n[TICKETS] = cm_add_counts(t->n[TICKETS], 1, "tickets");
    t->n[SOLVED] += solved;
    t->n[KNOWN] += known;
    t->n[FIRST_CONTACT] += known && contacts <= 1 && reopens == 0;
    t->n[EVER_SOLVED] += !PG_ARGISNULL(3) && (solved || reopens > 0);
    t->n[REOPENED] += reopens > 0;
    t->n[REOPENS] = cm_add_counts(t->n[REOPENS], reopens, "reopens");
    PG_RETURN_POINTER(t);
}

PG_FUNCTION_INFO_V1(cm_tickets_combine);
Datum
cm_tickets_combine(PG_FUNCTION_ARGS)
{
    tickets *t = cm_state_own(fcinfo, 0, &tickets_class);
    const tickets *other = PG_GETARG_TICKETS(1);

    for (int i = 0; i < COUNTS; i++)
        t->n[i] = cm_add_counts(t->n[i], other->n[i], count_names[i]);
    PG_RETURN_POINTER(t);
}

/* ---- text, bytes, JSON ---- */

/* NULL if the counts go together; else why not. */
static const char *
tickets_error(const tickets *t)
{
    if (t->n[SOLVED] > t->n[TICKETS] || t->n[KNOWN] > t->n[SOLVED] || t->n[FIRST_CONTACT] > t->n[KNOWN] ||
        t->n[EVER_SOLVED] > t->n[TICKETS] || t->n[REOPENED] > t->n[EVER_SOLVED] ||
        t->n[KNOWN] > t->n[EVER_SOLVED])
        return "A part is greater than the whole";
    if (t->n[REOPENS] < t->n[REOPENED] || (t->n[REOPENED] == 0 && t->n[REOPENS] > 0))
        return "Each reopened ticket was opened again once or more";
    return NULL;
}

/* "1:" and the counts, "," between. */
CM_INPUT_FUNCTION(cm_tickets_in)
{
    cm_parser p = cm_parse_begin("tickets_state", PG_GETARG_CSTRING(0));
    tickets *t = cm_state_new(&tickets_class, sizeof(tickets));

    cm_parse_version(&p, tickets_class.version);
    for (int i = 0; i < COUNTS; i++) {
        if (i > 0)
            cm_parse_char(&p, ',');
        t->n[i] = cm_parse_int(&p, 0, CM_MAX_COUNT);
    }
    cm_parse_end(&p);
    if (tickets_error(t) != NULL)
        cm_parse_fail(&p, tickets_error(t));
    PG_RETURN_POINTER(t);
}

PG_FUNCTION_INFO_V1(cm_tickets_out);
Datum
cm_tickets_out(PG_FUNCTION_ARGS)
{
    const tickets *t = PG_GETARG_TICKETS(0);
    StringInfoData out;

    initStringInfo(&out);
    for (int i = 0; i < COUNTS; i++)
        if (i == 0)
            appendStringInfo(&out, "%d:" INT64_FORMAT, t->head.version, t->n[i]);
        else
            appendStringInfo(&out, "," INT64_FORMAT, t->n[i]);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_tickets_recv);
Datum
cm_tickets_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    tickets *t = cm_state_new(&tickets_class, sizeof(tickets));

    cm_receive_version(in, "tickets_state", tickets_class.version);
    for (int i = 0; i < COUNTS; i++)
        t->n[i] = cm_check_count(pq_getmsgint64(in), count_names[i]);
    if (tickets_error(t) != NULL)
        cm_receive_fail("tickets_state", tickets_error(t));
    PG_RETURN_POINTER(t);
}

PG_FUNCTION_INFO_V1(cm_tickets_send);
Datum
cm_tickets_send(PG_FUNCTION_ARGS)
{
    const tickets *t = PG_GETARG_TICKETS(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, t->head.version);
    for (int i = 0; i < COUNTS; i++)
        pq_sendint64(&out, t->n[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

PG_FUNCTION_INFO_V1(cm_tickets_json);
Datum
cm_tickets_json(PG_FUNCTION_ARGS)
{
    const tickets *t = PG_GETARG_TICKETS(0);
    StringInfoData out;

    initStringInfo(&out);
    for (int i = 0; i < COUNTS; i++)
        appendStringInfo(&out, "%s\"%s\": " INT64_FORMAT, i == 0 ? "{" : ", ", count_names[i], t->n[i]);
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- metrics ---- */

static double
share(const tickets *t, int part, int whole)
{
    return t->n[whole] == 0 ? NAN : (double) t->n[part] / (double) t->n[whole];
}

PG_FUNCTION_INFO_V1(cm_first_contact_resolution);
Datum
cm_first_contact_resolution(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(share(PG_GETARG_TICKETS(0), FIRST_CONTACT, KNOWN));
}

PG_FUNCTION_INFO_V1(cm_reopen_rate);
Datum
cm_reopen_rate(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(share(PG_GETARG_TICKETS(0), REOPENED, EVER_SOLVED));
}

/* Three columns: a rate with its interval. */
static void
set_rate(cm_row *row, int column, const tickets *t, int part, int whole, double confidence)
{
    cm_interval rate = cm_wilson(t->n[part], t->n[whole], confidence);

    cm_row_set_float(row, column, rate.value);
    cm_row_set_float(row, column + 1, rate.lower);
    cm_row_set_float(row, column + 2, rate.upper);
}

/* tickets_report(tickets, confidence) */
PG_FUNCTION_INFO_V1(cm_tickets_report);
Datum
cm_tickets_report(PG_FUNCTION_ARGS)
{
    const tickets *t = PG_GETARG_TICKETS(0);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, t->n[TICKETS]);
    cm_row_set_int(&row, 1, t->n[SOLVED]);
    cm_row_set_int(&row, 2, t->n[FIRST_CONTACT]);
    set_rate(&row, 3, t, FIRST_CONTACT, KNOWN, confidence);
    cm_row_set_int(&row, 6, t->n[EVER_SOLVED]);
    cm_row_set_int(&row, 7, t->n[REOPENED]);
    set_rate(&row, 8, t, REOPENED, EVER_SOLVED, confidence);
    cm_row_set_int(&row, 11, t->n[REOPENS]);
    return cm_row_return(fcinfo, &row);
}
