/* The rfm_map type: collecting rules and finding the first that matches; see rfm_map.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/row.h"
#include "segment/rfm_map.h"

#define MOST_RULES 10000

const cm_state_class cm_rfm_map_class = {
    .name = "rfm_map",
    .min_size = sizeof(cm_rfm_map),
    .max_size = MaxAllocSize,
    .magic = 0x524d,
    .version = 1,
};

static const char *const dimension_names[] = {"recency", "frequency", "monetary"};

/* ---- rules ---- */

cm_rfm_map *
cm_rfm_map_new(uint32 bins)
{
    cm_rfm_map *map = cm_state_new(&cm_rfm_map_class, sizeof(cm_rfm_map));

    map->bins = bins;
    return map;
}

static void
limits_error(int bins, const char *dimension, const char *label, int low, int high)
{
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("the %s scores of segment \"%s\" are not valid: from %d to %d", dimension,
                    cm_excerpt(label), low, high),
             errdetail("The map is for %d bins: scores are from 1 to %d, low not above high.", bins, bins),
             high > bins && high <= CM_MAX_BINS
                 ? errhint("A map for another number of bins is made by rfm_map_bins_agg.")
                 : 0));
}

cm_rule *
cm_rule_make(int bins, int64 rank, const char *label, Size length, const int *low, const int *high)
{
    if (rank < 1 || rank > PG_INT16_MAX)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("rank " INT64_FORMAT " of a segment is out of range", rank),
                        errdetail("Ranks are from 1 to %d; rules are tried in their order.", PG_INT16_MAX)));
    if (length == 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the label of a segment is empty")));

    cm_rule *rule = palloc0(cm_rule_size(length));

    rule->rank = rank;
    rule->length = length;
    memcpy(rule->label, label, length);
    for (int d = 0; d < 3; d++) {
        if (low[d] < 1 || high[d] < low[d] || high[d] > bins)
            limits_error(bins, dimension_names[d], pnstrdup(label, length), low[d], high[d]);
        rule->low[d] = low[d];
        rule->high[d] = high[d];
    }
    return rule;
}

static int
compare_labels(const cm_rule *a, const cm_rule *b)
{
    int order = memcmp(a->label, b->label, Min(a->length, b->length));

    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static const char *
label_of(const cm_rule *rule)
{
    return cm_excerpt(pnstrdup(rule->label, rule->length));
}

/* The labels in an order of their own: the message is the same whichever rule came first. */
static void
rank_error(const cm_rule *a, const cm_rule *b)
{
    const cm_rule *first = compare_labels(a, b) < 0 ? a : b;
    const cm_rule *second = first == a ? b : a;

    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("segments \"%s\" and \"%s\" have the same rank %d", label_of(first), label_of(second),
                    first->rank),
             errdetail("The rank says which rule is tried first; only rules of one segment may share it.")));
}

/* By rank, then by the scores; labels of one rank are the same. */
static int
compare_rules(const cm_rule *a, const cm_rule *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (compare_labels(a, b) != 0)
        rank_error(a, b);
    return memcmp(a->low, b->low, sizeof(a->low) + sizeof(a->high));
}

/* The map with one more rule, in its place; the map itself if it has the rule. */
const cm_rfm_map *
cm_rfm_map_add(const cm_rfm_map *map, const cm_rule *rule)
{
    const cm_rule *at = cm_rule_first(map);
    uint32 i = 0;
    int order = 1;

    for (; i < map->rules && (order = compare_rules(rule, at)) > 0; i++)
        at = cm_rule_next(at);
    if (i < map->rules && order == 0)
        return map;
    if (map->rules == MOST_RULES)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("a segment map has at most %d rules", MOST_RULES)));

    Size before = (const char *) at - (const char *) map;
    Size size = cm_rule_size(rule->length);
    cm_rfm_map *more = cm_state_new(&cm_rfm_map_class, VARSIZE(map) + size);

    memcpy((char *) more + sizeof(cm_rfm_map), cm_rule_first(map), before - sizeof(cm_rfm_map));
    memcpy((char *) more + before, rule, size);
    memcpy((char *) more + before + size, at, VARSIZE(map) - before);
    more->bins = map->bins;
    more->rules = map->rules + 1;
    return more;
}

static bool
matches(const cm_rule *rule, cm_rfm rfm)
{
    for (int d = 0; d < 3; d++)
        if (cm_rfm_score(rfm, d) < rule->low[d] || cm_rfm_score(rfm, d) > rule->high[d])
            return false;
    return true;
}

/* NULL: no rule matches. */
static const cm_rule *
find_rule(const cm_rfm_map *map, cm_rfm rfm)
{
    const cm_rule *rule = cm_rule_first(map);

    for (uint32 i = 0; i < map->rules; i++, rule = cm_rule_next(rule))
        if (matches(rule, rfm))
            return rule;
    return NULL;
}

static void
hole_error(cm_rfm rfm, cm_rfm of_map)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
         errmsg("no rule of the segment map is for scores %s", cm_rfm_cstring(rfm)),
         of_map != rfm ? errdetail("The map is for %d bins, in which they are %s.", cm_rfm_bins(of_map),
                                   cm_rfm_cstring(of_map))
                       : 0,
         errhint("rfm_map_holes(map) lists all such scores; a last rule without limits takes the rest.")));
}

const cm_rule *
cm_rfm_map_need(const cm_rfm_map *map, cm_rfm rfm)
{
    cm_rfm of_map = map->bins == 0 ? rfm : cm_rfm_rebin(rfm, map->bins);
    const cm_rule *rule = find_rule(map, of_map);

    if (rule == NULL)
        hole_error(rfm, of_map);
    return rule;
}

/* ---- aggregate steps ---- */

/* Arguments 3 to 8, low and high of each dimension; NULL is no limit. */
static void
read_limits(FunctionCallInfo fcinfo, int bins, int *low, int *high)
{
    static const char *const names[] = {"r_low", "r_high", "f_low", "f_high", "m_low", "m_high"};

    for (int d = 0; d < 3; d++) {
        low[d] = PG_ARGISNULL(3 + 2 * d) ? 1 : CM_ARG_INT(3 + 2 * d, names[2 * d]);
        high[d] = PG_ARGISNULL(4 + 2 * d) ? bins : CM_ARG_INT(4 + 2 * d, names[2 * d + 1]);
    }
}

static void
agree_on_bins(uint32 a, uint32 b)
{
    if (a != b && a != 0 && b != 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("segment maps for %u and for %u bins cannot be one", Min(a, b), Max(a, b)),
                        errdetail("All rules of a map are for one number of bins.")));
}

/* Arguments: map, rank, label, r_low, r_high, f_low, f_high, m_low, m_high. */
static Datum
add_rule(FunctionCallInfo fcinfo, int bins)
{
    int low[3], high[3];
    const cm_rfm_map *map = PG_GETARG_RFM_MAP(0);

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        PG_ARGISNULL(2) ? errmsg("the label of a segment is NULL")
                                        : errmsg("the rank of segment \"%s\" is NULL",
                                                 cm_excerpt(text_to_cstring(PG_GETARG_TEXT_PP(2)))),
                        errdetail("Only the limits of a segment may be NULL, which means no limit.")));
    agree_on_bins(map->bins, bins);
    if (map->bins == 0)
        map = cm_rfm_map_new(bins);
    read_limits(fcinfo, bins, low, high);

    text *label = PG_GETARG_TEXT_PP(2);

    PG_RETURN_POINTER(cm_rfm_map_add(map, cm_rule_make(bins, CM_ARG_INT(1, "rank"), VARDATA_ANY(label),
                                                       VARSIZE_ANY_EXHDR(label), low, high)));
}

/* Transition of rfm_map_agg(rank, label, r_low, r_high, f_low, f_high, m_low, m_high) */
PG_FUNCTION_INFO_V1(cm_rfm_map_accum);
Datum
cm_rfm_map_accum(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        cm_state_is_null();
    return add_rule(fcinfo, CM_DEFAULT_BINS);
}

/* Transition of rfm_map_bins_agg(rank, label, r_low, r_high, f_low, f_high, m_low, m_high, bins) */
PG_FUNCTION_INFO_V1(cm_rfm_map_bins_accum);
Datum
cm_rfm_map_bins_accum(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        cm_state_is_null();
    if (PG_ARGISNULL(9))
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", cm_quoted("bins"))));
    return add_rule(fcinfo, cm_check_bins(CM_ARG_INT(9, "bins")));
}

/* Merges two maps: the rules of both. */
PG_FUNCTION_INFO_V1(cm_rfm_map_combine);
Datum
cm_rfm_map_combine(PG_FUNCTION_ARGS)
{
    const cm_rfm_map *argument = PG_GETARG_RFM_MAP(0);
    const cm_rfm_map *map = argument;
    const cm_rfm_map *other = PG_GETARG_RFM_MAP(1);
    const cm_rule *rule = cm_rule_first(other);

    agree_on_bins(map->bins, other->bins);
    if (map->bins == 0)
        PG_RETURN_POINTER(other);
    for (uint32 i = 0; i < other->rules; i++, rule = cm_rule_next(rule)) {
        const cm_rfm_map *more = cm_rfm_map_add(map, rule);

        CHECK_FOR_INTERRUPTS();
        if (more != map && map != argument)
            pfree((void *) map);
        map = more;
    }
    PG_RETURN_POINTER(map);
}

/* ---- use ---- */

/* segment(rfm, rfm_map) */
PG_FUNCTION_INFO_V1(cm_segment_by_map);
Datum
cm_segment_by_map(PG_FUNCTION_ARGS)
{
    const cm_rule *rule = cm_rfm_map_need(PG_GETARG_RFM_MAP(1), PG_GETARG_RFM(0));

    PG_RETURN_TEXT_P(cstring_to_text_with_len(rule->label, rule->length));
}

PG_FUNCTION_INFO_V1(cm_segment_rank_by_map);
Datum
cm_segment_rank_by_map(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT16(cm_rfm_map_need(PG_GETARG_RFM_MAP(1), PG_GETARG_RFM(0))->rank);
}

static int64
count_matches(const cm_rfm_map *map, cm_rfm rfm)
{
    const cm_rule *rule = cm_rule_first(map);
    int64 count = 0;

    for (uint32 i = 0; i < map->rules; i++, rule = cm_rule_next(rule))
        count += matches(rule, rfm);
    return count;
}

static void
put_cell(FunctionCallInfo fcinfo, const cm_rfm_map *map, cm_rfm rfm)
{
    const cm_rule *rule = find_rule(map, rfm);
    cm_row row = cm_row_empty();

    cm_row_set(&row, 0, Int32GetDatum(rfm));
    if (rule != NULL) {
        cm_row_set(&row, 1, Int16GetDatum(rule->rank));
        cm_row_set(&row, 2, PointerGetDatum(cstring_to_text_with_len(rule->label, rule->length)));
    }
    cm_row_set_int(&row, 3, count_matches(map, rfm));
    cm_rows_put(fcinfo, &row);
}

/* rfm_map_cells(map) -> scores, rank, segment, rules */
PG_FUNCTION_INFO_V1(cm_rfm_map_cells);
Datum
cm_rfm_map_cells(PG_FUNCTION_ARGS)
{
    const cm_rfm_map *map = PG_GETARG_RFM_MAP(0);
    int bins = map->bins;

    cm_rows_begin(fcinfo);
    for (int r = 1; r <= bins; r++)
        for (int f = 1; f <= bins; f++) {
            CHECK_FOR_INTERRUPTS();
            for (int m = 1; m <= bins; m++)
                put_cell(fcinfo, map, cm_rfm_make(r, f, m, bins));
        }
    return (Datum) 0;
}
