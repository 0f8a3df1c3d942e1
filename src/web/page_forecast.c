/*
 * The forecast before the session: what a dose would do, changed by hand. The page starts from
 * the course's planned dose and the weight of the last session; after that the query alone
 * says what is drawn, so that the figure by itself (asked again while a slider moves) reads no
 * chart and writes no journal.
 */
#include <math.h>

#include "app/chart.h"
#include "app/course.h"
#include "base/clock.h"
#include "core/dose.h"
#include "web/forecast_view.h"
#include "web/show.h"

struct plan {
    struct str route, amount, unit, minutes, rest, weight;
    struct str then, after; /* a second dose, and its minutes after the first */
    struct str model, weight_as, height, sex, people;
    int64_t age_years;
};

static struct str typed(const struct request *rq, const char *name) {
    return str_trim(web_query(rq, name));
}

static struct plan typed_plan(const struct request *rq) {
    struct plan p = {.route = typed(rq, "route"), .amount = typed(rq, "amount"),
                     .unit = typed(rq, "unit"), .minutes = typed(rq, "minutes"),
                     .rest = typed(rq, "rest"), .weight = typed(rq, "weight"),
                     .then = typed(rq, "then"), .after = typed(rq, "after"),
                     .model = typed(rq, "model"), .weight_as = typed(rq, "weight-as"),
                     .height = typed(rq, "height"), .sex = typed(rq, "sex"),
                     .people = typed(rq, "people")};
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

static enum err last_vital(struct request *rq, enum vital_kind kind, struct str *out) {
    struct vital_last last;
    TRY(chart_vital_last(rq->tx, rq->path[0], kind, &last));
    if (last.value.is) *out = weight_text(rq->arena, last.value.v);
    return E_OK;
}

static enum err first_plan(struct request *rq, const struct patient *patient, struct plan *p) {
    struct course course;
    struct dosing_previous_row last;
    enum err e = course_latest(rq->tx, &(struct course_latest_in){rq->path[0]}, &course);
    if (e != E_OK && e != E_UNKNOWN) return e;
    if (e == E_OK) planned(rq->arena, &course, p);
    p->sex = patient->sex;
    TRY(last_vital(rq, VITAL_height, &p->height));
    TRY(last_vital(rq, VITAL_weight, &p->weight));
    e = dosing_previous(rq->tx, &(struct dosing_previous_in){rq->path[0], rq->now_ms}, &last);
    if (e != E_OK && e != E_UNKNOWN) return e;
    if (e == E_OK && last.weight_kg.is) p->weight = weight_text(rq->arena, last.weight_kg.v);
    return E_OK;
}

/* What stands in the form ---------------------------------------------------------------------- */

/* One plan as the engine takes it. */
struct order {
    struct forecast_case c;
    struct forecast_dose doses[2];
    struct pk_subject who;
};

static const char *const units[][2] = {{"mg", "mg"}, {"mg/kg", "mg/kg"}};
static const char *const rests[][2] = {{"swallowed", "Swallowed"}, {"spat", "Spat out"}};
static const char *const routes_drawn[][2] = {{"iv", "Intravenous"},
                                              {"im", "Intramuscular"},
                                              {"sl", "Sublingual"},
                                              {"in", "Nasal, racemic"},
                                              {"esk", "Nasal, esketamine devices"},
                                              {"po", "Oral"}};
/* By their number: enum pk_weight_kind, enum pk_sex. */
static const char *const weights[][2] = {
    {"actual", "Actual"}, {"ideal", "Ideal"}, {"adjusted", "Adjusted"}};
static const char *const sexes[][2] = {
    {"unknown", "Not known"}, {"female", "Female"}, {"male", "Male"}};
static const char *const peoples[][2] = {
    {"", "Neither"}, {"japanese", "Japanese"}, {"asian", "Asian, not Japanese"}};

/* The place of the word; the first where it is none of them. */
static int place(struct str word, const char *const (*rows)[2], int n) {
    for (int i = 0; i < n; i++)
        if (str_is(word, rows[i][0])) return i;
    return 0;
}

static bool whole_minutes(struct str text, int64_t least, struct maybe_int *out) {
    out->is = text.n > 0;
    return !out->is || (str_to_int(text, &out->v) && out->v >= least && out->v <= 240);
}

static bool amount_read(const struct request *rq, const struct plan *p, struct str amount,
                        struct order *o, struct str *why) {
    struct dose_order order;
    const char *said = "";
    struct forecast_dose *d = &o->doses[o->c.dose_count++];
    struct str text = str_format(rq->arena, "%.*s%.*s", STR_ARG(amount), STR_ARG(p->unit));
    *d = (struct forecast_dose){.route = p->route, .site = p->rest};
    if (!dose_order_read(text, &order, &said)) {
        *why = str_from(said);
        return false;
    }
    *why = STR("A dose by weight needs the weight, from 25 to 300 kg.");
    d->amount_ug = dose_amount_ug(order, o->c.weight_kg.is ? o->c.weight_kg.v : 0);
    return d->amount_ug > 0;
}

static bool doses_read(const struct request *rq, const struct plan *p, struct order *o,
                       struct str *why) {
    struct maybe_int after;
    if (!amount_read(rq, p, p->amount, o, why)) return false;
    *why = STR("The minutes are a whole number, from 0 to 240.");
    if (!whole_minutes(p->minutes, 0, &o->doses[0].minutes)) return false;
    if (!p->then.n) return true;
    if (!amount_read(rq, p, p->then, o, why)) return false;
    *why = STR("A second dose needs its minutes after the first: a whole number, from 1 to 240.");
    if (!whole_minutes(p->after, 1, &after) || !after.is) return false;
    o->doses[1].minutes = o->doses[0].minutes;
    o->doses[1].at_ms = after.v * MINUTE_MS;
    return true;
}

/* false: *why is the sentence. */
static bool plan_read(const struct request *rq, const struct plan *p, struct order *o,
                      struct str *why) {
    *o = (struct order){.c = {.content = rq->app->content,
                              .age_years = (int)p->age_years,
                              .doses = o->doses,
                              .model = p->model.n ? p->model : STR_ABSENT,
                              .who = &o->who}};
    o->who.weight_kind = (enum pk_weight_kind)place(p->weight_as, weights, 3);
    o->who.sex = (enum pk_sex)place(p->sex, sexes, 3);
    o->who.japanese = str_is(p->people, "japanese");
    o->who.asian = str_is(p->people, "asian");
    *why = STR("Type a dose, and the forecast is drawn.");
    if (!p->amount.n) return false;
    *why = STR("The weight is a number of kg, from 25 to 300.");
    o->c.weight_kg.is = p->weight.n > 0;
    if (o->c.weight_kg.is && !str_to_real(p->weight, &o->c.weight_kg.v)) return false;
    *why = STR("The height is a number of cm, from 100 to 250.");
    if (p->height.n && !str_to_real(p->height, &o->who.height_cm)) return false;
    return doses_read(rq, p, o, why);
}

static struct view_forecast *draw(struct request *rq, const struct plan *p) {
    struct view_forecast *view = NEW(rq->arena, struct view_forecast);
    struct order o;
    if (plan_read(rq, p, &o, &view->why_not)) *view = forecast_plan(rq->arena, &o.c);
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

static struct view_form_choice_list models(struct arena *a, const struct content *content,
                                           struct str on) {
    struct view_form_choice_list list = {NEWS(a, struct view_form_choice, content->models_n),
                                         content->models_n};
    for (int i = 0; i < list.n; i++) {
        const struct pk_model *m = content->models[i];
        list.v[i] = (struct view_form_choice){
            .value = m->name, .label = m->title, .on = str_eq(on, m->name)};
    }
    return list;
}

static struct str shown(struct str typed) { return typed.s ? typed : STR(""); }

/* Whether what is folded away is used, and so must be seen. */
static bool is_particular(const struct plan *p) {
    bool other_model = p->model.n && !str_is(p->model, "kap1");
    return p->then.n || other_model || place(p->weight_as, weights, 3);
}

enum err page_forecast(struct request *rq) {
    struct patient patient;
    struct view_forecast_page view = {.title = STR("What a dose would do")};
    struct plan p = typed_plan(rq);
    const struct pk_model *m = content_pk_model(rq->app->content, STR("kap1"));
    int32_t born;
    TRY(show_patient(rq, view.title, &patient));
    if (!p.route.s) TRY(first_plan(rq, &patient, &p));
    if (date_parse(patient.birth_date, &born))
        p.age_years = date_age_years(born, clock_today(rq->now_ms));
    view.action = show_link(rq->arena, patient.id, "/forecast");
    view.figure_at = show_link(rq->arena, patient.id, "/forecast/figure");
    view.routes = choices(rq->arena, routes_drawn, 6, p.route);
    view.units = choices(rq->arena, units, 2, p.unit);
    view.rests = choices(rq->arena, rests, 2, p.rest);
    view.models = models(rq->arena, rq->app->content, p.model.n ? p.model : STR("kap1"));
    view.weights = choices(rq->arena, weights, 3, p.weight_as);
    view.sexes = choices(rq->arena, sexes, 3, p.sex);
    view.peoples = choices(rq->arena, peoples, 3, p.people);
    view.amount = shown(p.amount);
    view.minutes = shown(p.minutes);
    view.weight = shown(p.weight);
    view.height = shown(p.height);
    view.then = shown(p.then);
    view.after = shown(p.after);
    view.particular = is_particular(&p);
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
