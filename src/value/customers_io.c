/*
 * The text form of customers: "1:", the type of the ids ("bigint+3" where three rows were skipped), the
 * latest day of all rows, then for each customer, ascending, id=purchases,paid,refunded,paid on the first day,days. Days are the first one as a date, and
 * the distance of each from the one before: 2024-01-05+3+12.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/map_io.h"
#include "states/customers.h"

/* A customer's content between reading and storing. */
typedef struct record {
    int64 purchases;
    cm_money paid, refunded, paid_first_day;
    uint32 n_days;
    uint32 capacity;
    DateADT *days;
} record;

static void
push_day(record *r, DateADT day)
{
    if (r->n_days == r->capacity) {
        r->capacity = Max(16, r->capacity * 2);
        r->days = r->days == NULL ? palloc(r->capacity * sizeof(DateADT))
                                  : repalloc(r->days, r->capacity * sizeof(DateADT));
    }
    r->days[r->n_days++] = day;
}

/* Fills the entry, the last one of a map being read. What is wrong is returned. */
static const char *
store(cm_map_edit *edit, uint32 entry, const record *r)
{
    cm_customers_params *params = cm_map_params(edit->map);
    cm_customer_sums sums = {r->paid.units, r->refunded.units, r->paid_first_day.units};
    const char *fault = cm_customer_sums_fault(&sums);

    if (r->paid.scale != r->refunded.scale || r->paid.scale != r->paid_first_day.scale ||
        (edit->map->count > 1 && r->paid.scale != params->scale))
        return "amounts with the same number of decimals expected";
    if (fault != NULL)
        return fault;
    params->scale = r->paid.scale;

    cm_customer *c = cm_map_payload(edit->map, entry);
    c->purchases = (uint32) r->purchases;
    cm_customers_set_sums(edit, entry, &sums);
    if (r->n_days > 0)
        cm_customers_set_days(edit, entry, r->days, r->n_days);
    return cm_customer_fault(edit->map, entry);
}

/* ---- text ---- */

static void
parse_days(cm_parser *p, record *r)
{
    r->n_days = 0;
    if (r->purchases == 0)
        return;
    cm_parse_char(p, ',');
    push_day(r, cm_parse_day(p));
    while (cm_parse_maybe(p, '+')) {
        DateADT last = r->days[r->n_days - 1];

        push_day(r, last + (DateADT) cm_parse_int(p, 1, CM_LAST_DAY - last));
    }
}

static void
parse_record(cm_parser *p, record *r)
{
    cm_parse_char(p, '=');
    r->purchases = cm_parse_int(p, 0, PG_UINT32_MAX);
    cm_parse_char(p, ',');
    r->paid = cm_parse_money(p);
    cm_parse_char(p, ',');
    r->refunded = cm_parse_money(p);
    cm_parse_char(p, ',');
    r->paid_first_day = cm_parse_money(p);
    parse_days(p, r);
}

static Datum
parse_customers(PG_FUNCTION_ARGS)
{
    cm_parser p = cm_parse_begin("customers_state", PG_GETARG_CSTRING(0));
    cm_customers_params params = {.scale = 0, .latest = CM_FIRST_DAY};
    record r = {0};

    cm_parse_version(&p, cm_customers_class.state.version);

    cm_key_type type = cm_map_parse_key_type(&p);
    int64 skipped = cm_map_parse_skipped(&p);

    if (*p.at != '\0') {
        cm_parse_char(&p, ',');
        params.latest = cm_parse_day(&p);
        if (*p.at == '\0')
            cm_parse_fail(&p, "a customer expected");
    }

    cm_map_edit edit = cm_map_begin_canonical(&cm_customers_class, type, &params);

    while (*p.at != '\0') {
        cm_parse_char(&p, ';');
        CHECK_FOR_INTERRUPTS();

        cm_key key = cm_map_parse_key(&p, type);
        uint32 entry = cm_map_append(&edit, &key);

        parse_record(&p, &r);

        const char *wrong = store(&edit, entry, &r);

        if (wrong != NULL)
            cm_parse_fail(&p, wrong);
    }
    edit.map->skipped = skipped;
    PG_RETURN_POINTER(cm_map_end_canonical(&edit));
}

static void
append_record(StringInfo out, const cm_map *map, uint32 entry)
{
    cm_customer_totals b = cm_customers_get(map, entry);

    appendStringInfo(out, "=" INT64_FORMAT ",", b.purchases);
    cm_append_money(out, b.paid);
    appendStringInfoChar(out, ',');
    cm_append_money(out, b.refunded);
    appendStringInfoChar(out, ',');
    cm_append_money(out, b.paid_first_day);
    if (b.purchases == 0)
        return;

    cm_customer_days days = cm_customers_days(map, entry);

    appendStringInfoChar(out, ',');
    for (bool first = true; cm_customer_days_next(&days); first = false)
        if (first)
            cm_append_day(out, days.day);
        else
            appendStringInfo(out, "+%u", days.gap);
}

static Datum
print_customers(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", map->head.version);
    cm_map_append_key_type(&out, map);
    if (map->count > 0) {
        appendStringInfoChar(&out, ',');
        cm_append_day(&out, cm_customers_params_of(map)->latest);
    }
    for (uint32 entry = 0; entry < map->count; entry++) {
        if (entry % 1024 == 0)
            CHECK_FOR_INTERRUPTS();
        appendStringInfoChar(&out, ';');
        cm_map_append_key(&out, map, entry);
        append_record(&out, map, entry);
    }
    PG_RETURN_CSTRING(out.data);
}

/* ---- json ---- */

#define LONGEST_CUSTOMER 0x4000000 /* bytes: each day of ten thousand years has 14 */

static void
append_customer(StringInfo out, const cm_map *map, uint32 entry)
{
    cm_customer_totals b = cm_customers_get(map, entry);
    cm_customer_days days = cm_customers_days(map, entry);

    appendStringInfoString(out, "{\"customer_id\": ");
    cm_map_append_json_key(out, map, entry);
    appendStringInfo(out, ", \"purchases\": " INT64_FORMAT ", \"revenue\": ", b.purchases);
    cm_append_money(out, cm_totals_revenue(&b));
    appendStringInfoString(out, ", \"refunds\": ");
    cm_append_money(out, b.refunded);
    appendStringInfoString(out, ", \"days\": [");
    for (bool first = true; cm_customer_days_next(&days); first = false) {
        appendStringInfoString(out, first ? "" : ", ");
        cm_append_json_day(out, days.day);
    }
    appendStringInfoString(out, "]}");
}

/*
 * {"skipped_rows": 0, "customers":
 *  [{"customer_id": 1, "purchases": 2, "revenue": 5.00, "refunds": 1.00, "days": ["2024-01-02", "2024-01-05"]}, ...]}
 */
PG_FUNCTION_INFO_V1(cm_customers_json);
Datum
cm_customers_json(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"skipped_rows\": " INT64_FORMAT ", \"customers\": [", map->skipped);
    for (uint32 entry = 0; entry < map->count; entry++) {
        if (entry % 1024 == 0)
            CHECK_FOR_INTERRUPTS();
        if (out.len > (int) MaxAllocSize - LONGEST_CUSTOMER)
            ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                            errmsg("the json form of a value of all customers would exceed 1 GB"),
                            errhint("Read purchases(customers), which gives a row for each customer.")));
        if (entry > 0)
            appendStringInfoString(&out, ", ");
        append_customer(&out, map, entry);
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

CM_MAP_TYPE_IO(customers);
