/*
 * population: N virtual patients on an even grid.
 *
 * Patient i of a seed is always the same person, whatever the order, the split or the
 * processor: each departure is a function of (seed, i, parameter). Time goes in tiles: TILE
 * grid times of all patients are computed into rows that stay in cache, the quantiles are
 * taken, and the rows are used again. Memory is N times a state, never N times the grid.
 */
#include "pk/engine.h"

enum { LINE = 64 /* bytes of a cache line */ };

enum pk_lanes pk_lanes_best(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return PK_LANES_8;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return PK_LANES_4;
#endif
    return PK_LANES_2;
}

ptrdiff_t pk_population_stride(int n) { return (n + PAD - 1) / PAD * PAD; }

static int bits_in(unsigned set) {
    int n = 0;
    for (; set; set &= set - 1) n++;
    return n;
}

struct crowd { /* what a run works on */
    const struct kernel *kernel;
    struct plan *plan;
    void *memory;
    int blocks;
};

static struct crowd crowd_of(struct arena *a, const struct pk_case *c,
                             const struct pk_population *p, struct pk_grid grid,
                             unsigned outputs, int patients) {
    struct crowd w = {.kernel = pk_kernel_of(p->lanes), .plan = NEW(a, struct plan)};
    CHECK(patients > 0 && grid.count > 0 && grid.step_min > 0 && outputs, "checked at the door");
    if (c->model->central_is_venous) outputs &= ~(1u << PK_ARTERIAL);
    pk_plan_make(c, outputs, w.plan);
    w.plan->random = true;
    w.plan->seed = p->seed;
    w.plan->step_h = grid.step_min / MINUTES_PER_HOUR;
    w.blocks = (patients + w.kernel->lanes - 1) / w.kernel->lanes;
    w.memory = arena_alloc(a, 1, LINE, w.kernel->bytes(w.plan, w.blocks));
    return w;
}

/* A group of patients whose state stays in the first cache while its times go by. */
enum { GROUP = 32 };

void pk_population_rows(struct arena scratch, const struct pk_case *c,
                        const struct pk_population *p, int64_t from, struct pk_grid grid,
                        unsigned outputs, float *const *rows) {
    ptrdiff_t block_stride = (ptrdiff_t)PK_BLOCK * grid.count;
    struct crowd w = crowd_of(&scratch, c, p, grid, outputs, GROUP);
    CHECK(!c->model->central_is_venous || !(outputs & 1u << PK_ARTERIAL),
          "rows of a site that the model does not have");
    for (int at = 0; at < p->n; at += GROUP) {
        int here = p->n - at < GROUP ? p->n - at : GROUP;
        int blocks = (here + w.kernel->lanes - 1) / w.kernel->lanes;
        w.kernel->setup(w.plan, from + at, blocks, w.memory);
        for (int k = 0; k < grid.count; k += TILE_LONG) {
            int end = k + TILE_LONG < grid.count ? k + TILE_LONG : grid.count;
            struct place to = {.stride = PK_BLOCK, .block_stride = block_stride};
            if (end < grid.count) to.ahead = (ptrdiff_t)TILE_LONG * PK_BLOCK;
            for (int i = 0; i < w.plan->n_rows; i++)
                to.rows[i] = rows[i] + at / PK_BLOCK * block_stride + (ptrdiff_t)k * PK_BLOCK;
            w.kernel->tile(w.plan, w.memory, blocks, k, end, &to);
        }
    }
}

/* The bands and what is kept of each patient. */
struct tally {
    int n;
    float below, step_min; /* below 0: nobody asks */
    float *peak, *peak_min;
    float *last, *above_min; /* the venous level at the time before, minutes at or above `below` */
    float *scratch;
    struct guess guess[PK_OUTPUT_COUNT];
};

static void take_peaks(struct tally *t, const float *row, float minute) {
    for (int i = 0; i < t->n; i++) {
        bool higher = row[i] > t->peak[i];
        t->peak[i] = higher ? row[i] : t->peak[i];
        t->peak_min[i] = higher ? minute : t->peak_min[i];
    }
}

/* Of a step, as if the level went straight from one time to the next. */
static float share_above(float a, float b, float level) {
    float high = a > b ? a : b, low = a > b ? b : a;
    if (high < level) return 0;
    return low >= level ? 1 : (high - level) / (high - low);
}

static void take_above(struct tally *t, const float *row, int k) {
    for (int i = 0; i < t->n; i++) {
        if (k > 0) t->above_min[i] += t->step_min * share_above(t->last[i], row[i], t->below);
        t->last[i] = row[i];
    }
}

static float share_below(const float *row, int n, float below) {
    int count = 0;
    for (int i = 0; i < n; i++) count += row[i] < below;
    return (float)count / (float)n;
}

/* Peaks are looked for every minute or so, whatever the grid that is shown. */
static int steps_between(struct pk_grid grid) {
    const int few = 20000;
    int n = (int)ceil(grid.step_min - 1e-9);
    return n > 1 && (grid.count - 1) * (double)n < few ? n : 1;
}

struct run {
    struct crowd w;
    struct tally t;
    struct pk_grid fine;
    int every; /* of the fine grid's times one is shown */
    struct pk_population_result *out;
};

static void take_row(struct run *r, enum pk_output o, const float *row, int k) {
    struct tally *t = &r->t;
    float q[PK_QUANTILES];
    if (o == PK_VENOUS) take_peaks(t, row, (float)(k * r->fine.step_min));
    if (o == PK_VENOUS && t->below > 0) take_above(t, row, k);
    if (k % r->every) return;
    pk_quantiles(r->w.kernel, row, t->n, t->scratch, &t->guess[o], q);
    for (int i = 0; i < PK_QUANTILES; i++) r->out->band[o].q[i][k / r->every] = q[i];
    if (o == PK_VENOUS && r->out->below)
        r->out->below[k / r->every] = share_below(row, t->n, t->below);
}

static void results_open(struct arena *a, unsigned outputs, int count, double below_ng_ml,
                         struct pk_population_result *out) {
    *out = (struct pk_population_result){0};
    for (int o = 0; o < PK_OUTPUT_COUNT; o++) {
        if (!(outputs >> o & 1)) continue;
        out->band[o].count = count;
        for (int i = 0; i < PK_QUANTILES; i++) out->band[o].q[i] = NEWS(a, float, count);
    }
    if (below_ng_ml > 0 && (outputs >> PK_VENOUS & 1)) out->below = NEWS(a, float, count);
}

static void tally_open(struct arena *a, int n, double below_ng_ml, double step_min,
                       struct tally *t) {
    t->n = n;
    t->below = (float)below_ng_ml;
    t->step_min = (float)step_min;
    t->peak = NEWS(a, float, n);
    t->peak_min = NEWS(a, float, n);
    t->last = NEWS(a, float, n);
    t->above_min = NEWS(a, float, n);
    t->scratch = NEWS(a, float, 2 * pk_population_stride(n) + PAD);
}

static void quantiles_once(struct run *r, const float *of_each, float *q) {
    struct guess none = {0};
    pk_quantiles(r->w.kernel, of_each, r->t.n, r->t.scratch, &none, q);
}

void pk_population(struct arena *a, const struct pk_case *c, const struct pk_population *p,
                   struct pk_grid grid, unsigned outputs, double below_ng_ml,
                   struct pk_population_result *out) {
    if (c->model->central_is_venous) outputs &= ~(1u << PK_ARTERIAL);
    results_open(a, outputs, grid.count, below_ng_ml, out);
    struct arena scratch = *a;
    struct run r = {.out = out, .every = steps_between(grid)};
    r.fine = (struct pk_grid){grid.step_min / r.every, (grid.count - 1) * r.every + 1};
    r.w = crowd_of(&scratch, c, p, r.fine, outputs, p->n);
    tally_open(&scratch, p->n, below_ng_ml, r.fine.step_min, &r.t);
    ptrdiff_t stride = pk_population_stride(p->n);
    struct place to = {.stride = stride, .block_stride = PK_BLOCK};
    for (int i = 0; i < bits_in(outputs); i++) to.rows[i] = NEWS(&scratch, float, stride * TILE);
    r.w.kernel->setup(r.w.plan, 0, r.w.blocks, r.w.memory);
    for (int k = 0; k < r.fine.count; k += TILE) {
        int end = k + TILE < r.fine.count ? k + TILE : r.fine.count;
        r.w.kernel->tile(r.w.plan, r.w.memory, r.w.blocks, k, end, &to);
        for (int row = 0; row < r.w.plan->n_rows; row++)
            for (int i = k; i < end; i++)
                take_row(&r, r.w.plan->rows[row].output, to.rows[row] + (i - k) * stride, i);
    }
    quantiles_once(&r, r.t.peak, out->peak_q);
    quantiles_once(&r, r.t.peak_min, out->peak_min_q);
    quantiles_once(&r, r.t.above_min, out->above_min_q);
}
