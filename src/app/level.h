/*
 * level: a drug level measured during a session. It is an observation with the session's id
 * and the time at which the blood was drawn; the laboratory answers hours or days later, so it
 * is taken after discharge too. Recorded again for the same time and site it is an amendment: the
 * new value takes the place of the one before, which the journal keeps. It moves the fitted line
 * of the forecast, and nothing else.
 */
#ifndef CAIRN_LEVEL_H
#define CAIRN_LEVEL_H

#include "app/dosing.h"
#include "pk/pk.h"

struct level_meaning {
    const char *code, *text;
    enum pk_seen what;
    double lowest, highest; /* ng/mL */
};
enum { LEVELS = 0
#define LEVEL(id, what, lowest, highest, text) + 1
#include "app/levels.def"
#undef LEVEL
};
extern const struct level_meaning level_meanings[LEVELS];
/* NULL: the code is of no level. */
const struct level_meaning *level_meaning(struct str code);

struct level_in {
    struct str patient_id, step_id, code;
    double ng_ml;
    int64_t drawn_ms;
};
/* Faults on "code", "level", "drawn". E_UNKNOWN: there is no such session. */
MUST enum err level_record(struct tx *tx, const struct level_in *in, struct faults *faults);

#endif
