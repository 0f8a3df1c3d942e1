/* outcomes: what became of everybody, with n and interval beside each share, and its rule. */
#include "app/outcomes.h"

#include <math.h>

#include "base/clock.h"
#include "web/show.h"
#include "web/survival_figure.h"

static struct maybe_real share(double v) { return (struct maybe_real){isfinite(v), v}; }

static struct view_outcome_share share_of(struct request *rq, const char *name, const char *means,
                                          const struct proportion *p) {
    struct view_outcome_share v = {.name = str_from(name), .means = str_from(means), .n = p->n,
                                   .of = p->of, .rate = share(p->rate)};
    if (p->of)
        v.interval = str_format(rq->arena, "%.0f%% to %.0f%%", 100 * p->lo, 100 * p->hi);
    return v;
}

static void shares(struct request *rq, const struct outcomes *o, struct view_outcomes *view) {
    view->shares.v = NEWS(rq->arena, struct view_outcome_share, 4);
    struct view_outcome_share *v = view->shares.v;
    v[0] = share_of(rq, "Response", "Half the score of before, or better.", &o->response);
    v[1] = share_of(rq, "Remission", "Hardly any symptoms left.", &o->remission);
    v[2] = share_of(rq, "Response, everybody", "Who was not measured counts as no response.",
                    &o->response_all);
    v[3] = share_of(rq, "Lost", "No measure at the end of the doses.", &o->lost);
    view->shares.n = 4;
}

static void held(struct request *rq, const struct outcomes *o, struct view_outcomes *view) {
    view->held.v = NEWS(rq->arena, struct view_outcome_held, OUTCOMES_WEEKS);
    for (int i = 0; i < OUTCOMES_WEEKS; i++) {
        const struct survival_point *p = &o->at[i];
        struct view_outcome_held *v = &view->held.v[view->held.n++];
        *v = (struct view_outcome_held){.week = outcomes_weeks[i], .at_risk = p->at_risk,
                                        .share = share(p->at_risk ? p->survival : NAN)};
        if (p->at_risk && isfinite(p->lo))
            v->interval = str_format(rq->arena, "%.0f%% to %.0f%%", 100 * p->lo, 100 * p->hi);
    }
    view->median = isfinite(o->median_weeks)
                       ? str_format(rq->arena, "Half of them held it for %.0f weeks.",
                                    o->median_weeks)
                       : STR("More than half of them still hold it, as far as they are followed.");
    view->published = survival_published(rq->arena);
    if (o->held.n) {
        struct view_figure *curve = NEW(rq->arena, struct view_figure);
        *curve = survival_figure(rq->arena, &o->held);
        view->curve = curve;
    }
    view->responders = o->held.subjects;
    view->relapses = o->held.events;
}

enum err page_outcomes(struct request *rq) {
    struct outcomes o;
    struct view_outcomes view = {.title = STR("Outcomes")};
    TRY(outcomes_load(rq->tx, rq->app->content, &o));
    view.as_of = show_datetime(rq->arena, rq->now_ms);
    view.counted = str_format(rq->arena,
                              "%d courses: %d over and counted, %d still running, %d without a "
                              "baseline, %d begun too low to be counted.",
                              o.courses, o.lost.of, o.running, o.no_baseline, o.below_floor);
    view.definition = o.definition;
    view.instrument = o.instrument->title;
    view.end_days = OUTCOMES_END_DAYS;
    view.any = o.lost.of > 0;
    view.small = o.response.of < 20; /* CLINICAL 8: greyed below n 20 */
    shares(rq, &o, &view);
    held(rq, &o, &view);
    page_open(rq, "Outcomes", view.title);
    html_outcomes(rq->out, &view);
    page_close(rq);
    return E_OK;
}
