#include "web/chart_view.h"

#include <math.h>

#include "app/content.h"
#include "core/outcome.h"
#include "web/figure.h"
#include "web/show.h"

const char *chart_step_room(struct str type) {
    if (str_is(type, "dose") || str_is(type, "booster")) return "dosing";
    return str_is(type, "integration") ? "integration" : "step";
}

static struct chart_mark *dose_marks(struct request *rq, const struct dose_rows *doses) {
    struct chart_mark *marks = NEWS(rq->arena, struct chart_mark, doses->n);
    for (ptrdiff_t i = 0; i < doses->n; i++) {
        const struct dose *d = &doses->v[i];
        marks[i] = (struct chart_mark){.at_ms = d->given_ms,
                                       .label = show_dose_mark(rq->arena, d->route, d->amount_ug)};
    }
    return marks;
}

static ptrdiff_t points_of(struct request *rq, const struct response_rows *rows,
                           struct chart_point **out) {
    ptrdiff_t n = 0;
    *out = NEWS(rq->arena, struct chart_point, rows->n);
    for (ptrdiff_t i = 0; i < rows->n; i++)
        if (rows->v[i].total.is)
            (*out)[n++] = (struct chart_point){rows->v[i].at_ms, rows->v[i].total.v};
    return n;
}

/* The lines of response and remission, by the instrument's own thresholds; the baseline is
 * the last value before the first dose, else the first value there is. */
static void thresholds(struct request *rq, const struct instrument *in, double baseline,
                       struct outcome_figure *f) {
    const struct threshold *response = instrument_threshold(in, RESPONSE, STR_ABSENT);
    const struct threshold *remission = instrument_threshold(in, REMISSION, STR_ABSENT);
    if (response && !isnan(response->improve_percent) && baseline > 0) {
        f->response = (struct maybe_real){true, baseline * (1 - response->improve_percent / 100)};
        f->response_name = str_format(rq->arena, "Response, %.0f%% below %.0f",
                                      response->improve_percent, baseline);
    }
    if (remission && !isnan(remission->to)) {
        f->remission = (struct maybe_real){true, remission->to};
        f->remission_name = str_format(rq->arena, "Remission, %.0f or less", remission->to);
    }
}

static double baseline_of(const struct chart_point *points, ptrdiff_t n,
                          const struct dose_rows *doses) {
    double baseline = points[0].value;
    for (ptrdiff_t i = 0; i < n && doses->n > 0; i++)
        if (points[i].at_ms <= doses->v[0].given_ms) baseline = points[i].value;
    return baseline;
}

static const char *const state_words[] = {[OUTCOME_WORSE] = "worse",
                                          [OUTCOME_UNCHANGED] = "no change past a line",
                                          [OUTCOME_PARTIAL] = "partial response",
                                          [OUTCOME_RESPONSE] = "response",
                                          [OUTCOME_REMISSION] = "remission"};

/* What became of the person, by which definition; whether the change is one that people notice
 * and more than the scale's own wavering, where the scale has such lines (CLINICAL 5.5). */
static void tell_change(struct arena *a, const struct instrument *in, double baseline, double now,
                        struct outcome_figure *f) {
    struct outcome_change c =
        outcome_classify(in, outcome_of_total(baseline), outcome_of_total(now));
    struct buf b = buf_new(a, 320);
    if (c.state == OUTCOME_UNKNOWN) return;
    buf_format(&b, "From %.0f before the first dose to %.0f: %s", baseline, now,
               state_words[c.state]);
    if (c.definition.n)
        f->caption = str_format(a, "By the definition %.*s.", STR_ARG(c.definition));
    if (!isnan(c.percent))
        buf_format(&b, ", %.0f%% %s", fabs(c.percent), c.percent < 0 ? "worse" : "better");
    if (instrument_threshold(in, MEANINGFUL, STR_ABSENT))
        buf_z(&b, c.meaningful ? ", a meaningful change" : ", less than a meaningful change");
    if (instrument_threshold(in, RELIABLE, STR_ABSENT))
        buf_z(&b, c.reliable ? ", a reliable one" : ", not yet a reliable one");
    buf_z(&b, ".");
    if (!c.counted) buf_z(&b, " It began below the severity that response is counted from.");
    f->said = buf_str(&b);
    if (c.worse) f->flag = STR("Deterioration");
}

enum err chart_outcome(struct request *rq, struct str patient_id, struct str instrument,
                       const struct view_figure **out) {
    struct response_rows rows;
    struct dose_rows doses;
    struct chart_point *points;
    double low, high;
    const struct instrument *in = instrument_find(rq->app->content->instruments, instrument);
    *out = NULL;
    if (!in) return E_OK;
    TRY(response_of_patient(rq->tx, &(struct response_of_patient_in){patient_id, in->id}, &rows));
    ptrdiff_t n = points_of(rq, &rows, &points);
    if (n == 0) return E_OK;
    TRY(dose_of_patient(rq->tx, &(struct dose_of_patient_in){patient_id}, &doses));
    instrument_range(in, &low, &high);
    struct outcome_figure f = {.id = str_format(rq->arena, "outcome-%.*s", STR_ARG(in->id)),
                               .title = in->title,
                               .measure = in->title,
                               .highest = high,
                               .points = points,
                               .point_count = n,
                               .doses = dose_marks(rq, &doses),
                               .dose_count = doses.n,
                               .high_is_better = in->high_is_better,
                               .now_ms = rq->now_ms};
    double baseline = baseline_of(points, n, &doses);
    if (!in->high_is_better) thresholds(rq, in, baseline, &f);
    if (doses.n && points[n - 1].at_ms > doses.v[0].given_ms)
        tell_change(rq->arena, in, baseline, points[n - 1].value, &f);
    struct view_figure *figure = NEW(rq->arena, struct view_figure);
    *figure = figure_outcome(rq->arena, &f);
    *out = figure;
    return E_OK;
}
