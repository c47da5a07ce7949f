/*
 * Text and binary form of mrr. Text: 1:bigint("EUR",2){7:2024-01-01+10.00,2024-06-01-10.00;9:...}: the kind of id, the
 * currency (empty if none) and the digits after the point of all amounts; then each customer's changes of revenue. 1:bigint+3(... is
 * of three skipped rows.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "core/map_io.h"
#include "states/order.h"
#include "subscription/mrr.h"

/*
 * What is wrong with a change after those already there, or NULL; level is the customer's revenue before it. It may be
 * negative: a value of discounts only is a part of a whole.
 */
static const char *
record_error(const cm_mrr_change *changes, uint32 count, const cm_mrr_change *change, int128 *level)
{
    if (count > 0 && change->day <= changes[count - 1].day)
        return "days must ascend";
    if (cm_mrr_units(change) == 0)
        return "a change of zero is none";
    if (__builtin_add_overflow(*level, cm_mrr_units(change), level))
        return "revenue is out of range";
    return NULL;
}

/* A customer at the end of a canonical map under construction. */
static void
append_customer(cm_map_edit *edit, const cm_key *key, const cm_mrr_change *changes, uint32 count)
{
    uint32 customer = cm_map_append(edit, key);

    cm_list_reserve(edit, customer, offsetof(mrr_customer, changes), sizeof(cm_mrr_change), count);
    for (uint32 i = 0; i < count; i++)
        memcpy(cm_list_push(edit, customer, offsetof(mrr_customer, changes), sizeof(cm_mrr_change)),
               &changes[i], sizeof(cm_mrr_change));
}

/* A list that grows while one customer is read. */
typedef struct reading {
    cm_mrr_change *changes;
    uint32 count, capacity;
    int128 level;
} reading;

static const char *
read_change(reading *r, cm_mrr_change change)
{
    const char *wrong = record_error(r->changes, r->count, &change, &r->level);

    if (r->count == r->capacity) {
        r->capacity *= 2;
        r->changes = repalloc(r->changes, r->capacity * sizeof(cm_mrr_change));
    }
    r->changes[r->count++] = change;
    return wrong;
}

static cm_mrr_params
parse_params(cm_parser *p)
{
    cm_mrr_params params = {{0}, 0, 0};
    int length;

    cm_parse_char(p, '(');
    if (*p->at == '"') {
        char *currency = cm_parse_quoted(p);

        length = strlen(currency);
        if (length < 1 || length > MRR_CURRENCY_LENGTH)
            cm_parse_fail(p, "a currency of 1 to 8 bytes expected");
        memcpy(params.currency, currency, length);
    }
    cm_parse_char(p, ',');
    params.scale = (int32) cm_parse_int(p, 0, CM_MONEY_MAX_SCALE);
    cm_parse_char(p, ')');
    return params;
}

static cm_mrr_change
parse_change(cm_parser *p, int scale)
{
    DateADT day = cm_parse_day(p);

    if (*p->at != '-')
        cm_parse_char(p, '+');

    cm_money amount = cm_parse_money(p);

    if (amount.scale != scale)
        cm_parse_fail(p, psprintf("%d digits after the point expected", scale));
    return cm_mrr_change_of(day, amount.units, scale);
}

static Datum
parse_mrr(PG_FUNCTION_ARGS)
{
    cm_parser p = cm_parse_begin("mrr_state", PG_GETARG_CSTRING(0));

    cm_parse_version(&p, cm_mrr_class.state.version);

    cm_key_type type = cm_map_parse_key_type(&p);
    int64 skipped = cm_map_parse_skipped(&p);
    cm_mrr_params params = parse_params(&p);
    cm_map_edit edit = cm_map_begin_canonical(&cm_mrr_class, type, &params);
    reading r = {palloc(8 * sizeof(cm_mrr_change)), 0, 8, 0};

    cm_parse_char(&p, '{');
    while (*p.at != '}') {
        if (edit.map->count > 0)
            cm_parse_char(&p, ';');
        CHECK_FOR_INTERRUPTS();

        cm_key key = cm_map_parse_key(&p, type);

        r.count = 0;
        r.level = 0;
        cm_parse_char(&p, ':');
        while (*p.at != ';' && *p.at != '}') {
            if (r.count > 0)
                cm_parse_char(&p, ',');

            const char *wrong = read_change(&r, parse_change(&p, params.scale));

            if (wrong != NULL)
                cm_parse_fail(&p, wrong);
        }
        append_customer(&edit, &key, r.changes, r.count);
    }
    cm_parse_char(&p, '}');
    cm_parse_end(&p);
    edit.map->skipped = skipped;
    PG_RETURN_POINTER(cm_map_end_canonical(&edit));
}

static Datum
print_mrr(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);
    const cm_mrr_params *params = cm_map_params(map);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", map->head.version);
    cm_map_append_key_type(&out, map);
    appendStringInfoChar(&out, '(');
    if (params->currency[0] != '\0')
        cm_append_quoted(&out, pnstrdup(params->currency, MRR_CURRENCY_LENGTH));
    appendStringInfo(&out, ",%d){", params->scale);
    for (uint32 i = 0; i < map->count; i++) {
        uint32 count;
        const cm_mrr_change *changes = mrr_changes(map, i, &count);

        CHECK_FOR_INTERRUPTS();
        if (i > 0)
            appendStringInfoChar(&out, ';');
        cm_map_append_key(&out, map, i);
        appendStringInfoChar(&out, ':');
        for (uint32 k = 0; k < count; k++) {
            if (k > 0)
                appendStringInfoChar(&out, ',');
            cm_append_day(&out, changes[k].day);
            if (cm_mrr_units(&changes[k]) > 0)
                appendStringInfoChar(&out, '+');
            cm_append_money(&out, mrr_money(map, cm_mrr_units(&changes[k])));
        }
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_CSTRING(out.data);
}

/* Version, kind of id, skipped rows (8 bytes), currency (8 bytes), scale, number of customers; each: id, number of changes, day and amount. */
static Datum
receive_mrr(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_mrr_params params = {{0}, 0, 0};

    cm_receive_version(in, "mrr_state", cm_mrr_class.state.version);

    cm_key_type type = cm_map_receive_key_type(in, "mrr_state");
    int64 skipped = cm_receive_skipped(in);

    memcpy(params.currency, pq_getmsgbytes(in, MRR_CURRENCY_LENGTH), MRR_CURRENCY_LENGTH);

    int length = strnlen(params.currency, MRR_CURRENCY_LENGTH);

    for (int i = length; i < MRR_CURRENCY_LENGTH; i++)
        if (params.currency[i] != '\0')
            cm_receive_fail("mrr_state", "The currency is not valid");
    pg_verifymbstr(params.currency, length, false);
    params.scale = pq_getmsgbyte(in);
    if (params.scale > CM_MONEY_MAX_SCALE)
        cm_receive_fail("mrr_state", "The scale is out of range");

    cm_map_edit edit = cm_map_begin_canonical(&cm_mrr_class, type, &params);
    reading r = {palloc(8 * sizeof(cm_mrr_change)), 0, 8, 0};

    for (uint32 customers = pq_getmsgint(in, 4); customers > 0; customers--) {
        cm_key key = cm_map_receive_key(in, type);

        CHECK_FOR_INTERRUPTS();
        r.count = 0;
        r.level = 0;
        for (uint32 count = pq_getmsgint(in, 4); count > 0; count--) {
            DateADT day = cm_check_day((int32) pq_getmsgint(in, 4), "day");
            cm_money amount = cm_receive_money(in, "mrr_state");
            const char *wrong = amount.scale != params.scale
                                    ? "amounts differ in scale"
                                    : read_change(&r, cm_mrr_change_of(day, amount.units, params.scale));

            if (wrong != NULL)
                cm_receive_fail("mrr_state", wrong);
        }
        append_customer(&edit, &key, r.changes, r.count);
    }
    edit.map->skipped = skipped;
    PG_RETURN_POINTER(cm_map_end_canonical(&edit));
}

static Datum
send_mrr(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);
    const cm_mrr_params *params = cm_map_params(map);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, map->head.version);
    pq_sendbyte(&out, map->key_type);
    pq_sendint64(&out, map->skipped);
    pq_sendbytes(&out, params->currency, MRR_CURRENCY_LENGTH);
    pq_sendbyte(&out, params->scale);
    pq_sendint32(&out, map->count);
    for (uint32 i = 0; i < map->count; i++) {
        uint32 count;
        const cm_mrr_change *changes = mrr_changes(map, i, &count);

        CHECK_FOR_INTERRUPTS();
        cm_map_send_key(&out, map, i);
        pq_sendint32(&out, count);
        for (uint32 k = 0; k < count; k++) {
            pq_sendint32(&out, changes[k].day);
            cm_send_money(&out, mrr_money(map, cm_mrr_units(&changes[k])));
        }
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

CM_MAP_TYPE_IO(mrr);
