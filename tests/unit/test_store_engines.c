/*
 * engines: the same operations, drawn by lot, on SQLite and on PostgreSQL; every answer is
 * written down, and the two transcripts are one text. Rows of every chart table are put with
 * values from a small stock, so that joins and filters meet; then every query there is runs,
 * many times, with parameters from the same stock. A query whose ORDER BY leaves ties, that
 * sorts NULLs without saying where, or that leans on one engine's habits, differs here.
 */
#include "store_fixture.h"

#include "store/query.h"

enum { PUTS = 900, CALLS = 14, ROW_BYTES_MAX = 4096 };

static const char *const stock[] = {
    "p1", "p2", "p3", "a1", "a2", "s1", "s2", "d1", "c1", "active", "planned", "done", "missed",
    "referred", "screening", "eligible", "preparing", "dosing", "integrating", "phq9", "gad7",
    "dose", "integration", "measure", "checked_in", "recovering", "signed", "open", "ketamine",
    "im", "risk_review", "progress", "29463-7", "8480-6", "2026-03-02", "2026-11-23",
    "2027-01-31", "", "Zoë", "zoë", "ZOË", "Ångström", "apple", "Banana", "_x", "É", "z%", "😀",
    "line\nbreak\t\"quoted\" \\ 'single'", "admin", "therapist", "kept",
};
enum { STOCK = sizeof stock / sizeof *stock };

static uint64_t lot;

static unsigned draw(unsigned n) {
    lot = lot * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(lot >> 33) % n;
}

static struct str a_text(void) { return str_from(stock[draw(STOCK)]); }

/* Rarely equal: where two rows tie, the order must be said. */
static int64_t an_int(void) { return draw(8) ? (int64_t)draw(1000000) : (int64_t)draw(2); }

static double a_real(void) {
    static const double some[] = {0.1, -0.0, 1e300, 5e-324, 1.0 / 3, 72.5, 123456789.125};
    return draw(2) ? some[draw(7)] : draw(100000) / 7.0;
}

static void fill_field(const struct sql_field *f, char *row) {
    void *at = row + f->offset;
    bool is = !f->nullable || draw(3);
    if (f->type == SQL_TEXT) *(struct str *)at = is ? a_text() : STR_ABSENT;
    else if (f->type == SQL_INT && f->nullable)
        *(struct maybe_int *)at = (struct maybe_int){is, an_int()};
    else if (f->type == SQL_INT) *(int64_t *)at = an_int();
    else if (f->nullable) *(struct maybe_real *)at = (struct maybe_real){is, a_real()};
    else *(double *)at = a_real();
}

static void put_field(struct buf *b, const struct sql_field *f, const char *row) {
    const void *at = row + f->offset;
    const struct maybe_int *i = at;
    const struct maybe_real *r = at;
    buf_char(b, ' ');
    if (f->type == SQL_TEXT) buf_json(b, *(const struct str *)at);
    else if (f->nullable && !(f->type == SQL_INT ? i->is : r->is)) buf_z(b, "null");
    else if (f->type == SQL_INT) buf_int(b, f->nullable ? i->v : *(const int64_t *)at);
    else buf_real_exact(b, f->nullable ? r->v : *(const double *)at);
}

static void put_rows(struct buf *b, const struct sql_query *q, const char *rows, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        for (int k = 0; k < q->out_n; k++) put_field(b, &q->out[k], rows + i * q->row_size);
        buf_char(b, '\n');
    }
}

/* An insert, or now and then another version of a row that is there. */
static void put_some_row(struct buf *b, const struct table_info *t, int number) {
    char row[ROW_BYTES_MAX] = {0};
    struct tx tx = a_tx(TX_WRITE);
    struct str id = str_format(&fixture.arena, "%s%d", draw(6) ? "x" : "p", number % 400);
    if (draw(3) == 0) id = str_from(stock[draw(9)]);
    bool there = chart_load(&tx, t, id, row) == E_OK;
    int64_t version = *(int64_t *)(row + t->fields[1].offset) - (draw(10) == 0);
    for (int i = 2; i < t->n; i++)
        if (!there || draw(3) == 0) fill_field(&t->fields[i], row);
    for (int i = 2; i < t->n; i++) /* yes and no, which CHECKs ask for */
        if (strcmp(t->fields[i].name, "active") == 0 || strcmp(t->fields[i].name, "complete") == 0)
            *(int64_t *)(row + t->fields[i].offset) = draw(20) ? draw(2) : 2;
    *(struct str *)row = id;
    *(int64_t *)(row + t->fields[1].offset) = there ? version : 0;
    tx_event(&tx, "chart_entry", a_text());
    enum err e = chart_put(&tx, t, row);
    buf_format(b, "put %s %.*s: %s", t->name, STR_ARG(id), err_meaning(e)->name);
    buf_format(b, " %s\n", err_meaning(tx_end(&tx, draw(9) ? e : E_BLOCKED))->name);
}

static void call(struct buf *b, const struct sql_query *q) {
    char in[ROW_BYTES_MAX] = {0}, row[ROW_BYTES_MAX] = {0};
    struct {
        char *v;
        ptrdiff_t n;
    } rows = {NULL, 0};
    struct schema_version_row any;
    bool write = q->kind == SQL_KIND_exec || q->kind == SQL_KIND_later;
    struct tx tx = a_tx(write ? TX_WRITE : TX_READ);
    for (int i = 0; i < q->in_n; i++) fill_field(&q->in[i], in);
    enum err e = q->kind == SQL_KIND_one    ? query_one(&tx, q, in, row)
                 : q->kind == SQL_KIND_many ? query_many(&tx, q, in, &rows)
                 : q->kind == SQL_KIND_exec ? query_exec(&tx, q, in)
                                            : query_later(&tx, q, in);
    /* Its fault comes now or with the next answer. */
    if (q->kind == SQL_KIND_later && e == E_OK) e = schema_version(&tx, &any);
    buf_format(b, "%s:", q->name);
    for (int i = 0; i < q->in_n; i++) put_field(b, &q->in[i], in);
    buf_format(b, " -> %s", err_meaning(e)->name);
    if (write && e == E_OK) buf_format(b, " %d", (int)tx.changed);
    buf_char(b, '\n');
    if (e == E_OK) put_rows(b, q, q->kind == SQL_KIND_one ? row : rows.v,
                            q->kind == SQL_KIND_one ? 1 : rows.n);
    /* What an exec did must not break the chain that the head is of: it is rolled back. */
    e = tx_end(&tx, write ? E_BLOCKED : e);
}

static void say_head(struct buf *b) {
    struct verify_result r;
    enum err e = store_verify(fixture.store, &fixture.arena, &r);
    buf_format(b, "verify: %s %d entries, %d rows, %.*s\n%.*s", err_meaning(e)->name,
               (int)r.entries, (int)r.rows, STR_ARG(r.head), STR_ARG(r.report));
}

static struct str transcript(void) {
    static struct arena kept;
    if (!kept.beg) arena_open(&kept, (ptrdiff_t)1 << 30);
    struct buf b = buf_new(&kept, 64 << 20);
    struct arena mark = fixture.arena;
    lot = 2026;
    for (int i = 0; i < PUTS; i++, fixture.arena = mark) {
        const struct table_info *t;
        do t = &sql_tables[draw(SQL_TABLE_COUNT)];
        while (!t->fields);
        put_some_row(&b, t, i);
    }
    say_head(&b);
    for (int i = 0; i < CALLS * SQL_QUERY_COUNT; i++, fixture.arena = mark) {
        const struct sql_query *q = &sql_queries[i % SQL_QUERY_COUNT];
        if (strncmp(q->name, "schema_", 7) != 0) call(&b, q); /* its time is not drawn by lot */
    }
    say_head(&b);
    return str_copy(&kept, buf_str(&b));
}

static void both_engines_tell_the_same(void **state) {
    static struct str told;
    (void)state;
    struct str now = transcript(), line_told, line_now;
    struct str rest_told = told, rest_now = now;
    if (!told.s) {
        told = now;
        assert_true(str_find(now, STR("verify: E_OK")) > 0);
        return;
    }
    struct str what = STR("?"); /* the last line that names an operation */
    while (rest_told.s && rest_now.s) {
        line_told = str_cut(rest_told, '\n', &rest_told);
        line_now = str_cut(rest_now, '\n', &rest_now);
        if (!str_starts(line_told, STR(" "))) what = line_told;
        if (!str_eq(line_told, line_now))
            fail_msg("in %.*s\nsqlite:   %.*s\npostgres: %.*s", STR_ARG(what), STR_ARG(line_told),
                     STR_ARG(line_now));
    }
    assert_true(str_eq(told, now));
}

/* Two clinics' locks do not keep these two apart; serialisability does. */
static void what_cannot_be_put_in_a_row_is_tried_again(void **state) {
    (void)state;
    struct tx a, b;
    struct actor other = actor;
    struct clinics_rows rows;
    struct clinic_insert_in in = {STR("A"), STR("UTC"), NOW};
    if (on_sqlite()) skip(); /* one writer at a time: there is nothing to try again */
    other.clinic_id = STR("clinic-b");
    assert_int_equal(tx_begin(&a, fixture.store, &fixture.arena, TX_WRITE, actor, NOW), E_OK);
    assert_int_equal(tx_begin(&b, fixture.store, &fixture.arena, TX_WRITE, other, NOW), E_OK);
    assert_int_equal(clinics(&a, &rows), E_OK);
    assert_int_equal(clinics(&b, &rows), E_OK);
    assert_int_equal(clinic_insert(&a, &in), E_OK);
    enum err e = clinic_insert(&b, &in);
    assert_int_equal(tx_end(&a, E_OK), E_OK);
    assert_int_equal(tx_end(&b, e), E_RETRY);
    assert_int_equal(tx_begin(&b, fixture.store, &fixture.arena, TX_WRITE, other, NOW), E_OK);
    assert_int_equal(clinics(&b, &rows), E_OK);
    assert_int_equal(tx_end(&b, clinic_insert(&b, &in)), E_OK);
}

static void a_lost_connection_is_made_again(void **state) {
    (void)state;
    static const char cut[] = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                              " WHERE application_name = 'cairn'";
    if (on_sqlite()) skip();
    struct patient p = a_patient("K-1"), q = a_patient("K-2");
    struct tx tx = a_tx(TX_WRITE);
    assert_int_equal(put_patient(&tx, &p), E_OK);
    behind_its_back(cut);
    assert_int_equal(put_patient(&tx, &q), E_RETRY); /* nothing was done: run it again */
    assert_int_equal(tx_end(&tx, E_OK), E_RETRY);
    tx = a_tx(TX_WRITE);
    p = a_patient("K-1");
    assert_int_equal(put_patient(&tx, &p), E_OK); /* it was not there */
    behind_its_back(cut);
    assert_int_equal(tx_end(&tx, E_OK), E_RETRY); /* the head could not be written */
    tx = a_tx(TX_READ);
    assert_int_equal(patient_load(&tx, p.id, &q), E_UNKNOWN);
    behind_its_back(cut);
    assert_int_equal(tx_end(&tx, E_OK), E_WORLD);
    tx = a_tx(TX_READ);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(both_engines_tell_the_same),
        FIXTURE_TEST(what_cannot_be_put_in_a_row_is_tried_again),
        FIXTURE_TEST(a_lost_connection_is_made_again),
    };
    return on_both_engines("engines", tests, sizeof tests / sizeof *tests);
}
