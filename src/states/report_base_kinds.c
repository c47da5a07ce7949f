/*
 * What the bases of each report hold; see report_base.h. The places of parameters, keys, counts and sums are those by which the
 * files that make and read a base know them. A number once given to a kind stays its own, and so do its places.
 */
#include "postgres.h"

#include "states/report_base.h"

static const char *const modes[] = {"on", "on_or_after", "on_or_before", "streak", NULL};
static const char *const references[] = {"first", "previous", NULL};
static const char *const beginnings[] = {"activity", "first", "every", NULL};
static const char *const methods[] = {"daily", "net", NULL};
static const char *const frequencies[] = {"orders", "days", NULL};
static const char *const monetaries[] = {"revenue", "average", NULL};
static const char *const counts[] = {"uniques", "totals", NULL};
static const char *const truths[] = {"false", "true", NULL};
static const char *const among[] = {"all", "first", NULL};

/* clang-format off */
#define CALENDAR          {"period", CM_BASE_CALENDAR, NULL}
#define AS_OF             {"as_of", CM_BASE_DAY, NULL}
#define INT(name)         {name, CM_BASE_INT, NULL}
#define OF_VALUE(name)    {name, CM_BASE_OF_VALUE, NULL}
#define DAY(name)         {name, CM_BASE_DAY, NULL}
#define PERIOD(name)      {name, CM_BASE_PERIOD, NULL}
#define WORD(name, words) {name, CM_BASE_WORD, words}
#define SCALE             {"scale", CM_BASE_SCALE, NULL}
/* clang-format on */

const cm_base_kind cm_base_kinds[CM_BASES] = {
    [CM_BASE_COHORT_RETENTION] = {.name = "cohort_retention",
                                  .params = {CALENDAR, AS_OF, WORD("mode", modes),
                                             WORD("reference", references), WORD("beginnings", beginnings),
                                             OF_VALUE("rolling_days")},
                                  .keys = {PERIOD("cohort"), INT("period_no")},
                                  .counts = {"customers", "retained", "retained_twice"}},
    [CM_BASE_LIFECYCLE] = {.name = "lifecycle",
                           .params = {CALENDAR, AS_OF, INT("lookback")},
                           .keys = {PERIOD("period_start")},
                           .counts = {"new_customers", "returning_customers", "resurrected_customers",
                                      "dormant_customers"}},
    [CM_BASE_GAP_SUMMARY] = {.name = "gap_summary",
                             .params = {CALENDAR, AS_OF},
                             .keys = {INT("gap")},
                             .counts = {"gaps", "customers"}},
    [CM_BASE_STICKINESS] = {.name = "stickiness",
                            .params = {CALENDAR, AS_OF, INT("periods")},
                            .keys = {INT("active_periods")},
                            .counts = {"customers"}},
    [CM_BASE_DAU_WAU_MAU] = {.name = "dau_wau_mau",
                             .params = {CALENDAR, AS_OF, INT("weekly"), INT("monthly")},
                             .keys = {PERIOD("day")},
                             .counts = {"dau", "wau", "mau"}},
    [CM_BASE_STREAKS] = {.name = "streaks",
                         .params = {CALENDAR, AS_OF},
                         .keys = {INT("streak")},
                         .counts = {"customers_current", "customers_longest"}},
    [CM_BASE_DORMANCY] = {.name = "dormancy",
                          .params = {CALENDAR, AS_OF},
                          .keys = {PERIOD("last_active")},
                          .counts = {"customers"}},
    [CM_BASE_BRACKET_RETENTION] = {.name = "bracket_retention",
                                   .params = {CALENDAR, AS_OF, WORD("beginnings", beginnings),
                                              OF_VALUE("rolling_days")},
                                   .keys = {PERIOD("cohort"), INT("from_period_no"), INT("to_period_no")},
                                   .counts = {"customers", "retained"}},
    [CM_BASE_REPURCHASE] = {.name = "repurchase",
                            .params = {CALENDAR, DAY("window_start"), DAY("window_end"),
                                       WORD("among", among)},
                            .counts = {"customers", "repeat_customers"}},
    [CM_BASE_PURCHASE_RETENTION] = {.name = "purchase_retention",
                                    .params = {CALENDAR, DAY("window_start"), DAY("next_start"),
                                               DAY("next_end")},
                                    .counts = {"customers", "retained"}},
    [CM_BASE_MRR_MOVEMENTS] = {.name = "mrr_movements",
                               .note = "currency",
                               .note_of_value = true,
                               .params = {CALENDAR, AS_OF, WORD("method", methods), SCALE},
                               .keys = {PERIOD("period_start")},
                               .counts = {"start_customers", "end_customers", "new_customers", "expansions",
                                          "contractions", "churned_customers", "reactivated_customers",
                                          "lost_customers", "joined_customers", "customer_days"},
                               .sums = {"start_mrr", "end_mrr", "new_mrr", "expansion_mrr", "contraction_mrr",
                                        "churned_mrr", "reactivation_mrr", "kept_mrr", "kept_and_grown_mrr"}},
    [CM_BASE_RFM_REPORT] = {.name = "rfm_report",
                            .note = "cuts",
                            .params = {AS_OF, WORD("frequency", frequencies), WORD("monetary", monetaries),
                                       SCALE},
                            .keys = {INT("cell")},
                            .counts = {"customers", "purchases", "recency_days"},
                            .sums = {"revenue"}},
    [CM_BASE_FUNNEL_REPORT] = {.name = "funnel_report",
                               .note = "rules",
                               .params = {INT("steps"), WORD("count", counts), WORD("has_as_of", truths),
                                          INT("as_of_microseconds")},
                               .keys = {INT("step"), INT("microseconds")},
                               .counts = {"customers", "pending", "clusters", "hits", "total", "hits_squared",
                                          "total_squared", "hits_total"}},
};
