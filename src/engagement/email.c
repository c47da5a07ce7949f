/*
 * mailing_state: what became of messages, each sent to one recipient: delivered or not, opened by a person, by a machine
 * or not at all, clicked or not. Mail programs that load pictures for privacy report opens that nobody made; they
 * count only when asked for.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "states/rate.h"
#include "core/row.h"
#include "core/state.h"

/* Messages by fate. Opens and clicks of a message that was not delivered cannot be, and are not counted. */
typedef enum fate {
    BOUNCED,
    UNOPENED,
    OPENED,
    MACHINE,
    UNOPENED_CLICK,
    OPENED_CLICK,
    MACHINE_CLICK,
    FATES
} fate;

typedef struct mailing {
    cm_state head;
    int64 messages[FATES];
} mailing;

static const cm_state_class mailing_class = {
    .name = "mailing_state",
    .min_size = sizeof(mailing),
    .max_size = sizeof(mailing),
    .magic = 0x454d,
    .version = 1,
};

#define PG_GETARG_MAILING(arg) ((const mailing *) cm_state_read(PG_GETARG_DATUM(arg), &mailing_class))

static const char *const machine_words[] = {"exclude", "include", NULL};

/* ---- arithmetic ---- */

static int64
sum_of(const mailing *e, fate from, fate to)
{
    int64 sum = 0;

    for (fate f = from; f <= to; f++)
        sum += e->messages[f];
    return sum;
}

static int64
delivered(const mailing *e)
{
    return sum_of(e, UNOPENED, MACHINE_CLICK);
}

static int64
clicked(const mailing *e)
{
    return sum_of(e, UNOPENED_CLICK, MACHINE_CLICK);
}

static int64
clicked_of_opened(const mailing *e, bool machines)
{
    return e->messages[OPENED_CLICK] + (machines ? e->messages[MACHINE_CLICK] : 0);
}

static int64
opened(const mailing *e, bool machines)
{
    return e->messages[OPENED] + (machines ? e->messages[MACHINE] : 0) + clicked_of_opened(e, machines);
}

static int64
opened_by_machine(const mailing *e)
{
    return e->messages[MACHINE] + e->messages[MACHINE_CLICK];
}

static void
check_total(const mailing *e)
{
    int64 total = 0;

    for (fate f = BOUNCED; f < FATES; f++)
        total = cm_add_counts(total, cm_check_count(e->messages[f], "the number of messages"), "messages");
}

/* ---- text: 1:bounced,unopened,opened,machine,unopened_click,opened_click,machine_click ---- */

CM_INPUT_FUNCTION(cm_mailing_in)
{
    cm_parser p = cm_parse_begin("mailing_state", PG_GETARG_CSTRING(0));
    mailing *e = cm_state_new(&mailing_class, sizeof(mailing));

    cm_parse_version(&p, mailing_class.version);
    for (fate f = BOUNCED; f < FATES; f++) {
        if (f > 0)
            cm_parse_char(&p, ',');
        e->messages[f] = cm_parse_int(&p, 0, CM_MAX_COUNT);
    }
    cm_parse_end(&p);
    check_total(e);
    PG_RETURN_POINTER(e);
}

PG_FUNCTION_INFO_V1(cm_mailing_out);
Datum
cm_mailing_out(PG_FUNCTION_ARGS)
{
    const mailing *e = PG_GETARG_MAILING(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", e->head.version);
    for (fate f = BOUNCED; f < FATES; f++)
        appendStringInfo(&out, "%s" INT64_FORMAT, f > 0 ? "," : "", e->messages[f]);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_mailing_recv);
Datum
cm_mailing_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    mailing *e = cm_state_new(&mailing_class, sizeof(mailing));

    cm_receive_version(in, "mailing_state", mailing_class.version);
    for (fate f = BOUNCED; f < FATES; f++)
        e->messages[f] = pq_getmsgint64(in);
    check_total(e);
    PG_RETURN_POINTER(e);
}

PG_FUNCTION_INFO_V1(cm_mailing_send);
Datum
cm_mailing_send(PG_FUNCTION_ARGS)
{
    const mailing *e = PG_GETARG_MAILING(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, e->head.version);
    for (fate f = BOUNCED; f < FATES; f++)
        pq_sendint64(&out, e->messages[f]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* The counts of mailing_report, and how many of the opened were clicked. */
PG_FUNCTION_INFO_V1(cm_mailing_json);
Datum
cm_mailing_json(PG_FUNCTION_ARGS)
{
    const mailing *e = PG_GETARG_MAILING(0);

    PG_RETURN_TEXT_P(cstring_to_text(psprintf(
        "{\"sent\": " INT64_FORMAT ", \"delivered\": " INT64_FORMAT ", \"opened\": " INT64_FORMAT
        ", \"opened_by_machine\": " INT64_FORMAT ", \"clicked\": " INT64_FORMAT
        ", \"clicked_of_opened\": " INT64_FORMAT ", \"clicked_of_opened_by_machine\": " INT64_FORMAT "}",
        sum_of(e, BOUNCED, MACHINE_CLICK), delivered(e), opened(e, false), opened_by_machine(e), clicked(e),
        e->messages[OPENED_CLICK], e->messages[MACHINE_CLICK])));
}

/* ---- aggregate steps ---- */

/* NULL is false. */
static bool
is_true(FunctionCallInfo fcinfo, int arg)
{
    return !PG_ARGISNULL(arg) && PG_GETARG_BOOL(arg);
}

/* Transition of mailing_agg(delivered, opened, clicked, machine_open). */
PG_FUNCTION_INFO_V1(cm_mailing_accum);
Datum
cm_mailing_accum(PG_FUNCTION_ARGS)
{
    mailing *e = PG_ARGISNULL(0) ? cm_state_new(&mailing_class, sizeof(mailing))
                                 : cm_state_own(fcinfo, 0, &mailing_class);
    fate f = BOUNCED;

    if (is_true(fcinfo, 1)) {
        f = !is_true(fcinfo, 2) ? UNOPENED : is_true(fcinfo, 4) ? MACHINE : OPENED;
        f += is_true(fcinfo, 3) ? UNOPENED_CLICK - UNOPENED : 0;
    }
    e->messages[f]++;
    PG_RETURN_POINTER(e);
}

/* Merges two states: combine function, and transition of rollup(mailing). */
PG_FUNCTION_INFO_V1(cm_mailing_combine);
Datum
cm_mailing_combine(PG_FUNCTION_ARGS)
{
    mailing *e = cm_state_own(fcinfo, 0, &mailing_class);
    const mailing *other = PG_GETARG_MAILING(1);

    cm_add_counts(sum_of(e, BOUNCED, MACHINE_CLICK), sum_of(other, BOUNCED, MACHINE_CLICK), "messages");
    for (fate f = BOUNCED; f < FATES; f++)
        e->messages[f] += other->messages[f];
    PG_RETURN_POINTER(e);
}

/* ---- rates: each as its value, and as a rate, which has intervals and can be merged and tested ---- */

static cm_rate *
rate_of(int64 hits, int64 total)
{
    return cm_rate_make(hits, total, "hits", "total");
}

static bool
machines_argument(FunctionCallInfo fcinfo)
{
    return cm_option(PG_GETARG_TEXT_PP(1), "machine_opens", machine_words) == 1;
}

#define MAILING_RATE(name, hits, total)                                                                      \
    PG_FUNCTION_INFO_V1(cm_mailing_##name);                                                                  \
    Datum cm_mailing_##name(PG_FUNCTION_ARGS)                                                                \
    {                                                                                                        \
        const mailing *e = PG_GETARG_MAILING(0);                                                             \
                                                                                                             \
        PG_RETURN_POINTER(rate_of(hits, total));                                                             \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_mailing_##name##_value);                                                          \
    Datum cm_mailing_##name##_value(PG_FUNCTION_ARGS)                                                        \
    {                                                                                                        \
        const mailing *e = PG_GETARG_MAILING(0);                                                             \
                                                                                                             \
        CM_RETURN_FLOAT(cm_rate_value(rate_of(hits, total)));                                                \
    }                                                                                                        \
    extern int cm_no_such_variable

MAILING_RATE(delivery_rate, delivered(e), sum_of(e, BOUNCED, MACHINE_CLICK));
MAILING_RATE(open_rate, opened(e, machines_argument(fcinfo)), delivered(e));
MAILING_RATE(click_rate, clicked(e), delivered(e));
MAILING_RATE(click_to_open_rate, clicked_of_opened(e, machines_argument(fcinfo)),
             opened(e, machines_argument(fcinfo)));

/* From counts: open_rate(opened, delivered), click_rate(clicked, delivered), click_to_open_rate(clicked, opened) */
#define MAILING_COUNTS(name, hits, total)                                                                    \
    PG_FUNCTION_INFO_V1(cm_mailing_##name##_counts);                                                         \
    Datum cm_mailing_##name##_counts(PG_FUNCTION_ARGS)                                                       \
    {                                                                                                        \
        CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, hits, total)));                           \
    }                                                                                                        \
    extern int cm_no_such_variable

MAILING_COUNTS(open_rate, "opened", "delivered");
MAILING_COUNTS(click_rate, "clicked", "delivered");
MAILING_COUNTS(click_to_open_rate, "clicked", "opened");

/* From rows: one transition for each rate, which counts a row in the total, and in the hits. */
static Datum
count_row(FunctionCallInfo fcinfo, bool in_total, bool hit)
{
    cm_rate *rate = PG_ARGISNULL(0) ? palloc0(sizeof(cm_rate)) : cm_rate_own(fcinfo, 0);

    rate->total += in_total;
    rate->hits += in_total && hit;
    PG_RETURN_POINTER(rate);
}

/* (rate, opened, delivered, machine_open) */
PG_FUNCTION_INFO_V1(cm_mailing_open_accum);
Datum
cm_mailing_open_accum(PG_FUNCTION_ARGS)
{
    return count_row(fcinfo, is_true(fcinfo, 2), is_true(fcinfo, 1) && !is_true(fcinfo, 3));
}

/* (rate, clicked, delivered) */
PG_FUNCTION_INFO_V1(cm_mailing_click_accum);
Datum
cm_mailing_click_accum(PG_FUNCTION_ARGS)
{
    return count_row(fcinfo, is_true(fcinfo, 2), is_true(fcinfo, 1));
}

/* (rate, clicked, opened, machine_open) */
PG_FUNCTION_INFO_V1(cm_mailing_click_to_open_accum);
Datum
cm_mailing_click_to_open_accum(PG_FUNCTION_ARGS)
{
    return count_row(fcinfo, is_true(fcinfo, 2) && !is_true(fcinfo, 3), is_true(fcinfo, 1));
}

/* mailing_report(mailing, machine_opens) -> counts and rates */
PG_FUNCTION_INFO_V1(cm_mailing_report);
Datum
cm_mailing_report(PG_FUNCTION_ARGS)
{
    const mailing *e = PG_GETARG_MAILING(0);
    bool machines = machines_argument(fcinfo);
    int64 sent = sum_of(e, BOUNCED, MACHINE_CLICK);
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, sent);
    cm_row_set_int(&row, 1, delivered(e));
    cm_row_set_int(&row, 2, opened(e, machines));
    cm_row_set_int(&row, 3, opened_by_machine(e));
    cm_row_set_int(&row, 4, clicked(e));
    cm_row_set_int(&row, 5, clicked(e) - clicked_of_opened(e, machines));
    cm_row_set_float(&row, 6, cm_rate_value(rate_of(delivered(e), sent)));
    cm_row_set_float(&row, 7, cm_rate_value(rate_of(opened(e, machines), delivered(e))));
    cm_row_set_float(&row, 8, cm_rate_value(rate_of(clicked(e), delivered(e))));
    cm_row_set_float(&row, 9, cm_rate_value(rate_of(clicked_of_opened(e, machines), opened(e, machines))));
    return cm_row_return(fcinfo, &row);
}
