#include "house.h"

#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "../tests/unit/client.h"
#include "app/app.h"
#include "app/session.h"
#include "base/clock.h"
#include "store/sql.h"

enum { HOUSE_ARENA_BYTES = 512 << 20, ENTRIES_A_WRITE = 1000 };

/* The clinic -------------------------------------------------------------------------------*/

void house_folder(struct house *h) {
    *h = (struct house){.folder = "/tmp/cairn-bench-XXXXXX"};
    arena_open(&h->arena, HOUSE_ARENA_BYTES);
    CHECK(mkdtemp(h->folder), "a folder");
    h->url = getenv("CAIRN_TEST_PG");
    if (!h->url) h->url = str_format(&h->arena, "sqlite:%s/clinic.db", h->folder).s;
}

static struct tx begin(struct house *h) {
    struct tx tx;
    struct actor actor = {h->clinic_id, STR_ABSENT, STR("cli")};
    CHECK(tx_begin(&tx, h->store, &h->arena, TX_WRITE, actor, clock_now_ms()) == E_OK, "a write");
    return tx;
}

static void log_in(struct house *h, int i) {
    struct tx tx = begin(h);
    struct session s;
    struct account row = {.login_name = str_format(&h->arena, "bench%d", i),
                          .display_name = STR("Robin Bench"), .role = STR("prescriber"),
                          .active = 1};
    tx_event(&tx, "account_created", STR_ABSENT);
    enum err e = account_put(&tx, &row);
    struct credential_set_in credential = {row.id, STR("none"), tx.now_ms, 0};
    if (!e) e = credential_set(&tx, &credential);
    if (!e) e = session_start(&tx, row.id, &h->logins[i].token);
    if (!e) e = session_find(&tx, h->logins[i].token, &s);
    h->logins[i].csrf = s.csrf;
    CHECK(tx_end(&tx, e) == E_OK, "an account and its session");
}

void house_open(struct house *h, int logins) {
    struct str why = STR_ABSENT;
    int applied;
    house_folder(h);
    CHECK(store_open(&h->arena, str_from(h->url), STORE_CREATE, &h->store, &why) == E_OK &&
              store_migrate(h->store, &h->arena, &applied, &why) == E_OK &&
              app_make_clinic(h->store, &h->arena, STR("Bench"), STR("America/Denver"),
                              &h->clinic_id) == E_OK,
          "a clinic");
    h->login_n = logins;
    h->logins = NEWS(&h->arena, struct house_login, logins);
    for (int i = 0; i < logins; i++) log_in(h, i);
}

static enum err put_entries(struct tx *tx, struct str patient_id, int from, int n, int of) {
    static const struct {
        const char *code, *display, *unit;
        int base;
    } kinds[] = {{"8480-6", "Systolic pressure", "mm[Hg]", 118},
                 {"8462-4", "Diastolic pressure", "mm[Hg]", 74},
                 {"8867-4", "Heart rate", "/min", 66},
                 {"59408-5", "Oxygen saturation", "%", 96}};
    for (int i = from; i < from + n; i++) {
        int value = kinds[i % 4].base + i % 5;
        struct observation row = {
            .patient_id = patient_id, .code = str_from(kinds[i % 4].code),
            .display = str_from(kinds[i % 4].display), .value = {true, value},
            .value_text = str_format(tx->arena, "%d", value),
            .unit = str_from(kinds[i % 4].unit),
            .at_ms = tx->now_ms - HOUR_MS - (of - i) * MINUTE_MS, .recorded_ms = tx->now_ms,
            .source = STR("typed")};
        TRY(observation_put(tx, &row));
    }
    return E_OK;
}

/* The patient without entries; each chunk of them is a write of its own. */
struct str house_patient(struct house *h, int entries) {
    struct tx tx = begin(h);
    struct patient p = {.mrn = STR("K-000001"), .family_name = STR("Kowalska"),
                        .given_name = STR("Zoe"), .birth_date = STR("1980-02-29"),
                        .sex = STR("female"), .phase = STR("preparing"),
                        .phase_since_ms = tx.now_ms};
    tx_event(&tx, "patient_changed", STR_ABSENT);
    CHECK(tx_end(&tx, patient_put(&tx, &p)) == E_OK, "a patient");
    for (int from = 0; from < entries; from += ENTRIES_A_WRITE) {
        int n = entries - from < ENTRIES_A_WRITE ? entries - from : ENTRIES_A_WRITE;
        tx = begin(h);
        tx_event(&tx, "vitals_recorded", STR_ABSENT);
        CHECK(tx_end(&tx, put_entries(&tx, p.id, from, n, entries)) == E_OK, "the entries");
    }
    return p.id;
}

/* The server -------------------------------------------------------------------------------*/

pid_t house_run(const char *program, const char *const *args, const char *preload, int *out) {
    const char *argv[16] = {program};
    int ends[2];
    for (int i = 0; i < 14 && args[i]; i++) argv[i + 1] = args[i];
    CHECK(pipe(ends) == 0, "a pipe");
    pid_t pid = fork();
    CHECK(pid >= 0, "a process");
    if (pid == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        if (preload) setenv("LD_PRELOAD", preload, 1);
        execv(program, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(ends[1]);
    *out = ends[0];
    return pid;
}

struct str house_ready(struct arena *a, int out) {
    char line[128] = {0};
    CHECK(read(out, line, sizeof line - 1) > 0, "the server says that it is ready");
    struct str said = str_trim(str_copy(a, str_from(line)));
    CHECK(str_starts(said, STR("ready http://")), "the server is ready");
    return str_slice(said, 13, said.n);
}

void house_serve(struct house *h, const char *program, const char *preload) {
    const char *const args[] = {"serve", "--db", h->url, "--listen", "127.0.0.1:0", NULL};
    int out;
    if (h->store) store_close(h->store);
    h->store = NULL;
    h->server = house_run(program, args, preload, &out);
    h->address = house_ready(&h->arena, out);
}

void house_close(struct house *h) {
    static const char *const files[] = {"clinic.db", "clinic.db-wal", "clinic.db-shm"};
    if (h->server) {
        kill(h->server, SIGTERM);
        waitpid(h->server, NULL, 0);
    }
    if (h->store) store_close(h->store);
    for (int i = 0; i < 3; i++) unlink(str_format(&h->arena, "%s/%s", h->folder, files[i]).s);
    rmdir(h->folder);
    arena_close(&h->arena);
}

/* The client -------------------------------------------------------------------------------*/

struct house_line house_connect(struct house *h, ptrdiff_t cap) {
    int on = 1;
    struct house_line line = {.fd = client_connect(h->address), .cap = cap};
    CHECK(line.fd >= 0, "the server answers its address");
    setsockopt(line.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    line.bytes = malloc((size_t)cap);
    CHECK(line.bytes, "memory");
    return line;
}

/* Where the answer ends, once its headers are there; 0 until then. */
static ptrdiff_t whole(struct house_line *line) {
    struct reply r = client_parse((struct str){line->bytes, line->n});
    int64_t length = 0;
    if (!r.status) return 0;
    line->status = r.status;
    line->body = r.body.s - line->bytes;
    CHECK(str_to_int(reply_header(r, "content-length"), &length), "an answer has a length");
    CHECK(line->body + length <= line->cap, "an answer fits");
    return line->body + (ptrdiff_t)length;
}

void house_ask(struct house_line *line, struct str request) {
    ptrdiff_t end = 0;
    line->n = line->status = 0;
    client_send(line->fd, request);
    while (!end || line->n < end) {
        ssize_t n = recv(line->fd, line->bytes + line->n, (size_t)(line->cap - line->n), 0);
        CHECK(n > 0, "the server answers");
        line->n += n;
        if (!end) end = whole(line);
    }
}

struct str house_get(struct arena *a, const struct house_login *l, struct str path) {
    return str_format(a,
                      "GET %.*s HTTP/1.1\r\nHost: clinic\r\nAccept: text/html\r\n"
                      "Cookie: cairn=%.*s\r\n\r\n",
                      STR_ARG(path), STR_ARG(l->token));
}

struct str house_post(struct arena *a, const struct house_login *l, struct str path,
                      const char *fields) {
    struct str body = str_format(a, "csrf=%.*s&%s", STR_ARG(l->csrf), fields);
    return str_format(a,
                      "POST %.*s HTTP/1.1\r\nHost: clinic\r\nAccept: text/html\r\n"
                      "Cookie: cairn=%.*s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                      "Content-Length: %td\r\n\r\n%.*s",
                      STR_ARG(path), STR_ARG(l->token), body.n, STR_ARG(body));
}

/* What it cost -----------------------------------------------------------------------------*/

double house_processor_us(pid_t pid) {
    clockid_t id;
    struct timespec t;
    CHECK(clock_getcpuclockid(pid, &id) == 0 && clock_gettime(id, &t) == 0, "its clock is read");
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

int64_t house_resident_kib(pid_t pid) {
    char path[64], line[256];
    long long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    CHECK(f, "the process is there");
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "VmRSS: %lld kB", &kib) == 1) break;
    fclose(f);
    return kib;
}

/* user, nice, system, interrupts: busy; idle and waiting for the disk are not. */
double house_others(double ours_us) {
    static double before_busy_us, before_all_us;
    unsigned long long v[8] = {0};
    FILE *f = fopen("/proc/stat", "r");
    CHECK(f && fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &v[0], &v[1], &v[2],
                      &v[3], &v[4], &v[5], &v[6], &v[7]) == 8, "/proc/stat is read");
    fclose(f);
    double tick_us = 1e6 / (double)sysconf(_SC_CLK_TCK), busy_us, all_us;
    busy_us = (double)(v[0] + v[1] + v[2] + v[5] + v[6] + v[7]) * tick_us;
    all_us = busy_us + (double)(v[3] + v[4]) * tick_us;
    double others = (busy_us - before_busy_us - ours_us) / (all_us - before_all_us);
    before_busy_us = busy_us;
    before_all_us = all_us;
    return others < 0 ? 0 : others;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double house_quantile(double *v, ptrdiff_t n, double share) {
    CHECK(n > 0, "something was measured");
    qsort(v, (size_t)n, sizeof *v, by_value);
    ptrdiff_t i = (ptrdiff_t)(share * (double)n);
    return v[i < n ? i : n - 1];
}
