#include "app/after.h"

#include "base/clock.h"
#include "core/dose.h"

enum err after_home_check_plan(struct tx *tx, const struct content *content,
                               const struct dosing *row) {
    double hours;
    if (!criteria_setting(content->discharge, "check_hours", &hours)) return E_OK;
    struct home_check check = {.patient_id = row->patient_id,
                               .dosing_id = row->id,
                               .due_ms = tx->now_ms + (int64_t)(hours * HOUR_MS)};
    return home_check_put(tx, &check);
}

enum err after_home_check_done(struct tx *tx, const struct after_home_check *in,
                               struct faults *faults) {
    struct home_check c;
    bool reached = !str_is(in->how, "none");
    TRY(home_check_load(tx, in->id, &c));
    if (!str_eq(c.patient_id, in->patient_id)) return E_UNKNOWN;
    if (c.version != in->expect) return E_CONFLICT;
    if (reached && !in->outcome.n)
        fault_add(faults, STR("outcome"), "required", "Say how the patient is.");
    if (reached && !str_is(in->outcome, "well") && !str_trim(in->text).n)
        fault_add(faults, STR("text"), "required", "Write what is the matter, and what was done.");
    TRY(faults_err(faults));
    c.how = in->how;
    c.text = in->text;
    c.account_id = tx->actor.account_id;
    if (reached) {
        c.done_ms = (struct maybe_int){true, tx->now_ms};
        c.outcome = in->outcome;
    } else {
        c.tries++;
    }
    tx_event(tx, reached ? "home_checked" : "home_check_tried", STR_ABSENT);
    return home_check_put(tx, &c);
}

enum err after_elsewhere(struct tx *tx, struct exposure_elsewhere *row, struct faults *faults) {
    struct patient p;
    if (!dose_drug(row->route).s)
        fault_add(faults, STR("route"), "unknown", "Choose a route.");
    TRY(faults_err(faults));
    TRY(patient_load(tx, row->patient_id, &p));
    row->recorded_ms = tx->now_ms;
    row->account_id = tx->actor.account_id;
    tx_event(tx, "chart_entry", STR_ABSENT);
    return exposure_elsewhere_put(tx, row);
}
