/*
 * On paper: a signed consent, the record of a dosing session, the handout. What stands on the
 * page stands here too, with what a page does not need: the exact text that was signed, and
 * whether the record still is what was signed.
 */
#include "app/consent.h"
#include "app/dosing.h"
#include "app/seal.h"
#include "base/clock.h"
#include "core/vitals.h"
#include "web/adverse_show.h"
#include "web/criteria_form.h"
#include "web/print.h"
#include "web/session_figure.h"
#include "web/session_live.h"
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
        if (str_starts(line, STR("# ")))
            paper_strong(&d->paper, str_slice(line, 2, line.n));
        else if (line.n)
            paper_text(&d->paper, line);
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
    paper_heading(&d->paper, STR("Signature"));
    if (c->strokes.n) paper_strokes(&d->paper, c->strokes);
    paper_pair(&d->paper, "Printed name", c->signer_name);
    paper_pair(&d->paper, "Who signed", relation_word(c->signer_relation));
    paper_pair(&d->paper, "Signed", show_datetime(rq->arena, c->signed_ms));
    paper_pair(&d->paper, "Meaning", c->meaning);
    paper_pair(&d->paper, "Taken by", show_account(rq, c->witness_id));
    TRY(put_interpreter(rq, d, c));
    if (c->withdrawn_ms.is) {
        paper_pair(&d->paper, "Withdrawn", show_datetime(rq->arena, c->withdrawn_ms.v));
        paper_pair(&d->paper, "Reason", c->withdrawn_reason);
    }
    paper_quiet(&d->paper, str_format(rq->arena, "Hash of the text %.*s", STR_ARG(c->text_hash)));
    paper_quiet(&d->paper, str_format(rq->arena, "Seal of the signature %.*s", STR_ARG(c->seal)));
    return E_OK;
}

enum err print_consent(struct request *rq, const struct consent *c, struct print *out) {
    enum consent_state state = consent_state(rq->arena, rq->app->content, c, rq->now_ms);
    TRY(print_open(rq, str_cut(c->text, '\n', &(struct str){0}), out));
    paper_pair(&out->paper, "State", str_from(consent_state_word(state)));
    if (state == CONSENT_BROKEN) paper_alert(&out->paper, consent_broken_text(rq->arena, c));
    paper_heading(&out->paper, STR("The text that was signed"));
    put_signed_text(out, c->text);
    return put_signature(rq, out, c);
}

enum err page_consent_pdf(struct request *rq) {
    struct print d;
    struct consent c;
    struct consent_statuses all;
    TRY(consent_status_of(rq->tx, rq->app->content, rq->path[0], &all));
    const struct consent_status *s = consent_status_named(&all, rq->path[1]);
    if (!s || !s->consent_id.n) return E_UNKNOWN;
    TRY(consent_load(rq->tx, s->consent_id, &c));
    TRY(print_consent(rq, &c, &d));
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
    if (recorded_ms - at_ms < SHOW_LATE_MS) return STR("");
    return str_format(rq->arena, "written %.*s", STR_ARG(show_time(rq->arena, recorded_ms)));
}

static void pair_at(struct request *rq, struct print *d, const char *name, struct maybe_int at_ms,
                    struct str who) {
    if (!at_ms.is) return;
    struct str at = show_datetime(rq->arena, at_ms.v);
    if (who.n) at = str_format(rq->arena, "%.*s, %.*s", STR_ARG(at), STR_ARG(who));
    paper_pair(&d->paper, name, at);
}

static void put_session_head(struct request *rq, struct session_print *s) {
    const struct dosing *row = &s->day.row;
    paper_pair(&s->d.paper, "State", show_session_word(row->state));
    paper_pair(&s->d.paper, "Route", show_route_word(row->route));
    if (row->weight_kg.is)
        paper_pair(&s->d.paper, "Weight", str_format(rq->arena, "%.1f kg", row->weight_kg.v));
    pair_at(rq, &s->d, "Checked in", (struct maybe_int){true, row->checked_in_ms},
            show_account(rq, row->checked_in_by));
    pair_at(rq, &s->d, "Gate passed", row->gate_passed_ms, show_account(rq, row->gate_passed_by));
    paper_pair(&s->d.paper, "Caution cleared", row->gate_reason);
    pair_at(rq, &s->d, "First dose", row->first_dose_ms, STR_ABSENT);
    paper_pair(&s->d.paper, "Stopped", row->stopped_reason);
}

/* A row of a table of paper, as many cells as it has columns. */
#define ROW(t, ...) print_row((t), (struct str[]){__VA_ARGS__})

static void put_doses(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {
        {"Given", 3}, {"Dose", 4}, {"Given by, checked by", 4}, {"Lot, expiry, reason", 5}};
    struct print_rows t = print_rows(rq, columns, 4, s->day.doses.n);
    for (ptrdiff_t i = 0; i < s->day.doses.n; i++) {
        const struct dose_of_dosing_row *d = &s->day.doses.v[i];
        ROW(&t, cell_time(rq, &s->day, d->given_ms),
            str_format(rq->arena, "%.*s %.*s, %.*s", STR_ARG(d->drug),
                       STR_ARG(show_given(rq->arena, d->given_ug, d->amount_ug)),
                       STR_ARG(show_route_word(d->route))),
            str_format(rq->arena, "%.*s, %.*s", STR_ARG(d->giver), STR_ARG(d->checker)),
            str_format(rq->arena, "%.*s, %.*s%s%.*s", STR_ARG(d->lot),
                       STR_ARG(show_date(rq->arena, d->expiry_date)), d->reason.n ? "; " : "",
                       STR_ARG(d->reason)));
    }
    print_table(&s->d, STR("Doses"), &t);
}

static struct str value_of(struct request *rq, const struct observation_of_dosing_row *o) {
    struct buf b = buf_new(rq->arena, 32);
    if (!o->value.is) return o->value_text;
    buf_real(&b, o->value.v, o->value.v == (double)(int64_t)o->value.v ? 0 : 1);
    buf_format(&b, " %.*s", STR_ARG(vitals_unit(o->unit)));
    return buf_str(&b);
}

static void put_observations(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {
        {"When", 3}, {"What", 5}, {"Value", 3, true}, {"Who", 4}, {"Late", 3}};
    struct print_rows t = print_rows(rq, columns, 5, s->day.observations.n);
    for (ptrdiff_t i = 0; i < s->day.observations.n; i++) {
        const struct observation_of_dosing_row *o = &s->day.observations.v[i];
        ROW(&t, cell_time(rq, &s->day, o->at_ms), o->display, value_of(rq, o),
            o->who.n ? o->who : STR("a device"), late(rq, o->at_ms, o->recorded_ms));
    }
    print_table(&s->d, STR("Measured"), &t);
}

static void put_events(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {
        {"When", 3}, {"What happened", 4}, {"Text", 6}, {"Who", 3}, {"Late", 3}};
    struct print_rows t = print_rows(rq, columns, 5, s->day.events.n);
    for (ptrdiff_t i = 0; i < s->day.events.n; i++) {
        const struct session_event_of_dosing_row *e = &s->day.events.v[i];
        const struct vitals_event *kind = vitals_event(rq->app->content->session, e->kind);
        ROW(&t, cell_time(rq, &s->day, e->at_ms), kind ? kind->text : e->kind, e->text,
            e->who.n ? e->who : STR("a device"),
            late(rq, e->at_ms, e->recorded_ms));
    }
    print_table(&s->d, STR("Events"), &t);
}

static struct str time_or(struct request *rq, struct maybe_int at_ms, struct str otherwise) {
    return at_ms.is ? show_time(rq->arena, at_ms.v) : otherwise;
}

static enum err put_alarms(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {
        {"Raised", 3}, {"Level", 2}, {"Alarm", 7}, {"Who answered, how it ended", 6}};
    struct alarm_rows rows;
    TRY(alarm_of_dosing(rq->tx, &(struct alarm_of_dosing_in){s->day.row.id}, &rows));
    struct print_rows t = print_rows(rq, columns, 4, rows.n);
    for (ptrdiff_t i = rows.n; i-- > 0;) {
        const struct alarm *a = &rows.v[i];
        ROW(&t, cell_time(rq, &s->day, a->raised_ms), a->level,
            str_format(rq->arena, "%.*s (%.*s)", STR_ARG(a->text), STR_ARG(a->source)),
            session_alarm_facts(rq, a));
    }
    print_table(&s->d, STR("Alarms"), &t);
    return E_OK;
}

static enum err put_adverse(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {
        {"Began", 3}, {"What, grade", 4}, {"Serious", 2}, {"Words", 4}, {"What is known of it", 6}};
    struct adverse_event_rows rows;
    TRY(adverse_of_session(rq->tx, &(struct adverse_of_session_in){s->day.row.id}, &rows));
    struct print_rows t = print_rows(rq, columns, 5, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        struct view_item item;
        TRY(adverse_show_item(rq, &rows.v[i], &item));
        ROW(&t, cell_time(rq, &s->day, rows.v[i].onset_ms), item.what, item.tag->word, item.who,
            item.detail);
    }
    print_table(&s->d, STR("Adverse events"), &t);
    return E_OK;
}

static enum err put_presence(struct request *rq, struct session_print *s) {
    static const struct paper_column columns[] = {{"Who", 4}, {"Role", 3}, {"From", 3}, {"To", 3}};
    struct presence_of_dosing_rows rows;
    TRY(presence_of_dosing(rq->tx, &(struct presence_of_dosing_in){s->day.row.id}, &rows));
    struct print_rows t = print_rows(rq, columns, 4, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        ROW(&t, rows.v[i].name, rows.v[i].role, cell_time(rq, &s->day, rows.v[i].from_ms),
            time_or(rq, rows.v[i].to_ms, STR("")));
    print_table(&s->d, STR("In the room"), &t);
    return E_OK;
}

/* The forecast with the signs under it; where there is none, the signs. */
static enum err put_picture(struct request *rq, struct session_print *s) {
    struct session_figure figure;
    TRY(session_figure(rq, &s->day, s->d.patient.birth_date, 0, &figure));
    print_figure(&s->d, figure.vitals);
    if (!figure.forecast) return E_OK;
    const struct view_forecast *f = figure.forecast;
    print_figure(&s->d, f->figure);
    for (ptrdiff_t i = 0; i < f->banners.n; i++) paper_strong(&s->d.paper, f->banners.v[i]);
    for (ptrdiff_t i = 0; i < f->lines.n; i++) paper_quiet(&s->d.paper, f->lines.v[i]);
    if (f->model.n) paper_quiet(&s->d.paper, f->model);
    for (ptrdiff_t i = 0; i < f->sources.n; i++) paper_quiet(&s->d.paper, f->sources.v[i]);
    if (f->advice.n) paper_quiet(&s->d.paper, f->advice);
    return E_OK;
}

static void put_going_home(struct request *rq, struct session_print *s) {
    const struct dosing *row = &s->day.row;
    if (!row->discharged_ms.is && !row->discharge_findings.n) return;
    print_rulings(
        rq, &s->d,
        criteria_rulings(rq, "home", "What the discharge gate said", row->discharge_findings));
    pair_at(rq, &s->d, "Discharge signed", row->discharged_ms,
            show_account(rq, row->discharged_by));
    pair_at(rq, &s->d, "No driving before", row->no_driving_until_ms, STR_ABSENT);
    paper_pair(&s->d.paper, "Escort", row->escort_name);
    paper_pair(&s->d.paper, "Relation", row->escort_relation);
}

enum err print_session(struct request *rq, struct print *out) {
    struct session_print s = {0};
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &s.day));
    if (!s.day.has) return E_UNKNOWN;
    struct str title = str_format(rq->arena, "%.*s, %.*s", STR_ARG(s.day.step.title),
                                  STR_ARG(show_day(rq->arena, s.day.row.checked_in_ms)));
    TRY(print_open(rq, title, &s.d));
    put_session_head(rq, &s);
    put_doses(rq, &s);
    put_events(rq, &s);
    TRY(put_adverse(rq, &s));
    TRY(put_alarms(rq, &s));
    TRY(put_presence(rq, &s));
    TRY(put_picture(rq, &s));
    put_observations(rq, &s);
    print_rulings(rq, &s.d,
                  criteria_rulings(rq, "gate", "What the gate said before the dose",
                                   s.day.row.gate_findings));
    put_going_home(rq, &s);
    *out = s.d;
    return E_OK;
}

enum err page_dosing_pdf(struct request *rq) {
    struct print d;
    TRY(print_session(rq, &d));
    return print_send(rq, &d, "session");
}

/* The handout ------------------------------------------------------------------------------- */

enum err print_handout(struct request *rq, struct print *out) {
    static const char *const notes[] = {"driving_hours", "driving_sleep", "driving_also"};
    struct dosing_day day;
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &day));
    if (!day.has || !day.row.no_driving_until_ms.is) return E_UNKNOWN;
    struct str until = show_datetime(rq->arena, day.row.no_driving_until_ms.v);
    TRY(print_open(rq, STR("After your session"), out));
    paper_pair(&out->paper, "Session", show_day(rq->arena, day.row.checked_in_ms));
    paper_alert(&out->paper, str_format(rq->arena, "No driving before %.*s", STR_ARG(until)));
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct str line = criteria_note(rq->app->content->discharge, notes[i]);
        if (line.n) paper_point(&out->paper, line);
    }
    if (day.row.escort_name.n)
        paper_text(&out->paper,
                   str_format(rq->arena, "You leave with %.*s.", STR_ARG(day.row.escort_name)));
    paper_heading(&out->paper, STR("If you need help"));
    paper_text(&out->paper,
               STR("Thoughts of ending your life, at any hour: call or text 988. Trouble "
                   "breathing, chest pain, or you cannot wake up properly: call 911."));
    return E_OK;
}

enum err page_handout_pdf(struct request *rq) {
    struct print d;
    TRY(print_handout(rq, &d));
    return print_send(rq, &d, "handout");
}
