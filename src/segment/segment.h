/*
 * Segments: names for groups of scores. Two built-in maps, both of which give each of the 125 cells of five bins exactly
 * one segment, and read cells of other bins as such; maps of the user's own are in rfm_map.h.
 */
#ifndef CM_SEGMENT_H
#define CM_SEGMENT_H

#include "core/lang.h"
#include "segment/rfm.h"

typedef enum cm_segment { /* in business order, which is that of the enum rfm_segment */
                          CM_CHAMPIONS,
                          CM_LOYAL,
                          CM_POTENTIAL_LOYALIST,
                          CM_NEW,
                          CM_PROMISING,
                          CM_NEEDS_ATTENTION,
                          CM_ABOUT_TO_SLEEP,
                          CM_AT_RISK,
                          CM_CANNOT_LOSE,
                          CM_HIBERNATING,
                          CM_LOST
} cm_segment;

typedef enum cm_segment_map { CM_RF10, CM_CELLS11 } cm_segment_map;

extern cm_segment_map cm_segment_map_from_text(text *word);
extern cm_segment cm_segment_of(cm_rfm rfm, cm_segment_map map);
extern text *cm_segment_label(cm_segment segment, cm_lang lang);

#endif
