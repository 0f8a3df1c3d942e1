/* Measures: choose an instrument, fill it in, see what it said before. */
#include "app/measure.h"
#include "web/chart_view.h"
#include "web/measure_form.h"
#include "web/show.h"

enum err page_measures(struct request *rq) {
    struct patient p;
    struct instruments all = rq->app->content->instruments;
    struct view_measures view = {.panel = {.id = STR("all"), .title = STR("Choose one")}};
    TRY(show_patient(rq, STR("Measures"), &p));
    view.panel.rows.v = NEWS(rq->arena, struct view_item, all.n);
    for (int i = 0; i < all.n; i++)
        view.panel.rows.v[view.panel.rows.n++] = (struct view_item){
            .what = all.v[i]->title,
            .when = all.v[i]->recall.s ? all.v[i]->recall : STR(""),
            .link = show_link(rq->arena, p.id, "/measure/%.*s", STR_ARG(all.v[i]->id))};
    html_measures(rq->out, &view);
    page_close(rq);
    return E_OK;
}

static enum err earlier(struct request *rq, struct str patient_id, const struct instrument *in,
                        const struct view_list_panel **out) {
    struct response_rows rows;
    TRY(response_of_patient(rq->tx, &(struct response_of_patient_in){patient_id, in->id}, &rows));
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    *panel = (struct view_list_panel){.id = STR("earlier"),
                                      .title = STR("Earlier"),
                                      .empty = show_empty(rq->arena, "Not filled in before.")};
    panel->rows.v = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = rows.n; i-- > 0;) {
        const struct response *r = &rows.v[i];
        struct view_item *item = &panel->rows.v[panel->rows.n++];
        *item = (struct view_item){.what = r->total.is ? str_format(rq->arena, "%.0f", r->total.v)
                                                       : STR("no total: too much is missing"),
                                   .detail = r->band,
                                   .when = show_datetime(rq->arena, r->at_ms)};
        if (r->alerts.n) item->tag = show_tag(rq->arena, "critical", r->alerts);
    }
    *out = panel;
    return E_OK;
}

enum err page_measure(struct request *rq) {
    struct patient p;
    struct view_measure_page view;
    const struct instrument *in = instrument_find(rq->app->content->instruments, rq->path[1]);
    if (!in) return E_UNKNOWN;
    TRY(show_patient(rq, in->title, &p));
    TRY(measure_form(rq, in, show_link(rq->arena, p.id, "/measure/%.*s", STR_ARG(in->id)), &view));
    TRY(chart_outcome(rq, p.id, in->id, &view.outcome));
    TRY(earlier(rq, p.id, in, &view.after));
    html_measure_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_measure(struct request *rq) {
    const struct instrument *in = instrument_find(rq->app->content->instruments, rq->path[1]);
    struct response recorded;
    if (!in) return E_UNKNOWN;
    int *answers = NEWS(rq->arena, int, in->item_count);
    TRY(measure_form_read(rq, in, answers));
    struct measure_in m = {.patient_id = rq->path[0], .instrument = in, .answers = answers};
    TRY(measure_record(rq->tx, &m, &rq->faults, &recorded));
    if (recorded.alerts.n && web_allows(rq, CAP_RISK_REVIEW))
        return web_redirect(rq, "/patient/%.*s/risk", STR_ARG(rq->path[0]));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}
