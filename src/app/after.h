/* after: what follows a session: the look at the patient a day after leaving, and what was given
 * elsewhere, which counts towards all that a patient has had. */
#ifndef CAIRN_AFTER_H
#define CAIRN_AFTER_H

#include "app/content.h"
#include "store/sql.h"

/* At discharge: a check falls due `check_hours` (content/monitoring/discharge.txt) later. */
MUST enum err after_home_check_plan(struct tx *tx, const struct content *content,
                                    const struct dosing *row);

struct after_home_check {
    struct str patient_id, id, how, outcome, text; /* how "none": not reached, it stays due */
    int64_t expect;                                /* the version that was read */
};
MUST enum err after_home_check_done(struct tx *tx, const struct after_home_check *in,
                                    struct faults *faults);

MUST enum err after_elsewhere(struct tx *tx, struct exposure_elsewhere *row,
                              struct faults *faults);

#endif
