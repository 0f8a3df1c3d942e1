#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct str str_from(const char *z) {
    return z ? (struct str){z, (ptrdiff_t)strlen(z)} : STR_ABSENT;
}

bool str_eq(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, (size_t)a.n) == 0);
}

bool str_is(struct str a, const char *b) { return str_eq(a, str_from(b)); }

int str_index(struct str a, const char *const *names, int n) {
    for (int i = 0; i < n; i++)
        if (names[i] && str_is(a, names[i])) return i;
    return -1;
}

int str_cmp(struct str a, struct str b) {
    ptrdiff_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.s, b.s, (size_t)n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str a, struct str prefix) {
    return a.n >= prefix.n && str_eq(str_slice(a, 0, prefix.n), prefix);
}

bool str_ends(struct str a, struct str suffix) {
    return a.n >= suffix.n && str_eq(str_slice(a, a.n - suffix.n, a.n), suffix);
}

ptrdiff_t str_find(struct str a, struct str needle) {
    if (needle.n == 0) return 0;
    if (a.n < needle.n) return -1;
    const char *p = memmem(a.s, (size_t)a.n, needle.s, (size_t)needle.n);
    return p ? p - a.s : -1;
}

static int fold(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c; }

bool str_eq_fold(struct str a, struct str b) {
    if (a.n != b.n) return false;
    for (ptrdiff_t i = 0; i < a.n; i++)
        if (fold(a.s[i]) != fold(b.s[i])) return false;
    return true;
}

bool str_has_fold(struct str a, struct str needle) {
    for (ptrdiff_t i = 0; i + needle.n <= a.n; i++)
        if (str_eq_fold(str_slice(a, i, i + needle.n), needle)) return true;
    return false;
}

static bool space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

struct str str_trim(struct str a) {
    while (a.n && space(a.s[0])) a.s++, a.n--;
    while (a.n && space(a.s[a.n - 1])) a.n--;
    return a;
}

struct str str_slice(struct str a, ptrdiff_t from, ptrdiff_t to) {
    if (to > a.n) to = a.n;
    if (from > to) from = to;
    return a.s ? (struct str){a.s + from, to - from} : a;
}

struct str str_brief(struct str a, ptrdiff_t n) {
    if (a.n <= n) return a;
    while (n > 0 && ((unsigned char)a.s[n] & 0xC0) == 0x80) n--;
    return str_slice(a, 0, n);
}

struct str str_cut(struct str a, char separator, struct str *rest) {
    const char *p = a.n ? memchr(a.s, separator, (size_t)a.n) : NULL;
    if (!p) {
        *rest = STR_ABSENT;
        return a;
    }
    *rest = (struct str){p + 1, a.s + a.n - p - 1};
    return (struct str){a.s, p - a.s};
}

const char *str_z(struct arena *a, struct str x) {
    char *p = NEWS(a, char, x.n + 1);
    if (x.n) memcpy(p, x.s, (size_t)x.n);
    return p;
}

struct str str_copy(struct arena *a, struct str x) {
    return x.s ? (struct str){str_z(a, x), x.n} : x;
}

struct str str_lower(struct arena *a, struct str x) {
    char *p = NEWS(a, char, x.n + 1);
    for (ptrdiff_t i = 0; i < x.n; i++) p[i] = (char)fold(x.s[i]);
    return (struct str){p, x.n};
}

struct str str_vformat(struct arena *a, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *p = NEWS(a, char, n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return (struct str){p, n};
}

struct str str_format(struct arena *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str text = str_vformat(a, format, args);
    va_end(args);
    return text;
}

bool str_to_int(struct str a, int64_t *out) {
    bool minus = a.n > 0 && a.s[0] == '-';
    ptrdiff_t i = minus;
    int64_t v = 0;
    if (a.n - i < 1 || a.n - i > 19) return false;
    for (; i < a.n; i++) {
        int digit = a.s[i] - '0';
        if (digit < 0 || digit > 9) return false;
        if (__builtin_mul_overflow(v, 10, &v)) return false;
        if (__builtin_sub_overflow(v, digit, &v)) return false; /* negative: reaches INT64_MIN */
    }
    if (!minus && v == INT64_MIN) return false;
    *out = minus ? v : -v;
    return true;
}

bool str_to_real(struct str a, double *out) {
    char text[24];
    ptrdiff_t digits = 0, points = 0;
    if (a.n < 1 || a.n > 20) return false;
    for (ptrdiff_t i = 0; i < a.n; i++) {
        char c = a.s[i];
        text[i] = c;
        if (c == '-' && i == 0) continue;
        if (c == '.' && digits && !points) points++;
        else if (c >= '0' && c <= '9') digits++;
        else return false;
    }
    if (!digits || digits > 18 || a.s[a.n - 1] == '.') return false;
    text[a.n] = 0;
    *out = strtod(text, NULL);
    return true;
}

/* Length of the well-formed sequence at p, 0 if there is none (RFC 3629). */
static ptrdiff_t sequence(const unsigned char *p, ptrdiff_t room) {
    if (p[0] == 0) return 0;
    if (p[0] < 0x80) return 1;
    ptrdiff_t n = p[0] >= 0xC2 && p[0] < 0xE0 ? 2 : (p[0] & 0xF0) == 0xE0 ? 3
                : p[0] >= 0xF0 && p[0] < 0xF5 ? 4 : 0;
    if (n == 0 || n > room) return 0;
    for (ptrdiff_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;  /* overlong */
    if (p[0] == 0xED && p[1] > 0x9F) return 0;  /* surrogate */
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;  /* overlong */
    if (p[0] == 0xF4 && p[1] > 0x8F) return 0;  /* past U+10FFFF */
    return n;
}

ptrdiff_t str_utf8_bad(struct str a) {
    for (ptrdiff_t i = 0; i < a.n;) {
        ptrdiff_t n = sequence((const unsigned char *)a.s + i, a.n - i);
        if (n == 0) return i;
        i += n;
    }
    return -1;
}

bool str_utf8_ok(struct str a) { return str_utf8_bad(a) < 0; }

ptrdiff_t str_utf8_length(struct str a) {
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < a.n; i++) n += ((unsigned char)a.s[i] & 0xC0) != 0x80;
    return n;
}
