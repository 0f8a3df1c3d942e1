#include "web/view.h"

#include "base/clock.h"

static void dash(struct buf *b) { buf_z(b, "–"); }

void view_text_str(struct buf *b, struct str x) { buf_html(b, x); }
void view_text_int(struct buf *b, int64_t x) { buf_int(b, x); }
void view_text_real(struct buf *b, double x) { buf_real_exact(b, x); }
void view_text_svg(struct buf *b, struct svg x) { buf_put(b, x.markup); }

void view_text_maybe_int(struct buf *b, struct maybe_int x) {
    if (x.is)
        buf_int(b, x.v);
    else
        dash(b);
}

void view_text_maybe_real(struct buf *b, struct maybe_real x) {
    if (x.is)
        buf_real_exact(b, x.v);
    else
        dash(b);
}

void view_attr_maybe_int(struct buf *b, struct maybe_int x) {
    if (x.is) buf_int(b, x.v);
}

void view_attr_maybe_real(struct buf *b, struct maybe_real x) {
    if (x.is) buf_real_exact(b, x.v);
}

/* A browser drops tabs and line ends inside a URL and reads '\' as '/': none may hide in it. */
static bool url_is_plain(struct str x) {
    for (ptrdiff_t i = 0; i < x.n; i++)
        if ((unsigned char)x.s[i] <= ' ' || x.s[i] == '\\' || x.s[i] == 0x7f) return false;
    return true;
}

static bool url_is_ours(struct str x) {
    if (x.n > 0 && (x.s[0] == '#' || x.s[0] == '?')) return true;
    return x.n > 0 && x.s[0] == '/' && (x.n == 1 || x.s[1] != '/');
}

void view_url(struct buf *b, struct str x) {
    bool known = url_is_ours(x) || str_starts(x, STR("https://")) ||
                 str_starts(x, STR("http://")) || str_starts(x, STR("mailto:")) ||
                 str_starts(x, STR("tel:")) || str_starts(x, STR("sms:"));
    if (known && url_is_plain(x))
        buf_html(b, x);
    else
        buf_char(b, '#');
}

void view_part_str(struct buf *b, struct str x) { buf_url_part(b, x); }

bool view_true_str(struct str x) { return x.n > 0; }
bool view_true_int(int64_t x) { return x != 0; }
bool view_true_real(double x) { return x != 0; }
bool view_true_bool(bool x) { return x; }
bool view_true_maybe_int(struct maybe_int x) { return x.is; }
bool view_true_maybe_real(struct maybe_real x) { return x.is; }
bool view_true_svg(struct svg x) { return x.markup.n > 0; }

struct maybe_int view_int_of(int64_t x) {
    return (struct maybe_int){true, x};
}
struct maybe_int view_int_same(struct maybe_int x) {
    return x;
}
struct maybe_real view_real_of(double x) {
    return (struct maybe_real){true, x};
}
struct maybe_real view_real_same(struct maybe_real x) {
    return x;
}
struct maybe_real view_real_of_int(int64_t x) {
    return (struct maybe_real){true, (double)x};
}

void view_format_time(struct buf *b, struct maybe_int at_ms) {
    if (at_ms.is)
        clock_put_time(b, at_ms.v);
    else
        dash(b);
}

void view_format_datetime(struct buf *b, struct maybe_int at_ms) {
    if (at_ms.is)
        clock_put_datetime(b, at_ms.v);
    else
        dash(b);
}

void view_format_day(struct buf *b, struct maybe_int at_ms) {
    if (at_ms.is)
        date_put_words(b, clock_civil(at_ms.v).days);
    else
        dash(b);
}

void view_format_iso(struct buf *b, struct maybe_int at_ms) {
    if (at_ms.is) clock_put_rfc3339(b, at_ms.v);
}

/* What is no date is shown as it is, escaped: a reader sees more in it than in a dash. */
void view_format_date(struct buf *b, struct str iso) {
    int32_t days;
    if (iso.n == 0)
        dash(b);
    else if (date_parse(iso, &days))
        date_put_words(b, days);
    else
        buf_html(b, iso);
}

void view_format_decimals(struct buf *b, struct maybe_real x, int decimals) {
    if (x.is)
        buf_real(b, x.v, decimals);
    else
        dash(b);
}

void view_format_pct(struct buf *b, struct maybe_real share) {
    if (share.is) {
        buf_real(b, share.v * 100, 0);
        buf_char(b, '%');
    } else {
        dash(b);
    }
}
