/*
 * risk: what is open about a person's safety, and one alert worked from the trigger to the
 * signature. A page shows the one act that is next; which that is, core/risk.h says.
 */
#include "app/risk.h"
#include "base/clock.h"
#include "web/form_view.h"
#include "web/risk_view.h"
#include "web/show.h"
#include "web/signer.h"
#include "web/words.h"

/* The overview ------------------------------------------------------------------------------ */

static enum err first_trigger(struct request *rq, struct str alert_id, struct str *text) {
    struct risk_trigger_of_rows rows;
    TRY(risk_trigger_of(rq->tx, &(struct risk_trigger_of_in){alert_id}, &rows));
    if (rows.n > 0) *text = rows.v[0].text;
    if (rows.n > 1)
        *text = str_format(rq->arena, "%.*s, and %d more", STR_ARG(*text), (int)rows.n - 1);
    return E_OK;
}

static enum err put_alerts(struct request *rq, const struct risk_alert_rows *rows,
                           struct view_list_panel *panel) {
    panel->rows.v = NEWS(rq->arena, struct view_item, rows->n);
    for (ptrdiff_t i = 0; i < rows->n; i++) {
        const struct risk_alert *a = &rows->v[i];
        struct view_item *item = &panel->rows.v[panel->rows.n++];
        *item = (struct view_item){
            .what = str_format(rq->arena, "%.*s%.*s",
                               STR_ARG(a->due_ms.is ? str_format(rq->arena, "%.*s, since ",
                                                                 STR_ARG(risk_word(a->state)))
                                                    : STR("opened ")),
                               STR_ARG(show_datetime(rq->arena, a->opened_ms))),
            .link = show_link(rq->arena, a->patient_id, "/risk/%.*s", STR_ARG(a->id)),
            .detail = a->closed_reason};
        TRY(first_trigger(rq, a->id, &item->who));
        if (a->due_ms.is) {
            item->when = risk_when(rq, a->due_ms.v);
            item->tag = risk_tag(rq, a->level, a->due_ms.v);
        } else {
            item->when = show_day(rq->arena, a->closed_ms.v);
            item->tag = show_tag(rq->arena, "fine", STR("closed"));
        }
    }
    return E_OK;
}

static enum err alerts(struct request *rq, struct str id, struct view_risk_page *view) {
    struct risk_alert_rows open, closed;
    TRY(risk_unclosed(rq->tx, &(struct risk_unclosed_in){id}, &open));
    TRY(risk_closed_of(rq->tx, &(struct risk_closed_of_in){id}, &closed));
    view->alerts = (struct view_list_panel){.id = STR("open"), .title = STR("Open alerts"),
        .empty = show_empty(rq->arena, "No alert is open.")};
    view->closed = (struct view_list_panel){.id = STR("closed"), .title = STR("Closed"),
        .empty = show_empty(rq->arena, "No alert was closed yet.")};
    TRY(put_alerts(rq, &open, &view->alerts));
    return put_alerts(rq, &closed, &view->closed);
}

/* The screeners: the category each gave, the newest first. */
static enum err screeners(struct request *rq, struct str id, struct view_risk_page *view) {
    struct response_rows rows;
    struct str cssrs = STR("cssrsscreener");
    TRY(response_of_patient(rq->tx, &(struct response_of_patient_in){id, cssrs}, &rows));
    view->screeners = (struct view_list_panel){.id = STR("cssrs"), .title = STR("C-SSRS"),
        .empty = show_empty(rq->arena, "No C-SSRS screener is recorded.")};
    view->screeners.rows.v = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = rows.n; i-- > 0;)
        view->screeners.rows.v[view->screeners.rows.n++] = (struct view_item){
            .what = rows.v[i].band.n ? rows.v[i].band : STR("no category: answers are missing"),
            .when = show_datetime(rq->arena, rows.v[i].at_ms),
            .detail = rows.v[i].alerts};
    if (web_allows(rq, CAP_MEASURE_WRITE) &&
        instrument_find(rq->app->content->instruments, cssrs)) {
        view->screeners.more = show_link(rq->arena, id, "/measure/%s", cssrs.s);
        view->screeners.more_text = STR("Fill in the C-SSRS screener");
    }
    return E_OK;
}

static enum err plan_panel(struct request *rq, struct str id, struct view_risk_page *view) {
    struct safety_plan plan;
    enum err e = safety_plan_latest(rq->tx, &(struct safety_plan_latest_in){id}, &plan);
    if (e != E_OK && e != E_UNKNOWN) return e;
    view->plan = (struct view_list_panel){.id = STR("plan"), .title = STR("Safety plan"),
        .empty = show_empty(rq->arena, "There is no safety plan."),
        .more = show_link(rq->arena, id, "/safety-plan"),
        .more_text = e == E_OK ? STR("Open the safety plan") : STR("Write a safety plan")};
    if (e == E_UNKNOWN) return E_OK;
    struct view_item *item = NEW(rq->arena, struct view_item);
    *item = (struct view_item){
        .what = str_format(rq->arena, "Version %d", (int)plan.number),
        .when = show_day(rq->arena, plan.written_ms),
        .detail = str_format(rq->arena, "Gone through with the patient %.*s.",
                             STR_ARG(show_day(rq->arena, plan.reviewed_ms)))};
    view->plan.rows = (struct view_item_list){item, 1};
    return E_OK;
}

enum err page_risk(struct request *rq) {
    struct patient p;
    struct view_risk_page view = {.title = STR("Risk")};
    TRY(show_patient(rq, view.title, &p));
    TRY(alerts(rq, p.id, &view));
    TRY(plan_panel(rq, p.id, &view));
    TRY(screeners(rq, p.id, &view));
    if (web_allows(rq, CAP_RISK_RAISE)) {
        struct view_form *form = NEW(rq->arena, struct view_form);
        TRY(web_form(rq, FORM_risk_raise, show_link(rq->arena, p.id, "/risk"), NULL, 0, form));
        view.raise = form;
        view.raise_open = form->faults.n || form->draft;
    }
    html_risk_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_risk(struct request *rq) {
    const struct form_risk_raise *f = &rq->form.risk_raise;
    TRY(risk_of_person(rq->tx, rq->app->content, rq->path[0], f->level, f->text, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/risk", STR_ARG(rq->path[0]));
}

/* One alert --------------------------------------------------------------------------------- */

static const struct act {
    enum risk_act act;
    enum form_id form;
    const char *room, *title;
    enum capability capability;
} acts[] = {
    {RISK_CONTACT, FORM_risk_contact, "contact", "Contact", CAP_RISK_ANSWER},
    {RISK_ASSESS, FORM_risk_assess, "assess", "Assessment", CAP_RISK_REVIEW},
    {RISK_PLAN, FORM_risk_plan, "plan", "Plan", CAP_RISK_REVIEW},
    {RISK_FOLLOW, FORM_risk_follow, "follow-up", "Follow-up", CAP_RISK_REVIEW},
    {RISK_CLOSE, FORM_risk_close, "close", "Close", CAP_RISK_REVIEW},
};
enum { ACTS = sizeof acts / sizeof *acts };

enum err choices_risk_plans(struct request *rq, struct field_choices *out) {
    const struct risk_rows *plans = &rq->app->content->risk->plans;
    struct risk_alert a;
    TRY(risk_alert_load(rq->tx, rq->path[1], &a));
    enum alert_level level = ALERT_HIGH;
    CHECK(risk_level_parse(a.level, &level), "a stored level");
    out->v = NEWS(rq->arena, struct field_choice, plans->n);
    for (int i = 0; i < plans->n; i++)
        if (risk_plan_allows(rq->app->content->risk, plans->v[i].name, level))
            out->v[out->n++] = (struct field_choice){plans->v[i].name, plans->v[i].text};
    return E_OK;
}

static struct str plan_word(struct request *rq, struct str name) {
    const struct risk_rows *plans = &rq->app->content->risk->plans;
    for (int i = 0; i < plans->n; i++)
        if (str_eq(plans->v[i].name, name)) return plans->v[i].text;
    return name;
}

static enum err put_triggers(struct request *rq, const struct risk_alert *a,
                             struct view_risk_alert_page *view) {
    struct risk_trigger_of_rows rows;
    TRY(risk_trigger_of(rq->tx, &(struct risk_trigger_of_in){a->id}, &rows));
    view->triggers.v = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct risk_trigger_of_row *t = &rows.v[i];
        view->triggers.v[view->triggers.n++] =
            (struct view_item){.what = t->text,
                               .who = t->who,
                               .when = show_datetime(rq->arena, t->at_ms),
                               .tag = show_tag(rq->arena, "", t->level)};
    }
    return E_OK;
}

static struct str entry_what(struct request *rq, const struct risk_entry_of_row *e) {
    if (str_is(e->act, "escalated"))
        return str_format(rq->arena, "Not answered in time: now with the %.*s", STR_ARG(e->how));
    if (str_is(e->act, "tried"))
        return str_format(rq->arena, "Not reached, by %.*s", STR_ARG(e->how));
    if (str_is(e->act, "contacted"))
        return str_format(rq->arena, "Reached, by %.*s", STR_ARG(e->how));
    if (str_is(e->act, "assessed"))
        return str_format(rq->arena, "Assessed: %.*s", STR_ARG(e->category));
    if (str_is(e->act, "planned")) return plan_word(rq, e->how);
    return str_is(e->act, "closed") ? STR("Closed and signed") : STR("Followed up");
}

static enum err put_timeline(struct request *rq, const struct risk_alert *a,
                             struct view_risk_alert_page *view) {
    struct risk_entry_of_rows rows;
    TRY(risk_entry_of(rq->tx, &(struct risk_entry_of_in){a->id}, &rows));
    view->timeline.v = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        view->timeline.v[view->timeline.n++] =
            (struct view_item){.what = entry_what(rq, &rows.v[i]),
                               .who = rows.v[i].who,
                               .when = show_datetime(rq->arena, rows.v[i].at_ms),
                               .detail = rows.v[i].text};
    return E_OK;
}

static void put_stages(struct request *rq, enum risk_state now,
                       struct view_risk_alert_page *view) {
    view->stages.v = NEWS(rq->arena, struct view_risk_stage, RISK_STATES);
    for (int s = 0; s < RISK_STATES; s++)
        view->stages.v[view->stages.n++] = (struct view_risk_stage){
            .word = risk_word(str_from(risk_state_name((enum risk_state)s))),
            .done = s < (int)now, .here = s == (int)now};
}

/* The acts that are allowed now: one, and after an assessment that found nothing, two. */
static enum err put_forms(struct request *rq, const struct risk_alert *a, enum risk_state now,
                          struct view_risk_alert_page *view) {
    bool none = a->category.n == 0 || str_is(a->category, "none");
    enum risk_state to;
    view->forms.v = NEWS(rq->arena, struct view_risk_act, ACTS);
    for (int i = 0; i < ACTS; i++) {
        enum risk_finding found = none ? RISK_FINDING_NONE : RISK_FINDING_SOME;
        if (!risk_allows(now, found, acts[i].act, &to) || !web_allows(rq, acts[i].capability))
            continue;
        struct view_risk_act *v = &view->forms.v[view->forms.n++];
        v->title = str_from(acts[i].title);
        TRY(web_form(rq, acts[i].form,
                     show_link(rq->arena, a->patient_id, "/risk/%.*s/%s", STR_ARG(a->id),
                               acts[i].room),
                     NULL, a->version, &v->form));
    }
    return E_OK;
}

static enum err put_head(struct request *rq, const struct risk_alert *a, enum risk_state now,
                         struct view_risk_alert_page *view) {
    enum alert_level level = ALERT_HIGH;
    struct account owner = {0};
    CHECK(risk_level_parse(a->level, &level), "a stored level");
    if (a->owner_id.n) TRY(account_load(rq->tx, a->owner_id, &owner));
    view->level = *risk_tag(rq, a->level, a->due_ms.is ? a->due_ms.v : INT64_MAX);
    view->level.word = str_format(rq->arena, "risk %.*s", STR_ARG(a->level));
    view->owner = str_format(rq->arena, "With the %.*s%s%.*s.", STR_ARG(a->owner_role),
                             owner.display_name.n ? ": " : "", STR_ARG(owner.display_name));
    if (now == RISK_CLOSED) {
        TRY(account_load(rq->tx, a->closed_by, &owner));
        view->owner = str_format(rq->arena, "Closed %.*s, signed by %.*s.",
                                 STR_ARG(show_datetime(rq->arena, a->closed_ms.v)),
                                 STR_ARG(owner.display_name));
        view->seal = a->seal;
        return E_OK;
    }
    view->due_ms = a->due_ms;
    view->due = words_until(rq->arena, a->due_ms.v, rq->now_ms);
    view->due_at = show_datetime(rq->arena, a->due_ms.v);
    view->advice = risk_advice(rq->app->content->risk, level, now);
    return E_OK;
}

enum err page_risk_alert(struct request *rq) {
    struct patient p;
    struct risk_alert a;
    enum risk_state now = RISK_OPEN;
    struct view_risk_alert_page view = {.title = STR("Risk alert")};
    TRY(risk_alert_load(rq->tx, rq->path[1], &a));
    if (!str_eq(a.patient_id, rq->path[0])) return E_UNKNOWN;
    CHECK(risk_state_parse(a.state, &now), "a stored state");
    TRY(show_patient(rq, view.title, &p));
    TRY(put_head(rq, &a, now, &view));
    put_stages(rq, now, &view);
    TRY(put_triggers(rq, &a, &view));
    TRY(put_timeline(rq, &a, &view));
    TRY(put_forms(rq, &a, now, &view));
    view.back = show_link(rq->arena, p.id, "/risk");
    view.plan = show_link(rq->arena, p.id, "/safety-plan");
    if (web_allows(rq, CAP_MEASURE_WRITE))
        view.screener = show_link(rq->arena, p.id, "/measure/cssrsscreener");
    view.phone = p.phone;
    view.phone_link = str_format(rq->arena, "tel:%.*s", STR_ARG(risk_phone(rq->arena, p.phone)));
    view.emergency = p.emergency_contact;
    html_risk_alert_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

static enum err done(struct request *rq, struct risk_do_in in) {
    in.patient_id = rq->path[0];
    in.alert_id = rq->path[1];
    in.expect = rq->version;
    TRY(risk_do(rq->tx, rq->app->content, &in, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/risk/%.*s", STR_ARG(rq->path[0]), STR_ARG(rq->path[1]));
}

enum err post_risk_contact(struct request *rq) {
    const struct form_risk_contact *f = &rq->form.risk_contact;
    bool no = str_is(f->reached, "no");
    if (no) rq->done = "risk_tried";
    return done(rq, (struct risk_do_in){
                        .act = RISK_CONTACT, .how = f->how, .not_reached = no, .text = f->text});
}

enum err post_risk_assess(struct request *rq) {
    const struct form_risk_assess *f = &rq->form.risk_assess;
    return done(rq, (struct risk_do_in){
                        .act = RISK_ASSESS, .category = f->category, .text = f->text});
}

enum err post_risk_plan(struct request *rq) {
    const struct form_risk_plan *f = &rq->form.risk_plan;
    return done(rq, (struct risk_do_in){.act = RISK_PLAN, .how = f->how, .text = f->text});
}

enum err post_risk_follow(struct request *rq) {
    return done(rq, (struct risk_do_in){.act = RISK_FOLLOW, .text = rq->form.risk_follow.text});
}

enum err post_risk_close(struct request *rq) {
    const struct form_risk_close *f = &rq->form.risk_close;
    TRY(signer_again(rq, f->password));
    TRY(web_begin(rq, TX_WRITE));
    return web_end(rq, done(rq, (struct risk_do_in){.act = RISK_CLOSE, .text = f->text}));
}
