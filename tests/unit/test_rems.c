/* rems: the monitoring form against its own tests; what the record says is never replaced, and
 * what nobody recorded is missing; the seven days, over the turn of a year and of the clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/date.h"
#include "core/rems.h"
#include "content.h"

static struct arena arena;
static struct codes codes;
static const struct rems_rules *rules;

static const struct rems_rules *read_text(struct str text, int *faults_n) {
    struct faults faults = {.arena = &arena};
    const struct rems_rules *r = rems_read(&arena, STR("x.txt"), text, &codes, &faults);
    for (int i = 0; i < faults.n && text.n > 5000; i++)
        printf("%.*s %.*s\n", STR_ARG(faults.v[i].field), STR_ARG(faults.v[i].message));
    *faults_n = faults.n + faults.dropped;
    return r;
}

static void the_form_passes_its_own_tests(void **state) {
    (void)state;
    int faults_n;
    struct faults faults = {.arena = &arena};
    assert_int_equal(codes_read_medicines(&arena, STR("m.txt"), content("content/codes/medicines.txt"),
                                          &codes, &faults),
                     E_OK);
    rules = read_text(content("content/rems/monitoring.txt"), &faults_n);
    assert_int_equal(faults_n, 0);
    assert_int_equal(rules->due_days, 7);
    assert_int_equal(rules->copies_n, 2);
}

static void fill(const struct rems_facts *facts, const struct str *answers,
                 struct rems_filled *out) {
    rems_fill(&arena, rules, &codes, facts, answers, out);
}

static const struct rems_value *value(const struct rems_filled *f, const char *id) {
    int i = rems_field(rules, str_from(id));
    assert_in_range(i, 0, rules->fields_n - 1);
    return &f->v[i];
}

static void an_empty_session_fills_nothing(void **state) {
    (void)state;
    struct rems_facts none = {0};
    struct rems_filled f;
    fill(&none, NULL, &f);
    assert_in_range(f.missing, 30, rules->fields_n);
    for (int i = 0; i < rules->fields_n; i++) {
        assert_true(f.v[i].state == REMS_MISSING || f.v[i].state == REMS_NOT_NEEDED);
        assert_false(f.v[i].text.n > 0);
        assert_true(rules->fields[i].where.n > 0);
    }
}

static void an_answer_replaces_nothing_that_is_recorded(void **state) {
    (void)state;
    struct rems_seen seen = {.name = STR("dissociation"), .minute = 12};
    struct rems_facts facts = {.seen = &seen, .seen_n = 1};
    struct str answers[REMS_FIELDS_MAX] = {{0}};
    struct rems_filled f;
    int asked = rems_field(rules, STR("dissociation")), kin = rems_field(rules, STR("sedation")),
        name = rems_field(rules, STR("family_name")),
        details = rems_field(rules, STR("serious_details"));
    answers[asked] = STR("no");
    answers[kin] = STR("no");
    answers[name] = STR("Somebody");
    answers[details] = STR("Something");
    fill(&facts, answers, &f);
    assert_true(str_is(f.v[asked].text, "yes"));
    assert_int_equal(f.v[asked].state, REMS_RECORDED);
    assert_false(rems_asks(rules, &f, asked));
    assert_int_equal(f.v[kin].state, REMS_ANSWERED);
    assert_true(rems_asks(rules, &f, kin));
    assert_int_equal(f.v[name].state, REMS_MISSING); /* a name is no answer: it stands in the chart */
    assert_false(rems_asks(rules, &f, name));
    assert_false(rems_asks(rules, &f, details));
    assert_int_equal(value(&f, "sedation_onset")->state, REMS_NOT_NEEDED);
    assert_int_equal(value(&f, "dissociation_over")->state, REMS_MISSING);
}

static void answers_have_a_form(void **state) {
    (void)state;
    static const struct { const char *field, *answer; bool ok; } cases[] = {
        {"sedation", "yes", true},        {"sedation", "maybe", false},
        {"sedation_onset", "0", true},    {"sedation_onset", "-1", false},
        {"sedation_onset", "1440", true}, {"sedation_onset", "1441", false},
        {"sedation_onset", "ten", false}, {"sedation_treated", "none", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct rems_field *x = &rules->fields[rems_field(rules, str_from(cases[i].field))];
        assert_int_equal(!rems_answer_wrong(x, str_from(cases[i].answer)), cases[i].ok);
    }
}

/* Civil days: the night that loses an hour, and the one that has one more, are one day each. */
static void day_seven_is_in_time_and_day_eight_is_not(void **state) {
    (void)state;
    static const char *const days[][3] = {{"2027-03-01", "2027-03-08", "2027-03-09"},
                                          {"2027-03-10", "2027-03-17", "2027-03-18"},
                                          {"2027-11-04", "2027-11-11", "2027-11-12"},
                                          {"2027-12-28", "2028-01-04", "2028-01-05"},
                                          {"2028-02-24", "2028-03-02", "2028-03-03"}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        int32_t d[3];
        for (int k = 0; k < 3; k++) assert_true(date_parse(str_from(days[i][k]), &d[k]));
        assert_int_equal(rems_last_day(rules, d[0]), d[1]);
        assert_false(rems_is_late(d[1], d[1]));
        assert_true(rems_is_late(d[1], d[2]));
    }
}

static void what_was_sent_reads_back_as_it_was(void **state) {
    (void)state;
    struct rems_facts facts = {.given_ug = 56000};
    struct rems_filled f;
    facts.text[REMS_FACT_family_name] = STR("Ferry | Lane\nII");
    fill(&facts, NULL, &f);
    struct rems_lines lines = rems_lines(&arena, rules, &f);
    struct str text = rems_freeze(&arena, rules, lines);
    struct rems_lines back = rems_thaw(&arena, text);
    assert_int_equal(back.n, lines.n);
    assert_true(str_is(rems_line_of(back, STR("family_name"))->value, "Ferry / Lane II"));
    assert_true(str_is(rems_line_of(back, STR("dose"))->value, "56"));
    assert_true(str_is(rems_line_of(back, STR("given_name"))->value, ""));
    assert_null(rems_line_of(back, STR("sedation_onset"))); /* not needed */
    assert_true(str_eq(text, rems_freeze(&arena, rules, back)));
    assert_int_equal(rems_thaw(&arena, STR("")).n, 0);
}

#define HEAD                                                                                      \
    "rems x 1\ntitle T\nsource S\nform a | A | S\ngroup g | G\nset due_days 7 days | S\n"          \
    "set peak_at 40 min | S\nset peak_near 10 min | S\nset end_near 30 min | S\n"                  \
    "set over_within 120 min | S\neffect e | e | moaas < 5 | clear 5 | S\n"                        \
    "field sex | g | text | record | always | a | L | W | S\n"                                     \
    "field e | g | yesno | effect e seen, or answer | always | a | L | W | S\ntest -> sex missing\n"

static void what_cannot_be_read_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "field sex | g | text | record | always | a | L | W | S", /* twice */
        "field f | g | text | record | always | a | L | W | S",   /* no such fact */
        "field f | h | text | answer | always | a | L | W | S",
        "field f | g | colour | answer | always | a | L | W | S",
        "field f | g | text >= 3 | answer | always | a | L | W | S",
        "field f | g | minutes >= x | answer | always | a | L | W | S",
        "field f | g | text | answer | if sex | a | L | W | S",
        "field f | g | text | answer | if later | a | L | W | S",
        "field f | g | text | answer | always | b | L | W | S",
        "field f | g | text | answer | always | a | L | W |",
        "field f | g | text | answer, or so | always | a | L | W | S",
        "field f | g | yesno | class sneeze | always | a | L | W | S",
        "field f | g | yesno | effect x seen | always | a | L | W | S",
        "field f | g | yesno | effect e heard | always | a | L | W | S",
        "effect f | f | moaas > 5 | - | S", "effect f | f | - | clear 5 | S",
        "effect f | f | - | - |",           "form a | A | S",
        "group g | G",                      "set due_days 0 days | S",
        "set due_days 7 min | S",           "set due_days 7 days",
        "set sneeze 7 min | S",             "test -> sex yes",
        "test -> sneeze missing",           "test moaas@x=5 -> e missing",
        "test moaas@1 sex",                 "test due 2027-02-30 2027-03-01 -> open",
        "sneeze"};
    int faults;
    read_text(STR(HEAD), &faults);
    assert_int_equal(faults, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        read_text(str_format(&arena, "%s%s\n", HEAD, bad[i]), &faults);
        if (!faults) fail_msg("read without a fault: %s", bad[i]);
    }
    read_text(STR("rems x 1\n"), &faults);
    assert_int_equal(faults, 9); /* title, source, five of `set`, field, test */
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_passes_its_own_tests),
        cmocka_unit_test(an_empty_session_fills_nothing),
        cmocka_unit_test(an_answer_replaces_nothing_that_is_recorded),
        cmocka_unit_test(answers_have_a_form),
        cmocka_unit_test(day_seven_is_in_time_and_day_eight_is_not),
        cmocka_unit_test(what_was_sent_reads_back_as_it_was),
        cmocka_unit_test(what_cannot_be_read_is_refused),
    };
    arena_open(&arena, 64 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
