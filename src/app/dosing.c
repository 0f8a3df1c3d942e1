#include "app/dosing.h"

#include <stdlib.h>
#include <string.h>

#include "app/alarm.h"
#include "app/chart.h"
#include "app/consent.h"
#include "app/course.h"
#include "app/enrolment.h"
#include "app/infusion.h"
#include "app/presence.h"
#include "app/rems.h"
#include "app/vigil.h"
#include "app/risk.h"
#include "app/room.h"
#include "app/words.h"
#include "base/clock.h"
#include "core/outcome.h"
#include "core/screening.h"

/* Loading ----------------------------------------------------------------------------------- */

enum err dosing_load_day(struct tx *tx, struct str patient_id, struct str step_id,
                         struct dosing_day *out) {
    *out = (struct dosing_day){0};
    TRY(step_load(tx, step_id, &out->step));
    if (!str_eq(out->step.patient_id, patient_id)) return E_UNKNOWN;
    TRY(course_load(tx, out->step.course_id, &out->course));
    enum err e = dosing_of_step(tx, &(struct dosing_of_step_in){step_id}, &out->row);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    out->has = true;
    struct str id = out->row.id;
    TRY(dose_of_dosing(tx, &(struct dose_of_dosing_in){id}, &out->doses));
    TRY(observation_of_dosing(tx, &(struct observation_of_dosing_in){id}, &out->observations));
    TRY(session_event_of_dosing(tx, &(struct session_event_of_dosing_in){id}, &out->events));
    for (ptrdiff_t i = 0; i < out->doses.n; i++) {
        struct infusion in;
        TRY(infusion_of(tx, id, &out->doses.v[i], &in));
        out->given_ug += out->doses.v[i].given_ug;
        out->delivered_ug += in.delivered_ug;
    }
    return E_OK;
}

struct maybe_real dosing_value_at(const struct dosing_day *d, int64_t at_ms, const char *code) {
    for (ptrdiff_t i = 0; i < d->observations.n; i++) {
        const struct observation_of_dosing_row *o = &d->observations.v[i];
        if (o->at_ms == at_ms && o->value.is && str_is(o->code, code)) return o->value;
    }
    return (struct maybe_real){0};
}

static void add_diastolic(const struct dosing_day *d, int64_t at_ms, struct measured *m) {
    struct maybe_real low = dosing_value_at(d, at_ms, vital_meanings[VITAL_diastolic].loinc);
    if (!low.is) return;
    m->parts = 2;
    m->v[1] = low.v;
}

struct measured dosing_last(const struct dosing_day *d, const char *loinc, int64_t before_ms,
                            int64_t *at_ms) {
    bool pressure = str_is(str_from(loinc), vital_meanings[VITAL_systolic].loinc);
    struct measured m = {0};
    *at_ms = 0;
    for (ptrdiff_t i = d->observations.n; i-- > 0;) {
        const struct observation_of_dosing_row *o = &d->observations.v[i];
        if (o->at_ms >= before_ms || !o->value.is || !str_is(o->code, loinc)) continue;
        *at_ms = o->at_ms;
        m = (struct measured){1, {o->value.v}};
        if (pressure) add_diastolic(d, o->at_ms, &m);
        return m;
    }
    return m;
}

static struct str rulings_text(struct arena *a, const struct rulings *r) {
    struct buf b = buf_new(a, 1024);
    ruling_json(&b, r);
    return buf_str(&b);
}

/* Where it stands --------------------------------------------------------------------------- */

int64_t dosing_instant(struct maybe_int at_ms) { return at_ms.is ? at_ms.v : VITALS_NO_TIME; }

static int64_t last_seen(const struct dosing_day *d, const char *kind) {
    int64_t at_ms = VITALS_NO_TIME;
    for (ptrdiff_t i = 0; i < d->events.n; i++)
        if (str_is(d->events.v[i].kind, kind)) at_ms = d->events.v[i].at_ms;
    return at_ms;
}

struct stage_facts dosing_stage_facts(const struct dosing_day *d) {
    if (!d->has) return stage_nothing();
    const struct dosing *row = &d->row;
    return (struct stage_facts){.route = row->route,
                                .checked_in_ms = row->checked_in_ms,
                                .gate_passed_ms = dosing_instant(row->gate_passed_ms),
                                .dose_ms = dosing_instant(row->first_dose_ms),
                                .dose_end_ms = dosing_instant(row->last_dose_ms),
                                .peak_ms = last_seen(d, "peak"),
                                .offset_ms = last_seen(d, "offset"),
                                .ready_ms = dosing_instant(row->ready_ms),
                                .discharged_ms = dosing_instant(row->discharged_ms),
                                .stopped = row->stopped_reason.n > 0};
}

enum stage dosing_stage(const struct content *content, const struct dosing_day *d,
                        int64_t now_ms) {
    struct stage_facts f = dosing_stage_facts(d);
    return stage_of(content->session, &f, now_ms);
}

/* The day that an act works on, at a stage that allows it. */
static enum err open_day(struct tx *tx, const struct content *content, struct str patient_id,
                         struct str step_id, enum stage_act act, struct dosing_day *d,
                         struct faults *faults) {
    TRY(dosing_load_day(tx, patient_id, step_id, d));
    struct stage_facts f = dosing_stage_facts(d);
    if (stage_allows(content->session, &f, tx->now_ms, act)) return E_OK;
    fault_add(faults, STR(""), "state", "This cannot be done now: the session is %s%s.",
              stage_word(stage_of(content->session, &f, tx->now_ms)),
              f.stopped && d->doses.n ? ", and was stopped" : "");
    return E_BLOCKED;
}

/* Check-in ---------------------------------------------------------------------------------- */

static enum err record_weight(struct tx *tx, const struct dosing *row, struct faults *faults) {
    struct vitals_place place = {.patient_id = row->patient_id, .dosing_id = row->id};
    struct vitals v = {.weight = row->weight_kg};
    return row->weight_kg.is ? chart_vitals(tx, &place, &v, faults) : E_OK;
}

/* What another act brings onto the timeline; the act names its own event after it. */
static enum err record_event(struct tx *tx, const struct dosing *d, const char *kind,
                             struct str text) {
    struct session_event row = {.patient_id = d->patient_id,
                                .dosing_id = d->id,
                                .kind = str_from(kind),
                                .text = text,
                                .at_ms = tx->now_ms,
                                .recorded_ms = tx->now_ms,
                                .account_id = tx->actor.account_id};
    tx_event(tx, "event_recorded", STR_ABSENT);
    return session_event_put(tx, &row);
}

/* What the patient means to do with today, in their words. */
static enum err record_intention(struct tx *tx, const struct dosing *d, struct str text) {
    if (str_trim(text).n == 0) return E_OK;
    TRY(record_event(tx, d, "intention", text));
    tx_event(tx, "session_checked_in", STR_ABSENT);
    return E_OK;
}

enum err dosing_check_in(struct tx *tx, const struct dosing_check_in *in, struct faults *faults,
                         struct dosing *out) {
    struct dosing_day d;
    enum step_type type;
    TRY(dosing_load_day(tx, in->patient_id, in->step_id, &d));
    bool again = d.has && !str_is(d.row.state, "stopped");
    if (again || !str_is(d.step.state, "planned") || !protocol_type_parse(d.step.type, &type) ||
        !protocol_is_dose(type)) {
        fault_add(faults, STR(""), "state", "There is nothing to check in for: this step is %.*s.",
                  STR_ARG(again ? d.row.state : d.step.state));
        return E_BLOCKED;
    }
    *out = (struct dosing){.patient_id = in->patient_id,
                           .course_id = d.course.id,
                           .step_id = in->step_id,
                           .state = STR("checked_in"),
                           .route = d.course.route,
                           .weight_kg = in->weight_kg,
                           .checked_in_ms = tx->now_ms,
                           .checked_in_by = tx->actor.account_id,
                           .escort_name = in->escort_name,
                           .escort_relation = in->escort_relation,
                           .escort_phone = in->escort_phone};
    tx_event(tx, "session_checked_in", STR_ABSENT);
    TRY(dosing_put(tx, out));
    TRY(record_intention(tx, out, in->intention));
    if (in->room_id.n) TRY(room_take(tx, out, in->room_id, tx->now_ms, faults));
    return record_weight(tx, out, faults);
}

/* The gate ---------------------------------------------------------------------------------- */

bool dosing_gate_known(struct str item) {
    static const char *const known[] = {
        "bp", "hr", "spo2", "rr", "temp", "consent", "phq9_age", "risk_alert", "allergy",
        "rems_site", "rems_pharmacy", "rems_prescriber", "rems_patient", "room_ready", NULL};
    return word_in(item, known);
}

enum { GATE_BP_MAX = 256, KNOWN_MAX = 16 };

/* What the gate looks at, as of an instant: what was measured from `from_ms` to it. */
struct gate_look {
    const struct content *content;
    const struct dosing_day *d;
    int64_t from_ms, at_ms;
};

static struct gate_look look_at(const struct content *content, const struct dosing_day *d,
                                int64_t at_ms) {
    return (struct gate_look){content, d, at_ms - gate_fresh_ms(content->gate), at_ms};
}

/* The newest, oldest first. */
static int bp_readings(struct arena *a, const struct gate_look *l, struct gate_bp *out) {
    int n = GATE_BP_MAX;
    for (ptrdiff_t i = l->d->observations.n; i-- > 0 && n > 0;) {
        const struct observation_of_dosing_row *o = &l->d->observations.v[i];
        if (!str_is(o->code, vital_meanings[VITAL_systolic].loinc) || !o->value.is) continue;
        if (o->at_ms < l->from_ms || o->at_ms > l->at_ms) continue;
        struct maybe_real low =
            dosing_value_at(l->d, o->at_ms, vital_meanings[VITAL_diastolic].loinc);
        if (low.is)
            out[--n] = (struct gate_bp){(int)o->value.v, (int)low.v, o->at_ms,
                                        clock_time_text(a, o->at_ms)};
    }
    memmove(out, out + n, (size_t)(GATE_BP_MAX - n) * sizeof *out);
    return GATE_BP_MAX - n;
}

struct value_list {
    struct criteria_value *v;
    ptrdiff_t n;
};

static void add_measured(struct arena *a, const struct gate_look *look, struct value_list *l,
                         const char *item, enum vital_kind kind) {
    int64_t at_ms;
    struct measured m =
        dosing_last(look->d, vital_meanings[kind].loinc, look->at_ms + 1, &at_ms);
    bool known = m.parts && at_ms >= look->from_ms;
    l->v[l->n++] = (struct criteria_value){.item = str_from(item),
                                           .state = known ? VALUE_KNOWN : VALUE_UNKNOWN,
                                           .v = m,
                                           .when = clock_time_text(a, at_ms)};
}

static struct criteria_value said(const char *item, struct str word) {
    return (struct criteria_value){
        .item = str_from(item), .state = VALUE_KNOWN, .word = word};
}

/* Allergic to the drug, or to what some vials of racemic ketamine hold besides. */
static enum err allergy_word(struct tx *tx, const struct content *content,
                             const struct dosing *row, struct str *word) {
    const struct codes *codes = content->screening->codes;
    struct allergy_rows rows;
    *word = STR("none");
    TRY(allergy_of_patient(tx, &(struct allergy_of_patient_in){row->patient_id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct allergy *a = &rows.v[i];
        bool drug = codes_ingredient(
            codes, a->display, codes_class(&codes->medicines, STR("ketamine"))).n > 0;
        bool other = codes_ingredient(
            codes, a->display, codes_class(&codes->medicines, STR("benzethonium"))).n > 0;
        if (str_is(a->status, "active") && (drug || (other && !str_is(row->route, "esk"))))
            *word = STR("listed");
    }
    return E_OK;
}

/* What the REMS wants of whoever gives esketamine. */
static enum err add_enrolled(struct tx *tx, const struct dosing_day *d, struct value_list *l) {
    static const char *const items[] = {"rems_site", "rems_pharmacy", "rems_prescriber",
                                        "rems_patient"};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        struct str word;
        TRY(enrolment_gate_word(tx, &d->course, items[i] + sizeof "rems_" - 1, &word));
        l->v[l->n++] = said(items[i], word);
    }
    return E_OK;
}

static enum err add_known(struct tx *tx, const struct gate_look *look, struct value_list *l) {
    const struct dosing *row = &look->d->row;
    struct consent_statuses consents;
    struct response_rows phq9;
    struct str word;
    TRY(consent_status_for(tx, look->content, row->patient_id, row->route, &consents));
    l->v[l->n++] = said("consent", consents.in_force ? STR("yes") : STR("no"));
    TRY(response_of_patient(
        tx, &(struct response_of_patient_in){row->patient_id, STR("phq9")}, &phq9));
    struct criteria_value age = {.item = STR("phq9_age")};
    if (phq9.n) {
        age.state = VALUE_KNOWN;
        age.v = (struct measured){
            1, {(double)((look->at_ms - phq9.v[phq9.n - 1].at_ms) / DAY_MS)}};
    }
    l->v[l->n++] = age;
    TRY(risk_gate_word(tx, row->patient_id, &word));
    l->v[l->n++] = said("risk_alert", word);
    TRY(allergy_word(tx, look->content, row, &word));
    l->v[l->n++] = said("allergy", word);
    TRY(room_ready_word(tx, row->id, &word));
    l->v[l->n++] = said("room_ready", word);
    if (!word.s) l->v[l->n - 1].state = VALUE_NOT_ASKED;
    return str_is(row->route, "esk") ? add_enrolled(tx, look->d, l) : E_OK;
}

/* All rows of the gate with these answers, as of the look. */
static enum err judge_gate(struct tx *tx, const struct gate_look *look, struct str answers,
                           struct faults *faults, struct gate_answer *out) {
    const struct criteria *gate = look->content->gate;
    struct gate_bp *readings = NEWS(tx->arena, struct gate_bp, GATE_BP_MAX);
    struct criteria_values typed =
        criteria_values_read(tx->arena, gate, look->d->row.route, answers, faults);
    TRY(faults_err(faults));
    struct value_list l = {.v = NEWS(tx->arena, struct criteria_value, typed.n + KNOWN_MAX)};
    for (ptrdiff_t i = 0; i < typed.n; i++)
        if (!dosing_gate_known(typed.v[i].item)) l.v[l.n++] = typed.v[i];
    add_measured(tx->arena, look, &l, "hr", VITAL_heart_rate);
    add_measured(tx->arena, look, &l, "spo2", VITAL_spo2);
    add_measured(tx->arena, look, &l, "rr", VITAL_respiration);
    add_measured(tx->arena, look, &l, "temp", VITAL_temperature);
    TRY(add_known(tx, look, &l));
    int n = bp_readings(tx->arena, look, readings);
    gate_judge(tx->arena, gate, look->d->row.route, (struct criteria_values){l.v, l.n}, readings,
               n, out);
    return E_OK;
}

/* Between the gate and a dose an alert is opened, a consent withdrawn, a pressure measured: the
 * gate is judged again as of the dose, by the answers that were given then. Of a later dose only
 * what the chart says is asked: the drug itself moves the vital signs. */
static enum err gate_lasts(struct tx *tx, const struct content *content,
                           const struct dosing_day *d, int64_t given_ms, struct faults *faults) {
    static const char *const chart[] = {"consent", "risk_alert", "allergy", NULL};
    int64_t passed_ms = d->row.gate_passed_ms.v; /* a time that is typed has no seconds */
    struct gate_look look = look_at(content, d, given_ms > passed_ms ? given_ms : passed_ms);
    struct gate_answer now;
    bool first = d->doses.n == 0;
    int before = faults->n;
    if (first && passed_ms < look.from_ms) {
        fault_add(faults, STR(""), "hold",
                  "The gate was passed at %.*s, too long ago: judge it again.",
                  STR_ARG(clock_time_text(tx->arena, passed_ms)));
        return E_BLOCKED;
    }
    TRY(judge_gate(tx, &look, d->row.gate_answers, faults, &now));
    for (int i = 0; i < now.rulings.n; i++) {
        const struct ruling *r = &now.rulings.v[i];
        bool holds = r->outcome == RULING_HOLD || r->outcome == RULING_MISSING ||
                     (r->outcome == RULING_CAUTION && first && !d->row.gate_reason.n);
        if (holds && (first || word_in(r->item, chart)))
            fault_add(faults, STR(""), "hold", "Since the gate: %.*s", STR_ARG(r->text));
    }
    return faults->n > before ? E_BLOCKED : E_OK;
}

static enum err acknowledge(const struct dosing_gate_in *in, struct faults *faults) {
    if (in->role != ROLE_prescriber) {
        fault_add(faults, STR("reason"), "blocked",
                  "There is a caution: a prescriber acknowledges it, with a reason.");
        return E_BLOCKED;
    }
    if (str_trim(in->reason).n == 0)
        fault_add(faults, STR("reason"), "required",
                  "There is a caution: write why the dose may be given.");
    return faults_err(faults);
}

static void pass_gate(struct tx *tx, struct dosing *row, struct str reason) {
    row->state = STR("gate_passed");
    row->gate_passed_ms = (struct maybe_int){true, tx->now_ms};
    row->gate_passed_by = tx->actor.account_id;
    row->gate_reason = reason.n ? reason : STR_ABSENT;
}

static void unpass_gate(struct dosing *row) {
    row->state = STR("checked_in");
    row->gate_passed_ms = (struct maybe_int){0};
    row->gate_passed_by = row->gate_reason = STR_ABSENT;
}

/* What held, or was not known: a later pass writes over the findings, and this stays. */
static enum err record_hold(struct tx *tx, const struct dosing *d, const struct rulings *r) {
    struct buf b = buf_new(tx->arena, 512);
    for (int i = 0; i < r->n; i++) {
        if (r->v[i].outcome != RULING_HOLD && r->v[i].outcome != RULING_MISSING) continue;
        if (b.n) buf_char(&b, ' ');
        buf_put(&b, r->v[i].text);
    }
    return record_event(tx, d, "gate-held", buf_str(&b));
}

enum err dosing_gate(struct tx *tx, const struct content *content,
                     const struct dosing_gate_in *in, struct faults *faults,
                     struct gate_answer *out) {
    struct dosing_day d;
    TRY(open_day(tx, content, in->patient_id, in->step_id, ACT_GATE, &d, faults));
    if (in->expect && d.row.version != in->expect) return E_CONFLICT;
    struct gate_look look = look_at(content, &d, tx->now_ms);
    TRY(judge_gate(tx, &look, in->answers, faults, out));
    TRY(risk_of_answers(tx, content, "gate", in->patient_id, d.row.id, in->answers));
    d.row.gate_answers = in->answers;
    d.row.gate_findings = rulings_text(tx->arena, &out->rulings);
    if (out->overall == RULING_CAUTION) TRY(acknowledge(in, faults));
    bool passed = out->overall == RULING_PASS || out->overall == RULING_CAUTION;
    if (passed) pass_gate(tx, &d.row, in->reason);
    else unpass_gate(&d.row);
    if (!passed) TRY(record_hold(tx, &d.row, &out->rulings));
    tx_event(tx, passed ? "gate_passed" : "gate_held", in->reason);
    return dosing_put(tx, &d.row);
}

enum err dosing_gate_heard(struct tx *tx, const struct content *content, struct str patient_id,
                           struct str step_id, struct str answers) {
    struct dosing_day d;
    TRY(dosing_load_day(tx, patient_id, step_id, &d));
    return risk_of_answers(tx, content, "gate", patient_id, d.row.id, answers);
}

/* The dose ---------------------------------------------------------------------------------- */

/* When a response was last documented: PHQ-9 against the last total before the first dose, by
 * the instrument's own definition. 0: never. */
static enum err last_response_ms(struct tx *tx, const struct content *content,
                                 struct str patient_id, int64_t first_dose_ms, int64_t *at_ms) {
    const struct instrument *phq9 = instrument_find(content->instruments, STR("phq9"));
    struct outcome_measure baseline = {0};
    struct response_rows rows;
    *at_ms = 0;
    TRY(response_of_patient(tx, &(struct response_of_patient_in){patient_id, STR("phq9")}, &rows));
    for (ptrdiff_t i = 0; phq9 && i < rows.n; i++) {
        const struct response *r = &rows.v[i];
        if (!r->total.is) continue;
        struct outcome_measure m = outcome_of_total(r->total.v);
        if (r->at_ms <= first_dose_ms) baseline = m;
        else if (baseline.known && outcome_classify(phq9, baseline, m).response) *at_ms = r->at_ms;
    }
    return E_OK;
}

static int64_t end_of(const struct dose *d) {
    bool infusion = str_is(d->route, "iv") && d->minutes.is;
    return d->given_ms + (infusion ? d->minutes.v * MINUTE_MS : 0);
}

static void add_session(const struct dose *first, int64_t given_ms, int64_t response_ms,
                        struct dose_facts *f) {
    f->sessions_before++;
    f->sessions_7d += given_ms - first->given_ms < 7 * DAY_MS;
    f->doses_unanswered += first->given_ms > response_ms;
}

static enum err facts_before(struct tx *tx, const struct content *content,
                             const struct dosing_day *d, int64_t given_ms, struct dose_facts *f) {
    struct dose_rows all;
    int64_t response_ms = 0;
    TRY(dose_of_patient(tx, &(struct dose_of_patient_in){d->row.patient_id}, &all));
    if (all.n)
        TRY(last_response_ms(tx, content, d->row.patient_id, all.v[0].given_ms, &response_ms));
    struct str last_session = STR_ABSENT;
    f->hours_since = DOSE_UNKNOWN;
    f->previous_ug = DOSE_UNKNOWN;
    f->doses_unanswered = 1; /* this one */
    for (ptrdiff_t i = 0; i < all.n; i++) {
        const struct dose *p = &all.v[i];
        if (str_eq(p->dosing_id, d->row.id)) continue;
        bool first_of_session = !str_eq(p->dosing_id, last_session);
        last_session = p->dosing_id;
        if (first_of_session) add_session(p, given_ms, response_ms, f);
        f->hours_since = (double)(given_ms - end_of(p)) / (double)HOUR_MS;
        if (!str_eq(p->route, d->row.route)) continue;
        f->previous_ug =
            (first_of_session || f->previous_ug < 0 ? 0 : f->previous_ug) + p->amount_ug;
    }
    return E_OK;
}

/* Weight used in the session before, and whether it was calm: no event of grade 2 or more. */
static enum err facts_previous(struct tx *tx, const struct dosing_day *d, struct dose_facts *f) {
    struct dosing_previous_row prev;
    enum err e = dosing_previous(
        tx, &(struct dosing_previous_in){d->row.patient_id, d->row.checked_in_ms}, &prev);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    f->previous_kg = prev.weight_kg.is ? prev.weight_kg.v : 0;
    f->previous_calm = prev.grave ? DOSE_NO : DOSE_YES;
    return E_OK;
}

/* To the nearest dose of the session: one that is written down late may have come before it. */
static int gap_min(const struct dosing_day *d, int64_t given_ms) {
    int64_t nearest_ms = INT64_MAX;
    for (ptrdiff_t i = 0; i < d->doses.n; i++) {
        int64_t apart_ms = llabs(given_ms - d->doses.v[i].given_ms);
        if (apart_ms < nearest_ms) nearest_ms = apart_ms;
    }
    return d->doses.n ? (int)(nearest_ms / MINUTE_MS) : DOSE_UNKNOWN;
}

/* As of when it was given, whenever it is written down. */
static enum err dose_facts_of(struct tx *tx, const struct content *content,
                              const struct dosing_day *d,
                              const struct dosing_give *in, struct dose_facts *f) {
    struct patient p;
    int64_t given_ms = in->given_ms ? in->given_ms : tx->now_ms;
    int32_t born, today = clock_today(given_ms);
    TRY(patient_load(tx, d->row.patient_id, &p));
    *f = (struct dose_facts){.route = d->row.route,
                             .amount_ug = in->amount_ug,
                             .given_ug = d->given_ug,
                             .doses_given = (int)d->doses.n,
                             .gap_min = gap_min(d, given_ms),
                             .infusion_min = in->minutes.is ? (int)in->minutes.v : DOSE_UNKNOWN,
                             .weight_kg = d->row.weight_kg.is ? d->row.weight_kg.v : 0,
                             .given_by = tx->actor.account_id,
                             .checked_by = in->checked_by,
                             .lot = in->lot,
                             .age_years = date_parse(p.birth_date, &born)
                                              ? date_age_years(born, today)
                                              : DOSE_UNKNOWN,
                             .weight_age_days = today - clock_today(d->row.checked_in_ms),
                             .today = today,
                             .expiry = DATE_NONE};
    if (!date_parse(in->expiry_date, &f->expiry)) f->expiry = DATE_NONE;
    TRY(facts_before(tx, content, d, given_ms, f));
    return facts_previous(tx, d, f);
}

/* Holds become faults; cautions want a reason. */
static enum err heed(const struct rulings *rulings, struct str reason, struct faults *faults) {
    bool held = false, caution = false;
    for (int i = 0; i < rulings->n; i++) {
        const struct ruling *r = &rulings->v[i];
        bool holds = r->outcome == RULING_HOLD || r->outcome == RULING_MISSING;
        held |= holds;
        caution |= r->outcome == RULING_CAUTION;
        if (holds || (r->outcome == RULING_CAUTION && str_trim(reason).n == 0))
            fault_add(faults, STR(""), ruling_name(r->outcome), "%.*s", STR_ARG(r->text));
    }
    if (held) return E_BLOCKED;
    if (caution && str_trim(reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Past a guard rail: write the reason.");
    return faults_err(faults);
}

static enum err advance(struct tx *tx, struct dosing *row, const struct dose *dose) {
    int64_t end_ms = end_of(dose);
    row->state = STR("dosing");
    if (!row->first_dose_ms.is) row->first_dose_ms = (struct maybe_int){true, dose->given_ms};
    if (!row->last_dose_ms.is || row->last_dose_ms.v < end_ms)
        row->last_dose_ms = (struct maybe_int){true, end_ms};
    tx_event(tx, "dose_given", STR_ABSENT);
    return dosing_put(tx, row);
}

/* The container that the dose comes from, whose label then is the dose's; or the label as typed. */
static enum err take_from(struct tx *tx, struct dosing_give *in, struct str route,
                          struct faults *faults) {
    struct dose want = {.patient_id = in->patient_id, .drug = dose_drug(route), .route = route,
                        .amount_ug = in->amount_ug, .checked_by = in->checked_by};
    if (in->from.n) {
        TRY(custody_before_dose(tx, &in->from, &want, faults));
        in->lot = want.lot;
        in->expiry_date = want.expiry_date;
        return E_OK;
    }
    TRY(custody_without(tx, faults));
    if (!in->lot.n) fault_add(faults, STR("lot"), "required", "Write the lot.");
    if (!in->expiry_date.n)
        fault_add(faults, STR("expiry"), "required", "Write the date it expires.");
    return faults_err(faults);
}

/* What is not swallowed does not count as swallowed: the forecast reads it from the site. */
static struct str site_of(const struct dosing_give *in) {
    if (in->site.n || !in->shape.end_action.n) return in->site;
    return str_is(in->shape.end_action, "spit") ? STR("held, then spat out")
                                                : STR("held, then swallowed");
}

static enum err put_shape(struct tx *tx, const struct dosing_give *in, const struct dose *dose,
                          int nth) {
    struct dose_shape row = in->shape;
    row.id = STR_ABSENT;
    row.version = 0;
    row.patient_id = dose->patient_id;
    row.dosing_id = dose->dosing_id;
    row.dose_id = dose->id;
    row.device = (struct maybe_int){str_is(dose->route, "esk"), nth};
    return dose_shape_put(tx, &row);
}

enum err dosing_give(struct tx *tx, const struct content *content, const struct dosing_give *asked,
                     struct faults *faults, struct dose *out) {
    struct dosing_give give = *asked, *in = &give;
    struct dosing_day d;
    struct dose_facts facts;
    struct rulings rulings = {.arena = tx->arena};
    TRY(open_day(tx, content, in->patient_id, in->step_id, ACT_DOSE, &d, faults));
    if (in->expect && d.row.version != in->expect) return E_CONFLICT;
    int64_t given_ms = in->given_ms ? in->given_ms : tx->now_ms;
    if (given_ms > tx->now_ms + MINUTE_MS || given_ms < d.row.gate_passed_ms.v - MINUTE_MS)
        fault_add(faults, STR("given_at"), "range",
                  "A dose is given after the gate was passed, and not in the future.");
    infusion_check_shape(content, &d, in, faults);
    TRY(faults_err(faults));
    TRY(gate_lasts(tx, content, &d, given_ms, faults));
    TRY(take_from(tx, in, d.row.route, faults));
    TRY(dose_facts_of(tx, content, &d, in, &facts));
    dose_judge(content->guardrails, &facts, &rulings);
    TRY(heed(&rulings, in->reason, faults));
    *out = (struct dose){.patient_id = in->patient_id,
                         .dosing_id = d.row.id,
                         .drug = dose_drug(d.row.route),
                         .route = d.row.route,
                         .amount_ug = in->amount_ug,
                         .given_ms = given_ms,
                         .minutes = in->minutes,
                         .recorded_ms = tx->now_ms,
                         .given_by = tx->actor.account_id,
                         .checked_by = in->checked_by,
                         .lot = in->lot,
                         .expiry_date = in->expiry_date,
                         .site = site_of(in),
                         .reason = in->reason.n ? in->reason : STR_ABSENT};
    tx_event(tx, "dose_given", in->reason);
    TRY(dose_put(tx, out));
    TRY(put_shape(tx, in, out, (int)d.doses.n + 1));
    TRY(custody_after_dose(tx, &in->from, out));
    TRY(advance(tx, &d.row, out));
    /* who gives it is there */
    bool before = given_ms < d.row.checked_in_ms;
    struct presence_in giver = {tx->actor.account_id, before ? 0 : given_ms};
    TRY(presence_enter(tx, content, &d.row, &giver, faults));
    tx_event(tx, "dose_given", in->reason);
    return vigil_look(tx, content, &d.row);
}

/* Events and stopping ----------------------------------------------------------------------- */

/* An event that calls for help whatever the numbers say. */
static enum err call_for(struct tx *tx, const struct vitals_event *kind,
                         const struct session_event *row) {
    struct alarm out;
    if (kind->level == VITALS_FINE) return E_OK;
    struct alarm want = {.patient_id = row->patient_id,
                         .dosing_id = row->dosing_id,
                         .kind = STR("event"),
                         .subject = row->kind,
                         .level = str_from(vitals_level_name(kind->level)),
                         .text = kind->text,
                         .source = kind->source,
                         .cause_ms = {true, row->at_ms}};
    return alarm_raise(tx, &want, &out);
}

enum err dosing_event(struct tx *tx, const struct content *content, struct session_event *row,
                      struct str step_id, struct faults *faults) {
    struct dosing_day d;
    TRY(open_day(tx, content, row->patient_id, step_id, ACT_OBSERVE, &d, faults));
    const struct vitals_event *kind = vitals_event(content->session, row->kind);
    if (!kind || kind->itself)
        fault_add(faults, STR("kind"), "unknown", "There is no event `%.*s`.", STR_ARG(row->kind));
    if (row->at_ms > tx->now_ms + MINUTE_MS)
        fault_add(faults, STR("at"), "range", "An event is written down after it happened.");
    if (row->at_ms && row->at_ms < d.row.checked_in_ms - HOUR_MS)
        fault_add(faults, STR("at"), "range", "What was long before check-in belongs in a note.");
    TRY(faults_err(faults));
    row->dosing_id = d.row.id;
    row->at_ms = row->at_ms ? row->at_ms : tx->now_ms;
    row->recorded_ms = tx->now_ms;
    row->account_id = tx->actor.account_id;
    tx_event(tx, "event_recorded", STR_ABSENT);
    TRY(session_event_put(tx, row));
    return call_for(tx, kind, row);
}

enum err dosing_event_mistaken(struct tx *tx, const struct content *content,
                               struct str patient_id, struct str event_id,
                               struct faults *faults) {
    struct session_event row;
    struct account who;
    struct buf b = buf_new(tx->arena, 256);
    TRY(session_event_load(tx, event_id, &row));
    if (!str_eq(row.patient_id, patient_id)) return E_UNKNOWN;
    const struct vitals_event *kind = vitals_event(content->session, row.kind);
    if (!kind || kind->itself) {
        fault_add(faults, STR(""), "state", "Nobody typed this: it stays as it is.");
        return E_BLOCKED;
    }
    TRY(account_load(tx, tx->actor.account_id, &who));
    buf_put(&b, kind->text);
    if (row.text.n) buf_format(&b, ": %.*s", STR_ARG(row.text));
    buf_z(&b, "; struck out at "), clock_put_time(&b, tx->now_ms);
    buf_format(&b, " by %.*s", STR_ARG(who.display_name));
    row.kind = STR("mistaken");
    row.text = buf_str(&b);
    tx_event(tx, "event_struck", STR_ABSENT);
    return session_event_put(tx, &row);
}

enum err dosing_stop(struct tx *tx, const struct content *content, struct str patient_id,
                     struct str step_id, struct str reason, struct faults *faults) {
    struct dosing_day d;
    if (str_trim(reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Write why the session stops.");
    TRY(faults_err(faults));
    TRY(open_day(tx, content, patient_id, step_id, ACT_STOP, &d, faults));
    /* whoever has had a dose still goes through the discharge gate */
    d.row.state = d.doses.n ? STR("recovering") : STR("stopped");
    d.row.stopped_reason = reason;
    TRY(infusion_end(tx, &d, &d.row, reason));
    tx_event(tx, "session_stopped", reason);
    if (!d.doses.n) {
        TRY(alarm_end_all(tx, d.row.id, STR("The session was stopped before a dose.")));
        TRY(presence_end(tx, d.row.id));
    }
    tx_event(tx, "session_stopped", reason);
    TRY(dosing_put(tx, &d.row));
    if (!d.doses.n) return room_leave(tx, &d.row);
    TRY(rems_draft(tx, content, &d.row));
    tx_event(tx, "session_stopped", reason);
    return E_OK;
}
