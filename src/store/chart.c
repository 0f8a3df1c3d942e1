/*
 * chart: the one door through which a chart row is written. The row, its version and its
 * journal entry change together or not at all.
 */
#include <string.h>

#include "base/buf.h"
#include "base/id.h"
#include "store/driver.h"

static const void *at(const void *row, const struct sql_field *f) {
    return (const char *)row + f->offset;
}

static void put_value(struct buf *b, const struct sql_field *f, const void *row) {
    const void *p = at(row, f);
    const struct maybe_int *i = p;
    const struct maybe_real *r = p;
    if (f->type == SQL_TEXT) buf_json(b, *(const struct str *)p);
    else if (f->nullable && !(f->type == SQL_INT ? i->is : r->is)) buf_z(b, "null");
    else if (f->type == SQL_INT) buf_int(b, f->nullable ? i->v : *(const int64_t *)p);
    else buf_real_exact(b, (f->nullable ? r->v : *(const double *)p) + 0.0); /* -0 is kept as 0 */
}

static void put_field(struct buf *b, const struct table_info *t, int i, const void *row) {
    buf_z(b, i ? ",\"" : "{\"");
    buf_z(b, t->fields[i].name);
    buf_z(b, "\":");
    put_value(b, &t->fields[i], row);
}

static struct str image_of(struct arena *a, const struct table_info *t, const void *row) {
    struct buf b = buf_new(a, 512);
    for (int i = 0; i < t->n; i++) put_field(&b, t, i, row);
    buf_char(&b, '}');
    return buf_str(&b);
}

static bool is_default(const struct sql_field *f, const void *row, struct arena scratch) {
    struct buf b = buf_new(&scratch, 64);
    put_value(&b, f, row);
    return f->absent && str_is(buf_str(&b), f->absent);
}

const char *chart_difference(struct arena scratch, const struct table_info *t, const void *row,
                             struct str image) {
    struct buf b = buf_new(&scratch, 512);
    int i = 0;
    for (; i < t->n; i++) {
        if (i && image.n == b.n + 1 && image.s[b.n] == '}') break; /* an older table's image */
        ptrdiff_t from = b.n;
        put_field(&b, t, i, row);
        if (!str_eq(str_slice(image, from, b.n), str_slice(buf_str(&b), from, b.n)))
            return t->fields[i].name;
    }
    if (image.n != b.n + 1 || image.s[b.n] != '}') return t->fields[t->n - 1].name;
    for (; i < t->n; i++)
        if (!is_default(&t->fields[i], row, scratch)) return t->fields[i].name;
    return NULL;
}

enum err chart_load(struct tx *tx, const struct table_info *t, struct str id, void *row) {
    return query_one(tx, t->load, &id, row);
}

static struct str patient_of(const struct table_info *t, const void *row) {
    if (t->patient_field < 0) return STR_ABSENT;
    return *(const struct str *)at(row, &t->fields[t->patient_field]);
}

/* The second and third column of every chart table, the first two fields of its struct. */
struct head {
    struct str id;
    int64_t version;
};

enum err chart_put(struct tx *tx, const struct table_info *t, void *row) {
    struct head *head = row;
    CHECK(tx->event, "a chart row written without an event");
    bool insert = head->version == 0;
    if (insert && !head->id.s) head->id = id_new(tx->arena, tx->now_ms);
    head->version++;
    enum err e = query_exec(tx, insert ? t->insert : t->update, row);
    if (e == E_OK && tx->changed == 0) e = E_CONFLICT;
    if (e == E_CONFLICT) tx->conflict_table = t->name, tx->conflict_id = head->id;
    if (e != E_OK) {
        head->version--;
        return e;
    }
    live_row(tx, t, head->id, row);
    return journal_write(tx, tx->event, patient_of(t, row), t, head->id, head->version,
                         image_of(tx->arena, t, row));
}
