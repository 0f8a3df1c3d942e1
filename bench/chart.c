/*
 * chart: processor time of a chart page of 300 entries beside a bare C loop that reads the
 * same rows from SQLite and writes the same bytes.
 *
 *     bench_chart CAIRN [PAGES]
 *
 * The bare side is a process of its own, forked from this one: one connection, the statements
 * of the page prepared once, every column of every row read, and an answer of the page's
 * length written to a socket that this process empties, in turn with the server, so that what
 * else the machine does falls on both alike. It formats nothing, parses no request and writes
 * no journal; the server does all that, the read's entry and its commit on disk included,
 * because a chart may not be read without it. The figure is the median of the ratios.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "house.h"
#include "store/query.h"
#include "store/sql.h"

enum { ENTRIES = 300, ROUNDS = 9, PAGE_BYTES_MAX = 1 << 20 };

/* What GET /patient/{id} asks the store for, and with what. */
static const struct {
    const char *name, *second; /* the parameter after the patient's id */
} asked[] = {
    {"session_get", NULL},      {"setting_load", NULL},         {"setting_load", NULL},
    {"patient_load", NULL},     {"allergy_of_patient", NULL},   {"risk_unclosed", NULL},
    {"course_active", NULL},    {"course_latest", NULL},        {"consent_of_patient", NULL},
    {"response_of_patient", "phq9"}, {"screening_latest", NULL}, {"consent_of_patient", NULL},
    {"condition_of_patient", NULL},  {"medication_of_patient", NULL},
    {"allergy_of_patient", NULL},    {"chart_entry", NULL}};
enum { ASKED = sizeof asked / sizeof *asked };

struct bare {
    sqlite3 *db;
    sqlite3_stmt *st[ASKED];
    int fd;
    ptrdiff_t page;   /* bytes of the answer */
    char *out;
};

static const struct sql_query *query_named(const char *name) {
    for (int i = 0; i < SQL_QUERY_COUNT; i++)
        if (strcmp(sql_queries[i].name, name) == 0) return &sql_queries[i];
    fprintf(stderr, "chart: no statement %s\n", name);
    exit(3);
}

static void bare_open(struct bare *b, struct house *h, struct str patient_id) {
    struct str path = str_slice(str_from(h->url), 7, (ptrdiff_t)strlen(h->url));
    CHECK(sqlite3_open_v2(path.s, &b->db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK, "opened");
    for (int i = 0; i < ASKED; i++) {
        char *text = strdup(query_named(asked[i].name)->text);
        for (char *p = text; *p; p++)
            if (*p == '$') *p = '?';
        CHECK(sqlite3_prepare_v3(b->db, text, -1, SQLITE_PREPARE_PERSISTENT, &b->st[i], NULL) ==
                  SQLITE_OK, "prepared");
        free(text);
        sqlite3_bind_text(b->st[i], 1, h->clinic_id.s, (int)h->clinic_id.n, SQLITE_STATIC);
        sqlite3_bind_text(b->st[i], 2, patient_id.s, (int)patient_id.n, SQLITE_STATIC);
        if (strcmp(asked[i].name, "chart_entry") == 0) {
            sqlite3_bind_int64(b->st[i], 3, INT64_MAX);
            sqlite3_bind_text(b->st[i], 4, "", 0, SQLITE_STATIC);
        } else if (asked[i].second)
            sqlite3_bind_text(b->st[i], 3, asked[i].second, -1, SQLITE_STATIC);
    }
}

/* One page: every column of every row, copied where the answer is made. */
static void bare_page(struct bare *b) {
    ptrdiff_t n = 0;
    sqlite3_exec(b->db, "BEGIN", NULL, NULL, NULL);
    for (int i = 0; i < ASKED; i++) {
        while (sqlite3_step(b->st[i]) == SQLITE_ROW)
            for (int c = 0; c < sqlite3_column_count(b->st[i]); c++) {
                const void *text = sqlite3_column_text(b->st[i], c);
                int size = sqlite3_column_bytes(b->st[i], c);
                if (text && n + size < b->page) memcpy(b->out + n, text, (size_t)size);
                if (text && n + size < b->page) n += size;
            }
        sqlite3_reset(b->st[i]);
    }
    sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL);
    for (ptrdiff_t sent = 0; sent < b->page;) {
        ssize_t k = send(b->fd, b->out + sent, (size_t)(b->page - sent), MSG_NOSIGNAL);
        if (k <= 0) _exit(0);
        sent += k;
    }
}

/* The bare process: a page for each byte that it is sent. */
static pid_t bare_run(struct house *h, struct str patient_id, ptrdiff_t page, int *fd) {
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "a pair of sockets");
    pid_t pid = fork();
    if (pid == 0) {
        struct bare b = {.fd = ends[1], .page = page, .out = calloc(1, (size_t)page)};
        char ask;
        close(ends[0]);
        bare_open(&b, h, patient_id);
        while (recv(b.fd, &ask, 1, 0) == 1) bare_page(&b);
        _exit(0);
    }
    close(ends[1]);
    *fd = ends[0];
    return pid;
}

static void ask_bare(int fd, ptrdiff_t page, char *room) {
    CHECK(send(fd, "x", 1, 0) == 1, "the loop is asked");
    for (ptrdiff_t n = 0; n < page;) {
        ssize_t k = recv(fd, room, (size_t)page, 0);
        CHECK(k > 0, "the loop answers");
        n += k;
    }
}

int main(int argc, char **argv) {
    int64_t pages = 200;
    if (argc < 2 || (argc > 2 && !str_to_int(str_from(argv[2]), &pages)))
        return fprintf(stderr, "usage: bench_chart CAIRN [PAGES]\n"), 2;
    struct house h;
    house_open(&h, 1);
    struct str patient_id = house_patient(&h, ENTRIES);
    house_serve(&h, argv[1], NULL);
    struct house_line line = house_connect(&h, PAGE_BYTES_MAX);
    struct str request = house_get(&h.arena, &h.logins[0],
                                   str_format(&h.arena, "/patient/%.*s", STR_ARG(patient_id)));
    house_ask(&line, request);
    CHECK(line.status == 200, "the chart is shown");
    int fd;
    ptrdiff_t page = line.n;
    pid_t bare = bare_run(&h, patient_id, page, &fd);
    char *room = malloc((size_t)page);
    double ratios[ROUNDS], server[ROUNDS], loop[ROUNDS];
    for (int r = -1; r < ROUNDS; r++) { /* the round before the first warms both */
        double from[2] = {house_processor_us(h.server), house_processor_us(bare)};
        for (int64_t i = 0; i < pages; i++) {
            house_ask(&line, request);
            ask_bare(fd, page, room);
        }
        if (r < 0) continue;
        server[r] = (house_processor_us(h.server) - from[0]) / (double)pages;
        loop[r] = (house_processor_us(bare) - from[1]) / (double)pages;
        ratios[r] = server[r] / loop[r];
    }
    double ratio = house_quantile(ratios, ROUNDS, 0.5);
    printf("bare loop    %8.0f us of processor a page of %td bytes\n"
           "cairn        %8.0f us, its journal entry and commit included\n"
           "ratio        %8.2f  (at most 3)\n",
           house_quantile(loop, ROUNDS, 0.5), page, house_quantile(server, ROUNDS, 0.5), ratio);
    close(fd);
    waitpid(bare, NULL, 0);
    house_close(&h);
    return ratio > 3;
}
