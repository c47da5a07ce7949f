/*
 * survey: the answers to one question on a scale of 0 to 10, as a histogram. It answers NPS, CSAT, CES,
 * means and their intervals.
 */
#ifndef CM_SURVEY_H
#define CM_SURVEY_H

#include "core/state.h"
#include "math/mean.h"
#include "math/trinomial.h"

#define CM_SURVEY_MAX 10
#define CM_SURVEY_VERSION 1

/* Metrics read a survey as this. */
typedef struct cm_survey {
    int64 answers[CM_SURVEY_MAX + 1]; /* how many gave each score; the sum is at most CM_MAX_COUNT */
} cm_survey;

/*
 * The state holds the counts in 2, 4 or 8 bytes each, whatever the largest needs: a hundred thousand groups of some
 * hundred answers then cost about as much memory, and so time, as counting them. Same content, same bytes.
 */
typedef struct cm_survey_state {
    cm_state head; /* flags: bytes of a count */
    char counts[FLEXIBLE_ARRAY_MEMBER];
} cm_survey_state;

extern const cm_survey *cm_survey_read(Datum datum);
extern cm_survey_state *cm_survey_store(const cm_survey *survey);

extern int64 cm_survey_count(const cm_survey *survey, int from, int to); /* answers from..to, inclusive */
extern double cm_survey_mean(const cm_survey *survey);                   /* NaN without answers */
extern int cm_survey_check_score(double score);                          /* 0..10 and whole, or an error */
extern cm_moments cm_survey_moments(const cm_survey *survey);            /* of the scores */
extern cm_trinomial cm_survey_nps_classes(const cm_survey *survey);      /* promoters, passives, detractors */
extern int cm_survey_nps_points(int score);                              /* 100, 0 or -100 */
extern int cm_check_survey_scale(int scale);                             /* of 1 to 2..10 */
/* The least answer that is satisfied: the one given, on the scale, or the second highest. */
extern int cm_check_satisfied_from(int satisfied_from, bool top_two, int scale);
/* An error if any answer lies outside low..high, for metrics of a scale of their own. */
extern void cm_survey_check_scale(const cm_survey *survey, int low, int high);

#define PG_GETARG_SURVEY(arg) cm_survey_read(PG_GETARG_DATUM(arg))

#endif
