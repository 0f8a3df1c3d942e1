/*
 * cvode: the closed form beside a solver that knows nothing of it.
 *
 * Random regimens, random parameters, both structures; a third of the cases has two rates of
 * one chain made nearly equal, a third absorption slower than elimination (flip-flop). CVODE
 * (BDF, relative tolerance 1e-12, restarted at every edge) integrates the compartments of
 * docs/pharmacokinetics.md; pk_curve must agree within 1e-7 of each output's peak, and the
 * mass in all compartments must be what was given. Prints `N passed, M failed`.
 */
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#include "base/embed.h"
#include "pk/engine.h"

enum { A1, P1, P2, LIVER, T1, T2, NK, NKP, VEN, CE, CB, DEPOT, OUT = DEPOT + PK_DEPOTS_MAX,
       STATES };
enum { CASES = 480, TIMES = 25 };

static const double tolerance = 1e-7;

static uint64_t state_of_random = 88172645463325252u;

static double uniform(void) { /* xorshift64 */
    state_of_random ^= state_of_random << 13;
    state_of_random ^= state_of_random >> 7;
    state_of_random ^= state_of_random << 17;
    return (double)(state_of_random >> 11) * 0x1p-53;
}

static double between(double a, double b) { return a + (b - a) * uniform(); }

struct inflow { /* of one state, mg/h, over a time */
    int state;
    double from_h, to_h, rate;
};

struct system {
    double v[PK_PARAM_COUNT];
    bool liver, transit, central_is_venous;
    int depots;
    double k[PK_DEPOTS_MAX];
    bool gut[PK_DEPOTS_MAX];
    struct inflow flows[EDGES_MAX];
    int n_flows;
    double t_h; /* the middle of the piece at hand */
};

static void disposition(const struct system *s, const double *y, double *d) {
    const double *v = s->v;
    double ca = y[A1] / v[PK_v1], c1 = y[P1] / v[PK_v2], c2 = y[P2] / v[PK_v3];
    d[A1] = -v[PK_q2] * (ca - c1) - v[PK_q3] * (ca - c2);
    d[P1] = v[PK_q2] * (ca - c1);
    d[P2] = v[PK_q3] * (ca - c2);
    if (s->liver) {
        double through = v[PK_qh] * (ca - y[LIVER] / v[PK_vh]);
        d[A1] -= through;
        d[LIVER] = through - (v[PK_kel] + v[PK_kmet]) * y[LIVER];
        d[T1] = v[PK_mw_nk] * v[PK_kmet] * y[LIVER];
        d[OUT] = (v[PK_kel] + v[PK_kmet]) * y[LIVER];
    } else {
        d[A1] -= v[PK_cl] * ca;
        d[T1] = v[PK_fm] * v[PK_mw_nk] * v[PK_cl] * ca;
        d[OUT] = v[PK_cl] * ca;
    }
}

static void depots(const struct system *s, const double *y, double *d) {
    const double *v = s->v;
    for (int i = 0; i < s->depots; i++) {
        double flow = s->k[i] * y[DEPOT + i], wall = s->gut[i] ? v[PK_fgut] : 1;
        d[DEPOT + i] = -flow;
        d[OUT] += (1 - wall) * flow;
        if (s->gut[i] && s->liver) {
            d[LIVER] += wall * flow;
        } else if (s->gut[i]) {
            d[A1] += (1 - v[PK_ehep]) * wall * flow;
            d[T1] += v[PK_fm] * v[PK_mw_nk] * v[PK_ehep] * wall * flow;
            d[OUT] += v[PK_ehep] * wall * flow;
        } else {
            d[A1] += flow;
        }
    }
}

static int right_side(realtype t, N_Vector y_, N_Vector d_, void *user) {
    const struct system *s = user;
    const double *v = s->v, *y = N_VGetArrayPointer(y_);
    double *d = N_VGetArrayPointer(d_);
    (void)t;
    memset(d, 0, STATES * sizeof *d);
    disposition(s, y, d);
    depots(s, y, d);
    for (int i = 0; i < s->n_flows; i++)
        if (s->t_h > s->flows[i].from_h && s->t_h < s->flows[i].to_h)
            d[s->flows[i].state] += s->flows[i].rate;
    double formed = d[T1], cn = y[NK] / v[PK_vn], cp = y[NKP] / v[PK_vnp];
    if (s->transit) {
        double kt = 2 / v[PK_mtt];
        d[T1] = formed - kt * y[T1];
        d[T2] = kt * (y[T1] - y[T2]);
        formed = kt * y[T2];
    } else {
        d[T1] = 0;
    }
    d[NK] = formed - v[PK_cln] * cn - v[PK_qn] * (cn - cp);
    d[NKP] = v[PK_qn] * (cn - cp);
    double ca = 1000 * y[A1] / v[PK_v1];
    d[VEN] = s->central_is_venous ? 0 : v[PK_kv] * (ca - y[VEN]);
    d[CE] = v[PK_ke0] * (ca - y[CE]);
    d[CB] = v[PK_kbp] * (ca - y[CB]);
    return 0;
}

/* --- a case ----------------------------------------------------------------------------- */

struct trial {
    struct pk_regimen regimen;
    double eta[PK_PARAM_COUNT];
    struct plan plan;
    struct modes modes; /* here for the amounts and durations of the edges, and the poles */
};

static void random_regimen(const struct pk_model *m, struct pk_regimen *r, struct faults *f) {
    static const enum pk_route kap[] = {PK_IV, PK_IM, PK_SL, PK_IN, PK_PO};
    static const enum pk_route perez[] = {PK_IV, PK_ESK, PK_PO};
    bool liver = m->structure == PK_LIVER;
    int n = 1 + (int)(uniform() * 3);
    *r = (struct pk_regimen){.entity = liver ? PK_ESKETAMINE : PK_RACEMATE};
    for (int i = 0; i < n; i++) {
        struct pk_dose d = {.route = liver ? perez[(int)(uniform() * 3)]
                                           : kap[(int)(uniform() * 5)]};
        d.at_min = i == 0 ? 0 : between(0, 240);
        d.amount_mg = d.route == PK_ESK ? 28 * (1 + (int)(uniform() * 3)) : between(1, 200);
        d.minutes = d.route == PK_IV && uniform() < 0.7 ? between(1, 90)
                    : d.route == PK_SL && uniform() < 0.5 ? between(1, 20) : 0;
        d.rest = uniform() < 0.5 ? PK_SWALLOWED : PK_SPAT;
        pk_regimen_add(r, m, d, f);
    }
}

static double value_of(const struct plan *p, const double *eta, int i) {
    double t = p->typical[i];
    if (!p->fraction[i]) return t * exp(eta[i]);
    return t > 0 && t < 1 ? 1 / (1 + exp(-(log(t / (1 - t)) + eta[i]))) : t;
}

/* Puts a rate of the chain at `gap` (relative) from a pole of the disposition. */
static void bring_together(struct trial *t, int kind) {
    double gap = pow(10, -between(1, 12)), pole = t->modes.p[(int)(uniform() * 3)];
    enum pk_param p = kind == 0 && t->plan.n_depots ? (enum pk_param)t->plan.depots[0].k
                      : kind == 1 ? PK_kv : kind == 2 ? PK_ke0 : PK_mtt;
    double want = p == PK_mtt ? 2 / (pole * (1 + gap)) : pole * (1 + gap);
    if (t->plan.typical[p] > 0) t->eta[p] = log(want / t->plan.typical[p]);
}

static void system_of(const struct trial *t, const struct pk_model *m, struct system *s) {
    memset(s, 0, sizeof *s);
    for (int i = 0; i < PK_PARAM_COUNT; i++) s->v[i] = value_of(&t->plan, t->eta, i);
    s->v[PK_mw_nk] = t->plan.typical[PK_mw_nk];
    s->liver = m->structure == PK_LIVER;
    s->transit = t->plan.transit;
    s->central_is_venous = m->central_is_venous;
    s->depots = t->plan.n_depots;
    for (int i = 0; i < s->depots; i++) {
        s->k[i] = s->v[t->plan.depots[i].k];
        s->gut[i] = t->plan.depots[i].gut;
    }
}

static int state_at(int channel) { return channel == 0 ? A1 : DEPOT + channel - 1; }

struct solver {
    SUNContext context;
    N_Vector y;
    SUNMatrix matrix;
    SUNLinearSolver linear;
    void *cvode;
};

static struct solver solver_open(struct system *s) {
    struct solver v;
    SUNContext_Create(NULL, &v.context);
    v.y = N_VNew_Serial(STATES, v.context);
    N_VConst(0, v.y);
    v.matrix = SUNDenseMatrix(STATES, STATES, v.context);
    v.linear = SUNLinSol_Dense(v.y, v.matrix, v.context);
    v.cvode = CVodeCreate(CV_BDF, v.context);
    CVodeInit(v.cvode, right_side, 0, v.y);
    CVodeSStolerances(v.cvode, 1e-11, 1e-13);
    CVodeSetMaxNumSteps(v.cvode, 2000000);
    CVodeSetLinearSolver(v.cvode, v.linear, v.matrix);
    CVodeSetUserData(v.cvode, s);
    return v;
}

static void solver_close(struct solver *v) {
    CVodeFree(&v->cvode);
    SUNLinSolFree(v->linear);
    SUNMatDestroy(v->matrix);
    N_VDestroy(v->y);
    SUNContext_Free(&v->context);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All times at which something happens or is asked for. */
static int breaks(const struct trial *t, const double *minute, double *at) {
    int n = 0;
    for (int i = 0; i < TIMES; i++) at[n++] = minute[i] / 60;
    for (int i = 0; i < t->plan.n_edges; i++) {
        const struct edge *e = &t->plan.edges[i];
        at[n++] = e->kind == EDGE_OFF ? e->at_h + t->modes.duration_h[i] : e->at_h;
    }
    qsort(at, (size_t)n, sizeof *at, ascending);
    return n;
}

static void flows(const struct trial *t, struct system *s) {
    for (int i = 0; i < t->plan.n_edges; i++) {
        const struct edge *e = &t->plan.edges[i];
        if (e->kind != EDGE_ON) continue;
        double over = t->modes.duration_h[i];
        s->flows[s->n_flows++] = (struct inflow){state_at(e->channel), e->at_h, e->at_h + over,
                                                 t->modes.amount[i] / over};
    }
}

static void boluses(const struct trial *t, double now_h, double *y) {
    for (int i = 0; i < t->plan.n_edges; i++) {
        const struct edge *e = &t->plan.edges[i];
        if (e->kind == EDGE_BOLUS && e->at_h == now_h)
            y[state_at(e->channel)] += t->modes.amount[i];
    }
}

static void read_outputs(const struct system *s, const double *y, double out[4]) {
    out[PK_ARTERIAL] = 1000 * y[A1] / s->v[PK_v1];
    out[PK_VENOUS] = s->central_is_venous ? out[PK_ARTERIAL] : y[VEN];
    out[PK_NORKETAMINE] = 1000 * y[NK] / s->v[PK_vn];
    out[PK_EFFECT_SITE] = y[CE];
}

static double mass(const double *y) {
    double sum = y[A1] + y[P1] + y[P2] + y[LIVER] + y[OUT];
    for (int i = 0; i < PK_DEPOTS_MAX; i++) sum += y[DEPOT + i];
    return sum;
}

/* What came in until `to_h`, mg. */
static double given(const struct trial *t, double to_h) {
    double sum = 0;
    for (int i = 0; i < t->plan.n_edges; i++) {
        const struct edge *e = &t->plan.edges[i];
        double part = to_h - e->at_h, over = t->modes.duration_h[i];
        if (e->kind == EDGE_OFF || part < 0) continue;
        sum += t->modes.amount[i] *
               (e->kind == EDGE_BOLUS || part > over ? 1 : part / over);
    }
    return sum;
}

/* values[o][i] at minute[i]. Answers the worst relative error of mass. */
static double integrate(const struct trial *t, struct system *s, const double *minute,
                        double values[4][TIMES]) {
    double at[TIMES + EDGES_MAX], worst = 0, now = 0, reached, out[4];
    int n = breaks(t, minute, at), next = 0;
    struct solver v = solver_open(s);
    double *y = N_VGetArrayPointer(v.y);
    boluses(t, 0, y);
    for (int i = 0; i < n; i++) {
        if (at[i] > now) {
            s->t_h = (now + at[i]) / 2;
            CVodeReInit(v.cvode, now, v.y);
            CVodeSetStopTime(v.cvode, at[i]);
            if (CVode(v.cvode, at[i], v.y, &reached, CV_NORMAL) < 0) worst = INFINITY;
            now = at[i];
            boluses(t, now, y);
        }
        for (; next < TIMES && minute[next] / 60 <= now; next++) {
            read_outputs(s, y, out);
            for (int o = 0; o < 4; o++) values[o][next] = out[o];
            double want = given(t, now);
            if (want > 0) worst = fmax(worst, fabs(mass(y) - want) / want);
        }
    }
    solver_close(&v);
    return worst;
}

static struct trial *trial_of(struct arena *a, const struct pk_model *m, int number,
                              const struct pk_subject *who) {
    struct faults f = {.arena = a};
    struct trial *t = NEW(a, struct trial);
    random_regimen(m, &t->regimen, &f);
    struct pk_case c = {m, who, &t->regimen, t->eta};
    pk_plan_make(&c, (1u << PK_OUTPUT_COUNT) - 1, &t->plan);
    for (int i = 0; i < PK_PARAM_COUNT; i++)
        t->eta[i] = m->params[i].omega * between(-2, 2);
    pk_kernel_plain.one(&t->plan, &t->modes);
    if (number % 3 == 0) bring_together(t, number / 3 % 4);
    if (number % 3 == 1 && t->plan.n_depots) t->eta[t->plan.depots[0].k] -= between(1, 4);
    pk_kernel_plain.one(&t->plan, &t->modes);
    return t;
}

/* The worst error of any output, as a share of its peak. */
static double compare(struct arena a, const struct pk_model *m, int number) {
    static const char *const names[] = {"arterial", "venous", "norketamine", "effect site"};
    struct pk_subject who = {.weight_kg = between(45, 130)};
    struct trial *t = trial_of(&a, m, number, &who);
    struct pk_case c = {m, &who, &t->regimen, t->eta};
    struct system s;
    double minute[TIMES], values[4][TIMES], closed[PK_OUTPUT_COUNT * TIMES];
    for (int i = 0; i < TIMES; i++) minute[i] = i * between(1, 25) + i;
    qsort(minute, TIMES, sizeof *minute, ascending);
    system_of(t, m, &s);
    flows(t, &s);
    double worst = integrate(t, &s, minute, values);
    pk_curve(a, &c, minute, TIMES, closed);
    if (worst > 1e-8) printf("case %d: mass is off by %.2g\n", number, worst);
    if (worst <= 1e-8) worst = 0;
    for (int o = 0; o < 4; o++) {
        double peak = 1e-9, off = 0;
        if (o == PK_ARTERIAL && m->central_is_venous) continue;
        for (int i = 0; i < TIMES; i++) peak = fmax(peak, values[o][i]);
        for (int i = 0; i < TIMES; i++)
            off = fmax(off, fabs(values[o][i] - closed[o * TIMES + i]) / peak);
        if (off > tolerance)
            printf("%.*s case %d: %s is off by %.2g of its peak\n", STR_ARG(m->name), number,
                   names[o], off);
        worst = fmax(worst, off);
    }
    return worst;
}

int main(void) {
    static const char *const paths[] = {"content/pk/kap1.txt", "content/pk/perez-ruixo.txt"};
    struct arena a;
    int passed = 0, failed = 0;
    double worst_of_all = 0;
    arena_open(&a, (ptrdiff_t)256 << 20);
    for (int k = 0; k < 2; k++) {
        struct faults f = {.arena = &a};
        const struct pk_model *m;
        const struct embedded *e = embed_find(str_from(paths[k]));
        if (!e || pk_model_parse(&a, e->path, e->bytes, &f, &m)) return 3;
        for (int i = 0; i < CASES / 2; i++) {
            double worst = compare(a, m, i);
            worst_of_all = fmax(worst_of_all, worst);
            if (worst <= tolerance) passed++;
            else failed++;
        }
    }
    printf("furthest from the solver: %.2g of a peak\n%d passed, %d failed\n", worst_of_all,
           passed, failed);
    return failed != 0;
}
