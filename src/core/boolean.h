/*
 * Booleans that come as text: a column of "yes" and "no", as files and forms have it.
 */
#ifndef CM_BOOLEAN_H
#define CM_BOOLEAN_H

#include "fmgr.h"

/* What PostgreSQL reads as a boolean, and nothing else: other words are an error that says how to compare them. */
extern bool cm_bool_from_text(const text *word);

#define PG_GETARG_TEXT_BOOL(n) cm_bool_from_text(PG_GETARG_TEXT_PP(n))

#endif
