/*
 * kill: a process that writes is killed with -9, again and again. Afterwards:
 *   - whatever was acknowledged is there (an answer never came before its commit),
 *   - no transaction is there by half (each writes a pair),
 *   - the chain and the tables agree.
 *
 *     torture_kill ROUNDS [SEED]
 *
 * The parent counts acknowledgements on a pipe and kills after a number of them drawn by lot,
 * so that the moment is any moment; nothing waits for a clock.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sql.h"
#include "store/store.h"

enum {
    THREADS = 8,
    ROUNDS_A_DATABASE = 25, /* verification reads the whole, so now and then a new one */
    ACKS_MAX = 400,         /* before the kill */
    NAME_MAX_BYTES = 32
};

static const struct actor actor = {{"clinic-a", 8}, {0}, {"cli", 3}};

struct writer {
    struct store *store;
    int number, round, out;
};

struct ack { /* one write(2) of this size into a pipe is whole or not there */
    char name[NAME_MAX_BYTES];
};

static enum err put_half(struct tx *tx, const char *name, const char *half) {
    struct setting s = {.id = str_format(tx->arena, "%s-%s", name, half), .value = STR("kept")};
    tx_event(tx, "setting_changed", STR_ABSENT);
    return setting_put(tx, &s);
}

static enum err write_pair(struct store *store, struct arena *a, const char *name) {
    struct tx tx;
    TRY(tx_begin(&tx, store, a, TX_WRITE, actor, 1));
    enum err e = put_half(&tx, name, "left");
    if (e == E_OK) e = put_half(&tx, name, "right");
    return tx_end(&tx, e);
}

static void *writer_main(void *p) {
    const struct writer *w = p;
    struct arena a;
    arena_open(&a, 4 << 20);
    for (int i = 0;; i++) {
        struct ack ack = {{0}};
        arena_reset(&a);
        snprintf(ack.name, sizeof ack.name, "r%d-t%d-%d", w->round, w->number, i);
        enum err e = write_pair(w->store, &a, ack.name);
        if (e == E_RETRY) continue;
        if (e != E_OK || write(w->out, &ack, sizeof ack) != sizeof ack) _exit(1);
    }
}

static _Noreturn void child_main(struct str url, int round, int out) {
    struct arena a;
    struct store *store;
    struct str why;
    struct writer w[THREADS];
    pthread_t t;
    arena_open(&a, 16 << 20);
    if (store_open(&a, url, STORE_EXISTING, &store, &why)) _exit(2);
    for (int i = 0; i < THREADS; i++) {
        w[i] = (struct writer){store, i, round, out};
        if (pthread_create(&t, NULL, writer_main, &w[i])) _exit(2);
    }
    pthread_join(t, NULL);
    _exit(1);
}

/* Runs a writer until `enough` acknowledgements; all that came are in acks[]. */
static int run_and_kill(struct str url, int round, int enough, struct ack *acks, int max) {
    int fd[2], n = 0;
    if (pipe(fd)) return -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(fd[0]);
        child_main(url, round, fd[1]);
    }
    close(fd[1]);
    while (n < max && read(fd[0], &acks[n], sizeof acks[n]) == sizeof acks[n])
        if (++n == enough) kill(child, SIGKILL);
    close(fd[0]);
    int status;
    waitpid(child, &status, 0);
    return n >= enough && WIFSIGNALED(status) ? n : -1;
}

static bool there(struct tx *tx, const char *name, const char *half) {
    struct setting s;
    struct arena scratch = *tx->arena;
    struct arena *keep = tx->arena;
    tx->arena = &scratch;
    enum err e = setting_load(tx, str_format(&scratch, "%s-%s", name, half), &s);
    tx->arena = keep;
    return e == E_OK;
}

/* Pairs of the round by halves, counted by the database's own rows. */
static const char *whole_pairs(struct tx *tx, int round) {
    for (int t = 0; t < THREADS; t++) {
        for (int i = 0;; i++) {
            char name[NAME_MAX_BYTES];
            snprintf(name, sizeof name, "r%d-t%d-%d", round, t, i);
            bool left = there(tx, name, "left"), right = there(tx, name, "right");
            if (left != right) return "half a transaction";
            if (!left) break;
        }
    }
    return NULL;
}

static const char *look(struct str url, int round, const struct ack *acks, int n) {
    static struct arena a;
    struct store *store;
    struct str why;
    struct verify_result result;
    struct tx tx;
    if (!a.beg) arena_open(&a, 64 << 20);
    arena_reset(&a);
    if (store_open(&a, url, STORE_EXISTING, &store, &why)) return "it does not open";
    const char *wrong = store_verify(store, &a, &result) ? "the record does not verify" : NULL;
    if (tx_begin(&tx, store, &a, TX_READ, actor, 1)) return "it cannot be read";
    for (int i = 0; !wrong && i < n; i++)
        if (!there(&tx, acks[i].name, "left") || !there(&tx, acks[i].name, "right"))
            wrong = "an acknowledged write is lost";
    if (!wrong) wrong = whole_pairs(&tx, round);
    if (tx_end(&tx, E_OK)) wrong = "it cannot be read";
    store_close(store);
    return wrong;
}

static bool make_database(struct str url) {
    struct arena a;
    struct store *store;
    struct str why;
    int applied;
    arena_open(&a, 16 << 20);
    bool ok = !store_open(&a, url, STORE_CREATE, &store, &why) &&
              !store_migrate(store, &a, &applied, &why);
    if (ok) store_close(store);
    else fprintf(stderr, "%.*s\n", STR_ARG(why));
    arena_close(&a);
    return ok;
}

static void forget_files(struct arena *a, const char *folder, int number) {
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) unlink(str_format(a, "%s/%d.db%s", folder, number, endings[i]).s);
}

int main(int argc, char **argv) {
    static struct ack acks[1 << 16];
    struct arena a;
    int64_t rounds = 20, seed = 1;
    char folder[] = "/tmp/cairn-torture-XXXXXX";
    if (argc > 1 && !str_to_int(str_from(argv[1]), &rounds)) return 2;
    if (argc > 2 && !str_to_int(str_from(argv[2]), &seed)) return 2;
    if (!mkdtemp(folder)) return 3;
    unsigned lot = (unsigned)seed;
    int failed = 0, acknowledged = 0;
    struct str url = STR_ABSENT;
    arena_open(&a, 16 << 20);
    for (int round = 0; round < rounds; round++) {
        int number = round / ROUNDS_A_DATABASE;
        if (round % ROUNDS_A_DATABASE == 0) {
            if (round) forget_files(&a, folder, number - 1);
            url = str_format(&a, "sqlite:%s/%d.db", folder, number);
            if (!make_database(url)) return 3;
        }
        int enough = 1 + rand_r(&lot) % ACKS_MAX;
        int n = run_and_kill(url, round, enough, acks, 1 << 16);
        const char *wrong = n < 0 ? "the writer ended by itself" : look(url, round, acks, n);
        if (wrong) printf("FAILED: round %d, after %d acknowledged: %s\n", round, n, wrong);
        failed += wrong != NULL;
        acknowledged += n > 0 ? n : 0;
    }
    forget_files(&a, folder, (int)(rounds - 1) / ROUNDS_A_DATABASE);
    rmdir(folder);
    printf("%d acknowledged writes over %d kills\n", acknowledged, (int)rounds);
    printf("%d passed, %d failed\n", (int)rounds - failed, failed);
    return failed != 0;
}
