/*
 * commit: durable writes at 64 clients, group commit beside one commit an fsync.
 *
 *     SLOW_FSYNC_MS=4 LD_PRELOAD=libslow_fsync.so bench_commit [SECONDS]
 *
 * Both sides are the same store, the same body (a chart row and its journal entry) and the
 * same file; the second takes a lock around the whole transaction, so that no writer ever
 * stands behind another and each commits alone. Prints both rates and their ratio.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/sql.h"
#include "store/store.h"

enum { CLIENTS = 64 };

static const struct actor actor = {{"clinic-a", 8}, {0}, {"cli", 3}};
static struct store *store;
static pthread_mutex_t alone = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool one_by_one, over;
static atomic_long committed;

static enum err write_one(struct arena *a) {
    struct tx tx;
    struct note n = {.patient_id = STR("p"), .kind = STR("progress"), .title = STR("A title"),
                     .text = STR("Some text as it is written"), .account_id = STR("b")};
    TRY(tx_begin(&tx, store, a, TX_WRITE, actor, clock_now_ms()));
    tx_event(&tx, "note_written", STR_ABSENT);
    return tx_end(&tx, note_put(&tx, &n));
}

static void *client(void *unused) {
    struct arena a;
    arena_open(&a, 4 << 20);
    while (!over) {
        arena_reset(&a);
        bool lock = one_by_one;
        if (lock) pthread_mutex_lock(&alone);
        enum err e = write_one(&a);
        if (lock) pthread_mutex_unlock(&alone);
        CHECK(e == E_OK, "a write failed");
        committed++;
    }
    arena_close(&a);
    return unused;
}

static double rate(bool alone_each, double seconds) {
    pthread_t t[CLIENTS];
    one_by_one = alone_each;
    over = false;
    committed = 0;
    int64_t from = clock_monotonic_ns();
    for (int i = 0; i < CLIENTS; i++) pthread_create(&t[i], NULL, client, NULL);
    usleep((useconds_t)(seconds * 1e6));
    over = true;
    for (int i = 0; i < CLIENTS; i++) pthread_join(t[i], NULL);
    return (double)committed / ((double)(clock_monotonic_ns() - from) / 1e9);
}

int main(int argc, char **argv) {
    char folder[] = "/tmp/cairn-bench-XXXXXX";
    double seconds = 3;
    struct arena a;
    struct str why;
    int applied;
    if (argc > 1 && !str_to_real(str_from(argv[1]), &seconds)) return 2;
    if (!mkdtemp(folder)) return 3;
    arena_open(&a, 16 << 20);
    struct str url = str_format(&a, "sqlite:%s/bench.db", folder);
    if (store_open(&a, url, STORE_CREATE, &store, &why) ||
        store_migrate(store, &a, &applied, &why)) {
        fprintf(stderr, "%.*s\n", STR_ARG(why));
        return 3;
    }
    double each = rate(true, seconds), group = rate(false, seconds);
    printf("one commit an fsync  %9.0f /s\ngroup commit         %9.0f /s\nratio                %9.1f"
           "  (at least 5)\n", each, group, group / each);
    store_close(store);
    static const char *const files[] = {"bench.db", "bench.db-wal", "bench.db-shm"};
    for (int i = 0; i < 3; i++) unlink(str_format(&a, "%s/%s", folder, files[i]).s);
    rmdir(folder);
    return group / each < 5;
}
