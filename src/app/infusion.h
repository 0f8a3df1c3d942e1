/*
 * infusion: what is done at the pump of a running infusion, and how a dose of any route was
 * given (table dose_shape). The arithmetic is core/infusion.h.
 */
#ifndef CAIRN_APP_INFUSION_H
#define CAIRN_APP_INFUSION_H

#include "app/dosing.h"
#include "core/infusion.h"

/* How an intravenous dose stands at tx->now_ms; of another route, or without a length: done,
 * with all of it in. What was done at the pump later than at_ms is not looked at. */
MUST enum err infusion_as_of(struct tx *tx, struct str dosing_id,
                             const struct dose_of_dosing_row *dose, int64_t at_ms,
                             struct infusion *out);
MUST enum err infusion_of(struct tx *tx, struct str dosing_id,
                          const struct dose_of_dosing_row *dose, struct infusion *out);

struct infusion_act {
    struct str patient_id, step_id;
    struct str kind;           /* rate pause resume stop */
    struct maybe_int rate_ug_min;
    int64_t at_ms;             /* 0: now */
    struct str reason;
};
/* A stop may be written down late, of the last infusion of a session that is not over. What did
 * not run in is in its syringe again (app/custody.h). E_BLOCKED: no infusion ran at that time. */
MUST enum err infusion_change(struct tx *tx, const struct content *content,
                              const struct infusion_act *act, struct faults *faults);
/* The session stops: so does its pump. The new end goes into *row, which is not put here. */
MUST enum err infusion_end(struct tx *tx, const struct dosing_day *d, struct dosing *row,
                           struct str reason);

/* Faults where what was typed does not fit the route, or does not add up. */
void infusion_check_shape(const struct content *content, const struct dosing_day *d,
                          const struct dosing_give *in, struct faults *faults);

#endif
