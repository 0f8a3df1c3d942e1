/* outcome, survival, proportion: each definition on both sides of its line, and the curve
 * against the textbook's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "base/embed.h"
#include "core/instrument_read.h"
#include "core/outcome.h"
#include "core/proportion.h"
#include "core/survival.h"

static struct arena arena;

static const struct instrument *instrument(const char *name) {
    char path[80];
    snprintf(path, sizeof path, "content/instruments/%s.txt", name);
    const struct embedded *e = embed_find(str_from(path));
    assert_non_null(e);
    struct faults faults = {.arena = &arena};
    const struct instrument *in = instrument_read(&arena, e->path, e->bytes, &faults);
    assert_non_null(in);
    return in;
}

static void definitions_hold_on_their_side_of_the_line(void **state) {
    (void)state;
    static const struct {
        const char *instrument;
        double from, to;
        enum outcome_state state;
        const char *definition;
    } cases[] = {
        {"phq9", 20, 10, OUTCOME_RESPONSE, "phq9_response_50"},
        {"phq9", 20, 11, OUTCOME_PARTIAL, "phq9_partial_25"},
        {"phq9", 20, 15, OUTCOME_PARTIAL, "phq9_partial_25"},
        {"phq9", 20, 16, OUTCOME_UNCHANGED, NULL},
        {"phq9", 20, 24, OUTCOME_UNCHANGED, NULL},
        {"phq9", 20, 25, OUTCOME_WORSE, "phq9_worse_5"},
        {"phq9", 20, 4, OUTCOME_REMISSION, "phq9_remission_lt5"},
        {"phq9", 20, 5, OUTCOME_RESPONSE, "phq9_response_50"},
        {"gad7", 10, 14, OUTCOME_WORSE, "gad7_worse_4"},
        {"gad7", 10, 13, OUTCOME_UNCHANGED, NULL},
        {"pcl5", 40, 30, OUTCOME_REMISSION, "pcl5_remission_lt31_drop10"},
        {"pcl5", 39, 30, OUTCOME_UNCHANGED, NULL},
        {"pcl5", 60, 31, OUTCOME_PARTIAL, "pcl5_partial_25"},
        {"madrs", 30, 10, OUTCOME_REMISSION, "madrs_remission_le10"},
        {"madrs", 30, 11, OUTCOME_RESPONSE, "madrs_response_50"},
        {"madrs", 20, 25, OUTCOME_WORSE, "madrs_worse_25pct"},
        {"madrs", 20, 24, OUTCOME_UNCHANGED, NULL},
        {"ybocs", 20, 13, OUTCOME_RESPONSE, "ybocs_response_35"},
        {"ybocs", 20, 14, OUTCOME_UNCHANGED, NULL},
        {"nrspain", 5, 3, OUTCOME_RESPONSE, "nrspain_30pct_or_2"},
        {"nrspain", 9, 7, OUTCOME_RESPONSE, "nrspain_30pct_or_2"},
        {"nrspain", 3, 2, OUTCOME_RESPONSE, "nrspain_30pct_or_2"},
        {"nrspain", 4, 3, OUTCOME_UNCHANGED, NULL},
        {"cgii", 4, 2, OUTCOME_RESPONSE, "cgii_le2"},
        {"functiongoals", 8, 6, OUTCOME_WORSE, "functiongoals_worse_25pct"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcome_change c =
            outcome_classify(instrument(cases[i].instrument), outcome_of_total(cases[i].from),
                             outcome_of_total(cases[i].to));
        bool named = cases[i].definition ? str_is(c.definition, cases[i].definition)
                                         : !c.definition.s;
        if (c.state != cases[i].state || !named)
            fail_msg("%s %g to %g: %d by %.*s", cases[i].instrument, cases[i].from, cases[i].to,
                     c.state, STR_ARG(c.definition));
    }
}

static void what_is_not_known_is_not_judged(void **state) {
    (void)state;
    struct outcome_measure none = {.known = false};
    struct outcome_change c = outcome_classify(instrument("phq9"), none, outcome_of_total(4));
    assert_true(c.state == OUTCOME_UNKNOWN && isnan(c.percent));
    assert_false(c.response || c.remission);
    c = outcome_classify(instrument("phq9"), outcome_of_total(20), none); /* nought is no total */
    assert_true(c.state == OUTCOME_UNKNOWN && isnan(c.percent));
    assert_false(c.response || c.remission);
    c = outcome_classify(instrument("phq9"), outcome_of_total(0), outcome_of_total(0));
    assert_true(isnan(c.percent) && !c.response && !c.counted);
    assert_true(outcome_classify(instrument("phq9"), outcome_of_total(10), outcome_of_total(9)).counted);
    assert_false(outcome_classify(instrument("phq9"), outcome_of_total(9), outcome_of_total(9)).counted);
    /* SDS: each item counts, so a total alone is not enough. */
    const struct instrument *sds = instrument("sds");
    struct outcome_measure now = {true, 6, 2};
    assert_true(outcome_classify(sds, outcome_of_total(20), now).remission);
    now.greatest = 3;
    assert_false(outcome_classify(sds, outcome_of_total(20), now).remission);
    assert_false(outcome_classify(sds, outcome_of_total(20), outcome_of_total(6)).remission);
}

static void improvement_is_in_the_scales_direction(void **state) {
    (void)state;
    const struct embedded *e = embed_find(STR("content/instruments/sep/who5.txt"));
    struct faults faults = {.arena = &arena};
    const struct instrument *who5 = instrument_read(&arena, e->path, e->bytes, &faults);
    struct outcome_change c = outcome_classify(who5, outcome_of_total(40), outcome_of_total(52));
    assert_true(c.points == 12 && c.percent == 30 && c.meaningful && !c.worse);
    c = outcome_classify(who5, outcome_of_total(40), outcome_of_total(28));
    assert_true(c.points == -12 && c.worse && c.state == OUTCOME_WORSE);
}

static void a_relapse_is_seen_twice(void **state) {
    (void)state;
    const struct instrument *phq9 = instrument("phq9"), *madrs = instrument("madrs");
    struct outcome_point p[] = {{0, 4}, {7, 11}, {13, 12}, {14, 12}, {21, 3}};
    assert_int_equal(outcome_relapse(phq9, STR_ABSENT, 18, p, 5), 14);
    assert_int_equal(outcome_relapse(phq9, STR_ABSENT, 18, p, 3), DATE_NONE);
    /* Still a response: 12 from 24. */
    assert_int_equal(outcome_relapse(phq9, STR_ABSENT, 24, p, 5), DATE_NONE);
    struct outcome_point better_between[] = {{0, 12}, {3, 5}, {8, 12}, {12, 12}};
    assert_int_equal(outcome_relapse(phq9, STR_ABSENT, 18, better_between, 4), DATE_NONE);
    struct outcome_point m[] = {{0, 22}, {4, 22}, {16, 30}};
    assert_int_equal(outcome_relapse(madrs, STR_ABSENT, 30, m, 3), 16); /* 4 to 16: 12 days */
    struct outcome_point far[] = {{0, 22}, {16, 30}};
    assert_int_equal(outcome_relapse(madrs, STR_ABSENT, 30, far, 2), DATE_NONE);
    assert_int_equal(outcome_relapse(instrument("gad7"), STR_ABSENT, 18, p, 5), DATE_NONE);
}

static bool near(double a, double b, double by) { return fabs(a - b) <= by; }

/* Freireich 1963, the 6-mercaptopurine arm, as every textbook of survival prints it. */
static void the_curve_is_the_textbooks(void **state) {
    (void)state;
    static const struct survival_subject v[] = {
        {6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
        {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
        {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false},
    };
    static const struct {
        double days, survival, lo, hi;
        int at_risk;
    } expected[] = {{6, 0.857, 0.620, 0.952, 21},  {7, 0.807, 0.563, 0.923, 17},
                    {10, 0.753, 0.503, 0.889, 15}, {13, 0.690, 0.432, 0.849, 12},
                    {16, 0.627, 0.368, 0.805, 11}, {22, 0.538, 0.268, 0.747, 7},
                    {23, 0.448, 0.188, 0.680, 6},  {24, 0.448, 0.188, 0.680, 5}};
    struct survival s = survival_curve(&arena, v, 21);
    assert_int_equal(s.events, 9);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct survival_point p = survival_at(&s, expected[i].days);
        if (!near(p.survival, expected[i].survival, 6e-4) || !near(p.lo, expected[i].lo, 1e-3) ||
            !near(p.hi, expected[i].hi, 1e-3) || p.at_risk != expected[i].at_risk)
            fail_msg("day %g: %d at risk, %.3f (%.3f to %.3f)", expected[i].days, p.at_risk,
                     p.survival, p.lo, p.hi);
    }
    assert_true(survival_median_days(&s) == 23);
    struct survival_point before = survival_at(&s, 5);
    assert_true(before.survival == 1 && before.at_risk == 21 && isnan(before.lo));
}

static void a_curve_without_events_or_people_says_so(void **state) {
    (void)state;
    struct survival none = survival_curve(&arena, NULL, 0);
    assert_true(isnan(survival_median_days(&none)) && survival_at(&none, 28).at_risk == 0);
    struct survival_subject lost[] = {{10, false}, {20, false}};
    struct survival s = survival_curve(&arena, lost, 2);
    assert_true(survival_at(&s, 15).survival == 1 && survival_at(&s, 15).at_risk == 1);
    assert_true(isnan(survival_median_days(&s)));
    struct survival_subject all[] = {{10, true}, {20, true}};
    s = survival_curve(&arena, all, 2);
    assert_true(survival_median_days(&s) == 10 && survival_at(&s, 20).survival == 0);
    assert_true(isnan(survival_at(&s, 20).hi) && survival_at(&s, 21).at_risk == 0);
}

/* CLINICAL 8.2: intervals that it computes from published counts. */
static void wilsons_interval_is_clinicals(void **state) {
    (void)state;
    struct proportion p = proportion_wilson(182, 310);
    assert_true(near(p.rate, 0.587, 1e-3) && near(p.lo, 0.53, 5e-3) && near(p.hi, 0.64, 5e-3));
    p = proportion_wilson(6, 8);
    assert_true(near(p.lo, 0.41, 5e-3) && near(p.hi, 0.93, 5e-3));
    p = proportion_wilson(0, 10);
    assert_true(p.lo == 0 && near(p.hi, 0.2775, 1e-3));
    p = proportion_wilson(10, 10);
    assert_true(p.hi == 1 && near(p.lo, 0.7225, 1e-3));
    assert_true(isnan(proportion_wilson(0, 0).rate));
}

int main(void) {
    arena_open(&arena, 1 << 26);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definitions_hold_on_their_side_of_the_line),
        cmocka_unit_test(what_is_not_known_is_not_judged),
        cmocka_unit_test(improvement_is_in_the_scales_direction),
        cmocka_unit_test(a_relapse_is_seen_twice),
        cmocka_unit_test(the_curve_is_the_textbooks),
        cmocka_unit_test(a_curve_without_events_or_people_says_so),
        cmocka_unit_test(wilsons_interval_is_clinicals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
