#include "base/id.h"

#include <sys/random.h>

#include "base/err.h"

static void random_bytes(unsigned char *p, int n) {
    CHECK(n <= 256 && getrandom(p, (size_t)n, 0) == n, "the system gives no random bytes");
}

static const char hex[] = "0123456789abcdef";

struct str id_from(struct arena *a, int64_t at_ms, const unsigned char random[10]) {
    unsigned char b[16];
    for (int i = 0; i < 6; i++) b[i] = (unsigned char)(at_ms >> (40 - 8 * i));
    for (int i = 6; i < 16; i++) b[i] = random[i - 6];
    b[6] = (unsigned char)(0x70 | (b[6] & 0x0F));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3F));
    char *p = NEWS(a, char, ID_LENGTH + 1);
    int n = 0;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) p[n++] = '-';
        p[n++] = hex[b[i] >> 4];
        p[n++] = hex[b[i] & 15];
    }
    return (struct str){p, n};
}

/* Of one millisecond, those of one thread count up in their first 26 random bits (RFC 9562,
 * 6.2, method 1): the rows of a transaction, which has one time, keep their order. */
struct str id_new(struct arena *a, int64_t at_ms) {
    static _Thread_local int64_t last_ms;
    static _Thread_local uint32_t count;
    unsigned char random[10];
    random_bytes(random, sizeof random);
    uint32_t drawn = (uint32_t)random[0] << 22 | (uint32_t)random[1] << 14 |
                     (uint32_t)random[2] << 8 | random[3];
    count = at_ms == last_ms ? count + 1 : drawn & 0x1FFFFFF; /* the upper half is for counting */
    last_ms = at_ms;
    random[0] = (unsigned char)(count >> 22 & 0x0F);
    random[1] = (unsigned char)(count >> 14);
    random[2] = (unsigned char)(count >> 8 & 0x3F);
    random[3] = (unsigned char)count;
    return id_from(a, at_ms, random);
}

bool id_ok(struct str text) {
    if (text.n != ID_LENGTH) return false;
    for (int i = 0; i < ID_LENGTH; i++) {
        char c = text.s[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

struct str id_token(struct arena *a, int n) {
    unsigned char b[64];
    CHECK(n <= (int)sizeof b, "a token of more than 64 bytes");
    random_bytes(b, n);
    char *p = NEWS(a, char, 2 * n + 1);
    for (int i = 0; i < n; i++) {
        p[2 * i] = hex[b[i] >> 4];
        p[2 * i + 1] = hex[b[i] & 15];
    }
    return (struct str){p, 2 * n};
}
