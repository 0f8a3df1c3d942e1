/*
 * outcomes: what became of everybody: response and remission at the end of the doses, how
 * long a response holds, and who was lost. Over all courses of the clinic, read in pages.
 *
 * A course counts once its doses are over (none is planned any more), with a baseline at or
 * before its first dose that is not below the floor of the scale. Its end is the last measure
 * after the first dose and up to OUTCOMES_END_DAYS after the last one (DESIGN); without one
 * it is lost. Held: from the last dose to the relapse of core/outcome.h, or to the last
 * measure, of those who responded (CLINICAL 8.1).
 */
#ifndef CAIRN_OUTCOMES_H
#define CAIRN_OUTCOMES_H

#include "app/content.h"
#include "core/proportion.h"
#include "core/survival.h"
#include "store/store.h"

enum { OUTCOMES_END_DAYS = 28, OUTCOMES_WEEKS = 4 };
extern const int outcomes_weeks[OUTCOMES_WEEKS]; /* 4 8 12 26 */

struct outcomes {
    const struct instrument *instrument;
    struct str definition; /* ids of what decided: response, remission, relapse */
    int courses, running, below_floor, no_baseline; /* all; not over yet; not counted */
    struct proportion response, remission;          /* of those measured at the end */
    struct proportion response_all;                 /* who was lost counts as no response */
    struct proportion lost;                         /* no measure at the end */
    struct survival held;                           /* of those who responded */
    struct survival_point at[OUTCOMES_WEEKS];
    double median_weeks; /* NAN: more than half still hold it */
};

MUST enum err outcomes_load(struct tx *tx, const struct content *content, struct outcomes *out);

#endif
