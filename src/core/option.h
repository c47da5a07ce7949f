/*
 * metric_option: a word that is an option of an aggregate, such as a period or a zone. It is text to C, but a type of its
 * own to the planner: it has no collation, because postgres_fdw sends no aggregate that has a text constant as an argument.
 */
#ifndef CM_OPTION_H
#define CM_OPTION_H

#include "fmgr.h"

#include "core/compat.h"

typedef text cm_word;

#define PG_GETARG_OPTION(n) ((const cm_word *) PG_GETARG_TEXT_PP(n))

/* The position of a word among the allowed ones, letter case apart; anything else is an error that lists them. NULL ends names. */
extern int cm_option(const cm_word *word, const char *argument, const char *const *names);

/* Whether two short texts are equal: a few instructions instead of a call, for arguments that come with every row. */
static inline bool
cm_same_bytes(const char *a, const char *b, int length)
{
    uint64 x, y;
    int i = 0;

    for (; i + 8 <= length; i += 8) {
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        if (x != y)
            return false;
    }
    for (; i < length; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

#endif
