/*
 * Entries of the chart, one form each: demographics, a condition, a medicine, an allergy,
 * vital signs. Every form has its page; what it writes leads back to the chart.
 */
#include "app/chart.h"
#include "app/content_rules.h"
#include "core/codes.h"
#include "web/form_view.h"
#include "web/show.h"

static enum err form_page(struct request *rq, enum form_id id, const char *room,
                          const char *title) {
    struct patient p;
    struct view_form_page view = {.title = str_from(title)};
    TRY(show_patient(rq, view.title, &p));
    TRY(web_form(rq, id, show_link(rq->arena, p.id, "/%s", room), NULL, 0, &view.form));
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

static enum err back(struct request *rq) {
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}

/* The browser looks through the codes as the person types, without asking the server. */
enum err page_condition(struct request *rq) {
    const struct content *c = rq->app->content;
    struct patient p;
    struct view_form_page view = {.title = STR("Add a condition"), .options_id = STR("icd10cm")};
    TRY(show_patient(rq, view.title, &p));
    TRY(web_form(rq, FORM_condition, show_link(rq->arena, p.id, "/condition"), NULL, 0,
                 &view.form));
    web_form_field(&view.form, "code")->list = view.options_id;
    view.options.v = NEWS(rq->arena, struct view_form_choice, c->icd10cm_n);
    for (; view.options.n < c->icd10cm_n; view.options.n++)
        view.options.v[view.options.n] = (struct view_form_choice){
            .value = c->icd10cm[view.options.n].id, .label = c->icd10cm[view.options.n].title};
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_condition(struct request *rq) {
    const struct form_condition *f = &rq->form.condition;
    struct condition row = {.patient_id = rq->path[0],
                            .code_system = f->code.n ? STR("icd10cm") : STR_ABSENT,
                            .code = f->code,
                            .display = f->display,
                            .status = f->status,
                            .onset_date = f->onset_date};
    const struct code_class *known = content_condition(rq->app->content, f->code);
    if (!row.display.n && known) row.display = known->title;
    TRY(chart_condition(rq->tx, &row, &rq->faults));
    return back(rq);
}

enum err page_medication(struct request *rq) {
    return form_page(rq, FORM_medication, "medication", "Add a medicine");
}

enum err post_medication(struct request *rq) {
    const struct form_medication *f = &rq->form.medication;
    struct medication row = {.patient_id = rq->path[0],
                             .display = f->display,
                             .dosage = f->dosage,
                             .status = f->status,
                             .start_date = f->start_date};
    TRY(chart_medication(rq->tx, &row, &rq->faults));
    return back(rq);
}

enum err page_allergy(struct request *rq) {
    return form_page(rq, FORM_allergy, "allergy", "Add an allergy");
}

enum err post_allergy(struct request *rq) {
    const struct form_allergy *f = &rq->form.allergy;
    struct allergy row = {.patient_id = rq->path[0],
                          .display = f->display,
                          .criticality = f->criticality,
                          .status = f->status};
    TRY(chart_allergy(rq->tx, &row, &rq->faults));
    return back(rq);
}

enum err page_vitals(struct request *rq) {
    return form_page(rq, FORM_vitals, "vitals", "Vital signs");
}

enum err post_vitals(struct request *rq) {
    const struct form_vitals *f = &rq->form.vitals;
    struct vitals_place place = {.patient_id = rq->path[0], .at_ms = f->at.is ? f->at.v : 0};
    struct vitals v = {
#define VITAL(name, loinc, unit, lowest, highest, decimals, text) .name = f->name,
#include "app/vitals.def"
#undef VITAL
    };
    TRY(chart_vitals(rq->tx, &place, &v, &rq->faults));
    return back(rq);
}
