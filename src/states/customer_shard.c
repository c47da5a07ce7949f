/*
 * customer_shard(id, shards): which of so many shards a customer belongs to, for ever. It is not the hash that maps use inside:
 * that one may change from release to release, and a map of one shard would have only ids that are alike in it.
 *
 * What is hashed is one form of each id: a bigint as 8 bytes, the least significant first; a uuid as its 16 bytes as they are
 * written; a text in UTF-8, whatever the encoding of the database. The shard is XXH64 of these, seed 0, modulo shards, so that
 * a loader in another language finds the same one.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/uuid.h"

#include "core/check.h"
#include "core/collation.h"
#include "math/xxh64.h"

#define MOST_SHARDS 1000000

static Datum
shard(FunctionCallInfo fcinfo, const void *bytes, size_t length)
{
    int32 shards = CM_ARG_INT(1, "shards");

    if (shards < 1 || shards > MOST_SHARDS)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"shards\" is out of range: %d", shards),
                        errdetail("It is a number of shards, from 1 to %d.", MOST_SHARDS)));
    PG_RETURN_INT32((int32) (cm_xxh64(bytes, length, 0) % (uint64) shards));
}

PG_FUNCTION_INFO_V1(cm_customer_shard_bigint);
Datum
cm_customer_shard_bigint(PG_FUNCTION_ARGS)
{
    uint64 id = (uint64) PG_GETARG_INT64(0);
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char) (id >> (8 * i));
    return shard(fcinfo, bytes, sizeof(bytes));
}

PG_FUNCTION_INFO_V1(cm_customer_shard_uuid);
Datum
cm_customer_shard_uuid(PG_FUNCTION_ARGS)
{
    return shard(fcinfo, PG_GETARG_UUID_P(0)->data, UUID_LEN);
}

PG_FUNCTION_INFO_V1(cm_customer_shard_text);
Datum
cm_customer_shard_text(PG_FUNCTION_ARGS)
{
    cm_check_text_arg(fcinfo, 0, "customer_id");

    text *id = PG_GETARG_TEXT_PP(0);
    int length = VARSIZE_ANY_EXHDR(id);
    const char *bytes = VARDATA_ANY(id);
    const char *utf8 = pg_server_to_any(bytes, length, PG_UTF8);

    return shard(fcinfo, utf8, utf8 == bytes ? (size_t) length : strlen(utf8));
}
