/* Who takes part in the REMS of esketamine: the clinic's page, and the patient's. */
#include "app/enrolment.h"
#include "base/clock.h"
#include "base/date.h"
#include "web/rems_show.h"
#include "web/show.h"

enum err choices_prescribers(struct request *rq, struct field_choices *out) {
    struct account_staff_rows rows;
    TRY(account_staff(rq->tx, &rows));
    out->v = NEWS(rq->arena, struct field_choice, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        if (str_is(rows.v[i].role, "prescriber"))
            out->v[out->n++] = (struct field_choice){rows.v[i].id, rows.v[i].display_name};
    return E_OK;
}

static struct view_tag *state_of(struct request *rq, const struct rems_enrolment *e) {
    struct str today = clock_date_text(rq->arena, rq->now_ms);
    if (e->withdrawn_ms.is) return show_tag(rq->arena, "", STR("withdrawn"));
    bool over = e->until_date.n && str_cmp(e->until_date, today) < 0;
    return over ? show_tag(rq->arena, "urgent", STR("expired"))
                : show_tag(rq->arena, "fine", STR("in force"));
}

static struct str details(struct request *rq, const struct rems_enrolment *e) {
    struct buf b = buf_new(rq->arena, 200);
    buf_format(&b, "No. %.*s", STR_ARG(e->number));
    if (e->representative.n)
        buf_format(&b, "; %.*s read the label and the overview on %.*s",
                   STR_ARG(e->representative), STR_ARG(show_date(rq->arena, e->reviewed_date)));
    if (e->address.n)
        buf_format(&b, "; %.*s, %.*s, %.*s %.*s", STR_ARG(e->address), STR_ARG(e->city),
                   STR_ARG(e->us_state), STR_ARG(e->zip));
    if (e->patient_signed_date.n)
        buf_format(&b, "; signed by the patient %.*s, by %.*s %.*s",
                   STR_ARG(show_date(rq->arena, e->patient_signed_date)),
                   STR_ARG(show_account(rq, e->account_id)),
                   STR_ARG(show_date(rq->arena, e->prescriber_signed_date)));
    if (e->withdrawn_ms.is)
        buf_format(&b, "; withdrawn %.*s by %.*s: %.*s",
                   STR_ARG(show_day(rq->arena, e->withdrawn_ms.v)),
                   STR_ARG(show_account(rq, e->withdrawn_by)), STR_ARG(e->withdrawn_reason));
    return buf_str(&b);
}

static struct view_item item_of(struct request *rq, const struct rems_enrolment *e) {
    struct str until = e->until_date.n ? show_date(rq->arena, e->until_date) : STR("");
    return (struct view_item){
        .what = e->name,
        .who = e->patient_id.n ? STR_ABSENT : e->kind,
        .when = str_format(rq->arena, "since %.*s%s%.*s",
                           STR_ARG(show_date(rq->arena, e->from_date)), until.n ? ", until " : "",
                           STR_ARG(until)),
        .detail = details(rq, e),
        .tag = state_of(rq, e)};
}

static enum err ask(struct request *rq, enum form_id form, struct str id, struct str title,
                    struct str action, struct view_session_part_list *out) {
    struct view_session_part *part = &out->v[out->n++];
    *part = (struct view_session_part){.id = id, .title = title};
    return web_form(rq, form, action, NULL, 0, &part->form);
}

/* The rows, and for those that hold a way to withdraw them. NULL: without. */
static enum err list_of(struct request *rq, const struct rems_enrolment_rows *rows,
                        struct view_list_panel *out, struct view_session_part_list *asks) {
    out->rows.v = NEWS(rq->arena, struct view_item, rows->n);
    for (ptrdiff_t i = 0; i < rows->n; i++) {
        const struct rems_enrolment *e = &rows->v[i];
        out->rows.v[out->rows.n++] = item_of(rq, e);
        if (!asks || e->withdrawn_ms.is || !web_allows(rq, CAP_REMS_ENROL)) continue;
        struct str action = str_format(rq->arena, "/rems/enrolment/%.*s", STR_ARG(e->id));
        if (e->patient_id.n)
            action = show_link(rq->arena, e->patient_id, "%.*s", STR_ARG(action));
        TRY(ask(rq, FORM_rems_withdraw, e->id,
                str_format(rq->arena, "Withdraw: %.*s", STR_ARG(e->name)), action, asks));
        asks->v[asks->n - 1].form.danger = true;
    }
    return E_OK;
}

/* The clinic's ----------------------------------------------------------------------------- */

enum err page_rems_enrolment(struct request *rq) {
    struct rems_enrolment_rows rows;
    struct view_rems_page view = {
        .title = STR("REMS enrolment"),
        .lead = STR("Esketamine is given only in a certified setting, from a certified pharmacy, "
                    "by an enrolled prescriber, to an enrolled patient. The gate before the dose "
                    "holds while one of them is missing."),
        .panels = {NEW(rq->arena, struct view_list_panel), 1}};
    TRY(rems_enrolled(rq->tx, &rows));
    view.panels.v[0] = (struct view_list_panel){
        .id = STR("enrolled"), .title = STR("Enrolled"),
        .empty = show_empty(rq->arena, "Nobody is enrolled yet. Begin with the site.")};
    view.after.v = NEWS(rq->arena, struct view_session_part, rows.n + 3);
    if (web_allows(rq, CAP_REMS_ENROL)) {
        TRY(ask(rq, FORM_rems_site, STR("site"), STR("Certify the setting"),
                STR("/rems/enrolment/add/site"), &view.after));
        TRY(ask(rq, FORM_rems_pharmacy, STR("pharmacy"), STR("Certify the pharmacy"),
                STR("/rems/enrolment/add/pharmacy"), &view.after));
        TRY(ask(rq, FORM_rems_prescriber, STR("prescriber"), STR("Enrol a prescriber"),
                STR("/rems/enrolment/add/prescriber"), &view.after));
    }
    TRY(list_of(rq, &rows, &view.panels.v[0], &view.after));
    page_open(rq, "REMS", view.title);
    html_rems_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

static enum err save(struct request *rq, struct rems_enrolment *row) {
    TRY(enrolment_save(rq->tx, rq->app->content, row, &rq->faults));
    if (row->patient_id.n)
        return web_redirect(rq, "/patient/%.*s/rems", STR_ARG(row->patient_id));
    return web_redirect(rq, "/rems/enrolment");
}

enum err post_rems_site(struct request *rq) {
    const struct form_rems_site *f = &rq->form.rems_site;
    struct rems_enrolment row = {
        .kind = STR("site"), .name = f->name, .number = f->number, .from_date = f->from,
        .until_date = f->until, .representative = f->representative,
        .reviewed_date = f->reviewed, .address = f->address, .city = f->city,
        .us_state = f->us_state, .zip = f->zip, .phone = f->phone, .email = f->email};
    return save(rq, &row);
}

enum err post_rems_pharmacy(struct request *rq) {
    const struct form_rems_pharmacy *f = &rq->form.rems_pharmacy;
    struct rems_enrolment row = {.kind = STR("pharmacy"), .name = f->name, .number = f->number,
                                 .from_date = f->from, .until_date = f->until};
    return save(rq, &row);
}

enum err post_rems_prescriber(struct request *rq) {
    const struct form_rems_prescriber *f = &rq->form.rems_prescriber;
    struct rems_enrolment row = {.kind = STR("prescriber"), .account_id = f->account,
                                 .number = f->number, .from_date = f->from,
                                 .until_date = f->until};
    return save(rq, &row);
}

enum err post_rems_patient(struct request *rq) {
    const struct form_rems_patient *f = &rq->form.rems_patient;
    struct rems_enrolment row = {.kind = STR("patient"), .patient_id = rq->path[0],
                                 .account_id = f->account, .number = f->number,
                                 .patient_signed_date = f->patient_signed,
                                 .prescriber_signed_date = f->prescriber_signed,
                                 .until_date = f->until};
    return save(rq, &row);
}

enum err post_rems_withdraw(struct request *rq) {
    bool of_patient = rq->path_n > 1;
    TRY(enrolment_withdraw(rq->tx, rq->path[rq->path_n - 1],
                           of_patient ? rq->path[0] : STR_ABSENT, rq->form.rems_withdraw.reason,
                           &rq->faults));
    if (of_patient) return web_redirect(rq, "/patient/%.*s/rems", STR_ARG(rq->path[0]));
    return web_redirect(rq, "/rems/enrolment");
}

/* The patient's ---------------------------------------------------------------------------- */

static enum err enrolments(struct request *rq, struct str patient_id, struct view_list_panel *out,
                           struct view_session_part_list *asks) {
    struct rems_enrolment_rows rows;
    TRY(rems_enrolment_of_patient(rq->tx, &(struct rems_enrolment_of_patient_in){patient_id},
                                  &rows));
    if (asks) asks->v = NEWS(rq->arena, struct view_session_part, rows.n + 1);
    *out = (struct view_list_panel){
        .id = STR("rems"), .title = STR("Spravato REMS"),
        .empty = show_empty(rq->arena, "Not enrolled. Esketamine is not given before.")};
    return list_of(rq, &rows, out, asks);
}

enum err rems_show_enrolment(struct request *rq, struct str patient_id,
                             struct view_list_panel *out) {
    return enrolments(rq, patient_id, out, NULL);
}

enum err page_patient_rems(struct request *rq) {
    struct patient p;
    struct rems_form_rows forms;
    struct view_rems_page view = {.title = STR("Spravato REMS"),
                                  .panels = {NEWS(rq->arena, struct view_list_panel, 2), 2}};
    TRY(show_patient(rq, view.title, &p));
    TRY(enrolments(rq, p.id, &view.panels.v[0], &view.after));
    view.panels.v[0].title = STR("Enrolment");
    TRY(rems_form_of_patient(rq->tx, &(struct rems_form_of_patient_in){p.id}, &forms));
    view.panels.v[1] = (struct view_list_panel){
        .id = STR("forms"), .title = STR("Monitoring forms"),
        .rows = {NEWS(rq->arena, struct view_item, forms.n), forms.n},
        .empty = show_empty(rq->arena, "A form is drafted when a session with esketamine ends.")};
    for (ptrdiff_t i = 0; i < forms.n; i++) {
        const struct rems_form *f = &forms.v[i];
        struct rems_queue_row row = {.id = f->id, .patient_id = p.id, .state = f->state,
                                     .treated_date = f->treated_date, .due_date = f->due_date,
                                     .sent_ms = f->sent_ms, .sent_way = f->sent_way,
                                     .confirmed_ms = f->confirmed_ms,
                                     .confirmation = f->confirmation};
        rems_show_item(rq, &row, &view.panels.v[1].rows.v[i]);
    }
    if (web_allows(rq, CAP_REMS_ENROL))
        TRY(ask(rq, FORM_rems_patient, STR("enrol"), STR("Enrol the patient"),
                show_link(rq->arena, p.id, "/rems"), &view.after));
    html_rems_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}
