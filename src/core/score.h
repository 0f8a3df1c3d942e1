/*
 * score: answers into numbers, words and alerts. Pure and quick (no allocation): a million
 * scorings a second on one core.
 *
 * A missing answer is never a zero. A score with missing members is unknown, unless its rule
 * lets the mean of the answered ones stand for a stated number of them (rounded half up where
 * the score is a sum of whole numbers). Alerts look at the answers themselves and never at
 * what was prorated.
 */
#ifndef CAIRN_SCORE_H
#define CAIRN_SCORE_H

#include "base/buf.h"
#include "base/lines.h"
#include "core/instrument.h"

struct score_value {
    bool known;
    double value;
};

struct score {
    const struct instrument *of;
    struct score_value total;
    struct str band;  /* absent: no total or no band */
    int missing;      /* scored items that were asked and not answered */
    int not_assessed; /* items that the rater could not assess: left out of the sum */
    bool prorated;    /* the total stands partly on the mean of what was answered */
    bool complete;    /* nothing that is required is missing, and there is a total */
    struct score_value scores[SCORES_MAX]; /* in the order of of->scores */
    int alert_count, note_count;
    const struct alert *alerts[RULES_MAX];
    const struct remark *notes[RULES_MAX];
};

/* `answers` has in->item_count values, each accepted by its item or ANSWER_MISSING. */
struct score score_compute(const struct instrument *in, const int answers[]);
/* Was the item put to the person, given the answers so far? An item without a rule always is. */
bool score_asked(const struct instrument *in, const int answers[], int item);
/* Words into answers: `-` is missing; trailing optional or unscored items may be left out.
 * Faults: field is the item's id. */
MUST enum err score_read_answers(const struct instrument *in, struct str words, int answers[],
                                 struct faults *faults);
/* A score's number as text: whole, or with up to two decimals. */
void score_put(struct buf *b, double value);

#endif
