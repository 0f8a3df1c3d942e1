/* A clinic of the tests' own, served in this process: a fresh SQLite file, the real route
 * table, a clock that can be moved. Logins are made without a password's hash where the test
 * is not about passwords. */
#ifndef CAIRN_WEB_FIXTURE_H
#define CAIRN_WEB_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "app/app.h"
#include "app/content.h"
#include "app/people.h"
#include "app/session.h"
#include "base/clock.h"
#include "client.h"
#include "store/sql.h"
#include "web/route.h"
#include "web/web.h"

struct login {
    struct str id, token, csrf;
};

static struct {
    char folder[64], clock[96];
    struct arena boot, arena;
    struct store *store;
    struct content content;
    struct app app;
    struct http_server *server;
    struct str address;
    int accounts;
} house;

static inline void house_clock(int64_t ahead_ms) {
    FILE *f = fopen(house.clock, "w");
    CHECK(f && fprintf(f, "%lld", (long long)ahead_ms) > 0 && fclose(f) == 0, "the clock is set");
}

/* An empty database: a file, or a schema in the PostgreSQL that CAIRN_TEST_PG names. */
static inline struct str house_url(const char *engine) {
    if (engine[0] == 's') return str_format(&house.boot, "sqlite:%s/clinic.db", house.folder);
    const char *server = getenv("CAIRN_TEST_PG");
    PGconn *c = PQconnectdb(server);
    PGresult *r = PQexec(c, "SET client_min_messages = error; DROP SCHEMA IF EXISTS web CASCADE;"
                            "CREATE SCHEMA web");
    CHECK(PQresultStatus(r) == PGRES_COMMAND_OK, "a schema of the test's own");
    PQclear(r);
    PQfinish(c);
    return str_format(&house.boot, "%s&options=-csearch_path%%3Dweb", server);
}

static inline int house_open(const char *engine) {
    struct str why = STR_ABSENT, clinic_id;
    int applied;
    if (!house.boot.beg) {
        arena_open(&house.boot, 512 << 20);
        arena_open(&house.arena, 256 << 20);
    }
    snprintf(house.folder, sizeof house.folder, "/tmp/cairn-web-XXXXXX");
    if (!mkdtemp(house.folder)) return 1;
    snprintf(house.clock, sizeof house.clock, "%s/clock", house.folder);
    house_clock(0);
    setenv("CAIRN_TEST_CLOCK", house.clock, 1);
    struct str url = house_url(engine);
    struct arena *a = &house.boot;
    if (store_open(a, url, STORE_CREATE, &house.store, &why) ||
        store_migrate(house.store, a, &applied, &why) ||
        app_make_clinic(house.store, a, STR("Stone Path"), STR("America/Denver"), &clinic_id) ||
        content_boot(a, NULL, &house.content) ||
        app_open(&house.app, a, house.store, &house.content, &why))
        return fprintf(stderr, "%.*s\n", STR_ARG(why)), 1;
    struct web *w = web_open(a, &house.app, (struct web_options){WEB_PLAIN_LOOPBACK});
    struct http_options options = {.listen = "127.0.0.1:0", .workers = 8};
    if (http_start(a, options, web_http(w), &house.server, &why)) return 1;
    house.address = http_address(house.server);
    return 0;
}

static inline int house_close(void) {
    http_stop(house.server);
    store_close(house.store);
    static const char *const files[] = {"clinic.db", "clinic.db-wal", "clinic.db-shm", "clock"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(str_format(&house.boot, "%s/%s", house.folder, files[i]).s);
    rmdir(house.folder);
    return 0;
}

static inline struct tx house_tx(enum tx_mode mode, struct str account_id) {
    struct tx tx;
    struct actor actor = {house.app.clinic_id, account_id, STR("web")};
    CHECK(tx_begin(&tx, house.store, &house.arena, mode, actor, clock_now_ms()) == E_OK, "a tx");
    return tx;
}

/* An account of a role, and a session of it. */
static inline struct login house_login_as(enum role role) {
    struct login l;
    struct account account = {.login_name = str_format(&house.arena, "%s%d", role_name(role),
                                                       house.accounts++),
                              .display_name = STR("Somebody"), .role = str_from(role_name(role)),
                              .active = 1};
    struct tx tx = house_tx(TX_WRITE, STR_ABSENT);
    enum err e = E_OK;
    struct patient patient = {.mrn = str_format(&house.arena, "K-%06d", house.accounts),
                              .family_name = STR("Kowalska"), .given_name = STR("Zoë"),
                              .birth_date = STR("1980-02-29"), .sex = STR("female"),
                              .phase = STR("referred"), .phase_since_ms = tx.now_ms};
    if (role == ROLE_patient) {
        tx_event(&tx, "patient_changed", STR_ABSENT);
        e = patient_put(&tx, &patient);
        account.chart_patient_id = patient.id;
    }
    tx_event(&tx, "account_created", STR_ABSENT);
    if (!e) e = account_put(&tx, &account);
    l.id = account.id;
    struct credential_set_in credential = {account.id, STR("none"), tx.now_ms, 0};
    if (!e) e = credential_set(&tx, &credential);
    if (!e) e = session_start(&tx, account.id, &l.token);
    struct session s;
    if (!e) e = session_find(&tx, l.token, &s);
    l.csrf = s.csrf;
    CHECK(tx_end(&tx, e) == E_OK, "an account and its session");
    return l;
}

static inline struct str house_request(const char *method, const char *path, struct str token,
                                       const char *headers, struct str body) {
    struct buf b = buf_new(&house.arena, 1024);
    buf_format(&b, "%s %s HTTP/1.1\r\nHost: clinic\r\nAccept: text/html\r\n", method, path);
    if (token.n) buf_format(&b, "Cookie: cairn=%.*s\r\n", STR_ARG(token));
    if (body.s)
        buf_format(&b,
                   "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %td\r\n",
                   body.n);
    buf_format(&b, "%sConnection: close\r\n\r\n%.*s", headers, STR_ARG(body));
    return buf_str(&b);
}

static inline struct reply house_ask(const char *method, const char *path, struct str token,
                                     const char *headers, struct str body) {
    return client_exchange(&house.arena, house.address,
                           house_request(method, path, token, headers, body));
}

static inline struct reply house_get(const char *path, const struct login *l) {
    return house_ask("GET", path, l ? l->token : STR_ABSENT, "", STR_ABSENT);
}

/* `fields`: urlencoded; the token of the login is put before them. */
static inline struct reply house_post(const char *path, const struct login *l,
                                      const char *fields) {
    struct str body = str_from(fields);
    if (l) body = str_format(&house.arena, "csrf=%.*s&%s", STR_ARG(l->csrf), fields);
    return house_ask("POST", path, l ? l->token : STR_ABSENT, "", body);
}

/* The number of the newest entry of an event; 0: there is none. */
static inline int64_t house_newest(const char *event) {
    struct tx tx = house_tx(TX_READ, STR_ABSENT);
    struct journal_browse_event_rows rows;
    struct journal_browse_event_in in = {str_from(event), INT64_MAX};
    CHECK(tx_end(&tx, journal_browse_event(&tx, &in, &rows)) == E_OK, "the journal can be read");
    return rows.n ? rows.v[0].seq : 0;
}

/* How many entries of an event the journal holds. */
static inline int house_entries(const char *event) {
    struct tx tx = house_tx(TX_READ, STR_ABSENT);
    struct journal_browse_event_rows rows;
    struct journal_browse_event_in in = {str_from(event), INT64_MAX};
    int n = 0;
    do {
        CHECK(journal_browse_event(&tx, &in, &rows) == E_OK, "the journal can be read");
        n += (int)rows.n;
        if (rows.n) in.before_seq = rows.v[rows.n - 1].seq;
    } while (rows.n > 100);
    CHECK(tx_end(&tx, E_OK) == E_OK, "read");
    return n;
}

#endif
