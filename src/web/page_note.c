/* Notes, and the integration session with its window. */
#include "app/course.h"
#include "app/note.h"
#include "base/clock.h"
#include "web/form_view.h"
#include "web/show.h"
#include "web/words.h"

static enum err notes_panel(struct request *rq, struct str patient_id, const char *kind,
                            const struct view_list_panel **out) {
    struct note_of_patient_rows rows;
    TRY(note_of_patient(rq->tx, &(struct note_of_patient_in){patient_id}, &rows));
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    *panel = (struct view_list_panel){.id = STR("notes"),
                                      .title = STR("Written before"),
                                      .empty = show_empty(rq->arena, "Nothing yet.")};
    panel->rows.v = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct note_of_patient_row *r = &rows.v[i];
        if (kind && !str_is(r->kind, kind)) continue;
        panel->rows.v[panel->rows.n++] = (struct view_item){.what = r->title,
                                                            .who = r->author,
                                                            .when = show_datetime(rq->arena,
                                                                r->at_ms),
                                                            .detail = r->text};
    }
    *out = panel;
    return E_OK;
}

enum err page_note(struct request *rq) {
    struct patient p;
    struct view_form_page view = {.title = STR("Note")};
    TRY(show_patient(rq, view.title, &p));
    TRY(web_form(rq, FORM_note, show_link(rq->arena, p.id, "/note"), NULL, 0, &view.form));
    TRY(notes_panel(rq, p.id, NULL, &view.after));
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_note(struct request *rq) {
    const struct form_note *f = &rq->form.note;
    struct note n = {
        .patient_id = rq->path[0], .kind = f->kind, .title = f->title, .text = f->text};
    if (str_is(f->kind, "capacity")) {
        n.level = f->capacity;
        n.text = str_format(rq->arena,
                            "Understands: %.*s\nRetains: %.*s\nWeighs: %.*s\n"
                            "Communicates: %.*s\n%.*s",
                            STR_ARG(f->understands), STR_ARG(f->retains), STR_ARG(f->weighs),
                            STR_ARG(f->communicates), STR_ARG(f->text));
        if (!f->understands.n || !f->retains.n || !f->weighs.n || !f->communicates.n ||
            !f->capacity.n)
            fault_add(&rq->faults, STR("capacity"), "required",
                      "A note on capacity says all four, and what follows from them.");
    }
    TRY(note_write(rq->tx, &n, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/note", STR_ARG(rq->path[0]));
}

/* Integration ------------------------------------------------------------------------------- */

enum err choices_doses(struct request *rq, struct field_choices *out) {
    struct dose_rows doses;
    TRY(dose_of_patient(rq->tx, &(struct dose_of_patient_in){rq->path[0]}, &doses));
    out->v = NEWS(rq->arena, struct field_choice, doses.n);
    for (ptrdiff_t i = doses.n; i-- > 0;) { /* the latest first */
        const struct dose *d = &doses.v[i];
        out->v[out->n++] = (struct field_choice){
            d->id, str_format(rq->arena, "%.*s, %.*s, %.*s",
                              STR_ARG(show_datetime(rq->arena, d->given_ms)),
                              STR_ARG(show_route_word(d->route)),
                              STR_ARG(show_mg(rq->arena, d->amount_ug)))};
    }
    return E_OK;
}

static enum err load_step(struct request *rq, struct step *s) {
    TRY(step_load(rq->tx, rq->path[1], s));
    return str_eq(s->patient_id, rq->path[0]) ? E_OK : E_UNKNOWN;
}

/* The dose that this integration follows: the last one there is. */
static enum err dose_before(struct request *rq, const struct step *s, struct str *id) {
    struct dose_rows doses;
    TRY(dose_of_patient(rq->tx, &(struct dose_of_patient_in){s->patient_id}, &doses));
    *id = doses.n ? doses.v[doses.n - 1].id : STR_ABSENT;
    return E_OK;
}

static void window(struct request *rq, const struct step *s, struct view_integration *view) {
    if (!s->closes_ms.is) {
        view->said = STR("The window opens with the dose. The note is written after it.");
        return;
    }
    view->closes_ms = s->closes_ms;
    view->until = words_until(rq->arena, s->closes_ms.v, rq->now_ms);
    bool open = s->closes_ms.v > rq->now_ms;
    view->said = str_format(rq->arena, "%s %.*s.",
                            open ? "The integration window closes" : "The window closed",
                            STR_ARG(show_datetime(rq->arena, s->closes_ms.v)));
    view->state = show_tag(rq->arena, open ? "advisory" : "urgent",
                           open ? STR("open") : STR("closed"));
}

enum err page_integration(struct request *rq) {
    struct patient p;
    struct step s;
    struct view_integration view = {0};
    TRY(load_step(rq, &s));
    TRY(show_patient(rq, s.title, &p));
    view.title = s.title;
    bool done = !str_is(s.state, "planned");
    if (done)
        view.said = str_format(rq->arena, "This step is %.*s.", STR_ARG(s.state));
    else
        window(rq, &s, &view);
    struct form_integration values = {.title = s.title};
    TRY(dose_before(rq, &s, &values.dose_id));
    TRY(web_form(rq, FORM_integration,
                 show_link(rq->arena, p.id, "/integration/%.*s", STR_ARG(s.id)), &values,
                 s.version, &view.form));
    view.move = show_link(rq->arena, p.id, "/step/%.*s", STR_ARG(s.id));
    view.may_write = web_allows(rq, CAP_NOTE_WRITE) && values.dose_id.n;
    view.may_move = !done && web_allows(rq, CAP_STEP_WRITE);
    TRY(notes_panel(rq, p.id, "integration", &view.after));
    html_integration(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_integration(struct request *rq) {
    const struct form_integration *f = &rq->form.integration;
    struct step s;
    struct dose d;
    TRY(load_step(rq, &s));
    TRY(dose_load(rq->tx, f->dose_id, &d));
    if (!str_eq(d.patient_id, rq->path[0])) return E_UNKNOWN;
    struct note n = {.patient_id = rq->path[0],
                     .kind = STR("integration"),
                     .step_id = s.id,
                     .dose_id = d.id,
                     .title = f->title,
                     .text = f->text};
    TRY(note_write(rq->tx, &n, &rq->faults));
    if (str_is(s.state, "planned")) {
        struct step_mark mark = {.patient_id = rq->path[0],
                                 .step_id = s.id,
                                 .expect = rq->version,
                                 .act = STEP_ACT_DONE};
        TRY(course_mark(rq->tx, rq->app->content, &mark, &rq->faults));
    }
    return web_redirect(rq, "/patient/%.*s", STR_ARG(rq->path[0]));
}
