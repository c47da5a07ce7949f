/* Base64: the examples of RFC 4648, what is written reads back, and nothing else is read. */
#include <stdlib.h>
#include <string.h>

#include "math/base64.h"
#include "tap.h"

static bool
writes(const char *bytes, const char *text)
{
    size_t n = strlen(bytes), size = cm_base64_size(n), back;
    char written[32] = {0};
    uint8_t read[32];

    cm_base64_write(written, (const uint8_t *) bytes, n);
    return size == strlen(text) && memcmp(written, text, size) == 0 &&
           cm_base64_read(read, &back, written, size) && back == n && memcmp(read, bytes, n) == 0;
}

static bool
refuses(const char *text)
{
    uint8_t read[32];
    size_t bytes;

    return !cm_base64_read(read, &bytes, text, strlen(text));
}

static bool
reads_back(size_t n)
{
    uint8_t *bytes = malloc(n + 1), *read = malloc(cm_base64_size(n) / 4 * 3 + 1);
    char *text = malloc(cm_base64_size(n) + 1);
    size_t back;
    bool good;

    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t) rand();
    cm_base64_write(text, bytes, n);
    good = cm_base64_read(read, &back, text, cm_base64_size(n)) && back == n && memcmp(bytes, read, n) == 0;
    free(bytes);
    free(read);
    free(text);
    return good;
}

int
main(void)
{
    bool good = true;

    ok(writes("", "") && writes("f", "Zg==") && writes("fo", "Zm8=") && writes("foo", "Zm9v") &&
           writes("foob", "Zm9vYg==") && writes("fooba", "Zm9vYmE=") && writes("foobar", "Zm9vYmFy"),
       "the examples of RFC 4648");
    for (size_t n = 0; n < 500; n++)
        good &= reads_back(n);
    ok(good, "any bytes read back");
    ok(refuses("Zg=") && refuses("Zg") && refuses("Zm9v "), "a text has four signs, or eight, and so on");
    ok(refuses("Zh==") && refuses("Zm9="), "bits that no byte has are zero");
    ok(refuses("Zm-v") && refuses("Z===") && refuses("Zg==Zm9v") && refuses("=m9v"), "no other sign is one");
    return tap_done();
}
