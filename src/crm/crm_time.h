/*
 * Times and days as loaders land them: epoch milliseconds, ISO 8601 with an offset or without one.
 */
#ifndef CM_CRM_TIME_H
#define CM_CRM_TIME_H

#include "utils/jsonb.h"

#include "core/zone.h"

typedef enum cm_landed_kind {
    CM_LANDED_NOTHING, /* blanks, or null of JSON */
    CM_LANDED_DAY,     /* at is its midnight on no clock in particular */
    CM_LANDED_LOCAL,   /* at is what the clock of the user's zone showed */
    CM_LANDED_INSTANT
} cm_landed_kind;

typedef struct cm_landed_time {
    cm_landed_kind kind;
    Timestamp at;
} cm_landed_time;

extern cm_landed_time cm_read_landed_time(const char *text, int length); /* an error for any other form */
extern cm_landed_time cm_landed_milliseconds(double milliseconds);       /* since 1970 */

#endif
