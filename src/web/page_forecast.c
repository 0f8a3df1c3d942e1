/*
 * The forecast before the session: what a dose would do, changed by hand. The page starts from
 * the course's planned dose and the weight of the last session; after that the query alone
 * says what is drawn, so that the figure by itself (asked again while a slider moves) reads no
 * chart and writes no journal.
 */
#include <math.h>

#include "app/course.h"
#include "base/clock.h"
#include "core/dose.h"
#include "web/forecast_view.h"
#include "web/show.h"

struct plan {
    struct str route, amount, unit, minutes, rest, weight;
    int64_t age_years;
};

static struct plan typed_plan(const struct request *rq) {
    struct plan p = {.route = str_trim(web_query(rq, "route")),
                     .amount = str_trim(web_query(rq, "amount")),
                     .unit = web_query(rq, "unit"),
                     .minutes = str_trim(web_query(rq, "minutes")),
                     .rest = web_query(rq, "rest"),
                     .weight = str_trim(web_query(rq, "weight"))};
    if (!str_to_int(web_query(rq, "age"), &p.age_years)) p.age_years = 0;
    return p;
}

static struct str weight_text(struct arena *a, double weight_kg) {
    struct buf b = buf_new(a, 16);
    buf_real_exact(&b, weight_kg);
    return buf_str(&b);
}

/* The dose that the course plans, as the form has it: a number and a unit. */
static void planned(struct arena *a, const struct course *c, struct plan *p) {
    struct dose_order order;
    const char *why;
    p->route = dose_plain_route(c->route);
    if (!dose_order_read(c->planned_dose, &order, &why)) return;
    p->amount = weight_text(a, (double)order.ug / 1000);
    p->unit = order.basis == DOSE_PER_KG ? STR("mg/kg") : STR("mg");
}

static enum err first_plan(struct request *rq, struct plan *p) {
    struct course course;
    struct dosing_previous_row last;
    enum err e = course_latest(rq->tx, &(struct course_latest_in){rq->path[0]}, &course);
    if (e != E_OK && e != E_UNKNOWN) return e;
    if (e == E_OK) planned(rq->arena, &course, p);
    e = dosing_previous(rq->tx, &(struct dosing_previous_in){rq->path[0], rq->now_ms}, &last);
    if (e != E_OK && e != E_UNKNOWN) return e;
    if (e == E_OK && last.weight_kg.is) p->weight = weight_text(rq->arena, last.weight_kg.v);
    return E_OK;
}

/* What stands in the form, as one dose at instant 0; false: *why is the sentence. */
static bool plan_read(struct request *rq, const struct plan *p, struct forecast_case *c,
                      struct forecast_dose *d, struct str *why) {
    struct dose_order order;
    const char *said = "";
    int64_t minutes = 0;
    struct str text = str_format(rq->arena, "%.*s%.*s", STR_ARG(p->amount), STR_ARG(p->unit));
    *c = (struct forecast_case){.content = rq->app->content,
                                .age_years = (int)p->age_years,
                                .doses = d,
                                .dose_count = 1};
    *d = (struct forecast_dose){.route = p->route, .site = p->rest};
    *why = STR("Type a dose, and the forecast is drawn.");
    if (!p->amount.n) return false;
    *why = STR("The weight is a number of kg, from 25 to 300.");
    c->weight_kg.is = p->weight.n > 0;
    if (c->weight_kg.is && !str_to_real(p->weight, &c->weight_kg.v)) return false;
    *why = STR("The minutes are a whole number, from 0 to 240.");
    d->minutes.is = p->minutes.n > 0;
    if (d->minutes.is && (!str_to_int(p->minutes, &minutes) || minutes < 0 || minutes > 240))
        return false;
    d->minutes.v = minutes;
    if (!dose_order_read(text, &order, &said)) {
        *why = str_from(said);
        return false;
    }
    *why = STR("A dose by weight needs the weight, from 25 to 300 kg.");
    d->amount_ug = dose_amount_ug(order, c->weight_kg.is ? c->weight_kg.v : 0);
    return d->amount_ug > 0;
}

static struct view_forecast *draw(struct request *rq, const struct plan *p) {
    struct view_forecast *view = NEW(rq->arena, struct view_forecast);
    struct forecast_case c;
    struct forecast_dose d;
    if (plan_read(rq, p, &c, &d, &view->why_not)) *view = forecast_plan(rq->arena, &c);
    return view;
}

static struct view_form_choice_list choices(struct arena *a, const char *const (*rows)[2], int n,
                                            struct str on) {
    struct view_form_choice_list list = {NEWS(a, struct view_form_choice, n), n};
    for (int i = 0; i < n; i++)
        list.v[i] = (struct view_form_choice){.value = str_from(rows[i][0]),
                                              .label = str_from(rows[i][1]),
                                              .on = str_is(on, rows[i][0])};
    return list;
}

static const char *const units[][2] = {{"mg", "mg"}, {"mg/kg", "mg/kg"}};
static const char *const rests[][2] = {{"swallowed", "Swallowed"}, {"spat", "Spat out"}};
static const char *const routes_drawn[][2] = {{"iv", "Intravenous"},
                                              {"im", "Intramuscular"},
                                              {"sl", "Sublingual"},
                                              {"in", "Nasal, racemic"},
                                              {"esk", "Nasal, esketamine devices"},
                                              {"po", "Oral"}};

enum err page_forecast(struct request *rq) {
    struct patient patient;
    struct view_forecast_page view = {.title = STR("What a dose would do")};
    struct plan p = typed_plan(rq);
    const struct pk_model *m = content_pk_model(rq->app->content, STR("kap1"));
    int32_t born;
    TRY(show_patient(rq, view.title, &patient));
    if (!p.route.s) TRY(first_plan(rq, &p));
    if (date_parse(patient.birth_date, &born))
        p.age_years = date_age_years(born, clock_today(rq->now_ms));
    view.action = show_link(rq->arena, patient.id, "/forecast");
    view.figure_at = show_link(rq->arena, patient.id, "/forecast/figure");
    view.routes = choices(rq->arena, routes_drawn, 6, p.route);
    view.units = choices(rq->arena, units, 2, p.unit);
    view.rests = choices(rq->arena, rests, 2, p.rest);
    view.amount = p.amount.s ? p.amount : STR("");
    view.minutes = p.minutes.s ? p.minutes : STR("");
    view.weight = p.weight.s ? p.weight : STR("");
    view.age = p.age_years;
    view.device = weight_text(rq->arena, m ? m->params[PK_esk_device].value : 1);
    view.forecast = draw(rq, &p);
    html_forecast_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err page_forecast_figure(struct request *rq) {
    struct plan p = typed_plan(rq);
    html_forecast(rq->out, draw(rq, &p));
    return E_OK;
}
