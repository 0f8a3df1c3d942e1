/* The forms that go to the Spravato REMS: the queue, late first; one form, with what it says, what
 * is missing and where that is written down; its way to the programme; the same on paper. */
#include "app/rems.h"

#include "base/clock.h"
#include "base/date.h"
#include "web/print.h"
#include "web/rems_show.h"
#include "web/show.h"

/* The queue -------------------------------------------------------------------------------- */

static struct view_tag *due_tag(struct request *rq, const struct rems_form *form) {
    int left = rems_days_left(form, rq->now_ms);
    if (left < 0)
        return show_tag(rq->arena, "critical", str_format(rq->arena, "%d %s late", -left,
                                                          left == -1 ? "day" : "days"));
    if (left == 0) return show_tag(rq->arena, "urgent", STR("due today"));
    return show_tag(rq->arena, left <= 2 ? "advisory" : "information",
                    str_format(rq->arena, "due in %d %s", left, left == 1 ? "day" : "days"));
}

void rems_show_item(struct request *rq, const struct rems_queue_row *row, struct view_item *out) {
    struct rems_form form = {.due_date = row->due_date};
    struct str treated = str_format(rq->arena, "Treated %.*s",
                                    STR_ARG(show_date(rq->arena, row->treated_date)));
    *out = (struct view_item){
        .what = row->mrn.n ? show_who(rq->arena, row->preferred_name, row->given_name,
                                      row->family_name, row->mrn)
                           : treated,
        .who = row->mrn.n ? treated : STR_ABSENT,
        .link = show_link(rq->arena, row->patient_id, "/rems/form/%.*s", STR_ARG(row->id))};
    if (str_is(row->state, "drafted")) {
        out->when = str_format(rq->arena, "by %.*s",
                               STR_ARG(show_date(rq->arena, row->due_date)));
        out->tag = due_tag(rq, &form);
    } else if (str_is(row->state, "sent")) {
        out->when = show_day(rq->arena, row->sent_ms.v);
        out->tag = show_tag(rq->arena, "advisory", STR("sent, not confirmed"));
    } else {
        out->when = show_day(rq->arena, row->confirmed_ms.v);
        out->detail = str_format(rq->arena, "No. %.*s", STR_ARG(row->confirmation));
        out->tag = show_tag(rq->arena, "fine", STR("confirmed"));
    }
}

static enum err queue(struct request *rq, const char *state, const char *title, const char *none,
                      struct view_list_panel *out) {
    struct rems_queue_rows rows;
    TRY(rems_queue(rq->tx, &(struct rems_queue_in){str_from(state)}, &rows));
    *out = (struct view_list_panel){.id = str_from(state), .title = str_from(title),
                                    .count = {rows.n > 0, rows.n},
                                    .rows = {NEWS(rq->arena, struct view_item, rows.n), rows.n},
                                    .empty = show_empty(rq->arena, none)};
    for (ptrdiff_t i = 0; i < rows.n; i++) rems_show_item(rq, &rows.v[i], &out->rows.v[i]);
    return E_OK;
}

enum err page_rems(struct request *rq) {
    struct view_rems_page view = {
        .title = STR("REMS"),
        .lead = str_format(rq->arena,
                           "After each session with esketamine a monitoring form goes to the "
                           "Spravato REMS within %d calendar days.",
                           rq->app->content->rems->due_days),
        .acts = {NEW(rq->arena, struct view_act_link), 1},
        .panels = {NEWS(rq->arena, struct view_list_panel, 3), 3}};
    view.acts.v[0] = (struct view_act_link){STR("/rems/enrolment"), STR("Enrolment")};
    TRY(queue(rq, "drafted", "To be sent", "Every form was sent.", &view.panels.v[0]));
    TRY(queue(rq, "sent", "Sent, not confirmed", "No form waits for its confirmation.",
              &view.panels.v[1]));
    TRY(queue(rq, "confirmed", "Confirmed", "No form was confirmed yet.", &view.panels.v[2]));
    page_open(rq, "REMS", view.title);
    html_rems_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

/* One form --------------------------------------------------------------------------------- */

static enum err load_sheet(struct request *rq, struct rems_sheet *s) {
    TRY(rems_sheet_load(rq->tx, rq->app->content, rq->path[1], s));
    return str_eq(s->form.patient_id, rq->path[0]) ? E_OK : E_UNKNOWN;
}

static struct str value_shown(struct request *rq, const struct rems_field *x, struct str value) {
    static const char *const units[] = {[REMS_TEXT] = "",          [REMS_DATE] = "",
                                        [REMS_MG] = " mg",         [REMS_PRESSURE] = " mmHg",
                                        [REMS_MINUTES] = " min",   [REMS_YESNO] = ""};
    if (!value.n || !x) return value.n ? value : STR("–");
    if (x->kind == REMS_DATE) return show_date(rq->arena, value);
    return str_format(rq->arena, "%.*s%s", STR_ARG(value), units[x->kind]);
}

/* What it is, which copies ask it; where a missing one is recorded, who answered. */
static struct view_item line_item(struct request *rq, const struct rems_sheet *s,
                                  const struct rems_line *l) {
    const struct rems_rules *r = rq->app->content->rems;
    int i = rems_field(r, l->id);
    bool draft = str_is(s->form.state, "drafted");
    struct view_item item = {.what = l->label,
                             .when = value_shown(rq, i < 0 ? NULL : &r->fields[i], l->value)};
    if (str_find(l->copies, STR(" ")) < 0)
        item.who = str_format(rq->arena, "asked on the %.*s copy only", STR_ARG(l->copies));
    if (!l->value.n) item.tag = show_tag(rq->arena, draft ? "urgent" : "", STR("missing"));
    if (i < 0 || !draft) return item;
    if (!l->value.n)
        item.detail = str_format(rq->arena, "Where it is recorded: %.*s.",
                                 STR_ARG(r->fields[i].where));
    else if (s->filled.v[i].state == REMS_ANSWERED)
        item.detail = str_format(rq->arena, "Answered by %.*s",
                                 STR_ARG(show_account(rq, s->answers[i].account_id)));
    return item;
}

/* A panel a group, in the order of the file. */
static void groups(struct request *rq, const struct rems_sheet *s, struct rems_lines lines,
                   struct view_list_panel_list *out) {
    struct view_list_panel *panel = NULL;
    for (int i = 0; i < lines.n; i++) {
        if (!panel || !str_eq(panel->title, lines.v[i].group)) {
            panel = &out->v[out->n++];
            *panel = (struct view_list_panel){
                .id = str_format(rq->arena, "group-%d", (int)out->n), .title = lines.v[i].group,
                .rows.v = NEWS(rq->arena, struct view_item, lines.n)};
        }
        panel->rows.v[panel->rows.n++] = line_item(rq, s, &lines.v[i]);
    }
}

static void fact(struct request *rq, struct view_list_panel *p, const char *what,
                 struct maybe_int at_ms, struct str who, struct str detail) {
    if (!at_ms.is) return;
    p->rows.v[p->rows.n++] = (struct view_item){.what = str_from(what),
                                                .when = show_datetime(rq->arena, at_ms.v),
                                                .who = show_account(rq, who),
                                                .detail = detail};
}

static void states(struct request *rq, const struct rems_form *f, struct view_list_panel *out) {
    *out = (struct view_list_panel){.id = STR("state"), .title = STR("Where it stands"),
                                    .rows.v = NEWS(rq->arena, struct view_item, 4)};
    fact(rq, out, "Drafted by the end of the session", (struct maybe_int){true, f->drafted_ms},
         STR_ABSENT,
         str_format(rq->arena, "Due by %.*s.", STR_ARG(show_date(rq->arena, f->due_date))));
    if (str_is(f->state, "drafted")) out->rows.v[0].tag = due_tag(rq, f);
    struct str sent = str_format(rq->arena, "%.*s. Hash of what was sent %.*s%s%.*s",
                                 STR_ARG(f->sent_way), STR_ARG(f->sent_hash),
                                 f->missing_reason.n ? ". Sent with something missing: " : "",
                                 STR_ARG(f->missing_reason));
    fact(rq, out, "Sent", f->sent_ms, f->sent_by, sent);
    fact(rq, out, "Confirmed", f->confirmed_ms, f->confirmed_by,
         str_format(rq->arena, "No. %.*s", STR_ARG(f->confirmation)));
}

/* What the record says now, where it is not what was sent. */
static bool differences(struct request *rq, const struct rems_sheet *s,
                        struct view_list_panel *out) {
    *out = (struct view_list_panel){
        .id = STR("differs"), .title = STR("Changed since it was sent"),
        .note = STR("What was sent stays as it was. To send it anew, take it back to a draft."),
        .rows.v = NEWS(rq->arena, struct view_item, s->sent.n + s->now.n)};
    for (int i = 0; i < s->sent.n + s->now.n; i++) {
        bool new_one = i >= s->sent.n; /* needed now, and was not then */
        const struct rems_line *l = new_one ? &s->now.v[i - s->sent.n] : &s->sent.v[i],
                               *other = rems_line_of(new_one ? s->sent : s->now, l->id);
        struct str then = new_one ? STR("") : l->value,
                   now = new_one ? l->value : other ? other->value : STR("");
        if (str_eq(then, now) || (new_one && other)) continue;
        out->rows.v[out->rows.n++] = (struct view_item){
            .what = l->label,
            .when = str_format(rq->arena, "sent: %.*s", STR_ARG(then.n ? then : STR("nothing"))),
            .detail = str_format(rq->arena, "The record says now: %.*s",
                                 STR_ARG(now.n ? now : STR("nothing")))};
    }
    return s->sent.n && out->rows.n;
}

/* What can be done -------------------------------------------------------------------------- */

static struct view_form_field question(struct request *rq, const struct rems_field *x,
                                       struct str action, struct str value) {
    static struct field_choice yes_no[] = {{{"yes", 3}, {"Yes", 3}}, {{"no", 2}, {"No", 2}}};
    struct field f = {.kind = x->kind == REMS_YESNO     ? KIND_choice
                              : x->kind == REMS_MINUTES ? KIND_int
                                                        : KIND_text,
                      .name = str_z(rq->arena, x->id),
                      .label = str_z(rq->arena, x->label),
                      .unit = x->kind == REMS_MINUTES ? "min" : "",
                      .max = x->kind == REMS_MINUTES ? REMS_MINUTES_MAX : REMS_ANSWER_MAX,
                      .need = OPTIONAL,
                      .choices = "",
                      .help = x->kind == REMS_MINUTES ? "From the first device." : ""};
    struct field_choices choices = {yes_no, 2};
    return web_field(rq, action, &f, value, f.kind == KIND_choice ? &choices : NULL);
}

static enum err answers_form(struct request *rq, const struct rems_sheet *s, struct str at,
                             struct view_session_part_list *out) {
    enum { TOGETHER = 5 };
    const struct rems_rules *r = rq->app->content->rems;
    struct view_session_part *part = &out->v[out->n];
    struct str action = str_format(rq->arena, "%.*s/answers", STR_ARG(at));
    struct view_form_field *fields = NEWS(rq->arena, struct view_form_field, r->fields_n);
    int n = 0;
    for (int i = 0; i < r->fields_n; i++)
        if (rems_asks(r, &s->filled, i))
            fields[n++] = question(rq, &r->fields[i], action, s->filled.v[i].text);
    if (!n) return E_OK;
    *part = (struct view_session_part){.id = STR("answers"), .title = STR("Asked on the form"),
                                       .open = true};
    out->n++;
    TRY(web_form_blank(rq, action, "Save the answers", PLAIN, &part->form));
    for (int from = 0; from < n; from += TOGETHER)
        web_form_group(rq, &part->form, NULL, NULL, fields + from,
                       n - from < TOGETHER ? n - from : TOGETHER);
    return E_OK;
}

static enum err act(struct request *rq, enum form_id id, const struct rems_form *form,
                    struct str at, const char *path, const char *title,
                    struct view_session_part_list *out) {
    struct view_session_part *part = &out->v[out->n++];
    *part = (struct view_session_part){.id = str_from(path), .title = str_from(title)};
    part->open = id != FORM_rems_reopen;
    return web_form(rq, id, str_format(rq->arena, "%.*s/%s", STR_ARG(at), path), NULL,
                    form->version, &part->form);
}

static enum err acts(struct request *rq, const struct rems_sheet *s, struct str at,
                     struct view_session_part_list *out) {
    const struct rems_form *f = &s->form;
    bool draft = str_is(f->state, "drafted");
    if (draft && web_allows(rq, CAP_REMS_ANSWER)) TRY(answers_form(rq, s, at, out));
    if (!web_allows(rq, CAP_REMS_SEND)) return E_OK;
    if (draft) return act(rq, FORM_rems_send, f, at, "sent", "It was sent", out);
    if (str_is(f->state, "sent"))
        TRY(act(rq, FORM_rems_confirm, f, at, "confirmed", "The programme confirmed it", out));
    return act(rq, FORM_rems_reopen, f, at, "reopened", "Take it back to a draft", out);
}

/* Where it stands, how it differs, what it says: on the page and on paper. */
static void panels(struct request *rq, const struct rems_sheet *s,
                   struct view_list_panel_list *out) {
    bool draft = str_is(s->form.state, "drafted");
    out->v = NEWS(rq->arena, struct view_list_panel, REMS_GROUPS_MAX + 2);
    states(rq, &s->form, &out->v[out->n++]);
    if (!draft && differences(rq, s, &out->v[out->n])) out->n++;
    groups(rq, s, draft ? s->now : s->sent, out);
}

static struct str alert(struct request *rq, const struct rems_sheet *s) {
    if (!str_is(s->form.state, "drafted") || !s->filled.missing) return STR_ABSENT;
    return str_format(rq->arena, "A draft. %d are missing: each says where it is recorded.",
                      s->filled.missing);
}

enum err page_rems_form(struct request *rq) {
    struct patient p;
    struct rems_sheet s;
    const struct rems_rules *r = rq->app->content->rems;
    struct view_rems_page view = {.title = r->title,
                                  .asks.v = NEWS(rq->arena, struct view_session_part, 3),
                                  .acts = {NEWS(rq->arena, struct view_act_link, 2), 2},
                                  .notes = {NEW(rq->arena, struct str), 1}};
    TRY(load_sheet(rq, &s));
    TRY(show_patient(rq, view.title, &p));
    struct str at = show_link(rq->arena, p.id, "/rems/form/%.*s", STR_ARG(s.form.id));
    view.lead = str_format(rq->arena, "Treated %.*s.",
                           STR_ARG(show_date(rq->arena, s.form.treated_date)));
    view.alert = alert(rq, &s);
    view.notes.v[0] = r->note;
    view.acts.v[0] = (struct view_act_link){
        show_link(rq->arena, p.id, "/dosing/%.*s", STR_ARG(s.form.step_id)), STR("The session")};
    view.acts.v[1] = (struct view_act_link){str_format(rq->arena, "%.*s/pdf", STR_ARG(at)),
                                            STR("On paper")};
    panels(rq, &s, &view.panels);
    TRY(acts(rq, &s, at, &view.asks));
    html_rems_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

static enum err back(struct request *rq) {
    return web_redirect(rq, "/patient/%.*s/rems/form/%.*s", STR_ARG(rq->path[0]),
                        STR_ARG(rq->path[1]));
}

/* What was asked and left empty is taken back; what was not asked is looked at to refuse it. */
enum err post_rems_answers(struct request *rq) {
    const struct rems_rules *r = rq->app->content->rems;
    struct str answers[REMS_FIELDS_MAX] = {{0}};
    struct rems_sheet s;
    TRY(load_sheet(rq, &s));
    for (int i = 0; i < r->fields_n; i++) {
        const struct rems_field *x = &r->fields[i];
        if (field_text(rq, x->id, str_z(rq->arena, x->label), OPTIONAL, REMS_ANSWER_MAX,
                       &answers[i]) &&
            !answers[i].n && rems_asks(r, &s.filled, i))
            answers[i] = STR("");
    }
    TRY(faults_err(&rq->faults));
    TRY(rems_record(rq->tx, rq->app->content, s.form.id, answers, &rq->faults));
    return back(rq);
}

enum err post_rems_act(struct request *rq) {
    struct rems_sheet s;
    struct str path = rq->http->path;
    TRY(load_sheet(rq, &s));
    if (str_ends(path, STR("/sent"))) {
        struct rems_send_in in = {s.form.id, rq->form.rems_send.way, rq->form.rems_send.reason,
                                  rq->version};
        TRY(rems_send(rq->tx, rq->app->content, &in, &rq->faults));
    } else if (str_ends(path, STR("/confirmed"))) {
        TRY(rems_confirm(rq->tx, s.form.id, rq->form.rems_confirm.confirmation, rq->version,
                         &rq->faults));
    } else {
        TRY(rems_reopen(rq->tx, s.form.id, rq->form.rems_reopen.reason, rq->version,
                        &rq->faults));
    }
    return back(rq);
}

/* On paper --------------------------------------------------------------------------------- */

static void print_panel(struct request *rq, struct print *d, const struct view_list_panel *panel) {
    static const struct paper_column columns[] = {{"Element", 5}, {"Value", 4}, {"Remark", 6}};
    struct print_rows t = print_rows(rq, columns, 3, panel->rows.n);
    for (ptrdiff_t i = 0; i < panel->rows.n; i++) {
        const struct view_item *item = &panel->rows.v[i];
        struct str more = str_format(rq->arena, "%.*s%s%.*s", STR_ARG(item->who),
                                     item->who.n && item->detail.n ? ". " : "",
                                     STR_ARG(item->detail));
        print_row(&t, (struct str[]){item->what, item->when, more});
    }
    print_table(d, panel->title, &t);
}

enum err page_rems_pdf(struct request *rq) {
    struct print d;
    struct rems_sheet s;
    struct view_list_panel_list all = {0};
    const struct rems_rules *r = rq->app->content->rems;
    TRY(load_sheet(rq, &s));
    TRY(print_open(rq, r->title, &d));
    paper_pair(&d.paper, "Treated", show_date(rq->arena, s.form.treated_date));
    paper_pair(&d.paper, "State", s.form.state);
    if (alert(rq, &s).n) paper_alert(&d.paper, alert(rq, &s));
    paper_text(&d.paper, r->note);
    for (int i = 0; i < r->copies_n; i++)
        paper_quiet(&d.paper,
                    str_format(rq->arena, "Copy %.*s: %.*s (%.*s)", STR_ARG(r->copies[i].id),
                               STR_ARG(r->copies[i].title), STR_ARG(r->copies[i].source)));
    panels(rq, &s, &all);
    for (ptrdiff_t i = 0; i < all.n; i++) print_panel(rq, &d, &all.v[i]);
    return print_send(rq, &d, "rems");
}
