/*
 * A server module for the tests: mutates values of a type and reads them, as text or in binary, some ten thousand times
 * faster than SQL could. Each must be refused with an error that blames the input, or be a value that prints back to
 * itself and comes back from its own binary form. The same seeds and number give the same mutations.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "core/compat.h"

PG_MODULE_MAGIC;

typedef struct type_io {
    FmgrInfo in, out, receive, send;
    Oid in_param, receive_param;
} type_io;

typedef struct outcome {
    int64 tried, accepted, wrong;
    char *example;          /* of what was wrong */
    ArrayBuildState *texts; /* of the first values that were accepted */
} outcome;

#define KEPT 40

static void
find_io(Oid type, type_io *io)
{
    Oid function;
    bool varlena;

    getTypeInputInfo(type, &function, &io->in_param);
    fmgr_info(function, &io->in);
    getTypeBinaryInputInfo(type, &function, &io->receive_param);
    fmgr_info(function, &io->receive);
    getTypeOutputInfo(type, &function, &varlena);
    fmgr_info(function, &io->out);
    getTypeBinaryOutputInfo(type, &function, &varlena);
    fmgr_info(function, &io->send);
}

static int
below(pg_prng_state *random, int limit)
{
    return pg_prng_uint64_range(random, 0, limit - 1);
}

static void
replace(StringInfo bytes, int at, int removed, const char *put, int length)
{
    StringInfoData result;

    initStringInfo(&result);
    appendBinaryStringInfo(&result, bytes->data, at);
    appendBinaryStringInfo(&result, put, length);
    at = Min(bytes->len, at + removed);
    appendBinaryStringInfo(&result, bytes->data + at, bytes->len - at);
    *bytes = result;
}

/* One to four changes: a bit flipped, a byte removed, bytes doubled, bytes that matter put in or over others. */
static void
mutate(StringInfo bytes, pg_prng_state *random)
{
    static const struct {
        const char *bytes;
        int length;
    } words[] = {{"\0", 1},          {"\xff", 1},
                 {"-", 1},           {",", 1},
                 {":", 1},           {"0", 1},
                 {"9", 1},           {"\"", 1},
                 {"{", 1},           {"}", 1},
                 {";", 1},           {" ", 1},
                 {"NaN", 3},         {"1e99", 4},
                 {"9999999999", 10}, {"\x7f\xff\xff\xff\xff\xff\xff\xff", 8},
                 {"\x80\0\0\0", 4},  {"\x80\0\0\0\0\0\0\0", 8},
                 {"-infinity", 9},   {"\0\0\0\1", 4}};

    for (int change = below(random, 4); change >= 0 && bytes->len > 0; change--) {
        int at = below(random, bytes->len), word = below(random, lengthof(words));

        switch (below(random, 5)) {
            case 0:
                bytes->data[at] ^= 1 << below(random, 8);
                break;
            case 1:
                replace(bytes, at, 1, "", 0);
                break;
            case 2:
                replace(bytes, at, 0, bytes->data + Max(0, at - 4), at - Max(0, at - 4));
                break;
            case 3:
                replace(bytes, at, 0, words[word].bytes, words[word].length);
                break;
            default:
                replace(bytes, at, words[word].length, words[word].bytes, words[word].length);
        }
    }
}

static Datum
read_bytes(type_io *io, StringInfo bytes, bool binary)
{
    if (binary) {
        Datum value = ReceiveFunctionCall(&io->receive, bytes, io->receive_param, -1);

        if (bytes->cursor != bytes->len) /* as the server itself says it */
            ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("bytes left over")));
        return value;
    }
    pg_verifymbstr(bytes->data, bytes->len, false); /* the server lets no other text reach a type */
    return InputFunctionCall(&io->in, bytes->data, io->in_param, -1);
}

/* What a value that was accepted must be; the complaint, or NULL. */
static char *
complaint_about(type_io *io, Datum value, char *text)
{
    char *again = OutputFunctionCall(&io->out, InputFunctionCall(&io->in, text, io->in_param, -1));
    bytea *sent = SendFunctionCall(&io->send, value);
    StringInfoData in;

    if (strcmp(text, again) != 0)
        return psprintf("%s prints as %s", text, again);
    initStringInfo(&in);
    appendBinaryStringInfo(&in, VARDATA(sent), VARSIZE(sent) - VARHDRSZ);
    again = OutputFunctionCall(&io->out, read_bytes(io, &in, true));
    return strcmp(text, again) == 0 ? NULL : psprintf("%s comes back in binary as %s", text, again);
}

/* Whoever asks for soft errors is told the same. */
static char *
complaint_about_softness(type_io *io, StringInfo bytes, bool accepted)
{
#ifdef CM_SOFT_ERRORS
    ErrorSaveContext soft = {.type = T_ErrorSaveContext, .details_wanted = true};
    Datum value;

    if (!pg_verifymbstr(bytes->data, bytes->len, true))
        return NULL;
    if (InputFunctionCallSafe(&io->in, bytes->data, io->in_param, -1, (Node *) &soft, &value) != accepted)
        return accepted ? "softly refused" : "softly accepted";
    if (!accepted && (soft.error_data == NULL || soft.error_data->message == NULL))
        return "softly refused without a message";
#endif
    return NULL;
}

static bool
blames_input(int sqlstate)
{
    int class = ERRCODE_TO_CATEGORY(sqlstate);

    return class == ERRCODE_DATA_EXCEPTION || class == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
           sqlstate == ERRCODE_PROTOCOL_VIOLATION || sqlstate == ERRCODE_DATATYPE_MISMATCH;
}

/* One mutation, in a subtransaction. What is allocated stays until the caller resets the context. */
static void
try_one(type_io *io, StringInfo bytes, bool binary, outcome *seen, MemoryContext caller)
{
    MemoryContext context = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    char *volatile complaint = NULL, *volatile text = NULL;
    volatile bool accepted = false;

    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        Datum value = read_bytes(io, bytes, binary);

        accepted = true;
        text = OutputFunctionCall(&io->out, value);
        complaint = complaint_about(io, value, text);
        ReleaseCurrentSubTransaction();
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        ErrorData *error = CopyErrorData();

        FlushErrorState();
        RollbackAndReleaseCurrentSubTransaction();
        if (accepted || !blames_input(error->sqlerrcode))
            complaint = psprintf("%s %s", unpack_sql_state(error->sqlerrcode), error->message);
    }
    PG_END_TRY();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    if (!binary && complaint == NULL)
        complaint = complaint_about_softness(io, bytes, accepted);
    seen->tried++;
    if (accepted && seen->accepted++ < KEPT && complaint == NULL)
        seen->texts = accumArrayResult(seen->texts, CStringGetTextDatum(text), false, TEXTOID, caller);
    if (complaint != NULL && seen->wrong++ == 0)
        seen->example = MemoryContextStrdup(caller, complaint);
}

static outcome
try_all(type_io *io, ArrayType *seeds, bool binary, int64 tries, int64 number)
{
    MemoryContext caller = CurrentMemoryContext,
                  one = AllocSetContextCreate(caller, "one mutation", ALLOCSET_DEFAULT_SIZES);
    outcome seen = {0};
    pg_prng_state random;
    Datum *seed;
    int count;

    pg_prng_seed(&random, number);
    deconstruct_array(seeds, BYTEAOID, -1, false, TYPALIGN_INT, &seed, NULL, &count);
    for (int64 try = 0; try < tries && count > 0; try++) {
        CHECK_FOR_INTERRUPTS();
        MemoryContextSwitchTo(one);

        bytea *chosen = DatumGetByteaPP(seed[below(&random, count)]);
        StringInfoData bytes;

        initStringInfo(&bytes);
        appendBinaryStringInfo(&bytes, VARDATA_ANY(chosen), VARSIZE_ANY_EXHDR(chosen));
        mutate(&bytes, &random);

        int64 wrong = seen.wrong;
        StringInfoData copy = bytes; /* reading moves its cursor only */

        try_one(io, &copy, binary, &seen, caller);
        if (wrong == 0 && seen.wrong > 0) {
            char hex[2 * 4096 + 1];

            hex[hex_encode(bytes.data, Min(bytes.len, 4096), hex)] = '\0';
            MemoryContextSwitchTo(caller);
            seen.example = psprintf("\\x%s: %s", hex, seen.example);
        }
        MemoryContextSwitchTo(caller);
        MemoryContextReset(one);
    }
    return seen;
}

/*
 * try_mutations(type regtype, is_binary boolean, seeds bytea[], tries bigint, number bigint,
 * OUT tried bigint, OUT accepted bigint, OUT wrong bigint, OUT example text, OUT texts text[])
 */
PG_FUNCTION_INFO_V1(try_mutations);
Datum try_mutations(PG_FUNCTION_ARGS);

Datum
try_mutations(PG_FUNCTION_ARGS)
{
    type_io io;
    TupleDesc columns;

    find_io(PG_GETARG_OID(0), &io);

    outcome seen =
        try_all(&io, PG_GETARG_ARRAYTYPE_P(2), PG_GETARG_BOOL(1), PG_GETARG_INT64(3), PG_GETARG_INT64(4));
    bool nulls[5] = {false, false, false, seen.example == NULL, seen.texts == NULL};
    Datum values[5] = {Int64GetDatum(seen.tried), Int64GetDatum(seen.accepted), Int64GetDatum(seen.wrong),
                       nulls[3] ? (Datum) 0 : CStringGetTextDatum(seen.example),
                       nulls[4] ? (Datum) 0 : makeArrayResult(seen.texts, CurrentMemoryContext)};

    get_call_result_type(fcinfo, NULL, &columns);
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}
