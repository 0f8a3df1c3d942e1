/*
 * write_http: durable writes through the door, 64 clients together beside one at a time.
 *
 *     bench_write_http CAIRN SHIM       (SLOW_FSYNC_MS=4 in the environment)
 *
 * The server runs with the slow disk preloaded. Each client records a heart rate with an
 * account of its own; in the rounds of the other side a lock lets one request go at a time,
 * so that each commits alone. A busy machine slows those down more than the disk does, so
 * the ratio is to what the disk alone would let through, where that is more. Two things are proved on the way: no answer came sooner than
 * the disk can be (then it would have been given before its fsync), and every write that was
 * acknowledged is in the file after the server was killed.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "house.h"

enum { CLIENTS = 64, ROUNDS = 3, ROUND_US = 1000000, ANSWER_BYTES_MAX = 1 << 16 };

struct writer {
    struct house *h;
    struct str request;
};

static pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool one_by_one, over;
static atomic_long acknowledged, soonest_us;

static void write_one(struct house_line *line, struct str request) {
    int64_t from = clock_monotonic_ns();
    house_ask(line, request);
    long us = (long)((clock_monotonic_ns() - from) / 1000), least = soonest_us;
    CHECK(line->status == 303, "the reading is recorded");
    while (us < least && !atomic_compare_exchange_weak(&soonest_us, &least, us)) {}
    acknowledged++;
}

static void *client(void *user) {
    struct writer *w = user;
    struct house_line line = house_connect(w->h, ANSWER_BYTES_MAX);
    while (!over) {
        bool lock = one_by_one;
        if (lock) pthread_mutex_lock(&alone);
        if (!over) write_one(&line, w->request);
        if (lock) pthread_mutex_unlock(&alone);
    }
    close(line.fd);
    free(line.bytes);
    return NULL;
}

static double rate(struct writer *writers, bool alone_each) {
    pthread_t t[CLIENTS];
    long before = acknowledged;
    one_by_one = alone_each;
    over = false;
    int64_t from = clock_monotonic_ns();
    for (int i = 0; i < CLIENTS; i++)
        CHECK(pthread_create(&t[i], NULL, client, &writers[i]) == 0, "a thread");
    usleep(ROUND_US);
    over = true;
    for (int i = 0; i < CLIENTS; i++) pthread_join(t[i], NULL);
    return (double)(acknowledged - before) / ((double)(clock_monotonic_ns() - from) / 1e9);
}

/* Readings in the file, after the server was killed. */
static long kept(struct house *h) {
    sqlite3 *db;
    sqlite3_stmt *st;
    kill(h->server, SIGKILL);
    waitpid(h->server, NULL, 0);
    h->server = 0;
    CHECK(sqlite3_open_v2(h->url + 7, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "SELECT count(*) FROM observation", -1, &st, NULL) ==
                  SQLITE_OK && sqlite3_step(st) == SQLITE_ROW, "the file is read");
    long n = (long)sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

int main(int argc, char **argv) {
    const char *slow = getenv("SLOW_FSYNC_MS");
    int64_t slow_ms = 0;
    if (argc != 3 || !slow || !str_to_int(str_from(slow), &slow_ms))
        return fprintf(stderr, "usage: SLOW_FSYNC_MS=4 bench_write_http CAIRN SHIM\n"), 2;
    static struct writer writers[CLIENTS];
    double limit = 1000.0 / (double)(slow_ms > 0 ? slow_ms : 1); /* commits a second */
    double each[ROUNDS], group[ROUNDS], ratios[ROUNDS];
    struct house h;
    unsetenv("SLOW_FSYNC_MS");
    house_open(&h, CLIENTS);
    struct str id = house_patient(&h, 0);
    struct str path = str_format(&h.arena, "/patient/%.*s/vitals", STR_ARG(id));
    for (int i = 0; i < CLIENTS; i++)
        writers[i] = (struct writer){&h, house_post(&h.arena, &h.logins[i], path,
                                                    "heart_rate=72")};
    setenv("SLOW_FSYNC_MS", slow, 1);
    house_serve(&h, argv[1], argv[2]);
    soonest_us = 1000000000;
    for (int i = 0; i < ROUNDS; i++) {
        each[i] = rate(writers, true);
        group[i] = rate(writers, false);
        ratios[i] = group[i] / (each[i] > limit ? each[i] : limit);
    }
    long answered = acknowledged, found = kept(&h);
    double ratio = house_quantile(ratios, ROUNDS, 0.5);
    printf("one at a time   %9.0f /s, the disk alone would let %.0f\n64 together     %9.0f /s\nratio           %9.1f"
           "  (at least 5)\nsoonest answer  %9.2f ms  (not under %lld)\n"
           "acknowledged    %9ld, in the file after kill -9: %ld\n",
           house_quantile(each, ROUNDS, 0.5), limit, house_quantile(group, ROUNDS, 0.5), ratio,
           (double)soonest_us / 1e3, (long long)slow_ms, answered, found);
    house_close(&h);
    return ratio < 5 || soonest_us < slow_ms * 1000 || found != answered;
}
