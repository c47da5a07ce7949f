/* Months of the calendar, which have no fixed length. */
#ifndef CM_MONTHS_H
#define CM_MONTHS_H

#include "pgtime.h"
#include "utils/timestamp.h"

/*
 * A time and so many months later, as PostgreSQL adds them: the same day of the month and time of the day, or the last day of
 * a month that is too short. An instant is read on the clock of a zone; without one it is the reading of a clock.
 */
extern int64 cm_add_months(int64 at, int32 months, pg_tz *zone);

#endif
