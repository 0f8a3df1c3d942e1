#include "app/safety_plan.h"

void safety_plan_steps(const struct safety_plan *p, struct safety_step out[SAFETY_STEPS]) {
    const struct safety_step steps[SAFETY_STEPS] = {
        {"How I notice that it begins", p->signs},
        {"What I can do by myself", p->alone},
        {"People and places that take my mind off it", p->company},
        {"Whom I ask for help", p->people},
        {"Professionals and crisis lines", p->helpers},
        {"How I make the place around me safe", p->safer_place}};
    for (int i = 0; i < SAFETY_STEPS; i++) out[i] = steps[i];
}

static bool same_plan(const struct safety_plan *a, const struct safety_plan *b) {
    struct safety_step x[SAFETY_STEPS], y[SAFETY_STEPS];
    safety_plan_steps(a, x);
    safety_plan_steps(b, y);
    bool same = a->means_note.n == b->means_note.n &&
                (a->means_note.n == 0 || str_eq(a->means_note, b->means_note));
    for (int i = 0; i < SAFETY_STEPS; i++) same = same && str_eq(x[i].text, y[i].text);
    return same;
}

static enum err latest(struct tx *tx, struct str patient_id, struct safety_plan *out) {
    enum err e = safety_plan_latest(tx, &(struct safety_plan_latest_in){patient_id}, out);
    if (e == E_UNKNOWN) *out = (struct safety_plan){0};
    return e == E_UNKNOWN ? E_OK : e;
}

enum err safety_plan_write(struct tx *tx, struct safety_plan *plan, int64_t expect,
                           struct faults *faults) {
    struct safety_plan last;
    struct patient p;
    TRY(patient_load(tx, plan->patient_id, &p));
    TRY(latest(tx, plan->patient_id, &last));
    if (last.number != expect) {
        tx->conflict_table = "safety_plan";
        tx->conflict_id = last.id;
        return E_CONFLICT;
    }
    if (last.number && same_plan(plan, &last)) {
        fault_add(faults, STR(""), "same",
                  "Nothing was changed. If it was gone through with the patient, press that.");
        return E_INVALID;
    }
    plan->number = last.number + 1;
    plan->written_ms = plan->reviewed_ms = tx->now_ms;
    plan->written_by = plan->reviewed_by = tx->actor.account_id;
    tx_event(tx, "safety_plan_written", STR_ABSENT);
    return safety_plan_put(tx, plan);
}

enum err safety_plan_review(struct tx *tx, struct str patient_id) {
    struct safety_plan plan;
    TRY(safety_plan_latest(tx, &(struct safety_plan_latest_in){patient_id}, &plan));
    plan.reviewed_ms = tx->now_ms;
    plan.reviewed_by = tx->actor.account_id;
    tx_event(tx, "safety_plan_reviewed", STR_ABSENT);
    return safety_plan_put(tx, &plan);
}
