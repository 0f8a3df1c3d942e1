/* phase, limit, criteria, gate: the table of the way; lines on both sides; the rest-and-repeat
 * rule of blood pressure; unknown is never a pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/embed.h"
#include "core/gate.h"
#include "core/phase.h"

static struct arena arena;
static const struct criteria *gate;

static const struct criteria *read_file(struct str path) {
    struct faults faults = {.arena = &arena};
    const struct embedded *e = embed_find(path);
    assert_non_null(e);
    const struct criteria *c = criteria_read(&arena, e->path, e->bytes, &faults);
    for (int f = 0; f < faults.n; f++)
        print_message("%.*s: %.*s\n", STR_ARG(faults.v[f].field), STR_ARG(faults.v[f].message));
    assert_int_equal(faults.n, 0);
    return c;
}

static void the_way_is_the_table(void **state) {
    (void)state;
    static const struct {
        const char *from;
        enum phase_act act;
        const char *to; /* NULL: refused */
    } cases[] = {
        {"referred", ACT_OPEN_SCREENING, "screening"},
        {"screening", ACT_DECLARE_ELIGIBLE, "eligible"},
        {"screening", ACT_DECLINE, "declined"},
        {"eligible", ACT_START_COURSE, "preparing"},
        {"preparing", ACT_GIVE_DOSE, "dosing"},
        {"dosing", ACT_END_SERIES, "integrating"},
        {"integrating", ACT_END_INTEGRATION, "follow-up"},
        {"follow-up", ACT_BEGIN_MAINTENANCE, "maintenance"},
        {"maintenance", ACT_CLOSE, "closed"},
        {"follow-up", ACT_CLOSE, "closed"},
        {"closed", ACT_REFER_AGAIN, "referred"},
        {"referred", ACT_START_COURSE, NULL},
        {"screening", ACT_START_COURSE, NULL},
        {"declined", ACT_START_COURSE, NULL},
        {"eligible", ACT_GIVE_DOSE, NULL},
        {"closed", ACT_GIVE_DOSE, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum phase from, to = PHASE_REFERRED;
        assert_true(phase_parse(str_from(cases[i].from), &from));
        assert_int_equal(phase_after(from, cases[i].act, &to), cases[i].to ? E_OK : E_BLOCKED);
        if (cases[i].to) assert_string_equal(phase_name(to), cases[i].to);
    }
    /* Every phase but the first is reached, and every one but the last is left. */
    for (int p = 0; p < PHASE_COUNT; p++) {
        bool reached = p == PHASE_REFERRED, left = false;
        const struct phase_move *m;
        for (int i = 0; (m = phase_move_at(i)); i++) {
            reached |= m->to == (enum phase)p;
            left |= m->from == (enum phase)p;
        }
        assert_true(reached && left);
    }
    enum phase p;
    assert_false(phase_parse(STR("followup"), &p) || phase_parse(STR_ABSENT, &p));
}

static void a_limit_has_two_sides(void **state) {
    (void)state;
    static const char *const levels[] = {"low", "high"};
    static const struct {
        const char *text, *value, *base;
        enum limit_side side;
        const char *words;
    } cases[] = {
        {"low < 45", "45", "", LIMIT_INSIDE, NULL},
        {"low < 45", "44.9", "", LIMIT_PASSED, "below 45"},
        {"low <= 45", "45", "", LIMIT_PASSED, "45 or less"},
        {"high > 1.5", "1.5", "", LIMIT_INSIDE, NULL},
        {"high > 1.5", "1.51", "", LIMIT_PASSED, "more than 1.5"},
        {"high >= 160/100", "159/99", "", LIMIT_INSIDE, NULL},
        {"high >= 160/100", "160/60", "", LIMIT_PASSED, "systolic 160 or more"},
        {"high >= 160/100", "120/100", "", LIMIT_PASSED, "diastolic 100 or more"},
        {"high >= 160/100", "120", "", LIMIT_UNKNOWN, NULL},
        {"low < 90/-", "90/10", "", LIMIT_INSIDE, NULL},
        {"low < 90/-", "89/10", "", LIMIT_PASSED, "systolic below 90"},
        {"high rise >= 40/25", "160/70", "121/70", LIMIT_INSIDE, NULL},
        {"high rise >= 40/25", "160/70", "120/70", LIMIT_PASSED,
         "systolic a rise of 40 or more from baseline"},
        {"high rise >= 40/25", "160/70", "", LIMIT_UNKNOWN, NULL},
        {"low rise < -2", "96", "98", LIMIT_INSIDE, NULL},
        {"low rise < -2", "95", "98", LIMIT_PASSED, "a fall of more than 2 from baseline"},
        {"high change > 20", "156", "130", LIMIT_INSIDE, NULL},
        {"high change > 20", "104", "130", LIMIT_INSIDE, NULL},
        {"high change > 20", "157", "130", LIMIT_PASSED, "a change of more than 20% from baseline"},
        {"high change > 20", "103", "130", LIMIT_PASSED, "a change of more than 20% from baseline"},
        {"high change > 20", "103", "", LIMIT_UNKNOWN, NULL},
        {"high change > 20", "103", "0", LIMIT_UNKNOWN, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct limits l;
        struct measured v, base = {0};
        const char *why;
        int part = 0;
        assert_true(limit_read(str_from(cases[i].text), levels, 2, &l, &why));
        assert_true(limit_measured_read(str_from(cases[i].value), &v));
        (void)limit_measured_read(str_from(cases[i].base), &base);
        assert_int_equal(limit_side(&l.v[0], v, base, &part), cases[i].side);
        if (!cases[i].words) continue;
        struct buf b = buf_new(&arena, 32);
        limit_words(&b, &l.v[0], part);
        if (!str_is(buf_str(&b), cases[i].words))
            print_message("%.*s\n", STR_ARG(buf_str(&b)));
        assert_true(str_is(buf_str(&b), cases[i].words));
    }
    static const char *const bad[] = {"", "low", "mid < 3", "low ! 3", "low < x", "low < 3 held 0 min",
                                      "low < 3 held 5", "low < 3 S1", "low < 3,", "low < 3/x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct limits l;
        const char *why;
        assert_false(limit_read(str_from(bad[i]), levels, 2, &l, &why));
        assert_non_null(why);
    }
    struct limits l;
    const char *why;
    assert_true(limit_read(STR("low > 120 held 5 min [S73], high > 150"), levels, 2, &l, &why));
    assert_int_equal(l.v[0].held_min, 5);
    assert_true(str_is(l.v[0].source, "S73") && !l.v[1].source.s && l.n == 2);
}

#define HEAD "criteria x 1\ntitle X\nsource DESIGN\nnumber hr | * | Heart rate | a minute | hold > 110 | DESIGN\n"

static void bad_criteria_are_refused_by_name(void **state) {
    (void)state;
    static const struct {
        const char *text, *place, *says;
    } bad[] = {
        {HEAD, "f:4", "no line 'test'"},
        {HEAD "test sl hr=111 -> hr pass\n", "f:5", "the rows give hold"},
        {HEAD "test sl hr=x -> hr pass\n", "f:5", "test ROUTE"},
        {HEAD "test sl rr=1 -> rr pass\n", "f:5", "test ROUTE"},
        {HEAD "number rr | * | Breaths | | hold ~ 3 | DESIGN\n", "f:5", "limits"},
        {HEAD "number rr | * | Breaths | | hold > 3\n", "f:5", "number ITEM"},
        {HEAD "choice x | * | X | yes pass | DESIGN\n", "f:5", "CHOICES is two to 8"},
        {HEAD "choice x | * | X | yes pass, no perhaps | DESIGN\n", "f:5", "CHOICES is two to 8"},
        {HEAD "say rr hold | Stop.\ntest sl hr=1 -> hr pass\n", "f:6", "no row asks"},
        {HEAD "say hr never | Stop.\n", "f:5", "say ITEM"},
        {HEAD "set rest ten min | DESIGN\n", "f:5", "set NAME"},
        {HEAD "note x | y\n", "f:5", "note NAME"},
        {HEAD "nmber x\n", "f:5", "no line 'nmber'"},
        {"title X\n", "f:1", "criteria ID"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults faults = {.arena = &arena};
        (void)criteria_read(&arena, STR("f"), str_from(bad[i].text), &faults);
        bool found = false;
        for (int f = 0; f < faults.n; f++)
            found |= str_is(faults.v[f].field, bad[i].place) &&
                     str_find(faults.v[f].message, str_from(bad[i].says)) >= 0;
        if (!found) print_message("case %zu, %d faults\n", i, faults.n);
        assert_true(found);
    }
}

static const char sound[] =
    "hr=72 spo2=98 rr=14 temp=36.7 solids=6 fluids=3 escort=yes consent=yes "
    "pregnancy=not-possible risk=none intoxicated=no illness=none medicine=none phq9_age=1 risk_alert=none "
    "allergy=none room_ready=ready";

static struct criteria_values values_of(const char *text, const char *route) {
    struct faults faults = {.arena = &arena};
    struct criteria_values v =
        criteria_values_read(&arena, gate, str_from(route), str_from(text), &faults);
    assert_int_equal(faults.n, 0);
    return v;
}

static struct gate_bp bp(int systolic, int diastolic, int minute) {
    return (struct gate_bp){systolic, diastolic, minute * INT64_C(60000),
                            str_format(&arena, "10:%02d", minute)};
}

static void pressure_is_rested_and_repeated(void **state) {
    (void)state;
    const struct {
        struct gate_bp v[4];
        int n;
        enum ruling_outcome outcome, overall;
        bool repeat;
        int from_min; /* of the repetition that is wanted */
    } cases[] = {
        {{{0}}, 0, RULING_MISSING, RULING_HOLD, false},
        {{bp(139, 89, 0)}, 1, RULING_PASS, RULING_PASS, false},
        {{bp(140, 89, 0)}, 1, RULING_CAUTION, RULING_HOLD, true, 10},
        {{bp(140, 89, 0), bp(138, 88, 10)}, 2, RULING_PASS, RULING_PASS, false},
        {{bp(140, 89, 0), bp(142, 88, 10)}, 2, RULING_CAUTION, RULING_CAUTION, false},
        {{bp(140, 89, 0), bp(142, 88, 9)}, 2, RULING_CAUTION, RULING_HOLD, true, 10},
        {{bp(172, 98, 0)}, 1, RULING_HOLD, RULING_HOLD, true, 10},
        {{bp(172, 98, 0), bp(165, 95, 10)}, 2, RULING_HOLD, RULING_HOLD, true, 20},
        {{bp(172, 98, 0), bp(165, 95, 10), bp(161, 95, 20)}, 3, RULING_HOLD, RULING_HOLD, false},
        {{bp(172, 98, 0), bp(150, 95, 10)}, 2, RULING_CAUTION, RULING_CAUTION, false},
        {{bp(172, 98, 0), bp(165, 95, 10), bp(130, 85, 20)}, 3, RULING_PASS, RULING_PASS, false},
        {{bp(89, 50, 0)}, 1, RULING_HOLD, RULING_HOLD, true, 10},
        /* a repetition repeats what was past the line, not what was before it */
        {{bp(120, 80, 0), bp(142, 88, 20)}, 2, RULING_CAUTION, RULING_HOLD, true, 30},
        {{bp(142, 88, 0), bp(130, 80, 10), bp(144, 88, 20)}, 3, RULING_CAUTION, RULING_HOLD, true,
         30},
        /* a monitor that measures every five minutes repeats too */
        {{bp(142, 88, 0), bp(144, 89, 5), bp(143, 88, 10)}, 3, RULING_CAUTION, RULING_CAUTION,
         false, 0},
        {{bp(172, 98, 0), bp(171, 98, 5), bp(170, 98, 15), bp(169, 98, 20)}, 4, RULING_HOLD,
         RULING_HOLD, true, 25},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gate_answer g;
        gate_judge(&arena, gate, STR("sl"), values_of(sound, "sl"), cases[i].v, cases[i].n, &g);
        assert_int_equal(ruling_of(&g.rulings, "bp")->outcome, cases[i].outcome);
        assert_int_equal(g.overall, cases[i].overall);
        assert_int_equal(g.repeat_bp, cases[i].repeat);
        if (g.repeat_bp)
            assert_int_equal(g.repeat_bp_from_ms, cases[i].from_min * INT64_C(60000));
    }
    struct gate_bp first = bp(172, 98, 40);
    struct gate_answer g;
    gate_judge(&arena, gate, STR("sl"), values_of(sound, "sl"), &first, 1, &g);
    assert_true(str_is(ruling_of(&g.rulings, "bp")->text,
                       "Blood pressure 172/98 mmHg at 10:40. Hold: systolic 160 or more (clinic "
                       "rule, design default). Rest 10 minutes and repeat."));
    struct gate_bp calm = bp(128, 82, 5);
    gate_judge(&arena, gate, STR("sl"), values_of(sound, "sl"), &calm, 1, &g);
    assert_true(str_is(ruling_of(&g.rulings, "bp")->text, "Blood pressure 128/82 mmHg at 10:05."));
}

/* Leaving out any one answer holds the gate: unknown is never a pass. */
static void each_answer_is_needed(void **state) {
    (void)state;
    struct gate_bp calm = bp(128, 82, 5);
    struct criteria_values all = values_of(sound, "sl");
    for (ptrdiff_t out = 0; out < all.n; out++) {
        struct criteria_value kept[32];
        ptrdiff_t n = 0;
        for (ptrdiff_t i = 0; i < all.n; i++)
            if (i != out) kept[n++] = all.v[i];
        struct gate_answer g;
        gate_judge(&arena, gate, STR("sl"), (struct criteria_values){kept, n}, &calm, 1, &g);
        assert_int_equal(g.overall, RULING_HOLD);
        const struct ruling *r = ruling_of(&g.rulings, str_z(&arena, all.v[out].item));
        assert_int_equal(r->outcome, RULING_MISSING);
        assert_true(str_find(r->text, STR("is not known")) > 0 && !r->saw.s);
    }
    struct gate_answer g;
    gate_judge(&arena, gate, STR("esk"), values_of("solids=2 fluids=0.5", "esk"), &calm, 1, &g);
    assert_int_equal(ruling_of(&g.rulings, "solids")->outcome, RULING_PASS);
    assert_int_equal(ruling_of(&g.rulings, "fluids")->outcome, RULING_PASS);
    gate_judge(&arena, gate, STR("im"), values_of("solids=2 fluids=0.5", "im"), &calm, 1, &g);
    assert_int_equal(ruling_of(&g.rulings, "solids")->outcome, RULING_HOLD);
}

static void answers_that_do_not_fit_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"hr=fast", "escort=maybe", "nothing=1", "hr", "hr="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults faults = {.arena = &arena};
        struct criteria_values v =
            criteria_values_read(&arena, gate, STR("sl"), str_from(bad[i]), &faults);
        assert_int_equal(faults.n, 1);
        assert_int_equal(v.n, 0);
    }
}

static void the_document_says_it_all(void **state) {
    (void)state;
    struct rulings r = {.arena = &arena};
    assert_int_equal(ruling_overall(&r), RULING_HOLD);
    ruling_add(&r, (struct ruling){.item = STR("hr"), .outcome = RULING_CAUTION, .saw = STR("49"),
                                   .limit = STR("below 50"), .source = STR("DESIGN"),
                                   .text = STR("Heart \"49\".")});
    struct buf b = buf_new(&arena, 256);
    ruling_json(&b, &r);
    assert_true(str_is(buf_str(&b),
                       "{\"overall\":\"caution\",\"rulings\":[{\"item\":\"hr\",\"outcome\":"
                       "\"caution\",\"saw\":\"49\",\"limit\":\"below 50\",\"source\":\"DESIGN\","
                       "\"text\":\"Heart \\\"49\\\".\"}]}"));
}

static void the_gate_holds_its_own_tests(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    gate_check(gate, STR("gate.txt"), &faults);
    assert_int_equal(faults.n, 0);
    int rows = 0;
    while (criteria_row_at(gate, STR("esk"), rows)) rows++;
    assert_true(rows >= 24); /* a question may come, none may go */
    assert_int_equal(gate_fresh_ms(gate), 2 * 3600000);
}

int main(void) {
    arena_open(&arena, 64 << 20);
    gate = read_file(STR("content/monitoring/gate.txt"));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_way_is_the_table),
        cmocka_unit_test(a_limit_has_two_sides),
        cmocka_unit_test(bad_criteria_are_refused_by_name),
        cmocka_unit_test(the_gate_holds_its_own_tests),
        cmocka_unit_test(pressure_is_rested_and_repeated),
        cmocka_unit_test(each_answer_is_needed),
        cmocka_unit_test(answers_that_do_not_fit_are_refused),
        cmocka_unit_test(the_document_says_it_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
