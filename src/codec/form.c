#include "codec/form.h"

static int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

enum plus { PLUS_IS_SPACE, PLUS_IS_PLUS };

static bool decode(struct arena *a, struct str text, enum plus plus, struct str *out) {
    char *p = NEWS(a, char, text.n + 1);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < text.n; i++) {
        char c = text.s[i];
        if (c == '+' && plus == PLUS_IS_SPACE) c = ' ';
        if (c == '%') {
            if (i + 2 >= text.n) return false;
            int high = digit_of(text.s[i + 1]), low = digit_of(text.s[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        p[n++] = c;
    }
    *out = (struct str){p, n};
    return str_utf8_ok(*out);
}

/* CR LF and CR become LF, in place: the text is our own copy. */
static struct str line_ends(struct str text) {
    char *p = (char *)(uintptr_t)text.s;
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < text.n; i++) {
        if (p[i] == '\r' && i + 1 < text.n && p[i + 1] == '\n') continue;
        p[n++] = p[i] == '\r' ? '\n' : p[i];
    }
    return (struct str){text.s, n};
}

static ptrdiff_t count_pairs(struct str text) {
    ptrdiff_t n = 1;
    for (ptrdiff_t i = 0; i < text.n; i++) n += text.s[i] == '&';
    return n;
}

enum err form_parse(struct arena *a, struct str text, struct form_pairs *out,
                    struct faults *faults) {
    *out = (struct form_pairs){0};
    ptrdiff_t most = count_pairs(text);
    if (most > FORM_PAIRS_MAX) {
        fault_add(faults, STR(""), "length", "A form has at most %d fields.", FORM_PAIRS_MAX);
        return E_TOO_LARGE;
    }
    out->v = NEWS(a, struct form_pair, most);
    for (struct str rest = text; rest.s;) {
        struct str value, part = str_cut(rest, '&', &rest);
        if (part.n == 0) continue;
        struct form_pair *pair = &out->v[out->n];
        struct str name = str_cut(part, '=', &value);
        if (!value.s) value = STR("");
        if (!decode(a, name, PLUS_IS_SPACE, &pair->name)) {
            fault_add(faults, STR(""), "encoding", "The name of a field is not UTF-8 text.");
            return E_SYNTAX;
        }
        if (!decode(a, value, PLUS_IS_SPACE, &pair->value)) {
            fault_add(faults, pair->name, "encoding", "This is not UTF-8 text.");
            return E_SYNTAX;
        }
        pair->value = line_ends(pair->value);
        out->n++;
    }
    return E_OK;
}

struct str form_get(const struct form_pairs *pairs, struct str name) {
    for (ptrdiff_t i = 0; i < pairs->n; i++)
        if (str_eq(pairs->v[i].name, name)) return pairs->v[i].value;
    return STR_ABSENT;
}

static void put_part(struct buf *b, struct str x) {
    static const char hex[] = "0123456789ABCDEF";
    for (ptrdiff_t i = 0; i < x.n; i++) {
        unsigned char c = (unsigned char)x.s[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '-' || c == '.' || c == '_' || c == '*';
        if (plain) buf_char(b, (char)c);
        else if (c == ' ') buf_char(b, '+');
        else {
            buf_char(b, '%');
            buf_char(b, hex[c >> 4]);
            buf_char(b, hex[c & 15]);
        }
    }
}

void form_put(struct buf *b, struct str name, struct str value) {
    if (b->n) buf_char(b, '&');
    put_part(b, name);
    buf_char(b, '=');
    put_part(b, value);
}

bool form_decode_segment(struct arena *a, struct str text, struct str *out) {
    return decode(a, text, PLUS_IS_PLUS, out);
}
