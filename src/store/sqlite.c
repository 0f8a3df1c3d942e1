/*
 * sqlite: the embedded engine.
 *
 * One connection writes; who has the turn (turn.h) has it. Each writer's body stands behind
 * a savepoint inside one transaction, which the last of the batch commits: one fsync for
 * all. Readers take one of a few read-only connections and see the last commit. WAL lets
 * both go on at once; synchronous=FULL makes a commit an fsync of the log.
 *
 * A failed fsync is final: what the kernel holds is unknown after it, so the store takes no
 * more writes until the process is started again and SQLite has recovered from the log.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/log.h"
#include "store/driver.h"
#include "store/sql.h"

/* Two cores read; a few more so that a reader waiting for the disk does not stop the others.
 * The caches are small: the whole server lives in 64 MB, and the system caches the file. */
enum { READERS_MAX = 6, READ_CACHE_KIB = 768, WRITE_CACHE_KIB = 2048, BULK_CACHE_KIB = 256 << 10 };
enum { BUSY_MS = 2000 };          /* how long another process may hold the lock */
enum { CHECKPOINT_PAGES = 1000, BULK_CHECKPOINT_PAGES = 25000 }; /* 1000: SQLite's default */

enum fixed { BEGIN_READ, BEGIN_WRITE, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO,
             FIXED_COUNT };

static const char *const fixed_text[FIXED_COUNT] = {
    "BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT body", "RELEASE body",
    "ROLLBACK TO body"};

struct connection {
    sqlite3 *c;
    sqlite3_stmt *fixed[FIXED_COUNT], *cached[SQL_QUERY_COUNT];
    sqlite3_stmt *active; /* being stepped: to be reset when a full arena jumped out of it */
    sqlite3_stmt *load;   /* INSERT of a table being restored */
    struct connection *next;
};

struct sqlite_store {
    struct store store;
    const char *path;
    struct turn turn;
    atomic_bool dead; /* an fsync failed */
    bool read_only;   /* a backup's file: no writer, no log */
    int checkpoint_pages;
    struct connection writer, readers[READERS_MAX];
    pthread_mutex_t lock;
    struct connection *idle;
    struct waiter *first, *last; /* for a reader; none is idle while anybody waits */
    int opened;
};

/* Who waits for a reader is given one in the order of coming: whoever has just let one go does
 * not take it again past those who stand there. */
struct waiter {
    pthread_cond_t wake;
    struct connection *given;
    struct waiter *next;
};

static struct sqlite_store *store_of(struct tx *tx) { return (struct sqlite_store *)tx->store; }
static struct connection *db_of(struct tx *tx) { return (struct connection *)tx->db; }

static const char *sentence(int rc) {
    switch (rc & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another process has it locked";
    case SQLITE_READONLY: return "it, or its folder, is read-only";
    case SQLITE_CANTOPEN: return "it cannot be opened, or its folder cannot be written";
    case SQLITE_NOTADB: return "it is not a database, or is damaged";
    case SQLITE_CORRUPT: return "the file is damaged";
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_PERM:
    case SQLITE_AUTH: return "permission denied";
    case SQLITE_IOERR: return "the disk failed to read or write";
    default: return sqlite3_errstr(rc);
    }
}

static enum err meaning(int rc) {
    if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY) return E_CONFLICT;
    if (rc == SQLITE_CONSTRAINT_CHECK) return E_BLOCKED;
    if ((rc & 0xFF) == SQLITE_CONSTRAINT) return E_INVALID;
    if ((rc & 0xFF) == SQLITE_TOOBIG) return E_TOO_LARGE;
    return E_WORLD;
}

/* Connections ------------------------------------------------------------------------------- */

static int set_up(struct connection *db, int cache_kib, bool reader) {
    char text[256];
    snprintf(text, sizeof text,
             "PRAGMA synchronous=FULL; PRAGMA cache_size=-%d; PRAGMA temp_store=MEMORY;"
             "PRAGMA case_sensitive_like=ON; PRAGMA foreign_keys=ON; PRAGMA query_only=%s;",
             cache_kib, reader ? "ON" : "OFF");
    return sqlite3_exec(db->c, text, NULL, NULL, NULL);
}

static int open_connection(struct sqlite_store *s, struct connection *db) {
    bool reader = db != &s->writer;
    int flags = s->read_only ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE;
    flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(s->path, &db->c, flags, NULL);
    if (rc) return rc;
    sqlite3_busy_timeout(db->c, BUSY_MS);
    return set_up(db, reader ? READ_CACHE_KIB : WRITE_CACHE_KIB, reader);
}

static void close_connection(struct connection *db) {
    for (int i = 0; i < FIXED_COUNT; i++) sqlite3_finalize(db->fixed[i]);
    for (int i = 0; i < SQL_QUERY_COUNT; i++) sqlite3_finalize(db->cached[i]);
    sqlite3_finalize(db->load);
    sqlite3_close(db->c);
    *db = (struct connection){0};
}

static int run_fixed(struct connection *db, enum fixed which) {
    sqlite3_stmt **st = &db->fixed[which];
    if (!*st) {
        int rc = sqlite3_prepare_v3(db->c, fixed_text[which], -1, SQLITE_PREPARE_PERSISTENT, st,
                                    NULL);
        if (rc) return rc;
    }
    sqlite3_step(*st);
    return sqlite3_reset(*st);
}

/* Statements -------------------------------------------------------------------------------- */

/* $n -> ?n: numbered in SQLite too. */
static int prepare(struct connection *db, const struct sql_query *q, struct arena scratch) {
    ptrdiff_t n = (ptrdiff_t)strlen(q->text);
    char *text = (char *)str_z(&scratch, (struct str){q->text, n});
    for (ptrdiff_t i = 0; i < n; i++)
        if (text[i] == '$') text[i] = '?';
    return sqlite3_prepare_v3(db->c, text, (int)n, SQLITE_PREPARE_PERSISTENT,
                              &db->cached[q->number], NULL);
}

static int bind_text(sqlite3_stmt *st, int i, struct str s) {
    if (!s.s) return sqlite3_bind_null(st, i);
    if (!str_utf8_ok(s)) return SQLITE_MISMATCH;
    return sqlite3_bind_text64(st, i, s.s, (sqlite3_uint64)s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_value(sqlite3_stmt *st, int i, const struct sql_field *f, const void *in) {
    const void *p = (const char *)in + f->offset;
    const struct maybe_int *maybe_int = p;
    const struct maybe_real *maybe_real = p;
    if (f->type == SQL_TEXT) return bind_text(st, i, *(const struct str *)p);
    if (f->type == SQL_INT) {
        if (!f->nullable) return sqlite3_bind_int64(st, i, *(const int64_t *)p);
        return maybe_int->is ? sqlite3_bind_int64(st, i, maybe_int->v) : sqlite3_bind_null(st, i);
    }
    if (!f->nullable) return sqlite3_bind_double(st, i, *(const double *)p);
    return maybe_real->is ? sqlite3_bind_double(st, i, maybe_real->v) : sqlite3_bind_null(st, i);
}

static int bind_all(sqlite3_stmt *st, struct tx *tx, const struct sql_query *q, const void *in) {
    int rc = SQLITE_OK;
    if (sqlite3_bind_parameter_count(st) > 0)
        rc = bind_text(st, 1, tx->actor.clinic_id);
    for (int i = 0; rc == SQLITE_OK && i < q->in_n; i++)
        rc = bind_value(st, i + 2, &q->in[i], in);
    return rc;
}

static void read_column(sqlite3_stmt *st, int i, const struct sql_field *f, void *row,
                        struct arena *a) {
    void *p = (char *)row + f->offset;
    bool is = sqlite3_column_type(st, i) != SQLITE_NULL;
    if (f->type == SQL_TEXT) {
        const char *text = (const char *)sqlite3_column_text(st, i);
        *(struct str *)p = str_copy(a, (struct str){text, sqlite3_column_bytes(st, i)});
    } else if (f->type == SQL_INT) {
        int64_t v = sqlite3_column_int64(st, i);
        if (f->nullable) *(struct maybe_int *)p = (struct maybe_int){is, v};
        else *(int64_t *)p = v;
    } else {
        double v = sqlite3_column_double(st, i);
        if (f->nullable) *(struct maybe_real *)p = (struct maybe_real){is, v};
        else *(double *)p = v;
    }
}

static int step_all(struct tx *tx, sqlite3_stmt *st, const struct sql_query *q,
                    struct sql_rows *rows) {
    int rc;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        if (!rows) continue;
        char *row = rows_next(tx->arena, rows, q);
        for (int i = 0; i < q->out_n; i++) read_column(st, i, &q->out[i], row, tx->arena);
        if (q->kind == SQL_KIND_one) return SQLITE_OK;
    }
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static enum err sqlite_run(struct tx *tx, const struct sql_query *q, const void *in,
                           struct sql_rows *rows) {
    struct connection *db = db_of(tx);
    if (tx->p->fault) return tx->p->fault;
    int rc = db->cached[q->number] ? SQLITE_OK : prepare(db, q, *tx->arena);
    if (rc) return tx_fault(tx, meaning(rc), q->place, sqlite3_errmsg(db->c));
    sqlite3_stmt *st = db->cached[q->number];
    rc = bind_all(st, tx, q, in);
    if (rc == SQLITE_MISMATCH) return tx_fault(tx, E_INVALID, q->place, "text is not UTF-8");
    db->active = st;
    if (rc == SQLITE_OK) rc = step_all(tx, st, q, rows);
    enum err e = E_OK;
    if (rc) e = tx_fault(tx, meaning(rc), q->place, sqlite3_errmsg(db->c));
    else if (!rows) tx->changed = sqlite3_changes64(db->c);
    sqlite3_reset(st);
    db->active = NULL;
    return e;
}

static enum err sqlite_prepare(struct tx *tx, const struct sql_query *q) {
    struct connection *db = db_of(tx);
    int rc = db->cached[q->number] ? SQLITE_OK : prepare(db, q, *tx->arena);
    if (rc) return tx_fault(tx, meaning(rc), q->place, sqlite3_errmsg(db->c));
    if (sqlite3_column_count(db->cached[q->number]) == q->out_n) return E_OK;
    return tx_fault(tx, E_BROKEN, q->place, "columns do not match");
}

static enum err sqlite_script(struct tx *tx, struct str text) {
    struct connection *db = db_of(tx);
    int rc = sqlite3_exec(db->c, str_z(tx->arena, text), NULL, NULL, NULL);
    return rc ? tx_fault(tx, E_WORLD, "migration", sqlite3_errmsg(db->c)) : E_OK;
}

static enum err sqlite_version(struct tx *tx, int64_t *version) {
    static const char text[] = "SELECT coalesce(max(name = 'schema_migration'), -1)"
                               " FROM sqlite_master WHERE type = 'table'";
    struct connection *db = db_of(tx);
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db->c, text, -1, &st, NULL), found = 0;
    if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        found = sqlite3_column_int(st, 0);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(st);
    if (rc) return tx_fault(tx, meaning(rc), "schema", sentence(rc));
    *version = found == -1 ? 0 : -1; /* no table at all; tables, but not ours */
    if (found != 1) return E_OK;
    struct schema_version_row row;
    TRY(schema_version(tx, &row));
    *version = row.version;
    return E_OK;
}

/* Whole tables ------------------------------------------------------------------------------ */

static struct cell cell_at(sqlite3_stmt *st, int i) {
    switch (sqlite3_column_type(st, i)) {
    case SQLITE_INTEGER: return (struct cell){CELL_INT, .i = sqlite3_column_int64(st, i)};
    case SQLITE_FLOAT: return (struct cell){CELL_REAL, .r = sqlite3_column_double(st, i)};
    case SQLITE_NULL: return (struct cell){CELL_NULL};
    default: break;
    }
    const char *text = (const char *)sqlite3_column_text(st, i);
    return (struct cell){CELL_TEXT, .text = {text, sqlite3_column_bytes(st, i)}};
}

static enum err dump_rows(struct tx *tx, sqlite3_stmt *st, struct row_sink *sink) {
    const char *names[CELLS_MAX];
    struct cell cells[CELLS_MAX];
    int rc, n = sqlite3_column_count(st);
    if (n > CELLS_MAX) return tx_fault(tx, E_TOO_LARGE, "dump", "too many columns");
    for (int i = 0; i < n; i++) names[i] = sqlite3_column_name(st, i);
    if (sink->columns) TRY(sink->columns(sink, names, n));
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        for (int i = 0; i < n; i++) cells[i] = cell_at(st, i);
        TRY(sink->row(sink, cells, n));
    }
    if (rc == SQLITE_DONE) return E_OK;
    return tx_fault(tx, meaning(rc), "dump", sentence(rc));
}

static enum err sqlite_dump(struct tx *tx, const char *select, struct row_sink *sink) {
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db_of(tx)->c, select, -1, &st, NULL);
    enum err e = rc ? tx_fault(tx, meaning(rc), "dump", sqlite3_errmsg(db_of(tx)->c))
                    : dump_rows(tx, st, sink);
    sqlite3_finalize(st);
    return e;
}

static enum err sqlite_load_open(struct tx *tx, const char *table, const char *const *names,
                                 int n) {
    struct connection *db = db_of(tx);
    struct arena scratch = *tx->arena;
    struct buf sql = buf_new(&scratch, 4096);
    buf_format(&sql, "INSERT INTO %s (", table);
    for (int i = 0; i < n; i++) buf_format(&sql, "%s%s", i ? ", " : "", names[i]);
    buf_z(&sql, ") VALUES (");
    for (int i = 0; i < n; i++) buf_z(&sql, i ? ", ?" : "?");
    buf_z(&sql, ")");
    sqlite3_finalize(db->load);
    /* whole tables come one after another: what points where is looked at when all are there */
    int rc = sqlite3_exec(db->c, "PRAGMA defer_foreign_keys=ON", NULL, NULL, NULL);
    if (!rc) rc = sqlite3_prepare_v2(db->c, sql.p, (int)sql.n, &db->load, NULL);
    return rc ? tx_fault(tx, E_INVALID, table, sqlite3_errmsg(db->c)) : E_OK;
}

static int bind_cell(sqlite3_stmt *st, int i, struct cell c) {
    if (c.kind == CELL_INT) return sqlite3_bind_int64(st, i, c.i);
    if (c.kind == CELL_REAL) return sqlite3_bind_double(st, i, c.r);
    return bind_text(st, i, c.kind == CELL_TEXT ? c.text : STR_ABSENT);
}

static enum err sqlite_load_row(struct tx *tx, const struct cell *v, int n) {
    struct connection *db = db_of(tx);
    int rc = SQLITE_OK;
    for (int i = 0; rc == SQLITE_OK && i < n; i++) rc = bind_cell(db->load, i + 1, v[i]);
    if (rc == SQLITE_OK) rc = sqlite3_step(db->load);
    sqlite3_reset(db->load);
    return rc == SQLITE_DONE ? E_OK : tx_fault(tx, meaning(rc), "load", sentence(rc));
}

static enum err sqlite_load_close(struct tx *tx) {
    sqlite3_finalize(db_of(tx)->load);
    db_of(tx)->load = NULL;
    return E_OK;
}

/* Transactions ------------------------------------------------------------------------------ */

/* The lock is held. */
static struct connection *wait_for_reader(struct sqlite_store *s) {
    struct waiter w = {.given = NULL};
    pthread_cond_init(&w.wake, NULL);
    if (s->last) s->last->next = &w;
    else s->first = &w;
    s->last = &w;
    while (!w.given) pthread_cond_wait(&w.wake, &s->lock);
    pthread_cond_destroy(&w.wake);
    return w.given;
}

static struct connection *take_reader(struct sqlite_store *s, int *rc) {
    struct connection *db = NULL;
    *rc = SQLITE_OK;
    pthread_mutex_lock(&s->lock);
    if (s->idle) {
        db = s->idle;
        s->idle = db->next;
    } else if (s->opened == READERS_MAX) {
        db = wait_for_reader(s);
    } else {
        db = &s->readers[s->opened];
        *rc = open_connection(s, db);
        if (*rc) close_connection(db);
        else s->opened++;
    }
    pthread_mutex_unlock(&s->lock);
    return *rc ? NULL : db;
}

static void give_reader(struct sqlite_store *s, struct connection *db) {
    pthread_mutex_lock(&s->lock);
    struct waiter *w = s->first;
    if (w) {
        s->first = w->next;
        if (!s->first) s->last = NULL;
        w->given = db;
        pthread_cond_signal(&w->wake); /* before the unlock: after it the waiter may be gone */
    } else {
        db->next = s->idle;
        s->idle = db;
    }
    pthread_mutex_unlock(&s->lock);
}

static enum err begin_read(struct tx *tx) {
    struct sqlite_store *s = store_of(tx);
    int rc;
    struct connection *db = take_reader(s, &rc);
    if (db && (rc = run_fixed(db, BEGIN_READ)) != SQLITE_OK) give_reader(s, db);
    if (rc) return tx_fault(tx, E_WORLD, "begin", sentence(rc));
    tx->db = (struct db *)db;
    return E_OK;
}

static enum err begin_write(struct tx *tx) {
    struct sqlite_store *s = store_of(tx);
    struct connection *db = &s->writer;
    bool fresh = turn_take(&s->turn, &tx->p->ticket);
    int rc = SQLITE_OK;
    if (s->dead) rc = SQLITE_IOERR;
    else if (fresh) rc = run_fixed(db, BEGIN_WRITE);
    if (rc == SQLITE_OK) rc = run_fixed(db, SAVEPOINT);
    tx->db = (struct db *)db;
    if (rc == SQLITE_OK) return E_OK;
    enum err e = tx_fault(tx, E_WORLD, "begin", s->dead ? "an fsync failed; no more writes"
                                                        : sentence(rc));
    if (!sqlite3_get_autocommit(db->c)) run_fixed(db, ROLLBACK);
    turn_commit_done(&s->turn, E_WORLD);
    return e;
}

static enum err sqlite_begin(struct tx *tx) {
    return tx->mode == TX_WRITE ? begin_write(tx) : begin_read(tx);
}

static bool fsync_failed(int rc) {
    return rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC;
}

/* After a commit: move the log into the file when it has grown. */
static int checkpoint(void *store, sqlite3 *c, const char *name, int pages) {
    struct sqlite_store *s = store;
    if (pages < s->checkpoint_pages) return SQLITE_OK;
    int rc = sqlite3_wal_checkpoint_v2(c, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (fsync_failed(rc)) s->dead = true;
    if (rc && rc != SQLITE_BUSY) log_error("store checkpoint why=\"%s\"", sentence(rc));
    return SQLITE_OK;
}

static enum err commit_all(struct tx *tx) {
    struct sqlite_store *s = store_of(tx);
    struct connection *db = &s->writer;
    if (!s->turn.members) {
        run_fixed(db, ROLLBACK);
        return E_OK;
    }
    int rc = run_fixed(db, COMMIT);
    if (rc == SQLITE_OK) return E_OK;
    if (fsync_failed(rc)) s->dead = true;
    if (!sqlite3_get_autocommit(db->c)) run_fixed(db, ROLLBACK);
    return tx_fault(tx, E_WORLD, "commit", sentence(rc));
}

static enum err end_write(struct tx *tx, enum err e) {
    struct sqlite_store *s = store_of(tx);
    struct connection *db = &s->writer;
    if (e == E_OK && run_fixed(db, RELEASE) != SQLITE_OK)
        e = tx_fault(tx, E_WORLD, "release", sqlite3_errmsg(db->c));
    bool undo = e != E_OK && !sqlite3_get_autocommit(db->c);
    if (undo && (run_fixed(db, ROLLBACK_TO) || run_fixed(db, RELEASE))) run_fixed(db, ROLLBACK);
    if (sqlite3_get_autocommit(db->c)) { /* the whole batch was given up */
        turn_commit_done(&s->turn, E_WORLD);
        return e ? e : E_WORLD;
    }
    enum err result;
    enum turn_part part = e ? TURN_OUT : TURN_MEMBER;
    if (turn_leave(&s->turn, &tx->p->ticket, part, &result) == TURN_COMMIT) {
        result = commit_all(tx);
        turn_commit_done(&s->turn, result);
    }
    return e ? e : result;
}

static enum err sqlite_end(struct tx *tx, enum err e) {
    struct connection *db = db_of(tx);
    if (db->active) sqlite3_reset(db->active);
    db->active = NULL;
    if (tx->mode == TX_WRITE) return end_write(tx, e);
    run_fixed(db, ROLLBACK); /* nothing was written: the same as a commit */
    give_reader(store_of(tx), db);
    return e;
}

/* The store --------------------------------------------------------------------------------- */

static void sqlite_store_close(struct store *store) {
    struct sqlite_store *s = (struct sqlite_store *)store;
    for (int i = 0; i < s->opened; i++) close_connection(&s->readers[i]);
    close_connection(&s->writer);
}

static void sqlite_bulk(struct store *store) {
    struct sqlite_store *s = (struct sqlite_store *)store;
    char text[64];
    snprintf(text, sizeof text, "PRAGMA cache_size=-%d", BULK_CACHE_KIB);
    sqlite3_exec(s->writer.c, text, NULL, NULL, NULL);
    s->checkpoint_pages = BULK_CHECKPOINT_PAGES;
}

static const struct driver sqlite_driver = {sqlite_begin, sqlite_end, sqlite_run, sqlite_prepare,
                                            sqlite_script, sqlite_version, sqlite_store_close,
                                            sqlite_dump, sqlite_load_open, sqlite_load_row,
                                            sqlite_load_close, NULL, sqlite_bulk, NULL, NULL};

static enum err make_file(struct arena *a, const char *path, struct str *why) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return E_OK;
    }
    *why = str_format(a, "%s: cannot be made: %s", path, strerror(errno));
    return E_WORLD;
}

static enum err find_file(struct arena *a, const char *path, struct str *why) {
    if (access(path, F_OK) == 0) return E_OK;
    *why = str_format(a, "%s: there is no such database", path);
    return E_WORLD;
}

static void no_statistics(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

static struct sqlite_store *new_store(struct arena *a, struct str path) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, no_statistics);
    struct sqlite_store *s = NEW(a, struct sqlite_store);
    s->store = (struct store){&sqlite_driver, path};
    s->path = str_z(a, path);
    s->checkpoint_pages = CHECKPOINT_PAGES;
    turn_init(&s->turn);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

static enum err opened(struct arena *a, struct sqlite_store *s, int rc, struct store **out,
                       struct str *why) {
    *out = &s->store;
    if (rc == SQLITE_OK) return E_OK;
    *why = str_format(a, "%.*s: %s", STR_ARG(s->store.place), sentence(rc));
    close_connection(&s->writer);
    return E_WORLD;
}

enum err sqlite_open(struct arena *a, struct str path, enum store_create create,
                     struct store **out, struct str *why) {
    struct sqlite_store *s = new_store(a, path);
    TRY(create == STORE_CREATE ? make_file(a, s->path, why) : find_file(a, s->path, why));
    int rc = open_connection(s, &s->writer);
    if (rc == SQLITE_OK && sqlite3_db_readonly(s->writer.c, "main")) rc = SQLITE_READONLY;
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(s->writer.c, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    if (rc == SQLITE_OK) sqlite3_wal_hook(s->writer.c, checkpoint, s);
    return opened(a, s, rc, out, why);
}

/* Nobody changes a backup: it is read without locks, and no log is made beside it. */
static const char *immutable_uri(struct arena *a, struct str path) {
    struct buf uri = buf_new(a, 2 * path.n + 32);
    buf_z(&uri, "file:");
    for (ptrdiff_t i = 0; i < path.n; i++) {
        if (path.s[i] == '/') buf_char(&uri, '/');
        else buf_url_part(&uri, str_slice(path, i, i + 1));
    }
    buf_z(&uri, "?immutable=1");
    return str_z(a, buf_str(&uri));
}

enum err sqlite_open_backup(struct arena *a, struct str path, struct store **out,
                            struct str *why) {
    struct sqlite_store *s = new_store(a, path);
    s->read_only = true;
    TRY(find_file(a, s->path, why));
    s->path = immutable_uri(a, path);
    return opened(a, s, open_connection(s, &s->writer), out, why);
}

enum err sqlite_settle(struct store *store) {
    struct sqlite_store *s = (struct sqlite_store *)store;
    for (; s->opened > 0; s->opened--) close_connection(&s->readers[s->opened - 1]);
    s->idle = NULL;
    int rc = sqlite3_exec(s->writer.c, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    return rc == SQLITE_OK ? E_OK : E_WORLD;
}
