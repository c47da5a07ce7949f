/* Values of funnel and funnels from outside, row by row; what their text and their binary form share. */
#ifndef CM_FUNNEL_BUILD_H
#define CM_FUNNEL_BUILD_H

#include "funnel/funnel_log.h"

typedef struct cm_funnel_builder {
    cm_funnel *f;
    const cm_state_class *cls;
    uint32 last; /* place of the record before */
    bool any;
} cm_funnel_builder;

extern cm_funnel_builder cm_funnel_build(const cm_state_class *cls, int ids, cm_funnel_layout layout,
                                         cm_clock clock, int64 skipped);
/* Adds a row; false if it is not in the canonical order. The first row of a customer must have a larger id. */
extern bool cm_funnel_build_row(cm_funnel_builder *b, const cm_key *id, const cm_funnel_event *event,
                                bool first);
/* The value; an error unless its ids, if it has any, are of the type that is wanted. */
extern Datum cm_funnel_built(cm_funnel_builder *b, int wanted);

/* A value whose ids, layout and clock are all there, or none: what is wrong otherwise. with_ids: of funnels. */
extern const char *cm_funnel_head_fault(bool with_ids, int ids, int layout, int clock);

#endif
