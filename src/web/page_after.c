/* After a session: the check on the day after leaving, and all that a patient has had so far. */
#include "app/after.h"
#include "base/clock.h"
#include "core/workup.h"
#include "web/after_show.h"
#include "web/show.h"

/* The check at home ------------------------------------------------------------------------- */

static enum err load_check(struct request *rq, struct home_check *c) {
    TRY(home_check_load(rq->tx, rq->path[1], c));
    return str_eq(c->patient_id, rq->path[0]) ? E_OK : E_UNKNOWN;
}

enum err page_home_check(struct request *rq) {
    struct patient p;
    struct home_check c;
    struct view_form_page view = {.title = STR("The day after")};
    TRY(load_check(rq, &c));
    TRY(show_patient(rq, view.title, &p));
    view.lead = str_format(rq->arena, "Due %.*s. Ask how the night was, what is left of the dose, "
                           "and for thoughts of suicide.%s",
                           STR_ARG(show_datetime(rq->arena, c.due_ms)),
                           c.done_ms.is ? " It was done; what is saved now takes its place." : "");
    if (c.tries && !c.done_ms.is)
        view.lead = str_format(rq->arena, "%.*s Called without an answer: %d.", STR_ARG(view.lead),
                               (int)c.tries);
    struct form_home_check values = {c.how, c.outcome, c.text};
    TRY(web_form(rq, FORM_home_check, show_link(rq->arena, p.id, "/call/%.*s", STR_ARG(c.id)),
                 &values, c.version, &view.form));
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_home_check(struct request *rq) {
    const struct form_home_check *f = &rq->form.home_check;
    struct after_home_check in = {rq->path[0], rq->path[1], f->how, f->outcome, f->text,
                                  rq->version};
    TRY(after_home_check_done(rq->tx, &in, &rq->faults));
    rq->done = rq->tx->event; /* done, or tried */
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}

/* Exposure ---------------------------------------------------------------------------------- */

enum err after_show_exposure(struct request *rq, struct str patient_id,
                             struct view_list_panel *out) {
    struct exposure_of_patient_rows rows;
    int64_t ug = 0, sessions = 0;
    bool unknown = false;
    TRY(exposure_of_patient(rq->tx, &(struct exposure_of_patient_in){patient_id}, &rows));
    *out = (struct view_list_panel){.id = STR("exposure"), .title = STR("Ketamine so far")};
    out->rows.v = NEWS(rq->arena, struct view_item, rows.n);
    out->empty = show_empty(rq->arena, "No dose is recorded, here or elsewhere.");
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct exposure_of_patient_row *r = &rows.v[i];
        ug += r->amount_ug.is ? r->amount_ug.v : 0;
        sessions += r->sessions;
        unknown |= r->unknown;
        struct str mg = r->amount_ug.is ? show_mg(rq->arena, r->amount_ug.v)
                                        : STR("amount not known");
        out->rows.v[out->rows.n++] = (struct view_item){
            .what = str_format(rq->arena, "%.*s, %.*s", STR_ARG(show_route_word(r->route)),
                               STR_ARG(mg)),
            .who = str_is(r->place, "here") ? STR("here") : STR("elsewhere"),
            .detail = r->text,
            .when = str_format(rq->arena, "%d %s", (int)r->sessions,
                               r->sessions == 1 ? "session" : "sessions")};
    }
    int every = rq->app->content->workup->exposure_sessions;
    if (rows.n)
        out->note = str_format(rq->arena,
                               "%s%.*s in %d %s. Bladder and liver are looked at every %d: next "
                               "at session %d.",
                               unknown ? "At least " : "", STR_ARG(show_mg(rq->arena, ug)),
                               (int)sessions, sessions == 1 ? "session" : "sessions", every,
                               ((int)sessions / every + 1) * every);
    out->more = show_link(rq->arena, patient_id, "/workup");
    out->more_text = STR("What is due: the work-up");
    return E_OK;
}

enum err page_exposure(struct request *rq) {
    struct patient p;
    struct view_exposure_page view = {.title = STR("Ketamine so far")};
    TRY(show_patient(rq, view.title, &p));
    TRY(after_show_exposure(rq, p.id, &view.list));
    if (web_allows(rq, CAP_CHART_WRITE)) {
        struct view_form *form = NEW(rq->arena, struct view_form);
        TRY(web_form(rq, FORM_elsewhere, show_link(rq->arena, p.id, "/exposure"), NULL, 0, form));
        view.form = form;
    }
    html_exposure_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_exposure(struct request *rq) {
    const struct form_elsewhere *f = &rq->form.elsewhere;
    struct exposure_elsewhere row = {.patient_id = rq->path[0],
                                     .route = f->route,
                                     .sessions = f->sessions.v,
                                     .amount_ug = f->amount,
                                     .text = f->text,
                                     .told_by = f->told_by};
    TRY(after_elsewhere(rq->tx, &row, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/exposure", STR_ARG(rq->path[0]));
}
