/*
 * What the states over subscriptions share: the days of a row (customer_id, started, ended, ...), and errors that name the
 * row's customer.
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

/* Reads arguments 2 and 3 without a call where nothing is wrong with them. False: cm_subscription_days_of says what is. */
static inline bool
cm_subscription_days_quickly(FunctionCallInfo fcinfo, cm_subscription_days *days)
{
    if (!cm_read_day(PG_GETARG_TIMESTAMP(2), &days->started))
        return false;
    days->ended = DATEVAL_NOEND;
    return PG_ARGISNULL(3) ||
           (cm_read_day(PG_GETARG_TIMESTAMP(3), &days->ended) && likely(days->ended >= days->started));
}

/* The same with all checks; what is wrong is an error. */
extern cm_subscription_days cm_subscription_days_of(FunctionCallInfo fcinfo);

/* Throws the error that is being handled again, with the customer before its message. The context is that of before PG_TRY. */
extern void cm_throw_with_customer(const cm_key *key, MemoryContext context) pg_attribute_noreturn();

#endif
