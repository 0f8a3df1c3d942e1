#include <math.h>

#include "base/clock.h"
#include "core/dose.h"
#include "web/forecast_picture.h"
#include "web/show.h"

/* How the picture is made, not what it says: how far it reaches past the last dose, and how
 * far apart its points are. */
enum { AFTER_MIN = 240, STEP_MIN = 4, SEED = 1 };

/* What was given, as the engine takes it ---------------------------------------------------- */

static bool route_of(struct str route, enum pk_route *out) {
    return pk_route_parse(dose_plain_route(route), out);
}


static void add_dose(struct pk_regimen *r, const struct pk_model *m,
                     const struct forecast_dose *d, int64_t zero_ms, struct faults *f) {
    int before = r->count;
    struct pk_dose dose = {.at_min = (double)(d->at_ms - zero_ms) / MINUTE_MS,
                           .amount_mg = (double)d->amount_ug / 1000,
                           .f_scale = 1};
    if (!route_of(d->route, &dose.route)) {
        fault_add(f, STR("route"), "unknown",
                  "no model with a source was found for this route");
        return;
    }
    if (m->entity_only == PK_ENTITY_COUNT && pk_route_entity(dose.route) != r->entity)
        fault_add(f, STR("drug"), "conflict",
                  "racemic ketamine and esketamine were both given, and it is of one drug");
    if (d->minutes.is && (dose.route == PK_IV || pk_route_held(dose.route)))
        dose.minutes = (double)d->minutes.v;
    if (pk_route_held(dose.route) && (str_has_fold(d->site, STR("spat")) ||
                             str_has_fold(d->site, STR("spit"))))
        dose.rest = PK_SPAT;
    pk_regimen_add(r, m, dose, f);
    /* A device that was written down by itself is a later one all the same. */
    for (int i = before > 0 ? before : 1; dose.route == PK_ESK && i < r->count; i++)
        r->doses[i].f_scale = m->params[PK_esk_later].value;
}

static enum pk_entity entity_of(const struct pk_model *m, const struct forecast_dose *d) {
    enum pk_route r;
    if (m->entity_only < PK_ENTITY_COUNT) return m->entity_only;
    return route_of(d->route, &r) ? pk_route_entity(r) : PK_RACEMATE;
}

static struct pk_grid grid_of(const struct pk_regimen *r) {
    const struct pk_dose *last = &r->doses[r->count - 1];
    int steps = (int)ceil((last->at_min + last->minutes + AFTER_MIN) / STEP_MIN);
    return (struct pk_grid){STEP_MIN, steps + 1};
}

static bool case_of(struct arena *a, const struct forecast_case *c, struct pk_case *out,
                    struct str *why) {
    const struct pk_model *m = content_pk_model(c->content, c->model.s ? c->model : STR("kap1"));
    struct faults f = {.arena = a};
    struct pk_subject *who = NEW(a, struct pk_subject);
    struct pk_regimen *r = NEW(a, struct pk_regimen);
    *why = STR("There is no forecast: the clinic's content has no model for it.");
    if (!m || c->dose_count < 1) return false;
    if (c->who) *who = *c->who;
    who->weight_kg = c->weight_kg.is ? c->weight_kg.v : m->params[PK_reference_weight].value;
    who->age_years = c->age_years;
    pk_subject_check(m, who, &f);
    r->entity = entity_of(m, &c->doses[0]);
    for (ptrdiff_t i = 0; i < c->dose_count; i++)
        add_dose(r, m, &c->doses[i], c->doses[0].at_ms, &f);
    if (f.n) {
        *why = str_format(a, "There is no forecast: %.*s.", STR_ARG(f.v[0].message));
        return false;
    }
    *out = (struct pk_case){m, who, r, NULL};
    return true;
}

struct str forecast_phase(struct arena *a, const struct forecast_case *c, int64_t now_ms) {
    struct pk_case known;
    struct pk_summary s;
    struct str why;
    if (!case_of(a, c, &known, &why)) return STR_ABSENT;
    struct pk_grid grid = grid_of(known.regimen);
    pk_summary(*a, &known, grid.step_min * (grid.count - 1), &s);
    double now_min = (double)(now_ms - c->doses[0].at_ms) / (double)MINUTE_MS;
    /* A dose too small for the strong phase is rising until its peak. */
    bool strong = isfinite(s.half.from_min) && isfinite(s.half.to_min);
    double strong_from = strong ? s.half.from_min : s.dissociation.at_min;
    double strong_to = strong ? s.half.to_min : s.dissociation.at_min;
    const struct {
        double until_min;
        const char *now, *next;
    } phases[] = {{s.faint.from_min, "not felt yet", "onset"},
                  {strong_from, "onset", strong ? "strong" : "fading"},
                  {strong_to, "strong", "fading"},
                  {s.faint.to_min, "fading", "past"}};
    if (!isfinite(s.faint.from_min)) return STR("none expected");
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
        if (now_min < phases[i].until_min) {
            if (!isfinite(phases[i].until_min)) return str_from(phases[i].now);
            int64_t until_ms = (int64_t)(phases[i].until_min * (double)MINUTE_MS);
            struct str from = show_time(a, c->doses[0].at_ms + until_ms);
            return str_format(a, "%s; %s from %.*s", phases[i].now, phases[i].next, STR_ARG(from));
        }
    return STR("past");
}

bool forecast_make(struct arena *a, const struct forecast_case *c, struct pk_forecast *out,
                   struct str *why) {
    struct pk_case known;
    if (!case_of(a, c, &known, why)) return false;
    pk_forecast(a, known, grid_of(known.regimen),
                (struct pk_population){FORECAST_PEOPLE, SEED, pk_lanes_best()}, out);
    out->weight_assumed = !c->weight_kg.is;
    return true;
}

/* The curves as a chart ---------------------------------------------------------------------- */

static struct chart_series curve(const struct picture *p, const double *curves, enum pk_output o,
                                 struct str name) {
    int n = p->f->grid.count;
    struct chart_point *v = NEWS(p->a, struct chart_point, n);
    for (int i = 0; i < n; i++)
        v[i] = (struct chart_point){picture_instant(p, p->f->minute[i]),
                                    curves[(ptrdiff_t)o * n + i]};
    return (struct chart_series){.name = name, .v = v, .n = n, .computed = true};
}

static const struct chart_point *quantile(const struct picture *p, enum pk_output o, int k) {
    const struct pk_band *band = &p->f->people.band[o];
    struct chart_point *v = NEWS(p->a, struct chart_point, band->count);
    for (int i = 0; i < band->count; i++)
        v[i] = (struct chart_point){picture_instant(p, p->f->minute[i]), (double)band->q[k][i]};
    return v;
}

/* Typical, fitted, measured in a vein, measured in an artery. */
enum { LINES_MAX = 4 };

static void add_line(struct chart_pane *pane, struct chart_series line) {
    struct chart_series *lines = (struct chart_series *)pane->series;
    lines[pane->series_count++] = line;
}

static struct chart_pane curve_pane(const struct picture *p, enum pk_output o, struct str name) {
    struct chart_series *lines = NEWS(p->a, struct chart_series, LINES_MAX);
    struct chart_area *areas = NEWS(p->a, struct chart_area, 2);
    int n = p->f->grid.count;
    lines[0] = curve(p, p->f->typical, o, name);
    areas[0] = (struct chart_area){quantile(p, o, 0), quantile(p, o, 4), n, AREA_OUTER};
    areas[1] = (struct chart_area){quantile(p, o, 1), quantile(p, o, 3), n, AREA_INNER};
    return (struct chart_pane){.series = lines, .series_count = 1, .areas = areas, .area_count = 2};
}

/* Levels as they were measured: points, never joined. */
static void add_measured(const struct picture *p, const struct forecast_session *in,
                         enum pk_seen what, struct str name, struct chart_pane *pane) {
    struct chart_point *v = NEWS(p->a, struct chart_point, in->observed_count);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < in->observed_count; i++)
        if (in->observed[i].what == what)
            v[n++] = (struct chart_point){in->observed[i].at_ms, in->observed[i].value};
    if (n) add_line(pane, (struct chart_series){.name = name, .v = v, .n = n, .gap_ms = 1});
}

static struct chart_pane level_pane(const struct picture *p, const struct forecast_session *in) {
    const struct pk_value *low = &p->f->c.model->params[PK_level_low];
    struct chart_limit *limit = NEW(p->a, struct chart_limit);
    struct str rest;
    limit->value = low->value;
    limit->name = str_format(p->a, "%g ng/mL, %.*s", low->value,
                             STR_ARG(str_cut(low->source, ':', &rest)));
    struct chart_pane pane = curve_pane(p, PK_VENOUS, STR("Typical"));
    pane.name = STR("Ketamine");
    pane.unit = STR("ng/mL in venous blood, computed");
    pane.height = 190;
    pane.limits = limit;
    pane.limit_count = 1;
    if (p->fit && p->fit->levels)
        add_line(&pane, curve(p, p->fit->curve, PK_VENOUS, STR("Fitted")));
    add_measured(p, in, PK_SEEN_VENOUS, STR("Level"), &pane);
    add_measured(p, in, PK_SEEN_ARTERIAL, STR("Arterial"), &pane);
    return pane;
}

/* Onset, strong, fading: between the model's two thresholds of effect. A phase that lasts past
 * the picture ends with it. */
static int phases(const struct picture *p, struct chart_spell out[3]) {
    const struct pk_summary *s = &p->f->summary;
    double until = s->until_min;
    if (isnan(s->faint.from_min)) return 0;
    double gone = isfinite(s->faint.to_min) ? s->faint.to_min : until;
    if (isnan(s->half.from_min)) {
        out[0] = (struct chart_spell){picture_instant(p, s->faint.from_min),
                                      picture_instant(p, gone), STR("mild")};
        return 1;
    }
    double weaker = isfinite(s->half.to_min) ? s->half.to_min : until;
    int64_t strong = picture_instant(p, s->half.from_min), weak = picture_instant(p, weaker);
    out[0] = (struct chart_spell){picture_instant(p, s->faint.from_min), strong, STR("onset")};
    out[1] = (struct chart_spell){strong, weak, STR("strong")};
    out[2] = (struct chart_spell){weak, picture_instant(p, gone), STR("fading")};
    return 3;
}

static struct chart_pane effect_pane(const struct picture *p) {
    struct chart_pane pane = curve_pane(p, PK_DISSOCIATION, STR("Typical"));
    struct chart_spell *spells = NEWS(p->a, struct chart_spell, 3);
    pane.name = STR("Effect");
    pane.unit = STR("0 none, 1 full, computed");
    pane.low = 0;
    pane.high = 1.3; /* room for the names of the phases */
    pane.height = 110;
    pane.spells = spells;
    pane.spell_count = phases(p, spells);
    if (p->fit) add_line(&pane, curve(p, p->fit->curve, PK_DISSOCIATION, STR("Fitted")));
    return pane;
}

/* In words ----------------------------------------------------------------------------------- */

static struct str peak_words(const struct picture *p) {
    const struct pk_peak peak = p->f->summary.venous;
    const float *q = p->f->people.peak_q;
    return str_format(p->a,
                      "Venous ketamine, computed: typical peak %.0f ng/mL at %.*s; nine of ten "
                      "virtual patients peak between %.0f and %.0f ng/mL.",
                      peak.value, STR_ARG(forecast_when(p, picture_instant(p, peak.at_min))),
                      (double)q[0], (double)q[4]);
}

static struct str effect_words(const struct picture *p) {
    struct chart_spell s[3];
    int n = phases(p, s);
    if (n == 0) return STR("Effect, typical: too small to feel.");
    struct str from = forecast_when(p, s[0].from_ms), gone = forecast_when(p, s[n - 1].to_ms);
    const char *end = isfinite(p->f->summary.faint.to_min) ? "nearly gone by" : "not gone by";
    if (n == 1)
        return str_format(p->a, "Effect, typical: mild from %.*s, %s %.*s.", STR_ARG(from), end,
                          STR_ARG(gone));
    return str_format(p->a, "Effect, typical: felt from %.*s, strong %.*s to %.*s, %s %.*s.",
                      STR_ARG(from), STR_ARG(forecast_when(p, s[1].from_ms)),
                      STR_ARG(forecast_when(p, s[1].to_ms)), end, STR_ARG(gone));
}

static struct str people_words(const struct picture *p) {
    struct buf b = buf_new(p->a, 200);
    buf_z(&b, "The line is the typical adult of ");
    pk_report_who(&b, p->f);
    buf_format(&b, ". The fills hold the middle half and nine tenths of %d virtual patients.",
               p->f->population.n);
    if (p->f->c.model->entity_only < PK_ENTITY_COUNT)
        buf_format(&b, " This model is of %s, and so is the dose.",
                   pk_entity_name(p->f->c.model->entity_only));
    return buf_str(&b);
}

static void tell(const struct picture *p, const struct forecast_session *in,
                 struct view_forecast *view) {
    const struct pk_model *m = p->f->c.model;
    view->banners = (struct text_list){NEWS(p->a, struct str, PK_BANNERS_MAX), 0};
    for (int i = 0; i < p->f->banner_count; i++)
        view->banners.v[view->banners.n++] = p->f->banners[i];
    view->lines = (struct text_list){NEWS(p->a, struct str, 5), 0};
    view->lines.v[view->lines.n++] = effect_words(p);
    view->lines.v[view->lines.n++] = peak_words(p);
    view->lines.v[view->lines.n++] = people_words(p);
    forecast_fit_tell(p, in, &view->lines);
    view->model = str_format(p->a, "Model %.*s (%.*s %d). Site: %.*s. Status: %.*s.",
                             STR_ARG(m->title), STR_ARG(m->name), m->version, STR_ARG(m->site),
                             STR_ARG(m->status));
    view->sources = (struct text_list){NEWS(p->a, struct str, m->source_count + 2), 0};
    if (p->fit) view->sources.v[view->sources.n++] = forecast_fit_moved(p);
    view->sources.v[view->sources.n++] = str_format(p->a, "Limits: %.*s.", STR_ARG(m->limits));
    for (int i = 0; i < m->source_count; i++) view->sources.v[view->sources.n++] = m->sources[i];
    view->advice = str_from(pk_report_advice);
}

/* The three pictures ------------------------------------------------------------------------- */

static void marks(struct arena *a, const struct forecast_case *in, struct chart *c) {
    struct chart_mark *v = NEWS(a, struct chart_mark, in->dose_count);
    for (ptrdiff_t i = 0; i < in->dose_count; i++) {
        const struct forecast_dose *d = &in->doses[i];
        bool infusion = str_is(d->route, "iv") && d->minutes.is;
        v[i] = (struct chart_mark){d->at_ms, infusion ? d->minutes.v * MINUTE_MS : 0,
                                   show_dose_mark(a, d->route, d->amount_ug)};
    }
    c->marks = v;
    c->mark_count = in->dose_count;
}

static struct view_figure *draw(const struct picture *p, const struct chart *c,
                                const struct forecast_session *in, struct str caption) {
    struct view_figure *figure = NEW(p->a, struct view_figure);
    *figure = (struct view_figure){.id = c->id,
                                   .title = c->title,
                                   .caption = caption,
                                   .wide = svg_chart(p->a, c, CHART_WIDE),
                                   .middle = svg_chart(p->a, c, CHART_MIDDLE),
                                   .narrow = svg_chart(p->a, c, CHART_NARROW)};
    if (c->axis != AXIS_NONE) forecast_table(p, c, in, figure);
    return figure;
}

/* The axis holds what was measured, however early or late. */
static void widen(const struct forecast_session *in, struct chart *c) {
    for (ptrdiff_t i = 0; i < in->vitals_count; i++) {
        if (in->vitals[i].at_ms < c->from_ms) c->from_ms = in->vitals[i].at_ms;
        if (in->vitals[i].at_ms > c->to_ms) c->to_ms = in->vitals[i].at_ms;
    }
    for (int i = 0; i < in->scale_count; i++) {
        const struct chart_series *s = &in->scales[i].series;
        if (s->v[0].at_ms < c->from_ms) c->from_ms = s->v[0].at_ms;
        if (s->v[s->n - 1].at_ms > c->to_ms) c->to_ms = s->v[s->n - 1].at_ms;
    }
}

static int scale_panes(const struct forecast_session *in, struct chart_pane *panes) {
    for (int i = 0; i < in->scale_count; i++) panes[i] = figure_scale_pane(&in->scales[i]);
    return in->scale_count;
}

struct view_forecast forecast_session(struct arena *a, const struct forecast_session *in) {
    struct pk_forecast *f = NEW(a, struct pk_forecast);
    struct view_forecast view = {0};
    struct chart_pane *panes = NEWS(a, struct chart_pane, 2 + VITALS_PANES + in->scale_count);
    if (!forecast_make(a, &in->c, f, &view.why_not)) return view;
    view.why_not = STR_ABSENT;
    struct picture p = {a, f, in->c.doses[0].at_ms, AXIS_CLOCK, NULL};
    p.fit = forecast_fit_make(&p, in);
    struct vitals_figure signs = {.rows = in->vitals, .row_count = in->vitals_count};
    struct chart c = {.id = STR("session-forecast"),
                      .title = STR("Forecast and vital signs"),
                      .axis = AXIS_CLOCK,
                      .from_ms = p.zero_ms - 10 * MINUTE_MS,
                      .to_ms = picture_instant(&p, f->summary.until_min),
                      .now_ms = in->now_ms,
                      .panes = panes,
                      .pane_count = 2};
    if (in->now_ms > c.to_ms && in->now_ms - c.to_ms < AFTER_MIN * MINUTE_MS) c.to_ms = in->now_ms;
    marks(a, &in->c, &c);
    panes[0] = level_pane(&p, in);
    panes[1] = effect_pane(&p);
    panes[1].seen = in->seen;
    panes[1].seen_count = in->seen_count;
    c.pane_count += figure_vitals_panes(a, &signs, panes + c.pane_count);
    c.pane_count += scale_panes(in, panes + c.pane_count);
    widen(in, &c);
    tell(&p, in, &view);
    c.desc = str_format(a, "%.*s %.*s The table has the numbers.", STR_ARG(view.lines.v[0]),
                        STR_ARG(view.lines.v[1]));
    view.figure = draw(&p, &c, in, STR("From what was given; redrawn with each dose."));
    return view;
}

struct view_forecast forecast_plan(struct arena *a, const struct forecast_case *in) {
    struct pk_forecast *f = NEW(a, struct pk_forecast);
    struct view_forecast view = {0};
    struct chart_pane panes[2];
    if (!forecast_make(a, in, f, &view.why_not)) return view;
    view.why_not = STR_ABSENT;
    struct picture p = {a, f, 0, AXIS_MINUTES, NULL};
    const struct forecast_session none = {0};
    struct chart c = {.id = STR("plan-forecast"),
                      .title = STR("Forecast of this dose"),
                      .axis = AXIS_MINUTES,
                      .to_ms = picture_instant(&p, f->summary.until_min),
                      .panes = panes,
                      .pane_count = 2};
    marks(a, in, &c);
    panes[0] = level_pane(&p, &none);
    panes[1] = effect_pane(&p);
    tell(&p, &none, &view);
    c.desc = str_format(a, "%.*s %.*s The table has the numbers.", STR_ARG(view.lines.v[0]),
                        STR_ARG(view.lines.v[1]));
    view.figure = draw(&p, &c, &none, STR("Minutes from the dose."));
    return view;
}

/* A little after it is nearly gone: the rest of the day is not of the picture. */
static int64_t gentle_end(const struct picture *p, const struct chart_spell *spells, int n) {
    int64_t end = picture_instant(p, p->f->summary.until_min);
    int64_t gone = n ? spells[n - 1].to_ms + spells[n - 1].to_ms / 8 : end;
    return gone < end ? gone : end;
}

const struct view_figure *forecast_gentle(struct arena *a, const struct forecast_case *in) {
    struct pk_forecast *f = NEW(a, struct pk_forecast);
    struct str why;
    if (!forecast_make(a, in, f, &why)) return NULL;
    struct picture p = {a, f, 0, AXIS_NONE, NULL};
    struct chart_pane pane = effect_pane(&p);
    struct chart_spell spells[3];
    static const char *const words[] = {"it begins", "strong", "it fades"};
    pane.name = STR("What you may feel");
    pane.unit = STR("");
    pane.plain = true;
    pane.height = 180;
    pane.spell_count = phases(&p, spells);
    for (int i = 0; i < pane.spell_count; i++)
        spells[i].name = pane.spell_count == 3 ? str_from(words[i]) : STR("a mild change");
    pane.spells = spells;
    struct chart_series line = *pane.series;
    line.name = STR("");
    int64_t end = gentle_end(&p, spells, pane.spell_count);
    ptrdiff_t shown = end / (STEP_MIN * MINUTE_MS) + 1;
    struct chart_area areas[] = {pane.areas[0], pane.areas[1]};
    line.n = areas[0].n = areas[1].n = shown < line.n ? shown : line.n;
    pane.series = &line;
    pane.areas = areas;
    struct chart c = {.id = STR("gentle-forecast"),
                      .title = STR("How it comes and goes"),
                      .desc = STR("The change begins soon after the dose, gets strongest, then "
                                  "fades bit by bit. The shaded part shows that people differ."),
                      .axis = AXIS_NONE,
                      .to_ms = end,
                      .panes = &pane,
                      .pane_count = 1};
    return draw(&p, &c, NULL, STR("Each person is different. The shaded part shows how much."));
}
