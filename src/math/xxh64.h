/*
 * XXH64, the 64-bit hash of Yann Collet's xxHash (https://xxhash.com, its specification doc/xxhash_spec.md): quick, published
 * with test values, and there in every language. Plain C, the same on machines of either byte order.
 */
#ifndef CM_MATH_XXH64_H
#define CM_MATH_XXH64_H

#include <stddef.h>
#include <stdint.h>

extern uint64_t cm_xxh64(const void *bytes, size_t length, uint64_t seed);

#endif
