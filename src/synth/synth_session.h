/* synth_session: one dosing day of a synthetic patient, as far as it has come by now. */
#ifndef CAIRN_SYNTH_SYNTH_SESSION_H
#define CAIRN_SYNTH_SYNTH_SESSION_H

#include "synth/synth.h"

struct synth_session {
    struct str step_id;
    int64_t check_in_ms;
    int number; /* of the course, from 1 */
};

/* Adds the session's rows up to now. true: a dose was given, whose end is *dose_end_ms, and
 * `left` says whether the patient has gone home. */
bool synth_session(struct synth_life *l, const struct synth_session *in, int64_t *dose_end_ms,
                   bool *left);
/* Minutes from check-in to the dose, and to going home. */
enum { SYNTH_DOSE_MIN = 20 };
int synth_session_minutes(struct str route);

#endif
