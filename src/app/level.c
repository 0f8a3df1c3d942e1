#include "app/level.h"

#include "base/clock.h"

const struct level_meaning level_meanings[LEVELS] = {
#define LEVEL(id, what, lowest, highest, text) {#id, text, what, lowest, highest},
#include "app/levels.def"
#undef LEVEL
};

const struct level_meaning *level_meaning(struct str code) {
    for (int i = 0; i < LEVELS; i++)
        if (str_is(code, level_meanings[i].code)) return &level_meanings[i];
    return NULL;
}

static void check(const struct tx *tx, const struct level_in *in, const struct dosing_day *d,
                  struct faults *faults) {
    const struct level_meaning *m = level_meaning(in->code);
    if (!m)
        fault_add(faults, STR("code"), "unknown", "There is no level `%.*s`.", STR_ARG(in->code));
    else if (!(in->ng_ml >= m->lowest && in->ng_ml <= m->highest))
        fault_add(faults, STR("level"), "range", "A level is between %g and %g ng/mL.", m->lowest,
                  m->highest);
    if (d->doses.n == 0)
        fault_add(faults, STR("drawn"), "state",
                  "Nothing was given in this session: there is no level of it.");
    else if (in->drawn_ms < d->doses.v[0].given_ms)
        fault_add(faults, STR("drawn"), "range", "The blood is drawn after the first dose.");
    if (in->drawn_ms > tx->now_ms + MINUTE_MS)
        fault_add(faults, STR("drawn"), "range", "The blood is drawn before the level is known.");
}

enum err level_record(struct tx *tx, const struct level_in *in, struct faults *faults) {
    struct dosing_day d;
    struct buf text = buf_new(tx->arena, 16);
    TRY(dosing_load_day(tx, in->patient_id, in->step_id, &d));
    if (!d.has) return E_UNKNOWN;
    check(tx, in, &d, faults);
    TRY(faults_err(faults));
    buf_real(&text, in->ng_ml, 1);
    struct observation row = {.patient_id = in->patient_id,
                              .dosing_id = d.row.id,
                              .code = in->code,
                              .display = str_from(level_meaning(in->code)->text),
                              .value = {true, in->ng_ml},
                              .value_text = buf_str(&text),
                              .unit = STR("ng/mL"),
                              .at_ms = in->drawn_ms,
                              .recorded_ms = tx->now_ms,
                              .account_id = tx->actor.account_id,
                              .source = STR("typed")};
    tx_event(tx, "level_recorded", STR_ABSENT);
    return observation_put(tx, &row);
}
