/*
 * How long the text of a value is at most, reckoned without writing it: a dump writes values as text, of which PostgreSQL
 * makes no more than 1 GB. A value whose text would be longer is refused when it is built.
 */
#ifndef CM_TEXT_SIZE_H
#define CM_TEXT_SIZE_H

#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "core/state.h"

#define CM_TEXT_DATE 10       /* bytes of 2024-01-31 */
#define CM_TEXT_LONG_DATE 14  /* of 5874897-12-31T23 or -4713-11-24, and more than of any other period */
#define CM_TEXT_MOST_INT 20   /* of any integer of 64 bits, its sign included */
#define CM_TEXT_MOST_FLOAT 24 /* of any double */

/* An error if the text would have more bytes than a dump can write. */
extern void cm_state_check_text(const cm_state_class *cls, uint64 bytes);

/* Whether it is to be looked at more closely, where a byte of a state gives so many bytes of text at most. */
static inline bool
cm_text_may_be_long(const void *state, int most)
{
    return unlikely((uint64) VARSIZE(state) * most > MaxAllocSize / 2);
}

/* Decimal digits of a number; sometimes one more than it has. */
static inline int
cm_text_digits(uint64 number)
{
    return number == 0 ? 1 : ((pg_leftmost_one_pos64(number) + 1) * 1233 >> 12) + 1;
}

static inline int
cm_text_int(int64 number) /* with its sign */
{
    return number < 0 ? 1 + cm_text_digits(-(uint64) number) : cm_text_digits(number);
}

/* An amount in units of 10^-scale, with its sign and its point. */
static inline int
cm_text_units(int128 units, int scale)
{
    uint128 size = units < 0 ? -(uint128) units : (uint128) units;
    uint64 high = (uint64) (size >> 64);
    int digits = high == 0 ? cm_text_digits((uint64) size) : cm_text_digits(high) + CM_TEXT_MOST_INT;

    return 2 + Max(digits, scale + 1);
}

/* A text in quotes, as COPY writes it: quotes, backslashes and what is not printed become two bytes. */
static inline uint64
cm_text_quoted(const char *text, uint32 length)
{
    uint64 bytes = 2 + (uint64) length;

    for (uint32 i = 0; i < length; i++)
        bytes += text[i] == '"' || text[i] == '\\' || (unsigned char) text[i] < ' ';
    return bytes;
}

#endif
