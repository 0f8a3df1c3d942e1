/*
 * course: a protocol laid on a calendar, and the path of stones that it becomes.
 *
 *     protocol + start ──course_lay──> dated steps ──(stored as rows)──> struct course_step
 *                                                                            │
 *       course_stone: done, today, ahead, late, missed      course_next: what is to do
 *       course_window: the hours after a dose               course_move: another day
 *
 * Days are civil dates (date.h) of the clinic's zone, instants are UTC ms. A step of type
 * integration or measure belongs to the dose that it follows and moves with it; the first
 * integration after a dose carries the dose's window. Pure.
 */
#ifndef CAIRN_COURSE_H
#define CAIRN_COURSE_H

#include "core/protocol.h"

enum { COURSE_NO_TIME = -1 }; /* opens_ms, closes_ms: no dose has set them */

enum step_state { STEP_PLANNED, STEP_DONE, STEP_MISSED, STEP_CANCELLED, STEP_STATES };

struct course_step {
    enum step_type type;
    enum step_state state;
    int32_t due, from, to;       /* from <= due <= to as laid; a move may put due outside */
    int64_t opens_ms, closes_ms; /* integration; COURSE_NO_TIME before the dose */
};

const char *course_state_name(enum step_state s); /* planned done missed cancelled */
bool course_state_parse(struct str text, enum step_state *s);

/* One for each step of the protocol, in its order. */
struct course_step *course_lay(struct arena *a, const struct protocol *p, int32_t start);

enum stone_state {
    STONE_DONE,
    STONE_TODAY, /* due today, or due already and still inside its window */
    STONE_AHEAD,
    STONE_LATE, /* its window is over */
    STONE_MISSED,
    STONE_CANCELLED
};

struct stone {
    enum stone_state state;
    int days; /* late: since the window's end; ahead: until due; today: left of the window */
};

struct stone course_stone(const struct course_step *s, int32_t today);

/* The step to do now: of those planned, the one due first. -1: none is left. */
int course_next(const struct course_step *steps, int n);

/* The integration that carries the window of the dose i; -1: none. */
int course_window_step(const struct course_step *steps, int n, int i);

/* The window that a dose opens: from the dose itself until the protocol's last hour. */
struct course_window_hours {
    int open_h, close_h; /* as the protocol says: 24 48 */
};

enum window_state {
    WINDOW_NONE,    /* no dose yet */
    WINDOW_OPEN,    /* before the first of the two hours */
    WINDOW_CLOSING, /* between them: the time to act */
    WINDOW_CLOSED,
};

struct course_window {
    enum window_state state;
    int64_t opens_ms, closes_ms;
    int hours_left;   /* whole hours begun until it closes; 0 when closed */
    int hours_closed; /* whole hours since it closed */
};

/* dose_end_ms: the end of the last dose of the session. Sets opens_ms and closes_ms. */
void course_window_set(struct course_step *s, struct course_window_hours h, int64_t dose_end_ms);
struct course_window course_window(const struct course_step *s, struct course_window_hours h,
                                   int64_t now_ms);

/* Moves step i to another day; a dose takes its integration and measures along, by as many
 * days. A dose keeps its place among the doses. E_INVALID with the faults (field `date`):
 * nothing was moved. `moved` (n of them, or NULL) is set to 1 for each step that moved. */
MUST enum err course_move(struct course_step *steps, int n, int i, int32_t to, char *moved,
                          struct faults *faults);

#endif
