/*
 * Text and binary input of every type: the first byte says which, the rest is read. What is accepted prints back to
 * itself and comes back from its own binary form. types.h is written by test/fuzz/run from the SQL of the types.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "bytes.h"
#include "server/server.h"

typedef Datum function(FunctionCallInfo fcinfo);

#define TYPE(name, in, out, receive, send) extern function in, out, receive, send;
#include "types.h"
#undef TYPE

static const struct type {
    const char *name;
    PGFunction in, out, receive, send;
} types[] = {
#define TYPE(name, in, out, receive, send) {#name, in, out, receive, send},
#include "types.h"
};

static Datum
call(PGFunction function, void *argument)
{
    LOCAL_FCINFO(fcinfo, 3);
    FmgrInfo info = {0};

    InitFunctionCallInfoData(*fcinfo, &info, 3, InvalidOid, NULL, NULL);
    fcinfo->args[0] = (NullableDatum){PointerGetDatum(argument), false};
    fcinfo->args[1] = (NullableDatum){ObjectIdGetDatum(InvalidOid), false};
    fcinfo->args[2] = (NullableDatum){Int32GetDatum(-1), false};

    Datum result = function(fcinfo);

    CLAIM(!fcinfo->isnull);
    return result;
}

static void *
receive(const struct type *type, const void *bytes, size_t size)
{
    StringInfoData in;

    initStringInfo(&in);
    appendBinaryStringInfo(&in, bytes, size);

    void *value = DatumGetPointer(call(type->receive, &in));

    if (in.cursor != in.len) /* as the server itself says it */
        server_throw(ERRCODE_INVALID_BINARY_REPRESENTATION);
    return value;
}

static void
check_value(const struct type *type, void *value)
{
    char *text = DatumGetCString(call(type->out, value));
    bytea *sent = DatumGetByteaP(call(type->send, value));
    void *from_text = DatumGetPointer(call(type->in, text));
    void *from_binary = receive(type, VARDATA(sent), VARSIZE(sent) - VARHDRSZ);

    CLAIM(strcmp(text, DatumGetCString(call(type->out, from_text))) == 0);
    CLAIM(strcmp(text, DatumGetCString(call(type->out, from_binary))) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes in = {data, size};
    unsigned which = take(&in, 1);
    const struct type *type = &types[which / 2 % lengthof(types)];
    volatile bool accepted = false;

    if (sigsetjmp(server_caught, 0) == 0) {
        void *value = which % 2 ? receive(type, in.at, in.left)
                                : DatumGetPointer(call(type->in, pnstrdup((const char *) in.at, in.left)));

        accepted = true;
        check_value(type, value);
    } else if (accepted) {
        fprintf(stderr, "%s does not take what it gave\n", type->name);
        abort();
    }
    server_free_all();
    return 0;
}
