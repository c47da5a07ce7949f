/*
 * Pipeline velocity: how much the deals of a pipeline bring a day, deals x win rate x average amount / sales cycle. All
 * four come from the same rows. The average amount is that of won deals with an amount, the cycle that of won deals with
 * both times. Deals won before they were started are counted, and are in no cycle, as in sales_cycle.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/moment.h"
#include "core/money.h"
#include "core/parse.h"
#include "core/row.h"
#include "core/state.h"
#include "math/proportion.h"

/* Priced: with an amount. Cycles and negative: won deals with both times, in order and not. */
enum { OPEN, WON, LOST, WON_PRICED, OPEN_PRICED, CYCLES, NEGATIVE, COUNTS };

typedef struct pipeline {
    cm_state head;
    int64 n[COUNTS];
    cm_money won_amount, open_amount;
    cm_money time; /* sum of the cycles, in whole microseconds */
} pipeline;

static const cm_state_class pipeline_class = {
    .name = "pipeline_state",
    .min_size = sizeof(pipeline),
    .max_size = sizeof(pipeline),
    .magic = 0x504c,
    .version = 1,
};

#define PG_GETARG_PIPELINE(arg) ((const pipeline *) cm_state_read(PG_GETARG_DATUM(arg), &pipeline_class))

/* ---- collecting ---- */

/* Arguments 3 and 4, the times of a won deal. */
static void
add_cycle(FunctionCallInfo fcinfo, pipeline *p)
{
    if (PG_ARGISNULL(3) || PG_ARGISNULL(4))
        return;

    cm_moment started = PG_GETARG_MOMENT(3), closed = PG_GETARG_MOMENT(4);
    int128 time = (int128) cm_moment_time(closed, "closed") - cm_moment_time(started, "started");

    cm_clock_agree(cm_clock_of(started), "started", cm_clock_of(closed), "closed");
    if (time < 0) {
        p->n[NEGATIVE]++;
        return;
    }
    p->n[CYCLES]++;
    p->time = cm_money_add(p->time, (cm_money){time, 0, 0});
}

/* Transition over (won, amount, started, closed). */
static Datum
add_deal(FunctionCallInfo fcinfo, bool is_float)
{
    cm_money amount = cm_money_arg(fcinfo, 2, is_float, "amount");
    pipeline *p = cm_state_own(fcinfo, 0, &pipeline_class);
    bool open = PG_ARGISNULL(1), won = !open && PG_GETARG_BOOL(1), priced = !PG_ARGISNULL(2);

    (void) cm_add_counts(p->n[OPEN] + p->n[WON], p->n[LOST] + 1, "deals");
    p->n[OPEN] += open;
    p->n[WON] += won;
    p->n[LOST] += !open && !won;
    if (won)
        add_cycle(fcinfo, p);
    if (priced && won) {
        p->n[WON_PRICED]++;
        p->won_amount = cm_money_add(p->won_amount, amount);
    }
    if (priced && open) {
        p->n[OPEN_PRICED]++;
        p->open_amount = cm_money_add(p->open_amount, amount);
    }
    PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(cm_pipeline_accum_numeric);
Datum
cm_pipeline_accum_numeric(PG_FUNCTION_ARGS)
{
    return add_deal(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_pipeline_accum_float8);
Datum
cm_pipeline_accum_float8(PG_FUNCTION_ARGS)
{
    return add_deal(fcinfo, true);
}

PG_FUNCTION_INFO_V1(cm_pipeline_combine);
Datum
cm_pipeline_combine(PG_FUNCTION_ARGS)
{
    pipeline *p = cm_state_own(fcinfo, 0, &pipeline_class);
    const pipeline *other = PG_GETARG_PIPELINE(1);

    (void) cm_add_counts(p->n[OPEN] + p->n[WON] + p->n[LOST], other->n[OPEN] + other->n[WON] + other->n[LOST],
                         "deals");
    for (int i = 0; i < COUNTS; i++)
        p->n[i] += other->n[i];
    p->won_amount = cm_money_add(p->won_amount, other->won_amount);
    p->open_amount = cm_money_add(p->open_amount, other->open_amount);
    p->time = cm_money_add(p->time, other->time);
    PG_RETURN_POINTER(p);
}

/* ---- text, bytes, JSON ---- */

static bool
is_nothing(cm_money money)
{
    return money.units == 0 && money.scale == 0;
}

/* NULL if the counts and sums go together; else why not. */
static const char *
pipeline_error(const pipeline *p)
{
    if (p->n[OPEN] + p->n[WON] > CM_MAX_COUNT - p->n[LOST])
        return "There are too many deals";
    if (p->n[WON_PRICED] > p->n[WON] || p->n[OPEN_PRICED] > p->n[OPEN] ||
        p->n[CYCLES] > p->n[WON] - p->n[NEGATIVE] || p->n[NEGATIVE] > p->n[WON])
        return "A part is greater than the whole";
    if ((p->n[WON_PRICED] == 0 && !is_nothing(p->won_amount)) ||
        (p->n[OPEN_PRICED] == 0 && !is_nothing(p->open_amount)) ||
        (p->n[CYCLES] == 0 && !is_nothing(p->time)))
        return "A sum of nothing is not 0";
    if (p->time.units < 0 || p->time.scale != 0)
        return "The time is a whole number of microseconds";
    return NULL;
}

static int64
number_after(cm_parser *r, char separator)
{
    cm_parse_char(r, separator);
    return cm_parse_int(r, 0, CM_MAX_COUNT);
}

static cm_money
sum_after(cm_parser *r)
{
    cm_parse_char(r, '/');
    return cm_parse_money(r);
}

/* "1:" open "," won "," lost ";" priced "/" amount of won ";" of open ";" cycles "," negative "/" microseconds */
CM_INPUT_FUNCTION(cm_pipeline_in)
{
    cm_parser r = cm_parse_begin("pipeline_state", PG_GETARG_CSTRING(0));
    pipeline *p = cm_state_new(&pipeline_class, sizeof(pipeline));

    cm_parse_version(&r, pipeline_class.version);
    p->n[OPEN] = cm_parse_int(&r, 0, CM_MAX_COUNT);
    p->n[WON] = number_after(&r, ',');
    p->n[LOST] = number_after(&r, ',');
    p->n[WON_PRICED] = number_after(&r, ';');
    p->won_amount = sum_after(&r);
    p->n[OPEN_PRICED] = number_after(&r, ';');
    p->open_amount = sum_after(&r);
    p->n[CYCLES] = number_after(&r, ';');
    p->n[NEGATIVE] = number_after(&r, ',');
    p->time = sum_after(&r);
    cm_parse_end(&r);
    if (pipeline_error(p) != NULL)
        cm_parse_fail(&r, pipeline_error(p));
    PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(cm_pipeline_out);
Datum
cm_pipeline_out(PG_FUNCTION_ARGS)
{
    const pipeline *p = PG_GETARG_PIPELINE(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:" INT64_FORMAT "," INT64_FORMAT "," INT64_FORMAT ";" INT64_FORMAT "/",
                     p->head.version, p->n[OPEN], p->n[WON], p->n[LOST], p->n[WON_PRICED]);
    cm_append_money(&out, p->won_amount);
    appendStringInfo(&out, ";" INT64_FORMAT "/", p->n[OPEN_PRICED]);
    cm_append_money(&out, p->open_amount);
    appendStringInfo(&out, ";" INT64_FORMAT "," INT64_FORMAT "/", p->n[CYCLES], p->n[NEGATIVE]);
    cm_append_money(&out, p->time);
    PG_RETURN_CSTRING(out.data);
}

/* The counts and the three sums, in the order of the struct. */
PG_FUNCTION_INFO_V1(cm_pipeline_recv);
Datum
cm_pipeline_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    pipeline *p = cm_state_new(&pipeline_class, sizeof(pipeline));

    cm_receive_version(in, "pipeline_state", pipeline_class.version);
    for (int i = 0; i < COUNTS; i++)
        p->n[i] = cm_check_count(pq_getmsgint64(in), "deals");
    p->won_amount = cm_receive_money(in, "pipeline_state");
    p->open_amount = cm_receive_money(in, "pipeline_state");
    p->time = cm_receive_money(in, "pipeline_state");
    if (pipeline_error(p) != NULL)
        cm_receive_fail("pipeline_state", pipeline_error(p));
    PG_RETURN_POINTER(p);
}

PG_FUNCTION_INFO_V1(cm_pipeline_send);
Datum
cm_pipeline_send(PG_FUNCTION_ARGS)
{
    const pipeline *p = PG_GETARG_PIPELINE(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, p->head.version);
    for (int i = 0; i < COUNTS; i++)
        pq_sendint64(&out, p->n[i]);
    cm_send_money(&out, p->won_amount);
    cm_send_money(&out, p->open_amount);
    cm_send_money(&out, p->time);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

static double
days_of(cm_money time)
{
    return cm_money_to_float(time) / (double) USECS_PER_DAY;
}

PG_FUNCTION_INFO_V1(cm_pipeline_json);
Datum
cm_pipeline_json(PG_FUNCTION_ARGS)
{
    const pipeline *p = PG_GETARG_PIPELINE(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out,
                     "{\"open\": " INT64_FORMAT ", \"won\": " INT64_FORMAT ", \"lost\": " INT64_FORMAT
                     ", \"won_priced\": " INT64_FORMAT ", \"won_amount\": ",
                     p->n[OPEN], p->n[WON], p->n[LOST], p->n[WON_PRICED]);
    cm_append_money(&out, p->won_amount);
    appendStringInfo(&out, ", \"open_priced\": " INT64_FORMAT ", \"open_amount\": ", p->n[OPEN_PRICED]);
    cm_append_money(&out, p->open_amount);
    appendStringInfo(&out, ", \"cycles\": " INT64_FORMAT ", \"negative\": " INT64_FORMAT ", \"cycle_days\": ",
                     p->n[CYCLES], p->n[NEGATIVE]);
    cm_append_float(&out, days_of(p->time));
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- metrics ---- */

/* NaN where a cycle of no time would make it infinite. */
static double
velocity(double deals, double win_rate, double amount, double days)
{
    return days == 0 ? NAN : deals * win_rate * amount / days;
}

/* pipeline_velocity(deals, win_rate, average_amount, cycle_days) */
PG_FUNCTION_INFO_V1(cm_pipeline_velocity);
Datum
cm_pipeline_velocity(PG_FUNCTION_ARGS)
{
    double deals = (double) CM_ARG_COUNT(0, "deals");
    double win_rate = cm_check_share(PG_GETARG_FLOAT8(1), "win_rate");
    double amount = cm_check_finite(PG_GETARG_FLOAT8(2), "average_amount");
    double days = cm_check_not_negative(PG_GETARG_FLOAT8(3), "cycle_days");
    double value = velocity(deals, win_rate, amount, days);

    CM_RETURN_FLOAT(isnan(value) ? value : cm_check_finite(value, "the velocity"));
}

/* Of so many deals; NaN while nothing is won. */
static double
velocity_of(const pipeline *p, int64 deals)
{
    if (p->n[WON_PRICED] == 0 || p->n[CYCLES] == 0)
        return NAN;
    return velocity((double) deals, (double) p->n[WON] / (double) (p->n[WON] + p->n[LOST]),
                    cm_money_to_float(p->won_amount) / (double) p->n[WON_PRICED],
                    days_of(p->time) / (double) p->n[CYCLES]);
}

/* pipeline_velocity(pipeline, deals) */
PG_FUNCTION_INFO_V1(cm_pipeline_velocity_of);
Datum
cm_pipeline_velocity_of(PG_FUNCTION_ARGS)
{
    static const char *const which[] = {"open", "all", NULL};
    const pipeline *p = PG_GETARG_PIPELINE(0);
    bool all = cm_option(PG_GETARG_OPTION(1), "deals", which) == 1;

    CM_RETURN_FLOAT(velocity_of(p, all ? p->n[OPEN] + p->n[WON] + p->n[LOST] : p->n[OPEN]));
}

/* pipeline_report(pipeline, confidence) */
PG_FUNCTION_INFO_V1(cm_pipeline_report);
Datum
cm_pipeline_report(PG_FUNCTION_ARGS)
{
    const pipeline *p = PG_GETARG_PIPELINE(0);
    cm_interval rate = cm_wilson(p->n[WON], p->n[WON] + p->n[LOST], cm_check_confidence(PG_GETARG_FLOAT8(1)));
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, p->n[OPEN] + p->n[WON] + p->n[LOST]);
    cm_row_set_int(&row, 1, p->n[OPEN]);
    cm_row_set_int(&row, 2, p->n[WON]);
    cm_row_set_int(&row, 3, p->n[LOST]);
    cm_row_set_float(&row, 4, rate.value);
    cm_row_set_float(&row, 5, rate.lower);
    cm_row_set_float(&row, 6, rate.upper);
    if (p->n[OPEN_PRICED] > 0)
        cm_row_set(&row, 7, cm_money_to_numeric(p->open_amount));
    if (p->n[WON_PRICED] > 0) {
        cm_row_set(&row, 8, cm_money_to_numeric(p->won_amount));
        cm_row_set(&row, 9, cm_money_mean(p->won_amount, p->n[WON_PRICED]));
    }
    cm_row_set_float(&row, 10, days_of(p->time) / (double) p->n[CYCLES]);
    cm_row_set_int(&row, 11, p->n[NEGATIVE]);
    cm_row_set_float(&row, 12, velocity_of(p, p->n[OPEN]));
    return cm_row_return(fcinfo, &row);
}
