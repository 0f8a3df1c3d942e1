/*
 * measure: a filled-in instrument becomes a response: answers, score, band, alerts, and the
 * step of the course that it was due in. A measure step is done when all its instruments
 * have been answered inside its window.
 */
#ifndef CAIRN_MEASURE_H
#define CAIRN_MEASURE_H

#include "app/rating.h"
#include "app/risk.h"
#include "core/score.h"
#include "store/sql.h"

struct measure_in {
    struct str patient_id;
    const struct instrument *instrument;
    const int *answers; /* item_count values; ANSWER_MISSING where there is none */
    int64_t at_ms;      /* 0: now; never later than now */
    struct rating_in how; /* asked for where a clinician rates (app/rating.h) */
};

struct measure_done {
    struct response row;
    enum risk_seen seen; /* what it says about the person's safety */
};
/* Records it, and opens the risk alerts that it calls for; *out is the row as stored.
 * E_INVALID: nothing answered, an answer to what was not asked, the time, a clinician's rating
 * that does not say how. */
MUST enum err measure_record(struct tx *tx, const struct content *content,
                             const struct measure_in *in, struct faults *faults,
                             struct measure_done *out);

/* The part of a response that follows from the answers: how they are kept, and what they score. */
struct response measure_row(struct arena *a, const struct instrument *in, const int answers[],
                            const struct score *score);

/* The answers of a stored response, in the item order of the instrument it was given with. */
void measure_answers(const struct instrument *in, struct str pairs, int answers[]);

#endif
