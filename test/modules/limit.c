/*
 * A server module for the tests: runs a statement with only so much more memory, so that allocations fail as they do
 * on a full machine; and says how much memory the backend has, how much
 * its memory contexts, and how long it has computed.
 */
#include "postgres.h"

#include <malloc.h>
#include <sys/resource.h>
#include <time.h>

#include "access/detoast.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_MODULE_MAGIC;

static int64
pages(int which) /* 0: address space, 1: resident */
{
    long size[2];
    FILE *file = fopen("/proc/self/statm", "r");

    if (file == NULL || fscanf(file, "%ld %ld", &size[0], &size[1]) != 2)
        elog(ERROR, "cannot read /proc/self/statm");
    fclose(file);
    return size[which] * 4096;
}

static void
limit_memory(int64 more) /* than now; negative: no limit */
{
    struct rlimit limit;

    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = limit.rlim_max;
    if (more >= 0) {
        malloc_trim(0);
        limit.rlim_cur = pages(0) + more;
    }
    setrlimit(RLIMIT_AS, &limit);
}

/* The first column of the first row, as text in the caller's memory. */
static char *
run(const char *sql, MemoryContext caller)
{
    char *result = NULL;

    SPI_connect();
    SPI_execute(sql, false, 0);
    if (SPI_processed > 0)
        result = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    if (result != NULL)
        result = MemoryContextStrdup(caller, result);
    SPI_finish();
    return result;
}

/*
 * try_statement(sql, bytes, OUT result, OUT state): in a subtransaction. The result of an error is its message.
 * Negative bytes: no limit.
 */
PG_FUNCTION_INFO_V1(try_statement);
Datum try_statement(PG_FUNCTION_ARGS);

Datum
try_statement(PG_FUNCTION_ARGS)
{
    char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
    int64 bytes = PG_GETARG_INT64(1);
    MemoryContext caller = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    char *volatile result = NULL;
    const char *volatile state = "00000";

    BeginInternalSubTransaction(NULL);
    PG_TRY();
    {
        limit_memory(bytes);
        result = run(sql, caller);
        limit_memory(-1);
        ReleaseCurrentSubTransaction();
    }
    PG_CATCH();
    {
        limit_memory(-1);
        MemoryContextSwitchTo(caller);
        ErrorData *error = CopyErrorData();

        FlushErrorState();
        RollbackAndReleaseCurrentSubTransaction();
        state = pstrdup(unpack_sql_state(error->sqlerrcode));
        result = error->message;
    }
    PG_END_TRY();
    MemoryContextSwitchTo(caller);
    CurrentResourceOwner = owner;

    TupleDesc columns;
    Datum values[2] = {0, CStringGetTextDatum(state)};
    bool nulls[2] = {result == NULL, false};

    if (result != NULL)
        values[0] = CStringGetTextDatum(result);
    get_call_result_type(fcinfo, NULL, &columns);
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}

/* resident_memory(): bytes, after what is free was given back */
PG_FUNCTION_INFO_V1(resident_memory);
Datum resident_memory(PG_FUNCTION_ARGS);

Datum
resident_memory(PG_FUNCTION_ARGS)
{
    malloc_trim(0);
    PG_RETURN_INT64(pages(1));
}

/* context_memory(): bytes of all memory contexts, also what is free in them */
PG_FUNCTION_INFO_V1(context_memory);
Datum context_memory(PG_FUNCTION_ARGS);

Datum
context_memory(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(MemoryContextMemAllocated(TopMemoryContext, true));
}

/* processor_time(): seconds that this backend has computed */
PG_FUNCTION_INFO_V1(processor_time);
Datum processor_time(PG_FUNCTION_ARGS);

Datum
processor_time(PG_FUNCTION_ARGS)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    PG_RETURN_FLOAT8((double) now.tv_sec + (double) now.tv_nsec / 1e9);
}

/* raw_size(value of any type of ours that has a length): bytes once it is neither compressed nor elsewhere */
PG_FUNCTION_INFO_V1(raw_size);
Datum raw_size(PG_FUNCTION_ARGS);

Datum
raw_size(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(toast_raw_datum_size(PG_GETARG_DATUM(0)));
}
