/* Making, copying and refusing states; see state.h. */
#include "postgres.h"

#include "utils/memutils.h"

#include "core/text_size.h"

void
cm_state_check_size(const cm_state_class *cls, Size size)
{
    if (size > MaxAllocSize)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("a value of type %s would exceed 1 GB", cls->name),
                        errhint("Aggregate fewer customers or a shorter time at once, for example with "
                                "GROUP BY, and combine the results.")));
}

#define MOST_TEXT (MaxAllocSize - 0x100000) /* what stands beside a value in its row has room as well */

void
cm_state_check_text(const cm_state_class *cls, uint64 bytes)
{
    if (bytes > MOST_TEXT)
        ereport(
            ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("the text of a value of type %s would exceed 1 GB", cls->name),
             errdetail("Dumps and clients read values as text, of which PostgreSQL gives no more than that."),
             errhint("Keep several values, each of a part of the customers or of a shorter time, for example "
                     "with GROUP BY customer_id %% 16%s.",
                     cls->fewer == NULL ? "" : psprintf(", or %s", cls->fewer))));
}

void *
cm_state_new(const cm_state_class *cls, Size size)
{
    cm_state_check_size(cls, size);

    cm_state *state = palloc0(size);

    SET_VARSIZE(state, size);
    state->magic = cls->magic;
    state->version = cls->version;
    return state;
}

void *
cm_state_copy(const void *state)
{
    return memcpy(palloc(VARSIZE(state)), state, VARSIZE(state));
}

void
cm_state_error(const cm_state *state, const cm_state_class *cls)
{
    if (VARSIZE(state) >= sizeof(cm_state) && state->magic == cls->magic && state->version > cls->version)
        ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                        errmsg("this value of type %s has version %d", cls->name, state->version),
                        errdetail("This server's customer_metrics reads versions up to %d.", cls->version),
                        errhint("Install the newer customer_metrics here.")));
    ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("invalid value of type %s", cls->name)));
}

void
cm_state_is_null(void)
{
    ereport(ERROR,
            (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("the state of an aggregate must not be NULL")));
}
