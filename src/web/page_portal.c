/*
 * portal: the patient's own page, on a phone: what to do next, the path, what to fill in, and
 * when driving is allowed again. The patient is the one of the account and no other: no id
 * stands in these paths.
 */
#include "app/course.h"
#include "app/measure.h"
#include "base/clock.h"
#include "web/form_view.h"
#include "web/measure_form.h"
#include "web/path.h"
#include "web/risk_view.h"
#include "web/show.h"

static enum err own_patient(struct request *rq, struct patient *p) {
    if (!rq->account.patient_id.n) return E_REFUSED;
    rq->patient_id = rq->account.patient_id;
    return patient_load(rq->tx, rq->account.patient_id, p);
}

static void own_path(struct request *rq, const struct course_view *v, struct view_portal *view) {
    struct path_step *steps = NEWS(rq->arena, struct path_step, v->rows.n);
    for (ptrdiff_t i = 0; i < v->rows.n; i++) {
        const struct step *s = &v->rows.v[i];
        steps[i] = (struct path_step){.type = s->type,
                                      .word = s->title,
                                      .state = s->state,
                                      .due_days = v->steps[i].due,
                                      .window_to_days = v->steps[i].to};
    }
    struct view_path *path = NEW(rq->arena, struct view_path);
    *path = path_of(rq->arena, STR("Your path"), steps, v->rows.n, clock_today(rq->now_ms));
    int done = 0;
    for (ptrdiff_t i = 0; i < v->rows.n; i++) done += str_is(v->rows.v[i].state, "done");
    view->path = path;
    view->path_open = true;
    view->path_title = str_format(rq->arena, "Your path: %d of %td steps done", done, v->rows.n);
}

static void own_next(struct request *rq, const struct course_view *v, struct view_portal *view) {
    if (v->next < 0) return;
    const struct step *s = &v->rows.v[v->next];
    struct view_next_action *next = NEW(rq->arena, struct view_next_action);
    *next = (struct view_next_action){.what = s->title, .when = show_date(rq->arena, s->due_date)};
    if (str_is(s->type, "dose"))
        next->why = STR("Nothing to eat for 4 to 6 hours before, and somebody who takes you home.");
    if (str_is(s->type, "integration"))
        next->why = STR("The 24 to 48 hours after a dose are the time to make use of it.");
    view->next = next;
}

static void own_measures(struct request *rq, const struct course_view *v,
                         struct view_portal *view) {
    struct str today = clock_date_text(rq->arena, rq->now_ms);
    view->measures = (struct view_list_panel){
        .id = STR("measures"), .title = STR("To fill in"),
        .empty = show_empty(rq->arena, "Nothing is asked of you today.")};
    view->measures.rows.v = NEWS(rq->arena, struct view_item, 8);
    for (ptrdiff_t i = 0; i < v->rows.n; i++) {
        const struct step *s = &v->rows.v[i];
        struct str list = s->instruments;
        if (!str_is(s->state, "planned") || str_cmp(s->window_from, today) > 0 ||
            str_cmp(s->window_to, today) < 0)
            continue;
        while (list.n > 0 && view->measures.rows.n < 8) {
            struct str id = str_cut(list, ' ', &list);
            const struct instrument *in = instrument_find(rq->app->content->instruments, id);
            if (!in || in->rater != RATER_SELF) continue;
            view->measures.rows.v[view->measures.rows.n++] = (struct view_item){
                .what = in->title,
                .when = show_date(rq->arena, s->due_date),
                .link = str_format(rq->arena, "/portal/measure/%.*s", STR_ARG(id))};
        }
    }
}

static enum err own_driving(struct request *rq, struct str patient_id, struct view_portal *view) {
    struct driving_last_row last;
    enum err e = driving_last(rq->tx, &(struct driving_last_in){patient_id}, &last);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    if (last.no_driving_until_ms <= rq->now_ms) return E_OK;
    view->driving = str_format(rq->arena,
                               "Do not drive before %.*s, and not before you have slept well.",
                               STR_ARG(show_datetime(rq->arena, last.no_driving_until_ms)));
    view->driving_ms = (struct maybe_int){true, last.no_driving_until_ms};
    return E_OK;
}

/* Until somebody of the clinic has spoken with them about it, help stands on top. */
static enum err own_safety(struct request *rq, struct str patient_id, struct view_portal *view) {
    struct risk_alert_rows rows;
    struct safety_plan plan;
    struct str crisis = rq->app->content->risk->concerns.v[0].name;
    TRY(risk_unclosed(rq->tx, &(struct risk_unclosed_in){patient_id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++)
        if (str_eq(rows.v[i].concern, crisis) && !str_is(rows.v[i].level, "low") &&
            (str_is(rows.v[i].state, "open") || str_is(rows.v[i].state, "contacted")))
            view->help = STR("You told us about thoughts of death or of hurting yourself. You can "
                             "talk with somebody right now, at any hour.");
    view->resources = risk_resources(rq, 3);
    enum err e = safety_plan_latest(rq->tx, &(struct safety_plan_latest_in){patient_id}, &plan);
    view->has_plan = e == E_OK;
    return e == E_UNKNOWN ? E_OK : e;
}

enum err page_portal(struct request *rq) {
    struct patient p;
    struct course_view course;
    struct view_portal view = {0};
    TRY(own_patient(rq, &p));
    view.name = p.preferred_name.n ? p.preferred_name : p.given_name;
    TRY(course_view_load(rq->tx, rq->app->content, p.id, &course));
    if (course.has) {
        own_path(rq, &course, &view);
        own_next(rq, &course, &view);
    }
    own_measures(rq, &course, &view);
    TRY(own_driving(rq, p.id, &view));
    if (web_query(rq, "thanks").s)
        view.thanks = STR("Thank you. Your clinic can see your answers.");
    TRY(own_safety(rq, p.id, &view));
    page_open(rq, "Portal", STR("Your path"));
    html_portal(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err page_portal_measure(struct request *rq) {
    struct patient p;
    struct view_measure_page view;
    const struct instrument *in = measure_instrument(rq, rq->path[0]);
    if (!in || in->rater != RATER_SELF) return E_UNKNOWN;
    TRY(own_patient(rq, &p));
    TRY(measure_form(rq, WHO_PATIENT, in,
                     str_format(rq->arena, "/portal/measure/%.*s", STR_ARG(in->id)), &view));
    page_open(rq, "Portal", in->title);
    html_measure_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_portal_measure(struct request *rq) {
    struct patient p;
    struct measure_done recorded;
    const struct instrument *in = measure_instrument(rq, rq->path[0]);
    if (!in || in->rater != RATER_SELF) return E_UNKNOWN;
    TRY(own_patient(rq, &p));
    int *answers = NEWS(rq->arena, int, in->item_count);
    TRY(measure_form_read(rq, in, answers));
    struct measure_in m = {.patient_id = p.id, .instrument = in, .answers = answers,
                           .how = {.mode = STR("portal")}};
    TRY(measure_record(rq->tx, rq->app->content, &m, &rq->faults, &recorded));
    rq->done = ""; /* the page says thank you */
    if (recorded.seen == RISK_SEEN_CRISIS) return web_redirect(rq, "/portal/help");
    return web_redirect(rq, "/portal?thanks=1");
}
