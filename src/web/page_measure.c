/* Measures: choose an instrument, fill it in, see what it said before. */
#include "app/measure.h"
#include "app/words.h"
#include "base/clock.h"
#include "web/chart_view.h"
#include "web/measure_form.h"
#include "web/show.h"
#include "web/words.h"

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
                                   .when = show_datetime(rq->arena, r->at_ms),
                                   .link = show_link(rq->arena, patient_id, "/response/%.*s",
                                                     STR_ARG(r->id))};
        if (r->alerts.n) item->tag = show_tag(rq->arena, "critical", r->alerts);
    }
    *out = panel;
    return E_OK;
}

enum err page_measure(struct request *rq) {
    struct patient p;
    struct view_measure_page view;
    const struct instrument *in = measure_instrument(rq, rq->path[1]);
    if (!in) return E_UNKNOWN;
    TRY(show_patient(rq, in->title, &p));
    TRY(measure_form(rq, WHO_STAFF, in,
                     show_link(rq->arena, p.id, "/measure/%.*s", STR_ARG(in->id)), &view));
    TRY(chart_outcome(rq, p.id, in->id, &view.outcome));
    TRY(earlier(rq, p.id, in, &view.after));
    html_measure_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_measure(struct request *rq) {
    const struct instrument *in = measure_instrument(rq, rq->path[1]);
    struct measure_done recorded;
    if (!in) return E_UNKNOWN;
    int *answers = NEWS(rq->arena, int, in->item_count);
    struct rating_in how;
    TRY(measure_form_read(rq, in, answers));
    TRY(measure_form_how(rq, &how));
    struct measure_in m = {.patient_id = rq->path[0], .instrument = in, .answers = answers,
                           .how = how};
    TRY(measure_record(rq->tx, rq->app->content, &m, &rq->faults, &recorded));
    if (recorded.seen && web_allows(rq, CAP_RISK_REVIEW))
        return web_redirect(rq, "/patient/%.*s/risk", STR_ARG(rq->path[0]));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}

/* One response, as it was ------------------------------------------------------------------- */

static struct str total_text(struct request *rq, const struct response *r) {
    struct buf b = buf_new(rq->arena, 16);
    if (!r->total.is) return STR("No total: too much is missing");
    score_put(&b, r->total.v);
    return buf_str(&b);
}

static void fact(struct request *rq, struct view_response_page *v, const char *name,
                 struct str value) {
    if (!v->facts.v) v->facts.v = NEWS(rq->arena, struct view_response_fact, 8);
    if (value.n) v->facts.v[v->facts.n++] = (struct view_response_fact){str_from(name), value};
}

static enum err rating_facts(struct request *rq, const struct response *r,
                             const struct response_rating *rating, struct view_response_page *v) {
    struct dose_counted_row dose;
    fact(rq, v, "When", show_datetime(rq->arena, r->at_ms));
    fact(rq, v, "Written down by", show_account(rq, r->account_id));
    if (!rating) return E_OK;
    fact(rq, v, "Rated by", rating->rater);
    fact(rq, v, "How", rating_mode_text(rating->mode));
    fact(rq, v, "Conditions", rating->conditions);
    if (rating->dose_id.n) {
        TRY(dose_counted(rq->tx, &(struct dose_counted_in){rating->dose_id}, &dose));
        fact(rq, v, "After the last dose",
             str_format(rq->arena, "%.*s after %.*s",
                        STR_ARG(words_amount(rq->arena, rating->since_dose_min.v * MINUTE_MS)),
                        STR_ARG(show_dose_mark(rq->arena, dose.route, dose.amount_ug))));
    }
    if (rating->missing)
        fact(rq, v, "Not answered",
             str_format(rq->arena, "%d of the items%s", (int)rating->missing,
                        rating->prorated ? "; the mean of the others stands for them" : ""));
    return E_OK;
}

static void response_rows(struct request *rq, const struct wording *words,
                          const struct response *r, struct view_response_page *v) {
    v->rows.v = NEWS(rq->arena, struct view_response_row, words->n);
    for (int i = 0; i < words->n; i++) {
        const struct wording_item *w = &words->items[i];
        struct view_response_row *row = &v->rows.v[v->rows.n++];
        struct str given = pair_value(r->answers, w->id);
        *row = (struct view_response_row){.number = i + 1, .heading = w->heading, .text = w->text};
        if (given.n && str_to_int(given, &row->value.v)) {
            row->value.is = true;
            row->answer = wording_answer(w, (int)row->value.v);
        } else {
            row->passed = STR("not answered");
        }
    }
}

enum err page_response(struct request *rq) {
    struct patient p;
    struct response r;
    struct response_rating row, *rating = &row;
    const struct wording *words;
    bool todays;
    TRY(response_load(rq->tx, rq->path[1], &r));
    if (!str_eq(r.patient_id, rq->path[0])) return E_UNKNOWN;
    enum err e = response_rating_load(rq->tx, r.id, &row);
    if (e == E_UNKNOWN) rating = NULL;
    else TRY(e);
    const struct instrument *in = instrument_find(rq->app->content->instruments, r.instrument);
    TRY(rating_words(rq->tx, in, rating, &words, &todays));
    struct view_response_page v = {
        .title = words ? words->title : r.instrument, .score = total_text(rq, &r), .band = r.band,
        .back_text = STR("All of this measure")};
    TRY(show_patient(rq, v.title, &p));
    v.back = show_link(rq->arena, p.id, "/measure/%.*s", STR_ARG(r.instrument));
    v.alerts.v = NEWS(rq->arena, struct str, RULES_MAX);
    for (struct str rest = r.alerts; rest.n > 0 && v.alerts.n < RULES_MAX;)
        v.alerts.v[v.alerts.n++] = str_cut(rest, '\n', &rest);
    TRY(rating_facts(rq, &r, rating, &v));
    if (todays)
        v.note = STR("The words were not kept with this answer; below stand those of today.");
    if (rating) v.hash = rating->text_id;
    if (words) {
        v.stem = words->stem;
        v.source = words->source;
        v.notice = words->notice;
        response_rows(rq, words, &r, &v);
    }
    html_response_page(rq->out, &v);
    page_close(rq);
    return E_OK;
}
