/* A patient's own login, made from their chart: it opens the portal and nothing else. The
 * first password is shown once, to be handed over in the room. */
#include "app/people.h"
#include "web/form_view.h"
#include "web/show.h"

/* E_UNKNOWN: they have none. */
static enum err own_account(struct request *rq, struct str patient_id, struct account *a) {
    return account_of_patient(rq->tx, &(struct account_of_patient_in){patient_id}, a);
}

static enum err put_form(struct request *rq, struct view_form_page *view, const struct patient *p,
                         const struct account *have) {
    struct str to = show_link(rq->arena, p->id, "/login%s", have ? "/password" : "");
    if (!have) return web_form(rq, FORM_patient_login, to, NULL, 0, &view->form);
    TRY(web_form_blank(rq, to, "Make a new first password", SECRET, &view->form));
    view->lead = str_format(rq->arena, "Logs in as %.*s%s.", STR_ARG(have->login_name),
                            have->active ? "" : "; the account is closed");
    view->form.note = STR("Every login of theirs ends; the new password is shown once.");
    return E_OK;
}

enum err page_patient_login(struct request *rq) {
    struct patient p;
    struct account a;
    struct view_form_page view = {
        .title = STR("The patient's own login"),
        .lead = STR("With it the patient sees their path, fills in measures and reads what comes. "
                    "The first password is shown once: hand it over here, in the room.")};
    TRY(show_patient(rq, view.title, &p));
    enum err e = own_account(rq, p.id, &a);
    if (e && e != E_UNKNOWN) return e;
    TRY(put_form(rq, &view, &p, e ? NULL : &a));
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

static enum err load(struct request *rq, struct patient *p, struct account *a) {
    TRY(patient_load(rq->tx, rq->path[0], p));
    return own_account(rq, p->id, a);
}

static enum err load_both(struct request *rq, struct patient *p, struct account *a) {
    TRY(web_begin(rq, TX_READ));
    return web_end(rq, load(rq, p, a));
}

static void show_password(struct request *rq, const struct patient *p, struct str login_name,
                          struct str password) {
    struct view_first_password v = {
        .name = show_name(rq->arena, p->preferred_name, p->given_name, p->family_name),
        .login_name = login_name, .password = password,
        .back = show_link(rq->arena, p->id, "%s", ""), .back_text = STR("To the chart")};
    page_open(rq, "Patients", STR("First password"));
    html_first_password(rq->out, &v);
    page_close(rq);
}

enum err post_patient_login(struct request *rq) {
    struct patient p = {.version = 0};
    struct account a;
    enum err e = load_both(rq, &p, &a);
    if (e == E_OK) return web_block(rq, "The patient has a login already.");
    if (e != E_UNKNOWN || !p.version) return e;
    struct person_new person = {
        .login_name = str_lower(rq->arena, rq->form.patient_login.login_name),
        .display_name = show_name(rq->arena, p.preferred_name, p.given_name, p.family_name),
        .role = ROLE_patient, .chart_patient_id = p.id};
    struct str id, password;
    TRY(people_create(rq->app, rq->arena, web_actor(rq), &person, &rq->faults, &id, &password));
    web_audited(rq);
    show_password(rq, &p, person.login_name, password);
    return E_OK;
}

enum err post_patient_login_password(struct request *rq) {
    struct patient p;
    struct account a;
    struct str password;
    TRY(load_both(rq, &p, &a));
    TRY(people_reset(rq->app, rq->arena, web_actor(rq), a.id, &password));
    web_audited(rq);
    show_password(rq, &p, a.login_name, password);
    return E_OK;
}
