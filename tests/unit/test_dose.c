/* dose: orders, amounts, and each guard rail with the facts that reach it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/embed.h"
#include "core/dose.h"

static struct arena arena;
static const struct criteria *rails;

static void an_order_is_read_or_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum dose_basis basis;
        int64_t ug; /* 0: refused */
        const char *back;
    } cases[] = {
        {"100mg", DOSE_TOTAL, 100000, "100 mg"},
        {"100 mg", DOSE_TOTAL, 100000, "100 mg"},
        {" 56mg ", DOSE_TOTAL, 56000, "56 mg"},
        {"0.5mg/kg", DOSE_PER_KG, 500, "0.5 mg/kg"},
        {"0.71 mg/kg", DOSE_PER_KG, 710, "0.71 mg/kg"},
        {"37.5mg", DOSE_TOTAL, 37500, "37.5 mg"},
        {"0.001mg", DOSE_TOTAL, 1, "0.001 mg"},
        {"2000mg", DOSE_TOTAL, 2000000, "2000 mg"},
        {"20mg/kg", DOSE_PER_KG, 20000, "20 mg/kg"},
        {"2001mg", DOSE_TOTAL, 0, NULL},
        {"20.1mg/kg", DOSE_TOTAL, 0, NULL},
        {"0mg", DOSE_TOTAL, 0, NULL},
        {"-5mg", DOSE_TOTAL, 0, NULL},
        {"0.0001mg", DOSE_TOTAL, 0, NULL},
        {"100", DOSE_TOTAL, 0, NULL},
        {"mg", DOSE_TOTAL, 0, NULL},
        {"", DOSE_TOTAL, 0, NULL},
        {"1e3mg", DOSE_TOTAL, 0, NULL},
        {"1..5mg", DOSE_TOTAL, 0, NULL},
        {"100mcg", DOSE_TOTAL, 0, NULL},
        {"0.5mg/lb", DOSE_TOTAL, 0, NULL},
        {"nan mg", DOSE_TOTAL, 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dose_order o;
        const char *why;
        bool ok = dose_order_read(str_from(cases[i].text), &o, &why);
        assert_int_equal(ok, cases[i].ug > 0);
        if (!ok) continue;
        assert_int_equal(o.basis, cases[i].basis);
        assert_int_equal(o.ug, cases[i].ug);
        struct buf b = buf_new(&arena, 16);
        dose_order_put(&b, o);
        assert_true(str_is(buf_str(&b), cases[i].back));
    }
    struct dose_order o;
    const char *why;
    assert_false(dose_order_read(STR("100"), &o, &why));
    assert_string_equal(why, "a dose needs its unit: mg or mg/kg");
}

static void an_amount_needs_its_weight(void **state) {
    (void)state;
    struct dose_order half = {DOSE_PER_KG, 500}, flat = {DOSE_TOTAL, 100000};
    assert_int_equal(dose_amount_ug(half, 70), 35000);
    assert_int_equal(dose_amount_ug(half, 71.3), 35650);
    assert_int_equal(dose_amount_ug(half, 25), 12500);
    assert_int_equal(dose_amount_ug(half, 24.9), -1);
    assert_int_equal(dose_amount_ug(half, 300), 150000);
    assert_int_equal(dose_amount_ug(half, 300.1), -1);
    assert_int_equal(dose_amount_ug(half, 0), -1);
    assert_int_equal(dose_amount_ug(flat, 0), 100000);
    struct buf b = buf_new(&arena, 16);
    dose_put_mg(&b, 35000);
    buf_char(&b, ',');
    dose_put_mg(&b, 35650);
    assert_true(str_is(buf_str(&b), "35 mg,35.65 mg"));
    assert_true(str_is(dose_drug(STR("esk")), "esketamine"));
    assert_true(str_is(dose_drug(STR("sl")), "ketamine"));
    assert_true(str_is(dose_plain_route(STR("sl-home")), "sl"));
    assert_true(str_is(dose_plain_route(STR("iv")), "iv"));
    assert_false(dose_drug(STR("rectal")).s != NULL);
}

/* A first infusion of 0.5 mg/kg in which nothing is out of the way. */
static struct dose_facts sound(void) {
    return (struct dose_facts){.route = STR("iv"), .amount_ug = 35000, .weight_kg = 70,
                               .weight_age_days = 3, .infusion_min = 40, .gap_min = DOSE_UNKNOWN,
                               .hours_since = DOSE_UNKNOWN, .previous_ug = DOSE_UNKNOWN,
                               .doses_unanswered = 1, .given_by = STR("a"),
                               .checked_by = STR("b"), .lot = STR("L1"), .expiry = 100,
                               .today = 100};
}

struct expected {
    const char *name, *item;
    struct dose_facts f;
    enum ruling_outcome outcome;
};

#define WITH(...) ({ struct dose_facts f = sound(); __VA_ARGS__; f; })

static void each_rail_speaks_for_its_fact(void **state) {
    (void)state;
    const struct expected cases[] = {
        {"0.75 mg/kg", "per_kg", WITH(f.amount_ug = 52500), RULING_PASS},
        {"a little more", "per_kg", WITH(f.amount_ug = 52570), RULING_CAUTION},
        {"1 mg/kg", "per_kg", WITH(f.amount_ug = 70000), RULING_CAUTION},
        {"above 1 mg/kg", "per_kg", WITH(f.amount_ug = 70070), RULING_HOLD},
        {"with what was given", "per_kg", WITH(f.amount_ug = 35070; f.given_ug = 35000),
         RULING_HOLD},
        {"no weight", "per_kg", WITH(f.weight_kg = 0), RULING_MISSING},
        {"weight of a child", "per_kg", WITH(f.weight_kg = 7), RULING_MISSING},
        {"100 mg", "total", WITH(f.amount_ug = 100000; f.weight_kg = 200), RULING_PASS},
        {"101 mg", "total", WITH(f.amount_ug = 101000; f.weight_kg = 200), RULING_HOLD},
        {"30 minutes", "minutes", WITH(f.infusion_min = 30), RULING_CAUTION},
        {"29 minutes", "minutes", WITH(f.infusion_min = 29), RULING_HOLD},
        {"no length", "minutes", WITH(f.infusion_min = DOSE_UNKNOWN), RULING_MISSING},
        {"two in seven days", "week", WITH(f.sessions_7d = 1), RULING_PASS},
        {"three in seven days", "week", WITH(f.sessions_7d = 2), RULING_CAUTION},
        {"four in seven days", "week", WITH(f.sessions_7d = 3), RULING_HOLD},
        {"not counted", "week", WITH(f.sessions_7d = DOSE_UNKNOWN), RULING_MISSING},
        {"a day", "since", WITH(f.sessions_before = 1; f.hours_since = 24), RULING_PASS},
        {"less than a day", "since", WITH(f.sessions_before = 1; f.hours_since = 23.9),
         RULING_HOLD},
        {"since not known", "since", WITH(f.sessions_before = 1), RULING_MISSING},
        {"first at 0.5", "first_per_kg", sound(), RULING_PASS},
        {"first above 0.5", "first_per_kg", WITH(f.amount_ug = 35070), RULING_CAUTION},
        {"step of 0.1", "step_per_kg",
         WITH(f.sessions_before = 1; f.previous_ug = 35000; f.previous_kg = 70;
              f.amount_ug = 42000; f.previous_calm = DOSE_YES),
         RULING_PASS},
        {"step of 0.11", "step_per_kg",
         WITH(f.sessions_before = 1; f.previous_ug = 35000; f.previous_kg = 70;
              f.amount_ug = 42700; f.previous_calm = DOSE_YES),
         RULING_CAUTION},
        {"a step from a session in which nothing ran in", "step_per_kg",
         WITH(f.sessions_before = 1; f.previous_ug = 0; f.previous_kg = 70;
              f.previous_calm = DOSE_YES),
         RULING_CAUTION},
        {"step, weight then unknown", "step_per_kg",
         WITH(f.sessions_before = 1; f.previous_ug = 35000), RULING_MISSING},
        {"step after a rough session", "step_rough",
         WITH(f.sessions_before = 1; f.previous_ug = 35000; f.previous_kg = 70;
              f.amount_ug = 36000; f.previous_calm = DOSE_NO),
         RULING_CAUTION},
        {"same dose after a rough session", "step_rough",
         WITH(f.sessions_before = 1; f.previous_ug = 35000; f.previous_kg = 70;
              f.previous_calm = DOSE_NO),
         RULING_PASS},
        {"step, how it went unknown", "step_rough",
         WITH(f.sessions_before = 1; f.previous_ug = 35000; f.previous_kg = 70;
              f.amount_ug = 36000),
         RULING_MISSING},
        {"eighth without response", "series", WITH(f.doses_unanswered = 8), RULING_PASS},
        {"ninth without response", "series", WITH(f.doses_unanswered = 9), RULING_CAUTION},
        {"old, one device", "first_older",
         WITH(f.route = STR("esk"); f.amount_ug = 28000; f.sessions_before = 0; f.age_years = 65),
         RULING_PASS},
        {"old, two devices", "first_older",
         WITH(f.route = STR("esk"); f.amount_ug = 28000; f.given_ug = 28000; f.sessions_before = 0;
              f.age_years = 65),
         RULING_CAUTION},
        {"of unknown age", "first_older",
         WITH(f.route = STR("esk"); f.amount_ug = 28000; f.sessions_before = 0;
              f.age_years = DOSE_UNKNOWN),
         RULING_MISSING},
        {"old weight", "weight_age", WITH(f.weight_age_days = 31), RULING_CAUTION},
        {"same person twice", "two_person", WITH(f.checked_by = STR("a")), RULING_HOLD},
        {"nobody checked", "two_person", WITH(f.checked_by = STR_ABSENT), RULING_MISSING},
        {"empty lot", "lot", WITH(f.lot = STR(" ")), RULING_HOLD},
        {"no lot", "lot", WITH(f.lot = STR_ABSENT), RULING_MISSING},
        {"expires today", "expiry", sound(), RULING_PASS},
        {"expired", "expiry", WITH(f.expiry = 99), RULING_HOLD},
        {"expiry not read", "expiry", WITH(f.expiry = DATE_NONE), RULING_MISSING},
        {"one supplement", "supplements",
         WITH(f.route = STR("im"); f.doses_given = 1; f.gap_min = 12), RULING_PASS},
        {"two supplements", "supplements",
         WITH(f.route = STR("im"); f.doses_given = 2; f.gap_min = 12), RULING_HOLD},
        {"supplement too early", "gap",
         WITH(f.route = STR("im"); f.doses_given = 1; f.gap_min = 9), RULING_HOLD},
        {"supplement, time not known", "gap", WITH(f.route = STR("im"); f.doses_given = 1),
         RULING_MISSING},
        {"esketamine 56", "set", WITH(f.route = STR("esk"); f.amount_ug = 56000), RULING_PASS},
        {"esketamine 60", "set", WITH(f.route = STR("esk"); f.amount_ug = 60000), RULING_HOLD},
        {"esketamine first 84", "first_total", WITH(f.route = STR("esk"); f.amount_ug = 84000),
         RULING_CAUTION},
        {"esketamine 47 h", "since",
         WITH(f.route = STR("esk"); f.sessions_before = 1; f.hours_since = 47.9), RULING_HOLD},
        {"esketamine third in a week", "week", WITH(f.route = STR("esk"); f.sessions_7d = 2),
         RULING_HOLD},
        {"home, second session 301 mg", "early_total",
         WITH(f.route = STR("sl-home"); f.sessions_before = 1; f.amount_ug = 301000),
         RULING_CAUTION},
        {"no such route", "route", WITH(f.route = STR("rectal")), RULING_HOLD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rulings r = {.arena = &arena};
        dose_judge(rails, &cases[i].f, &r);
        const struct ruling *got = ruling_of(&r, cases[i].item);
        if (!got || got->outcome != cases[i].outcome) print_message("%s\n", cases[i].name);
        assert_non_null(got);
        assert_int_equal(got->outcome, cases[i].outcome);
    }
}

static void what_does_not_apply_is_not_asked(void **state) {
    (void)state;
    struct rulings r = {.arena = &arena};
    struct dose_facts f = sound();
    dose_judge(rails, &f, &r);
    assert_int_equal(ruling_overall(&r), RULING_PASS);
    assert_null(ruling_of(&r, "since"));
    assert_null(ruling_of(&r, "step_per_kg"));
    r.n = 0;
    f.route = STR("sl");
    f.amount_ug = 100000;
    f.weight_kg = 0;
    f.weight_age_days = DOSE_UNKNOWN;
    dose_judge(rails, &f, &r);
    assert_int_equal(ruling_overall(&r), RULING_PASS);
    assert_null(ruling_of(&r, "weight_age"));
    r.n = 0;
    f.sessions_before = 3;
    f.hours_since = 100;
    f.amount_ug = 400000;
    dose_judge(rails, &f, &r);
    assert_null(ruling_of(&r, "first_total"));
    assert_int_equal(ruling_overall(&r), RULING_PASS);
}

static void the_sentence_names_the_rule(void **state) {
    (void)state;
    struct rulings r = {.arena = &arena};
    struct dose_facts f = sound();
    f.amount_ug = 71400;
    dose_judge(rails, &f, &r);
    assert_true(str_is(ruling_of(&r, "per_kg")->text,
                       "Dose by weight this session 1.02 mg/kg. Hold: more than 1 (source S3). "
                       "Lower the dose."));
}

static void the_rails_are_whole(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    dose_check(rails, STR("guardrails.txt"), &faults);
    assert_int_equal(faults.n, 0);
}

int main(void) {
    arena_open(&arena, 64 << 20);
    struct faults faults = {.arena = &arena};
    const struct embedded *e = embed_find(STR("content/monitoring/guardrails.txt"));
    rails = criteria_read(&arena, e->path, e->bytes, &faults);
    for (int f = 0; f < faults.n; f++)
        print_message("%.*s: %.*s\n", STR_ARG(faults.v[f].field), STR_ARG(faults.v[f].message));
    if (faults.n) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_read_or_refused),
        cmocka_unit_test(an_amount_needs_its_weight),
        cmocka_unit_test(the_rails_are_whole),
        cmocka_unit_test(each_rail_speaks_for_its_fact),
        cmocka_unit_test(what_does_not_apply_is_not_asked),
        cmocka_unit_test(the_sentence_names_the_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
