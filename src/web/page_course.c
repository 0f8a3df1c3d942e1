/* The course: start it, close it, and mark or move its steps. */
#include "app/course.h"

#include "web/form_view.h"
#include "web/show.h"

enum err choices_protocols(struct request *rq, struct field_choices *out) {
    const struct content *c = rq->app->content;
    out->v = NEWS(rq->arena, struct field_choice, c->protocols_n);
    for (int i = 0; i < c->protocols_n; i++)
        out->v[out->n++] = (struct field_choice){c->protocols[i].id, c->protocols[i].title};
    return E_OK;
}

/* The protocol that a clinic begins with, and the dose that it offers first. */
static struct form_course first_offer(struct request *rq) {
    const struct protocol *p = content_protocol(rq->app->content, STR("kap-6in6"));
    struct form_course f = {0};
    if (!p || p->planned_n == 0) return f;
    f.protocol = p->id;
    f.route = p->planned[0].route;
    f.planned_dose = p->planned[0].order;
    return f;
}

static const struct view_list_panel *evidence(struct request *rq) {
    const struct content *c = rq->app->content;
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    *panel = (struct view_list_panel){.id = STR("evidence"),
                                      .title = STR("Evidence of each, and what to weigh")};
    panel->rows.v = NEWS(rq->arena, struct view_item, c->protocols_n);
    for (const struct protocol *p = c->protocols; p < c->protocols + c->protocols_n; p++)
        panel->rows.v[panel->rows.n++] =
            (struct view_item){.what = p->title, .when = STR(""), .who = p->evidence,
                               .detail = show_rules(rq->arena, p)};
    return panel;
}

enum err page_course_start(struct request *rq) {
    struct patient p;
    struct view_form_page view = {.title = STR("Start the course")};
    struct form_course offer = first_offer(rq);
    TRY(show_patient(rq, view.title, &p));
    view.lead = STR("The protocol is laid on the calendar as one unit: preparation, doses, "
                    "integration inside its window, measures, follow-up.");
    view.after = evidence(rq);
    TRY(web_form(rq, FORM_course, show_link(rq->arena, p.id, "/course"), &offer, 0, &view.form));
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_course(struct request *rq) {
    const struct form_course *f = &rq->form.course;
    struct course started;
    struct course_start_in in = {rq->path[0], f->protocol, f->route, f->planned_dose,
                                 f->start_date};
    TRY(course_start(rq->tx, rq->app->content, &in, &rq->faults, &started));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}

enum err page_course_close(struct request *rq) {
    struct patient p;
    struct view_form_page view = {.title = STR("Close the course")};
    TRY(show_patient(rq, view.title, &p));
    TRY(web_form(rq, FORM_course_close, show_link(rq->arena, p.id, "/course/close"), NULL, 0,
                 &view.form));
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_course_close(struct request *rq) {
    const struct form_course_close *f = &rq->form.course_close;
    TRY(course_close(rq->tx, rq->path[0], f->outcome, f->outcome_note, &rq->faults));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}

/* A step ------------------------------------------------------------------------------------ */

static void measures_due(struct request *rq, const struct step *s, struct view_step_page *view) {
    struct str list = s->instruments;
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    *panel = (struct view_list_panel){.id = STR("measures"), .title = STR("Measures of this step")};
    panel->rows.v = NEWS(rq->arena, struct view_item, 16);
    while (list.n > 0 && panel->rows.n < 16) {
        struct str id = str_cut(list, ' ', &list);
        const struct instrument *in = instrument_find(rq->app->content->instruments, id);
        panel->rows.v[panel->rows.n++] = (struct view_item){
            .what = in ? in->title : id,
            .when = STR(""),
            .link = show_link(rq->arena, s->patient_id, "/measure/%.*s", STR_ARG(id))};
    }
    if (panel->rows.n) view->measures = panel;
}

enum err page_step(struct request *rq) {
    struct patient p;
    struct step s;
    struct view_step_page view = {0};
    TRY(step_load(rq->tx, rq->path[1], &s));
    if (!str_eq(s.patient_id, rq->path[0])) return E_UNKNOWN;
    TRY(show_patient(rq, s.title, &p));
    view.title = s.title;
    bool planned = str_is(s.state, "planned");
    bool done = str_is(s.state, "done");
    view.state = *show_tag(rq->arena, planned ? "information" : done ? "fine" : "", s.state);
    view.lead = str_format(rq->arena, "Due %.*s. %d minutes, by the %.*s.%s%.*s",
                           STR_ARG(show_date(rq->arena, s.due_date)), (int)s.minutes,
                           STR_ARG(s.role), s.reason.n ? " " : "", STR_ARG(s.reason));
    view.may_write = planned && web_allows(rq, CAP_STEP_WRITE);
    measures_due(rq, &s, &view);
    TRY(web_form(rq, FORM_step, show_link(rq->arena, p.id, "/step/%.*s", STR_ARG(s.id)), NULL,
                 s.version, &view.form));
    html_step_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_step(struct request *rq) {
    static const struct {
        const char *word;
        enum step_act act;
    } acts[] = {{"done", STEP_ACT_DONE},
                {"missed", STEP_ACT_MISSED},
                {"move", STEP_ACT_MOVE},
                {"cancel", STEP_ACT_CANCEL}};
    const struct form_step *f = &rq->form.step;
    struct step_mark mark = {.patient_id = rq->path[0],
                             .step_id = rq->path[1],
                             .expect = rq->version,
                             .date = f->date,
                             .reason = f->reason};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (str_is(f->act, acts[i].word)) mark.act = acts[i].act;
    TRY(course_mark(rq->tx, rq->app->content, &mark, &rq->faults));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}
