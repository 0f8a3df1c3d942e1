/*
 * plan: a case made flat for the kernels: covariates, drug and weight go into the typical
 * values; doses become depots and edges. See engine.h.
 */
#include "pk/engine.h"

static const struct site {
    int k, d, f;
    bool gut;
} mucosa[PK_ROUTE_COUNT] = {
    [PK_IM] = {PK_im_k, -1, PK_im_f, false},
    [PK_SL] = {PK_sl_k, PK_sl_d, PK_sl_f, false},
    [PK_FILM] = {PK_film_k, PK_film_d, PK_film_f, false},
    [PK_IN] = {PK_in_k, -1, PK_in_f, false},
    [PK_ESK] = {PK_esk_k, -1, PK_esk_f, false},
}, gut[PK_ROUTE_COUNT] = {
    [PK_SL] = {PK_sl_gut_k, PK_sl_gut_d, -1, true},
    [PK_FILM] = {PK_film_gut_k, PK_film_gut_d, -1, true},
    [PK_IN] = {PK_in_gut_k, PK_in_gut_d, -1, true},
    [PK_ESK] = {PK_esk_gut_k, PK_esk_gut_d, -1, true},
    [PK_PO] = {PK_po_k, PK_po_d, -1, true},
};

bool pk_plan_route(const struct pk_model *m, enum pk_route r) {
    if (r == PK_IV) return true;
    const struct site *sites[2] = {&mucosa[r], &gut[r]};
    for (int i = 0; i < 2; i++) {
        if (sites[i]->k == 0) continue; /* the first parameter is no rate: no such site */
        if (!m->params[sites[i]->k].set) return false;
        if (sites[i]->f > 0 && !m->params[sites[i]->f].set) return false;
    }
    return true;
}

/* A depot whose duration the model does not state is filled at once. */
static int depot_at(struct plan *p, const struct pk_model *m, enum pk_route route,
                    const struct site *s) {
    int d = s->d >= 0 && m->params[s->d].set ? s->d : -1;
    for (int i = 0; i < p->n_depots; i++)
        if (p->depots[i].k == s->k) return i;
    CHECK(p->n_depots < PK_DEPOTS_MAX, "pk_regimen_add bounds the routes of one regimen");
    p->depots[p->n_depots] = (struct depot){s->k, d, s->f, s->gut, route};
    return p->n_depots++;
}

static void edge_add(struct plan *p, struct edge e) {
    bool window = e.d >= 0 || e.duration_h > 0;
    CHECK(p->n_edges + 2 <= EDGES_MAX, "four edges a dose at most");
    if (!window) {
        e.kind = EDGE_BOLUS;
        p->edges[p->n_edges++] = e;
        return;
    }
    e.kind = EDGE_ON;
    p->edges[p->n_edges++] = e;
    e.kind = EDGE_OFF;
    p->edges[p->n_edges++] = e;
}

static double share_of(const struct pk_model *m, const struct pk_dose *d) {
    bool held = d->route == PK_SL || d->route == PK_FILM;
    return m->params[held && d->rest == PK_SPAT ? PK_spit : PK_swallow].value;
}

static void dose_add(struct plan *p, const struct pk_model *m, const struct pk_dose *d) {
    struct edge e = {.at_h = d->at_min / MINUTES_PER_HOUR, .dose_mg = d->amount_mg,
                     .f_scale = d->f_scale, .d = -1, .beside = -1};
    if (d->amount_mg <= 0) return;
    if (d->route == PK_IV) {
        e.duration_h = d->minutes / MINUTES_PER_HOUR;
        edge_add(p, e);
        return;
    }
    if (mucosa[d->route].k) {
        int i = depot_at(p, m, d->route, &mucosa[d->route]);
        e.channel = 1 + i, e.beside = i, e.form = AMOUNT_TAKEN;
        e.d = p->depots[i].d;
        e.hold_h = d->minutes / MINUTES_PER_HOUR;
        edge_add(p, e);
    }
    if (!gut[d->route].k) return;
    int i = depot_at(p, m, d->route, &gut[d->route]);
    e.channel = 1 + i, e.form = e.beside < 0 ? AMOUNT_ALL : AMOUNT_REST;
    e.share = share_of(m, d);
    e.d = p->depots[i].d;
    if (e.form == AMOUNT_ALL || e.share > 0) edge_add(p, e);
}

static double covariate(const struct pk_covariate *c, const struct pk_subject *s, double v) {
    switch (c->kind) {
    case PK_OVER_AGE:
        return s->age_years > c->above ? v + c->amount * (s->age_years - c->above) : v;
    case PK_JAPANESE: return s->japanese ? v * c->amount : v;
    case PK_ASIAN: return s->asian || s->japanese ? v * c->amount : v;
    }
    return v;
}

static void typical_values(struct plan *p, const struct pk_case *c) {
    const struct pk_model *m = c->model;
    double weight = pk_subject_weight(m, c->subject) / m->params[PK_reference_weight].value;
    for (int i = 0; i < PK_PARAM_COUNT; i++) {
        const struct pk_value *v = &m->params[i];
        double own = m->entity[c->regimen->entity][i];
        double t = isnan(own) ? v->value : own;
        if (v->allometry != 0) t *= pk_power(weight, v->allometry);
        p->typical[i] = t;
        p->omega[i] = v->omega;
        p->study[i] = v->study;
        p->with[i] = v->with;
        p->rho[i] = v->rho;
        p->fraction[i] = pk_param_is_fraction((enum pk_param)i);
    }
    for (int i = 0; i < m->covariate_count; i++) {
        double *t = &p->typical[m->covariates[i].param];
        *t = covariate(&m->covariates[i], c->subject, *t);
    }
}

static void linear_outputs(struct plan *p, unsigned outputs) {
    static const enum linear needs[PK_OUTPUT_COUNT] = {L_ARTERIAL, L_VENOUS, L_NK, L_EFFECT,
                                                       L_EFFECT, L_BP};
    unsigned wanted = 0;
    for (int o = 0; o < PK_OUTPUT_COUNT; o++)
        if (outputs >> o & 1) wanted |= 1u << needs[o];
    int mode = p->n_shared;
    for (int l = 0; l < LINEAR_COUNT; l++) {
        p->linear_at[l] = -1;
        if (!(wanted >> l & 1)) continue;
        int place = p->n_linear++;
        bool none = l == L_ARTERIAL || (l == L_VENOUS && p->central_is_venous);
        p->linear[place] = (enum linear)l;
        p->linear_at[l] = place;
        p->first_private[place] = mode;
        p->n_private[place] = none ? 0 : l != L_NK ? 1 : p->transit ? 4 : 2;
        mode += p->n_private[place];
    }
    p->n_modes = mode;
    for (int o = 0; o < PK_OUTPUT_COUNT; o++)
        if (outputs >> o & 1)
            p->rows[p->n_rows++] = (struct row){(enum pk_output)o, p->linear_at[needs[o]]};
    p->plain = p->n_rows == p->n_linear;
    for (int i = 0; i < p->n_rows; i++)
        p->plain = p->plain && p->rows[i].place == i && p->rows[i].output != PK_DISSOCIATION &&
                   p->rows[i].output != PK_SBP;
}

/* What the needed parameters draw from, each stream once. */
static void streams_of(struct plan *p) {
    bool drawn[STREAMS] = {false};
    for (int i = 0; i < PK_PARAM_COUNT; i++) {
        double t = p->typical[i];
        if (p->fraction[i] && t > 0 && t < 1) p->logit[i] = pk_log(t / (1 - t));
        p->varies[i] = p->omega[i] > 0 || p->study[i] > 0;
        if (!p->need[i] || !p->varies[i]) continue;
        drawn[i] = true;
        drawn[STUDY_STREAM + i] = p->study[i] > 0;
        if (p->with[i] >= 0) drawn[p->with[i]] = true;
    }
    for (int i = 0; i < STREAMS; i++)
        if (drawn[i]) p->streams[p->n_streams++] = i;
}

static void needed(struct plan *p) {
    static const enum pk_param always[] = {PK_v1, PK_v2, PK_v3, PK_q2, PK_q3, PK_fgut};
    static const enum pk_param extraction[] = {PK_cl, PK_ehep, PK_fm};
    static const enum pk_param liver[] = {PK_qh, PK_vh, PK_kel, PK_kmet};
    static const enum pk_param nk[] = {PK_vn, PK_cln, PK_qn, PK_vnp, PK_mtt};
    for (int i = 0; i < (int)(sizeof always / sizeof *always); i++) p->need[always[i]] = true;
    for (int i = 0; i < 3; i++)
        if (p->structure == PK_EXTRACTION) p->need[extraction[i]] = true;
    for (int i = 0; i < 4; i++)
        if (p->structure == PK_LIVER) p->need[liver[i]] = true;
    for (int i = 0; i < 5; i++)
        if (p->linear_at[L_NK] >= 0) p->need[nk[i]] = true;
    if (!p->transit) p->need[PK_mtt] = false;
    p->need[PK_kv] = p->linear_at[L_VENOUS] >= 0 && !p->central_is_venous;
    p->need[PK_ke0] = p->linear_at[L_EFFECT] >= 0;
    for (int i = 0; i < p->n_rows; i++)
        if (p->rows[i].output == PK_DISSOCIATION) p->need[PK_c50] = true;
    p->need[PK_kbp] = p->need[PK_ebp] = p->need[PK_c50bp] = p->linear_at[L_BP] >= 0;
    for (int i = 0; i < p->n_depots; i++) {
        const struct depot *d = &p->depots[i];
        p->need[d->k] = true;
        if (d->d >= 0) p->need[d->d] = true;
        if (d->f >= 0) p->need[d->f] = true;
    }
}

void pk_plan_make(const struct pk_case *c, unsigned outputs, struct plan *out) {
    memset(out, 0, sizeof *out);
    out->structure = c->model->structure;
    out->central_is_venous = c->model->central_is_venous;
    out->transit = c->model->params[PK_mtt].set;
    out->eta = c->eta;
    out->filter_gap = POLE_GAP;
    out->spread = SPREAD;
    out->step_h = 1.0 / MINUTES_PER_HOUR;
    out->n_disposition = out->structure == PK_LIVER ? 4 : 3;
    for (int i = 0; i < c->regimen->count; i++)
        dose_add(out, c->model, &c->regimen->doses[i]);
    for (int i = 0; i < out->n_edges; i++)
        out->zero_order = out->zero_order || out->edges[i].kind != EDGE_BOLUS;
    out->n_shared = out->n_disposition + out->n_depots;
    out->n_channels = 1 + out->n_depots;
    linear_outputs(out, outputs);
    typical_values(out, c);
    needed(out);
    streams_of(out);
    out->weight_effect = out->typical[PK_weight_effect];
    out->gamma = out->typical[PK_gamma];
}

double pk_effect(const struct plan *p, double ce_ng_ml, double c50) {
    double u = pow(ce_ng_ml * p->weight_effect, p->gamma), half = pow(c50, p->gamma);
    return u / (half + u);
}
