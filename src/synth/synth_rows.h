/*
 * synth_rows: chart rows before they are written, each with the time, the person and the
 * event it belongs to. A life is made row by row as the story needs it; it is written in
 * the order of time, through the same door as every other row, so that its journal reads as
 * if it had been lived.
 */
#ifndef CAIRN_SYNTH_SYNTH_ROWS_H
#define CAIRN_SYNTH_SYNTH_ROWS_H

#include "store/sql.h"

/* Every table that a synthetic life writes. */
#define SYNTH_TABLES(X)                                                                       \
    X(account) X(patient) X(phase_change) X(referral) X(condition) X(medication) X(allergy)   \
    X(observation) X(response) X(screening) X(consent) X(course) X(step) X(dosing) X(dose)    \
    X(session_event) X(adverse_event) X(presence) X(note) X(treatment_trial) X(home_check)

enum synth_table {
#define X(table) SYNTH_##table,
    SYNTH_TABLES(X)
#undef X
};

struct synth_act { /* who did it, when, and what the journal calls it */
    int64_t at_ms;
    struct str account_id; /* absent: the program */
    const char *event;
    struct str why;
};

struct synth_entry {
    struct synth_act act;
    int order; /* of two at one time, the one added first */
    enum synth_table table;
    void *row;
};

struct synth_rows {
    struct arena *arena;
    struct synth_entry *v;
    int n, cap;
};

struct synth_rows synth_rows_new(struct arena *a);
/* The row is copied. */
void synth_rows_add(struct synth_rows *rows, enum synth_table table, struct synth_act act,
                    const void *row);
/* In the order of time, in the transaction given: its time and actor follow the entries. */
MUST enum err synth_rows_write(struct tx *tx, struct synth_rows *rows);
/* The same by hand, for who does more at some of them: put in order first, then each. */
void synth_rows_sort(struct synth_rows *rows);
void synth_rows_at(struct tx *tx, const struct synth_entry *e); /* its time, its person */
MUST enum err synth_rows_put(struct tx *tx, struct synth_entry *e);

/* Adds a row of a table, typed: SYNTH_ADD(rows, patient, act, &row). */
#define SYNTH_ADD(rows, table, act, row) \
    synth_rows_add((rows), SYNTH_##table, (act), (const void *)(1 ? (row) : (struct table *)0))

#endif
