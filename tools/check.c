/*
 * check: the mistakes of this house, looked for by a program.
 *
 *     check [--only RULE] ROOT [SYMBOLS] < FILES
 *
 * FILES names the tracked files, one a line, below ROOT; SYMBOLS is what `nm -A -f sysv` says
 * of the object files, without which purity is not looked at. Each rule is one function and
 * one row of the table at the end; a finding is `file:line: rule: why`. Ends in
 * `N passed, M failed`, counted by rules. How C is read: check_c.c.
 */
#include "check.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/lines.h"

enum {
    TREE_LINES_MAX = 47000, /* of code: why this many, docs/decisions/size.md */
    SOURCES_MAX = 4096, SOURCE_BYTES_MAX = 8 << 20, LAYERS_MAX = 32, SYMBOLS_MAX = 1 << 18
};

struct layer {
    struct str name, below;
};

struct symbol {
    struct str object, layer, module, name, section; /* of base_arena.c.o: base, arena */
    char class;
};

static struct arena arena;
static struct source sources[SOURCES_MAX];
static int source_count, findings;
static struct layer layers[LAYERS_MAX];
static int layer_count;
static struct str pure_layers, pure_calls, world_calls;
static struct symbol *symbols;
static int symbol_count;
static const char *rule_name;

void finding(const struct source *s, ptrdiff_t at, const char *format, ...) {
    int line = 1;
    for (ptrdiff_t i = 0; i < at && i < s->text.n; i++) line += s->text.s[i] == '\n';
    printf("%.*s:%d: %s: ", STR_ARG(s->path), line, rule_name);
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    findings++;
}

bool in_list(const char *const *list, size_t n, struct str word) {
    for (size_t i = 0; i < n; i++)
        if (str_is(word, list[i])) return true;
    return false;
}

/* Reading ---------------------------------------------------------------------------------- */

static bool is_c(struct str p) {
    return str_ends(p, STR(".c")) || str_ends(p, STR(".h")) || str_ends(p, STR(".def")) ||
           str_ends(p, STR(".inc"));
}

bool under(const struct source *s, const char *folder) {
    return str_starts(s->path, str_from(folder));
}

static void source_read(const char *root, struct str name) {
    struct source *s = &sources[source_count];
    s->path = str_copy(&arena, name);
    const char *full = str_z(&arena, str_format(&arena, "%s/%.*s", root, STR_ARG(name)));
    if (file_read(&arena, full, SOURCE_BYTES_MAX, &s->text)) return; /* a link, or deleted */
    if (!str_utf8_ok(s->text)) return;                               /* a picture */
    if (is_c(name)) s->code = blanked(&arena, s->text);
    struct str rest = STR_ABSENT, layer = str_cut(str_slice(name, 4, name.n), '/', &rest);
    bool layered = rest.s && str_starts(name, STR("src/")); /* src/main.c is not: it is on top */
    s->layer = layered ? layer : STR("");
    source_count++;
}

static const struct source *source_at(const char *path) {
    const struct source *s = sources, *end = sources + source_count;
    while (s < end && !str_is(s->path, path)) s++;
    return s < end ? s : NULL;
}

static void layers_read(void) {
    const struct source *s = source_at("src/layers.txt");
    for (struct str rest = s ? s->text : STR_ABSENT; rest.n;) {
        struct str value, line = str_cut(rest, '\n', &rest), name = str_cut(line, ':', &value);
        if (!value.s || name.s[0] == '#') continue;
        if (str_is(name, "pure")) pure_layers = value;
        else if (str_is(name, "calls")) pure_calls = value;
        else if (str_is(name, "world")) world_calls = value;
        else if (layer_count < LAYERS_MAX) layers[layer_count++] = (struct layer){name, value};
    }
}

/* Who may include whom --------------------------------------------------------------------- */

static const struct layer *layer_of(struct str name) {
    const struct layer *l = layers, *end = layers + layer_count;
    while (l < end && !str_eq(l->name, name)) l++;
    return l < end ? l : NULL;
}

static void layers_rule(const struct source *s) {
    const struct layer *own = layer_of(s->layer);
    if (!under(s, "src/") || !s->code.s) return;
    if (s->layer.n && !own) finding(s, 0, "the folder is no row of layers.txt");
    for (struct str rest = s->text; rest.n;) {
        struct str tail, line = str_cut(rest, '\n', &rest), layer;
        if (!str_starts(line, STR("#include \""))) continue;
        ptrdiff_t at = line.s - s->text.s;
        layer = str_cut(str_slice(line, 10, line.n), '/', &tail);
        if (str_find(layer, STR("\"")) >= 0) finding(s, at, "include by layer: \"layer/file.h\"");
        else if (own && !str_eq(layer, own->name) && !word_among(own->below, layer))
            finding(s, at, "%.*s may not include %.*s", STR_ARG(own->name), STR_ARG(layer));
    }
}

/* Purity: what the object files of the pure layers call ------------------------------------- */

/* A line of nm: PATH/base_arena.c.o:name |value| class |type|size|line|section */
static void symbols_read(struct str rest) {
    symbols = NEWS(&arena, struct symbol, SYMBOLS_MAX);
    while (rest.n && symbol_count < SYMBOLS_MAX) {
        struct str fields[7] = {0}, line = str_cut(rest, '\n', &rest);
        for (int i = 0; i < 7 && line.s; i++) fields[i] = str_cut(line, '|', &line);
        if (!fields[6].s) continue;
        struct str name, object = str_cut(fields[0], ':', &name), module;
        for (struct str tail = object; tail.s; (void)str_cut(tail, '/', &tail)) object = tail;
        struct str layer = str_cut(object, '_', &module), class = str_trim(fields[2]);
        symbols[symbol_count++] =
            (struct symbol){object, layer, str_cut(module, '.', &module), str_trim(name),
                            str_trim(fields[6]), class.n ? class.s[0] : '?'};
    }
}

/* The symbol by which an own object defines `name` for others; NULL: a library does. */
static const struct symbol *symbol_home(struct str name) {
    for (int i = 0; i < symbol_count; i++)
        if (strchr("TDBRVW", symbols[i].class) && str_eq(symbols[i].name, name)) return &symbols[i];
    return NULL;
}

static const char *impure_call(const struct symbol *from) {
    const struct symbol *home = symbol_home(from->name);
    if (!home) return word_among(pure_calls, from->name) ? NULL : "is no memory, string or math";
    if (str_eq(home->layer, from->layer)) return NULL;
    if (!str_is(home->layer, "base")) return "belongs to another layer";
    bool world = word_among(world_calls, home->module) || word_among(world_calls, from->name);
    return world ? "reaches the world" : NULL;
}

static void purity_rule(const struct source *s) {
    if (!str_is(s->path, "src/layers.txt")) return;
    for (const struct symbol *y = symbols; y < symbols + symbol_count; y++) {
        if (!word_among(pure_layers, y->layer)) continue;
        const char *why = y->class == 'U' ? impure_call(y) : NULL;
        if (str_is(y->section, ".data") || str_is(y->section, ".bss")) why = "can change";
        if (why) finding(s, 0, "%.*s: %.*s %s", STR_ARG(y->object), STR_ARG(y->name), why);
    }
}

/* Spellings -------------------------------------------------------------------------------- */

static void tree_size_rule(const struct source *s) {
    long code = 0, whole = 0;
    if (!str_is(s->path, "src/layers.txt")) return;
    for (int i = 0; i < source_count; i++) {
        if (!is_own_c(&sources[i])) continue;
        code += code_lines(&sources[i]);
        whole += lines_of(sources[i].text);
    }
    printf("own C: %ld lines of code of %d (%ld with comments and blanks)\n", code,
           TREE_LINES_MAX, whole);
    if (code > TREE_LINES_MAX) finding(s, 0, "something should have been data");
}

static void typedef_rule(const struct source *s) {
    static const char *const kinds[] = {"struct", "union", "enum"};
    if (!is_own_c(s)) return;
    for (ptrdiff_t at = -1; (at = word_at(s->code, "typedef", at + 1)) >= 0;) {
        struct str rest = str_slice(s->code, at + 7, s->code.n);
        if (IN(kinds, word_next(&rest))) finding(s, at, "a struct keeps its word: no typedef");
    }
}

static bool is_sql(struct str literal) {
    return str_starts(literal, STR("SELECT ")) || str_starts(literal, STR("INSERT ")) ||
           str_starts(literal, STR("UPDATE ")) || str_starts(literal, STR("DELETE "));
}

static bool is_html(struct str literal) {
    return str_find(literal, STR("</")) >= 0 || str_find(literal, STR("<div")) >= 0;
}

static void literals_rule(const struct source *s) {
    bool sql_home = under(s, "src/store/"), drawing = str_find(s->path, STR("/svg")) >= 0;
    if (!under(s, "src/") || !s->code.s) return;
    for (ptrdiff_t i = 0; i < s->text.n;) {
        ptrdiff_t end = blank_end(s->text, i, false);
        struct str literal = str_slice(s->text, i + 1, end - 1);
        bool is_literal = end > i && s->text.s[i] == '"';
        if (is_literal && !sql_home && is_sql(literal)) finding(s, i, "SQL belongs in store/sql");
        if (is_literal && !drawing && is_html(literal)) finding(s, i, "HTML belongs in web/html");
        i = end > i ? end : i + 1;
    }
}

/* The doors call use cases; only those write rows of the chart. */
static void door_table(const struct source *s, struct str line) {
    if (!str_starts(line, STR("CREATE TABLE ")) || str_find(line, STR("-- chart")) < 0) return;
    struct str tail = str_slice(line, 13, line.n), table = word_next(&tail);
    const char *put = str_z(&arena, str_format(&arena, "%.*s_put", STR_ARG(table)));
    ptrdiff_t at = word_at(s->code, put, 0);
    if (at >= 0) finding(s, at, "a door writes no rows: call a use case, not %s", put);
}

static void doors_rule(const struct source *s) {
    static const char *const doors[] = {"web", "fhir", "hl7", "cli"};
    if (!s->layer.n || !IN(doors, s->layer) || !s->code.s) return;
    for (int i = 0; i < source_count; i++)
        if (under(&sources[i], "src/store/migrations/"))
            for (struct str rest = sources[i].text; rest.n;)
                door_table(s, str_cut(rest, '\n', &rest));
}

/* Data that must be whole ------------------------------------------------------------------- */

static bool has_keyword(struct str text, const char *keyword) {
    for (struct str line; text.n;) {
        line = str_cut(text, '\n', &text);
        if (str_is(word_next(&line), keyword)) return true;
    }
    return false;
}

static void content_rule(const struct source *s) {
    if (under(s, "content/codes/")) return; /* lists of words, one a line */
    if (!under(s, "content/") || !str_ends(s->path, STR(".txt"))) return;
    if (!has_keyword(s->text, "source")) finding(s, 0, "no line `source`: where is it from");
    if (!has_keyword(s->text, "test")) finding(s, 0, "no line `test`: how is it known to work");
}

/* The fifth column of routes.def is a row of events.def, or NONE. */
static void audit_rule(const struct source *s) {
    const struct source *events = source_at("src/store/events.def");
    if (!str_ends(s->path, STR("/routes.def"))) return;
    for (ptrdiff_t at = -1; (at = word_at(s->code, "ROUTE", at + 1)) >= 0;) {
        struct str rest = str_slice(s->text, at, s->text.n), event = STR("");
        if (at + 6 >= s->code.n || s->code.s[at + 5] != '(') continue;
        for (int i = 0; i < 5 && rest.s; i++) event = str_trim(str_cut(rest, ',', &rest));
        const char *row = str_z(&arena, str_format(&arena, "EVENT(%.*s,", STR_ARG(event)));
        if (!str_is(event, "NONE") && (!events || str_find(events->text, str_from(row)) < 0))
            finding(s, at, "%.*s is no row of events.def", STR_ARG(event));
    }
}

/* Split, so that this file does not find itself. */
static const char *const places[] = {"/wo" "rk/", "/ho" "me/", "/ro" "ot/", "/Us" "ers/",
                                     "registry." "npm", "\"resol" "ved\": \"ht" "tp"};

static void places_rule(const struct source *s) {
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        bool quoted = places[i][0] == '"'; /* a lock file's word; elsewhere it is English */
        if (quoted && !str_ends(s->path, STR("-lock.json"))) continue;
        ptrdiff_t at = str_find(s->text, str_from(places[i]));
        char before = at > 0 && places[i][0] == '/' ? s->text.s[at - 1] : ' ';
        if (at >= 0 && !word_char(before) && before != '}' && before != '.')
            finding(s, at, "names a place: %s", places[i]);
    }
}

static void linked_rule(const struct source *s) {
    const struct source *readme = source_at("README.md");
    if (!under(s, "docs/")) return;
    if (!readme || str_find(readme->text, s->path) < 0) finding(s, 0, "README.md does not link it");
}

static const struct rule {
    const char *name, *what;
    void (*look)(const struct source *s);
} rules[] = {
    {"layers", "a layer includes only what layers.txt lets it", layers_rule},
    {"purity", "core, pk and codec call memory, strings and math", purity_rule},
    {"file-size", "no file with two subjects", file_size_rule},
    {"tree-size", "the whole stays readable", tree_size_rule},
    {"functions", "length, nesting, parameters", functions_rule},
    {"width", "lines fit", width_rule},
    {"typedef", "no typedef of a struct", typedef_rule},
    {"literals", "no SQL or HTML in C", literals_rule},
    {"doors", "doors write no rows", doors_rule},
    {"content", "content has a source and a test", content_rule},
    {"audit", "audit events of routes exist", audit_rule},
    {"places", "no machine path, no registry host", places_rule},
    {"linked", "every document is linked from README.md", linked_rule},
};

int main(int argc, char **argv) {
    const char *only = argc > 2 && strcmp(argv[1], "--only") == 0 ? argv[2] : NULL;
    if (only) argc -= 2, argv += 2;
    if (argc < 2) return fprintf(stderr, "usage: check [--only RULE] ROOT [SYMBOLS] < FILES\n"), 2;
    arena_open(&arena, 1 << 30);
    struct str names;
    if (file_read(&arena, "-", SOURCE_BYTES_MAX, &names)) return 3;
    while (names.n && source_count < SOURCES_MAX) {
        struct str name = str_cut(names, '\n', &names);
        if (name.n) source_read(argv[1], name);
    }
    layers_read();
    struct str nm = STR_ABSENT;
    if (argc > 2 && file_read(&arena, argv[2], 64 << 20, &nm)) return 3;
    symbols_read(nm);
    int passed = 0, failed = 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (only && strcmp(only, rules[i].name) != 0) continue;
        rule_name = rules[i].name;
        findings = 0;
        for (int k = 0; k < source_count; k++) rules[i].look(&sources[k]);
        findings ? failed++ : passed++;
        printf("%-10s %s: %d findings\n", rules[i].name, rules[i].what, findings);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
