/* Texts that are equal without being the same bytes; see collation.h. */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "core/check.h"
#include "core/collation.h"

/* The expression of an argument, or NULL where the call does not show it. */
static Node *
argument(FunctionCallInfo fcinfo, int arg)
{
    Aggref *aggregate = AggGetAggref(fcinfo);

    if (aggregate != NULL) {
        List *args = aggregate->args; /* without the state */

        if (arg < 1 || arg > list_length(args))
            return NULL;
        return (Node *) ((TargetEntry *) list_nth(args, arg - 1))->expr;
    }

    Node *call = fcinfo->flinfo->fn_expr;

    if (call == NULL || !IsA(call, FuncExpr) || arg >= list_length(((FuncExpr *) call)->args))
        return NULL;
    return list_nth(((FuncExpr *) call)->args, arg);
}

static bool
is_citext(Oid type)
{
    HeapTuple tuple;
    bool found = false;

    type = getBaseType(type);
    if (!OidIsValid(type) || type == TEXTOID || type == VARCHAROID)
        return false;
    tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (HeapTupleIsValid(tuple)) {
        found = strcmp(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname), "citext") == 0;
        ReleaseSysCache(tuple);
    }
    return found;
}

/* Whether a citext was taken as a text without being asked: id::text says that the bytes are meant. */
static bool
was_citext(Node *expression)
{
    for (; expression != NULL && IsA(expression, RelabelType);
         expression = (Node *) ((RelabelType *) expression)->arg) {
        RelabelType *relabel = (RelabelType *) expression;

        if (is_citext(relabel->resulttype))
            return true;
        if (relabel->relabelformat == COERCE_EXPLICIT_CAST)
            return false;
    }
    return expression != NULL && is_citext(exprType(expression));
}

void
cm_check_bytes_decide(FunctionCallInfo fcinfo, int arg, const char *what)
{
    if (was_citext(argument(fcinfo, arg)))
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("%s of type citext is not supported", cm_quoted(what)),
                        errdetail("Texts are compared here by their bytes, so that spellings which citext "
                                  "calls equal would differ."),
                        errhint("Use lower(%s) in its place.", what)));
    if (OidIsValid(fcinfo->fncollation) && !get_collation_isdeterministic(fcinfo->fncollation))
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("%s with a nondeterministic collation is not supported", cm_quoted(what)),
                        errdetail("Texts are compared here by their bytes, so that spellings which the "
                                  "collation calls equal would differ."),
                        errhint("Use lower(%s) COLLATE \"C\", or another expression that gives equal texts "
                                "equal bytes, in its place.",
                                what)));
    fcinfo->flinfo->fn_extra = (void *) (uintptr_t) 1;
}
