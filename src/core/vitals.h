/*
 * vitals: the hours of a session. content/monitoring/session.txt says where the lines of each
 * sign are, which events call for help by themselves, and when to measure (CLINICAL 4.1, 4.3).
 *
 *     session 1
 *     sign ITEM | NAME | UNIT | LIMITS | SOURCE        levels advisory urgent critical
 *     event ID | GROUP | [adverse] [LEVEL] or - | TEXT | SOURCE
 *     checkpoint ROUTES | WHEN | SIGNS | SOURCE        WHEN: baseline; 5 10 15; every 10 during;
 *                                                      every 15 after 60
 *     scale ROUTES | WHEN | INSTRUMENT | SOURCE
 *     watch ROUTES | TEXT | SOURCE
 *     stage ROUTES | peak N after start|end | recovering N after end | SOURCE
 *     grace N min | SOURCE
 *     aged N min | SOURCE                              from then on a last value is shown as old
 *     test ITEM VALUE [@MIN] ... [base VALUE] -> LEVEL
 *     test event ID -> LEVEL
 *     test stage ROUTE INFUSION_MIN MIN [EVENT] -> STAGE
 *     test checkpoints ROUTE INFUSION_MIN -> MIN ...
 *
 * A checkpoint is taken by the first reading from shortly before its time until the next
 * checkpoint begins; a reading after the grace is taken, and late. Pure.
 */
#ifndef CAIRN_VITALS_H
#define CAIRN_VITALS_H

#include "core/limit.h"

enum {
    VITALS_STAGES_MAX = 16,
    VITALS_SCALES_MAX = 16,
    VITALS_SIGNS_MAX = 16,
    VITALS_EVENTS_MAX = 64,
    VITALS_CHECKPOINTS_MAX = 32,
    VITALS_WATCHES_MAX = 8,
    VITALS_PLAN_MAX = 96, /* an infusion of four hours and a night after it */
};

#define VITALS_NO_TIME INT64_MIN

enum vitals_level {
    VITALS_FINE,
    VITALS_ADVISORY,
    VITALS_URGENT,   /* notify the prescriber now */
    VITALS_CRITICAL, /* the emergency pathway */
    VITALS_LEVELS
};

struct vitals_sign {
    struct str item, name, unit, source;
    struct limits limits; /* level is an enum vitals_level */
};

struct vitals_event {
    struct str id, group, text, source;
    bool adverse;
    bool tap;    /* one touch writes it down */
    bool itself; /* a monitor or the program does, and nobody chooses it */
    enum vitals_level level;
};

enum checkpoint_when { CHECKPOINT_BASELINE, CHECKPOINT_AT, CHECKPOINT_DURING, CHECKPOINT_AFTER };

struct checkpoint_rule {
    struct str routes, minutes, signs, source; /* minutes: "5 10 15" of CHECKPOINT_AT */
    enum checkpoint_when when;
    int every_min, least_min;
};

/* What is watched all the time, between the checkpoints too. */
struct watch_rule {
    struct str routes, text, source;
};

/* From when the effect counts as at its peak, and as fading, where nobody saw it (stage.h). */
struct stage_rule {
    struct str routes, source;
    int peak_min, recovering_min; /* recovering: after the end of the last dose */
    bool peak_from_end;
};

struct session_rules {
    int version;
    struct str title, source;
    struct vitals_sign signs[VITALS_SIGNS_MAX];
    struct vitals_event events[VITALS_EVENTS_MAX];
    struct checkpoint_rule checkpoints[VITALS_CHECKPOINTS_MAX];
    struct stage_rule stages[VITALS_STAGES_MAX];
    struct checkpoint_rule scales[VITALS_SCALES_MAX]; /* signs: the instrument */
    struct watch_rule watches[VITALS_WATCHES_MAX];
    int signs_n, events_n, checkpoints_n, stages_n, scales_n, watches_n;
    int grace_min, aged_min;
};

/* Usable only when no fault was added. */
const struct session_rules *vitals_read(struct arena *a, struct str file, struct str text,
                                        struct faults *faults);
extern const char *const vitals_levels[VITALS_LEVELS];
const char *vitals_level_name(enum vitals_level l); /* fine advisory urgent critical */
/* A unit as people write it: mm[Hg] is mmHg; those of a count are left out. */
struct str vitals_unit(struct str ucum);
const struct vitals_sign *vitals_sign(const struct session_rules *r, struct str item);
const struct vitals_event *vitals_event(const struct session_rules *r, struct str id);

struct vitals_reading {
    struct measured v;
    int64_t at_ms;
    struct str when; /* "10:40", for the sentence */
};

struct vitals_alert {
    enum vitals_level level;
    struct str limit, source; /* absent when fine */
    struct str text;          /* the sentence */
    int confirm_min;          /* a graver line was passed, and counts when it is so for longer:
                                 repeat in so many minutes. 0: nothing to confirm */
};

/* The last of the readings of one sign (oldest first; n > 0), by all of them. baseline parts 0:
 * not known, and the rules relative to it do not speak. */
struct vitals_alert vitals_judge(struct arena *a, const struct vitals_sign *s,
                                 const struct vitals_reading *readings, int n,
                                 struct measured baseline);

struct vitals_times {
    int64_t checked_in_ms;
    int64_t dose_ms;     /* the start of the first dose; VITALS_NO_TIME: not yet */
    int64_t dose_end_ms; /* the end of the last dose, expected or so */
    int64_t left_ms;     /* VITALS_NO_TIME: still here */
};

enum checkpoint_state {
    CHECKPOINT_AHEAD,
    CHECKPOINT_DUE,
    CHECKPOINT_OVERDUE,
    CHECKPOINT_TAKEN,
    CHECKPOINT_LATE,   /* taken, after the grace */
    CHECKPOINT_MISSED, /* not taken, and somebody has looked since or the patient has left */
};

struct checkpoint {
    enum checkpoint_state state;
    int minute;       /* after the dose; the baseline: 0 */
    bool baseline;
    int64_t at_ms;    /* the baseline: check-in */
    int64_t taken_ms; /* VITALS_NO_TIME: not taken */
    int late_min;     /* overdue or late: by how much */
    struct str signs, source;
};

struct checkpoints {
    struct checkpoint v[VITALS_PLAN_MAX];
    int n;
};

const char *vitals_checkpoint_name(enum checkpoint_state s);
/* taken_ms: when vital signs were taken, oldest first. */
void vitals_checkpoints(const struct session_rules *r, struct str route, struct vitals_times t,
                        const int64_t *taken_ms, int taken_n, int64_t now_ms,
                        struct checkpoints *out);
struct vitals_taken {
    const int64_t *ms; /* oldest first */
    int n;
};
/* The same for one thing that is asked: an instrument, by the `scale` lines, or one sign of the
 * checkpoints, which a pressure from a monitor does not answer (MOAA/S). */
void vitals_scale(const struct session_rules *r, struct str asked, struct str route,
                  struct vitals_times t, struct vitals_taken taken, int64_t now_ms,
                  struct checkpoints *out);
/* What is watched all the time on a route, in words; absent: the content says nothing. */
struct str vitals_watch(const struct session_rules *r, struct str route);
/* The first that is due or overdue, else the next ahead; NULL: none. */
const struct checkpoint *vitals_next_checkpoint(const struct checkpoints *all);
/* The first checkpoint at which one sign was left out: it is of before the next look at the
 * pressure (looks), which would ask for it anyway. A monitor that measures by itself answers a
 * checkpoint, and says nothing of sedation. NULL: none. */
const struct checkpoint *vitals_left_out(const struct checkpoints *sign,
                                         const struct checkpoints *looks);

#endif
