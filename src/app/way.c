#include "app/way.h"

static enum phase phase_of(const struct patient *p) {
    enum phase phase;
    CHECK(phase_parse(p->phase, &phase), "a patient in the store has no known phase");
    return phase;
}

bool way_may(const struct patient *p, enum phase_act act) {
    enum phase to;
    return phase_after(phase_of(p), act, &to) == E_OK;
}

enum err way_act(struct tx *tx, struct patient *p, enum phase_act act, struct str reason) {
    enum phase from = phase_of(p), to;
    TRY(phase_after(from, act, &to));
    if (from == to) return E_OK;
    if (str_trim(reason).n == 0) reason = str_from(phase_act_done(act));
    struct phase_change change = {.patient_id = p->id,
                                  .from_phase = p->phase,
                                  .to_phase = str_from(phase_name(to)),
                                  .at_ms = tx->now_ms,
                                  .account_id = tx->actor.account_id,
                                  .reason = reason};
    tx_event(tx, "phase_changed", reason);
    p->phase = change.to_phase;
    p->phase_since_ms = tx->now_ms;
    TRY(patient_put(tx, p));
    return phase_change_put(tx, &change);
}
