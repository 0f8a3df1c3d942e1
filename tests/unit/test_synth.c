/* synth/synth, synth/demo: the same for a seed and a day; whole to the last row; and a demo
 * clinic that has something to show at any hour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/consent.h"
#include "synth/demo.h"
#include "app/level.h"
#include "app/seal.h"
#include "synth/synth.h"
#include "base/clock.h"

static struct arena boot, arena;
static struct content content;
static char folder[] = "/tmp/cairn-synth-XXXXXX";

static void open_clinic(const char *name, struct app *app) {
    struct store *store;
    struct str why = STR(""), clinic_id;
    int applied;
    struct str url = str_format(&boot, "sqlite:%s/%s.db", folder, name);
    assert_int_equal(store_open(&boot, url, STORE_CREATE, &store, &why), E_OK);
    assert_int_equal(store_migrate(store, &boot, &applied, &why), E_OK);
    assert_int_equal(app_make_clinic(store, &boot, STR("Test"), STR("America/Denver"), &clinic_id),
                     E_OK);
    assert_int_equal(app_open(app, &boot, store, &content, &why), E_OK);
}

static void close_clinic(const char *name, struct app *app) {
    static const char *const parts[] = {"", "-wal", "-shm"};
    store_close(app->store);
    for (int i = 0; i < 3; i++)
        unlink(str_z(&boot, str_format(&boot, "%s/%s.db%s", folder, name, parts[i])));
}

static struct tx read_tx(const struct app *app, int64_t now_ms) {
    struct tx tx;
    struct actor actor = {app->clinic_id, STR_ABSENT, STR("cli")};
    assert_int_equal(tx_begin(&tx, app->store, &arena, TX_READ, actor, now_ms), E_OK);
    return tx;
}

/* A seal over every chart row's image, in the order of the journal. */
static struct str images_of(const struct app *app) {
    struct tx tx = read_tx(app, 0);
    struct str all = STR("");
    struct journal_page_in in = {0};
    struct journal_page_rows rows;
    for (;;) {
        assert_int_equal(journal_page(&tx, &in, &rows), E_OK);
        if (rows.n == 0) break;
        for (ptrdiff_t i = 0; i < rows.n; i++)
            if (str_is(rows.v[i].door, "synth")) all = SEAL(&arena, all, rows.v[i].image);
        in.after = rows.v[rows.n - 1].seq;
    }
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    return all;
}

static struct str run(const char *name, uint64_t seed) {
    struct app app;
    struct synth_done done;
    struct verify_result result;
    open_clinic(name, &app);
    struct synth s = {.content = &content, .now_ms = clock_instant(20500, 0, 0), .today = 20500,
                      .seed = seed};
    assert_int_equal(synth_staff_make(&app, &arena, &s), E_OK);
    assert_int_equal(synth_run(&app, &s, 70, &done), E_OK);
    assert_int_equal(done.patients, 70);
    assert_int_equal(store_verify(app.store, &arena, &result), E_OK);
    struct str images = images_of(&app);
    close_clinic(name, &app);
    return images;
}

static void a_seed_makes_the_same_clinic(void **state) {
    (void)state;
    struct str one = run("a", 7), same = run("b", 7), other = run("c", 8);
    assert_true(str_eq(one, same));
    assert_false(str_eq(one, other));
}

static int count_of(const struct patient_phase_count_rows *rows, const char *phase) {
    for (ptrdiff_t i = 0; i < rows->n; i++)
        if (str_is(rows->v[i].phase, phase)) return (int)rows->v[i].n;
    return 0;
}

/* In the sessions that run. */
static int levels_measured(struct tx *tx) {
    struct dosing_rows running;
    int n = 0;
    assert_int_equal(dosing_running(tx, &running), E_OK);
    for (ptrdiff_t i = 0; i < running.n; i++) {
        struct observation_of_dosing_rows seen;
        struct observation_of_dosing_in in = {running.v[i].id};
        assert_int_equal(observation_of_dosing(tx, &in, &seen), E_OK);
        for (ptrdiff_t k = 0; k < seen.n; k++) n += level_meaning(seen.v[k].code) != NULL;
    }
    return n;
}

static void check_today(const struct app *app, int64_t now_ms, int32_t today) {
    struct tx tx = read_tx(app, now_ms);
    struct today_session_rows sessions;
    struct today_window_rows windows;
    struct today_late_rows late;
    struct today_risk_rows risks;
    struct today_step_rows steps;
    struct str day = date_text(&arena, today);
    assert_int_equal(today_session(&tx, &sessions), E_OK);
    assert_in_range(sessions.n, 4, 7);
    struct today_window_in window = {now_ms, now_ms + 48 * HOUR_MS};
    assert_int_equal(today_window(&tx, &window, &windows), E_OK);
    assert_in_range(windows.n, 4, 15);
    assert_int_equal(today_late(&tx, &(struct today_late_in){day}, &late), E_OK);
    assert_in_range(late.n, 3, 12);
    assert_int_equal(today_risk(&tx, &risks), E_OK);
    assert_in_range(risks.n, 2, 8);
    assert_int_equal(today_step(&tx, &(struct today_step_in){day, day, STR("")}, &steps), E_OK);
    assert_in_range(steps.n, 6, 30);
    struct today_home_check_rows at_home;
    assert_int_equal(today_home_check(&tx, &at_home), E_OK);
    assert_in_range(at_home.n, 2, 10);
    assert_int_equal(levels_measured(&tx), 1);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static void check_people(const struct app *app, int64_t now_ms) {
    struct tx tx = read_tx(app, now_ms);
    struct account account;
    for (int i = 0; demo_person_at(i); i++) {
        struct account_by_login_in in = {str_from(demo_person_at(i)->login_name)};
        assert_int_equal(account_by_login(&tx, &in, &account), E_OK);
        assert_string_equal(str_z(&arena, account.role), demo_person_at(i)->role);
        if (!str_is(account.role, "patient")) continue;
        struct consent_statuses consents;
        struct patient own;
        assert_int_equal(patient_load(&tx, account.chart_patient_id, &own), E_OK);
        assert_int_equal(consent_status_of(&tx, &content, own.id, &consents), E_OK);
        assert_true(consents.in_force);
    }
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

/* At noon, just after midnight and late in the evening. */
static void the_demo_has_something_to_show(void **state) {
    static const struct {
        const char *name;
        int hour, minute;
    } times[] = {{"noon", 12, 10}, {"night", 0, 20}, {"evening", 22, 45}};
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct app app;
        struct str why = STR("");
        struct verify_result result;
        struct patient_phase_count_rows phases;
        open_clinic(times[i].name, &app);
        int64_t now_ms = clock_instant(20500, times[i].hour, times[i].minute);
        if (demo_make(&app, &arena, now_ms, &why)) fail_msg("%.*s", STR_ARG(why));
        check_today(&app, now_ms, 20500);
        check_people(&app, now_ms);
        struct tx tx = read_tx(&app, now_ms);
        assert_int_equal(patient_phase_count(&tx, &phases), E_OK);
        assert_int_equal(tx_end(&tx, E_OK), E_OK);
        for (int p = 0; p < PHASE_COUNT; p++)
            assert_in_range(count_of(&phases, phase_name((enum phase)p)), 2, 20);
        assert_int_equal(store_verify(app.store, &arena, &result), E_OK);
        close_clinic(times[i].name, &app);
    }
}

int main(void) {
    arena_open(&boot, 256 << 20);
    arena_open(&arena, 1024 << 20);
    if (!mkdtemp(folder) || content_boot(&boot, NULL, &content)) return 3;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_makes_the_same_clinic),
        cmocka_unit_test(the_demo_has_something_to_show),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
