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

/* Of the same blood: what is said of it again takes its place. */
static enum err same_sample(struct tx *tx, const struct level_in *in, const struct dosing_day *d,
                            struct observation *row) {
    for (ptrdiff_t i = 0; i < d->observations.n; i++) {
        const struct observation_of_dosing_row *o = &d->observations.v[i];
        if (str_eq(o->code, in->code) && o->at_ms == in->drawn_ms)
            return observation_load(tx, o->id, row);
    }
    return E_OK;
}

enum err level_record(struct tx *tx, const struct level_in *in, struct faults *faults) {
    struct dosing_day d;
    struct buf text = buf_new(tx->arena, 16);
    TRY(dosing_load_day(tx, in->patient_id, in->step_id, &d));
    if (!d.has) return E_UNKNOWN;
    check(tx, in, &d, faults);
    TRY(faults_err(faults));
    buf_format(&text, "%g", in->ng_ml);
    struct observation row = {0};
    TRY(same_sample(tx, in, &d, &row));
    row.patient_id = in->patient_id;
    row.dosing_id = d.row.id;
    row.code = in->code;
    row.display = str_from(level_meaning(in->code)->text);
    row.value.is = true;
    row.value.v = in->ng_ml;
    row.value_text = buf_str(&text);
    row.unit = STR("ng/mL");
    row.at_ms = in->drawn_ms;
    row.recorded_ms = tx->now_ms;
    row.account_id = tx->actor.account_id;
    row.source = STR("typed");
    tx_event(tx, "level_recorded", STR_ABSENT);
    return observation_put(tx, &row);
}
