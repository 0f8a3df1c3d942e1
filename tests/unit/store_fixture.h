/* A fresh store on each engine: SQLite in a folder under /tmp, PostgreSQL in a schema of the
 * database that CAIRN_TEST_PG names (tests/with-postgres sets it). */
#ifndef CAIRN_STORE_FIXTURE_H
#define CAIRN_STORE_FIXTURE_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "store/sql.h"
#include "store/store.h"

enum { NOW = 1000000 };

struct fixture {
    const char *engine; /* sqlite, postgres */
    char folder[64];
    struct arena boot, arena;
    struct str url;
    struct store *store;
};

static struct fixture fixture;
static const struct actor actor = {{"clinic-a", 8}, {0}, {"cli", 3}};

static inline bool on_sqlite(void) { return fixture.engine[0] == 's'; }

/* Runs SQL beside the program: how somebody with the password tampers. */
static inline void behind_its_back(const char *sql) {
    if (on_sqlite()) {
        sqlite3 *c;
        struct str path = str_slice(fixture.url, 7, fixture.url.n);
        assert_int_equal(sqlite3_open(str_z(&fixture.boot, path), &c), SQLITE_OK);
        sqlite3_busy_timeout(c, 2000);
        assert_int_equal(sqlite3_exec(c, sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(c);
        return;
    }
    PGconn *c = PQconnectdb(str_z(&fixture.boot, fixture.url));
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) == PGRES_FATAL_ERROR) fail_msg("%s: %s", sql, PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
}

static inline struct str fresh_url(const char *name) {
    struct arena *a = &fixture.boot;
    if (on_sqlite()) return str_format(a, "sqlite:%s/%s.db", fixture.folder, name);
    const char *server = getenv("CAIRN_TEST_PG");
    PGconn *c = PQconnectdb(server);
    const char *sql = str_format(a, "SET client_min_messages = error;"
                                  "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s", name,
                                 name).s;
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK) fail_msg("%s: %s", sql, PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
    return str_format(a, "%s&options=-csearch_path%%3D%s", server, name);
}

static inline struct store *open_store(struct str url) {
    struct store *s = NULL;
    struct str why = STR_ABSENT;
    int applied;
    if (store_open(&fixture.boot, url, STORE_CREATE, &s, &why) ||
        store_migrate(s, &fixture.boot, &applied, &why) || store_ready(s, &fixture.boot, &why))
        fail_msg("%.*s", STR_ARG(why));
    return s;
}

static inline int fixture_set_up(void **state) {
    (void)state;
    arena_reset(&fixture.arena);
    fixture.url = fresh_url("clinic");
    fixture.store = open_store(fixture.url);
    return 0;
}

static inline int fixture_tear_down(void **state) {
    (void)state;
    if (fixture.store) store_close(fixture.store);
    fixture.store = NULL;
    if (!on_sqlite()) return 0;
    const char *path = str_z(&fixture.boot, str_slice(fixture.url, 7, fixture.url.n));
    unlink(path);
    unlink(str_format(&fixture.boot, "%s-wal", path).s);
    unlink(str_format(&fixture.boot, "%s-shm", path).s);
    return 0;
}

#define FIXTURE_TEST(f) cmocka_unit_test_setup_teardown(f, fixture_set_up, fixture_tear_down)

static inline int on_engine(const char *engine, const char *name, const struct CMUnitTest *tests,
                            size_t n) {
    if (!fixture.boot.beg) {
        arena_open(&fixture.boot, 64 << 20);
        arena_open(&fixture.arena, 64 << 20);
    }
    snprintf(fixture.folder, sizeof fixture.folder, "/tmp/cairn-store-XXXXXX");
    if (!mkdtemp(fixture.folder)) return 1;
    fixture.engine = engine;
    int failed = _cmocka_run_group_tests(name, tests, n, NULL, NULL);
    rmdir(fixture.folder);
    return failed;
}

static inline int on_both_engines(const char *name, const struct CMUnitTest *tests, size_t n) {
    if (!getenv("CAIRN_TEST_PG")) return fprintf(stderr, "CAIRN_TEST_PG is not set\n"), 1;
    return on_engine("sqlite", name, tests, n) + on_engine("postgres", name, tests, n);
}

static inline struct tx a_tx(enum tx_mode mode) {
    struct tx tx;
    assert_int_equal(tx_begin(&tx, fixture.store, &fixture.arena, mode, actor, NOW), E_OK);
    return tx;
}

static inline struct patient a_patient(const char *mrn) {
    return (struct patient){.mrn = str_from(mrn), .family_name = STR("Kowalska"),
        .given_name = STR("Zoë"), .birth_date = STR("1980-02-29"), .sex = STR("female"),
        .phase = STR("referred"), .phase_since_ms = NOW};
}

static inline enum err put_patient(struct tx *tx, struct patient *p) {
    tx_event(tx, "patient_changed", STR("a test"));
    return patient_put(tx, p);
}

#endif
