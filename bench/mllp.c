/*
 * mllp: 2,000 monitor messages a second, each acknowledged after the commit that keeps it.
 *
 *     bench_mllp CAIRN                                  on SQLite
 *     tests/with-postgres bench_mllp CAIRN              on PostgreSQL
 *
 * 200 monitors in 200 rooms with a running session each, a connection each, one message of six
 * readings every 100 ms, for SECONDS; then as fast as they are answered, for as long. Beside it,
 * how fast a bare loop puts the same rows into the bare database with the same indexes, as many to a
 * commit as the server's batch holds. At the end the server is killed, and every message
 * that was acknowledged must be in the file.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <sqlite3.h>

#include "../tests/unit/client.h"
#include "base/clock.h"
#include "house.h"
#include "net/feed.h"
#include "store/sql.h"

enum { MONITORS = 200, WANTED = 2000, SECONDS = 5, ANSWERS_MAX = WANTED * SECONDS * 16 };

struct monitor {
    int fd;
    int sent, heard;
    int64_t due_ns, sent_ns; /* when its next message is to leave; when its last one did */
};

static struct house h;
static struct monitor monitors[MONITORS];
static double waits_ms[ANSWERS_MAX];
static long answers;

/* The clinic ---------------------------------------------------------------------------------*/

static enum err put_one(struct tx *tx, int i) {
    struct patient p = {.mrn = str_format(tx->arena, "K-%06d", i), .family_name = STR("Kowalska"),
                        .given_name = STR("Zoe"), .birth_date = STR("1980-02-29"),
                        .sex = STR("female"), .phase = STR("dosing"), .phase_since_ms = tx->now_ms};
    struct room room = {.name = str_format(tx->arena, "Room %d", i), .position = i + 1,
                        .state = STR("open")};
    struct device device = {.kind = STR("monitor"), .state = STR("active"),
                            .identifier = str_format(tx->arena, "BENCH%06d", i),
                            .name = str_format(tx->arena, "Monitor %d", i),
                            .first_ms = tx->now_ms};
    tx_event(tx, "patient_changed", STR_ABSENT);
    TRY(patient_put(tx, &p));
    TRY(room_put(tx, &room));
    struct dosing d = {.patient_id = p.id, .course_id = STR("c"), .step_id = p.id,
                       .state = STR("dosing"), .route = STR("im"), .checked_in_ms = tx->now_ms,
                       .first_dose_ms = {true, tx->now_ms}};
    TRY(dosing_put(tx, &d));
    struct dosing_room stay = {.patient_id = p.id, .dosing_id = d.id, .room_id = room.id,
                               .from_ms = tx->now_ms};
    TRY(dosing_room_put(tx, &stay));
    device.room_id = room.id;
    return device_put(tx, &device);
}

static void make_clinic(void) {
    struct tx tx;
    struct actor self = {h.clinic_id, STR_ABSENT, STR("cli")};
    house_open(&h, 1);
    self.clinic_id = h.clinic_id;
    for (int i = 0; i < MONITORS; i++) {
        CHECK(tx_begin(&tx, h.store, &h.arena, TX_WRITE, self, clock_now_ms()) == E_OK, "a write");
        CHECK(tx_end(&tx, put_one(&tx, i)) == E_OK, "a session and its monitor");
    }
    store_close(h.store);
    h.store = NULL;
}

static void serve(const char *program) {
    const char *const args[] = {"serve", "--db", h.url, "--listen", "127.0.0.1:0",
                                "--mllp", "127.0.0.1:0", NULL};
    static char said[512];
    int out;
    h.server = house_run(program, args, NULL, &out);
    for (ptrdiff_t n = 0; !strstr(said, "ready http"); ) {
        ssize_t got = read(out, said + n, sizeof said - 1 - (size_t)n);
        CHECK(got > 0, "the server says that it is ready");
        n += got;
    }
    char *at = strstr(said, "mllp://");
    CHECK(at, "and where monitors speak");
    at[7 + strcspn(at + 7, "\n")] = 0;
    h.address = str_from(at + 7);
}

/* The monitors -------------------------------------------------------------------------------*/

static void send_one(struct monitor *m, int64_t now_ns) {
    char text[1536], when[40];
    int64_t ms = clock_now_ms();
    struct date d = date_from_days((int32_t)(ms / DAY_MS)); /* of UTC, and says so */
    int second = (int)(ms / 1000 % 86400);
    snprintf(when, sizeof when, "%04d%02d%02d%02d%02d%02d.%03d+0000", d.year, d.month, d.day,
             second / 3600, second / 60 % 60, second % 60, (int)(ms % 1000));
    int n = snprintf(
        text, sizeof text,
        "\x0BMSH|^~\\&|BENCH^BENCH%06d^EUI-64|Works|||%s||ORU^R01^ORU_R01|%d|P|2.6\r"
        "PID|||\rOBR|1||||||%s\r"
        "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|%d|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R\r"
        "OBX|2|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.1|%d|262688^MDC_DIM_PERCENT^MDC|||||R\r"
        "OBX|3|NM|149530^MDC_PULS_OXIM_PULS_RATE^MDC|1.3.1.2|%d|264864^BPM^MDC|||||R\r"
        "OBX|4|NM|151562^MDC_RESP_RATE^MDC|1.14.1.1|14|264928^RPM^MDC|||||R\r"
        "OBX|5|NM|150344^MDC_TEMP^MDC|1.2.1.1|36.7|268192^MDC_DIM_DEGC^MDC|||||R\r"
        "OBX|6|NM|150488^MDC_BLD_PERF_INDEX^MDC|1.3.1.3|4.20|262688^PCT^MDC|||||R\r\x1C\r",
        (int)(m - monitors), when, m->sent, when, 66 + m->sent % 5, 96 + m->sent % 3,
        66 + m->sent % 5);
    CHECK(send(m->fd, text, (size_t)n, MSG_NOSIGNAL) == n, "a message leaves");
    m->sent++;
    m->sent_ns = now_ns;
}

/* One message is out at a time, so every byte that comes is of its answer. */
static bool hear(struct monitor *m) {
    char text[1024];
    ssize_t n = recv(m->fd, text, sizeof text - 1, MSG_DONTWAIT);
    if (n <= 0) return false;
    text[n] = 0;
    if (text[n - 2] != 0x1C) return false; /* the rest comes */
    CHECK(strstr(text, "MSA|AA|"), "accepted");
    m->heard++;
    if (answers < ANSWERS_MAX)
        waits_ms[answers++] = (double)(clock_monotonic_ns() - m->sent_ns) / 1e6;
    return true;
}

enum pace { AS_PLANNED, AS_ANSWERED };

/* Messages acknowledged a second. */
static double run(enum pace pace) {
    struct pollfd fds[MONITORS];
    int64_t from = clock_monotonic_ns(), step = INT64_C(1000000000) * MONITORS / WANTED;
    answers = 0;
    for (int i = 0; i < MONITORS; i++) {
        fds[i] = (struct pollfd){monitors[i].fd, POLLIN, 0};
        monitors[i].due_ns = from + step * i / MONITORS;
    }
    for (int64_t now; (now = clock_monotonic_ns()) - from < SECONDS * INT64_C(1000000000);) {
        for (int i = 0; i < MONITORS; i++) {
            struct monitor *m = &monitors[i];
            if (m->sent != m->heard || (pace == AS_PLANNED && now < m->due_ns)) continue;
            send_one(m, now);
            m->due_ns += step;
        }
        poll(fds, MONITORS, 1);
        for (int i = 0; i < MONITORS; i++)
            if (fds[i].revents) hear(&monitors[i]);
    }
    double seconds = (double)(clock_monotonic_ns() - from) / 1e9;
    for (int i = 0; i < MONITORS; i++) /* what is still out */
        while (monitors[i].sent != monitors[i].heard) {
            poll(&fds[i], 1, 1000);
            hear(&monitors[i]);
        }
    return (double)answers / seconds;
}

/* Beside it, and after it --------------------------------------------------------------------*/

#define BARE_NS INT64_C(2000000000)
#define BARE_TABLE                                                                               \
    "CREATE TABLE m (id TEXT PRIMARY KEY, device TEXT, digest TEXT, at BIGINT, said TEXT,"       \
    " UNIQUE (device, digest)); CREATE INDEX last ON m (device, at)"

static bool is_postgres(void) { return strncmp(h.url, "postgres", 8) == 0; }

static void must(sqlite3 *db, const char *sql) {
    CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db));
}

struct bare_row {
    char id[40], device[40], digest[72], at[24], said[260];
};

static void make_row(struct bare_row *r, long n) {
    snprintf(r->id, sizeof r->id, "01a20925-a451-753b-%020ld", n);
    snprintf(r->device, sizeof r->device, "01a20925-a451-753b-aaa6-%012ld", n % MONITORS);
    snprintf(r->digest, sizeof r->digest, "%064ld", n * 7919);
    snprintf(r->at, sizeof r->at, "%ld", n);
    snprintf(r->said, sizeof r->said, "%0250ld", n);
}

/* Rows a second, `batch` to a commit. */
static double bare_sqlite(int batch) {
    sqlite3 *db;
    sqlite3_stmt *st;
    struct str path = str_format(&h.arena, "%s/bare.db", h.folder);
    const char *file = str_z(&h.arena, path);
    long n = 0;
    CHECK(sqlite3_open(file, &db) == SQLITE_OK, "a file");
    must(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
    must(db, BARE_TABLE);
    CHECK(sqlite3_prepare_v2(db, "INSERT INTO m VALUES (?1, ?2, ?3, ?4, ?5)", -1, &st, NULL) ==
              SQLITE_OK, "a statement");
    int64_t from = clock_monotonic_ns();
    while (clock_monotonic_ns() - from < BARE_NS) {
        must(db, "BEGIN");
        for (int i = 0; i < batch; i++, n++) {
            struct bare_row r;
            make_row(&r, n);
            const char *const values[] = {r.id, r.device, r.digest, r.at, r.said};
            for (int k = 0; k < 5; k++)
                sqlite3_bind_text(st, k + 1, values[k], -1, SQLITE_TRANSIENT);
            CHECK(sqlite3_step(st) == SQLITE_DONE, sqlite3_errmsg(db));
            sqlite3_reset(st);
        }
        must(db, "COMMIT");
    }
    double rate = (double)n / ((double)(clock_monotonic_ns() - from) / 1e9);
    sqlite3_finalize(st);
    sqlite3_close(db);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++)
        unlink(str_z(&h.arena, str_format(&h.arena, "%s%s", file, ends[i])));
    return rate;
}

static PGresult *ask(PGconn *db, const char *sql) {
    PGresult *r = PQexec(db, sql);
    ExecStatusType s = PQresultStatus(r);
    CHECK(s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK, PQerrorMessage(db));
    return r;
}

static double bare_postgres(int batch) {
    PGconn *db = PQconnectdb(h.url);
    long n = 0;
    PQclear(ask(db, "SET synchronous_commit = on; " BARE_TABLE));
    PQclear(PQprepare(db, "put", "INSERT INTO m VALUES ($1, $2, $3, $4, $5)", 5, NULL));
    int64_t from = clock_monotonic_ns();
    while (clock_monotonic_ns() - from < BARE_NS) {
        PQclear(ask(db, "BEGIN"));
        for (int i = 0; i < batch; i++, n++) {
            struct bare_row r;
            make_row(&r, n);
            const char *const values[] = {r.id, r.device, r.digest, r.at, r.said};
            PGresult *done = PQexecPrepared(db, "put", 5, values, NULL, NULL, 0);
            CHECK(PQresultStatus(done) == PGRES_COMMAND_OK, PQerrorMessage(db));
            PQclear(done);
        }
        PQclear(ask(db, "COMMIT"));
    }
    double rate = (double)n / ((double)(clock_monotonic_ns() - from) / 1e9);
    PQfinish(db);
    return rate;
}

static long kept_postgres(void) {
    PGconn *db = PQconnectdb(h.url);
    PGresult *r = ask(db, "SELECT count(*) FROM device_message WHERE state = 'filed'");
    int64_t n;
    CHECK(str_to_int(str_from(PQgetvalue(r, 0, 0)), &n), "a count");
    PQclear(r);
    PQfinish(db);
    return (long)n;
}

static long kept_sqlite(void) {
    sqlite3 *db;
    sqlite3_stmt *st;
    CHECK(sqlite3_open_v2(h.url + 7, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "SELECT count(*) FROM device_message WHERE state = 'filed'",
                                 -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW,
          "the file is read");
    long n = (long)sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

static long kept(void) {
    kill(h.server, SIGKILL);
    waitpid(h.server, NULL, 0);
    h.server = 0;
    return is_postgres() ? kept_postgres() : kept_sqlite();
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: bench_mllp CAIRN\n"), 2;
    make_clinic();
    serve(argv[1]);
    for (int i = 0; i < MONITORS; i++) monitors[i].fd = client_connect(h.address);
    double planned = run(AS_PLANNED);
    double p50 = house_quantile(waits_ms, answers, 0.5);
    double p99 = house_quantile(waits_ms, answers, 0.99);
    long acknowledged = answers;
    double busy_us = house_processor_us(h.server);
    double most = run(AS_ANSWERED);
    acknowledged += answers;
    double each_us = (house_processor_us(h.server) - busy_us) / (double)answers;
    long found = kept();
    double alone = is_postgres() ? bare_postgres(FEED_BATCH_MAX) : bare_sqlite(FEED_BATCH_MAX);
    printf("200 monitors, a message each 100 ms   %8.0f /s acknowledged  (at least 1,980)\n"
           "    from sent to acknowledged         %8.2f ms p50, %.2f ms p99\n"
           "as fast as they are answered          %8.0f /s, %.0f us of processor a message\n"
           "bare loop, the same rows              %8.0f /s; ratio %.2f\n"
           "acknowledged %ld, kept after kill -9: %ld\n",
           planned, p50, p99, most, each_us, alone, most / alone, acknowledged, found);
    house_close(&h);
    return planned < WANTED * 0.99 || found < acknowledged;
}
