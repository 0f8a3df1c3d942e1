/*
 * forecast_fit: the line of this patient beside the typical one.
 *
 * What was seen of this patient in the session, levels and the instants at which the effect
 * came and went, moves the few parameters that it can tell (src/pk/map.c); the rest stays
 * typical. An onset is taken as the effect crossing effect_faint, a fading as it crossing
 * effect_half, where the words of the page put them for the typical adult, with the guessed
 * error of the model's residual_onset. The figure keeps the typical line and the band beside
 * it, and the words say what moved, how far, and how much the data left unknown. Like all of
 * the forecast it advises; no gate reads it.
 */
#include <math.h>

#include "base/clock.h"
#include "web/forecast_picture.h"

enum {
    SEEN_MAX = 40,
    FAR_SD = 3 /* of the error of measurement: one level in four hundred by chance */
};

static bool is_level(const struct forecast_seen *s) { return s->what != PK_SEEN_EFFECT; }

static double value_of(const struct picture *p, const struct forecast_seen *s) {
    const struct pk_value *v = p->f->c.model->params;
    if (is_level(s)) return s->value;
    return v[str_is(s->name, "onset") ? PK_effect_faint : PK_effect_half].value;
}

/* What was seen before the first dose tells nothing of it. */
static int usable(const struct picture *p, const struct forecast_session *in,
                  struct pk_observed *out) {
    int n = 0;
    for (ptrdiff_t i = 0; i < in->observed_count && n < SEEN_MAX; i++) {
        const struct forecast_seen *s = &in->observed[i];
        if (s->at_ms < p->zero_ms) continue;
        out[n++] = (struct pk_observed){s->what, (double)(s->at_ms - p->zero_ms) / MINUTE_MS,
                                        value_of(p, s)};
    }
    return n;
}

const struct forecast_fit *forecast_fit_make(const struct picture *p,
                                             const struct forecast_session *in) {
    struct pk_observed *seen = NEWS(p->a, struct pk_observed, SEEN_MAX);
    struct forecast_fit *fit = NEW(p->a, struct forecast_fit);
    struct faults f = {.arena = p->a};
    struct pk_map map = {.c = p->f->c, .observed = seen};
    map.observed_count = usable(p, in, seen);
    if (map.observed_count == 0) return NULL;
    for (int i = 0; i < map.observed_count; i++)
        fit->levels = fit->levels || seen[i].what != PK_SEEN_EFFECT;
    if (pk_fit(*p->a, map, &fit->fit, &f) != E_OK || fit->fit.map.free_count == 0) return NULL;
    struct pk_case fitted = p->f->c;
    fitted.eta = fit->fit.full;
    double *curve = NEWS(p->a, double, (ptrdiff_t)PK_OUTPUT_COUNT * p->f->grid.count);
    pk_curve(*p->a, &fitted, p->f->minute, p->f->grid.count, curve);
    pk_summary(*p->a, &fitted, p->f->summary.until_min, &fit->summary);
    fit->curve = curve;
    return fit;
}

/* In words ----------------------------------------------------------------------------------- */

static const char *words_of(enum pk_param param) {
    static const char *const words[PK_PARAM_COUNT] = {
#define FIT_WORD(name, text) [PK_##name] = text,
#include "web/fit_words.def"
#undef FIT_WORD
    };
    return words[param] ? words[param] : pk_param_name(param);
}

static void put_observed(const struct picture *p, const struct forecast_session *in,
                         struct buf *b) {
    static const char *const names[] = {"venous ketamine", "arterial ketamine", "norketamine"};
    for (ptrdiff_t i = 0, n = 0; i < in->observed_count; i++) {
        const struct forecast_seen *s = &in->observed[i];
        if (s->at_ms < p->zero_ms) continue;
        buf_z(b, n++ ? ", " : "");
        if (is_level(s)) buf_format(b, "%s %g ng/mL", names[s->what], s->value);
        else buf_put(b, s->name);
        buf_z(b, " at ");
        buf_put(b, forecast_when(p, s->at_ms));
    }
}

static void put_strong(const struct picture *p, struct buf *b) {
    const struct pk_span half = p->fit->summary.half;
    if (isnan(half.from_min)) {
        buf_z(b, " effect never half of full.");
        return;
    }
    buf_z(b, " effect strong ");
    buf_put(b, forecast_when(p, picture_instant(p, half.from_min)));
    if (!isfinite(half.to_min)) {
        buf_z(b, " and past the picture.");
        return;
    }
    buf_z(b, " to ");
    buf_put(b, forecast_when(p, picture_instant(p, half.to_min)));
    buf_char(b, '.');
}

static struct str patient_words(const struct picture *p, const struct forecast_session *in) {
    const struct pk_peak peak = p->fit->summary.venous;
    struct buf b = buf_new(p->a, 256);
    buf_z(&b, "This patient, fitted to ");
    put_observed(p, in, &b);
    buf_char(&b, ':');
    if (p->fit->levels)
        buf_format(&b, " venous peak %.0f ng/mL at %.*s,", peak.value,
                   STR_ARG(forecast_when(p, picture_instant(p, peak.at_min))));
    put_strong(p, &b);
    return buf_str(&b);
}

/* "level of half effect 71 to 58 ng/mL, shrinkage 82 %" */
struct str forecast_fit_moved(const struct picture *p) {
    const struct pk_fit *fit = &p->fit->fit;
    struct buf b = buf_new(p->a, 400);
    buf_z(&b, "What was free to move: ");
    for (int i = 0; i < fit->map.free_count; i++) {
        enum pk_param param = fit->map.free[i];
        const char *unit = pk_param_unit(param);
        buf_format(&b, "%s%s %.3g to %.3g", i ? "; " : "", words_of(param), fit->typical[i],
                   fit->fitted[i]);
        if (!str_is(str_from(unit), "1")) buf_format(&b, " %s", unit);
        buf_format(&b, ", shrinkage %.0f %%", 100 * fit->shrinkage[i]);
    }
    buf_z(&b, ". Shrinkage is the share of what differs between people that stays unknown: at "
              "100 % nothing was learnt. All else stays typical: the prior is the typical line.");
    return buf_str(&b);
}

/* The level furthest from what a patient of the model would have, if it is far: one in another
 * unit draws the line away from all the others. */
static struct str far_words(const struct picture *p) {
    const struct pk_fit *fit = &p->fit->fit;
    const struct pk_observed *furthest = NULL;
    double far_sd = FAR_SD;
    for (int i = 0; i < fit->map.observed_count; i++) {
        const struct pk_observed *o = &fit->map.observed[i];
        double sd = fabs(pk_map_departure(*p->a, &fit->map, fit->eta, i));
        if (o->what != PK_SEEN_EFFECT && sd > far_sd) furthest = o, far_sd = sd;
    }
    if (!furthest) return STR_ABSENT;
    return str_format(p->a,
                      "Look again at the level of %g ng/mL at %.*s: after these doses it is too "
                      "far from what the fit can reach. Is it in ng/mL, not mg/L or nmol/L, and "
                      "are the time and the site right? Recorded again for the same time it is "
                      "put right; until then do not go by the fitted line.", furthest->value,
                      STR_ARG(forecast_when(p, picture_instant(p, furthest->at_min))));
}

void forecast_fit_tell(const struct picture *p, const struct forecast_session *in,
                       struct text_list *lines) {
    if (!p->fit) return;
    struct str far = far_words(p);
    lines->v[lines->n++] = patient_words(p, in);
    if (far.n) lines->v[lines->n++] = far;
}
