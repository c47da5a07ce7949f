/*
 * Gross and net revenue retention from what each customer paid at the start and at the end of a period. New customers
 * count in neither. Gross takes of each customer no more than at the start, so it is never above 1:
 *
 *   gross = sum min(end, start) / sum start = (start - contraction - churned) / start
 *   net   = sum end of those of the start / sum start = (start + expansion - contraction - churned) / start
 *
 * revenue_change holds the exact sums.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/money.h"
#include "core/parse.h"
#include "core/row.h"
#include "core/state.h"

enum { START, KEPT, END, CHURNED, NEW, AMOUNTS };
enum { CUSTOMERS, LOST, JOINED, COUNTS };

typedef struct revenue_change {
    cm_state head;
    int64
        counts[COUNTS]; /* customers of the start; those of them who pay nothing at the end; those who came */
    cm_money amounts
        [AMOUNTS]; /* of the start: then, of it kept, at the end, of those lost; at the end of those who came */
} revenue_change;

static const cm_state_class revenue_change_class = {
    .name = "revenue_change_state",
    .min_size = sizeof(revenue_change),
    .max_size = sizeof(revenue_change),
    .magic = 0x5243,
    .version = 1,
};

#define PG_GETARG_REVENUE_CHANGE(arg)                                                                        \
    ((const revenue_change *) cm_state_read(PG_GETARG_DATUM(arg), &revenue_change_class))

/* NULL if the sums can come from customers; else why not. */
static const char *
sums_error(const revenue_change *change)
{
    const cm_money *a = change->amounts;

    for (int i = 0; i < AMOUNTS; i++)
        if (cm_money_sign(a[i]) < 0)
            return "An amount is negative";
    if (change->counts[LOST] > change->counts[CUSTOMERS])
        return "More customers lost than there were";
    if (cm_money_compare(a[KEPT], a[END]) > 0 ||
        cm_money_compare(cm_money_add(a[KEPT], a[CHURNED]), a[START]) > 0)
        return "More kept than there was";
    return NULL;
}

/* revenue_movements(revenue_change), as JSON too: start + expansion - contraction - churned + new = end */
static const char *const count_names[COUNTS] = {"customers", "lost", "joined"};
static const char *const amount_names[] = {"start_amount", "expansion",  "contraction",
                                           "churned",      "new_amount", "end_amount"};

static void
movements_of(const revenue_change *change, cm_money *movements)
{
    const cm_money *a = change->amounts;

    movements[0] = a[START];
    movements[1] = cm_money_subtract(a[END], a[KEPT]);
    movements[2] = cm_money_subtract(cm_money_subtract(a[START], a[KEPT]), a[CHURNED]);
    movements[3] = a[CHURNED];
    movements[4] = a[NEW];
    movements[5] = cm_money_add(a[END], a[NEW]);
}

/* What movements_of adds up must fit too. Of fewer than 19 digits before and behind the point it does. */
static void
check_movements(const revenue_change *change)
{
    bool large = false;

    for (int i = 0; i < AMOUNTS; i++)
        large = large || change->amounts[i].scale > 18 ||
                change->amounts[i].units >= (int128) INT64CONST(1000000000000000000);
    if (unlikely(large)) {
        cm_money movements[lengthof(amount_names)];

        movements_of(change, movements);
    }
}

/* ---- text and binary form ---- */

/* "1:", customers, lost, joined, ":", amounts at the start, kept, at the end, of those lost, of those who joined. */
CM_INPUT_FUNCTION(cm_revenue_change_in)
{
    cm_parser p = cm_parse_begin("revenue_change_state", PG_GETARG_CSTRING(0));
    revenue_change *change = cm_state_new(&revenue_change_class, sizeof(revenue_change));

    cm_parse_version(&p, revenue_change_class.version);
    for (int i = 0; i < COUNTS; i++) {
        if (i > 0)
            cm_parse_char(&p, ',');
        change->counts[i] = cm_parse_int(&p, 0, CM_MAX_COUNT);
    }
    for (int i = 0; i < AMOUNTS; i++) {
        cm_parse_char(&p, i == 0 ? ':' : ',');
        change->amounts[i] = cm_parse_money(&p);
    }
    cm_parse_end(&p);
    if (sums_error(change) != NULL)
        cm_parse_fail(&p, sums_error(change));
    check_movements(change);
    PG_RETURN_POINTER(change);
}

PG_FUNCTION_INFO_V1(cm_revenue_change_out);
Datum
cm_revenue_change_out(PG_FUNCTION_ARGS)
{
    const revenue_change *change = PG_GETARG_REVENUE_CHANGE(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", change->head.version);
    for (int i = 0; i < COUNTS; i++)
        appendStringInfo(&out, "%s" INT64_FORMAT, i > 0 ? "," : "", change->counts[i]);
    for (int i = 0; i < AMOUNTS; i++) {
        appendStringInfoChar(&out, i == 0 ? ':' : ',');
        cm_append_money(&out, change->amounts[i]);
    }
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_revenue_change_recv);
Datum
cm_revenue_change_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    revenue_change *change = cm_state_new(&revenue_change_class, sizeof(revenue_change));

    cm_receive_version(in, "revenue_change_state", revenue_change_class.version);
    for (int i = 0; i < COUNTS; i++)
        change->counts[i] = cm_check_count(pq_getmsgint64(in), "the number of customers");
    for (int i = 0; i < AMOUNTS; i++)
        change->amounts[i] = cm_receive_money(in, "revenue_change_state");
    if (sums_error(change) != NULL)
        cm_receive_fail("revenue_change_state", sums_error(change));
    check_movements(change);
    PG_RETURN_POINTER(change);
}

PG_FUNCTION_INFO_V1(cm_revenue_change_send);
Datum
cm_revenue_change_send(PG_FUNCTION_ARGS)
{
    const revenue_change *change = PG_GETARG_REVENUE_CHANGE(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, change->head.version);
    for (int i = 0; i < COUNTS; i++)
        pq_sendint64(&out, change->counts[i]);
    for (int i = 0; i < AMOUNTS; i++)
        cm_send_money(&out, change->amounts[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* ---- aggregate steps ---- */

static cm_money
not_negative(cm_money amount, const char *what)
{
    StringInfoData text;

    if (cm_money_sign(amount) >= 0)
        return amount;
    initStringInfo(&text);
    cm_append_money(&text, amount);
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s is negative: %s", cm_quoted(what), text.data),
                    errdetail("What a customer pays regularly is zero or more."),
                    errhint("Leave credits and refunds to the revenue of their day.")));
}

static void
add_to(revenue_change *change, int which, cm_money amount)
{
    change->amounts[which] = cm_money_add(change->amounts[which], amount);
}

static Datum
add_customer(FunctionCallInfo fcinfo, cm_money start, cm_money end)
{
    revenue_change *change = cm_state_own(fcinfo, 0, &revenue_change_class);

    not_negative(start, "start_amount");
    not_negative(end, "end_amount");
    if (cm_money_sign(start) > 0) {
        change->counts[CUSTOMERS]++;
        change->counts[LOST] += cm_money_sign(end) == 0;
        add_to(change, START, start);
        add_to(change, END, end);
        add_to(change, KEPT, cm_money_compare(end, start) < 0 ? end : start);
        if (cm_money_sign(end) == 0)
            add_to(change, CHURNED, start);
    } else if (cm_money_sign(end) > 0) {
        change->counts[JOINED]++;
        add_to(change, NEW, end);
    }
    check_movements(change);
    PG_RETURN_POINTER(change);
}

/* Transitions over (start_amount, end_amount) of one customer; NULL: pays nothing. */
PG_FUNCTION_INFO_V1(cm_revenue_change_accum_numeric);
Datum
cm_revenue_change_accum_numeric(PG_FUNCTION_ARGS)
{
    return add_customer(
        fcinfo, PG_ARGISNULL(1) ? CM_MONEY_ZERO : cm_money_from_numeric(PG_GETARG_DATUM(1), "start_amount"),
        PG_ARGISNULL(2) ? CM_MONEY_ZERO : cm_money_from_numeric(PG_GETARG_DATUM(2), "end_amount"));
}

PG_FUNCTION_INFO_V1(cm_revenue_change_accum_float8);
Datum
cm_revenue_change_accum_float8(PG_FUNCTION_ARGS)
{
    return add_customer(
        fcinfo, PG_ARGISNULL(1) ? CM_MONEY_ZERO : cm_money_from_float(PG_GETARG_FLOAT8(1), "start_amount"),
        PG_ARGISNULL(2) ? CM_MONEY_ZERO : cm_money_from_float(PG_GETARG_FLOAT8(2), "end_amount"));
}

PG_FUNCTION_INFO_V1(cm_revenue_change_combine);
Datum
cm_revenue_change_combine(PG_FUNCTION_ARGS)
{
    revenue_change *change = cm_state_own(fcinfo, 0, &revenue_change_class);
    const revenue_change *other = PG_GETARG_REVENUE_CHANGE(1);

    for (int i = 0; i < COUNTS; i++)
        change->counts[i] = cm_add_counts(change->counts[i], other->counts[i], "the numbers of customers");
    for (int i = 0; i < AMOUNTS; i++)
        add_to(change, i, other->amounts[i]);
    check_movements(change);
    PG_RETURN_POINTER(change);
}

/* ---- metrics ---- */

static double
ratio(cm_money part, cm_money whole)
{
    return cm_money_sign(whole) == 0 ? NAN : cm_money_to_float(part) / cm_money_to_float(whole);
}

PG_FUNCTION_INFO_V1(cm_gross_revenue_retention);
Datum
cm_gross_revenue_retention(PG_FUNCTION_ARGS)
{
    const revenue_change *change = PG_GETARG_REVENUE_CHANGE(0);

    CM_RETURN_FLOAT(ratio(change->amounts[KEPT], change->amounts[START]));
}

PG_FUNCTION_INFO_V1(cm_net_revenue_retention);
Datum
cm_net_revenue_retention(PG_FUNCTION_ARGS)
{
    const revenue_change *change = PG_GETARG_REVENUE_CHANGE(0);

    CM_RETURN_FLOAT(ratio(change->amounts[END], change->amounts[START]));
}

PG_FUNCTION_INFO_V1(cm_revenue_movements);
Datum
cm_revenue_movements(PG_FUNCTION_ARGS)
{
    const revenue_change *change = PG_GETARG_REVENUE_CHANGE(0);
    cm_money movements[lengthof(amount_names)];
    cm_row row = cm_row_empty();

    movements_of(change, movements);
    for (int i = 0; i < COUNTS; i++)
        cm_row_set_int(&row, i, change->counts[i]);
    for (int i = 0; i < (int) lengthof(amount_names); i++)
        cm_row_set(&row, COUNTS + i, cm_money_to_numeric(movements[i]));
    return cm_row_return(fcinfo, &row);
}

PG_FUNCTION_INFO_V1(cm_revenue_change_json);
Datum
cm_revenue_change_json(PG_FUNCTION_ARGS)
{
    const revenue_change *change = PG_GETARG_REVENUE_CHANGE(0);
    cm_money movements[lengthof(amount_names)];
    StringInfoData out;

    movements_of(change, movements);
    initStringInfo(&out);
    for (int i = 0; i < COUNTS; i++)
        appendStringInfo(&out, "%s\"%s\": " INT64_FORMAT, i == 0 ? "{" : ", ", count_names[i],
                         change->counts[i]);
    for (int i = 0; i < (int) lengthof(amount_names); i++) {
        appendStringInfo(&out, ", \"%s\": ", amount_names[i]);
        cm_append_money(&out, movements[i]);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- from movements that are already summed ---- */

/* The arguments as amounts; of net they are four, of gross there is no expansion. */
static Datum
from_movements(FunctionCallInfo fcinfo, bool net, bool floats)
{
    cm_money amounts[4] = {CM_MONEY_ZERO, CM_MONEY_ZERO, CM_MONEY_ZERO, CM_MONEY_ZERO};

    for (int i = 0; i < PG_NARGS(); i++) {
        int which = i > 0 && !net ? i + 1 : i;
        cm_money amount = floats ? cm_money_from_float(PG_GETARG_FLOAT8(i), amount_names[which])
                                 : cm_money_from_numeric(PG_GETARG_DATUM(i), amount_names[which]);

        amounts[which] = not_negative(amount, amount_names[which]);
    }

    cm_money left = cm_money_subtract(cm_money_subtract(amounts[0], amounts[2]), amounts[3]);

    if (cm_money_sign(left) < 0)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"contraction\" and \"churned\" exceed \"start_amount\""),
                        errdetail("They are parts of what the customers of the start paid then."),
                        errhint("Leave out movements of customers who joined later.")));
    CM_RETURN_FLOAT(ratio(cm_money_add(left, amounts[1]), amounts[0]));
}

PG_FUNCTION_INFO_V1(cm_gross_from_movements_numeric);
Datum
cm_gross_from_movements_numeric(PG_FUNCTION_ARGS)
{
    return from_movements(fcinfo, false, false);
}

PG_FUNCTION_INFO_V1(cm_gross_from_movements_float8);
Datum
cm_gross_from_movements_float8(PG_FUNCTION_ARGS)
{
    return from_movements(fcinfo, false, true);
}

PG_FUNCTION_INFO_V1(cm_net_from_movements_numeric);
Datum
cm_net_from_movements_numeric(PG_FUNCTION_ARGS)
{
    return from_movements(fcinfo, true, false);
}

PG_FUNCTION_INFO_V1(cm_net_from_movements_float8);
Datum
cm_net_from_movements_float8(PG_FUNCTION_ARGS)
{
    return from_movements(fcinfo, true, true);
}
