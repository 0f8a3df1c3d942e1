/* store/live: told after the commit, once, and between servers of one PostgreSQL. */
#include "store_fixture.h"

#include <time.h>

#include "store/driver.h"
#include "store/live.h"

enum { HEARD_MAX = 512 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static char heard[HEARD_MAX][64];
static int heard_n;

static void told(void *user, struct str topic, struct str id) {
    (void)user;
    pthread_mutex_lock(&lock);
    if (heard_n < HEARD_MAX)
        snprintf(heard[heard_n++], sizeof heard[0], "%.*s %.*s", STR_ARG(topic), STR_ARG(id));
    pthread_cond_broadcast(&more);
    pthread_mutex_unlock(&lock);
}

static int count(const char *words) {
    int n = 0;
    for (int i = 0; i < heard_n; i++) n += strcmp(heard[i], words) == 0;
    return n;
}

/* From another server it comes a little later. */
static bool hears(const char *words) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    int late = 0;
    pthread_mutex_lock(&lock);
    while (!count(words) && !late) late = pthread_cond_timedwait(&more, &lock, &until);
    pthread_mutex_unlock(&lock);
    return !late;
}

static void listen_now(void) {
    heard_n = 0;
    assert_int_equal(live_listen(fixture.store, &fixture.boot, actor.clinic_id, told, NULL), E_OK);
}

static struct dosing session(struct tx *tx) {
    struct patient p = a_patient("K-000001");
    assert_int_equal(put_patient(tx, &p), E_OK);
    struct dosing d = {.patient_id = p.id, .course_id = STR("c"), .step_id = STR("s"),
                       .state = STR("checked_in"), .route = STR("im"), .checked_in_ms = NOW};
    tx_event(tx, "session_checked_in", STR_ABSENT);
    assert_int_equal(dosing_put(tx, &d), E_OK);
    return d;
}

/* Of a PostgreSQL: how many rows the planner believes that a table has; -1: it never counted. */
static int64_t believed(const char *select) {
    int64_t n;
    struct tx tx = a_tx(TX_READ);
    assert_int_equal(tx_end(&tx, tx_number(&tx, select, &n)), E_OK);
    return n;
}

static void who_begins_to_serve_has_what_is_there_counted(void **state) {
    (void)state;
    if (on_sqlite()) skip();
    struct tx tx = a_tx(TX_WRITE);
    session(&tx);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    listen_now();
    assert_int_equal(believed("SELECT CAST(reltuples AS BIGINT) FROM pg_class"
                              " WHERE oid = 'patient'::regclass"), 1);
    assert_int_equal(believed("SELECT CAST(reltuples AS BIGINT) FROM pg_class"
                              " WHERE oid = 'device_message'::regclass"), -1);
}

static void a_row_is_told_after_its_commit(void **state) {
    (void)state;
    listen_now();
    struct tx tx = a_tx(TX_WRITE);
    struct dosing d = session(&tx);
    struct observation o = {.patient_id = d.patient_id, .code = STR("8867-4"),
                            .display = STR("Heart rate"), .value = {true, 72}, .at_ms = NOW,
                            .recorded_ms = NOW, .dosing_id = d.id, .source = STR("typed")};
    assert_int_equal(observation_put(&tx, &o), E_OK);
    struct dosing_room stay = {.patient_id = d.patient_id, .dosing_id = d.id,
                               .room_id = STR("aspen"), .from_ms = NOW};
    assert_int_equal(dosing_room_put(&tx, &stay), E_OK);
    assert_int_equal(heard_n, 0);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    char words[64];
    snprintf(words, sizeof words, "dosing %.*s", STR_ARG(d.id));
    assert_int_equal(heard_n, 2); /* three rows, two things */
    assert_int_equal(count(words), 1);
    assert_int_equal(count("room aspen"), 1);
}

static void what_was_not_done_is_not_told(void **state) {
    (void)state;
    listen_now();
    struct tx tx = a_tx(TX_WRITE);
    struct dosing d = session(&tx);
    (void)d;
    assert_int_equal(tx_end(&tx, E_BLOCKED), E_BLOCKED);
    tx = a_tx(TX_WRITE);
    struct patient p = a_patient("K-000002");
    assert_int_equal(put_patient(&tx, &p), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_int_equal(heard_n, 0);
}

static void too_much_is_told_as_all(void **state) {
    (void)state;
    char id[16];
    listen_now();
    for (int n = 32; n <= 34; n++) {
        heard_n = 0;
        struct tx tx = a_tx(TX_WRITE);
        for (int i = 0; i < n; i++) {
            snprintf(id, sizeof id, "r%d", i);
            live_changed(&tx, "room", str_from(id));
            live_changed(&tx, "room", str_from(id));
        }
        assert_int_equal(tx_end(&tx, E_OK), E_OK);
        assert_int_equal(heard_n, n == 32 ? 32 : 1);
        assert_int_equal(count("all "), n == 32 ? 0 : 1);
    }
}

static void another_server_is_heard(void **state) {
    (void)state;
    if (on_sqlite()) return;
    listen_now();
    struct store *other = open_store(fixture.url);
    struct tx tx;
    /* Until it listens nothing is heard: so it is said until it is. */
    bool is_heard = false;
    for (int i = 0; i < 200 && !is_heard; i++) {
        assert_int_equal(tx_begin(&tx, other, &fixture.arena, TX_WRITE, actor, NOW), E_OK);
        live_changed(&tx, "room", STR("before"));
        assert_int_equal(tx_end(&tx, E_OK), E_OK);
        pthread_mutex_lock(&lock);
        is_heard = heard_n > 0;
        pthread_mutex_unlock(&lock);
    }
    assert_true(is_heard);
    struct actor stranger = actor;
    stranger.clinic_id = STR("clinic-b");
    assert_int_equal(tx_begin(&tx, other, &fixture.arena, TX_WRITE, stranger, NOW), E_OK);
    live_changed(&tx, "room", STR("of-clinic-b"));
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_int_equal(tx_begin(&tx, fixture.store, &fixture.arena, TX_WRITE, actor, NOW), E_OK);
    live_changed(&tx, "room", STR("own"));
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_int_equal(tx_begin(&tx, other, &fixture.arena, TX_WRITE, actor, NOW), E_OK);
    live_changed(&tx, "room", STR("after"));
    live_changed(&tx, "login", STR("somebody"));
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_true(hears("login somebody"));
    assert_int_equal(count("room after"), 1);
    assert_int_equal(count("room own"), 1); /* not again by way of the database */
    assert_int_equal(count("room of-clinic-b"), 0);
    store_close(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(who_begins_to_serve_has_what_is_there_counted),
        FIXTURE_TEST(a_row_is_told_after_its_commit),
        FIXTURE_TEST(what_was_not_done_is_not_told),
        FIXTURE_TEST(too_much_is_told_as_all),
        FIXTURE_TEST(another_server_is_heard),
    };
    return on_both_engines("live", tests, sizeof tests / sizeof *tests);
}
