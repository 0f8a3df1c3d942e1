/*
 * synth: a clinic's worth of people who do not exist.
 *
 *     seed, n ──draw──> struct synth_story ──> rows of one life ──> the store
 *                       (where on the way,      (referral, screening, consents, course,
 *                        how it goes)            sessions, measures, notes, moves)
 *
 * The same seed and the same day make the same clinic, on any machine. Days are counted from
 * today, so that there are always sessions, open windows and late steps. What a course holds
 * comes from the clinic's own protocols, what a score means from its instruments and what a
 * gate says from its gate: no clinical figure is made up here but the vital signs, which
 * follow the means that CLINICAL 4.1 quotes, and the course of symptoms, which is a story.
 */
#ifndef CAIRN_SYNTH_SYNTH_H
#define CAIRN_SYNTH_SYNTH_H

#include "app/app.h"
#include "app/content.h"
#include "app/draw.h"
#include "synth/synth_rows.h"
#include "core/candidate.h"
#include "core/phase.h"

/* How it goes: by when the measures come down, and whether they stay. */
enum synth_arc { ARC_REMISSION, ARC_RESPONSE, ARC_PARTIAL, ARC_NONE, ARC_RELAPSE, ARC_WORSE };

/* What the demo wants to show of a life; several at once. */
enum synth_mark {
    MARK_LATE = 1,       /* the last steps were left undone: their windows are over */
    MARK_RISK = 2,       /* the last PHQ-9 raised an alert that nobody has answered */
    MARK_REVIEWED = 4,   /* ... and somebody has */
    MARK_CLOSING = 8,    /* a dose nearly two days ago; its integration is not held yet */
    MARK_ADVERSE = 16,   /* the last session had an adverse event */
    MARK_FULL = 32,      /* vital signs at every checkpoint, all measures, long notes */
};

enum { SYNTH_NO_SESSION = -1 };

struct synth_story {
    enum phase phase;
    enum synth_arc arc;
    int day;            /* of the course, 0 its first dose; before one: days in the phase */
    int minutes;        /* into today's session; SYNTH_NO_SESSION: none is running */
    unsigned marks;
    const char *indication; /* NULL: drawn */
    const char *protocol, *route;
};

/* Accounts that act; gives and checks are two people, as the dose table demands. */
struct synth_staff {
    struct str prescriber, therapist, monitor, sitter, coordinator; /* sitter: a monitor too */
};

struct synth {
    const struct content *content;
    struct synth_staff staff;
    int64_t now_ms;
    int32_t today;
    uint64_t seed;
};

enum { SYNTH_CONDITIONS_MAX = 6, SYNTH_MEDICINES_MAX = 8 };

/* One life being made. */
struct synth_life {
    const struct synth *of;
    struct synth_story story;
    struct draw draw;
    struct synth_rows *rows;
    struct arena *arena;
    int64_t id_ms;
    struct patient patient;
    struct course course;
    const struct protocol *protocol;
    int32_t day0;          /* the first dose; of a life without a course: today */
    /* when things happened; 0: they have not */
    int64_t referred_ms, opened_ms, signed_ms, started_ms, first_dose_ms, series_ms,
        integrated_ms, closed_ms;
    double weight_kg;
    int height_cm, systolic, diastolic, heart_rate;
    int phq9;              /* at baseline */
    struct candidate_condition conditions[SYNTH_CONDITIONS_MAX]; /* what the referral told */
    struct str medicines[SYNTH_MEDICINES_MAX], allergy;
    int condition_n, medicine_n;
    int sessions;          /* with a dose, so far */
    struct str last_dose_id;
};

/* All the rows of the n-th life of a seed; the number decides name, age and chance. */
MUST enum err synth_life_add(const struct synth *s, const struct synth_story *story,
                             int64_t number, struct str mrn, struct synth_rows *rows,
                             struct str *patient_id);

/* `patients` lives with stories drawn by their share in a clinic, many in a transaction. */
struct synth_done {
    int64_t patients, rows;
};
MUST enum err synth_run(const struct app *app, struct synth *s, int64_t patients,
                        struct synth_done *done);
/* Accounts that nobody can log in to, for the lives to name; made once a clinic. */
MUST enum err synth_staff_make(const struct app *app, struct arena *a, struct synth *s);

/* For the files of synth. */
struct str synth_id(struct synth_life *l);
int64_t synth_at(struct synth_life *l, int32_t day, int hour); /* that day, hour and some minutes */
struct synth_act synth_act(int64_t at_ms, struct str account_id, const char *event, struct str why);

#endif
