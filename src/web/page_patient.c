/*
 * The chart of one patient: the path of stones, the next action, the outcome curve, then the
 * lists: what is known, what was signed, what was seen. Every row leads to where it is kept.
 */
#include "app/consent.h"
#include "app/course.h"
#include "base/clock.h"
#include "core/vitals.h"
#include "web/after_show.h"
#include "web/chart_view.h"
#include "web/figure.h"
#include "web/path.h"
#include "web/rems_show.h"
#include "web/show.h"
#include "web/workup_view.h"

enum { ENTRIES = 300, PANELS_MAX = 12 }; /* a page of the chart */
enum { AUTHORS = 32 };                   /* whose names are kept while it is made */

struct chart_page {
    struct patient p;
    struct course_view course;
    struct consent_statuses consents;
    struct view_patient_page view;
};

static struct view_list_panel *panel(struct view_list_panel_list *side, const char *id,
                                     const char *title) {
    struct view_list_panel *panel = &side->v[side->n++];
    *panel = (struct view_list_panel){.id = str_from(id), .title = str_from(title)};
    return panel;
}

static void fill(struct request *rq, struct view_list_panel *panel, struct view_item *rows,
                 ptrdiff_t n, const char *none) {
    panel->rows = (struct view_item_list){rows, n};
    panel->empty = show_empty(rq->arena, none);
}

/* The lists -------------------------------------------------------------------------------- */

static struct view_tag *status_tag(struct request *rq, struct str status) {
    bool now = str_is(status, "active");
    return show_tag(rq->arena, now ? "information" : "", status);
}

static enum err conditions(struct request *rq, struct chart_page *c) {
    struct condition_rows rows;
    TRY(condition_of_patient(rq->tx, &(struct condition_of_patient_in){c->p.id}, &rows));
    struct view_item *items = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        items[i] = (struct view_item){.what = rows.v[i].display,
                                      .detail = rows.v[i].code,
                                      .when = show_date(rq->arena, rows.v[i].onset_date),
                                      .tag = status_tag(rq, rows.v[i].status)};
    struct view_list_panel *p = panel(&c->view.left, "conditions", "Conditions");
    fill(rq, p, items, rows.n, "No condition is recorded.");
    if (web_allows(rq, CAP_CHART_WRITE)) {
        p->more = show_link(rq->arena, c->p.id, "/condition");
        p->more_text = STR("Add a condition");
    }
    return E_OK;
}

static enum err medicines(struct request *rq, struct chart_page *c) {
    struct medication_rows rows;
    TRY(medication_of_patient(rq->tx, &(struct medication_of_patient_in){c->p.id}, &rows));
    struct view_item *items = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        items[i] = (struct view_item){.what = rows.v[i].display,
                                      .detail = rows.v[i].dosage,
                                      .when = show_date(rq->arena, rows.v[i].start_date),
                                      .tag = status_tag(rq, rows.v[i].status)};
    struct view_list_panel *p = panel(&c->view.left, "medicines", "Medicines");
    fill(rq, p, items, rows.n, "No medicine is recorded.");
    if (web_allows(rq, CAP_CHART_WRITE)) {
        p->more = show_link(rq->arena, c->p.id, "/medication");
        p->more_text = STR("Add a medicine");
    }
    return E_OK;
}

static enum err allergies(struct request *rq, struct chart_page *c) {
    struct allergy_rows rows;
    TRY(allergy_of_patient(rq->tx, &(struct allergy_of_patient_in){c->p.id}, &rows));
    struct view_item *items = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        items[i] = (struct view_item){.what = rows.v[i].display,
                                      .detail = rows.v[i].criticality,
                                      .when = show_day(rq->arena, rows.v[i].recorded_ms),
                                      .tag = status_tag(rq, rows.v[i].status)};
    struct view_list_panel *p = panel(&c->view.left, "allergies", "Allergies");
    fill(rq, p, items, rows.n, "No allergy is recorded.");
    if (web_allows(rq, CAP_CHART_WRITE)) {
        p->more = show_link(rq->arena, c->p.id, "/allergy");
        p->more_text = STR("Add an allergy");
    }
    return E_OK;
}

static enum err consents(struct request *rq, struct chart_page *c) {
    struct view_list_panel *p = panel(&c->view.right, "consents", "Consent");
    fill(rq, p, NEWS(rq->arena, struct view_item, c->consents.n), 0, "Nothing is to be signed.");
    p->rest.v = NEWS(rq->arena, struct view_item, c->consents.n);
    p->rest_title = STR("Other texts, not signed");
    for (ptrdiff_t i = 0; i < c->consents.n; i++) {
        const struct consent_status *s = &c->consents.v[i];
        bool asked = s->required || s->state == CONSENT_BROKEN || s->signed_ms;
        struct view_item *item = asked ? &p->rows.v[p->rows.n++] : &p->rest.v[p->rest.n++];
        const char *level = s->state == CONSENT_CURRENT  ? "fine"
                            : s->state == CONSENT_BROKEN ? "critical"
                            : s->required                ? "advisory"
                                                         : "";
        *item = (struct view_item){
            .what = s->title,
            .link = show_link(rq->arena, c->p.id, "/consent/%.*s", STR_ARG(s->document)),
            .when = s->signed_ms ? show_day(rq->arena, s->signed_ms) : STR("not signed")};
        if (asked) item->tag = show_tag(rq->arena, level, str_from(consent_state_word(s->state)));
    }
    return E_OK;
}

/* How the person came; of an imported file also what had no place. */
static enum err referrals(struct request *rq, struct chart_page *c) {
    struct referral_rows rows;
    TRY(referral_of_patient(rq->tx, &(struct referral_of_patient_in){c->p.id}, &rows));
    struct view_item *items = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct referral *r = &rows.v[i];
        bool file = str_is(r->source, "fhir");
        items[i] = (struct view_item){.what = file ? STR("Imported file") : STR("Typed in"),
                                      .who = r->referrer,
                                      .when = show_day(rq->arena, r->received_ms),
                                      .detail = r->reason};
        if (file)
            items[i].detail = str_format(rq->arena, "%d entries taken. Left out, without a place "
                                         "here: %.*s.", (int)r->taken,
                                         STR_ARG(r->left_out.n ? r->left_out : STR("nothing")));
    }
    fill(rq, panel(&c->view.right, "referral", "Referral"), items, rows.n, "No referral is kept.");
    return E_OK;
}

static enum err screening(struct request *rq, struct chart_page *c) {
    struct screening s;
    struct view_list_panel *p = panel(&c->view.right, "screening", "Screening");
    enum err e = screening_latest(rq->tx, &(struct screening_latest_in){c->p.id}, &s);
    p->more = show_link(rq->arena, c->p.id, "/screening");
    p->more_text = STR("Open the screening");
    if (e == E_UNKNOWN) {
        fill(rq, p, NULL, 0, "Screening has not begun.");
        return E_OK;
    }
    TRY(e);
    struct view_item *item = NEW(rq->arena, struct view_item);
    bool is_signed = str_is(s.state, "signed");
    item->what = is_signed ? s.decision : STR("open");
    item->when = show_day(rq->arena, is_signed ? s.signed_ms.v : s.opened_ms);
    item->detail = s.override_reason;
    item->link = p->more;
    item->tag = show_tag(rq->arena, is_signed ? "fine" : "advisory",
                         is_signed ? STR("signed") : STR("not signed"));
    fill(rq, p, item, 1, "");
    return E_OK;
}

/* A machine's fifteen digits are kept, and shown as a person would read them. */
static void short_value(struct request *rq, struct chart_entry_row *row) {
    enum { LONG = 7 };
    double value;
    if (row->value.n <= LONG || !str_to_real(row->value, &value)) return;
    struct buf b = buf_new(rq->arena, 32);
    buf_real(&b, value, value >= 10 || value <= -10 ? 1 : 3);
    row->value = buf_str(&b);
}

/* Units as people write them, instruments by their names. */
static void words_for_entry(struct request *rq, struct chart_entry_row *row) {
    row->unit = vitals_unit(row->unit);
    short_value(rq, row);
    if (!str_is(row->kind, "measure")) return;
    const struct instrument *in = instrument_find(rq->app->content->instruments, row->what);
    if (in) row->what = in->title;
}

/* Three hundred entries have few authors: each name is read once. */
struct authors {
    struct account v[AUTHORS];
    int n;
};

static enum err name_author(struct request *rq, struct authors *known, struct str *who) {
    struct account a;
    if (!who->s) return E_OK;
    for (int i = known->n; i-- > 0;)
        if (str_eq(known->v[i].id, *who)) {
            *who = known->v[i].display_name;
            return E_OK;
        }
    enum err e = account_load(rq->tx, *who, &a);
    if (e && e != E_UNKNOWN) return e;
    *who = e ? STR_ABSENT : a.display_name;
    if (!e && known->n < AUTHORS) known->v[known->n++] = a;
    return E_OK;
}

static enum err entries(struct request *rq, struct chart_page *c) {
    struct chart_entry_rows rows;
    struct view_chart_entries *view = NEW(rq->arena, struct view_chart_entries);
    struct chart_entry_in in = {c->p.id, rq->now_ms + DAY_MS, web_query(rq, "id")};
    struct str before = web_query(rq, "before");
    if (before.s && !str_to_int(before, &in.before_ms)) {
        fault_add(&rq->faults, STR("before"), "type", "The time before which entries are shown "
                                                      "is a number of milliseconds.");
        return E_SYNTAX;
    }
    if (!in.before_id.s) in.before_id = STR("");
    TRY(chart_entry(rq->tx, &in, &rows));
    if (rows.n > ENTRIES) {
        rows.n = ENTRIES;
        const struct chart_entry_row *last = &rows.v[ENTRIES - 1];
        view->more = show_link(rq->arena, c->p.id, "?before=%lld&id=%.*s",
                               (long long)last->at_ms, STR_ARG(last->id));
    }
    struct authors known = {.n = 0};
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        words_for_entry(rq, &rows.v[i]);
        TRY(name_author(rq, &known, &rows.v[i].who));
    }
    view->n = rows.n;
    view->rows = rows;
    c->view.entries = view;
    return E_OK;
}

/* The path and what is next ---------------------------------------------------------------- */

static struct str step_link(struct request *rq, const struct step *s) {
    const char *room = chart_step_room(s->type);
    return show_link(rq->arena, s->patient_id, "/%s/%.*s", room, STR_ARG(s->id));
}

static void path(struct request *rq, struct chart_page *c) {
    const struct course_view *v = &c->course;
    struct path_step *steps = NEWS(rq->arena, struct path_step, v->rows.n);
    for (ptrdiff_t i = 0; i < v->rows.n; i++) {
        const struct step *s = &v->rows.v[i];
        int32_t day = s->done_ms.is ? clock_civil(s->done_ms.v).days : v->steps[i].due;
        steps[i] = (struct path_step){.type = s->type,
                                      .word = s->title,
                                      .link = step_link(rq, s),
                                      .state = s->state,
                                      .due_days = day,
                                      .window_to_days = v->steps[i].to};
    }
    struct view_path *view = NEW(rq->arena, struct view_path);
    *view = path_of(rq->arena, STR("The course"), steps, v->rows.n, clock_today(rq->now_ms));
    c->view.path = view;
    if (v->protocol) c->view.weigh = show_rules(rq->arena, v->protocol);
    c->view.course = str_format(
        rq->arena, "%.*s, %.*s, first dose %.*s, begun %.*s%s%.*s",
        STR_ARG(v->protocol ? v->protocol->title : v->course.protocol),
        STR_ARG(show_route_word(v->course.route)),
        STR_ARG(show_order(rq->arena, v->course.planned_dose)),
        STR_ARG(show_date(rq->arena, v->course.start_date)),
        v->course.outcome.n ? ". Closed: " : "",
        STR_ARG(field_label(rq, FORM_course_close, "outcome", v->course.outcome)));
}

static struct view_next_action *next(struct request *rq, struct chart_page *c) {
    struct view_next_action *n = NEW(rq->arena, struct view_next_action);
    c->view.next = n;
    return n;
}

static void next_step(struct request *rq, struct chart_page *c) {
    const struct step *s = &c->course.rows.v[c->course.next];
    struct stone stone = course_stone(&c->course.steps[c->course.next], clock_today(rq->now_ms));
    struct view_next_action *n = next(rq, c);
    n->what = s->title;
    n->when = show_date(rq->arena, s->due_date);
    n->link = step_link(rq, s);
    n->act = STR("Open");
    if (stone.state == STONE_LATE)
        n->tag = show_tag(rq->arena, "urgent",
                          str_format(rq->arena, "%d %s late", stone.days,
                                     stone.days == 1 ? "day" : "days"));
}

/* Before there is a course, the phase says what is next. */
static void next_of_phase(struct request *rq, struct chart_page *c) {
    struct view_next_action *n = next(rq, c);
    n->act = STR("Open");
    if (str_is(c->p.phase, "referred") || str_is(c->p.phase, "screening")) {
        n->what = STR("Screening");
        n->why = STR("Contraindications, readiness, baseline; then the prescriber decides.");
        n->link = show_link(rq->arena, c->p.id, "/screening");
        return;
    }
    for (ptrdiff_t i = 0; i < c->consents.n; i++)
        if (c->consents.v[i].required && c->consents.v[i].state != CONSENT_CURRENT) {
            n->what = str_format(rq->arena, "Consent: %.*s", STR_ARG(c->consents.v[i].title));
            n->why = STR("The course starts when every required consent is in force.");
            n->link = show_link(rq->arena, c->p.id, "/consent/%.*s",
                                STR_ARG(c->consents.v[i].document));
            return;
        }
    n->what = STR("Start the course");
    n->link = show_link(rq->arena, c->p.id, "/course");
}

/* Who is in a session is in a session: nothing comes before it. */
static enum err next_session(struct request *rq, struct chart_page *c) {
    struct dosing_open_row row;
    enum err e = dosing_open(rq->tx, &(struct dosing_open_in){c->p.id}, &row);
    if (e) return e;
    struct view_next_action *n = next(rq, c);
    n->what = str_format(rq->arena, "%.*s, now", STR_ARG(row.title));
    n->why = STR("The session is running.");
    n->when = str_format(rq->arena, "since %.*s",
                         STR_ARG(show_time(rq->arena, row.checked_in_ms)));
    n->link = show_link(rq->arena, c->p.id, "/dosing/%.*s", STR_ARG(row.step_id));
    n->act = STR("Open the session");
    return E_OK;
}

static enum err what_is_next(struct request *rq, struct chart_page *c) {
    enum err e = next_session(rq, c);
    if (e != E_UNKNOWN) return e;
    bool active = c->course.has && str_is(c->course.course.state, "active");
    if (active && c->course.next >= 0) {
        next_step(rq, c);
    } else if (active) {
        struct view_next_action *n = next(rq, c);
        n->what = STR("Close the course with its outcome");
        n->why = STR("Every step is done.");
        n->link = show_link(rq->arena, c->p.id, "/course/close");
        n->act = STR("Close");
    } else if (!str_is(c->p.phase, "closed") && !str_is(c->p.phase, "declined")) {
        next_of_phase(rq, c);
    }
    return E_OK;
}

/* The acts --------------------------------------------------------------------------------- */

static void act(struct request *rq, struct chart_page *c, enum capability cap, const char *room,
                const char *word) {
    if (!web_allows(rq, cap)) return;
    c->view.acts.v[c->view.acts.n++] =
        (struct view_act_link){show_link(rq->arena, c->p.id, "%s", room), str_from(word)};
}

static bool is_esk(const struct chart_page *c) {
    return c->course.has && str_is(c->course.course.route, "esk");
}

static void acts(struct request *rq, struct chart_page *c) {
    c->view.acts.v = NEWS(rq->arena, struct view_act_link, 12);
    act(rq, c, CAP_MEASURE_WRITE, "/measure/phq9", "PHQ-9");
    act(rq, c, CAP_MEASURE_WRITE, "/measure", "Other measures");
    act(rq, c, CAP_SESSION_RUN, "/vitals", "Vital signs");
    act(rq, c, CAP_NOTE_WRITE, "/note", "Note");
    act(rq, c, CAP_COURSE_START, "/forecast", "Forecast");
    act(rq, c, CAP_RISK_REVIEW, "/risk", "Risk");
    act(rq, c, CAP_CHART_READ, "/adverse", "Adverse events");
    if (is_esk(c)) act(rq, c, CAP_REMS_READ, "/rems", "REMS");
    act(rq, c, CAP_REFERRAL_WRITE, "/edit", "Demographics");
    act(rq, c, CAP_PORTAL_GIVE, "/login", "Their own login");
    act(rq, c, CAP_CHART_READ, "/history", "History");
}

enum err page_patient(struct request *rq) {
    struct chart_page c = {0};
    TRY(show_patient(rq, STR_ABSENT, &c.p));
    TRY(course_view_load(rq->tx, rq->app->content, c.p.id, &c.course));
    TRY(consent_status_of(rq->tx, rq->app->content, c.p.id, &c.consents));
    c.view.title = STR("Chart");
    c.view.left.v = NEWS(rq->arena, struct view_list_panel, PANELS_MAX);
    c.view.right.v = NEWS(rq->arena, struct view_list_panel, PANELS_MAX);
    TRY(what_is_next(rq, &c));
    if (c.course.has) path(rq, &c);
    struct str scale = course_scale(rq->app->content, c.p.indication);
    if (scale.n) TRY(chart_outcome(rq, c.p.id, scale, &c.view.outcome));
    if (!c.view.outcome) TRY(chart_outcome(rq, c.p.id, STR("phq9"), &c.view.outcome));
    TRY(screening(rq, &c));
    TRY(workup_panel(rq, &c.p, &c.view.right.v[c.view.right.n++]));
    TRY(consents(rq, &c));
    TRY(conditions(rq, &c));
    TRY(medicines(rq, &c));
    TRY(allergies(rq, &c));
    TRY(workup_trial_panel(rq, c.p.id, &c.view.left.v[c.view.left.n++]));
    struct view_list_panel *had = &c.view.left.v[c.view.left.n++];
    TRY(after_show_exposure(rq, c.p.id, had));
    had->more = show_link(rq->arena, c.p.id, "/exposure");
    had->more_text = STR("Add what was given elsewhere");
    if (is_esk(&c) && web_allows(rq, CAP_REMS_READ))
        TRY(rems_show_enrolment(rq, c.p.id, &c.view.right.v[c.view.right.n++]));
    TRY(referrals(rq, &c));
    TRY(entries(rq, &c));
    acts(rq, &c);
    html_patient_page(rq->out, &c.view);
    page_close(rq);
    return E_OK;
}
