/* Messages, texts, dates, uuids of the stub server, see server.c: what the functions of types read and write with. */
#include "postgres.h"

#define pq_sendbytes declared_otherwise /* these two changed their arguments in 16 and 17 */
#define pq_sendcountedtext also_declared_otherwise
#include "libpq/pqformat.h"
#undef pq_sendbytes
#undef pq_sendcountedtext
#include "catalog/namespace.h"
#include "mb/pg_wchar.h"
#include "pgtime.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/uuid.h"

#include "server/server.h"

const int day_tab[2][13] = {{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0},
                            {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0}};

static int64
days_before_year(int64 year) /* from 4801 BC, whose first day is Julian day -32044 in March */
{
    return year * 365 + year / 4 - year / 100 + year / 400;
}

int
date2j(int year, int month, int day)
{
    int y = month > 2 ? year + 4800 : year + 4799, m = month > 2 ? month - 3 : month + 9; /* March is 0 */

    return days_before_year(y) + (153 * m + 2) / 5 + day - 32045;
}

void
j2date(int julian, int *year, int *month, int *day)
{
    int64 days = (int64) julian + 32044, y = days * 400 / 146097;

    while (days_before_year(y + 1) <= days)
        y++;
    while (days_before_year(y) > days)
        y--;

    int left = days - days_before_year(y), m = (5 * left + 2) / 153;

    *day = left - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = y - 4800 + (m >= 10);
}

void
EncodeDateOnly(struct pg_tm *tm, int style, char *text)
{
    sprintf(text, "%04d-%02d-%02d", tm->tm_year, tm->tm_mon, tm->tm_mday);
}

void
EncodeSpecialDate(DateADT day, char *text)
{
    strcpy(text, "infinity");
}

Datum
uuid_in(PG_FUNCTION_ARGS)
{
    const char *text = PG_GETARG_CSTRING(0);
    pg_uuid_t *id = palloc(sizeof(*id));

    for (int i = 0; i < UUID_LEN; i++) {
        unsigned byte;

        text += *text == '-';
        if (strspn(text, "0123456789abcdef") < 2 || sscanf(text, "%2x", &byte) != 1)
            server_throw(ERRCODE_INVALID_TEXT_REPRESENTATION);
        id->data[i] = byte;
        text += 2;
    }
    PG_RETURN_UUID_P(id);
}

Datum
uuid_out(PG_FUNCTION_ARGS)
{
    const pg_uuid_t *id = PG_GETARG_UUID_P(0);
    char *text = palloc(2 * UUID_LEN + 5), *at = text;

    for (int i = 0; i < UUID_LEN; i++)
        at += sprintf(at, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", id->data[i]);
    PG_RETURN_CSTRING(text);
}

/* Amounts are numeric in messages only, where their text will do. */
Datum
numeric_in(PG_FUNCTION_ARGS)
{
    return PG_GETARG_DATUM(0);
}

Datum
numeric_out(PG_FUNCTION_ARGS)
{
    return PG_GETARG_DATUM(0);
}

Datum
DirectFunctionCall3Coll(PGFunction function, Oid collation, Datum argument, Datum unused, Datum unused_too)
{
    return DirectFunctionCall1Coll(function, collation, argument);
}

Datum
DirectFunctionCall1Coll(PGFunction function, Oid collation, Datum argument)
{
    LOCAL_FCINFO(fcinfo, 1);

    InitFunctionCallInfoData(*fcinfo, NULL, 1, collation, NULL, NULL);
    fcinfo->args[0] = (NullableDatum){argument, false};
    return function(fcinfo);
}

text *
cstring_to_text_with_len(const char *string, int length)
{
    text *result = palloc(VARHDRSZ + length);

    SET_VARSIZE(result, VARHDRSZ + length);
    memcpy(VARDATA(result), string, length);
    return result;
}

text *
cstring_to_text(const char *string)
{
    return cstring_to_text_with_len(string, strlen(string));
}

char *
text_to_cstring(const text *string)
{
    return pnstrdup(VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
}

/* ---- messages ---- */

const char *
pq_getmsgbytes(StringInfo in, int length)
{
    const char *bytes = in->data + in->cursor;

    if (length < 0 || length > in->len - in->cursor)
        server_throw(ERRCODE_PROTOCOL_VIOLATION);
    in->cursor += length;
    return bytes;
}

int
pq_getmsgbyte(StringInfo in)
{
    return *(const unsigned char *) pq_getmsgbytes(in, 1);
}

int64
pq_getmsgint64(StringInfo in)
{
    uint64 value;

    memcpy(&value, pq_getmsgbytes(in, 8), 8);
    return pg_ntoh64(value);
}

unsigned int
pq_getmsgint(StringInfo in, int size)
{
    const unsigned char *bytes = (const unsigned char *) pq_getmsgbytes(in, size);
    unsigned int value = 0;

    for (int i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

float8
pq_getmsgfloat8(StringInfo in)
{
    union {
        int64 bits;
        float8 value;
    } both = {pq_getmsgint64(in)};

    return both.value;
}

/* Bytes that are no characters are refused by the server before our code sees them; here it must bear them too. */
static void
check_text(const char *text, int length)
{
    if (memchr(text, 0, length) != NULL)
        server_throw(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE);
}

char *
pq_getmsgtext(StringInfo in, int length, int *converted)
{
    const char *bytes = pq_getmsgbytes(in, length);

    check_text(bytes, length);
    *converted = length;
    return pnstrdup(bytes, length);
}

const char *
pq_getmsgstring(StringInfo in)
{
    const char *end = memchr(in->data + in->cursor, 0, in->len - in->cursor);

    if (end == NULL)
        server_throw(ERRCODE_PROTOCOL_VIOLATION);
    return pq_getmsgbytes(in, end + 1 - (in->data + in->cursor));
}

bool
pg_verifymbstr(const char *text, int length, bool no_error)
{
    check_text(text, length);
    return true;
}

/* At most so many bytes, whole characters of UTF-8. */
int
pg_mbcliplen(const char *text, int length, int limit)
{
    if (length <= limit)
        return length;
    while (limit > 0 && (text[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

int
GetDatabaseEncoding(void)
{
    return PG_UTF8;
}

char *
pg_any_to_server(const char *text, int length, int encoding)
{
    check_text(text, length);
    return unconstify(char *, text);
}

char *
pg_server_to_any(const char *text, int length, int encoding)
{
    return unconstify(char *, text);
}

/* There are no time zones: a value that names one is refused. */
pg_tz *
pg_tzset(const char *name)
{
    return NULL;
}

/* There are no conversions. */
Oid
FindDefaultConversionProc(int32 from, int32 to)
{
    return InvalidOid;
}

char *
pg_server_to_client(const char *text, int length)
{
    return unconstify(char *, text);
}

void
pq_begintypsend(StringInfo out)
{
    initStringInfo(out);
    appendBinaryStringInfo(out, "\0\0\0\0", VARHDRSZ);
}

bytea *
pq_endtypsend(StringInfo out)
{
    SET_VARSIZE(out->data, out->len);
    return (bytea *) out->data;
}

extern void pq_sendbytes(StringInfo out, const void *bytes, int length);
extern void pq_sendcountedtext(StringInfo out, const char *text, int length);

void
pq_sendbytes(StringInfo out, const void *bytes, int length)
{
    appendBinaryStringInfo(out, bytes, length);
}

void
pq_sendcountedtext(StringInfo out, const char *text, int length)
{
    pq_sendint32(out, length);
    pq_sendbytes(out, text, length);
}

void
pq_sendtext(StringInfo out, const char *text,
            int length) /* of the server's encoding, which is the client's */
{
    pq_sendbytes(out, text, length);
}

void
pq_sendstring(StringInfo out, const char *text)
{
    appendBinaryStringInfo(out, text, strlen(text) + 1);
}

void
pq_sendfloat8(StringInfo out, float8 value)
{
    union {
        float8 value;
        int64 bits;
    } both = {value};

    pq_sendint64(out, both.bits);
}
