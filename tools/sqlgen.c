/*
 * sqlgen: SQL files in, typed C functions out.
 *
 *     sqlgen OUT.h OUT.c OUT.d MIGRATIONS QUERIES
 *
 * A migration is read for its CREATE TABLE (of two of a name the later counts) and ALTER TABLE
 * .. ADD COLUMN; its text goes whole into the program. A table with the word `chart` in the
 * comment after its opening parenthesis gets a struct and TABLE_load, TABLE_put. A file of
 * queries holds blocks:
 *
 *     -- one patient_get (id text) -> (mrn text, weight_kg real?)
 *     -- What it is for.
 *     SELECT mrn, weight_kg FROM patient WHERE clinic_id = $clinic AND id = $1;
 *
 * kind: one, many (must have a LIMIT), exec, later (an exec for which nobody waits). Types: text,
 * int, real; `?`: may be NULL. A header may run over several comment lines while its parentheses
 * are open. `-> patient` says that a row is a struct patient; {patient} stands for its columns,
 * {p: patient} for p.id, p.version, ... `$clinic` is bound from the transaction; a statement
 * without it is refused unless a doc line begins with `across clinics`, and so is a cast AS
 * INTEGER, which is narrower on one engine than on the other.
 *
 * In the text that comes out $clinic is $1 and the parameters follow: PostgreSQL takes it as
 * it is, and the SQLite driver turns $n into ?n, which is numbered, not named.
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/lines.h"
#include "sqlgen.h"

static struct sqlgen g;
static struct str file; /* being read */

__attribute__((format(printf, 2, 3))) static _Noreturn void bad(int line, const char *why, ...) {
    va_list args;
    va_start(args, why);
    fprintf(stderr, "%.*s:%d: ", STR_ARG(file), line);
    vfprintf(stderr, why, args);
    fputc('\n', stderr);
    exit(1);
}

static int line_of(struct str text, const char *p) {
    int line = 1;
    for (const char *c = text.s; c < p; c++) line += *c == '\n';
    return line;
}

/* The same text with every comment made of spaces, so that offsets stay. */
static struct str without_comments(struct str text) {
    char *p = (char *)str_z(&g.arena, text);
    bool quoted = false;
    for (ptrdiff_t i = 0; i < text.n; i++) {
        if (p[i] == '\'') quoted = !quoted;
        if (quoted || p[i] != '-' || p[i + 1] != '-') continue;
        while (i < text.n && p[i] != '\n') p[i++] = ' ';
    }
    return (struct str){p, text.n};
}

static bool name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Takes the next name or single other character off *rest. */
static struct str token(struct str *rest) {
    *rest = str_trim(*rest);
    ptrdiff_t n = 0;
    while (n < rest->n && name_char(rest->s[n])) n++;
    if (n == 0 && rest->n > 0) n = 1;
    struct str word = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n, rest->n);
    return word;
}

static bool has_word(struct str text, const char *word) {
    for (struct str t = token(&text); t.n; t = token(&text))
        if (str_eq_fold(t, str_from(word))) return true;
    return false;
}

static const struct table *table_named(struct str name) {
    for (int i = 0; i < g.table_count; i++)
        if (str_eq(g.tables[i].name, name)) return &g.tables[i];
    return NULL;
}

static char type_of(struct str word, int line) {
    if (str_eq_fold(word, STR("text"))) return 't';
    if (str_eq_fold(word, STR("integer")) || str_eq_fold(word, STR("int"))) return 'i';
    if (str_eq_fold(word, STR("real"))) return 'r';
    bad(line, "'%.*s' is no type here: text, int or real", STR_ARG(word));
}

/* Migrations -------------------------------------------------------------------------------- */

static bool is_constraint(struct str word) {
    static const char *const words[] = {"primary", "unique", "check", "foreign", "constraint"};
    for (int i = 0; i < 5; i++)
        if (str_eq_fold(word, str_from(words[i]))) return true;
    return false;
}

/* `item` is "mrn TEXT NOT NULL", `after` the original text behind it, with its comment. */
static void add_column(struct table *t, struct str item, struct str after, int line) {
    struct str rest = item;
    struct column c = {.name = token(&rest), .absent = STR("null")};
    if (is_constraint(c.name)) return;
    c.type = type_of(token(&rest), line);
    c.nullable = !has_word(rest, "null"); /* only NOT NULL names it */
    ptrdiff_t at = str_find(rest, STR("DEFAULT"));
    if (at >= 0) {
        struct str value = str_slice(rest, at + 7, rest.n);
        struct str first = token(&value);
        c.absent = first;
        if (first.n && first.s[0] == '\'') { /* a text: as far as its closing quote */
            first = str_cut(value, '\'', &value);
            c.absent = str_format(&g.arena, "\"%.*s\"", STR_ARG(first));
        }
    }
    struct str rest_of_line = str_cut(after, '\n', &after);
    ptrdiff_t note = str_find(rest_of_line, STR("--"));
    if (note >= 0) c.note = str_trim(str_slice(rest_of_line, note + 2, rest_of_line.n));
    if (t->n == COLUMNS_MAX) bad(line, "more than %d columns", COLUMNS_MAX);
    t->c[t->n++] = c;
}

static struct str up_to(const char *from, const char *to) {
    return (struct str){from, to - from};
}

static void create_table(struct str original, struct str clean, struct str statement) {
    struct str rest = statement;
    struct str name = token(&rest);
    struct table *t = (struct table *)table_named(name); /* made again: as it is now */
    int line = line_of(clean, statement.s);
    if (!t) t = &g.tables[g.table_count++];
    *t = (struct table){.name = name};
    t->place = str_format(&g.arena, "%.*s:%d", STR_ARG(file), line);
    if (token(&rest).s[0] != '(') bad(line, "CREATE TABLE name ( expected");
    struct str tail = str_slice(original, rest.s - clean.s, original.n);
    struct str comment = str_cut(tail, '\n', &tail);
    t->chart = str_find(comment, STR("--")) >= 0 && has_word(comment, "chart");
    const char *from = rest.s;
    int depth = 0;
    for (const char *p = from; depth >= 0 && p < statement.s + statement.n; p++) {
        depth += (*p == '(') - (*p == ')');
        if (depth > 0 || (depth == 0 && *p != ',')) continue;
        struct str after = str_slice(original, p + 1 - clean.s, original.n);
        struct str item = str_trim(up_to(from, p));
        add_column(t, item, after, line_of(clean, item.s));
        from = p + 1;
    }
    if (!t->chart) return;
    if (t->n < 3 || !str_is(t->c[0].name, "clinic_id") || !str_is(t->c[1].name, "id") ||
        !str_is(t->c[2].name, "version"))
        bad(line, "a chart table begins with clinic_id, id, version");
}

/* Up to the next ; that is not in a text. */
static struct str next_statement(struct str *rest) {
    bool quoted = false;
    ptrdiff_t n = 0;
    for (; n < rest->n && (quoted || rest->s[n] != ';'); n++) quoted ^= rest->s[n] == '\'';
    struct str statement = str_slice(*rest, 0, n);
    *rest = n < rest->n ? str_slice(*rest, n + 1, rest->n) : STR_ABSENT;
    return statement;
}

static void add_migration(struct str text) {
    struct str clean = without_comments(text), rest = clean;
    struct str base = file, name;
    while (base.s && base.n) name = base, str_cut(base, '/', &base);
    g.migrations[g.migration_count++] =
        (struct migration_text){str_slice(name, 0, name.n - 4), text};
    while (rest.s && rest.n) {
        struct str statement = next_statement(&rest);
        struct str verb = token(&statement), noun = token(&statement);
        if (!str_eq_fold(noun, STR("table"))) continue;
        if (str_eq_fold(verb, STR("create"))) {
            create_table(text, clean, str_trim(statement));
        } else if (str_eq_fold(verb, STR("alter"))) {
            int line = line_of(clean, statement.s);
            struct table *t = (struct table *)table_named(token(&statement));
            if (!t) bad(line, "ALTER TABLE of a table that no migration makes");
            if (!str_eq_fold(token(&statement), STR("add"))) bad(line, "only ADD COLUMN is known");
            token(&statement);
            struct str after = rest.s ? str_slice(text, rest.s - clean.s, text.n) : rest;
            add_column(t, statement, after, line);
        }
    }
}

void sqlgen_columns(struct buf *out, const struct table *t, struct str alias) {
    for (int i = 1; i < t->n; i++)
        buf_format(out, "%s%.*s%s%.*s", i > 1 ? ", " : "", STR_ARG(alias), alias.n ? "." : "",
                   STR_ARG(t->c[i].name));
}

/* Queries ----------------------------------------------------------------------------------- */

static int fields(struct str *rest, struct column *v, int line) {
    int n = 0;
    if (token(rest).s[0] != '(') bad(line, "( expected");
    for (struct str name = token(rest); name.n && name.s[0] != ')'; name = token(rest)) {
        if (name.s[0] == ',') name = token(rest);
        if (n == COLUMNS_MAX) bad(line, "more than %d fields", COLUMNS_MAX);
        v[n] = (struct column){.name = name, .type = type_of(token(rest), line)};
        *rest = str_trim(*rest);
        if (str_starts(*rest, STR("?"))) v[n].nullable = true, token(rest);
        n++;
    }
    return n;
}

static void expand(struct buf *out, struct str inside, int line) {
    struct str alias = STR_ABSENT, name = inside;
    if (str_find(inside, STR(":")) >= 0) alias = str_trim(str_cut(inside, ':', &name));
    const struct table *t = table_named(str_trim(name));
    if (!t) bad(line, "{%.*s}: no such table", STR_ARG(inside));
    sqlgen_columns(out, t, alias);
}

/* $clinic -> $1, $n -> $n+1, {table} -> its columns. */
static struct str rewritten(struct query *q, struct str sql, int line) {
    struct buf out = {.arena = &g.arena};
    bool clinic = false, used[COLUMNS_MAX] = {false};
    for (ptrdiff_t i = 0; i < sql.n; i++) {
        struct str rest = str_slice(sql, i + 1, sql.n);
        if (sql.s[i] == '$') {
            struct str name = token(&rest);
            int64_t n = 0;
            if (str_is(name, "clinic")) clinic = true;
            else if (!str_to_int(name, &n) || n < 1 || n > q->in_n)
                bad(line, "%.*s: $%.*s is no parameter", STR_ARG(q->name), STR_ARG(name));
            else used[n - 1] = true;
            buf_format(&out, "$%d", (int)n + 1);
            i += name.n;
        } else if (sql.s[i] == '{') {
            struct str inside = str_cut(rest, '}', &rest);
            expand(&out, inside, line);
            i += inside.n + 1;
        } else {
            buf_char(&out, sql.s[i]);
        }
    }
    if (clinic == q->across)
        bad(line, "%.*s: %s", STR_ARG(q->name), clinic ? "names $clinic and says across clinics"
            : "the statement does not name $clinic");
    for (int i = 0; i < q->in_n; i++)
        if (!used[i]) bad(line, "%.*s: $%d is not used", STR_ARG(q->name), i + 1);
    return buf_str(&out);
}

static void header(struct query *q, struct str text, int line) {
    q->kind = token(&text);
    q->name = token(&text);
    q->in_n = fields(&text, q->in, line);
    text = str_trim(text);
    bool rows = str_is(q->kind, "one") || str_is(q->kind, "many");
    if (rows != str_starts(text, STR("->"))) bad(line, rows ? "-> expected" : "it gives no rows");
    if (!rows) return;
    text = str_trim(str_slice(text, 2, text.n));
    if (str_starts(text, STR("("))) {
        q->out_n = fields(&text, q->out, line);
    } else {
        q->row = table_named(token(&text));
        if (!q->row || !q->row->chart) bad(line, "-> a chart table's name or (columns) expected");
    }
}

static bool begins_block(struct str line) {
    if (!str_starts(line, STR("-- "))) return false;
    struct str rest = str_slice(line, 3, line.n), kind = token(&rest);
    if (!word_among(STR("one many exec later"), kind)) return false;
    token(&rest);
    return str_starts(str_trim(rest), STR("("));
}

static bool header_open(struct str text) {
    int depth = 0;
    for (ptrdiff_t i = 0; i < text.n; i++) depth += (text.s[i] == '(') - (text.s[i] == ')');
    return depth > 0 || str_ends(text, STR("->"));
}

static struct str comment_of(struct str line) { return str_trim(str_slice(line, 2, line.n)); }

/* Reads the block that begins with `first`; *rest and *number move past it. */
static void add_query(struct str first, struct str *rest, int *number) {
    int line = *number;
    struct query *q = &g.queries[g.query_count++];
    if (g.query_count == QUERIES_MAX) bad(line, "more than %d queries", QUERIES_MAX);
    struct buf head = {.arena = &g.arena}, doc = {.arena = &g.arena}, body = {.arena = &g.arena};
    buf_put(&head, comment_of(first));
    while (rest->s && !str_ends(str_trim(buf_str(&body)), STR(";"))) {
        struct str l = str_trim(str_cut(*rest, '\n', rest));
        ++*number;
        bool comment = str_starts(l, STR("--"));
        bool more = header_open(buf_str(&head)) || str_starts(comment_of(l), STR("->"));
        struct buf *to = more && !doc.n ? &head : &doc;
        const char *end = to == &doc ? "\n" : "";
        if (comment && !body.n) buf_format(to, " %.*s%s", STR_ARG(comment_of(l)), end);
        else if (l.n) buf_format(&body, "%.*s\n", STR_ARG(str_trim(without_comments(l))));
    }
    q->place = str_format(&g.arena, "%.*s:%d", STR_ARG(file), line);
    q->doc = buf_str(&doc);
    q->across = str_starts(q->doc, STR(" across clinics"));
    struct str sql = str_trim(buf_str(&body));
    if (!str_ends(sql, STR(";"))) bad(line, "the statement does not end with ;");
    header(q, buf_str(&head), line);
    if (str_is(q->kind, "many") && !has_word(sql, "limit"))
        bad(line, "%.*s: a many query has a LIMIT", STR_ARG(q->name));
    if (has_word(sql, "integer"))
        bad(line, "%.*s: an INTEGER has four bytes in PostgreSQL; say BIGINT", STR_ARG(q->name));
    q->text = rewritten(q, str_slice(sql, 0, sql.n - 1), line);
    for (int i = 0; i < g.query_count - 1; i++)
        if (str_eq(g.queries[i].name, q->name))
            bad(line, "%.*s is already at %.*s", STR_ARG(q->name), STR_ARG(g.queries[i].place));
}

static void add_queries(struct str text) {
    int number = 0;
    while (text.s && text.n) {
        struct str line = str_trim(str_cut(text, '\n', &text));
        number++;
        if (begins_block(line)) add_query(line, &text, &number);
        else if (line.n && !str_starts(line, STR("--")))
            bad(number, "text outside a block: a block begins with -- one|many|exec|later name (");
    }
}

/* A chart table's own statements, as if they had been written in a file. */
static void add_chart_query(const struct table *t, const char *verb, const char *kind,
                            struct str sql) {
    struct query *q = &g.queries[g.query_count++];
    *q = (struct query){.name = str_format(&g.arena, "%.*s_%s", STR_ARG(t->name), verb), .of = t,
                        .kind = str_from(kind), .place = t->place, .text = sql};
    if (str_is(q->kind, "exec")) q->takes = t;
    else q->row = t;
}

static void add_chart_queries(const struct table *t) {
    struct buf names = {.arena = &g.arena}, values = names, sets = names;
    sqlgen_columns(&names, t, STR_ABSENT);
    for (int i = 1; i < t->n; i++) buf_format(&values, ", $%d", i + 1);
    for (int i = 2; i < t->n; i++)
        buf_format(&sets, "%s%.*s = $%d", i > 2 ? ", " : "", STR_ARG(t->c[i].name), i + 1);
    struct str columns = buf_str(&names), name = t->name;
    add_chart_query(t, "load", "one",
        str_format(&g.arena, "SELECT %.*s FROM %.*s WHERE clinic_id = $1 AND id = $2",
                   STR_ARG(columns), STR_ARG(name)));
    add_chart_query(t, "insert", "exec",
        str_format(&g.arena, "INSERT INTO %.*s (clinic_id, %.*s) VALUES ($1%.*s) "
                   "ON CONFLICT DO NOTHING", STR_ARG(name), STR_ARG(columns),
                   STR_ARG(buf_str(&values))));
    add_chart_query(t, "update", "exec",
        str_format(&g.arena, "UPDATE %.*s SET %.*s WHERE clinic_id = $1 AND id = $2 "
                   "AND version = $3 - 1", STR_ARG(name), STR_ARG(buf_str(&sets))));
    add_chart_query(t, "scan", "many",
        str_format(&g.arena, "SELECT %.*s FROM %.*s WHERE clinic_id = $1 AND id > $2 "
                   "ORDER BY id LIMIT 200", STR_ARG(columns), STR_ARG(name)));
}

/* The folder ------------------------------------------------------------------------------- */

static int sql_only(const struct dirent *e) { return str_ends(str_from(e->d_name), STR(".sql")); }

/* Every .sql file of the folder in the order of their names, and its name for ninja. */
static void read_folder(const char *folder, void (*add)(struct str), struct buf *watched) {
    struct dirent **names;
    int n = scandir(folder, &names, sql_only, alphasort);
    file = str_from(folder);
    if (n < 0) bad(0, "cannot be read");
    buf_format(watched, " %s", folder);
    for (int i = 0; i < n; i++) {
        const char *path = str_format(&g.arena, "%s/%s", folder, names[i]->d_name).s;
        struct str text;
        ptrdiff_t src = str_find(str_from(path), STR("src/store/"));
        file = str_slice(str_from(path), src < 0 ? 0 : src, PTRDIFF_MAX);
        if (file_read(&g.arena, path, 4 << 20, &text)) bad(0, "cannot be read");
        buf_format(watched, " %s", path);
        add(text);
        free(names[i]);
    }
    free(names);
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: sqlgen OUT.h OUT.c OUT.d MIGRATIONS QUERIES\n");
        return 2;
    }
    arena_open(&g.arena, (ptrdiff_t)256 << 20);
    struct buf h = buf_new(&g.arena, 4 << 20), c = buf_new(&g.arena, 16 << 20);
    struct buf watched = buf_new(&g.arena, 64 << 10);
    buf_format(&watched, "%s:", argv[2]);
    read_folder(argv[4], add_migration, &watched);
    for (int i = 0; i < g.table_count; i++)
        if (g.tables[i].chart) add_chart_queries(&g.tables[i]);
    read_folder(argv[5], add_queries, &watched);
    buf_char(&watched, '\n');
    sqlgen_out(&g, &h, &c);
    if (file_replace(argv[1], buf_str(&h)) || file_replace(argv[2], buf_str(&c)) ||
        file_replace(argv[3], buf_str(&watched)))
        bad(0, "%s: cannot be written", argv[1]);
    return 0;
}
