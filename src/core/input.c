/*
 * Soft errors of input functions; see CM_INPUT_FUNCTION in parse.h. Our parsers throw from many levels, and to carry
 * errors up by hand would double them. So they are caught here, without a subtransaction: until it returns, an input
 * function of ours has nothing but memory, which is the caller's, and no lock, buffer or catalogue entry to give back.
 */
#include "postgres.h"

#include "core/parse.h"

#ifdef CM_SOFT_ERRORS

static bool
blames_input(int sqlstate)
{
    return ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_DATA_EXCEPTION ||
           ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_PROGRAM_LIMIT_EXCEEDED;
}

Datum
cm_input(FunctionCallInfo fcinfo, PGFunction parse)
{
    MemoryContext context = CurrentMemoryContext;
    ErrorData *error = NULL;
    volatile Datum value = 0;

    if (fcinfo->context == NULL || !IsA(fcinfo->context, ErrorSaveContext))
        return parse(fcinfo);
    PG_TRY();
    {
        value = parse(fcinfo);
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        error = CopyErrorData();
        if (!blames_input(error->sqlerrcode))
            PG_RE_THROW();
        FlushErrorState();
        errsave(fcinfo->context, (errcode(error->sqlerrcode), errmsg_internal("%s", error->message),
                                  error->detail != NULL ? errdetail_internal("%s", error->detail) : 0,
                                  error->hint != NULL ? errhint("%s", error->hint) : 0));
    }
    PG_END_TRY();
    return value;
}

#else

Datum
cm_input(FunctionCallInfo fcinfo, PGFunction parse)
{
    return parse(fcinfo);
}

#endif
