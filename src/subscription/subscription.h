/*
 * What the states over subscriptions share: the days of a row (customer_id, started, ended, ...), errors that name the
 * row's customer, and JSON of customers.
 */
#ifndef CM_SUBSCRIPTION_H
#define CM_SUBSCRIPTION_H

#include "core/map.h"
#include "states/order.h"

/* A subscription runs from started up to, but not including, ended. */
typedef struct cm_subscription_days {
    DateADT started;
    DateADT ended; /* DATEVAL_NOEND: it is open */
} cm_subscription_days;

/* The day of a time that lies in the range of days; counted from the first of them, so that it is one division. */
static inline DateADT
cm_subscription_day(Timestamp at)
{
    return (DateADT) ((uint64) (at - CM_FIRST_DAY * USECS_PER_DAY) / USECS_PER_DAY) + CM_FIRST_DAY;
}

/* Reads arguments 2 and 3 without a call where nothing is wrong with them. False: cm_subscription_days_of says what is. */
static inline bool
cm_subscription_days_quickly(FunctionCallInfo fcinfo, cm_subscription_days *days)
{
    Timestamp started = PG_GETARG_TIMESTAMP(2);
    Timestamp ended = PG_ARGISNULL(3) ? CM_LAST_DAY * USECS_PER_DAY : PG_GETARG_TIMESTAMP(3);

    if (unlikely(Min(started, ended) < CM_FIRST_DAY * USECS_PER_DAY ||
                 Max(started, ended) >= (CM_LAST_DAY + 1) * USECS_PER_DAY))
        return false;
    days->started = cm_subscription_day(started);
    days->ended = cm_subscription_day(ended);
    if (unlikely(days->ended < days->started))
        return false;
    if (PG_ARGISNULL(3))
        days->ended = DATEVAL_NOEND;
    return true;
}

/* The same with all checks; what is wrong is an error. */
extern cm_subscription_days cm_subscription_days_of(FunctionCallInfo fcinfo);

/* Throws the error that is being handled again, with the customer before its message. The context is that of before PG_TRY. */
extern void cm_throw_with_customer(const cm_key *key, MemoryContext context) pg_attribute_noreturn();

/* ---- JSON ---- */

/* Begins a customer's object, {"id":7, behind a comma unless it is the first; an error where the text becomes too long. */
extern void cm_json_customer(StringInfo out, const cm_map *map, uint32 entry, const cm_map_class *cls);

#endif
