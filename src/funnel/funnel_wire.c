/* Funnels of all customers as bytes and base64; see funnel_wire.h. */
#include "postgres.h"

#include "catalog/namespace.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/map_io.h"
#include "funnel/funnel_build.h"
#include "funnel/funnel_wire.h"
#include "math/base64.h"
#include "math/pack.h"

#define HEAD (4 + 8 + 4 + 4) /* bytes, as funnel_wire.h says */

static int
encoding_of(int ids, int layout)
{
    return ids == CM_KEY_TEXT || layout == CM_FUNNEL_EVENTS || layout == CM_FUNNEL_ORDERED
               ? GetDatabaseEncoding()
               : 0;
}

/* ---- out ---- */

uint8 *
cm_funnels_to_wire(const cm_funnel *f, Size before, Size *size)
{
    const cm_funnel *stored = cm_funnel_to_stored(f);
    Size blocks = VARSIZE(stored) - sizeof(cm_funnel);
    uint8 *bytes = palloc(before + HEAD + blocks), *at = bytes + before;

    *at++ = (uint8) encoding_of(stored->ids, stored->layout);
    *at++ = stored->ids;
    *at++ = stored->layout;
    *at++ = stored->clock;
    at = cm_pack_bytes(at, (uint64) stored->skipped, 8);
    at = cm_pack_bytes(at, stored->used, 4);
    at = cm_pack_bytes(at, stored->unused, 4);
    memcpy(at, stored->words, blocks);
    *size = before + HEAD + blocks;
    return bytes;
}

/* ---- in ---- */

static void
fail(const cm_parser *text, const char *why)
{
    if (text != NULL)
        cm_parse_fail(text, why);
    cm_receive_fail(cm_funnels_class.name, why);
}

/* A text of a value that was written in this encoding, in that of the database; found to be one. */
static const char *
our_text(const char *data, uint32 *length, int encoding)
{
    char *given = pnstrdup(data, *length), *ours;

    if (strlen(given) != *length)
        pg_verifymbstr(data, (int) *length, false); /* which is an error */
    ours = pg_any_to_server(given, (int) *length, encoding);
    *length = strlen(ours);
    return ours;
}

static const char *
row_fault(const cm_funnel_event *event, cm_funnel_layout layout)
{
    uint64 steps = event->row.steps;

    if (event->row.at > CM_FUNNEL_MAX_TIME || event->row.at < -CM_FUNNEL_MAX_TIME)
        return "A time is out of range";
    if (steps == 0 || (layout == CM_FUNNEL_STEPS && (steps & (steps - 1)) != 0))
        return "A row matches no step, or too many";
    return NULL;
}

/* The rows of a stored value, each looked at, in a value that is built of them. */
static void
build_rows(cm_funnel_builder *b, const cm_funnel *stored, int encoding, const cm_parser *text)
{
    cm_funnel_reader *reader = cm_funnel_begin_stored(stored);
    bool damaged;

    while (cm_funnel_try_next_block(reader, &damaged)) {
        cm_funnel_customer c = {.from = reader->block};
        cm_funnel_event event;

        while (cm_funnel_next(&c)) {
            cm_key id = cm_funnel_key(&c);
            bool first = true;

            if (id.type == CM_KEY_TEXT)
                id.id.text.data = our_text(id.id.text.data, &id.id.text.length, encoding);
            for (uint32 at = c.at; cm_funnel_next_row(&c, &at, &event); first = false) {
                const char *fault = row_fault(&event, (cm_funnel_layout) stored->layout);

                CHECK_FOR_INTERRUPTS();
                if (fault != NULL)
                    fail(text, fault);
                if (event.held != NULL)
                    event.held = our_text(event.held, &event.held_length, encoding);
                if (!cm_funnel_build_row(b, &id, &event, first))
                    fail(text, "Ids and rows are not in ascending order");
                if (event.held != NULL)
                    pfree((char *) event.held);
            }
            if (id.type == CM_KEY_TEXT)
                pfree((char *) id.id.text.data);
        }
    }
    if (damaged)
        fail(text, "Its blocks are not those of a value");
}

static bool
knows_encoding(int encoding, int wanted)
{
    return encoding == wanted || (wanted != 0 && PG_VALID_ENCODING(encoding) &&
                                  (encoding == PG_SQL_ASCII ||
                                   OidIsValid(FindDefaultConversionProc(encoding, GetDatabaseEncoding()))));
}

Datum
cm_funnels_from_wire(const uint8 *bytes, Size n, const cm_parser *text, int wanted)
{
    cm_funnel *stored;
    const cm_funnel *built;
    int encoding, ours;
    const char *fault;

    if (n < HEAD)
        fail(text, "It ends too early");
    stored = cm_state_new(&cm_funnels_class, sizeof(cm_funnel) + n - HEAD);
    encoding = *bytes++;
    stored->ids = *bytes++;
    stored->layout = *bytes++;
    stored->clock = *bytes++;
    stored->sorted = 1;
    fault = cm_funnel_head_fault(true, stored->ids, stored->layout, stored->clock);
    if (fault != NULL)
        fail(text, fault);
    ours = encoding_of(stored->ids, stored->layout);
    if (!knows_encoding(encoding, ours))
        fail(text, "The encoding of its texts is not known here");
    stored->skipped = cm_check_count((int64) cm_unpack_bytes(bytes, 8), "the number of skipped rows");
    stored->used = (uint32) cm_unpack_bytes(bytes + 8, 4);
    stored->unused = (uint32) cm_unpack_bytes(bytes + 12, 4);
    if (stored->used > MaxAllocSize / 8)
        fail(text, "It is too large");
    memcpy(stored->words, bytes + 16, n - HEAD);

    cm_funnel_builder b = cm_funnel_build(&cm_funnels_class, stored->ids, (cm_funnel_layout) stored->layout,
                                          (cm_clock) stored->clock, stored->skipped);

    if (stored->layout != CM_FUNNEL_EMPTY) {
        stored->head.flags = CM_FUNNEL_IS_STORED;
        build_rows(&b, stored, encoding, text);
    }
    built = (const cm_funnel *) DatumGetPointer(cm_funnel_built(&b, wanted));
    if (encoding == ours && (VARSIZE(built) != VARSIZE(stored) ||
                             memcmp(VARDATA(built), VARDATA(stored), VARSIZE(stored) - VARHDRSZ) != 0))
        fail(text, "It is not written as a value is");
    if (built->used == 0 && stored->layout != CM_FUNNEL_EMPTY)
        fail(text, "A value with a layout has rows");
    PG_RETURN_POINTER(built);
}

/* ---- text ---- */

static const char packed_word[] = "packed:";

bool
cm_funnels_text_is_packed(const char *text)
{
    const char *colon = strchr(text, ':');

    return colon != NULL && strncmp(colon + 1, packed_word, sizeof(packed_word) - 1) == 0;
}

Datum
cm_funnels_parse_packed(const char *text, int wanted)
{
    cm_parser p = cm_parse_begin(cm_funnels_class.name, text);
    Size n, bytes;
    uint8 *body;
    Datum value;

    cm_parse_version(&p, cm_funnels_class.version);
    cm_parse_word(&p, packed_word);
    n = strlen(p.at);
    body = palloc(n / 4 * 3 + 1);
    if (!cm_base64_read(body, &bytes, p.at, n))
        cm_parse_fail(&p, "base64 expected");
    value = cm_funnels_from_wire(body, bytes, &p, wanted);
    if ((Size) ((const cm_funnel *) DatumGetPointer(value))->used * 8 <= CM_MAP_READABLE)
        cm_parse_fail(&p, "a value of this size is not written packed");
    pfree(body);
    return value;
}

char *
cm_funnels_print_packed(const cm_funnel *f)
{
    StringInfoData out;
    uint8 *bytes;
    Size size;

    if ((Size) f->used * 8 <= CM_MAP_READABLE)
        return NULL;
    bytes = cm_funnels_to_wire(f, 0, &size);
    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s", f->head.version, packed_word);
    enlargeStringInfo(&out, cm_base64_size(size));
    cm_base64_write(out.data + out.len, bytes, size);
    out.len += cm_base64_size(size);
    out.data[out.len] = '\0';
    pfree(bytes);
    return out.data;
}
