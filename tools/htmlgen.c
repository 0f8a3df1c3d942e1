/*
 * htmlgen: the templates of web/html -> typed C functions.
 *
 *     htmlgen INCLUDE_AS OUT.h OUT.c OUT.d DIR
 *
 * The first line of a file names its data; every `{{name}}` after it becomes a typed
 * expression on that struct, so that a misspelt name does not compile (a #line points the
 * compiler at the html). The html is read by a small tokenizer that knows where each value
 * stands, and chooses the escaping from that: text, quoted attribute, start of a URL, part of
 * a URL. Where no escaping is safe the value is refused: script, style, comments, unquoted
 * attributes, on* handlers. There is no spelling for raw output. docs/adding.md has the words.
 *
 *     template ── header line ──> struct view       (all files first: views name each other)
 *        └────── body ── tokenizer state ──┬─ literal ──> buf_bytes
 *                         + open elements  ├─ {{name}} ─> view_text / attr / url / part
 *                         + open sections  └─ {{#..}} ──> for, if
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "htmlgen.h"

static bool in_list(struct str word, const char *list) {
    struct str rest = str_from(list);
    while (rest.s)
        if (str_eq(str_cut(rest, ' ', &rest), word)) return true;
    return false;
}

/* ---- names and values ---- */

static void flush(struct gen *g) {
    if (g->literal.n == 0) return;
    buf_z(&g->c, "    buf_bytes(out, \"");
    for (ptrdiff_t i = 0; i < g->literal.n; i++) {
        unsigned char x = (unsigned char)g->literal.p[i];
        if (x == '\n')
            buf_z(&g->c, i + 1 < g->literal.n ? "\\n\"\n        \"" : "\\n");
        else if (x == '"' || x == '\\' || x == '?')
            buf_format(&g->c, "\\%c", x);
        else if (x < ' ' || x >= 0x7f)
            buf_format(&g->c, "\\%03o", x);
        else
            buf_char(&g->c, (char)x);
    }
    buf_format(&g->c, "\", %td);\n", g->literal.n);
    g->literal.n = 0;
}

static void place(struct gen *g) {
    flush(g);
    buf_format(&g->c, "#line %d \"%.*s\"\n    ", g->line, STR_ARG(g->view->file));
}

struct target {
    struct str c;              /* the C expression */
    struct field *field; /* NULL: a field of a row, or the row itself */
    struct view *whole;  /* the row is this view: {{.}} */
};

/* `name`, `head.name`, `../name`, `.` -> the expression, and what is known of it. */
static struct target resolve(struct gen *g, struct str name) {
    struct str whole = name;
    int up = g->scope_count - 1;
    for (; str_starts(name, STR("../")); name = str_slice(name, 3, name.n))
        if (--up < 0) gen_refuse(g, "%.*s: nothing is that far out", STR_ARG(whole));
    struct view *view = g->scopes[up].view;
    struct str base = up ? str_format(g->arena, "r%d", up) : STR("v");
    if (str_is(name, "."))
        return (struct target){str_format(g->arena, "(*%.*s)", STR_ARG(base)), NULL, view};
    if (g->scopes[up].is_text) gen_refuse(g, "%.*s: the row is a text; say {{.}}", STR_ARG(whole));
    struct target t = {base, NULL, NULL};
    const char *arrow = "->";
    for (struct str part; name.s; t.whole = NULL) {
        part = str_cut(name, '.', &name);
        if (!gen_is_name(part)) gen_refuse(g, "`%.*s` is no name", STR_ARG(whole));
        t.c = str_format(g->arena, "%.*s%s%.*s", STR_ARG(t.c), arrow, STR_ARG(part));
        t.field = NULL;
        for (int i = 0; view && i < view->field_count; i++)
            if (str_eq(view->fields[i].name, part)) t.field = &view->fields[i];
        if (view && !t.field)
            gen_refuse(g, "view %.*s has no field %.*s", STR_ARG(view->name), STR_ARG(part));
        if (t.field) t.field->shown = true;
        arrow = t.field && t.field->optional ? "->" : ".";
        view = t.field && t.field->kind == VIEW ? gen_view_named(g, t.field->of) : NULL;
    }
    return t;
}

static bool is_url_attribute(struct str name) {
    return in_list(name, "href src action formaction poster cite data xlink:href hx-get hx-post "
                         "hx-put hx-patch hx-delete hx-push-url hx-replace-url");
}

static void emit_format(struct gen *g, struct target t, struct str format) {
    static const struct {
        const char *name, *before, *after;
    } formats[] = {
        {"time", "view_format_time(out, view_int_(", "))"},
        {"datetime", "view_format_datetime(out, view_int_(", "))"},
        {"day", "view_format_day(out, view_int_(", "))"},
        {"iso", "view_format_iso(out, view_int_(", "))"},
        {"date", "view_format_date(out, (", "))"},
        {"pct", "view_format_pct(out, view_real_(", "))"},
        {"1", "view_format_decimals(out, view_real_(", "), 1)"},
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (str_is(format, formats[i].name)) {
            buf_format(&g->c, "%s%.*s%s;\n", formats[i].before, STR_ARG(t.c), formats[i].after);
            return;
        }
    gen_refuse(g, "there is no format `%.*s`", STR_ARG(format));
}

static void emit_view(struct gen *g, struct target t, const struct view *view) {
    if (g->state != TEXT) gen_refuse(g, "a view can only stand in text");
    if (!view) gen_refuse(g, "there is no view %.*s", STR_ARG(t.field->of));
    const char *reference = t.field && t.field->optional ? "" : "&";
    if (t.field && t.field->optional) buf_format(&g->c, "if (%.*s) ", STR_ARG(t.c));
    buf_format(&g->c, "html_%.*s(out, %s%.*s);\n", STR_ARG(view->name), reference, STR_ARG(t.c));
    g->csrf = true; /* it may bring the form's token */
}

static void value(struct gen *g, struct str spelling) {
    struct str format, name = str_trim(str_cut(spelling, '|', &format));
    if (g->state == IN_TAG)
        gen_refuse(g, "a value stands outside quotes inside <%.*s>", STR_ARG(g->tag));
    struct target t = resolve(g, name);
    enum kind kind = t.field ? t.field->kind : SCALAR;
    if (kind == TEXTS || kind == ROWS || kind == ROW || kind == VIEWS)
        gen_refuse(g, "%.*s is a %s: say which part", STR_ARG(name), kind == ROW ? "row" : "list");
    bool in_url = g->state == VALUE && is_url_attribute(g->attribute);
    place(g);
    if (kind == VIEW || t.whole) {
        if (format.s) gen_refuse(g, "a view has no format");
        emit_view(g, t, t.whole ? t.whole : gen_view_named(g, t.field->of));
    } else if (in_url && format.s) {
        gen_refuse(g, "no format stands in a URL");
    } else if (format.s) {
        emit_format(g, t, str_trim(format));
    } else {
        const char *how = g->state == TEXT                           ? "view_text"
                          : in_url && kind == URL && !g->value_begun ? "view_url"
                          : in_url                                   ? "view_part"
                                                                     : "view_attr";
        if (kind == SVG && g->state != TEXT) gen_refuse(g, "an svg can only stand in text");
        buf_format(&g->c, "%s(out, %.*s);\n", how, STR_ARG(t.c));
    }
    g->value_begun = true;
}

static void begin_loop(struct gen *g, struct str name, struct target t) {
    if (!t.field || (t.field->kind != ROWS && t.field->kind != VIEWS && t.field->kind != TEXTS))
        gen_refuse(g, "%.*s is not a list", STR_ARG(name));
    if (g->scope_count == SCOPES_MAX) gen_refuse(g, "loops nested deeper than %d", SCOPES_MAX);
    struct view *row = t.field->kind == VIEWS ? gen_view_named(g, t.field->of) : NULL;
    if (t.field->kind == VIEWS && !row)
        gen_refuse(g, "there is no view %.*s", STR_ARG(t.field->of));
    int depth = g->scope_count;
    g->scopes[g->scope_count++] = (struct scope){row, t.field->kind == TEXTS};
    buf_format(&g->c,
               "for (ptrdiff_t i%d = 0; i%d < %.*s.n; i%d++) {\n"
               "    const __typeof__(*%.*s.v) *r%d = &%.*s.v[i%d];\n    (void)r%d;\n",
               depth, depth, STR_ARG(t.c), depth, STR_ARG(t.c), depth, STR_ARG(t.c), depth, depth);
}

static void begin_section(struct gen *g, char kind, struct str name) {
    if (g->section_count == SECTIONS_MAX)
        gen_refuse(g, "sections nested deeper than %d", SECTIONS_MAX);
    struct target t = resolve(g, name);
    g->sections[g->section_count++] =
        (struct section){kind, name, g->line, g->open_count, g->state};
    place(g);
    if (kind == '#') {
        begin_loop(g, name, t);
        return;
    }
    enum kind k = t.field ? t.field->kind : SCALAR;
    if (k == ROW || (k == VIEW && !t.field->optional))
        gen_refuse(g, "%.*s is always there", STR_ARG(name));
    bool is_list = k == ROWS || k == VIEWS || k == TEXTS;
    buf_format(&g->c, "if (%s%s%.*s%s) {\n", kind == '?' ? "" : "!",
               is_list     ? "(0 < "
               : k == VIEW ? "(NULL != "
                           : "view_true(",
               STR_ARG(t.c), is_list ? ".n)" : ")");
}

static void end_section(struct gen *g, struct str name) {
    if (g->section_count == 0) gen_refuse(g, "{{/%.*s}} closes nothing", STR_ARG(name));
    struct section *s = &g->sections[g->section_count - 1];
    if (!str_eq(s->name, name))
        gen_refuse(g, "{{/%.*s}} closes {{%c%.*s}} of line %d", STR_ARG(name), s->kind,
                   STR_ARG(s->name), s->line);
    if (s->state != g->state || s->open_count != g->open_count)
        gen_refuse(g, "{{%c%.*s}} of line %d ends in another place than it began", s->kind,
                   STR_ARG(name), s->line);
    flush(g);
    buf_z(&g->c, "    }\n");
    if (s->kind == '#') g->scope_count--;
    g->section_count--;
}

static void split_at_slot(struct gen *g) {
    if (g->section_count || g->state != TEXT)
        gen_refuse(g, "{{slot}} stands inside a section or a tag");
    flush(g);
    struct str name = g->view->name;
    buf_format(
        &g->c,
        "}\n\nvoid html_%.*s_end(struct buf *out, const struct view_%.*s *v) {\n    (void)v;\n",
        STR_ARG(name), STR_ARG(name));
}

static void braces(struct gen *g) {
    struct str rest = str_slice(g->text, g->at + 2, g->text.n);
    ptrdiff_t end = str_find(rest, STR("}}"));
    if (end < 0) gen_refuse(g, "{{ is not closed");
    struct str inside = str_trim(str_slice(rest, 0, end));
    g->at += 2 + end + 2;
    char first = inside.n ? inside.s[0] : 0;
    struct str name = str_trim(str_slice(inside, inside.n ? 1 : 0, inside.n));
    if (first == '#' || first == '?' || first == '^')
        begin_section(g, first, name);
    else if (first == '/')
        end_section(g, name);
    else if (str_is(inside, "slot"))
        split_at_slot(g);
    else if (first != '!')
        value(g, inside);
    for (ptrdiff_t i = 0; i < end; i++) g->line += rest.s[i] == '\n';
}

/* ---- the tokenizer ---- */

static bool looking_at(struct gen *g, const char *z) {
    return str_starts(str_slice(g->text, g->at, g->text.n), str_from(z));
}

static char next_char(struct gen *g) {
    char c = g->text.s[g->at++];
    g->line += c == '\n';
    return c;
}

/* White space that holds a line end is one line end, but where it is shown as typed. */
static void literal(struct gen *g) {
    char c = next_char(g);
    bool kept = false;
    for (int i = 0; i < g->open_count; i++) kept |= in_list(g->open[i], "pre textarea");
    bool after_line = g->literal.n && g->literal.p[g->literal.n - 1] == '\n';
    if (!kept && isspace((unsigned char)c)) {
        while (!after_line && g->literal.n && g->literal.p[g->literal.n - 1] == ' ' && c == '\n')
            g->literal.n--;
        if (after_line) return;
    }
    buf_char(&g->literal, c);
}

static struct str word(struct gen *g, const char *more) {
    ptrdiff_t from = g->at;
    while (g->at < g->text.n && g->text.s[g->at] &&
           (isalnum((unsigned char)g->text.s[g->at]) || strchr(more, g->text.s[g->at])))
        literal(g);
    return str_slice(g->text, from, g->at);
}

static void end_tag_reached(struct gen *g) {
    bool self_closed = g->literal.n > 1 && g->literal.p[g->literal.n - 2] == '/';
    g->state = TEXT;
    if (g->closing) {
        if (g->open_count == 0 || !str_eq(g->open[g->open_count - 1], g->tag))
            gen_refuse(g, "</%.*s> closes %.*s", STR_ARG(g->tag),
                       g->open_count ? (int)g->open[g->open_count - 1].n : 7,
                       g->open_count ? g->open[g->open_count - 1].s : "nothing");
        g->open_count--;
        if (str_is(g->tag, "form") && g->post_form && !g->csrf)
            gen_refuse(g, "a form that posts has no field csrf");
        return;
    }
    if (self_closed ||
        in_list(g->tag, "area base br col embed hr img input link meta source track wbr"))
        return;
    if (g->open_count == OPEN_MAX) gen_refuse(g, "elements nested deeper than %d", OPEN_MAX);
    g->open[g->open_count++] = g->tag;
    if (str_is(g->tag, "style"))
        gen_refuse(g, "style belongs into static/: the browser refuses it here");
    if (str_is(g->tag, "script") && !looking_at(g, "</script>"))
        gen_refuse(g, "script belongs into static/: the browser refuses it here");
}

static void quoted_value(struct gen *g) {
    literal(g);
    if (g->at >= g->text.n || g->text.s[g->at] != '"')
        gen_refuse(g, "the value of %.*s has no double quotes", STR_ARG(g->attribute));
    literal(g);
    g->state = VALUE;
    g->value_begun = false;
    ptrdiff_t from = g->at;
    int sections = g->section_count;
    while (g->at < g->text.n && g->text.s[g->at] != '"') {
        if (looking_at(g, "{{")) {
            braces(g);
        } else {
            g->value_begun = true;
            literal(g);
        }
    }
    if (g->at >= g->text.n || g->section_count != sections)
        gen_refuse(g, "the value of %.*s is not closed", STR_ARG(g->attribute));
    struct str spelt = str_slice(g->text, from, g->at);
    if (str_is(g->attribute, "method") && str_is(spelt, "post")) g->post_form = true;
    if (str_is(g->attribute, "name") && str_is(spelt, "csrf")) g->csrf = true;
    if (str_find(spelt, STR("{{")) >= 0 &&
        in_list(g->attribute, "srcset srcdoc hx-vals hx-vars hx-headers"))
        gen_refuse(g, "no value stands in %.*s", STR_ARG(g->attribute));
    literal(g);
    g->state = IN_TAG;
}

static void inside_tag(struct gen *g) {
    char c = g->text.s[g->at];
    if (looking_at(g, "{{")) {
        braces(g);
    } else if (c == '>') {
        literal(g);
        end_tag_reached(g);
    } else if (isspace((unsigned char)c) || c == '/') {
        literal(g);
    } else {
        g->attribute = word(g, "-_:@");
        if (g->attribute.n == 0) gen_refuse(g, "`%c` inside <%.*s>", c, STR_ARG(g->tag));
        if (str_is(g->attribute, "style") || str_starts(g->attribute, STR("on")) ||
            str_starts(g->attribute, STR("hx-on")))
            gen_refuse(g, "%.*s: the browser refuses it: say it in static/", STR_ARG(g->attribute));
        if (looking_at(g, "=")) quoted_value(g);
    }
}

static void begin_tag(struct gen *g) {
    literal(g);
    g->closing = looking_at(g, "/");
    if (g->closing) literal(g);
    g->tag = word(g, "-!");
    if (g->tag.n == 0) gen_refuse(g, "a bare `<`: write &lt;");
    if (str_is(g->tag, "form") && !g->closing) g->post_form = g->csrf = false;
    g->state = IN_TAG;
    if (g->tag.s[0] != '!') return;
    while (g->at < g->text.n && !looking_at(g, ">")) literal(g);
    if (g->at < g->text.n) literal(g);
    g->state = TEXT;
}

static void skip_comment(struct gen *g) {
    ptrdiff_t end = str_find(str_slice(g->text, g->at, g->text.n), STR("-->"));
    if (end < 0) gen_refuse(g, "the comment is not closed");
    struct str inside = str_slice(g->text, g->at, g->at + end);
    if (str_find(inside, STR("{{")) >= 0) gen_refuse(g, "no value stands in a comment");
    for (ptrdiff_t stop = g->at + end + 3; g->at < stop;) next_char(g);
}

/* One template into g->c. */
static void body(struct gen *g, struct view *v) {
    struct buf before = g->c;
    g->view = v, g->text = v->body, g->at = 0, g->line = v->line;
    g->state = TEXT, g->open_count = 0, g->section_count = 0, g->literal.n = 0;
    g->scopes[0] = (struct scope){v, false};
    g->scope_count = 1;
    if (setjmp(g->out)) {
        g->c.n = before.n;
        return;
    }
    struct str n = v->name;
    bool split = str_find(v->body, STR("{{slot}}")) >= 0;
    buf_format(&g->c,
               "\nvoid html_%.*s%s(struct buf *out, const struct view_%.*s *v) {\n    (void)v;\n",
               STR_ARG(n), split ? "_begin" : "", STR_ARG(n));
    while (g->at < g->text.n && isspace((unsigned char)g->text.s[g->at])) next_char(g);
    while (g->at < g->text.n) {
        if (g->state == IN_TAG)
            inside_tag(g);
        else if (looking_at(g, "{{"))
            braces(g);
        else if (looking_at(g, "<!--"))
            skip_comment(g);
        else if (looking_at(g, "<"))
            begin_tag(g);
        else
            literal(g);
    }
    if (g->state != TEXT) gen_refuse(g, "<%.*s is not closed", STR_ARG(g->tag));
    if (g->open_count) gen_refuse(g, "<%.*s> is not closed", STR_ARG(g->open[g->open_count - 1]));
    if (g->section_count)
        gen_refuse(g, "{{%c%.*s}} of line %d is not closed", g->sections[g->section_count - 1].kind,
                   STR_ARG(g->sections[g->section_count - 1].name),
                   g->sections[g->section_count - 1].line);
    flush(g);
    buf_z(&g->c, "}\n");
}

/* What is computed for a page and never shown: a word forgotten, or work in vain. */
static void find_unshown(struct gen *g) {
    for (struct view *v = g->views; v < g->views + g->view_count; v++)
        for (struct field *f = v->fields; f < v->fields + v->field_count; f++)
            if (!f->shown)
                fault_add(g->faults, v->file, "unshown", "no template shows the field %.*s",
                          STR_ARG(f->name));
}

struct source {
    struct str file, text;
};

/* All templates at once: false where a fault was found, and then out is not worth keeping. */
static bool htmlgen(struct arena *a, struct faults *faults, struct source *sources, int n,
                    struct str include_as, struct str *h, struct str *c) {
    struct gen *g = NEW(a, struct gen);
    *g = (struct gen){.arena = a, .faults = faults, .views = NEWS(a, struct view, n)};
    g->c = buf_new(a, 1 << 16), g->h = buf_new(a, 1 << 16), g->literal = buf_new(a, 1 << 16);
    for (int i = 0; i < n; i++) gen_read_view(g, sources[i].file, sources[i].text);
    gen_header(g);
    buf_format(&g->c, "/* Made by tools/htmlgen. */\n#include \"%.*s\"\n", STR_ARG(include_as));
    for (int i = 0; i < g->view_count; i++) body(g, &g->views[i]);
    if (faults->n == 0) find_unshown(g);
    *h = buf_str(&g->h), *c = buf_str(&g->c);
    return faults->n == 0;
}

#ifndef HTMLGEN_TEST
static int templates_only(const struct dirent *e) {
    return e->d_name[0] != '.' && str_ends(str_from(e->d_name), STR(".html"));
}

/* All templates of the folder, in the order of their names, and as names for ninja. */
static int read_folder(struct arena *a, const char *folder, struct str called, struct source *out,
                       struct buf *watched) {
    struct dirent **names;
    int n = scandir(folder, &names, templates_only, alphasort);
    if (n < 0 || n > VIEWS_MAX) return -1;
    for (int i = 0; i < n; i++) {
        const char *path = str_format(a, "%s/%s", folder, names[i]->d_name).s;
        out[i].file = str_format(a, "%.*s/%s", STR_ARG(called), names[i]->d_name);
        if (file_read(a, path, FILE_MAX, &out[i].text)) return -1;
        buf_format(watched, " %s", path);
        free(names[i]);
    }
    free(names);
    return n;
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: htmlgen INCLUDE_AS OUT.h OUT.c OUT.d DIR\n");
        return 2;
    }
    struct arena a;
    arena_open(&a, (ptrdiff_t)1 << 30);
    struct source *sources = NEWS(&a, struct source, VIEWS_MAX);
    struct faults *faults = NEW(&a, struct faults);
    faults->arena = &a;
    struct buf watched = buf_new(&a, 4096);
    buf_format(&watched, "%s: %s", argv[3], argv[5]);
    struct str h, c, include_as = str_from(argv[1]); /* web/html.h: its templates, web/html/... */
    int n = read_folder(&a, argv[5], str_slice(include_as, 0, include_as.n - 2), sources, &watched);
    if (n < 0) {
        fprintf(stderr, "htmlgen: %s: cannot be read\n", argv[5]);
        return 1;
    }
    if (!htmlgen(&a, faults, sources, n, include_as, &h, &c)) {
        for (int i = 0; i < faults->n; i++)
            fprintf(stderr, "htmlgen: %.*s: %.*s\n", STR_ARG(faults->v[i].field),
                    STR_ARG(faults->v[i].message));
        return 1;
    }
    buf_char(&watched, '\n');
    int bad = file_replace(argv[2], h) || file_replace(argv[3], c) ||
              file_replace(argv[4], buf_str(&watched));
    if (bad) fprintf(stderr, "htmlgen: %s: cannot be written\n", argv[3]);
    return bad;
}
#endif
