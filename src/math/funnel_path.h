/*
 * The exact funnel: how far one customer got, and by which rows. Plain C.
 *
 * A path takes one row for each of the steps 1, 2, ... level. Its rows are different rows, each matches its step, and
 * none is earlier than the one before it; the rules below may ask for more. In any order, they are rows of as many
 * different steps. The path found is the one that reaches the highest level; among those the one that gets there first (by
 * time, and by the order key where that counts); among those the one whose window ends last; among those the one that began
 * last; among those the one whose steps, from the last back to the second, are the latest. So its times do not depend on
 * the order in which rows are given.
 */
#ifndef CM_FUNNEL_PATH_H
#define CM_FUNNEL_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CM_FUNNEL_MAX_STEPS 64
#define CM_FUNNEL_MAX_EXCLUSIONS 16
#define CM_FUNNEL_NO_LIMIT INT64_MAX

typedef enum cm_funnel_ties {
    CM_TIES_ANY,       /* rows of one moment stand in whatever order serves the customer */
    CM_TIES_STRICT,    /* rows of one moment do not follow each other */
    CM_TIES_ORDER_KEY, /* rows of one moment stand in the order of their keys; equal keys as in CM_TIES_ANY */
} cm_funnel_ties;

typedef enum cm_funnel_entry {
    CM_ENTRY_BEST,  /* paths begin at any row of step 1 */
    CM_ENTRY_FIRST, /* paths begin at the first row of step 1 only */
} cm_funnel_entry;

/* Times are in microseconds, and differences of any two must fit 63 bits. */
typedef struct cm_funnel_row {
    int64_t at;
    int64_t order;  /* the order key */
    int64_t hold;   /* the value that all rows of a path share, where the rules ask for it */
    uint64_t steps; /* bit k - 1: matches step k */
    bool unheld;    /* there is no value to share: the row continues no path, and no row continues it */
} cm_funnel_row;

/* A row of this number strictly between the rows of steps `from` and `to` of a path ends it there. */
typedef struct cm_funnel_exclusion {
    int step; /* 1 to CM_FUNNEL_MAX_STEPS, mostly beyond the last step */
    int from; /* 1 <= from < to */
    int to;
} cm_funnel_exclusion;

typedef struct cm_funnel_rules {
    int steps; /* length of a full path; rows may have numbers beyond, which exclusions and strict_order see */
    cm_funnel_ties ties;
    cm_funnel_entry entry;
    bool strict_order; /* no row between those of steps k and k + 1, except rows of step k or k + 1 */
    /*
     * Rows of a path share `hold`. Rows of another value are as if they were not there; rows without a value belong to no
     * path, but exclusions and strict order see them between the rows of any.
     */
    bool hold;
    bool
        any_order; /* steps are taken in any order: with ties any, no other rule but exclusions of whole paths */
    bool step_limits; /* step_within is set */
    int exclusions;
    int64_t within; /* longest time from the first row to any other, inclusive */
    /*
     * The last time of the window of a path that begins at a time, where windows have no fixed length: a later start may have
     * an earlier end (29 January 23:00 and 30 January 01:00 and a month). NULL: start + within.
     */
    int64_t (*until)(const struct cm_funnel_rules *rules, int64_t start);
    const void *calendar;                     /* what it needs */
    int64_t step_within[CM_FUNNEL_MAX_STEPS]; /* [k]: longest time from step k to k + 1; [0] is not used */
    int64_t
        grace; /* rows that follow one another within this time are one moment, that of the first; with ties any */
    int64_t as_of; /* later rows are not seen; CM_FUNNEL_NO_LIMIT: all are, and no path is open */
    cm_funnel_exclusion exclusion[CM_FUNNEL_MAX_EXCLUSIONS];
    void (*poll)(void); /* called now and then; may jump out; may be NULL */
} cm_funnel_rules;

static inline int64_t
cm_funnel_until(const cm_funnel_rules *rules, int64_t start)
{
    if (rules->until != NULL)
        return rules->until(rules, start);
    return rules->within == CM_FUNNEL_NO_LIMIT ? CM_FUNNEL_NO_LIMIT : start + rules->within;
}

typedef struct cm_funnel_path {
    int level;                       /* 0: no row of step 1 */
    bool open;                       /* some path, not necessarily this one, can still go on after as_of */
    int64_t order;                   /* order key of the last row */
    int64_t at[CM_FUNNEL_MAX_STEPS]; /* of steps 1 to level */
} cm_funnel_path;

/* What a search keeps: the end of a path. Memory comes from the caller, so that a search may be left at any time. */
typedef struct cm_funnel_node {
    int64_t at;      /* of the rows of steps from the parent's level + 1 to level: one moment */
    int64_t start;   /* of step 1 */
    int64_t until;   /* the end of its window */
    uint32_t parent; /* 1 + node; 0: none */
    uint32_t next;   /* the list of its level, by rising time and falling start */
    uint32_t previous;
    int level;
} cm_funnel_node;

/* What rows without a value to share do to paths that they come between. */
typedef struct cm_funnel_bar {
    uint64_t steps;      /* that any of the rows matches */
    uint64_t interrupts; /* bit k - 1: one of the rows belongs neither to step k nor to step k + 1 */
} cm_funnel_bar;

/* How many nodes a search among these rows can need. */
extern size_t cm_funnel_nodes(const cm_funnel_row *rows, size_t count, int steps);
/* How many bars. */
extern size_t cm_funnel_bars(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count);
/*
 * The rows must be sorted: by (at, order), or where the rules ask for hold, by (unheld, hold, at, order). They are
 * overwritten where the rules ask for hold or grace.
 */
extern void cm_funnel_find(const cm_funnel_rules *rules, cm_funnel_row *rows, size_t count,
                           cm_funnel_node *nodes, cm_funnel_bar *bars, cm_funnel_path *path);

/*
 * Every attempt of a customer ("totals" of Mixpanel and Amplitude), where a path is the best of all. An attempt begins with a row that a path may begin with, when
 * none is open. It is over with the moment in which a full path ends, or as soon as none of its paths can go on; what comes
 * then is of the next. So there is a full one among them if there is a full path, and as many as can follow one another.
 * With CM_ENTRY_FIRST paths of an attempt begin in its first moment. `path` is where each is found before it is taken.
 */
typedef struct cm_funnel_attempts {
    void (*take)(void *to, const cm_funnel_path *path);
    void *to;
} cm_funnel_attempts;

extern void cm_funnel_find_attempts(const cm_funnel_rules *rules, cm_funnel_row *rows, size_t count,
                                    cm_funnel_node *nodes, cm_funnel_bar *bars, cm_funnel_path *path,
                                    const cm_funnel_attempts *attempts);

/* ---- rows as words, where each matches one step and no more is known of it ---- */

/* They sort as time, then rows with a value to hold before rows without, then step. */
#define CM_FUNNEL_STEP_BITS 7
#define CM_FUNNEL_UNHELD 64
#define CM_FUNNEL_MAX_TIME ((INT64_C(1) << 56) - 1) /* microseconds before or after 2000: 2283 years */

static inline int64_t
cm_funnel_word(int64_t at, int step, bool unheld)
{
    return (int64_t) ((uint64_t) at << CM_FUNNEL_STEP_BITS) | (unheld ? CM_FUNNEL_UNHELD : 0) | (step - 1);
}

static inline int64_t
cm_funnel_word_time(int64_t word)
{
    return word >> CM_FUNNEL_STEP_BITS;
}

/* Whether cm_funnel_find_quick is for these rules. */
extern bool cm_funnel_is_plain(const cm_funnel_rules *rules);
/*
 * As cm_funnel_find, among sorted words; several times faster. `before` has room for count numbers. False if two rows
 * have the same time: then only cm_funnel_find knows.
 */
extern bool cm_funnel_find_quick(const cm_funnel_rules *rules, const int64_t *words, size_t count,
                                 uint32_t *before, cm_funnel_path *path);

/*
 * Rows of one moment: the furthest step that can be reached after step `from` by giving each step a row of its own.
 * Exact, by augmenting paths (H. W. Kuhn, The Hungarian method, 1955, unweighted).
 */
extern int cm_funnel_reach(const cm_funnel_row *rows, size_t count, int from, int steps);

#endif
