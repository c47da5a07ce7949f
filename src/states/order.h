/*
 * An order as rows give it: the day and the amount. Days are calendar days, because the forecast models and repeat
 * purchases count days: of a timestamp as it was written, of an instant in a named zone.
 *
 * Amounts of zero and more are purchases (a free order is an order); negative amounts are refunds, which lower
 * revenue on their day but are no purchase.
 */
#ifndef CM_ORDER_H
#define CM_ORDER_H

#include "fmgr.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/moment.h"
#include "core/money.h"
#include "core/option.h"
#include "core/period.h"
#include "core/zone.h"

/* 0001-01-01 to 9999-12-31, so that days have one text form. */
#define CM_FIRST_DAY (-730119)
#define CM_LAST_DAY 2921939

extern void cm_day_error(DateADT day, const char *what) pg_attribute_noreturn();

static inline DateADT
cm_check_day(DateADT day, const char *what)
{
    if (unlikely(day < CM_FIRST_DAY || day > CM_LAST_DAY)) /* infinities too */
        cm_day_error(day, what);
    return day;
}

/* An argument that names a day, such as as_of. */
#define CM_ARG_CALENDAR_DAY(n, what) cm_check_day(CM_ARG_DAY_OF(n, what), what)

extern void cm_append_day(StringInfo out, DateADT day);      /* 2024-01-31 */
extern void cm_append_json_day(StringInfo out, DateADT day); /* "2024-01-31" */
extern const char *cm_day_text(DateADT day);
extern DateADT cm_parse_day(cm_parser *p);

/* ---- rows ---- */

/*
 * The forms in which a row gives an order: argument n is the time, the next one the amount, and the one after that the
 * zone where there is one. Steps of aggregates are compiled for one form each.
 */
typedef struct cm_order_form {
    const char *sibling; /* of an aggregate with a zone: the aggregate without one; else NULL */
    bool is_float;       /* the amount is double precision, else numeric */
} cm_order_form;

typedef struct cm_order {
    cm_money amount;
    DateADT day;
} cm_order;

/*
 * These raise what a reader below has found wrong. `whose` is "customer 4711", or NULL where a row has no id: then the day
 * says which amount it is. Only they build messages, so that good rows pay nothing for them.
 */
extern void cm_order_error(FunctionCallInfo fcinfo, int n, cm_order_form form, const char *whose)
    pg_attribute_noreturn();
extern void cm_amount_error(FunctionCallInfo fcinfo, int n, bool is_float, const char *what)
    pg_attribute_noreturn();

/* Readers return false for what is out of range. */
static pg_attribute_always_inline bool
cm_read_day(Timestamp at, DateADT *day)
{
    const int64 begin = CM_FIRST_DAY * USECS_PER_DAY;
    const uint64 length = (uint64) (CM_LAST_DAY - CM_FIRST_DAY + 1) * USECS_PER_DAY;
    uint64 since = (uint64) at - (uint64) begin; /* one comparison finds times before, behind and infinite */

    *day = CM_FIRST_DAY + (DateADT) (since / USECS_PER_DAY);
    return likely(since < length);
}

/* The moments that are known to be of one day in one zone: rows mostly come in the order of time. */
typedef struct cm_known_day {
    TimestampTz from, until; /* until is no part of it */
    DateADT day;
    uint32 zone_length; /* bytes */
    char zone[TZ_STRLEN_MAX + 1];
} cm_known_day;

extern cm_known_day cm_last_known_day;
extern bool cm_find_zone_day(cm_moment at, Datum zone, DateADT *day);

static pg_attribute_always_inline bool
cm_read_zone_day(cm_moment at, Datum zone, DateADT *day)
{
    const cm_known_day *known = &cm_last_known_day;
    const struct varlena *name = (const struct varlena *) DatumGetPointer(zone);

    if (likely(at >= known->from && at < known->until && !VARATT_IS_1B_E(name) && !VARATT_IS_4B_C(name) &&
               VARSIZE_ANY_EXHDR(name) == known->zone_length &&
               cm_same_bytes(VARDATA_ANY(name), known->zone, known->zone_length))) {
        *day = known->day;
        return true;
    }
    return cm_find_zone_day(at, zone, day);
}

static pg_attribute_always_inline bool
cm_read_amount(FunctionCallInfo fcinfo, int n, bool is_float, cm_money *amount)
{
    if (is_float)
        return cm_money_read_float(PG_GETARG_FLOAT8(n), amount);
    return likely(
               cm_money_read_short((const struct varlena *) DatumGetPointer(PG_GETARG_DATUM(n)), amount)) ||
           cm_money_read_numeric(PG_GETARG_DATUM(n), amount);
}

static pg_attribute_always_inline bool
cm_read_order_day(FunctionCallInfo fcinfo, int n, cm_order_form form, DateADT *day)
{
    if (form.sibling == NULL)
        return cm_read_day(PG_GETARG_TIMESTAMP(n), day);
    return cm_read_zone_day(PG_GETARG_MOMENT(n), PG_GETARG_DATUM(n + 2), day);
}

static pg_attribute_always_inline bool
cm_read_order(FunctionCallInfo fcinfo, int n, cm_order_form form, cm_order *order)
{
    return cm_read_amount(fcinfo, n + 1, form.is_float, &order->amount) &&
           cm_read_order_day(fcinfo, n, form, &order->day);
}

#endif
