/*
 * summary: a forecast in short: peaks, the spans above thresholds, exposure. Looked for on an
 * even grid with every dose's time in it, then sharpened between grid times.
 */
#include "pk/engine.h"

enum { GRID_MAX = 2000 };

struct search {
    const struct one *one;
    double minute[GRID_MAX + 2 * PK_DOSES_MAX + 2];
    int n;
};

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct search *search_open(struct arena *a, const struct pk_case *c, double until_min) {
    struct search *s = NEW(a, struct search);
    double step = until_min / GRID_MAX < 1 ? 1 : until_min / GRID_MAX;
    s->one = pk_curve_open(a, c, FINE_GAP);
    for (int i = 0; i * step <= until_min && i < GRID_MAX; i++) s->minute[s->n++] = i * step;
    for (int i = 0; i < c->regimen->count; i++) {
        const struct pk_dose *d = &c->regimen->doses[i];
        if (d->at_min <= until_min) s->minute[s->n++] = d->at_min;
        if (d->at_min + d->minutes <= until_min) s->minute[s->n++] = d->at_min + d->minutes;
    }
    s->minute[s->n++] = until_min;
    qsort(s->minute, (size_t)s->n, sizeof *s->minute, ascending);
    return s;
}

/* Golden section between the neighbours of the highest grid time. */
static struct pk_peak sharpen(const struct search *s, enum pk_output o, int at) {
    const double g = 0.6180339887498949;
    double low = s->minute[at > 0 ? at - 1 : 0];
    double high = s->minute[at + 1 < s->n ? at + 1 : s->n - 1];
    for (int i = 0; i < 40; i++) {
        double a = high - g * (high - low), b = low + g * (high - low);
        if (pk_curve_at(s->one, o, a) < pk_curve_at(s->one, o, b)) low = a;
        else high = b;
    }
    double middle = (low + high) / 2, here = pk_curve_at(s->one, o, s->minute[at]);
    double best = pk_curve_at(s->one, o, middle);
    if (here >= best) return (struct pk_peak){here, s->minute[at]};
    return (struct pk_peak){best, middle};
}

static struct pk_peak peak_of(const struct search *s, enum pk_output o) {
    double best = -1;
    int at = -1;
    for (int i = 0; i < s->n; i++) {
        double y = pk_curve_at(s->one, o, s->minute[i]);
        if (y > best) best = y, at = i;
    }
    if (at < 0) return (struct pk_peak){NAN, NAN};
    return sharpen(s, o, at);
}

/* Where the output crosses `level` between two times that lie on either side of it. */
static double crossing(const struct search *s, enum pk_output o, double level, int at) {
    double low = s->minute[at], high = s->minute[at + 1];
    bool starts_above = pk_curve_at(s->one, o, low) >= level;
    for (int i = 0; i < 40; i++) {
        double middle = (low + high) / 2;
        bool above = pk_curve_at(s->one, o, middle) >= level;
        if (above == starts_above) low = middle;
        else high = middle;
    }
    return (low + high) / 2;
}

static struct pk_span span_of(const struct search *s, enum pk_output o, double level) {
    int first = -1, last = -1;
    for (int i = 0; i < s->n; i++) {
        if (!(pk_curve_at(s->one, o, s->minute[i]) >= level)) continue;
        if (first < 0) first = i;
        last = i;
    }
    if (first < 0) return (struct pk_span){NAN, NAN};
    double from = first == 0 ? s->minute[0] : crossing(s, o, level, first - 1);
    double to = last == s->n - 1 ? INFINITY : crossing(s, o, level, last);
    return (struct pk_span){from, to};
}

/* Exposure beside that of the same amount into a vein. */
static double systemic_share(struct arena scratch, const struct pk_case *c) {
    const double long_after_min = 60.0 * 24 * 10000;
    struct pk_regimen vein = {.entity = c->regimen->entity, .count = 1};
    vein.doses[0] = (struct pk_dose){PK_IV, 0, pk_regimen_total_mg(c->regimen), 0,
                                     PK_SWALLOWED, 1};
    struct pk_case beside = *c;
    double given[3], into_vein[3];
    beside.regimen = &vein;
    pk_exposure(scratch, c, long_after_min, given);
    pk_exposure(scratch, &beside, long_after_min, into_vein);
    return into_vein[1] > 0 ? given[1] / into_vein[1] : 0;
}

void pk_summary(struct arena scratch, const struct pk_case *c, double until_min,
                struct pk_summary *out) {
    const struct pk_value *v = c->model->params;
    struct search *s = search_open(&scratch, c, until_min);
    double exposure[3];
    pk_exposure(scratch, c, until_min, exposure);
    *out = (struct pk_summary){
        .until_min = until_min,
        .venous = peak_of(s, PK_VENOUS),
        .arterial = peak_of(s, PK_ARTERIAL),
        .norketamine = peak_of(s, PK_NORKETAMINE),
        .dissociation = peak_of(s, PK_DISSOCIATION),
        .sbp = peak_of(s, PK_SBP),
        .above_low = span_of(s, PK_VENOUS, v[PK_level_low].value),
        .half = span_of(s, PK_DISSOCIATION, v[PK_effect_half].value),
        .faint = span_of(s, PK_DISSOCIATION, v[PK_effect_faint].value),
        .auc_ng_h_ml = exposure[1],
        .auc_nk_ng_h_ml = exposure[2],
        .total_mg = pk_regimen_total_mg(c->regimen),
    };
    double share = systemic_share(scratch, c);
    out->dbp_mmhg = out->sbp.value * s->one->plan.typical[PK_dbp_ratio];
    out->systemic_percent = 100 * share;
    out->s_equivalent_mg = share * out->total_mg * s->one->plan.weight_effect;
}

void pk_forecast(struct arena *a, struct pk_case c, struct pk_grid grid,
                 struct pk_population population, struct pk_forecast *out) {
    const unsigned bands = 1u << PK_VENOUS | 1u << PK_DISSOCIATION | 1u << PK_SBP;
    double low = c.model->params[PK_level_low].value;
    *out = (struct pk_forecast){.c = c, .grid = grid, .population = population};
    out->minute = NEWS(a, double, grid.count);
    out->typical = NEWS(a, double, grid.count * PK_OUTPUT_COUNT);
    for (int i = 0; i < grid.count; i++) out->minute[i] = i * grid.step_min;
    pk_curve(*a, &c, out->minute, grid.count, out->typical);
    pk_summary(*a, &c, (grid.count - 1) * grid.step_min, &out->summary);
    out->banner_count = pk_regimen_banners(a, c.regimen, c.model, c.subject, out->banners);
    if (population.n > 0)
        pk_population(a, &c, &population, grid, bands, low, &out->people);
}
