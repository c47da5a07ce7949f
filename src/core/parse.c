/* Reading and writing the text form of our types; see parse.h. */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "libpq/pqformat.h"

#include "core/check.h"
#include "core/parse.h"

cm_parser
cm_parse_begin(const char *type, const char *text)
{
    return (cm_parser){.type = type, .text = text, .at = text};
}

void
cm_parse_fail(const cm_parser *p, const char *why)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                    errmsg("invalid input syntax for type %s: \"%s\"", p->type, cm_excerpt(p->text)),
                    errdetail("At character %d: %s.", (int) (p->at - p->text) + 1, why)));
}

int
cm_parse_version(cm_parser *p, int newest)
{
    int64 version = cm_parse_int(p, 1, PG_UINT8_MAX);

    cm_parse_char(p, ':');
    if (version > newest)
        ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                        errmsg("this value of type %s has version %d", p->type, (int) version),
                        errdetail("This server's customer_metrics reads versions up to %d.", newest),
                        errhint("Install the newer customer_metrics here.")));
    return (int) version;
}

bool
cm_parse_maybe(cm_parser *p, char wanted)
{
    if (*p->at != wanted)
        return false;
    p->at++;
    return true;
}

void
cm_parse_char(cm_parser *p, char wanted)
{
    if (!cm_parse_maybe(p, wanted))
        cm_parse_fail(p, psprintf("\"%c\" expected", wanted));
}

void
cm_parse_word(cm_parser *p, const char *wanted)
{
    if (strncmp(p->at, wanted, strlen(wanted)) != 0)
        cm_parse_fail(p, psprintf("\"%s\" expected", wanted));
    p->at += strlen(wanted);
}

int64
cm_parse_int(cm_parser *p, int64 min, int64 max)
{
    const char *digits = p->at + (*p->at == '-');
    int length = strspn(digits, "0123456789");
    bool canonical = length > 0 && (digits[0] != '0' || (length == 1 && digits == p->at));
    char *end;

    if (!canonical)
        cm_parse_fail(p, "an integer without superfluous zeros expected");

    errno = 0;
    long long value = strtoll(p->at, &end, 10);

    if (errno == ERANGE || value < min || value > max)
        cm_parse_fail(p, psprintf("an integer from " INT64_FORMAT " to " INT64_FORMAT " expected", min, max));
    p->at = end;
    return value;
}

double
cm_parse_float(cm_parser *p)
{
    int length = strspn(p->at, "+-.0123456789eE"); /* neither hexadecimal nor words */
    char *end;

    errno = 0;
    double value = length > 0 ? strtod(p->at, &end) : NAN;

    /* A denormal result raises ERANGE although it is what was written. */
    if (length == 0 || end != p->at + length || !isfinite(value) || (errno == ERANGE && fabs(value) >= 1))
        cm_parse_fail(p, "a finite number expected");
    p->at = end;
    return value + 0.0;
}

char *
cm_parse_quoted(cm_parser *p)
{
    StringInfoData out;

    cm_parse_char(p, '"');
    initStringInfo(&out);
    for (;;) {
        const char *quote = strchr(p->at, '"');

        if (quote == NULL)
            cm_parse_fail(p, "closing quote missing");
        appendBinaryStringInfo(&out, p->at, quote - p->at);
        p->at = quote + 1;
        if (!cm_parse_maybe(p, '"'))
            return out.data;
        appendStringInfoChar(&out, '"');
    }
}

void
cm_parse_end(const cm_parser *p)
{
    if (*p->at != '\0')
        cm_parse_fail(p, "nothing more expected");
}

void
cm_append_float(StringInfo out, double value)
{
    char buffer[DOUBLE_SHORTEST_DECIMAL_LEN];

    double_to_shortest_decimal_buf(value, buffer);
    appendStringInfoString(out, buffer);
}

void
cm_append_quoted(StringInfo out, const char *text)
{
    appendStringInfoChar(out, '"');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"')
            appendStringInfoChar(out, '"');
        appendStringInfoChar(out, *c);
    }
    appendStringInfoChar(out, '"');
}

int64
cm_parse_skipped(cm_parser *p)
{
    int64 skipped;

    if (!cm_parse_maybe(p, '+'))
        return 0;
    skipped = cm_parse_int(p, 1, CM_MAX_COUNT);
    cm_parse_char(p, ':');
    return skipped;
}

void
cm_append_skipped(StringInfo out, int64 skipped)
{
    if (skipped > 0)
        appendStringInfo(out, "+" INT64_FORMAT ":", skipped);
}

int64
cm_receive_skipped(StringInfo in)
{
    return cm_check_count(pq_getmsgint64(in), "the number of skipped rows");
}

int
cm_receive_version(StringInfo in, const char *type, int newest)
{
    int version = pq_getmsgbyte(in);

    if (version < 1 || version > newest)
        ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                        errmsg("this binary value of type %s has version %d", type, version),
                        errdetail("This server's customer_metrics reads versions 1 to %d.", newest)));
    return version;
}

/* Equal values have equal bytes, so that there is only one zero. */
double
cm_receive_float(StringInfo in)
{
    return pq_getmsgfloat8(in) + 0.0;
}

void
cm_receive_fail(const char *type, const char *why)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                    errmsg("invalid binary value of type %s", type), errdetail("%s.", why)));
}
