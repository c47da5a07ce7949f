/*
 * One rule of funnels: its name, and how its value is read and written. All of them stand in one table, and a new rule is a
 * line of it.
 */
#ifndef CM_FUNNEL_RULE_H
#define CM_FUNNEL_RULE_H

#include "core/parse.h"
#include "funnel/funnel_rules.h"

typedef struct cm_funnel_rule {
    const char *name;
    const struct cm_funnel_rule_kind *kind;
    size_t place;             /* of its value in a cm_funnel_ruleset, for kinds of a single value */
    const char *const *words; /* of kinds whose value is a word */
    bool may_be_zero;
} cm_funnel_rule;

/* How the values of some rules are read from a list of rules, taken from an argument of funnel_rules(), and written. */
typedef struct cm_funnel_rule_kind {
    void (*read)(const cm_funnel_rule *r, cm_funnel_ruleset *set, cm_parser *p);
    void (*take)(const cm_funnel_rule *r, cm_funnel_ruleset *set, Datum argument);
    bool (*write)(const cm_funnel_rule *r, const cm_funnel_ruleset *set,
                  StringInfo out); /* false: not asked for */
    enum { CM_JSON_AS_IT_IS, CM_JSON_STRING, CM_JSON_LIST } json;
} cm_funnel_rule_kind;

/* In the order of the arguments of funnel_rules(), which is the order of the text. */
extern const cm_funnel_rule cm_funnel_all_rules[];
extern const int cm_funnel_rule_count;

/* What no rule asks for: the value of '', and of each rule that is left out. */
extern const cm_funnel_ruleset cm_funnel_no_rules;

#endif
