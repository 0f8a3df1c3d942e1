#include "base/lines.h"


#include "base/buf.h"

struct lines lines_open(struct arena *a, struct str file, struct str text, struct faults *faults) {
    return (struct lines){.arena = a, .file = file, .rest = text, .faults = faults,
                          .faults_before = faults->n + faults->dropped};
}

static struct str take_line(struct lines *l) {
    l->number++;
    return str_cut(l->rest, '\n', &l->rest);
}

static bool continues(struct str rest) {
    return rest.n > 1 && (rest.s[0] == ' ' || rest.s[0] == '\t');
}

static struct str with_continuations(struct lines *l, struct str line) {
    struct buf whole = {.arena = l->arena};
    buf_put(&whole, str_trim(line));
    while (continues(l->rest)) {
        struct str more = str_trim(take_line(l));
        if (more.n == 0) break;
        buf_char(&whole, ' ');
        buf_put(&whole, more);
    }
    return buf_str(&whole);
}

bool lines_next(struct lines *l) {
    while (l->rest.s && l->rest.n > 0) {
        struct str line = str_trim(take_line(l));
        if (line.n == 0 || line.s[0] == '#') continue;
        struct str value = continues(l->rest) ? with_continuations(l, line) : line;
        l->keyword = word_next(&value);
        l->value = value.s ? value : STR("");
        return true;
    }
    return false;
}

void lines_fault(struct lines *l, const char *code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str text = str_vformat(l->arena, format, args);
    va_end(args);
    struct str place = str_format(l->arena, "%.*s:%d", STR_ARG(l->file), l->number);
    fault_add(l->faults, place, code, "%.*s", STR_ARG(text));
}

static bool blank(char c) { return c == ' ' || c == '\t'; }

struct str word_next(struct str *rest) {
    struct str r = str_trim(*rest);
    ptrdiff_t n = 0;
    if (r.n == 0) {
        *rest = STR_ABSENT;
        return STR_ABSENT;
    }
    while (n < r.n && !blank(r.s[n])) n++;
    *rest = str_trim(str_slice(r, n, r.n));
    return str_slice(r, 0, n);
}

bool word_among(struct str words, struct str wanted) {
    struct str word;
    while ((word = word_next(&words)).s)
        if (str_eq(word, wanted)) return true;
    return false;
}

struct str part_next(struct str *rest) {
    if (!rest->s) return STR_ABSENT;
    return str_trim(str_cut(*rest, '|', rest));
}
