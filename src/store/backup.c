/*
 * backup: one file, whatever the engine: a SQLite database of the same schema, with every
 * row of one snapshot, and two tables more that say what must be in it.
 *
 *     backup_table     name, rows, hash     BLAKE2b-256 over the table's values in file order
 *     backup_manifest  made_ms, program, schema, seal    BLAKE2b-256 over itself and the above
 *
 * The seal finds damage; who forges a backup can forge it too, and is found by comparing the
 * head that `verify` prints. Sessions are left out: after a restore everybody logs in again.
 *
 * A restore is one transaction on an empty database: the schema of the backup's version, its
 * rows, the migrations since, and verification of the whole. What fails leaves nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/buf.h"
#include "base/clock.h"
#include "store/journal.h"

enum { TABLES_MAX = 200 };

static const struct actor program = {.clinic_id = {"", 0}, .door = {"cli", 3}};

static const char manifest_tables[] =
    "CREATE TABLE backup_table (name TEXT NOT NULL, rows INTEGER NOT NULL, hash TEXT NOT NULL)"
    " STRICT;"
    "CREATE TABLE backup_manifest (made_ms INTEGER NOT NULL, program TEXT NOT NULL,"
    " schema INTEGER NOT NULL, seal TEXT NOT NULL) STRICT;";

/* Hashes ------------------------------------------------------------------------------------ */

static void hash_text(crypto_generichash_state *h, struct str s) {
    char length[24];
    int n = snprintf(length, sizeof length, "%td:", s.s ? s.n : -1);
    crypto_generichash_update(h, (const unsigned char *)length, (unsigned long long)n);
    crypto_generichash_update(h, (const unsigned char *)s.s, (unsigned long long)s.n);
}

static void hash_int(crypto_generichash_state *h, int64_t v) {
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)v);
    hash_text(h, (struct str){text, n});
}

static void hash_cell(crypto_generichash_state *h, const struct cell *c) {
    char text[40];
    if (c->kind == CELL_INT) {
        hash_int(h, c->i);
    } else if (c->kind == CELL_REAL) {
        int n = snprintf(text, sizeof text, "%a", c->r);
        hash_text(h, (struct str){text, n});
    } else {
        hash_text(h, c->kind == CELL_TEXT ? c->text : STR_ABSENT);
    }
}

static void hash_end(crypto_generichash_state *h, char out[65]) {
    unsigned char hash[32];
    crypto_generichash_final(h, hash, sizeof hash);
    sodium_bin2hex(out, 65, hash, sizeof hash);
}

/* Copying a table --------------------------------------------------------------------------- */

struct table_copied {
    struct str name;
    int64_t rows;
    char hash[65];
};

struct manifest {
    int64_t made_ms, schema;
    struct str program;
    struct table_copied tables[TABLES_MAX];
    int n;
    char seal[65];
};

/* A sink that writes to `to` and counts and hashes what it saw. */
struct copy {
    struct row_sink sink;
    struct tx *to;
    const char *table;
    crypto_generichash_state hash;
    int64_t rows;
};

static bool plain_name(const char *name) {
    return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static enum err copy_columns(struct row_sink *sink, const char *const *names, int n) {
    struct copy *c = (struct copy *)sink;
    for (int i = 0; i < n; i++)
        if (!plain_name(names[i])) return tx_fault(c->to, E_INVALID, c->table, "a column's name");
    for (int i = 0; i < n; i++) hash_text(&c->hash, str_from(names[i]));
    return c->to->store->driver->load_open(c->to, c->table, names, n);
}

static enum err copy_row(struct row_sink *sink, const struct cell *v, int n) {
    struct copy *c = (struct copy *)sink;
    for (int i = 0; i < n; i++) hash_cell(&c->hash, &v[i]);
    c->rows++;
    return c->to->store->driver->load_row(c->to, v, n);
}

static enum err copy_table(struct tx *from, struct tx *to, const char *table, const char *order,
                           struct table_copied *out) {
    struct copy c = {.sink = {copy_columns, copy_row}, .to = to, .table = table};
    char select[128];
    snprintf(select, sizeof select, "SELECT * FROM %s%s", table, order);
    crypto_generichash_init(&c.hash, NULL, 0, 32);
    TRY(from->store->driver->dump(from, select, &c.sink));
    TRY(to->store->driver->load_close(to));
    *out = (struct table_copied){.name = str_from(table), .rows = c.rows};
    hash_end(&c.hash, out->hash);
    return E_OK;
}

static void seal_of(const struct manifest *m, char out[65]) {
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, 32);
    hash_int(&h, m->made_ms);
    hash_text(&h, m->program);
    hash_int(&h, m->schema);
    for (int i = 0; i < m->n; i++) {
        hash_text(&h, m->tables[i].name);
        hash_int(&h, m->tables[i].rows);
        hash_text(&h, str_from(m->tables[i].hash));
    }
    hash_end(&h, out);
}

/* Backup ------------------------------------------------------------------------------------ */

static bool left_out(const char *table) {
    return strcmp(table, "schema_migration") == 0 || strcmp(table, "login_session") == 0;
}

static enum err insert(struct tx *to, const char *table, const char *const *names,
                       const struct cell *v, int n) {
    const struct driver *d = to->store->driver;
    TRY(d->load_open(to, table, names, n));
    TRY(d->load_row(to, v, n));
    return d->load_close(to);
}

static bool is_chart(struct str name) {
    for (int i = 0; i < SQL_TABLE_COUNT; i++)
        if (str_is(name, sql_tables[i].name)) return sql_tables[i].fields != NULL;
    return false;
}

static struct cell text_cell(struct str s) { return (struct cell){CELL_TEXT, .text = s}; }
static struct cell int_cell(int64_t i) { return (struct cell){CELL_INT, .i = i}; }

static enum err write_manifest(struct tx *to, struct manifest *m) {
    static const char *const table_names[] = {"name", "rows", "hash"};
    static const char *const names[] = {"made_ms", "program", "schema", "seal"};
    TRY(to->store->driver->script(to, str_from(manifest_tables)));
    for (int i = 0; i < m->n; i++) {
        const struct table_copied *t = &m->tables[i];
        struct cell v[] = {text_cell(t->name), int_cell(t->rows), text_cell(str_from(t->hash))};
        TRY(insert(to, "backup_table", table_names, v, 3));
    }
    seal_of(m, m->seal);
    struct cell v[] = {int_cell(m->made_ms), text_cell(m->program), int_cell(m->schema),
                       text_cell(str_from(m->seal))};
    return insert(to, "backup_manifest", names, v, 4);
}

/* What the file holds: the counts, and the head of the (last) clinic's chain. */
static enum err tell(struct tx *from, const struct manifest *m, struct verify_result *out) {
    struct clinics_of_journal_rows clinics;
    struct journal_head_get_row head;
    for (int i = 0; i < m->n; i++) {
        bool journal = str_is(m->tables[i].name, "journal");
        if (journal) out->entries = m->tables[i].rows;
        else if (is_chart(m->tables[i].name)) out->rows += m->tables[i].rows;
    }
    out->head = STR(JOURNAL_START);
    TRY(clinics_of_journal(from, &clinics));
    for (ptrdiff_t i = 0; i < clinics.n; i++) {
        from->actor.clinic_id = clinics.v[i].clinic_id;
        enum err e = journal_head_get(from, &head);
        if (e == E_OK) out->head = head.hash;
        else if (e != E_UNKNOWN) return e;
    }
    return E_OK;
}

static enum err copy_all(struct tx *from, struct tx *to, struct arena *a,
                         struct verify_result *out) {
    struct manifest *m = NEW(a, struct manifest);
    m->made_ms = to->now_ms;
    m->program = STR(CAIRN_VERSION);
    TRY(from->store->driver->version(from, &m->schema));
    if (m->schema != SQL_MIGRATION_COUNT)
        return tx_fault(from, E_WORLD, "backup", "its schema is not this program's; migrate first");
    TRY(migrate_tx(to, 0, SQL_MIGRATION_COUNT));
    for (int i = 0; i < SQL_TABLE_COUNT; i++)
        if (!left_out(sql_tables[i].name))
            TRY(copy_table(from, to, sql_tables[i].name, "", &m->tables[m->n++]));
    TRY(write_manifest(to, m));
    return tell(from, m, out);
}

/* Both transactions' ends: the reader's fault is the one to tell when it has one. */
static enum err end_both(struct tx *from, struct tx *to, enum err e, struct arena *a,
                         struct str *why) {
    e = tx_end(to, e);
    enum err read = tx_end(from, e);
    if (e == E_OK) e = read;
    const struct tx *at_fault = from->p->fault ? from : to;
    if (e != E_OK && !why->s)
        *why = str_format(a, "%.*s: %s", STR_ARG(at_fault->store->place),
                          at_fault->p->fault ? at_fault->p->why : err_meaning(e)->text);
    return e;
}

static enum err into(struct store *s, struct arena *a, struct store *file,
                     struct verify_result *out, struct str *why) {
    struct tx from, to;
    int64_t now_ms = clock_now_ms();
    TRY(tx_begin(&from, s, a, TX_READ, program, now_ms));
    enum err e = tx_begin(&to, file, a, TX_WRITE, program, now_ms);
    if (e != E_OK) return tx_end(&from, e);
    return end_both(&from, &to, copy_all(&from, &to, a, out), a, why);
}

static enum err sync_folder(struct arena *a, const char *path) {
    char *folder = (char *)str_z(a, str_from(path));
    char *slash = strrchr(folder, '/');
    if (slash) slash[slash == folder] = 0;
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return E_WORLD;
    int failed = fsync(fd);
    close(fd);
    return failed ? E_WORLD : E_OK;
}

static void remove_database(struct arena *a, const char *path) {
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (int i = 0; i < 4; i++) unlink(str_format(a, "%s%s", path, endings[i]).s);
}

enum err store_backup(struct store *s, struct arena *a, const char *path,
                      struct verify_result *out, struct str *why) {
    struct store *file;
    *out = (struct verify_result){0};
    const char *beside = str_format(a, "%s.%d.new", path, (int)getpid()).s;
    *why = STR_ABSENT;
    remove_database(a, beside);
    TRY(sqlite_open(a, str_from(beside), STORE_CREATE, &file, why));
    store_bulk(file);
    enum err e = into(s, a, file, out, why);
    if (e == E_OK) e = sqlite_settle(file);
    store_close(file);
    if (e == E_OK && (rename(beside, path) != 0 || sync_folder(a, path))) e = E_WORLD;
    if (e != E_OK) remove_database(a, beside);
    if (e != E_OK && !why->s) *why = str_format(a, "%s: cannot be written", path);
    return e;
}

/* Restore ----------------------------------------------------------------------------------- */

/* A sink that reads the manifest's two tables. */
struct manifest_reader {
    struct row_sink sink;
    struct manifest *m;
    struct arena *a;
};

static bool hash_of(const struct cell *c, char out[65]) {
    if (c->kind != CELL_TEXT || c->text.n != 64) return false;
    memcpy(out, c->text.s, 64);
    out[64] = 0;
    return true;
}

static enum err read_table_row(struct row_sink *sink, const struct cell *v, int n) {
    struct manifest_reader *r = (struct manifest_reader *)sink;
    struct manifest *m = r->m;
    if (n != 3 || m->n == TABLES_MAX || v[0].kind != CELL_TEXT) return E_INVALID;
    struct table_copied *t = &m->tables[m->n++];
    t->name = str_copy(r->a, v[0].text);
    t->rows = v[1].i;
    return hash_of(&v[2], t->hash) ? E_OK : E_BROKEN;
}

static enum err read_manifest_row(struct row_sink *sink, const struct cell *v, int n) {
    struct manifest_reader *r = (struct manifest_reader *)sink;
    if (n != 4 || v[1].kind != CELL_TEXT) return E_BROKEN;
    r->m->made_ms = v[0].i;
    r->m->program = str_copy(r->a, v[1].text);
    r->m->schema = v[2].i;
    return hash_of(&v[3], r->m->seal) ? E_OK : E_BROKEN;
}

static enum err is_backup(struct tx *from) {
    int64_t tables;
    TRY(tx_number(from, "SELECT count(*) FROM sqlite_master WHERE name IN"
                        " ('backup_table', 'backup_manifest')", &tables));
    return tables == 2 ? E_OK : tx_fault(from, E_INVALID, "restore", "it is no backup of Cairn");
}

static enum err read_manifest(struct tx *from, struct arena *a, struct manifest *m) {
    const struct driver *d = from->store->driver;
    TRY(is_backup(from));
    struct manifest_reader tables = {{.row = read_table_row}, m, a};
    struct manifest_reader one = {{.row = read_manifest_row}, m, a};
    char seal[65];
    TRY(d->dump(from, "SELECT name, rows, hash FROM backup_table ORDER BY rowid", &tables.sink));
    TRY(d->dump(from, "SELECT made_ms, program, schema, seal FROM backup_manifest", &one.sink));
    seal_of(m, seal);
    if (strcmp(seal, m->seal) != 0)
        return tx_fault(from, E_BROKEN, "restore", "its seal does not fit; the file is damaged");
    if (m->schema > SQL_MIGRATION_COUNT)
        return tx_fault(from, E_NEWER, "restore", "it was made by a newer Cairn");
    return E_OK;
}

static const char *known_table(struct str name) {
    for (int i = 0; i < SQL_TABLE_COUNT; i++)
        if (str_is(name, sql_tables[i].name)) return sql_tables[i].name;
    return NULL;
}

static enum err load_tables(struct tx *from, struct tx *to, const struct manifest *m) {
    for (int i = 0; i < m->n; i++) {
        const struct table_copied *t = &m->tables[i];
        struct table_copied seen;
        const char *name = known_table(t->name);
        if (!name) return tx_fault(from, E_BROKEN, "restore", "it holds a table that is not ours");
        TRY(copy_table(from, to, name, " ORDER BY rowid", &seen));
        if (seen.rows != t->rows || strcmp(seen.hash, t->hash) != 0)
            return tx_fault(from, E_BROKEN, name, "its rows are not what was sealed; damaged");
    }
    return E_OK;
}

static enum err load_all(struct tx *from, struct tx *to, struct arena *a,
                         struct verify_result *out) {
    struct manifest *m = NEW(a, struct manifest);
    int64_t version;
    TRY(to->store->driver->version(to, &version));
    if (version != 0)
        return tx_fault(to, E_INVALID, "restore", "the database to restore into is not empty");
    TRY(read_manifest(from, a, m));
    TRY(migrate_tx(to, 0, m->schema));
    TRY(load_tables(from, to, m));
    TRY(migrate_tx(to, m->schema, SQL_MIGRATION_COUNT));
    if (to->store->driver->loaded) TRY(to->store->driver->loaded(to));
    return verify_tx(to, a, out);
}

static enum err restore_into(struct store *file, struct store *s, struct arena *a,
                             struct verify_result *out, struct str *why) {
    struct tx from, to;
    int64_t now_ms = clock_now_ms();
    TRY(tx_begin(&from, file, a, TX_READ, program, now_ms));
    enum err e = tx_begin(&to, s, a, TX_WRITE, program, now_ms);
    if (e != E_OK) return tx_end(&from, e);
    return end_both(&from, &to, load_all(&from, &to, a, out), a, why);
}

/* The path of a SQLite database that is not there yet: made here, so removed on failure. */
static const char *path_to_make(struct arena *a, struct str url) {
    struct str kind = STR("sqlite:");
    if (!str_starts(url, kind)) return NULL;
    const char *path = str_z(a, str_slice(url, kind.n, url.n));
    return access(path, F_OK) == 0 ? NULL : path;
}

enum err store_restore(struct arena *a, const char *path, struct str url,
                       struct verify_result *out, struct str *why) {
    struct store *file, *s;
    *why = STR_ABSENT;
    *out = (struct verify_result){0};
    TRY(sqlite_open_backup(a, str_from(path), &file, why));
    const char *made = path_to_make(a, url);
    enum err e = store_open(a, url, STORE_CREATE, &s, why);
    if (e == E_OK) {
        store_bulk(s);
        e = restore_into(file, s, a, out, why);
        store_close(s);
    }
    if (e != E_OK && made) remove_database(a, made);
    store_close(file);
    return e;
}
