#include "app/risk.h"

#include "app/seal.h"
#include "app/settings.h"
#include "app/words.h"
#include "base/clock.h"

/* Times ------------------------------------------------------------------------------------ */

static enum err after(struct tx *tx, const struct risk_time *t, int64_t from_ms, int64_t *at_ms) {
    struct hours hours;
    struct str text;
    struct civil c = clock_civil(from_ms);
    TRY(setting_text(tx, SETTING_clinic_hours, &text));
    CHECK(hours_read(text, &hours), "a setting of kind hours can be read");
    struct civil_minute from = {c.days, c.hour * 60 + c.minute};
    struct risk_due due = risk_time_due(t, &hours, from);
    *at_ms = due.minutes >= 0
                 ? from_ms + due.minutes * MINUTE_MS
                 : clock_instant(due.at.days, due.at.minute / 60, due.at.minute % 60);
    return E_OK;
}

static enum alert_level level_of(const struct risk_alert *a) {
    enum alert_level l = ALERT_HIGH;
    CHECK(risk_level_parse(a->level, &l), "a stored level");
    return l;
}

static enum risk_state state_of(const struct risk_alert *a) {
    enum risk_state s = RISK_OPEN;
    CHECK(risk_state_parse(a->state, &s), "a stored state");
    return s;
}

/* The times of the state that the alert is in, from when it began. */
static enum err set_times(struct tx *tx, const struct risk_rules *r, struct risk_alert *a) {
    int64_t due_ms;
    a->due_ms = a->escalate_ms = (struct maybe_int){0};
    if (state_of(a) == RISK_CLOSED) return E_OK;
    TRY(after(tx, &r->timers[level_of(a)][state_of(a)], a->since_ms, &due_ms));
    a->due_ms = a->escalate_ms = (struct maybe_int){true, due_ms};
    return E_OK;
}

/* Triggers --------------------------------------------------------------------------------- */

static bool same(struct str a, struct str b) { return a.n == b.n && (a.n == 0 || str_eq(a, b)); }

static enum err known(struct tx *tx, const struct risk_alert *a, const struct risk_raise_in *in,
                      bool *is) {
    struct risk_trigger_of_rows rows;
    TRY(risk_trigger_of(tx, &(struct risk_trigger_of_in){a->id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++)
        if (str_is(rows.v[i].source, in->source) && same(rows.v[i].source_id, in->source_id) &&
            str_eq(rows.v[i].text, in->text))
            *is = true;
    return E_OK;
}

/* The alert that the trigger belongs to: one that is not assessed yet (its own C-SSRS screener
 * comes here), else a new one. */
static enum err find_alert(struct tx *tx, const struct risk_raise_in *in, struct risk_alert *out,
                           bool *is_known) {
    struct risk_alert_rows rows;
    *is_known = false;
    *out = (struct risk_alert){.patient_id = in->patient_id,
                               .concern = in->concern,
                               .level = str_from(risk_level_name(in->level)),
                               .state = str_from(risk_state_name(RISK_OPEN)),
                               .opened_ms = in->at_ms,
                               .since_ms = in->at_ms};
    TRY(risk_unclosed(tx, &(struct risk_unclosed_in){in->patient_id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        TRY(known(tx, &rows.v[i], in, is_known));
        if (str_eq(rows.v[i].concern, in->concern) && state_of(&rows.v[i]) < RISK_ASSESSED)
            *out = rows.v[i];
    }
    return E_OK;
}

static enum err join(struct tx *tx, const struct risk_rules *r, const struct risk_raise_in *in,
                     struct risk_alert *a) {
    int64_t due_ms;
    if (in->level <= level_of(a)) return E_OK;
    a->level = str_from(risk_level_name(in->level));
    TRY(after(tx, &r->timers[in->level][state_of(a)], in->at_ms, &due_ms));
    if (due_ms < a->due_ms.v) a->due_ms.v = due_ms;
    if (!a->escalate_ms.is || due_ms < a->escalate_ms.v)
        a->escalate_ms = (struct maybe_int){true, due_ms};
    return risk_alert_put(tx, a);
}

enum err risk_raise(struct tx *tx, const struct content *content,
                    const struct risk_raise_in *in) {
    const struct risk_rules *r = content->risk;
    struct risk_alert a;
    bool is_known;
    TRY(find_alert(tx, in, &a, &is_known));
    if (is_known) return E_OK;
    tx_event(tx, "risk_opened", in->text);
    if (a.version) {
        TRY(join(tx, r, in, &a));
    } else {
        a.owner_role = r->chain[0];
        TRY(set_times(tx, r, &a));
        TRY(risk_alert_put(tx, &a));
    }
    struct risk_trigger t = {.patient_id = in->patient_id,
                             .alert_id = a.id,
                             .source = str_from(in->source),
                             .source_id = in->source_id,
                             .level = str_from(risk_level_name(in->level)),
                             .text = in->text,
                             .at_ms = in->at_ms,
                             .account_id = tx->actor.account_id};
    return risk_trigger_put(tx, &t);
}

static enum alert_level level_in(const struct instrument *in, struct str text) {
    for (int i = 0; in && i < in->alert_count; i++)
        if (str_eq(in->alerts[i].text, text)) return in->alerts[i].level;
    return ALERT_MODERATE; /* of a version that is gone: looked at today */
}

/* An item that is higher than it was before the last dose. */
static enum err of_rise(struct tx *tx, const struct content *content, const struct response *r) {
    const struct risk_rows *rises = &content->risk->rises;
    for (int i = 0; i < rises->n; i++) {
        const struct risk_row *rise = &rises->v[i];
        struct response before;
        int64_t then, now;
        if (!str_eq(rise->place, r->instrument)) continue;
        struct risk_before_dose_in in = {r->patient_id, r->instrument, r->at_ms};
        enum err e = risk_before_dose(tx, &in, &before);
        if (e == E_UNKNOWN) continue;
        TRY(e);
        if (!str_to_int(pair_value(before.answers, rise->item), &then) ||
            !str_to_int(pair_value(r->answers, rise->item), &now) || now <= then)
            continue;
        struct risk_raise_in raise = {
            r->patient_id, "response", r->id, risk_concern(content->risk, r->instrument),
            rise->level,   rise->text, r->at_ms};
        TRY(risk_raise(tx, content, &raise));
    }
    return E_OK;
}

enum err risk_of_response(struct tx *tx, const struct content *content, const struct response *r,
                          enum risk_seen *seen) {
    const struct instrument *in = instrument_find(content->instruments, r->instrument);
    struct str concern = risk_concern(content->risk, r->instrument), lines = r->alerts;
    bool crisis = str_eq(concern, content->risk->concerns.v[0].name);
    *seen = RISK_SEEN_NOTHING;
    if (!r->alerts.n) return E_OK;
    while (lines.n > 0) {
        struct str text = str_cut(lines, '\n', &lines);
        enum alert_level level = level_in(in, text);
        struct risk_raise_in raise = {r->patient_id, "response", r->id,   concern,
                                      level,         text,       r->at_ms};
        TRY(risk_raise(tx, content, &raise));
        if (*seen == RISK_SEEN_NOTHING) *seen = RISK_SEEN_ALERT;
        if (crisis && level > ALERT_LOW) *seen = RISK_SEEN_CRISIS;
    }
    return of_rise(tx, content, r);
}

enum err risk_of_answers(struct tx *tx, const struct content *content, const char *place,
                         struct str patient_id, struct str source_id, struct str answers) {
    const struct risk_rows *signals = &content->risk->signals;
    for (int i = 0; i < signals->n; i++) {
        const struct risk_row *s = &signals->v[i];
        if (!str_is(s->place, place) || !str_eq(pair_value(answers, s->item), s->word)) continue;
        struct risk_raise_in in = {patient_id, place,   source_id, s->name,
                                   s->level,   s->text, tx->now_ms};
        TRY(risk_raise(tx, content, &in));
    }
    return E_OK;
}

static void want_text(struct str text, const char *what, struct faults *faults) {
    if (str_trim(text).n == 0)
        fault_add(faults, STR("text"), "required", "Write %s.", what);
    else if (text.n > RISK_TEXT_MAX)
        fault_add(faults, STR("text"), "length", "%d bytes at most; this has %td.", RISK_TEXT_MAX,
                  text.n);
}

enum err risk_of_person(struct tx *tx, const struct content *content, struct str patient_id,
                        struct str level, struct str text, struct faults *faults) {
    struct patient p;
    struct risk_raise_in in = {.patient_id = patient_id,
                               .source = "person",
                               .concern = content->risk->concerns.v[0].name,
                               .text = text,
                               .at_ms = tx->now_ms};
    want_text(text, "what you saw or heard", faults);
    if (!risk_level_parse(level, &in.level))
        fault_add(faults, STR("level"), "unknown", "The level is low, moderate or high.");
    TRY(faults_err(faults));
    TRY(patient_load(tx, patient_id, &p));
    return risk_raise(tx, content, &in);
}

/* Acts ------------------------------------------------------------------------------------- */

static const struct {
    const char *entry, *event, *what;
} acts[] = {[RISK_CONTACT] = {"contacted", "risk_contacted", "how it went"},
            [RISK_ASSESS] = {"assessed", "risk_assessed", "what was found"},
            [RISK_PLAN] = {"planned", "risk_planned", "what was agreed"},
            [RISK_FOLLOW] = {"follow_up", "risk_followed", "how the patient is"},
            [RISK_CLOSE] = {"closed", "risk_closed", "why it can be closed"}};

static bool nothing_found(const struct risk_alert *a) {
    return a->category.n == 0 || str_is(a->category, "none");
}

/* No category below the one that a C-SSRS screener since the trigger gave. */
static enum err check_category(struct tx *tx, const struct risk_do_in *in,
                               const struct risk_alert *a, struct faults *faults) {
    static const char *const words[] = {"none", "low", "moderate", "high", NULL};
    struct response_rows rows;
    if (!word_in(in->category, words)) {
        fault_add(faults, STR("category"), "unknown",
                  "The category is none, low, moderate or high.");
        return E_INVALID;
    }
    TRY(response_of_patient(
        tx, &(struct response_of_patient_in){a->patient_id, STR("cssrsscreener")}, &rows));
    const struct response *last = rows.n ? &rows.v[rows.n - 1] : NULL;
    if (!last || last->at_ms < a->opened_ms || !last->band.n) return E_OK;
    int given = 0, found = 0;
    for (int i = 0; words[i]; i++) {
        if (str_is(in->category, words[i])) given = i;
        if (str_is(last->band, words[i])) found = i;
    }
    if (given < found)
        fault_add(faults, STR("category"), "range",
                  "The C-SSRS screener since then says %s. Fill it in again if that has changed.",
                  words[found]);
    return faults_err(faults);
}

static enum err check_plan(struct tx *tx, const struct risk_rules *r, const struct risk_do_in *in,
                           const struct risk_alert *a, struct faults *faults) {
    struct safety_plan plan;
    if (!risk_plan_allows(r, in->how, level_of(a)))
        fault_add(faults, STR("how"), "range", "At level %.*s this alone is not enough.",
                  STR_ARG(a->level));
    TRY(faults_err(faults));
    if (!str_is(in->how, "safety_plan")) return E_OK;
    enum err e = safety_plan_latest(tx, &(struct safety_plan_latest_in){a->patient_id}, &plan);
    if (e != E_OK && e != E_UNKNOWN) return e;
    if (e == E_OK && plan.reviewed_ms >= a->opened_ms) return E_OK;
    fault_add(faults, STR("how"), "blocked",
              "Write the safety plan with the patient, or go through it again; then say so here.");
    return E_BLOCKED;
}

static enum err check_act(struct tx *tx, const struct risk_rules *r, const struct risk_do_in *in,
                          const struct risk_alert *a, enum risk_state *to, struct faults *faults) {
    enum risk_finding found = nothing_found(a) ? RISK_FINDING_NONE : RISK_FINDING_SOME;
    if (!risk_allows(state_of(a), found, in->act, to)) {
        fault_add(faults, STR(""), "state", "This cannot be done now: the alert is %.*s.",
                  STR_ARG(a->state));
        return E_BLOCKED;
    }
    want_text(in->text, acts[in->act].what, faults);
    if (in->act == RISK_ASSESS) TRY(check_category(tx, in, a, faults));
    if (in->act == RISK_PLAN) TRY(check_plan(tx, r, in, a, faults));
    return faults_err(faults);
}

static enum err put_entry(struct tx *tx, const struct risk_alert *a, const char *act,
                          struct str how, struct str category, struct str text) {
    struct risk_entry e = {.patient_id = a->patient_id,
                           .alert_id = a->id,
                           .act = str_from(act),
                           .how = how.n ? how : STR_ABSENT,
                           .category = category.n ? category : STR_ABSENT,
                           .text = text.n ? text : STR_ABSENT,
                           .at_ms = tx->now_ms,
                           .account_id = tx->actor.account_id};
    return risk_entry_put(tx, &e);
}

/* Who answers has it from then on. */
static enum err take(struct tx *tx, const struct risk_rules *r, struct risk_alert *a) {
    struct account who;
    TRY(account_load(tx, tx->actor.account_id, &who));
    a->owner_id = who.id;
    for (int i = 0; i < r->chain_n; i++)
        if (str_eq(r->chain[i], who.role)) a->owner_role = who.role;
    return E_OK;
}

/* What the signature is under: the alert with everything that led to it. */
static enum err seal_alert(struct tx *tx, struct risk_alert *a) {
    struct risk_trigger_of_rows triggers;
    struct risk_entry_of_rows entries;
    struct buf b = buf_new(tx->arena, 2048);
    TRY(risk_trigger_of(tx, &(struct risk_trigger_of_in){a->id}, &triggers));
    TRY(risk_entry_of(tx, &(struct risk_entry_of_in){a->id}, &entries));
    for (ptrdiff_t i = 0; i < triggers.n; i++)
        buf_format(&b, "%lld %.*s\n", (long long)triggers.v[i].at_ms, STR_ARG(triggers.v[i].text));
    for (ptrdiff_t i = 0; i < entries.n; i++)
        buf_format(&b, "%lld %.*s %.*s %.*s %.*s\n", (long long)entries.v[i].at_ms,
                   STR_ARG(entries.v[i].act), STR_ARG(entries.v[i].how),
                   STR_ARG(entries.v[i].category), STR_ARG(entries.v[i].text));
    a->seal = SEAL(tx->arena, a->id, a->patient_id, buf_str(&b), a->closed_reason, a->closed_by,
                   str_format(tx->arena, "%lld", (long long)a->closed_ms.v));
    return E_OK;
}

static enum err move(struct tx *tx, const struct risk_rules *r, const struct risk_do_in *in,
                     enum risk_state to, struct risk_alert *a) {
    a->state = str_from(risk_state_name(to));
    a->since_ms = tx->now_ms;
    if (in->act == RISK_ASSESS) {
        a->category = in->category;
        a->level = str_is(in->category, "none") ? STR("low") : in->category;
    }
    if (in->act == RISK_PLAN) a->plan = in->how;
    if (in->act == RISK_CLOSE) {
        a->closed_ms = (struct maybe_int){true, tx->now_ms};
        a->closed_by = tx->actor.account_id;
        a->closed_reason = in->text;
        TRY(seal_alert(tx, a));
    }
    return set_times(tx, r, a);
}

enum err risk_do(struct tx *tx, const struct content *content, const struct risk_do_in *in,
                 struct faults *faults) {
    struct risk_alert a;
    enum risk_state to;
    TRY(risk_alert_load(tx, in->alert_id, &a));
    if (!str_eq(a.patient_id, in->patient_id)) return E_UNKNOWN;
    if (in->expect && a.version != in->expect) return E_CONFLICT;
    TRY(check_act(tx, content->risk, in, &a, &to, faults));
    TRY(take(tx, content->risk, &a));
    bool tried = in->act == RISK_CONTACT && in->not_reached;
    tx_event(tx, tried ? "risk_tried" : acts[in->act].event, in->text);
    TRY(put_entry(tx, &a, tried ? "tried" : acts[in->act].entry, in->how, in->category, in->text));
    if (!tried) TRY(move(tx, content->risk, in, to, &a));
    return risk_alert_put(tx, &a);
}

/* The gate ---------------------------------------------------------------------------------- */

enum err risk_gate_word(struct tx *tx, struct str patient_id, struct str *word) {
    static const char *const words[] = {"none", "low", "open_low", "moderate", "high", "open"};
    struct risk_alert_rows rows;
    int worst = 0;
    TRY(risk_unclosed(tx, &(struct risk_unclosed_in){patient_id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        static const int assessed[] = {1, 3, 4};
        enum alert_level level = level_of(&rows.v[i]);
        bool waits = state_of(&rows.v[i]) < RISK_ASSESSED;
        int at = !waits ? assessed[level] : level == ALERT_LOW ? 2 : 5;
        if (at > worst) worst = at;
    }
    *word = str_from(words[worst]);
    return E_OK;
}

/* Time -------------------------------------------------------------------------------------- */

enum err risk_due(struct tx *tx, const struct app *app, bool *due) {
    struct risk_alert_rows rows;
    (void)app;
    TRY(risk_waiting(tx, &(struct risk_waiting_in){tx->now_ms}, &rows));
    *due = rows.n > 0;
    return E_OK;
}

static enum err escalate(struct tx *tx, const struct risk_rules *r, struct risk_alert *a) {
    struct str next = risk_next_role(r, a->owner_role);
    a->escalate_ms = (struct maybe_int){0};
    if (next.n) {
        a->owner_role = next;
        a->owner_id = STR_ABSENT;
        if (risk_next_role(r, next).n) {
            a->escalate_ms.is = true;
            TRY(after(tx, &r->again[level_of(a)], tx->now_ms, &a->escalate_ms.v));
        }
        tx_event(tx, "risk_escalated", next);
        TRY(put_entry(tx, a, "escalated", next, STR_ABSENT, STR_ABSENT));
    } else {
        tx_event(tx, "risk_escalated", STR("the chain has ended"));
    }
    return risk_alert_put(tx, a);
}

enum err risk_tick(struct tx *tx, const struct app *app) {
    struct risk_alert_rows rows;
    TRY(risk_waiting(tx, &(struct risk_waiting_in){tx->now_ms}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) TRY(escalate(tx, app->content->risk, &rows.v[i]));
    return E_OK;
}

static enum err adopt_some(struct tx *tx, const struct app *app, ptrdiff_t *n) {
    struct response_rows rows;
    enum risk_seen seen;
    TRY(risk_unraised(tx, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++)
        TRY(risk_of_response(tx, app->content, &rows.v[i], &seen));
    *n = rows.n;
    return E_OK;
}

enum err risk_adopt(const struct app *app, struct arena *a, int64_t now_ms) {
    struct actor self = {.clinic_id = app->clinic_id, .door = STR("watch")};
    ptrdiff_t n = 1;
    while (n > 0) {
        struct arena scratch = *a;
        struct response_rows rows;
        struct tx tx;
        TRY(tx_begin(&tx, app->store, &scratch, TX_READ, self, now_ms));
        TRY(tx_end(&tx, risk_unraised(&tx, &rows)));
        n = rows.n;
        if (n == 0) return E_OK;
        TRY(tx_begin(&tx, app->store, &scratch, TX_WRITE, self, now_ms));
        TRY(tx_end(&tx, adopt_some(&tx, app, &n)));
    }
    return E_OK;
}
