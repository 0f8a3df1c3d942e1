/*
 * check_c: C by its letters. Comments and literals are blanked, and what is left is told apart
 * by its brackets: that is enough for the house's own style. Here too: how long, wide and deep.
 */
#include "check.h"

#include <ctype.h>
#include <string.h>

enum { /* from ARCHITECTURE.md */
    FILE_LINES_MAX = 1000, TOOL_LINES_MAX = 499, FUNCTION_LINES_MAX = 70, PARAMETERS_MAX = 7,
    NESTING_MAX = 4, COLUMNS_MAX = 100
};

bool word_char(char c) { return isalnum((unsigned char)c) || c == '_'; }

ptrdiff_t blank_end(struct str t, ptrdiff_t i, bool line_start) {
    char c = t.s[i], next = i + 1 < t.n ? t.s[i + 1] : 0;
    ptrdiff_t j = i + 1;
    if (c == '/' && next == '/') {
        while (j < t.n && t.s[j] != '\n') j++;
        return j;
    }
    if (c == '/' && next == '*') {
        for (j = i + 2; j + 1 < t.n && !(t.s[j] == '*' && t.s[j + 1] == '/'); j++) {}
        return j + 2 < t.n ? j + 2 : t.n;
    }
    if (c == '"' || c == '\'') {
        for (; j < t.n && t.s[j] != c && t.s[j] != '\n'; j++)
            if (t.s[j] == '\\') j++;
        return j < t.n ? j + 1 : t.n;
    }
    if (c != '#' || !line_start) return i;
    while (j < t.n && (t.s[j] != '\n' || t.s[j - 1] == '\\')) j++;
    return j;
}

struct str blanked(struct arena *a, struct str t) {
    char *p = (char *)str_copy(a, t).s;
    bool line_start = true;
    for (ptrdiff_t i = 0; i < t.n;) {
        ptrdiff_t end = blank_end(t, i, line_start);
        for (ptrdiff_t j = i; j < end; j++)
            if (p[j] != '\n') p[j] = ' ';
        if (end == i) {
            line_start = t.s[i] == '\n' || (line_start && isspace((unsigned char)t.s[i]));
            end = i + 1;
        }
        i = end;
    }
    return (struct str){p, t.n};
}

ptrdiff_t word_at(struct str code, const char *word, ptrdiff_t from) {
    ptrdiff_t n = (ptrdiff_t)strlen(word), step;
    for (; (step = str_find(str_slice(code, from, code.n), str_from(word))) >= 0; from++) {
        from += step;
        bool starts = from == 0 || !word_char(code.s[from - 1]);
        if (starts && (from + n >= code.n || !word_char(code.s[from + n]))) return from;
    }
    return -1;
}

/* Sizes ------------------------------------------------------------------------------------ */

long lines_of(struct str text) {
    long n = 0;
    for (ptrdiff_t i = 0; i < text.n; i++) n += text.s[i] == '\n';
    return n;
}

bool is_own_c(const struct source *s) {
    bool place = under(s, "src/") || under(s, "tools/");
    return place && s->code.s && !str_ends(s->path, STR(".def"));
}

/* A literal or a directive is blank in `code`, and code all the same. */
long code_lines(const struct source *s) {
    long n = 0;
    for (struct str text = s->text, code = s->code; text.n;) {
        struct str line = str_trim(str_cut(text, '\n', &text));
        struct str kept = str_trim(str_cut(code, '\n', &code));
        n += kept.n > 0 || (line.n > 0 && (line.s[0] == '"' || line.s[0] == '#'));
    }
    return n;
}

void file_size_rule(const struct source *s) {
    long n = lines_of(s->text), max = under(s, "tools/") ? TOOL_LINES_MAX : FILE_LINES_MAX;
    if (s->code.s && n > max) finding(s, 0, "%ld lines; %ld at most: it has two subjects", n, max);
}

void width_rule(const struct source *s) {
    if (!is_own_c(s)) return;
    for (struct str rest = s->text, line; rest.n;) {
        line = str_cut(rest, '\n', &rest);
        ptrdiff_t n = str_utf8_length(line);
        if (n > COLUMNS_MAX) finding(s, line.s - s->text.s, "%td columns", n);
    }
}

static ptrdiff_t back_to_text(struct str code, ptrdiff_t i) {
    return i >= 0 && isspace((unsigned char)code.s[i]) ? back_to_text(code, i - 1) : i;
}

/* The `(` of the `)` at i; -1: none. */
static ptrdiff_t open_of(struct str code, ptrdiff_t i) {
    for (int depth = 0; i >= 0; i--) {
        if (code.s[i] == ')') depth++;
        if (code.s[i] == '(' && --depth == 0) return i;
    }
    return -1;
}

static struct str word_before(struct str code, ptrdiff_t i) {
    ptrdiff_t end = back_to_text(code, i) + 1, beg = end;
    while (beg > 0 && word_char(code.s[beg - 1])) beg--;
    return str_slice(code, beg, end);
}

static int parameters(struct str code, ptrdiff_t open, ptrdiff_t close) {
    /* A callback of libmicrohttpd has the shape that it asks for. */
    int depth = 0, n = str_find(str_slice(code, open, close), STR("struct MHD_")) < 0 ? 1 : -8;
    for (ptrdiff_t i = open + 1; i < close; i++) {
        depth += (code.s[i] == '(') - (code.s[i] == ')');
        n += code.s[i] == ',' && depth == 0;
    }
    return n;
}

/* Does the `{` at i open a block (of if, for, else, do), not an initialiser? */
static bool opens_block(struct str code, ptrdiff_t i) {
    static const char *const heads[] = {"if", "for", "while", "switch"};
    static const char *const alone[] = {"else", "do"};
    ptrdiff_t before = back_to_text(code, i - 1);
    if (before < 0) return true;
    if (code.s[before] == ')') return IN(heads, word_before(code, open_of(code, before) - 1));
    if (word_char(code.s[before])) return IN(alone, word_before(code, before));
    return strchr(";{}:", code.s[before]) != NULL;
}

/* From the `{` of a function to one past its `}`. */
static ptrdiff_t function_rule_at(const struct source *s, ptrdiff_t at) {
    struct str code = s->code;
    bool block[256] = {false}; /* is the bracket at this depth a block? */
    int depth = 0, nesting = 0, deepest = 0;
    long lines = 1;
    ptrdiff_t i = at, deepest_at = at;
    for (; i < code.n; i++) {
        lines += code.s[i] == '\n';
        if (code.s[i] == '{' && depth < 255) {
            block[depth] = depth > 0 && opens_block(code, i);
            nesting += block[depth++];
            if (nesting > deepest) deepest = nesting, deepest_at = i;
        } else if (code.s[i] == '}' && depth > 0) {
            nesting -= block[--depth];
            if (depth == 0) break;
        }
    }
    struct str name = word_before(code, open_of(code, back_to_text(code, at - 1)) - 1);
    if (lines > FUNCTION_LINES_MAX)
        finding(s, at, "%.*s has %ld lines; %d at most", STR_ARG(name), lines, FUNCTION_LINES_MAX);
    if (deepest > NESTING_MAX)
        finding(s, deepest_at, "%.*s nests %d blocks", STR_ARG(name), deepest);
    return i;
}

void functions_rule(const struct source *s) {
    int depth = 0;
    if (!is_own_c(s)) return;
    for (ptrdiff_t i = 0; i < s->code.n; i++) {
        ptrdiff_t before = back_to_text(s->code, i - 1);
        depth += (s->code.s[i] == '{') - (s->code.s[i] == '}');
        if (depth != 1 || s->code.s[i] != '{' || before < 0 || s->code.s[before] != ')') continue;
        ptrdiff_t open = open_of(s->code, before);
        int n = open < 0 ? 0 : parameters(s->code, open, before);
        if (n > PARAMETERS_MAX) finding(s, open, "%d parameters; %d at most", n, PARAMETERS_MAX);
        i = function_rule_at(s, i);
        depth = 0;
    }
}
