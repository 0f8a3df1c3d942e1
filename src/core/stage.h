/*
 * stage: where a dosing session stands, as one table and one function.
 *
 *     planned ─check in─> checked_in ─gate─> gate_passed ─dose─> dosing ──> peak ──> recovering
 *                             │                   │                                   │    ^
 *                             └────── stop ───────┴──> stopped      stop, after a dose ────┘
 *                                                                   │
 *                                     criteria met ──> ready ─signed, leaves─> discharged
 *
 * What people did is a row (checked in, gate, doses, stop, discharge); what time and the body
 * do is derived, and never written: peak and recovering begin by the minutes of the route
 * (session.txt, `stage`), or earlier when somebody saw them (events `peak`, `offset`); ready is
 * when the criteria of going home were met, whatever still keeps the patient (the minimum stay,
 * the escort). Pure.
 */
#ifndef CAIRN_STAGE_H
#define CAIRN_STAGE_H

#include "core/vitals.h"

enum stage {
    STAGE_PLANNED,
    STAGE_CHECKED_IN,
    STAGE_GATE_PASSED,
    STAGE_DOSING,
    STAGE_PEAK,
    STAGE_RECOVERING,
    STAGE_READY,
    STAGE_DISCHARGED,
    STAGE_STOPPED, /* before a dose */
    STAGE_COUNT
};

enum stage_act {
    ACT_CHECK_IN = 1,
    ACT_GATE = 2,
    ACT_DOSE = 4,
    ACT_OBSERVE = 8, /* vital signs, events, who is there */
    ACT_STOP = 16,
    ACT_DISCHARGE = 32,
};

/* VITALS_NO_TIME where it has not been. */
struct stage_facts {
    struct str route;
    int64_t checked_in_ms, gate_passed_ms, dose_ms, dose_end_ms;
    int64_t peak_ms, offset_ms; /* as somebody saw them */
    int64_t ready_ms, discharged_ms;
    bool stopped;
};

struct stage_facts stage_nothing(void); /* all of it has not been */
enum stage stage_of(const struct session_rules *r, const struct stage_facts *f, int64_t now_ms);
/* May it be done now? */
bool stage_allows(const struct session_rules *r, const struct stage_facts *f, int64_t now_ms,
                  enum stage_act act);
const char *stage_name(enum stage s);        /* checked_in */
const char *stage_word(enum stage s);        /* checked in */

#endif
