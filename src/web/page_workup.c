/*
 * The work-up: every item with its state, its day and what was found last; and the form of an
 * item that no other room records. What kind of result it asks for comes from the content.
 */
#include "app/workup.h"

#include "base/clock.h"
#include "base/lines.h"
#include "web/form_view.h"
#include "web/show.h"
#include "web/workup_view.h"

static enum err row_of(struct request *rq, const struct workup_line *line, struct str patient_id,
                       const struct workup_answers *answers, struct view_item *out) {
    struct workup_value v;
    TRY(workup_value_of(rq->tx, rq->app->content, line->item, patient_id, answers, &v));
    *out = (struct view_item){.what = line->item->title,
                              .who = STR("never"),
                              .when = workup_day(rq, &line->ruling),
                              .detail = workup_why(rq, &line->ruling),
                              .tag = workup_tag(rq, &line->ruling)};
    if (web_allows(rq, CAP_CHART_WRITE)) out->link = workup_room(rq, line->item, patient_id);
    if (line->ruling.state != WORKUP_DONE) /* what is asked for says by whom */
        out->detail = str_format(rq->arena, "%.*s. %.*s", STR_ARG(out->detail),
                                 STR_ARG(line->item->source));
    if (v.has && line->item->kind == WORKUP_VITAL) /* by its own name and unit */
        out->who = str_format(rq->arena, "%.*s, %.*s", STR_ARG(v.from),
                              STR_ARG(show_day(rq->arena, v.at_ms)));
    else if (v.has)
        out->who = str_format(rq->arena, "%.*s, %.*s (%.*s)", STR_ARG(v.shown),
                              STR_ARG(show_day(rq->arena, v.at_ms)), STR_ARG(v.from));
    else if (line->done != DATE_NONE) out->who = STR("recorded"); /* a history has no one value */
    return E_OK;
}

enum err workup_table(struct request *rq, const struct patient *p, struct view_workup_table *out) {
    struct workup_view w;
    struct workup_answers answers;
    TRY(workup_load(rq->tx, rq->app->content, p, &w));
    TRY(workup_answers_load(rq->tx, p->id, &answers));
    out->lead = str_format(rq->arena, "Work-up: %d overdue or stale, %d due", w.overdue, w.due);
    out->rows.v = NEWS(rq->arena, struct view_item, w.n);
    out->unneeded.v = NEWS(rq->arena, struct view_item, w.n);
    for (int state = WORKUP_OVERDUE; state >= WORKUP_NOT_NEEDED; state--)
        for (int i = 0; i < w.n; i++) {
            struct view_item_list *list = state ? &out->rows : &out->unneeded;
            if ((int)w.v[i].ruling.state == state)
                TRY(row_of(rq, &w.v[i], p->id, &answers, &list->v[list->n++]));
        }
    return E_OK;
}

enum err page_workup(struct request *rq) {
    struct patient p;
    struct view_workup view = {.title = STR("Work-up")};
    TRY(show_patient(rq, view.title, &p));
    TRY(workup_table(rq, &p, &view.table));
    html_workup(rq->out, &view);
    page_close(rq);
    return E_OK;
}

/* The field for the result, as the item's kind wants it. */
static void shape_result(struct request *rq, const struct workup_item *item,
                         struct view_form *form) {
    struct view_form_field *f = web_form_field(form, "result");
    struct str words = item->choices, word;
    f->unit = item->unit;
    f->help = item->help;
    f->optional = item->kind == WORKUP_PLAIN;
    f->required = !f->optional;
    if (item->kind != WORKUP_CHOICE) return;
    f->is_line = false;
    f->is_choice = true;
    f->choices.v = NEWS(rq->arena, struct view_form_choice, words.n);
    while ((word = word_next(&words)).s)
        f->choices.v[f->choices.n++] = (struct view_form_choice){
            .value = word, .label = word, .on = str_eq(word, f->value)};
}

enum err page_workup_item(struct request *rq) {
    struct patient p;
    struct workup_value v;
    struct workup_answers answers;
    const struct workup_item *item = workup_item(rq->app->content->workup, rq->path[1]);
    if (!item || item->kind >= WORKUP_VITAL) return E_UNKNOWN;
    struct view_form_page view = {.title = item->title};
    struct form_workup_item blank = {.on = clock_date_text(rq->arena, rq->now_ms)};
    struct str *notes = NEW(rq->arena, struct str);
    TRY(show_patient(rq, view.title, &p));
    TRY(workup_answers_load(rq->tx, p.id, &answers));
    TRY(workup_value_of(rq->tx, rq->app->content, item, p.id, &answers, &v));
    view.lead = v.has ? str_format(rq->arena, "Last: %.*s, %.*s (%.*s).", STR_ARG(v.shown),
                                   STR_ARG(show_day(rq->arena, v.at_ms)), STR_ARG(v.from))
                      : STR("Nothing is recorded yet.");
    *notes = str_format(rq->arena, "%.*s. Good for %d days.", STR_ARG(item->source),
                        item->valid_days);
    view.notes = (struct text_list){notes, 1};
    struct str action = show_link(rq->arena, p.id, "/workup/%.*s", STR_ARG(item->id));
    TRY(web_form(rq, FORM_workup_item, action, &blank, 0, &view.form));
    shape_result(rq, item, &view.form);
    html_form_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_workup_item(struct request *rq) {
    const struct form_workup_item *f = &rq->form.workup_item;
    struct workup_result row = {.patient_id = rq->path[0], .item = rq->path[1],
                                .result = f->result, .told_by = f->told_by, .note = f->note};
    int32_t on;
    CHECK(date_parse(f->on, &on), "the form holds a date");
    row.at_ms = on == clock_today(rq->now_ms) ? rq->now_ms : clock_instant(on, 12, 0);
    TRY(f->struck ? workup_strike(rq->tx, row.patient_id, row.item, row.note, &rq->faults)
                  : workup_record(rq->tx, rq->app->content, &row, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/workup", STR_ARG(rq->path[0]));
}
