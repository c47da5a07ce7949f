/* A stub of a server for fuzz targets; see server.c. */
#ifndef CM_FUZZ_SERVER_H
#define CM_FUZZ_SERVER_H

#include <setjmp.h>

extern sigjmp_buf server_caught; /* where errors that blame the input arrive; others abort */
extern void server_throw(int code) __attribute__((noreturn));
extern void server_free_all(void); /* what palloc gave */

#endif
