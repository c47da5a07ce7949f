/*
 * All customers in one value: a hash table in a flat varlena, from a customer's id to what a type keeps of them.
 * One aggregate over all rows is several times faster than GROUP BY customer_id, because it forms no grouping tuples
 * and because it works in batches: rows stay pending until there are hundreds of them, and the memory that CM_MAP_BATCH
 * of them will touch is prefetched before any of it is used.
 *
 * Four forms. Indexed, while it is built: an index, pending rows, room to grow; or dense, where ids that are numbers fill
 * much of their range: a place for each of them instead of the index, and gaps between entries. Append-only, while it is built from many
 * customers of few rows each, where entries would save nothing: pending rows, and nothing else until the end.
 * Canonical, which is what is read: entries sorted by id, nothing else. Packed, which is what leaves an aggregate and is stored: the
 * canonical form in blocks of numbers that have as few bits as they need; same content, same bytes (map_pack.h). Layout of the
 * others:
 *
 *   cm_map | the type's parameters | pending rows | bytes of pending text ids | index | entries | heap
 *
 * An entry is a key (8 bytes for bigint and text, 16 for uuid) and the type's payload, zeroed when new. Ids that are
 * text and lists that grow live in the heap, which is addressed in units of 8 bytes. (Ids of pending rows have a place
 * of their own, as they come and go, except in the append-only form, where they stay.)
 *
 * A type supplies a cm_map_class: sizes, and how a row and how another map's payload are added to an entry. Both may
 * allocate from the heap, which may move the map: pointers into it do not survive an allocation.
 */
#ifndef CM_MAP_H
#define CM_MAP_H

#include "utils/uuid.h"

#include "core/map_columns.h"
#include "core/parse.h"
#include "core/row.h"
#include "core/state.h"

typedef enum cm_key_type { CM_KEY_BIGINT = 1, CM_KEY_UUID, CM_KEY_TEXT } cm_key_type;

#define CM_MAP_SIZES 28 /* lists of free chunks, one for each power of two */

typedef struct cm_map {
    cm_state head;
    uint8 key_type;                   /* cm_key_type */
    uint8 index_bits;                 /* the index has 2^bits slots; 0: none, canonical or append-only */
    uint16 params_size;               /* bytes, as are the next two; all multiples of 8 */
    uint16 value_size;                /* of a pending row, without its key; 0 in canonical form */
    uint16 payload_size;              /* of an entry, without its key */
    uint32 count;                     /* customers */
    uint32 capacity;                  /* entries there is room for */
    uint32 pending;                   /* pending rows */
    uint32 pending_capacity;          /* rows; 0: canonical, or too small to batch */
    uint32 pending_text;              /* bytes used of the pending ids */
    uint32 heap_used;                 /* units of 8 bytes */
    uint32 heap_capacity;             /* units of 8 bytes */
    uint32 free_chunks[CM_MAP_SIZES]; /* 1 + address of the first free chunk of at least 2^i units; 0: none */
    uint32 entries_at;                /* where the entries begin, in units of 8 bytes from the header */
    uint32 heap_at;                   /* and the heap */
    uint32 dense;                     /* 1: places of entries are their ids less a base; see map_internal.h */
    int64 skipped;                    /* rows that did not count, as they had no id, no time or no value */
} cm_map;

/* A customer id on its way into the map. */
typedef struct cm_key {
    cm_key_type type;
    union {
        int64 number;
        pg_uuid_t uuid;
        struct {
            const char *data;
            uint32 length;
        } text;
    } id;
} cm_key;

static inline cm_key
cm_key_bigint(int64 id)
{
    return (cm_key){.type = CM_KEY_BIGINT, .id.number = id};
}

static inline cm_key
cm_key_uuid(const pg_uuid_t *id)
{
    return (cm_key){.type = CM_KEY_UUID, .id.uuid = *id};
}

static inline cm_key
cm_key_text(const text *id) /* points into id */
{
    return (cm_key){.type = CM_KEY_TEXT, .id.text = {VARDATA_ANY(id), VARSIZE_ANY_EXHDR(id)}};
}

/* Argument arg, whose SQL type the key type names; detoasts text. */
static inline cm_key
cm_key_from_arg(FunctionCallInfo fcinfo, int arg, cm_key_type type)
{
    if (type == CM_KEY_BIGINT)
        return cm_key_bigint(PG_GETARG_INT64(arg));
    if (type == CM_KEY_UUID)
        return cm_key_uuid(PG_GETARG_UUID_P(arg));
    return cm_key_text(PG_GETARG_TEXT_PP(arg));
}

/* A map being changed. The map may move; what the caller borrowed is left alone, own copies are freed as it grows. */
typedef struct cm_map_edit {
    cm_map *map;
    const cm_map *borrowed;
    const struct cm_map_class *cls;
} cm_map_edit;

typedef struct cm_map_class {
    cm_state_class state; /* min_size: sizeof(cm_state); max_size: MaxAllocSize */
    uint16 params_size;
    uint16 value_size;
    uint16 payload_size;
    /* Adds rows, whose values lie stride bytes apart, each to an entry. */
    void (*add)(cm_map_edit *edit, const uint32 *entries, const char *values, Size stride, uint32 count);
    /*
     * Adds the payload of a customer in another map, whose parameters have been found equal. Onto a new entry this
     * is a copy, and must give the type's canonical form of it (lists sorted, say).
     */
    void (*merge)(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload);
    /* Whether the bytes of a payload are a copy of it, in a new entry of a map that has other parameters; may be NULL. */
    bool (*flat)(const void *payload, const void *params, const void *others);
    /* Prefetches what adding to these entries touches in the heap; NULL if they have nothing there. */
    void (*prefetch)(const cm_map *map, const uint32 *entries, uint32 count);
    /*
     * A class that has this builds its maps append-only: rows stay pending, 24 to 40 bytes each, and two maps merge by
     * appending one's rows to the other's. At the end rows are sorted by id, and this is given all the rows of one
     * customer, in no order, to fill a new entry of a canonical map. It takes at most collected_size bytes of the heap for
     * a row.
     */
    void (*collect)(cm_map_edit *edit, uint32 entry, const void *values, uint32 count);
    uint32 collected_size;
    /* Before rows of another map are appended: makes the parameters those of both; may be NULL. */
    void (*merge_params)(void *params, const void *others);
    /* The same once two maps with entries have been merged, where that is not part of merging each. */
    void (*agree)(void *params, const void *others);
    cm_map_packing packing;
} cm_map_class;

/* Makes add and prefetch of a class out of what adds one row and prefetches for one payload, which is inlined. */
#define CM_MAP_ADD_EACH(name, add_row)                                                                       \
    static void name(cm_map_edit *edit, const uint32 *entries, const char *values, Size stride,              \
                     uint32 count)                                                                           \
    {                                                                                                        \
        for (uint32 i = 0; i < count; i++)                                                                   \
            add_row(edit, entries[i], values + i * stride);                                                  \
    }                                                                                                        \
    extern int cm_no_such_variable

#define CM_MAP_PREFETCH_EACH(name, prefetch)                                                                 \
    static void name(const cm_map *map, const uint32 *entries, uint32 count)                                 \
    {                                                                                                        \
        for (uint32 i = 0; i < count; i++)                                                                   \
            prefetch(map, cm_map_payload(map, entries[i]));                                                  \
    }                                                                                                        \
    extern int cm_no_such_variable

/* ---- building ---- */

extern cm_map *cm_map_new(const cm_map_class *cls, cm_key_type type, const void *params);
/* Argument arg as a map that may be changed: in place inside an aggregate, a copy elsewhere. */
static inline cm_map_edit cm_map_edit_arg(FunctionCallInfo fcinfo, int arg, const cm_map_class *cls);
/* Adds a row: a value of cls->value_size bytes, which is at most CM_MAP_MAX_VALUE. */
static inline void cm_map_add(cm_map_edit *edit, const cm_key *key, const void *value, Size value_size);
/* The entry of an id, new if there was none, once the pending rows have been added: for what cannot wait. */
extern uint32 cm_map_entry_for(cm_map_edit *edit, const cm_key *key);
/* Adds the pending rows, so that all payloads can be seen and changed. */
extern void cm_map_flush(cm_map_edit *edit);
/* What a step returns for a row that does not count: the map, which says that there was one more of them. */
extern Datum cm_map_skip_row(cm_map_edit edit);
/*
 * Combine function: either argument may be NULL. Parameters are checked before maps are merged, but for a map of no rows
 * that counted, whose parameters are not known yet: it gives way to the other one. Both functions may be NULL.
 */
extern Datum cm_map_combine(FunctionCallInfo fcinfo, const cm_map_class *cls,
                            bool (*is_of_no_rows)(const cm_map *map),
                            void (*check_params)(const void *a, const void *b));
/* Any datum as it leaves an aggregate: packed. Final function of rollup. */
extern Datum cm_map_stored(Datum datum, const cm_map_class *cls);
/* Final function of an aggregate over rows: argument 0, or of no row a map without customers. */
extern Datum cm_map_final(FunctionCallInfo fcinfo, const cm_map_class *cls, cm_key_type type,
                          const void *params);

/* ---- reading ---- */

/* Any datum as a map in canonical form. */
extern const cm_map *cm_map_read(Datum datum, const cm_map_class *cls);
/* The customers of any datum, and the rows it skipped; where it is packed, of all of it only the beginning is read. */
extern int64 cm_map_count(Datum datum, const cm_map_class *cls);
extern int64 cm_map_skipped(Datum datum, const cm_map_class *cls);
/* Any datum as it is, but not packed: for merging. */
extern const cm_map *cm_map_read_raw(Datum datum, const cm_map_class *cls);

/*
 * Calls visit for each customer of any datum, in no order, with a map and its entry there; nothing but the pending rows is
 * copied. For numbers, which a window asks for after each row. What is in a payload need not be in canonical form.
 */
extern void cm_map_visit(Datum datum, const cm_map_class *cls,
                         void (*visit)(void *result, const cm_map *map, uint32 entry), void *result);

#define CM_NO_ENTRY PG_UINT32_MAX

/* The first entry at or behind this place, or CM_NO_ENTRY; checks for interrupts. In canonical form they are 0 to count - 1. */
extern uint32 cm_map_next(const cm_map *map, uint32 place);

#define CM_MAP_EACH(map, entry)                                                                              \
    for (uint32 entry = cm_map_next(map, 0); entry != CM_NO_ENTRY; entry = cm_map_next(map, entry + 1))

extern int cm_map_compare_keys(const cm_map *a, uint32 entry_a, const cm_map *b, uint32 entry_b);
/* The entry of an id in a canonical map, or -1. */
extern int64 cm_map_find(const cm_map *map, const cm_key *key);
/* The id as a value of its own SQL type (bigint, uuid or text). */
extern Datum cm_map_key_datum(const cm_map *map, uint32 entry);
extern Datum cm_key_datum(const cm_key *key);

/* Column of a result: the id in its own SQL type. */
#define cm_row_set_id(row, column, map, entry) cm_row_set(row, column, cm_map_key_datum(map, entry))

extern uint64 cm_key_text_size(const cm_key *key); /* bytes, at most; text_size.h */

/* How a message names a customer: customer 4711, customer "a-7" (cut where it is long). */
extern const char *cm_customer_name(const cm_key *key);
extern const char *cm_map_customer_name(const cm_map *map, uint32 entry);

/* ---- the canonical form, written at once ---- */

/* An empty map to which entries are appended in ascending order of their ids; an error if they are not. */
extern cm_map_edit cm_map_begin_canonical(const cm_map_class *cls, cm_key_type type, const void *params);
extern uint32 cm_map_append(cm_map_edit *edit, const cm_key *key);
extern cm_map *cm_map_end_canonical(cm_map_edit *edit); /* trims it */

/* ---- the heap ---- */

/* So many units of 8 bytes for an entry; returns their address. What is there is undefined, and it may move the map. */
extern uint32 cm_map_alloc(cm_map_edit *edit, uint32 units);

/* Part of a payload. Elements are of any size the type says, at most 64 bytes. */
typedef struct cm_list {
    uint32 at;       /* address in the heap */
    uint32 used;     /* elements */
    uint32 capacity; /* elements */
} cm_list;

/* Room for one more element at the end of the list at this offset of the payload; returns where to write it. */
extern void *cm_list_push(cm_map_edit *edit, uint32 entry, Size list_offset, Size element_size);
/* Makes room for used + more elements at once. */
extern void cm_list_reserve(cm_map_edit *edit, uint32 entry, Size list_offset, Size element_size,
                            uint32 more);

/* ---- layout ---- */

static inline Size
cm_map_key_size(const cm_map *map)
{
    return map->key_type == CM_KEY_UUID ? 16 : 8;
}

static inline Size
cm_map_entry_size(const cm_map *map)
{
    return cm_map_key_size(map) + map->payload_size;
}

static inline void *
cm_map_params(const cm_map *map)
{
    return (char *) map + sizeof(cm_map);
}

static inline char *
cm_map_entries(const cm_map *map)
{
    return (char *) map + (Size) map->entries_at * 8;
}

static inline char *
cm_map_heap(const cm_map *map)
{
    return (char *) map + (Size) map->heap_at * 8;
}

static inline void *
cm_map_payload(const cm_map *map, uint32 entry)
{
    return cm_map_entries(map) + entry * cm_map_entry_size(map) + cm_map_key_size(map);
}

static inline void *
cm_list_data(const cm_map *map, const cm_list *list)
{
    return cm_map_heap(map) + (Size) list->at * 8;
}

/* ---- what is done for every row ---- */

#define CM_MAP_MAX_VALUE 64

extern cm_map_edit cm_map_edit_any(FunctionCallInfo fcinfo, int arg, const cm_map_class *cls);
extern void cm_map_add_slowly(cm_map_edit *edit, const cm_key *key, const void *value);

static inline char *
cm_map_pending(const cm_map *map)
{
    return (char *) map + sizeof(cm_map) + map->params_size;
}

/* Whether this is what a step of the class gave the executor a row ago, with pending rows. */
static inline bool
cm_map_may_edit(FunctionCallInfo fcinfo, Datum state, const cm_map_class *cls)
{
    const cm_map *map = (const cm_map *) DatumGetPointer(state);

    return cm_in_aggregate(fcinfo) && VARATT_IS_4B_U(map) && map->head.magic == cls->state.magic &&
           map->head.version == cls->state.version && map->head.flags == 0 && map->pending_capacity > 0;
}

static inline cm_map_edit
cm_map_edit_arg(FunctionCallInfo fcinfo, int arg, const cm_map_class *cls)
{
    if (likely(!PG_ARGISNULL(arg) && cm_map_may_edit(fcinfo, PG_GETARG_DATUM(arg), cls))) {
        cm_map *map = (cm_map *) DatumGetPointer(PG_GETARG_DATUM(arg));

        return (cm_map_edit){map, map, cls};
    }
    return cm_map_edit_any(fcinfo, arg, cls);
}

/*
 * Lets a row wait, and returns where its value is to be written; NULL if it must be added slowly. Values that are written
 * there at once, and not as a copy of a variable, do not wait for the processor to have stored that.
 */
static inline void *
cm_map_wait(cm_map_edit *edit, const cm_key *key, Size value_size)
{
    cm_map *map = edit->map;
    char *row;

    Assert(value_size == edit->cls->value_size && value_size <= CM_MAP_MAX_VALUE);
    if (unlikely(map->pending >= map->pending_capacity || map->key_type != key->type))
        return NULL;
    if (key->type == CM_KEY_BIGINT) {
        row = cm_map_pending(map) + map->pending++ * (sizeof(int64) + value_size);
        *(int64 *) row = key->id.number;
        return row + sizeof(int64);
    }
    if (key->type == CM_KEY_UUID) {
        row = cm_map_pending(map) + map->pending++ * (sizeof(pg_uuid_t) + value_size);
        *(pg_uuid_t *) row = key->id.uuid;
        return row + sizeof(pg_uuid_t);
    }
    return NULL;
}

/*
 * The same for the state of an aggregate, argument arg, where it is as it nearly always is; else NULL. A step that asks this
 * first keeps all it has in registers until then.
 */
static inline void *
cm_map_wait_in_arg(FunctionCallInfo fcinfo, int arg, const cm_map_class *cls, const cm_key *key,
                   Size value_size)
{
    cm_map_edit edit;

    if (unlikely(PG_ARGISNULL(arg) || !cm_map_may_edit(fcinfo, PG_GETARG_DATUM(arg), cls)))
        return NULL;
    edit = (cm_map_edit){(cm_map *) DatumGetPointer(PG_GETARG_DATUM(arg)), NULL, cls};
    return cm_map_wait(&edit, key, value_size);
}

static inline void
cm_map_add(cm_map_edit *edit, const cm_key *key, const void *value, Size value_size)
{
    void *place = cm_map_wait(edit, key, value_size);

    if (likely(place != NULL))
        memcpy(place, value, value_size);
    else
        cm_map_add_slowly(edit, key, value);
}

#endif
