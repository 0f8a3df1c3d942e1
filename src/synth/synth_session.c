/*
 * A dosing day follows the room: vital signs, the gate, the dose checked by a second person,
 * readings at the route's checkpoints (CLINICAL 4.1), what was seen, and the way home. The
 * pressure rises and falls about the means CLINICAL 4.1 quotes; a few sessions have an
 * adverse event of 4.7.
 */
#include "synth/synth_session.h"

#include <math.h>

#include "synth/synth_person.h"
#include "base/clock.h"
#include "core/discharge.h"
#include "core/dose.h"
#include "core/gate.h"

enum { VITALS_MIN = 5, GATE_MIN = 15, POINTS_MAX = 8 };

struct route_day {
    const char *route;
    int infusion_min, stay_min, peak_min; /* peak of the pressure, after the dose began */
    double step;                          /* what a session adds to the one before, of the order */
    int points[POINTS_MAX];               /* minutes after the dose; 0 ends them */
};

static const struct route_day days[] = {
    {"im", 0, 100, 15, 0.2, {5, 10, 15, 30, 45, 60, 90}},
    {"sl", 12, 130, 40, 0.5, {15, 30, 45, 60, 90, 120}},
    {"iv", 40, 105, 35, 0.0, {10, 20, 30, 40, 55, 70, 100}},
    {"esk", 5, 130, 40, 0.5, {20, 40, 60, 90, 120}},
};

enum { DAYS = sizeof days / sizeof *days };

static const struct route_day *day_of(struct str route) {
    for (int i = 0; i < DAYS; i++)
        if (str_is(route, days[i].route)) return &days[i];
    return &days[0];
}

int synth_session_minutes(struct str route) {
    return SYNTH_DOSE_MIN + day_of(route)->stay_min + 15;
}

struct course_of_day { /* what the functions below share */
    struct synth_life *l;
    const struct synth_session *in;
    const struct route_day *day;
    struct dosing row;
    int64_t until_ms; /* now: nothing later has happened */
    double rise;      /* of the systolic pressure */
};

static int64_t minute(const struct course_of_day *c, int n) {
    return c->in->check_in_ms + n * MINUTE_MS;
}

static bool past(const struct course_of_day *c, int n) { return minute(c, n) <= c->until_ms; }

/* Vital signs ------------------------------------------------------------------------------ */

/* Up to 1 at the peak, then slowly down. */
static double swell(const struct course_of_day *c, int after_min) {
    double t = (double)after_min / c->day->peak_min;
    return after_min <= 0 ? 0 : t * exp(1 - t);
}

/* What a person sees besides: drowsy around the peak, now and then a little sick after it. */
static void add_scales(struct course_of_day *c, int after_min, int64_t at_ms) {
    bool drowsy = swell(c, after_min) > 0.9;
    int sick = after_min >= c->day->peak_min && (c->l->story.marks & MARK_ADVERSE) ? 2 : 0;
    synth_observation(c->l, "cairn-moaas", drowsy ? 4 : 5, 0, at_ms, c->row.id);
    synth_observation(c->l, "cairn-rass", drowsy ? -1 : 0, 0, at_ms, c->row.id);
    synth_observation(c->l, "cairn-nausea", sick, 0, at_ms, c->row.id);
    synth_observation(c->l, "cairn-pain", 0, 0, at_ms, c->row.id);
}

static void add_vitals(struct course_of_day *c, int n, int after_min, bool all) {
    struct synth_life *l = c->l;
    double up = c->rise * swell(c, after_min);
    int64_t at_ms = minute(c, n);
    synth_observation(l, "8480-6", l->systolic + up + draw_between(&l->draw, -3, 3), 0, at_ms,
                      c->row.id);
    synth_observation(l, "8462-4", l->diastolic + up * 0.6 + draw_between(&l->draw, -2, 2), 0,
                      at_ms, c->row.id);
    if (!all) return;
    synth_observation(l, "8867-4", l->heart_rate + up * 0.7 + draw_between(&l->draw, -3, 3), 0,
                      at_ms, c->row.id);
    synth_observation(l, "59408-5", 99 - (up > 6) - draw_below(&l->draw, 2), 0, at_ms, c->row.id);
    add_scales(c, after_min, at_ms);
}

static void vitals_of_session(struct course_of_day *c) {
    bool full = (c->l->story.marks & MARK_FULL) != 0;
    if (past(c, VITALS_MIN)) {
        add_vitals(c, VITALS_MIN, 0, true);
        if (full)
            synth_observation(c->l, "9279-1", draw_between(&c->l->draw, 12, 16), 0,
                              minute(c, VITALS_MIN), c->row.id);
    }
    for (int i = 0; i < POINTS_MAX && c->day->points[i]; i++) {
        int after = c->day->points[i], n = SYNTH_DOSE_MIN + after + draw_below(&c->l->draw, 3);
        bool peak = after == c->day->peak_min ||
                    (i && c->day->points[i - 1] < c->day->peak_min && after > c->day->peak_min);
        if (past(c, n) && (full || peak)) add_vitals(c, n, after, full);
    }
}

/* The gate ----------------------------------------------------------------------------------- */

static struct str pregnancy_word(const struct synth_life *l) {
    int32_t born = 0;
    bool born_ok = date_parse(l->patient.birth_date, &born);
    bool may =
        !str_is(l->patient.sex, "male") && born_ok && date_age_years(born, l->of->today) < 52;
    return may ? STR("negative") : STR("not-possible");
}

static struct str gate_answers(struct course_of_day *c) {
    struct synth_life *l = c->l;
    return str_format(l->arena,
                      "hr=%d spo2=98 rr=14 temp=36.%d solids=%d fluids=3 escort=yes consent=yes "
                      "pregnancy=%.*s risk=%s intoxicated=no illness=none medicine=none phq9_age=0 "
                      "risk_alert=none allergy=none%s",
                      l->heart_rate, draw_between(&l->draw, 4, 9), draw_between(&l->draw, 5, 12),
                      STR_ARG(pregnancy_word(l)),
                      l->story.marks & (MARK_RISK | MARK_REVIEWED) ? "low" : "none",
                      str_is(c->row.route, "esk")
                          ? " rems_site=yes rems_pharmacy=yes rems_prescriber=yes rems_patient=yes "
                            "on_site=yes oximeter=yes counselled=yes"
                          : "");
}

static void judge_gate(struct course_of_day *c) {
    struct synth_life *l = c->l;
    const struct criteria *gate = l->of->content->gate;
    struct faults faults = {.arena = l->arena};
    struct gate_bp reading = {l->systolic, l->diastolic, minute(c, VITALS_MIN), STR_ABSENT};
    struct gate_answer answer;
    struct buf json = buf_new(l->arena, 2048);
    c->row.gate_answers = gate_answers(c);
    gate_judge(l->arena, gate, c->row.route,
               criteria_values_read(l->arena, gate, c->row.route, c->row.gate_answers, &faults),
               &reading, 1, &answer);
    CHECK(faults.n == 0, "synthetic gate answers that the gate does not know");
    if (!(l->story.marks & MARK_FULL))
        answer.rulings.n = 0; /* ten thousand lives: the answers do */
    ruling_json(&json, &answer.rulings);
    c->row.gate_findings = buf_str(&json);
    c->row.gate_passed_ms = (struct maybe_int){true, minute(c, GATE_MIN)};
    c->row.gate_passed_by = l->of->staff.monitor;
    if (answer.overall == RULING_CAUTION)
        c->row.gate_reason = STR("Readings repeated after rest; the plan stands.");
    c->row.state = STR("gate_passed");
}

/* The dose ----------------------------------------------------------------------------------- */

/* The order, stepped up session by session as its guard rails allow, in whole milligrams. */
static int64_t amount_ug(const struct course_of_day *c) {
    struct dose_order order;
    const char *why;
    CHECK(dose_order_read(c->l->course.planned_dose, &order, &why), "a planned dose that reads");
    int64_t first = dose_amount_ug(order, c->l->weight_kg);
    int steps = c->in->number - 1 < 2 ? c->in->number - 1 : 2;
    double amount = (double)first * (1 + steps * c->day->step);
    if (str_is(c->row.route, "esk")) return steps ? 84000 : 56000;
    return (int64_t)(amount / 1000 + 0.5) * 1000;
}

/* Nobody is in two rooms at once: the running sessions of a demo clinic differ by their route. */
static struct str company(const struct course_of_day *c) {
    const struct synth_staff *staff = &c->l->of->staff;
    if (str_is(c->row.route, "esk")) return staff->monitor;
    if (str_is(c->row.route, "im")) return staff->prescriber;
    return str_is(c->row.route, "sl") ? staff->sitter : staff->therapist;
}

/* Somebody sits with the patient from the dose to the way home. */
static void give_company(struct course_of_day *c, int64_t from_ms) {
    struct synth_life *l = c->l;
    struct presence row = {.id = synth_id(l),
                           .patient_id = l->patient.id,
                           .dosing_id = c->row.id,
                           .account_id = company(c),
                           .from_ms = from_ms,
                           .recorded_ms = from_ms};
    int64_t home_ms = minute(c, synth_session_minutes(c->row.route));
    if (!(l->story.marks & MARK_FULL)) return;
    if (home_ms <= c->until_ms)
        row.to_ms = row.to_recorded_ms = (struct maybe_int){true, home_ms};
    SYNTH_ADD(l->rows, presence,
              synth_act(from_ms, l->of->staff.monitor, "presence_recorded", STR_ABSENT), &row);
}

static void give_dose(struct course_of_day *c) {
    struct synth_life *l = c->l;
    int64_t given_ms = minute(c, SYNTH_DOSE_MIN);
    struct dose row = {.id = synth_id(l),
                       .patient_id = l->patient.id,
                       .dosing_id = c->row.id,
                       .drug = dose_drug(c->row.route),
                       .route = c->row.route,
                       .amount_ug = amount_ug(c),
                       .given_ms = given_ms,
                       .minutes = {c->day->infusion_min > 0, c->day->infusion_min},
                       .recorded_ms = given_ms + MINUTE_MS,
                       .given_by = l->of->staff.monitor,
                       .checked_by = l->of->staff.prescriber,
                       .lot = str_format(l->arena, "KT%d", draw_between(&l->draw, 2410, 2489)),
                       .expiry_date = date_text(l->arena, clock_today(given_ms) + 300)};
    if (str_is(row.route, "im")) row.site = STR("left deltoid");
    if (str_is(row.route, "sl")) row.site = STR("held, then spat out");
    struct str why = STR_ABSENT;
    if (c->in->number > 1 && c->in->number < 4 && c->day->step > 0) {
        row.reason = STR("one step up; the session before was calm");
        why = row.reason;
    }
    SYNTH_ADD(l->rows, dose, synth_act(given_ms, l->of->staff.monitor, "dose_given", why), &row);
    l->last_dose_id = row.id;
    give_company(c, given_ms);
    l->sessions++;
    c->row.first_dose_ms = (struct maybe_int){true, given_ms};
    c->row.last_dose_ms = (struct maybe_int){true, given_ms + c->day->infusion_min * MINUTE_MS};
    c->row.state = STR("dosing");
}

/* An event with a grade is an adverse event, judged once it was over (GUIDE: one to two hours). */
static void add_adverse(struct course_of_day *c, int n, const struct session_event *event) {
    enum { OVER_MIN = 60 };
    int64_t grade;
    if (!past(c, n + OVER_MIN) || !str_to_int(event->severity, &grade)) return;
    struct adverse_event row = {.id = synth_id(c->l),
                                .patient_id = event->patient_id,
                                .dosing_id = event->dosing_id,
                                .event_id = event->id,
                                .state = STR("recorded"),
                                .term = event->kind,
                                .text = event->text,
                                .onset_ms = event->at_ms,
                                .resolved_ms = {true, minute(c, n + OVER_MIN)},
                                .grade = {true, grade},
                                .causality = STR("probable"),
                                .action = STR("none"),
                                .outcome = STR("recovered"),
                                .recorded_ms = minute(c, n + OVER_MIN),
                                .account_id = event->account_id};
    SYNTH_ADD(c->l->rows, adverse_event,
              synth_act(row.recorded_ms, row.account_id, "adverse_recorded", STR_ABSENT), &row);
}

static void add_event(struct course_of_day *c, int n, const char *kind, const char *grade,
                      const char *text) {
    struct synth_life *l = c->l;
    if (!past(c, n)) return;
    int64_t at_ms = minute(c, n);
    struct session_event row = {.id = synth_id(l),
                                .patient_id = l->patient.id,
                                .dosing_id = c->row.id,
                                .kind = str_from(kind),
                                .severity = str_from(grade),
                                .text = str_from(text),
                                .at_ms = at_ms,
                                .recorded_ms = at_ms,
                                .account_id = l->of->staff.monitor};
    SYNTH_ADD(l->rows, session_event,
              synth_act(at_ms, row.account_id, "event_recorded", STR_ABSENT), &row);
    if (grade) add_adverse(c, n, &row);
}

static void events_of_session(struct course_of_day *c, bool last) {
    static const char *const words[] = {
        "\"Like floating above my own street.\"", "\"The weight is there, but it is outside me.\"",
        "\"I could look at it without running.\"", "\"Colours, and a long breath out.\""};
    struct draw *d = &c->l->draw;
    int dose = SYNTH_DOSE_MIN;
    bool full = (c->l->story.marks & MARK_FULL) != 0;
    if (full) {
        add_event(c, dose + 6, "onset", NULL, NULL);
        add_event(c, dose + c->day->peak_min, "peak", NULL, NULL);
        add_event(c, dose + c->day->peak_min + 8, "words", NULL, words[draw_below(d, 4)]);
        add_event(c, dose + 75, "offset", NULL, NULL);
    }
    if (draw_chance(d, 18)) /* GUIDE: nausea in 15-20% */
        add_event(c, dose + 50, "nausea", "1", "settled with rest and ginger tea");
    if (last && (c->l->story.marks & MARK_ADVERSE))
        add_event(c, dose + 35, "anxiety", "2",
                  "frightened at the peak; settled with a hand and slow breath");
}

/* Home ---------------------------------------------------------------------------------------- */

/* The gate out, as far as its answers go: the last vital signs are those of the start again. */
static void judge_discharge(struct course_of_day *c, int stay_min) {
    struct synth_life *l = c->l;
    const struct criteria *rules = l->of->content->discharge;
    struct faults faults = {.arena = l->arena};
    struct measured bp = {2, {l->systolic, l->diastolic}}, hr = {1, {l->heart_rate}},
                    spo2 = {1, {98}};
    struct discharge_facts facts = {
        .route = c->row.route,
        .stay_min = stay_min,
        .vitals_min = 0,
        .bp = bp,
        .hr = hr,
        .spo2 = spo2,
        .bp_base = bp,
        .hr_base = hr,
        .spo2_base = spo2,
        .answers =
            criteria_values_read(l->arena, rules, c->row.route, c->row.discharge_answers, &faults)};
    struct discharge_answer answer;
    struct buf json = buf_new(l->arena, 2048);
    CHECK(faults.n == 0, "synthetic discharge answers that the gate does not know");
    discharge_judge(l->arena, rules, &facts, &answer);
    ruling_json(&json, &answer.rulings);
    c->row.discharge_findings = buf_str(&json);
}

/* Asked by telephone some hours after it fell due; whoever is hard to reach was tried once. */
static void check_at_home(struct course_of_day *c, int64_t home_ms) {
    struct synth_life *l = c->l;
    double hours;
    if (!(l->story.marks & MARK_FULL) ||
        !criteria_setting(l->of->content->discharge, "check_hours", &hours))
        return;
    bool unwell = l->story.marks & MARK_ADVERSE;
    struct home_check row = {.id = synth_id(l),
                             .patient_id = l->patient.id,
                             .dosing_id = c->row.id,
                             .due_ms = home_ms + (int64_t)(hours * HOUR_MS)};
    int64_t asked_ms = row.due_ms + 2 * HOUR_MS, at_ms = home_ms;
    bool lately = c->until_ms - row.due_ms < 3 * DAY_MS;
    bool asked = asked_ms <= c->until_ms;
    bool reached = asked && !(lately && l->story.marks & MARK_CLOSING);
    if (asked) at_ms = asked_ms, row.account_id = l->of->staff.monitor;
    if (asked) row.how = reached ? STR("phone") : STR("none");
    row.tries = asked && !reached;
    if (reached) {
        row.done_ms = (struct maybe_int){true, asked_ms};
        row.outcome = unwell ? STR("unwell") : STR("well");
        row.text = unwell ? STR("Slept badly and felt dizzy until noon; better since.")
                          : STR("Slept well; was brought home.");
    }
    const char *event = reached ? "home_checked" : asked ? "home_check_tried" : "discharged";
    SYNTH_ADD(l->rows, home_check, synth_act(at_ms, l->of->staff.monitor, event, STR_ABSENT), &row);
}

/* Nobody leaves by vital signs older than half an hour: once more, just before. */
static void last_look(struct course_of_day *c, int n) {
    struct synth_life *l = c->l;
    const struct {
        const char *code;
        double value;
    } signs[] = {{"8480-6", l->systolic + 2}, {"8462-4", l->diastolic + 1},
                 {"8867-4", l->heart_rate + 1}, {"59408-5", 98}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        synth_observation(l, signs[i].code, signs[i].value, 0, minute(c, n), c->row.id);
}

static void go_home(struct course_of_day *c, int home_min) {
    struct synth_life *l = c->l;
    struct dosing *row = &c->row;
    const struct criteria *rules = l->of->content->discharge;
    int64_t home_ms = minute(c, home_min), dose_end_ms = row->last_dose_ms.v;
    int64_t morning_ms =
        clock_instant(clock_today(dose_end_ms) + 1, discharge_morning_hour(rules), 0);
    bool esk = str_is(row->route, "esk");
    row->discharge_answers =
        str_format(l->arena,
                   "moaas=5 oriented=yes gait=steady nausea=none pain=minimal site=minimal "
                   "intake=both suicidal=no escort=yes instructions=yes%s",
                   esk ? " resolved=yes" : "");
    if (l->story.marks & MARK_FULL) last_look(c, home_min - 12);
    if (l->story.marks & MARK_FULL) judge_discharge(c, (int)((home_ms - dose_end_ms) / MINUTE_MS));
    row->ready_ms = (struct maybe_int){true, home_ms - 10 * MINUTE_MS};
    row->discharged_ms = (struct maybe_int){true, home_ms};
    row->discharged_by = l->of->staff.prescriber;
    row->no_driving_until_ms =
        (struct maybe_int){true, discharge_no_driving(rules, dose_end_ms, morning_ms)};
    row->state = STR("discharged");
    check_at_home(c, home_ms);
}

static struct dosing checked_in(struct synth_life *l, const struct synth_session *in) {
    struct str rest;
    struct str name = str_cut(l->patient.emergency_contact, ',', &rest);
    return (struct dosing){.id = synth_id(l),
                           .patient_id = l->patient.id,
                           .course_id = l->course.id,
                           .step_id = in->step_id,
                           .state = STR("checked_in"),
                           .route = l->course.route,
                           .weight_kg = {true, l->weight_kg},
                           .checked_in_ms = in->check_in_ms,
                           .checked_in_by = l->of->staff.monitor,
                           .escort_name = name,
                           .escort_relation = STR("family"),
                           .escort_phone = str_trim(rest)};
}

bool synth_session(struct synth_life *l, const struct synth_session *in, int64_t *dose_end_ms,
                   bool *left) {
    struct course_of_day c = {.l = l,
                              .in = in,
                              .day = day_of(l->course.route),
                              .row = checked_in(l, in),
                              .until_ms = l->of->now_ms};
    int home_min = synth_session_minutes(c.row.route) + draw_below(&l->draw, 15);
    int64_t last_ms = in->check_in_ms;
    const char *event = "session_checked_in";
    c.rise = draw_normal(&l->draw, 13, 5); /* S6 and S36 have smaller means; a room sees the tail */
    *left = past(&c, home_min);
    if (past(&c, GATE_MIN)) judge_gate(&c), event = "gate_passed", last_ms = minute(&c, GATE_MIN);
    if (past(&c, SYNTH_DOSE_MIN))
        give_dose(&c), event = "dose_given", last_ms = minute(&c, SYNTH_DOSE_MIN) + 1;
    vitals_of_session(&c);
    if (c.row.last_dose_ms.is) events_of_session(&c, *left && l->story.day - 7 < in->number * 7);
    if (*left) go_home(&c, home_min), event = "discharged", last_ms = minute(&c, home_min);
    SYNTH_ADD(l->rows, dosing, synth_act(last_ms, l->of->staff.monitor, event, STR_ABSENT), &c.row);
    *dose_end_ms = c.row.last_dose_ms.v;
    return c.row.last_dose_ms.is;
}
