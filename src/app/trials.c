#include "app/trials.h"

#include <math.h>

#include "app/words.h"

enum { DRUG_MAX = 200, DOSE_MAX_MG = 5000, WEEKS_MAX = 2600 };

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

static void check(const struct treatment_trial *row, struct faults *faults) {
    static const char *const outcomes[] = {"none",       "partial", "response",
                                           "intolerant", "unknown", NULL};
    static const char *const answers[] = {"yes", "no", "unknown", NULL};
    static const char *const tellers[] = {"patient", "family", "referrer", "record", NULL};
    if (str_trim(row->drug).n == 0 || row->drug.n > DRUG_MAX)
        fault_add(faults, STR("drug"), "required", "Write the drug, in at most %d bytes.",
                  DRUG_MAX);
    if (row->dose_mg.is && !(row->dose_mg.v > 0 && row->dose_mg.v <= DOSE_MAX_MG))
        fault_add(faults, STR("dose_mg"), "range", "A daily dose lies between 0 and %d mg.",
                  DOSE_MAX_MG);
    if (row->weeks.is && !(row->weeks.v > 0 && row->weeks.v <= WEEKS_MAX))
        fault_add(faults, STR("weeks"), "range", "Between 0 and %d weeks.", WEEKS_MAX);
    if (!word_in(row->outcome, outcomes))
        fault_add(faults, STR("outcome"), "unknown", "Say what it brought, or that it is unknown.");
    if (!word_in(row->in_episode, answers))
        fault_add(faults, STR("in_episode"), "unknown", "Yes, no, or not known.");
    if (!word_in(row->told_by, tellers))
        fault_add(faults, STR("told_by"), "unknown", "Say who told it.");
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
    check(row, faults);
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
