/* Migrations as rows; see rfm_migration.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/row.h"
#include "segment/rfm_migration.h"
#include "segment/segment_labels.h"

/* rfm_moves(rfm_migration) -> before, after, customers */
PG_FUNCTION_INFO_V1(cm_rfm_moves);
Datum
cm_rfm_moves(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_RFM_MIGRATION(0);

    cm_rows_begin(fcinfo);
    for (uint32 i = 0; i < map->count; i++) {
        cm_move m = cm_move_read(map, i);
        cm_row row = cm_row_empty();

        if (m.before != 0)
            cm_row_set(&row, 0, Int32GetDatum(m.before));
        if (m.after != 0)
            cm_row_set(&row, 1, Int32GetDatum(m.after));
        cm_row_set_int(&row, 2, m.customers);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

static int
compare_moves(const void *a, const void *b)
{
    const cm_move *x = a;
    const cm_move *y = b;

    CHECK_FOR_INTERRUPTS();
    if (x->before != y->before)
        return x->before < y->before ? -1 : 1;
    return (x->after > y->after) - (x->after < y->after);
}

/* Moves between segments: ranks in place of scores, in their order. Returns how many there are. */
static uint32
segment_moves(const cm_map *map, const cm_segment_labels *n, cm_move *moves)
{
    uint32 count = 0;

    for (uint32 i = 0; i < map->count; i++) {
        CHECK_FOR_INTERRUPTS();
        moves[i] = cm_move_read(map, i);
        moves[i].before = cm_segment_labels_rank(n, moves[i].before);
        moves[i].after = cm_segment_labels_rank(n, moves[i].after);
    }
    qsort(moves, map->count, sizeof(cm_move), compare_moves);
    for (uint32 i = 0; i < map->count; i++) {
        if (count > 0 && compare_moves(&moves[count - 1], &moves[i]) == 0)
            moves[count - 1].customers =
                cm_add_counts(moves[count - 1].customers, moves[i].customers, "customers");
        else
            moves[count++] = moves[i];
    }
    return count;
}

static Datum
return_segment_moves(FunctionCallInfo fcinfo, const cm_segment_labels *n)
{
    const cm_map *map = PG_GETARG_RFM_MIGRATION(0);
    cm_move *moves = MemoryContextAllocHuge(CurrentMemoryContext, Max(map->count, 1) * sizeof(cm_move));
    uint32 count = segment_moves(map, n, moves);

    int64 from_here = 0; /* customers who came from the segment of move i; they end before move end */

    cm_rows_begin(fcinfo);
    for (uint32 i = 0, end = 0; i < count; i++) {
        cm_row row = cm_row_empty();

        if (i == end)
            for (from_here = 0; end < count && moves[end].before == moves[i].before; end++)
                from_here = cm_add_counts(from_here, moves[end].customers, "customers");
        cm_segment_labels_set(&row, 0, n, moves[i].before);
        cm_segment_labels_set(&row, 2, n, moves[i].after);
        cm_row_set_int(&row, 4, moves[i].customers);
        cm_row_set_float(&row, 5, (double) moves[i].customers / (double) from_here);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* segment_migration(rfm_migration, map, lang) -> from_segment, from_rank, to_segment, to_rank, customers, share */
PG_FUNCTION_INFO_V1(cm_segment_migration);
Datum
cm_segment_migration(PG_FUNCTION_ARGS)
{
    cm_segment_labels n = {NULL, cm_segment_map_from_text(PG_GETARG_TEXT_PP(1)),
                           cm_lang_from_text(PG_GETARG_TEXT_PP(2))};

    return return_segment_moves(fcinfo, &n);
}

/* segment_migration(rfm_migration, rfm_map) */
PG_FUNCTION_INFO_V1(cm_segment_migration_by_map);
Datum
cm_segment_migration_by_map(PG_FUNCTION_ARGS)
{
    cm_segment_labels n = {PG_GETARG_RFM_MAP(1), CM_RF10, CM_EN};

    return return_segment_moves(fcinfo, &n);
}
