/*
 * What the states of this room share that keep moments: the word for their clock in the text form, and a byte for it in
 * the binary form.
 */
#ifndef CM_ENGAGEMENT_CLOCK_H
#define CM_ENGAGEMENT_CLOCK_H

#include "core/moment.h"
#include "core/parse.h"

extern cm_clock cm_engagement_parse_clock(cm_parser *p); /* "none", "local" or "instant" */
extern cm_clock cm_engagement_receive_clock(StringInfo in, const char *type);

#endif
