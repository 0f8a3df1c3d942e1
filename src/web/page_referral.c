/* A person comes: typed in, or imported as a FHIR bundle; and their demographics later. */
#include "app/chart.h"
#include "app/referral.h"
#include "fhir/import.h"
#include "web/form_view.h"
#include "web/show.h"

static enum referral_duplicates duplicates(bool acknowledged) {
    return acknowledged ? REFERRAL_ACKNOWLEDGED : REFERRAL_ASK;
}

enum err page_patient_new(struct request *rq) {
    struct view_form_page view = {.title = STR("New patient")};
    TRY(web_form(rq, FORM_patient, STR("/patients/new"), NULL, 0, &view.form));
    page_open(rq, "Patients", view.title);
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_patient_new(struct request *rq) {
    const struct form_patient *f = &rq->form.patient;
    struct referral_done done;
    struct intake in = {.family_name = f->family_name,
                        .given_name = f->given_name,
                        .preferred_name = f->preferred_name,
                        .pronouns = f->pronouns,
                        .birth_date = f->birth_date,
                        .sex = f->sex,
                        .phone = f->phone,
                        .email = f->email,
                        .address = f->address,
                        .emergency_contact = f->emergency_contact,
                        .indication = f->indication,
                        .referrer = f->referrer,
                        .reason = f->reason};
    TRY(referral_type(rq->tx, &in, duplicates(f->duplicate_ok), &rq->faults, &done));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(done.patient_id));
}

enum err page_import(struct request *rq) {
    struct view_form_page view = {.title = STR("Import a referral")};
    view.lead = STR("Demographics, conditions, medicines, allergies and observations are taken. "
                    "What has no place is counted and named.");
    TRY(web_form(rq, FORM_import, STR("/import"), NULL, 0, &view.form));
    page_open(rq, "Patients", view.title);
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_import(struct request *rq) {
    const struct form_import *f = &rq->form.import;
    struct intake in;
    struct referral_done done;
    enum err e = import_read(rq->arena, f->file.bytes, rq->now_ms, &in, &rq->faults);
    if (e) return rq->faults.n ? E_INVALID : e; /* the page says where the file is bad */
    TRY(referral_import(rq->tx, &in, f->file.bytes, duplicates(f->duplicate_ok), &rq->faults,
                        &done));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(done.patient_id));
}

/* Demographics ------------------------------------------------------------------------------ */

static struct form_patient form_of(const struct patient *p) {
    return (struct form_patient){.family_name = p->family_name,
                                 .given_name = p->given_name,
                                 .preferred_name = p->preferred_name,
                                 .pronouns = p->pronouns,
                                 .birth_date = p->birth_date,
                                 .sex = p->sex,
                                 .phone = p->phone,
                                 .email = p->email,
                                 .address = p->address,
                                 .emergency_contact = p->emergency_contact,
                                 .indication = p->indication};
}

enum err page_edit(struct request *rq) {
    struct patient p;
    struct view_form_page view = {.title = STR("Demographics")};
    TRY(show_patient(rq, view.title, &p));
    struct form_patient values = form_of(&p);
    TRY(web_form(rq, FORM_patient, show_link(rq->arena, p.id, "/edit"), &values, p.version,
                 &view.form));
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_edit(struct request *rq) {
    const struct form_patient *f = &rq->form.patient;
    struct patient p;
    TRY(patient_load(rq->tx, rq->path[0], &p));
    p.family_name = f->family_name;
    p.given_name = f->given_name;
    p.preferred_name = f->preferred_name;
    p.pronouns = f->pronouns;
    p.birth_date = f->birth_date;
    p.sex = f->sex;
    p.phone = f->phone;
    p.email = f->email;
    p.address = f->address;
    p.emergency_contact = f->emergency_contact;
    p.indication = f->indication;
    TRY(chart_demographics(rq->tx, &p, rq->version, &rq->faults));
    return web_redirect(rq, "/patient/%.*s", STR_ARG(p.id));
}
