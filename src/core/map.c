/*
 * Maps of customers, whichever form they have; see map.h. What knows both forms is here and in map_canonical.c. Below them
 * are, each knowing only those that follow: the append-only form in map_buffer.c, the index in map_index.c, sorting and
 * writing the canonical form in map_order.c, the heap and new entries in map_heap.c, the layout and growing in map_grow.c,
 * ids in map_key.c.
 */
#include "postgres.h"

#include "core/check.h"
#include "core/map.h"
#include "core/map_internal.h"

cm_map *
cm_map_new(const cm_map_class *cls, cm_key_type type, const void *params)
{
    return cls->collect != NULL ? cm_map_new_buffer(cls, type, params)
                                : cm_map_new_indexed(cls, type, params);
}

/* A map to be changed: a canonical one moves to where it has an index. */
static cm_map_edit
edit_begin(const cm_map *map, bool in_place, const cm_map_class *cls)
{
    cm_map_edit edit = {(cm_map *) map, map, cls};

    if (map_is_canonical(map))
        cm_map_make_indexed(&edit);
    else if (!in_place)
        edit.map = cm_state_copy(map);
    return edit;
}

cm_map_edit
cm_map_edit_any(FunctionCallInfo fcinfo, int arg, const cm_map_class *cls)
{
    if (PG_ARGISNULL(arg))
        cm_state_is_null();
    return edit_begin(cm_map_read_raw(PG_GETARG_DATUM(arg), cls), cm_in_aggregate(fcinfo), cls);
}

/* The SQL types of aggregates keep ids of one kind together; who calls a step of an aggregate by hand may not. */
static void
check_key_type(const cm_map_edit *edit, cm_key_type type)
{
    if (unlikely(edit->map->key_type != type))
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("customer ids of different types cannot be in one value of type %s",
                               edit->cls->state.name),
                        errhint("Cast the customer ids to one type before they are aggregated.")));
}

void
cm_map_flush(cm_map_edit *edit)
{
    if (map_is_buffer(edit->map))
        cm_map_buffer_index(edit);
    else
        cm_map_index_flush(edit);
}

uint32
cm_map_entry_for(cm_map_edit *edit, const cm_key *key)
{
    check_key_type(edit, key->type);
    cm_map_flush(edit);
    return cm_map_index_entry_for(edit, key);
}

/* Where cm_map_add does not do it: no place to wait, or an id that is text. */
void
cm_map_add_slowly(cm_map_edit *edit, const cm_key *key, const void *value)
{
    check_key_type(edit, key->type);
    if (map_is_buffer(edit->map))
        cm_map_buffer_add(edit, key, value);
    else
        cm_map_index_add(edit, key, value);
}

Datum
cm_map_skip_row(cm_map_edit edit)
{
    edit.map->skipped = cm_add_counts(edit.map->skipped, 1, "skipped rows");
    PG_RETURN_POINTER(edit.map);
}

/* Adds the customers of other, whose parameters the caller has compared. */
static void
merge(cm_map_edit *edit, const cm_map *other)
{
    check_key_type(edit, other->key_type);
    if (map_is_buffer(edit->map) && map_is_buffer(other))
        cm_map_buffer_append(edit, other);
    else {
        cm_map_flush(edit);
        cm_map_index_merge(edit, other);
    }
    if (edit->cls->agree != NULL)
        edit->cls->agree(cm_map_params(edit->map), cm_map_params(other));
    edit->map->skipped = cm_add_counts(edit->map->skipped, other->skipped, "skipped rows");
}

/* Of a map and one of no rows that counted, the map with the skipped rows of both. */
static const cm_map *
with_skipped(const cm_map *map, bool in_place, const cm_map *of_no_rows, const cm_map_class *cls)
{
    if (of_no_rows->skipped == 0)
        return map;

    cm_map_edit edit = edit_begin(map, in_place, cls);

    edit.map->skipped = cm_add_counts(edit.map->skipped, of_no_rows->skipped, "skipped rows");
    return edit.map;
}

Datum
cm_map_combine(FunctionCallInfo fcinfo, const cm_map_class *cls, bool (*is_of_no_rows)(const cm_map *map),
               void (*check_params)(const void *, const void *))
{
    if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
        PG_RETURN_NULL();
    if (PG_ARGISNULL(0)) /* as it is: of one value nothing is unpacked */
        PG_RETURN_POINTER(cm_state_read(PG_GETARG_DATUM(1), &cls->state));

    const cm_map *a = cm_map_read_raw(PG_GETARG_DATUM(0), cls);

    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(a);

    const cm_map *b = cm_map_read_raw(PG_GETARG_DATUM(1), cls);
    bool in_place = cm_in_aggregate(fcinfo); /* a, that is */

    /* Of two without rows, for ids of different types, the same remains in either order. */
    bool b_gives_way = is_of_no_rows != NULL && is_of_no_rows(b);
    bool a_gives_way = is_of_no_rows != NULL && is_of_no_rows(a);

    if (b_gives_way && !(a_gives_way && b->key_type < a->key_type))
        PG_RETURN_POINTER(with_skipped(a, in_place, b, cls));
    if (a_gives_way)
        PG_RETURN_POINTER(with_skipped(b, false, a, cls));
    if (check_params != NULL)
        check_params(cm_map_params(a), cm_map_params(b));

    /* The smaller into the larger. */
    bool swap = b->count + (uint64) b->pending > 2 * (a->count + (uint64) a->pending);
    cm_map_edit edit = edit_begin(swap ? b : a, in_place && !swap, cls);

    merge(&edit, swap ? a : b);
    PG_RETURN_POINTER(edit.map);
}
