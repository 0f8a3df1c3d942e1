/* pk: the model files against their golden points, and laws that any linear model keeps. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/embed.h"
#include "pk/engine.h"

static struct arena arena;

static const struct pk_model *model_named(const char *path) {
    struct faults *f = NEW(&arena, struct faults);
    const struct pk_model *m;
    f->arena = &arena;
    const struct embedded *e = embed_find(str_from(path));
    assert_non_null(e);
    enum err result = pk_model_parse(&arena, e->path, e->bytes, f, &m);
    for (int i = 0; i < f->n; i++)
        print_message("%.*s: %.*s\n", STR_ARG(f->v[i].field), STR_ARG(f->v[i].message));
    assert_int_equal(result, E_OK);
    return m;
}

static const struct pk_model *kap1(void) { return model_named("content/pk/kap1.txt"); }

static void golden_points(void **state) {
    (void)state;
    const struct pk_model *models[] = {kap1(), model_named("content/pk/perez-ruixo.txt")};
    for (int k = 0; k < 2; k++) {
        struct faults f = {.arena = &arena};
        enum err e = pk_model_check(arena, models[k], &f);
        for (int i = 0; i < f.n; i++) print_message("%.*s\n", STR_ARG(f.v[i].message));
        assert_int_equal(e, E_OK);
    }
    assert_int_equal(models[0]->golden_count, 8);
    assert_true(models[0]->tolerance <= 1e-5);
}

/* --- laws that a linear model keeps ----------------------------------------------------- */

enum { TIMES = 60 };

static double minutes[TIMES];
static const struct pk_subject adult = {.weight_kg = 70};

static struct pk_regimen regimen_of(const struct pk_model *m, const struct pk_dose *doses,
                                    int n) {
    struct faults f = {.arena = &arena};
    struct pk_regimen r = {.entity = PK_RACEMATE};
    for (int i = 0; i < n; i++) pk_regimen_add(&r, m, doses[i], &f);
    for (int i = 0; i < f.n; i++) print_message("%.*s\n", STR_ARG(f.v[i].message));
    assert_int_equal(f.n, 0);
    return r;
}

static double *curve_of(const struct pk_model *m, const struct pk_regimen *r) {
    struct pk_case c = {m, &adult, r, NULL};
    double *y = NEWS(&arena, double, TIMES * PK_OUTPUT_COUNT);
    for (int i = 0; i < TIMES; i++) minutes[i] = i * 9;
    pk_curve(arena, &c, minutes, TIMES, y);
    return y;
}

static double highest(const double *y) {
    double best = 0;
    for (int i = 0; i < TIMES; i++) best = fmax(best, y[i]);
    return best;
}

/* Concentrations, not effects. */
static void assert_same_levels(const double *a, const double *b, double within) {
    for (int o = PK_ARTERIAL; o <= PK_EFFECT_SITE; o++) {
        double peak = highest(a + o * TIMES);
        for (int i = 0; i < TIMES; i++)
            assert_float_equal(a[o * TIMES + i], b[o * TIMES + i], within * peak);
    }
}

static const struct pk_dose each_route[] = {
    {PK_IV, 0, 35, 40, PK_SWALLOWED, 1}, {PK_IV, 0, 10, 0, PK_SWALLOWED, 1},
    {PK_IM, 0, 50, 0, PK_SWALLOWED, 1},  {PK_SL, 0, 100, 0, PK_SWALLOWED, 1},
    {PK_SL, 0, 100, 0, PK_SPAT, 1},      {PK_SL, 0, 100, 8, PK_SWALLOWED, 1},
    {PK_IN, 0, 50, 0, PK_SWALLOWED, 1},  {PK_PO, 0, 40, 0, PK_SWALLOWED, 1}};
enum { ROUTES = sizeof each_route / sizeof *each_route };

static void levels_are_proportional_to_the_dose(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    for (int i = 0; i < ROUTES; i++) {
        struct pk_dose small = each_route[i], large = each_route[i];
        large.amount_mg = 3.7 * small.amount_mg;
        struct pk_regimen a = regimen_of(m, &small, 1), b = regimen_of(m, &large, 1);
        double *x = curve_of(m, &a), *y = curve_of(m, &b);
        for (int k = 0; k <= PK_EFFECT_SITE * TIMES + TIMES - 1; k++) x[k] *= 3.7;
        assert_same_levels(x, y, 1e-12);
    }
}

static void doses_add_up(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    struct pk_dose two[2];
    for (int i = 0; i < ROUTES; i++)
        for (int k = 0; k < ROUTES; k++) {
            two[0] = each_route[i];
            two[1] = each_route[k];
            two[1].at_min = 37.3;
            struct pk_regimen first = regimen_of(m, two, 1), second = regimen_of(m, two + 1, 1);
            struct pk_regimen both = regimen_of(m, two, 2);
            double *a = curve_of(m, &first), *b = curve_of(m, &second);
            double *sum = curve_of(m, &both);
            for (int n = 0; n < (PK_EFFECT_SITE + 1) * TIMES; n++) a[n] += b[n];
            assert_same_levels(sum, a, 1e-11);
        }
}

static void a_split_dose_is_the_whole_dose(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    for (int i = 0; i < ROUTES; i++) {
        struct pk_dose parts[4];
        for (int k = 0; k < 4; k++) {
            parts[k] = each_route[i];
            parts[k].amount_mg /= 4;
        }
        struct pk_regimen whole = regimen_of(m, &each_route[i], 1);
        struct pk_regimen split = regimen_of(m, parts, 4);
        assert_same_levels(curve_of(m, &whole), curve_of(m, &split), 1e-12);
    }
    struct pk_dose halves[2] = {each_route[0], each_route[0]}; /* an infusion, cut in time */
    halves[0].amount_mg = halves[1].amount_mg = 17.5;
    halves[0].minutes = halves[1].minutes = halves[1].at_min = 20;
    struct pk_regimen whole = regimen_of(m, each_route, 1), cut = regimen_of(m, halves, 2);
    assert_same_levels(curve_of(m, &whole), curve_of(m, &cut), 1e-11);
}

static void more_is_never_less(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    for (int i = 0; i < ROUTES; i++) {
        double *before = NULL;
        for (double mg = 1; mg < 500; mg *= 2) {
            struct pk_dose d = each_route[i];
            d.amount_mg = mg;
            struct pk_regimen r = regimen_of(m, &d, 1);
            double *now = curve_of(m, &r);
            for (int k = 0; before && k < PK_OUTPUT_COUNT * TIMES; k++)
                assert_true(now[k] >= before[k]);
            before = now;
        }
    }
}

static void nothing_given_is_nothing_seen(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    for (int i = 0; i < ROUTES; i++) {
        struct pk_dose none = each_route[i], tiny = each_route[i];
        none.amount_mg = 0;
        tiny.amount_mg = 1e-9;
        struct pk_regimen a = regimen_of(m, &none, 1), b = regimen_of(m, &tiny, 1);
        double *y = curve_of(m, &a), *z = curve_of(m, &b);
        for (int k = 0; k < PK_OUTPUT_COUNT * TIMES; k++) {
            assert_true(y[k] == 0);
            assert_true(isfinite(z[k]) && z[k] >= 0 && z[k] < 1e-6);
        }
    }
    struct pk_dose late = each_route[2];
    late.at_min = 200;
    struct pk_regimen r = regimen_of(m, &late, 1);
    double *y = curve_of(m, &r);
    for (int i = 0; minutes[i] < 200; i++) assert_true(y[PK_VENOUS * TIMES + i] == 0);
}

/* Days later it is a number still, and less than before: at any weight the model takes. */
static void the_far_tail_is_a_number(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    const double at[] = {1440, 2880, 5760, 10080, 576000};
    for (int i = 0; i < ROUTES; i++)
        for (double kg = 25; kg <= 300; kg += 275) {
            struct pk_subject who = {.weight_kg = kg};
            struct pk_regimen r = regimen_of(m, &each_route[i], 1);
            struct pk_case c = {m, &who, &r, NULL};
            double y[PK_OUTPUT_COUNT * 5];
            pk_curve(arena, &c, at, 5, y);
            for (int o = 0; o < PK_OUTPUT_COUNT; o++)
                for (int k = 0; k < 5; k++)
                    assert_true(y[o * 5 + k] >= 0 &&
                                (k == 0 ? y[o * 5] > 0 : y[o * 5 + k] <= y[o * 5 + k - 1]));
        }
}

/* While two hold the same lozenge their curves are one, however long each will. */
static void a_minute_does_not_know_how_long_the_hold_will_be(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    const struct pk_dose whole = {PK_SL, 0, 100, 0, PK_SWALLOWED, 1};
    const double at[] = {1, 3, 6}, area_min = 1e7;
    double expected[PK_OUTPUT_COUNT * 3], y[PK_OUTPUT_COUNT * 3], before = 0;
    struct pk_regimen r = regimen_of(m, &whole, 1);
    struct pk_case c = {m, &adult, &r, NULL};
    pk_curve(arena, &c, at, 3, expected);
    for (double held = 6; held < 15; held += 2) {
        struct pk_dose d = whole;
        double area[3];
        d.minutes = held;
        r = regimen_of(m, &d, 1);
        pk_curve(arena, &c, at, 3, y);
        for (int k = 0; k < 3; k++) /* but for what is swallowed: more after a shorter hold */
            assert_float_equal(y[PK_ARTERIAL * 3 + k], expected[PK_ARTERIAL * 3 + k],
                               0.05 * expected[PK_ARTERIAL * 3 + k]);
        pk_exposure(arena, &c, area_min, area);
        assert_true(area[0] > before);
        before = area[0];
    }
}

/* All that entered leaves by clearance: exposure to infinity is F dose / CL. */
static void exposure_is_the_dose_over_clearance(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    double cl = m->params[PK_cl].value, out[3];
    for (int i = 0; i < ROUTES; i++) {
        const struct pk_dose *d = &each_route[i];
        struct pk_regimen r = regimen_of(m, d, 1);
        struct pk_case c = {m, &adult, &r, NULL};
        double gut = (1 - m->params[PK_ehep].value) * m->params[PK_fgut].value;
        double f = d->route == PK_IV ? 1 : d->route == PK_IM ? m->params[PK_im_f].value
                   : d->route == PK_PO ? gut : NAN;
        if (d->route == PK_IN) f = m->params[PK_in_f].value + (1 - m->params[PK_in_f].value) * gut;
        if (d->route == PK_SL) {
            double hold = d->minutes > 0 ? fmin(1, d->minutes / 60 / m->params[PK_sl_d].value) : 1;
            double taken = m->params[PK_sl_f].value * hold;
            double share = d->rest == PK_SPAT ? m->params[PK_spit].value : 1;
            f = taken + (1 - taken) * share * gut;
        }
        pk_exposure(arena, &c, 1e7, out);
        assert_float_equal(out[0], 1000 * f * d->amount_mg / cl, 1e-9 * out[0]);
        assert_float_equal(out[1], out[0], 1e-9 * out[0]);
    }
}

/* The windows of effect, the time below 50 ng/mL and the pressure that an independent solver
 * found for the typical adult; exposure beside the trapezoids of the curve itself. */
static void a_summary_is_that_of_the_curve(void **state) {
    (void)state;
    static const struct {
        struct pk_dose d;
        double half_from, half_to, faint_to, low_to;
    } rows[] = {{{PK_IV, 0, 35, 40, 0, 1}, 15, 65, 173, 140},
                {{PK_IM, 0, 35, 0, 0, 1}, 8, 56, 157, 128},
                {{PK_IM, 0, 70, 0, 0, 1}, 5, 106, 307, 242},
                {{PK_SL, 0, 100, 0, 0, 1}, 30, 69, 182, NAN},
                {{PK_SL, 0, 200, 0, 0, 1}, 17, 132, 322, 261},
                {{PK_ESK, 0, 56, 0, 0, 1}, 30, 78, 209, NAN},
                {{PK_ESK, 0, 84, 0, 0, 1}, 22, 121, 272, 171}};
    const struct pk_model *m = kap1();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct faults f = {.arena = &arena};
        bool esk = rows[i].d.route == PK_ESK;
        struct pk_regimen r = {.entity = esk ? PK_ESKETAMINE : PK_RACEMATE};
        pk_regimen_add(&r, m, rows[i].d, &f);
        struct pk_case c = {m, &adult, &r, NULL};
        struct pk_summary s;
        double t[481], y[PK_OUTPUT_COUNT * 481], area = 0, area_nk = 0;
        for (int k = 0; k <= 480; k++) t[k] = k;
        pk_curve(arena, &c, t, 481, y);
        pk_summary(arena, &c, 480, &s);
        assert_float_equal(s.half.from_min, rows[i].half_from, 1);
        assert_float_equal(s.half.to_min, rows[i].half_to, 1);
        assert_float_equal(s.faint.to_min, rows[i].faint_to, 1);
        if (!isnan(rows[i].low_to)) assert_float_equal(s.above_low.to_min, rows[i].low_to, 1);
        for (int k = 0; k < 480; k++) {
            assert_true(y[PK_VENOUS * 481 + k] <= s.venous.value);
            area += (y[PK_VENOUS * 481 + k] + y[PK_VENOUS * 481 + k + 1]) / 120;
            area_nk += (y[PK_NORKETAMINE * 481 + k] + y[PK_NORKETAMINE * 481 + k + 1]) / 120;
        }
        assert_float_equal(s.auc_ng_h_ml, area, 1e-3 * area);
        assert_float_equal(s.auc_nk_ng_h_ml, area_nk, 1e-3 * area_nk);
        if (i == 0) { /* what it was calibrated to, and the time of it */
            assert_float_equal(s.sbp.value, 16, 0.5);
            assert_float_equal(s.dbp_mmhg, 11, 0.5);
            assert_float_equal(s.sbp.at_min, 40, 5);
        }
    }
}

static void weight_scales_as_the_model_says(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    struct pk_subject s = {.weight_kg = 120, .height_cm = 175, .sex = PK_MALE};
    struct pk_regimen r = regimen_of(m, each_route, 1);
    struct pk_case c = {m, &s, &r, NULL};
    double light[3], heavy[3];
    pk_exposure(arena, &c, 1e7, heavy);
    s.weight_kg = 60;
    pk_exposure(arena, &c, 1e7, light);
    assert_float_equal(light[0] / heavy[0], pow(2, 0.75), 1e-9);
    s.weight_kg = 120;
    s.weight_kind = PK_WEIGHT_IDEAL;
    assert_float_equal(pk_subject_weight(m, &s), 50 + 0.9055 * 22.6, 1e-9);
    s.weight_kind = PK_WEIGHT_ADJUSTED;
    double ideal = 50 + 0.9055 * 22.6;
    assert_float_equal(pk_subject_weight(m, &s), ideal + 0.4 * (120 - ideal), 1e-9);
}

static void salt_and_base_are_not_confused(void **state) {
    (void)state;
    assert_float_equal(pk_base_from_salt_mg(kap1(), 57.7), 50, 0.01);
    assert_float_equal(pk_base_from_salt_mg(model_named("content/pk/perez-ruixo.txt"), 32.3), 28,
                       0.01);
}

/* A million virtual patients over random regimens: no number is not a number. */
static void a_million_random_inputs_stay_finite(void **state) {
    (void)state;
    enum { N = 1000, RUNS = 1000, GRID = 5 };
    const struct pk_model *m = kap1();
    uint64_t x = 42;
    float *rows[PK_OUTPUT_COUNT];
    for (int o = 0; o < PK_OUTPUT_COUNT; o++)
        rows[o] = arena_alloc(&arena, sizeof **rows, 64, GRID * pk_population_stride(N));
    for (int run = 0; run < RUNS; run++) {
        struct pk_dose doses[3];
        double u[8];
        for (int i = 0; i < 8; i++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            u[i] = (double)(x >> 11) * 0x1p-53;
        }
        int n = 1 + (int)(u[0] * 3);
        for (int i = 0; i < n; i++) {
            doses[i] = each_route[(int)(u[1 + i] * ROUTES)];
            doses[i].amount_mg = pow(10, u[4] * 12 - 9);
            doses[i].at_min = i * u[5] * 500;
            if (doses[i].minutes > 0) doses[i].minutes = pow(10, u[6] * 5 - 2);
        }
        struct pk_regimen r = regimen_of(m, doses, n);
        struct pk_subject who = {.weight_kg = 25 + 275 * u[7]};
        struct pk_case c = {m, &who, &r, NULL};
        struct pk_population p = {N, (uint64_t)run, pk_lanes_best()};
        pk_population_rows(arena, &c, &p, 0, (struct pk_grid){pow(10, 4 * u[6] - 1), GRID},
                           (1u << PK_OUTPUT_COUNT) - 1, rows);
        for (int o = 0; o < PK_OUTPUT_COUNT; o++)
            for (int t = 0; t < GRID; t++)
                for (int i = 0; i < N; i++) {
                    float v = rows[o][pk_population_at(GRID, i, t)];
                    if (!(v >= 0 && v < 1e9f)) fail_msg("run %d output %d: %g", run, o, (double)v);
                }
    }
}

/* --- bad input -------------------------------------------------------------------------- */

static bool faulty(struct pk_subject s, enum pk_entity e, struct pk_dose d, const char *field) {
    struct faults f = {.arena = &arena};
    struct pk_regimen r = {.entity = e};
    const struct pk_model *m = kap1();
    pk_subject_check(m, &s, &f);
    pk_regimen_add(&r, m, d, &f);
    return field ? fault_of(&f, str_from(field)) != NULL : f.n == 0;
}

static void bad_doses_and_people_are_refused(void **state) {
    (void)state;
    const struct pk_dose good = {PK_IM, 0, 35, 0, PK_SWALLOWED, 1};
    static const double bad_numbers[] = {-1, NAN, INFINITY, -INFINITY, 1e9};
    assert_true(faulty(adult, PK_RACEMATE, good, NULL));
    for (int i = 0; i < 5; i++) {
        struct pk_dose d = good;
        d.amount_mg = bad_numbers[i];
        assert_true(faulty(adult, PK_RACEMATE, d, "dose"));
        d = good, d.at_min = bad_numbers[i];
        assert_true(faulty(adult, PK_RACEMATE, d, "at"));
        d = good, d.route = PK_IV, d.minutes = bad_numbers[i];
        assert_true(faulty(adult, PK_RACEMATE, d, "minutes"));
        struct pk_subject s = adult;
        s.weight_kg = bad_numbers[i];
        assert_true(faulty(s, PK_RACEMATE, good, "weight"));
        s = adult, s.age_years = bad_numbers[i];
        assert_true(faulty(s, PK_RACEMATE, good, "age"));
    }
    assert_true(faulty((struct pk_subject){.weight_kg = 24.9}, PK_RACEMATE, good, "weight"));
    assert_true(faulty((struct pk_subject){.weight_kg = 70, .age_years = 17}, PK_RACEMATE, good,
                       "age"));
    assert_true(faulty(adult, PK_RACEMATE, (struct pk_dose){PK_ESK, 0, 56, 0, 0, 1}, "drug"));
    assert_true(faulty(adult, PK_ESKETAMINE, (struct pk_dose){PK_ESK, 0, 50, 0, 0, 1}, "dose"));
    assert_true(faulty(adult, PK_ESKETAMINE, (struct pk_dose){PK_ESK, 0, 112, 0, 0, 1}, "dose"));
    assert_true(faulty(adult, PK_RACEMATE, (struct pk_dose){PK_PO, 0, 50, 9, 0, 1}, "minutes"));
    assert_true(faulty(adult, PK_RACEMATE, (struct pk_dose){PK_ROUTE_COUNT, 0, 1, 0, 0, 1},
                       "route"));
}

static void amounts_are_read_strictly(void **state) {
    (void)state;
    static const struct { const char *text; double value; bool per_kg; const char *code; } t[] = {
        {"0.5mg/kg", 0.5, true, NULL}, {"100mg", 100, false, NULL}, {"0.25mg", 0.25, false, NULL},
        {"100", 0, false, "unit"}, {"100g", 0, false, "unit"}, {"100 mg", 0, false, "unit"},
        {"mg", 0, false, "number"}, {"", 0, false, "number"}, {"-1mg", 0, false, "range"},
        {"0mg", 0, false, "range"}, {"1e3mg", 0, false, "unit"}, {"0x10mg", 0, false, "unit"},
        {"1.mg", 0, false, "number"}, {"nanmg", 0, false, "number"}, {"1mg/kgx", 0, false, "unit"}};
    for (int i = 0; i < (int)(sizeof t / sizeof *t); i++) {
        struct faults f = {.arena = &arena};
        struct pk_amount a;
        enum err e = pk_amount_parse(str_from(t[i].text), &a, &f);
        assert_int_equal(e, t[i].code ? E_INVALID : E_OK);
        if (t[i].code) assert_true(str_is(f.v[0].code, t[i].code));
        else assert_true(a.value == t[i].value && a.per_kg == t[i].per_kg);
    }
}

static void a_bad_model_is_refused_with_its_line(void **state) {
    (void)state;
    static const struct { const char *line, *code; } t[] = {
        {"param cl 84 mL/min | published | x", "unit"}, {"param cl 84 L/h | x", "unknown"},
        {"param cl 84 L/h | published", "required"}, {"param clx 84 L/h | published | x", "unknown"},
        {"param cl -84 L/h | published | x", "range"}, {"param ehep 1.2 1 | published | x", "range"},
        {"param cl nan L/h | published | x", "number"}, {"flavour nice", "unknown"},
        {"param fgut 0.9 1 | with vnp 0.5 | published | x", "range"},
        {"param cl 84 L/h | iiv 22 | published | x", "unit"},
        {"param cl 84 L/h | iiv -22 % | published | x", "range"},
        {"param cl 84 L/h | iiv 2200 % | published | x", "range"},
        {"param cl 84 L/h | logit 0.4 | published | x", "kind"},
        {"param ehep 0.7 1 | iiv 40 % | published | x", "kind"},
        {"esketamine cl 84 L/h | iiv 40 % | published | x", "kind"},
        {"param v2 5 L | with cl 0.5 | with v1 0.5 | published | x", "twice"},
        {"test iv 35 mg over 0 at 40 arterial 1", "syntax"},
        {"test iv 35 mg over 0 at 40 :", "syntax"},
        {"test iv 0 mg over 0 at 40 : arterial 1", "range"},
        {"test iv 35 mg over 0 at -4 : arterial 1", "range"}};
    for (int i = 0; i < (int)(sizeof t / sizeof *t); i++) {
        struct faults f = {.arena = &arena};
        const struct pk_model *m;
        enum err e = pk_model_parse(&arena, STR("m.txt"), str_from(t[i].line), &f, &m);
        assert_int_equal(e, E_INVALID);
        assert_true(str_is(f.v[0].field, "m.txt:1"));
        assert_true(str_is(f.v[0].code, t[i].code));
    }
}

/* The whole of a model, with one line of it otherwise. */
static void a_model_without_its_proofs_is_refused(void **state) {
    (void)state;
    static const struct { const char *old, *new, *why; } t[] = {
        {"\ntest ", "\n# ", "there is no line `test "},
        {"\nlimits ", "\nsource ", "there is no line `limits "},
        {"\ntolerance 1e-5", "\ntolerance 1", "tolerance is more than 0"},
        {"fm    0.80 1 |", "fm    0.80 1 | with cl 0.3 |", "fm and cl are correlated"},
        {"weight_min  25", "weight_min  400", "weight_min is more than"},
        {"arterial 253.052", "arterial 253.152", "iv 35 mg at 40 min: arterial is 253.05"},
        {NULL, NULL, NULL}};
    struct str text = embed_find(STR("content/pk/kap1.txt"))->bytes;
    for (int i = 0; t[i].why; i++) {
        struct faults f = {.arena = &arena};
        const struct pk_model *m;
        struct buf b = buf_new(&arena, text.n + 1000);
        struct str rest = text, old = str_from(t[i].old);
        for (ptrdiff_t at = str_find(rest, old); at >= 0; at = str_find(rest, old)) {
            buf_put(&b, str_slice(rest, 0, at));
            buf_z(&b, t[i].new);
            rest = str_slice(rest, at + old.n, rest.n);
        }
        buf_put(&b, rest);
        enum err e = pk_model_parse(&arena, STR("m.txt"), buf_str(&b), &f, &m);
        if (!e) e = pk_model_check(arena, m, &f);
        assert_int_equal(e, E_INVALID);
        assert_int_equal(f.n, 1);
        assert_true(str_starts(f.v[0].field, STR("m.txt:")));
        assert_true(str_starts(f.v[0].message, str_from(t[i].why)));
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_points),
        cmocka_unit_test(levels_are_proportional_to_the_dose),
        cmocka_unit_test(doses_add_up),
        cmocka_unit_test(a_split_dose_is_the_whole_dose),
        cmocka_unit_test(more_is_never_less),
        cmocka_unit_test(nothing_given_is_nothing_seen),
        cmocka_unit_test(the_far_tail_is_a_number),
        cmocka_unit_test(a_minute_does_not_know_how_long_the_hold_will_be),
        cmocka_unit_test(exposure_is_the_dose_over_clearance),
        cmocka_unit_test(a_summary_is_that_of_the_curve),
        cmocka_unit_test(weight_scales_as_the_model_says),
        cmocka_unit_test(salt_and_base_are_not_confused),
        cmocka_unit_test(a_million_random_inputs_stay_finite),
        cmocka_unit_test(bad_doses_and_people_are_refused),
        cmocka_unit_test(amounts_are_read_strictly),
        cmocka_unit_test(a_bad_model_is_refused_with_its_line),
        cmocka_unit_test(a_model_without_its_proofs_is_refused),
    };
    arena_open(&arena, (ptrdiff_t)1 << 30);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
