/*
 * trials: a person's earlier treatments as rows, each judged by content/codes/antidepressants.txt
 * when it is written and overridden only with a reason; and the count of failures from them,
 * by both definitions of treatment resistance (core/trial.h).
 */
#ifndef CAIRN_APP_TRIALS_H
#define CAIRN_APP_TRIALS_H

#include "app/content.h"
#include "store/sql.h"

struct trials_view {
    struct treatment_trial_rows rows;
    struct trial_count count;
};
MUST enum err trials_load(struct tx *tx, struct str patient_id, struct trials_view *out);

/* Judges and writes: row->adequate is `rule`, yes or no as asked for; against the rule it needs
 * row->override_reason. A row with an id replaces the version it names. */
MUST enum err trials_save(struct tx *tx, const struct content *content,
                          struct treatment_trial *row, struct faults *faults);

#endif
