/*
 * The text form of mrr: 1:bigint("EUR",2){7:2024-01-01+10.00,2024-06-01-10.00;9:...}: the kind of id, the
 * currency (empty if none) and the digits after the point of all amounts; then each customer's changes of revenue. 1:bigint+3(... is
 * of three skipped rows.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "core/map_io.h"
#include "states/order.h"
#include "subscription/mrr.h"

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
    const char *wrong =
        cm_mrr_change_fault(r->count > 0 ? &r->changes[r->count - 1] : NULL, &change, &r->level);

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

CM_MAP_TYPE_IO(mrr);
