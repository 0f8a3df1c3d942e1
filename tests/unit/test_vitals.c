/* vitals: the session's own tests, sentences, and checkpoints minute by minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/embed.h"
#include "core/vitals.h"

#define MINUTE INT64_C(60000)

static struct arena arena;
static const struct session_rules *rules;

static void a_sentence_names_the_line(void **state) {
    (void)state;
    const struct vitals_sign *bp = vitals_sign(rules, STR("bp"));
    struct vitals_reading two[] = {{{2, {182, 96}}, 0, STR("10:30")},
                                   {{2, {181, 95}}, 5 * MINUTE, STR("10:35")}};
    struct vitals_alert a = vitals_judge(&arena, bp, two, 2, (struct measured){0});
    assert_int_equal(a.level, VITALS_URGENT);
    assert_true(str_is(a.text, "Blood pressure 181/95 mmHg at 10:35. Urgent: systolic 180 or more "
                               "for 5 min (source S73). Notify the prescriber now."));
    struct vitals_reading calm = {{2, {120, 80}}, 0, STR("10:30")};
    a = vitals_judge(&arena, bp, &calm, 1, (struct measured){0});
    assert_true(str_is(a.text, "Blood pressure 120/80 mmHg at 10:30."));
    /* without a baseline the relative line does not speak */
    struct vitals_reading high = {{2, {159, 99}}, 0, STR_ABSENT};
    assert_int_equal(vitals_judge(&arena, bp, &high, 1, (struct measured){0}).level, VITALS_FINE);
    assert_int_equal(vitals_judge(&arena, bp, &high, 1, (struct measured){2, {119, 80}}).level,
                     VITALS_ADVISORY);
    assert_null(vitals_sign(rules, STR("colour")));
    assert_true(vitals_event(rules, STR("seizure"))->adverse);
    assert_false(vitals_event(rules, STR("onset"))->adverse);
}

struct expected {
    int now;
    int taken[8];
    int taken_n;
    const char *states; /* one letter a checkpoint: a d o t l m */
};

static void check_states(const char *route, int dose_end, const struct expected *e) {
    static const char letters[] = "adotlm";
    struct vitals_times t = {-20 * MINUTE, 0, dose_end * MINUTE, VITALS_NO_TIME};
    struct checkpoints c;
    int64_t taken[8];
    for (int i = 0; i < e->taken_n; i++) taken[i] = e->taken[i] * MINUTE;
    vitals_checkpoints(rules, str_from(route), t, taken, e->taken_n, e->now * MINUTE, &c);
    char got[VITALS_PLAN_MAX + 1] = {0};
    for (int i = 0; i < c.n; i++) got[i] = letters[c.v[i].state];
    assert_string_equal(got, e->states);
}

/* sl: baseline, 15 30 45 60 90 120; grace 5 */
static void checkpoints_come_due_and_pass(void **state) {
    (void)state;
    static const struct expected cases[] = {
        {0, {0}, 0, "daaaaaa"},       /* the baseline may be taken at the dose */
        {1, {0}, 0, "maaaaaa"},       /* and was not */
        {1, {-10}, 1, "taaaaaa"},
        {9, {-10}, 1, "taaaaaa"},
        {10, {-10}, 1, "tdaaaaa"},
        {20, {-10}, 1, "tdaaaaa"},
        {21, {-10}, 1, "toaaaaa"},
        {25, {-10}, 1, "todaaaa"},       /* nobody has looked since: still overdue */
        {70, {-10}, 1, "tooooaa"},
        {70, {-10, 41}, 2, "tmmtoaa"},   /* passed over, and the next is overdue */
        {16, {-10, 14}, 2, "ttaaaaa"},
        {22, {-10, 21}, 2, "tlaaaaa"},
        {33, {-10, 14, 31}, 3, "tttaaaa"},
        {200, {-10, 14, 31, 46, 61, 90, 121}, 7, "ttttttt"},
        {200, {-10, 14, 31, 46, 61, 90}, 6, "tttttto"},
        {33, {-10, -5, 2, 3, 14, 31}, 6, "tttaaaa"}, /* more readings than asked for */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_states("sl", 0, &cases[i]);
}

/* How late stands beside what was taken late or is overdue, and beside nothing else. */
static void only_what_is_late_has_minutes(void **state) {
    (void)state;
    struct checkpoints c;
    struct vitals_times t = {-20 * MINUTE, 0, 0, VITALS_NO_TIME};
    int64_t taken[] = {-10 * MINUTE, 23 * MINUTE, 61 * MINUTE};
    vitals_checkpoints(rules, STR("sl"), t, taken, 3, 99 * MINUTE, &c);
    static const int late[] = {0, 8, 0, 0, 0, 9, 0}; /* 15 late; 30 and 45 missed; 90 overdue */
    assert_int_equal(c.n, 7);
    for (int i = 0; i < c.n; i++) assert_int_equal(c.v[i].late_min, late[i]);
}

/* im: every five minutes at first; each reading finds its own checkpoint */
static void close_checkpoints_are_told_apart(void **state) {
    (void)state;
    static const struct expected cases[] = {
        {16, {-1, 5, 10, 15}, 4, "ttttaaaa"},
        {16, {-1, 6, 11, 16}, 4, "ttttaaaa"},
        {16, {-1, 10, 15}, 3, "tmttaaaa"},
        {10, {-1}, 1, "tddaaaaa"},
        {11, {-1}, 1, "todaaaaa"}, /* the grace of the first is over before the next begins */
        {39, {-1}, 1, "tooooaaa"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_states("im", 0, &cases[i]);
}

/* A monitor answers the checkpoint with a pressure; of sedation somebody has to say something. */
static void one_sign_of_the_checkpoints_has_its_own_times(void **state) {
    (void)state;
    struct checkpoints c;
    struct vitals_times t = {-20 * MINUTE, 0, 0, VITALS_NO_TIME};
    int64_t taken[] = {15 * MINUTE};
    struct vitals_taken none = {0}, one = {taken, 1};
    vitals_scale(rules, STR("moaas"), STR("sl"), t, none, 31 * MINUTE, &c);
    assert_int_equal(c.n, 7);
    assert_int_equal(vitals_next_checkpoint(&c)->minute, 15);
    assert_int_equal(vitals_next_checkpoint(&c)->state, CHECKPOINT_OVERDUE);
    vitals_scale(rules, STR("moaas"), STR("sl"), t, one, 31 * MINUTE, &c);
    assert_int_equal(vitals_next_checkpoint(&c)->minute, 30);
    assert_int_equal(vitals_next_checkpoint(&c)->state, CHECKPOINT_DUE);
    vitals_scale(rules, STR("nausea"), STR("sl"), t, none, 31 * MINUTE, &c);
    assert_int_equal(vitals_next_checkpoint(&c)->minute, 30); /* 15 does not ask for it */
    vitals_scale(rules, STR("moaas"), STR("sl-home"), t, none, 31 * MINUTE, &c);
    assert_int_equal(c.n, 0);
}

/* Left out is what the next look at the pressure would not ask for anyway. */
static void a_sign_is_left_out_once_the_pressure_was_taken(void **state) {
    (void)state;
    struct checkpoints looks, sign;
    struct vitals_times t = {-20 * MINUTE, 0, 0, VITALS_NO_TIME};
    int64_t taken[] = {15 * MINUTE};
    struct vitals_taken none = {0}, one = {taken, 1};
    vitals_checkpoints(rules, STR("sl"), t, NULL, 0, 31 * MINUTE, &looks);
    vitals_scale(rules, STR("moaas"), STR("sl"), t, none, 31 * MINUTE, &sign);
    assert_null(vitals_left_out(&sign, &looks));
    vitals_checkpoints(rules, STR("sl"), t, taken, 1, 31 * MINUTE, &looks);
    assert_int_equal(vitals_left_out(&sign, &looks)->minute, 15);
    vitals_scale(rules, STR("moaas"), STR("sl"), t, one, 31 * MINUTE, &sign);
    assert_null(vitals_left_out(&sign, &looks)); /* both ask at 30 */
    looks.n = 0;
    assert_int_equal(vitals_left_out(&sign, &looks)->minute, 30); /* the pressure asks no more */
    t.dose_ms = VITALS_NO_TIME;
    vitals_scale(rules, STR("moaas"), STR("sl"), t, none, 31 * MINUTE, &sign);
    assert_null(vitals_left_out(&sign, &looks)); /* the baseline is the gate's */
}

static void an_infusion_is_watched_until_the_patient_leaves(void **state) {
    (void)state;
    struct checkpoints c;
    struct vitals_times t = {-20 * MINUTE, 0, 40 * MINUTE, VITALS_NO_TIME};
    vitals_checkpoints(rules, STR("iv"), t, NULL, 0, 0, &c);
    assert_int_equal(c.n, 9);
    assert_int_equal(c.v[8].minute, 100);
    /* still here at 130 minutes: the next is at 145 */
    vitals_checkpoints(rules, STR("iv"), t, NULL, 0, 130 * MINUTE, &c);
    assert_int_equal(c.v[c.n - 1].minute, 145);
    assert_int_equal(vitals_next_checkpoint(&c)->minute, 10); /* nobody has looked at all */
    int64_t taken[] = {116 * MINUTE};
    vitals_checkpoints(rules, STR("iv"), t, taken, 1, 130 * MINUTE, &c);
    assert_int_equal(vitals_next_checkpoint(&c)->minute, 130);
    t.left_ms = 120 * MINUTE;
    vitals_checkpoints(rules, STR("iv"), t, NULL, 0, 300 * MINUTE, &c);
    assert_int_equal(c.v[c.n - 1].minute, 115);
    /* before the dose there is the baseline only */
    t.dose_ms = VITALS_NO_TIME;
    vitals_checkpoints(rules, STR("iv"), t, NULL, 0, 0, &c);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.v[0].state, CHECKPOINT_DUE);
    /* a clock far ahead does not run over the list */
    t.dose_ms = 0;
    t.left_ms = VITALS_NO_TIME;
    vitals_checkpoints(rules, STR("iv"), t, NULL, 0, 100000 * MINUTE, &c);
    assert_int_equal(c.n, VITALS_PLAN_MAX);
    vitals_checkpoints(rules, STR("nowhere"), t, NULL, 0, 0, &c);
    assert_int_equal(c.n, 0);
    assert_null(vitals_next_checkpoint(&c));
}

#define HEAD "session 1\nsign hr | Heart | a minute | advisory > 110 | DESIGN\ngrace 5 min | DESIGN\naged 35 min | DESIGN\n"

static void a_bad_session_is_refused_by_name(void **state) {
    (void)state;
    static const struct {
        const char *text, *place, *says;
    } bad[] = {
        {HEAD, "f:4", "no line 'test'"},
        {HEAD "test hr 111 -> fine\n", "f:5", "the rows give advisory"},
        {HEAD "test rr 111 -> fine\n", "f:5", "test ITEM"},
        {HEAD "test hr -> fine\n", "f:5", "test ITEM"},
        {HEAD "event x | y | loud | X | DESIGN\n", "f:5", "event ID"},
        {HEAD "checkpoint iv | 5 5 | hr | DESIGN\n", "f:5", "checkpoint ROUTES"},
        {HEAD "checkpoint iv | every 0 during | hr | DESIGN\n", "f:5", "checkpoint ROUTES"},
        {HEAD "checkpoint iv | 5 | spo2 | DESIGN\ntest hr 1 -> fine\n", "f:6", "no sign here"},
        {HEAD "checkpoint iv | 5 | hr | DESIGN\ntest checkpoints iv 0 -> 5 10\n", "f:6",
         "the test says 5 10, the rows give 5"},
        {HEAD "checkpoint iv | 5 10 | hr | DESIGN\ntest checkpoints iv 0 -> 5\n", "f:6",
         "the test says 5, the rows give 5 10"},
        {HEAD "sign rr | Breaths | | wild < 3 | DESIGN\n", "f:5", "limits"},
        {"grace five min | DESIGN\n", "f:1", "N is a whole number from 1 to 600, not `five`"},
        {HEAD "sing\n", "f:5", "no line 'sing'"},
        {"grace 5 min | DESIGN\n", "f:1", "session VERSION"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults faults = {.arena = &arena};
        (void)vitals_read(&arena, STR("f"), str_from(bad[i].text), &faults);
        bool found = false;
        for (int f = 0; f < faults.n; f++)
            found |= str_is(faults.v[f].field, bad[i].place) &&
                     str_find(faults.v[f].message, str_from(bad[i].says)) >= 0;
        if (!found) print_message("case %zu, %d faults\n", i, faults.n);
        assert_true(found);
    }
}

static void a_unit_is_written_as_people_do(void **state) {
    (void)state;
    static const char *const t[][2] = {{"mm[Hg]", "mmHg"}, {"Cel", "°C"}, {"%", "%"},
                                       {"{score}", ""}, {"1", ""}, {"kg", "kg"}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        assert_true(str_is(vitals_unit(str_from(t[i][0])), t[i][1]));
}

int main(void) {
    arena_open(&arena, 64 << 20);
    struct faults faults = {.arena = &arena};
    const struct embedded *e = embed_find(STR("content/monitoring/session.txt"));
    rules = vitals_read(&arena, e->path, e->bytes, &faults);
    for (int f = 0; f < faults.n; f++)
        print_message("%.*s: %.*s\n", STR_ARG(faults.v[f].field), STR_ARG(faults.v[f].message));
    if (faults.n) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_names_the_line),
        cmocka_unit_test(checkpoints_come_due_and_pass),
        cmocka_unit_test(only_what_is_late_has_minutes),
        cmocka_unit_test(close_checkpoints_are_told_apart),
        cmocka_unit_test(one_sign_of_the_checkpoints_has_its_own_times),
        cmocka_unit_test(a_sign_is_left_out_once_the_pressure_was_taken),
        cmocka_unit_test(an_infusion_is_watched_until_the_patient_leaves),
        cmocka_unit_test(a_unit_is_written_as_people_do),
        cmocka_unit_test(a_bad_session_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
