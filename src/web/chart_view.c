#include "web/chart_view.h"

#include <math.h>

#include "app/content.h"
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
        marks[i] = (struct chart_mark){
            .at_ms = d->given_ms,
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
    if (response && !isnan(response->improve_percent)) {
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
                               .caption = in->source,
                               .highest = high,
                               .points = points,
                               .point_count = n,
                               .doses = dose_marks(rq, &doses),
                               .dose_count = doses.n,
                               .now_ms = rq->now_ms};
    if (!in->high_is_better) thresholds(rq, in, baseline_of(points, n, &doses), &f);
    struct view_figure *figure = NEW(rq->arena, struct view_figure);
    *figure = figure_outcome(rq->arena, &f);
    *out = figure;
    return E_OK;
}
