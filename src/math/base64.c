/* Base64; see base64.h. */
#include "math/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
cm_base64_write(char *to, const uint8_t *bytes, size_t n)
{
    for (; n >= 3; n -= 3, bytes += 3) {
        *to++ = digits[bytes[0] >> 2];
        *to++ = digits[(bytes[0] << 4 | bytes[1] >> 4) & 63];
        *to++ = digits[(bytes[1] << 2 | bytes[2] >> 6) & 63];
        *to++ = digits[bytes[2] & 63];
    }
    if (n == 0)
        return;
    *to++ = digits[bytes[0] >> 2];
    *to++ = digits[(bytes[0] << 4 | (n > 1 ? bytes[1] >> 4 : 0)) & 63];
    *to++ = n > 1 ? digits[bytes[1] << 2 & 63] : '=';
    *to++ = '=';
}

/* What a sign stands for; 64 or more: it is none. */
static inline uint32_t
digit_of(char sign)
{
    if (sign >= 'A' && sign <= 'Z')
        return (uint32_t) (sign - 'A');
    if (sign >= 'a' && sign <= 'z')
        return (uint32_t) (sign - 'a') + 26;
    if (sign >= '0' && sign <= '9')
        return (uint32_t) (sign - '0') + 52;
    return sign == '+' ? 62 : sign == '/' ? 63 : 64;
}

bool
cm_base64_read(uint8_t *to, size_t *bytes, const char *text, size_t n)
{
    uint8_t values[256], *begin = to;
    size_t padding = n > 0 && text[n - 1] == '=' ? (n > 1 && text[n - 2] == '=' ? 2 : 1) : 0;
    uint32_t wrong = 0;

    if (n % 4 != 0)
        return false;
    for (int sign = 0; sign < 256; sign++)
        values[sign] = (uint8_t) digit_of((char) sign);
    for (size_t i = 0; i < n; i += 4) {
        bool last = i + 4 == n;
        uint32_t a = values[(uint8_t) text[i]], b = values[(uint8_t) text[i + 1]];
        uint32_t c = last && padding == 2 ? 0 : values[(uint8_t) text[i + 2]];
        uint32_t d = last && padding >= 1 ? 0 : values[(uint8_t) text[i + 3]];
        uint32_t word = a << 18 | b << 12 | c << 6 | d;

        wrong |= a | b | c | d;
        if (!last || padding == 0) {
            *to++ = (uint8_t) (word >> 16);
            *to++ = (uint8_t) (word >> 8);
            *to++ = (uint8_t) word;
            continue;
        }
        *to++ = (uint8_t) (word >> 16);
        if (padding == 1)
            *to++ = (uint8_t) (word >> 8);
        if ((word & (padding == 1 ? 0xff : 0xffff)) != 0) /* bits that no byte has */
            return false;
    }
    *bytes = (size_t) (to - begin);
    return wrong < 64;
}
