/*
 * Texts as arguments: ids of customers, brands, keys held constant. They are compared by their bytes, which is what = of
 * text does. Where = means something else, that would be silently wrong, and is refused.
 */
#ifndef CM_COLLATION_H
#define CM_COLLATION_H

#include "fmgr.h"

extern void cm_check_bytes_decide(FunctionCallInfo fcinfo, int arg, const char *what);

/*
 * Once for each call site: an error if argument arg is compared by more than its bytes, because its collation is
 * nondeterministic or its type is citext. The type is only seen where there is an expression for the argument: not in
 * window aggregates. flinfo->fn_extra remembers that it was looked at; the function must not use it otherwise.
 */
static inline void
cm_check_text_arg(FunctionCallInfo fcinfo, int arg, const char *what)
{
    if (unlikely(fcinfo->flinfo->fn_extra == NULL))
        cm_check_bytes_decide(fcinfo, arg, what);
}

#endif
