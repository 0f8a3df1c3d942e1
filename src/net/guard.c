#include "net/guard.h"

static bool control_byte(struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.s[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F) return true;
    }
    return false;
}

static int count_of(const struct http_request *rq, const char *name) {
    int n = 0;
    for (int i = 0; i < rq->header_count; i++)
        n += str_eq_fold(rq->headers[i].name, str_from(name));
    return n;
}

/* A target in origin form, of bytes that a URL may hold. */
static bool target_ok(struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.s[i] <= 0x20 || (unsigned char)s.s[i] >= 0x7F) return false;
    return s.n == 0 || s.s[0] != '#';
}

static bool length_text_ok(struct str s) {
    int64_t v;
    return s.n > 0 && s.s[0] != '-' && str_to_int(s, &v);
}

static struct guard_refusal framing(const struct http_request *rq) {
    int lengths = count_of(rq, "content-length"), codings = count_of(rq, "transfer-encoding");
    if (lengths > 1) return (struct guard_refusal){400, "Content-Length is given twice"};
    if (codings > 1) return (struct guard_refusal){400, "Transfer-Encoding is given twice"};
    if (lengths && codings)
        return (struct guard_refusal){400, "Content-Length beside Transfer-Encoding"};
    if (lengths && !length_text_ok(http_header(rq, "content-length")))
        return (struct guard_refusal){400, "Content-Length is no number"};
    if (codings && !str_eq_fold(http_header(rq, "transfer-encoding"), STR("chunked")))
        return (struct guard_refusal){501, "the only Transfer-Encoding known is chunked"};
    return (struct guard_refusal){0};
}

struct guard_refusal guard_check(const struct http_request *rq, int headers_seen) {
    if (rq->path.n + rq->query.n >= HTTP_TARGET_MAX)
        return (struct guard_refusal){414, "the address is longer than 2,047 bytes"};
    if (rq->path.n == 0 || rq->path.s[0] != '/' || !target_ok(rq->path) || !target_ok(rq->query))
        return (struct guard_refusal){400, "the address must be a path"};
    if (headers_seen > HTTP_HEADERS_MAX)
        return (struct guard_refusal){431, "more than 64 headers"};
    for (int i = 0; i < rq->header_count; i++)
        if (control_byte(rq->headers[i].name) || control_byte(rq->headers[i].value))
            return (struct guard_refusal){400, "a header holds a control byte"};
    int hosts = count_of(rq, "host");
    if (hosts != 1 || http_header(rq, "host").n == 0)
        return (struct guard_refusal){400, "Host must be given once"};
    return framing(rq);
}

struct guard_refusal guard_length(const struct http_request *rq, ptrdiff_t body_max) {
    int64_t length;
    if (str_to_int(http_header(rq, "content-length"), &length) && length > body_max)
        return (struct guard_refusal){413, "the body is larger than this page takes"};
    return (struct guard_refusal){0};
}
