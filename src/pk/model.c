/*
 * model: reads a file of content/pk/ into a struct pk_model.
 *
 * The file states each number once, with its unit, how it varies between patients, what kind
 * of knowledge it is (status) and where it was read (source). A number without a status and a
 * source is refused, so is a unit other than the one in params.def: a wrong unit here would be
 * a wrong dose picture later. The grammar is told at the top of content/pk/kap1.txt.
 */
#include <math.h>

#include "pk/engine.h"

enum kind { LOGN, LOGIT, FIXED };
enum { SPREAD_MAX = 5 }; /* past it a number was meant in another unit */
static const double tolerance_max = 1e-3;

static const struct known {
    const char *name, *unit;
    enum kind kind;
} rows[PK_PARAM_COUNT] = {
#define PARAM(name, unit, kind) {#name, unit, kind},
#include "pk/params.def"
#undef PARAM
};

const char *pk_param_name(enum pk_param p) { return rows[p].name; }
const char *pk_param_unit(enum pk_param p) { return rows[p].unit; }
bool pk_param_is_fraction(enum pk_param p) { return rows[p].kind == LOGIT; }

static const char *const entities[PK_ENTITY_COUNT] = {"racemate", "esketamine", "arketamine"};
const char *pk_entity_name(enum pk_entity e) { return entities[e]; }

static int find_param(struct str name) {
    for (int p = 0; p < PK_PARAM_COUNT; p++)
        if (str_is(name, rows[p].name)) return p;
    return -1;
}

static int find_entity(struct str name) {
    for (int e = 0; e < PK_ENTITY_COUNT; e++)
        if (str_is(name, entities[e])) return e;
    return -1;
}

static double number(struct lines *l, struct str word, const char *what) {
    double v = NAN;
    bool power = word.n > 3 && str_starts(word, STR("1e-"));
    int64_t digits;
    if (power && str_to_int(str_slice(word, 3, word.n), &digits) && digits < 16)
        return pow(10, -(double)digits);
    if (!str_to_real(word, &v))
        lines_fault(l, "number", "%s: `%.*s` is not a decimal number", what, STR_ARG(word));
    return v;
}

static bool status_ok(struct str s) {
    return str_is(s, "published") || str_is(s, "calibrated") || str_is(s, "guess") ||
           str_is(s, "design");
}

/* The SD of `iiv N %` and `study N %`, on the log scale. */
static double log_spread(struct lines *l, struct str part, enum kind kind) {
    double cv = number(l, word_next(&part), "variability") / 100;
    if (kind == LOGIT) lines_fault(l, "kind", "a fraction varies by `logit SD`");
    if (!str_is(part, "%"))
        lines_fault(l, "unit", "a coefficient of variation is in %%: `iiv N %%`");
    if (!(cv > 0 && cv <= SPREAD_MAX))
        lines_fault(l, "range", "variability is more than 0 %%, at most %d %%",
                    SPREAD_MAX * 100);
    return sqrt(pk_log(1 + cv * cv));
}

static double logit_spread(struct lines *l, struct str part, enum kind kind) {
    double sd = number(l, word_next(&part), "logit");
    if (kind != LOGIT) lines_fault(l, "kind", "only a fraction varies by `logit SD`");
    if (part.n || !(sd > 0 && sd <= SPREAD_MAX))
        lines_fault(l, "range", "logit SD: a number more than 0, at most %d", SPREAD_MAX);
    return sd;
}

/* One of `iiv N %`, `logit N`, `study N %`, `allometry N`, `with P R`. */
static bool variability(struct lines *l, struct str part, enum kind kind, struct pk_value *v) {
    struct str word = word_next(&part);
    if (str_is(word, "iiv")) {
        v->omega = log_spread(l, part, kind);
    } else if (str_is(word, "study")) {
        v->study = log_spread(l, part, kind);
    } else if (str_is(word, "logit")) {
        v->omega = logit_spread(l, part, kind);
    } else if (str_is(word, "allometry")) {
        v->allometry = number(l, word_next(&part), "allometry");
    } else if (str_is(word, "with")) {
        if (v->with >= 0) lines_fault(l, "twice", "correlated with one other at most");
        v->with = find_param(word_next(&part));
        v->rho = number(l, word_next(&part), "correlation");
        if (v->with < 0) lines_fault(l, "unknown", "correlated with an unknown parameter");
    } else {
        return false;
    }
    return true;
}

static void value_check(struct lines *l, int p, double value) {
    bool sign_free = p == PK_sl_dose_exp;
    if (isnan(value)) return;
    if (rows[p].kind == LOGIT && !(value >= 0 && value <= 1))
        lines_fault(l, "range", "%s is a fraction: from 0 to 1", rows[p].name);
    else if (rows[p].kind == LOGN && !(value > 0))
        lines_fault(l, "range", "%s must be more than 0", rows[p].name);
    else if (!sign_free && value < 0)
        lines_fault(l, "range", "%s must not be negative", rows[p].name);
}

/* NAME VALUE UNIT: the parameter, also where its value has a fault; -1: there is none. */
static int head(struct lines *l, struct str part, double *value) {
    struct str name = word_next(&part);
    int p = find_param(name);
    if (p < 0) {
        lines_fault(l, "unknown", "no parameter is called `%.*s`", STR_ARG(name));
        return -1;
    }
    *value = number(l, word_next(&part), rows[p].name);
    if (!str_is(part, rows[p].unit))
        lines_fault(l, "unit", "%s is in %s: write `%s VALUE %s`", rows[p].name, rows[p].unit,
                    rows[p].name, rows[p].unit);
    else value_check(l, p, *value);
    return p;
}

static void status_and_source(struct lines *l, struct str rest, enum kind kind,
                              struct pk_value *v) {
    struct str part = part_next(&rest);
    while (part.s && !status_ok(part)) {
        if (!variability(l, part, kind, v))
            lines_fault(l, "unknown", "`%.*s` is neither variability nor a status "
                        "(published, calibrated, guess, design)", STR_ARG(part));
        part = part_next(&rest);
    }
    v->status = part;
    v->source = str_trim(rest);
    if (!part.s || v->source.n == 0)
        lines_fault(l, "required", "a parameter needs `| status | source` at its end");
}

static void read_param(struct lines *l, struct pk_model *m) {
    struct str rest = l->value;
    struct pk_value v = {.with = -1, .set = true};
    int p = head(l, part_next(&rest), &v.value);
    if (p < 0) return;
    status_and_source(l, rest, rows[p].kind, &v);
    if (m->params[p].set) lines_fault(l, "twice", "%s is stated twice", rows[p].name);
    if (v.omega > 0 && rows[p].kind == FIXED)
        lines_fault(l, "kind", "%s does not vary between patients", rows[p].name);
    if (v.with >= p || !(fabs(v.rho) < 1))
        lines_fault(l, "range", "correlate with an earlier parameter, between -1 and 1");
    m->params[p] = v;
}

static void read_entity_value(struct lines *l, struct pk_model *m, int e) {
    struct str rest = l->value;
    struct pk_value v = {.with = -1};
    int p = head(l, part_next(&rest), &v.value);
    if (p < 0) return;
    status_and_source(l, rest, rows[p].kind, &v);
    if (v.omega > 0 || v.study > 0 || v.allometry != 0 || v.with >= 0)
        lines_fault(l, "kind", "a drug's own value varies as the line `param` says");
    m->entity[e][p] = v.value;
}

static void read_covariate(struct lines *l, struct pk_model *m) {
    struct str rest = l->value, part = part_next(&rest);
    struct pk_covariate c = {0};
    int p = find_param(word_next(&part));
    struct str kind = word_next(&part);
    if (p < 0 || m->covariate_count == PK_COVARIATES_MAX) {
        lines_fault(l, "unknown", "a covariate of an unknown parameter, or too many of them");
        return;
    }
    c.param = (enum pk_param)p;
    c.kind = str_is(kind, "over_age") ? PK_OVER_AGE : str_is(kind, "asian") ? PK_ASIAN
                                                                            : PK_JAPANESE;
    if (c.kind == PK_JAPANESE && !str_is(kind, "japanese"))
        lines_fault(l, "unknown", "a covariate is over_age, japanese or asian");
    if (c.kind == PK_OVER_AGE) c.above = number(l, word_next(&part), "age");
    c.amount = number(l, word_next(&part), "amount");
    struct pk_value v = {0};
    status_and_source(l, rest, rows[p].kind, &v);
    m->covariates[m->covariate_count++] = c;
}

static int find_output(struct str name) {
    static const char *const names[] = {"arterial", "venous", "norketamine", "effect_site",
                                        "dissociation", "sbp"};
    for (int o = 0; o < PK_OUTPUT_COUNT; o++)
        if (str_is(name, names[o])) return o;
    return -1;
}

static const char test_form[] = "test ROUTE N mg over MIN at MIN : OUTPUT VALUE ...";

static void read_golden(struct lines *l, struct pk_model *m) {
    struct str rest = l->value;
    struct pk_golden g = {.place = str_format(l->arena, "%.*s:%d", STR_ARG(l->file), l->number)};
    if (m->golden_count == PK_GOLDEN_MAX || !pk_route_parse(word_next(&rest), &g.route)) {
        lines_fault(l, "unknown", "a test begins with a route; at most %d of them",
                    PK_GOLDEN_MAX);
        return;
    }
    g.dose_mg = number(l, word_next(&rest), "dose");
    bool form = str_is(word_next(&rest), "mg") && str_is(word_next(&rest), "over");
    g.minutes = number(l, word_next(&rest), "over");
    form = form && str_is(word_next(&rest), "at");
    g.at_min = number(l, word_next(&rest), "at");
    if (!form || !str_is(word_next(&rest), ":") || !rest.n)
        lines_fault(l, "syntax", "write `%s`", test_form);
    else if (!(g.dose_mg > 0 && g.minutes >= 0 && g.at_min >= 0))
        lines_fault(l, "range", "a test has a dose, and no time before it");
    for (int o = 0; o < PK_OUTPUT_COUNT; o++) g.expect[o] = NAN;
    for (struct str name = word_next(&rest); name.s; name = word_next(&rest)) {
        int o = find_output(name);
        double v = number(l, word_next(&rest), "value");
        if (o < 0) lines_fault(l, "unknown", "no output `%.*s`", STR_ARG(name));
        else g.expect[o] = v;
    }
    m->golden[m->golden_count++] = g;
}

static void read_head(struct lines *l, struct pk_model *m) {
    struct str rest = l->value;
    int64_t version = 0;
    m->name = word_next(&rest);
    if (!m->name.s || !str_to_int(rest, &version) || version < 1 || version > 9999)
        lines_fault(l, "syntax", "model NAME VERSION");
    m->version = (int)version;
}

static void read_entity_only(struct lines *l, struct pk_model *m) {
    int e = find_entity(l->value);
    if (e < 0) lines_fault(l, "unknown", "entity is racemate, esketamine or arketamine");
    else m->entity_only = (enum pk_entity)e;
}

static void read_structure(struct lines *l, struct pk_model *m) {
    bool liver = str_is(l->value, "liver");
    if (!liver && !str_is(l->value, "extraction"))
        lines_fault(l, "unknown", "structure is extraction or liver");
    m->structure = liver ? PK_LIVER : PK_EXTRACTION;
    m->central_is_venous = liver;
}

static bool read_text(struct lines *l, struct pk_model *m) {
    struct { const char *keyword; struct str *to; } texts[] = {
        {"title", &m->title}, {"status", &m->status}, {"site", &m->site}, {"limits", &m->limits}};
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        if (str_is(l->keyword, texts[i].keyword)) {
            *texts[i].to = l->value;
            return true;
        }
    return false;
}

static void read_line(struct lines *l, struct pk_model *m) {
    int e = find_entity(l->keyword);
    if (e >= 0) read_entity_value(l, m, e);
    else if (str_is(l->keyword, "param")) read_param(l, m);
    else if (str_is(l->keyword, "covariate")) read_covariate(l, m);
    else if (str_is(l->keyword, "test")) read_golden(l, m);
    else if (str_is(l->keyword, "observed")) pk_published_read(l, m);
    else if (str_is(l->keyword, "model")) read_head(l, m);
    else if (str_is(l->keyword, "entity")) read_entity_only(l, m);
    else if (str_is(l->keyword, "structure")) read_structure(l, m);
    else if (str_is(l->keyword, "tolerance")) m->tolerance = number(l, l->value, "tolerance");
    else if (str_is(l->keyword, "source") && m->source_count < PK_SOURCES_MAX)
        m->sources[m->source_count++] = l->value;
    else if (!read_text(l, m))
        lines_fault(l, "unknown", "no line of a model begins with `%.*s`", STR_ARG(l->keyword));
}

static void check_lines(struct lines *l, const struct pk_model *m) {
    const struct { const char *form; ptrdiff_t n; } lines[] = {
        {"model NAME VERSION", m->name.n}, {"title TEXT", m->title.n},
        {"status TEXT", m->status.n},      {"site TEXT", m->site.n},
        {"limits TEXT", m->limits.n},      {"source TEXT", m->source_count},
        {test_form, m->golden_count}};
    for (int i = 0; i < (int)(sizeof lines / sizeof *lines); i++)
        if (!lines[i].n) lines_fault(l, "required", "there is no line `%s`", lines[i].form);
}

/* What every model must state, and what its structure asks for. */
static void check_whole(struct lines *l, const struct pk_model *m) {
    static const enum pk_param common[] = {
        PK_v1, PK_v2, PK_v3, PK_q2, PK_q3, PK_fgut, PK_mw_nk, PK_vn, PK_cln, PK_qn, PK_vnp,
        PK_swallow, PK_ke0, PK_c50, PK_gamma, PK_kbp, PK_ebp, PK_c50bp, PK_dbp_ratio,
        PK_weight_effect, PK_base_of_salt, PK_residual, PK_residual_nk, PK_residual_onset,
        PK_reference_weight, PK_weight_min, PK_weight_max, PK_age_min, PK_level_low,
        PK_effect_half, PK_effect_faint};
    static const enum pk_param extraction[] = {PK_cl, PK_ehep, PK_fm, PK_kv};
    static const enum pk_param liver[] = {PK_qh, PK_vh, PK_kel, PK_kmet};
    bool is_liver = m->structure == PK_LIVER;
    const enum pk_param *own = is_liver ? liver : extraction;
    int own_count = is_liver ? (int)(sizeof liver / sizeof *liver)
                             : (int)(sizeof extraction / sizeof *extraction);
    for (int i = 0; i < (int)(sizeof common / sizeof *common); i++)
        if (!m->params[common[i]].set)
            lines_fault(l, "required", "the model does not state %s", rows[common[i]].name);
    for (int i = 0; i < own_count; i++)
        if (!m->params[own[i]].set)
            lines_fault(l, "required", "this structure needs %s", rows[own[i]].name);
    if (!(m->params[PK_weight_min].value <= m->params[PK_weight_max].value))
        lines_fault(l, "range", "weight_min is more than weight_max");
    if (!(m->tolerance > 0 && m->tolerance <= tolerance_max))
        lines_fault(l, "range", "tolerance is more than 0, at most %g", tolerance_max);
    for (int i = 0; i < PK_PARAM_COUNT; i++) {
        const struct pk_value *v = &m->params[i];
        if (v->with >= 0 && !(v->omega > 0 && m->params[v->with].omega > 0))
            lines_fault(l, "range", "%s and %s are correlated: both must vary", rows[i].name,
                        rows[v->with].name);
    }
    check_lines(l, m);
}

enum err pk_model_parse(struct arena *a, struct str file, struct str text,
                        struct faults *faults, const struct pk_model **out) {
    struct pk_model *m = NEW(a, struct pk_model);
    struct lines l = lines_open(a, file, text, faults);
    m->entity_only = PK_ENTITY_COUNT;
    m->tolerance = 1e-5;
    for (int e = 0; e < PK_ENTITY_COUNT; e++)
        for (int p = 0; p < PK_PARAM_COUNT; p++) m->entity[e][p] = NAN;
    for (int p = 0; p < PK_PARAM_COUNT; p++) m->params[p].with = -1;
    while (lines_next(&l)) read_line(&l, m);
    check_whole(&l, m);
    *out = m;
    return faults_err(faults);
}
