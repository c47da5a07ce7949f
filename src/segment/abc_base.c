/* abc_base_state: values for ABC analysis, and the report on its classes; see abc.h and value_counts.h. */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/money.h"
#include "core/row.h"
#include "math/sort.h"
#include "segment/abc.h"
#include "segment/value_counts.h"

static const cm_value_counts_class abc_base_class = {
    .state = {.name = "abc_base_state",
              .min_size = sizeof(cm_value_counts),
              .max_size = MaxAllocSize,
              .magic = 0x4142,
              .version = 1},
    .dimensions = 1,
};

CM_VALUE_COUNTS_FUNCTIONS(abc_base, abc_base_class);

/* abc_base_agg(value) */
static Datum
accumulate(FunctionCallInfo fcinfo, double value)
{
    uint64 key = cm_sort_key(cm_check_finite(value, "value"));

    PG_RETURN_POINTER(cm_value_counts_add(fcinfo, &key, &abc_base_class));
}

PG_FUNCTION_INFO_V1(cm_abc_base_accum);
Datum
cm_abc_base_accum(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, PG_GETARG_FLOAT8(1));
}

PG_FUNCTION_INFO_V1(cm_abc_base_accum_numeric);
Datum
cm_abc_base_accum_numeric(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, cm_float_from_numeric(PG_GETARG_DATUM(1)));
}

/* The runs of positive values, which come last. */
typedef struct positive {
    int64 first; /* run */
    int64 count;
    double *values;
    int64 *times;
} positive;

static positive
positive_runs(const cm_value_counts *runs)
{
    const cm_run *run = cm_value_counts_of(runs, 0);
    positive p = {0, 0, NULL, NULL};

    while (p.first < runs->runs[0] && cm_sort_value(run[p.first].key) <= 0)
        p.first++;
    p.count = runs->runs[0] - p.first;
    p.values = MemoryContextAllocHuge(CurrentMemoryContext, Max(p.count, 1) * sizeof(double));
    p.times = MemoryContextAllocHuge(CurrentMemoryContext, Max(p.count, 1) * sizeof(int64));
    for (int64 i = 0; i < p.count; i++) {
        p.values[i] = cm_sort_value(run[p.first + i].key);
        p.times[i] = run[p.first + i].count;
    }
    return p;
}

/* One class, or all (label '\0'): what its values add up to, and how many there are. */
typedef struct summary {
    int128 units;
    int64 items;
    double lowest; /* value */
} summary;

static summary
summarise(const cm_abc *c, const positive *p, const cm_abc_units *u, char label)
{
    summary s = {0, 0, NAN};

    for (int64 i = p->count - 1; i >= 0; i--)
        if (label == '\0' || cm_abc_label(c, u->units[i]) == label) {
            s.units += (int128) u->units[i] * p->times[i];
            s.items += p->times[i];
            s.lowest = p->values[i];
        }
    return s;
}

static void
put_class(FunctionCallInfo fcinfo, char label, const summary *s, const summary *all, int64 items,
          const cm_abc_units *u)
{
    char text[] = {label, '\0'};
    cm_row row = cm_row_empty();

    cm_row_set_text(&row, 0, text);
    cm_row_set_int(&row, 1, s->items);
    cm_row_set_float(&row, 2, (double) s->items / (double) items);
    cm_row_set_float(&row, 3, cm_abc_value(u, s->units));
    cm_row_set_float(&row, 4, (double) s->units / (double) all->units);
    cm_row_set_float(&row, 5, s->lowest);
    cm_rows_put(fcinfo, &row);
}

/* Those without a class: their sum is not exact, but taken in the order of values. */
static void
put_outside(FunctionCallInfo fcinfo, const cm_value_counts *runs, int64 count)
{
    const cm_run *run = cm_value_counts_of(runs, 0);
    double sum = 0;
    int64 items = 0;
    cm_row row = cm_row_empty();

    for (int64 i = 0; i < count; i++) {
        sum += cm_sort_value(run[i].key) * (double) run[i].count;
        items += run[i].count;
    }
    cm_row_set_int(&row, 1, items);
    cm_row_set_float(&row, 2, (double) items / (double) runs->customers);
    cm_row_set_float(&row, 3, cm_check_finite(sum, "the sum of values"));
    if (items > 0)
        cm_rows_put(fcinfo, &row);
}

/* abc_report(abc_base, bounds, boundary) -> class, items, share_of_items, value, share_of_value, lowest */
PG_FUNCTION_INFO_V1(cm_abc_report);
Datum
cm_abc_report(PG_FUNCTION_ARGS)
{
    const cm_value_counts *runs = cm_value_counts_read(PG_GETARG_DATUM(0), &abc_base_class);
    cm_abc c = cm_abc_options(PG_GETARG_DATUM(1), PG_GETARG_DATUM(2));
    positive p = positive_runs(runs);
    cm_abc_units u = cm_abc_units_of(p.values, p.count);

    cm_abc_find_borders(&c, u.units, p.times, p.count);

    summary all = summarise(&c, &p, &u, '\0');

    cm_rows_begin(fcinfo);
    for (char label = 'A'; label <= 'A' + c.bounds && runs->customers > 0; label++) {
        summary s = summarise(&c, &p, &u, label);

        put_class(fcinfo, label, &s, &all, runs->customers, &u);
    }
    put_outside(fcinfo, runs, p.first);
    return (Datum) 0;
}

/* {"items": 6, "values": [{"value": -2, "items": 3}, ...]} */
PG_FUNCTION_INFO_V1(cm_abc_base_json);
Datum
cm_abc_base_json(PG_FUNCTION_ARGS)
{
    const cm_value_counts *runs = cm_value_counts_read(PG_GETARG_DATUM(0), &abc_base_class);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "{\"items\": " INT64_FORMAT ", \"values\": ", runs->customers);
    cm_value_counts_append_json(&out, runs, 0, "items");
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
