/* The way home: the discharge gate of a session, and what follows from passing it. */
#include "core/discharge.h"

#include "app/after.h"
#include "app/alarm.h"
#include "app/chart.h"
#include "app/course.h"
#include "app/dosing.h"
#include "app/infusion.h"
#include "app/presence.h"
#include "app/rems.h"
#include "app/risk.h"
#include "app/room.h"
#include "app/words.h"
#include "base/clock.h"

bool dosing_discharge_known(struct str item) {
    static const char *const known[] = {"stay", "vitals_age", "bp", "spo2", "escort", NULL};
    return word_in(item, known);
}

static struct measured before_dose(const struct dosing_day *d, enum vital_kind kind) {
    int64_t at_ms;
    int64_t dose_ms = d->row.first_dose_ms.is ? d->row.first_dose_ms.v + 1 : INT64_MAX;
    return dosing_last(d, vital_meanings[kind].loinc, dose_ms, &at_ms);
}

/* What was taken before the dose says nothing about going home: it is not known then. */
static struct measured last_of(const struct dosing_day *d, enum vital_kind kind, int64_t *at_ms) {
    struct measured m = dosing_last(d, vital_meanings[kind].loinc, INT64_MAX, at_ms);
    if (d->row.last_dose_ms.is && *at_ms > d->row.last_dose_ms.v) return m;
    *at_ms = 0;
    return (struct measured){0};
}

/* The answers, with the escort's as the row has it: a name, a relation and a phone. */
static struct criteria_values with_escort(struct arena *a, struct criteria_values typed,
                                          const struct dosing *row) {
    struct criteria_value *v = NEWS(a, struct criteria_value, typed.n + 1);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < typed.n; i++)
        if (!dosing_discharge_known(typed.v[i].item)) v[n++] = typed.v[i];
    bool whole = row->escort_name.n && row->escort_relation.n && row->escort_phone.n;
    v[n++] = (struct criteria_value){
        .item = STR("escort"), .state = VALUE_KNOWN, .word = whole ? STR("yes") : STR("no")};
    return (struct criteria_values){v, n};
}

static struct discharge_facts facts_of(struct tx *tx, const struct dosing_day *d,
                                       struct criteria_values typed) {
    int64_t at_ms, other_ms, spo2_ms;
    struct discharge_facts f = {.route = d->row.route,
                                .stay_min = -1,
                                .vitals_min = -1,
                                .bp = last_of(d, VITAL_systolic, &at_ms),
                                .hr = last_of(d, VITAL_heart_rate, &other_ms),
                                .spo2 = last_of(d, VITAL_spo2, &spo2_ms),
                                .bp_base = before_dose(d, VITAL_systolic),
                                .hr_base = before_dose(d, VITAL_heart_rate),
                                .spo2_base = before_dose(d, VITAL_spo2),
                                .answers = with_escort(tx->arena, typed, &d->row)};
    f.when = clock_time_text(tx->arena, at_ms);
    if (at_ms && spo2_ms)
        f.vitals_min = (int)((tx->now_ms - (at_ms < spo2_ms ? at_ms : spo2_ms)) / MINUTE_MS);
    if (d->row.last_dose_ms.is)
        f.stay_min = (int)((tx->now_ms - d->row.last_dose_ms.v) / MINUTE_MS);
    return f;
}

static void leave(struct tx *tx, const struct content *content, struct dosing *row) {
    int64_t end_ms = row->last_dose_ms.v;
    int64_t morning = clock_instant(clock_civil(end_ms).days + 1,
                                    discharge_morning_hour(content->discharge), 0);
    row->state = STR("discharged");
    row->discharged_ms = (struct maybe_int){true, tx->now_ms};
    if (!row->ready_ms.is) row->ready_ms = row->discharged_ms;
    row->discharged_by = tx->actor.account_id;
    row->no_driving_until_ms =
        (struct maybe_int){true, discharge_no_driving(content->discharge, end_ms, morning)};
}

/* Ready is kept apart from leaving: what still holds may be the time or the escort, and says
 * nothing of the patient (CLINICAL 4.5: ready without the two-hour rule). */
static void mark_ready(const struct tx *tx, const struct discharge_answer *answer,
                       struct dosing *row) {
    static const char *const not_of_the_patient[] = {"stay", "escort", "instructions", NULL};
    bool ready = true;
    for (int i = 0; i < answer->rulings.n; i++) {
        const struct ruling *r = &answer->rulings.v[i];
        bool holds = r->outcome == RULING_HOLD || r->outcome == RULING_MISSING;
        if (holds && !word_in(r->item, not_of_the_patient)) ready = false;
    }
    if (!ready) row->ready_ms = (struct maybe_int){0};
    else if (!row->ready_ms.is) row->ready_ms = (struct maybe_int){true, tx->now_ms};
}

/* Nobody leaves with a line that is paused: what ran in is known only once it was stopped. */
static enum err no_pump_waits(struct tx *tx, const struct dosing_day *d, struct faults *faults) {
    struct infusion in;
    TRY(infusion_of(tx, d->row.id, &d->doses.v[d->doses.n - 1], &in));
    if (in.state != INFUSION_PAUSED) return E_OK;
    fault_add(faults, STR(""), "state",
              "The infusion is paused: stop it first, so that what ran in is known.");
    return E_BLOCKED;
}

enum err dosing_discharge(struct tx *tx, const struct content *content,
                          const struct dosing_discharge_in *in, struct faults *faults,
                          struct discharge_answer *out) {
    struct dosing_day d;
    TRY(dosing_load_day(tx, in->patient_id, in->step_id, &d));
    struct stage_facts stage = dosing_stage_facts(&d);
    if (!stage_allows(content->session, &stage, tx->now_ms, ACT_DISCHARGE)) {
        fault_add(faults, STR(""), "state",
                  "Only who has had a dose here, and is here, is discharged.");
        return E_BLOCKED;
    }
    if (in->expect && d.row.version != in->expect) return E_CONFLICT;
    TRY(no_pump_waits(tx, &d, faults));
    d.row.escort_name = in->escort_name;
    d.row.escort_relation = in->escort_relation;
    d.row.escort_phone = in->escort_phone;
    struct criteria_values typed =
        criteria_values_read(tx->arena, content->discharge, d.row.route, in->answers, faults);
    TRY(faults_err(faults));
    TRY(risk_of_answers(tx, content, "discharge", in->patient_id, d.row.id, in->answers));
    struct discharge_facts facts = facts_of(tx, &d, typed);
    discharge_judge(tx->arena, content->discharge, &facts, out);
    if (out->overall == RULING_CAUTION && str_trim(in->reason).n == 0) {
        fault_add(faults, STR("reason"), "required",
                  "There is a caution: write why the patient may go.");
        return E_INVALID;
    }
    struct buf findings = buf_new(tx->arena, 1024);
    ruling_json(&findings, &out->rulings);
    d.row.discharge_answers = in->answers;
    d.row.discharge_findings = buf_str(&findings);
    mark_ready(tx, out, &d.row);
    bool goes = out->overall == RULING_PASS || out->overall == RULING_CAUTION;
    if (goes) {
        TRY(alarm_end_all(tx, d.row.id, STR("The patient was discharged.")));
        TRY(presence_end(tx, d.row.id));
    }
    if (goes) leave(tx, content, &d.row);
    tx_event(tx, goes ? "discharged" : "discharge_held", in->reason);
    TRY(dosing_put(tx, &d.row));
    if (goes) TRY(room_leave(tx, &d.row));
    if (goes) TRY(after_home_check_plan(tx, content, &d.row));
    if (goes) TRY(rems_draft(tx, content, &d.row));
    return goes ? course_dose_done(tx, content, in->step_id, d.row.last_dose_ms.v) : E_OK;
}
