/* receivables as text, bytes and JSON; see receivables.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "states/order.h"
#include "value/receivables.h"

/* NULL if a cell may be put behind the others; else why not. */
static const char *
cell_error(const cm_receivables *r, const cm_receivable *cell)
{
    const cm_receivable *last = r->used > 0 ? &r->cells[r->used - 1] : NULL;

    if (cell->due < CM_FIRST_DAY || cell->due > CM_LAST_DAY || cell->invoiced < CM_FIRST_DAY ||
        cell->invoiced > CM_LAST_DAY)
        return "A day lies outside the calendar";
    if (cell->open_invoices > cell->invoices)
        return "More invoices are open than there are";
    if (cm_money_sign(cell->open) < 0 || cm_money_sign(cell->credit) < 0)
        return "What is open, and what was paid too much, is zero or more";
    if (cm_money_compare(cell->open, cell->billed) > 0)
        return "More is open than was billed";
    if ((cell->open_invoices > 0) != (cm_money_sign(cell->open) > 0))
        return "An invoice is open if and only if something is to be paid";
    if (last != NULL &&
        (cell->due < last->due || (cell->due == last->due && cell->invoiced <= last->invoiced)))
        return "Days do not rise";
    return NULL;
}

static cm_receivables *
append_cell(cm_receivables *r, const cm_receivable *cell)
{
    r = cm_receivables_add(r, cell);
    r->sorted = r->used;
    return r;
}

/*
 * "1:" rows that were skipped, "{", then for each cell its due day "/" day of invoice "=" invoices "," open invoices ","
 * billed "," open "," credit; ";" between, "}".
 */
CM_INPUT_FUNCTION(cm_receivables_in)
{
    cm_parser p = cm_parse_begin("receivables_state", PG_GETARG_CSTRING(0));
    cm_receivables *r = cm_receivables_new(0);

    cm_parse_version(&p, cm_receivables_class.version);
    r->skipped = cm_parse_int(&p, 0, CM_MAX_COUNT);
    cm_parse_char(&p, '{');
    while (!cm_parse_maybe(&p, '}')) {
        cm_receivable cell = {0};

        CHECK_FOR_INTERRUPTS();
        if (r->used > 0)
            cm_parse_char(&p, ';');
        cell.due = cm_parse_day(&p);
        cm_parse_char(&p, '/');
        cell.invoiced = cm_parse_day(&p);
        cm_parse_char(&p, '=');
        cell.invoices = cm_parse_int(&p, 1, CM_MAX_COUNT);
        cm_parse_char(&p, ',');
        cell.open_invoices = cm_parse_int(&p, 0, CM_MAX_COUNT);
        cm_parse_char(&p, ',');
        cell.billed = cm_parse_money(&p);
        cm_parse_char(&p, ',');
        cell.open = cm_parse_money(&p);
        cm_parse_char(&p, ',');
        cell.credit = cm_parse_money(&p);
        if (cell_error(r, &cell) != NULL)
            cm_parse_fail(&p, cell_error(r, &cell));
        r = append_cell(r, &cell);
    }
    cm_parse_end(&p);
    PG_RETURN_POINTER(cm_receivables_read(PointerGetDatum(r)));
}

PG_FUNCTION_INFO_V1(cm_receivables_out);
Datum
cm_receivables_out(PG_FUNCTION_ARGS)
{
    const cm_receivables *r = PG_GETARG_RECEIVABLES(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:" INT64_FORMAT "{", r->head.version, r->skipped);
    for (uint32 i = 0; i < r->used; i++) {
        const cm_receivable *cell = &r->cells[i];

        CHECK_FOR_INTERRUPTS();
        if (i > 0)
            appendStringInfoChar(&out, ';');
        cm_append_day(&out, cell->due);
        appendStringInfoChar(&out, '/');
        cm_append_day(&out, cell->invoiced);
        appendStringInfo(&out, "=" INT64_FORMAT "," INT64_FORMAT ",", cell->invoices, cell->open_invoices);
        cm_append_money(&out, cell->billed);
        appendStringInfoChar(&out, ',');
        cm_append_money(&out, cell->open);
        appendStringInfoChar(&out, ',');
        cm_append_money(&out, cell->credit);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

/* The rows that were skipped; the number of cells; each cell in the order of its text. */
PG_FUNCTION_INFO_V1(cm_receivables_recv);
Datum
cm_receivables_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_receivables *r = cm_receivables_new(0);

    cm_receive_version(in, "receivables_state", cm_receivables_class.version);
    r->skipped = pq_getmsgint64(in);
    if (r->skipped < 0 || r->skipped > CM_MAX_COUNT)
        cm_receive_fail("receivables_state", "The number of skipped rows is out of range");

    uint32 count = pq_getmsgint(in, 4);

    for (uint32 i = 0; i < count; i++) {
        cm_receivable cell = {0};

        CHECK_FOR_INTERRUPTS();
        cell.due = (DateADT) pq_getmsgint(in, 4);
        cell.invoiced = (DateADT) pq_getmsgint(in, 4);
        cell.invoices = pq_getmsgint64(in);
        cell.open_invoices = pq_getmsgint64(in);
        cell.billed = cm_receive_money(in, "receivables_state");
        cell.open = cm_receive_money(in, "receivables_state");
        cell.credit = cm_receive_money(in, "receivables_state");
        if (cell.invoices < 1 || cell.invoices > CM_MAX_COUNT || cell.open_invoices < 0)
            cm_receive_fail("receivables_state", "The number of invoices is out of range");
        if (cell_error(r, &cell) != NULL)
            cm_receive_fail("receivables_state", cell_error(r, &cell));
        r = append_cell(r, &cell);
    }
    PG_RETURN_POINTER(cm_receivables_read(PointerGetDatum(r)));
}

PG_FUNCTION_INFO_V1(cm_receivables_send);
Datum
cm_receivables_send(PG_FUNCTION_ARGS)
{
    const cm_receivables *r = PG_GETARG_RECEIVABLES(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, r->head.version);
    pq_sendint64(&out, r->skipped);
    pq_sendint32(&out, r->used);
    for (uint32 i = 0; i < r->used; i++) {
        const cm_receivable *cell = &r->cells[i];

        pq_sendint32(&out, cell->due);
        pq_sendint32(&out, cell->invoiced);
        pq_sendint64(&out, cell->invoices);
        pq_sendint64(&out, cell->open_invoices);
        cm_send_money(&out, cell->billed);
        cm_send_money(&out, cell->open);
        cm_send_money(&out, cell->credit);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

PG_FUNCTION_INFO_V1(cm_receivables_json);
Datum
cm_receivables_json(PG_FUNCTION_ARGS)
{
    const cm_receivables *r = PG_GETARG_RECEIVABLES(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"skipped\": " INT64_FORMAT ", \"days\": [", r->skipped);
    for (uint32 i = 0; i < r->used; i++) {
        const cm_receivable *cell = &r->cells[i];

        CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, i > 0 ? ", {\"due_on\": \"" : "{\"due_on\": \"");
        cm_append_day(&out, cell->due);
        appendStringInfoString(&out, "\", \"invoiced_on\": \"");
        cm_append_day(&out, cell->invoiced);
        appendStringInfo(
            &out, "\", \"invoices\": " INT64_FORMAT ", \"open_invoices\": " INT64_FORMAT ", \"billed\": ",
            cell->invoices, cell->open_invoices);
        cm_append_money(&out, cell->billed);
        appendStringInfoString(&out, ", \"open\": ");
        cm_append_money(&out, cell->open);
        appendStringInfoString(&out, ", \"credit\": ");
        cm_append_money(&out, cell->credit);
        appendStringInfoChar(&out, '}');
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
