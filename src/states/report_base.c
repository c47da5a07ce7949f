/*
 * Packing and reading bases of reports; see report_base.h. Merging is in report_base_merge.c, text, binary form and JSON are in
 * report_base_io.c.
 *
 * A row is its keys, its counts and its sums as integers of 7 bits a byte, the least significant first, with the sign in the
 * lowest bit. How many counts there are up to the last that is not 0 stands before them. Keys are differences from the row before: the first that differs is
 * written as how much larger it is, those before it as 0, those behind it as they are. Most rows take 5 to 10 bytes.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "states/order.h"
#include "states/report_base.h"

const cm_state_class cm_report_base_class = {.name = "report_base_state",
                                             .min_size = offsetof(cm_report_base, bytes),
                                             .max_size = MaxAllocSize,
                                             .magic = 0x4253,
                                             .version = 1};

static int
count_names(const char *const *names)
{
    int n = 0;

    while (names[n] != NULL)
        n++;
    return n;
}

static int
count_fields(const cm_base_field *fields)
{
    int n = 0;

    while (fields[n].name != NULL)
        n++;
    return n;
}

/* All days of date that a timestamp reaches. */
#define FIRST_DAY (DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE)
#define LAST_DAY (TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE - 1)

/* ---- integers ---- */

static void
put_unsigned(StringInfo out, uint128 value)
{
    for (; value >= 0x80; value >>= 7)
        appendStringInfoCharMacro(out, (char) (value | 0x80));
    appendStringInfoCharMacro(out, (char) value);
}

static void
put_signed(StringInfo out, int128 value)
{
    put_unsigned(out, (uint128) value << 1 ^ (uint128) (value >> 127));
}

static uint128
get_unsigned(cm_base_reader *r)
{
    uint128 value = 0;
    int shift = 0;
    unsigned char byte;

    do {
        if (r->at >= r->end || shift > 126)
            cm_base_error(r, "Its bytes end too early");
        byte = (unsigned char) *r->at++;
        value |= (uint128) (byte & 0x7F) << shift;
        shift += 7;
    } while (byte & 0x80);
    return value;
}

static int128
get_signed(cm_base_reader *r)
{
    uint128 value = get_unsigned(r);

    return (int128) (value >> 1) ^ -(int128) (value & 1);
}

int
cm_base_count_used(const cm_base_kind *kind, const cm_base_row *row)
{
    int used = 0;

    for (int i = 0; kind->counts[i] != NULL; i++)
        if (row->counts[i] != 0)
            used = i + 1;
    return used;
}

/* ---- making one ---- */

static void
check_room(const cm_base_writer *w)
{
    cm_state_check_size(&cm_report_base_class, (Size) w->out.len + sizeof(cm_base_row));
}

cm_base_writer
cm_base_begin(cm_base_of kind, const int64 *params, const char *note)
{
    cm_base_writer w = {.kind = &cm_base_kinds[kind]};
    cm_report_base *base;

    initStringInfo(&w.out);
    appendStringInfoSpaces(&w.out, offsetof(cm_report_base, bytes));
    memset(w.out.data, 0, offsetof(cm_report_base, bytes));
    base = (cm_report_base *) w.out.data;
    base->head.magic = cm_report_base_class.magic;
    base->head.version = cm_report_base_class.version;
    base->kind = kind;
    memcpy(base->params, params, count_fields(w.kind->params) * sizeof(int64));
    if (w.kind->note != NULL && note != NULL) {
        base->note_length = (uint32) strlen(note);
        appendBinaryStringInfo(&w.out, note, (int) base->note_length);
    }
    return w;
}

static bool
is_nothing(const cm_base_kind *kind, const cm_base_row *row)
{
    for (int i = 0; kind->counts[i] != NULL; i++)
        if (row->counts[i] != 0)
            return false;
    for (int i = 0; kind->sums[i] != NULL; i++)
        if (row->sums[i] != 0)
            return false;
    return true;
}

void
cm_base_put(cm_base_writer *w, const cm_base_row *row)
{
    cm_report_base *base = (cm_report_base *) w->out.data;
    bool same = base->rows > 0; /* as the row before, so far */

    if (is_nothing(w->kind, row))
        return;
    if (base->rows % 4096 == 0)
        CHECK_FOR_INTERRUPTS();
    check_room(w);
    if (cm_base_row_error(w, row) != NULL)
        elog(ERROR, "row of a base of %s: %s", w->kind->name, cm_base_row_error(w, row));
    base->rows++;
    for (int i = 0; w->kind->keys[i].name != NULL; i++) {
        put_signed(&w->out, same ? (int128) row->keys[i] - w->last.keys[i] : row->keys[i]);
        same = same && row->keys[i] == w->last.keys[i];
    }
    put_unsigned(&w->out, (uint128) cm_base_count_used(w->kind, row));
    for (int i = 0; i < cm_base_count_used(w->kind, row); i++)
        put_signed(&w->out, row->counts[i]);
    for (int i = 0; w->kind->sums[i] != NULL; i++)
        put_signed(&w->out, row->sums[i]);
    w->last = *row;
}

cm_report_base *
cm_base_end(cm_base_writer *w)
{
    SET_VARSIZE(w->out.data, w->out.len);
    return (cm_report_base *) w->out.data;
}

/* ---- reading one ---- */

cm_base_reader
cm_base_read(const cm_report_base *base)
{
    if (base->kind >= CM_BASES || base->note_length > VARSIZE(base) - offsetof(cm_report_base, bytes))
        cm_state_error(&base->head, &cm_report_base_class);
    return (cm_base_reader){.base = base,
                            .kind = &cm_base_kinds[base->kind],
                            .at = base->bytes + base->note_length,
                            .end = (const char *) base + VARSIZE(base),
                            .left = base->rows};
}

cm_base_reader
cm_base_arg(FunctionCallInfo fcinfo, int arg, cm_base_of kind)
{
    cm_base_reader r = cm_base_read(cm_state_read(PG_GETARG_DATUM(arg), &cm_report_base_class));

    if (r.base->kind != kind)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the base is one of %s, not of %s", r.kind->name, cm_base_kinds[kind].name),
                        errdetail("A base has what one kind of report is made of."),
                        errhint("Make it by %s_base.", cm_base_kinds[kind].name)));
    return r;
}

bool
cm_base_next(cm_base_reader *r)
{
    bool same = r->left < r->base->rows;
    uint128 used;

    if (r->left == 0)
        return false;
    if (r->left % 4096 == 0)
        CHECK_FOR_INTERRUPTS();
    r->left--;
    for (int i = 0; r->kind->keys[i].name != NULL; i++) {
        int64 more = (int64) get_signed(r);

        r->row.keys[i] = same ? (int64) ((uint64) r->row.keys[i] + (uint64) more) : more;
        same = same && more == 0;
    }
    used = get_unsigned(r);
    for (int i = 0; r->kind->counts[i] != NULL; i++)
        r->row.counts[i] = (uint128) i < used ? (int64) get_signed(r) : 0;
    for (int i = 0; r->kind->sums[i] != NULL; i++)
        r->row.sums[i] = get_signed(r);
    return true;
}

const char *
cm_base_note(const cm_report_base *base)
{
    return pnstrdup(base->bytes, base->note_length);
}

void
cm_base_error(const cm_base_reader *r, const char *why)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("the base of %s is not in order", r->kind->name), errdetail("%s.", why),
                    errhint("Make it anew by %s_base.", r->kind->name)));
}

int64
cm_base_index(const cm_base_reader *r, int key, int64 first, int64 count)
{
    int64 value = r->row.keys[key];

    if (value < first || value - first >= count)
        cm_base_error(
            r, psprintf("%s lies outside what \"as_of\" lets it be", cm_quoted(r->kind->keys[key].name)));
    return value - first;
}

/* ---- what may be in one ---- */

static bool
calendar_is_valid(cm_calendar c)
{
    if (c.unit == CM_NO_PERIOD)
        return c.start == 0 && c.left_out == 0;
    if (c.unit > CM_NO_PERIOD || c.unit == CM_HOUR || c.unused != 0 ||
        (c.left_out != 0 && (c.unit != CM_DAY || c.left_out < CM_FIRST_DAY || c.left_out > CM_LAST_DAY)))
        return false;
    c.left_out = 0;
    return cm_calendar_is_valid(c);
}

int
cm_base_scale(const cm_base_kind *kind, const int64 *params)
{
    for (int i = 0; kind->params[i].name != NULL; i++)
        if (kind->params[i].type == CM_BASE_SCALE)
            return (int) params[i];
    return 0;
}

const char *
cm_base_params_error(const cm_base_kind *kind, const int64 *params)
{
    for (int i = 0; kind->params[i].name != NULL; i++) {
        const cm_base_field *field = &kind->params[i];

        if (field->type == CM_BASE_CALENDAR &&
            (!calendar_is_valid(cm_base_to_calendar(params[i])) ||
             cm_base_from_calendar(cm_base_to_calendar(params[i])) != params[i]))
            return "There is no such calendar";
        if (field->type == CM_BASE_DAY && (params[i] < FIRST_DAY || params[i] > LAST_DAY))
            return "A day is out of range";
        if (field->type == CM_BASE_WORD && (params[i] < 0 || params[i] >= count_names(field->words)))
            return "There is no such word";
        if (field->type == CM_BASE_SCALE && (params[i] < 0 || params[i] > CM_MONEY_MAX_SCALE))
            return "A scale is out of range";
        if ((field->type == CM_BASE_INT || field->type == CM_BASE_OF_VALUE) &&
            (params[i] < -CM_MAX_COUNT || params[i] > CM_MAX_COUNT))
            return "A number is out of range";
    }
    return NULL;
}

/* The first period and the last, which hold the first and the last day. */
static bool
period_is_valid(cm_calendar calendar, int64 period)
{
    return calendar.unit != CM_NO_PERIOD && period >= cm_period_of(calendar, FIRST_DAY) &&
           period <= cm_period_of(calendar, LAST_DAY);
}

static const char *
key_error(const cm_base_field *field, const int64 *params, int64 key)
{
    if (field->type == CM_BASE_PERIOD && !period_is_valid(cm_base_to_calendar(params[0]), key))
        return "A period is out of range";
    if (key < -CM_MAX_COUNT || key > CM_MAX_COUNT)
        return "A key is out of range";
    return NULL;
}

const char *
cm_base_row_error(const cm_base_writer *w, const cm_base_row *row)
{
    const cm_report_base *base = (const cm_report_base *) w->out.data;
    bool larger = base->rows == 0;

    for (int i = 0; w->kind->keys[i].name != NULL; i++) {
        const char *why = key_error(&w->kind->keys[i], base->params, row->keys[i]);

        if (why != NULL)
            return why;
        if (!larger && row->keys[i] < w->last.keys[i])
            return "Keys do not ascend";
        larger = larger || row->keys[i] > w->last.keys[i];
    }
    if (!larger)
        return "Two rows have the same keys";
    for (int i = 0; w->kind->counts[i] != NULL; i++)
        if (row->counts[i] < -CM_MAX_COUNT || row->counts[i] > CM_MAX_COUNT)
            return "A count is out of range";
    if (is_nothing(w->kind, row))
        return "A row has nothing but zeros";
    return NULL;
}
