/*
 * A recursive descent over the text, one function a kind, as the grammar of RFC 8259 has it.
 * The first thing that is wrong ends the parse: what follows it could only mislead. The
 * place of every value is kept as its offset; lines are counted only when a fault is told.
 */
#include "codec/json.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct parser {
    struct arena *arena;
    struct json_doc *doc;
    struct faults *faults;
    const char *p, *end;
    struct json *holder; /* what is being filled: the path of a fault */
    int depth;
    int32_t values;
};

static MUST enum err value(struct parser *s, struct json *v);

/* The line and column (in code points) of a byte, both from 1. */
static void place_of(struct str source, ptrdiff_t at, int *line, int *column) {
    ptrdiff_t from = 0;
    *line = 1;
    for (ptrdiff_t i = 0; i < at && i < source.n; i++) {
        if (source.s[i] != '\n') continue;
        ++*line;
        from = i + 1;
    }
    *column = (int)str_utf8_length(str_slice(source, from, at)) + 1;
}

__attribute__((format(printf, 5, 6))) static enum err wrong(struct parser *s, const char *at,
                                                            enum err e, const char *code,
                                                            const char *format, ...) {
    int line, column;
    va_list args;
    va_start(args, format);
    struct str why = str_vformat(s->faults->arena, format, args);
    va_end(args);
    place_of(s->doc->source, at - s->doc->source.s, &line, &column);
    fault_add(s->faults, json_path(s->faults->arena, s->holder), code, "%.*s, line %d column %d",
              STR_ARG(why), line, column);
    return e;
}

static void skip_space(struct parser *s) {
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
        s->p++;
}

static enum err unexpected(struct parser *s, const char *instead) {
    if (s->p >= s->end)
        return wrong(s, s->end, E_SYNTAX, "structure", "the text ends where %s should be", instead);
    unsigned char c = (unsigned char)*s->p;
    if (c > 0x20 && c < 0x7F)
        return wrong(s, s->p, E_SYNTAX, "structure", "'%c' stands where %s should be", c, instead);
    return wrong(s, s->p, E_SYNTAX, "structure", "byte 0x%02x stands where %s should be", c,
                 instead);
}

/* Texts --------------------------------------------------------------------------------- */

static bool hex4(const char *p, const char *end, unsigned *out) {
    unsigned v = 0;
    if (end - p < 4) return false;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                                : 16;
        if (digit == 16) return false;
        v = v * 16 + digit;
    }
    *out = v;
    return true;
}

static ptrdiff_t put_utf8(char *out, unsigned c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* s->p stands after `\u`; a pair of surrogates is one code point. */
static MUST enum err unicode(struct parser *s, char *out, ptrdiff_t *n) {
    const char *at = s->p - 2;
    unsigned c, low;
    if (!hex4(s->p, s->end, &c))
        return wrong(s, at, E_SYNTAX, "structure", "\\u needs four hexadecimal digits");
    s->p += 4;
    if (c == 0) return wrong(s, at, E_SYNTAX, "encoding", "a text may not hold \\u0000");
    if (c >= 0xD800 && c < 0xE000) {
        bool pair = c < 0xDC00 && s->end - s->p >= 6 && s->p[0] == '\\' && s->p[1] == 'u' &&
                    hex4(s->p + 2, s->end, &low) && low >= 0xDC00 && low < 0xE000;
        if (!pair) return wrong(s, at, E_SYNTAX, "encoding", "a surrogate stands alone");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        s->p += 6;
    }
    *n += put_utf8(out + *n, c);
    return E_OK;
}

static MUST enum err escaped(struct parser *s, char *out, ptrdiff_t *n) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = s->p++;
    char c = s->p < s->end ? *s->p++ : 0;
    if (c == 'u') return unicode(s, out, n);
    const char *found = c ? strchr(from, c) : NULL;
    if (!found) return wrong(s, at, E_SYNTAX, "structure", "there is no such escape");
    out[(*n)++] = to[found - from];
    return E_OK;
}

/* s->p stands on the opening quote. Without an escape the text is the source's own bytes. */
static MUST enum err quoted(struct parser *s, struct str *out) {
    const char *open = s->p++, *from = s->p;
    char *decoded = NULL;
    ptrdiff_t n = 0;
    while (s->p < s->end && *s->p != '"') {
        if ((unsigned char)*s->p < 0x20)
            return wrong(s, s->p, E_SYNTAX, "structure", "a control byte 0x%02x stands in a text",
                         (unsigned char)*s->p);
        if (*s->p == '\\') {
            if (!decoded) {
                const char *close = s->p;
                while (close < s->end && *close != '"') close += *close == '\\' ? 2 : 1;
                if (close >= s->end) break;
                decoded = NEWS(s->arena, char, close - from);
                n = s->p - from;
                memcpy(decoded, from, (size_t)n);
            }
            TRY(escaped(s, decoded, &n));
        } else {
            if (decoded) decoded[n++] = *s->p;
            s->p++;
        }
    }
    if (s->p >= s->end || *s->p != '"')
        return wrong(s, open, E_SYNTAX, "structure", "this text is never closed");
    *out = decoded ? (struct str){decoded, n} : (struct str){from, s->p - from};
    s->p++;
    return E_OK;
}

/* Numbers and words ----------------------------------------------------------------------- */

static bool digits(struct parser *s) {
    const char *from = s->p;
    while (s->p < s->end && *s->p >= '0' && *s->p <= '9') s->p++;
    return s->p > from;
}

static bool accept(struct parser *s, char c) {
    if (s->p >= s->end || *s->p != c) return false;
    s->p++;
    return true;
}

static MUST enum err number(struct parser *s, struct json *v) {
    const char *from = s->p;
    accept(s, '-');
    if (!accept(s, '0') && !digits(s)) return unexpected(s, "a digit");
    if (accept(s, '.') && !digits(s)) return unexpected(s, "a digit");
    if (accept(s, 'e') || accept(s, 'E')) {
        if (!accept(s, '+')) accept(s, '-');
        if (!digits(s)) return unexpected(s, "a digit");
    }
    if (s->p - from > JSON_NUMBER_MAX)
        return wrong(s, from, E_TOO_LARGE, "length", "a number of more than %d characters",
                     JSON_NUMBER_MAX);
    v->kind = JSON_NUMBER;
    v->text = (struct str){from, s->p - from};
    return E_OK;
}

static MUST enum err word(struct parser *s, struct json *v, struct str name, enum json_kind kind) {
    if (!str_starts((struct str){s->p, s->end - s->p}, name)) return unexpected(s, "a value");
    s->p += name.n;
    v->kind = kind;
    return E_OK;
}

/* Lists and objects ----------------------------------------------------------------------- */

static MUST enum err append(struct parser *s, struct json *holder, struct json **last,
                            struct str name) {
    if (++s->values > JSON_VALUES_MAX)
        return wrong(s, s->p, E_TOO_LARGE, "length", "more than %d values", JSON_VALUES_MAX);
    struct json *v = NEW(s->arena, struct json);
    v->up = holder;
    v->name = name;
    v->index = holder->n++;
    if (*last) (*last)->next = v;
    else holder->first = v;
    *last = v;
    return value(s, v);
}

static MUST enum err list(struct parser *s, struct json *v) {
    struct json *last = NULL;
    v->kind = JSON_LIST;
    s->p++;
    skip_space(s);
    if (accept(s, ']')) return E_OK;
    for (;;) {
        TRY(append(s, v, &last, STR_ABSENT));
        skip_space(s);
        if (accept(s, ']')) return E_OK;
        if (!accept(s, ',')) return unexpected(s, "',' or ']'");
    }
}

static MUST enum err member(struct parser *s, struct json *v, struct json **last) {
    struct str name;
    skip_space(s);
    if (s->p >= s->end || *s->p != '"') return unexpected(s, "a name in quotes");
    const char *at = s->p;
    TRY(quoted(s, &name));
    for (const struct json *m = v->first; m; m = m->next)
        if (str_eq(m->name, name))
            return wrong(s, at, E_SYNTAX, "duplicate", "the name \"%s\" stands twice",
                         str_z(s->faults->arena, str_brief(name, 60)));
    if (v->n == JSON_MEMBERS_MAX)
        return wrong(s, at, E_TOO_LARGE, "length", "an object of more than %d members",
                     JSON_MEMBERS_MAX);
    skip_space(s);
    if (!accept(s, ':')) return unexpected(s, "':'");
    return append(s, v, last, name);
}

static MUST enum err object(struct parser *s, struct json *v) {
    struct json *last = NULL;
    v->kind = JSON_OBJECT;
    s->p++;
    skip_space(s);
    if (accept(s, '}')) return E_OK;
    for (;;) {
        TRY(member(s, v, &last));
        skip_space(s);
        if (accept(s, '}')) return E_OK;
        if (!accept(s, ',')) return unexpected(s, "',' or '}'");
    }
}

static MUST enum err nested(struct parser *s, struct json *v) {
    if (s->depth == JSON_DEPTH_MAX)
        return wrong(s, s->p, E_TOO_LARGE, "depth", "nested deeper than %d", JSON_DEPTH_MAX);
    struct json *outer = s->holder;
    s->holder = v;
    s->depth++;
    enum err e = *s->p == '{' ? object(s, v) : list(s, v);
    s->depth--;
    s->holder = outer;
    return e;
}

static MUST enum err value(struct parser *s, struct json *v) {
    skip_space(s);
    v->at = (int32_t)(s->p - s->doc->source.s);
    switch (s->p < s->end ? *s->p : 0) {
    case '{':
    case '[': return nested(s, v);
    case '"': v->kind = JSON_TEXT; return quoted(s, &v->text);
    case 't': return word(s, v, STR("true"), JSON_TRUE);
    case 'f': return word(s, v, STR("false"), JSON_FALSE);
    case 'n': return word(s, v, STR("null"), JSON_NULL);
    case '-':
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9': return number(s, v);
    default: return unexpected(s, "a value");
    }
}

enum err json_parse(struct arena *a, struct str source, struct json_doc *out,
                    struct faults *faults) {
    struct parser s = {.arena = a, .doc = out, .faults = faults};
    struct json *root = NEW(a, struct json);
    out->source = source;
    out->root = root;
    s.p = source.s ? source.s : "";
    s.end = s.p + source.n;
    if (source.n > JSON_BYTES_MAX)
        return wrong(&s, s.p, E_TOO_LARGE, "length", "more than %d MiB", JSON_BYTES_MAX >> 20);
    ptrdiff_t bad = str_utf8_bad(source);
    if (bad >= 0)
        return wrong(&s, s.p + bad, E_SYNTAX, "encoding", "byte 0x%02x is not UTF-8 text",
                     (unsigned char)source.s[bad]);
    if (str_starts(source, STR("\xEF\xBB\xBF"))) s.p += 3;
    TRY(value(&s, root));
    skip_space(&s);
    return s.p == s.end ? E_OK : unexpected(&s, "the end");
}

/* Reading the tree -------------------------------------------------------------------------- */

const struct json *json_get(const struct json *object, const char *name) {
    if (!object || object->kind != JSON_OBJECT) return NULL;
    struct str wanted = str_from(name);
    for (const struct json *m = object->first; m; m = m->next)
        if (str_eq(m->name, wanted)) return m;
    return NULL;
}

const struct json *json_at(const struct json *list_, ptrdiff_t i) {
    if (!list_ || list_->kind != JSON_LIST || i < 0) return NULL;
    const struct json *v = list_->first;
    while (v && i-- > 0) v = v->next;
    return v;
}

struct str json_text(const struct json *v) {
    return v && v->kind == JSON_TEXT ? v->text : STR_ABSENT;
}

bool json_int(const struct json *v, int64_t *out) {
    return v && v->kind == JSON_NUMBER && str_to_int(v->text, out);
}

bool json_real(const struct json *v, double *out) {
    char text[JSON_NUMBER_MAX + 1];
    if (!v || v->kind != JSON_NUMBER) return false;
    memcpy(text, v->text.s, (size_t)v->text.n);
    text[v->text.n] = 0;
    *out = strtod(text, NULL);
    return isfinite(*out);
}

bool json_truth(const struct json *v, bool *out) {
    if (!v || (v->kind != JSON_TRUE && v->kind != JSON_FALSE)) return false;
    *out = v->kind == JSON_TRUE;
    return true;
}

const char *json_kind_words(enum json_kind kind) {
    static const char *const words[] = {"null",   "true or false", "true or false", "a number",
                                        "a text", "a list",        "an object"};
    return words[kind];
}

/* Faults ------------------------------------------------------------------------------------ */

static void put_path(struct buf *b, const struct json *v) {
    if (!v->up) return;
    put_path(b, v->up);
    if (v->up->kind == JSON_LIST) {
        buf_char(b, '[');
        buf_int(b, v->index);
        buf_char(b, ']');
        return;
    }
    if (b->n) buf_char(b, '.');
    buf_put(b, str_brief(v->name, 80));
}

struct str json_path(struct arena *a, const struct json *v) {
    struct buf b = buf_new(a, 64);
    if (v) put_path(&b, v);
    return buf_str(&b);
}

void json_fault(struct faults *faults, const struct json_doc *doc, const struct json *v,
                const char *code, const char *format, ...) {
    int line, column;
    va_list args;
    va_start(args, format);
    struct str why = str_vformat(faults->arena, format, args);
    va_end(args);
    place_of(doc->source, v ? v->at : 0, &line, &column);
    fault_add(faults, json_path(faults->arena, v), code, "%.*s, line %d", STR_ARG(why), line);
}

static bool listed(struct str name, const char *known) {
    struct str rest = str_from(known);
    while (rest.s)
        if (str_eq(str_cut(rest, ' ', &rest), name)) return true;
    return false;
}

void json_only(struct faults *faults, const struct json_doc *doc, const struct json *object_,
               const char *known) {
    if (!object_ || object_->kind != JSON_OBJECT) return;
    for (const struct json *m = object_->first; m; m = m->next)
        if (!listed(m->name, known))
            json_fault(faults, doc, m, "unknown", "no such field; known are: %s", known);
}
