/* Text and binary form of rfm_map; see rfm_map.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "core/parse.h"
#include "segment/rfm_map.h"

/* "1:", then rules between ";": rank "label" recency/frequency/monetary, each low-high. Such as 1 "VIP" 4-5/4-5/1-5 */
PG_FUNCTION_INFO_V1(cm_rfm_map_out);
Datum
cm_rfm_map_out(PG_FUNCTION_ARGS)
{
    const cm_rfm_map *map = PG_GETARG_RFM_MAP(0);
    const cm_rule *rule = cm_rule_first(map);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", map->head.version);
    for (uint32 i = 0; i < map->rules; i++, rule = cm_rule_next(rule)) {
        appendStringInfo(&out, "%s%d ", i > 0 ? ";" : "", rule->rank);
        cm_append_quoted(&out, pnstrdup(rule->label, rule->length));
        for (int d = 0; d < 3; d++)
            appendStringInfo(&out, "%c%d-%d", d == 0 ? ' ' : '/', rule->low[d], rule->high[d]);
    }
    PG_RETURN_CSTRING(out.data);
}

static cm_rule *
parse_rule(cm_parser *p)
{
    int64 rank = cm_parse_int(p, 1, PG_INT16_MAX);
    int low[3], high[3];

    cm_parse_char(p, ' ');

    char *label = cm_parse_quoted(p);

    if (label[0] == '\0')
        cm_parse_fail(p, "a label expected");
    for (int d = 0; d < 3; d++) {
        cm_parse_char(p, d == 0 ? ' ' : '/');
        low[d] = cm_parse_int(p, 1, CM_RFM_MAX_SCORE);
        cm_parse_char(p, '-');
        high[d] = cm_parse_int(p, low[d], CM_RFM_MAX_SCORE);
    }
    return cm_rule_make(rank, label, strlen(label), low, high);
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
    const cm_rfm_map *map = cm_state_new(&cm_rfm_map_class, sizeof(cm_rfm_map));

    cm_parse_version(&p, cm_rfm_map_class.version);
    if (*p.at != '\0')
        do {
            if ((map = append_rule(map, parse_rule(&p))) == NULL)
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
receive_rule(StringInfo in)
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

    return cm_rule_make(rank, label, length, low, high);
}

PG_FUNCTION_INFO_V1(cm_rfm_map_recv);
Datum
cm_rfm_map_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    const cm_rfm_map *map = cm_state_new(&cm_rfm_map_class, sizeof(cm_rfm_map));

    cm_receive_version(in, "rfm_map", cm_rfm_map_class.version);

    uint32 rules = pq_getmsgint(in, 4);

    for (uint32 i = 0; i < rules; i++)
        if ((map = append_rule(map, receive_rule(in))) == NULL)
            cm_receive_fail("rfm_map", "Rules must be in the order of rank and scores, each once");
    PG_RETURN_POINTER(map);
}
