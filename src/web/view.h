/*
 * view: what the generated html_* functions stand on. Pages fill a `struct view_NAME`
 * (web/html.h, made by tools/htmlgen from web/html/NAME.html) and call html_NAME.
 *
 * A value is escaped for where it stands: text and attribute, URL, or a part of a URL.
 * `struct svg` is the one thing that is not escaped; only web/svg*.c makes one.
 * What is absent prints nothing in an attribute; an absent number in text prints "–".
 */
#ifndef CAIRN_WEB_VIEW_H
#define CAIRN_WEB_VIEW_H

#include "base/buf.h"
#include "store/store.h"

struct svg {
    struct str markup;
};
struct text_list {
    struct str *v;
    ptrdiff_t n;
};

/* As they stand in text. */
void view_text_str(struct buf *b, struct str x);
void view_text_int(struct buf *b, int64_t x);
void view_text_real(struct buf *b, double x);
void view_text_maybe_int(struct buf *b, struct maybe_int x);
void view_text_maybe_real(struct buf *b, struct maybe_real x);
void view_text_svg(struct buf *b, struct svg x);
#define view_text(b, x)                                                                          \
    _Generic((x), struct str: view_text_str, int64_t: view_text_int, int: view_text_int,         \
        double: view_text_real, struct maybe_int: view_text_maybe_int,                           \
        struct maybe_real: view_text_maybe_real, struct svg: view_text_svg)(b, x)

/* In a quoted attribute. */
void view_attr_maybe_int(struct buf *b, struct maybe_int x);
void view_attr_maybe_real(struct buf *b, struct maybe_real x);
#define view_attr(b, x)                                                                          \
    _Generic((x), struct str: view_text_str, int64_t: view_text_int, int: view_text_int,         \
        double: view_text_real, struct maybe_int: view_attr_maybe_int,                           \
        struct maybe_real: view_attr_maybe_real)(b, x)

/* A whole URL at the start of href, src or action: a path of ours, a fragment, a query, or
 * http(s), mailto, tel or sms; anything else becomes "#". */
void view_url(struct buf *b, struct str x);
/* A segment or a value inside a URL: percent-encoded. */
void view_part_str(struct buf *b, struct str x);
#define view_part(b, x)                                                                          \
    _Generic((x), struct str: view_part_str, int64_t: view_text_int, int: view_text_int,         \
        struct maybe_int: view_attr_maybe_int)(b, x)

/* Present, not empty, not zero. */
bool view_true_str(struct str x);
bool view_true_int(int64_t x);
bool view_true_real(double x);
bool view_true_bool(bool x);
bool view_true_maybe_int(struct maybe_int x);
bool view_true_maybe_real(struct maybe_real x);
bool view_true_svg(struct svg x);
#define view_true(x)                                                                             \
    _Generic((x), struct str: view_true_str, int64_t: view_true_int, int: view_true_int,         \
        double: view_true_real, bool: view_true_bool, struct maybe_int: view_true_maybe_int,     \
        struct maybe_real: view_true_maybe_real, struct svg: view_true_svg)(x)

/* The named formats. Absent: "–". */
struct maybe_int view_int_of(int64_t x);
struct maybe_int view_int_same(struct maybe_int x);
struct maybe_real view_real_of(double x);
struct maybe_real view_real_same(struct maybe_real x);
struct maybe_real view_real_of_int(int64_t x);
#define view_int_(x)                                                                             \
    _Generic((x), int64_t: view_int_of, int: view_int_of, struct maybe_int: view_int_same)(x)
#define view_real_(x)                                                                            \
    _Generic((x), double: view_real_of, struct maybe_real: view_real_same,                       \
        int64_t: view_real_of_int)(x)
void view_format_time(struct buf *b, struct maybe_int at_ms);     /* 14:05 */
void view_format_datetime(struct buf *b, struct maybe_int at_ms); /* Tue 4 Mar 2027 14:05 */
void view_format_day(struct buf *b, struct maybe_int at_ms);      /* Tue 4 Mar 2027 */
void view_format_iso(struct buf *b, struct maybe_int at_ms);      /* for <time datetime> */
void view_format_date(struct buf *b, struct str iso);             /* Tue 4 Mar 2027 */
void view_format_decimals(struct buf *b, struct maybe_real x, int decimals);
void view_format_pct(struct buf *b, struct maybe_real share);     /* 0.54 -> 54% */

#endif
