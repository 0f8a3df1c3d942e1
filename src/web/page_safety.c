/*
 * safety: the patient's safety plan, written by a therapist with them and read by them on a
 * phone; and the page that follows an answer about suicide, at any hour, without anybody of the
 * clinic having to be awake.
 */
#include "app/safety_plan.h"
#include "app/content.h"
#include "app/settings.h"
#include "base/clock.h"
#include "core/hours.h"
#include "web/form_view.h"
#include "web/risk_view.h"
#include "web/show.h"
#include "web/words.h"

struct str risk_word(struct str state) {
    return str_is(state, "follow_up") ? STR("followed up") : state;
}

struct view_tag *risk_tag(struct request *rq, struct str level, int64_t due_ms) {
    const char *sign = due_ms < rq->now_ms || str_is(level, "high") ? "critical"
                       : str_is(level, "moderate")                  ? "urgent"
                                                                    : "advisory";
    return show_tag(rq->arena, sign, level);
}

struct str risk_when(struct request *rq, int64_t due_ms) {
    return str_format(rq->arena, "%s%.*s", due_ms > rq->now_ms ? "due " : "",
                      STR_ARG(words_until(rq->arena, due_ms, rq->now_ms)));
}

struct view_resource_list risk_resources(struct request *rq, int n) {
    const struct risk_rows *rows = &rq->app->content->risk->resources;
    struct view_resource_list list = {NEWS(rq->arena, struct view_resource, rows->n), 0};
    for (int i = 0; i < rows->n && list.n < n; i++) {
        const struct risk_row *r = &rows->v[i];
        const char *how = str_is(r->place, "call")   ? "tel:"
                          : str_is(r->place, "text") ? "sms:"
                                                     : "";
        list.v[list.n++] = (struct view_resource){
            .link = str_format(rq->arena, "%s%.*s", how, STR_ARG(r->item)),
            .button = r->name,
            .text = r->text,
            .first = i == 0};
    }
    return list;
}

static struct view_plan_line_list lines_of(struct request *rq, struct str text) {
    struct view_plan_line_list list = {NULL, 0};
    ptrdiff_t n = 1;
    for (ptrdiff_t i = 0; i < text.n; i++) n += text.s[i] == '\n';
    list.v = NEWS(rq->arena, struct view_plan_line, n);
    while (text.n > 0) {
        struct str line = str_trim(str_cut(text, '\n', &text));
        struct str phone = risk_phone(rq->arena, line);
        if (!line.n) continue;
        list.v[list.n] = (struct view_plan_line){.text = line};
        if (phone.n) list.v[list.n].link = str_format(rq->arena, "tel:%.*s", STR_ARG(phone));
        list.n++;
    }
    return list;
}

static struct view_plan_step_list steps_shown(struct request *rq, const struct safety_plan *plan) {
    struct safety_step steps[SAFETY_STEPS];
    struct view_plan_step_list list = {NEWS(rq->arena, struct view_plan_step, SAFETY_STEPS), 0};
    safety_plan_steps(plan, steps);
    for (int i = 0; i < SAFETY_STEPS; i++)
        list.v[list.n++] = (struct view_plan_step){.title = str_from(steps[i].title),
                                                   .lines = lines_of(rq, steps[i].text)};
    return list;
}

/* For the staff ----------------------------------------------------------------------------- */

static enum err earlier(struct request *rq, struct str patient_id,
                        const struct view_list_panel **out) {
    struct safety_plan_of_rows rows;
    TRY(safety_plan_of(rq->tx, &(struct safety_plan_of_in){patient_id}, &rows));
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    *panel = (struct view_list_panel){.id = STR("versions"), .title = STR("Versions")};
    panel->rows.v = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct safety_plan_of_row *r = &rows.v[i];
        panel->rows.v[panel->rows.n++] = (struct view_item){
            .what = str_format(rq->arena, "Version %d", (int)r->number),
            .who = r->who,
            .when = show_datetime(rq->arena, r->written_ms),
            .detail = str_format(rq->arena, "last gone through %.*s",
                                 STR_ARG(show_day(rq->arena, r->reviewed_ms))),
            .link = show_link(rq->arena, patient_id, "/safety-plan?version=%d", (int)r->number)};
    }
    *out = panel;
    return E_OK;
}

/* The version that the address asks for, else the latest; `number` 0: there is none. */
static enum err plan_asked(struct request *rq, struct str patient_id, struct safety_plan *latest,
                           struct safety_plan *out) {
    struct safety_plan_of_rows rows;
    int64_t number;
    enum err e = safety_plan_latest(rq->tx, &(struct safety_plan_latest_in){patient_id}, latest);
    if (e != E_OK && e != E_UNKNOWN) return e;
    if (e == E_UNKNOWN) *latest = (struct safety_plan){0};
    *out = *latest;
    struct str asked = web_query(rq, "version");
    if (!asked.s || !str_to_int(asked, &number)) return E_OK;
    TRY(safety_plan_of(rq->tx, &(struct safety_plan_of_in){patient_id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++)
        if (rows.v[i].number == number) return safety_plan_load(rq->tx, rows.v[i].id, out);
    return E_UNKNOWN;
}

static enum err plan_forms(struct request *rq, const struct safety_plan *p, struct str patient_id,
                           struct view_safety_page *view) {
    struct view_form *form = NEW(rq->arena, struct view_form);
    struct form_safety_plan values = {p->signs,   p->alone,       p->company,   p->people,
                                      p->helpers, p->safer_place, p->means_note};
    struct str action = show_link(rq->arena, patient_id, "/safety-plan");
    TRY(web_form(rq, FORM_safety_plan, action, p->number ? &values : NULL, p->number, form));
    view->form = form;
    view->form_open = !p->number || form->faults.n || form->conflict || form->draft;
    if (!p->number) return E_OK;
    struct view_form *review = NEW(rq->arena, struct view_form);
    view->review = review;
    return web_form_blank(rq, show_link(rq->arena, patient_id, "/safety-plan/review"),
                          "Gone through with the patient, unchanged", SECRET, review);
}

enum err page_safety_plan(struct request *rq) {
    struct patient p;
    struct safety_plan latest, plan;
    struct view_safety_page view = {.title = STR("Safety plan")};
    TRY(show_patient(rq, view.title, &p));
    TRY(plan_asked(rq, p.id, &latest, &plan));
    view.name = show_name(rq->arena, p.preferred_name, p.given_name, p.family_name);
    if (plan.number) {
        view.steps = steps_shown(rq, &plan);
        view.dates = str_format(rq->arena, "Version %d of %.*s; last gone through %.*s.",
                                (int)plan.number, STR_ARG(show_day(rq->arena, plan.written_ms)),
                                STR_ARG(show_day(rq->arena, plan.reviewed_ms)));
        view.means = plan.means_note;
        TRY(earlier(rq, p.id, &view.versions));
    }
    if (plan.number == latest.number && web_allows(rq, CAP_RISK_REVIEW))
        TRY(plan_forms(rq, &latest, p.id, &view));
    view.back = show_link(rq->arena, p.id, "/risk");
    html_safety_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_safety_plan(struct request *rq) {
    const struct form_safety_plan *f = &rq->form.safety_plan;
    struct safety_plan plan = {.patient_id = rq->path[0],
                               .signs = f->signs,
                               .alone = f->alone,
                               .company = f->company,
                               .people = f->people,
                               .helpers = f->helpers,
                               .safer_place = f->safer_place,
                               .means_note = f->means_note};
    TRY(safety_plan_write(rq->tx, &plan, rq->version, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/safety-plan", STR_ARG(rq->path[0]));
}

enum err post_safety_review(struct request *rq) {
    TRY(safety_plan_review(rq->tx, rq->path[0]));
    return web_redirect(rq, "/patient/%.*s/safety-plan", STR_ARG(rq->path[0]));
}

/* For the patient --------------------------------------------------------------------------- */

/* When the clinic itself can be called: never a promise that somebody reads this now. */
static enum err clinic_line(struct request *rq, struct view_portal_help *view) {
    struct hours hours;
    struct str text;
    struct civil c = clock_civil(rq->now_ms);
    struct civil_minute now = {c.days, c.hour * 60 + c.minute};
    TRY(setting_text(rq->tx, SETTING_clinic_hours, &text));
    TRY(setting_text(rq->tx, SETTING_clinic_phone, &view->phone));
    CHECK(hours_read(text, &hours), "a setting of kind hours can be read");
    view->phone_link =
        str_format(rq->arena, "tel:%.*s", STR_ARG(risk_phone(rq->arena, view->phone)));
    view->clinic = rq->app->clinic_name;
    if (hours_open(&hours, now)) {
        view->clinic_line = STR("The clinic is open now. We can see your answers, and we will be "
                                "in touch with you.");
        return E_OK;
    }
    struct civil_minute opens = hours_next(&hours, now);
    int64_t opens_ms = clock_instant(opens.days, opens.minute / 60, opens.minute % 60);
    view->clinic_line =
        str_format(rq->arena, "The clinic is closed now. It opens %.*s. We will be in touch with "
                   "you; do not wait for us if you need somebody now.",
                   STR_ARG(show_datetime(rq->arena, opens_ms)));
    return E_OK;
}

static enum err own_plan(struct request *rq, struct safety_plan *plan) {
    if (!rq->account.patient_id.n) return E_REFUSED;
    rq->patient_id = rq->account.patient_id;
    return safety_plan_latest(rq->tx, &(struct safety_plan_latest_in){rq->patient_id}, plan);
}

enum err page_portal_help(struct request *rq) {
    struct safety_plan plan;
    const struct risk_rows *says = &rq->app->content->risk->says;
    struct view_portal_help view = {.title = STR("Help right now"),
                                    .resources = risk_resources(rq, RISK_ROWS_MAX)};
    enum err e = own_plan(rq, &plan);
    if (e != E_OK && e != E_UNKNOWN) return e;
    view.has_plan = e == E_OK;
    view.says.v = NEWS(rq->arena, struct str, says->n);
    view.lead = says->v[0].text;
    for (int i = 1; i < says->n; i++) view.says.v[view.says.n++] = says->v[i].text;
    TRY(clinic_line(rq, &view));
    page_open(rq, "Portal", view.title);
    html_portal_help(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err page_portal_plan(struct request *rq) {
    struct safety_plan plan;
    TRY(own_plan(rq, &plan));
    struct view_portal_plan view = {
        .title = STR("My safety plan"),
        .steps = steps_shown(rq, &plan),
        .resources = risk_resources(rq, 2),
        .dates = str_format(rq->arena, "We wrote this together on %.*s, and last went through it "
                            "on %.*s.", STR_ARG(show_day(rq->arena, plan.written_ms)),
                            STR_ARG(show_day(rq->arena, plan.reviewed_ms)))};
    page_open(rq, "Portal", view.title);
    html_portal_plan(rq->out, &view);
    page_close(rq);
    return E_OK;
}
