/*
 * gate: may the dose be given today? Every row of content/monitoring/gate.txt that applies to
 * the route is judged; blood pressure by its readings in order, because its rule is about
 * rest and repetition (CLINICAL 4.2):
 *
 *     140/90 and more    rest ten minutes, repeat; if it stays there, the prescriber
 *                        acknowledges it with a reason
 *     160/100 and more   hold: rest and repeat; after two repetitions, not today
 *
 * The last reading decides. A repetition counts when it was taken at least the rest after the
 * one counted before it, and every reading since the first of them is past the line: so a
 * monitor that measures each minute repeats as a hand does. Pure.
 */
#ifndef CAIRN_GATE_H
#define CAIRN_GATE_H

#include "core/criteria.h"

struct gate_bp {
    int systolic, diastolic; /* mmHg */
    int64_t at_ms;
    struct str when; /* "10:40" */
};

struct gate_answer {
    struct rulings rulings;
    enum ruling_outcome overall; /* pass; caution: a person acknowledges it with a reason; hold */
    bool repeat_bp;              /* a repetition is due before anything else is decided */
    int64_t repeat_bp_from_ms;   /* not before this time */
};

/* What gate.txt must hold for gate_judge to work; a fault for each thing it lacks. */
void gate_check(const struct criteria *gate, struct str file, struct faults *faults);

/* How long a passed gate counts, and vital signs count for it. */
int64_t gate_fresh_ms(const struct criteria *gate);

/* values: without bp. readings: of this check-in, oldest first; none: bp is missing. */
void gate_judge(struct arena *a, const struct criteria *gate, struct str route,
                struct criteria_values values, const struct gate_bp *readings, int readings_n,
                struct gate_answer *out);

#endif
