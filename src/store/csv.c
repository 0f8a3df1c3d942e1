/*
 * csv: a chart table for other people's programs, as RFC 4180 has it: a header, then the rows in
 * the order of their ids. No value is nothing between two commas; an empty text is two quotes.
 * What opens a door (passwords, sessions) is in no chart table, but for the hash of a device's
 * key, which is left out.
 */
#include <string.h>

#include "base/buf.h"
#include "store/driver.h"
#include "store/sql.h"

struct csv {
    struct row_sink sink;
    struct buf *out;
    int64_t rows;
};

static bool needs_quotes(struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++)
        if (strchr(",\"\r\n", s.s[i])) return true;
    return s.n == 0 || s.s[0] == ' ' || s.s[s.n - 1] == ' ';
}

static void put_text(struct buf *b, struct str s) {
    if (!needs_quotes(s)) {
        buf_put(b, s);
        return;
    }
    buf_char(b, '"');
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.s[i] == '"') buf_char(b, '"');
        buf_char(b, s.s[i]);
    }
    buf_char(b, '"');
}

static enum err csv_columns(struct row_sink *sink, const char *const *names, int n) {
    struct buf *b = ((struct csv *)sink)->out;
    for (int i = 0; i < n; i++) {
        if (i) buf_char(b, ',');
        buf_z(b, names[i]);
    }
    buf_z(b, "\r\n");
    return E_OK;
}

static enum err csv_row(struct row_sink *sink, const struct cell *v, int n) {
    struct csv *c = (struct csv *)sink;
    for (int i = 0; i < n; i++) {
        if (i) buf_char(c->out, ',');
        if (v[i].kind == CELL_TEXT) put_text(c->out, v[i].text);
        else if (v[i].kind == CELL_INT) buf_int(c->out, v[i].i);
        else if (v[i].kind == CELL_REAL) buf_real_exact(c->out, v[i].r);
    }
    buf_z(c->out, "\r\n");
    c->rows++;
    return E_OK;
}

static void put_select(struct buf *b, const struct table_info *t) {
    for (int i = 0, n = 0; i < t->n; i++)
        if (strcmp(t->fields[i].name, "key_hash") != 0)
            buf_format(b, "%s%s", n++ ? ", " : "SELECT ", t->fields[i].name);
    buf_format(b, " FROM %s WHERE clinic_id = ", t->name);
}

static void put_quoted(struct buf *b, struct str id) {
    for (ptrdiff_t i = 0; i < id.n; i++) CHECK(id.s[i] != '\'', "an id has no quotes");
    buf_format(b, "'%.*s'", STR_ARG(id));
}

enum err store_csv(struct tx *tx, int number, struct str patient_id, struct arena *a,
                   struct str *name, struct str *csv) {
    if (number >= SQL_TABLE_COUNT) return E_UNKNOWN;
    const struct table_info *t = &sql_tables[number];
    struct arena scratch = *tx->arena;
    struct buf out = buf_new(a, 1 << 16), select = buf_new(&scratch, 2048);
    struct csv c = {.sink = {csv_columns, csv_row}, .out = &out};
    *name = str_from(t->name);
    *csv = STR_ABSENT;
    if (!t->fields || (patient_id.s && t->patient_field < 0)) return E_OK;
    put_select(&select, t);
    put_quoted(&select, tx->actor.clinic_id);
    if (patient_id.s) {
        buf_format(&select, " AND %s = ", t->fields[t->patient_field].name);
        put_quoted(&select, patient_id);
    }
    buf_z(&select, " ORDER BY id");
    TRY(tx->store->driver->dump(tx, str_z(&scratch, buf_str(&select)), &c.sink));
    if (c.rows) *csv = buf_str(&out);
    return E_OK;
}
