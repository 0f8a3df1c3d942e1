#include "app/pk_fit.h"

#include <math.h>
#include <nlopt.h>

struct job {
    struct arena scratch;
    const struct pk_map *map;
    int evaluations;
};

static double objective(unsigned n, const double *x, double *gradient, void *user) {
    struct job *job = user;
    (void)n, (void)gradient; /* the method asks for none */
    job->evaluations++;
    return pk_map_objective(job->scratch, job->map, x);
}

/* BOBYQA: few parameters, smooth, no gradient. Bounds of four SD keep it where the model was
 * ever right. */
static void climb(struct job *job, double *eta, double *best) {
    const double sds = 4, close_enough = 1e-8;
    double low[PK_FREE_MAX], high[PK_FREE_MAX];
    unsigned n = (unsigned)job->map->free_count;
    nlopt_opt opt = nlopt_create(n == 1 ? NLOPT_LN_NELDERMEAD : NLOPT_LN_BOBYQA, n);
    for (unsigned i = 0; i < n; i++) {
        high[i] = sds * pk_map_spread_of(job->map, (int)i);
        low[i] = -high[i];
    }
    nlopt_set_lower_bounds(opt, low);
    nlopt_set_upper_bounds(opt, high);
    nlopt_set_min_objective(opt, objective, job);
    nlopt_set_xtol_rel(opt, close_enough);
    nlopt_set_ftol_abs(opt, close_enough);
    nlopt_set_maxeval(opt, 2000);
    nlopt_result result = nlopt_optimize(opt, eta, best);
    nlopt_destroy(opt);
    /* Rounding at the optimum is no failure: eta holds the best point seen. */
    CHECK(result > 0 || result == NLOPT_ROUNDOFF_LIMITED, "nlopt was given a sound problem");
}

static double moved(double typical, double eta, bool fraction) {
    if (!fraction) return typical * exp(eta);
    double l = log(typical / (1 - typical)) + eta;
    return 1 / (1 + exp(-l));
}

enum err pk_fit(struct arena scratch, struct pk_map map, struct pk_fit *out, struct faults *f) {
    *out = (struct pk_fit){.map = map};
    TRY(pk_map_open(&out->map, f));
    struct job job = {.scratch = scratch, .map = &out->map};
    out->prior_objective = pk_map_objective(scratch, &out->map, out->eta);
    out->objective = out->prior_objective;
    if (out->map.free_count > 0) {
        climb(&job, out->eta, &out->objective);
        pk_map_shrinkage(scratch, &out->map, out->eta, out->shrinkage);
    }
    out->evaluations = job.evaluations;
    pk_map_full(&out->map, out->eta, out->full);
    for (int i = 0; i < out->map.free_count; i++) {
        enum pk_param p = out->map.free[i];
        out->typical[i] = pk_map_typical(&out->map, i);
        out->fitted[i] = moved(out->typical[i], out->eta[i], pk_param_is_fraction(p));
    }
    return E_OK;
}
