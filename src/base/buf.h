/*
 * buf: bytes that grow, in an arena. Writes cannot fail: a full arena leaves by its `out`.
 * Numbers are written by our own digits, not printf: that is where a page's time goes.
 */
#ifndef CAIRN_BUF_H
#define CAIRN_BUF_H

#include "base/arena.h"
#include "base/str.h"

struct buf {
    char *p;
    ptrdiff_t n, cap;
    struct arena *arena;
};

struct buf buf_new(struct arena *a, ptrdiff_t cap);
struct str buf_str(const struct buf *b);
void buf_reserve(struct buf *b, ptrdiff_t more);
void buf_bytes(struct buf *b, const void *p, ptrdiff_t n);
void buf_put(struct buf *b, struct str s);
void buf_z(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t v);
void buf_int_pad(struct buf *b, int64_t v, int width); /* zero padded, v >= 0 */
/* Rounded half away from zero to `decimals` (0-9); not finite: "–". */
void buf_real(struct buf *b, double v, int decimals);
/* The shortest text that reads back as v (17 digits at most). */
void buf_real_exact(struct buf *b, double v);
__attribute__((format(printf, 2, 3))) void buf_format(struct buf *b, const char *format, ...);

/* Escaped for where it stands. */
void buf_html(struct buf *b, struct str s);      /* element text and quoted attributes */
void buf_url_part(struct buf *b, struct str s);  /* percent-encoded path segment or value */
void buf_json(struct buf *b, struct str s);      /* a JSON string with its quotes; absent: null */

#endif
