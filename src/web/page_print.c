/*
 * On paper: a signed consent, the record of a dosing session, the handout. What stands on the
 * page stands here too, with what a page does not need: the exact text that was signed, and
 * whether the record still is what was signed.
 */
#include "app/consent.h"
#include "app/dosing.h"
#include "app/seal.h"
#include "base/clock.h"
#include "web/criteria_form.h"
#include "web/print.h"
#include "web/session_figure.h"
#include "web/show.h"
#include "web/words.h"

/* A consent --------------------------------------------------------------------------------- */

static struct str relation_word(struct str relation) {
    if (str_is(relation, "self")) return STR("the patient");
    return str_is(relation, "guardian") ? STR("a guardian") : STR("a representative");
}

/* The text as it was shown, line by line; a line that begins with # is a heading. */
static void put_signed_text(struct print *d, struct str text) {
    while (text.n > 0) {
        struct str line = str_trim(str_cut(text, '\n', &text));
        if (str_starts(line, STR("# "))) paper_strong(&d->paper, str_slice(line, 2, line.n));
        else if (line.n) paper_text(&d->paper, line);
    }
}

static enum err put_interpreter(struct request *rq, struct print *d, const struct consent *c) {
    struct consent_help help;
    enum err e = consent_help_load(rq->tx, c->id, &help);
    if (e) return e == E_UNKNOWN ? E_OK : e;
    paper_pair(&d->paper, "Interpreter", help.interpreter);
    if (!str_eq(help.seal, consent_help_seal(rq->arena, c, &help)))
        paper_alert(&d->paper, STR("Who interpreted was changed after the signature."));
    return E_OK;
}

static enum err put_signature(struct request *rq, struct print *d, const struct consent *c) {
    struct account witness;
    paper_heading(&d->paper, STR("Signature"));
    if (c->strokes.n) paper_strokes(&d->paper, c->strokes);
    paper_pair(&d->paper, "Printed name", c->signer_name);
    paper_pair(&d->paper, "Who signed", relation_word(c->signer_relation));
    paper_pair(&d->paper, "Signed", show_datetime(rq->arena, c->signed_ms));
    paper_pair(&d->paper, "Meaning", c->meaning);
    if (c->witness_id.n) {
        TRY(account_load(rq->tx, c->witness_id, &witness));
        paper_pair(&d->paper, "Taken by", witness.display_name);
    }
    TRY(put_interpreter(rq, d, c));
    if (c->withdrawn_ms.is) {
        paper_pair(&d->paper, "Withdrawn", show_datetime(rq->arena, c->withdrawn_ms.v));
        paper_pair(&d->paper, "Reason", c->withdrawn_reason);
    }
    paper_quiet(&d->paper, str_format(rq->arena, "Hash of the text %.*s", STR_ARG(c->text_hash)));
    paper_quiet(&d->paper, str_format(rq->arena, "Seal of the signature %.*s", STR_ARG(c->seal)));
    return E_OK;
}

enum err page_consent_pdf(struct request *rq) {
    struct print d;
    struct consent c;
    struct consent_statuses all;
    const struct consent_doc *doc = content_consent(rq->app->content, rq->path[1]);
    if (!doc) return E_UNKNOWN;
    TRY(consent_status_of(rq->tx, rq->app->content, rq->path[0], &all));
    const struct consent_status *s = consent_status_named(&all, doc->id);
    if (!s || !s->consent_id.n) return E_UNKNOWN;
    TRY(consent_load(rq->tx, s->consent_id, &c));
    struct str title = str_cut(c.text, '\n', &(struct str){0});
    TRY(print_open(rq, title, &d));
    paper_pair(&d.paper, "State", str_from(consent_state_word(s->state)));
    if (s->state == CONSENT_BROKEN) paper_alert(&d.paper, consent_broken_text(rq->arena, &c));
    paper_heading(&d.paper, STR("The text that was signed"));
    put_signed_text(&d, c.text);
    TRY(put_signature(rq, &d, &c));
    return print_send(rq, &d, "consent");
}

/* A session --------------------------------------------------------------------------------- */

struct session_print {
    struct print d;
    struct dosing_day day;
};

static struct str cell_time(struct request *rq, const struct dosing_day *day, int64_t at_ms) {
    if (!day->row.first_dose_ms.is) return show_time(rq->arena, at_ms);
    return str_format(rq->arena, "%.*s, T%+d", STR_ARG(show_time(rq->arena, at_ms)),
                      (int)((at_ms - day->row.first_dose_ms.v) / MINUTE_MS));
}

static struct str late(struct request *rq, int64_t at_ms, int64_t recorded_ms) {
    if (recorded_ms - at_ms < 5 * MINUTE_MS) return STR("");
    return str_format(rq->arena, "written %.*s", STR_ARG(show_time(rq->arena, recorded_ms)));
}

static enum err name_of(struct request *rq, struct str account_id, struct str *out) {
    struct account a;
    *out = STR_ABSENT;
    if (!account_id.n) return E_OK;
    enum err e = account_load(rq->tx, account_id, &a);
    if (e == E_OK) *out = a.display_name;
    return e == E_UNKNOWN ? E_OK : e;
}

static void pair_at(struct request *rq, struct print *d, const char *name, struct maybe_int at_ms,
                    struct str who) {
    if (!at_ms.is) return;
    struct str at = show_datetime(rq->arena, at_ms.v);
    if (who.n) at = str_format(rq->arena, "%.*s, %.*s", STR_ARG(at), STR_ARG(who));
    paper_pair(&d->paper, name, at);
}

static enum err put_session_head(struct request *rq, struct session_print *s) {
    const struct dosing *row = &s->day.row;
    struct str checked_in_by, cleared_by;
    TRY(name_of(rq, row->checked_in_by, &checked_in_by));
    TRY(name_of(rq, row->gate_passed_by, &cleared_by));
    paper_pair(&s->d.paper, "State", show_session_word(row->state));
    paper_pair(&s->d.paper, "Route", show_route_word(row->route));
    if (row->weight_kg.is)
        paper_pair(&s->d.paper, "Weight", str_format(rq->arena, "%.1f kg", row->weight_kg.v));
    pair_at(rq, &s->d, "Checked in", (struct maybe_int){true, row->checked_in_ms}, checked_in_by);
    pair_at(rq, &s->d, "Gate passed", row->gate_passed_ms, cleared_by);
    paper_pair(&s->d.paper, "Caution cleared", row->gate_reason);
    pair_at(rq, &s->d, "First dose", row->first_dose_ms, STR_ABSENT);
    paper_pair(&s->d.paper, "Stopped", row->stopped_reason);
    return E_OK;
}

static void put_doses(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {{"Given", 3, false},
                                                  {"Dose", 4, false},
                                                  {"Given by, checked by", 4, false},
                                                  {"Lot, expiry, reason", 5, false}};
    ptrdiff_t n = s->day.doses.n;
    struct str *cells = NEWS(rq->arena, struct str, 4 * n);
    for (ptrdiff_t i = 0; i < n; i++) {
        const struct dose_of_dosing_row *d = &s->day.doses.v[i];
        struct str *c = cells + 4 * i;
        c[0] = cell_time(rq, &s->day, d->given_ms);
        c[1] = str_format(rq->arena, "%.*s %.*s, %.*s", STR_ARG(d->drug),
                          STR_ARG(show_mg(rq->arena, d->amount_ug)),
                          STR_ARG(show_route_word(d->route)));
        c[2] = str_format(rq->arena, "%.*s, %.*s", STR_ARG(d->giver), STR_ARG(d->checker));
        c[3] = str_format(rq->arena, "%.*s, %.*s%s%.*s", STR_ARG(d->lot),
                          STR_ARG(show_date(rq->arena, d->expiry_date)), d->reason.n ? "; " : "",
                          STR_ARG(d->reason));
    }
    if (n == 0) return;
    paper_heading(&s->d.paper, STR("Doses"));
    paper_table(&s->d.paper, columns, 4, cells, n);
}

static struct str value_of(struct request *rq, const struct observation_of_dosing_row *o) {
    struct buf b = buf_new(rq->arena, 32);
    if (!o->value.is) return o->value_text;
    buf_real(&b, o->value.v, o->value.v == (double)(int64_t)o->value.v ? 0 : 1);
    buf_format(&b, " %.*s", STR_ARG(show_unit(o->unit)));
    return buf_str(&b);
}

static void put_observations(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {{"When", 3, false},
                                                  {"What", 5, false},
                                                  {"Value", 3, true},
                                                  {"Who", 4, false},
                                                  {"Late", 3, false}};
    ptrdiff_t n = s->day.observations.n;
    struct str *cells = NEWS(rq->arena, struct str, 5 * n);
    for (ptrdiff_t i = 0; i < n; i++) {
        const struct observation_of_dosing_row *o = &s->day.observations.v[i];
        struct str *c = cells + 5 * i;
        c[0] = cell_time(rq, &s->day, o->at_ms);
        c[1] = o->display;
        c[2] = value_of(rq, o);
        c[3] = o->who.n ? o->who : STR("a device");
        c[4] = late(rq, o->at_ms, o->recorded_ms);
    }
    if (n == 0) return;
    paper_heading(&s->d.paper, STR("Measured"));
    paper_table(&s->d.paper, columns, 5, cells, n);
}

static void put_events(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {{"When", 3, false},
                                                  {"What happened", 4, false},
                                                  {"Text", 6, false},
                                                  {"Who", 3, false},
                                                  {"Late", 3, false}};
    ptrdiff_t n = s->day.events.n;
    struct str *cells = NEWS(rq->arena, struct str, 5 * n);
    for (ptrdiff_t i = 0; i < n; i++) {
        const struct session_event_of_dosing_row *e = &s->day.events.v[i];
        const struct vitals_event *kind = vitals_event(rq->app->content->session, e->kind);
        struct str *c = cells + 5 * i;
        c[0] = cell_time(rq, &s->day, e->at_ms);
        c[1] = kind ? kind->text : e->kind;
        c[2] = e->text;
        c[3] = e->who;
        c[4] = late(rq, e->at_ms, e->recorded_ms);
    }
    if (n == 0) return;
    paper_heading(&s->d.paper, STR("Events"));
    paper_table(&s->d.paper, columns, 5, cells, n);
}

static enum err put_alarms(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {
        {"Raised", 3, false}, {"Level", 2, false}, {"Alarm", 7, false}, {"Seen, ended", 4, false}};
    struct alarm_rows rows;
    TRY(alarm_of_dosing(rq->tx, &(struct alarm_of_dosing_in){s->day.row.id}, &rows));
    struct str *cells = NEWS(rq->arena, struct str, 4 * rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct alarm *a = &rows.v[rows.n - 1 - i];
        struct str *c = cells + 4 * i;
        c[0] = cell_time(rq, &s->day, a->raised_ms);
        c[1] = a->level;
        c[2] = str_format(rq->arena, "%.*s (%.*s)%s%.*s", STR_ARG(a->text), STR_ARG(a->source),
                          a->reason.n ? " " : "", STR_ARG(a->reason));
        c[3] =
            str_format(rq->arena, "%.*s, %.*s",
                       STR_ARG(a->acknowledged_ms.is ? show_time(rq->arena, a->acknowledged_ms.v)
                                                     : STR("not seen")),
                       STR_ARG(a->ended_ms.is ? show_time(rq->arena, a->ended_ms.v) : STR("open")));
    }
    if (rows.n == 0) return E_OK;
    paper_heading(&s->d.paper, STR("Alarms"));
    paper_table(&s->d.paper, columns, 4, cells, rows.n);
    return E_OK;
}

static enum err put_presence(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {
        {"Who", 4, false}, {"Role", 3, false}, {"From", 3, false}, {"To", 3, false}};
    struct presence_of_dosing_rows rows;
    TRY(presence_of_dosing(rq->tx, &(struct presence_of_dosing_in){s->day.row.id}, &rows));
    struct str *cells = NEWS(rq->arena, struct str, 4 * rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        struct str *c = cells + 4 * i;
        c[0] = rows.v[i].name;
        c[1] = rows.v[i].role;
        c[2] = cell_time(rq, &s->day, rows.v[i].from_ms);
        c[3] = rows.v[i].to_ms.is ? cell_time(rq, &s->day, rows.v[i].to_ms.v) : STR("");
    }
    if (rows.n == 0) return E_OK;
    paper_heading(&s->d.paper, STR("In the room"));
    paper_table(&s->d.paper, columns, 4, cells, rows.n);
    return E_OK;
}

/* The forecast with the signs under it; where there is none, the signs. */
static enum err put_picture(struct request *rq, struct session_print *s) {
    struct session_figure figure;
    TRY(session_figure(rq, &s->day, s->d.patient.birth_date, 0, &figure));
    print_figure(&s->d, figure.vitals);
    if (!figure.forecast) return E_OK;
    print_figure(&s->d, figure.forecast->figure);
    for (ptrdiff_t i = 0; i < figure.forecast->lines.n; i++)
        paper_quiet(&s->d.paper, figure.forecast->lines.v[i]);
    if (figure.forecast->model.n) paper_quiet(&s->d.paper, figure.forecast->model);
    if (figure.forecast->advice.n) paper_quiet(&s->d.paper, figure.forecast->advice);
    return E_OK;
}

static void put_rulings(struct request *rq, struct session_print *s, const char *title,
                        struct str document) {
    struct view_list_panel panel = criteria_rulings(rq, "rulings", title, document);
    print_panel(rq, &s->d, &panel);
}

static enum err put_going_home(struct request *rq, struct session_print *s) {
    const struct dosing *row = &s->day.row;
    struct str by;
    TRY(name_of(rq, row->discharged_by, &by));
    if (!row->discharged_ms.is && !row->discharge_findings.n) return E_OK;
    put_rulings(rq, s, "What the discharge gate said", row->discharge_findings);
    pair_at(rq, &s->d, "Discharge signed", row->discharged_ms, by);
    pair_at(rq, &s->d, "No driving before", row->no_driving_until_ms, STR_ABSENT);
    paper_pair(&s->d.paper, "Escort", row->escort_name);
    paper_pair(&s->d.paper, "Relation", row->escort_relation);
    return E_OK;
}

enum err page_dosing_pdf(struct request *rq) {
    struct session_print s = {0};
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &s.day));
    if (!s.day.has) return E_UNKNOWN;
    struct str title = str_format(rq->arena, "%.*s, %.*s", STR_ARG(s.day.step.title),
                                  STR_ARG(show_day(rq->arena, s.day.row.checked_in_ms)));
    TRY(print_open(rq, title, &s.d));
    TRY(put_session_head(rq, &s));
    put_doses(rq, &s);
    put_events(rq, &s);
    TRY(put_alarms(rq, &s));
    TRY(put_presence(rq, &s));
    TRY(put_picture(rq, &s));
    put_observations(rq, &s);
    put_rulings(rq, &s, "What the gate said before the dose", s.day.row.gate_findings);
    TRY(put_going_home(rq, &s));
    return print_send(rq, &s.d, "session");
}

/* The handout ------------------------------------------------------------------------------- */

enum err page_handout_pdf(struct request *rq) {
    static const char *const notes[] = {"driving_hours", "driving_sleep", "driving_also"};
    struct print d;
    struct dosing_day day;
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &day));
    if (!day.has || !day.row.no_driving_until_ms.is) return E_UNKNOWN;
    TRY(print_open(rq, STR("After your session"), &d));
    paper_pair(&d.paper, "Session", show_day(rq->arena, day.row.checked_in_ms));
    paper_alert(&d.paper,
                str_format(rq->arena, "No driving before %.*s",
                           STR_ARG(show_datetime(rq->arena, day.row.no_driving_until_ms.v))));
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct str line = criteria_note(rq->app->content->discharge, notes[i]);
        if (line.n) paper_point(&d.paper, line);
    }
    if (day.row.escort_name.n)
        paper_text(&d.paper,
                   str_format(rq->arena, "You leave with %.*s.", STR_ARG(day.row.escort_name)));
    paper_heading(&d.paper, STR("If you need help"));
    paper_text(&d.paper, STR("Thoughts of ending your life, at any hour: call or text 988. Trouble "
                             "breathing, chest pain, or you cannot wake up properly: call 911."));
    return print_send(rq, &d, "handout");
}
