/*
 * The form in which funnels are stored: packed (core/packed.h), in blocks of CM_MAP_BATCH customers. It has the head of
 * cm_funnel, with CM_FUNNEL_IS_STORED, `used` as it is in the canonical form and the customers in `unused`; then blocks: ids, how many
 * rows each has, the time of each one's first row, the times from each row to the next, and steps; in the layouts that have them
 * order keys, the lengths of values to hold plus one (0: none), and these.
 */
#ifndef CM_FUNNEL_STORED_H
#define CM_FUNNEL_STORED_H

#include "core/packed.h"
#include "funnel/funnel_log.h"

/* A value of rows as it is stored; one without rows is stored as it is. */
extern const cm_funnel *cm_funnel_to_stored(const cm_funnel *canonical);
/* The canonical form of a stored one, all of it. */
extern cm_funnel *cm_funnel_from_stored(const cm_funnel *stored, const cm_state_class *cls);

/* Reading a stored value block by block. */
typedef struct cm_funnel_reader {
    const cm_funnel *stored;
    cm_funnel *block; /* the customers of a block, in canonical form */
    cm_packed_in in;
    uint32 left; /* customers */
    int64 *numbers;
    uint64 capacity;
    cm_packed_texts texts;
} cm_funnel_reader;

extern cm_funnel_reader *cm_funnel_begin_stored(const cm_funnel *stored);
extern bool cm_funnel_next_block(cm_funnel_reader *reader); /* an error if it is damaged */
extern bool cm_funnel_try_next_block(cm_funnel_reader *reader, bool *damaged);

#endif
