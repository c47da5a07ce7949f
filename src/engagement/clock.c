/* Clocks and moments in text, binary and JSON; see clock.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/datetime.h"

#include "engagement/clock.h"

cm_clock
cm_engagement_parse_clock(cm_parser *p)
{
    for (int clock = CM_NO_CLOCK; clock <= CM_INSTANT; clock++)
        if (strncmp(p->at, cm_clock_names[clock], strlen(cm_clock_names[clock])) == 0) {
            cm_parse_word(p, cm_clock_names[clock]);
            return (cm_clock) clock;
        }
    cm_parse_fail(p, "\"none\", \"local\" or \"instant\" expected");
}

cm_clock
cm_engagement_receive_clock(StringInfo in, const char *type)
{
    int clock = pq_getmsgbyte(in);

    if (clock > CM_INSTANT)
        cm_receive_fail(type, "The clock is out of range");
    return (cm_clock) clock;
}

static char *
moment_text(int64 time, cm_clock clock, int style)
{
    struct pg_tm parts;
    fsec_t fraction;
    char *text = palloc(MAXDATELEN + 1);

    if (timestamp2tm(time, NULL, &parts, &fraction, NULL, NULL) != 0)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
    parts.tm_isdst = clock == CM_INSTANT ? 0 : -1; /* less than 0: no offset is written */
    EncodeDateTime(&parts, fraction, clock == CM_INSTANT, 0, NULL, style, text);
    return text;
}

char *
cm_engagement_moment(int64 time, cm_clock clock)
{
    return moment_text(time, clock, USE_ISO_DATES);
}

void
cm_engagement_append_json(StringInfo out, int64 time, cm_clock clock)
{
    appendStringInfo(out, "\"%s\"", moment_text(time, clock, USE_XSD_DATES));
}
