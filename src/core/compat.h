/*
 * Every test of PG_VERSION_NUM lives here. PostgreSQL 15 to 19, and what is known of 20.
 */
#ifndef CM_COMPAT_H
#define CM_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "customer_metrics needs PostgreSQL 15 or newer"
#endif

#ifndef HAVE_INT128
#error "customer_metrics needs 128-bit integers: exact sums and comparisons stand on them"
#endif

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#include "nodes/miscnodes.h"
#define CM_SOFT_ERRORS /* a caller may ask to be told of an error instead of being left by it */
#endif

/* Until 18, and since 8.4, WindowObjectData begins with its hash, the node and the states of the arguments. */
#if PG_VERSION_NUM < 190000
#define CM_WINDOW_OBJECT_KNOWN
#endif

#if PG_VERSION_NUM >= 170000 /* where the length never counts itself */
#define cm_sendcountedtext(buffer, text, length) pq_sendcountedtext(buffer, text, length)
#else
#define cm_sendcountedtext(buffer, text, length) pq_sendcountedtext(buffer, text, length, false)
#endif

#if PG_VERSION_NUM >= 180000 /* which has only the form that stands before the declaration */
#define pg_attribute_noreturn() __attribute__((noreturn))
#endif

#if PG_VERSION_NUM >= 180000 /* which shows name and version of a module in pg_get_loaded_modules() */
#define CM_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "customer_metrics", .version = CM_VERSION)
#else
#define CM_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#if PG_VERSION_NUM >= 190000
typedef uint8 bits8;
#endif

#if PG_VERSION_NUM >= 200000
#define pg_attribute_always_inline pg_always_inline
#endif

#endif
