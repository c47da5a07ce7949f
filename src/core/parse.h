/*
 * A strict reader for the text form of our types, and writers for what it reads. No blanks, signs or zeros
 * that the writers would not write: what is accepted prints back to the same text.
 */
#ifndef CM_PARSE_H
#define CM_PARSE_H

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "core/compat.h"

typedef struct cm_parser {
    const char *type; /* the SQL type, for messages */
    const char *text; /* the whole input, for messages */
    const char *at;   /* what comes next */
} cm_parser;

extern cm_parser cm_parse_begin(const char *type, const char *text);
extern int cm_parse_version(cm_parser *p, int newest); /* "1:" */
/* The rows that a value skipped stand behind its version, where there are any: "1:+3:". In binary form they are 8 bytes. */
extern int64 cm_parse_skipped(cm_parser *p);
extern void cm_append_skipped(StringInfo out, int64 skipped);
extern int64 cm_receive_skipped(StringInfo in);
extern void cm_parse_char(cm_parser *p, char wanted);
extern bool cm_parse_maybe(cm_parser *p, char wanted);
extern void cm_parse_word(cm_parser *p, const char *wanted);
extern int64 cm_parse_int(cm_parser *p, int64 min, int64 max);
extern double cm_parse_float(cm_parser *p);   /* finite, and -0 is 0 */
extern char *cm_parse_quoted(cm_parser *p);   /* "..." with "" for a quote */
extern void cm_parse_end(const cm_parser *p); /* nothing may follow */
extern void cm_parse_fail(const cm_parser *p, const char *why)
    pg_attribute_noreturn(); /* why becomes DETAIL */

extern void cm_append_float(StringInfo out, double value); /* shortest text that reads back to value */
extern void cm_append_quoted(StringInfo out, const char *text);

/*
 * The head of a type's input function. What it throws because of its input is handed to a caller who would rather be told
 * (from PostgreSQL 16 on: pg_input_is_valid, COPY with ON_ERROR).
 */
#define CM_INPUT_FUNCTION(name)                                                                              \
    static Datum name##_or_throw(PG_FUNCTION_ARGS);                                                          \
    PG_FUNCTION_INFO_V1(name);                                                                               \
    Datum name(PG_FUNCTION_ARGS)                                                                             \
    {                                                                                                        \
        return cm_input(fcinfo, name##_or_throw);                                                            \
    }                                                                                                        \
    static Datum name##_or_throw(PG_FUNCTION_ARGS)

extern Datum cm_input(FunctionCallInfo fcinfo, PGFunction parse);

/* Binary form: the version byte that precedes every state. */
extern int cm_receive_version(StringInfo in, const char *type, int newest);
extern double cm_receive_float(StringInfo in); /* any bits, but -0 is 0 */
extern void cm_receive_fail(const char *type, const char *why) pg_attribute_noreturn();

#endif
