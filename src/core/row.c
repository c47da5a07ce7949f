/* Results with several columns; see row.h. */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "core/row.h"

cm_row
cm_row_empty(void)
{
    cm_row row;

    memset(row.values, 0, sizeof(row.values));
    memset(row.nulls, true, sizeof(row.nulls));
    return row;
}

void
cm_row_set(cm_row *row, int column, Datum value)
{
    Assert(column < CM_MAX_COLUMNS);
    row->values[column] = value;
    row->nulls[column] = false;
}

void
cm_row_set_float(cm_row *row, int column, double value)
{
    if (!isnan(value))
        cm_row_set(row, column, Float8GetDatum(value));
}

void
cm_row_set_int(cm_row *row, int column, int64 value)
{
    cm_row_set(row, column, Int64GetDatum(value));
}

void
cm_row_set_text(cm_row *row, int column, const char *value)
{
    if (value != NULL)
        cm_row_set(row, column, CStringGetTextDatum(value));
}

Datum
cm_row_return(FunctionCallInfo fcinfo, cm_row *row)
{
    TupleDesc columns;

    if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "return type must be a row type");
    columns = BlessTupleDesc(columns);
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(columns, row->values, row->nulls)));
}

void
cm_rows_begin(FunctionCallInfo fcinfo)
{
    InitMaterializedSRF(fcinfo, 0);
}

void
cm_rows_put(FunctionCallInfo fcinfo, cm_row *row)
{
    ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

    CHECK_FOR_INTERRUPTS();
    tuplestore_putvalues(result->setResult, result->setDesc, row->values, row->nulls);
    for (int i = 0; i < result->setDesc->natts; i++)
        if (!row->nulls[i] && !TupleDescAttr(result->setDesc, i)->attbyval)
            pfree(DatumGetPointer(row->values[i]));
}
