/*
 * Comparison and hashing of states, for REFRESH ... CONCURRENTLY, DISTINCT, GROUP BY and replication:
 * by the bytes of the canonical form, which is what leaves an aggregate. The order has no meaning but is total.
 *
 * Sorting, hashing and building an index call these n log n times before their memory is given back: what was detoasted is
 * freed at once.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "fmgr.h"

#include "core/compat.h"

static int
state_compare(FunctionCallInfo fcinfo)
{
    struct varlena *a = PG_GETARG_VARLENA_PP(0);
    struct varlena *b = PG_GETARG_VARLENA_PP(1);
    Size size_a = VARSIZE_ANY_EXHDR(a);
    Size size_b = VARSIZE_ANY_EXHDR(b);
    int order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(size_a, size_b));

    PG_FREE_IF_COPY(a, 0);
    PG_FREE_IF_COPY(b, 1);
    return order != 0 ? order : (size_a > size_b) - (size_a < size_b);
}

#define STATE_COMPARISON(name, expression)                                                                   \
    PG_FUNCTION_INFO_V1(cm_state_##name);                                                                    \
    Datum cm_state_##name(PG_FUNCTION_ARGS)                                                                  \
    {                                                                                                        \
        int order = state_compare(fcinfo);                                                                   \
                                                                                                             \
        PG_RETURN_BOOL(expression);                                                                          \
    }                                                                                                        \
    extern int cm_no_such_variable

STATE_COMPARISON(eq, order == 0);
STATE_COMPARISON(ne, order != 0);
STATE_COMPARISON(lt, order < 0);
STATE_COMPARISON(le, order <= 0);
STATE_COMPARISON(gt, order > 0);
STATE_COMPARISON(ge, order >= 0);

PG_FUNCTION_INFO_V1(cm_state_cmp);
Datum
cm_state_cmp(PG_FUNCTION_ARGS)
{
    int order = state_compare(fcinfo);

    PG_RETURN_INT32((order > 0) - (order < 0));
}

PG_FUNCTION_INFO_V1(cm_state_hash);
Datum
cm_state_hash(PG_FUNCTION_ARGS)
{
    struct varlena *a = PG_GETARG_VARLENA_PP(0);
    Datum hash = hash_any((unsigned char *) VARDATA_ANY(a), VARSIZE_ANY_EXHDR(a));

    PG_FREE_IF_COPY(a, 0);
    return hash;
}

PG_FUNCTION_INFO_V1(cm_state_hash_extended);
Datum
cm_state_hash_extended(PG_FUNCTION_ARGS)
{
    struct varlena *a = PG_GETARG_VARLENA_PP(0);
    Datum hash =
        hash_any_extended((unsigned char *) VARDATA_ANY(a), VARSIZE_ANY_EXHDR(a), PG_GETARG_INT64(1));

    PG_FREE_IF_COPY(a, 0);
    return hash;
}
