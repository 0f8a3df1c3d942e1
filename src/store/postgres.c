/*
 * postgres: the larger engine, through libpq.
 *
 * A write first takes the clinic's advisory lock in a statement of its own, before BEGIN:
 * a serialisable transaction's snapshot is that of its first statement, and one taken before
 * the wait would be stale when the wait ends. So writers of one clinic queue instead of
 * failing, and 40001 (answered as E_RETRY) stays for what the lock does not cover. A read is
 * a REPEATABLE READ snapshot.
 *
 * Readers and writers have pools of their own, so that who holds a reader and asks for a
 * writer never waits for himself. A connection that was lost is made again at the next begin.
 * Parameters go in binary with their types, which PostgreSQL could not guess for a NULL.
 *
 *     send ── send ── send ── settle          later  later  many: three statements, one way there
 *                                │            and back; the lock and BEGIN share one as well, and
 *     answers of all, in order ──┘            so do what is left, COMMIT and the lock's release
 *
 * What costs time is neither end's work but the wait for the other, at every statement. So the
 * statements that nobody waits for (query_later) are sent with the next one somebody does wait
 * for, in libpq's pipeline, and a fault among them is that one's answer. What came behind a
 * fault was not run. COMMIT stands behind all of it: it is not reached past a fault.
 */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "store/driver.h"
#include "store/postgres_live.h"
#include "store/sql.h"

/* Eight connections in all: two cores of ours, and a server that others use too. */
enum { READERS_MAX = 5, WRITERS_MAX = 3, PARAMETERS_MAX = 65 };
/* Unanswered at a time. So many answers to writes fit any socket's buffer, and neither end waits
 * for the other to read. The last are for what stands before a commit, and for it. */
enum { SENT_MAX = 128, SENT_SPARE = 8 };
enum { OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701 };

/* Something on its way to the server. */
struct sent {
    const char *place; /* for messages; NULL: a point up to which a fault's followers are not run */
    bool *prepared;    /* to be taken back if it was not done; NULL: nothing */
};

struct connection {
    PGconn *c;
    bool prepared[SQL_QUERY_COUNT];
    struct sent sent[SENT_MAX];
    int sent_n;
    PGresult *active;  /* being read: to be cleared when a full arena jumped out of it */
    const char *place; /* what `active` answers */
    struct connection *next;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct connection v[READERS_MAX], *idle;
    int opened, max;
};

struct pg_store {
    struct store store;
    const char *url;
    struct pool readers, writers;
    struct postgres_live *live; /* NULL: it does not listen */
};

static struct connection *db_of(struct tx *tx) { return (struct connection *)tx->db; }

static struct pool *pool_of(struct tx *tx) {
    struct pg_store *s = (struct pg_store *)tx->store;
    return tx->mode == TX_WRITE ? &s->writers : &s->readers;
}

static enum err meaning(const char *state) {
    if (!state) return E_WORLD;
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0) return E_RETRY;
    if (strcmp(state, "23505") == 0) return E_CONFLICT;
    if (strcmp(state, "23514") == 0) return E_BLOCKED;
    if (strncmp(state, "23", 2) == 0 || strncmp(state, "22", 2) == 0) return E_INVALID;
    return E_WORLD;
}

/* The first line of what libpq or the server said. */
static const char *first_line(const char *message, char out[STORE_WHY_MAX]) {
    int n = (int)strcspn(message, "\n");
    snprintf(out, STORE_WHY_MAX, "%.*s", n, message);
    return out;
}

static enum err failed(struct tx *tx, const PGresult *r, const char *statement) {
    char why[STORE_WHY_MAX];
    const char *said = r ? PQresultErrorMessage(r) : "";
    if (!*said) said = PQerrorMessage(db_of(tx)->c);
    enum err e = meaning(r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL);
    return tx_fault(tx, e, statement, first_line(said, why));
}

/* A statement's: when the connection is lost before the commit, nothing was done, and the
 * body can be run again on a new one. */
static enum err statement_failed(struct tx *tx, const PGresult *r, const char *statement) {
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    bool shut = state && strncmp(state, "57P", 3) == 0; /* the server is going, and says so */
    if (!shut && PQstatus(db_of(tx)->c) == CONNECTION_OK) return failed(tx, r, statement);
    return tx_fault(tx, E_RETRY, statement, "the connection was lost");
}

/* Connections ------------------------------------------------------------------------------- */

static void say_nothing(void *unused, const char *message) { (void)unused, (void)message; }

PGconn *postgres_connect(const char *url) {
    /* Before dbname: what the URL says goes over it. Ten seconds is the longest that a clinic's
     * writers should queue for one another. A server that went away without a word is noticed by
     * who waits (keepalives) and by who sends (tcp_user_timeout) within half a minute. */
    const char *const names[] = {"connect_timeout", "application_name", "options",
                                 "keepalives_idle", "keepalives_interval", "keepalives_count",
                                 "tcp_user_timeout", "dbname", "client_encoding", NULL};
    const char *const values[] = {"5", "cairn", "-c lock_timeout=10s", "15", "5", "3", "30000",
                                  url, "UTF8", NULL};
    PGconn *c = PQconnectdbParams(names, values, 1);
    if (c) PQsetNoticeProcessor(c, say_nothing, NULL);
    return c;
}

static bool ready(struct connection *db, const char *url) {
    if (db->c && PQstatus(db->c) == CONNECTION_OK) return true;
    memset(db->prepared, 0, sizeof db->prepared);
    if (db->c) PQfinish(db->c);
    db->sent_n = 0;
    db->c = postgres_connect(url);
    return db->c && PQstatus(db->c) == CONNECTION_OK;
}

static void pool_init(struct pool *p, int max) {
    p->max = max;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->freed, NULL);
}

static struct connection *pool_take(struct pool *p) {
    pthread_mutex_lock(&p->lock);
    while (!p->idle && p->opened == p->max) pthread_cond_wait(&p->freed, &p->lock);
    struct connection *db = p->idle;
    if (db) p->idle = db->next;
    else db = &p->v[p->opened++];
    pthread_mutex_unlock(&p->lock);
    return db;
}

static void pool_give(struct pool *p, struct connection *db) {
    pthread_mutex_lock(&p->lock);
    db->next = p->idle;
    p->idle = db;
    pthread_cond_signal(&p->freed);
    pthread_mutex_unlock(&p->lock);
}

/* Statements -------------------------------------------------------------------------------- */

enum { STATEMENT_NAME_MAX = 16 };

static const char *name_of(const struct sql_query *q, char out[STATEMENT_NAME_MAX]) {
    snprintf(out, STATEMENT_NAME_MAX, "q%d", q->number);
    return out;
}

struct parameters {
    Oid types[PARAMETERS_MAX];
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    uint64_t words[PARAMETERS_MAX]; /* numbers, in network order */
    int n;
};

static void add_text(struct parameters *p, struct str s) {
    p->types[p->n] = OID_TEXT;
    p->values[p->n] = s.s;
    p->lengths[p->n] = (int)s.n;
    p->formats[p->n++] = 1;
}

static void add_word(struct parameters *p, Oid type, bool is, uint64_t bits) {
    p->words[p->n] = htobe64(bits);
    p->types[p->n] = type;
    p->values[p->n] = is ? (const char *)&p->words[p->n] : NULL;
    p->lengths[p->n] = 8;
    p->formats[p->n++] = 1;
}

static void add_value(struct parameters *p, const struct sql_field *f, const void *in) {
    const void *at = (const char *)in + f->offset;
    const struct maybe_int *i = at;
    const struct maybe_real *r = at;
    uint64_t bits;
    if (f->type == SQL_TEXT) {
        add_text(p, *(const struct str *)at);
    } else if (f->type == SQL_INT) {
        int64_t v = f->nullable ? i->v : *(const int64_t *)at;
        add_word(p, OID_INT8, !f->nullable || i->is, (uint64_t)v);
    } else {
        double v = (f->nullable ? r->v : *(const double *)at) + 0.0; /* -0 is kept as 0 */
        memcpy(&bits, &v, sizeof bits);
        add_word(p, OID_FLOAT8, !f->nullable || r->is, bits);
    }
}

static bool texts_ok(const struct parameters *p) {
    for (int i = 0; i < p->n; i++)
        if (p->types[i] == OID_TEXT && p->values[i] &&
            !str_utf8_ok((struct str){p->values[i], p->lengths[i]}))
            return false;
    return true;
}

/* Sending and answers ----------------------------------------------------------------------- */

/* What libpq did not take is not waited for: false, and the caller goes no further. */
static bool note(struct connection *db, int taken, struct sent item) {
    if (taken) db->sent[db->sent_n++] = item;
    return taken;
}

static bool mark(struct connection *db) {
    return note(db, PQpipelineSync(db->c), (struct sent){0});
}

static void forget(struct connection *db) {
    PQclear(db->active);
    db->active = NULL;
}

/* Waits for the answers of all that was sent. true: `active` is the last one's; false: the first
 * one's that was refused. */
static bool settle(struct connection *db) {
    bool ok = true;
    if (!mark(db)) return db->sent_n = 0, false; /* this connection is of no use any more */
    for (int i = 0; i < db->sent_n; i++) {
        struct sent it = db->sent[i];
        PGresult *r = PQgetResult(db->c);
        ExecStatusType status = PQresultStatus(r);
        bool done = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
        if (it.place) PQclear(PQgetResult(db->c)); /* the end of its answer */
        if (it.prepared && !done) *it.prepared = false;
        if (!ok || !it.place) {
            PQclear(r);
            continue;
        }
        forget(db);
        db->active = r;
        db->place = it.place;
        ok = done;
    }
    db->sent_n = 0;
    return ok;
}

static bool send_text(struct connection *db, const char *text, const struct parameters *p,
                      const char *place) {
    return PQenterPipelineMode(db->c) &&
           note(db, PQsendQueryParams(db->c, text, p->n, p->types, p->values, p->lengths,
                                      p->formats, 0), (struct sent){place, NULL});
}

static bool send_prepare(struct connection *db, const struct sql_query *q) {
    static const Oid oids[] = {OID_TEXT, OID_INT8, OID_FLOAT8}; /* as enum sql_type */
    bool *prepared = &db->prepared[q->number];
    Oid types[PARAMETERS_MAX] = {OID_TEXT};
    char name[STATEMENT_NAME_MAX];
    for (int i = 0; i < q->in_n; i++) types[i + 1] = oids[q->in[i].type];
    *prepared = PQenterPipelineMode(db->c) &&
                note(db, PQsendPrepare(db->c, name_of(q, name), q->text, q->in_n + 1, types),
                     (struct sent){q->place, prepared});
    return *prepared;
}

static bool send_run(struct connection *db, const struct sql_query *q,
                     const struct parameters *p) {
    char name[STATEMENT_NAME_MAX];
    return (db->prepared[q->number] || send_prepare(db, q)) && PQenterPipelineMode(db->c) &&
           note(db, PQsendQueryPrepared(db->c, name_of(q, name), p->n, p->values, p->lengths,
                                        p->formats, 0), (struct sent){q->place, NULL});
}

static enum err settled(struct tx *tx) {
    struct connection *db = db_of(tx);
    return settle(db) ? E_OK : statement_failed(tx, db->active, db->place);
}

/* For what must have the connection for itself: all that was sent is answered first. */
static enum err alone(struct tx *tx) {
    struct connection *db = db_of(tx);
    if (tx->p->fault) return tx->p->fault;
    if (db->sent_n) TRY(settled(tx));
    forget(db);
    return PQexitPipelineMode(db->c) ? E_OK : failed(tx, NULL, "pipeline");
}

static int64_t integer(const char *text) {
    int64_t v = 0;
    if (text[0] == 't') return 1; /* a comparison is boolean here, and 0 or 1 in SQLite */
    return str_to_int(str_from(text), &v) ? v : 0;
}

static void read_column(const PGresult *r, int row, int i, const struct sql_field *f, void *p,
                        struct arena *a) {
    void *to = (char *)p + f->offset;
    bool is = !PQgetisnull(r, row, i);
    const char *text = PQgetvalue(r, row, i);
    if (f->type == SQL_TEXT) {
        struct str s = {text, PQgetlength(r, row, i)};
        *(struct str *)to = is ? str_copy(a, s) : STR_ABSENT;
    } else if (f->type == SQL_INT) {
        if (f->nullable) *(struct maybe_int *)to = (struct maybe_int){is, integer(text)};
        else *(int64_t *)to = integer(text);
    } else {
        double v = is ? strtod(text, NULL) : 0;
        if (f->nullable) *(struct maybe_real *)to = (struct maybe_real){is, v};
        else *(double *)to = v;
    }
}

static void read_rows(struct tx *tx, const PGresult *r, const struct sql_query *q,
                      struct sql_rows *rows) {
    int n = PQntuples(r);
    if (q->kind == SQL_KIND_one && n > 1) n = 1;
    for (int row = 0; row < n; row++) {
        void *p = rows_next(tx->arena, rows, q);
        for (int i = 0; i < q->out_n; i++) read_column(r, row, i, &q->out[i], p, tx->arena);
    }
}

static enum err postgres_run(struct tx *tx, const struct sql_query *q, const void *in,
                             struct sql_rows *rows) {
    struct connection *db = db_of(tx);
    struct parameters p = {.n = 0};
    if (tx->p->fault) return tx->p->fault;
    add_text(&p, tx->actor.clinic_id);
    for (int i = 0; i < q->in_n; i++) add_value(&p, &q->in[i], in);
    if (!texts_ok(&p)) return tx_fault(tx, E_INVALID, q->place, "text is not UTF-8");
    if (db->sent_n > SENT_MAX - SENT_SPARE) TRY(settled(tx));
    if (!send_run(db, q, &p)) return statement_failed(tx, NULL, q->place);
    if (q->kind == SQL_KIND_later) return E_OK;
    TRY(settled(tx));
    if (rows) read_rows(tx, db->active, q, rows);
    else tx->changed = integer(PQcmdTuples(db->active));
    forget(db);
    return E_OK;
}

/* Prepares, and counts the columns that would come. */
static enum err postgres_prepare(struct tx *tx, const struct sql_query *q) {
    struct connection *db = db_of(tx);
    char name[STATEMENT_NAME_MAX];
    if (!db->prepared[q->number] && !send_prepare(db, q))
        return statement_failed(tx, NULL, q->place);
    TRY(alone(tx));
    PGresult *r = PQdescribePrepared(db->c, name_of(q, name));
    int columns = PQnfields(r);
    PQclear(r);
    return columns == q->out_n ? E_OK : tx_fault(tx, E_BROKEN, q->place, "columns do not match");
}

/* Migrations -------------------------------------------------------------------------------- */

static struct str mapped(struct str word) {
    if (str_is(word, "TEXT")) return STR("TEXT COLLATE \"C\"");
    if (str_is(word, "INTEGER")) return STR("BIGINT");
    if (str_is(word, "REAL")) return STR("DOUBLE PRECISION");
    if (str_is(word, "STRICT")) return STR("");
    return word;
}

static bool word_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* The four-word map; quoted text goes through as it is, comments go. */
static struct str translated(struct arena *a, struct str text) {
    struct buf out = buf_new(a, text.n + text.n / 2);
    for (ptrdiff_t i = 0; i < text.n;) {
        ptrdiff_t from = i;
        if (str_starts(str_slice(text, i, text.n), STR("--"))) {
            while (i < text.n && text.s[i] != '\n') i++;
        } else if (text.s[i] == '\'') {
            for (i++; i < text.n && text.s[i] != '\'';) i++;
            buf_put(&out, str_slice(text, from, ++i));
        } else if (word_char(text.s[i])) {
            while (i < text.n && word_char(text.s[i])) i++;
            buf_put(&out, mapped(str_slice(text, from, i)));
        } else {
            buf_char(&out, text.s[i++]);
        }
    }
    return buf_str(&out);
}

static enum err exec(struct tx *tx, const char *text, const char *name) {
    TRY(alone(tx));
    PGresult *r = PQexec(db_of(tx)->c, text);
    ExecStatusType status = PQresultStatus(r);
    enum err e = E_OK;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) e = failed(tx, r, name);
    PQclear(r);
    return e;
}

static enum err postgres_script(struct tx *tx, struct str text) {
    return exec(tx, str_z(tx->arena, translated(tx->arena, text)), "migration");
}

static enum err postgres_version(struct tx *tx, int64_t *version) {
    static const char text[] =
        "SELECT CASE WHEN to_regclass('schema_migration') IS NOT NULL THEN 1"
        " WHEN EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema()) THEN -1"
        " ELSE 0 END";
    TRY(alone(tx));
    PGresult *r = PQexec(db_of(tx)->c, text);
    enum err e = E_OK;
    if (PQresultStatus(r) != PGRES_TUPLES_OK) e = failed(tx, r, "schema");
    else *version = integer(PQgetvalue(r, 0, 0));
    PQclear(r);
    if (e != E_OK || *version != 1) return e;
    struct schema_version_row row;
    TRY(schema_version(tx, &row));
    *version = row.version;
    return E_OK;
}

/* Whole tables ------------------------------------------------------------------------------ */

static struct cell cell_at(const PGresult *r, int i) {
    struct str text = {PQgetvalue(r, 0, i), PQgetlength(r, 0, i)};
    if (PQgetisnull(r, 0, i)) return (struct cell){CELL_NULL};
    if (PQftype(r, i) == OID_INT8) return (struct cell){CELL_INT, .i = integer(text.s)};
    if (PQftype(r, i) == OID_FLOAT8) return (struct cell){CELL_REAL, .r = strtod(text.s, NULL)};
    return (struct cell){CELL_TEXT, .text = text};
}

static enum err dump_result(struct tx *tx, const PGresult *r, struct row_sink *sink, bool *begun) {
    const char *names[CELLS_MAX];
    struct cell cells[CELLS_MAX];
    ExecStatusType status = PQresultStatus(r);
    int n = PQnfields(r);
    if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK) return failed(tx, r, "dump");
    if (n > CELLS_MAX) return tx_fault(tx, E_TOO_LARGE, "dump", "too many columns");
    for (int i = 0; i < n; i++) names[i] = PQfname(r, i);
    if (!*begun && sink->columns) TRY(sink->columns(sink, names, n));
    *begun = true;
    if (status != PGRES_SINGLE_TUPLE) return E_OK;
    for (int i = 0; i < n; i++) cells[i] = cell_at(r, i);
    return sink->row(sink, cells, n);
}

static enum err postgres_dump(struct tx *tx, const char *select, struct row_sink *sink) {
    PGconn *c = db_of(tx)->c;
    bool begun = false;
    enum err e = alone(tx);
    if (e) return e;
    if (!PQsendQuery(c, select) || !PQsetSingleRowMode(c)) return failed(tx, NULL, "dump");
    for (PGresult *r = PQgetResult(c); r; r = PQgetResult(c)) { /* to the end, in any case */
        if (e == E_OK) e = dump_result(tx, r, sink, &begun);
        PQclear(r);
    }
    PQclear(PQexec(c, "")); /* or libpq 15 gives a pipeline's first answer row by row, too */
    return e;
}

static enum err postgres_load_open(struct tx *tx, const char *table, const char *const *names,
                                   int n) {
    struct arena scratch = *tx->arena;
    struct buf sql = buf_new(&scratch, 4096);
    buf_format(&sql, "COPY %s (", table);
    for (int i = 0; i < n; i++) buf_format(&sql, "%s%s", i ? ", " : "", names[i]);
    buf_z(&sql, ") FROM STDIN");
    TRY(exec(tx, "SET CONSTRAINTS ALL DEFERRED", table));
    PGresult *r = PQexec(db_of(tx)->c, str_z(&scratch, buf_str(&sql)));
    enum err e = PQresultStatus(r) == PGRES_COPY_IN ? E_OK : failed(tx, r, table);
    PQclear(r);
    return e;
}

/* COPY's text form: columns by tabs, \\N for NULL. */
static void put_copied(struct buf *b, struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.s[i];
        const char *as = c == '\\' ? "\\\\" : c == '\t' ? "\\t" : c == '\n' ? "\\n"
                       : c == '\r' ? "\\r" : NULL;
        if (as) buf_z(b, as);
        else buf_char(b, c);
    }
}

static enum err postgres_load_row(struct tx *tx, const struct cell *v, int n) {
    struct arena scratch = *tx->arena;
    struct buf line = buf_new(&scratch, 4096);
    for (int i = 0; i < n; i++) {
        if (i) buf_char(&line, '\t');
        if (v[i].kind == CELL_NULL) buf_z(&line, "\\N");
        else if (v[i].kind == CELL_INT) buf_int(&line, v[i].i);
        else if (v[i].kind == CELL_REAL) buf_real_exact(&line, v[i].r);
        else put_copied(&line, v[i].text);
    }
    buf_char(&line, '\n');
    return PQputCopyData(db_of(tx)->c, line.p, (int)line.n) == 1 ? E_OK : failed(tx, NULL, "load");
}

static enum err end_copy(struct tx *tx, const char *error) {
    PGconn *c = db_of(tx)->c;
    enum err e = PQputCopyEnd(c, error) == 1 ? E_OK : failed(tx, NULL, "load");
    for (PGresult *r = PQgetResult(c); r; r = PQgetResult(c)) {
        if (e == E_OK && PQresultStatus(r) != PGRES_COMMAND_OK) e = failed(tx, r, "load");
        PQclear(r);
    }
    return e;
}

static enum err postgres_load_close(struct tx *tx) { return end_copy(tx, NULL); }

/* Without figures of its own the planner sorts a whole table for each page of it. */
static enum err postgres_loaded(struct tx *tx) { return exec(tx, "ANALYZE", "analyze"); }

/* Transactions ------------------------------------------------------------------------------ */

/* What was going on is dropped, whatever it was. */
static void drop(struct connection *db) {
    if (!db->c) return;
    if (db->sent_n) settle(db);
    forget(db);
    bool usable = PQexitPipelineMode(db->c) && PQstatus(db->c) == CONNECTION_OK;
    if (usable) PQclear(PQexec(db->c, "ROLLBACK; SELECT pg_advisory_unlock_all()"));
    else PQfinish(db->c), db->c = NULL;
}

static bool begun(struct tx *tx) {
    static const char lock[] = "SELECT pg_advisory_lock(hashtextextended(coalesce($1, ''), 0))";
    static const struct parameters none = {.n = 0};
    struct connection *db = db_of(tx);
    struct parameters clinic = {.n = 0};
    bool write = tx->mode == TX_WRITE;
    add_text(&clinic, tx->actor.clinic_id);
    /* The lock is a transaction of its own. */
    if (write && !(send_text(db, lock, &clinic, "lock") && mark(db))) return false;
    return send_text(db, write ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                               : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                     &none, "begin") && settle(db);
}

static enum err postgres_begin(struct tx *tx) {
    const char *url = ((struct pg_store *)tx->store)->url;
    struct connection *db = pool_take(pool_of(tx));
    tx->db = (struct db *)db;
    bool there = ready(db, url), ok = there && begun(tx);
    if (there && !ok && PQstatus(db->c) == CONNECTION_BAD) { /* lost since it was last used */
        forget(db);
        ok = ready(db, url) && begun(tx);
    }
    if (ok) return E_OK;
    enum err e = failed(tx, db->active, "begin");
    drop(db);
    pool_give(pool_of(tx), db);
    return e;
}

/* E_RETRY where the server itself refuses what stood before it. A connection that is lost without
 * a word is E_WORLD, for the commit may have been done. */
static enum err commit(struct tx *tx) {
    static const char at_commit[] = "commit";
    static const struct parameters none = {.n = 0};
    struct connection *db = db_of(tx);
    bool sent = send_text(db, "COMMIT", &none, at_commit);
    if (sent && tx->mode == TX_WRITE)
        sent = send_text(db, "SELECT pg_advisory_unlock_all()", &none, at_commit);
    if (sent && settle(db)) return forget(db), E_OK;
    bool before = sent && db->place != at_commit;
    bool said = PQresultErrorField(db->active, PG_DIAG_SQLSTATE);
    return before && said ? statement_failed(tx, db->active, db->place)
                          : failed(tx, db->active, at_commit);
}

static enum err postgres_end(struct tx *tx, enum err e) {
    struct connection *db = db_of(tx);
    if (PQpipelineStatus(db->c) == PQ_PIPELINE_OFF &&
        PQtransactionStatus(db->c) == PQTRANS_ACTIVE) /* in the midst of a load */
        (void)end_copy(tx, "abandoned");
    if (e == E_OK) e = commit(tx);
    if (e != E_OK) drop(db);
    pool_give(pool_of(tx), db);
    return e;
}

/* The store --------------------------------------------------------------------------------- */

static void pool_close(struct pool *p) {
    for (int i = 0; i < p->opened; i++) PQfinish(p->v[i].c);
    p->opened = 0;
}

static void postgres_close(struct store *store) {
    struct pg_store *s = (struct pg_store *)store;
    if (s->live) postgres_live_close(s->live);
    s->live = NULL;
    pool_close(&s->readers);
    pool_close(&s->writers);
}

static enum err postgres_tell(struct tx *tx, struct str said) {
    struct parameters p = {.n = 0};
    add_text(&p, said);
    bool sent = send_text(db_of(tx), "SELECT pg_notify('cairn_live', $1)", &p, "notify");
    return sent ? E_OK : statement_failed(tx, NULL, "notify");
}

/* Of a table that it has no figures of yet the planner believes that a clinic has one row there,
 * and reads all of them by any index that begins with the clinic. It counts by itself, within
 * minutes; who begins to serve a clinic just filled does not wait for that. Not the empty ones:
 * it would believe that they stay so, and do without an index. Nothing depends on it. */
static void count_rows(struct pg_store *s) {
    static const char once[] =
        "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = current_schema()::text::regnamespace AND reltuples <= 0"
        " AND pg_relation_size(oid) > 0 LOOP EXECUTE 'ANALYZE ' || t; END LOOP; END $$";
    struct connection *db = pool_take(&s->readers);
    if (ready(db, s->url) && PQexitPipelineMode(db->c)) PQclear(PQexec(db->c, once));
    pool_give(&s->readers, db);
}

static enum err postgres_listen(struct store *store, struct arena *boot) {
    struct pg_store *s = (struct pg_store *)store;
    count_rows(s);
    return postgres_live_open(store, boot, s->url, &s->live);
}

static const struct driver postgres_driver = {postgres_begin, postgres_end, postgres_run,
                                              postgres_prepare, postgres_script,
                                              postgres_version, postgres_close,
                                              postgres_dump, postgres_load_open,
                                              postgres_load_row, postgres_load_close,
                                              postgres_loaded, NULL, postgres_tell,
                                              postgres_listen};

static enum err refused(struct arena *a, PGconn *c, struct str *why) {
    char text[STORE_WHY_MAX];
    const char *said = c ? PQerrorMessage(c) : "no memory";
    *why = str_copy(a, str_from(first_line(said, text)));
    PQfinish(c);
    return E_WORLD;
}

enum err postgres_open(struct arena *a, struct str url, struct store **out, struct str *why) {
    struct pg_store *s = NEW(a, struct pg_store);
    s->url = str_z(a, url);
    pool_init(&s->readers, READERS_MAX);
    pool_init(&s->writers, WRITERS_MAX);
    PGconn *c = postgres_connect(s->url);
    if (!c || PQstatus(c) != CONNECTION_OK) return refused(a, c, why);
    const char *encoding = PQparameterStatus(c, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8") != 0) {
        *why = str_format(a, "the database's encoding is %s; Cairn needs UTF8",
                          encoding ? encoding : "unknown");
        PQfinish(c);
        return E_WORLD;
    }
    s->store = (struct store){.driver = &postgres_driver,
                              .place = str_format(a, "database %s", PQdb(c))};
    s->readers.v[s->readers.opened++].c = c;
    s->readers.idle = &s->readers.v[0];
    *out = &s->store;
    return E_OK;
}
