/*
 * curve: one patient at any times, by superposition: each dose's closed form, added up.
 * It shares the modes with the stepping kernels and nothing else, so each checks the other.
 *
 * Of a unit bolus into channel j, output o is  sum over modes of  w e^{-p t},  w = b_j c_o.
 * Of a zero-order input over D at rate r it is  r sum w/p (1 - e^{-p t})  while it lasts and
 * r sum w/p (1 - e^{-p D}) e^{-p (t - D)}  after.
 */
#include "pk/engine.h"

const struct kernel *pk_kernel_of(enum pk_lanes lanes) {
#if defined(__x86_64__)
    if (lanes == PK_LANES_8) return &pk_kernel_avx512;
    if (lanes == PK_LANES_4) return &pk_kernel_avx2;
#endif
    (void)lanes;
    return &pk_kernel_plain;
}

double pk_log(double x) {
    double in[2] = {x, x}, e[2], l[2];
    pk_kernel_plain.exp_log(in, e, l);
    return l[0];
}

double pk_power(double x, double exponent) {
    double y = exponent * pk_log(x), in[2] = {y, y}, e[2], l[2];
    pk_kernel_plain.exp_log(in, e, l);
    return e[0];
}

struct terms { /* weights of one output's modes for one channel */
    int n;
    double w[MODES_MAX], p[MODES_MAX];
    double q; /* a filter's own pole, whose weight is minus the sum of the others; 0: none */
};

static void terms_of(const struct plan *pl, const struct modes *m, int channel, int place,
                     struct terms *t) {
    bool filter = pl->n_private[place] == 1;
    t->n = 0;
    t->q = filter ? m->p[pl->first_private[place]] : 0;
    for (int i = 0; i < pl->n_shared; i++) {
        t->w[t->n] = m->b[channel][i] * m->c[place][i];
        t->p[t->n++] = m->p[i];
    }
    for (int i = 0; !filter && i < pl->n_private[place]; i++) {
        int mode = pl->first_private[place] + i;
        t->w[t->n] = m->b[channel][mode];
        t->p[t->n++] = m->p[mode];
    }
}

/* e^{-pt}, or less e^{-qt} where a filter follows: exact however near the two are. The slower
 * one is taken out, so that after days neither factor is infinite. */
static double decay(double p, double q, double t) {
    if (q <= 0) return exp(-p * t);
    return p > q ? exp(-q * t) * expm1((q - p) * t) : -exp(-p * t) * expm1((p - q) * t);
}

/* After a unit rate over `on`, `off` ago: (1 - e^{-p on}) e^{-p off} / p. */
static double filled(double p, double on, double off) {
    return -expm1(-p * on) * exp(-p * off) / p;
}

/* The same less that of q; where they nearly meet, by the slope at the middle. */
static double filled_less(double p, double q, double on, double off) {
    if (fabs(p - q) > 3e-5 * p) return filled(p, on, off) - filled(q, on, off);
    double m = (p + q) / 2, g = filled(m, on, off);
    return (p - q) * (on * exp(-m * (on + off)) / m - off * g - g / m);
}

static double bolus_at(const struct terms *t, double since_h) {
    double y = 0;
    for (int i = 0; i < t->n; i++) y += t->w[i] * decay(t->p[i], t->q, since_h);
    return y;
}

static double window_at(const struct terms *t, double since_h, double over_h) {
    double y = 0, on = since_h < over_h ? since_h : over_h, off = since_h - on;
    for (int i = 0; i < t->n; i++)
        y += t->w[i] * (t->q > 0 ? filled_less(t->p[i], t->q, on, off)
                                 : filled(t->p[i], on, off));
    return y / over_h;
}

/* Integrals of the two from 0 to since_h. */
static double bolus_area(const struct terms *t, double since_h) {
    double y = 0;
    for (int i = 0; i < t->n; i++)
        y += t->w[i] * (filled(t->p[i], since_h, 0) -
                        (t->q > 0 ? filled(t->q, since_h, 0) : 0));
    return y;
}

static double filled_area(double p, double on, double off) {
    return (on - filled(p, on, off)) / p;
}

static double window_area(const struct terms *t, double since_h, double over_h) {
    double y = 0, on = since_h < over_h ? since_h : over_h, off = since_h - on;
    for (int i = 0; i < t->n; i++)
        y += t->w[i] * (filled_area(t->p[i], on, off) -
                        (t->q > 0 ? filled_area(t->q, on, off) : 0));
    return y / over_h;
}

enum quantity { AT, AREA };

static double linear_at(const struct plan *pl, const struct modes *m, enum linear l, double t_h,
                        enum quantity q) {
    double y = 0;
    struct terms terms;
    for (int i = 0; i < pl->n_edges; i++) {
        const struct edge *e = &pl->edges[i];
        double since = t_h - e->at_h, over = m->duration_h[i];
        if (e->kind == EDGE_OFF || since < -1e-12) continue;
        if (since < 0) since = 0;
        terms_of(pl, m, e->channel, pl->linear_at[l], &terms);
        double unit;
        if (e->kind == EDGE_BOLUS) unit = q == AT ? bolus_at(&terms, since)
                                                  : bolus_area(&terms, since);
        else unit = q == AT ? window_at(&terms, since, over) : window_area(&terms, since, over);
        y += m->amount[i] * unit;
    }
    return y;
}

/* See engine.h, equal poles. */
static double output_at(const struct one *o, enum linear l, double t_h, enum quantity q) {
    double up = linear_at(&o->plan, &o->modes, l, t_h, q), y = up;
    if (o->shifted) y = (up + linear_at(&o->plan, &o->down, l, t_h, q)) / 2;
    if (o->plan.transit && l == L_NK) {
        double h2 = o->modes.half * o->modes.half, wide2 = o->wider.half * o->wider.half;
        y += (up - linear_at(&o->plan, &o->wider, l, t_h, q)) * h2 / (wide2 - h2);
    }
    return y <= 0 ? 0 : y; /* not a number stays so */
}

static const unsigned every_output = (1u << PK_OUTPUT_COUNT) - 1;

static void modes_with(struct plan *pl, double shift, double spread, struct modes *out) {
    pl->shift = shift, pl->spread = spread;
    pk_kernel_plain.one(pl, out);
}

const struct one *pk_curve_open(struct arena *a, const struct pk_case *c, double filter_gap) {
    struct one *o = NEW(a, struct one);
    pk_plan_make(c, every_output, &o->plan);
    o->plan.filter_gap = filter_gap;
    modes_with(&o->plan, SHIFT, SPREAD_WIDE, &o->modes);
    modes_with(&o->plan, -SHIFT, SPREAD_WIDE, &o->down);
    if (o->plan.transit) modes_with(&o->plan, SHIFT, 4 * SPREAD_WIDE, &o->wider);
    o->shifted = memcmp(o->modes.p, o->down.p, sizeof o->down.p) != 0;
    return o;
}

double pk_curve_at(const struct one *o, enum pk_output output, double minute) {
    const struct plan *pl = &o->plan;
    double t_h = minute / MINUTES_PER_HOUR, y;
    switch (output) {
    case PK_ARTERIAL: return pl->central_is_venous ? NAN : output_at(o, L_ARTERIAL, t_h, AT);
    case PK_VENOUS: return output_at(o, L_VENOUS, t_h, AT);
    case PK_NORKETAMINE: return output_at(o, L_NK, t_h, AT);
    case PK_EFFECT_SITE: return output_at(o, L_EFFECT, t_h, AT);
    case PK_DISSOCIATION: return pk_effect(pl, output_at(o, L_EFFECT, t_h, AT), o->modes.c50);
    case PK_SBP:
        y = output_at(o, L_BP, t_h, AT);
        return o->modes.ebp * y / (o->modes.c50bp + y);
    case PK_OUTPUT_COUNT: break;
    }
    return NAN;
}

void pk_curve(struct arena scratch, const struct pk_case *c, const double *minute, int n,
              double *out) {
    const struct one *o = pk_curve_open(&scratch, c, FINE_GAP);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < PK_OUTPUT_COUNT; k++)
            out[(ptrdiff_t)k * n + i] = pk_curve_at(o, (enum pk_output)k, minute[i]);
}

void pk_exposure(struct arena scratch, const struct pk_case *c, double until_min,
                 double out[3]) {
    const struct one *o = pk_curve_open(&scratch, c, POLE_GAP);
    double t_h = until_min / MINUTES_PER_HOUR;
    out[0] = o->plan.central_is_venous ? NAN : output_at(o, L_ARTERIAL, t_h, AREA);
    out[1] = output_at(o, L_VENOUS, t_h, AREA);
    out[2] = output_at(o, L_NK, t_h, AREA);
}

enum err pk_model_check(struct arena scratch, const struct pk_model *m, struct faults *faults) {
    static const char *const names[] = {"arterial", "venous", "norketamine", "effect site",
                                        "dissociation", "sbp"};
    struct pk_subject who = {.weight_kg = m->params[PK_reference_weight].value};
    for (int i = 0; i < m->golden_count; i++) {
        const struct pk_golden *g = &m->golden[i];
        struct pk_regimen r = {.entity = m->entity_only < PK_ENTITY_COUNT ? m->entity_only
                                                                         : PK_RACEMATE};
        struct pk_dose dose = {g->route, 0, g->dose_mg, g->minutes, PK_SWALLOWED, 1};
        pk_regimen_add(&r, m, dose, faults);
        if (faults->n) break;
        struct pk_case c = {m, &who, &r, NULL};
        double y[PK_OUTPUT_COUNT];
        pk_curve(scratch, &c, &g->at_min, 1, y);
        for (int o = 0; o < PK_OUTPUT_COUNT; o++) {
            if (isnan(g->expect[o])) continue;
            if (fabs(y[o] - g->expect[o]) <= m->tolerance * fabs(g->expect[o])) continue;
            fault_add(faults, g->place, "golden", "%s %g mg at %g min: %s is %.9g, not %.9g "
                      "within %g of it", pk_route_word(g->route), g->dose_mg, g->at_min,
                      names[o], y[o], g->expect[o], m->tolerance);
        }
    }
    return faults_err(faults);
}
