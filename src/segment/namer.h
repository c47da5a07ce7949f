/* What names the segments of scores: a built-in map in a language, or a map of the user's own. */
#ifndef CM_NAMER_H
#define CM_NAMER_H

#include "common/row.h"
#include "segment/rfm_map.h"
#include "segment/segment.h"

#define CM_NO_RANK (PG_INT16_MAX + 1) /* of who has no scores: after all others */

typedef struct cm_namer {
    const cm_rfm_map *map; /* or NULL: */
    cm_segment_map built_in;
    cm_lang lang;
} cm_namer;

extern int cm_namer_rank(const cm_namer *n, cm_rfm scores); /* CM_NO_RANK for no scores */
extern text *cm_namer_label(const cm_namer *n, int rank);   /* of a rank that came from this map */

/* Sets two columns, label and rank; they stay NULL for no rank. */
extern void cm_namer_set(cm_row *row, int column, const cm_namer *n, int rank);

#endif
