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
