/* discharge: each criterion on both sides and missing, the score part by part, and the hour
 * from which driving is allowed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/embed.h"
#include "core/discharge.h"

static struct arena arena;
static const struct criteria *rules;

static const char sound[] = "moaas=5 oriented=yes gait=steady nausea=none pain=minimal "
                            "site=minimal intake=both suicidal=no escort=yes instructions=yes";

static struct discharge_facts facts(const char *answers) {
    struct faults faults = {.arena = &arena};
    struct discharge_facts f = {
        .route = STR("sl"), .stay_min = 120,
        .bp = {2, {124, 80}}, .bp_base = {2, {120, 80}},
        .hr = {1, {72}}, .hr_base = {1, {70}},
        .spo2 = {1, {98}}, .spo2_base = {1, {98}},
        .when = STR("12:40"),
        .answers = criteria_values_read(&arena, rules, STR("sl"), str_from(answers), &faults)};
    assert_int_equal(faults.n, 0);
    return f;
}

static void the_score_is_the_sum_of_its_parts(void **state) {
    (void)state;
    static const struct {
        const char *answers;
        double systolic, diastolic, hr;
        int padss;
    } cases[] = {
        {sound, 120, 80, 70, 10},
        {sound, 144, 80, 70, 10},   /* 20% */
        {sound, 145, 80, 70, 9},
        {sound, 120, 97, 70, 9},    /* the diastolic alone */
        {sound, 168, 80, 70, 9},    /* 40% */
        {sound, 169, 80, 70, 8},
        {sound, 120, 80, 84, 10},
        {sound, 120, 80, 85, 9},
        {sound, 120, 80, 99, 8},
        {sound, 120, 80, 41, 8},
        {"oriented=no gait=steady nausea=none pain=minimal site=minimal intake=both", 120, 80, 70, 9},
        {"oriented=no gait=unsteady nausea=none pain=minimal site=minimal intake=both", 120, 80, 70, 8},
        {"oriented=yes gait=steady nausea=mild pain=minimal site=minimal intake=both", 120, 80, 70, 10},
        {"oriented=yes gait=steady nausea=moderate pain=minimal site=minimal intake=both", 120, 80, 70, 9},
        {"oriented=yes gait=steady nausea=none pain=severe site=minimal intake=both", 120, 80, 70, 8},
        {"oriented=yes gait=steady nausea=none pain=minimal site=moderate intake=one", 120, 80, 70, 8},
        {"oriented=no gait=unsteady nausea=severe pain=severe site=severe intake=neither", 200, 120, 20, 0},
        {"oriented=yes gait=steady nausea=none pain=minimal site=minimal", 120, 80, 70, -1},
        {"gait=steady nausea=none pain=minimal site=minimal intake=both", 120, 80, 70, -1},
        {"oriented=yes gait=steady pain=minimal site=minimal intake=both", 120, 80, 70, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct discharge_facts f = facts(cases[i].answers);
        f.bp = (struct measured){2, {cases[i].systolic, cases[i].diastolic}};
        f.hr = (struct measured){1, {cases[i].hr}};
        if (discharge_padss(rules, &f) != cases[i].padss)
            print_message("case %zu: %d\n", i, discharge_padss(rules, &f));
        assert_int_equal(discharge_padss(rules, &f), cases[i].padss);
    }
    struct discharge_facts f = facts(sound);
    f.hr_base.parts = 0;
    assert_int_equal(discharge_padss(rules, &f), DISCHARGE_PADSS_UNKNOWN);
}

static enum ruling_outcome overall(struct discharge_facts f) {
    struct discharge_answer a;
    discharge_judge(&arena, rules, &f, &a);
    return a.overall;
}

static void time_and_criteria_and_escort(void **state) {
    (void)state;
    assert_int_equal(overall(facts(sound)), RULING_PASS);
    struct discharge_facts f = facts(sound);
    f.stay_min = 119;
    assert_int_equal(overall(f), RULING_HOLD);
    f.stay_min = -1;
    struct discharge_answer a;
    discharge_judge(&arena, rules, &f, &a);
    assert_int_equal(ruling_of(&a.rulings, "stay")->outcome, RULING_MISSING);
    f = facts(sound);
    f.route = STR("iv");
    f.stay_min = 60;
    assert_int_equal(overall(f), RULING_PASS);
    f.stay_min = 59;
    assert_int_equal(overall(f), RULING_HOLD);
    f = facts(sound);
    f.route = STR("esk");
    f.stay_min = 200;
    assert_int_equal(overall(f), RULING_HOLD); /* nobody said that it is over */
    f = facts(sound);
    f.bp_base.parts = 0;
    assert_int_equal(overall(f), RULING_HOLD);
    f = facts(sound);
    f.bp = (struct measured){2, {160, 80}};
    discharge_judge(&arena, rules, &f, &a);
    assert_true(str_is(ruling_of(&a.rulings, "bp")->text,
                       "Blood pressure 160/80 mmHg at 12:40. Hold: systolic 160 or more (clinic "
                       "rule, design default). Rest ten minutes and repeat; the prescriber decides "
                       "if it stays."));
}

static void each_answer_is_needed(void **state) {
    (void)state;
    struct discharge_facts all = facts(sound);
    for (ptrdiff_t out = 0; out < all.answers.n; out++) {
        struct criteria_value kept[16];
        ptrdiff_t n = 0;
        for (ptrdiff_t i = 0; i < all.answers.n; i++)
            if (i != out) kept[n++] = all.answers.v[i];
        struct discharge_facts f = all;
        f.answers = (struct criteria_values){kept, n};
        assert_int_equal(overall(f), RULING_HOLD);
    }
    struct discharge_facts old = all;
    old.vitals_min = 30;
    assert_int_equal(overall(old), RULING_PASS);
    old.vitals_min = 31;
    assert_int_equal(overall(old), RULING_HOLD);
    old.vitals_min = -1;
    assert_int_equal(overall(old), RULING_HOLD);
    /* nobody types a score or a stay over what was measured */
    struct criteria_value typed[16];
    ptrdiff_t n = 0;
    typed[n++] = (struct criteria_value){STR("stay"), VALUE_KNOWN, {1, {500}}, {0}, STR(""), STR("")};
    for (ptrdiff_t i = 0; i < all.answers.n; i++) typed[n++] = all.answers.v[i];
    struct discharge_facts f = all;
    f.stay_min = 10;
    f.answers = (struct criteria_values){typed, n};
    assert_int_equal(overall(f), RULING_HOLD);
}

/* Hours from local midnight; the dose ends at `end`, next morning is 30. */
static void no_driving_for_a_day_and_a_night(void **state) {
    (void)state;
    static const struct {
        double end, until;
    } cases[] = {
        {14, 38},   /* afternoon: 24 hours */
        {23, 47},
        {6, 30},    /* at six: both are the same */
        {0.5, 30},  /* in the night: the 24 hours end before anybody has slept */
        {5.5, 30},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(discharge_no_driving(rules, (int64_t)(cases[i].end * 3600000),
                                              30 * INT64_C(3600000)),
                         (int64_t)(cases[i].until * 3600000));
    assert_int_equal(discharge_morning_hour(rules), 6);
    assert_true(str_find(criteria_note(rules, "driving_hours"), STR("24 hours")) > 0);
    assert_true(str_find(criteria_note(rules, "driving_sleep"), STR("restful sleep")) > 0);
    assert_false(criteria_note(rules, "nothing").s != NULL);
}

/* The file as shipped, with one line of it changed. */
static struct str with(const char *line, const char *instead) {
    const struct embedded *e = embed_find(STR("content/monitoring/discharge.txt"));
    ptrdiff_t at = str_find(e->bytes, str_from(line));
    assert_true(at >= 0);
    struct str after = str_slice(e->bytes, at + str_from(line).n, e->bytes.n);
    return str_format(&arena, "%.*s%s%.*s", (int)at, e->bytes.s, instead, STR_ARG(after));
}

static const struct criteria *chosen(const char *line, const char *instead, struct faults *faults) {
    const struct criteria *d =
        criteria_read(&arena, STR("discharge.txt"), with(line, instead), faults);
    if (faults->n == 0) discharge_check(d, STR("discharge.txt"), faults);
    return d;
}

static struct ruling ruled(const struct criteria *d, const char *route, const char *answers,
                           const char *item) {
    struct faults faults = {.arena = &arena};
    struct discharge_answer a;
    struct discharge_facts f = facts(sound);
    f.route = str_from(route);
    f.answers = criteria_values_read(&arena, d, f.route, str_from(answers), &faults);
    assert_int_equal(faults.n, 0);
    discharge_judge(&arena, d, &f, &a);
    const struct ruling *r = ruling_of(&a.rulings, item);
    return r ? *r : (struct ruling){.saw = STR("not asked")};
}

/* A clinic that goes by the modified Aldrete score: its parts are asked with it, and only then. */
static void a_clinic_chooses_its_score(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    const struct criteria *nine = chosen("score aldrete  | not-asked", "score aldrete  | asked", &faults);
    const struct criteria *eight = chosen("score aldrete8 | not-asked", "score aldrete8 | asked", &faults);
    const struct criteria *air = chosen("score aldrete8_air | not-asked", "score aldrete8_air | asked", &faults);
    assert_int_equal(faults.n, 0);
    static const struct {
        const char *answers, *sum;
        enum ruling_outcome nine, eight;
    } cases[] = {
        {"consciousness=awake circulation=within-20 breathing=deep oxygen=room-air activity=all",
         "10", RULING_PASS, RULING_PASS},
        {"consciousness=rousable circulation=within-20 breathing=deep oxygen=room-air activity=all",
         "9", RULING_PASS, RULING_PASS},
        {"consciousness=rousable circulation=within-50 breathing=deep oxygen=room-air activity=all",
         "8", RULING_HOLD, RULING_PASS},
        {"consciousness=awake circulation=within-50 breathing=deep oxygen=with-oxygen activity=some",
         "7", RULING_HOLD, RULING_HOLD},
        {"consciousness=unresponsive circulation=beyond-50 breathing=apnoea oxygen=below activity=none",
         "0", RULING_HOLD, RULING_HOLD},
        {"consciousness=awake circulation=within-20 breathing=deep oxygen=room-air", "",
         RULING_MISSING, RULING_MISSING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ruling r = ruled(nine, "sl", cases[i].answers, "aldrete");
        assert_true(str_is(r.saw, cases[i].sum) && r.outcome == cases[i].nine);
        assert_int_equal(ruled(eight, "sl", cases[i].answers, "aldrete8").outcome, cases[i].eight);
    }
    assert_int_equal(ruled(air, "sl", "breathing=deep oxygen=room-air", "aldrete8_air").outcome,
                     RULING_PASS);
    assert_int_equal(ruled(air, "sl", "breathing=deep oxygen=with-oxygen", "aldrete8_air").outcome,
                     RULING_HOLD);
    /* typed over, it does not speak */
    assert_int_equal(ruled(air, "sl", "aldrete8_air=4 breathing=shallow oxygen=room-air",
                           "aldrete8_air").outcome, RULING_HOLD);
    assert_true(str_is(ruled(air, "sl", "moaas=5", "activity").saw, "not asked"));
    assert_true(str_is(ruled(rules, "sl", "moaas=5", "aldrete").saw, "not asked"));
}

/* Some score is asked; a score is made of choices of its file. */
static void a_score_must_be_there(void **state) {
    (void)state;
    static const struct {
        const char *line, *instead;
    } wrong[] = {{"score padss    | asked", "score padss    | not-asked"},
                 {"not-asked | breathing oxygen", "asked | breath oxygen"},
                 {"not-asked | breathing oxygen", "asked | spo2"},
                 {"score aldrete8_air |", "score gait |"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct faults faults = {.arena = &arena};
        (void)chosen(wrong[i].line, wrong[i].instead, &faults);
        assert_true(faults.n > 0);
        assert_true(str_find(faults.v[0].message, STR("score")) >= 0);
    }
}

static void the_gate_is_whole(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    discharge_check(rules, STR("discharge.txt"), &faults);
    for (int f = 0; f < faults.n; f++) print_message("%.*s\n", STR_ARG(faults.v[f].message));
    assert_int_equal(faults.n, 0);
}

int main(void) {
    arena_open(&arena, 64 << 20);
    struct faults faults = {.arena = &arena};
    const struct embedded *e = embed_find(STR("content/monitoring/discharge.txt"));
    rules = criteria_read(&arena, e->path, e->bytes, &faults);
    for (int f = 0; f < faults.n; f++)
        print_message("%.*s: %.*s\n", STR_ARG(faults.v[f].field), STR_ARG(faults.v[f].message));
    if (faults.n) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gate_is_whole),
        cmocka_unit_test(the_score_is_the_sum_of_its_parts),
        cmocka_unit_test(a_clinic_chooses_its_score),
        cmocka_unit_test(a_score_must_be_there),
        cmocka_unit_test(time_and_criteria_and_escort),
        cmocka_unit_test(each_answer_is_needed),
        cmocka_unit_test(no_driving_for_a_day_and_a_night),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
