/* The periods of a report that is read from a base; see cohorts.h. */
#include "postgres.h"

#include "retention/cohorts.h"

bool
cm_report_base_span(cm_base_reader *r, cm_report_span *span)
{
    cm_base_reader ahead = *r;
    int64 last = 0;
    cm_report_horizon horizon;

    while (cm_base_next(&ahead))
        last = ahead.row.keys[0];
    if (!cm_base_next(r))
        return false;
    horizon = cm_horizon_at(cm_base_calendar(r), (DateADT) r->base->params[1]);
    span->first = (int32) r->row.keys[0];
    span->active = last - span->first + 1;
    span->finished = (int64) horizon.finished - span->first;
    span->begun = (int64) horizon.begun - span->first;
    if (last >= horizon.finished || span->active > CM_MAX_PERIODS)
        cm_base_error(r, "It has periods that are not known at \"as_of\", or too many");
    return true;
}
