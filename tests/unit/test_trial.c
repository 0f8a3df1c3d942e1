/* trial: the table against itself, and the count of failures on both sides of each line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "base/embed.h"
#include "core/trial.h"

static struct arena arena;
static const struct trial_rules *rules;

static void the_table_passes_its_own_tests(void **state) {
    (void)state;
    struct str path = STR("content/codes/antidepressants.txt");
    const struct embedded *e = embed_find(path);
    struct faults faults = {.arena = &arena};
    assert_non_null(e);
    rules = trial_rules_read(&arena, path, e->bytes, &faults);
    for (int i = 0; i < faults.n; i++) printf("%.*s\n", STR_ARG(faults.v[i].message));
    assert_int_equal(faults.n + faults.dropped, 0);
    assert_int_equal(rules->definitions[TRD_EPISODE].needed, 2);
    assert_int_equal(rules->definitions[TRD_LIFETIME].needed, 2);
}

/* Every drug on both sides of its dose and of the weeks, and with each missing. */
static void each_drug_has_its_line(void **state) {
    (void)state;
    for (int i = 0; i < rules->n; i++) {
        const struct antidepressant *d = &rules->v[i];
        const struct {
            double dose, weeks;
            enum trial_adequacy wanted;
        } cases[] = {{d->dose_mg, rules->weeks, TRIAL_ADEQUATE},
                     {d->dose_mg - 0.01, rules->weeks, TRIAL_INADEQUATE},
                     {d->dose_mg, rules->weeks - 0.01, TRIAL_INADEQUATE},
                     {NAN, rules->weeks, TRIAL_UNKNOWN},
                     {d->dose_mg, NAN, TRIAL_UNKNOWN},
                     {NAN, 1, TRIAL_INADEQUATE},
                     {d->dose_mg / 2, NAN, TRIAL_INADEQUATE}};
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
            struct arena scratch = arena;
            struct trial_ruling got =
                trial_judge(&scratch, rules, d->name, cases[k].dose, cases[k].weeks);
            assert_ptr_equal(got.drug, d);
            assert_int_equal(got.adequacy, cases[k].wanted);
            assert_true(got.why.n > 0);
        }
    }
}

static void the_longest_name_is_the_drug(void **state) {
    (void)state;
    struct trial_ruling r =
        trial_judge(&arena, rules, STR("Escitalopram 10 MG Oral Tablet"), 10, 6);
    assert_true(str_is(r.drug->name, "escitalopram"));
    r = trial_judge(&arena, rules, STR("desvenlafaxine er"), 50, 6);
    assert_true(str_is(r.drug->name, "desvenlafaxine"));
    r = trial_judge(&arena, rules, STR("CBT, twelve sessions"), NAN, 12);
    assert_null(r.drug);
    assert_int_equal(r.adequacy, TRIAL_UNKNOWN);
}

#define T(a, o, e) {TRIAL_##a, TRIED_##o, EPISODE_##e}

static void failures_are_counted_by_both_definitions(void **state) {
    (void)state;
    static const struct {
        struct trial_fact v[4];
        int n, episode, lifetime, open_episode, open_lifetime;
        bool settled_episode, settled_lifetime;
    } cases[] = {
        {{T(ADEQUATE, NONE, NOW)}, 0, 0, 0, 0, 0, false, false}, /* nothing recorded */
        {{T(ADEQUATE, NONE, NOW)}, 1, 1, 1, 0, 0, true, true},
        {{T(ADEQUATE, NONE, NOW), T(ADEQUATE, PARTIAL, NOW)}, 2, 2, 2, 0, 0, true, true},
        {{T(ADEQUATE, NONE, BEFORE), T(ADEQUATE, PARTIAL, NOW)}, 2, 1, 2, 0, 0, true, true},
        {{T(ADEQUATE, RESPONSE, NOW), T(INADEQUATE, NONE, NOW)}, 2, 0, 0, 0, 0, true, true},
        {{T(ADEQUATE, INTOLERANT, NOW), T(UNKNOWN, INTOLERANT, NOW)}, 2, 0, 0, 0, 0, true, true},
        {{T(UNKNOWN, NONE, NOW), T(ADEQUATE, NONE, NOW)}, 2, 1, 1, 1, 1, false, false},
        {{T(ADEQUATE, UNKNOWN, NOW), T(ADEQUATE, NONE, NOW)}, 2, 1, 1, 1, 1, false, false},
        {{T(ADEQUATE, NONE, UNKNOWN), T(ADEQUATE, NONE, NOW)}, 2, 1, 2, 1, 0, false, true},
        {{T(UNKNOWN, NONE, NOW), T(ADEQUATE, NONE, NOW), T(ADEQUATE, NONE, NOW)},
         3, 2, 2, 1, 1, true, true}, /* enough is known */
        {{T(UNKNOWN, NONE, BEFORE), T(ADEQUATE, NONE, NOW)}, 2, 1, 1, 0, 1, true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial_count c = trial_count(cases[i].v, cases[i].n);
        assert_int_equal(c.failed[TRD_EPISODE], cases[i].episode);
        assert_int_equal(c.failed[TRD_LIFETIME], cases[i].lifetime);
        assert_int_equal(c.open[TRD_EPISODE], cases[i].open_episode);
        assert_int_equal(c.open[TRD_LIFETIME], cases[i].open_lifetime);
        assert_int_equal(trial_settled(&c, rules, TRD_EPISODE), cases[i].settled_episode);
        assert_int_equal(trial_settled(&c, rules, TRD_LIFETIME), cases[i].settled_lifetime);
    }
}

static void a_bad_file_says_where(void **state) {
    (void)state;
    static const char *const files[] = {
        "source x\nweeks 0 | GK\n",
        "source x\ndefinition sometimes 2 | words | S1\n",
        "source x\nantidepressant sertraline | SSRI | fifty | GK\n",
        "source x\nweeks 6 | GK\nantidepressant a | b | 50 | GK\ntest a 50 6 -> inadequate\n",
        "source x\ntest a 50\n",
        "source x\nbeer 1\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct faults faults = {.arena = &arena};
        trial_rules_read(&arena, STR("x.txt"), str_from(files[i]), &faults);
        assert_true(faults.n > 0);
        assert_true(str_starts(faults.v[0].field, STR("x.txt:")));
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_passes_its_own_tests),
        cmocka_unit_test(each_drug_has_its_line),
        cmocka_unit_test(the_longest_name_is_the_drug),
        cmocka_unit_test(failures_are_counted_by_both_definitions),
        cmocka_unit_test(a_bad_file_says_where),
    };
    arena_open(&arena, 16 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
