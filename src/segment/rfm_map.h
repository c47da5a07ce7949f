/*
 * rfm_map: the user's own segments, as rules: a rank, a label, and the scores it is for. The first rule that matches
 * wins. A map is made for one number of bins; cells of another number are read in that of the map (cm_rfm_rebin). Rules
 * are kept in order, and a rule that is there already is not added again, so that maps of the same rules are the same
 * bytes however they were put together.
 */
#ifndef CM_RFM_MAP_H
#define CM_RFM_MAP_H

#include "core/state.h"
#include "segment/rfm.h"

/* One after the other, each padded to a multiple of 4. */
typedef struct cm_rule {
    int16 rank;    /* from 1; rules of one rank have one label */
    uint8 low[3];  /* of each dimension, inclusive */
    uint8 high[3]; /* at least low, at most the bins of the map */
    uint32 length; /* of the label, above zero */
    char label[FLEXIBLE_ARRAY_MEMBER];
} cm_rule;

typedef struct cm_rfm_map {
    cm_state head;
    uint32 rules;
    uint32 bins; /* 0: not known yet, of a map without rules */
} cm_rfm_map;

extern const cm_state_class cm_rfm_map_class;

/* Walking over the rules, in order: for (rule = first; i < map->rules; rule = next). */
static inline const cm_rule *
cm_rule_first(const cm_rfm_map *map)
{
    return (const cm_rule *) (map + 1);
}

static inline Size
cm_rule_size(uint32 length)
{
    return INTALIGN(offsetof(cm_rule, label) + length);
}

static inline const cm_rule *
cm_rule_next(const cm_rule *rule)
{
    return (const cm_rule *) ((const char *) rule + cm_rule_size(rule->length));
}

extern cm_rfm_map *cm_rfm_map_new(uint32 bins);
extern const cm_rfm_map *cm_rfm_map_add(const cm_rfm_map *map, const cm_rule *rule);
/* The first rule that matches the scores; that none does is an error. */
extern const cm_rule *cm_rfm_map_need(const cm_rfm_map *map, cm_rfm rfm);
/* A rule with this label of a map for so many bins; ranges and rank from 1 and their order are checked. */
extern cm_rule *cm_rule_make(int bins, int64 rank, const char *label, Size length, const int *low,
                             const int *high);

#define PG_GETARG_RFM_MAP(arg) ((const cm_rfm_map *) cm_state_read(PG_GETARG_DATUM(arg), &cm_rfm_map_class))

#endif
