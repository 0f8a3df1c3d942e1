/* htmlgen_views: the header line of a template -> its struct. See htmlgen.c. */
#include "htmlgen.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

_Noreturn void gen_refuse(struct gen *g, const char *format, ...) {
    char why[400];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    struct str place = str_format(g->arena, "%.*s:%d", STR_ARG(g->view->file), g->line);
    fault_add(g->faults, place, "syntax", "%s", why);
    longjmp(g->out, 1);
}

struct view *gen_view_named(struct gen *g, struct str name) {
    for (int i = 0; i < g->view_count; i++)
        if (str_eq(g->views[i].name, name)) return &g->views[i];
    return NULL;
}

/* ---- the header line ---- */

bool gen_is_name(struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++)
        if (!islower((unsigned char)s.s[i]) && s.s[i] != '_' &&
            !(i && isdigit((unsigned char)s.s[i])))
            return false;
    return s.n > 0;
}

static struct str list_type(struct gen *g, struct str of) {
    if (str_eq(of, STR("text"))) return STR("struct text_list ");
    if (str_ends(of, STR("_row"))) return str_format(g->arena, "struct %.*ss ", STR_ARG(of));
    return str_format(g->arena, "struct %.*s_rows ", STR_ARG(of));
}

static struct field field_of(struct gen *g, struct str name, struct str type) {
    static const struct {
        const char *word, *c;
        enum kind kind;
    } plain[] = {
        {"text", "struct str ", SCALAR}, {"text?", "struct str ", SCALAR},
        {"int", "int64_t ", SCALAR},     {"int?", "struct maybe_int ", SCALAR},
        {"real", "double ", SCALAR},     {"real?", "struct maybe_real ", SCALAR},
        {"bool", "bool ", SCALAR},       {"url", "struct str ", URL},
        {"url?", "struct str ", URL},    {"svg", "struct svg ", SVG},
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (str_is(type, plain[i].word))
            return (struct field){name, str_from(plain[i].c), plain[i].kind, STR(""), false};
    bool is_list = str_ends(type, STR("[]")), optional = str_ends(type, STR("?"));
    struct str of = str_slice(type, 0, type.n - (is_list ? 2 : optional ? 1 : 0));
    struct str rest, word = str_cut(of, ':', &rest);
    if (rest.s && !gen_is_name(rest)) gen_refuse(g, "field %.*s: no such type", STR_ARG(name));
    if (rest.s && str_is(word, "chartrow") && !is_list && !optional)
        return (struct field){name, str_format(g->arena, "struct %.*s ", STR_ARG(rest)), ROW, rest,
                              false};
    if (rest.s && !str_is(word, "view")) gen_refuse(g, "field %.*s: no such type", STR_ARG(name));
    if (!rest.s && !gen_is_name(of)) gen_refuse(g, "field %.*s: no such type", STR_ARG(name));
    if (!rest.s && is_list)
        return (struct field){name, list_type(g, of), str_is(of, "text") ? TEXTS : ROWS, of, false};
    if (!rest.s && str_ends(of, STR("_row")) && !optional)
        return (struct field){name, str_format(g->arena, "struct %.*s ", STR_ARG(of)), ROW, of,
                              false};
    of = rest.s ? rest : of;
    struct str c = is_list    ? str_format(g->arena, "struct view_%.*s_list ", STR_ARG(of))
                   : optional ? str_format(g->arena, "const struct view_%.*s *", STR_ARG(of))
                              : str_format(g->arena, "struct view_%.*s ", STR_ARG(of));
    return (struct field){name, c, is_list ? VIEWS : VIEW, of, optional};
}

static void read_fields(struct gen *g, struct view *v, struct str list) {
    while (str_trim(list).n) {
        struct str type, one = str_trim(str_cut(list, ',', &list));
        struct str name = str_cut(one, ' ', &type);
        if (!gen_is_name(name) || !type.s)
            gen_refuse(g, "expected `name type` at `%.*s`", STR_ARG(one));
        for (int i = 0; i < v->field_count; i++)
            if (str_eq(v->fields[i].name, name))
                gen_refuse(g, "field %.*s is named twice", STR_ARG(name));
        if (v->field_count == FIELDS_MAX) gen_refuse(g, "more than %d fields", FIELDS_MAX);
        v->fields[v->field_count++] = field_of(g, name, str_trim(type));
    }
}

void gen_read_view(struct gen *g, struct str file, struct str text) {
    struct view *v = &g->views[g->view_count];
    *v = (struct view){.file = file, .line = 1};
    g->view = v, g->line = 1;
    if (setjmp(g->out)) return;
    ptrdiff_t end = str_find(text, STR("-->"));
    struct str rest, head = str_trim(str_slice(text, 0, end < 0 ? 0 : end));
    if (!str_starts(head, STR("<!-- view ")) || !str_ends(head, STR(")")))
        gen_refuse(g, "expected the first line `<!-- view NAME (field type, ...) -->`");
    v->name = str_trim(str_cut(str_slice(head, 10, head.n - 1), '(', &rest));
    if (!gen_is_name(v->name) || !rest.s) gen_refuse(g, "the view has no proper name");
    if (str_ends(v->name, STR("_list")))
        gen_refuse(g, "a name ending in _list is that of the list of another view");
    if (gen_view_named(g, v->name)) gen_refuse(g, "there is already a view %.*s", STR_ARG(v->name));
    for (ptrdiff_t i = 0; i < end; i++) v->line += text.s[i] == '\n';
    v->body = str_slice(text, end + 3, text.n);
    g->view_count++;
    read_fields(g, v, rest);
}

/* ---- the header ---- */

static void declare(struct gen *g, struct view *v) {
    if (v->order == DONE) return;
    g->view = v, g->line = 1;
    if (v->order == OPEN) {
        fault_add(g->faults, v->file, "syntax", "view %.*s holds itself", STR_ARG(v->name));
        return;
    }
    v->order = OPEN;
    for (int i = 0; i < v->field_count; i++) {
        struct view *inner = v->fields[i].kind == VIEW || v->fields[i].kind == VIEWS
                                 ? gen_view_named(g, v->fields[i].of)
                                 : NULL;
        if (v->fields[i].kind == VIEW && inner && !v->fields[i].optional) declare(g, inner);
        if ((v->fields[i].kind == VIEW || v->fields[i].kind == VIEWS) && !inner)
            fault_add(g->faults, v->file, "unknown", "there is no view %.*s",
                      STR_ARG(v->fields[i].of));
    }
    v->order = DONE;
    bool split = str_find(v->body, STR("{{slot}}")) >= 0;
    struct str n = v->name;
    buf_format(&g->h, "\nstruct view_%.*s {\n", STR_ARG(n));
    for (int i = 0; i < v->field_count; i++)
        buf_format(&g->h, "    %.*s%.*s;\n", STR_ARG(v->fields[i].type),
                   STR_ARG(v->fields[i].name));
    buf_z(&g->h, v->field_count ? "};\n" : "    char nothing;\n};\n");
    buf_format(&g->h, "void html_%.*s%s(struct buf *out, const struct view_%.*s *v);\n", STR_ARG(n),
               split ? "_begin" : "", STR_ARG(n));
    if (split)
        buf_format(&g->h, "void html_%.*s_end(struct buf *out, const struct view_%.*s *v);\n",
                   STR_ARG(n), STR_ARG(n));
}

void gen_header(struct gen *g) {
    bool rows = false;
    for (int i = 0; i < g->view_count; i++)
        for (int j = 0; j < g->views[i].field_count; j++)
            rows |= g->views[i].fields[j].kind == ROWS || g->views[i].fields[j].kind == ROW;
    buf_format(&g->h, "/* Made by tools/htmlgen. */\n#pragma once\n#include \"web/view.h\"\n%s\n",
               rows ? "#include \"store/sql.h\"\n" : "");
    for (int i = 0; i < g->view_count; i++) {
        struct str n = g->views[i].name;
        buf_format(&g->h,
                   "struct view_%.*s;\nstruct view_%.*s_list {\n    struct view_%.*s *v;\n    "
                   "ptrdiff_t n;\n};\n",
                   STR_ARG(n), STR_ARG(n), STR_ARG(n));
    }
    for (int i = 0; i < g->view_count; i++) declare(g, &g->views[i]);
}
