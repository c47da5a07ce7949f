/* Text, JSON and binary form of exact sums; see sums.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "satisfaction/sums.h"

#define MOST_DIGITS 100 /* of 320 bits and a scale of twice 38 */

/* The error of sums that no rows give, or NULL. */
static const char *
sums_error(const cm_sums *s, const cm_sums_kind *kind)
{
    int64 rows = 0;

    for (int bin = 0; bin < kind->bins; bin++) {
        const cm_sum *b = &s->bins[bin];

        if (!cm_sums_possible(s, bin))
            return "the squares contradict the sum";
        if (kind->weights && b->n > 0 && b->sum <= 0)
            return "weights are not positive";
        if (kind->weights) {
            cm_wide square = cm_wide_square(b->sum);

            if (!cm_wide_subtract(&square, &b->squares))
                return "the squares exceed those of positive weights";
        }
        rows = cm_add_counts(rows, b->n, "rows");
    }
    if (rows == 0 && s->scale != 0)
        return "nothing has no decimals";
    return NULL;
}

/* ---- text: 1:n,sum,squares;n,sum,squares;... with as many decimals as the finest number, and twice as many ---- */

static void
append_squares(StringInfo out, cm_wide squares, int decimals)
{
    char digits[MOST_DIGITS + 2];
    char *at = digits + sizeof(digits);
    int printed = 0;

    *--at = '\0';
    do {
        *--at = '0' + (char) cm_wide_divide(&squares, 10);
        if (++printed == decimals)
            *--at = '.';
    } while (!cm_wide_is_zero(&squares) || printed <= decimals);
    appendStringInfoString(out, at);
}

static cm_wide
parse_squares(cm_parser *p, int decimals)
{
    cm_wide squares = CM_WIDE_ZERO;
    int whole = 0, after = -1;

    for (; (*p->at >= '0' && *p->at <= '9') || (*p->at == '.' && after < 0 && whole > 0); p->at++) {
        cm_wide digit = {{(uint64) (*p->at - '0'), 0, 0, 0, 0}};

        if (*p->at == '.') {
            after = 0;
            continue;
        }
        if (whole == 1 && after < 0 && cm_wide_is_zero(&squares))
            cm_parse_fail(p, "a number without superfluous zeros expected");
        *(after < 0 ? &whole : &after) += 1;
        if (!cm_wide_multiply(&squares, 10) || !cm_wide_add(&squares, &digit) ||
            squares.limb[CM_WIDE_LIMBS - 1] != 0)
            cm_parse_fail(p, "a sum of squares below 2^256 expected");
    }
    if (whole == 0 || Max(after, 0) != decimals || after == 0)
        cm_parse_fail(p, "a sum of squares with twice as many decimals as the sum expected");
    return squares;
}

Datum
cm_sums_in(FunctionCallInfo fcinfo, const cm_sums_kind *kind)
{
    cm_parser p = cm_parse_begin(kind->state.name, PG_GETARG_CSTRING(0));
    cm_sums *s = cm_sums_new(kind);

    cm_parse_version(&p, kind->state.version);
    for (int bin = 0; bin < kind->bins; bin++) {
        cm_sum *b = &s->bins[bin];

        if (bin > 0)
            cm_parse_char(&p, ';');
        b->n = cm_parse_int(&p, 0, CM_MAX_COUNT);
        cm_parse_char(&p, ',');

        cm_money sum = cm_parse_money(&p);

        if (bin == 0)
            s->scale = sum.scale;
        else if (sum.scale != s->scale)
            cm_parse_fail(&p, "all sums have as many decimals");
        b->sum = sum.units;
        cm_parse_char(&p, ',');
        b->squares = parse_squares(&p, 2 * s->scale);
    }
    cm_parse_end(&p);

    const char *error = sums_error(s, kind);

    if (error != NULL)
        cm_parse_fail(&p, error);
    PG_RETURN_POINTER(s);
}

Datum
cm_sums_out(FunctionCallInfo fcinfo, const cm_sums_kind *kind)
{
    const cm_sums *s = cm_sums_read(PG_GETARG_DATUM(0), kind);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", kind->state.version);
    for (int bin = 0; bin < kind->bins; bin++) {
        appendStringInfo(&out, "%s" INT64_FORMAT ",", bin > 0 ? ";" : "", s->bins[bin].n);
        cm_append_money(&out, (cm_money){s->bins[bin].sum, s->scale, 0});
        appendStringInfoChar(&out, ',');
        append_squares(&out, s->bins[bin].squares, 2 * s->scale);
    }
    PG_RETURN_CSTRING(out.data);
}

/* ---- JSON: {"n": 2, "sum": 3.5, "sum_of_squares": 6.25}, or {"scores": {"0": {...}, ...}} ---- */

static void
append_bin(StringInfo out, const cm_sums *s, int bin, bool weights)
{
    appendStringInfo(out, "{\"n\": " INT64_FORMAT ", \"%s\": ", s->bins[bin].n, weights ? "weight" : "sum");
    cm_append_money(out, (cm_money){s->bins[bin].sum, s->scale, 0});
    appendStringInfoString(out, ", \"sum_of_squares\": ");
    append_squares(out, s->bins[bin].squares, 2 * s->scale);
    appendStringInfoChar(out, '}');
}

Datum
cm_sums_json(FunctionCallInfo fcinfo, const cm_sums_kind *kind)
{
    const cm_sums *s = cm_sums_read(PG_GETARG_DATUM(0), kind);
    StringInfoData out;

    initStringInfo(&out);
    if (kind->json_names == NULL)
        append_bin(&out, s, 0, kind->weights);
    else {
        if (kind->json_list != NULL)
            appendStringInfo(&out, "{\"%s\": ", kind->json_list);
        for (int bin = 0; bin < kind->bins; bin++) {
            appendStringInfo(&out, "%s\"%s\": ", bin > 0 ? ", " : "{", kind->json_names[bin]);
            append_bin(&out, s, bin, kind->weights);
        }
        appendStringInfoString(&out, kind->json_list != NULL ? "}}" : "}");
    }
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- binary: the version, the scale, and of each bin its count, its sum and 256 bits of squares ---- */

Datum
cm_sums_recv(FunctionCallInfo fcinfo, const cm_sums_kind *kind)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_sums *s = cm_sums_new(kind);
    const char *error;

    cm_receive_version(in, kind->state.name, kind->state.version);
    s->scale = pq_getmsgbyte(in);
    if (s->scale > CM_MONEY_MAX_SCALE)
        cm_receive_fail(kind->state.name, "The scale is above 38");
    for (int bin = 0; bin < kind->bins; bin++) {
        cm_sum *b = &s->bins[bin];

        b->n = cm_check_count(pq_getmsgint64(in), "the number of rows");

        uint64 high = (uint64) pq_getmsgint64(in);

        b->sum = (int128) (((uint128) high << 64) | (uint64) pq_getmsgint64(in));
        for (int i = CM_WIDE_LIMBS - 2; i >= 0; i--)
            b->squares.limb[i] = (uint64) pq_getmsgint64(in);
    }
    error = sums_error(s, kind);
    if (error != NULL)
        cm_receive_fail(kind->state.name, error);
    PG_RETURN_POINTER(s);
}

Datum
cm_sums_send(FunctionCallInfo fcinfo, const cm_sums_kind *kind)
{
    const cm_sums *s = cm_sums_read(PG_GETARG_DATUM(0), kind);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, kind->state.version);
    pq_sendbyte(&out, s->scale);
    for (int bin = 0; bin < kind->bins; bin++) {
        const cm_sum *b = &s->bins[bin];

        pq_sendint64(&out, b->n);
        pq_sendint64(&out, (int64) (b->sum >> 64));
        pq_sendint64(&out, (int64) b->sum);
        for (int i = CM_WIDE_LIMBS - 2; i >= 0; i--)
            pq_sendint64(&out, (int64) b->squares.limb[i]);
    }
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}
