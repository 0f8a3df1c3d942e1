#include "app/trials.h"

#include <math.h>

enum err trials_load(struct tx *tx, struct str patient_id, struct trials_view *out) {
    TRY(trial_of_patient(tx, &(struct trial_of_patient_in){patient_id}, &out->rows));
    struct trial_fact *facts = NEWS(tx->arena, struct trial_fact, out->rows.n);
    for (ptrdiff_t i = 0; i < out->rows.n; i++)
        facts[i] = (struct trial_fact){trial_adequacy_of(out->rows.v[i].adequate),
                                       trial_outcome_of(out->rows.v[i].outcome),
                                       trial_episode_of(out->rows.v[i].in_episode)};
    out->count = trial_count(facts, out->rows.n);
    return E_OK;
}

/* What counts: the rule's word, or a person's against it with a reason. */
static void settle(struct treatment_trial *row, struct faults *faults) {
    bool said = str_is(row->adequate, "yes") || str_is(row->adequate, "no");
    if (!said || str_eq(row->adequate, row->rule_adequate)) {
        row->adequate = row->rule_adequate;
        row->override_reason = STR_ABSENT;
    } else if (str_trim(row->override_reason).n == 0) {
        fault_add(faults, STR("override_reason"), "required",
                  "The rule says otherwise (%.*s): write why it does not count here.",
                  STR_ARG(row->rule_why));
    }
}

enum err trials_save(struct tx *tx, const struct content *content, struct treatment_trial *row,
                     struct faults *faults) {
    struct patient p;
    struct trial_ruling ruling =
        trial_judge(tx->arena, content->trials, row->drug, row->dose_mg.is ? row->dose_mg.v : NAN,
                    row->weeks.is ? row->weeks.v : NAN);
    row->rule_adequate = str_from(trial_adequacy_word(ruling.adequacy));
    row->rule_why = ruling.why;
    settle(row, faults);
    TRY(faults_err(faults));
    TRY(patient_load(tx, row->patient_id, &p));
    if (!row->state.n) row->state = STR("active");
    row->recorded_ms = row->version ? row->recorded_ms : tx->now_ms;
    row->account_id = tx->actor.account_id;
    tx_event(tx, "chart_entry", row->override_reason);
    return treatment_trial_put(tx, row);
}
