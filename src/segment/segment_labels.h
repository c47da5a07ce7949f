/* What names the segments of scores: a built-in map in a language, or a map of the user's own. */
#ifndef CM_SEGMENT_LABELS_H
#define CM_SEGMENT_LABELS_H

#include "core/row.h"
#include "segment/rfm_map.h"
#include "segment/segment.h"

#define CM_NO_RANK (PG_INT16_MAX + 1) /* of who has no scores: after all others */

typedef struct cm_segment_labels {
    const cm_rfm_map *map; /* or NULL: */
    cm_segment_map built_in;
    cm_lang lang;
} cm_segment_labels;

extern int cm_segment_labels_rank(const cm_segment_labels *n, cm_rfm scores); /* CM_NO_RANK for no scores */

/* Sets two columns, label and rank; they stay NULL for no rank. */
extern void cm_segment_labels_set(cm_row *row, int column, const cm_segment_labels *n, int rank);

#endif
