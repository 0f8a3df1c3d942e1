/*
 * pk: the forecast, from what was actually given.
 *
 *   content/pk/NAME.txt -> pk_model      parameters with unit, variability, status, source
 *   what was given      -> pk_regimen    doses of one drug, checked
 *   who                 -> pk_subject    weight, age
 *                              |
 *          pk_curve            one patient (the typical one, or a fitted one), any times
 *          pk_population       N virtual patients on an even grid, exact quantiles
 *          pk_summary          peak, times to thresholds, exposure
 *          pk_forecast         all of it at once, for a page
 *          pk_report_*, pk_figure   text, CSV, JSON, SVG
 *
 * The model is linear and every pole is real, so each curve is a sum of decaying
 * exponentials: no solver, no step error. Concentrations are ng/mL of base, amounts mg of
 * base, times minutes from the first instant of the regimen, rates of the model 1/h.
 * Norketamine is reported and not added to any effect. Everything here is pure: bytes in,
 * values out, memory from the arena given. It advises and teaches; nothing in it opens a
 * discharge gate.
 *
 * Sources of structure and numbers: content/pk/kap1.txt, docs/pharmacokinetics.md.
 */
#ifndef CAIRN_PK_H
#define CAIRN_PK_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum pk_param {
#define PARAM(name, unit, kind) PK_##name,
#include "pk/params.def"
#undef PARAM
    PK_PARAM_COUNT
};

enum pk_route { PK_IV, PK_IM, PK_SL, PK_FILM, PK_IN, PK_ESK, PK_PO, PK_ROUTE_COUNT };
enum pk_entity { PK_RACEMATE, PK_ESKETAMINE, PK_ARKETAMINE, PK_ENTITY_COUNT };
enum pk_rest { PK_SWALLOWED, PK_SPAT };          /* what is done after a sublingual hold */
enum pk_structure { PK_EXTRACTION, PK_LIVER };   /* first pass as a fraction, or as a state */
enum pk_weight_kind { PK_WEIGHT_ACTUAL, PK_WEIGHT_IDEAL, PK_WEIGHT_ADJUSTED };
extern const char *const pk_weight_words[3]; /* actual, ideal, adjusted */
/* Patients at a time: plain C, AVX2, AVX-512. */
enum pk_lanes { PK_LANES_2 = 2, PK_LANES_4 = 4, PK_LANES_8 = 8 };

/* Outputs, in this order in every array. Dissociation is 0..1; sbp is the rise in mmHg. */
enum pk_output {
    PK_ARTERIAL, PK_VENOUS, PK_NORKETAMINE, PK_EFFECT_SITE, PK_DISSOCIATION, PK_SBP,
    PK_OUTPUT_COUNT
};

enum {
    PK_QUANTILES = 5,        /* 5, 25, 50, 75, 95 per cent */
    PK_DOSES_MAX = 64,       /* pieces of one regimen: a day of rate changes, or a course */
    PK_DEPOTS_MAX = 6,       /* absorption sites in one regimen */
    PK_PATIENTS_MAX = 100000, /* a state of some 800 bytes each */
    PK_TIMES_MAX = 100000,
    PK_COVARIATES_MAX = 16,
    PK_GOLDEN_MAX = 32,
    PK_SOURCES_MAX = 32,
    PK_PUBLISHED_MAX = 80,
    PK_BANNERS_MAX = 5,
};

/* --- the model ------------------------------------------------------------------------ */

struct pk_value {
    double value;
    double omega;     /* SD on the log or logit scale; 0: does not vary */
    double study;     /* SD on the log scale between studies, added to omega's */
    double allometry; /* exponent of weight / reference weight */
    int with;         /* correlated with this earlier parameter, -1: none */
    double rho;
    bool set;
    struct str status; /* published, calibrated, guess, design */
    struct str source;
};

enum pk_covariate_kind { PK_OVER_AGE, PK_JAPANESE, PK_ASIAN };

struct pk_covariate {
    enum pk_param param;
    enum pk_covariate_kind kind;
    double above;  /* PK_OVER_AGE: years */
    double amount; /* PK_OVER_AGE: added per year above; the others: a factor */
};

struct pk_golden { /* the model's own test: a dose, a time, and what must come out */
    struct str place; /* file:line */
    enum pk_route route;
    double dose_mg, minutes, at_min, expect[PK_OUTPUT_COUNT]; /* NAN: not stated */
};

/* What was published beside what the model makes of it. */
enum pk_quantity { PK_Q_PEAK, PK_Q_PEAK_TIME, PK_Q_AT, PK_Q_AREA, PK_Q_SHARE };

struct pk_published {
    struct str id, source;
    enum pk_entity entity;
    struct {
        enum pk_route route;
        double mg, minutes, at_min;
    } doses[4];
    int dose_count;
    enum pk_output output;
    enum pk_quantity quantity;
    double minute;           /* PK_Q_AT: when; PK_Q_AREA: until, INFINITY: all */
    double value, low, high; /* NAN: no range was published */
    bool calibrated;         /* a parameter was set to it: a hit proves nothing */
};

struct pk_model {
    struct str name, title, status, site, limits;
    int version;
    enum pk_structure structure;
    bool central_is_venous; /* the model was fitted to venous blood: no arterial output */
    struct pk_value params[PK_PARAM_COUNT];
    double entity[PK_ENTITY_COUNT][PK_PARAM_COUNT]; /* override, NAN: none */
    enum pk_entity entity_only;                     /* PK_ENTITY_COUNT: any */
    struct pk_covariate covariates[PK_COVARIATES_MAX];
    int covariate_count;
    struct pk_golden golden[PK_GOLDEN_MAX];
    int golden_count;
    double tolerance;
    struct pk_published published[PK_PUBLISHED_MAX];
    int published_count;
    struct str sources[PK_SOURCES_MAX];
    int source_count;
};

/* Reads a model; collects every fault as file:line. Strings point into `text`. */
MUST enum err pk_model_parse(struct arena *a, struct str file, struct str text,
                             struct faults *faults, const struct pk_model **out);
const char *pk_param_name(enum pk_param p);
const char *pk_param_unit(enum pk_param p);
bool pk_param_is_fraction(enum pk_param p);
const char *pk_entity_name(enum pk_entity e);
/* Runs the model's golden points; a fault for each that misses its tolerance. */
MUST enum err pk_model_check(struct arena scratch, const struct pk_model *m,
                             struct faults *faults);

/* The table of docs/pharmacokinetics.md, in Markdown. */
void pk_published_table(struct buf *out, struct arena scratch, const struct pk_model *m);

/* --- who ------------------------------------------------------------------------------ */

enum pk_sex { PK_SEX_UNKNOWN, PK_FEMALE, PK_MALE };

struct pk_subject {
    double weight_kg;  /* actual, as measured */
    double height_cm;  /* 0: unknown; wanted for ideal and adjusted weight */
    double age_years;  /* 0: unknown */
    enum pk_sex sex;
    enum pk_weight_kind weight_kind; /* which weight scales clearance and volume */
    bool japanese, asian;            /* only where the model states an effect */
};

/* Faults on weight, height, age: fields "weight", "height", "age". */
void pk_subject_check(const struct pk_model *m, const struct pk_subject *s, struct faults *f);
/* The weight that scales the parameters. */
double pk_subject_weight(const struct pk_model *m, const struct pk_subject *s);

/* --- what was given ------------------------------------------------------------------- */

struct pk_dose {
    enum pk_route route;
    double at_min;    /* >= 0 */
    double amount_mg; /* of base */
    double minutes;   /* IV: infusion, 0 a bolus; SL, film: hold, 0 as calibrated */
    enum pk_rest rest;
    double f_scale;   /* later nasal devices, the sublingual dose effect; 1 otherwise */
};

struct pk_regimen {
    enum pk_entity entity;
    struct pk_dose doses[PK_DOSES_MAX];
    int count;
};

struct pk_amount { /* "0.5mg/kg", "100mg" */
    double value;
    bool per_kg;
};

bool pk_route_parse(struct str text, enum pk_route *out); /* iv im sl film in esk po */
const char *pk_route_word(enum pk_route r);   /* "im" */
const char *pk_route_title(enum pk_route r);  /* "intramuscular" */
enum pk_entity pk_route_entity(enum pk_route r); /* the drug that is given by it, usually */
bool pk_route_held(enum pk_route r); /* in the mouth: it has a hold, and a rest */
/* Faults on field "dose". */
MUST enum err pk_amount_parse(struct str text, struct pk_amount *out, struct faults *f);
/* Adds one dose; a dose of the esketamine device becomes its devices. Faults on fields
 * "route", "dose", "minutes", "at", "drug". */
void pk_regimen_add(struct pk_regimen *r, const struct pk_model *m, struct pk_dose dose,
                    struct faults *f);
double pk_regimen_total_mg(const struct pk_regimen *r);
double pk_base_from_salt_mg(const struct pk_model *m, double hydrochloride_mg);
/* What goes past what has been observed, as sentences (0: none). */
int pk_regimen_banners(struct arena *a, const struct pk_regimen *r, const struct pk_model *m,
                       const struct pk_subject *s, struct str out[PK_BANNERS_MAX]);

/* --- one patient ---------------------------------------------------------------------- */

/* A case: who, what, by which model. `eta` are this patient's departures from the typical
 * on the log or logit scale, NULL: the typical patient. Must have passed the checks. */
struct pk_case {
    const struct pk_model *model;
    const struct pk_subject *subject;
    const struct pk_regimen *regimen;
    const double *eta; /* [PK_PARAM_COUNT] or NULL */
};

/* out[o * n + i] is output o at minute[i], for all PK_OUTPUT_COUNT outputs. Times ascending
 * is not required. */
void pk_curve(struct arena scratch, const struct pk_case *c, const double *minute, int n,
              double *out);
/* Exposure from the first dose to `until_min`, ng h/mL: [arterial, venous, norketamine]. */
void pk_exposure(struct arena scratch, const struct pk_case *c, double until_min,
                 double out[3]);

/* --- many patients -------------------------------------------------------------------- */

struct pk_grid {
    double step_min;
    int count; /* times 0, step, ... (count - 1) step */
};

struct pk_population {
    int n;
    uint64_t seed;
    enum pk_lanes lanes; /* pk_lanes_best(); the answer does not depend on it */
};

/* Quantiles of one output over the population. q[k][i]: quantile k at time i (R's type 7). */
struct pk_band {
    int count;
    float *q[PK_QUANTILES];
};

struct pk_population_result {
    struct pk_band band[PK_OUTPUT_COUNT]; /* count 0: was not asked for */
    float peak_q[PK_QUANTILES];           /* venous peak over the grid, ng/mL */
    float peak_min_q[PK_QUANTILES];       /* its time */
    float above_min_q[PK_QUANTILES];      /* minutes at or above the threshold; the rest below */
    float *below;                         /* share of patients below the threshold, by time */
};

/* `outputs` is a set of bits 1 << enum pk_output; below_ng_ml 0: none. Memory: N times a
 * tile, never N times the grid. The same seed gives the same bits on any machine. */
void pk_population(struct arena *a, const struct pk_case *c, const struct pk_population *p,
                   struct pk_grid grid, unsigned outputs, double below_ng_ml,
                   struct pk_population_result *out);
/* Every curve kept, for study: rows[i][pk_population_at(grid.count, patient, t)], i counting
 * the bits of `outputs` (which must not ask for an arterial site that the model does not have).
 * A row has pk_population_stride(n) * grid.count floats, aligned to 64 bytes: blocks of PK_BLOCK
 * patients, each a run of times, so that what is computed together lies together. Patients
 * from .. from + n - 1: any split gives the same curves. */
void pk_population_rows(struct arena scratch, const struct pk_case *c,
                        const struct pk_population *p, int64_t from, struct pk_grid grid,
                        unsigned outputs, float *const *rows);
ptrdiff_t pk_population_stride(int n); /* n rounded up to 16 */
enum { PK_BLOCK = 8 };
static inline ptrdiff_t pk_population_at(int count, int patient, int t) {
    return ((ptrdiff_t)(patient / PK_BLOCK) * count + t) * PK_BLOCK + patient % PK_BLOCK;
}
enum pk_lanes pk_lanes_best(void);     /* what this processor can do */

/* --- in short ------------------------------------------------------------------------- */

/* A time that never comes is NAN; one that lies past the horizon is INFINITY. */
struct pk_span {
    double from_min, to_min;
};

struct pk_peak {
    double value, at_min; /* NAN: the model has no such site */
};

struct pk_summary {
    double until_min;                 /* the horizon of all that follows */
    struct pk_peak venous, arterial, norketamine, dissociation, sbp;
    double dbp_mmhg;                  /* rise of diastolic at the systolic peak */
    struct pk_span above_low;         /* venous at or above level_low */
    struct pk_span half, faint;       /* dissociation at or above effect_half, effect_faint */
    double auc_ng_h_ml, auc_nk_ng_h_ml; /* venous, to the horizon */
    double total_mg;                  /* given, of base */
    double systemic_percent;          /* of it that reaches the blood as ketamine */
    double s_equivalent_mg;           /* S-ketamine of the same effect as the systemic part */
};

void pk_summary(struct arena scratch, const struct pk_case *c, double until_min,
                struct pk_summary *out);

/* Everything a page or a command shows of one regimen. */
struct pk_forecast {
    struct pk_case c;
    struct pk_grid grid;
    struct pk_population population; /* n 0: no band */
    double *minute;                  /* [grid.count] */
    double *typical;                 /* [PK_OUTPUT_COUNT][grid.count] */
    struct pk_population_result people;
    struct pk_summary summary;
    struct str banners[PK_BANNERS_MAX];
    int banner_count;
    bool weight_assumed;             /* set by the caller; said in every report */
};

/* `c` and what it points to must outlive the result. Bands: venous, dissociation, sbp. */
void pk_forecast(struct arena *a, struct pk_case c, struct pk_grid grid,
                 struct pk_population population, struct pk_forecast *out);

void pk_figure_write(struct buf *out, const struct pk_forecast *f); /* SVG, for a paper */
extern const char pk_report_advice[];
void pk_report_dose(struct buf *out, const struct pk_regimen *r, int i); /* in words */
struct str pk_report_wrap(struct str *rest, ptrdiff_t columns); /* takes the next line */
void pk_report_who(struct buf *out, const struct pk_forecast *f);
void pk_report_table(struct buf *out, const struct pk_forecast *f);
void pk_report_csv(struct buf *out, const struct pk_forecast *f);
void pk_report_json(struct buf *out, const struct pk_forecast *f);

/* --- this patient --------------------------------------------------------------------- */

enum pk_seen { PK_SEEN_VENOUS, PK_SEEN_ARTERIAL, PK_SEEN_NORKETAMINE, PK_SEEN_EFFECT };

/* A measured level (ng/mL), or an instant at which the effect was seen to cross
 * `value` (0..1, PK_SEEN_EFFECT): an onset effect_faint, a fading effect_half, as a summary has
 * them. */
struct pk_observed {
    enum pk_seen what;
    double at_min, value;
};

enum { PK_FREE_MAX = 5, PK_OBSERVED_MAX = 64 };

struct pk_map {
    struct pk_case c; /* eta unused */
    const struct pk_observed *observed;
    int observed_count; /* at most PK_OBSERVED_MAX */
    enum pk_param free[PK_FREE_MAX]; /* from here on set by pk_map_open */
    int free_count;
    double error[PK_OBSERVED_MAX]; /* of each observation, an SD on its scale */
};

/* Faults on fields "observed" and "dose"; frees the parameters that these data can tell. */
MUST enum err pk_map_open(struct pk_map *m, struct faults *f);
/* -2 log posterior at eta[free_count]. */
double pk_map_objective(struct arena scratch, const struct pk_map *m, const double *eta);
/* How many SD of its error observation i lies above what eta gives; below it: negative. */
double pk_map_departure(struct arena scratch, const struct pk_map *m, const double *eta, int i);
/* Share of each free parameter's prior variance that the data left: 0 told all, 1 nothing. */
void pk_map_shrinkage(struct arena scratch, const struct pk_map *m, const double *eta,
                      double *shrinkage);
/* Puts eta[free_count] at its places in full[PK_PARAM_COUNT], for a pk_case. */
void pk_map_full(const struct pk_map *m, const double *eta, double *full);
double pk_map_spread_of(const struct pk_map *m, int i);  /* prior SD of free parameter i */
double pk_map_typical(const struct pk_map *m, int i);    /* its typical value, this weight */

#endif
