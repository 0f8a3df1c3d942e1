/* adverse: the dictionary against its own tests; what makes an event serious, on both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/embed.h"
#include "core/adverse.h"

static struct arena arena;
static const struct adverse_rules *rules;

static const struct adverse_rules *read_text(struct str text, int *faults_n) {
    struct faults faults = {.arena = &arena};
    const struct adverse_rules *r = adverse_read(&arena, STR("x.txt"), text, &faults);
    for (int i = 0; i < faults.n && text.n > 2000; i++)
        printf("%.*s %.*s\n", STR_ARG(faults.v[i].field), STR_ARG(faults.v[i].message));
    *faults_n = faults.n + faults.dropped;
    return r;
}

static void the_dictionary_passes_its_own_tests(void **state) {
    (void)state;
    int faults;
    const struct embedded *e = embed_find(STR("content/safety/adverse-events.txt"));
    assert_non_null(e);
    rules = read_text(e->bytes, &faults);
    assert_int_equal(faults, 0);
    assert_int_equal(rules->trials_n, 2);
    assert_int_equal(rules->trials[0].drug_n, 231);
    assert_int_equal(rules->trials[1].control_n, 145);
}

static void published_rates_are_those_of_the_trial(void **state) {
    (void)state;
    const struct adverse_term *t = adverse_term(rules, STR("nausea"));
    assert_non_null(t);
    assert_true(t->rates[0].is && t->rates[0].drug_pct == 29.4 && t->rates[0].control_pct == 10.6);
    assert_true(t->rates[1].is && t->rates[1].drug_pct == 16.4 && t->rates[1].control_pct == 0.7);
    int rated = 0;
    for (int i = 0; i < rules->terms_n; i++)
        rated += rules->terms[i].rates[0].is && rules->terms[i].rates[1].is;
    assert_int_equal(rated, 12);
    assert_false(adverse_term(rules, STR("fatigue"))->rates[0].is);
    assert_null(adverse_term(rules, STR("sneeze")));
}

static void a_grade_may_be_serious_by_itself(void **state) {
    (void)state;
    const struct {
        int grade;
        const char *criteria;
        enum adverse_seriousness wanted;
    } cases[] = {{0, "", ADVERSE_NOT_SERIOUS},         {0, "hospital", ADVERSE_SERIOUS},
                 {1, "", ADVERSE_NOT_SERIOUS},         {3, "", ADVERSE_NOT_SERIOUS},
                 {3, "disability", ADVERSE_SERIOUS},   {4, "", ADVERSE_ASKS},
                 {4, "important", ADVERSE_ASKS},       {4, "death", ADVERSE_SERIOUS},
                 {4, "threatening", ADVERSE_SERIOUS},  {5, "threatening", ADVERSE_ASKS},
                 {5, "death hospital", ADVERSE_SERIOUS}, {6, "", ADVERSE_NOT_SERIOUS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned bits;
        assert_true(adverse_criteria_parse(str_from(cases[i].criteria), &bits));
        assert_int_equal(adverse_seriousness(rules, cases[i].grade, bits), cases[i].wanted);
    }
    unsigned bits;
    assert_false(adverse_criteria_parse(STR("death sneeze"), &bits));
}

static void the_product_decides_who_is_told(void **state) {
    (void)state;
    const struct adverse_tell *rems = adverse_tell(rules, STR("rems"));
    assert_true(adverse_tells(rems, STR("esk")));
    assert_false(adverse_tells(rems, STR("in")));
    assert_false(adverse_tells(rems, STR("")));
    assert_true(adverse_tells(adverse_tell(rules, STR("medwatch")), STR("")));
    assert_int_equal(rems->hours, 7 * 24);
    assert_null(adverse_tell(rules, STR("nobody")));
}

#define HEAD                                                                                      \
    "adverse 1\nsource X\ntrial a | A | 10 | 10 | S1\ngroup g | G\nterm t | g | T | - | S1\n"      \
    "tell m | * | 24 h | M | S1\ntest grade 1 -> not serious\n"

static void what_cannot_be_read_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "term t | g | T | - | S1",   "term u | h | U | - | S1",   "term u | g | U | -",
        "rate t | b | 1 | 1 | S1",   "rate u | a | 1 | 1 | S1",   "rate t | a | 101 | 1 | S1",
        "rate t | a | 1 | -1 | S1",  "rate t | a | 1 | 1",        "imply 6 death",
        "imply 4 sneeze",            "imply 4",                   "tell m | * | 24 h | M | S1",
        "tell n | * | 0 h | N | S1", "tell n | * | 24 d | N | S1", "trial a | A | 1 | 1 | S1",
        "trial b | B | 0 | 1 | S1",  "test grade 6 -> serious",   "test grade 1 -> serious",
        "sneeze"};
    int faults;
    read_text(STR(HEAD), &faults);
    assert_int_equal(faults, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        read_text(str_format(&arena, "%s%s\n", HEAD, bad[i]), &faults);
        if (!faults) fail_msg("read without a fault: %s", bad[i]);
    }
    read_text(STR("adverse 1\n"), &faults);
    assert_int_equal(faults, 4); /* source, term, tell, test */
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_dictionary_passes_its_own_tests),
        cmocka_unit_test(published_rates_are_those_of_the_trial),
        cmocka_unit_test(a_grade_may_be_serious_by_itself),
        cmocka_unit_test(the_product_decides_who_is_told),
        cmocka_unit_test(what_cannot_be_read_is_refused),
    };
    arena_open(&arena, 16 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
