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

static enum err load_trial(struct request *rq, struct treatment_trial *t) {
    TRY(treatment_trial_load(rq->tx, rq->path[1], t));
    return str_eq(t->patient_id, rq->path[0]) ? E_OK : E_UNKNOWN;
}

/* To add a trial, or, where the path names one, to amend it. */
static enum err trial_form(struct request *rq, struct str patient_id, struct view_form *form) {
    struct form_trial values = {.adequate = STR("rule")};
    struct treatment_trial t = {0};
    struct str action = show_link(rq->arena, patient_id, "/trial");
    if (rq->path_n > 1) {
        TRY(load_trial(rq, &t));
        values = (struct form_trial){t.drug, t.dose_mg, t.weeks, t.outcome, t.in_episode, t.told_by,
                                     t.adequate, t.override_reason, false};
        if (str_eq(t.adequate, t.rule_adequate)) values.adequate = STR("rule");
        action = show_link(rq->arena, patient_id, "/trial/%.*s", STR_ARG(t.id));
    }
    TRY(web_form(rq, FORM_trial, action, &values, t.version, form));
    if (!t.version) form->groups.v[form->groups.n - 1].fields.n--; /* the new is not struck out */
    return E_OK;
}

enum err page_trials(struct request *rq) {
    struct patient p;
    struct trials_view trials;
    struct view_trials view = {.title = STR("Earlier treatment"),
                               .act = rq->path_n > 1 ? STR("Amend a trial") : STR("Add a trial")};
    TRY(show_patient(rq, view.title, &p));
    TRY(trials_load(rq->tx, p.id, &trials));
    view.counts = workup_trd_items(rq, &trials.count);
    view.rows.v = NEWS(rq->arena, struct view_trial_row, trials.rows.n);
    for (ptrdiff_t i = 0; i < trials.rows.n; i++)
        view.rows.v[view.rows.n++] = row_of(rq, &trials.rows.v[i]);
    struct view_form *form = NEW(rq->arena, struct view_form);
    if (web_allows(rq, CAP_CHART_WRITE)) {
        TRY(trial_form(rq, p.id, form));
        view.form = form;
    }
    html_trials(rq->out, &view);
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
