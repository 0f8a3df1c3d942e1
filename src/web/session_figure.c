#include "web/session_figure.h"

#include "app/chart.h"
#include "app/infusion.h"
#include "app/level.h"
#include "base/clock.h"
#include "web/forecast_view.h"
#include "web/show.h"

struct drawing {
    struct request *rq;
    const struct dosing_day *d;
    int64_t now_ms;
    struct vitals_row *rows;
    ptrdiff_t row_count;
    struct figure_scale *scales;
    int scale_count;
};

/* Vital signs -------------------------------------------------------------------------------- */

static struct maybe_real sign(const struct dosing_day *d, int64_t at_ms, enum vital_kind kind) {
    return dosing_value_at(d, at_ms, vital_meanings[kind].loinc);
}

/* A weight or a level by itself makes no row. */
static void vitals_rows(struct drawing *g) {
    const struct dosing_day *d = g->d;
    g->rows = NEWS(g->rq->arena, struct vitals_row, d->observations.n);
    for (ptrdiff_t i = 0; i < d->observations.n; i++) {
        int64_t at_ms = d->observations.v[i].at_ms;
        struct vitals_row row = {.at_ms = at_ms,
                                 .systolic = sign(d, at_ms, VITAL_systolic),
                                 .diastolic = sign(d, at_ms, VITAL_diastolic),
                                 .pulse = sign(d, at_ms, VITAL_heart_rate),
                                 .spo2 = sign(d, at_ms, VITAL_spo2)};
        if (g->row_count && g->rows[g->row_count - 1].at_ms == at_ms) continue;
        if (row.systolic.is || row.diastolic.is || row.pulse.is || row.spo2.is)
            g->rows[g->row_count++] = row;
    }
}

/* Scales ------------------------------------------------------------------------------------- */

struct session_scale {
    const char *code, *name, *unit;
    double low, high;
};
static const struct session_scale scales[] = {
#define SCALE(code, name, unit, low, high) {code, name, unit, low, high},
#include "web/scales.def"
#undef SCALE
};
enum { SCALES = sizeof scales / sizeof *scales };

/* An observation bears the scale's own code, or that of the vital sign of its name. */
static bool is_of(const struct session_scale *scale, struct str code) {
    if (str_is(code, scale->code)) return true;
    for (int i = 0; i < VITAL_COUNT; i++)
        if (str_is(code, vital_meanings[i].loinc))
            return str_is(str_from(vital_meanings[i].name), scale->code);
    return false;
}

static void scale_of(struct drawing *g, const struct session_scale *scale,
                     const struct response_of_session_rows *responses) {
    const struct dosing_day *d = g->d;
    ptrdiff_t n = 0;
    struct chart_point *v =
        NEWS(g->rq->arena, struct chart_point, d->observations.n + responses->n);
    for (ptrdiff_t i = 0; i < d->observations.n; i++)
        if (d->observations.v[i].value.is && is_of(scale, d->observations.v[i].code))
            v[n++] = (struct chart_point){d->observations.v[i].at_ms,
                                          d->observations.v[i].value.v};
    for (ptrdiff_t i = 0; i < responses->n; i++)
        if (responses->v[i].total.is && str_is(responses->v[i].instrument, scale->code))
            v[n++] = (struct chart_point){responses->v[i].at_ms, responses->v[i].total.v};
    if (n == 0) return;
    g->scales[g->scale_count++] = (struct figure_scale){
        str_from(scale->name), str_from(scale->unit), scale->low, scale->high,
        {.name = str_from(scale->name), .v = v, .n = n, .gap_ms = 45 * MINUTE_MS}};
}

static enum err find_scales(struct drawing *g) {
    const struct dosing *row = &g->d->row;
    struct response_of_session_rows responses;
    int64_t until_ms = row->discharged_ms.is ? row->discharged_ms.v : g->rq->now_ms;
    struct response_of_session_in in = {row->patient_id, row->checked_in_ms, until_ms};
    TRY(response_of_session(g->rq->tx, &in, &responses));
    g->scales = NEWS(g->rq->arena, struct figure_scale, SCALES);
    for (int i = 0; i < SCALES; i++) scale_of(g, &scales[i], &responses);
    return E_OK;
}

/* What was seen of this patient -------------------------------------------------------------- */

/* Onset, peak and fading as somebody saw them, to stand on the forecast of the effect. */
static const struct chart_mark *effect_seen(const struct drawing *g, int *n) {
    const struct session_event_of_dosing_rows *events = &g->d->events;
    struct chart_mark *marks = NEWS(g->rq->arena, struct chart_mark, events->n);
    for (ptrdiff_t i = 0; i < events->n; i++) {
        const struct vitals_event *kind =
            vitals_event(g->rq->app->content->session, events->v[i].kind);
        if (kind && str_is(kind->group, "effect"))
            marks[(*n)++] =
                (struct chart_mark){.at_ms = events->v[i].at_ms, .label = events->v[i].kind};
    }
    return marks;
}

/* The first onset and the last fading tell of the patient: what was tapped twice is one thing. */
static const struct session_event_of_dosing_row *effect_event(const struct drawing *g,
                                                              const char *kind) {
    const struct session_event_of_dosing_row *found = NULL;
    for (ptrdiff_t i = 0; i < g->d->events.n; i++) {
        const struct session_event_of_dosing_row *e = &g->d->events.v[i];
        if (!str_is(e->kind, kind) || e->at_ms < g->d->doses.v[0].given_ms) continue;
        if (!found || str_is(e->kind, "offset")) found = e;
    }
    return found;
}

static void observed(const struct drawing *g, struct forecast_session *in) {
    static const char *const crossings[] = {"onset", "offset"};
    const struct dosing_day *d = g->d;
    struct forecast_seen *v = NEWS(g->rq->arena, struct forecast_seen, d->observations.n + 2);
    in->observed = v;
    for (ptrdiff_t i = 0; i < d->observations.n; i++) {
        const struct observation_of_dosing_row *o = &d->observations.v[i];
        const struct level_meaning *m = level_meaning(o->code);
        if (m && o->value.is)
            v[in->observed_count++] =
                (struct forecast_seen){m->what, o->at_ms, o->value.v, STR_ABSENT};
    }
    for (int i = 0; i < 2; i++) {
        const struct session_event_of_dosing_row *e = effect_event(g, crossings[i]);
        if (e)
            v[in->observed_count++] =
                (struct forecast_seen){PK_SEEN_EFFECT, e->at_ms, 0, e->kind};
    }
}

/* The figure --------------------------------------------------------------------------------- */

/* What is left of a running one goes in as its rate is now. */
static enum err as_delivered(struct request *rq, struct str dosing_id,
                             const struct dose_of_dosing_row *d, struct forecast_dose *v,
                             ptrdiff_t *n) {
    struct infusion in;
    TRY(infusion_of(rq->tx, dosing_id, d, &in));
    bool runs = in.state == INFUSION_RUNNING;
    if (in.n <= 1 && (runs || in.state == INFUSION_DONE)) {
        v[(*n)++] = (struct forecast_dose){d->route, d->site, d->amount_ug, d->given_ms,
                                           d->minutes};
        return E_OK;
    }
    if (runs && in.n < INFUSION_PARTS_MAX)
        in.parts[in.n++] = (struct infusion_part){rq->now_ms, in.end_ms,
                                                  d->amount_ug - in.delivered_ug};
    for (int i = 0; i < in.n; i++) {
        const struct infusion_part *p = &in.parts[i];
        int64_t minutes = (p->to_ms - p->from_ms + MINUTE_MS / 2) / MINUTE_MS;
        if (p->amount_ug > 0)
            v[(*n)++] = (struct forecast_dose){d->route, d->site, p->amount_ug, p->from_ms,
                                               {true, minutes > 0 ? minutes : 1}};
    }
    return E_OK;
}

enum err session_figure_doses(struct request *rq, struct str dosing_id,
                              const struct dose_of_dosing_rows *given, struct forecast_dose **out,
                              ptrdiff_t *n) {
    ptrdiff_t parts = 0;
    for (ptrdiff_t i = 0; i < given->n; i++) parts += given->v[i].acts + 2;
    *out = NEWS(rq->arena, struct forecast_dose, parts);
    *n = 0;
    for (ptrdiff_t i = 0; i < given->n; i++)
        TRY(as_delivered(rq, dosing_id, &given->v[i], *out, n));
    return E_OK;
}

static const struct view_forecast *forecast_of(const struct drawing *g, struct str birth_date) {
    int32_t born;
    int seen = 0;
    ptrdiff_t dose_count;
    const struct dosing_day *d = g->d;
    struct forecast_dose *doses;
    if (session_figure_doses(g->rq, d->row.id, &d->doses, &doses, &dose_count))
        dose_count = 0; /* the page itself failed before */
    struct forecast_session in = {.c = {.content = g->rq->app->content,
                                        .weight_kg = d->row.weight_kg,
                                        .doses = doses,
                                        .dose_count = dose_count},
                                  .vitals = g->rows,
                                  .vitals_count = g->row_count,
                                  .seen = effect_seen(g, &seen),
                                  .scales = g->scales,
                                  .scale_count = g->scale_count,
                                  .now_ms = g->now_ms};
    if (date_parse(birth_date, &born))
        in.c.age_years = date_age_years(born, clock_today(d->doses.v[0].given_ms));
    in.seen_count = seen;
    observed(g, &in);
    struct view_forecast *view = NEW(g->rq->arena, struct view_forecast);
    *view = forecast_session(g->rq->arena, &in);
    return view;
}

static const struct chart_mark *dose_marks(const struct drawing *g) {
    const struct dose_of_dosing_rows *doses = &g->d->doses;
    struct chart_mark *marks = NEWS(g->rq->arena, struct chart_mark, doses->n);
    for (ptrdiff_t i = 0; i < doses->n; i++) {
        const struct dose_of_dosing_row *dose = &doses->v[i];
        bool infusion = dose->minutes.is && str_is(dose->route, "iv");
        marks[i] = (struct chart_mark){
            .at_ms = dose->given_ms,
            .length_ms = infusion ? dose->minutes.v * MINUTE_MS : 0,
            .label = show_dose_mark(g->rq->arena, dose->route, dose->given_ug)};
    }
    return marks;
}

static const struct view_figure *vitals_of(const struct drawing *g) {
    struct vitals_figure in = {.id = STR("session-vitals"),
                               .title = STR("Vital signs"),
                               .caption = STR("Doses are marked."),
                               .rows = g->rows,
                               .row_count = g->row_count,
                               .doses = dose_marks(g),
                               .dose_count = g->d->doses.n,
                               .scales = g->scales,
                               .scale_count = g->scale_count,
                               .now_ms = g->now_ms};
    struct view_figure *figure = NEW(g->rq->arena, struct view_figure);
    *figure = figure_vitals(g->rq->arena, &in);
    return figure;
}

enum err session_figure(struct request *rq, const struct dosing_day *day, struct str birth_date,
                        int64_t now_ms, struct session_figure *out) {
    struct drawing g = {.rq = rq, .d = day, .now_ms = now_ms};
    *out = (struct session_figure){0};
    vitals_rows(&g);
    TRY(find_scales(&g));
    if (day->doses.n) out->forecast = forecast_of(&g, birth_date);
    bool drawn = out->forecast && out->forecast->figure;
    if (!drawn && (g.row_count || g.scale_count)) out->vitals = vitals_of(&g);
    return E_OK;
}
