/* Bytes as text: base64 of RFC 4648, with padding and without blanks. Plain C. */
#ifndef CM_BASE64_H
#define CM_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t
cm_base64_size(size_t bytes) /* of the text */
{
    return (bytes + 2) / 3 * 4;
}

/* Writes the text, no zero behind it. */
extern void cm_base64_write(char *to, const uint8_t *bytes, size_t n);
/*
 * Reads a text of n signs into the bytes it stands for, of which there are at most n / 4 * 3; false if it is none, or one
 * that cm_base64_write would not write.
 */
extern bool cm_base64_read(uint8_t *to, size_t *bytes, const char *text, size_t n);

#endif
