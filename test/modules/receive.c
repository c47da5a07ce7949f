/*
 * A server module for the tests: calls a type's receive function on any bytes, which SQL cannot. What is accepted
 * is given back as text.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "core/compat.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(receive_value);
Datum receive_value(PG_FUNCTION_ARGS);

Datum
receive_value(PG_FUNCTION_ARGS)
{
    Oid type = PG_GETARG_OID(0);
    bytea *bytes = PG_GETARG_BYTEA_PP(1);
    Oid function, io_param;
    bool varlena;
    StringInfoData in;

    initStringInfo(&in);
    appendBinaryStringInfo(&in, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
    getTypeBinaryInputInfo(type, &function, &io_param);

    Datum value = OidReceiveFunctionCall(function, &in, io_param, -1);

    if (in.cursor != in.len) /* as the server itself says it */
        ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("bytes left over")));
    getTypeOutputInfo(type, &function, &varlena);
    PG_RETURN_TEXT_P(cstring_to_text(OidOutputFunctionCall(function, value)));
}
