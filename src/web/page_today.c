/*
 * today: what needs me now. A page of sections, each a concern; a role sees those that are
 * its own, the most pressing first. Every row leads to the page where the thing is done.
 */
#include "app/access.h"
#include "app/dosing.h"
#include "app/workup.h"
#include "base/clock.h"
#include "core/phase.h"
#include "web/adverse_show.h"
#include "web/risk_view.h"
#include "web/custody_show.h"
#include "web/rems_show.h"
#include "web/show.h"

/* The bit of a role in a section's set. */
#define AS(role) (1u << ROLE_##role)

enum { AHEAD_DAYS = 7, WINDOW_AHEAD_MS = 72 * 3600 * 1000 };

struct list {
    struct arena *arena;
    struct view_item *v;
    ptrdiff_t n, cap;
};

static struct view_item *add(struct list *l) {
    if (l->n == l->cap) {
        ptrdiff_t cap = l->cap ? l->cap * 2 : 16;
        l->v = arena_grow(l->arena, l->v, l->cap * (ptrdiff_t)sizeof *l->v,
                          cap * (ptrdiff_t)sizeof *l->v);
        l->cap = cap;
    }
    struct view_item *item = &l->v[l->n++];
    *item = (struct view_item){0};
    return item;
}

static void tag(struct request *rq, struct view_item *item, const char *level, struct str word) {
    item->tag = show_tag(rq->arena, level, word);
}

#define WHO(row)                                                                                  \
    show_who(rq->arena, (row)->preferred_name, (row)->given_name, (row)->family_name, (row)->mrn)

static struct str step_page(struct request *rq, struct str type, struct str patient_id,
                            struct str step_id) {
    const char *room = str_is(type, "dose") || str_is(type, "booster") ? "dosing"
                       : str_is(type, "integration")                   ? "integration"
                                                                       : "step";
    return str_format(rq->arena, "/patient/%.*s/%s/%.*s", STR_ARG(patient_id), room,
                      STR_ARG(step_id));
}

static enum err sessions(struct request *rq, struct list *l) {
    struct today_session_rows rows;
    TRY(today_session(rq->tx, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct today_session_row *r = &rows.v[i];
        struct view_item *item = add(l);
        item->link = step_page(rq, STR("dose"), r->patient_id, r->step_id);
        item->what = WHO(r);
        item->who = str_format(rq->arena, "%.*s session", STR_ARG(show_route_word(r->route)));
        item->when = r->first_dose_ms.is
                         ? str_format(rq->arena, "T+%d min",
                                      (int)((rq->now_ms - r->first_dose_ms.v) / MINUTE_MS))
                         : str_format(rq->arena, "in since %.*s",
                                      STR_ARG(show_time(rq->arena, r->checked_in_ms)));
        tag(rq, item, "information",
            show_stage(rq->app->content, DOSING_FACTS(r), rq->now_ms));
    }
    return E_OK;
}

static enum err steps_between(struct request *rq, struct list *l, int from, int to,
                              const char *type) {
    struct today_step_rows rows;
    int32_t today = clock_today(rq->now_ms);
    TRY(today_step(rq->tx,
                   &(struct today_step_in){date_text(rq->arena, today + from),
                                           date_text(rq->arena, today + to), str_from(type)},
                   &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct today_step_row *r = &rows.v[i];
        if (r->running) continue; /* among the sessions */
        struct view_item *item = add(l);
        item->link = step_page(rq, r->type, r->patient_id, r->step_id);
        item->what = WHO(r);
        item->who = r->title;
        item->when = from == to ? r->role : show_date(rq->arena, r->due_date);
        if (str_is(r->type, "dose"))
            item->who = str_format(rq->arena, "%.*s, %.*s %.*s", STR_ARG(r->title),
                                    STR_ARG(show_route_word(r->route)),
                                    STR_ARG(show_order(rq->arena, r->planned_dose)));
    }
    return E_OK;
}

static enum err due_today(struct request *rq, struct list *l) {
    return steps_between(rq, l, 0, 0, "");
}
static enum err due_soon(struct request *rq, struct list *l) {
    return steps_between(rq, l, 1, AHEAD_DAYS, "");
}

static enum err late(struct request *rq, struct list *l) {
    struct today_late_rows rows;
    int32_t today = clock_today(rq->now_ms), to;
    TRY(today_late(rq->tx, &(struct today_late_in){date_text(rq->arena, today)}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct today_late_row *r = &rows.v[i];
        struct view_item *item = add(l);
        item->link = step_page(rq, r->type, r->patient_id, r->step_id);
        item->what = WHO(r);
        item->who = r->title;
        item->when = show_date(rq->arena, r->due_date);
        int days = date_parse(r->window_to, &to) ? today - to : 0;
        tag(rq, item, "urgent",
            str_format(rq->arena, "%d %s late", days, days == 1 ? "day" : "days"));
    }
    return E_OK;
}

static enum err windows(struct request *rq, struct list *l) {
    struct today_window_rows rows;
    int64_t now = rq->now_ms;
    TRY(today_window(rq->tx, &(struct today_window_in){now, now + WINDOW_AHEAD_MS}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct today_window_row *r = &rows.v[i];
        struct view_item *item = add(l);
        item->link = step_page(rq, STR("integration"), r->patient_id, r->step_id);
        item->what = WHO(r);
        item->who = r->title;
        item->when = str_format(rq->arena, "closes in %d h",
                                (int)((r->closes_ms.v - now + HOUR_MS - 1) / HOUR_MS));
        bool closing = r->closes_ms.v - now < DAY_MS;
        tag(rq, item, closing ? "urgent" : "advisory", closing ? STR("closing") : STR("open"));
    }
    return E_OK;
}

static enum err risks(struct request *rq, struct list *l) {
    struct today_risk_rows rows;
    TRY(today_risk(rq->tx, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct today_risk_row *r = &rows.v[i];
        struct view_item *item = add(l);
        item->link = str_format(rq->arena, "/patient/%.*s/risk/%.*s", STR_ARG(r->patient_id),
                                STR_ARG(r->id));
        item->what = WHO(r);
        item->who = r->text;
        item->detail = str_format(rq->arena, "%.*s; with the %.*s", STR_ARG(risk_word(r->state)),
                                  STR_ARG(r->owner.n ? r->owner : r->owner_role));
        item->when = risk_when(rq, r->due_ms);
        item->tag = risk_tag(rq, r->level, r->due_ms);
    }
    return E_OK;
}

static enum err in_phase(struct request *rq, struct list *l, const char *phase, const char *what,
                         const char *room) {
    struct today_phase_rows rows;
    TRY(today_phase(rq->tx, &(struct today_phase_in){str_from(phase)}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct today_phase_row *r = &rows.v[i];
        struct view_item *item = add(l);
        item->link = str_format(rq->arena, "/patient/%.*s%s", STR_ARG(r->patient_id), room);
        item->what = WHO(r);
        item->who = str_from(what);
        item->when = str_format(rq->arena, "since %.*s",
                                STR_ARG(show_day(rq->arena, r->phase_since_ms)));
    }
    return E_OK;
}

static enum err referred(struct request *rq, struct list *l) {
    return in_phase(rq, l, "referred", "Referred: begin screening", "/screening");
}
static enum err screening(struct request *rq, struct list *l) {
    return in_phase(rq, l, "screening", "In screening: decide", "/screening");
}
static enum err eligible(struct request *rq, struct list *l) {
    return in_phase(rq, l, "eligible", "Eligible: consent, then start the course", "");
}

/* Whose work-up holds a decision up, or has lapsed in maintenance. */
static enum err workup(struct request *rq, struct list *l) {
    struct workup_lates late;
    TRY(workup_late_of_clinic(rq->tx, rq->app->content, &late));
    for (ptrdiff_t i = 0; i < late.n; i++) {
        const struct workup_view *w = &late.v[i].view;
        struct view_item *item = add(l);
        int first = 0;
        while (w->v[first].ruling.state < WORKUP_STALE) first++;
        item->link = show_link(rq->arena, late.v[i].patient->id, "/workup");
        item->what = WHO(late.v[i].patient);
        item->who = w->v[first].item->title;
        item->when = late.v[i].patient->phase;
        tag(rq, item, "urgent", str_format(rq->arena, "%d overdue", w->overdue));
    }
    return E_OK;
}

/* How many there are in each phase, in the order of the way. */
static enum err phases(struct request *rq, struct list *l) {
    struct today_phase_count_rows rows;
    TRY(today_phase_count(rq->tx, &rows));
    for (int p = 0; p < PHASE_COUNT; p++)
        for (ptrdiff_t i = 0; i < rows.n; i++) {
            struct str name = str_from(phase_name((enum phase)p));
            if (!str_eq(rows.v[i].phase, name)) continue;
            struct view_item *item = add(l);
            item->what = name;
            item->link = str_format(rq->arena, "/patients?phase=%.*s", STR_ARG(name));
            item->when = str_format(rq->arena, "%d", (int)rows.v[i].n);
        }
    return E_OK;
}

static enum err custody(struct request *rq, struct list *l) {
    struct view_item_list wants;
    TRY(custody_show_wants(rq, &wants));
    *l = (struct list){rq->arena, wants.v, wants.n, wants.n};
    return E_OK;
}

/* Who is to be told of a serious event, then what a tap left open. */
static enum err adverse(struct request *rq, struct list *l) {
    struct today_adverse_report_rows rows;
    struct today_adverse_draft_rows drafts;
    TRY(today_adverse_report(rq->tx, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct today_adverse_report_row *r = &rows.v[i];
        struct view_item *item = add(l);
        bool late_now = r->due_ms < rq->now_ms;
        item->link = show_link(rq->arena, r->patient_id, "/adverse/%.*s", STR_ARG(r->adverse_id));
        item->what = WHO(r);
        item->who = adverse_show_term(rq, r->term);
        item->detail = adverse_show_body(rq, r->body);
        item->when = show_datetime(rq->arena, r->due_ms);
        tag(rq, item, late_now ? "critical" : "urgent",
            late_now ? STR("late to tell") : STR("to be told"));
    }
    TRY(today_adverse_draft(rq->tx, &drafts));
    for (ptrdiff_t i = 0; i < drafts.n; i++) {
        const struct today_adverse_draft_row *r = &drafts.v[i];
        struct view_item *item = add(l);
        item->link = show_link(rq->arena, r->patient_id, "/adverse/%.*s", STR_ARG(r->adverse_id));
        item->what = WHO(r);
        item->who = adverse_show_term(rq, r->term);
        item->when = show_datetime(rq->arena, r->onset_ms);
        tag(rq, item, "advisory", STR("to be completed"));
    }
    return E_OK;
}

/* Who left a day ago, and has not been asked since. */
static enum err home_checks(struct request *rq, struct list *l) {
    struct today_home_check_rows rows;
    TRY(today_home_check(rq->tx, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct today_home_check_row *r = &rows.v[i];
        struct view_item *item = add(l);
        bool past = r->due_ms <= rq->now_ms;
        item->link = show_link(rq->arena, r->patient_id, "/call/%.*s", STR_ARG(r->id));
        item->what = WHO(r);
        item->when = show_datetime(rq->arena, r->due_ms);
        if (r->tries)
            item->who = str_format(rq->arena, "called without an answer: %d", (int)r->tries);
        tag(rq, item, past ? "urgent" : "information", past ? STR("to be called") : STR("not yet"));
    }
    return E_OK;
}

/* Forms of the REMS that are to be sent, the longest late first. */
static enum err rems_forms(struct request *rq, struct list *l) {
    struct rems_queue_rows rows;
    TRY(rems_queue(rq->tx, &(struct rems_queue_in){STR("drafted")}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) rems_show_item(rq, &rows.v[i], add(l));
    return E_OK;
}

static const struct section {
    const char *id, *title, *none;
    unsigned roles; /* who sees it */
    enum err (*load)(struct request *, struct list *);
} sections[] = {
    {"risk", "Risk alerts", "No alert is open.",
     AS(prescriber) | AS(therapist) | AS(director), risks},
    {"sessions", "Sessions now", "No session is running.",
     AS(prescriber) | AS(therapist) | AS(monitor) | AS(coordinator) | AS(director), sessions},
    {"adverse", "Adverse events", "No report is due, and none is to be completed.",
     AS(prescriber) | AS(monitor) | AS(therapist) | AS(director), adverse},
    {"home", "The day after", "Everybody who left was asked how they are.",
     AS(prescriber) | AS(monitor) | AS(therapist), home_checks},
    {"rems", "REMS forms to be sent", "No form of the REMS is to be sent.",
     AS(monitor) | AS(coordinator) | AS(director), rems_forms},
    {"due", "Due today", "Nothing is due today.",
     AS(prescriber) | AS(therapist) | AS(monitor) | AS(coordinator), due_today},
    {"windows", "Integration windows open", "No window is open.",
     AS(therapist) | AS(coordinator), windows},
    {"screening", "Waiting for a decision", "Nobody waits for a decision.",
     AS(prescriber) | AS(coordinator), screening},
    {"workup", "Work-up overdue", "No work-up is overdue.",
     AS(prescriber) | AS(coordinator) | AS(monitor), workup},
    {"referred", "New referrals", "No new referral.", AS(coordinator) | AS(prescriber), referred},
    {"eligible", "Eligible, not begun", "Everyone who is eligible has begun.",
     AS(prescriber) | AS(coordinator), eligible},
    {"late", "Late", "Nothing is late.",
     AS(prescriber) | AS(therapist) | AS(coordinator) | AS(director), late},
    {"register", "The register", "No incident is open, and nothing waits to be wasted or counted.",
     AS(prescriber) | AS(monitor) | AS(director), custody},
    {"phases", "Where everybody is", "There is no patient yet.", AS(director) | AS(auditor),
     phases},
    {"soon", "The next seven days", "Nothing is planned.",
     AS(therapist) | AS(coordinator) | AS(monitor), due_soon},
};

enum { SECTION_COUNT = sizeof sections / sizeof *sections, SHOWN = 12 };

static enum err load_section(struct request *rq, const struct section *s,
                             struct view_list_panel *out) {
    struct list l = {.arena = rq->arena};
    TRY(s->load(rq, &l));
    struct view_empty *none = NEW(rq->arena, struct view_empty);
    none->what = str_from(s->none);
    *out = (struct view_list_panel){.id = str_from(s->id),
                                    .title = str_from(s->title),
                                    .count = {l.n > 0 && s->load != phases, l.n},
                                    .rows = {l.v, l.n > SHOWN ? SHOWN : l.n},
                                    .empty = none};
    if (l.n > SHOWN) out->note = str_format(rq->arena, "The first %d of %td.", SHOWN, l.n);
    return E_OK;
}

/* Said to a role that no section is for. */
static struct str lead_of(enum role role) {
    switch (role) {
    case ROLE_admin: return STR("Accounts, settings and the journal of this clinic.");
    case ROLE_auditor: return STR("You can read every chart and the journal, and change nothing.");
    case ROLE_biller:
        return STR("Estimates, packages and superbills will stand here. This version keeps no "
                   "charges yet, and a biller reads no charts.");
    default: return STR_ABSENT;
    }
}

/* The rooms of those whose work is not patients. */
static struct view_act_link_list rooms_of(struct request *rq) {
    static const struct {
        const char *link, *word;
        enum capability capability;
        unsigned roles;
    } all[] = {
        {"/people", "People", CAP_PEOPLE_WRITE, AS(admin)},
        {"/settings", "Settings", CAP_SETTINGS_READ, AS(admin)},
        {"/outcomes", "Outcomes", CAP_OUTCOMES_READ, AS(director) | AS(auditor)},
        {"/journal", "Journal", CAP_JOURNAL_READ, AS(director) | AS(auditor) | AS(admin)},
        {"/journal?event=refused", "What was refused", CAP_JOURNAL_READ, AS(auditor) | AS(admin)},
        {"/journal?event=login_failed", "Logins that failed", CAP_JOURNAL_READ,
         AS(auditor) | AS(admin)},
    };
    struct view_act_link_list list = {NEWS(rq->arena, struct view_act_link, COUNT(all)), 0};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if ((all[i].roles & (1u << rq->account.role)) && web_allows(rq, all[i].capability))
            list.v[list.n++] =
                (struct view_act_link){str_from(all[i].link), str_from(all[i].word)};
    return list;
}

enum err page_today(struct request *rq) {
    struct view_today view = {.title = STR("Today"), .date = show_day(rq->arena, rq->now_ms)};
    if (rq->account.role == ROLE_patient) return web_redirect(rq, "/portal");
    view.panels.v = NEWS(rq->arena, struct view_list_panel, SECTION_COUNT);
    for (int i = 0; i < SECTION_COUNT; i++)
        if (sections[i].roles & (1u << rq->account.role))
            TRY(load_section(rq, &sections[i], &view.panels.v[view.panels.n++]));
    view.lead = lead_of(rq->account.role);
    view.rooms = rooms_of(rq);
    page_open(rq, "Today", view.title);
    html_today(rq->out, &view);
    page_close(rq);
    return E_OK;
}
