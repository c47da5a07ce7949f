/* Ids of customers in a map: hashing, comparing, text and binary form, JSON; see map.h. */
#include "postgres.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/map.h"
#include "core/map_internal.h"
#include "core/map_io.h"
#include "core/text_size.h"

static const char *const type_names[] = {NULL, "bigint", "uuid", "text"};

/* ---- keys ---- */

uint32
cm_map_hash_bytes(const char *data, uint32 length, uint64 seed)
{
    return map_mix(hash_bytes_extended((const unsigned char *) data, length, seed));
}

static cm_key
key_of_text(const char *data, uint32 length)
{
    return (cm_key){.type = CM_KEY_TEXT, .id.text = {data, length}};
}

/* The order of the canonical form: numbers by value, others by bytes. */
int
cm_key_compare(const cm_key *a, const cm_key *b)
{
    if (a->type == CM_KEY_BIGINT)
        return (a->id.number > b->id.number) - (a->id.number < b->id.number);
    if (a->type == CM_KEY_UUID)
        return memcmp(&a->id.uuid, &b->id.uuid, sizeof(pg_uuid_t));

    uint32 shorter = Min(a->id.text.length, b->id.text.length);
    int order = memcmp(a->id.text.data, b->id.text.data, shorter);

    return order != 0 ? order
                      : (a->id.text.length > b->id.text.length) - (a->id.text.length < b->id.text.length);
}

int
cm_map_compare_keys(const cm_map *a, uint32 entry_a, const cm_map *b, uint32 entry_b)
{
    cm_key key_a = map_entry_id(a, entry_a);
    cm_key key_b = map_entry_id(b, entry_b);

    return cm_key_compare(&key_a, &key_b);
}

int64
cm_map_find(const cm_map *map, const cm_key *key)
{
    uint32 low = 0, high = map->count;

    while (low < high) {
        uint32 middle = low + (high - low) / 2;
        cm_key at = map_entry_id(map, middle);
        int order = cm_key_compare(&at, key);

        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

Datum
cm_key_datum(const cm_key *key)
{
    if (key->type == CM_KEY_BIGINT)
        return Int64GetDatum(key->id.number);
    if (key->type == CM_KEY_UUID)
        return UUIDPGetDatum(memcpy(palloc(sizeof(pg_uuid_t)), &key->id.uuid, sizeof(pg_uuid_t)));
    return PointerGetDatum(cstring_to_text_with_len(key->id.text.data, key->id.text.length));
}

Datum
cm_map_key_datum(const cm_map *map, uint32 entry)
{
    cm_key key = map_entry_id(map, entry);

    return cm_key_datum(&key);
}

static char *
key_cstring(const cm_key *key)
{
    if (key->type == CM_KEY_BIGINT)
        return psprintf(INT64_FORMAT, key->id.number);
    if (key->type == CM_KEY_UUID)
        return DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&key->id.uuid)));
    return pnstrdup(key->id.text.data, key->id.text.length);
}

/* ---- JSON ---- */

void
cm_append_json_key(StringInfo out, const cm_key *key)
{
    char *id = key_cstring(key);

    if (key->type == CM_KEY_BIGINT)
        appendStringInfoString(out, id);
    else
        escape_json(out, id);
    pfree(id);
}

void
cm_map_append_json_key(StringInfo out, const cm_map *map, uint32 entry)
{
    cm_key key = map_entry_id(map, entry);

    cm_append_json_key(out, &key);
}

#define JSON_LIMIT ((int) (MaxAllocSize / 16 * 15)) /* bytes: what is left is for the last customer */

void
cm_map_begin_json(StringInfo out, const cm_map *map, uint32 entry, const cm_map_class *cls)
{
    CHECK_FOR_INTERRUPTS();
    if (out->len > JSON_LIMIT)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("the JSON of a value of type %s would exceed 1 GB", cls->state.name),
                        errhint("Use a function that gives its content as rows.")));
    appendStringInfoString(out, entry > 0 ? ", {\"customer_id\": " : "{\"customer_id\": ");
    cm_map_append_json_key(out, map, entry);
}

/* ---- text and binary form ---- */

const char *
cm_map_key_type_name(const cm_map *map)
{
    return type_names[map->key_type];
}

const char *
cm_customer_name(const cm_key *key)
{
    const char *id = key_cstring(key);

    return key->type == CM_KEY_TEXT ? psprintf("customer \"%s\"", cm_excerpt(id))
                                    : psprintf("customer %s", id);
}

const char *
cm_map_customer_name(const cm_map *map, uint32 entry)
{
    cm_key key = map_entry_id(map, entry);

    return cm_customer_name(&key);
}

/* Part of a type's name. */
static const char *
type_suffix(cm_key_type type)
{
    return type == CM_KEY_UUID ? "_uuid" : type == CM_KEY_TEXT ? "_text" : "";
}

void
cm_check_id_type(cm_key_type type, cm_key_type wanted, const char *name)
{
    if (type != wanted)
        ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                        errmsg("the customer ids of a value of type %s%s_state must be %s, not %s", name,
                               type_suffix(wanted), type_names[wanted], type_names[type]),
                        errhint("Values with such ids are of type %s%s_state.", name, type_suffix(type))));
}

cm_key_type
cm_map_parse_key_type(cm_parser *p)
{
    for (int type = CM_KEY_BIGINT; type <= CM_KEY_TEXT; type++)
        if (strncmp(p->at, type_names[type], strlen(type_names[type])) == 0) {
            cm_parse_word(p, type_names[type]);
            return (cm_key_type) type;
        }
    cm_parse_fail(p, "\"bigint\", \"uuid\" or \"text\" expected");
}

void
cm_map_append_key_type(StringInfo out, const cm_map *map)
{
    appendStringInfoString(out, cm_map_key_type_name(map));
    if (map->skipped > 0)
        appendStringInfo(out, "+" INT64_FORMAT, map->skipped);
}

int64
cm_map_parse_skipped(cm_parser *p)
{
    return cm_parse_maybe(p, '+') ? cm_parse_int(p, 1, CM_MAX_COUNT) : 0;
}

void
cm_append_key(StringInfo out, const cm_key *key)
{
    char *id = key_cstring(key);

    if (key->type == CM_KEY_TEXT)
        cm_append_quoted(out, id);
    else
        appendStringInfoString(out, id);
    pfree(id);
}

void
cm_map_append_key(StringInfo out, const cm_map *map, uint32 entry)
{
    cm_key key = map_entry_id(map, entry);

    cm_append_key(out, &key);
}

#define UUID_TEXT_LENGTH 36

uint64
cm_key_text_size(const cm_key *key)
{
    if (key->type == CM_KEY_BIGINT)
        return cm_text_int(key->id.number);
    if (key->type == CM_KEY_UUID)
        return UUID_TEXT_LENGTH;
    return cm_text_quoted(key->id.text.data, key->id.text.length);
}

static cm_key
parse_uuid(cm_parser *p)
{
    char *given = pnstrdup(p->at, UUID_TEXT_LENGTH);

    if (strlen(given) < UUID_TEXT_LENGTH || strspn(given, "0123456789abcdef-") < UUID_TEXT_LENGTH)
        cm_parse_fail(p, "a uuid in lower case expected");

    pg_uuid_t *id = DatumGetUUIDP(DirectFunctionCall1(uuid_in, CStringGetDatum(given)));

    if (strcmp(given, DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(id)))) != 0)
        cm_parse_fail(p, "a uuid of groups of 8, 4, 4, 4 and 12 digits expected");
    p->at += UUID_TEXT_LENGTH;
    return cm_key_uuid(id);
}

cm_key
cm_map_parse_key(cm_parser *p, cm_key_type type)
{
    if (type == CM_KEY_BIGINT)
        return cm_key_bigint(cm_parse_int(p, PG_INT64_MIN, PG_INT64_MAX));
    if (type == CM_KEY_UUID)
        return parse_uuid(p);

    char *id = cm_parse_quoted(p);

    return key_of_text(id, strlen(id));
}

void
cm_send_text(StringInfo out, const char *data, uint32 length)
{
    char *text = pnstrdup(data, length);
    char *client = pg_server_to_client(text, length);

    pq_sendint32(out, strlen(client));
    pq_sendbytes(out, client, strlen(client));
    if (client != text)
        pfree(client);
    pfree(text);
}
