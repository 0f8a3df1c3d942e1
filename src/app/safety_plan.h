/*
 * safety_plan: six steps that the patient wrote with a therapist (S159), in our own words. Each
 * version is a row that is never changed; gone through again without a change, it says when. The
 * patient sees the six steps, not the staff's note on lethal means.
 */
#ifndef CAIRN_SAFETY_PLAN_H
#define CAIRN_SAFETY_PLAN_H

#include "store/sql.h"

/* The next version; `expect` is the number that was shown (0: none was). E_CONFLICT when there
 * is another by now. A plan that says what the last one says is E_INVALID: review it. */
MUST enum err safety_plan_write(struct tx *tx, struct safety_plan *plan, int64_t expect,
                                struct faults *faults);
/* The latest was gone through with the patient, and stays as it is. */
MUST enum err safety_plan_review(struct tx *tx, struct str patient_id);

/* The steps in their order. */
enum { SAFETY_STEPS = 6 };
struct safety_step {
    const char *title;
    struct str text;
};
void safety_plan_steps(const struct safety_plan *plan, struct safety_step out[SAFETY_STEPS]);

#endif
