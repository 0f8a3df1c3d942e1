/* pk: many patients. Each fast thing against a slow one: the random source and the deviates,
 * exp and log, the stepping kernels against superposition, the quantiles against a sort. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/embed.h"
#include "pk/engine.h"

static struct arena arena;

static const struct pk_model *kap1(void) {
    struct faults f = {.arena = &arena};
    const struct pk_model *m;
    const struct embedded *e = embed_find(STR("content/pk/kap1.txt"));
    assert_non_null(e);
    assert_int_equal(pk_model_parse(&arena, e->path, e->bytes, &f, &m), E_OK);
    return m;
}

static struct pk_regimen mixed(const struct pk_model *m) {
    struct faults f = {.arena = &arena};
    struct pk_regimen r = {.entity = PK_RACEMATE};
    static const struct pk_dose doses[] = {
        {PK_IV, 0, 20, 40, PK_SWALLOWED, 1},  {PK_IM, 31.7, 25, 0, PK_SWALLOWED, 1},
        {PK_SL, 60.4, 100, 12, PK_SPAT, 1},   {PK_PO, 90, 25, 0, PK_SWALLOWED, 1},
        {PK_IV, 120.3, 10, 0, PK_SWALLOWED, 1}, {PK_SL, 150, 80, 0, PK_SWALLOWED, 1}};
    for (int i = 0; i < (int)(sizeof doses / sizeof *doses); i++)
        pk_regimen_add(&r, m, doses[i], &f);
    assert_int_equal(f.n, 0);
    return r;
}

/* The finaliser and the counter, written again as scalars; the deviate by solving
 * 1/2 erfc(-z / sqrt 2) = u with Newton's steps. */
static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static double slow_normal(uint64_t seed, uint64_t patient, int stream) {
    uint64_t counter = patient * 256 + (uint64_t)stream + 1;
    uint64_t z = mix(mix(seed ^ UINT64_C(0x6361697261706B31)) +
                     counter * UINT64_C(0x9E3779B97F4A7C15));
    double u = (double)(z >> 12) * 0x1p-52 + 0x1p-53, x = 0;
    for (int i = 0; i < 60; i++) {
        double tail = u < 0.5 ? 0.5 * erfc(-x / sqrt(2)) - u : (1 - u) - 0.5 * erfc(x / sqrt(2));
        double step = tail / (exp(-x * x / 2) / sqrt(2 * M_PI));
        x -= step > 1 ? 1 : step < -1 ? -1 : step;
    }
    return x;
}

static void deviates_are_those_of_a_slow_generator(void **state) {
    (void)state;
    double z[64];
    for (int lanes = 2; lanes <= (int)pk_lanes_best(); lanes *= 2) {
        const struct kernel *k = pk_kernel_of((enum pk_lanes)lanes);
        k->normals(20261123, 1000, PK_v1, 64 / lanes, z);
        for (int i = 0; i < 64; i++)
            assert_float_equal(z[i], slow_normal(20261123, 1000 + (uint64_t)i, PK_v1), 2e-13);
    }
}

static void deviates_have_the_moments_of_a_normal(void **state) {
    (void)state;
    enum { N = 200000 };
    double *z = NEWS(&arena, double, N), sum[5] = {0}, cross = 0;
    double *other = NEWS(&arena, double, N);
    pk_kernel_plain.normals(7, 0, PK_cl, N / 2, z);
    pk_kernel_plain.normals(7, 0, PK_v1, N / 2, other);
    for (int i = 0; i < N; i++) {
        for (int p = 1; p < 5; p++) sum[p] += pow(z[i], p) / N;
        cross += z[i] * other[i] / N;
    }
    assert_float_equal(sum[1], 0, 4 / sqrt(N));
    assert_float_equal(sum[2], 1, 4 * sqrt(2) / sqrt(N));
    assert_float_equal(sum[3], 0, 4 * sqrt(15) / sqrt(N));
    assert_float_equal(sum[4], 3, 4 * sqrt(96) / sqrt(N));
    assert_float_equal(cross, 0, 4 / sqrt(N));
}

static void exp_and_log_are_those_of_libm(void **state) {
    (void)state;
    for (double x = -700; x < 700; x += 0.731) {
        double in[2] = {x, x}, e[2], l[2];
        pk_kernel_plain.exp_log(in, e, l);
        assert_true(fabs(e[0] - exp(x)) <= 4e-16 * exp(x));
        in[0] = in[1] = exp(x);
        pk_kernel_plain.exp_log(in, e, l);
        assert_true(fabs(l[0] - x) <= 3e-16 * fabs(x) + 1e-16);
    }
}

static const unsigned all_outputs = (1u << PK_OUTPUT_COUNT) - 1;

/* rows[o][t * stride + patient], a row for each time. */
static void rows_of(const struct pk_case *c, struct pk_population p, int from,
                    struct pk_grid grid, float *rows[PK_OUTPUT_COUNT]) {
    ptrdiff_t stride = pk_population_stride(p.n);
    float *kept[PK_OUTPUT_COUNT];
    for (int o = 0; o < PK_OUTPUT_COUNT; o++) {
        rows[o] = NEWS(&arena, float, grid.count * stride);
        kept[o] = arena_alloc(&arena, sizeof **kept, 64, grid.count * stride);
    }
    pk_population_rows(arena, c, &p, from, grid, all_outputs, kept);
    for (int o = 0; o < PK_OUTPUT_COUNT; o++)
        for (int t = 0; t < grid.count; t++)
            for (int i = 0; i < p.n; i++)
                rows[o][t * stride + i] = kept[o][pk_population_at(grid.count, i, t)];
}

static void every_width_gives_the_same_bits(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    struct pk_regimen r = mixed(m);
    struct pk_subject who = {.weight_kg = 83};
    struct pk_case c = {m, &who, &r, NULL};
    struct pk_grid grid = {1.5, 203};
    float *plain[PK_OUTPUT_COUNT], *wide[PK_OUTPUT_COUNT];
    enum { N = 301 };
    rows_of(&c, (struct pk_population){N, 5, PK_LANES_2}, 0, grid, plain);
    for (int lanes = 4; lanes <= (int)pk_lanes_best(); lanes *= 2) {
        rows_of(&c, (struct pk_population){N, 5, (enum pk_lanes)lanes}, 0, grid, wide);
        for (int o = 0; o < PK_OUTPUT_COUNT; o++)
            for (int t = 0; t < grid.count; t++)
                assert_memory_equal(plain[o] + t * pk_population_stride(N),
                                    wide[o] + t * pk_population_stride(N), N * sizeof(float));
    }
}

/* FNV-1a over the bits of all rows: any compiler, any processor, the same population. A new
 * figure here means that every seed now gives other people: say so in CHANGELOG.md. */
static void a_seed_gives_the_same_bits_everywhere(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    struct pk_regimen r = mixed(m);
    struct pk_subject who = {.weight_kg = 83};
    struct pk_case c = {m, &who, &r, NULL};
    struct pk_grid grid = {7.5, 64};
    enum { N = 64 };
    float *rows[PK_OUTPUT_COUNT];
    uint64_t hash = UINT64_C(14695981039346656037);
    rows_of(&c, (struct pk_population){N, 20261123, pk_lanes_best()}, 0, grid, rows);
    for (int o = 0; o < PK_OUTPUT_COUNT; o++)
        for (ptrdiff_t i = 0; i < grid.count * pk_population_stride(N); i++) {
            uint32_t bits;
            memcpy(&bits, &rows[o][i], sizeof bits);
            hash = (hash ^ bits) * UINT64_C(1099511628211);
        }
    assert_int_equal(hash, UINT64_C(0xd9e9adf7b6616d7c));
}

static void any_split_gives_the_same_patients(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    struct pk_regimen r = mixed(m);
    struct pk_subject who = {.weight_kg = 61};
    struct pk_case c = {m, &who, &r, NULL};
    struct pk_grid grid = {5, 50};
    float *whole[PK_OUTPUT_COUNT], *part[PK_OUTPUT_COUNT];
    enum pk_lanes lanes = pk_lanes_best();
    rows_of(&c, (struct pk_population){600, 9, lanes}, 0, grid, whole);
    rows_of(&c, (struct pk_population){87, 9, lanes}, 413, grid, part);
    for (int o = 0; o < PK_OUTPUT_COUNT; o++)
        for (int t = 0; t < grid.count; t++)
            assert_memory_equal(whole[o] + t * pk_population_stride(600) + 413,
                                part[o] + t * pk_population_stride(87), 87 * sizeof(float));
}

/* Patient i's departures, drawn again here. */
static void departures(const struct pk_model *m, uint64_t seed, int i, double *eta) {
    for (int p = 0; p < PK_PARAM_COUNT; p++) {
        const struct pk_value *v = &m->params[p];
        double z[2], other[2] = {0}, study[2] = {0};
        pk_kernel_plain.normals(seed, i, p, 1, z);
        if (v->with >= 0) pk_kernel_plain.normals(seed, i, v->with, 1, other);
        if (v->study > 0) pk_kernel_plain.normals(seed, i, 128 + p, 1, study);
        eta[p] = v->omega * (v->rho * other[0] + sqrt(1 - v->rho * v->rho) * z[0]) +
                 v->study * study[0];
    }
}

static void stepping_agrees_with_superposition(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    struct pk_regimen r = mixed(m);
    struct pk_subject who = {.weight_kg = 70};
    struct pk_case c = {m, &who, &r, NULL};
    struct pk_grid grid = {2.5, 150};
    enum { N = 40 };
    float *rows[PK_OUTPUT_COUNT];
    double eta[PK_PARAM_COUNT], minute[150], *y = NEWS(&arena, double, 150 * PK_OUTPUT_COUNT);
    rows_of(&c, (struct pk_population){N, 3, pk_lanes_best()}, 0, grid, rows);
    for (int t = 0; t < grid.count; t++) minute[t] = t * grid.step_min;
    for (int i = 0; i < N; i++) {
        departures(m, 3, i, eta);
        c.eta = eta;
        pk_curve(arena, &c, minute, grid.count, y);
        for (int o = 0; o < PK_OUTPUT_COUNT; o++) {
            double peak = 0;
            for (int t = 0; t < grid.count; t++)
                peak = fmax(peak, y[o * grid.count + t]);
            for (int t = 0; t < grid.count; t++)
                assert_float_equal(rows[o][t * pk_population_stride(N) + i],
                                   y[o * grid.count + t], 2e-7 * peak);
        }
    }
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void check_quantiles(const float *row, int n, const float q[PK_QUANTILES]) {
    float *sorted = NEWS(&arena, float, n);
    memcpy(sorted, row, (size_t)n * sizeof *row);
    qsort(sorted, (size_t)n, sizeof *sorted, by_value);
    for (int k = 0; k < PK_QUANTILES; k++) {
        double h = (n - 1) * pk_probabilities[k];
        int low = (int)floor(h), high = low + 1 < n ? low + 1 : low;
        double want = sorted[low] + (h - low) * ((double)sorted[high] - sorted[low]);
        assert_true(q[k] == (float)want);
    }
}

static void quantiles_are_those_of_a_sort(void **state) {
    (void)state;
    static const int sizes[] = {1, 2, 3, 5, 31, 32, 33, 100, 257, 1000, 10007};
    for (int s = 0; s < (int)(sizeof sizes / sizeof *sizes); s++) {
        int n = sizes[s];
        struct arena before = arena;
        float *row = NEWS(&arena, float, n + 16), *scratch = NEWS(&arena, float, 2 * n + 64);
        double *z = NEWS(&arena, double, n + 2), *drift = NEWS(&arena, double, n + 2);
        struct guess g = {0};
        pk_kernel_plain.normals(1, 0, 1, (n + 1) / 2, z);
        pk_kernel_plain.normals(1, 0, 2, (n + 1) / 2, drift);
        for (int t = 0; t < 60; t++) {
            float q[PK_QUANTILES];
            for (int i = 0; i < n; i++) /* zero, rising, a jump, ties, constant, falling */
                row[i] = t < 3 ? 0 : t == 30 ? (float)(i % 4) : t == 31 ? 7 :
                         (float)exp(z[i] + 0.02 * t * drift[i] + (t > 40 ? 2 : 0) - 0.01 * t);
            pk_quantiles(pk_kernel_of(pk_lanes_best()), row, n, scratch, &g, q);
            check_quantiles(row, n, q);
        }
        arena = before;
    }
}

static void bands_are_the_quantiles_of_the_rows(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    struct pk_regimen r = mixed(m);
    struct pk_subject who = {.weight_kg = 70};
    struct pk_case c = {m, &who, &r, NULL};
    struct pk_grid grid = {1, 303};
    struct pk_population p = {1000, 11, pk_lanes_best()};
    struct pk_population_result result;
    float *rows[PK_OUTPUT_COUNT], q[PK_QUANTILES];
    rows_of(&c, p, 0, grid, rows);
    pk_population(&arena, &c, &p, grid, all_outputs, 50, &result);
    for (int o = 0; o < PK_OUTPUT_COUNT; o++)
        for (int t = 0; t < grid.count; t++) {
            for (int k = 0; k < PK_QUANTILES; k++) q[k] = result.band[o].q[k][t];
            check_quantiles(rows[o] + t * pk_population_stride(p.n), p.n, q);
        }
    int below = 0;
    for (int i = 0; i < p.n; i++)
        below += rows[PK_VENOUS][180 * pk_population_stride(p.n) + i] < 50;
    assert_true(result.below[180] == (float)below / (float)p.n);
}

/* What is kept of each patient, beside a slow reference over every curve. */
static void peaks_and_times_above_are_those_of_the_curves(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    struct pk_regimen r = mixed(m);
    struct pk_subject who = {.weight_kg = 70};
    struct pk_case c = {m, &who, &r, NULL};
    const double level = 120;
    enum { N = 1000, TIMES = 481, FINE = 20 }; /* a step of 3 s beside one of a minute */
    struct pk_population p = {N, 11, pk_lanes_best()};
    struct pk_population_result result;
    float *rows[PK_OUTPUT_COUNT], peak[N], peak_min[N], above_min[N], q[3][PK_QUANTILES];
    pk_population(&arena, &c, &p, (struct pk_grid){4, 121}, 1u << PK_VENOUS, level, &result);
    rows_of(&c, p, 0, (struct pk_grid){1.0 / FINE, (TIMES - 1) * FINE + 1}, rows);
    for (int i = 0; i < N; i++) {
        int above = 0, best = 0;
        const float *row = rows[PK_VENOUS] + i;
        for (int t = 0; t <= (TIMES - 1) * FINE; t++) {
            above += row[t * pk_population_stride(N)] >= level;
            if (t % FINE == 0 && row[t * pk_population_stride(N)] >
                                     row[best * FINE * pk_population_stride(N)])
                best = t / FINE;
        }
        peak[i] = row[best * FINE * pk_population_stride(N)];
        peak_min[i] = (float)best;
        above_min[i] = (float)above / FINE;
    }
    float *each[] = {peak, peak_min, above_min};
    for (int i = 0; i < 3; i++) {
        qsort(each[i], N, sizeof(float), by_value);
        for (int k = 0; k < PK_QUANTILES; k++) {
            double h = (N - 1) * pk_probabilities[k];
            int low = (int)floor(h);
            q[i][k] = (float)(each[i][low] + (h - low) * (double)(each[i][low + 1] - each[i][low]));
        }
    }
    for (int k = 0; k < PK_QUANTILES; k++) {
        assert_float_equal(result.peak_q[k], q[0][k], 1e-3 * q[0][k]);
        assert_float_equal(result.peak_min_q[k], q[1][k], 1e-3);
        assert_float_equal(result.above_min_q[k], q[2][k], 0.25);
    }
    assert_true(q[2][0] > 0 && q[2][4] - q[2][0] > 30); /* people differ */
}

/* Ten times as many times must not take more memory than the ten times longer answer. */
static void memory_does_not_grow_with_the_times_kept(void **state) {
    (void)state;
    const struct pk_model *m = kap1();
    struct pk_regimen r = mixed(m);
    struct pk_subject who = {.weight_kg = 70};
    struct pk_case c = {m, &who, &r, NULL};
    struct pk_population p = {2000, 11, pk_lanes_best()};
    struct pk_population_result result;
    enum { ROOM = 8 << 20 }; /* all rows kept would be 2000 * 4800 * 4 = 38 MB an output */
    char *memory = NEWS(&arena, char, ROOM);
    for (int times = 480; times <= 4800; times *= 10) {
        struct arena small = arena_over(memory, ROOM);
        pk_population(&small, &c, &p, (struct pk_grid){1, times}, 1u << PK_VENOUS, 0, &result);
        assert_int_equal(result.band[PK_VENOUS].count, times);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviates_are_those_of_a_slow_generator),
        cmocka_unit_test(deviates_have_the_moments_of_a_normal),
        cmocka_unit_test(exp_and_log_are_those_of_libm),
        cmocka_unit_test(every_width_gives_the_same_bits),
        cmocka_unit_test(a_seed_gives_the_same_bits_everywhere),
        cmocka_unit_test(any_split_gives_the_same_patients),
        cmocka_unit_test(stepping_agrees_with_superposition),
        cmocka_unit_test(quantiles_are_those_of_a_sort),
        cmocka_unit_test(bands_are_the_quantiles_of_the_rows),
        cmocka_unit_test(peaks_and_times_above_are_those_of_the_curves),
        cmocka_unit_test(memory_does_not_grow_with_the_times_kept),
    };
    arena_open(&arena, (ptrdiff_t)2 << 30);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
