#include "base/buf.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buf buf_new(struct arena *a, ptrdiff_t cap) {
    return (struct buf){.p = NEWS(a, char, cap), .cap = cap, .arena = a};
}

struct str buf_str(const struct buf *b) { return (struct str){b->p ? b->p : "", b->n}; }

void buf_reserve(struct buf *b, ptrdiff_t more) {
    if (more <= b->cap - b->n) return;
    ptrdiff_t cap = b->cap ? b->cap * 2 : 256;
    while (cap - b->n < more) cap *= 2;
    b->p = arena_grow(b->arena, b->p, b->cap, cap);
    b->cap = cap;
}

void buf_bytes(struct buf *b, const void *p, ptrdiff_t n) {
    if (n <= 0) return;
    buf_reserve(b, n);
    memcpy(b->p + b->n, p, (size_t)n);
    b->n += n;
}

void buf_put(struct buf *b, struct str s) { buf_bytes(b, s.s, s.n); }
void buf_z(struct buf *b, const char *z) { buf_bytes(b, z, (ptrdiff_t)strlen(z)); }
void buf_char(struct buf *b, char c) { buf_bytes(b, &c, 1); }

static ptrdiff_t digits_of(uint64_t v, char out[20]) {
    char back[20];
    ptrdiff_t n = 0;
    do back[n++] = (char)('0' + v % 10);
    while (v /= 10);
    for (ptrdiff_t i = 0; i < n; i++) out[i] = back[n - 1 - i];
    return n;
}

void buf_int(struct buf *b, int64_t v) {
    char text[20];
    if (v < 0) buf_char(b, '-');
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    buf_bytes(b, text, digits_of(u, text));
}

void buf_int_pad(struct buf *b, int64_t v, int width) {
    char text[20];
    ptrdiff_t n = digits_of((uint64_t)v, text);
    for (ptrdiff_t i = n; i < width; i++) buf_char(b, '0');
    buf_bytes(b, text, n);
}

void buf_real(struct buf *b, double v, int decimals) {
    static const double scale[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    if (!isfinite(v)) {
        buf_z(b, "–");
        return;
    }
    if (fabs(v) >= 9e8) {
        buf_format(b, "%.*f", decimals, v);
        return;
    }
    uint64_t whole = (uint64_t)(fabs(v) * scale[decimals] + 0.5);
    uint64_t unit = (uint64_t)scale[decimals];
    if (v < 0 && whole) buf_char(b, '-');
    buf_int(b, (int64_t)(whole / unit));
    if (decimals == 0) return;
    buf_char(b, '.');
    buf_int_pad(b, (int64_t)(whole % unit), decimals);
}

void buf_real_exact(struct buf *b, double v) {
    char text[32];
    if (v == floor(v) && fabs(v) < 1e15) { /* "%.1g" of 60 would be 6e+01 */
        buf_int(b, (int64_t)v);
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, v);
        if (strtod(text, NULL) == v) break;
    }
    buf_z(b, text);
}

void buf_format(struct buf *b, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    buf_reserve(b, n + 1);
    vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
    va_end(again);
    b->n += n;
}

void buf_html(struct buf *b, struct str s) {
    ptrdiff_t from = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        const char *as = s.s[i] == '&' ? "&amp;" : s.s[i] == '<' ? "&lt;" : s.s[i] == '>' ? "&gt;"
                       : s.s[i] == '"' ? "&quot;" : s.s[i] == '\'' ? "&#39;" : NULL;
        if (!as) continue;
        buf_bytes(b, s.s + from, i - from);
        buf_z(b, as);
        from = i + 1;
    }
    if (s.n) buf_bytes(b, s.s + from, s.n - from);
}

void buf_url_part(struct buf *b, struct str s) {
    static const char hex[] = "0123456789ABCDEF";
    for (ptrdiff_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.s[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c && strchr("-._~", c));
        if (plain) {
            buf_char(b, (char)c);
        } else {
            char text[3] = {'%', hex[c >> 4], hex[c & 15]};
            buf_bytes(b, text, 3);
        }
    }
}

void buf_json(struct buf *b, struct str s) {
    if (!s.s) {
        buf_z(b, "null");
        return;
    }
    buf_char(b, '"');
    ptrdiff_t from = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.s[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        buf_bytes(b, s.s + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\') {
            buf_char(b, '\\');
            buf_char(b, (char)c);
        } else {
            buf_format(b, "\\u%04x", c);
        }
    }
    buf_bytes(b, s.s + from, s.n - from);
    buf_char(b, '"');
}
