/* access, passwords, lockout: the tables and rules that need no database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "app/access.h"
#include "app/lockout.h"
#include "app/password.h"
#include "base/clock.h"

static struct arena arena;
static struct passwords *passwords;

static int faults_of(const char *password, const char *code) {
    struct faults faults = {.arena = &arena};
    struct str about[] = {STR("mona.monitor"), STR("Mona Monitor"), STR("Stone Path Clinic")};
    password_check(passwords, str_from(password), about, 3, STR("p"), &faults);
    if (!faults.n) return 0;
    assert_int_equal(faults.n, 1);
    if (code) assert_true(str_is(faults.v[0].code, code));
    return 1;
}

static void good_passwords_are_taken(void **state) {
    (void)state;
    static const char *const good[] = {
        "a walk beside the lake",      "fifteen letters",
        "seventeen paper boats float", "МЫ ИДЁМ К ОЗЕРУ ПЕШКОМ",
        "x7#kQ9!mB2$vN4z",
        "mona monitor likes the quiet river",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (faults_of(good[i], NULL)) fail_msg("refused: %s", good[i]);
}

static void guessable_passwords_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *password, *code;
    } bad[] = {
        {"fourteen chars", "length"},          {"", "length"},
        {"пятнадцать бук", "length"},          {"aaaaaaaaaaaaaaaaaa", "common"},
        {"abcabcabcabcabcabc", "common"},      {"abcdefghijklmnopq", "common"},
        {"9876543210987654", "common"},        {"Correct-Horse-Battery-Staple", "common"},
        {"correct horse battery staple", "common"}, {"PASSWORDPASSWORD1", "common"},
        {"mona.monitor1234", "common"},        {"MonaMonitorMonaMonitor", "common"},
        {"stonepathclinic1", "common"},        {"ketamineketamine", "common"},
        {"\xFF\xFE not text at all", "encoding"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!faults_of(bad[i].password, bad[i].code)) fail_msg("taken: %s", bad[i].password);
    char lengthy[130];
    for (int i = 0; i < 129; i++) lengthy[i] = (char)('a' + i * 7 % 26);
    lengthy[129] = 0;
    assert_int_equal(faults_of(lengthy, "length"), 1);
    lengthy[128] = 0;
    assert_int_equal(faults_of(lengthy, NULL), 0);
}

static void a_hash_matches_its_password_only(void **state) {
    (void)state;
    struct str hash = password_hash(passwords, &arena, STR("a walk beside the lake"));
    assert_true(str_starts(hash, STR("$argon2id$")));
    assert_true(password_matches(passwords, hash, STR("a walk beside the lake")));
    assert_false(password_matches(passwords, hash, STR("a walk beside the Lake")));
    assert_false(password_matches(passwords, hash, STR("")));
    assert_false(password_matches(passwords, STR("none"), STR("none")));
    assert_false(password_matches(passwords, STR_ABSENT, STR("a walk beside the lake")));
}

static int64_t processor_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Somebody who is not there costs what somebody who is there costs: within half of it, in
 * processor time, which a busy machine does not stretch. */
static void nobody_takes_as_long_as_somebody(void **state) {
    (void)state;
    struct str hash = password_hash(passwords, &arena, STR("a walk beside the lake"));
    int64_t best_some = INT64_MAX, best_none = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        int64_t a = processor_ns();
        assert_false(password_matches(passwords, hash, STR("wrong")));
        int64_t b = processor_ns();
        assert_false(password_matches(passwords, STR_ABSENT, STR("wrong")));
        int64_t c = processor_ns();
        if (b - a < best_some) best_some = b - a;
        if (c - b < best_none) best_none = c - b;
    }
    assert_true(best_none > best_some / 2 && best_none < best_some * 2);
}

static void made_passwords_pass_the_policy(void **state) {
    (void)state;
    for (int i = 0; i < 50; i++) {
        const char *made = str_z(&arena, password_make(&arena));
        if (faults_of(made, NULL)) fail_msg("refused: %s", made);
    }
}

static void the_wait_doubles_up_to_an_hour(void **state) {
    (void)state;
    static const struct {
        int failed;
        int64_t wait_ms;
    } cases[] = {{0, 0}, {4, 0}, {5, 60000}, {6, 120000}, {7, 240000}, {10, 1920000},
                 {11, HOUR_MS}, {100, HOUR_MS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(lockout_wait_ms(cases[i].failed, 5, 60000), cases[i].wait_ms);
}

static void keys_wait_apart(void **state) {
    (void)state;
    struct lockout *l = lockout_open(&arena);
    int64_t now = 1000000;
    for (int i = 0; i < 3; i++) lockout_failed(l, STR("a"), 3, 60000, now);
    assert_int_equal(lockout_until_ms(l, STR("a"), now), now + 60000);
    assert_int_equal(lockout_until_ms(l, STR("b"), now), 0);
    assert_int_equal(lockout_until_ms(l, STR("a"), now + 60000), 0);
    lockout_failed(l, STR("a"), 3, 60000, now + 60000);
    assert_int_equal(lockout_until_ms(l, STR("a"), now + 60000), now + 180000);
    lockout_forget(l, STR("a"));
    assert_int_equal(lockout_until_ms(l, STR("a"), now + 60001), 0);
    for (int i = 0; i < 20000; i++) /* more keys than there is room for */
        lockout_failed(l, str_format(&arena, "k%d", i), 1, 60000, now + i);
    assert_true(lockout_until_ms(l, STR("k19999"), now + 20000) > 0);
    assert_int_equal(lockout_until_ms(l, STR("k19999"), now + 2 * DAY_MS), 0);
}

/* What the product promises in words, whatever rows are added. */
static void some_things_hold_of_every_matrix(void **state) {
    (void)state;
    for (int c = 0; c < CAP_COUNT; c++) {
        enum capability cap = (enum capability)c;
        struct str name = str_from(capability_name(cap));
        bool reads = str_ends(name, STR("_READ")) || cap == CAP_ANYONE || cap == CAP_SELF ||
                     cap == CAP_TODAY || cap == CAP_PATIENT_LIST;
        if (!reads && access_allows(ROLE_auditor, cap))
            fail_msg("the auditor changes nothing, but may: %s", capability_name(cap));
        bool own = cap == CAP_ANYONE || cap == CAP_SELF || cap == CAP_PORTAL;
        if (!own && access_allows(ROLE_patient, cap))
            fail_msg("a patient has a portal, but may: %s", capability_name(cap));
    }
    assert_false(access_allows(ROLE_admin, CAP_CHART_READ));
    assert_true(access_allows(ROLE_prescriber, CAP_SCREENING_SIGN));
    assert_false(access_allows(ROLE_therapist, CAP_DOSE_GIVE));
    enum role role;
    assert_true(role_parse(STR("monitor"), &role) && role == ROLE_monitor);
    assert_false(role_parse(STR("king"), &role) || role_parse(STR_ABSENT, &role));
}

int main(void) {
    arena_open(&arena, 1 << 26);
    passwords = passwords_open(&arena);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_passwords_are_taken),
        cmocka_unit_test(guessable_passwords_are_refused),
        cmocka_unit_test(a_hash_matches_its_password_only),
        cmocka_unit_test(nobody_takes_as_long_as_somebody),
        cmocka_unit_test(made_passwords_pass_the_policy),
        cmocka_unit_test(the_wait_doubles_up_to_an_hour),
        cmocka_unit_test(keys_wait_apart),
        cmocka_unit_test(some_things_hold_of_every_matrix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
