/* Pictures: what is drawn for which numbers, and that nothing typed gets out of its quotes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "web/survival_figure.h"
#include "web/path.h"

static char memory[4 << 20];

static int count(struct str s, const char *part) {
    int n = 0;
    struct str needle = str_from(part);
    for (ptrdiff_t at; (at = str_find(s, needle)) >= 0; n++) s = str_slice(s, at + needle.n, s.n);
    return n;
}

/* Every element is closed, in order, and no number is NAN. */
static void assert_well_formed(struct str s) {
    struct str open[64];
    int depth = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.s[i] != '<') continue;
        ptrdiff_t end = i + str_find(str_slice(s, i, s.n), STR(">"));
        bool closing = s.s[i + 1] == '/', single = s.s[end - 1] == '/';
        struct str rest, name = str_cut(str_slice(s, i + 1 + closing, end), ' ', &rest);
        if (closing)
            assert_true(depth > 0 && str_eq(open[--depth], name));
        else if (!single)
            open[depth++] = name;
    }
    assert_int_equal(depth, 0);
    assert_true(str_find(s, STR("nan")) < 0 && str_find(s, STR("inf")) < 0);
}

static struct svg drawn(struct arena *a, const struct chart_point *v, ptrdiff_t n, int64_t gap_ms) {
    struct chart_series s = {.name = STR("A<&\"b"), .v = v, .n = n, .gap_ms = gap_ms};
    struct chart_limit limit = {50, STR("<limit>"), LIMIT_HOLD};
    struct chart_pane pane = {.name = STR("p<"),
                              .unit = STR("u&"),
                              .series = &s,
                              .series_count = 1,
                              .limits = &limit,
                              .limit_count = 1};
    struct chart_mark mark = {HOUR_MS, 0, STR("IM <60> mg")};
    struct chart c = {.id = STR("x"),
                      .title = STR("t<"),
                      .desc = STR("d<"),
                      .panes = &pane,
                      .pane_count = 1,
                      .marks = &mark,
                      .mark_count = 1,
                      .now_ms = 2 * HOUR_MS};
    return svg_chart(a, &c, CHART_WIDE);
}

static void charts_are_well_formed(void **state) {
    (void)state;
    static const struct chart_point one[] = {{HOUR_MS, 5}}, same[] = {{HOUR_MS, 5}, {HOUR_MS, 5}},
                                    holes[] = {{HOUR_MS, NAN},
                                               {2 * HOUR_MS, 7},
                                               {3 * HOUR_MS, NAN},
                                               {4 * HOUR_MS, -3}},
                                    huge[] = {{HOUR_MS, 1e12}, {40 * DAY_MS, -1e12}};
    static const struct {
        const struct chart_point *v;
        ptrdiff_t n;
    } rows[] = {{NULL, 0}, {one, 1}, {same, 2}, {holes, 4}, {huge, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena_over(memory, sizeof memory);
        struct str s = drawn(&a, rows[i].v, rows[i].n, 0).markup;
        assert_well_formed(s);
        assert_int_equal(count(s, "IM &lt;60&gt; mg"), 2); /* title and label */
        assert_true(str_find(s, STR("<60>")) < 0);
    }
}

static void gaps_stay_gaps(void **state) {
    (void)state;
    static const struct chart_point v[] = {
        {HOUR_MS, 1}, {2 * HOUR_MS, 2}, {5 * HOUR_MS, 3}, {6 * HOUR_MS, NAN}, {7 * HOUR_MS, 4}};
    struct arena a = arena_over(memory, sizeof memory);
    struct str joined = drawn(&a, v, 5, 0).markup, parted = drawn(&a, v, 5, 2 * HOUR_MS).markup;
    ptrdiff_t at = str_find(joined, STR("class=\"c-line\""));
    struct str line =
        str_slice(joined, at, at + str_find(str_slice(joined, at, joined.n), STR("/>")));
    assert_int_equal(count(line, "M"), 2); /* broken at the NAN only */
    at = str_find(parted, STR("class=\"c-line\""));
    line = str_slice(parted, at, at + str_find(str_slice(parted, at, parted.n), STR("/>")));
    assert_int_equal(count(line, "M"), 3); /* and where three hours passed */
    assert_int_equal(count(joined, "class=\"c-dot\""), 4);
}

static void tables_hold_the_same_numbers(void **state) {
    (void)state;
    struct arena a = arena_over(memory, sizeof memory);
    struct vitals_row rows[] = {
        {HOUR_MS, {true, 124}, {true, 80}, {true, 66}, {true, 98}},
        {2 * HOUR_MS, {true, 131}, {true, 84}, {0}, {true, 97}},
    };
    struct chart_mark dose = {90 * MINUTE_MS, 0, STR("IM 60 mg")};
    struct view_figure f = figure_vitals(&a, &(struct vitals_figure){.id = STR("v"),
                                                                     .title = STR("Vitals"),
                                                                     .rows = rows,
                                                                     .row_count = 2,
                                                                     .doses = &dose,
                                                                     .dose_count = 1});
    assert_int_equal(f.heads.n, 6);
    assert_int_equal(f.rows.n, 3); /* two readings and the dose between them */
    assert_true(str_is(f.rows.v[0].cells.v[0], "124"));
    assert_true(str_is(f.rows.v[1].cells.v[4], "IM 60 mg"));
    assert_true(str_is(f.rows.v[1].cells.v[0], "–"));
    assert_true(str_is(f.rows.v[2].cells.v[2], "–")); /* no pulse was taken */
    assert_well_formed(f.wide.markup);
    assert_well_formed(f.narrow.markup);
}

/* Three responders, as in test_outcomes: out of sight on day 14, relapsed on day 50, seen on
 * day 100. The curve is 100, then 50; nobody sees a fall where somebody only left. */
static void a_gain_that_is_lost_is_a_step(void **state) {
    (void)state;
    struct arena a = arena_over(memory, sizeof memory);
    struct survival_subject subjects[] = {{14, false}, {50, true}, {100, false}};
    struct survival held = survival_curve(&a, subjects, 3);
    struct view_figure f = survival_figure(&a, &held);
    struct str svg = f.wide.markup;
    ptrdiff_t ticks = 0;
    for (ptrdiff_t at; (at = str_find(svg, STR("c-left"))) >= 0; ticks++)
        svg = str_slice(svg, at + 1, svg.n);
    assert_int_equal(ticks, 2);
    svg = f.wide.markup;
    assert_true(str_find(svg, STR("n 3</text>")) >= 0 && str_find(svg, STR("8 wk</text>")) >= 0);
    assert_true(str_find(svg, STR("McInnes")) >= 0 && str_find(svg, STR("Guide")) >= 0);
    /* day 50 of 32 weeks: down from the top of the pane to its middle, and not before */
    assert_true(str_find(svg, STR("L184.6 22.0L184.6 132.0")) >= 0);
    assert_well_formed(svg);
    assert_well_formed(f.narrow.markup);
    assert_int_equal(survival_published(&a).n, 2);
}

static void stones_follow_their_state(void **state) {
    (void)state;
    static const struct {
        const char *type, *state;
        int due, window;
        enum stone_state as;
        const char *late;
    } rows[] = {
        {"dose", "done", -9, -9, STONE_DONE, ""},
        {"dose", "planned", 0, 0, STONE_TODAY, ""},
        {"dose", "planned", 1, 3, STONE_AHEAD, ""},
        {"integration", "planned", -1, 1, STONE_TODAY, ""},
        {"prep", "planned", -3, -1, STONE_LATE, "1 day late"},
        {"prep", "planned", -5, -3, STONE_LATE, "3 days late"},
        {"dose", "planned", -5, -9, STONE_LATE,
         "5 days late"}, /* a window that ends before it is due */
        {"dose", "missed", -2, -2, STONE_MISSED, ""},
        {"dose", "cancelled", 4, 4, STONE_CANCELLED, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena_over(memory, sizeof memory);
        struct path_step step = {
            str_from(rows[i].type),  STR("Step"),         STR("/x"),
            str_from(rows[i].state), 20000 + rows[i].due, 20000 + rows[i].window};
        assert_int_equal(path_state(&step, 20000), rows[i].as);
        struct view_path path = path_of(&a, STR("Course"), &step, 1, 20000);
        assert_true(str_is(path.stones.v[0].late, rows[i].late) ||
                    (!*rows[i].late && !path.stones.v[0].late.n));
        assert_well_formed(path.stones.v[0].figure.markup);
        assert_int_equal(path.stones.v[0].here, rows[i].as == STONE_TODAY);
    }
}

static void space_grows_with_time(void **state) {
    (void)state;
    struct arena a = arena_over(memory, sizeof memory);
    static const int due[] = {0, 1, 7, 14, 35, 63, 125, 300};
    struct path_step steps[8];
    for (int i = 0; i < 8; i++)
        steps[i] = (struct path_step){
            .type = STR("followup"), .state = STR("planned"), .due_days = due[i]};
    struct view_path path = path_of(&a, STR("Course"), steps, 8, 0);
    static const int gaps[] = {0, 0, 1, 1, 2, 3, 4, 6};
    for (int i = 0; i < 8; i++) assert_int_equal(path.stones.v[i].gap, gaps[i]);
}

static void long_titles_are_short_under_a_stone(void **state) {
    (void)state;
    struct arena a = arena_over(memory, sizeof memory);
    struct path_step steps[] = {
        {.type = STR("screen"), .word = STR("Screening, evaluation and consent")},
        {.type = STR("dose"), .word = STR("Dose 1")},
        {.type = STR("integration"), .word = STR("Relapse prevention and integration 1")},
        {.type = STR("integration"), .word = STR("Relapse prevention and integration 2")},
        {.type = STR("other"), .word = STR("Something that has no shorter word")},
    };
    static const char *const words[] = {"Screening", "Dose 1", "Integration 1", "Integration 2",
                                        "Something that has no shorter word"};
    struct view_path path = path_of(&a, STR("Course"), steps, 5, 0);
    for (int i = 0; i < 5; i++) assert_true(str_is(path.stones.v[i].word, words[i]));
    assert_true(str_eq(path.stones.v[0].full, steps[0].word));
    assert_int_equal(path.stones.v[1].full.n, 0);
}

static void cairns_grow_from_the_ground(void **state) {
    (void)state;
    static const struct {
        int given, planned, laid, all;
    } rows[] = {{0, 6, 0, 6}, {2, 6, 2, 6}, {6, 6, 6, 6},  {7, 6, 6, 6},
                {1, 1, 3, 3}, {0, 0, 0, 3}, {10, 20, 4, 8}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena_over(memory, sizeof memory);
        struct str s = svg_cairn(&a, rows[i].given, rows[i].planned).markup;
        assert_well_formed(s);
        assert_int_equal(count(s, "s-laid"), rows[i].laid);
        assert_int_equal(count(s, "s-laid") + count(s, "s-unlaid"), rows[i].all);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charts_are_well_formed),
        cmocka_unit_test(gaps_stay_gaps),
        cmocka_unit_test(tables_hold_the_same_numbers),
        cmocka_unit_test(a_gain_that_is_lost_is_a_step),
        cmocka_unit_test(stones_follow_their_state),
        cmocka_unit_test(space_grows_with_time),
        cmocka_unit_test(long_titles_are_short_under_a_stone),
        cmocka_unit_test(cairns_grow_from_the_ground),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
