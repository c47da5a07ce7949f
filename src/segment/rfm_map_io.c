/* Text, binary and JSON form of rfm_map; see rfm_map.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "core/parse.h"
#include "segment/rfm_map.h"

/* "1:", bins or "none", ":", then rules between ";": rank "label" recency/frequency/monetary: 1:5:1 "VIP" 4-5/4-5/1-5 */
PG_FUNCTION_INFO_V1(cm_rfm_map_out);
Datum
cm_rfm_map_out(PG_FUNCTION_ARGS)
{
    const cm_rfm_map *map = PG_GETARG_RFM_MAP(0);
    const cm_rule *rule = cm_rule_first(map);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s:", map->head.version, map->bins == 0 ? "none" : psprintf("%u", map->bins));
    for (uint32 i = 0; i < map->rules; i++, rule = cm_rule_next(rule)) {
        appendStringInfo(&out, "%s%d ", i > 0 ? ";" : "", rule->rank);
        cm_append_quoted(&out, pnstrdup(rule->label, rule->length));
        for (int d = 0; d < 3; d++)
            appendStringInfo(&out, "%c%d-%d", d == 0 ? ' ' : '/', rule->low[d], rule->high[d]);
    }
    PG_RETURN_CSTRING(out.data);
}

static cm_rule *
parse_rule(cm_parser *p, int bins)
{
    int64 rank = cm_parse_int(p, 1, PG_INT16_MAX);
    int low[3], high[3];

    cm_parse_char(p, ' ');

    char *label = cm_parse_quoted(p);

    if (label[0] == '\0')
        cm_parse_fail(p, "a label expected");
    for (int d = 0; d < 3; d++) {
        cm_parse_char(p, d == 0 ? ' ' : '/');
        low[d] = cm_parse_int(p, 1, bins);
        cm_parse_char(p, '-');
        high[d] = cm_parse_int(p, low[d], bins);
    }
    return cm_rule_make(bins, rank, label, strlen(label), low, high);
}

/* Adds a rule that must come after all that are there; NULL if it does not. */
static const cm_rfm_map *
append_rule(const cm_rfm_map *map, cm_rule *rule)
{
    const cm_rfm_map *more = cm_rfm_map_add(map, rule);
    Size size = cm_rule_size(rule->length);
    bool last = more != map && memcmp((const char *) more + VARSIZE(more) - size, rule, size) == 0;

    CHECK_FOR_INTERRUPTS();
    if (last)
        pfree((void *) map);
    pfree(rule);
    return last ? more : NULL;
}

CM_INPUT_FUNCTION(cm_rfm_map_in)
{
    cm_parser p = cm_parse_begin("rfm_map", PG_GETARG_CSTRING(0));
    int bins = 0;

    cm_parse_version(&p, cm_rfm_map_class.version);
    if (*p.at == 'n')
        cm_parse_word(&p, "none");
    else
        bins = cm_parse_int(&p, 2, CM_MAX_BINS);
    cm_parse_char(&p, ':');

    const cm_rfm_map *map = cm_rfm_map_new(bins);

    if (bins != 0 && *p.at != '\0')
        do {
            if ((map = append_rule(map, parse_rule(&p, bins))) == NULL)
                cm_parse_fail(&p, "rules must be in the order of rank and scores, each once");
        } while (cm_parse_maybe(&p, ';'));
    cm_parse_end(&p);
    PG_RETURN_POINTER(map);
}

PG_FUNCTION_INFO_V1(cm_rfm_map_send);
Datum
cm_rfm_map_send(PG_FUNCTION_ARGS)
{
    const cm_rfm_map *map = PG_GETARG_RFM_MAP(0);
    const cm_rule *rule = cm_rule_first(map);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, map->head.version);
    pq_sendbyte(&out, map->bins);
    pq_sendint32(&out, map->rules);
    for (uint32 i = 0; i < map->rules; i++, rule = cm_rule_next(rule)) {
        pq_sendint16(&out, rule->rank);
        for (int d = 0; d < 3; d++) {
            pq_sendbyte(&out, rule->low[d]);
            pq_sendbyte(&out, rule->high[d]);
        }
        cm_sendcountedtext(&out, rule->label, rule->length);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static cm_rule *
receive_rule(StringInfo in, int bins)
{
    int rank = (int16) pq_getmsgint(in, 2);
    int low[3], high[3];

    for (int d = 0; d < 3; d++) {
        low[d] = pq_getmsgbyte(in);
        high[d] = pq_getmsgbyte(in);
    }

    int length = pq_getmsgint(in, 4);

    if (length < 1 || length > in->len - in->cursor)
        cm_receive_fail("rfm_map", "The length of a label is out of range");

    char *label = pq_getmsgtext(in, length, &length); /* in the encoding of the database, and valid there */

    return cm_rule_make(bins, rank, label, length, low, high);
}

PG_FUNCTION_INFO_V1(cm_rfm_map_recv);
Datum
cm_rfm_map_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);

    cm_receive_version(in, "rfm_map", cm_rfm_map_class.version);

    int bins = pq_getmsgbyte(in);
    uint32 rules = pq_getmsgint(in, 4);
    const cm_rfm_map *map = cm_rfm_map_new(bins);

    if (bins == 0 ? rules > 0 : bins == 1 || bins > CM_MAX_BINS)
        cm_receive_fail("rfm_map", "The number of bins is out of range");
    for (uint32 i = 0; i < rules; i++)
        if ((map = append_rule(map, receive_rule(in, bins))) == NULL)
            cm_receive_fail("rfm_map", "Rules must be in the order of rank and scores, each once");
    PG_RETURN_POINTER(map);
}

/* {"bins": 5, "rules": [{"rank": 1, "label": "VIP", "recency": [4, 5], "frequency": [4, 5], "monetary": [1, 5]}]} */
PG_FUNCTION_INFO_V1(cm_rfm_map_json);
Datum
cm_rfm_map_json(PG_FUNCTION_ARGS)
{
    const cm_rfm_map *map = PG_GETARG_RFM_MAP(0);
    const cm_rule *rule = cm_rule_first(map);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"bins\": %s, \"rules\": [",
                     map->bins == 0 ? "null" : psprintf("%u", map->bins));
    for (uint32 i = 0; i < map->rules; i++, rule = cm_rule_next(rule)) {
        CHECK_FOR_INTERRUPTS();
        appendStringInfo(&out, "%s{\"rank\": %d, \"label\": ", i > 0 ? ", " : "", rule->rank);
        escape_json(&out, pnstrdup(rule->label, rule->length));
        appendStringInfo(&out, ", \"recency\": [%d, %d], \"frequency\": [%d, %d], \"monetary\": [%d, %d]}",
                         rule->low[0], rule->high[0], rule->low[1], rule->high[1], rule->low[2],
                         rule->high[2]);
    }
    appendStringInfoString(&out, "]}");
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
