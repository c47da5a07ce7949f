/* Working days; see workdays.h. */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/datetime.h"

#include "core/check.h"
#include "core/moment.h"
#include "core/zone.h"
#include "states/order.h"
#include "states/workdays.h"

cm_workdays
cm_every_day(void)
{
    return (cm_workdays){.all = true};
}

/* ---- arguments ---- */

/* The elements of an array argument, none of them NULL. */
static Datum *
elements(FunctionCallInfo fcinfo, int arg, const char *what, Oid type, int *n)
{
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(arg);
    Datum *values;
    bool *nulls;

    if (ARR_NDIM(array) > 1)
        ereport(ERROR,
                (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                 errmsg("%s must be an array of one dimension, not %d", cm_quoted(what), ARR_NDIM(array))));
    deconstruct_array(array, type, sizeof(int32), true, TYPALIGN_INT, &values, &nulls, n);
    for (int i = 0; i < *n; i++)
        if (nulls[i])
            ereport(ERROR,
                    (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s contains NULL", cm_quoted(what)),
                     errdetail("Every element is a day.")));
    return values;
}

static int
compare_days(const void *a, const void *b)
{
    DateADT x = *(const DateADT *) a, y = *(const DateADT *) b;

    CHECK_FOR_INTERRUPTS();
    return (x > y) - (x < y);
}

/* 0 Monday to 6 Sunday; 2000-01-01 was a Saturday. */
static int
weekday_of(DateADT day)
{
    return (int) (((int64) day + 5) % 7 + 7) % 7;
}

static void
read_weekend(FunctionCallInfo fcinfo, int arg, cm_workdays *w)
{
    int n;
    Datum *days = elements(fcinfo, arg, "weekend", INT4OID, &n);

    for (int i = 0; i < n; i++) {
        int32 day = DatumGetInt32(days[i]);

        if (day < 1 || day > 7)
            ereport(ERROR,
                    (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"weekend\" contains %d", day),
                     errdetail("Days of the week are 1, Monday, to 7, Sunday.")));
        w->weekend[day - 1] = true;
    }
}

/* Adds days of an array that differ from what their day of the week says; others change nothing. */
static void
read_exceptions(FunctionCallInfo fcinfo, int arg, const char *what, bool worked, cm_workdays *w)
{
    int n;
    Datum *days = elements(fcinfo, arg, what, DATEOID, &n);

    w->exceptions = w->exceptions == NULL ? palloc((n + 1) * sizeof(DateADT))
                                          : repalloc(w->exceptions, (w->n + n + 1) * sizeof(DateADT));
    for (int i = 0; i < n; i++) {
        DateADT day = cm_check_day(DatumGetDateADT(days[i]), what);

        if (w->weekend[weekday_of(day)] == worked)
            w->exceptions[w->n++] = day;
    }
}

static void
sort_exceptions(cm_workdays *w)
{
    int used = 0;

    qsort(w->exceptions, w->n, sizeof(DateADT), compare_days);
    for (int i = 0; i < w->n; i++)
        if (used == 0 || w->exceptions[used - 1] != w->exceptions[i])
            w->exceptions[used++] = w->exceptions[i];
    w->n = used;
}

cm_workdays
cm_workdays_args(FunctionCallInfo fcinfo, int arg)
{
    cm_workdays w = {.all = false};

    read_weekend(fcinfo, arg + 2, &w);
    read_exceptions(fcinfo, arg, "holidays", false, &w);
    read_exceptions(fcinfo, arg + 1, "workdays", true, &w);
    sort_exceptions(&w);
    return w;
}

/* ---- counting ---- */

/* How many exceptions lie before a day. */
static int
exceptions_before(const cm_workdays *w, DateADT day)
{
    int low = 0, high = w->n;

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (w->exceptions[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool
cm_workday(const cm_workdays *w, DateADT day)
{
    int place;

    if (w->all)
        return true;
    place = exceptions_before(w, day);
    return w->weekend[weekday_of(day)] == (place < w->n && w->exceptions[place] == day);
}

int64
cm_workdays_between(const cm_workdays *w, DateADT since, DateADT until)
{
    int64 days = Max((int64) until - since, 0), count;
    int free_days = 0;

    if (w->all || days == 0)
        return days;
    for (int i = 0; i < 7; i++)
        free_days += w->weekend[i];
    count = days / 7 * (7 - free_days);
    for (int64 rest = days - days % 7; rest < days; rest++)
        count += !w->weekend[weekday_of((DateADT) (since + rest))];
    for (int i = exceptions_before(w, since), end = exceptions_before(w, until); i < end; i++)
        count += w->weekend[weekday_of(w->exceptions[i])] ? 1 : -1;
    return count;
}

/* working_days(since, until, holidays, workdays, weekend) */
PG_FUNCTION_INFO_V1(cm_working_days);
Datum
cm_working_days(PG_FUNCTION_ARGS)
{
    DateADT since = CM_ARG_CALENDAR_DAY(0, "since");
    DateADT until = CM_ARG_CALENDAR_DAY(1, "until");
    cm_workdays w = cm_workdays_args(fcinfo, 2);

    PG_RETURN_INT32((int32) (since <= until ? cm_workdays_between(&w, since, until)
                                            : -cm_workdays_between(&w, until, since)));
}

/* ---- opening hours ---- */

/* A moment as a clock shows it: an instant by that of the zone, which is argument 2. */
static Timestamp
clock_time(FunctionCallInfo fcinfo, int arg, const char *what)
{
    cm_moment moment = PG_GETARG_MOMENT(arg);
    int64 at = cm_moment_time(moment, what);
    bool instant = cm_clock_of(moment) == CM_INSTANT;

    if (instant == PG_ARGISNULL(2))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        instant ? errmsg("%s is an instant, and \"zone\" is NULL", cm_quoted(what))
                                : errmsg("%s has no time zone, and \"zone\" is given", cm_quoted(what)),
                        errdetail("Opening hours are read off the clock of a place."),
                        instant ? errhint("Name the zone, such as 'Asia/Shanghai'.")
                                : errhint("Leave the zone out for times as a clock has shown them.")));
    return instant ? cm_local_time(at, cm_zone_from_text(PG_GETARG_OPTION(2))) : at;
}

typedef struct opening {
    cm_workdays days;
    TimeADT opens, closes;
} opening;

/* Open time of all days before a moment, from 0001-01-01 on. */
static int64
open_until(const opening *o, Timestamp at, const char *what)
{
    DateADT day = cm_check_day(cm_day_of(at, what), what);
    int64 time = at - day * USECS_PER_DAY;
    int64 today = cm_workday(&o->days, day) ? Min(Max(time - o->opens, 0), o->closes - o->opens) : 0;

    return cm_workdays_between(&o->days, CM_FIRST_DAY, day) * (o->closes - o->opens) + today;
}

/* working_time(since, until, zone, opens, closes, holidays, workdays, weekend); only the zone may be NULL */
PG_FUNCTION_INFO_V1(cm_working_time);
Datum
cm_working_time(PG_FUNCTION_ARGS)
{
    for (int i = 0; i < 8; i++)
        if (i != 2 && PG_ARGISNULL(i))
            PG_RETURN_NULL();

    (void) cm_moment_time(PG_GETARG_MOMENT(0), "since"); /* infinity has no clock to compare */
    (void) cm_moment_time(PG_GETARG_MOMENT(1), "until");
    cm_clock_agree(cm_clock_of(PG_GETARG_MOMENT(0)), "since", cm_clock_of(PG_GETARG_MOMENT(1)), "until");

    Timestamp since = clock_time(fcinfo, 0, "since");
    Timestamp until = clock_time(fcinfo, 1, "until");
    opening o = {cm_workdays_args(fcinfo, 5), PG_GETARG_TIMEADT(3), PG_GETARG_TIMEADT(4)};
    Interval *time = palloc0(sizeof(Interval));

    if (o.closes <= o.opens)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"closes\" is not after \"opens\""),
                        errdetail("Opening hours begin and end on one day."),
                        errhint("Write 24:00 for the end of the day.")));
    time->time = open_until(&o, until, "until") - open_until(&o, since, "since");
    PG_RETURN_INTERVAL_P(time);
}
