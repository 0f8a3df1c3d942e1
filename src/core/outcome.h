/*
 * outcome: what became of a person on one instrument, by the definitions that its content
 * file carries (CLINICAL 5.5 and 8.1). The definition's id is part of every answer, because
 * "remission" means 10, 12 or below 10 on the same scale in different studies.
 *
 * Improvement is counted in the direction of the scale, so it is positive when the person is
 * better, on a scale where high is worse and on one where high is better. Pure.
 */
#ifndef CAIRN_OUTCOME_H
#define CAIRN_OUTCOME_H

#include "base/date.h"
#include "core/score.h"

enum outcome_state {
    OUTCOME_UNKNOWN, /* a total is missing, or the scale has no definition */
    OUTCOME_WORSE,
    OUTCOME_UNCHANGED,
    OUTCOME_PARTIAL,
    OUTCOME_RESPONSE,
    OUTCOME_REMISSION
};

struct outcome_measure {
    bool known;
    double total;
    double greatest; /* of the scored items; NAN: not known */
};

struct outcome_change {
    enum outcome_state state;
    struct str definition;       /* id of what decided the state; absent: none did */
    bool counted;                /* the baseline is not below the floor of the scale */
    double points, percent;      /* improvement; percent NAN where the baseline is 0 */
    bool response, remission, partial, meaningful, reliable, worse;
    bool little;                 /* no meaningful benefit */
};

/* A measure from a stored total. */
struct outcome_measure outcome_of_total(double total);

struct outcome_change outcome_classify(const struct instrument *in, struct outcome_measure baseline,
                                       struct outcome_measure current);

struct outcome_point { /* one measure of a series, by day */
    int32_t day;
    double total;
};

/* The day on which a relapse is established by the instrument's definition `id` (absent: its
 * default): the second of two points at or past its level, so many days apart, with none
 * between them below it. `baseline` is that before treatment: where the definition says so,
 * the response must be lost as well. DATE_NONE: no relapse, or no definition. */
int32_t outcome_relapse(const struct instrument *in, struct str id, double baseline,
                        const struct outcome_point *points, int n);

#endif
