/*
 * Time zones by name, and the calendar day of a moment in one.
 */
#ifndef CM_ZONE_H
#define CM_ZONE_H

#include "pgtime.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/option.h"

/* A zone by a name of pg_timezone_names in any letter case; other names are errors. Remembers those asked for last. */
extern pg_tz *cm_zone_from_text(const cm_word *name);
/* The day that a zone left out as it went over the date line, which no moment has; 0: it has all days. */
extern DateADT cm_zone_left_out(pg_tz *zone);
/* The calendar day of a moment in a zone. A table of days makes it a few instructions. */
extern DateADT cm_local_day(TimestampTz at, pg_tz *zone);
/* The same, and moments from one on and up to another that are surely of that day. */
extern DateADT cm_local_day_around(TimestampTz at, pg_tz *zone, TimestampTz *from, TimestampTz *until);
/* What the clock of a zone shows at a moment. */
extern Timestamp cm_local_time(TimestampTz at, pg_tz *zone);
/*
 * The instant at which the clock of a zone shows a time: of an hour that comes twice the later one, of one that does not
 * come the time after it, as PostgreSQL does.
 */
extern TimestampTz cm_instant_in_zone(Timestamp local, pg_tz *zone);

#endif
