/* Scores straight from customers: what rfm_customers.c and rfm_report.c share. */
#ifndef CM_RFM_CUSTOMERS_H
#define CM_RFM_CUSTOMERS_H

#include "states/customers.h"
#include "segment/rfm_cuts.h"
#include "segment/scoring.h"

typedef struct cm_rfm_measures {
    bool by_days;    /* frequency: purchase days, not orders */
    bool by_average; /* monetary: revenue an order, not all of it */
} cm_rfm_measures;

extern cm_rfm_measures cm_rfm_measures_read(Datum frequency, Datum monetary);
/* Argument 1: the end of the observation. */
extern DateADT cm_rfm_as_of_arg(FunctionCallInfo fcinfo, const cm_map *map);
/* Scores by the customers themselves, of each entry; 0 for who never bought. */
extern cm_rfm *cm_rfm_score_all(const cm_map *map, cm_rfm_measures m, int bins, cm_scoring_method method);
extern cm_rfm *cm_rfm_score_by_cuts(const cm_map *map, cm_rfm_measures m, DateADT as_of,
                                    const cm_rfm_cuts *cuts);

#endif
