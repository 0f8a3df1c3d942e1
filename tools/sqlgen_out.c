/* sqlgen_out: the tables and queries that were read, as C. */
#include "sqlgen.h"

static struct arena *arena; /* the generator's */

static const char *c_type(struct column c) {
    if (c.type == 't') return "struct str";
    if (c.type == 'i') return c.nullable ? "struct maybe_int" : "int64_t";
    return c.nullable ? "struct maybe_real" : "double";
}

static void put_struct(struct buf *h, struct str name, const char *suffix, const struct column *c,
                       int n) {
    buf_format(h, "struct %.*s%s {\n", STR_ARG(name), suffix);
    for (int i = 0; i < n; i++) {
        buf_format(h, "    %s %.*s;", c_type(c[i]), STR_ARG(c[i].name));
        if (c[i].note.n) buf_format(h, " /* %.*s */", STR_ARG(c[i].note));
        else if (c[i].nullable && c[i].type == 't') buf_z(h, " /* may be absent */");
        buf_char(h, '\n');
    }
    buf_z(h, "};\n");
}

static void put_fields(struct buf *c, struct str name, const char *what, const char *owner,
                       const struct column *v, int n) {
    if (n == 0) return;
    buf_format(c, "static const struct sql_field %.*s_%s[] = {\n", STR_ARG(name), what);
    for (int i = 0; i < n; i++) {
        const char *type = v[i].type == 't' ? "TEXT" : v[i].type == 'i' ? "INT" : "REAL";
        struct buf absent = {.arena = arena};
        if (v[i].absent.s) buf_json(&absent, v[i].absent);
        buf_format(c, "    {\"%.*s\", SQL_%s, offsetof(struct %.*s%s, %.*s), %s, %.*s},\n",
                   STR_ARG(v[i].name), type, STR_ARG(name), owner, STR_ARG(v[i].name),
                   v[i].nullable ? "true" : "false",
                   STR_ARG(absent.n ? buf_str(&absent) : STR("NULL")));
    }
    buf_z(c, "};\n");
}

static void put_text(struct buf *c, struct str text) {
    while (text.s) {
        struct buf line = {.arena = arena};
        buf_json(&line, str_cut(text, '\n', &text));
        buf_format(c, "\n    %.*s", STR_ARG(buf_str(&line)));
        if (text.s) c->n--, buf_z(c, "\\n\"");
    }
}

static void put_prototype(struct buf *out, const struct query *q, const char *end) {
    struct str n = q->name;
    buf_format(out, "enum err %.*s(struct tx *tx", STR_ARG(n));
    if (q->in_n) buf_format(out, ", const struct %.*s_in *in", STR_ARG(n));
    struct str row = q->row ? q->row->name : str_format(arena, "%.*s_row", STR_ARG(n));
    struct str rows = q->row ? q->row->name : n;
    if (str_is(q->kind, "one")) buf_format(out, ", struct %.*s *row", STR_ARG(row));
    if (str_is(q->kind, "many")) buf_format(out, ", struct %.*s_rows *rows", STR_ARG(rows));
    buf_format(out, ")%s", end);
}

static void put_query(struct buf *h, struct buf *c, const struct query *q, int number) {
    struct str n = q->name;
    buf_format(h, "\n/* %.*s\n%.*s*/\n", STR_ARG(q->place), STR_ARG(q->doc));
    if (q->in_n) put_struct(h, n, "_in", q->in, q->in_n);
    if (q->out_n) put_struct(h, n, "_row", q->out, q->out_n);
    if (q->out_n && str_is(q->kind, "many"))
        buf_format(h, "struct %.*s_rows {\n    struct %.*s_row *v;\n    ptrdiff_t n;\n};\n",
                   STR_ARG(n), STR_ARG(n));
    buf_z(h, "MUST ");
    put_prototype(h, q, ";\n");
    put_fields(c, n, "in", "_in", q->in, q->in_n);
    put_fields(c, n, "row", "_row", q->out, q->out_n);
    put_prototype(c, q, " {\n");
    const char *result = str_is(q->kind, "one") ? ", row" : str_is(q->kind, "many") ? ", rows" : "";
    buf_format(c, "    return query_%.*s(tx, &sql_queries[%d], %s%s);\n}\n\n", STR_ARG(q->kind),
               number, q->in_n ? "in" : "NULL", result);
}

static void put_chart(struct buf *h, struct buf *c, const struct table *t, int number) {
    struct str n = t->name;
    buf_format(h, "\n/* %.*s */\n", STR_ARG(t->place));
    put_struct(h, n, "", t->c + 1, t->n - 1);
    buf_format(h, "struct %.*s_rows {\n    struct %.*s *v;\n    ptrdiff_t n;\n};\n", STR_ARG(n),
               STR_ARG(n));
    buf_format(h, "MUST enum err %.*s_load(struct tx *tx, struct str id, struct %.*s *out);\n"
                  "MUST enum err %.*s_put(struct tx *tx, struct %.*s *row);\n",
               STR_ARG(n), STR_ARG(n), STR_ARG(n), STR_ARG(n));
    buf_format(c, "enum err %.*s_load(struct tx *tx, struct str id, struct %.*s *out) {\n"
                  "    return chart_load(tx, &sql_tables[%d], id, out);\n}\n"
                  "enum err %.*s_put(struct tx *tx, struct %.*s *row) {\n"
                  "    return chart_put(tx, &sql_tables[%d], row);\n}\n\n",
               STR_ARG(n), STR_ARG(n), number, STR_ARG(n), STR_ARG(n), number);
}

static void put_query_row(struct buf *c, const struct query *q, int i) {
    buf_format(c, "    {\"%.*s\", \"%.*s\",", STR_ARG(q->name), STR_ARG(q->place));
    put_text(c, q->text);
    struct str n = q->name;
    buf_format(c, ",\n    %d, SQL_KIND_%.*s, ", i, STR_ARG(q->kind));
    if (q->takes) buf_format(c, "%.*s_fields, %d, ", STR_ARG(q->takes->name), q->takes->n - 1);
    else if (q->of) buf_z(c, "an_id, 1, ");
    else if (q->in_n) buf_format(c, "%.*s_in, %d, ", STR_ARG(n), q->in_n);
    else buf_z(c, "NULL, 0, ");
    if (q->row) buf_format(c, "%.*s_fields, %d, sizeof(struct %.*s)},\n", STR_ARG(q->row->name),
                           q->row->n - 1, STR_ARG(q->row->name));
    else if (q->out_n) buf_format(c, "%.*s_row, %d, sizeof(struct %.*s_row)},\n", STR_ARG(n),
                                  q->out_n, STR_ARG(n));
    else buf_z(c, "NULL, 0, 0},\n");
}

static int patient_field(const struct table *t) {
    for (int i = 1; i < t->n; i++)
        if (str_is(t->c[i].name, str_is(t->name, "patient") ? "id" : "patient_id")) return i - 1;
    return -1;
}

static void put_table_row(struct buf *c, const struct table *t, int query) {
    struct str n = t->name;
    buf_format(c, "    {\"%.*s\", ", STR_ARG(n));
    if (!t->chart) buf_z(c, "NULL, 0, 0, -1, NULL, NULL, NULL, NULL},\n");
    else buf_format(c, "%.*s_fields, %d, sizeof(struct %.*s), %d, &sql_queries[%d], "
                    "&sql_queries[%d], &sql_queries[%d], &sql_queries[%d]},\n", STR_ARG(n),
                    t->n - 1, STR_ARG(n), patient_field(t), query, query + 1, query + 2, query + 3);
}

void sqlgen_out(struct sqlgen *g, struct buf *h, struct buf *c) {
    arena = &g->arena;
    buf_z(h, "/* Made by sqlgen from src/store: do not edit. */\n#ifndef CAIRN_SQL_H\n"
             "#define CAIRN_SQL_H\n\n#include \"store/store.h\"\n");
    buf_z(c, "/* Made by sqlgen from src/store: do not edit. */\n#include \"store/sql.h\"\n\n"
             "#include <stddef.h>\n\n#include \"store/query.h\"\n\n"
             "static const struct sql_field an_id[] = {{\"id\", SQL_TEXT, 0, false, NULL}};\n\n");
    for (int i = 0; i < g->table_count; i++) {
        if (!g->tables[i].chart) continue;
        put_fields(c, g->tables[i].name, "fields", "", g->tables[i].c + 1, g->tables[i].n - 1);
        put_chart(h, c, &g->tables[i], i);
    }
    for (int i = 0; i < g->query_count; i++)
        if (!g->queries[i].of) put_query(h, c, &g->queries[i], i);
    buf_z(c, "const struct sql_query sql_queries[] = {\n");
    for (int i = 0; i < g->query_count; i++) put_query_row(c, &g->queries[i], i);
    buf_z(c, "};\n\nconst struct table_info sql_tables[] = {\n");
    for (int i = 0, q = 0; i < g->table_count; i++) {
        while (g->tables[i].chart && g->queries[q].of != &g->tables[i]) q++;
        put_table_row(c, &g->tables[i], q);
    }
    buf_z(c, "};\n\nconst struct migration sql_migrations[] = {\n");
    for (int i = 0; i < g->migration_count; i++) {
        buf_format(c, "    {\"%.*s\",", STR_ARG(g->migrations[i].name));
        put_text(c, g->migrations[i].text);
        buf_z(c, "},\n");
    }
    buf_format(h, "\nenum {\n    SQL_QUERY_COUNT = %d,\n    SQL_TABLE_COUNT = %d,\n"
                  "    SQL_MIGRATION_COUNT = %d\n};\n\n#endif\n",
               g->query_count, g->table_count, g->migration_count);
    buf_z(c, "};\n");
}

