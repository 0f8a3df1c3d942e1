/*
 * The work-up: every item with its state, its day and what was found last; and the form of an
 * item that no other room records. What kind of field the form has comes from the content.
 */
#include "app/workup.h"

#include "base/clock.h"
#include "web/form_view.h"
#include "web/show.h"
#include "web/workup_view.h"

static enum err row_of(struct request *rq, const struct workup_line *line, struct str patient_id,
                       const struct workup_answers *answers, struct view_workup_row *out) {
    struct workup_value v;
    TRY(workup_value_of(rq->tx, rq->app->content, line->item, patient_id, answers, &v));
    *out = (struct view_workup_row){.title = line->item->title,
                                    .state = *workup_tag(rq, &line->ruling),
                                    .day = workup_day(rq, &line->ruling),
                                    .why = workup_why(rq, &line->ruling),
                                    .found = v.shown,
                                    .found_ms = {v.has, v.at_ms},
                                    .from = v.from,
                                    .source = line->item->source};
    if (web_allows(rq, CAP_CHART_WRITE)) out->room = workup_room(rq, line->item, patient_id);
    if (v.has || line->done == DATE_NONE) return E_OK;
    out->found = STR("recorded"); /* a history has no one value */
    out->found_ms = (struct maybe_int){true, clock_instant(line->done, 12, 0)};
    return E_OK;
}

enum err page_workup(struct request *rq) {
    struct patient p;
    struct workup_view w;
    struct workup_answers answers;
    struct view_workup view = {.title = STR("Work-up")};
    TRY(show_patient(rq, view.title, &p));
    TRY(workup_load(rq->tx, rq->app->content, &p, &w));
    TRY(workup_answers_load(rq->tx, p.id, &answers));
    view.lead = str_format(rq->arena, "%d overdue or stale, %d due.", w.overdue, w.due);
    view.rows.v = NEWS(rq->arena, struct view_workup_row, w.n);
    view.unneeded.v = NEWS(rq->arena, struct view_workup_row, w.n);
    for (int state = WORKUP_OVERDUE; state >= WORKUP_NOT_NEEDED; state--)
        for (int i = 0; i < w.n; i++) {
            struct view_workup_row_list *list = state ? &view.rows : &view.unneeded;
            if ((int)w.v[i].ruling.state == state)
                TRY(row_of(rq, &w.v[i], p.id, &answers, &list->v[list->n++]));
        }
    html_workup(rq->out, &view);
    page_close(rq);
    return E_OK;
}

/* One item ---------------------------------------------------------------------------------- */

static const struct workup_item *item_of(struct request *rq) {
    const struct workup_item *item = workup_item(rq->app->content->workup, rq->path[1]);
    return item && item->kind < WORKUP_VITAL ? item : NULL;
}

static enum err item_field(struct request *rq, struct str action, enum field_kind kind,
                           const char *name, const char *label, const char *choices,
                           struct view_form_field *out) {
    struct field f = {.kind = kind, .name = name, .label = label, .unit = "", .max = 200,
                      .need = REQUIRED, .choices = choices, .help = ""};
    struct field_choices list = {0};
    if (kind == KIND_choice) TRY(field_choices(rq, choices, &list));
    *out = web_field(rq, action, &f, STR_ABSENT, &list);
    return E_OK;
}

/* "low normal high" as the choices of a field. */
static const char *choices_of(struct request *rq, struct str words) {
    struct buf b = buf_new(rq->arena, 64);
    for (struct str w = word_next(&words); w.s; w = word_next(&words))
        buf_format(&b, "%s%.*s=%.*s", b.n ? "|" : "", STR_ARG(w), STR_ARG(w));
    return str_z(rq->arena, buf_str(&b));
}

static enum err item_fields(struct request *rq, const struct workup_item *item, struct str action,
                            struct view_form *form) {
    struct view_form_field *fields = NEWS(rq->arena, struct view_form_field, 4);
    ptrdiff_t n = 0;
    if (item->kind != WORKUP_PLAIN) {
        bool choice = item->kind == WORKUP_CHOICE;
        TRY(item_field(rq, action, choice ? KIND_choice : KIND_text, "result", "Result",
                       choice ? choices_of(rq, item->choices) : "", &fields[n]));
        if (item->kind == WORKUP_NUMBER) fields[n].unit = item->unit;
        n++;
    }
    TRY(item_field(rq, action, KIND_date, "on", "Taken or done on", "", &fields[n]));
    if (!fields[n].value.n) fields[n].value = date_text(rq->arena, clock_today(rq->now_ms));
    n++;
    TRY(item_field(rq, action, KIND_choice, "told_by", "Where it comes from",
                   "here=Done here|laboratory=Laboratory|record=A record|patient=The patient",
                   &fields[n++]));
    TRY(item_field(rq, action, KIND_area, "note", "Note", "", &fields[n]));
    fields[n++].optional = true;
    web_form_group(rq, form, NULL, NULL, fields, n);
    return E_OK;
}

enum err page_workup_item(struct request *rq) {
    struct patient p;
    struct workup_value v;
    struct workup_answers answers;
    const struct workup_item *item = item_of(rq);
    if (!item) return E_UNKNOWN;
    struct view_workup_item view = {.title = item->title, .help = item->help};
    TRY(show_patient(rq, view.title, &p));
    TRY(workup_answers_load(rq->tx, p.id, &answers));
    TRY(workup_value_of(rq->tx, rq->app->content, item, p.id, &answers, &v));
    view.last = v.has ? str_format(rq->arena, "Last: %.*s, %.*s (%.*s).", STR_ARG(v.shown),
                                   STR_ARG(show_day(rq->arena, v.at_ms)), STR_ARG(v.from))
                      : STR("Nothing is recorded yet.");
    view.source = str_format(rq->arena, "%.*s. Good for %d days.", STR_ARG(item->source),
                             item->valid_days);
    struct str action = show_link(rq->arena, p.id, "/workup/%.*s", STR_ARG(item->id));
    TRY(web_form_blank(rq, action, "Record", PLAIN, &view.form));
    TRY(item_fields(rq, item, action, &view.form));
    struct workup_result typed;
    struct workup_result_last_in in = {p.id, item->id};
    enum err e = workup_result_last(rq->tx, &in, &typed);
    if (e != E_OK && e != E_UNKNOWN) return e;
    if (e == E_OK) {
        struct view_form *strike = NEW(rq->arena, struct view_form);
        struct str to = show_link(rq->arena, p.id, "/workup/%.*s/strike", STR_ARG(item->id));
        TRY(web_form(rq, FORM_workup_strike, to, NULL, 0, strike));
        view.strike = strike;
    }
    html_workup_item(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_workup_item(struct request *rq) {
    const struct workup_item *item = item_of(rq);
    struct workup_result row = {.patient_id = rq->path[0]};
    int32_t on = DATE_NONE, today = clock_today(rq->now_ms);
    if (!item) return E_UNKNOWN;
    row.item = item->id;
    row.result = web_typed(rq, "result");
    row.told_by = web_typed(rq, "told_by");
    field_text(rq, STR("note"), "Note", OPTIONAL, 1000, &row.note);
    if (!date_parse(str_trim(web_typed(rq, "on")), &on) || on > today)
        fault_add(&rq->faults, STR("on"), "date",
                  "Give a date of the calendar, today or before, as 2027-03-04.");
    else row.at_ms = on == today ? rq->now_ms : clock_instant(on, 12, 0);
    TRY(workup_record(rq->tx, rq->app->content, &row, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/workup", STR_ARG(rq->path[0]));
}

enum err post_workup_strike(struct request *rq) {
    if (!item_of(rq)) return E_UNKNOWN;
    TRY(workup_strike(rq->tx, rq->path[0], rq->path[1], rq->form.workup_strike.why,
                      &rq->faults));
    return web_redirect(rq, "/patient/%.*s/workup", STR_ARG(rq->path[0]));
}
