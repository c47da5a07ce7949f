/*
 * Maps of customers as bytes and as text from outside: what all classes share; see map_io.h. Both are the packed form, of which
 * nothing is believed: it is unpacked, looked through, and packed again, and must be the same.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/map_internal.h"
#include "core/map_io.h"
#include "core/map_pack.h"
#include "core/text_size.h"
#include "math/base64.h"

/*
 * On the wire: the version, the encoding of ids that are text (0 where there are none), then what follows cm_state in the packed
 * form.
 */
#define WIRE_HEAD 2

static int
encoding_of(cm_key_type type)
{
    return type == CM_KEY_TEXT ? GetDatabaseEncoding() : 0;
}

static cm_key_type
key_type_of(const void *packed)
{
    return (cm_key_type) ((const uint8 *) packed)[sizeof(cm_state)];
}

/* ---- in ---- */

/* Who reads, for messages: a text, or the bytes of a type. */
typedef struct source {
    const cm_map_class *cls;
    const cm_parser *text; /* NULL: bytes */
} source;

static void
fail(const source *from, const char *why)
{
    if (from->text != NULL)
        cm_parse_fail(from->text, why);
    cm_receive_fail(from->cls->state.name, why);
}

/* With ids that are in another encoding, which may order them otherwise: then it is an error. */
static cm_map *
in_our_encoding(const cm_map *map, int encoding, const cm_map_class *cls)
{
    cm_map_edit edit = cm_map_begin_canonical(cls, CM_KEY_TEXT, cm_map_params(map));

    edit.map->skipped = map->skipped;
    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_key key = map_entry_id(map, entry);
        char *given = pnstrdup(key.id.text.data, key.id.text.length);
        char *ours = pg_any_to_server(given, key.id.text.length, encoding);

        CHECK_FOR_INTERRUPTS();
        key.id.text.data = ours;
        key.id.text.length = strlen(ours);
        cls->merge(&edit, cm_map_append(&edit, &key), map, cm_map_payload(map, entry));
        if (ours != given)
            pfree(ours);
        pfree(given);
    }
    return cm_map_end_canonical(&edit);
}

static bool
is_our_encoding(const cm_map *map, int encoding)
{
    return encoding == encoding_of((cm_key_type) map->key_type);
}

static bool
can_convert(int encoding)
{
    return PG_VALID_ENCODING(encoding) &&
           (encoding == PG_SQL_ASCII ||
            OidIsValid(FindDefaultConversionProc(encoding, GetDatabaseEncoding())));
}

static void
verify_texts(const cm_map *map)
{
    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_key key = map_entry_id(map, entry);

        if (entry % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        pg_verifymbstr(key.id.text.data, key.id.text.length, false);
    }
}

static const void *
from_bytes(const uint8 *bytes, Size n, const source *from)
{
    const cm_map_class *cls = from->cls;
    int encoding = bytes[0];
    cm_state *packed;
    cm_map *map;
    void *again;

    n -= 1;
    packed = palloc(sizeof(cm_state) + n);
    SET_VARSIZE(packed, sizeof(cm_state) + n);
    packed->magic = cls->state.magic;
    packed->version = cls->state.version;
    packed->flags = CM_MAP_IS_PACKED;
    memcpy(packed + 1, bytes + 1, n);
    map = cm_map_try_unpack(packed, cls);
    if (map == NULL)
        fail(from, "Its blocks are not those of a value");
    if (map->skipped < 0 || map->skipped > CM_MAX_COUNT)
        fail(from, "The number of skipped rows is out of range");
    if (!is_our_encoding(map, encoding) && (map->key_type != CM_KEY_TEXT || !can_convert(encoding)))
        fail(from, "The encoding of its ids is not known here");

    const char *fault = cls->packing.fault(map);

    if (fault != NULL)
        fail(from, psprintf("In it: %s", fault));
    again = cm_map_pack(map, cls);
    if (VARSIZE(again) != VARSIZE(packed) || memcmp(again, packed, VARSIZE(packed)) != 0)
        fail(from, "It is not written as a value is");
    pfree(again);
    if (map->key_type == CM_KEY_TEXT) {
        if (!is_our_encoding(map, encoding))
            return cm_map_pack(in_our_encoding(map, encoding, cls), cls);
        verify_texts(map);
    }
    pfree(map);
    return packed;
}

Datum
cm_map_receive(FunctionCallInfo fcinfo, const cm_map_class *cls, int wanted, const char *name)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    source from = {cls, NULL};
    const void *packed;
    int left;

    cm_receive_version(in, cls->state.name, cls->state.version);
    left = in->len - in->cursor;
    if (left < WIRE_HEAD)
        cm_receive_fail(cls->state.name, "It ends too early");
    packed = from_bytes((const uint8 *) pq_getmsgbytes(in, left), left, &from);
    if (wanted != 0)
        cm_check_id_type(key_type_of(packed), (cm_key_type) wanted, name);
    PG_RETURN_POINTER(packed);
}

/* ---- out ---- */

Datum
cm_map_send(FunctionCallInfo fcinfo, const cm_map_class *cls)
{
    const cm_state *packed = (const cm_state *) DatumGetPointer(cm_map_stored(PG_GETARG_DATUM(0), cls));
    Size body = VARSIZE(packed) - sizeof(cm_state);
    bytea *out = palloc(VARHDRSZ + WIRE_HEAD + body);
    char *at = VARDATA(out);

    SET_VARSIZE(out, VARHDRSZ + WIRE_HEAD + body);
    *at++ = (char) packed->version;
    *at++ = (char) encoding_of(key_type_of(packed));
    memcpy(at, packed + 1, body);
    PG_RETURN_BYTEA_P(out);
}

/* ---- text: readable, or for a large value packed ---- */

static const char packed_word[] = "packed:";

Datum
cm_map_parse(FunctionCallInfo fcinfo, const cm_map_class *cls, PGFunction readable, int wanted,
             const char *name)
{
    cm_parser p = cm_parse_begin(cls->state.name, PG_GETARG_CSTRING(0));
    source from = {cls, &p};
    const char *colon = strchr(p.at, ':');
    const void *packed;

    if (colon != NULL && strncmp(colon + 1, packed_word, sizeof(packed_word) - 1) == 0) {
        Size n, bytes;
        uint8 *body;

        cm_parse_version(&p, cls->state.version);
        cm_parse_word(&p, packed_word);
        n = strlen(p.at);
        body = palloc(n / 4 * 3 + 1);
        if (!cm_base64_read(body, &bytes, p.at, n) || bytes < WIRE_HEAD)
            cm_parse_fail(&p, "base64 expected");
        packed = from_bytes(body, bytes, &from);
        if (cm_map_unpacked_size(packed, cls) <= CM_MAP_READABLE)
            cm_parse_fail(&p, "a value of this size is not written packed");
        pfree(body);
    } else
        packed = DatumGetPointer(cm_map_stored(readable(fcinfo), cls));
    if (wanted != 0)
        cm_check_id_type(key_type_of(packed), (cm_key_type) wanted, name);
    PG_RETURN_POINTER(packed);
}

Datum
cm_map_print(FunctionCallInfo fcinfo, const cm_map_class *cls, PGFunction readable)
{
    const cm_state *packed = (const cm_state *) DatumGetPointer(cm_map_stored(PG_GETARG_DATUM(0), cls));
    Size body = VARSIZE(packed) - sizeof(cm_state);
    StringInfoData out;
    uint8 *bytes;

    if (cm_map_unpacked_size(packed, cls) <= CM_MAP_READABLE) {
        fcinfo->args[0].value = PointerGetDatum(packed);
        return readable(fcinfo);
    }
    bytes = palloc(body + 1);
    bytes[0] = (uint8) encoding_of(key_type_of(packed));
    memcpy(bytes + 1, packed + 1, body);
    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s", packed->version, packed_word);
    enlargeStringInfo(&out, cm_base64_size(body + 1));
    cm_base64_write(out.data + out.len, bytes, body + 1);
    out.len += cm_base64_size(body + 1);
    out.data[out.len] = '\0';
    pfree(bytes);
    PG_RETURN_CSTRING(out.data);
}
