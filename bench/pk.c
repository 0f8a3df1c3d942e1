/*
 * pk: the forecast's engine, timed. N virtual patients, six sublingual doses, 480 grid times;
 * arterial ketamine, norketamine and the effect site. The model is KAP-1 without the lines
 * that a solver's user would leave out: 8 states (two depots filled at once, three
 * compartments, norketamine two, effect site). Prints tab-separated lines
 * `what  horizon  lanes  seconds`, each the mean of several runs after a first one, in
 * processor time.
 *
 *     bench_pk [N [LANES]]     LANES: vectors of no fewer patients than this
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/embed.h"
#include "pk/pk.h"

enum { TIMES = 480, RUNS = 5, DOSES = 6 };

static const unsigned outputs = 1u << PK_ARTERIAL | 1u << PK_NORKETAMINE | 1u << PK_EFFECT_SITE;

struct job {
    struct arena *arena;
    struct pk_case c;
    struct pk_population p;
    struct pk_grid grid;
    float *rows[3];
};

static void curves(struct job *j) {
    pk_population_rows(*j->arena, &j->c, &j->p, 0, j->grid, outputs, j->rows);
}

static void bands(struct job *j) {
    struct arena scratch = *j->arena;
    struct pk_population_result r;
    pk_population(&scratch, &j->c, &j->p, j->grid, outputs, 0, &r);
}

/* Processor time: what other programs take of the machine does not count. */
static double processor_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void measure(struct job *j, const char *what, const char *horizon,
                    void (*work)(struct job *)) {
    work(j);
    double from = processor_s();
    for (int i = 0; i < RUNS; i++) work(j);
    printf("%s\t%s\t%d\t%.6f\n", what, horizon, j->p.lanes, (processor_s() - from) / RUNS);
}

static struct pk_regimen doses(const struct pk_model *m, double every_min, struct faults *f) {
    struct pk_regimen r = {.entity = PK_RACEMATE};
    for (int i = 0; i < DOSES; i++) {
        struct pk_dose d = {PK_SL, i * every_min, 100, 0, PK_SWALLOWED, 1};
        pk_regimen_add(&r, m, d, f);
    }
    return r;
}

/* The model's text without the durations of the depots and the transit of norketamine. */
static struct str eight_states(struct arena *a, struct str text) {
    struct buf b = buf_new(a, text.n + 1);
    while (text.s) {
        struct str line = str_cut(text, '\n', &text);
        bool leave = str_starts(line, STR("param sl_d ")) || str_starts(line, STR("test ")) ||
                     str_starts(line, STR("param sl_gut_d ")) ||
                     str_starts(line, STR("param mtt "));
        if (leave) continue;
        buf_put(&b, line);
        buf_char(&b, '\n');
    }
    return buf_str(&b);
}

int main(int argc, char **argv) {
    struct arena arena;
    arena_open(&arena, (ptrdiff_t)4 << 30);
    struct faults faults = {.arena = &arena};
    const struct embedded *text = embed_find(STR("content/pk/kap1.txt"));
    const struct pk_model *m;
    int64_t n = 10000, least = PK_LANES_2;
    if (argc > 1 && !str_to_int(str_from(argv[1]), &n)) return 2;
    if (argc > 2 && !str_to_int(str_from(argv[2]), &least)) return 2;
    if (!text || pk_model_parse(&arena, text->path, eight_states(&arena, text->bytes), &faults, &m))
        return 1;
    struct pk_subject who = {.weight_kg = 70};
    struct job j = {.arena = &arena, .p = {(int)n, 1, PK_LANES_2}};
    for (int i = 0; i < 3; i++)
        j.rows[i] = arena_alloc(&arena, sizeof(float), 64, pk_population_stride(j.p.n) * TIMES);
    struct { const char *name; double step_min, every_min; } horizons[] = {
        {"8h", 1, 80}, {"6weeks", 126, 7 * 24 * 60}};
    for (int h = 0; h < 2; h++) {
        struct pk_regimen r = doses(m, horizons[h].every_min, &faults);
        j.c = (struct pk_case){m, &who, &r, NULL};
        j.grid = (struct pk_grid){horizons[h].step_min, TIMES};
        for (int lanes = (int)least; lanes <= (int)pk_lanes_best(); lanes *= 2) {
            j.p.lanes = (enum pk_lanes)lanes;
            measure(&j, "curves", horizons[h].name, curves);
            measure(&j, "bands", horizons[h].name, bands);
        }
    }
    return 0;
}
