/* The forecast as pages show it: what is drawn of what was given, and what is said instead. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "web/forecast_view.h"

static struct arena arena;
static struct content content;

static int boot(void **state) {
    (void)state;
    arena_open(&arena, (ptrdiff_t)512 << 20);
    return content_boot(&arena, NULL, &content) == E_OK ? 0 : -1;
}

static bool has(struct str s, const char *part) { return str_find(s, str_from(part)) >= 0; }

static struct forecast_case case_of(const struct forecast_dose *d, ptrdiff_t n) {
    return (struct forecast_case){.content = &content,
                                  .weight_kg = {true, 70},
                                  .age_years = 40,
                                  .doses = d,
                                  .dose_count = n};
}

/* The numbers of docs/pharmacokinetics.md, by way of a page: IV 35 mg over 40 min. */
static void the_engine_is_asked_for_what_was_given(void **state) {
    (void)state;
    struct arena a = arena;
    struct forecast_dose iv = {STR("iv"), STR_ABSENT, 35000, HOUR_MS, {true, 40}};
    struct forecast_case c = case_of(&iv, 1);
    struct pk_forecast f;
    struct str why;
    assert_true(forecast_make(&a, &c, &f, &why));
    assert_int_equal(f.grid.step_min, 4);
    assert_float_equal(f.typical[PK_VENOUS * f.grid.count + 10], 193.045, 0.001);
    assert_float_equal(f.typical[PK_VENOUS * f.grid.count + 30], 60.65, 0.001);
    assert_int_equal(f.population.n, FORECAST_PEOPLE);
    assert_false(f.weight_assumed);
}

static void doses_become_the_regimen_that_they_were(void **state) {
    (void)state;
    static const struct {
        struct forecast_dose d[2];
        int n, pieces;
        enum pk_entity entity;
        enum pk_rest rest;
        double last_at_min, last_scale;
    } rows[] = {
        {{{STR("im"), STR_ABSENT, 35000, 0, {0}}, {STR("im"), STR_ABSENT, 10000, 900000, {0}}},
         2, 2, PK_RACEMATE, PK_SWALLOWED, 15, 1},
        {{{STR("sl-home"), STR("Swallowed"), 100000, 0, {true, 15}}}, 1, 1, PK_RACEMATE,
         PK_SWALLOWED, 0, 1},
        {{{STR("sl"), STR("spat out"), 100000, 0, {true, 15}}}, 1, 1, PK_RACEMATE, PK_SPAT, 0, 1},
        {{{STR("esk"), STR_ABSENT, 84000, 0, {0}}}, 1, 3, PK_ESKETAMINE, PK_SWALLOWED, 10, 0.62},
        {{{STR("esk"), STR_ABSENT, 28000, 0, {0}}, {STR("esk"), STR_ABSENT, 28000, 300000, {0}}},
         2, 2, PK_ESKETAMINE, PK_SWALLOWED, 5, 0.62},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena;
        struct forecast_case c = case_of(rows[i].d, rows[i].n);
        struct pk_forecast f;
        struct str why;
        assert_true(forecast_make(&a, &c, &f, &why));
        const struct pk_regimen *r = f.c.regimen;
        const struct pk_dose *last = &r->doses[r->count - 1];
        assert_int_equal(r->count, rows[i].pieces);
        assert_int_equal(r->entity, rows[i].entity);
        assert_int_equal(last->rest, rows[i].rest);
        assert_float_equal(last->at_min, rows[i].last_at_min, 1e-9);
        assert_float_equal(last->f_scale, rows[i].last_scale, 1e-9);
    }
}

/* The planner's particulars: by which weight, by which model. */
static void who_and_which_model_reach_the_engine(void **state) {
    (void)state;
    struct arena a = arena;
    struct forecast_dose iv = {STR("iv"), STR_ABSENT, 35000, 0, {true, 40}};
    struct forecast_case c = case_of(&iv, 1);
    struct pk_subject who = {.height_cm = 170, .sex = PK_FEMALE, .weight_kind = PK_WEIGHT_IDEAL};
    struct pk_forecast f;
    struct str why;
    c.weight_kg.v = 120;
    c.who = &who;
    assert_true(forecast_make(&a, &c, &f, &why));
    assert_float_equal(f.c.subject->weight_kg, 120, 0);
    assert_float_equal(pk_subject_weight(f.c.model, f.c.subject), 61.4, 0.1);
    struct str said = forecast_plan(&a, &c).lines.v[2];
    assert_true(has(said, "120 kg, scaled by the ideal weight, 61.4 kg"));
    who.height_cm = 0;
    assert_false(forecast_make(&a, &c, &f, &why));
    assert_true(has(why, "need the height"));
    c.who = NULL;
    c.weight_kg.v = 70;
    c.model = STR("perez-ruixo"); /* the golden point of its file */
    assert_true(forecast_make(&a, &c, &f, &why));
    assert_float_equal(f.typical[PK_VENOUS * f.grid.count + 10], 124.843, 0.001);
    assert_true(has(forecast_plan(&a, &c).lines.v[2], "of esketamine, and so is the dose"));
    iv.route = STR("im");
    assert_false(forecast_make(&a, &c, &f, &why));
    assert_true(has(why, "no forecast: the model perez-ruixo has no intramuscular route."));
    c.model = STR("nothing");
    assert_false(forecast_make(&a, &c, &f, &why));
}

static void where_there_is_no_forecast_it_says_why(void **state) {
    (void)state;
    static const struct {
        struct forecast_dose d;
        double weight_kg;
        int age;
        const char *why;
    } rows[] = {
        {{STR("sc"), STR_ABSENT, 35000, 0, {0}}, 70, 40, "no model with a source"},
        {{STR("im"), STR_ABSENT, 6000000, 0, {0}}, 70, 40, "5000 mg"},
        {{STR("esk"), STR_ABSENT, 30000, 0, {0}}, 70, 40, "no number of devices"},
        {{STR("im"), STR_ABSENT, 35000, 0, {0}}, 70, 17, "adults"},
        {{STR("im"), STR_ABSENT, 35000, 0, {0}}, 24, 40, "24"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena;
        struct forecast_session in = {.c = case_of(&rows[i].d, 1)};
        in.c.weight_kg.v = rows[i].weight_kg;
        in.c.age_years = rows[i].age;
        struct view_forecast v = forecast_session(&a, &in);
        assert_null(v.figure);
        assert_true(has(v.why_not, rows[i].why));
    }
}

static void a_session_has_the_band_the_line_the_phases_and_the_signs(void **state) {
    (void)state;
    struct arena a = arena;
    const int64_t zero = 1000 * DAY_MS;
    struct forecast_dose doses[] = {{STR("im"), STR_ABSENT, 35000, zero, {0}},
                                    {STR("im"), STR_ABSENT, 10000, zero + 15 * MINUTE_MS, {0}}};
    struct vitals_row rows[] = {
        {zero - 20 * MINUTE_MS, {true, 122}, {true, 80}, {true, 66}, {true, 98}},
        {zero + 17 * MINUTE_MS, {true, 144}, {true, 88}, {0}, {true, 97}}};
    struct chart_mark onset = {zero + 6 * MINUTE_MS, 0, STR("onset")};
    struct forecast_session in = {case_of(doses, 2), rows, 2, &onset, 1, zero + 20 * MINUTE_MS};
    struct view_forecast v = forecast_session(&a, &in);
    assert_non_null(v.figure);
    struct str svg = v.figure->wide.markup;
    assert_true(has(svg, "c-area inner") && has(svg, "c-spell-name") && has(svg, "c-now"));
    assert_true(has(svg, "IM 35 mg") && has(svg, "c-seen-name") && has(svg, "Systolic"));
    assert_true(has(svg, "50 ng/mL, Bowdle 1998"));
    assert_int_equal(v.figure->heads.n, 10);
    assert_true(str_is(v.figure->rows.v[0].cells.v[0], "–")); /* before the dose */
    assert_true(str_is(v.figure->rows.v[0].cells.v[5], "122"));
    assert_true(str_is(v.figure->rows.v[1].cells.v[4], "IM 35 mg"));
    assert_true(str_is(v.figure->rows.v[1].cells.v[0], "0"));
    assert_true(has(v.model, "kap1") && has(v.model, "venous") && has(v.model, "guessed"));
    assert_true(v.sources.n > 3);
    assert_true(has(v.advice, "opens no discharge gate"));
    assert_int_equal(v.banners.n, 0);
}

/* One page of a session in which this was seen. */
static struct view_forecast seen_session(struct arena *a, const struct forecast_seen *seen, int n) {
    static struct forecast_dose dose;
    dose = (struct forecast_dose){STR("im"), STR_ABSENT, 35000, 1000 * DAY_MS, {0}};
    struct forecast_session in = {
        .c = case_of(&dose, 1), .observed = seen, .observed_count = n};
    return forecast_session(a, &in);
}

static void what_was_seen_draws_this_patient_beside_the_typical(void **state) {
    (void)state;
    const int64_t zero = 1000 * DAY_MS;
    static const struct {
        const char *what;
        struct forecast_seen seen[2];
        int n, lines, heads;   /* lines of words; columns */
        const char *says, *frees, *never;
    } rows[] = {
        {"nothing", {{0}}, 0, 3, 6, "Typical", NULL, "Fitted"},
        {"an onset", {{PK_SEEN_EFFECT, zero + 6 * MINUTE_MS, 0, STR("onset")}}, 1, 4, 7,
         "fitted to onset at", "level of half effect", "share taken up"},
        {"onset and fading", {{PK_SEEN_EFFECT, zero + 6 * MINUTE_MS, 0, STR("onset")},
         {PK_SEEN_EFFECT, zero + 90 * MINUTE_MS, 0, STR("offset")}}, 2, 4, 7,
         "offset at", "speed at which the effect follows", "share taken up"},
        {"a level", {{PK_SEEN_VENOUS, zero + 30 * MINUTE_MS, 190, STR_ABSENT}}, 1, 4, 9,
         "venous ketamine 190 ng/mL", "share taken up from the muscle", "level of half effect"},
        {"an arterial level", {{PK_SEEN_ARTERIAL, zero + 10 * MINUTE_MS, 190, STR_ABSENT}}, 1, 4, 9,
         "arterial ketamine 190 ng/mL", "share taken up from the muscle", "level of half effect"},
        {"a level in mg/L", {{PK_SEEN_VENOUS, zero + 30 * MINUTE_MS, 0.155, STR_ABSENT}}, 1, 5, 9,
         "Look again at the level of 0.155 ng/mL at", "share taken up", "level of half effect"},
        {"a level in nmol/L", {{PK_SEEN_VENOUS, zero + 30 * MINUTE_MS, 650, STR_ABSENT}}, 1, 5, 9,
         "Look again at the level of 650 ng/mL at", "share taken up", "level of half effect"},
        {"a high level", {{PK_SEEN_VENOUS, zero + 30 * MINUTE_MS, 290, STR_ABSENT}}, 1, 4, 9,
         "venous ketamine 290 ng/mL", "share taken up", "Look again"},
        {"an onset before the dose", {{PK_SEEN_EFFECT, zero - MINUTE_MS, 0, STR("onset")}}, 1, 3, 6,
         "Typical", NULL, "Fitted"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena;
        struct view_forecast v = seen_session(&a, rows[i].seen, rows[i].n);
        struct buf words = buf_new(&a, 2000);
        assert_non_null(v.figure);
        for (ptrdiff_t k = 0; k < v.lines.n; k++) buf_put(&words, v.lines.v[k]);
        if (rows[i].frees) buf_put(&words, v.sources.v[0]); /* below, with how it is computed */
        buf_put(&words, v.figure->wide.markup);
        assert_int_equal(v.lines.n, rows[i].lines);
        assert_int_equal(v.figure->heads.n, rows[i].heads);
        assert_true(has(buf_str(&words), rows[i].says));
        if (rows[i].frees) assert_true(has(buf_str(&words), rows[i].frees));
        assert_false(has(buf_str(&words), rows[i].never));
        assert_true(has(v.figure->wide.markup, "Typical")); /* the prior never leaves */
        assert_true(has(v.advice, "opens no discharge gate"));
    }
}

/* A level above the typical line draws the fitted line between the two; nothing is moved by
 * what is typical. */
static void the_fitted_line_goes_to_the_level_part_of_the_way(void **state) {
    (void)state;
    const double typical = 155.0; /* IM 35 mg, 70 kg, at half an hour */
    struct arena a = arena;
    struct forecast_seen high = {PK_SEEN_VENOUS, 1000 * DAY_MS + 30 * MINUTE_MS, 260, STR_ABSENT};
    struct view_forecast v = seen_session(&a, &high, 1);
    int64_t at_dose, fitted, line;
    const struct view_figure_row *half_hour = &v.figure->rows.v[1];
    assert_true(str_is(v.figure->heads.v[4], "Fitted venous, ng/mL"));
    assert_true(str_is(half_hour->cells.v[4], "260 venous"));
    assert_true(str_to_int(half_hour->cells.v[0], &line));
    assert_true(str_to_int(half_hour->cells.v[3], &fitted));
    assert_true(str_to_int(v.figure->rows.v[0].cells.v[3], &at_dose));
    assert_true(fabs((double)line - typical) < 20);
    assert_int_equal(at_dose, 0);
    assert_true(fitted > line && fitted < 260);
}

/* What the page calls "felt from" is where an onset is looked for, and "strong to" where a fading
 * is: who taps them just then is typical. */
static void an_onset_where_it_is_expected_moves_nothing(void **state) {
    (void)state;
    struct arena a = arena;
    struct view_forecast none = seen_session(&a, NULL, 0);
    const int64_t zero = 1000 * DAY_MS; /* IM 35 mg: felt from 3 min, strong 8 to 56 */
    const struct forecast_seen seen[] = {
        {PK_SEEN_EFFECT, zero + 3 * MINUTE_MS + 12000, 0, STR("onset")},
        {PK_SEEN_EFFECT, zero + 56 * MINUTE_MS, 0, STR("offset")}};
    struct view_forecast v = seen_session(&a, seen, 2);
    assert_true(has(none.lines.v[0], "strong"));
    assert_true(has(v.sources.v[0], "level of half effect 71 to 7") ||
                has(v.sources.v[0], "level of half effect 71 to 6"));
}

/* Scales stand in panes of their own, on the same axis and in the same table. */
static void scales_stand_under_the_signs(void **state) {
    (void)state;
    struct arena a = arena;
    const int64_t zero = 1000 * DAY_MS;
    struct forecast_dose dose = {STR("im"), STR_ABSENT, 35000, zero, {0}};
    struct chart_point sedation[] = {{zero - 30 * MINUTE_MS, 5}, {zero + 20 * MINUTE_MS, 3}};
    struct chart_point pain[] = {{zero + 20 * MINUTE_MS, 0}};
    struct figure_scale scales[] = {
        {STR("MOAA/S"), STR("of 5"), 0, 5, {.name = STR("MOAA/S"), .v = sedation, .n = 2}},
        {STR("Pain"), STR("of 10"), 0, 10, {.name = STR("Pain"), .v = pain, .n = 1}}};
    struct forecast_session in = {.c = case_of(&dose, 1), .scales = scales, .scale_count = 2};
    struct view_forecast v = forecast_session(&a, &in);
    assert_non_null(v.figure);
    assert_true(has(v.figure->wide.markup, "MOAA/S") && has(v.figure->wide.markup, "Pain"));
    assert_false(has(v.figure->wide.markup, "Blood pressure")); /* none was taken */
    assert_int_equal(v.figure->heads.n, 8);
    assert_true(str_is(v.figure->heads.v[6], "MOAA/S, of 5"));
    assert_true(str_is(v.figure->rows.v[0].cells.v[5], "5")); /* before the dose: on the axis */
    assert_true(str_is(v.figure->rows.v[2].cells.v[5], "3"));
    assert_true(str_is(v.figure->rows.v[2].cells.v[6], "0"));
}

static void extrapolations_carry_a_banner(void **state) {
    (void)state;
    static const struct {
        const char *route;
        int64_t ug;
        int banners;
    } rows[] = {{"sl", 100000, 0}, {"sl", 101000, 1}, {"sl-home", 200000, 1},
                {"im", 68000, 0},  {"im", 70000, 1},  {"iv", 70000, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena;
        struct forecast_dose d = {str_from(rows[i].route), STR_ABSENT, rows[i].ug, 0, {0}};
        struct forecast_case c = case_of(&d, 1);
        struct view_forecast v = forecast_plan(&a, &c);
        assert_non_null(v.figure);
        assert_int_equal(v.banners.n, rows[i].banners);
    }
}

/* A supplement, or the next lozenge, goes past what was observed together with what came before. */
static void doses_close_together_are_one_for_the_banner(void **state) {
    (void)state;
    static const struct {
        const char *route, *site;
        int64_t ug;
        int later_min, banners;
        const char *says;
    } rows[] = {{"im", NULL, 35000, 15, 1, "intramuscular dose of 1 mg/kg"},
                {"im", NULL, 34900, 15, 0, NULL},
                {"im", NULL, 35000, 120, 1, "Extrapolation"},
                {"im", NULL, 35000, 121, 0, NULL},
                {"sl", NULL, 100000, 30, 1, "above 100 mg"},
                {"sl", NULL, 50000, 30, 0, NULL},
                {"sl", "spat out", 100000, 30, 2, "is a guess"},
                {"in", NULL, 25000, 10, 1, "nasal dose is taken up is a guess"},
                {"iv", NULL, 70000, 10, 0, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena;
        struct forecast_dose d[2];
        for (int k = 0; k < 2; k++)
            d[k] = (struct forecast_dose){str_from(rows[i].route),
                                          rows[i].site ? str_from(rows[i].site) : STR_ABSENT,
                                          rows[i].ug, k * rows[i].later_min * MINUTE_MS, {0}};
        struct forecast_session in = {.c = case_of(d, 2)};
        struct view_forecast v = forecast_session(&a, &in);
        assert_non_null(v.figure);
        assert_int_equal(v.banners.n, rows[i].banners);
        if (rows[i].says) assert_true(has(v.banners.v[v.banners.n - 1], rows[i].says));
    }
}

static void racemate_and_esketamine_are_never_added(void **state) {
    (void)state;
    struct forecast_dose both[] = {{STR("esk"), STR_ABSENT, 28000, 0, {0}},
                                   {STR("im"), STR_ABSENT, 35000, 20 * MINUTE_MS, {0}}};
    for (int i = 0; i < 2; i++) {
        struct arena a = arena;
        struct forecast_session in = {.c = case_of(both, 2)};
        struct view_forecast v = forecast_session(&a, &in);
        assert_null(v.figure);
        assert_true(has(v.why_not, "of one drug"));
        struct forecast_dose first = both[0];
        both[0] = both[1], both[1] = first;
    }
}

/* Where the sources give no effect of liver, interactions or age, the page says so. */
static void what_the_model_does_not_know_is_said(void **state) {
    (void)state;
    struct arena a = arena;
    struct forecast_dose d = {STR("po"), STR_ABSENT, 100000, 0, {0}};
    struct forecast_case c = case_of(&d, 1);
    struct view_forecast v = forecast_plan(&a, &c);
    assert_true(has(v.sources.v[0], "no effect of age, sex, liver disease or interactions"));
    assert_true(has(v.sources.v[0], "clarithromycin"));
}

static void an_assumed_weight_is_said(void **state) {
    (void)state;
    struct arena a = arena;
    struct forecast_dose d = {STR("sl"), STR_ABSENT, 100000, 0, {0}};
    struct forecast_case c = case_of(&d, 1);
    c.weight_kg.is = false;
    struct view_forecast v = forecast_plan(&a, &c);
    assert_true(has(v.lines.v[2], "assumed"));
}

/* Between the tags no digit: a shape, and words. */
static void the_gentle_picture_has_no_number(void **state) {
    (void)state;
    static const char *const routes[] = {"iv", "im", "sl-home", "in", "esk", "po"};
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        struct arena a = arena;
        struct forecast_dose d = {str_from(routes[i]), STR_ABSENT, 56000, 0, {0}};
        struct forecast_case c = case_of(&d, 1);
        const struct view_figure *f = forecast_gentle(&a, &c);
        assert_non_null(f);
        bool inside = false;
        for (ptrdiff_t k = 0; k < f->wide.markup.n; k++) {
            char at = f->wide.markup.s[k];
            inside = at == '<' || (inside && at != '>');
            assert_false(!inside && at >= '0' && at <= '9');
        }
        assert_int_equal(f->rows.n, 0);
    }
    struct arena a = arena;
    struct forecast_dose sc = {STR("sc"), STR_ABSENT, 35000, 0, {0}};
    struct forecast_case c = case_of(&sc, 1);
    assert_null(forecast_gentle(&a, &c));
}

/* A tall dose must not leave the page's memory, nor a long day the picture. */
static void a_long_day_is_drawn(void **state) {
    (void)state;
    struct arena a = arena;
    struct forecast_dose d[30];
    for (int i = 0; i < 30; i++)
        d[i] = (struct forecast_dose){STR("iv"), STR_ABSENT, 20000, i * 20 * MINUTE_MS,
                                      {true, 10}};
    struct forecast_session in = {.c = case_of(d, 30)};
    char *before = a.at;
    struct view_forecast v = forecast_session(&a, &in);
    assert_non_null(v.figure);
    assert_true(a.at - before < (16 << 20));
    struct pk_forecast f; /* four hours past the end of the last one */
    struct str why;
    assert_true(forecast_make(&a, &in.c, &f, &why));
    assert_true(f.minute[f.grid.count - 1] >= 29 * 20 + 10 + 240);
    assert_true(str_find(v.figure->wide.markup, STR("nan")) < 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_engine_is_asked_for_what_was_given),
        cmocka_unit_test(doses_become_the_regimen_that_they_were),
        cmocka_unit_test(who_and_which_model_reach_the_engine),
        cmocka_unit_test(where_there_is_no_forecast_it_says_why),
        cmocka_unit_test(a_session_has_the_band_the_line_the_phases_and_the_signs),
        cmocka_unit_test(what_was_seen_draws_this_patient_beside_the_typical),
        cmocka_unit_test(the_fitted_line_goes_to_the_level_part_of_the_way),
        cmocka_unit_test(an_onset_where_it_is_expected_moves_nothing),
        cmocka_unit_test(scales_stand_under_the_signs),
        cmocka_unit_test(extrapolations_carry_a_banner),
        cmocka_unit_test(doses_close_together_are_one_for_the_banner),
        cmocka_unit_test(racemate_and_esketamine_are_never_added),
        cmocka_unit_test(what_the_model_does_not_know_is_said),
        cmocka_unit_test(an_assumed_weight_is_said),
        cmocka_unit_test(the_gentle_picture_has_no_number),
        cmocka_unit_test(a_long_day_is_drawn),
    };
    return cmocka_run_group_tests(tests, boot, NULL);
}
