/* Text, binary form and JSON of conversion; see conversion.h. */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "acquisition/conversion.h"
#include "core/parse.h"

static const char *
window_error(const conversion *c)
{
    bool empty = conversion_leads(c) == 0;
    double days = c->window_days;

    if (!(days >= 0 && isfinite(days)) || signbit(days) || c->window_months < 0 ||
        c->window_months > CM_CONVERSION_MONTHS || (days == 0 && c->window_months == 0) != empty)
        return "The window does not fit the leads";
    return NULL;
}

static void
parse_window(cm_parser *p, conversion *c)
{
    size_t digits = strspn(p->at, "0123456789");

    if (strncmp(p->at + digits, "mon", 3) == 0) {
        c->window_months = (int32) cm_parse_int(p, 1, CM_CONVERSION_MONTHS);
        cm_parse_word(p, "mon");
        if (!cm_parse_maybe(p, '+'))
            return;
    }
    c->window_days = cm_parse_float(p);
    if (c->window_months > 0 && c->window_days == 0)
        cm_parse_fail(p, "more than zero days expected");
}

static void
append_window(StringInfo out, const conversion *c)
{
    if (c->window_months > 0)
        appendStringInfo(out, "%dmon%s", c->window_months, c->window_days > 0 ? "+" : "");
    if (c->window_months == 0 || c->window_days > 0)
        cm_append_float(out, c->window_days);
}

/* "1:", the window, as 30 (days), 1mon or 1mon+0.5, ":", the five counts. */
CM_INPUT_FUNCTION(cm_conversion_in)
{
    cm_parser p = cm_parse_begin("conversion_state", PG_GETARG_CSTRING(0));
    conversion *c = cm_state_new(&cm_conversion_class, sizeof(conversion));

    cm_parse_version(&p, cm_conversion_class.version);
    parse_window(&p, c);
    for (int i = 0; i < CLASSES; i++) {
        cm_parse_char(&p, i == 0 ? ':' : ',');
        c->leads[i] = cm_parse_int(&p, 0, CM_MAX_COUNT);
    }
    cm_parse_end(&p);
    if (window_error(c) != NULL)
        cm_parse_fail(&p, window_error(c));
    PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(cm_conversion_out);
Datum
cm_conversion_out(PG_FUNCTION_ARGS)
{
    const conversion *c = PG_GETARG_CONVERSION(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", c->head.version);
    append_window(&out, c);
    for (int i = 0; i < CLASSES; i++)
        appendStringInfo(&out, "%c" INT64_FORMAT, i == 0 ? ':' : ',', c->leads[i]);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_conversion_recv);
Datum
cm_conversion_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    conversion *c = cm_state_new(&cm_conversion_class, sizeof(conversion));

    cm_receive_version(in, "conversion_state", cm_conversion_class.version);
    c->window_days = cm_receive_float(in);
    c->window_months = (int32) pq_getmsgint(in, 4);
    for (int i = 0; i < CLASSES; i++)
        c->leads[i] = cm_check_count(pq_getmsgint64(in), "the number of leads");
    if (window_error(c) != NULL)
        cm_receive_fail("conversion_state", window_error(c));
    PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(cm_conversion_send);
Datum
cm_conversion_send(PG_FUNCTION_ARGS)
{
    const conversion *c = PG_GETARG_CONVERSION(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, c->head.version);
    pq_sendfloat8(&out, c->window_days);
    pq_sendint32(&out, c->window_months);
    for (int i = 0; i < CLASSES; i++)
        pq_sendint64(&out, c->leads[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"within_months": 0, "within_days": 30, "n": 6, "converted": 2, "late": 1, "not_converted": 3, "pending": 2, ...} */
PG_FUNCTION_INFO_V1(cm_conversion_json);
Datum
cm_conversion_json(PG_FUNCTION_ARGS)
{
    const conversion *c = PG_GETARG_CONVERSION(0);
    StringInfoData out;

    initStringInfo(&out);
    if (conversion_leads(c) == 0)
        appendStringInfoString(&out, "{\"within_months\": null, \"within_days\": null");
    else {
        appendStringInfo(&out, "{\"within_months\": %d, \"within_days\": ", c->window_months);
        cm_append_float(&out, c->window_days);
    }
    appendStringInfo(&out,
                     ", \"n\": " INT64_FORMAT ", \"converted\": " INT64_FORMAT ", \"late\": " INT64_FORMAT
                     ", \"not_converted\": " INT64_FORMAT ", \"pending\": " INT64_FORMAT
                     ", \"pending_converted\": " INT64_FORMAT "}",
                     conversion_count(c, CONVERTED, NOT_CONVERTED), c->leads[CONVERTED],
                     c->leads[CONVERTED_LATE], c->leads[NOT_CONVERTED],
                     conversion_count(c, PENDING_CONVERTED, PENDING), c->leads[PENDING_CONVERTED]);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
