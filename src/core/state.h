/*
 * What every state type shares: a versioned varlena that is changed in place inside an aggregate and
 * copied elsewhere. The state type is also the aggregate's transition type and the type users store.
 *
 * Layout rule: fixed fields first, padding zeroed, so that equal content in canonical form is equal bytes.
 */
#ifndef CM_STATE_H
#define CM_STATE_H

#include "fmgr.h"
#include "nodes/execnodes.h"

#include "core/compat.h"

typedef struct cm_state {
    int32 vl_len_; /* varlena header, read with VARSIZE */
    uint16 magic;  /* which kind of state this is */
    uint8 version; /* of the layout that follows */
    uint8 flags;   /* the type's own; zero in canonical form unless the type says otherwise */
} cm_state;

typedef struct cm_state_class {
    const char *name; /* the SQL type, for messages */
    Size min_size;    /* bytes, header included */
    Size max_size;    /* equals min_size for states of fixed size */
    uint16 magic;
    uint8 version;
    const char *fewer; /* what else makes its text shorter, for a hint; may be NULL */
} cm_state_class;

/* The largest state: what one palloc gives. States that outgrow it fail here, with a hint. */
extern void cm_state_check_size(const cm_state_class *cls, Size size);
extern void *cm_state_new(const cm_state_class *cls, Size size);
extern void *cm_state_copy(const void *state);
extern void cm_state_error(const cm_state *state, const cm_state_class *cls) pg_attribute_noreturn();

/* Whether the call comes from an aggregate, so that argument 0 may be changed in place. */
static inline bool
cm_in_aggregate(FunctionCallInfo fcinfo)
{
    return fcinfo->context != NULL &&
           (IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState));
}

/*
 * Any datum -> an aligned state with a 4-byte header, to be read only. States that crossed a Gather, a
 * tuplestore or a table have 1-byte headers or are toasted, so every argument has to pass here.
 */
static inline void *
cm_state_read(Datum datum, const cm_state_class *cls)
{
    cm_state *state = (cm_state *) DatumGetPointer(datum);

    if (unlikely(VARATT_IS_EXTENDED(state))) /* a call for every row would be felt */
        state = (cm_state *) PG_DETOAST_DATUM(datum);

    if (unlikely(VARSIZE(state) < cls->min_size || VARSIZE(state) > cls->max_size ||
                 state->magic != cls->magic || state->version != cls->version))
        cm_state_error(state, cls);
    return state;
}

/* Steps of aggregates can be called by anyone, also with NULL for the state. */
extern void cm_state_is_null(void) pg_attribute_noreturn();

/* What a step gives for a row that changes nothing: the state, which may be NULL where somebody calls the step. */
static inline Datum
cm_state_unchanged(FunctionCallInfo fcinfo)
{
    fcinfo->isnull = PG_ARGISNULL(0);
    return PG_GETARG_DATUM(0);
}

/* An argument as a state that the caller may write to. */
static inline void *
cm_state_own(FunctionCallInfo fcinfo, int arg, const cm_state_class *cls)
{
    if (unlikely(PG_ARGISNULL(arg)))
        cm_state_is_null();

    Datum datum = PG_GETARG_DATUM(arg);
    void *state = cm_state_read(datum, cls);

    if (likely(cm_in_aggregate(fcinfo)) || state != (void *) DatumGetPointer(datum))
        return state;
    return cm_state_copy(state);
}

#endif
