/* Names of segments; see segment_labels.h. */
#include "postgres.h"

#include "utils/builtins.h"

#include "segment/segment_labels.h"

int
cm_segment_labels_rank(const cm_segment_labels *n, cm_rfm scores)
{
    if (scores == 0)
        return CM_NO_RANK;
    if (n->map != NULL)
        return cm_rfm_map_need(n->map, scores)->rank;
    return 1 + (int) cm_segment_of(scores, n->built_in);
}

static text *
labels_text(const cm_segment_labels *n, int rank)
{
    if (n->map == NULL)
        return cm_segment_label((cm_segment) (rank - 1), n->lang);

    const cm_rule *rule = cm_rule_first(n->map);

    while (rule->rank != rank)
        rule = cm_rule_next(rule);
    return cstring_to_text_with_len(rule->label, rule->length);
}

void
cm_segment_labels_set(cm_row *row, int column, const cm_segment_labels *n, int rank)
{
    if (rank == CM_NO_RANK)
        return;
    cm_row_set(row, column, PointerGetDatum(labels_text(n, rank)));
    cm_row_set(row, column + 1, Int16GetDatum(rank));
}
