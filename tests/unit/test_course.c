/* protocol, course: rows to dated steps, stones on both sides of their day, the window to
 * the minute, and doses that move with what belongs to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/embed.h"
#include "core/course.h"

static struct arena arena;

static struct protocol read_file(const char *path, struct faults *faults) {
    const struct embedded *e = embed_find(str_from(path));
    assert_non_null(e);
    return protocol_read(&arena, e->path, e->bytes, faults);
}

static int32_t day(const char *text) {
    int32_t d;
    assert_true(date_parse(str_from(text), &d));
    return d;
}

static void every_protocol_holds_its_own_tests(void **state) {
    (void)state;
    static const char *const known[] = {"kap-6in6", "iv-2week", "iv-3week",   "spravato", "sl-home",
                                        "retreat",  "im-kap",   "aud-dakwar", "aud-kare", "booster"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct faults faults = {.arena = &arena};
        char path[64];
        snprintf(path, sizeof path, "content/protocols/%s.txt", known[i]);
        struct protocol p = read_file(path, &faults);
        for (int f = 0; f < faults.n; f++)
            print_message("%.*s: %.*s\n", STR_ARG(faults.v[f].field),
                          STR_ARG(faults.v[f].message));
        assert_int_equal(faults.n, 0);
        assert_true(str_is(p.id, known[i]));
    }
}

/* CLINICAL 7.1, its days one by one. */
static void the_standard_course_is_as_the_guide_has_it(void **state) {
    (void)state;
    static const struct {
        int day, from, to;
        enum step_type type;
    } expected[] = {
        {-21, -21, -14, STEP_SCREEN}, {-10, -12, -8, STEP_PREP},     {-4, -6, -2, STEP_PREP},
        {0, -2, 2, STEP_DOSE},        {1, 1, 2, STEP_INTEGRATION},   {1, 1, 2, STEP_MEASURE},
        {7, 5, 9, STEP_DOSE},         {8, 8, 9, STEP_INTEGRATION},   {14, 12, 16, STEP_DOSE},
        {15, 15, 16, STEP_INTEGRATION}, {15, 15, 16, STEP_MEASURE},  {21, 19, 21, STEP_REVIEW},
        {21, 19, 23, STEP_DOSE},      {22, 22, 23, STEP_INTEGRATION}, {28, 26, 30, STEP_DOSE},
        {29, 29, 30, STEP_INTEGRATION}, {35, 33, 37, STEP_DOSE},     {36, 36, 37, STEP_INTEGRATION},
        {36, 36, 37, STEP_MEASURE},   {42, 40, 47, STEP_REVIEW},     {63, 56, 70, STEP_FOLLOWUP},
        {126, 119, 133, STEP_FOLLOWUP}, {217, 210, 224, STEP_FOLLOWUP},
    };
    struct faults faults = {.arena = &arena};
    struct protocol p = read_file("content/protocols/kap-6in6.txt", &faults);
    assert_int_equal(p.n, sizeof expected / sizeof *expected);
    for (int i = 0; i < p.n; i++) {
        assert_int_equal(p.steps[i].day, expected[i].day);
        assert_int_equal(p.steps[i].from, expected[i].from);
        assert_int_equal(p.steps[i].to, expected[i].to);
        assert_int_equal(p.steps[i].type, expected[i].type);
    }
    assert_true(str_is(p.steps[6].title, "Dosing 2"));
    assert_int_equal(p.window_open_h, 24);
    assert_int_equal(p.window_close_h, 48);
    assert_true(str_is(protocol_planned(&p, STR("sl"))->order, "100mg"));
    assert_null(protocol_planned(&p, STR("iv")));
    assert_true(protocol_has_route(&p, STR("im")) && !protocol_has_route(&p, STR("i")));
}

#define HEAD "protocol x 1\ntitle X\nsource DESIGN\nroutes iv\nintegration 24 48 h | GUIDE\n"
#define DOSE "step dose | 0 7 | -1 +1 | 60 | monitor | Dose {n} | phq9 | DESIGN\n"
#define WORK "step integration | 1 8 | 0 +1 | 60 | therapist | Work {n} | | DESIGN\n"
#define TEST "test start 2026-03-02 -> dose 2 on 2026-03-09\n"

static void a_bad_protocol_is_refused_by_name(void **state) {
    (void)state;
    static const struct {
        const char *text, *place, *says;
    } bad[] = {
        {HEAD DOSE WORK, "f.txt:7", "no line 'test'"},
        {HEAD DOSE TEST, "f.txt:7", "no integration inside 48 hours"},
        {HEAD WORK TEST, "f.txt:7", "no step is a dose"},
        {HEAD DOSE WORK "test start 2026-03-02 -> dose 2 on 2026-03-10\n", "f.txt:8",
         "the test says 2026-03-10, the rows give 2026-03-09"},
        {HEAD DOSE WORK "test start 2026-03-02 -> dose 3 on 2026-03-10\n", "f.txt:8",
         "there is no dose 3"},
        {HEAD DOSE WORK "test start 2026-03-02 -> 5 steps\n", "f.txt:8", "the rows give 4"},
        {HEAD DOSE WORK "test start 2026-02-30 -> 4 steps\n", "f.txt:8", "test start DATE"},
        {HEAD DOSE WORK TEST "tset x\n", "f.txt:9", "no line 'tset'"},
        {HEAD "step dance | 0 | 0 0 | 60 | monitor | D | | DESIGN\n", "f.txt:6", "screen, prep, dose"},
        {HEAD "step dose | 0 | +1 +2 | 60 | monitor | D | | DESIGN\n", "f.txt:6", "from -1100 to 0, not `+1`"},
        {HEAD "step dose | 0 | 0 0 | 4 | monitor | D | | DESIGN\n", "f.txt:6", "5 to 720"},
        {HEAD "step dose | 7 0 | 0 0 | 60 | monitor | D | | DESIGN\n", "f.txt:6", "after the one"},
        {HEAD "step dose | 0 | 0 0 | 60 | monitor | D | DESIGN\n", "f.txt:6", "step TYPE"},
        {HEAD "step dose | 0 9999 | 0 0 | 60 | monitor | D | | DESIGN\n", "f.txt:6", "9999"},
        {"protocol X 1\n", "f.txt:1", "lower-case"},
        {"protocol x\n", "f.txt:1", "VERSION"},
        {HEAD "planned sl | 100mg | GUIDE\n" DOSE WORK TEST, "f.txt:9", "no route here"},
        {"protocol x 1\nintegration 48 24 h | GUIDE\n", "f.txt:2", "integration FROM TO"},
        {"", "f.txt:0", "no line 'protocol"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults faults = {.arena = &arena};
        (void)protocol_read(&arena, STR("f.txt"), str_from(bad[i].text), &faults);
        bool found = false;
        for (int f = 0; f < faults.n; f++)
            found |= str_is(faults.v[f].field, bad[i].place) &&
                     str_find(faults.v[f].message, str_from(bad[i].says)) >= 0;
        if (!found)
            for (int f = 0; f < faults.n; f++)
                print_message("%zu: %.*s %.*s\n", i, STR_ARG(faults.v[f].field),
                              STR_ARG(faults.v[f].message));
        assert_true(found);
    }
    struct faults faults = {.arena = &arena};
    struct protocol good = protocol_read(&arena, STR("f.txt"), STR(HEAD DOSE WORK TEST), &faults);
    assert_int_equal(faults.n, 0);
    assert_int_equal(good.n, 4);
}

static void a_stone_knows_its_day(void **state) {
    (void)state;
    struct course_step s = {STEP_DOSE, STEP_PLANNED, 100, 98, 102, COURSE_NO_TIME, COURSE_NO_TIME};
    static const struct {
        enum step_state step;
        int32_t today;
        enum stone_state stone;
        int days;
    } cases[] = {
        {STEP_PLANNED, 90, STONE_AHEAD, 10},  {STEP_PLANNED, 99, STONE_AHEAD, 1},
        {STEP_PLANNED, 100, STONE_TODAY, 2},  {STEP_PLANNED, 102, STONE_TODAY, 0},
        {STEP_PLANNED, 103, STONE_LATE, 1},   {STEP_PLANNED, 110, STONE_LATE, 8},
        {STEP_DONE, 110, STONE_DONE, 0},      {STEP_MISSED, 90, STONE_MISSED, 0},
        {STEP_CANCELLED, 100, STONE_CANCELLED, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        s.state = cases[i].step;
        struct stone stone = course_stone(&s, cases[i].today);
        assert_int_equal(stone.state, cases[i].stone);
        assert_int_equal(stone.days, cases[i].days);
    }
    for (int i = 0; i < STEP_STATES; i++) {
        enum step_state back;
        assert_true(course_state_parse(str_from(course_state_name((enum step_state)i)), &back));
        assert_int_equal(back, i);
    }
}

static void the_window_counts_from_the_dose(void **state) {
    (void)state;
    const int64_t hour = 3600000, dose = 1000 * hour;
    const struct course_window_hours h = {24, 48};
    struct course_step s = {.type = STEP_INTEGRATION, .opens_ms = COURSE_NO_TIME,
                            .closes_ms = COURSE_NO_TIME};
    assert_int_equal(course_window(&s, h, dose).state, WINDOW_NONE);
    course_window_set(&s, h, dose);
    static const struct {
        int64_t after_ms;
        enum window_state state;
        int left, closed;
    } cases[] = {
        {0, WINDOW_OPEN, 48, 0},
        {24 * 3600000 - 1, WINDOW_OPEN, 25, 0},
        {24 * 3600000, WINDOW_CLOSING, 24, 0},
        {48 * 3600000 - 1, WINDOW_CLOSING, 1, 0},
        {48 * 3600000, WINDOW_CLOSED, 0, 0},
        {50 * 3600000, WINDOW_CLOSED, 0, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct course_window w = course_window(&s, h, dose + cases[i].after_ms);
        assert_int_equal(w.state, cases[i].state);
        assert_int_equal(w.hours_left, cases[i].left);
        assert_int_equal(w.hours_closed, cases[i].closed);
        assert_int_equal(w.closes_ms, dose + 48 * hour);
    }
}

static int find(const struct protocol *p, enum step_type type, int nth) {
    for (int i = 0; i < p->n; i++)
        if (p->steps[i].type == type && p->steps[i].nth == nth) return i;
    return -1;
}

static void a_dose_takes_its_integration_along(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    struct protocol p = read_file("content/protocols/kap-6in6.txt", &faults);
    int32_t start = day("2026-03-02");
    struct course_step *s = course_lay(&arena, &p, start);
    int dose3 = find(&p, STEP_DOSE, 3), work3 = find(&p, STEP_INTEGRATION, 3);
    int measure2 = find(&p, STEP_MEASURE, 2), review = find(&p, STEP_REVIEW, 1);
    assert_int_equal(course_window_step(s, p.n, dose3), work3);

    char moved[PROTOCOL_STEPS_MAX] = {0};
    assert_int_equal(course_move(s, p.n, dose3, start + 16, moved, &faults), E_OK);
    assert_int_equal(s[dose3].due, start + 16);
    assert_int_equal(s[work3].due, start + 17);
    assert_int_equal(s[work3].to, start + 18);
    assert_int_equal(s[measure2].due, start + 17);
    assert_int_equal(s[review].due, start + 21);
    int count = 0;
    for (int i = 0; i < p.n; i++) count += moved[i];
    assert_int_equal(count, 3);

    struct {
        int step, to;
        enum err e;
    } cases[] = {
        {dose3, 7, E_INVALID},   {dose3, 8, E_OK},  {dose3, 21, E_INVALID}, {dose3, 20, E_OK},
        {review, 25, E_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults again = {.arena = &arena};
        assert_int_equal(course_move(s, p.n, cases[i].step, start + cases[i].to, NULL, &again),
                         cases[i].e);
        assert_int_equal(again.n, cases[i].e ? 1 : 0);
    }
    s[dose3].state = STEP_DONE;
    struct faults done = {.arena = &arena};
    assert_int_equal(course_move(s, p.n, dose3, start + 19, NULL, &done), E_INVALID);
    assert_true(str_find(done.v[0].message, STR("done")) >= 0);
}

static void the_next_step_is_the_earliest_planned(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    struct protocol p = read_file("content/protocols/kap-6in6.txt", &faults);
    struct course_step *s = course_lay(&arena, &p, day("2026-03-02"));
    assert_int_equal(course_next(s, p.n), 0);
    s[0].state = STEP_DONE;
    s[1].state = STEP_MISSED;
    assert_int_equal(course_next(s, p.n), 2);
    for (int i = 0; i < p.n; i++) s[i].state = STEP_DONE;
    assert_int_equal(course_next(s, p.n), -1);
    assert_int_equal(course_next(s, 0), -1);
}

int main(void) {
    arena_open(&arena, 64 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_protocol_holds_its_own_tests),
        cmocka_unit_test(the_standard_course_is_as_the_guide_has_it),
        cmocka_unit_test(a_bad_protocol_is_refused_by_name),
        cmocka_unit_test(a_stone_knows_its_day),
        cmocka_unit_test(the_window_counts_from_the_dose),
        cmocka_unit_test(a_dose_takes_its_integration_along),
        cmocka_unit_test(the_next_step_is_the_earliest_planned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
