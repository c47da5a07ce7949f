/*
 * The ends of the paths of each level that may go on; see funnel_path.c for which of them are kept. An end is better than
 * another if its window ends later, or at the same time and it began later.
 */
#ifndef CM_FUNNEL_ENDS_H
#define CM_FUNNEL_ENDS_H

#include "math/funnel_path.h"

typedef struct cm_funnel_ends {
    const cm_funnel_rules *rules;
    cm_funnel_node *nodes; /* numbered from 1 */
    uint32_t used;
    uint32_t
        first[CM_FUNNEL_MAX_STEPS + 1]; /* of each level's list, by rising last rows, the better ones first */
    uint32_t last[CM_FUNNEL_MAX_STEPS + 1];
} cm_funnel_ends;

/* Where a path began and its window ends. */
typedef struct cm_funnel_start {
    int64_t at, until;
} cm_funnel_start;

static inline bool
ends_better(cm_funnel_start a, cm_funnel_start b)
{
    return a.until != b.until ? a.until > b.until : a.at > b.at;
}

static inline cm_funnel_node *
ends_node(const cm_funnel_ends *e, uint32_t number)
{
    return &e->nodes[number - 1];
}

static inline cm_funnel_start
ends_start(const cm_funnel_ends *e, uint32_t number)
{
    const cm_funnel_node *node = ends_node(e, number);

    return (cm_funnel_start){node->start, node->until};
}

static inline uint32_t
ends_add(cm_funnel_ends *e, int64_t at, cm_funnel_start start, int level, uint32_t parent)
{
    e->nodes[e->used] = (cm_funnel_node){at, start.at, start.until, parent, 0, 0, level};
    return ++e->used;
}

static inline void
ends_clear(cm_funnel_ends *e, int level)
{
    e->first[level] = e->last[level] = 0;
}

/* The best end at a level among those that may go on at this time; 0: none. */
static inline uint32_t
ends_best(cm_funnel_ends *e, int level, int64_t at)
{
    const cm_funnel_rules *rules = e->rules;

    if (rules->step_limits) /* what is too old now stays too old */
        while (e->first[level] != 0 && at - ends_node(e, e->first[level])->at > rules->step_within[level]) {
            if (e->first[level] == e->last[level])
                ends_clear(e, level);
            else
                e->first[level] = ends_node(e, e->first[level])->next;
        }

    uint32_t end = e->first[level];

    return end != 0 && at <= ends_node(e, end)->until ? end : 0;
}

/* Puts an end at a level's list, whose ends all have earlier last rows. */
static inline void
ends_push(cm_funnel_ends *e, int level, uint32_t number)
{
    cm_funnel_node *end = ends_node(e, number);

    while (e->last[level] != 0 && !ends_better(ends_start(e, e->last[level]), ends_start(e, number))) {
        if (e->first[level] == e->last[level])
            ends_clear(e, level);
        else
            e->last[level] = ends_node(e, e->last[level])->previous;
    }
    end->previous = e->last[level];
    if (e->last[level] != 0)
        ends_node(e, e->last[level])->next = number;
    else
        e->first[level] = number;
    e->last[level] = number;
}

#endif
