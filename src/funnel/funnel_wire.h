/*
 * Funnels of all customers as bytes: version, the encoding of texts in them (0: there are none), ids, layout, clock, skipped rows in
 * 8 bytes, words of the canonical form in 4, customers in 4, then the blocks of funnel_stored.h; numbers with their low bytes
 * first. Text beyond CM_MAP_READABLE bytes of the canonical form is "1:packed:" and these bytes but the first, in base64.
 */
#ifndef CM_FUNNEL_WIRE_H
#define CM_FUNNEL_WIRE_H

#include "core/parse.h"
#include "funnel/funnel_stored.h"

/* The bytes behind the version; what is wrong with them is said of the text, or if it is NULL of bytes. */
extern Datum cm_funnels_from_wire(const uint8 *bytes, Size n, const cm_parser *text, int wanted);
/* The bytes behind the version, behind so many others. */
extern uint8 *cm_funnels_to_wire(const cm_funnel *f, Size before, Size *size);

/* Whether the text is not readable, or would not be. */
extern bool cm_funnels_text_is_packed(const char *text);
extern Datum cm_funnels_parse_packed(const char *text, int wanted);
extern char *cm_funnels_print_packed(const cm_funnel *f); /* NULL: its text is readable */

#endif
