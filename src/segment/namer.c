/* Names of segments; see namer.h. */
#include "postgres.h"

#include "utils/builtins.h"

#include "segment/namer.h"

int
cm_namer_rank(const cm_namer *n, cm_rfm scores)
{
    if (scores == 0)
        return CM_NO_RANK;
    if (n->map != NULL)
        return cm_rfm_map_need(n->map, scores)->rank;
    return 1 + (int) cm_segment_of(scores, n->built_in);
}

text *
cm_namer_label(const cm_namer *n, int rank)
{
    if (n->map == NULL)
        return cm_segment_label((cm_segment) (rank - 1), n->lang);

    const cm_rule *rule = cm_rule_first(n->map);

    while (rule->rank != rank)
        rule = cm_rule_next(rule);
    return cstring_to_text_with_len(rule->label, rule->length);
}

void
cm_namer_set(cm_row *row, int column, const cm_namer *n, int rank)
{
    if (rank == CM_NO_RANK)
        return;
    cm_row_set(row, column, PointerGetDatum(cm_namer_label(n, rank)));
    cm_row_set(row, column + 1, Int16GetDatum(rank));
}
