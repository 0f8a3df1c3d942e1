/* core/custody: what an act needs and what it does to the balance; the equation under random acts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/content.h"
#include "base/date.h"
#include "core/custody.h"

static struct arena arena;
static struct content content;

static struct custody_holding vial(const char *state, int64_t left_ug) {
    return (struct custody_holding){.form = STR("vial"),
                                    .state = str_from(state),
                                    .t = {.received_ug = 500000, .given_ug = 500000 - left_ug,
                                          .left_ug = left_ug},
                                    .expiry = 100,
                                    .today = 100};
}

static struct custody_act act_of(enum custody_kind kind, int64_t amount_ug) {
    return (struct custody_act){.kind = kind, .amount_ug = amount_ug, .account_id = STR("nurse"),
                                .second_id = STR("doctor"), .reason = STR("why"),
                                .patient_id = STR("ana")};
}

static struct faults judged(const struct custody_holding *h, const struct custody_act *act) {
    struct faults faults = {.arena = &arena};
    custody_judge(h, act, &faults);
    return faults;
}

static bool fails_at(struct custody_holding h, struct custody_act act, const char *field) {
    struct faults faults = judged(&h, &act);
    return fault_of(&faults, str_from(field)) != NULL;
}

static bool passes(struct custody_holding h, struct custody_act act) {
    struct faults faults = judged(&h, &act);
    return faults.n == 0;
}

static void test_states(void **state) {
    (void)state;
    static const char *const words[] = {"sealed", "open", "empty", "recalled", "returned",
                                        "destroyed"};
    static const struct {
        enum custody_kind kind;
        const char *may; /* one letter a state above: y, n */
    } rows[] = {{CUSTODY_receive, "nnnnnn"},  {CUSTODY_open, "ynnnnn"},
                {CUSTODY_draw, "nynnnn"},     {CUSTODY_administer, "nynnnn"},
                {CUSTODY_undelivered, "yyyyyy"}, /* a pump that was stopped is never refused */
                {CUSTODY_waste, "nynnnn"},    {CUSTODY_return, "yynynn"},
                {CUSTODY_transfer, "yynynn"}, {CUSTODY_destroy, "yynynn"},
                {CUSTODY_loss, "yynynn"},     {CUSTODY_count, "yyyynn"},
                {CUSTODY_adjust, "nyynnn"},   {CUSTODY_recall, "yynnnn"}};
    assert_int_equal(sizeof rows / sizeof *rows, CUSTODY_KINDS);
    for (int k = 0; k < CUSTODY_KINDS; k++)
        for (int s = 0; s < 6; s++) {
            struct custody_holding h = vial(words[s], s == 2 || s > 3 ? 0 : 1000);
            assert_int_equal(custody_may(&h, rows[k].kind), rows[k].may[s] == 'y');
        }
    struct custody_holding box = vial("sealed", 500000), syringe = vial("open", 1000);
    box.form = STR("lozenge"), syringe.form = STR("syringe");
    assert_true(custody_may(&box, CUSTODY_administer)); /* nobody opens it first */
    assert_false(custody_may(&syringe, CUSTODY_draw));  /* no syringe out of a syringe */
}

static void test_amounts(void **state) {
    (void)state;
    assert_true(passes(vial("open", 1000), act_of(CUSTODY_administer, 1000)));
    assert_true(fails_at(vial("open", 1000), act_of(CUSTODY_administer, 1001), "amount"));
    assert_true(fails_at(vial("open", 1000), act_of(CUSTODY_waste, 0), "amount"));
    assert_true(fails_at(vial("open", 1000), act_of(CUSTODY_waste, -1), "amount"));
    assert_true(fails_at(vial("open", 1000), act_of(CUSTODY_adjust, 0), "amount"));
    assert_true(passes(vial("open", 1000), act_of(CUSTODY_adjust, -1000)));
    assert_true(fails_at(vial("open", 1000), act_of(CUSTODY_adjust, -1001), "amount"));
    /* of 499 mg given, no more than they can come back */
    assert_true(passes(vial("open", 1000), act_of(CUSTODY_undelivered, 499000)));
    assert_true(fails_at(vial("open", 1000), act_of(CUSTODY_undelivered, 499001), "amount"));
    assert_true(fails_at(vial("open", 1000), act_of(CUSTODY_undelivered, 0), "amount"));
}

static void test_needs(void **state) {
    (void)state;
    static const enum custody_kind two[] = {CUSTODY_waste, CUSTODY_destroy, CUSTODY_loss,
                                            CUSTODY_count, CUSTODY_adjust};
    static const enum custody_kind why[] = {CUSTODY_return, CUSTODY_destroy, CUSTODY_loss,
                                            CUSTODY_adjust, CUSTODY_recall,
                                            CUSTODY_undelivered};
    for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
        struct custody_act act = act_of(two[i], 10);
        assert_true(passes(vial("open", 1000), act));
        act.second_id = STR_ABSENT;
        assert_true(fails_at(vial("open", 1000), act, "checker_name"));
        act.second_id = act.account_id;
        assert_true(fails_at(vial("open", 1000), act, "checker_name"));
    }
    for (size_t i = 0; i < sizeof why / sizeof *why; i++) {
        struct custody_act act = act_of(why[i], 10);
        act.reason = STR(" ");
        assert_true(fails_at(vial("open", 1000), act, "reason"));
    }
    struct custody_act given = act_of(CUSTODY_administer, 10);
    given.patient_id = STR_ABSENT;
    assert_true(fails_at(vial("open", 1000), given, ""));
}

static void test_expired(void **state) {
    (void)state;
    struct custody_holding h = vial("open", 1000);
    h.today = h.expiry; /* its last day */
    assert_true(passes(h, act_of(CUSTODY_draw, 10)));
    h.today++;
    assert_true(fails_at(h, act_of(CUSTODY_draw, 10), ""));
    assert_true(fails_at(h, act_of(CUSTODY_administer, 10), ""));
    assert_true(passes(h, act_of(CUSTODY_destroy, 0)));
    assert_true(passes(h, act_of(CUSTODY_return, 0)));
    assert_true(passes(h, act_of(CUSTODY_waste, 10)));
}

static void test_what_it_does(void **state) {
    (void)state;
    static const struct {
        enum custody_kind kind;
        int64_t amount, moved, left;
        const char *from, *to;
    } rows[] = {{CUSTODY_open, 0, 0, 1000, "sealed", "open"},
                {CUSTODY_draw, 400, 400, 600, "open", "open"},
                {CUSTODY_draw, 1000, 1000, 0, "open", "empty"},
                {CUSTODY_administer, 400, 400, 600, "open", "open"},
                {CUSTODY_undelivered, 400, 400, 1400, "empty", "open"},
                {CUSTODY_undelivered, 400, 400, 1400, "recalled", "recalled"},
                {CUSTODY_waste, 1000, 1000, 0, "open", "empty"},
                {CUSTODY_return, 0, 1000, 0, "recalled", "returned"},
                {CUSTODY_destroy, 0, 1000, 0, "sealed", "destroyed"},
                {CUSTODY_loss, 1000, 1000, 0, "sealed", "empty"},
                {CUSTODY_transfer, 0, 0, 1000, "sealed", "sealed"},
                {CUSTODY_count, 0, 0, 1000, "open", "open"},
                {CUSTODY_adjust, 50, 50, 1050, "open", "open"},
                {CUSTODY_adjust, -1000, -1000, 0, "open", "empty"},
                {CUSTODY_recall, 0, 0, 1000, "open", "recalled"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t moved = -1;
        struct custody_holding h = vial(rows[i].from, 1000);
        struct custody_act act = act_of(rows[i].kind, rows[i].amount);
        custody_apply(&h, &act, &moved);
        assert_int_equal(moved, rows[i].moved);
        assert_int_equal(h.t.left_ug, rows[i].left);
        assert_true(str_is(h.state, rows[i].to));
    }
    struct custody_holding found = vial("empty", 0);
    struct custody_act act = act_of(CUSTODY_adjust, 20);
    int64_t moved;
    custody_apply(&found, &act, &moved);
    assert_true(str_is(found.state, "open"));
}

/* A hundred thousand acts, most of them foolish: what is refused changes nothing, what is done
 * keeps the equation. */
static void test_random_acts(void **state) {
    (void)state;
    uint64_t x = 20270301;
    int done = 0;
    struct custody_holding h = vial("sealed", 500000);
    for (int i = 0; i < 100000; i++) {
        char room[4096];
        struct arena scratch = arena_over(room, sizeof room);
        struct faults faults = {.arena = &scratch};
        int64_t moved;
        x = x * 6364136223846793005u + 1442695040888963407u;
        struct custody_act act =
            act_of((enum custody_kind)((x >> 33) % CUSTODY_KINDS), (int64_t)((x >> 40) % 3000) - 500);
        if ((x >> 20) % 7 == 0) act.second_id = STR_ABSENT;
        custody_judge(&h, &act, &faults);
        if (faults.n) continue;
        custody_apply(&h, &act, &moved);
        assert_true(custody_balanced(&h.t));
        done++;
        if (str_is(h.state, "returned") || str_is(h.state, "destroyed")) h = vial("sealed", 500000);
    }
    assert_true(done > 10000);
}

static void test_tolerance(void **state) {
    (void)state;
    /* 50 mg/mL: 0.1 mL are 5 mg; 2% of 500 mg are 10 mg, of 100 mg 2 mg */
    struct custody_counted c = {STR("vial"), 500000, 50000, 0, 200000, 210000};
    assert_true(custody_off(content.custody, &c) == 1.0);
    c.counted_ug = 189999;
    assert_true(custody_off(content.custody, &c) > 1.0);
    c.received_ug = 100000, c.left_ug = 50000, c.counted_ug = 45000;
    assert_true(custody_off(content.custody, &c) == 1.0);
    c.counted_ug = 44999;
    assert_true(custody_off(content.custody, &c) > 1.0);
    struct custody_counted box = {STR("lozenge"), 3000000, 0, 100000, 1200000, 1100000};
    assert_true(custody_off(content.custody, &box) == 1.0);
    box.counted_ug = box.left_ug;
    assert_true(custody_off(content.custody, &box) == 0.0);
}

static void test_business_days(void **state) {
    (void)state;
    static const struct {
        const char *found, *told; /* one business day after */
    } rows[] = {
        {"2027-03-15", "2027-03-16"}, /* a Monday */
        {"2027-03-18", "2027-03-19"}, {"2027-03-19", "2027-03-22"}, /* into a weekend */
        {"2027-03-20", "2027-03-22"}, {"2027-03-21", "2027-03-22"}, /* found in one */
        {"2027-04-30", "2027-05-03"}, {"2027-12-31", "2028-01-03"}, /* past the month, the year */
        {"2027-01-15", "2027-01-19"}, /* Martin Luther King's, the third Monday */
        {"2027-01-22", "2027-01-25"}, /* the fourth Monday is none */
        {"2027-02-12", "2027-02-16"}, {"2027-05-28", "2027-06-01"}, /* the last Monday of May */
        {"2027-05-21", "2027-05-24"}, /* the last but one is none */
        {"2026-06-18", "2026-06-22"}, /* Juneteenth, a Friday */
        {"2027-07-02", "2027-07-06"}, /* the Fourth, a Sunday: on the Monday */
        {"2026-07-02", "2026-07-06"}, /* the Fourth, a Saturday: on the Friday */
        {"2027-09-03", "2027-09-07"}, {"2027-10-08", "2027-10-12"},
        {"2027-11-10", "2027-11-12"}, /* Veterans Day, a Thursday */
        {"2027-11-24", "2027-11-26"}, /* Thanksgiving, the fourth Thursday */
        {"2027-11-17", "2027-11-18"}, /* the third is none */
        {"2027-12-23", "2027-12-27"}, /* Christmas, a Saturday: on the Friday */
        {"2021-12-30", "2022-01-03"}, /* the first of 2022, a Saturday: on the Friday before */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int32_t found, told;
        assert_true(date_parse(str_from(rows[i].found), &found));
        assert_true(date_parse(str_from(rows[i].told), &told));
        int32_t got = custody_business_day(content.custody, found, 1);
        if (got != told)
            fail_msg("%s: %s", rows[i].found, str_z(&arena, date_text(&arena, got)));
    }
    int32_t friday;
    assert_true(date_parse(STR("2027-03-19"), &friday));
    assert_int_equal(custody_business_day(content.custody, friday, 2), friday + 4);
}

/* The larger of two tolerances changes where 0.1 mL and 2% are the same: 250 mg of 50 mg/mL. */
static void test_the_larger_tolerance(void **state) {
    (void)state;
    static const struct {
        int64_t received_ug, differs_ug;
        bool within;
    } rows[] = {{249000, 5000, true}, {249000, 5001, false}, /* 0.1 mL is 5 mg */
                {250000, 5000, true}, {250000, 5001, false},
                {251000, 5020, true}, {251000, 5021, false}, /* 2% is more */
                {1, 5000, true},      {1000000, 20000, true}, {1000000, 20001, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            struct custody_counted c = {STR("vial"), rows[i].received_ug, 50000, 0, 100000,
                                        100000 + sign * rows[i].differs_ug};
            assert_int_equal(custody_off(content.custody, &c) <= 1, rows[i].within);
        }
}

static void test_serves(void **state) {
    (void)state;
    assert_true(custody_serves(STR("vial"), STR("im")));
    assert_true(custody_serves(STR("device"), STR("esk")));
    assert_false(custody_serves(STR("device"), STR("im")));
    assert_false(custody_serves(STR("lozenge"), STR("iv")));
    assert_true(custody_serves(STR("lozenge"), STR("sl-home")));
    assert_false(custody_serves(STR("box"), STR("im")));
}

static void test_content_is_whole(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    struct criteria empty = {.n = 0};
    custody_check(&empty, STR("custody.txt"), &faults);
    assert_int_equal(faults.n, 6 + 1 + 12);
    enum custody_kind k;
    assert_true(custody_parse(STR("return"), &k));
    assert_int_equal(k, CUSTODY_return);
    assert_false(custody_parse(STR("steal"), &k));
}

static int set_up(void **state) {
    (void)state;
    arena_open(&arena, 64 << 20);
    return content_boot(&arena, NULL, &content);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),      cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_needs),       cmocka_unit_test(test_expired),
        cmocka_unit_test(test_what_it_does), cmocka_unit_test(test_random_acts),
        cmocka_unit_test(test_tolerance),   cmocka_unit_test(test_serves),
        cmocka_unit_test(test_business_days), cmocka_unit_test(test_the_larger_tolerance),
        cmocka_unit_test(test_content_is_whole)};
    return cmocka_run_group_tests(tests, set_up, NULL);
}
