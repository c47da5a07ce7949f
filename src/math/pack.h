/*
 * Packed numbers: blocks of up to 128 of them, each number in as few bits as its block needs. A block is what all its
 * numbers have in common - the least of them, and the step that their distances from it are multiples of - and then, for each, how many
 * steps it lies above. Numbers that are far larger than the others of their block are exceptions, so that they do not
 * make all of them long. Plain C.
 *
 * Bytes are the same on every machine, and reading believes none of them: they come from disk and wire.
 */
#ifndef CM_PACK_H
#define CM_PACK_H

#include <stdbool.h>
#include <stdint.h>

#define CM_PACK_BLOCK 128    /* numbers in a block, at most */
#define CM_PACK_LEAST 2      /* bytes that a block takes at least */
#define CM_PACK_LONGEST 1600 /* and at most, with what is written behind it for a moment */

/* Writes a block of n numbers, 1 to CM_PACK_BLOCK; to has room for CM_PACK_LONGEST bytes. Returns its end. */
extern uint8_t *cm_pack(uint8_t *to, const int64_t *numbers, uint32_t n);
/* Reads a block of n numbers, and returns its end; NULL if there is none. */
extern const uint8_t *cm_unpack(const uint8_t *from, const uint8_t *end, int64_t *numbers, uint32_t n);

/* Seven bits a byte, low ones first; 0x80: more follow. At most 10 bytes. */
extern uint8_t *cm_pack_number(uint8_t *to, uint64_t number);
extern const uint8_t *cm_unpack_number(const uint8_t *from, const uint8_t *end, uint64_t *number);

/* Numbers of either sign near zero are short. */
static inline uint64_t
cm_pack_zigzag(int64_t number)
{
    return (uint64_t) number << 1 ^ (uint64_t) (number >> 63);
}

static inline int64_t
cm_unpack_zigzag(uint64_t number)
{
    return (int64_t) (number >> 1 ^ (0 - (number & 1)));
}

/* Numbers of 2, 4 and 8 bytes, low ones first. */
static inline uint8_t *
cm_pack_bytes(uint8_t *to, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (uint8_t) (number >> 8 * i);
    return to + bytes;
}

static inline uint64_t
cm_unpack_bytes(const uint8_t *from, int bytes)
{
    uint64_t number = 0;

    for (int i = 0; i < bytes; i++)
        number |= (uint64_t) from[i] << 8 * i;
    return number;
}

#endif
