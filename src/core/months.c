/* Months of the calendar; see months.h. */
#include "postgres.h"

#include "utils/datetime.h"

#include "core/compat.h"
#include "core/months.h"

static void out_of_range(void) pg_attribute_noreturn();

static void
out_of_range(void)
{
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
}

/* As timestamp_pl_interval and timestamptz_pl_interval do it, of which the latter knows only the zone of the session. */
int64
cm_add_months(int64 at, int32 months, pg_tz *zone)
{
    struct pg_tm tm;
    fsec_t fraction;
    int offset;
    Timestamp result;

    if (timestamp2tm(at, zone != NULL ? &offset : NULL, &tm, &fraction, NULL, zone) != 0)
        out_of_range();

    int64 month = (int64) tm.tm_year * MONTHS_PER_YEAR + tm.tm_mon - 1 + months;

    tm.tm_year = (int) (month / MONTHS_PER_YEAR - (month % MONTHS_PER_YEAR < 0));
    tm.tm_mon = (int) (month - (int64) tm.tm_year * MONTHS_PER_YEAR) + 1;
    tm.tm_mday = Min(tm.tm_mday, day_tab[isleap(tm.tm_year)][tm.tm_mon - 1]);
    if (zone != NULL)
        offset = DetermineTimeZoneOffset(&tm, zone);
    if (tm2timestamp(&tm, fraction, zone != NULL ? &offset : NULL, &result) != 0)
        out_of_range();
    return result;
}
