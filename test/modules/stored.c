/*
 * A server module for the tests: a value as the bytes in which it is stored on disk, and back. What pg_upgrade carries
 * to a newer version is those bytes.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "core/compat.h"

PG_MODULE_MAGIC;

/* stored_bytes("any"): without the varlena header */
PG_FUNCTION_INFO_V1(stored_bytes);
Datum stored_bytes(PG_FUNCTION_ARGS);

Datum
stored_bytes(PG_FUNCTION_ARGS)
{
    Datum value = PG_GETARG_DATUM(0);
    int16 length;
    bool by_value;

    get_typlenbyval(get_fn_expr_argtype(fcinfo->flinfo, 0), &length, &by_value);
    if (length == -1) {
        struct varlena *plain = PG_DETOAST_DATUM_PACKED(value);

        PG_RETURN_TEXT_P(cstring_to_text_with_len(VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain)));
    }
    PG_RETURN_TEXT_P(cstring_to_text_with_len(by_value ? (char *) &value : DatumGetPointer(value), length));
}

/* stored_value(regtype, bytea): what such bytes say, as text */
PG_FUNCTION_INFO_V1(stored_value);
Datum stored_value(PG_FUNCTION_ARGS);

Datum
stored_value(PG_FUNCTION_ARGS)
{
    Oid type = PG_GETARG_OID(0);
    bytea *bytes = PG_GETARG_BYTEA_P(1);
    int16 length;
    bool by_value, varlena;
    Oid output;
    Datum value = PointerGetDatum(bytes); /* a bytea has the header that the value has */

    get_typlenbyval(type, &length, &by_value);
    if (length > 0)
        value = PointerGetDatum(VARDATA(bytes));
    if (by_value) {
        value = 0;
        memcpy(&value, VARDATA(bytes), length);
    }
    getTypeOutputInfo(type, &output, &varlena);
    PG_RETURN_TEXT_P(cstring_to_text(OidOutputFunctionCall(output, value)));
}
