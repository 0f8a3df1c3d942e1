/* Earlier treatments: the table, the count by both definitions, and the form to add or amend. */
#include "app/trials.h"
#include "web/form_view.h"
#include "web/show.h"
#include "web/workup_view.h"

static struct str brought(struct str outcome) {
    static const char *const words[] = {"not known", "nothing", "less than half better",
                                        "half better or more", "not tolerated"};
    return str_from(words[trial_outcome_of(outcome)]);
}

static struct view_trial_row row_of(struct request *rq, const struct treatment_trial *t) {
    static const char *const levels[] = {"advisory", "fine", ""};
    static const char *const words[] = {"not known", "adequate", "not adequate"};
    enum trial_adequacy a = trial_adequacy_of(t->adequate);
    struct view_trial_row row = {.drug = t->drug,
                                 .dose_mg = t->dose_mg,
                                 .weeks = t->weeks,
                                 .brought = brought(t->outcome),
                                 .episode = t->in_episode,
                                 .told = t->told_by,
                                 .adequate = *show_tag(rq->arena, levels[a], str_from(words[a])),
                                 .why = t->rule_why,
                                 .against = t->override_reason};
    if (web_allows(rq, CAP_CHART_WRITE))
        row.link = show_link(rq->arena, t->patient_id, "/trial/%.*s", STR_ARG(t->id));
    return row;
}

enum err page_trials(struct request *rq) {
    struct patient p;
    struct trials_view trials;
    struct view_trials view = {.title = STR("Earlier treatment")};
    TRY(show_patient(rq, view.title, &p));
    TRY(trials_load(rq->tx, p.id, &trials));
    view.counts = workup_trd_items(rq, &trials.count);
    view.rows.v = NEWS(rq->arena, struct view_trial_row, trials.rows.n);
    for (ptrdiff_t i = 0; i < trials.rows.n; i++)
        view.rows.v[view.rows.n++] = row_of(rq, &trials.rows.v[i]);
    if (web_allows(rq, CAP_CHART_WRITE)) {
        struct form_trial blank = {.adequate = STR("rule")};
        struct view_form *form = NEW(rq->arena, struct view_form);
        TRY(web_form(rq, FORM_trial, show_link(rq->arena, p.id, "/trial"), &blank, 0, form));
        struct view_form_group *last = &form->groups.v[form->groups.n - 1];
        last->fields.n--; /* what is new is not struck out */
        view.form = form;
    }
    html_trials(rq->out, &view);
    page_close(rq);
    return E_OK;
}

static enum err load_trial(struct request *rq, struct treatment_trial *t) {
    TRY(treatment_trial_load(rq->tx, rq->path[1], t));
    return str_eq(t->patient_id, rq->path[0]) ? E_OK : E_UNKNOWN;
}

enum err page_trial(struct request *rq) {
    struct patient p;
    struct treatment_trial t;
    struct view_form_page view = {.title = STR("Amend a trial")};
    TRY(load_trial(rq, &t));
    TRY(show_patient(rq, view.title, &p));
    view.lead = str_format(rq->arena, "By the rule: %s. %.*s.",
                           str_is(t.rule_adequate, "yes")  ? "adequate"
                           : str_is(t.rule_adequate, "no") ? "not adequate"
                                                           : "not known",
                           STR_ARG(t.rule_why));
    struct form_trial values = {
        .drug = t.drug,       .dose_mg = t.dose_mg,
        .weeks = t.weeks,     .outcome = t.outcome,
        .told_by = t.told_by, .in_episode = t.in_episode,
        .adequate = str_eq(t.adequate, t.rule_adequate) ? STR("rule") : t.adequate,
        .override_reason = t.override_reason};
    TRY(web_form(rq, FORM_trial, show_link(rq->arena, p.id, "/trial/%.*s", STR_ARG(t.id)), &values,
                 t.version, &view.form));
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_trial(struct request *rq) {
    const struct form_trial *f = &rq->form.trial;
    struct treatment_trial t = {.patient_id = rq->path[0]};
    if (rq->path_n > 1) {
        TRY(load_trial(rq, &t));
        if (t.version != rq->version) return E_CONFLICT;
    }
    t.drug = f->drug;
    t.dose_mg = f->dose_mg;
    t.weeks = f->weeks;
    t.outcome = f->outcome;
    t.in_episode = f->in_episode;
    t.told_by = f->told_by;
    t.adequate = f->adequate;
    t.override_reason = f->override_reason;
    if (rq->path_n > 1 && f->struck) t.state = STR("struck");
    TRY(trials_save(rq->tx, rq->app->content, &t, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/trial", STR_ARG(rq->path[0]));
}
