/* Adverse events of a patient: the list, one of them with its reports, the tap in a session; and
 * how often they are here, beside what trials counted. */
#include "app/adverse.h"
#include "base/clock.h"
#include "core/proportion.h"
#include "web/adverse_show.h"
#include "web/show.h"

enum { SMALL_N = 20 }; /* CLINICAL 8: greyed below */

struct str adverse_show_term(struct request *rq, struct str term) {
    const struct adverse_term *t = adverse_term(rq->app->content->adverse, term);
    return t ? t->title : term;
}

struct str adverse_show_body(struct request *rq, struct str body) {
    const struct adverse_tell *t = adverse_tell(rq->app->content->adverse, body);
    return t ? t->whom : body;
}

enum err adverse_show_tap(struct request *rq, struct str patient_id, struct str event_id,
                          struct str kind, struct view_item *item) {
    struct adverse_event made;
    if (!adverse_of_event(rq->app->content->adverse, kind)) return E_OK;
    enum err e = adverse_of_event_row(rq->tx, &(struct adverse_of_event_row_in){event_id}, &made);
    if (e == E_OK) item->link = show_link(rq->arena, patient_id, "/adverse/%.*s", STR_ARG(made.id));
    if (e != E_UNKNOWN) return e;
    if (!web_allows(rq, CAP_ADVERSE_WRITE)) return E_OK;
    struct view_form *form = NEW(rq->arena, struct view_form);
    item->act = form;
    return web_form_blank(rq, show_link(rq->arena, patient_id, "/event/%.*s/adverse",
                                        STR_ARG(event_id)),
                          "Make it an adverse event", SECRET, form);
}

enum err choices_adverse_terms(struct request *rq, struct field_choices *out) {
    const struct adverse_rules *r = rq->app->content->adverse;
    out->v = NEWS(rq->arena, struct field_choice, r->terms_n);
    for (int i = 0; i < r->terms_n; i++)
        out->v[out->n++] = (struct field_choice){r->terms[i].id, r->terms[i].title};
    return E_OK;
}

/* In words ---------------------------------------------------------------------------------- */

static struct str choice_word(const char *field, struct str value) {
    static const struct { const char *field, *value, *word; } words[] = {
        {"causality", "unrelated", "not from the drug"},
        {"causality", "unlikely", "unlikely from the drug"},
        {"causality", "possible", "possibly from the drug"},
        {"causality", "probable", "probably from the drug"},
        {"causality", "definite", "certainly from the drug"},
        {"action", "none", "nothing was done"},
        {"action", "reduced", "the dose was reduced"},
        {"action", "stopped", "the dose or the infusion was stopped"},
        {"action", "drug", "a medicine was given"},
        {"action", "ems", "emergency services came"},
        {"outcome", "recovered", "over"},
        {"outcome", "recovering", "getting better"},
        {"outcome", "ongoing", "unchanged"},
        {"outcome", "sequelae", "over, something stays"},
        {"outcome", "fatal", "death"},
        {"outcome", "unknown", "not known what became of it"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(value, words[i].value) && str_is(str_from(field), words[i].field))
            return str_from(words[i].word);
    return value;
}

static struct view_tag *state_tag(struct request *rq, const struct adverse_event *e) {
    if (str_is(e->state, "struck")) return show_tag(rq->arena, "", STR("struck out"));
    if (str_is(e->state, "draft")) return show_tag(rq->arena, "advisory", STR("to be completed"));
    if (e->serious.n) return show_tag(rq->arena, "critical", STR("serious"));
    return show_tag(rq->arena, "", STR("not serious"));
}

/* "40 min", "5 h", "3 days". */
static void put_span(struct buf *b, int64_t min) {
    if (min < 180) buf_format(b, "%d min", (int)min);
    else if (min < 48 * 60) buf_format(b, "%d h", (int)(min / 60));
    else buf_format(b, "%d days", (int)(min / (24 * 60)));
}

static enum err put_onset(struct request *rq, const struct adverse_event *e, struct buf *b) {
    struct dosing d;
    if (!e->dosing_id.n) return E_OK;
    TRY(dosing_load(rq->tx, e->dosing_id, &d));
    int64_t after_min = d.first_dose_ms.is ? (e->onset_ms - d.first_dose_ms.v) / MINUTE_MS : -1;
    if (after_min >= 0) put_span(b, after_min);
    buf_z(b, after_min < 0 ? "before the dose" : " after the dose");
    return E_OK;
}

static struct str serious_words(struct arena *a, struct str words) {
    unsigned bits;
    struct buf b = buf_new(a, 120);
    CHECK(adverse_criteria_parse(words, &bits), "stored criteria");
    for (int c = 0; c < ADVERSE_CRITERIA; c++)
        if (bits >> c & 1)
            buf_format(&b, "%s%s", b.n ? "; " : "", adverse_criterion_text(c));
    return buf_str(&b);
}

enum err adverse_show_item(struct request *rq, const struct adverse_event *e,
                           struct view_item *out) {
    struct buf b = buf_new(rq->arena, 200);
    TRY(put_onset(rq, e, &b));
    if (e->resolved_ms.is) {
        buf_z(&b, b.n ? ", for " : "for ");
        put_span(&b, (e->resolved_ms.v - e->onset_ms) / MINUTE_MS);
    }
    if (e->causality.n)
        buf_format(&b, "%s%.*s", b.n ? "; " : "", STR_ARG(choice_word("causality", e->causality)));
    if (e->action.n) buf_format(&b, "; %.*s", STR_ARG(choice_word("action", e->action)));
    if (e->outcome.n) buf_format(&b, "; %.*s", STR_ARG(choice_word("outcome", e->outcome)));
    if (e->serious.n)
        buf_format(&b, "; serious: %.*s", STR_ARG(serious_words(rq->arena, e->serious)));
    struct str name = adverse_show_term(rq, e->term);
    *out = (struct view_item){
        .what = e->grade.is ? str_format(rq->arena, "%.*s, grade %d", STR_ARG(name),
                                         (int)e->grade.v)
                            : name,
        .when = show_datetime(rq->arena, e->onset_ms),
        .who = e->text,
        .detail = buf_str(&b),
        .tag = state_tag(rq, e)};
    return E_OK;
}

/* The list ---------------------------------------------------------------------------------- */

enum err page_adverse(struct request *rq) {
    struct patient p;
    struct adverse_event_rows rows;
    struct view_adverse_page view = {.title = STR("Adverse events")};
    TRY(show_patient(rq, view.title, &p));
    TRY(adverse_of_patient(rq->tx, &(struct adverse_of_patient_in){p.id}, &rows));
    view.list = (struct view_list_panel){
        .id = STR("events"), .title = STR("What happened"),
        .empty = show_empty(rq->arena, "No adverse event is recorded."),
        .rows = {NEWS(rq->arena, struct view_item, rows.n), 0}};
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        struct view_item *item = &view.list.rows.v[view.list.rows.n++];
        TRY(adverse_show_item(rq, &rows.v[i], item));
        item->link = show_link(rq->arena, p.id, "/adverse/%.*s", STR_ARG(rows.v[i].id));
    }
    if (web_allows(rq, CAP_OUTCOMES_READ)) view.rates = STR("/outcomes/adverse");
    if (web_allows(rq, CAP_ADVERSE_WRITE)) {
        struct view_form *form = NEW(rq->arena, struct view_form);
        TRY(web_form(rq, FORM_adverse, show_link(rq->arena, p.id, "/adverse"), NULL, 0, form));
        form->groups.v[form->groups.n - 1].fields.n--; /* what is new is not struck out */
        view.form = form;
    }
    html_adverse_page(rq->out, &view);
    page_close(rq);
    return E_OK;
}

/* One --------------------------------------------------------------------------------------- */

static enum err load_one(struct request *rq, struct adverse_event *e) {
    TRY(adverse_event_load(rq->tx, rq->path[1], e));
    return str_eq(e->patient_id, rq->path[0]) ? E_OK : E_UNKNOWN;
}

static enum err report_item(struct request *rq, const struct adverse_event *e,
                            const struct adverse_report *r, struct view_item *out) {
    *out = (struct view_item){.what = adverse_show_body(rq, r->body)};
    if (r->told_ms.is) {
        out->when = show_datetime(rq->arena, r->told_ms.v);
        out->who = show_account(rq, r->told_by);
        out->detail = r->told_words;
        out->tag = show_tag(rq->arena, "fine", STR("told"));
        return E_OK;
    }
    bool late = r->due_ms < rq->now_ms;
    out->when = str_format(rq->arena, "by %.*s", STR_ARG(show_datetime(rq->arena, r->due_ms)));
    out->tag = show_tag(rq->arena, late ? "critical" : "urgent",
                        late ? STR("late") : STR("to be told"));
    if (!web_allows(rq, CAP_ADVERSE_WRITE)) return E_OK;
    struct view_form *form = NEW(rq->arena, struct view_form);
    out->act = form;
    return web_form(rq, FORM_adverse_told,
                    show_link(rq->arena, e->patient_id, "/adverse/%.*s/told/%.*s", STR_ARG(e->id),
                              STR_ARG(r->id)),
                    NULL, 0, form);
}

static enum err reports(struct request *rq, const struct adverse_event *e,
                        struct view_adverse_one *view) {
    struct adverse_report_rows rows;
    if (!e->serious.n || str_is(e->state, "struck")) return E_OK;
    TRY(adverse_report_of(rq->tx, &(struct adverse_report_of_in){e->id}, &rows));
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    *panel = (struct view_list_panel){
        .id = STR("reports"), .title = STR("Who is to be told"),
        .note = str_format(rq->arena, "Serious: %.*s.",
                           STR_ARG(serious_words(rq->arena, e->serious))),
        .rows = {NEWS(rq->arena, struct view_item, rows.n), 0}};
    for (ptrdiff_t i = 0; i < rows.n; i++)
        TRY(report_item(rq, e, &rows.v[i], &panel->rows.v[panel->rows.n++]));
    view->reports = panel;
    return E_OK;
}

static struct form_adverse values_of(struct arena *a, const struct adverse_event *e) {
    unsigned bits;
    CHECK(adverse_criteria_parse(e->serious, &bits), "stored criteria");
    return (struct form_adverse){.term = e->term,
                                 .onset = {true, e->onset_ms},
                                 .resolved = e->resolved_ms,
                                 .grade = e->grade.is ? str_format(a, "%d", (int)e->grade.v)
                                                      : STR_ABSENT,
                                 .text = e->text,
                                 .causality = e->causality,
                                 .action = e->action,
                                 .outcome = e->outcome,
                                 .death = bits >> CRITERION_death & 1,
                                 .threatening = bits >> CRITERION_threatening & 1,
                                 .hospital = bits >> CRITERION_hospital & 1,
                                 .disability = bits >> CRITERION_disability & 1,
                                 .birth = bits >> CRITERION_birth & 1,
                                 .important = bits >> CRITERION_important & 1};
}

enum err page_adverse_one(struct request *rq) {
    struct patient p;
    struct adverse_event e;
    struct view_adverse_one view = {0};
    TRY(load_one(rq, &e));
    view.title = adverse_show_term(rq, e.term);
    TRY(show_patient(rq, view.title, &p));
    view.draft = str_is(e.state, "draft");
    view.facts = (struct view_item_list){NEW(rq->arena, struct view_item), 1};
    TRY(adverse_show_item(rq, &e, view.facts.v));
    TRY(reports(rq, &e, &view));
    if (web_allows(rq, CAP_ADVERSE_WRITE)) {
        struct form_adverse values = values_of(rq->arena, &e);
        struct view_form *form = NEW(rq->arena, struct view_form);
        TRY(web_form(rq, FORM_adverse, show_link(rq->arena, p.id, "/adverse/%.*s", STR_ARG(e.id)),
                     &values, e.version, form));
        view.form = form;
    }
    view.back = show_link(rq->arena, p.id, "/adverse");
    html_adverse_one(rq->out, &view);
    page_close(rq);
    return E_OK;
}

static struct str criteria_of(struct arena *a, const struct form_adverse *f) {
    const bool on[ADVERSE_CRITERIA] = {f->death,      f->threatening, f->hospital,
                                       f->disability, f->birth,       f->important};
    struct buf b = buf_new(a, 80);
    for (int c = 0; c < ADVERSE_CRITERIA; c++)
        if (on[c]) buf_format(&b, "%s%s", b.n ? " " : "", adverse_criterion_word(c));
    return buf_str(&b);
}

enum err post_adverse(struct request *rq) {
    const struct form_adverse *f = &rq->form.adverse;
    struct adverse_event e = {.patient_id = rq->path[0]};
    if (rq->path_n > 1) {
        TRY(load_one(rq, &e));
        if (e.version != rq->version) return E_CONFLICT;
    }
    e.term = f->term;
    e.onset_ms = f->onset.v;
    e.resolved_ms = f->resolved;
    e.grade = (struct maybe_int){true, f->grade.s[0] - '0'};
    e.text = f->text;
    e.causality = f->causality;
    e.action = f->action;
    e.outcome = f->outcome;
    e.serious = criteria_of(rq->arena, f);
    if (rq->path_n > 1 && f->struck) e.state = STR("struck");
    TRY(adverse_save(rq->tx, rq->app->content, &e, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/adverse/%.*s", STR_ARG(rq->path[0]), STR_ARG(e.id));
}

enum err post_adverse_tap(struct request *rq) {
    struct adverse_event e;
    TRY(adverse_from_event(rq->tx, rq->app->content, rq->path[0], rq->path[1], &e));
    return web_redirect(rq, "/patient/%.*s/adverse/%.*s", STR_ARG(rq->path[0]), STR_ARG(e.id));
}

enum err post_adverse_told(struct request *rq) {
    const struct form_adverse_told *f = &rq->form.adverse_told;
    struct adverse_event e;
    struct adverse_told_in in = {.adverse_id = rq->path[1],
                                 .report_id = rq->path[2],
                                 .words = f->words,
                                 .told_ms = f->told_at.is ? f->told_at.v : 0};
    TRY(load_one(rq, &e));
    TRY(adverse_told(rq->tx, &in, &rq->faults));
    return web_redirect(rq, "/patient/%.*s/adverse/%.*s", STR_ARG(rq->path[0]), STR_ARG(e.id));
}

/* How often --------------------------------------------------------------------------------- */

static struct view_adverse_rate rate_of(struct request *rq, const struct adverse_rules *r,
                                        const struct adverse_term *t, int n, int of) {
    struct proportion p = proportion_wilson(n, of);
    struct view_adverse_rate v = {.name = t->title,
                                  .group = r->groups[t->group].title,
                                  .n = n,
                                  .of = of,
                                  .rate = {of > 0, p.rate},
                                  .interval = STR("no patient yet")};
    if (of)
        v.interval = str_format(rq->arena, "%.0f%% to %.0f%%", 100 * p.lo, 100 * p.hi);
    v.published.v = NEWS(rq->arena, struct str, r->trials_n);
    for (int i = 0; i < r->trials_n; i++)
        if (t->rates[i].is)
            v.published.v[v.published.n++] =
                str_format(rq->arena, "%.*s: %.1f%%, %.1f%%", STR_ARG(r->trials[i].source),
                           t->rates[i].drug_pct, t->rates[i].control_pct);
    return v;
}

enum err page_adverse_rates(struct request *rq) {
    const struct adverse_rules *r = rq->app->content->adverse;
    struct adverse_count_rows counts;
    struct adverse_exposed_row exposed;
    struct view_adverse_rates view = {.title = STR("Adverse events"),
                                      .as_of = show_datetime(rq->arena, rq->now_ms)};
    TRY(adverse_count(rq->tx, &counts));
    TRY(adverse_exposed(rq->tx, &exposed));
    view.of = exposed.patients;
    view.small = exposed.patients < SMALL_N;
    view.rows.v = NEWS(rq->arena, struct view_adverse_rate, r->terms_n);
    for (int i = 0; i < r->terms_n; i++) {
        int n = 0;
        for (ptrdiff_t k = 0; k < counts.n; k++)
            if (str_eq(counts.v[k].term, r->terms[i].id)) n = (int)counts.v[k].patients;
        struct view_adverse_rate v = rate_of(rq, r, &r->terms[i], n, (int)exposed.patients);
        if (n || v.published.n) view.rows.v[view.rows.n++] = v;
    }
    view.trials.v = NEWS(rq->arena, struct str, r->trials_n);
    for (int i = 0; i < r->trials_n; i++)
        view.trials.v[view.trials.n++] =
            str_format(rq->arena, "%.*s: %.*s; %d with the drug, %d with the control.",
                       STR_ARG(r->trials[i].source), STR_ARG(r->trials[i].title),
                       r->trials[i].drug_n, r->trials[i].control_n);
    page_open(rq, "Outcomes", view.title);
    html_adverse_rates(rq->out, &view);
    page_close(rq);
    return E_OK;
}
