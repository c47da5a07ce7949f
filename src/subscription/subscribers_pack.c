/* Subscribers in the packed form of the map; see subscribers.h and core/map_columns.h. */
#include "postgres.h"

#include "core/map_join.h"
#include "subscription/subscribers.h"

/* ---- packed: of each span the days since the one before, and its own ---- */

enum { GAP, DAYS };

void
cm_subscribers_split(const cm_map *map, uint32 first, cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++) {
        const cm_list *list = cm_subscriber_spans(map, first + i);
        const cm_span *spans = cm_list_data(map, list);
        uint64 at = cm_map_add_items(c, i, list->used);
        int32 before = 0;

        for (uint32 k = 0; k < list->used; k++) {
            c->item[GAP][at + k] = (int64) spans[k].from - before;
            c->item[DAYS][at + k] = (int64) spans[k].to - spans[k].from;
            before = spans[k].to;
        }
    }
}

bool
cm_subscribers_join(cm_map *map, uint32 first, const cm_map_columns *c)
{
    uint64 at = 0;

    for (uint32 i = 0; i < c->count; i++) {
        cm_list *list = cm_subscriber_spans(map, first + i);
        cm_span *spans;
        uint64 day = 0;

        if (!cm_list_take(map, list, (uint64) c->items[i], sizeof(cm_span)))
            return false;
        spans = cm_list_data(map, list);
        for (uint32 k = 0; k < list->used; k++, at++) {
            day += (uint64) c->item[GAP][at];
            spans[k].from = (int32) day;
            day += (uint64) c->item[DAYS][at];
            spans[k].to = (int32) day;
        }
    }
    return true;
}

const char *
cm_span_fault(const cm_span *before, int64 from, int64 to, int32 days)
{
    if (days == 0)
        return "Without a period there are no days";
    if (from < -1 || to > days || from >= to)
        return "Days lie outside the period";
    if (before != NULL && from <= before->to)
        return "Days do not rise, with others between";
    return NULL;
}
