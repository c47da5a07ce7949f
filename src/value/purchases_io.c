/*
 * Text and binary form of purchases. Text: "1:" ("1:+3:" where three rows were skipped) and the days, each as date,purchases,paid,refunded, separated by
 * semicolons; all amounts with the same number of decimals.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "value/purchases.h"

#define DAY_BYTES (4 + 4 + 17 + 17)

/* What is wrong with a day after the one before it, or NULL. */
static const char *
record_error(const cm_purchases *p, const cm_purchase_day *day, int paid_scale, int refunded_scale)
{
    if (paid_scale != refunded_scale || (p->n_days > 0 && paid_scale != p->scale))
        return "amounts with the same number of decimals expected";
    if (p->n_days > 0 && day->day <= p->days[p->n_days - 1].day)
        return "ascending days expected";
    if (day->paid < 0 || day->refunded < 0)
        return "amounts of zero or more expected";
    if (day->purchases == 0 && (day->paid != 0 || day->refunded == 0))
        return "a day without purchases must have a refund and nothing paid";
    return NULL;
}

CM_INPUT_FUNCTION(cm_purchases_in)
{
    cm_parser p = cm_parse_begin("purchases_state", PG_GETARG_CSTRING(0));
    uint32 capacity = 0;

    cm_parse_version(&p, cm_purchases_class.version);

    int64 skipped = cm_parse_skipped(&p);

    for (const char *c = p.at; *c != '\0'; c++)
        capacity += *c == ';';

    cm_purchases *purchases = cm_purchases_make(*p.at == '\0' ? 0 : capacity + 1);

    purchases->skipped = skipped;
    while (*p.at != '\0') {
        cm_purchase_day day = {.day = cm_parse_day(&p)};
        cm_money paid, refunded;

        cm_parse_char(&p, ',');
        day.purchases = (uint32) cm_parse_int(&p, 0, PG_UINT32_MAX);
        cm_parse_char(&p, ',');
        paid = cm_parse_money(&p);
        cm_parse_char(&p, ',');
        refunded = cm_parse_money(&p);
        day.paid = paid.units;
        day.refunded = refunded.units;

        const char *wrong = record_error(purchases, &day, paid.scale, refunded.scale);

        if (wrong != NULL)
            cm_parse_fail(&p, wrong);
        purchases->scale = paid.scale;
        purchases->days[purchases->n_days++] = day;
        if (*p.at == '\0')
            break;
        cm_parse_char(&p, ';');
        if (*p.at == '\0')
            cm_parse_fail(&p, "another day expected");
    }
    PG_RETURN_POINTER(purchases);
}

PG_FUNCTION_INFO_V1(cm_purchases_out);
Datum
cm_purchases_out(PG_FUNCTION_ARGS)
{
    const cm_purchases *p = PG_GETARG_PURCHASES(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", p->head.version);
    cm_append_skipped(&out, p->skipped);
    for (uint32 i = 0; i < p->n_days; i++) {
        const cm_purchase_day *day = &p->days[i];

        if (i > 0)
            appendStringInfoChar(&out, ';');
        cm_append_day(&out, day->day);
        appendStringInfo(&out, ",%u,", day->purchases);
        cm_append_money(&out, (cm_money){day->paid, p->scale, 0});
        appendStringInfoChar(&out, ',');
        cm_append_money(&out, (cm_money){day->refunded, p->scale, 0});
    }
    PG_RETURN_CSTRING(out.data);
}

/* {"skipped_rows": 0, "days": [{"day": "2024-01-03", "purchases": 2, "amount": 30.00, "refunds": 0.00}, ...]}, as purchase_history gives them */
PG_FUNCTION_INFO_V1(cm_purchases_json);
Datum
cm_purchases_json(PG_FUNCTION_ARGS)
{
    const cm_purchases *p = PG_GETARG_PURCHASES(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"skipped_rows\": " INT64_FORMAT ", \"days\": [", p->skipped);
    for (uint32 i = 0; i < p->n_days; i++) {
        const cm_purchase_day *day = &p->days[i];

        if (i % 4096 == 0)
            CHECK_FOR_INTERRUPTS();
        appendStringInfoString(&out, i > 0 ? ", {\"day\": " : "{\"day\": ");
        cm_append_json_day(&out, day->day);
        appendStringInfo(&out, ", \"purchases\": %u, \"amount\": ", day->purchases);
        cm_append_money(&out, (cm_money){day->paid, p->scale, 0});
        appendStringInfoString(&out, ", \"refunds\": ");
        cm_append_money(&out, (cm_money){day->refunded, p->scale, 0});
        appendStringInfoChar(&out, '}');
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

PG_FUNCTION_INFO_V1(cm_purchases_recv);
Datum
cm_purchases_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);

    cm_receive_version(in, "purchases_state", cm_purchases_class.version);

    int64 skipped = cm_receive_skipped(in);
    uint32 n_days = pq_getmsgint(in, 4);

    if (n_days > (uint32) (in->len - in->cursor) / DAY_BYTES)
        cm_receive_fail("purchases_state", "It is shorter than its number of days says");

    cm_purchases *p = cm_purchases_make(n_days);

    p->skipped = skipped;
    while (p->n_days < n_days) {
        cm_purchase_day day = {.day = (int32) pq_getmsgint(in, 4)};

        day.purchases = pq_getmsgint(in, 4);

        cm_money paid = cm_receive_money(in, "purchases_state");
        cm_money refunded = cm_receive_money(in, "purchases_state");

        day.paid = paid.units;
        day.refunded = refunded.units;
        cm_check_day(day.day, "date of purchase");

        const char *wrong = record_error(p, &day, paid.scale, refunded.scale);

        if (wrong != NULL)
            cm_receive_fail("purchases_state", psprintf("In it: %s", wrong));
        p->scale = paid.scale;
        p->days[p->n_days++] = day;
    }
    PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(cm_purchases_send);
Datum
cm_purchases_send(PG_FUNCTION_ARGS)
{
    const cm_purchases *p = PG_GETARG_PURCHASES(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, p->head.version);
    pq_sendint64(&out, p->skipped);
    pq_sendint32(&out, p->n_days);
    for (uint32 i = 0; i < p->n_days; i++) {
        pq_sendint32(&out, p->days[i].day);
        pq_sendint32(&out, p->days[i].purchases);
        cm_send_money(&out, (cm_money){p->days[i].paid, p->scale, 0});
        cm_send_money(&out, (cm_money){p->days[i].refunded, p->scale, 0});
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}
