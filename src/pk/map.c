/*
 * map: the most probable parameters of one patient, given levels, or given when the effect was
 * seen to come and go. Here is the pure part: which parameters such data can tell, the
 * objective, how much of the prior is left. src/app/pk_fit.c moves the parameters.
 *
 * One or two venous levels tell a clearance and a volume, or a fraction and a rate, and
 * nothing more; all else stays at the typical value. The objective is
 *
 *     -2 log posterior = sum of residual^2  +  eta' Omega^-1 eta
 *
 * with residuals of levels on the log scale, and of an onset or offset on the logit of the
 * effect, which then is the level named with it. Such an instant is written down some minutes
 * early or late; what the typical effect changes in that time is added to its error, so that
 * where the effect rises steeply a late tap tells little.
 */
#include "pk/engine.h"

static bool varies(const struct pk_model *m, enum pk_param p) {
    return m->params[p].set && m->params[p].omega > 0;
}

static void free_one(struct pk_map *map, enum pk_param p) {
    if (map->free_count == PK_FREE_MAX || !varies(map->c.model, p)) return;
    for (int i = 0; i < map->free_count; i++)
        if (map->free[i] == p) return;
    map->free[map->free_count++] = p;
}

static const enum pk_param fraction_of[PK_ROUTE_COUNT] = {
    [PK_IM] = PK_im_f, [PK_SL] = PK_sl_f, [PK_FILM] = PK_film_f, [PK_IN] = PK_in_f,
    [PK_ESK] = PK_esk_f, [PK_PO] = PK_ehep};
static const enum pk_param rate_of[PK_ROUTE_COUNT] = {
    [PK_IM] = PK_im_k, [PK_SL] = PK_sl_k, [PK_FILM] = PK_film_k, [PK_IN] = PK_in_k,
    [PK_ESK] = PK_esk_k, [PK_PO] = PK_po_k};

/* The route that brought most. */
static enum pk_route main_route(const struct pk_regimen *r) {
    double mg[PK_ROUTE_COUNT] = {0};
    int best = 0;
    for (int i = 0; i < r->count; i++) mg[r->doses[i].route] += r->doses[i].amount_mg;
    for (int i = 1; i < PK_ROUTE_COUNT; i++)
        if (mg[i] > mg[best]) best = i;
    return (enum pk_route)best;
}

static void choose_free(struct pk_map *map) {
    int levels = 0, effects = 0;
    enum pk_route route = main_route(map->c.regimen);
    enum pk_param clearance = map->c.model->structure == PK_LIVER ? PK_kel : PK_cl;
    for (int i = 0; i < map->observed_count; i++) {
        if (map->observed[i].what == PK_SEEN_EFFECT) effects++;
        else levels++;
    }
    map->free_count = 0;
    if (levels >= 1) free_one(map, route == PK_IV ? clearance : fraction_of[route]);
    if (levels >= 2) free_one(map, route == PK_IV ? PK_v1 : rate_of[route]);
    if (levels >= 3 && route != PK_IV) free_one(map, clearance);
    if (effects >= 1) free_one(map, PK_c50);
    if (effects >= 2) free_one(map, PK_ke0);
}

static double spread_of(const struct pk_value *v) {
    return sqrt(v->omega * v->omega + v->study * v->study);
}

double pk_map_spread_of(const struct pk_map *map, int i) {
    return spread_of(&map->c.model->params[map->free[i]]);
}

double pk_map_typical(const struct pk_map *map, int i) {
    struct plan plan;
    pk_plan_make(&map->c, 1u << PK_VENOUS, &plan);
    return plan.typical[map->free[i]];
}

/* eta' Omega^-1 eta; of the correlations, that of a free pair counts. */
static double prior(const struct pk_map *map, const double *eta) {
    double sum = 0;
    for (int i = 0; i < map->free_count; i++) {
        double x = eta[i] / pk_map_spread_of(map, i);
        sum += x * x;
    }
    for (int i = 0; i < map->free_count; i++) {
        const struct pk_value *v = &map->c.model->params[map->free[i]];
        for (int k = 0; k < map->free_count; k++) {
            if (v->with < 0 || (int)map->free[k] != v->with) continue;
            double x = eta[i] / pk_map_spread_of(map, i), y = eta[k] / pk_map_spread_of(map, k);
            double r = v->rho * v->omega / spread_of(v) * map->c.model->params[v->with].omega /
                       spread_of(&map->c.model->params[v->with]);
            sum += (x * x - 2 * r * x * y + y * y) / (1 - r * r) - x * x - y * y;
        }
    }
    return sum;
}

void pk_map_full(const struct pk_map *map, const double *eta, double *full) {
    for (int p = 0; p < PK_PARAM_COUNT; p++) full[p] = 0;
    for (int i = 0; i < map->free_count; i++) full[map->free[i]] = eta[i];
}

static double logit(double x) { return log(x / (1 - x)); }

static double effect_logit(const struct one *one, double minute) {
    const double least = 1e-9;
    return logit(fmin(fmax(pk_curve_at(one, PK_DISSOCIATION, minute), least), 1 - least));
}

/* What its instant may be off by, at the typical effect, is of an effect's error. */
static double error_of(const struct pk_value *v, const struct one *typical,
                       const struct pk_observed *o) {
    if (o->what == PK_SEEN_NORKETAMINE) return v[PK_residual_nk].value;
    if (o->what != PK_SEEN_EFFECT) return v[PK_residual].value;
    double tap_min = v[PK_residual_tap].value;
    double meanwhile = (effect_logit(typical, o->at_min + tap_min) -
                        effect_logit(typical, fmax(o->at_min - tap_min, 0))) / 2;
    return hypot(v[PK_residual_onset].value, meanwhile);
}

enum err pk_map_open(struct pk_map *map, struct faults *f) {
    const double level_max = 1e5, time_max_min = 60 * 24 * 400;
    bool no_site = map->c.model->central_is_venous;
    CHECK(map->observed_count <= PK_OBSERVED_MAX, "as many as the caller has room for");
    if (map->c.regimen->count == 0)
        fault_add(f, STR("dose"), "required", "nothing was given: there is nothing to fit");
    for (int i = 0; i < map->observed_count; i++) {
        const struct pk_observed *o = &map->observed[i];
        if (!(o->at_min >= 0 && o->at_min <= time_max_min))
            fault_add(f, STR("observed"), "range", "observation %d: its time is before the "
                      "regimen or past 400 days", i + 1);
        if (o->what != PK_SEEN_EFFECT && !(o->value > 0 && o->value < level_max))
            fault_add(f, STR("observed"), "range", "observation %d: a level is more than 0 "
                      "ng/mL, less than %g", i + 1, level_max);
        if (o->what == PK_SEEN_EFFECT && !(o->value > 0 && o->value < 1))
            fault_add(f, STR("observed"), "range", "observation %d: an effect is more than 0, "
                      "less than 1", i + 1);
        if (o->what == PK_SEEN_ARTERIAL && no_site)
            fault_add(f, STR("observed"), "unknown", "observation %d: this model has no "
                      "arterial site", i + 1);
    }
    choose_free(map);
    TRY(faults_err(f));
    struct arena scratch = *f->arena;
    struct pk_case prior_case = map->c;
    prior_case.eta = NULL;
    const struct one *typical = pk_curve_open(&scratch, &prior_case, FINE_GAP);
    for (int i = 0; i < map->observed_count; i++)
        map->error[i] = error_of(map->c.model->params, typical, &map->observed[i]);
    return E_OK;
}

/* From the observation, on the scale of its error. */
static double departure_of(const struct one *one, const struct pk_observed *o) {
    static const enum pk_output outputs[] = {PK_VENOUS, PK_ARTERIAL, PK_NORKETAMINE};
    const double least = 1e-9;
    if (o->what == PK_SEEN_EFFECT) return effect_logit(one, o->at_min) - logit(o->value);
    return log(o->value) - log(fmax(pk_curve_at(one, outputs[o->what], o->at_min), least));
}

static const struct one *patient_of(struct arena *a, const struct pk_map *map,
                                    const double *eta) {
    double *full = NEWS(a, double, PK_PARAM_COUNT);
    struct pk_case c = map->c;
    pk_map_full(map, eta, full);
    c.eta = full;
    return pk_curve_open(a, &c, FINE_GAP);
}

double pk_map_objective(struct arena scratch, const struct pk_map *map, const double *eta) {
    double sum = prior(map, eta);
    const struct one *one = patient_of(&scratch, map, eta);
    for (int i = 0; i < map->observed_count; i++) {
        double r = departure_of(one, &map->observed[i]) / map->error[i];
        sum += r * r;
    }
    return sum;
}

double pk_map_departure(struct arena scratch, const struct pk_map *map, const double *eta, int i) {
    const struct one *one = patient_of(&scratch, map, eta);
    return departure_of(one, &map->observed[i]) / map->error[i];
}

/* Second differences of the objective. */
static void curvature(struct arena scratch, const struct pk_map *map, const double *eta,
                      double h[PK_FREE_MAX][PK_FREE_MAX]) {
    int n = map->free_count;
    double at[PK_FREE_MAX], step[PK_FREE_MAX];
    for (int i = 0; i < n; i++) step[i] = 1e-3 * pk_map_spread_of(map, i);
    for (int i = 0; i < n; i++)
        for (int k = 0; k <= i; k++) {
            double f[4];
            for (int s = 0; s < 4; s++) {
                for (int j = 0; j < n; j++) at[j] = eta[j];
                at[i] += (s & 1 ? -1 : 1) * step[i];
                at[k] += (s & 2 ? -1 : 1) * step[k];
                f[s] = pk_map_objective(scratch, map, at);
            }
            h[i][k] = h[k][i] = (f[0] - f[1] - f[2] + f[3]) / (4 * step[i] * step[k]);
        }
}

/* The diagonal of the inverse, by elimination with the unit vectors beside. */
static void inverse_diagonal(double h[PK_FREE_MAX][PK_FREE_MAX], int n, double *diagonal) {
    double right[PK_FREE_MAX][PK_FREE_MAX] = {{0}};
    for (int i = 0; i < n; i++) right[i][i] = 1;
    for (int i = 0; i < n; i++) {
        double pivot = h[i][i];
        for (int k = 0; k < n; k++) h[i][k] /= pivot, right[i][k] /= pivot;
        for (int j = 0; j < n; j++) {
            double by = j == i ? 0 : h[j][i];
            for (int k = 0; k < n; k++) h[j][k] -= by * h[i][k], right[j][k] -= by * right[i][k];
        }
    }
    for (int i = 0; i < n; i++) diagonal[i] = right[i][i];
}

void pk_map_shrinkage(struct arena scratch, const struct pk_map *map, const double *eta,
                      double *shrinkage) {
    double h[PK_FREE_MAX][PK_FREE_MAX] = {{0}}, inverse[PK_FREE_MAX];
    curvature(scratch, map, eta, h);
    inverse_diagonal(h, map->free_count, inverse);
    for (int i = 0; i < map->free_count; i++) {
        double sd = pk_map_spread_of(map, i), left = 2 * inverse[i] / (sd * sd);
        shrinkage[i] = !(left > 0) || left > 1 ? 1 : left;
    }
}
