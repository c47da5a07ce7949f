/*
 * Which of many groups differ: each pair, each group from all the others, or each from the first. The p values are
 * corrected for the number of tests as S. Holm says (Scandinavian Journal of Statistics 6, 1979); the intervals hold
 * together with the confidence asked for, by Bonferroni.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/row.h"
#include "math/multiple.h"
#include "math/trinomial.h"
#include "satisfaction/groups.h"
#include "satisfaction/means.h"
#include "satisfaction/survey.h"
#include "states/rate.h"

typedef struct outcome {
    cm_interval interval;
    double statistic;
    double p_value;
} outcome;

/* How groups of a kind are read and compared. A group is a pointer to what the kind knows. */
typedef struct kind {
    const char *name; /* of the argument */
    void *(*read)(Datum state);
    outcome (*compare)(const void *a, const void *b, double confidence);
    void *(*others)(void *const *groups, int count, int without);
} kind;

/* ---- rates ---- */

static void *
read_rate(Datum state)
{
    return DatumGetPointer(state);
}

static outcome
compare_rates(const void *a, const void *b, double confidence)
{
    const cm_rate *left = a, *right = b;
    cm_difference d = cm_rate_difference((double) left->hits, (double) left->total, (double) right->hits,
                                         (double) right->total, confidence);

    return (outcome){d.interval, d.z, d.p_value};
}

static void *
other_rates(void *const *groups, int count, int without)
{
    cm_rate *sum = palloc0(sizeof(cm_rate));

    for (int i = 0; i < count; i++)
        if (i != without && groups[i] != NULL) {
            const cm_rate *rate = groups[i];

            sum->total = cm_add_counts(sum->total, rate->total, "totals");
            sum->hits += rate->hits;
        }
    return sum;
}

/* ---- means ---- */

static void *
read_mean(Datum state)
{
    return (void *) cm_sums_read(state, &cm_means_kind);
}

static outcome
compare_means(const void *a, const void *b, double confidence)
{
    cm_t_test t = cm_mean_difference(cm_sums_moments(a, 0), cm_sums_moments(b, 0), confidence);

    return (outcome){t.interval, t.t, t.p_value};
}

static void *
other_means(void *const *groups, int count, int without)
{
    cm_sums *sum = cm_sums_new(&cm_means_kind);

    for (int i = 0; i < count; i++)
        if (i != without && groups[i] != NULL)
            cm_sums_add(sum, 0, groups[i], 0);
    return sum;
}

/* ---- net promoter scores, in points ---- */

static void *
read_survey(Datum state)
{
    return (void *) cm_survey_read(state);
}

static outcome
compare_nps(const void *a, const void *b, double confidence)
{
    cm_difference d = cm_trinomial_difference(cm_survey_nps_classes(a), cm_survey_nps_classes(b), confidence,
                                              CM_ADJUSTED_WALD);

    return (outcome){
        {100 * d.interval.value, 100 * d.interval.lower, 100 * d.interval.upper}, d.z, d.p_value};
}

static void *
other_surveys(void *const *groups, int count, int without)
{
    cm_survey *sum = palloc0(sizeof(cm_survey));

    for (int i = 0; i < count; i++)
        if (i != without && groups[i] != NULL) {
            const cm_survey *survey = groups[i];

            cm_add_counts(cm_survey_count(sum, 0, CM_SURVEY_MAX), cm_survey_count(survey, 0, CM_SURVEY_MAX),
                          "answers");
            for (int score = 0; score <= CM_SURVEY_MAX; score++)
                sum->answers[score] += survey->answers[score];
        }
    return sum;
}

/* ---- the tests ---- */

typedef enum against { PAIRS, REST, FIRST } against;

typedef struct comparison {
    int a, b; /* b is -1 for all the others */
} comparison;

/* The comparisons of those groups that are there. */
static comparison *
comparisons_of(void *const *groups, int count, against what, int64 *found)
{
    int64 most = what == PAIRS ? (int64) count * (count - 1) / 2 : count;
    comparison *list = palloc(sizeof(comparison) * Max(most, 1));

    *found = 0;
    for (int i = 0; i < count; i++) {
        if (groups[i] == NULL)
            continue;
        if (what == REST)
            list[(*found)++] = (comparison){i, -1};
        else if (what == FIRST && i > 0 && groups[0] != NULL)
            list[(*found)++] = (comparison){i, 0};
        else if (what == PAIRS)
            for (int j = i + 1; j < count; j++)
                if (groups[j] != NULL)
                    list[(*found)++] = (comparison){i, j};
    }
    return list;
}

static void
set_name(cm_row *row, int column, const Datum *names, int group)
{
    if (group < 0)
        return;
    cm_row_set(row, column,
               names == NULL ? CStringGetTextDatum(psprintf("%d", group + 1))
                             : PointerGetDatum(DatumGetTextPCopy(names[group])));
}

static Datum
differences(FunctionCallInfo fcinfo, const kind *k)
{
    static const char *const words[] = {"pairs", "rest", "first", NULL}; /* against */

    cm_rows_begin(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
        return (Datum) 0;

    cm_groups groups = cm_groups_arg(fcinfo, 0, k->name);
    Datum *names = cm_groups_names(fcinfo, 1, groups.count);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(2));
    against what = (against) cm_option(PG_GETARG_TEXT_PP(3), "against", words);
    void **read = palloc0(sizeof(void *) * Max(groups.count, 1));
    int64 tests;

    for (int i = 0; i < groups.count; i++)
        read[i] = groups.nulls[i] ? NULL : k->read(groups.states[i]);

    comparison *list = comparisons_of(read, groups.count, what, &tests);
    outcome *outcomes = palloc(sizeof(outcome) * Max(tests, 1));
    double *p = palloc(sizeof(double) * Max(tests, 1));
    double each = 1.0 - (1.0 - confidence) / (double) Max(tests, 1);

    each = fmin(each, 1.0 - 0x1p-53); /* a confidence of 1 has no interval */
    for (int64 i = 0; i < tests; i++) {
        CHECK_FOR_INTERRUPTS();
        outcomes[i] =
            k->compare(read[list[i].a],
                       list[i].b < 0 ? k->others(read, groups.count, list[i].a) : read[list[i].b], each);
        p[i] = outcomes[i].p_value;
    }
    cm_adjust(p, p, tests, CM_HOLM, palloc(sizeof(uint64) * 3 * Max(tests, 1)));
    for (int64 i = 0; i < tests; i++) {
        cm_row row = cm_row_empty();

        set_name(&row, 0, names, list[i].a);
        set_name(&row, 1, names, list[i].b);
        cm_row_set_float(&row, 2, outcomes[i].interval.value);
        cm_row_set_float(&row, 3, outcomes[i].interval.lower);
        cm_row_set_float(&row, 4, outcomes[i].interval.upper);
        cm_row_set_float(&row, 5, outcomes[i].statistic);
        cm_row_set_float(&row, 6, outcomes[i].p_value);
        cm_row_set_float(&row, 7, p[i]);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* rate_differences(rates, names, confidence, against) */
PG_FUNCTION_INFO_V1(cm_rate_differences);
Datum
cm_rate_differences(PG_FUNCTION_ARGS)
{
    static const kind k = {"rates", read_rate, compare_rates, other_rates};

    return differences(fcinfo, &k);
}

/* mean_differences(means, names, confidence, against) */
PG_FUNCTION_INFO_V1(cm_mean_differences);
Datum
cm_mean_differences(PG_FUNCTION_ARGS)
{
    static const kind k = {"means", read_mean, compare_means, other_means};

    return differences(fcinfo, &k);
}

/* nps_differences(surveys, names, confidence, against) */
PG_FUNCTION_INFO_V1(cm_nps_differences);
Datum
cm_nps_differences(PG_FUNCTION_ARGS)
{
    static const kind k = {"surveys", read_survey, compare_nps, other_surveys};

    return differences(fcinfo, &k);
}
