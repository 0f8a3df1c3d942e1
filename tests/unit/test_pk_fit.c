/* pk_fit: patients made up with known departures are found again; little data moves little. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "app/content.h"
#include "app/pk_fit.h"

static struct arena arena;
static struct content content;
static const struct pk_subject adult = {.weight_kg = 82};

static struct pk_regimen given(struct pk_dose d) {
    struct faults f = {.arena = &arena};
    struct pk_regimen r = {.entity = PK_RACEMATE};
    pk_regimen_add(&r, content_pk_model(&content, STR("kap1")), d, &f);
    assert_int_equal(f.n, 0);
    return r;
}

static struct pk_case case_of(const struct pk_regimen *r) {
    return (struct pk_case){content_pk_model(&content, STR("kap1")), &adult, r, NULL};
}

/* Levels without error of a patient who departs from the typical by `eta`. */
static void levels_of(struct pk_case c, const double *eta, struct pk_observed *o, int n) {
    double y[PK_OUTPUT_COUNT];
    c.eta = eta;
    for (int i = 0; i < n; i++) {
        pk_curve(arena, &c, &o[i].at_min, 1, y);
        o[i].value = o[i].what == PK_SEEN_NORKETAMINE ? y[PK_NORKETAMINE]
                     : o[i].what == PK_SEEN_ARTERIAL ? y[PK_ARTERIAL] : y[PK_VENOUS];
    }
}

static int place_of(const struct pk_fit *fit, enum pk_param p) {
    for (int i = 0; i < fit->map.free_count; i++)
        if (fit->map.free[i] == p) return i;
    fail_msg("%s was not freed", pk_param_name(p));
    return -1;
}

static struct pk_fit fitted(const struct pk_regimen *r, const struct pk_observed *o, int n) {
    struct faults f = {.arena = &arena};
    struct pk_fit fit;
    struct pk_map map = {.c = case_of(r), .observed = o, .observed_count = n};
    assert_int_equal(pk_fit(arena, map, &fit, &f), E_OK);
    return fit;
}

static void many_levels_find_the_patient(void **state) {
    (void)state;
    enum { N = 60 }; /* the first ten minutes, when the volume shows, and then the hours */
    struct pk_regimen r = given((struct pk_dose){PK_IV, 0, 40, 40, PK_SWALLOWED, 1});
    struct pk_observed o[N];
    double eta[PK_PARAM_COUNT] = {[PK_cl] = 0.3, [PK_v1] = 0.35};
    for (int i = 0; i < N; i++) o[i] = (struct pk_observed){PK_SEEN_ARTERIAL, i < 50 ? 0.2 * i + 0.2 : 40 * (i - 49), 0};
    levels_of(case_of(&r), eta, o, N);
    struct pk_fit fit = fitted(&r, o, N);
    int cl = place_of(&fit, PK_cl), v1 = place_of(&fit, PK_v1);
    assert_int_equal(fit.map.free_count, 2);
    assert_float_equal(fit.eta[cl], 0.3, 0.05);
    assert_float_equal(fit.eta[v1], 0.35, 0.08);
    assert_float_equal(fit.fitted[cl], fit.typical[cl] * exp(fit.eta[cl]), 1e-9);
    assert_true(fit.shrinkage[cl] < 0.2 && fit.shrinkage[v1] < 0.2);
    assert_true(fit.objective < fit.prior_objective);
    double truth[PK_FREE_MAX] = {0};
    truth[cl] = 0.3, truth[v1] = 0.35;
    assert_true(fit.objective <= pk_map_objective(arena, &fit.map, truth) + 1e-9);
}

static void one_level_moves_one_parameter_part_of_the_way(void **state) {
    (void)state;
    struct pk_regimen r = given((struct pk_dose){PK_SL, 0, 100, 0, PK_SWALLOWED, 1});
    struct pk_observed o = {PK_SEEN_VENOUS, 60, 0};
    double eta[PK_PARAM_COUNT] = {[PK_sl_f] = 0.9};
    levels_of(case_of(&r), eta, &o, 1);
    struct pk_fit fit = fitted(&r, &o, 1);
    assert_int_equal(fit.map.free_count, 1);
    assert_int_equal(fit.map.free[0], PK_sl_f);
    assert_true(fit.eta[0] > 0.05 && fit.eta[0] < 0.9);
    assert_true(fit.shrinkage[0] > 0.1 && fit.shrinkage[0] < 1);
}

static void a_typical_patient_stays_typical(void **state) {
    (void)state;
    struct pk_regimen r = given((struct pk_dose){PK_IM, 0, 40, 0, PK_SWALLOWED, 1});
    struct pk_observed o[3] = {{PK_SEEN_VENOUS, 15, 0}, {PK_SEEN_VENOUS, 60, 0},
                               {PK_SEEN_NORKETAMINE, 120, 0}};
    double none[PK_PARAM_COUNT] = {0};
    levels_of(case_of(&r), none, o, 3);
    struct pk_fit fit = fitted(&r, o, 3);
    assert_int_equal(fit.map.free_count, 3);
    for (int i = 0; i < 3; i++) assert_float_equal(fit.eta[i], 0, 1e-3);
    assert_float_equal(fit.objective, 0, 1e-6);
}

static void onset_and_offset_tell_the_sensitivity(void **state) {
    (void)state;
    struct pk_regimen r = given((struct pk_dose){PK_IM, 0, 60, 0, PK_SWALLOWED, 1});
    struct pk_summary typical, after;
    struct pk_case c = case_of(&r);
    pk_summary(arena, &c, 480, &typical);
    /* Over sooner than expected: less sensitive. */
    struct pk_observed o[2] = {{PK_SEEN_EFFECT, typical.half.from_min + 4, 0.5},
                               {PK_SEEN_EFFECT, typical.half.to_min - 25, 0.5}};
    struct pk_fit fit = fitted(&r, o, 2);
    assert_true(fit.eta[place_of(&fit, PK_c50)] > 0.1);
    c.eta = fit.full;
    pk_summary(arena, &c, 480, &after);
    assert_true(after.half.to_min < typical.half.to_min - 10);
}

/* Who feels it begin and sees it fade as the typical adult does is as sensitive as they are. */
static void who_felt_it_as_expected_stays_typical(void **state) {
    (void)state;
    struct pk_regimen r = given((struct pk_dose){PK_IM, 0, 60, 0, PK_SWALLOWED, 1});
    struct pk_summary typical;
    struct pk_case c = case_of(&r);
    pk_summary(arena, &c, 480, &typical);
    struct pk_observed o[2] = {{PK_SEEN_EFFECT, typical.faint.from_min, 0.1},
                               {PK_SEEN_EFFECT, typical.half.to_min, 0.5}};
    struct pk_fit fit = fitted(&r, o, 2);
    assert_int_equal(fit.map.free_count, 2);
    for (int i = 0; i < 2; i++) assert_float_equal(fit.eta[i], 0, 1e-3);
}

/* An onset that is tapped three minutes late does not make the effect half as long. */
static void a_late_tap_tells_little(void **state) {
    (void)state;
    struct pk_regimen r = given((struct pk_dose){PK_IM, 0, 60, 0, PK_SWALLOWED, 1});
    struct pk_summary typical, after;
    struct pk_case c = case_of(&r);
    pk_summary(arena, &c, 480, &typical);
    struct pk_observed late = {PK_SEEN_EFFECT, typical.faint.from_min + 3, 0.1};
    struct pk_fit fit = fitted(&r, &late, 1);
    c.eta = fit.full;
    pk_summary(arena, &c, 480, &after);
    double length = typical.half.to_min - typical.half.from_min;
    assert_true(after.half.to_min - after.half.from_min < length);
    assert_true(after.half.to_min - after.half.from_min > 0.7 * length);
}

/* Fitted to what was measured in another unit, much is left; to a true level, next to nothing. */
static void a_level_in_another_unit_stays_far(void **state) {
    (void)state;
    struct pk_regimen r = given((struct pk_dose){PK_IV, 0, 40, 40, PK_SWALLOWED, 1});
    static const struct { double times, least, most; } rows[] = {
        {1, -0.1, 0.1}, {1.5, 0, 2}, {4.2, 3, 9}, {0.001, -40, -20}};
    double none[PK_PARAM_COUNT] = {0};
    for (int i = 0; i < 4; i++) {
        struct pk_observed o = {PK_SEEN_VENOUS, 60, 0};
        levels_of(case_of(&r), none, &o, 1);
        o.value *= rows[i].times;
        struct pk_fit fit = fitted(&r, &o, 1);
        double far = pk_map_departure(arena, &fit.map, fit.eta, 0);
        assert_true(far >= rows[i].least && far <= rows[i].most);
    }
}

static void nothing_seen_is_the_prior(void **state) {
    (void)state;
    struct pk_regimen r = given((struct pk_dose){PK_PO, 0, 40, 0, PK_SWALLOWED, 1});
    struct pk_fit fit = fitted(&r, NULL, 0);
    assert_int_equal(fit.map.free_count, 0);
    assert_true(fit.objective == 0);
}

static void bad_observations_are_refused(void **state) {
    (void)state;
    struct pk_regimen r = given((struct pk_dose){PK_IM, 0, 40, 0, PK_SWALLOWED, 1});
    const struct pk_observed bad[] = {{PK_SEEN_VENOUS, -1, 50}, {PK_SEEN_VENOUS, 60, 0},
                                      {PK_SEEN_VENOUS, NAN, 50}, {PK_SEEN_VENOUS, 60, NAN},
                                      {PK_SEEN_VENOUS, 60, -4}, {PK_SEEN_EFFECT, INFINITY, 0.5},
                                      {PK_SEEN_EFFECT, 9, 0}, {PK_SEEN_EFFECT, 9, 1},
                                      {PK_SEEN_EFFECT, 9, NAN}};
    for (int i = 0; i < (int)(sizeof bad / sizeof *bad); i++) {
        struct faults f = {.arena = &arena};
        struct pk_fit fit;
        struct pk_map map = {.c = case_of(&r), .observed = &bad[i], .observed_count = 1};
        assert_int_equal(pk_fit(arena, map, &fit, &f), E_INVALID);
        assert_non_null(fault_of(&f, STR("observed")));
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_levels_find_the_patient),
        cmocka_unit_test(one_level_moves_one_parameter_part_of_the_way),
        cmocka_unit_test(a_typical_patient_stays_typical),
        cmocka_unit_test(onset_and_offset_tell_the_sensitivity),
        cmocka_unit_test(who_felt_it_as_expected_stays_typical),
        cmocka_unit_test(a_late_tap_tells_little),
        cmocka_unit_test(a_level_in_another_unit_stays_far),
        cmocka_unit_test(nothing_seen_is_the_prior),
        cmocka_unit_test(bad_observations_are_refused),
    };
    arena_open(&arena, (ptrdiff_t)512 << 20);
    if (content_boot(&arena, NULL, &content)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
