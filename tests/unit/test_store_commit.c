/* Group commit on SQLite, on a disk that is slow, fails or is full. */
#include "store_fixture.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>

#include "slow_fsync.h"

enum { THREADS = 24, ROUNDS = 12 };

static atomic_bool disk_full;
static atomic_int late_answers, committed, refused;

/* The disk has no room while `disk_full` is set. SQLite writes by pwrite. */
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
    if (!disk_full) return real(fd, p, n, at);
    errno = ENOSPC;
    return -1;
}

static enum err write_one(struct arena *a, const char *mrn) {
    struct tx tx;
    struct patient p = a_patient(mrn);
    TRY(tx_begin(&tx, fixture.store, a, TX_WRITE, actor, NOW));
    return tx_end(&tx, put_patient(&tx, &p));
}

/* An answer is right when an fsync that began after the body ended is over. */
static enum err write_watched(struct arena *a, const char *mrn) {
    struct tx tx;
    struct patient p = a_patient(mrn);
    TRY(tx_begin(&tx, fixture.store, a, TX_WRITE, actor, NOW));
    enum err e = put_patient(&tx, &p);
    long before = slow_fsync_started();
    e = tx_end(&tx, e);
    if (e == E_OK && slow_fsync_finished() < before + 1) late_answers++;
    return e;
}

static void *write_rounds(void *number) {
    struct arena a;
    arena_open(&a, 4 << 20);
    for (int i = 0; i < ROUNDS; i++) {
        arena_reset(&a);
        struct str mrn = str_format(&a, "T-%td-%d", (ptrdiff_t)(intptr_t)number, i);
        if (write_watched(&a, mrn.s) == E_OK) committed++;
        else refused++;
    }
    arena_close(&a);
    return NULL;
}

static void many_writers(void) {
    pthread_t t[THREADS];
    committed = refused = late_answers = 0;
    for (intptr_t i = 0; i < THREADS; i++) pthread_create(&t[i], NULL, write_rounds, (void *)i);
    for (int i = 0; i < THREADS; i++) pthread_join(t[i], NULL);
}

static int64_t entries(enum err expected) {
    struct verify_result r;
    enum err e = store_verify(fixture.store, &fixture.arena, &r);
    if (e != expected) fail_msg("%.*s", STR_ARG(r.report));
    return r.entries;
}

static void no_answer_comes_before_its_commit(void **state) {
    (void)state;
    slow_fsync_set(2, 0);
    long before = slow_fsync_finished();
    many_writers();
    long fsyncs = slow_fsync_finished() - before;
    slow_fsync_set(0, 0);
    assert_int_equal(late_answers, 0);
    assert_int_equal(committed, THREADS * ROUNDS);
    assert_true(fsyncs < committed); /* they shared; how much, bench/commit says */
    assert_int_equal(entries(E_OK), THREADS * ROUNDS);
}

static void a_failed_fsync_is_the_last_write(void **state) {
    (void)state;
    assert_int_equal(write_one(&fixture.arena, "K-1"), E_OK);
    slow_fsync_set(2, 1);
    many_writers();
    slow_fsync_set(0, 0);
    assert_int_equal(committed, 0);
    assert_int_equal(refused, THREADS * ROUNDS);
    assert_int_equal(write_one(&fixture.arena, "K-2"), E_WORLD);
    assert_int_equal(entries(E_OK), 1); /* reading goes on */
    store_close(fixture.store);
    fixture.store = open_store(fixture.url);
    assert_int_equal(write_one(&fixture.arena, "K-2"), E_OK);
}

static void a_full_disk_refuses_and_goes_on(void **state) {
    (void)state;
    assert_int_equal(write_one(&fixture.arena, "K-1"), E_OK);
    disk_full = true;
    many_writers();
    disk_full = false;
    assert_int_equal(committed, 0);
    assert_int_equal(refused, THREADS * ROUNDS);
    assert_int_equal(entries(E_OK), 1);
    assert_int_equal(write_one(&fixture.arena, "K-2"), E_OK);
    assert_int_equal(entries(E_OK), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(no_answer_comes_before_its_commit),
        FIXTURE_TEST(a_failed_fsync_is_the_last_write),
        FIXTURE_TEST(a_full_disk_refuses_and_goes_on),
    };
    return on_engine("sqlite", "commit", tests, sizeof tests / sizeof *tests);
}
