/*
 * engine: what the kernels are told, and how they are called. Inside pk only.
 *
 * A plan is a case made flat: typical values with weight, covariates and drug already in
 * them, the depots that the regimen uses, and its edges. Each kernel (plain C, AVX2, AVX-512)
 * is the same source, src/pk/kernel.inc, over vectors of 2, 4 or 8 patients. Only additions,
 * multiplications, divisions and square roots are used, and a * b + c rounded once where the
 * source says v_fma; the compiler fuses nothing by itself (-ffp-contract=off). Each of these is
 * exact to the last bit by IEEE 754, so all three give the same bits on any machine. Where a
 * processor has no fused operation (x86 before 2013) vmath.inc computes it, slowly.
 *
 * The modes. Central and its peripherals are symmetrised and rotated into eigenvectors, so
 * that each state decays alone, x' = -p x + b u:
 *
 *     dose -> [depot pole k] -> [disposition poles] -> arterial = sum of a x
 *                                                   -> [kv] venous, [ke0] effect, [kbp] BP
 *                                                   -> [2 transit, 2 poles] norketamine
 *
 * The first group is shared by all outputs; the filters add private modes. A zero-order
 * input is two edges: on, which adds a constant and a decaying debt, and off, which takes
 * the constant back. Each edge falls between two grid times, another pair for each patient.
 *
 * Equal poles: partial fractions divide by differences of poles of one chain. Where two come
 * nearer than POLE_GAP the later one is moved apart: the error of rounding, about 1e-16 / gap,
 * and that of the move, about gap, are then both near 1e-8. The two equal transit poles are
 * spread by about 2e-4 each way with their mean time kept, an error near 1e-8 too. That is for
 * populations. Single curves (curve.c) take the filters' differences in closed form; a pole of
 * absorption or of norketamine that nearly meets another is moved by SHIFT, once up and once
 * down, and the mean taken, in which what grows with the move falls out; and two wider spreads
 * of the transit poles tell what none would give, for their error is as the squares.
 */
#ifndef CAIRN_PK_ENGINE_H
#define CAIRN_PK_ENGINE_H

#include <math.h>
#include <string.h>

#include "base/lines.h"
#include "pk/pk.h"

enum {
    SHARED_MAX = 4 + PK_DEPOTS_MAX,
    MODES_MAX = SHARED_MAX + 7, /* kv, ke0, kbp, two transit, two of norketamine */
    CHANNELS_MAX = 1 + PK_DEPOTS_MAX,
    EDGES_MAX = 4 * PK_DOSES_MAX,
    TILE = 16,      /* grid times computed for all patients before the next */
    TILE_LONG = 32, /* the same where every curve is kept; at most 64 */
    PAD = 16,  /* rows are padded to this many patients */
    MINUTES_PER_HOUR = 60,
    STUDY_STREAM = 128, /* random streams: a parameter's own, and this + parameter */
    STREAMS = STUDY_STREAM + PK_PARAM_COUNT,
};

#define POLE_GAP 4e-8 /* relative */

#define FINE_GAP 1e-11
#define SPREAD 1.5e-4 /* relative, of the transit poles */
#define SPREAD_WIDE 2e-3 /* single curves: this, and four times this */
#define SHIFT 1e-5 /* relative, of a chain's pole that is nearer than half of it to another */

/* Linear outputs; the first five of enum pk_output but dissociation and sbp, which are
 * functions of the effect site and of the BP site. */
enum linear { L_ARTERIAL, L_VENOUS, L_NK, L_EFFECT, L_BP, LINEAR_COUNT };

struct depot {
    int k, d, f;        /* parameters: rate, zero-order duration or -1, fraction or -1 */
    bool gut;           /* passes the gut wall and the liver */
    enum pk_route route;
};

enum edge_kind { EDGE_BOLUS, EDGE_ON, EDGE_OFF };
enum amount_form {
    AMOUNT_ALL,  /* the dose */
    AMOUNT_TAKEN, /* the fraction that the depot's own site takes */
    AMOUNT_REST  /* share of what `beside` did not take */
};

struct edge {
    enum edge_kind kind;
    enum amount_form form;
    int channel;        /* 0 central, 1 + i depot i */
    int beside;         /* depot whose fraction decides the amount */
    double at_h, dose_mg, f_scale, hold_h, share;
    int d;              /* parameter that holds the duration, or -1: duration_h */
    double duration_h;
};

struct plan {
    enum pk_structure structure;
    bool central_is_venous, transit;
    int n_disposition, n_depots, n_shared, n_modes, n_channels, n_edges, n_linear;
    struct depot depots[PK_DEPOTS_MAX];
    struct edge edges[EDGES_MAX];
    enum linear linear[LINEAR_COUNT];   /* those computed, in order */
    int linear_at[LINEAR_COUNT];        /* place in `linear`, -1: not computed */
    int first_private[LINEAR_COUNT], n_private[LINEAR_COUNT]; /* by place */
    struct row {
        enum pk_output output;
        int place;                      /* of its linear source */
    } rows[PK_OUTPUT_COUNT];
    int n_rows;
    bool plain;      /* the rows are the linear outputs, in their order */
    bool zero_order; /* some input has a duration */
    double typical[PK_PARAM_COUNT], omega[PK_PARAM_COUNT], study[PK_PARAM_COUNT];
    double rho[PK_PARAM_COUNT], logit[PK_PARAM_COUNT]; /* logit: of a fraction's typical value */
    int with[PK_PARAM_COUNT];
    bool fraction[PK_PARAM_COUNT], need[PK_PARAM_COUNT], varies[PK_PARAM_COUNT];
    int streams[STREAMS], n_streams;    /* those that the needed parameters draw from */
    const double *eta;                  /* fixed departures, NULL: none */
    bool random;                        /* draw departures from `seed` */
    uint64_t seed;
    double step_h, filter_gap;
    double spread; /* the least relative half-spread of the transit poles */
    double shift;  /* relative, of a pole that nearly meets another; 0: to the nearer side */
    double weight_effect, gamma;
};

/* One patient's modes as plain numbers, for curves at any time. */
struct modes {
    double p[MODES_MAX];
    double c[LINEAR_COUNT][SHARED_MAX];
    double b[CHANNELS_MAX][MODES_MAX];
    double amount[EDGES_MAX], duration_h[EDGES_MAX];
    double c50, ebp, c50bp;
    double half; /* relative half-spread of the transit poles; 0: no transit */
};

struct bracket {
    float low, high;
    int below, inside;
};

/* rows[i] + (k - k0) * stride + patient / PK_BLOCK * block_stride + patient % PK_BLOCK, i
 * counting the plan's rows. `ahead` of what is written the memory is fetched early. */
struct place {
    float *rows[PK_OUTPUT_COUNT];
    ptrdiff_t stride, block_stride, ahead;
};

struct kernel {
    int lanes;
    ptrdiff_t (*bytes)(const struct plan *p, int blocks); /* of the memory below, 64-aligned */
    void (*setup)(const struct plan *p, int64_t first_patient, int blocks, void *memory);
    /* Rows k0 .. k1 - 1 (at most TILE_LONG; k0 is where the last call ended): `to` says where. */
    void (*tile)(const struct plan *p, void *memory, int blocks, int k0, int k1,
                 const struct place *to);
    void (*one)(const struct plan *p, struct modes *out); /* the first patient's modes */
    /* Counts what is below b->low, copies what is below b->high and not below b->low. `out`
     * has room for n + 16. */
    void (*gather)(const float *row, int n, struct bracket *b, float *out);
    /* For tests: n standard normal deviates of one stream, patients first .. */
    void (*normals)(uint64_t seed, int64_t first_patient, int stream, int blocks, double *out);
    void (*exp_log)(const double *x, double *e, double *l); /* `lanes` values each */
};

extern const struct kernel pk_kernel_plain;
#if defined(__x86_64__)
extern const struct kernel pk_kernel_avx2, pk_kernel_avx512;
#endif
const struct kernel *pk_kernel_of(enum pk_lanes lanes);

/* curve.c: a case ready to be asked at any time. */
struct one {
    struct plan plan;
    struct modes modes, down, wider; /* shifted up, down; up, with a wider spread of transit */
    bool shifted;
};
const struct one *pk_curve_open(struct arena *a, const struct pk_case *c, double filter_gap);
double pk_curve_at(const struct one *o, enum pk_output output, double minute);

void pk_plan_make(const struct pk_case *c, unsigned outputs, struct plan *out);
bool pk_plan_route(const struct pk_model *m, enum pk_route r); /* the model states it */
void pk_published_read(struct lines *l, struct pk_model *m); /* one `observed` line */
double pk_log(double x); /* the kernel's own, the same bits everywhere; x > 0 */
double pk_power(double x, double exponent);
double pk_effect(const struct plan *p, double ce_ng_ml, double c50);

/* quantile.c: exact order statistics of n non-negative floats. `guess` carries the last two
 * rows' answers between calls; zero it before the first. scratch: 2 n floats. */
struct guess {
    float value[PK_QUANTILES], before[PK_QUANTILES], width[PK_QUANTILES];
    bool known;
};
void pk_quantiles(const struct kernel *kernel, const float *row, int n, float *scratch,
                  struct guess *g, float out[PK_QUANTILES]);
extern const double pk_probabilities[PK_QUANTILES];

#endif
