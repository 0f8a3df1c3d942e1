/*
 * course: a patient's protocol laid on a calendar, and what happens to its steps.
 *
 * The rules (what a stone is, which window a dose opens, what moves along) are core/course.h;
 * here rows are loaded, the rule is asked, rows are written.
 */
#ifndef CAIRN_APP_COURSE_H
#define CAIRN_APP_COURSE_H

#include "app/content.h"
#include "core/course.h"
#include "store/sql.h"

struct course_start_in {
    struct str patient_id;
    struct str protocol;     /* id of content/protocols */
    struct str route;        /* one of the protocol's */
    struct str planned_dose; /* 0.5mg/kg, 100mg */
    struct str start_date;   /* day 0: the first dosing */
};

/* Starts a course: the patient is eligible, has no active course, and every required consent
 * is current. Lays the steps and moves the patient to `preparing`. */
MUST enum err course_start(struct tx *tx, const struct content *content,
                           const struct course_start_in *in, struct faults *faults,
                           struct course *out);

/* Closes it with its outcome (core/outcome words) and moves the patient to `closed`; steps
 * still planned are cancelled with that reason. */
MUST enum err course_close(struct tx *tx, struct str patient_id, struct str outcome,
                           struct str outcome_note, struct faults *faults);

enum step_act { STEP_ACT_DONE, STEP_ACT_MISSED, STEP_ACT_CANCEL, STEP_ACT_MOVE };

struct step_mark {
    struct str patient_id, step_id;
    int64_t expect; /* the version that was shown; 0: any */
    enum step_act act;
    struct str date;   /* STEP_ACT_MOVE: to which day */
    struct str reason; /* required but for STEP_ACT_DONE */
};

/* Marks or moves a step; a dose takes its integration and measures along. A dose is marked
 * done by its session only (E_BLOCKED). The phase follows what has been done. */
MUST enum err course_mark(struct tx *tx, const struct content *content,
                          const struct step_mark *in, struct faults *faults);

/* The dose has been given: its step is done, and the window of its integration opens. */
MUST enum err course_dose_done(struct tx *tx, const struct content *content, struct str step_id,
                               int64_t dose_end_ms);

/* A step of the protocol as a row of this course, without its id, days and state; its measures
 * are those of everybody and of the patient's indication. */
struct step course_row(struct arena *a, const struct course *course, struct str indication,
                       const struct protocol_step *of, int ordinal);

/* What the path shows, loaded at once. `has` false: the patient never had a course. */
struct course_view {
    bool has;
    struct course course;
    const struct protocol *protocol; /* NULL: the content no longer has it */
    struct step_rows rows;
    struct course_step *steps; /* rows.n of them */
    int next;                  /* index of the step to do now; -1: none */
};
MUST enum err course_view_load(struct tx *tx, const struct content *content,
                               struct str patient_id, struct course_view *out);

/* The scale that an indication is followed by: the first that a review asks of it alone; absent:
 * PHQ-9, as of everybody. */
struct str course_scale(const struct content *content, struct str indication);

#endif
