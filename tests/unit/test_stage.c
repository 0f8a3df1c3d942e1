/* core/stage and core/alarms: where a session stands, and how an alarm goes on. The lines
 * themselves are tested in their content files; here it is what holds whatever the lines are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/alarms.h"
#include "core/stage.h"
#include "content.h"

#define MIN INT64_C(60000)

static struct arena arena;
static struct faults faults;
static const struct session_rules *session;
static const struct alarms_rules *alarms;

static int setup(void **state) {
    (void)state;
    arena_open(&arena, 32 << 20);
    faults = (struct faults){.arena = &arena};
    session = vitals_read(&arena, STR("session.txt"), content("content/monitoring/session.txt"),
                          &faults);
    alarms = alarms_read(&arena, STR("alarms.txt"), content("content/monitoring/alarms.txt"),
                         &faults);
    for (int i = 0; i < faults.n; i++) print_message("%.*s\n", STR_ARG(faults.v[i].message));
    return faults.n;
}

/* The whole day, act by act: a session into the muscle. */
static void a_day_from_its_plan_to_the_way_home(void **state) {
    (void)state;
    struct stage_facts f = stage_nothing();
    f.route = STR("im");
    assert_int_equal(stage_of(session, &f, 0), STAGE_PLANNED);
    f.checked_in_ms = 0;
    assert_int_equal(stage_of(session, &f, 5 * MIN), STAGE_CHECKED_IN);
    f.gate_passed_ms = 10 * MIN;
    assert_int_equal(stage_of(session, &f, 12 * MIN), STAGE_GATE_PASSED);
    f.dose_ms = f.dose_end_ms = 20 * MIN;
    assert_int_equal(stage_of(session, &f, 21 * MIN), STAGE_DOSING);
    f.peak_ms = 25 * MIN;
    assert_int_equal(stage_of(session, &f, 24 * MIN), STAGE_DOSING); /* seen at 25, not before */
    assert_int_equal(stage_of(session, &f, 25 * MIN), STAGE_PEAK);
    f.offset_ms = 40 * MIN;
    assert_int_equal(stage_of(session, &f, 40 * MIN), STAGE_RECOVERING);
    f.dose_end_ms = 42 * MIN; /* a supplement: the effect begins anew */
    assert_int_equal(stage_of(session, &f, 43 * MIN), STAGE_PEAK);
    f.route = STR("rectal"); /* of no rows: time alone says nothing */
    f.peak_ms = f.offset_ms = VITALS_NO_TIME;
    assert_int_equal(stage_of(session, &f, 300 * MIN), STAGE_DOSING);
    f.route = STR("im");
    f.ready_ms = 130 * MIN;
    assert_int_equal(stage_of(session, &f, 131 * MIN), STAGE_READY);
    f.discharged_ms = 140 * MIN;
    assert_int_equal(stage_of(session, &f, 141 * MIN), STAGE_DISCHARGED);
    /* what was done is not undone by a clock that was set back */
    assert_int_equal(stage_of(session, &f, 0), STAGE_DISCHARGED);
}

static void what_may_be_done_follows_from_the_stage(void **state) {
    static const int may[STAGE_COUNT] = {
        [STAGE_PLANNED] = ACT_CHECK_IN,
        [STAGE_CHECKED_IN] = ACT_GATE | ACT_OBSERVE | ACT_STOP,
        [STAGE_GATE_PASSED] = ACT_GATE | ACT_DOSE | ACT_OBSERVE | ACT_STOP,
        [STAGE_DOSING] = ACT_DOSE | ACT_OBSERVE | ACT_STOP | ACT_DISCHARGE,
    };
    struct stage_facts at[STAGE_COUNT];
    (void)state;
    for (int i = 0; i < STAGE_COUNT; i++) at[i] = stage_nothing(), at[i].route = STR("sl");
    for (int i = STAGE_CHECKED_IN; i <= STAGE_DOSING; i++) at[i].checked_in_ms = 0;
    for (int i = STAGE_GATE_PASSED; i <= STAGE_DOSING; i++) at[i].gate_passed_ms = 0;
    at[STAGE_DOSING].dose_ms = at[STAGE_DOSING].dose_end_ms = 0;
    for (int i = STAGE_PLANNED; i <= STAGE_DOSING; i++) {
        assert_int_equal(stage_of(session, &at[i], MIN), i);
        for (int act = ACT_CHECK_IN; act <= ACT_DISCHARGE; act *= 2)
            assert_int_equal(stage_allows(session, &at[i], MIN, (enum stage_act)act),
                             (may[i] & act) != 0);
    }
}

/* Stopped before a dose it is over; after one it goes on to the way home, without another. */
static void a_stop_leaves_the_way_home(void **state) {
    (void)state;
    struct stage_facts f = stage_nothing();
    f.route = STR("iv");
    f.checked_in_ms = 0;
    f.stopped = true;
    assert_int_equal(stage_of(session, &f, MIN), STAGE_STOPPED);
    assert_true(stage_allows(session, &f, MIN, ACT_CHECK_IN));
    f.gate_passed_ms = f.dose_ms = 0;
    f.dose_end_ms = 10 * MIN;
    assert_int_equal(stage_of(session, &f, 11 * MIN), STAGE_RECOVERING);
    assert_false(stage_allows(session, &f, 11 * MIN, ACT_DOSE));
    assert_false(stage_allows(session, &f, 11 * MIN, ACT_STOP));
    assert_true(stage_allows(session, &f, 11 * MIN, ACT_OBSERVE));
    assert_true(stage_allows(session, &f, 11 * MIN, ACT_DISCHARGE));
}

static void what_was_told_stays_told(void **state) {
    (void)state;
    for (int level = VITALS_ADVISORY; level < VITALS_LEVELS; level++) {
        enum vitals_level l = (enum vitals_level)level;
        int64_t all = alarms->levels[level].told_after_ms[TOLD_EVERYONE];
        assert_int_equal(alarms_told(alarms, l, all, TOLD_MONITOR), TOLD_EVERYONE);
        assert_int_equal(alarms_told(alarms, l, -60 * MIN, TOLD_EVERYONE), TOLD_EVERYONE);
        assert_int_equal(alarms_told(alarms, l, -60 * MIN, TOLD_MONITOR), TOLD_MONITOR);
    }
}

static void a_silence_ends_and_is_never_longer_than_it_may(void **state) {
    (void)state;
    int64_t most = alarms->levels[VITALS_URGENT].silence_ms, until = 100 * MIN + most;
    assert_true(alarms_silent(alarms, VITALS_URGENT, until, 100 * MIN));
    assert_true(alarms_silent(alarms, VITALS_URGENT, until, until - 1));
    assert_false(alarms_silent(alarms, VITALS_URGENT, until, until));
    assert_false(alarms_silent(alarms, VITALS_URGENT, until, 100 * MIN - 1)); /* set back */
}

/* The next change of a wait is ahead of now, or there is none. */
static void a_wait_knows_when_it_changes(void **state) {
    (void)state;
    struct str kind = STR("presence");
    int64_t at = 0;
    enum vitals_level before = alarms_wait(alarms, kind, 0);
    assert_int_equal(before, VITALS_FINE);
    for (int i = 0; i < VITALS_LEVELS; i++) {
        int64_t next = alarms_wait_next(alarms, kind, 0, at);
        if (next == INT64_MAX) break;
        assert_true(next > at);
        assert_int_equal(alarms_wait(alarms, kind, next - 1), before);
        before = alarms_wait(alarms, kind, next);
        at = next;
    }
    assert_int_equal(before, VITALS_URGENT);
    assert_int_equal(alarms_wait(alarms, STR("no such thing"), INT64_MAX / 2), VITALS_FINE);
}

static void bad_alarms_are_refused_by_name(void **state) {
    static const char *const bad[] = {
        "alarms 0\n",
        "alarms 1\nlevel fine | low | 1 pulse every 9 s | prescriber 0, everyone 0 | 1 min | X\n",
        "alarms 1\nlevel urgent | low | 0 pulses every 9 s | prescriber 0, everyone 0 | 1 min | X\n",
        "alarms 1\nlevel urgent | low | 1 pulse every 9 s | prescriber 5, everyone 0 | 1 min | X\n",
        "alarms 1\nlevel urgent | low | 1 pulse every 9 s | everyone 0 | 1 min | X\n",
        "alarms 1\nwait presence | advisory after 5 | DESIGN\n",
        "alarms 1\nact stop | iv | grave | vital | Stop. | DESIGN\n",
        "alarms 1\nreason | Because\n",
        "alarms 1\nnonsense 4\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults f = {.arena = &arena};
        alarms_read(&arena, STR("bad.txt"), str_from(bad[i]), &f);
        assert_true(f.n > 0);
    }
}

/* Passed but not yet held: the sentence asks for the repeat, and nothing graver does. */
static void a_line_that_wants_to_be_held_asks_for_a_repeat(void **state) {
    const struct vitals_sign *bp = vitals_sign(session, STR("bp"));
    struct vitals_reading r[] = {{{2, {182, 100}}, 0, STR("10:00")},
                                 {{2, {184, 100}}, 3 * MIN, STR("10:03")},
                                 {{2, {184, 100}}, 5 * MIN, STR("10:05")}};
    (void)state;
    struct vitals_alert a = vitals_judge(&arena, bp, r, 1, (struct measured){0});
    assert_int_equal(a.level, VITALS_ADVISORY);
    assert_int_equal(a.confirm_min, 5);
    assert_true(str_find(a.text, STR("Repeat in 5 min")) > 0);
    a = vitals_judge(&arena, bp, r, 2, (struct measured){0});
    assert_int_equal(a.confirm_min, 2);
    a = vitals_judge(&arena, bp, r, 3, (struct measured){0});
    assert_int_equal(a.level, VITALS_URGENT);
    assert_int_equal(a.confirm_min, 0);
    r[0].v = (struct measured){2, {210, 100}}; /* critical at once: nothing left to confirm */
    a = vitals_judge(&arena, bp, r, 1, (struct measured){0});
    assert_int_equal(a.level, VITALS_CRITICAL);
    assert_int_equal(a.confirm_min, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_from_its_plan_to_the_way_home),
        cmocka_unit_test(what_may_be_done_follows_from_the_stage),
        cmocka_unit_test(a_stop_leaves_the_way_home),
        cmocka_unit_test(what_was_told_stays_told),
        cmocka_unit_test(a_silence_ends_and_is_never_longer_than_it_may),
        cmocka_unit_test(a_wait_knows_when_it_changes),
        cmocka_unit_test(bad_alarms_are_refused_by_name),
        cmocka_unit_test(a_line_that_wants_to_be_held_asks_for_a_repeat),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
