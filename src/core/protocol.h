/*
 * protocol: a course as a clinic writes it down once, before it is anybody's.
 *
 * A file of content/protocols/ is a table of steps. Day 0 is the first dosing; every other
 * day is counted from it, so that the whole lies down on a calendar when one date is known.
 *
 *     protocol    kap-6in6 1
 *     title       Ketamine-assisted psychotherapy, six doses in six weeks
 *     source      GUIDE; offsets DESIGN
 *     routes      sl im
 *     evidence    ...                                   shown beside the protocol
 *     planned     im | 0.5mg/kg | GUIDE                 the dose offered first, by route
 *     integration 24 48 h | GUIDE                       the window after each dose
 *     step  TYPE | DAY ... | FROM TO | MINUTES | ROLE | TITLE | INSTRUMENTS | SOURCE
 *     rule        ...text... | SOURCE                   what a person has to weigh
 *     test start 2026-03-02 -> dose 2 on 2026-03-09 from 2026-03-07 to 2026-03-11
 *     test start 2026-03-02 -> 23 steps
 *
 * An instrument as `pcl5week@ptsd` is asked of that indication only. A `step` row stands for
 * one step a day listed; {n} in its title becomes the step's number
 * among those of its type. FROM and TO are days around each day. Steps are ordered by day,
 * and on one day as the rows stand. A step of type integration or measure belongs to the dose
 * that it follows, and moves with it; the first integration after a dose must lie inside the
 * window. A file without a test, or whose test does not hold, is refused. Pure.
 */
#ifndef CAIRN_PROTOCOL_H
#define CAIRN_PROTOCOL_H

#include "base/date.h"
#include "base/err.h"

enum step_type {
    STEP_SCREEN,
    STEP_PREP,
    STEP_DOSE,
    STEP_INTEGRATION,
    STEP_MEASURE,
    STEP_REVIEW,
    STEP_BOOSTER, /* a dosing session too: protocol_is_dose */
    STEP_FOLLOWUP,
    STEP_TYPES
};

enum {
    PROTOCOL_STEPS_MAX = 128, /* half a year of esketamine is 60 */
    PROTOCOL_DAY_MAX = 1100,  /* three years either side of the first dose */
};

struct protocol_step {
    enum step_type type;
    int day, from, to; /* days from day 0; from <= day <= to */
    int minutes;
    int nth;               /* its number among the steps of its type, from 1 */
    struct str role;       /* of roles.def */
    struct str title;
    struct str instruments; /* ids with one space between; ID@INDICATION: for that one only */
    struct str source;
    int line; /* of the file, for faults found later */
};

struct protocol_dose {
    struct str route, order, source; /* order: as dose_order_read takes it */
};

struct protocol_rule {
    struct str text, source;
};

enum { PROTOCOL_ROUTES_MAX = 8, PROTOCOL_RULES_MAX = 16 };

struct protocol {
    struct str id, title, source, evidence;
    struct str routes; /* with one space between */
    int version;
    int window_open_h, window_close_h; /* integration: the hours after a dose */
    struct str window_source;
    struct protocol_dose planned[PROTOCOL_ROUTES_MAX];
    int planned_n;
    struct protocol_rule rules[PROTOCOL_RULES_MAX];
    int rules_n;
    struct protocol_step *steps; /* in order */
    int n;
};

/* Reads one file; every fault goes to `faults` as (file:line, code, why). The result is
 * usable only when no fault was added. */
struct protocol protocol_read(struct arena *a, struct str file, struct str text,
                              struct faults *faults);

const char *protocol_type_name(enum step_type type);
bool protocol_type_parse(struct str text, enum step_type *type);
/* Is something given: dose and booster. */
bool protocol_is_dose(enum step_type type);
bool protocol_has_route(const struct protocol *p, struct str route);
/* The dose offered first for the route; NULL: none is. */
const struct protocol_dose *protocol_planned(const struct protocol *p, struct str route);

#endif
