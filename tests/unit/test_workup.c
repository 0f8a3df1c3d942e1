/* workup: the content's own tests run at reading; here what they cannot say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "app/course.h"
#include "core/workup.h"
#include "content.h"

static struct arena arena;
static struct codes codes;
static const struct workup_rules *rules;

static void the_items_pass_their_own_tests(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    struct str c = STR("content/codes/conditions.txt"), w = STR("content/workup/workup.txt");
    assert_int_equal(codes_read_conditions(&arena, c, content(c.s), &codes, &faults), E_OK);
    rules = workup_read(&arena, w, content(w.s), &codes, &faults);
    for (int i = 0; i < faults.n; i++)
        printf("%.*s: %.*s\n", STR_ARG(faults.v[i].field), STR_ARG(faults.v[i].message));
    assert_int_equal(faults.n + faults.dropped, 0);
    assert_true(rules->n >= 20);
    assert_int_equal(rules->monthly_doses, 3);
    assert_int_equal(rules->monthly_days, 90);
    assert_null(workup_item(rules, STR("horoscope")));
}

static struct workup_facts screening_day(void) {
    return (struct workup_facts){.today = 20000, .opened = 20000, .born = 5000,
                                 .next_dose = DATE_NONE, .exposure = DATE_NONE};
}

/* Each item on both sides of the day on which a screening's result grows too old. */
static void a_result_is_good_for_its_days(void **state) {
    (void)state;
    for (int i = 0; i < rules->n; i++) {
        const struct workup_item *item = &rules->v[i];
        struct workup_facts f = screening_day();
        f.classes = item->if_classes;
        f.childbearing = ANSWER_YES;
        struct workup_ruling good = workup_judge(item, &f, f.today - item->valid_days);
        struct workup_ruling old = workup_judge(item, &f, f.today - item->valid_days - 1);
        struct workup_ruling never = workup_judge(item, &f, DATE_NONE);
        assert_int_equal(good.state, WORKUP_DONE);
        assert_int_equal(good.due, f.today);
        assert_int_equal(old.state, WORKUP_STALE);
        assert_int_equal(never.state, WORKUP_DUE);
        assert_false(workup_stale(item, f.today - item->valid_days, f.today));
        assert_true(workup_stale(item, f.today - item->valid_days - 1, f.today));
        f.stage = STAGE_OVER;
        assert_int_equal(workup_judge(item, &f, DATE_NONE).state, WORKUP_NOT_NEEDED);
    }
}

/* Of two reasons the more pressing one speaks: the test of the screening is good, the one
 * before the dose is not. */
static void the_most_pressing_reason_speaks(void **state) {
    (void)state;
    const struct workup_item *hcg = workup_item(rules, STR("hcg"));
    struct workup_facts f = screening_day();
    f.childbearing = ANSWER_YES;
    f.next_dose = f.today + 1;
    struct workup_ruling r = workup_judge(hcg, &f, f.today - 10);
    assert_int_equal(r.state, WORKUP_DUE);
    assert_int_equal(r.due, f.next_dose);
    r = workup_judge(hcg, &f, f.today - 2);
    assert_int_equal(r.state, WORKUP_DONE);
    const struct workup_item *urine = workup_item(rules, STR("urinalysis"));
    assert_int_equal(rules->exposure_sessions, 12);
    f.stage = STAGE_COURSE;
    int grace = urine->days[WORKUP_EXPOSURE];
    f.exposure = f.today - grace;
    assert_int_equal(workup_judge(urine, &f, DATE_NONE).state, WORKUP_DUE);
    assert_int_equal(workup_judge(urine, &f, f.exposure - 1).due, f.today);
    f.exposure--;
    assert_int_equal(workup_judge(urine, &f, f.exposure - 1).state, WORKUP_OVERDUE);
    assert_int_equal(workup_judge(urine, &f, f.exposure).state, WORKUP_DONE); /* as new as it */
    assert_int_equal(workup_judge(urine, &f, DATE_NONE).state, WORKUP_OVERDUE);
}

static void who_it_is_for_is_said(void **state) {
    (void)state;
    const struct workup_item *ecg = workup_item(rules, STR("ecg"));
    struct workup_facts f = screening_day();
    f.born = DATE_NONE;
    assert_string_equal(workup_judge(ecg, &f, DATE_NONE).for_whom, "the age is not known: ");
    f.born = f.today - 20 * 365;
    f.classes = ecg->if_classes;
    assert_string_equal(workup_judge(ecg, &f, DATE_NONE).for_whom,
                        "for a condition in the chart: ");
}

static void a_bad_file_says_where(void **state) {
    (void)state;
    static const char *const files[] = {
        "source x\nitem a A\nkind colour\n",
        "source x\nitem a A\nloinc 1-1 per 0 | x\n",
        "source x\nitem a A\nloinc 1-1 between 4 3 | x\n",
        "source x\nitem a A\nfills nothing_such\n",
        "source x\nitem a A\nif condition nothing_such\n",
        "source x\nitem a A\nat screening every 14 | x\n",
        "source x\nitem a A\nat screening within 14\n",
        "source x\nitem a A\nvalid 0 | x\n",
        "source x\nitem a A\ntest phase nowhere -> due\n",
        ("source x\nitem a A\nsource y\nkind done\nat screening within 9 | x\nvalid 9 | x\n"
         "test phase screening | done never -> overdue\n"),
        "source x\nmonthly 3\n",
        "source x\nitem a A\nitem a A\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct faults faults = {.arena = &arena};
        workup_read(&arena, STR("x.txt"), str_from(files[i]), &codes, &faults);
        assert_true(faults.n > 0);
        assert_true(str_starts(faults.v[0].field, STR("x.txt:")));
    }
}

static void the_measures_of_a_step_follow_the_indication(void **state) {
    (void)state;
    struct protocol_step of = {.instruments = STR("phq9 pcl5week@ptsd ymrs@bipolar gad7")};
    static const char *const cases[][2] = {{"ptsd", "phq9 pcl5week gad7"},
                                           {"bipolar", "phq9 ymrs gad7"},
                                           {"trd", "phq9 gad7"},
                                           {"", "phq9 gad7"}};
    struct course course = {0};
    for (int i = 0; i < 4; i++) {
        struct step row = course_row(&arena, &course, str_from(cases[i][0]), &of, 1);
        assert_true(str_is(row.instruments, cases[i][1]));
    }
    of.instruments = STR("pcl5week@ptsd");
    assert_null(course_row(&arena, &course, STR_ABSENT, &of, 1).instruments.s);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_items_pass_their_own_tests),
        cmocka_unit_test(a_result_is_good_for_its_days),
        cmocka_unit_test(the_most_pressing_reason_speaks),
        cmocka_unit_test(who_it_is_for_is_said),
        cmocka_unit_test(the_measures_of_a_step_follow_the_indication),
        cmocka_unit_test(a_bad_file_says_where),
    };
    arena_open(&arena, 16 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
