#include "base/grammar.h"

#include <string.h>

#include "base/buf.h"

enum { LINES_MAX = 64 };

/* Matching one text with one form; the first slot that is not right is remembered. */
struct match {
    struct lines *l;
    const struct grammar_slot *slot, *wrong;
    char *row;
    struct str name, saw; /* of the wrong one */
};

static bool is_slot(struct str word) {
    char c = word.s[word.n > 1 && word.s[0] == '['];
    return c >= 'A' && c <= 'Z';
}

static bool whole(const struct grammar_slot *s, struct str text, int64_t *out) {
    if (s->names) return (*out = str_index(text, s->names, s->names_n)) >= 0;
    if (text.n > 1 && text.s[0] == '+') text = str_slice(text, 1, text.n);
    if (!str_to_int(text, out)) return false;
    if (s->least == 0 && s->most == 0) return *out >= 0 && *out <= INT32_MAX;
    return (double)*out >= s->least && (double)*out <= s->most;
}

static bool real(const struct grammar_slot *s, struct str text, double *out) {
    return str_to_real(text, out) &&
           ((s->least == 0 && s->most == 0) || (*out >= s->least && *out <= s->most));
}

static bool fill(struct match *m, const struct grammar_slot *s, struct str text) {
    void *field = m->row + s->at;
    int64_t v = 0;
    if (s->kind == SLOT_OWN) return s->own(m->l, text, field);
    if (s->kind == SLOT_REAL) return real(s, text, field);
    if (s->kind != SLOT_TEXT && !whole(s, text, &v)) return false;
    if (s->kind == SLOT_TEXT && s->at >= 0) *(struct str *)field = text;
    else if (s->kind == SLOT_WHOLE) *(int *)field = (int)v;
    else if (s->kind == SLOT_LONG) *(int64_t *)field = v;
    else if (s->kind == SLOT_TRUTH) *(bool *)field = v != 0;
    return true;
}

static bool take_slot(struct match *m, struct str name, struct str text) {
    const struct grammar_slot *s = m->slot++;
    bool optional = name.s[0] == '[';
    CHECK(s->kind, "a form has a slot for each of its places");
    if (optional && text.n <= 0) text = STR("");
    bool nothing = text.n <= 0 && s->kind != SLOT_TEXT; /* the field stays as it is */
    if (text.n > 0 || optional ? nothing || fill(m, s, text) : false) return true;
    m->wrong = s;
    m->name = name;
    m->saw = text;
    return false;
}

/* A comma behind a place stands behind its value too. */
static bool without_comma(struct str *want, struct str *got) {
    if (want->s[want->n - 1] != ',') return true;
    bool there = str_ends(*got, STR(","));
    want->n--;
    got->n -= there;
    return there;
}

static bool is_word(struct str want, struct str got) {
    if (!str_ends(want, STR("(s)"))) return str_eq(want, got);
    want.n -= 3;
    struct str one = str_slice(got, 0, str_ends(got, STR("s")) ? got.n - 1 : got.n);
    return str_eq(want, got) || str_eq(want, one);
}

/* What stands before the word `end`; the rest, with it, stays in *text. */
static struct str take_before(struct str *text, struct str end) {
    struct str rest = *text, before = *text;
    while (rest.n > 0) {
        struct str at = rest;
        if (str_eq(word_next(&rest), end)) {
            *text = at;
            return str_trim(str_slice(before, 0, at.s - before.s));
        }
    }
    *text = STR_ABSENT;
    return before;
}

/* What belongs to a place, with `form` behind it: one word, many, or all that is left. */
static struct str take_value(struct str place, struct str *form, struct str *text) {
    struct str after = *form, value = *text;
    bool many = str_is(word_next(&after), "...");
    if (many) *form = after;
    after = *form;
    if (form->n > 0 && (many || place.s[0] == '[')) return take_before(text, word_next(&after));
    if (form->n > 0) return word_next(text);
    *text = STR_ABSENT;
    return value;
}

/* `N pulse(s) every N s` */
static bool match_part(struct match *m, struct str form, struct str text) {
    struct str want;
    while ((want = word_next(&form)).s) {
        bool slot = is_slot(want);
        struct str got = slot ? take_value(want, &form, &text) : word_next(&text);
        if (!without_comma(&want, &got)) return false;
        if (slot ? !take_slot(m, want, got) : !is_word(want, got)) return false;
    }
    return text.n <= 0;
}

static bool match_all(struct match *m, struct str form, struct str text) {
    if (str_find(form, STR("|")) < 0) return match_part(m, form, text); /* words may have a `|` */
    while (form.s) {
        struct str part = part_next(&form);
        bool open = !form.s && str_ends(part, STR("..."));
        struct str value = open ? str_trim(text) : part_next(&text);
        if (open) text = STR_ABSENT;
        if (!match_part(m, part, value)) return false;
    }
    return !text.s;
}

bool grammar_fits(struct lines *l, struct str text, const char *form,
                  const struct grammar_slot *slots, void *row) {
    struct match m = {.l = l, .slot = slots, .row = row};
    return match_all(&m, str_from(form), text);
}

bool grammar_room(struct lines *l, int n, int most) {
    if (n < most) return true;
    lines_fault(l, "limit", "more than %d lines `%.*s`", most, STR_ARG(l->keyword));
    return false;
}

static void put_right(struct buf *b, const struct grammar_slot *s) {
    for (int i = 0; i < s->names_n; i++)
        if (s->names[i]) buf_format(b, "%s%s", i && s->names[i - 1] ? ", " : "", s->names[i]);
    if (s->is) buf_z(b, s->is);
    else if (s->most > s->least)
        buf_format(b, "%s from %g to %g", s->kind == SLOT_REAL ? "a number" : "a whole number",
                   s->least, s->most);
    else if (!s->names_n) buf_z(b, s->kind == SLOT_REAL    ? "a number"
                                 : s->kind == SLOT_WHOLE ? "a whole number"
                                                           : "some words");
}

static void say_wrong(const struct match *m, const char *form) {
    const struct grammar_slot *s = m->wrong;
    struct buf b = buf_new(m->l->arena, 160);
    if (!s) {
        lines_fault(m->l, "syntax", "write `%s`", form);
        return;
    }
    buf_format(&b, "write `%s`; %.*s is ", form, STR_ARG(m->name));
    put_right(&b, s);
    if (m->saw.n > 0) buf_format(&b, ", not `%.*s`", STR_ARG(str_brief(m->saw, 60)));
    lines_fault(m->l, s->most > s->least ? "range" : "syntax", "%.*s", STR_ARG(buf_str(&b)));
}

static int faults_of(const struct lines *l) { return l->faults->n + l->faults->dropped; }

static struct str id_of(const struct grammar_line *g, const char *row) {
    return *(const struct str *)(row + g->slots[0].at);
}

static bool said_before(const struct grammar_line *g, const char *list, int n, const char *row) {
    for (int i = 0; i < n; i++)
        if (str_eq(id_of(g, list + i * g->list.size), id_of(g, row))) return true;
    return false;
}

static void append(struct lines *l, const struct grammar_line *g, const char *row) {
    char *into = l->into, *list = into + g->list.at;
    int *n = (int *)(into + g->list.n);
    if (g->list.pointer) list = *(char **)list;
    if (g->unique && said_before(g, list, *n, row))
        lines_fault(l, "twice", "`%.*s` is said twice", STR_ARG(id_of(g, row)));
    else if (grammar_room(l, *n, g->list.most))
        memcpy(list + (*n)++ * g->list.size, row, (size_t)g->list.size);
}

static void read_slots(struct lines *l, const struct grammar_line *g) {
    _Alignas(max_align_t) char room[GRAMMAR_ROW_MAX];
    ptrdiff_t size = g->row ? g->row : g->list.size;
    struct match m = {.l = l, .slot = g->slots, .row = g->at ? g->at(l) : size ? room : l->into};
    bool (*look)(struct lines *, void *) = g->test ? g->test : g->put;
    struct str form = str_from(g->form);
    int before = faults_of(l);
    CHECK(size <= GRAMMAR_ROW_MAX, "a row has room");
    memset(room, 0, (size_t)size);
    (void)word_next(&form);
    bool ok = m.row && match_all(&m, form, l->value) && (!look || look(l, m.row));
    if (!ok && faults_of(l) == before) say_wrong(&m, g->form);
    else if (ok && g->list.most) append(l, g, m.row);
}

static void keep_test(struct lines *l, const struct grammar_line *g) {
    if (l->tests_n == l->tests_room) {
        ptrdiff_t old = l->tests_room * (ptrdiff_t)sizeof *l->tests;
        l->tests_room = old ? 2 * l->tests_room : 32;
        l->tests = arena_grow(l->arena, l->tests, old,
                              l->tests_room * (ptrdiff_t)sizeof *l->tests);
    }
    l->tests[l->tests_n++] = (struct lines_test){g, l->file, l->value, l->number};
}

static struct str keyword_of(const struct grammar_line *g) {
    struct str form = str_from(g->form);
    return word_next(&form);
}

/* Do the words before the first place stand in the line? */
static bool begins(const struct lines *l, const struct grammar_line *g) {
    struct str form = str_from(g->form), value = l->value, want;
    (void)word_next(&form);
    while ((want = word_next(&form)).s && want.s[0] >= 'a' && want.s[0] <= 'z')
        if (!str_eq(want, word_next(&value))) return false;
    return true;
}

/* The line of that keyword, the best of several; n: none. */
static int line_of(const struct lines *l, const struct grammar_line *lines, int n) {
    int found = n;
    for (int i = 0; i < n; i++) {
        if (!str_eq(l->keyword, keyword_of(&lines[i]))) continue;
        if (begins(l, &lines[i])) return i;
        if (found == n) found = i;
    }
    return found;
}

static void say_unknown(struct lines *l, const struct grammar_line *lines, int n) {
    struct buf b = buf_new(l->arena, 120);
    for (int i = 0; i < n; i++) {
        struct str word = keyword_of(&lines[i]);
        if (i == 0 || !str_eq(word, keyword_of(&lines[i - 1])))
            buf_format(&b, "%s%.*s", i ? ", " : "", STR_ARG(word));
    }
    lines_fault(l, "unknown", "no line '%.*s' here; there are %.*s", STR_ARG(l->keyword),
                STR_ARG(buf_str(&b)));
}

/* Is it wanted, and not there? Of several forms of one keyword any will do. */
static bool wanting(const struct grammar_line *lines, int n, uint64_t seen, int at) {
    if (lines[at].times == ONCE) return !(seen >> at & 1);
    if (lines[at].times != SOME) return false;
    for (int i = 0; i < n; i++)
        if (seen >> i & 1 && str_eq(keyword_of(&lines[i]), keyword_of(&lines[at]))) return false;
    return true;
}

void grammar_read(struct lines *l, const struct grammar_line *lines, int n, void *into) {
    uint64_t seen = 0;
    CHECK(n <= LINES_MAX, "a grammar has few lines");
    l->into = into;
    while (lines_next(l)) {
        int i = line_of(l, lines, n);
        if (i == n) say_unknown(l, lines, n);
        else if (seen >> i & 1 && lines[i].times >= ONCE)
            lines_fault(l, "twice", "'%.*s' is said twice", STR_ARG(l->keyword));
        else if (seen |= UINT64_C(1) << i, lines[i].read) lines[i].read(l);
        else if (lines[i].test) keep_test(l, &lines[i]);
        else read_slots(l, &lines[i]);
    }
    for (int i = 0; i < n; i++)
        if (wanting(lines, n, seen, i))
            lines_fault(l, "required", "there is no line '%.*s': write `%s`",
                        STR_ARG(keyword_of(&lines[i])), lines[i].form);
}

void grammar_test(struct lines *l) {
    int before = faults_of(l);
    for (int i = 0; before == l->faults_before && i < l->tests_n; i++) {
        const struct lines_test *t = &l->tests[i];
        l->file = t->file;
        l->number = t->number;
        l->value = t->text;
        read_slots(l, t->line);
    }
}

bool grammar_expect(struct lines *l, struct str want, struct str got) {
    if (!str_eq(want, got))
        lines_fault(l, "test", "the test says %.*s, the rows give %.*s", STR_ARG(want),
                    STR_ARG(got));
    return true;
}
