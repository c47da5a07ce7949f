/*
 * survey: the answers to one question on a scale of 0 to 10, as a histogram. It answers NPS, CSAT, CES,
 * means and their intervals.
 */
#ifndef CM_SURVEY_H
#define CM_SURVEY_H

#include "common/state.h"

#define CM_SURVEY_MAX 10

typedef struct cm_survey {
    cm_state head;
    int64 answers[CM_SURVEY_MAX + 1]; /* how many gave each score; the sum is at most CM_MAX_COUNT */
} cm_survey;

extern const cm_state_class cm_survey_class;

extern int64 cm_survey_count(const cm_survey *survey, int from, int to); /* answers from..to, inclusive */
extern double cm_survey_mean(const cm_survey *survey);                   /* NaN without answers */
extern int cm_survey_check_score(double score);                          /* 0..10 and whole, or an error */
/* An error if any answer lies outside low..high, for metrics of a scale of their own. */
extern void cm_survey_check_scale(const cm_survey *survey, int low, int high);

#define PG_GETARG_SURVEY(arg) ((const cm_survey *) cm_state_read(PG_GETARG_DATUM(arg), &cm_survey_class))

#endif
