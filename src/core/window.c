/* Window functions over whole partitions; see window.h. */
#include "postgres.h"

#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "optimizer/optimizer.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/compat.h"
#include "core/window.h"

#define ROWS_PER_RESET 1024

typedef struct answers {
    bool computed;
    double data[FLEXIBLE_ARRAY_MEMBER]; /* aligned for all that answers are made of */
} answers;

static void
rows_error(int64 rows)
{
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("cannot rank " INT64_FORMAT " rows in one partition", rows),
                    errhint("Rank them by group, with PARTITION BY.")));
}

void *
cm_window_answer(FunctionCallInfo fcinfo, Size size, void (*fill)(cm_window *w, void *answers))
{
    WindowObject object = PG_WINDOW_OBJECT();
    int64 rows = WinGetPartitionRowCount(object);

    if (rows > (int64) ((MaxAllocSize - sizeof(answers)) / size))
        rows_error(rows);

    answers *a = WinGetPartitionLocalMemory(object, sizeof(answers) + rows * size);

    if (!a->computed) {
        cm_window w = {
            object, fcinfo, rows,
            AllocSetContextCreate(CurrentMemoryContext, "window arguments", ALLOCSET_DEFAULT_SIZES)};

        fill(&w, a->data);
        MemoryContextDelete(w.values);
        a->computed = true;
    }
    return (char *) a->data + WinGetCurrentPosition(object) * size;
}

/*
 * The interface for window functions finds the row anew for every argument, which on a spilled partition costs more
 * than all else. It leaves the row it found for argument 0 in the node's expression context, and there the others
 * can be evaluated too; but the way there is private to nodeWindowAgg.c.
 */
#ifdef CM_WINDOW_OBJECT_KNOWN
typedef struct window_object_head {
    NodeTag type;
    WindowAggState *node;
    List *arguments; /* of ExprState */
} window_object_head;

static Datum
argument_of_same_row(cm_window *w, int arg, int64 row pg_attribute_unused(), bool *isnull)
{
    window_object_head *head = (window_object_head *) w->object;

    return ExecEvalExpr((ExprState *) list_nth(head->arguments, arg), head->node->ss.ps.ps_ExprContext,
                        isnull);
}
#else
static Datum
argument_of_same_row(cm_window *w, int arg, int64 row, bool *isnull)
{
    bool isout;

    return WinGetFuncArgInPartition(w->object, arg, (int) row, WINDOW_SEEK_HEAD, false, isnull, &isout);
}
#endif

bool
cm_window_row(cm_window *w, int64 row, int count, Datum *values)
{
    MemoryContext caller = MemoryContextSwitchTo(w->values);
    bool isnull, isout;

    if (row % ROWS_PER_RESET == 0)
        MemoryContextReset(w->values);
    values[0] = WinGetFuncArgInPartition(w->object, 0, (int) row, WINDOW_SEEK_HEAD, false, &isnull, &isout);
    for (int arg = 1; arg < count && !isnull; arg++)
        values[arg] = argument_of_same_row(w, arg, row, &isnull);
    MemoryContextSwitchTo(caller);
    return !isnull;
}

Datum
cm_window_option(cm_window *w, int arg, const char *what)
{
    WindowFunc *call = (WindowFunc *) w->fcinfo->flinfo->fn_expr;
    bool isnull;
    Datum value;

    if (contain_var_clause(list_nth(call->args, arg)))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("%s must not depend on a column", cm_quoted(what)),
                        errdetail("It holds for all rows of a partition.")));
    value = WinGetFuncArgCurrent(w->object, arg, &isnull);
    if (isnull)
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", cm_quoted(what))));
    return value;
}
