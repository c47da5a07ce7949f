/*
 * An order as rows give it: the day and the amount. Days are calendar days, because the forecast models and repeat
 * purchases count days: of a date or timestamp as written, of a timestamptz in UTC or in a named zone.
 *
 * Amounts of zero and more are purchases (a free order is an order); negative amounts are refunds, which lower
 * revenue on their day but are no purchase.
 */
#ifndef CM_ORDER_H
#define CM_ORDER_H

#include "fmgr.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/money.h"
#include "core/moment.h"
#include "core/period.h"
#include "core/zone.h"

typedef struct cm_order {
    cm_money amount;
    DateADT day;
} cm_order;

/* 0001-01-01 to 9999-12-31, so that days have one text form. */
#define CM_FIRST_DAY (-730119)
#define CM_LAST_DAY 2921939

extern void cm_day_error(DateADT day, const char *what) pg_attribute_noreturn();
extern void cm_timestamp_error(Timestamp at, const char *what) pg_attribute_noreturn();

static inline DateADT
cm_check_day(DateADT day, const char *what)
{
    if (unlikely(day < CM_FIRST_DAY || day > CM_LAST_DAY)) /* infinities too */
        cm_day_error(day, what);
    return day;
}

static inline DateADT
cm_day_of_timestamp(Timestamp at, const char *what) /* also of a timestamptz in UTC */
{
    int64 day = at / USECS_PER_DAY - (at % USECS_PER_DAY < 0);

    if (unlikely(day < CM_FIRST_DAY || day > CM_LAST_DAY)) /* infinities too */
        cm_timestamp_error(at, what);
    return (DateADT) day;
}

extern DateADT cm_day_in_zone(TimestampTz at, text *zone, const char *what);

extern void cm_append_day(StringInfo out, DateADT day); /* 2024-01-31 */
extern DateADT cm_parse_day(cm_parser *p);

/*
 * The forms of an order's arguments, for macros that make a C function of each: name, then how argument n and the
 * next one (or, for zones, two) become a day and an amount.
 */
#define CM_EACH_ORDER_FORM(make)                                                                             \
    make(date_numeric, CM_ARG_DAY, CM_ARG_NUMERIC);                                                          \
    make(date_float8, CM_ARG_DAY, CM_ARG_FLOAT8);                                                            \
    make(timestamp_numeric, CM_ARG_TIMESTAMP_DAY, CM_ARG_NUMERIC);                                           \
    make(timestamp_float8, CM_ARG_TIMESTAMP_DAY, CM_ARG_FLOAT8);                                             \
    make(zone_numeric, CM_ARG_ZONE_DAY, CM_ARG_NUMERIC);                                                     \
    make(zone_float8, CM_ARG_ZONE_DAY, CM_ARG_FLOAT8)

#define CM_ARG_DAY(n) cm_check_day(PG_GETARG_DATEADT(n), "date of purchase")
#define CM_ARG_TIMESTAMP_DAY(n) cm_day_of_timestamp(PG_GETARG_TIMESTAMP(n), "time of purchase")
#define CM_ARG_ZONE_DAY(n)                                                                                   \
    cm_day_in_zone(PG_GETARG_TIMESTAMPTZ(n), PG_GETARG_TEXT_PP((n) + 2), "time of purchase")
#define CM_ARG_NUMERIC(n) cm_money_from_numeric(PG_GETARG_DATUM((n) + 1), "amount")
#define CM_ARG_FLOAT8(n) cm_money_from_float(PG_GETARG_FLOAT8((n) + 1), "amount")

/* Whether the amount is one that can be read without a call, and then the amount. */
#define CM_ARG_NUMERIC_SHORT(n, amount)                                                                      \
    cm_money_read_short((const struct varlena *) DatumGetPointer(PG_GETARG_DATUM((n) + 1)), amount)
#define CM_ARG_FLOAT8_SHORT(n, amount) ((void) (amount), false)

#endif
