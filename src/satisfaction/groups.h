/*
 * Several groups that are compared: an array of states, one a group. A NULL is a group without rows.
 */
#ifndef CM_GROUPS_H
#define CM_GROUPS_H

#include "core/state.h"

#define CM_GROUPS_MOST 1000 /* half a million pairs */

typedef struct cm_groups {
    int count;
    Datum *states;
    bool *nulls;
} cm_groups;

extern cm_groups cm_groups_arg(FunctionCallInfo fcinfo, int arg, const char *what);
/* Argument arg: a score for each group, 1 to count where it is NULL. */
extern double *cm_groups_scores(FunctionCallInfo fcinfo, int arg, int count);
/* A name that stands twice would leave open which group, or driver, a row of the result is about. */
extern void cm_check_distinct_names(const Datum *names, int count, const char *of_what);
/* Argument arg: a name for each group, all different, or NULL, as the argument may be. */
extern Datum *cm_groups_names(FunctionCallInfo fcinfo, int arg, int count);

#endif
