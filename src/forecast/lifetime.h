/*
 * The value of what a customer will still buy: discounted purchases times the expected amount of one.
 */
#ifndef CM_LIFETIME_H
#define CM_LIFETIME_H

#include "forecast/customer_model.h"

/* Over what time, and discounted how */
typedef struct cm_discount_horizon {
    double length; /* units of time; may be infinite */
    double delta;  /* continuous discount rate per unit of time */
} cm_discount_horizon;

/* From a length (NULL: for ever), a discount rate per year and a unit of time: arguments of SQL functions */
extern cm_discount_horizon cm_horizon_args(FunctionCallInfo fcinfo, const cm_customer_model *model,
                                           int arg_unit, int arg_length, int arg_rate);

/* Answers kept from call to call; NULL keeps none */
typedef struct cm_memo cm_memo;

extern cm_memo *cm_memo_new(MemoryContext context);
extern double cm_discounted_purchases(cm_memo *memo, const cm_customer_model *model,
                                      const cm_purchase_history *h, cm_discount_horizon horizon);

#endif
