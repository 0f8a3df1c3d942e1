/*
 * rating: how an answer was come by, beside the answer: the exact words that were shown, who
 * rated, in what way, and how long after a dose. A clinician's rating without a rater and
 * conditions cannot be compared with another (CLINICAL 5.5), so these are asked for.
 */
#ifndef CAIRN_RATING_H
#define CAIRN_RATING_H

#include "core/score.h"
#include "core/wording.h"
#include "store/sql.h"

struct rating_in {
    struct str mode;       /* a word of rating_modes.def; absent: not said */
    struct str rater;      /* who rated; absent: whoever writes it down */
    struct str conditions; /* may be absent */
};

struct rating_mode {
    struct str word, text;
};
enum { RATING_MODES = 0
#define MODE(word, text) + 1
#include "app/rating_modes.def"
#undef MODE
};
extern const struct rating_mode rating_modes[RATING_MODES];
/* How a page says it; absent: no such word. */
struct str rating_mode_text(struct str word);

/* Adds a fault for what a rating lacks. */
void rating_check(const struct rating_in *in, const struct instrument *of, struct faults *faults);
/* Keeps it beside the response, which is stored already. */
MUST enum err rating_record(struct tx *tx, const struct rating_in *in, const struct response *r,
                            const struct score *score);

/* The words that a response was given to. *own: the words were not kept with it, and these are
 * today's. *words NULL: there are none. */
MUST enum err rating_words(struct tx *tx, const struct instrument *today,
                           const struct response_rating *rating, const struct wording **words,
                           bool *own);
enum { RATING_CONDITIONS_MAX = 400, RATING_RATER_MAX = 120 };

#endif
