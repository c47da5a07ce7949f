/*
 * Days that count: all of them, or working days, which are those that are no weekend and no holiday, and weekend days
 * that are worked.
 */
#ifndef CM_WORKDAYS_H
#define CM_WORKDAYS_H

#include "fmgr.h"
#include "utils/date.h"

typedef struct cm_workdays {
    bool all;            /* every day counts */
    bool weekend[7];     /* by day of the week, Monday first */
    DateADT *exceptions; /* ascending: holidays that are no weekend, and weekend days that are worked */
    int n;
} cm_workdays;

extern cm_workdays cm_every_day(void);
/* Arguments arg (holidays), arg + 1 (workdays) and arg + 2 (weekend). */
extern cm_workdays cm_workdays_args(FunctionCallInfo fcinfo, int arg);

extern bool cm_workday(const cm_workdays *w, DateADT day);
extern int64 cm_workdays_between(const cm_workdays *w, DateADT since,
                                 DateADT until); /* since <= day < until */

#endif
